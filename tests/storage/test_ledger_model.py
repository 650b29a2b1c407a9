"""Any story of nights, pages and batches, against a model that knows neither rows nor batches."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine

from storage import rollups
from storage.engine import writing
from storage.ledger import Ledger
from storage.queries import Queries
from storage.records import GONE_DAYS, SeenAgain, WaiverRecord

URLS = ("http://a.example/1", "http://b.example/2", "http://c.example/3")


@dataclass(frozen=True)
class Seen:
    """A page shows the report of `year`, dated or not, with findings: number -> what was found."""

    url: str
    year: int
    day: int | None
    findings: tuple[tuple[int, int], ...]
    rules: int = 1  # what it is judged by

    @property
    def sha256(self) -> str:
        return hashlib.sha256(repr(self).encode()).hexdigest()


@dataclass(frozen=True)
class Unread:
    url: str


@dataclass(frozen=True)
class Again:
    url: str


@dataclass(frozen=True)
class Gone:
    """Clean visits of enough days find nothing there."""

    url: str


@dataclass(frozen=True)
class Waive:
    """A person decides about one finding of a year, or about all of them."""

    year: int
    number: int | None


@dataclass(frozen=True)
class Revoke:
    """A person ends a decision: the first of those that were made, the second and so on."""

    place: int


look = st.one_of(
    st.builds(
        Seen,
        url=st.sampled_from(URLS),
        year=st.sampled_from([2023, 2023, 2022]),
        day=st.sampled_from([None, 5, 15, 25]),
        findings=st.dictionaries(st.integers(1, 3), st.integers(0, 1)).map(
            lambda d: tuple(sorted(d.items()))
        ),
        rules=st.sampled_from([1, 1, 1, 2]),
    ),
    st.builds(Unread, st.sampled_from(URLS)),
    st.builds(Again, st.sampled_from(URLS)),
    st.builds(Gone, st.sampled_from(URLS)),
    st.builds(Waive, st.sampled_from([2023, 2022]), st.sampled_from([None, 1, 2, 3])),
    st.builds(Revoke, st.integers(0, 2)),
)
stories = st.lists(st.lists(st.lists(look, max_size=5), min_size=1, max_size=3), min_size=1, max_size=5)


@dataclass
class Life:
    """One finding. `rules` are those that last stated it, `waiver` is the place of the decision that covers
    it or did when it was resolved; the first `outdated` decisions were made when it said something else.
    """

    status: str
    value: int
    run: int
    rules: int | None
    waiver: int | None = None
    outdated: int = 0


@dataclass
class Model:
    """The rules as one would tell them."""

    shown: dict[int, dict[str, Seen]] = field(default_factory=dict)  # year -> url -> what it last showed
    at: dict[str, Seen | Unread] = field(default_factory=dict)  # url -> what it shows now
    gone: set[str] = field(default_factory=set)
    life: dict[tuple[int, int], Life] = field(default_factory=dict)
    steps: list[tuple[str, int, int]] = field(default_factory=list)
    decisions: list[Waive | None] = field(default_factory=list)  # None: it was ended

    def held(self, year: int) -> Seen | None:
        pages = self.shown.get(year, {}).values()
        return min(
            pages,
            key=lambda page: (self.vanished(page), page.day is None, page.day or 0, page.url),
            default=None,
        )

    def vanished(self, page: Seen) -> bool:
        """Whether nothing is at its address any more, or the report of another year."""
        now = self.at[page.url]
        return page.url in self.gone or (isinstance(now, Seen) and now.year != page.year)

    def look(self, what: Seen | Unread | Again | Gone, run: int) -> None:
        before = {year: self.held(year) for year in self.shown}
        if isinstance(what, Gone):
            self.gone |= {what.url} & set(self.at)
        else:
            self.gone.discard(what.url)
        if isinstance(what, Seen | Unread):
            self.at[what.url] = what
        if isinstance(what, Seen):
            self.shown.setdefault(what.year, {})[what.url] = what
        for year in self.shown:
            after = self.held(year)
            assert after is not None
            if after != before.get(year) or after == what:
                self._read(after, run)
        now = self.at.get(what.url)
        if isinstance(what, Again) and isinstance(now, Seen) and self.held(now.year) == now:
            for (year, _), one in self.life.items():
                if year == now.year:
                    self._settle(one, run)

    def decide(self, what: Waive | Revoke) -> None:
        if isinstance(what, Waive):
            self.decisions.append(what)
        elif what.place < len(self.decisions):
            self.decisions[what.place] = None
        for (year, number), one in sorted(self.life.items()):
            if one.status in ("fixed", "withdrawn"):
                continue
            covering = self._covering(year, number, one.outdated)
            if one.status == "waived":
                if covering is None:
                    self._step(one, "lapsed", year, number, status="open")
                elif isinstance(what, Revoke) and one.waiver == what.place:
                    one.waiver = covering
            elif isinstance(what, Waive) and covering is not None:
                one.waiver = covering
                self._step(one, "waived", year, number)

    def _covering(self, year: int, number: int, after: int) -> int | None:
        for place, decision in enumerate(self.decisions):
            about = decision is not None and decision.year == year and decision.number in (None, number)
            if about and place >= after:
                return place
        return None

    def _judged_by(self, report: Seen) -> int | None:
        """What the page is judged by that shows the report now. Nobody knows it of one that cannot be read
        any more: what is no longer stated there is withdrawn, the more careful of the two.
        """
        page = self.at[report.url]
        return page.rules if isinstance(page, Seen) else None

    def _read(self, report: Seen, run: int) -> None:
        now = dict(report.findings)
        for number in sorted({1, 2, 3} & {*now, *(n for y, n in self.life if y == report.year)}):
            one = self.life.get((report.year, number))
            if number in now:
                self._stated(one, report, number, now[number], run)
            elif one is not None and one.status not in ("fixed", "withdrawn"):
                gone = "fixed" if one.rules == self._judged_by(report) else "withdrawn"
                self._step(one, gone, report.year, number, run)

    def _stated(self, one: Life | None, report: Seen, number: int, value: int, run: int) -> None:
        year = report.year
        covering = self._covering(year, number, 0 if one is None else one.outdated)
        if one is None:
            one = self.life[year, number] = Life("", value, run, self._judged_by(report), covering)
            self._step(one, "new" if covering is None else "waived", year, number, run)
            return
        other, one.value, one.rules = one.value != value, value, self._judged_by(report)
        resolved, waived = one.status in ("fixed", "withdrawn"), one.status == "waived"
        was, one.waiver = one.waiver, covering
        if other and (waived or (resolved and was is not None and covering is not None)):
            one.waiver, one.outdated = None, len(self.decisions)
            self._step(one, "lapsed", year, number, run, "returned" if resolved else "changed")
        elif covering is not None:
            if not waived:
                self._step(one, "waived", year, number, run)
        elif resolved:
            self._step(one, "returned", year, number, run)
        elif other:
            self._step(one, "changed", year, number, run)
        else:
            self._settle(one, run)

    def _settle(self, one: Life, run: int) -> None:
        if one.status in ("new", "changed", "returned") and one.run < run:
            one.status = "open"

    def _step(
        self, one: Life, kind: str, year: int, number: int, run: int | None = None, status: str = ""
    ) -> None:
        one.status = status or kind
        one.run = one.run if run is None else run
        self.steps.append((kind, year, number))


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(story=stories)
def test_any_story(
    story: Any, nights: Any, ledger: Ledger, queries: Queries, engine: Engine, empty_all: Callable[[], None]
) -> None:
    empty_all()
    model = Model()
    numbers: list[int] = []
    for night in story:
        run = nights.begin()
        for batch in night:
            seen = [what for what in batch if isinstance(what, Seen | Unread | Again)]
            nights.record(*(_entry(what, nights) for what in seen))
            gone = [what for what in batch if isinstance(what, Gone)]
            for day in range(1, GONE_DAYS + 1):
                ledger.record_gone(run, {what.url: "404" for what in gone}, date(2024, 2, day))
            for what in (*seen, *gone):
                model.look(what, run)
            for decision in batch:
                if isinstance(decision, Waive | Revoke):
                    _decide(decision, ledger, nights, numbers)
                    model.decide(decision)
            _compare(model, queries)
        with writing(engine) as session:
            assert rollups.differences(session) == []
    finished = queries.newest_change()
    # one more night that shows what the pages show now: nothing new is told
    nights.begin()
    there = {url: what for url, what in model.at.items() if url not in model.gone}
    nights.record(*(_entry(what, nights) for what in there.values()))
    nights.record(*(SeenAgain(url, nights.at()) for url in there))
    assert queries.newest_change() == finished


def _compare(model: Model, queries: Queries) -> None:
    held = {report.year: (report.url, report.sha256) for report in queries.reports()}
    expected = {year: model.held(year) for year in model.shown}
    assert held == {year: (page.url, page.sha256) for year, page in expected.items() if page}
    findings = {
        (f.year, int(f.fingerprint, 16) % 10): (str(f.status), f.found)
        for f in queries.findings(include_fixed=True)
    }
    assert findings == {key: (one.status, one.value) for key, one in model.life.items()}
    steps = [(str(c.kind), c.finding.year, int(c.finding.fingerprint, 16) % 10) for c in queries.changes(0)]
    assert sorted(steps) == sorted(model.steps)


def _decide(what: Waive | Revoke, ledger: Ledger, nights: Any, numbers: list[int]) -> None:
    if isinstance(what, Revoke):
        if what.place < len(numbers):
            ledger.withdraw_waiver(numbers[what.place], nights.at())
        return
    where = None if what.number is None else f"place.{what.number}"
    waiver = WaiverRecord(
        None, "applications-balance", "已核实", "王某", nights.at(), nights.at() + timedelta(days=90),
        year=what.year, where=where,
    )  # fmt: skip
    numbers.append(ledger.add_waiver(waiver))


def _entry(what: Seen | Unread | Again, nights: Any) -> Any:
    if isinstance(what, Again):
        return SeenAgain(what.url, nights.at())
    if isinstance(what, Unread):
        return nights.unread(what.url)
    published = None if what.day is None else date(2024, 1, what.day)
    report = nights.report(url=what.url, year=what.year, published=published, sha256=what.sha256)
    findings = (
        nights.finding(
            what.year * 10 + number, url=what.url, year=what.year, found=value, where=f"place.{number}"
        )
        for number, value in what.findings
    )
    return nights.page(report, *findings, judged_by=f"table {what.rules}")
