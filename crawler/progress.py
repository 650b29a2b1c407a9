"""What a crawl tells the process that started it: one JSON line an event, in the file NIANBAO_PROGRESS."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol, Self, cast

from scrapy import Request, Spider, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured
from scrapy.http import Response
from scrapy.statscollectors import StatsCollector

from crawler.ended_early import PROGRESS
from crawler.health import FAILED, Visit


class _VisitingSpider(Protocol):
    visits: dict[str, Visit]
    summary: Mapping[str, Any] | None


class ProgressFile:
    """Scrapy extension: a line for every answer and every recorded page, and the summary as the last one."""

    def __init__(self, path: Path, stats: StatsCollector) -> None:
        self._stats = stats
        self._file = path.open("a", encoding="utf-8", buffering=1)  # a line is there as soon as it is written

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Raises NotConfigured where nobody wants to know."""
        path = os.environ.get(PROGRESS)
        if not path:
            raise NotConfigured
        progress = cls(Path(path), crawler.stats)
        crawler.signals.connect(progress.response_received, signal=signals.response_received)
        crawler.signals.connect(progress.item_scraped, signal=signals.item_scraped)
        crawler.signals.connect(progress.spider_closed, signal=signals.spider_closed)
        return progress

    def response_received(self, response: Response, request: Request, spider: Spider) -> None:
        """One page has come."""
        del response
        self._tell(spider, request.meta.get("portal"), str(request.meta.get("stage", "")))

    def item_scraped(self, item: object, spider: Spider) -> None:
        """One page has been recorded."""
        self._tell(spider, getattr(item, "portal", None), "recorded")

    def spider_closed(self, spider: Spider) -> None:
        """The crawl is over."""
        summary = cast(_VisitingSpider, spider).summary
        problem = self._stats.get_value(FAILED)
        if summary is not None:
            self._write({"event": "end", **summary})
        elif problem is not None:  # it could not begin, or not be ended
            self._write({"event": "end", "verdict": "failed", "problem": problem})
        self._file.close()

    def _tell(self, spider: Spider, portal: object, stage: str) -> None:
        visit = cast(_VisitingSpider, spider).visits.get(str(portal))
        if visit is None or not stage:
            return  # robots.txt
        self._write(
            {
                "event": "progress",
                "portal": visit.portal,
                "stage": stage,
                "lists": len(visit.lists),
                "articles": visit.articles,
                "reports": visit.reports,
                "findings": visit.findings,
            }
        )

    def _write(self, line: Mapping[str, Any]) -> None:
        self._file.write(json.dumps(line, ensure_ascii=False) + "\n")
