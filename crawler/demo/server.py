"""Serves the sample portals on loopback; foreign processes on their ports are told apart from our own."""

from __future__ import annotations

import contextlib
import http.client
import json
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, NamedTuple, Self
from urllib.parse import parse_qsl, urlsplit

from crawler.demo.portals import sample_sites
from crawler.demo.province import PORTS, province_yaml
from crawler.demo.sites.recipe import RecipeSite
from crawler.demo.web import Response, Site
from crawler.report.model import BilingualError

HOST = "127.0.0.1"
MARK = "X-Nianbao-Sample"
"""Response header by which the sample portals are known; its value is the portal's id."""

_LOOK = 2.0  # seconds that a look at a port may take
_READ = 10.0  # seconds that a client may take over its request
_LONGEST_FORM = 64 * 1024
_LONGEST_HANG = 60.0
_CHALLENGE_PAGE = b"""<html><head><meta id="c" content="x" r="m">
<script>$_ts=window['$_ts'];if(!$_ts)$_ts={};</script></head><body></body></html>"""


class SamplePortalsError(BilingualError):
    """The sample portals cannot be served. One line, Chinese and English, with the port."""


class FaultKind(StrEnum):
    """Ways in which a portal fails."""

    ERROR_500 = "500"
    NOT_FOUND = "404"
    CHALLENGE = "412"  # the page with which a protection asks for a browser
    REDIRECT_TO_ITSELF = "redirect"
    HANG = "hang"  # no answer for a while, then the connection ends
    CUT = "cut"  # the connection ends in the middle of the body


@dataclass(frozen=True, slots=True)
class Fault:
    """Requests whose path starts with `path`, on one portal or on both, fail in this way."""

    kind: FaultKind
    path: str = "/"
    portal: str | None = None

    def applies(self, portal: str, path: str) -> bool:
        """Whether a request is hit."""
        return self.portal in (None, portal) and path.startswith(self.path)


class Asked(NamedTuple):
    """One request: its method, and its path with the query."""

    method: str
    path: str


class SamplePortals:
    """Sample portals, served while the context is open.

    `ports` by portal id, only these are served; 0 takes any free port. `sites` are the portals to choose
    from, without it the two of the sample province. The first of `faults` that applies decides; robots.txt
    is only hit where a fault names it. `hang` bounds FaultKind.HANG, in seconds. `asked` is what every
    portal was asked for, in order, `most_at_once` how many requests it ever had in hand together.
    """

    def __init__(
        self,
        *,
        ports: Mapping[str, int] = PORTS,
        sites: Mapping[str, Site | RecipeSite] | None = None,
        faults: Sequence[Fault] = (),
        hang: float = 20.0,
    ) -> None:
        self._wanted = dict(ports)
        self._sites = sites
        self._faults = tuple(faults)
        self._hang = min(hang, _LONGEST_HANG)
        self._stopping = threading.Event()
        self._servers: dict[str, _PortalServer] = {}
        self._threads: list[threading.Thread] = []

    @property
    def ports(self) -> dict[str, int]:
        """The port of each portal that is served now."""
        return {portal: server.server_address[1] for portal, server in self._servers.items()}

    @property
    def homes(self) -> dict[str, str]:
        """The home page of each portal that is served now."""
        return {portal: f"http://{HOST}:{port}/" for portal, port in self.ports.items()}

    @property
    def asked(self) -> dict[str, list[Asked]]:
        """What each portal was asked for since it is served."""
        return {portal: list(server.asked) for portal, server in self._servers.items()}

    @property
    def most_at_once(self) -> dict[str, int]:
        """How many requests each portal ever had in hand at the same moment."""
        return {portal: server.most_at_once for portal, server in self._servers.items()}

    @property
    def province_yaml(self) -> str:
        """The province file for the ports in use."""
        return province_yaml(self.ports)

    def show(self, portal: str, site: Site | RecipeSite) -> None:
        """Let a portal show another site from now on. KeyError where it is not served."""
        self._servers[portal].site = site

    def start(self) -> None:
        """Listen and serve. Raises SamplePortalsError (a port is taken); then nothing is left running."""
        self._stopping.clear()
        try:
            sites = sample_sites() if self._sites is None else self._sites
            for portal, port in self._wanted.items():
                site = sites.get(portal)
                if site is None:
                    raise SamplePortalsError(
                        f"没有名为 {portal} 的示例门户", f"no sample portal has the id {portal}"
                    )
                try:
                    server = _PortalServer(port, portal, site, self._faults, self._hang, self._stopping)
                except OSError as error:
                    raise _taken(portal, port, error) from None
                self._servers[portal] = server
        except SamplePortalsError:
            self.stop()
            raise
        for portal, server in self._servers.items():
            thread = threading.Thread(target=server.serve_forever, args=(0.05,), name=portal, daemon=True)
            thread.start()
            self._threads.append(thread)

    def stop(self) -> None:
        """Stop serving; requests under way end first. Does nothing where nothing is served."""
        self._stopping.set()
        if self._threads:
            for server in self._servers.values():
                server.shutdown()
        for thread in self._threads:
            thread.join()
        for server in self._servers.values():
            server.server_close()
        self._threads.clear()
        self._servers.clear()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


def is_up(ports: Mapping[str, int] = PORTS) -> bool:
    """Whether our own sample portals answer on all of `ports`.

    Raises SamplePortalsError where anything else listens on one of them.
    """
    up = []
    for portal, port in ports.items():
        found = _listener(port)
        if found not in (None, portal):
            raise SamplePortalsError(
                f"{HOST} 的端口 {port} 被其他程序占用", f"port {port} on {HOST} is taken by another program"
            )
        up.append(found == portal)
    return all(up)


def _listener(port: int) -> str | None:
    """Id of the sample portal on `port`, "" for any other program, None where nothing listens."""
    connection = http.client.HTTPConnection(HOST, port, timeout=_LOOK)
    with contextlib.closing(connection):
        try:
            connection.connect()
        except OSError:
            return None
        try:
            connection.request("HEAD", "/robots.txt")
            return connection.getresponse().getheader(MARK, "")
        except (OSError, http.client.HTTPException):
            return ""


def _taken(portal: str, port: int, error: OSError) -> SamplePortalsError:
    with contextlib.suppress(OSError):
        if _listener(port) == portal:
            return SamplePortalsError(
                f"{HOST} 的端口 {port}：示例门户已由另一个进程提供",
                f"port {port} on {HOST}: the sample portals are already served by another process",
            )
    return SamplePortalsError(
        f"示例门户无法使用 {HOST} 的端口 {port}：{error.strerror}",
        f"port {port} on {HOST} cannot be used for the sample portals: {error.strerror}",
    )


class _PortalServer(ThreadingHTTPServer):
    daemon_threads = False  # server_close() waits for requests under way; none waits long
    allow_reuse_address = True

    def __init__(
        self,
        port: int,
        portal: str,
        site: Site | RecipeSite,
        faults: Sequence[Fault],
        hang: float,
        stopping: threading.Event,
    ) -> None:
        super().__init__((HOST, port), _Handler)
        self.portal = portal
        self.site = site
        self.faults = faults
        self.hang = hang
        self.stopping = stopping
        self.asked: list[Asked] = []
        self.most_at_once = 0
        self._in_hand = 0
        self._counting = threading.Lock()

    def begin(self, asked: Asked) -> None:
        """Note a request that has come."""
        with self._counting:
            self.asked.append(asked)
            self._in_hand += 1
            self.most_at_once = max(self.most_at_once, self._in_hand)

    def end(self) -> None:
        """Note that a request has been dealt with."""
        with self._counting:
            self._in_hand -= 1

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that went away is no news."""


class _Handler(BaseHTTPRequestHandler):
    server: _PortalServer
    timeout = _READ
    _in_hand = False

    def version_string(self) -> str:
        return "sample"

    def log_message(self, format: str, *args: Any) -> None:
        """Quiet: the terminal belongs to the demo."""

    def do_GET(self) -> None:
        self._answer({})

    def do_HEAD(self) -> None:
        self._answer({})

    def do_POST(self) -> None:
        length = self.headers.get("Content-Length", "0")
        size = int(length) if length.isascii() and length.isdigit() else 0
        body = self.rfile.read(min(size, _LONGEST_FORM)).decode("utf-8", "replace")
        self._answer(_fields(body, self.headers.get("Content-Type", "")))

    def _answer(self, form: Mapping[str, str]) -> None:
        self.server.begin(Asked(self.command, self.path))
        self._in_hand = True
        try:
            self._find(form)
        finally:
            self._dealt_with()

    def _dealt_with(self) -> None:
        if self._in_hand:
            self._in_hand = False
            self.server.end()

    def _find(self, form: Mapping[str, str]) -> None:
        server = self.server
        parts = urlsplit(self.path)
        path = parts.path
        fault = next((fault for fault in server.faults if fault.applies(server.portal, path)), None)
        if fault is not None and (path != "/robots.txt" or fault.path == path):
            self._fail(fault.kind)
            return
        headers = {name.lower(): value for name, value in self.headers.items()}
        self._send(server.site.respond(path, {**dict(parse_qsl(parts.query)), **form}, headers))

    def _fail(self, kind: FaultKind) -> None:
        html = (("Content-Type", "text/html; charset=utf-8"),)
        match kind:
            case FaultKind.ERROR_500:
                self._send(Response(500, html, "<html><body>服务器内部错误</body></html>".encode()))
            case FaultKind.NOT_FOUND:
                self._send(Response(404, html, "<html><body>页面不存在</body></html>".encode()))
            case FaultKind.CHALLENGE:
                self._send(Response(412, html, _CHALLENGE_PAGE))
            case FaultKind.REDIRECT_TO_ITSELF:
                self._send(Response(302, (("Location", self.path),), b""))
            case FaultKind.HANG:
                self.server.stopping.wait(self.server.hang)
            case FaultKind.CUT:
                self._send(Response(200, html, b"<html><body><p>" + b" " * 4096), keep_back=4000)

    def _send(self, response: Response, *, keep_back: int = 0) -> None:
        """Send `response`, less the last `keep_back` bytes of the body that its length promises."""
        self.send_response(response.status)
        for name, value in response.headers:
            self.send_header(name, value)
        if response.status != 304:
            self.send_header("Content-Length", str(len(response.body)))
        self.send_header(MARK, self.server.portal)
        body = b"" if self.command == "HEAD" else response.body[: len(response.body) - keep_back]
        # counted off before the last byte: whoever has that may ask again before this thread runs again
        if not body:
            self._dealt_with()
        self.end_headers()
        self.wfile.write(body[:-1])
        self._dealt_with()
        self.wfile.write(body[-1:])


def _fields(body: str, content_type: str) -> dict[str, str]:
    """The fields of a form, or of a JSON object; what is no text in the latter as JSON."""
    if "json" not in content_type:
        return dict(parse_qsl(body, keep_blank_values=True))
    try:
        given = json.loads(body)
    except ValueError:
        return {}
    fields = given if isinstance(given, dict) else {}
    return {k: v if isinstance(v, str) else json.dumps(v, ensure_ascii=False) for k, v in fields.items()}
