"""Pages as a portal would send them."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from scrapy.http import HtmlResponse

Page = Callable[..., HtmlResponse]


@pytest.fixture
def page() -> Page:
    """Makes a response of a body; the second argument is its address."""

    def make(
        body: str | bytes,
        url: str = "http://www.qingshan.example/",
        *,
        status: int = 200,
        encoding: str = "utf-8",
    ) -> HtmlResponse:
        content = body.encode(encoding) if isinstance(body, str) else body
        headers = {"Content-Type": f"text/html; charset={encoding}"}
        return HtmlResponse(url, status=status, body=content, headers=headers)

    return make
