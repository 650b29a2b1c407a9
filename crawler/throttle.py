"""Politeness of a whole crawl: who takes turns with whom, how long each host rests, who is left alone.

Scrapy's downloader sends the requests of one slot one after the other; here the slots get their names and
their pauses. The downloader forgets slots that have been idle for a minute; what is known of a host stays.
"""

from __future__ import annotations

import time
from collections import deque
from typing import Protocol, Self, cast

from scrapy import Request, Spider, signals
from scrapy.core.downloader import Slot
from scrapy.crawler import Crawler
from twisted.internet.defer import Deferred
from twisted.python.failure import Failure

from crawler import clock
from crawler.conduct import Host, least_delays, shared_slots
from crawler.portals import Portal, Province, host_of
from crawler.withheld import HostLeftAlone, OutsideWindow, Withheld

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

    def withhold(self, slot: str, why: Withheld) -> None:
        """Let every request that waits for its turn fail at once."""
        waiting = self._downloader_slot(slot)
        queue: deque[tuple[Request, Deferred[object]]] = deque() if waiting is None else waiting.queue  # type: ignore[assignment]
        while queue:
            _, turn = queue.popleft()
            turn.errback(Failure(why))  # type: ignore[no-untyped-call]

    def rest(self, slot: str) -> None:
        """Let a host rest, from the moment at which its answer is in, for as long as it needs."""
        waiting = self._downloader_slot(slot)
        if waiting is None:
            return
        now = time.monotonic()
        waiting.close()  # a turn that was arranged while the answer was on its way
        waiting.lastseen = now
        waiting.delay = max(0.0, self.host(slot).free_at - now)

    def request_reached_downloader(self, request: Request, spider: Spider) -> None:
        """A slot may be new, or have been forgotten, and pauses may have grown while it was idle."""
        del spider
        slot = request.meta["download_slot"]
        waiting = self._downloader_slot(slot)
        if waiting is None or slot not in self._least:
            return
        waiting.concurrency, waiting.jitter = 1, 0.0
        if not waiting.transferring:
            self.rest(slot)

    def _downloader_slot(self, slot: str) -> Slot | None:
        return self._crawler.engine.downloader.slots.get(slot)
