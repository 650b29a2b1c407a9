"""Pages that only a browser can show: the answer is given to a browser, which builds the page.

The browser has no way to the network (crawler.convert.chromium). Its main document is the answer that has
come already, and what its scripts ask for goes through the crawl's own downloader as every request does: the
portal's hosts and no others, robots.txt, one at a time with the pause of the host, sizes, redirects. A page
is believed only when it has come to rest and everything that it asked the portal for was had.
"""

from __future__ import annotations

import asyncio
from typing import Self, cast

from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.http import HtmlResponse, Response, TextResponse

from crawler.challenges import blocked_by
from crawler.convert.chromium import Chromium, NoBrowser, installed
from crawler.rendering.loading import MOST_REQUESTS, RENDERED, PageLoad
from crawler.rendering.scripts import Scripts
from crawler.report.model import Bilingual
from crawler.throttle import Courtesy
from crawler.withheld import NotRendered

__all__ = ["COST", "RENDERED", "Rendering"]

COST = "rendering_requests"
"""Key of a request's meta: how many requests the page made, besides that for itself."""

PAGE_SECONDS = 60.0
"""Seconds in which a page has to come to rest, the pauses of its host not counted."""

NEEDS_BROWSER = Bilingual(
    "此页须用浏览器才能显示：请安装 nianbao[browser] 和 Debian 的 chromium（nianbao doctor 可查）",
    "the page needs a browser: install nianbao[browser] and Debian's chromium (nianbao doctor tells)",
)


class Rendering:
    """Downloader middleware. Requests whose meta says `rendered` get their page as a browser shows it.

    Answers that are no page, among them those of protections, stay as they are. Raises NotRendered.
    """

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._courtesy = Courtesy.of(crawler)
        self._browser = Chromium(str(crawler.settings.get("USER_AGENT")))
        self._turn = asyncio.Lock()  # one page at a time: a browser that had to be ended takes no other along
        self._scripts = Scripts()

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """For one crawl; the browser ends with it."""
        rendering = cls(crawler)
        crawler.signals.connect(rendering.closed, signals.spider_closed)
        return rendering

    async def closed(self) -> None:
        """The crawl is over."""
        await self._browser.close()

    async def process_response(self, request: Request, response: Response) -> Response:
        """The page as a browser shows it."""
        if not request.meta.get(RENDERED) or not _is_page(response):
            return response
        if not installed():
            raise NotRendered(*NEEDS_BROWSER)
        async with self._turn:
            load = PageLoad(self._crawler, request, cast(TextResponse, response), self._scripts)
            try:
                async with self._browser.page() as page:
                    return await load.shown(page, self._seconds(response.url))
            except NoBrowser as error:
                raise NotRendered(
                    f"浏览器无法启动：{error}", f"the browser does not start: {error}"
                ) from error
            finally:
                load.end()
                request.meta[COST] = load.requests

    def _seconds(self, url: str) -> float:
        slot = self._courtesy.slot_of(url)
        pause = 0.0 if slot is None else self._courtesy.host(slot).delay
        return PAGE_SECONDS + pause * MOST_REQUESTS / 2


def _is_page(response: Response) -> bool:
    """Whether there is anything to show: never an answer of a protection, whose scripts are not run."""
    return isinstance(response, HtmlResponse) and response.status == 200 and blocked_by(response) is None
