"""Politeness that follows the portal: the slower it answers, the longer the pause before the next request."""

from __future__ import annotations

from typing import Self

from scrapy import Request, Spider, signals
from scrapy.crawler import Crawler
from scrapy.http import Response

MAX_DELAY = 60.0
"""Seconds."""


class LatencyThrottle:
    """Waits at least as long as the portal took to answer, and never less than its province file says.

    Scrapy's AutoThrottle knows one smallest delay for all hosts; portals have their own.
    """

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Connected to every answer."""
        throttle = cls(crawler)
        crawler.signals.connect(throttle.response_downloaded, signal=signals.response_downloaded)
        return throttle

    def response_downloaded(self, response: Response, request: Request, spider: Spider) -> None:
        """Set the pause of the host that answered."""
        del spider
        host, latency = request.meta.get("download_slot"), request.meta.get("download_latency")
        slot = self._crawler.engine.downloader.slots.get(host or "")
        if slot is None or latency is None:
            return
        settings = self._crawler.settings
        own = settings.getdict("DOWNLOAD_SLOTS").get(host, {})
        least = float(own.get("delay", settings.getfloat("DOWNLOAD_DELAY")))
        slot.delay = next_delay(slot.delay, latency, least, well=response.status < 400)


def next_delay(delay: float, latency: float, least: float, *, well: bool) -> float:
    """Seconds to wait next. Up at once, down by halves, and never down on an answer that is an error:
    errors are quick, and an ailing portal would be hurried by them.
    """
    wanted = max(latency, (delay + latency) / 2)
    if not well:
        wanted = max(wanted, delay)
    return min(max(wanted, least), max(MAX_DELAY, least))
