"""Politeness of a whole crawl: who takes turns with whom, how long each host rests, who is left alone.

Requests wait in the downloader's slots, which get their names here, and take their turns at the wire.
"""

from __future__ import annotations

import asyncio
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Coroutine, Iterable, Mapping
from contextlib import asynccontextmanager, nullcontext
from typing import Any, Protocol, Self, TypeVar, cast

from scrapy import Request, Spider, signals
from scrapy.crawler import Crawler

from crawler import clock
from crawler.addresses import Address
from crawler.conduct import AT_ONE_ADDRESS, Exchange, Host, least_delays, shared_slots
from crawler.health import Visit
from crawler.portals import Portal, Province, host_of
from crawler.report.model import Bilingual
from crawler.withheld import HostLeftAlone, Interrupted, OutsideWindow

NIGHTLY = "nightly"
"""The kind of crawl that keeps to the hours of its province."""
_LOOK = 1.0
"""Seconds after which whatever waits looks whether the crawl was told to stop."""
_WATCH = 0.5
"""Seconds between two looks at answers that are on their way."""
LAST_WORDS = 3.0
"""Seconds that answers on their way still have when the crawl was told to stop."""

T = TypeVar("T")


class _PortalsSpider(Protocol):
    portals: tuple[Portal, ...]
    province: Province
    kind: str
    visits: Mapping[str, Visit]


class Courtesy:
    """Extension. Knows every host of the crawl; downloader middlewares and the download handler ask it."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._patience = crawler.settings.getint("HOST_PATIENCE")
        self._hurried = not crawler.settings.getfloat("DOWNLOAD_DELAY")  # by hand, for sample portals
        self._hosts: dict[str, Host] = {}
        self._turns: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._addresses: defaultdict[str, asyncio.Semaphore] = defaultdict(
            lambda: asyncio.Semaphore(AT_ONE_ADDRESS)
        )
        self._silence = crawler.settings.getfloat("DOWNLOAD_SILENCE")
        self._exchanges: dict[Exchange, asyncio.Timeout] = {}
        self._watching: asyncio.Task[None] | None = None
        self._slots: dict[str, str] | None = None
        self._least: dict[str, float] = {}
        self._private: frozenset[str] = frozenset()

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
            self._private = frozenset(
                self._slots[host] for portal in portals if portal.private for host in portal.hosts
            )
        return self._slots.get(host_of(url) or "")

    def host(self, slot: str) -> Host:
        """What is known of the host, or hosts, of a slot."""
        if slot not in self._hosts:
            self._hosts[slot] = Host(self._least[slot], self._patience)
        return self._hosts[slot]

    @property
    def stopping(self) -> bool:
        """Whether the crawl was told to stop: what is under way is waited for, and nothing else is sent."""
        # Scrapy tells nobody when it begins to close, only when it has closed
        slot = getattr(self._crawler.engine, "_slot", None)
        return slot is not None and slot.closing is not None

    async def unless_stopped(self, waiting: Coroutine[Any, Any, T]) -> T:
        """What is waited for. Raises Interrupted soon after the crawl was told to stop."""
        task = asyncio.create_task(waiting)
        try:
            while not (await asyncio.wait((task,), timeout=_LOOK))[0]:
                if self.stopping:
                    raise Interrupted
            return task.result()
        finally:
            task.cancel()

    def check(self, slot: str) -> None:
        """Raises Withheld where the host must not be asked now."""
        if self.stopping:
            raise Interrupted
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
    async def turn(self, slot: str, addresses: Iterable[Address]) -> AsyncIterator[Host]:
        """Wait until a host may be asked, and be the only one to ask it; and one of few that ask what stands
        at its `addresses`. Raises Withheld.

        Scrapy's own limit does not hold on asyncio: requests that arrive together all find the slot free.
        """
        host = self.host(slot)
        async with self._turns[slot]:
            self.check(slot)
            while (rest := host.free_at - time.monotonic()) > 0:
                await asyncio.sleep(min(rest, _LOOK))
                self.check(slot)
            async with self._at(slot, addresses):
                self.check(slot)
                yield host

    def _at(self, slot: str, addresses: Iterable[Address]) -> asyncio.Semaphore | nullcontext[None]:
        # names of one machine may be told its addresses in any order
        address = min(map(str, addresses), default=None)
        if address is None or slot in self._private:  # sample portals share one, and are hosts of their own
            return nullcontext()
        return self._addresses[address]

    @asynccontextmanager
    async def bounded(self, exchange: Exchange) -> AsyncIterator[None]:
        """Give an exchange up that is overdue, or that keeps the crawl from ending. Raises TimeoutError,
        Interrupted.
        """
        try:
            async with asyncio.timeout(None) as timeout:
                self._exchanges[exchange] = timeout
                if self._watching is None:
                    self._watching = asyncio.create_task(self._watch())
                try:
                    yield
                finally:
                    del self._exchanges[exchange]
        except TimeoutError:
            if self.stopping:
                raise Interrupted from None
            raise

    async def _watch(self) -> None:
        """One clock for all exchanges: a timer for each would cost more than many an answer."""
        told: float | None = None
        while self._exchanges:
            await asyncio.sleep(_WATCH)
            now = time.monotonic()
            if told is None and self.stopping:
                told = now
            ended = told is not None and now - told >= LAST_WORDS
            for exchange, timeout in list(self._exchanges.items()):
                if not timeout.expired() and (ended or exchange.overdue(now, self._silence)):
                    timeout.reschedule(0)
        self._watching = None

    def note(self, request: Request, told: Bilingual) -> None:
        """Put what an operator should know into the notes of the visit that a request belongs to."""
        visit = cast(_PortalsSpider, self._crawler.spider).visits.get(request.meta.get("portal") or "")
        if visit is not None:
            visit.note(told)

    def request_reached_downloader(self, request: Request, spider: Spider) -> None:
        """The pauses are kept here, so that what must not be asked fails without waiting for its turn."""
        del spider
        slot = self._crawler.engine.downloader.slots.get(request.meta["download_slot"])
        if slot is not None:
            slot.delay = 0.0
