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

_STATUSES = {
    202: "script challenge",
    403: "forbidden",
    405: "firewall",
    412: "script challenge",
    429: "too many requests",
    521: "cookie challenge",
}
_CHALLENGES = (
    (re.compile(rb"\$_ts\s*=\s*window\["), "script challenge"),
    (re.compile(rb"__jsl_clearance|\(\{\"bts\":"), "cookie challenge"),
    (re.compile(rb"WTKkN|EO_Bot_Ssid"), "bot check"),
    (re.compile(rb"acw_sc__v2"), "cookie challenge"),
)
_SHELL = 50_000
"""Bytes up to which a page with a challenge's mark is nothing but the challenge."""
_SOFT_404 = re.compile(
    r"页面不存在|找不到(?:该|您|页)|页面(?:没有|未)找到|访问的页面已|404\s*not\s*found", re.I
)
_SOFT_404_BYTES = 2_000

_EXCEPTIONS = (
    (DownloadTimeoutError, "timed out"),
    (ResponseDataLossError, "connection closed mid-body"),
    (DownloadConnectionRefusedError, "connection refused"),
    (CannotResolveHostError, "host name not found"),
    (DownloadCancelledError, "larger than the size limit"),
)


def problem_of(response: Response) -> str | None:
    """Why an answer is not the page asked for; None where it is one."""
    body = response.body
    challenge = next(
        (label for mark, label in _CHALLENGES if len(body) <= _SHELL and mark.search(body)), None
    )
    if challenge or response.status in _STATUSES:
        return f"blocked ({challenge or _STATUSES[response.status]}, HTTP {response.status})"
    if response.status != 200:
        return f"HTTP {response.status}"
    if not body.strip():
        return "empty answer"
    if len(body) < _SOFT_404_BYTES and isinstance(response, TextResponse) and _SOFT_404.search(response.text):
        return "page does not exist (answered with HTTP 200)"
    return None


def problem_with(failure: Failure) -> str:
    """Why no answer came, in a few words."""
    error = failure.value
    for kind, problem in _EXCEPTIONS:
        if isinstance(error, kind):
            return problem
    text = " ".join(str(error).split())[:200]
    if "max redirections" in text:
        return "redirects without end"
    return text or type(error).__name__
