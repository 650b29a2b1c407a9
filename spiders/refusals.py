"""Answers that are no page: errors, challenges, soft 404s. They are labelled and left alone, never broken."""

from __future__ import annotations

import re

from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadTimeoutError,
    ResponseDataLossError,
)
from scrapy.http import Response, TextResponse
from twisted.python.failure import Failure

from crawler.middlewares import RequestRefused
from crawler.report.model import Bilingual

_SCRIPT = Bilingual("脚本质询", "script challenge")
_COOKIE = Bilingual("Cookie质询", "cookie challenge")
_STATUSES = {
    202: _SCRIPT,
    403: Bilingual("拒绝访问", "forbidden"),
    405: Bilingual("防火墙", "firewall"),
    412: _SCRIPT,
    429: Bilingual("访问过于频繁", "too many requests"),
    521: _COOKIE,
}
_CHALLENGES = (
    (re.compile(rb"\$_ts\s*=\s*window\["), _SCRIPT),
    (re.compile(rb"__jsl_clearance|\(\{\"bts\":"), _COOKIE),
    (re.compile(rb"WTKkN|EO_Bot_Ssid"), Bilingual("机器人检测", "bot check")),
    (re.compile(rb"acw_sc__v2"), _COOKIE),
)
_SHELL = 50_000
"""Bytes up to which a page with a challenge's mark is nothing but the challenge."""
_SOFT_404 = re.compile(
    r"页面不存在|找不到(?:该|您|页)|页面(?:没有|未)找到|访问的页面已|404\s*not\s*found", re.I
)
_SOFT_404_BYTES = 2_000

_EXCEPTIONS = (
    (DownloadTimeoutError, Bilingual("连接超时", "timed out")),
    (ResponseDataLossError, Bilingual("中途断开", "connection closed mid-body")),
    (DownloadConnectionRefusedError, Bilingual("连接被拒绝", "connection refused")),
    (CannotResolveHostError, Bilingual("域名无法解析", "host name not found")),
    (DownloadCancelledError, Bilingual("超过大小上限", "larger than the size limit")),
)
_MESSAGES = (  # Scrapy's own words, where the kind of exception does not tell
    ("max redirections", Bilingual("循环跳转", "redirects without end")),
    ("Forbidden by robots.txt", Bilingual("robots.txt不允许访问", "Forbidden by robots.txt")),
)


def problem_of(response: Response) -> Bilingual | None:
    """Why an answer is not the page asked for; None where it is one."""
    body = response.body
    challenge = next(
        (label for mark, label in _CHALLENGES if len(body) <= _SHELL and mark.search(body)), None
    )
    blocked = challenge or _STATUSES.get(response.status)
    if blocked is not None:
        return Bilingual(
            f"被拦截（{blocked.zh}，HTTP {response.status}）",
            f"blocked ({blocked.en}, HTTP {response.status})",
        )
    if response.status != 200:
        return Bilingual(f"HTTP {response.status}", f"HTTP {response.status}")
    if not body.strip():
        return Bilingual("返回内容为空", "empty answer")
    if len(body) < _SOFT_404_BYTES and isinstance(response, TextResponse) and _SOFT_404.search(response.text):
        return Bilingual("页面不存在（却返回HTTP 200）", "page does not exist (answered with HTTP 200)")
    return None


def gone(response: Response) -> bool:
    """Whether the server itself says that nothing is there any more."""
    status = f"HTTP {response.status}"
    return response.status in (404, 410) and problem_of(response) == Bilingual(status, status)


def problem_with(failure: Failure) -> Bilingual:
    """Why no answer came, in a few words; what is not known stays in its own words."""
    error = failure.value
    if isinstance(error, RequestRefused):
        return error.reason
    for kind, problem in _EXCEPTIONS:
        if isinstance(error, kind):
            return problem
    text = " ".join(str(error).split())[:200]
    for words, problem in _MESSAGES:
        if words in text:
            return problem
    text = text or type(error).__name__
    return Bilingual(text, text)
