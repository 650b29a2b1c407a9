"""Any story of nights, pages and batches, against a model that knows neither rows nor batches."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from storage.ledger import Ledger
from storage.queries import Queries
from storage.records import GONE_DAYS, SeenAgain

URLS = ("http://a.example/1", "http://b.example/2", "http://c.example/3")


@dataclass(frozen=True)
class Seen:
    """A page shows the report of `year`, dated or not, with findings: number -> what was found."""

    url: str
    year: int
    day: int | None
    findings: tuple[tuple[int, int], ...]

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


look = st.one_of(
    st.builds(
        Seen,
        url=st.sampled_from(URLS),
        year=st.sampled_from([2023, 2023, 2022]),
        day=st.sampled_from([None, 5, 15, 25]),
        findings=st.dictionaries(st.integers(1, 3), st.integers(0, 1)).map(
            lambda d: tuple(sorted(d.items()))
        ),
    ),
    st.builds(Unread, st.sampled_from(URLS)),
    st.builds(Again, st.sampled_from(URLS)),
    st.builds(Gone, st.sampled_from(URLS)),
)
stories = st.lists(st.lists(st.lists(look, max_size=5), min_size=1, max_size=3), min_size=1, max_size=5)


@dataclass
class Model:
    """The rules as one would tell them."""

    shown: dict[int, dict[str, Seen]] = field(default_factory=dict)  # year -> url -> what it last showed
    at: dict[str, Seen | Unread] = field(default_factory=dict)  # url -> what it shows now
    gone: set[str] = field(default_factory=set)
    life: dict[tuple[int, int], list[Any]] = field(default_factory=dict)  # (year, n) -> [status, value, run]
    steps: list[tuple[str, int, int]] = field(default_factory=list)

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
            for (year, _), state in self.life.items():
                if year == now.year and state[0] in ("new", "changed", "returned") and state[2] < run:
                    state[0] = "open"

    def _read(self, report: Seen, run: int) -> None:
        now = dict(report.findings)
        for number in sorted({1, 2, 3} & {*now, *(n for y, n in self.life if y == report.year)}):
            state = self.life.get((report.year, number))
            if state is None:
                self.life[report.year, number] = ["new", now[number], run]
                self.steps.append(("new", report.year, number))
            elif number not in now:
                if state[0] != "fixed":
                    self._step(state, "fixed", state[1], run, report.year, number)
            elif state[0] == "fixed":
                self._step(state, "returned", now[number], run, report.year, number)
            elif state[1] != now[number]:
                self._step(state, "changed", now[number], run, report.year, number)
            elif state[0] in ("new", "changed", "returned") and state[2] < run:
                state[0] = "open"

    def _step(self, state: list[Any], kind: str, value: int, run: int, year: int, number: int) -> None:
        state[:] = [kind, value, run]
        self.steps.append((kind, year, number))


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(story=stories)
def test_any_story(
    story: Any, nights: Any, ledger: Ledger, queries: Queries, empty_all: Callable[[], None]
) -> None:
    empty_all()
    model = Model()
    for night in story:
        run = nights.begin()
        for batch in night:
            nights.record(*(_entry(what, nights) for what in batch if not isinstance(what, Gone)))
            gone = [what for what in batch if isinstance(what, Gone)]
            for day in range(1, GONE_DAYS + 1):
                ledger.record_gone(run, {what.url: "404" for what in gone}, date(2024, 2, day))
            for what in (*(what for what in batch if not isinstance(what, Gone)), *gone):
                model.look(what, run)
            _compare(model, queries)
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
        (f.year, int(f.fingerprint, 16) % 10): [str(f.status), f.found]
        for f in queries.findings(include_fixed=True)
    }
    assert findings == {key: state[:2] for key, state in model.life.items()}
    steps = [(str(c.kind), c.finding.year, int(c.finding.fingerprint, 16) % 10) for c in queries.changes(0)]
    assert sorted(steps) == sorted(model.steps)


def _entry(what: Seen | Unread | Again, nights: Any) -> Any:
    if isinstance(what, Again):
        return SeenAgain(what.url, nights.at())
    if isinstance(what, Unread):
        return nights.unread(what.url)
    published = None if what.day is None else date(2024, 1, what.day)
    report = nights.report(url=what.url, year=what.year, published=published, sha256=what.sha256)
    findings = (
        nights.finding(what.year * 10 + number, url=what.url, year=what.year, found=value)
        for number, value in what.findings
    )
    return nights.page(report, *findings)
