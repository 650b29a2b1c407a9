"""One page that a person named by its address: bounded in size, time and redirects, public hosts only.

Crawls do not come here; they go through Scrapy, with robots and pauses.
"""

from __future__ import annotations

import http.client
import ipaddress
import socket
import ssl
import time
import zlib
from dataclasses import dataclass
from urllib.parse import quote, urljoin, urlsplit

from crawler import __version__
from crawler.report.model import BilingualError

LIMIT = 32 * 1024 * 1024
"""Bytes that one input may have, after decompression; scanned reports of a hundred pages stay below."""
TIME_LIMIT = 60.0
"""Seconds for one page, redirects included."""
_SILENCE = 20.0  # seconds that the server may stay silent
_REDIRECTS = 5
_CHUNK = 64 * 1024


class FetchError(BilingualError):
    """The page could not be had. One line, Chinese and English."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """The answer: where it really came from, what the server calls it, its bytes."""

    url: str
    content_type: str | None
    content: bytes


def is_url(source: str) -> bool:
    """Whether `source` is an http or https address rather than a path."""
    return source.lower().startswith(("http://", "https://"))


def fetch(url: str, *, allow_private: bool = False) -> Fetched:
    """Get `url`. Raises FetchError."""
    deadline = time.monotonic() + TIME_LIMIT
    for _ in range(_REDIRECTS + 1):
        try:
            status, location, fetched = _once(url, allow_private, deadline)
        except FetchError:
            raise
        except TimeoutError:
            raise FetchError("对方没有及时应答", "the server did not answer in time") from None
        except (OSError, http.client.HTTPException, ValueError, UnicodeError) as error:
            raise FetchError(f"取不到：{_reason(error)}", f"cannot be fetched: {_reason(error)}") from None
        if status in (301, 302, 303, 307, 308) and location:
            url = urljoin(url, location)
            continue
        if status != 200 or fetched is None:
            raise FetchError(f"服务器答复 HTTP {status}", f"the server answered HTTP {status}")
        return fetched
    raise FetchError(f"重定向超过{_REDIRECTS}次", f"more than {_REDIRECTS} redirects")


def _once(url: str, allow_private: bool, deadline: float) -> tuple[int, str | None, Fetched | None]:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise FetchError("只能是 http 或 https 网址", "only http and https addresses can be fetched")
    secure = parts.scheme == "https"
    port = parts.port or (443 if secure else 80)
    host = parts.hostname.encode("idna").decode("ascii") if not parts.hostname.isascii() else parts.hostname
    raw = _connect(host, port, allow_private, deadline)
    try:
        if secure:
            raw = ssl.create_default_context().wrap_socket(raw, server_hostname=host)
        connection = http.client.HTTPConnection(host, port)
        connection.sock = raw
        connection.request(
            "GET",
            _target(parts.path, parts.query),
            headers={
                "Host": parts.netloc.rpartition("@")[2].encode("idna").decode()
                if not parts.netloc.isascii()
                else parts.netloc.rpartition("@")[2],
                "User-Agent": f"nianbao/{__version__}",
                "Accept": "*/*",
                "Accept-Encoding": "gzip, identity;q=0.5",
            },
        )
        response = connection.getresponse()
        if response.status != 200:
            return response.status, response.getheader("Location"), None
        content = _read(response, raw, deadline)
        return 200, None, Fetched(url, response.getheader("Content-Type"), content)
    finally:
        raw.close()


def _connect(host: str, port: int, allow_private: bool, deadline: float) -> socket.socket:
    """A connection to an address that was looked at, so that a second lookup cannot name another one."""
    problem: OSError | None = None
    for family, kind, protocol, _, address in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM):
        # scoped IPv6 addresses come as "fe80::1%eth0"
        if not allow_private and not ipaddress.ip_address(str(address[0]).partition("%")[0]).is_global:
            raise FetchError(
                "这是内网或本机地址；确要读取请加 --allow-private",
                "a private or loopback address; add --allow-private to read it anyway",
            )
        connection = socket.socket(family, kind, protocol)
        connection.settimeout(_patience(deadline))
        try:
            connection.connect(address)
        except OSError as error:
            connection.close()
            problem = error
        else:
            return connection
    raise problem or OSError("no address")


def _patience(deadline: float) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return min(_SILENCE, left)


def _read(response: http.client.HTTPResponse, raw: socket.socket, deadline: float) -> bytes:
    encoding = (response.getheader("Content-Encoding") or "identity").strip().lower()
    if encoding not in ("identity", "gzip", "x-gzip", ""):
        raise ValueError(f"Content-Encoding {encoding[:20]!r}")
    inflate = zlib.decompressobj(wbits=31) if "gzip" in encoding else None
    content = bytearray()
    while not response.isclosed():  # closed with the last byte, or only when asked once more: versions differ
        raw.settimeout(_patience(deadline))
        chunk = response.read1(_CHUNK)
        if not chunk:
            break
        try:
            content += inflate.decompress(chunk, LIMIT + 1 - len(content)) if inflate else chunk
        except zlib.error as error:
            raise ValueError(str(error)) from None
        if len(content) > LIMIT:
            raise FetchError(f"超过{LIMIT >> 20} MB", f"larger than {LIMIT >> 20} MB")
    if response.length:  # bytes that were announced and did not come
        raise OSError("the answer is cut short")
    return bytes(content)


def _target(path: str, query: str) -> str:
    safe = "/:@!$&'()*+,;=%~-._?"
    return quote(path or "/", safe=safe) + (f"?{quote(query, safe=safe)}" if query else "")


def _reason(error: Exception) -> str:
    text = str(error.strerror if isinstance(error, OSError) and error.strerror else error)
    return " ".join(text.split())[:120] or type(error).__name__
