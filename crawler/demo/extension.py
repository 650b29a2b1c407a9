"""Scrapy extension: `scrapy crawl demo` serves the sample portals itself where nobody does."""

from __future__ import annotations

from typing import Self
from urllib.parse import urlsplit

from scrapy import Spider, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import CloseSpider

from crawler.demo.server import SamplePortals, SamplePortalsError, is_up
from crawler.portals import Province


class SamplePortalsExtension:
    """Serves the sample portals for the length of a crawl of a sample province."""

    def __init__(self) -> None:
        self._portals: SamplePortals | None = None

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Connected to the crawl's opening and closing."""
        extension = cls()
        crawler.signals.connect(extension.spider_opened, signal=signals.spider_opened)
        crawler.signals.connect(extension.spider_closed, signal=signals.spider_closed)
        return extension

    def spider_opened(self, spider: Spider) -> None:
        """Serve where it is needed. Another program on one of the ports ends the crawl."""
        province = getattr(spider, "province", None)
        if not isinstance(province, Province) or not province.sample:
            return
        ports = {portal.id: urlsplit(portal.home).port or 80 for portal in province.portals}
        try:
            if is_up(ports):
                return
            portals = SamplePortals(ports=ports)
            portals.start()
        except SamplePortalsError as error:
            spider.logger.error("%s", error)
            raise CloseSpider("sample_portals_unavailable") from None
        self._portals = portals

    def spider_closed(self, spider: Spider) -> None:
        """Stop what this crawl started."""
        del spider
        if self._portals is not None:
            self._portals.stop()
            self._portals = None
