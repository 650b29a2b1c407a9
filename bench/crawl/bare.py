"""The bare spider: asks for the same pages in the same manner, and does nothing with them.

Concurrency, pauses, bounds, log, and what of Scrapy is switched off are as the product's settings have it.
The middlewares are those that Scrapy enables by default, robots.txt is obeyed in Scrapy's manner, and nothing
is the product's own.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

from scrapy import Request, Spider
from scrapy.http import TextResponse

from crawler.settings import *  # noqa: F403 - Scrapy reads a module's names

SPIDER_LOADER_CLASS = "scrapy.spiderloader.SpiderLoader"
SPIDER_MODULES = ["bench.crawl.bare"]
COMMANDS_MODULE = ""
ITEM_PIPELINES: dict[str, int] = {}
DOWNLOADER_MIDDLEWARES: dict[str, int] = {}
DOWNLOAD_HANDLERS: dict[str, str] = {}
DOWNLOADER = "scrapy.core.downloader.Downloader"
TWISTED_DNS_RESOLVER = "scrapy.resolver.CachingThreadedResolver"
EXTENSIONS = {"bench.crawl.stopwatch.Stopwatch": 900}
ROBOTSTXT_OBEY = True

_PAGES = re.compile(r"createPageHTML\((\d+)")


class BareSpider(Spider):
    """`-a homes=FILE`, an address a line: the column and every article from their links, lists by number."""

    name = "bare"

    def __init__(self, homes: str, name: str | None = None) -> None:
        super().__init__(name)
        self._homes = Path(homes).read_text(encoding="utf-8").split()

    async def start(self) -> AsyncIterator[Any]:
        """The home page of every portal."""
        for url in self._homes:
            yield Request(url, self.column, dont_filter=True)

    def column(self, response: TextResponse) -> Iterator[Request]:
        """A home page: its column."""
        yield from response.follow_all(css=".nav a", callback=self.first, dont_filter=True)

    def first(self, response: TextResponse) -> Iterator[Request]:
        """A first list page: its articles, and the other pages."""
        yield from self.articles(response)
        pages = _PAGES.search(response.text)
        for at in range(1, int(pages[1]) if pages else 1):
            yield response.follow(f"index_{at}.html", self.articles, dont_filter=True)

    def articles(self, response: TextResponse) -> Iterator[Request]:
        """The links of a list."""
        for anchor in response.css("ul.list a"):
            yield response.follow(anchor, self.seen, dont_filter=True)

    def seen(self, response: TextResponse) -> None:
        """An article has come."""
