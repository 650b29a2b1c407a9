"""Scrapy extension of both contestants: when the crawl was how far."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path
from typing import Self

from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured

FILE = "BENCH_CRAWL_FILE"
STEP = 250
"""Answers between two marks."""


class Stopwatch:
    """Writes, at the end, when the spider was opened, when the last page was dealt with, and the marks: how
    many answers had come at which time of the machine's clock.

    A page is dealt with when it has come, and where it makes an item, when that has passed all pipelines.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._answers = 0
        self._opened = self._last = 0.0
        self._marks: list[tuple[int, float]] = []

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Raises NotConfigured where nothing is measured."""
        path = os.environ.get(FILE)
        if not path:
            raise NotConfigured
        watch = cls(Path(path))
        crawler.signals.connect(watch.opened, signal=signals.spider_opened)
        crawler.signals.connect(watch.answered, signal=signals.response_received)
        crawler.signals.connect(watch.recorded, signal=signals.item_scraped)
        crawler.signals.connect(watch.closed, signal=signals.spider_closed)
        return watch

    def opened(self) -> None:
        """The crawl begins."""
        self._opened = time.monotonic()

    def answered(self) -> None:
        """One page has come."""
        self._answers += 1
        self._last = time.monotonic()
        if self._answers % STEP == 0:
            self._marks.append((self._answers, self._last))

    def recorded(self) -> None:
        """One item has passed all pipelines."""
        self._last = time.monotonic()

    def closed(self) -> None:
        """The crawl is over, its end included."""
        told = {"opened": self._opened, "last": self._last, "marks": self._marks}
        self._path.write_text(json.dumps(told), encoding="utf-8")
