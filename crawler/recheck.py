"""The archive read again with the reader, rules, settings and roster of today; no request is sent.

One run for each province. Pages are read by a pool of processes (crawler.rereading), what becomes of them
is written here, in batches, and then follows what follows from it (crawler.looking_back). What is judged by
today's version and terms already is skipped: a run that was stopped or killed is taken up again by starting
it again. A page that a crawl has seen meanwhile is left as the crawl left it.
"""

from __future__ import annotations

import re
import tempfile
import threading
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import Engine

from crawler import clock
from crawler.config import Settings
from crawler.crawls import AD_HOC, GRACE
from crawler.legibility import legibility
from crawler.looking_back import LookingBack, judged_by, standing_doubts, standing_open
from crawler.portals import Portal, Province, host_of
from crawler.portals.values import Years
from crawler.recording import Sightings, organ_records, portal_records
from crawler.rereading import Readers, Reread, Terms, written
from crawler.rulebook import policy
from storage.ledger import Ledger
from storage.queries import Queries
from storage.records import RECHECK, ChangeKind, LostReport, PageBrief, PageRecord, PortalRecord, RunRecord
from storage.standing import OPEN

BATCH = 50
"""Pages that are written in one transaction; while it lasts the workers have others to read."""
_FETCHED = 200
"""Pages whose records are read at a time, shortly before their bytes are."""
_ROUNDS = 3
"""How often a page is read that somebody else has seen while it was."""


@dataclass(frozen=True, slots=True)
class Scope:
    """What is read again; None lets everything pass. Without `all` only what was read or judged otherwise."""

    province: str | None = None
    portal: str | None = None
    year: int | None = None
    organ: str | None = None
    rule: str | None = None
    parser: int | None = None  # the version that read it
    all: bool = False


class Unread(NamedTuple):
    """A page that could not be read again."""

    url: str
    portal: str
    problem: str


class Moved(NamedTuple):
    """A page that is read as the report of another body or year."""

    url: str
    before: tuple[str, int]
    now: tuple[str, int]


@dataclass(slots=True)
class Account:
    """What a re-check came to."""

    provinces: list[str] = field(default_factory=list)
    pages: int = 0  # read and written
    steps: Counter[ChangeKind] = field(default_factory=Counter)
    lost: list[LostReport] = field(default_factory=list)
    moved: list[Moved] = field(default_factory=list)
    unread: list[Unread] = field(default_factory=list)
    awaiting: int = 0  # not all of them could be had when they were visited: the next visit reads them
    busy: int = 0  # seen by somebody else each time they were read
    unregistered: dict[str, int] = field(default_factory=dict)  # portal: its pages
    stopped: bool = False


class Recheck:
    """One re-check. `on_progress` is told how many pages of how many are done; `stop` ends it early."""

    def __init__(
        self,
        settings: Settings,
        engine: Engine,
        provinces: dict[str, Province],
        scope: Scope,
        *,
        workers: int,
        stop: threading.Event,
        on_progress: Callable[[int, int], None] = lambda _done, _of: None,
    ) -> None:
        """Raises RuleBookError."""
        self._settings, self._scope, self._workers = settings, scope, workers
        self._provinces, self._stop, self._on_progress = provinces, stop, on_progress
        self._today = clock.today()
        self._policy = policy(settings.rules, self._today, settings.deadlines)
        self._ledger, self._queries = Ledger(engine), Queries(engine)
        self._account = Account()
        self._legible: Counter[str] = Counter()
        self._done = self._of = 0

    def run(self) -> Account:
        """Read everything in scope, province by province.

        Raises ReadersLost, ArchiveUnusable, RosterConflict and the database's errors: what was written by
        then stays, and the run on record has failed.
        """
        plans = [(province, self._wanted(province, portals)) for province, portals in self._in_scope()]
        self._of = sum(len(urls) for _, urls in plans)
        self._on_progress(0, self._of)
        with tempfile.TemporaryDirectory(prefix="nianbao-") as folder, Readers(self._workers) as readers:
            for province, urls in plans:
                if not self._stop.is_set():
                    self._province(province, urls, readers, Path(folder))
        self._account.stopped = self._stop.is_set()
        return self._account

    # --- what is to be read

    def _in_scope(self) -> Iterator[tuple[Province, list[str]]]:
        """Provinces with those of their portals that are in scope and have been visited."""
        scope, queries = self._scope, self._queries
        known: dict[str, list[str]] = {}
        for portal in queries.portals(scope.province):
            if scope.portal not in (None, portal.id):
                continue
            province = self._provinces.get(portal.province)
            if portal.province == AD_HOC:
                yield _of_one(portal), [portal.id]
            elif province is not None and province.portal(portal.id) is not None:
                known.setdefault(portal.province, []).append(portal.id)
            elif pages := len(queries.briefs([portal.id])):
                self._account.unregistered[portal.id] = pages
        for name, portals in known.items():
            yield self._provinces[name], portals

    def _wanted(self, province: Province, portals: Collection[str]) -> list[str]:
        """The addresses of the pages that are to be read again."""
        scope, by = self._scope, judged_by(self._policy, province)
        told = set()  # where something stands that the rule says or doubts
        if scope.rule is not None:
            found = self._queries.findings(province=province.province, rule=scope.rule)
            told = {finding.url for finding in found}
        return [
            page.url
            for page in self._queries.briefs(portals)
            if (scope.all or page.judged_by != by)
            and scope.parser in (None, page.parser)
            and (scope.year is None or _may_be_of(page, scope.year))
            and (scope.organ is None or _may_be(page, scope.organ))
            and (scope.rule is None or page.url in told or self._concerns(scope.rule, page.year))
        ]

    def _concerns(self, rule: str, year: int | None) -> bool:
        """Whether the rule is applied to reports of `year`, today; any where that is not known."""
        ruling = self._policy.rulings[rule]
        return not ruling.off and (year is None or ruling.years is None or year in ruling.years)

    # --- one province

    def _province(self, province: Province, urls: Sequence[str], readers: Readers, folder: Path) -> None:
        ledger, name = self._ledger, province.province
        ledger.register(portal_records(province), organ_records(province))
        run = ledger.begin_run(RunRecord(None, RECHECK, name, clock.now()))
        self._legible = Counter()
        verdict, problem = "failed", "it was told to stop"
        try:
            self._read(run, province, urls, readers, folder)
            if not self._stop.is_set():
                self._conclude(run, province)
            if not self._stop.is_set():
                verdict, problem = "clean", ""
        except BaseException as error:
            problem = " ".join(str(error).split())[:300] or type(error).__name__
            raise
        finally:
            steps = self._queries.steps(run)
            counts = {
                **{name: self._legible[name] for name in ("pages", "unrecognised", "cells", "unread")},
                **{kind.value: steps[kind] for kind in steps},
                **standing_doubts(self._queries, name),
            }
            stands = standing_open(self._queries, name)
            detail = {"counts": counts, OPEN: stands, **({"problem": problem} if problem else {})}
            ledger.end_run(run, clock.now(), verdict, detail)
        self._account.provinces.append(name)
        self._account.steps += steps
        self._account.lost += self._lost(province)

    def _read(
        self, run: int, province: Province, urls: Sequence[str], readers: Readers, folder: Path
    ) -> None:
        """Read the pages and write down what becomes of them; what somebody else has seen meanwhile again."""
        account = self._account
        for attempt in range(_ROUNDS):
            if not urls or self._stop.is_set():
                return
            terms = written(self._terms(province), folder)
            in_vain: list[str] = []
            batch: list[Reread] = []
            for portion in readers.read(terms, self._records(urls, province), self._stop):
                batch += portion
                if len(batch) >= BATCH:
                    in_vain += self._write(run, batch)
                    batch = []
            in_vain += self._write(run, batch)
            urls = in_vain
            account.busy += len(urls) if attempt == _ROUNDS - 1 else 0

    def _terms(self, province: Province) -> Terms:
        queries, settings = self._queries, self._settings
        pages = (page for portal in province.portals for page in queries.pages(portal.id).values())
        return Terms(
            province=province,
            rules=settings.rules,
            deadlines=settings.deadlines,
            today=self._today,
            sightings=Sightings(pages, queries.stated_dates(province.province)),
            judged_by=judged_by(self._policy, province),
            archive=settings.archive_url,
        )

    def _records(self, urls: Sequence[str], province: Province) -> Iterator[PageRecord]:
        """The pages as they stand on record shortly before they are read; not those that need it no more."""
        by = judged_by(self._policy, province)
        for start in range(0, len(urls), _FETCHED):
            portion = urls[start : start + _FETCHED]
            pages = self._queries.pages_at(portion)
            for url in portion:
                page = pages.get(url)
                if page is not None and (self._scope.all or page.judged_by != by):
                    yield page
                else:
                    self._progress(1)

    def _write(self, run: int, batch: Sequence[Reread]) -> list[str]:
        """Write a batch; the addresses of those that were read in vain."""
        if not batch:
            return []
        account = self._account
        entries = [reread.entry for reread in batch if reread.entry is not None]
        in_vain = self._ledger.record(run, entries)
        self._ledger.read_anew([reread.page for reread in batch if reread.entry is None])
        for reread in batch:
            page, entry = reread.page, reread.entry
            if entry is None and reread.awaits_visit:
                account.awaiting += 1
            elif entry is None:
                account.unread.append(Unread(page.url, page.portal, reread.problem))
            elif page.url not in in_vain:
                account.pages += 1
                self._legible += legibility([entry])
                before, now = _key(page), _key(entry.page)
                if before is not None and now is not None and before != now:
                    account.moved.append(Moved(page.url, before, now))
        self._progress(len(batch) - len(in_vain))
        return sorted(in_vain)

    def _progress(self, pages: int) -> None:
        self._done += pages
        self._on_progress(self._done, self._of)

    def _conclude(self, run: int, province: Province) -> None:
        """Duties and comparisons, as after the last visits."""
        queries, name = self._queries, province.province
        visits = queries.visits(province=name)
        last = {visit.portal: visit for visit in visits}
        clean = {portal for portal, visit in last.items() if visit.clean}
        crashed = queries.last_crash(name)
        if crashed is not None:
            patience = timedelta(seconds=self._settings.crawl_timeout + GRACE)
            ended = max((visit.ended for visit in visits), default=crashed)
            if crashed >= ended or clock.now() - crashed < patience:
                # what a crawl has brought and not compared yet it compares itself, and says what was repaired
                clean = set()
        whole = {portal for portal in clean if last[portal].years is None}
        back = LookingBack(
            run,
            province,
            self._policy,
            self._settings.clean_visits,
            self._ledger,
            queries,
            self._stop.is_set,
        )
        back.conclude(clean, whole)

    def _lost(self, province: Province) -> list[LostReport]:
        scope = self._scope
        portals = [portal.id for portal in province.portals if scope.portal in (None, portal.id)]
        return [
            lost
            for lost in self._queries.lost(portals, judged_by(self._policy, province))
            if scope.year in (None, lost.year) and scope.organ in (None, lost.organ)
        ]


def _of_one(portal: PortalRecord) -> Province:
    """The province of a portal that was crawled by its address and stands in no province file."""
    host = host_of(portal.home) or portal.name
    value = Portal(id=portal.id, name=portal.name, home=portal.home, hosts=(host,), private=True)
    year = clock.today().year
    return Province(
        province=portal.province, name=portal.name, years=Years(first=year, last=year), portals=(value,)
    )


def _may_be_of(page: PageBrief, year: int) -> bool:
    """Whether a page shows the report of `year`, or may although none was read from it."""
    if page.year is not None:
        return page.year == year
    named = re.findall(r"(?:19|20)\d\d", page.listed_title)
    return not named or str(year) in named


def _may_be(page: PageBrief, organ: str) -> bool:
    """Whether a page shows a report of `organ`, or may although none was read from it."""
    return page.organ == organ if page.organ is not None else organ in page.listed_title


def _key(page: PageRecord) -> tuple[str, int] | None:
    return None if page.organ is None or page.year is None else (page.organ, page.year)
