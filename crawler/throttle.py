"""Politeness of a whole crawl: who takes turns with whom, how long each host rests, who is left alone.

Requests wait in the downloader's slots, which get their names here, and take their turns at the wire.
"""

from __future__ import annotations

import asyncio
import time
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Protocol, Self, cast

from scrapy import Request, Spider, signals
from scrapy.crawler import Crawler

from crawler import clock
from crawler.conduct import Host, least_delays, shared_slots
from crawler.portals import Portal, Province, host_of
from crawler.withheld import HostLeftAlone, OutsideWindow

NIGHTLY = "nightly"
"""The kind of crawl that keeps to the hours of its province."""


class _PortalsSpider(Protocol):
    portals: tuple[Portal, ...]
    province: Province
    kind: str


class Courtesy:
    """Extension. Knows every host of the crawl; downloader middlewares and the download handler ask it."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._patience = crawler.settings.getint("HOST_PATIENCE")
        self._hurried = not crawler.settings.getfloat("DOWNLOAD_DELAY")  # by hand, for sample portals
        self._hosts: dict[str, Host] = {}
        self._turns: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._slots: dict[str, str] | None = None
        self._least: dict[str, float] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Told of every request that is about to wait for its turn."""
        courtesy = cls(crawler)
        crawler.signals.connect(courtesy.request_reached_downloader, signals.request_reached_downloader)
        return courtesy

    @staticmethod
    def of(crawler: Crawler) -> Courtesy:
        """The courtesy of a crawl."""
        found = crawler.get_extension(Courtesy)
        if found is None:
            raise LookupError("crawler.throttle.Courtesy is not among the extensions")
        return found

    def slot_of(self, url: str) -> str | None:
        """Name of the slot in which the host of `url` takes its turn; None for a host of no portal."""
        if self._slots is None:
            portals = cast(_PortalsSpider, self._crawler.spider).portals
            self._slots = shared_slots(portals)
            self._least = least_delays(portals, hurried=self._hurried)
        return self._slots.get(host_of(url) or "")

    def host(self, slot: str) -> Host:
        """What is known of the host, or hosts, of a slot."""
        if slot not in self._hosts:
            self._hosts[slot] = Host(self._least[slot], self._patience)
        return self._hosts[slot]

    def check(self, slot: str) -> None:
        """Raises Withheld where the host must not be asked now."""
        left = self.host(slot).left
        if left is not None:
            raise HostLeftAlone(*left)
        spider = cast(_PortalsSpider, self._crawler.spider)
        window = spider.province.window if spider.kind == NIGHTLY else None
        if window is not None and not window.holds(clock.now().time()):
            hours = f"{window.start:%H:%M}–{window.end:%H:%M}"
            raise OutsideWindow(
                f"不在夜间访问时段（{hours}）内，留待下次", f"outside the hours of nightly visits ({hours})"
            )

    @asynccontextmanager
    async def turn(self, slot: str) -> AsyncIterator[Host]:
        """Wait until a host may be asked, and be the only one to ask it. Raises Withheld.

        Scrapy's own limit does not hold on asyncio: requests that arrive together all find the slot free.
        """
        host = self.host(slot)
        async with self._turns[slot]:
            self.check(slot)
            while (rest := host.free_at - time.monotonic()) > 0:
                await asyncio.sleep(rest)
                self.check(slot)
            yield host

    def request_reached_downloader(self, request: Request, spider: Spider) -> None:
        """The pauses are kept here, so that what must not be asked fails without waiting for its turn."""
        del spider
        slot = self._crawler.engine.downloader.slots.get(request.meta["download_slot"])
        if slot is not None:
            slot.delay = 0.0
