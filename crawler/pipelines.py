"""Archive → inspect → record. Nothing here blocks the reactor, and nothing that was taken in is lost.

An item is done with when its batch stands in the database. A failure of archive or database stops the crawl,
loudly: pages that cannot be kept are not fetched on.
"""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any, Protocol, Self, TypeVar, cast

from scrapy.crawler import Crawler
from scrapy.exceptions import CloseSpider, DropItem
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from crawler import clock, config, ended_early, obligations
from crawler.crawls import HELD
from crawler.database import DatabaseUnusable, opened
from crawler.health import FAILED, Stage, Visit, broken_off, judge
from crawler.holding import Holding, holder_told, of_portal
from crawler.items import Item, PageItem, SeenAgainItem
from crawler.legibility import legibility
from crawler.looking_back import LookingBack, judged_by, standing_doubts, standing_open
from crawler.portals import Portal, Province
from crawler.recording import Sightings, organ_records, page_seen, portal_records, read
from crawler.report.model import Bilingual
from crawler.rulebook import RuleBookError, policy
from crawler.validator.policy import Policy
from storage.archive import Archive, ArchiveUnusable
from storage.ledger import Ledger, RosterConflict
from storage.queries import Queries
from storage.records import (
    ChangeKind,
    Entry,
    LeaseRecord,
    ListRecord,
    PageRecord,
    PageSeen,
    RunRecord,
    SeenAgain,
    VisitRecord,
)
from storage.standing import OPEN

BATCH = 50
"""Entries that are written in one transaction."""
BATCH_SECONDS = 0.25
"""How long an entry waits for others."""
INSPECTIONS = 2
"""Pages that are read at the same time."""

_TOLD = (ChangeKind.NEW, ChangeKind.CHANGED, ChangeKind.FIXED, ChangeKind.RETURNED)
"""Steps that are counted for the summary."""

_logger = logging.getLogger(__name__)

R = TypeVar("R")


class _VisitingSpider(Protocol):
    """What the pipelines need of a spider."""

    province: Province
    portals: tuple[Portal, ...]
    years: tuple[int, ...] | None
    kind: str
    known: dict[str, dict[str, PageRecord]]
    lists: dict[str, dict[str, ListRecord]]
    whole: dict[str, bool]
    revisit: timedelta
    stated: dict[tuple[str, int], dict[str, date]]
    visits: dict[str, Visit]
    held: Mapping[str, LeaseRecord]
    summary: Mapping[str, Any] | None


def policy_of(settings: config.Settings) -> Policy:
    """The table of rules as the settings change it, applied today. Raises RuleBookError."""
    return policy(settings.rules, clock.today(), settings.deadlines)


class StorageFailedError(Exception):
    """Archive or database cannot be used. One line."""


@dataclass(frozen=True, slots=True)
class ArchivedPage:
    """A page whose bytes are safe, and those of its parts as far as they came (else None)."""

    item: PageItem
    sha256: str
    parts: tuple[str | None, ...] = ()


@dataclass(frozen=True, slots=True)
class RecordedEntry:
    """What is written down for one item."""

    portal: str
    entry: Entry


class _Pipeline:
    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Settings are read when the spider opens, not here."""
        return cls(crawler)

    @property
    def spider(self) -> _VisitingSpider:
        """The spider of this crawl."""
        return cast(_VisitingSpider, self.crawler.spider)

    def stop(self, problem: str) -> None:
        """Break the crawl off; the first problem is the one that is told."""
        if self.crawler.stats.get_value(FAILED) is not None:
            return
        self.crawler.stats.set_value(FAILED, problem)
        _logger.critical("%s", problem)
        # not awaited: closing waits for the very item that is being dealt with
        closing = asyncio.ensure_future(self.crawler.engine.close_spider_async(reason="storage_failed"))
        closing.add_done_callback(lambda done: done.cancelled() or done.exception())


class ArchivePipeline(_Pipeline):
    """Keeps the bytes of every page, before anything is made of them."""

    async def open_spider(self) -> None:
        """Raises CloseSpider where the archive cannot be used."""
        try:
            self._archive = await asyncio.to_thread(lambda: Archive(config.load().archive_url))
        except ArchiveUnusable as error:
            raise _unusable(self.crawler, error) from None

    async def process_item(self, item: Item) -> ArchivedPage | SeenAgainItem:
        """A page goes on with its hash; a page seen again has nothing new to keep."""
        if isinstance(item, SeenAgainItem):
            return item
        try:
            return await asyncio.to_thread(self._put, item)
        except ArchiveUnusable as error:
            self.stop(str(error))
            raise DropItem(str(error)) from None

    def _put(self, item: PageItem) -> ArchivedPage:
        return ArchivedPage(
            item,
            self._archive.put(item.body),
            tuple(None if part.body is None else self._archive.put(part.body) for part in item.parts),
        )


class InspectPipeline(_Pipeline):
    """Reads and checks pages, off the reactor's thread, a few at a time."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._turns = asyncio.Semaphore(INSPECTIONS)
        self._known: Sightings | None = None

    async def open_spider(self) -> None:
        """Raises CloseSpider where the settings change a rule that there is not, or cannot be read."""
        try:
            self._policy = policy_of(config.load())
        except (config.ConfigurationError, RuleBookError) as error:
            raise _unusable(self.crawler, error) from None
        self._judged_by = judged_by(self._policy, self.spider.province)

    async def process_item(self, item: ArchivedPage | SeenAgainItem) -> RecordedEntry:
        """What is to be written down."""
        if isinstance(item, SeenAgainItem):
            return RecordedEntry(item.portal, _seen_again(item))
        sightings = self._sightings()
        try:
            async with self._turns:
                entry = await asyncio.to_thread(self._inspected, item, sightings)
        except Exception as error:
            _logger.exception("what was read at %s cannot be recorded", item.item.url)
            name = type(error).__name__
            problem = Bilingual(f"程序内部错误：{name}", f"internal error: {name}")
            self.spider.visits[item.item.portal].fail(Stage.ARTICLE, item.item.url, problem)
            raise DropItem(f"internal error: {name}") from None
        return RecordedEntry(item.item.portal, entry)

    def _inspected(self, page: ArchivedPage, sightings: Sightings) -> PageSeen:
        reading = read(page.item, self.spider.province, self._policy, sightings)
        if reading.problem:
            _logger.warning("not read: %s: %s", page.item.url, reading.problem)
        return page_seen(page.item, page.sha256, page.parts, reading, self._judged_by)

    def _sightings(self) -> Sightings:
        if self._known is None:
            pages = (page for pages in self.spider.known.values() for page in pages.values())
            self._known = Sightings(pages, self.spider.stated)
        return self._known


class RecordPipeline(_Pipeline):
    """Writes everything down: one thread, batches, one run."""

    async def open_spider(self) -> None:
        """Begin the run, and hand the spider what is known of its portals' pages. Raises CloseSpider."""
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="ledger")
        self._batch: list[tuple[Entry, asyncio.Future[None]]] = []
        self._flushing: asyncio.TimerHandle | None = None
        self._counts: Counter[str] = Counter()
        self._run: int | None = None
        self._holding: Holding | None = None
        self._loop = asyncio.get_running_loop()
        try:
            await self._in_thread(self._begin)
        except (
            config.ConfigurationError,
            RuleBookError,
            DatabaseUnusable,
            RosterConflict,
            SQLAlchemyError,
            ArchiveUnusable,
        ) as error:
            self._give_back()
            raise _unusable(self.crawler, error) from None

    def _begin(self) -> None:
        spider = self.spider
        settings = config.load()
        engine = opened(settings)
        self._clean_visits = settings.clean_visits
        self._policy = policy_of(settings)
        self._archive = Archive(settings.archive_url)
        self._ledger, self._queries = Ledger(engine), Queries(engine)
        self._ledger.register(portal_records(spider.province), organ_records(spider.province))
        self._take_portals(engine)
        for portal in spider.portals:
            spider.known[portal.id] = self._queries.pages(portal.id)
        spider.stated = self._queries.stated_dates(spider.province.province)
        spider.revisit = timedelta(days=settings.revisit_days)
        self._recall(settings.whole_days)
        self._run = self._ledger.begin_run(
            RunRecord(None, spider.kind, spider.province.province, clock.now())
        )

    def _take_portals(self, engine: Engine) -> None:
        """Let no other crawl visit these portals meanwhile; those that one visits now are left to it."""
        spider = self.spider
        names = {of_portal(portal.id): portal.id for portal in spider.portals}
        self._holding = Holding(engine, self._lost)
        held = self._holding.take(names, f"{spider.kind} {spider.province.province}")
        spider.held = {names[name]: lease for name, lease in held.items()}

    def _lost(self, names: frozenset[str]) -> None:
        """Another crawl has taken portals over, while this one was asleep or cut off from the database."""
        problem = f"another crawl has taken over {', '.join(sorted(names))}"[:300]
        self._loop.call_soon_threadsafe(self.stop, problem)

    def _give_back(self) -> None:
        if self._holding is not None:
            self._holding.close()

    def _recall(self, whole_days: int) -> None:
        """Hand the spider what is remembered of lists, and say which are to be walked to their ends: those
        not walked so for `whole_days`, and all while an absence is still to be proved.
        """
        spider, queries, now = self.spider, self._queries, clock.now()
        province, today = spider.province, clock.today()
        visits = queries.visits(province=province.province)
        owing = obligations.unproven(
            queries.organs(province.province),
            queries.years_held(province.province),
            visits,
            self._policy,
            years=province.report_years(today),
            today=today,
            clean_visits=self._clean_visits,
        )
        broken_off = {v.portal: v.started for v in visits if v.detail.get("broken_off")}
        crashed = queries.last_crash(province.province)
        # a portal that is never clean is not gone through every night for that
        whole = {v.portal: v.started for v in visits if v.whole and v.years is None}
        for portal in spider.portals:
            since = [moment for moment in (crashed, broken_off.get(portal.id)) if moment is not None]
            spider.lists[portal.id] = {
                url: replace(told, walked=None) if _doubted(told, since) else told
                for url, told in queries.lists(portal.id).items()
            }
            last = whole.get(portal.id)
            due = last is None or now - last >= timedelta(days=whole_days)
            spider.whole[portal.id] = due or portal.id in owing

    async def process_item(self, item: RecordedEntry) -> RecordedEntry:
        """Done when the entry's batch is written. Raises DropItem where it cannot be."""
        if self.crawler.stats.get_value(FAILED) is not None:
            raise DropItem("the crawl has broken off")
        loop = asyncio.get_running_loop()
        written: asyncio.Future[None] = loop.create_future()
        self._batch.append((item.entry, written))
        if len(self._batch) >= BATCH:
            self._flush()
        elif self._flushing is None:
            self._flushing = loop.call_later(BATCH_SECONDS, self._flush)
        try:
            await written
        except StorageFailedError as error:
            self.stop(str(error))
            raise DropItem(str(error)) from None
        if isinstance(item.entry, PageSeen):
            self._counts += legibility([item.entry])
            self.spider.visits[item.portal].findings += len(item.entry.findings)
        return item

    def _flush(self) -> None:
        """Hand the batch to the writer; its entries are done with, or fail, together."""
        if self._flushing is not None:
            self._flushing.cancel()
            self._flushing = None
        batch, self._batch = self._batch, []
        if not batch:
            return

        def written(done: asyncio.Future[frozenset[str]]) -> None:
            problem = done.exception()
            for _, entry_written in batch:
                if entry_written.done():
                    continue
                if problem is None:
                    entry_written.set_result(None)
                else:
                    entry_written.set_exception(StorageFailedError(_one_line(problem)))

        run = cast(int, self._run)
        entries = [entry for entry, _ in batch]
        self._submit(lambda: self._ledger.record(run, entries)).add_done_callback(written)

    async def close_spider(self) -> None:
        """Judge the visits, assess the duties, compare the reports, end the run. All entries are written."""
        try:
            await self._in_thread(self._end)
        except Exception as error:  # whatever it is, the run has not ended as it should, and says so
            self.crawler.stats.set_value(FAILED, self.crawler.stats.get_value(FAILED) or _one_line(error))
            defect = not isinstance(error, DatabaseUnusable | ArchiveUnusable)
            _logger.critical("the run could not be ended: %s", _one_line(error), exc_info=defect)
        finally:
            await self._in_thread(self._give_back)
            self._thread.shutdown()

    def _end(self) -> None:
        spider, run = self.spider, self._run
        if run is None:
            return  # it never began
        failed: str | None = self.crawler.stats.get_value(FAILED)
        visits = [self._visit(portal, run, failed) for portal in spider.portals]
        for visit in visits:
            self._ledger.record_visit(visit)
            seen = spider.visits.get(visit.portal)
            if failed is None and seen is not None:
                whole = visit.clean and visit.whole and visit.years is None
                self._ledger.record_lists(seen.remembered, all_of=visit.portal if whole else None)
        all_held = len(spider.held) == len(visits)
        if failed is None and not all_held:
            self._look_back(run, visits)
        verdict = HELD if all_held and failed is None else _verdict(visits, failed)
        steps = self._queries.steps(run)
        coverage = self._queries.coverage(province=spider.province.province)
        counts = {
            "requests": sum(visit.requests for visit in visits),
            "reports": sum(visit.reports for visit in visits),
            **{name: self._counts[name] for name in ("pages", "unrecognised", "cells", "unread")},
            **{kind.value: steps[kind] for kind in _TOLD},
            "due": coverage.total,
            "judged": coverage.assessed,
            **standing_doubts(self._queries, spider.province.province),
        }
        told = [
            {
                "portal": visit.portal,
                "clean": visit.clean,
                "reason": {"zh": visit.reason_zh, "en": visit.reason_en},
                "reports": visit.reports,
            }
            for visit in visits
        ]
        detail: dict[str, Any] = {
            "counts": counts,
            "visits": told,
            OPEN: standing_open(self._queries, spider.province.province),
        }
        if failed is not None:
            detail["problem"] = failed
        early = ended_early.told()
        if early is not None:
            detail["ended_early"] = {"zh": early.zh, "en": early.en}
        self._ledger.end_run(run, clock.now(), verdict, detail)
        spider.summary = {"run": run, "verdict": verdict, **detail}
        for visit in visits:
            level = logging.INFO if visit.clean else logging.WARNING
            _logger.log(level, "%s: %s", visit.portal, "clean" if visit.clean else visit.reason_en)

    def _visit(self, portal: Portal, run: int, failed: str | None) -> VisitRecord:
        now = clock.now()
        held = self.spider.held.get(portal.id)
        if held is not None:
            return _left_to(held, VisitRecord(run, portal.id, now, now, clean=False))
        visit = self.spider.visits.get(portal.id)
        if visit is None:
            visit = Visit(portal.id, now, None)
            visit.fail(Stage.HOME, portal.home, Bilingual("未访问", "not visited"))
        verdict = judge(visit.counts()) if failed is None else broken_off(failed)
        return VisitRecord(
            run=run,
            portal=portal.id,
            started=visit.started,
            ended=now,
            clean=verdict.clean,
            reason_zh=verdict.reason.zh,
            reason_en=verdict.reason.en,
            years=self.spider.years,
            lists=tuple(visit.lists),
            requests=visit.requests,
            reports=visit.reports,
            whole=visit.whole,
            detail={**visit.detail(), "broken_off": bool(visit.outstanding or failed)},
        )

    def _look_back(self, run: int, visits: Sequence[VisitRecord]) -> None:
        """Take in what clean visits found gone, and whatever follows from all that stands on record now."""
        spider = self.spider
        clean = {visit.portal for visit in visits if visit.clean}
        for portal in clean:
            self._ledger.record_gone(run, spider.visits[portal].gone, clock.today())
            self._ledger.grown_old(run, portal)
        back = LookingBack(
            run, spider.province, self._policy, self._clean_visits, self._ledger, self._queries
        )
        back.judge_again(self._archive)
        back.conclude(clean, whole=clean if spider.years is None else set())

    def _submit(self, work: Callable[[], R]) -> asyncio.Future[R]:
        return asyncio.get_running_loop().run_in_executor(self._thread, work)

    async def _in_thread(self, work: Callable[[], R]) -> R:
        return await self._submit(work)


def _left_to(lease: LeaseRecord, visit: VisitRecord) -> VisitRecord:
    """A visit that was left to another crawl: it looked for no year, so nothing is concluded from it, not
    even that the portal could not be reached.
    """
    who = holder_told(lease)
    return replace(
        visit,
        reason_zh=f"另一次抓取正在访问：{who.zh}",
        reason_en=f"another crawl is visiting it: {who.en}",
        years=(),
        whole=False,
        detail={"held": {"owner": lease.owner, "since": lease.taken.isoformat()}, "broken_off": False},
    )


def _doubted(told: ListRecord, broken_off: Iterable[datetime]) -> bool:
    """Whether a visit broke off since the list was walked: what it showed first is on record now, what came
    after that may not be, and it would pass for nothing new.
    """
    return told.walked is not None and any(moment >= told.walked for moment in broken_off)


def _seen_again(item: SeenAgainItem) -> SeenAgain:
    return SeenAgain(item.url, item.seen, item.listed_title, item.listed_date)


def _unusable(crawler: Crawler, error: Exception) -> CloseSpider:
    crawler.stats.set_value(FAILED, _one_line(error))
    _logger.critical("%s", _one_line(error))
    return CloseSpider("storage_unusable")


def _verdict(visits: Iterable[VisitRecord], failed: str | None) -> str:
    clean = [visit.clean for visit in visits]
    if failed is not None or not any(clean):
        return "failed"
    return "clean" if all(clean) else "partial"


def _one_line(error: BaseException) -> str:
    # the driver's message alone: SQLAlchemy's own quotes statement and values
    origin = getattr(error, "orig", None) or error
    return " ".join(str(origin).split())[:300] or type(error).__name__
