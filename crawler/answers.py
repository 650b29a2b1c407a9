"""What came instead of a page, in a few words: blocks, errors of servers, connections that failed."""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Sequence

from OpenSSL import SSL
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    ResponseDataLossError,
)
from scrapy.http import Response
from twisted.web._newclient import ParseError
from twisted.web.client import ResponseFailed

from crawler.challenges import blocked_by, product_of
from crawler.console import clean
from crawler.report.model import Bilingual
from crawler.withheld import Withheld

PASSING = (408, 429, 500, 502, 503, 504, 522, 524)
"""Statuses that the same request may not get again."""


MOST_MEMBERS = 100
"""Pieces that a packed body may consist of, and times that it may be packed."""


class HeadersTooLarge(Exception):
    """The headers of an answer do not end where headers should."""


class Unpackable(DownloadFailedError):
    """A packed body is broken, ends too early, or is packed in a way that nobody asked for."""


class TooLarge(DownloadCancelledError):
    """A body is larger than what is taken in."""


def unpacked(body: bytes, codings: Sequence[str], limit: int) -> bytes:
    """A body as it was before it was packed in `codings`, in their order. Raises Unpackable, TooLarge.

    A page that ends too early is none: its last rows would be missing without a word.
    """
    if len(codings) > MOST_MEMBERS:
        raise Unpackable
    for coding in reversed(codings):
        if coding in ("gzip", "x-gzip"):
            body = _unzipped(body, zlib.MAX_WBITS | 16, limit)
        elif coding == "deflate":
            raw = (
                len(body) < 2 or body[0] & 15 != 8 or (body[0] << 8 | body[1]) % 31
            )  # some leave out the head
            body = _unzipped(body, -zlib.MAX_WBITS if raw else zlib.MAX_WBITS, limit)
        elif coding in ("br", "zstd", "compress", "x-compress"):
            raise Unpackable
    return body


def _unzipped(body: bytes, kind: int, limit: int) -> bytes:
    parts: list[bytes] = []
    for _ in range(MOST_MEMBERS):
        if not body:
            return b"".join(parts)
        member = zlib.decompressobj(kind)
        try:
            parts.append(member.decompress(body, limit + 1))
        except zlib.error as error:
            if parts:  # what stands behind the end, as some servers have it
                return b"".join(parts)
            raise Unpackable from error
        limit -= len(parts[-1])
        if limit < 0:
            raise TooLarge
        if not member.eof and not parts[-1].rstrip().lower().endswith(b"</html>"):
            raise Unpackable
        body = member.unused_data
    raise Unpackable


_TOO_LARGE = Bilingual("超过大小上限", "larger than the size limit")
_CUT = Bilingual("中途断开", "connection closed mid-body")
_EXCEPTIONS = (
    (DownloadTimeoutError, Bilingual("连接超时", "timed out")),
    (ResponseDataLossError, _CUT),
    (DownloadConnectionRefusedError, Bilingual("连接被拒绝", "connection refused")),
    (CannotResolveHostError, Bilingual("域名无法解析", "host name not found")),
    (DownloadCancelledError, _TOO_LARGE),
    (Unpackable, Bilingual("压缩内容无法解开", "its packed content cannot be read")),
)
_NO_HTTP = Bilingual("应答不符合HTTP协议", "the answer is no HTTP")
_NO_ADDRESS = Bilingual("跳转到无效的网址", "redirects to what is no address")
_MESSAGES = (  # Scrapy's and Twisted's own words, where the kind of exception does not tell
    ("max redirections", Bilingual("循环跳转", "redirects without end")),
    ("Forbidden by robots.txt", Bilingual("robots.txt不允许访问", "Forbidden by robots.txt")),
    ("Missing scheme in request url", _NO_ADDRESS),  # Python's own words, for a Location
    ("Port out of range", _NO_ADDRESS),
    ("Port could not be cast", _NO_ADDRESS),
    ("Invalid IPv6 URL", _NO_ADDRESS),
    ("does not appear to be an IPv4 or IPv6 address", _NO_ADDRESS),
    ("Connection was closed cleanly", Bilingual("未作应答即断开", "connection closed without an answer")),
    ("Connection to the other side was lost", Bilingual("连接被断开", "connection was lost")),
    ("No route to host", Bilingual("主机不可达", "no route to the host")),
)
_PARSING = (ParseError, ValueError, KeyError)
"""What Twisted's parser raises on an answer that is none, and on lengths and codings that are none."""
_TLS = {
    "version": Bilingual("只支持旧版加密协议", "the host speaks old TLS only"),
    "protocol": Bilingual("只支持旧版加密协议", "the host speaks old TLS only"),
    "legacy renegotiation": Bilingual("使用旧式重协商", "the host knows no secure renegotiation"),
    "dh key too small": Bilingual("密钥过短", "its keys are too short"),
    "wrong version number": Bilingual("该端口未使用加密", "no TLS on this port"),
}


def trouble_of(response: Response) -> Bilingual | None:
    """What an answer says against the host: a block, or an error of the server itself."""
    blocked = blocked_by(response)
    if blocked is not None:
        return blocked
    if response.status in PASSING or response.status >= 500:
        return Bilingual(f"HTTP {response.status}", f"HTTP {response.status}")
    return None


def may_pass(response: Response) -> bool:
    """Whether the same request may be answered a little later."""
    return response.status in PASSING and product_of(response) is None


def trouble_with(error: BaseException) -> Bilingual:
    """Why no answer came; what is not known stays in its own words."""
    if isinstance(error, Withheld):
        return error.reason
    for kind, problem in _EXCEPTIONS:
        if isinstance(error, kind):
            return problem
    causes = list(_causes(error))
    if any(isinstance(cause, HeadersTooLarge) for cause in causes):
        return Bilingual("应答头过长", "headers without end")
    tls = next((cause for cause in causes if isinstance(cause, SSL.Error)), None)
    if tls is not None:
        return _tls_trouble(tls)
    if isinstance(error, DownloadFailedError) and any(isinstance(cause, _PARSING) for cause in causes):
        return _NO_HTTP
    text = clean(" ".join(f"{type(cause).__name__}: {cause}" for cause in causes))[:2000]
    for words, problem in _MESSAGES:
        if words in text:
            return problem
    text = clean(error)[:200] or type(error).__name__
    return Bilingual(text, text)


def _causes(error: BaseException) -> Iterator[BaseException]:
    """The error and what is behind it, as far as Twisted tells; a few are enough."""
    waiting = [error]
    for _ in range(10):
        if not waiting:
            return
        cause = waiting.pop(0)
        yield cause
        if cause.__cause__ is not None:
            waiting.append(cause.__cause__)
        if isinstance(cause, ResponseFailed):
            waiting.extend(reason.value for reason in cause.reasons)


def _tls_trouble(error: SSL.Error) -> Bilingual:
    said = clean(" ".join(str(part) for entry in (error.args or [()])[0] for part in entry))[:200]
    known = next((words for mark, words in reversed(_TLS.items()) if mark in said), None)
    if known is None:
        return Bilingual(f"加密连接失败：{said or '未说明原因'}", f"TLS failed: {said or 'no reason given'}")
    return Bilingual(f"加密连接失败：{known.zh}", f"TLS failed: {known.en}")
