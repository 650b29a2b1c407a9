"""What came instead of a page, in a few words: blocks, errors of servers, connections that failed."""

from __future__ import annotations

from collections.abc import Iterator

from OpenSSL import SSL
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadTimeoutError,
    ResponseDataLossError,
)
from scrapy.http import Response
from twisted.web.client import ResponseFailed

from crawler.challenges import blocked_by, product_of
from crawler.console import clean
from crawler.report.model import Bilingual
from crawler.withheld import Withheld

PASSING = (408, 429, 500, 502, 503, 504, 522, 524)
"""Statuses that the same request may not get again."""


class HeadersTooLarge(Exception):
    """The headers of an answer do not end where headers should."""


_TOO_LARGE = Bilingual("超过大小上限", "larger than the size limit")
_CUT = Bilingual("中途断开", "connection closed mid-body")
_EXCEPTIONS = (
    (DownloadTimeoutError, Bilingual("连接超时", "timed out")),
    (ResponseDataLossError, _CUT),
    (DownloadConnectionRefusedError, Bilingual("连接被拒绝", "connection refused")),
    (CannotResolveHostError, Bilingual("域名无法解析", "host name not found")),
    (DownloadCancelledError, _TOO_LARGE),
)
_MESSAGES = (  # Scrapy's and Twisted's own words, where the kind of exception does not tell
    ("max redirections", Bilingual("循环跳转", "redirects without end")),
    ("Forbidden by robots.txt", Bilingual("robots.txt不允许访问", "Forbidden by robots.txt")),
    ("cannot be unpacked", Bilingual("压缩内容无法解开", "its packed content cannot be read")),
    ("Connection was closed cleanly", Bilingual("未作应答即断开", "connection closed without an answer")),
    ("Connection to the other side was lost", Bilingual("连接被断开", "connection was lost")),
    ("ParseError", Bilingual("应答不符合HTTP协议", "the answer is no HTTP")),
    ("No route to host", Bilingual("主机不可达", "no route to the host")),
)
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
