"""Two crawls at once, and the one that saw a page first writes last: what was seen later stands."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from storage import tables
from storage.fetches import fetches_at
from storage.ledger import Ledger
from storage.queries import Queries
from storage.records import (
    GONE_DAYS,
    ChangeKind,
    FetchRecord,
    PageSeen,
    RunRecord,
    SeenAgain,
    VersionRecord,
)
from storage.sightings import AHEAD

URL = "http://a.example/1.html"
TWIN = "http://b.example/1.html"
WATER = "云溪县水务局"


class Overlap:
    """Two runs of one night over a page that changes between their looks."""

    def __init__(self, nights: Any, ledger: Ledger) -> None:
        self.nights, self.ledger = nights, ledger
        nights.begin()
        self.slow = nights.run
        self.quick = ledger.begin_run(RunRecord(None, "nightly", "yunling", nights.at(1)))

    def page(self, sha: str, seen: datetime, *numbers: int, **values: Any) -> PageSeen:
        report = self.nights.report(sha=sha, seen=seen, **values)
        found = (
            self.nights.finding(number, year=report.year, archived=report.sha256, where=f"place.{number}")
            for number in numbers
        )
        version = VersionRecord(
            report.organ, report.year, report.url, report.sha256, seen, 1, f"digest {sha}", {"shows": sha}
        )
        fetch = FetchRecord(report.url, report.sha256, seen, 200, (("X-Answer", sha),), last_seen=seen)
        entry: PageSeen = self.nights.page(report, *found)
        return replace(entry, version=version, fetches=(fetch,))


@pytest.fixture
def overlap(nights: Any, ledger: Ledger) -> Overlap:
    """Last night the page showed the first bytes, with two findings."""
    overlap = Overlap(nights, ledger)
    ledger.record(overlap.slow, [overlap.page("1", nights.at(2), 1, 2)])
    return Overlap(nights, ledger)


def rows(engine: Engine, *but: type[tables.Base]) -> dict[str, list[Any]]:
    with engine.connect() as connection:
        return {
            table.name: sorted(map(repr, connection.execute(select(table))))
            for table in tables.Base.metadata.sorted_tables
            if table.name not in {one.__tablename__ for one in but}
        }


def test_an_older_sighting_replaces_nothing_and_stays_evidence(
    overlap: Overlap, nights: Any, ledger: Ledger, queries: Queries, engine: Engine
) -> None:
    older = overlap.page("2", nights.at(5), 1, 3)
    newer = overlap.page("3", nights.at(6), 2)
    ledger.record(overlap.quick, [newer])
    before = rows(engine, tables.Document, tables.Fetch)
    ledger.record(overlap.slow, [older])
    assert rows(engine, tables.Document, tables.Fetch) == before

    [report] = queries.reports()
    assert (report.sha256, report.seen) == ("3" * 64, nights.at(6))
    standing = {finding.fingerprint[-1]: finding.archived for finding in queries.findings()}
    assert standing == {"2": "3" * 64}
    with Session(engine) as session:
        assert sorted(session.scalars(select(tables.Document.sha256))) == ["1" * 64, "2" * 64, "3" * 64]
        shown = list(session.scalars(select(tables.Version).order_by(tables.Version.id)))
    assert [(row.sha256[0], row.first_seen) for row in shown] == [
        ("1", nights.at(2) - timedelta(days=1)),
        ("3", nights.at(6)),
    ]
    # as they came, not as they were written
    came = fetches_at(engine, [URL])[URL]
    assert [(fetch.sha256[0], fetch.fetched, fetch.last_seen) for fetch in came[1:]] == [
        ("2", nights.at(5), nights.at(5)),
        ("3", nights.at(6), nights.at(6)),
    ]
    assert [fetch.headers for fetch in came[1:]] == [(("X-Answer", "2"),), (("X-Answer", "3"),)]
    # the newest is still the newest
    nights.begin()
    nights.record(overlap.page("3", nights.at(), 2))
    assert [fetch.sha256[0] for fetch in fetches_at(engine, [URL])[URL]] == ["1", "2", "3"]
    assert queries.changes(0)[-1].kind is ChangeKind.FIXED


def test_a_later_or_simultaneous_sighting_counts(
    overlap: Overlap, nights: Any, ledger: Ledger, queries: Queries
) -> None:
    ledger.record(overlap.quick, [overlap.page("2", nights.at(5), 1, 3)])
    ledger.record(overlap.slow, [overlap.page("3", nights.at(5), 2)])
    assert [report.sha256 for report in queries.reports()] == ["3" * 64]
    ledger.record(overlap.quick, [overlap.page("4", nights.at(6), 1)])
    assert [report.sha256 for report in queries.reports()] == ["4" * 64]


def test_bytes_that_both_saw_were_there_since_the_first_of_them(
    nights: Any, ledger: Ledger, queries: Queries, engine: Engine
) -> None:
    overlap = Overlap(nights, ledger)
    ledger.record(overlap.quick, [overlap.page("1", nights.at(6), 1)])
    ledger.record(overlap.slow, [overlap.page("1", nights.at(5), 1)])
    [report], [page] = queries.reports(), queries.pages("yunxi").values()
    assert (report.first_seen, report.seen) == (nights.at(5), nights.at(6))
    assert (page.first_seen, page.seen) == (nights.at(5), nights.at(6))
    with Session(engine) as session:
        assert list(session.scalars(select(tables.Document.first_seen))) == [nights.at(5)]
    assert [finding.last_seen for finding in queries.findings()] == [nights.at(6)]


def test_a_report_was_there_since_it_was_first_seen_at_any_address(
    nights: Any, ledger: Ledger, queries: Queries
) -> None:
    overlap = Overlap(nights, ledger)
    ledger.record(overlap.quick, [overlap.page("1", nights.at(6)), overlap.page("2", nights.at(7), url=TWIN)])
    ledger.record(overlap.slow, [overlap.page("2", nights.at(5), url=TWIN)])
    assert [(report.url, report.first_seen) for report in queries.reports()] == [(URL, nights.at(5))]
    third = "http://c.example/1.html"
    ledger.record(overlap.slow, [overlap.page("3", nights.at(4), url=third)])
    assert [(report.url, report.first_seen) for report in queries.reports()] == [(URL, nights.at(4))]


def test_a_report_that_only_the_older_sighting_showed_is_held(
    nights: Any, ledger: Ledger, queries: Queries
) -> None:
    """It was there: what came after it is no report, or another one, and unseats none."""
    overlap = Overlap(nights, ledger)
    later = replace(
        overlap.page("2", nights.at(6)).page, organ=None, year=None, problem="not an annual report"
    )
    ledger.record(overlap.quick, [PageSeen(later)])
    ledger.record(overlap.slow, [overlap.page("1", nights.at(5), 1)])
    [report] = queries.reports()
    assert (report.organ, report.sha256, report.first_seen) == (WATER, "1" * 64, nights.at(5))
    assert [finding.fingerprint[-1] for finding in queries.findings()] == ["1"]
    page = queries.pages("yunxi")[URL]
    assert (page.sha256, page.problem) == ("2" * 64, "not an annual report")
    # and one of another year beside the one that is shown now
    ledger.record(overlap.quick, [overlap.page("4", nights.at(8), year=2022)])
    ledger.record(overlap.slow, [overlap.page("3", nights.at(7), 2)])
    assert {report.year: report.sha256[0] for report in queries.reports()} == {2023: "3", 2022: "4"}
    assert queries.pages("yunxi")[URL].year == 2022


def test_the_same_bytes_are_what_the_later_reading_says(
    nights: Any, ledger: Ledger, queries: Queries
) -> None:
    overlap = Overlap(nights, ledger)
    ledger.record(overlap.quick, [overlap.page("1", nights.at(6), year=2022)])
    ledger.record(overlap.slow, [overlap.page("1", nights.at(5), 1)])
    assert [report.year for report in queries.reports()] == [2022]
    assert queries.findings() == []


def test_an_older_sighting_does_not_bring_back_what_is_gone(
    overlap: Overlap, nights: Any, ledger: Ledger, queries: Queries
) -> None:
    ledger.record(overlap.quick, [SeenAgain(URL, nights.at(6), "题名", None)])
    for day in range(GONE_DAYS):
        ledger.record_gone(overlap.quick, {URL: "404"}, (nights.at(6) + timedelta(days=day)).date())
    before = queries.pages("yunxi")[URL]
    assert before.gone
    older = nights.at(5)
    ledger.record(overlap.slow, [SeenAgain(URL, older, "旧题名", None), overlap.page("1", older, 1)])
    assert queries.pages("yunxi")[URL] == before
    ledger.record(overlap.slow, [SeenAgain(URL, nights.at(7), "题名", None)])
    assert not queries.pages("yunxi")[URL].gone


def test_a_clock_that_was_wrong_blinds_nobody(
    overlap: Overlap, nights: Any, ledger: Ledger, queries: Queries, engine: Engine
) -> None:
    """A moment so far ahead is no other crawl's: what is seen then counts."""
    ahead = nights.at(5) + AHEAD + timedelta(minutes=1)
    ledger.record(overlap.quick, [overlap.page("2", ahead, 1)])
    ledger.record(overlap.slow, [overlap.page("3", nights.at(5), 2)])
    assert [report.sha256 for report in queries.reports()] == ["3" * 64]
    assert queries.pages("yunxi")[URL].sha256 == "3" * 64
    assert [fetch.sha256[0] for fetch in fetches_at(engine, [URL])[URL]] == ["1", "2", "3"]
