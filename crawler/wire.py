"""Where requests leave: the last look before one is sent, and the first at what comes back.

Whatever asks for a page (the spider, a retry, a redirect, robots.txt) comes through here, one request of a
host at a time, and the next one only after what this one showed of the host has been taken in.
"""

from __future__ import annotations

import time
from contextlib import suppress
from functools import lru_cache
from typing import Protocol, cast
from urllib.parse import urlsplit

from scrapy import Request, Spider, signals
from scrapy.core.downloader.handlers.http11 import (
    HTTP11DownloadHandler,
    _LenientHTTP11ClientFactory,
    _LenientHTTP11ClientProtocol,
    _LenientHTTPClientParser,
)
from scrapy.crawler import Crawler
from scrapy.exceptions import (
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadTimeoutError,
)
from scrapy.http import Headers, Response, TextResponse
from scrapy.responsetypes import responsetypes
from twisted.internet.defer import Deferred
from twisted.internet.interfaces import IAddress
from twisted.web._newclient import Request as TxRequest
from twisted.web.http_headers import InvalidHeaderName
from twisted.web.iweb import IPolicyForHTTPS, IResponse

from crawler import clock, received
from crawler.answers import HeadersTooLarge, may_pass, trouble_of, trouble_with, unpacked
from crawler.conduct import Exchange, Host, retry_after
from crawler.portals import Portal, host_of
from crawler.report.model import Bilingual
from crawler.resolving import NAMES
from crawler.throttle import Courtesy
from crawler.tls import TlsByHost
from crawler.withheld import Interrupted

MAX_HEADERS = 256 * 1024
"""Bytes in front of a body; more is no answer to anything that was asked."""
_GZIP = b"\x1f\x8b\x08"


class _PortalsSpider(Protocol):
    portals: tuple[Portal, ...]


class _BoundedParser(_LenientHTTPClientParser):
    """Twisted bounds a line, and not their number; and one header without a name would cost the page."""

    _taken = 0

    def lineReceived(self, line: bytes) -> None:  # noqa: N802 - Twisted's
        self._taken += len(line) + 2
        if self._taken > MAX_HEADERS:
            raise HeadersTooLarge
        super().lineReceived(line)

    def lineLengthExceeded(self, line: bytes) -> None:  # noqa: ARG002, N802 - Twisted's
        raise HeadersTooLarge

    def headerReceived(self, name: bytes, value: bytes) -> None:  # noqa: N802 - Twisted's
        with suppress(InvalidHeaderName):
            super().headerReceived(name, value)  # type: ignore[no-untyped-call]


class _BoundedProtocol(_LenientHTTP11ClientProtocol):
    def request(self, request: TxRequest) -> Deferred[IResponse]:
        answered = super().request(request)
        # as Scrapy's own parser takes the place of Twisted's: the class is written into the method
        self._parser.__class__ = _BoundedParser
        return answered


class _BoundedFactory(_LenientHTTP11ClientFactory):
    noisy = False

    def buildProtocol(self, addr: IAddress | None) -> _BoundedProtocol:  # noqa: ARG002, N802 - Twisted's
        return _BoundedProtocol(self._quiescentCallback)  # type: ignore[no-untyped-call]


class PoliteHandler(HTTP11DownloadHandler):
    """Download handler for http and https."""

    lazy = False

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        portals = cast(_PortalsSpider, crawler.spider).portals
        names = (host for portal in portals if portal.legacy_tls is not None for host in portal.hosts)
        self._tls = TlsByHost(urlsplit(f"//{host}").hostname or "" for host in names)
        # Scrapy has no public way to these two (its setting for the first is deprecated)
        self._contextFactory = cast(IPolicyForHTTPS, self._tls)
        self._pool._factory = _BoundedFactory
        self._courtesy = Courtesy.of(crawler)
        self._exchanges: dict[Request, Exchange] = {}
        crawler.signals.connect(self._headed, signals.headers_received)
        crawler.signals.connect(self._brought, signals.bytes_received)

    async def download_request(self, request: Request) -> Response:
        """Ask as soon as it is this request's turn. Raises Withheld where the host is not to be asked."""
        name = urlsplit(request.url).hostname or ""
        async with self._courtesy.turn(request.meta["download_slot"], NAMES.held(name)) as host:
            started = time.monotonic()
            try:
                # unpacked here and not in a middleware: a block has to be told before the next request leaves
                answer = await self._asked(request, started)
                received.note(request, answer)
                response = _readable(self._unpacked(request, answer))
            except Interrupted:  # that says nothing of the host
                raise
            except Exception as error:
                self._failed(request, host, error, time.monotonic() - started)
                raise
            self._answered(request, host, response)
            return response

    async def _asked(self, request: Request, now: float) -> Response:
        exchange = self._exchanges[request] = Exchange.begun(now)
        try:
            async with self._courtesy.bounded(exchange):
                return await super().download_request(request)
        except TimeoutError as error:
            raise DownloadTimeoutError(f"nothing came of {request.url} for too long") from error
        finally:
            del self._exchanges[request]

    def _headed(self, request: Request, spider: Spider) -> None:
        del spider
        exchange = self._exchanges.get(request)
        if exchange is not None:
            exchange.headed(time.monotonic())

    def _brought(self, data: bytes, request: Request, spider: Spider) -> None:
        del spider
        exchange = self._exchanges.get(request)
        if exchange is not None:
            exchange.brought(time.monotonic(), len(data))

    def _unpacked(self, request: Request, response: Response) -> Response:
        named = b",".join(response.headers.getlist("Content-Encoding")).decode("latin-1")
        codings = [coding for part in named.split(",") if (coding := part.strip().lower())]
        page = b"text/html" in (response.headers.get("Content-Type") or b"")
        if page and not codings and response.body.startswith(_GZIP):
            codings = ["gzip"]  # some portals pack without a word
        if not codings or not response.body:
            return response
        body = unpacked(response.body, codings, request.meta.get("download_maxsize", self._default_maxsize))
        headers = response.headers.copy()
        headers.pop("Content-Encoding", None)
        kind = responsetypes.from_args(headers=headers, url=response.url, body=body)
        return kind(
            response.url,
            status=response.status,
            headers=headers,
            body=body,
            flags=response.flags,
            certificate=response.certificate,
            ip_address=response.ip_address,
            protocol=response.protocol,
        )

    def _answered(self, request: Request, host: Host, response: Response) -> None:
        now, latency = time.monotonic(), request.meta.get("download_latency", 0.0)
        trouble = trouble_of(response)
        if trouble is None:
            host.answered(now, latency)
        else:
            host.failed(
                now,
                latency,
                trouble,
                attempt=request.meta.get("retry_times", 0),
                wait=retry_after(_shown(response.headers), clock.now()),
                final=not may_pass(response),
            )
        parts = urlsplit(request.url)
        if parts.scheme == "https":
            shown = host_of(request.url)
            flaw = self._tls.flaw_of(parts.hostname or "", parts.port or 443)
            if flaw is not None:
                self._courtesy.note(request, Bilingual(f"{shown}：{flaw.zh}", f"{shown}: {flaw.en}"))

    def _failed(self, request: Request, host: Host, error: Exception, latency: float) -> None:
        if isinstance(error, (DownloadConnectionRefusedError, DownloadTimeoutError)):
            NAMES.forget(urlsplit(request.url).hostname or "")  # it may have moved meanwhile
        now = time.monotonic()
        if isinstance(error, DownloadCancelledError):  # larger than we want: no fault of the host's
            host.answered(now, latency)
        else:
            host.failed(now, latency, trouble_with(error), attempt=request.meta.get("retry_times", 0))


def _readable(response: Response) -> Response:
    """The answer; one that names what is no charset, though Python knows it (rot13, idna), gets another."""
    if isinstance(response, TextResponse):
        declared = response._declared_encoding()
        if declared is not None and not _decodes(declared):
            return response.replace(encoding="utf-8" if _is_utf8(response.body) else "gb18030")
    return response


@lru_cache(100)
def _decodes(charset: str) -> bool:
    try:
        return isinstance(b"\xe5 \xff".decode(charset, "replace"), str)
    except (LookupError, UnicodeError):
        return False


def _is_utf8(body: bytes) -> bool:
    try:
        body.decode()
    except UnicodeDecodeError:
        return False
    return True


def _shown(headers: Headers) -> dict[str, str]:
    """The headers that tell how long to wait, as text."""
    given = ((name, headers.get(name)) for name in ("Retry-After", "Date"))
    return {name: value.decode("latin-1") for name, value in given if value is not None}
