"""What is recorded, and what becomes of findings and reports, on both databases."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import Engine, event, func, select, update
from sqlalchemy.exc import StatementError

from storage import tables
from storage.engine import open_engine, writing
from storage.ledger import Ledger, RosterConflict, UnknownRun
from storage.queries import Queries
from storage.records import (
    Cause,
    ChangeKind,
    FindingStatus,
    ObligationRecord,
    ObligationStatus,
    OrganRecord,
    Origin,
    PortalRecord,
    RunRecord,
    SeenAgain,
    VisitRecord,
)
from storage.storable import UnstorableKey

A, B, C = "http://a.example/1.html", "http://b.example/2.html", "http://c.example/3.html"
HERE = ("云溪县水务局", 2023)


def _kinds(queries: Queries) -> list[str]:
    return [f"{change.kind} {int(change.finding.fingerprint, 16)}" for change in queries.changes(0)]


def _states(queries: Queries) -> dict[int, str]:
    return {int(f.fingerprint, 16): str(f.status) for f in queries.findings(include_fixed=True)}


def _count(engine: Engine, table: type[tables.Base]) -> int:
    with engine.connect() as connection:
        return connection.scalar(select(func.count()).select_from(table)) or 0


# roster and runs


def test_register_adds_corrects_and_strikes_off(ledger: Ledger, queries: Queries) -> None:
    yunxi = PortalRecord("yunxi", "yunling", "云溪县人民政府", "http://a.example/")
    linxi = PortalRecord("linxi", "yunling", "临溪区人民政府", "http://b.example/")
    water = OrganRecord("云溪县水务局", "yunling", "yunxi", "department", "990201", ("云溪县水利局",), 2021)
    town = OrganRecord("松涛镇人民政府", "yunling", "yunxi", "township")
    street = OrganRecord("临溪区东桥街道办事处", "yunling", "linxi", "street")
    ledger.register([yunxi, linxi], [water, town, street])
    assert queries.portals("yunling") == [linxi, yunxi]
    assert queries.organs("yunling") == [street, water, town]

    elsewhere = PortalRecord("beixi", "haizhou", "北溪县人民政府", "http://c.example/")
    theirs = OrganRecord("北溪县水务局", "haizhou", "beixi", "department")
    ledger.register([elsewhere], [theirs])
    corrected = replace(water, until=2023, successor="云溪县水利局")
    ledger.register([replace(yunxi, name="云溪县政府")], [corrected])
    assert queries.portals() == [elsewhere, linxi, replace(yunxi, name="云溪县政府")]
    assert queries.organs() == [corrected, theirs]
    assert queries.organs("qingzhou") == []


def test_one_name_for_two_bodies_is_refused_whole(ledger: Ledger, queries: Queries) -> None:
    here = PortalRecord("yunxi", "yunling", "云溪县人民政府", "http://a.example/")
    there = PortalRecord("beixi", "haizhou", "北溪县人民政府", "http://b.example/")
    organ = OrganRecord("水务局", "yunling", "yunxi", "department")
    ledger.register([here], [organ])
    with pytest.raises(RosterConflict, match="水务局 stands in the roster of yunling and of haizhou"):
        ledger.register([there], [replace(organ, province="haizhou", portal="beixi")])
    with pytest.raises(RosterConflict, match="水务局 stands twice in the roster of yunling"):
        ledger.register([here], [organ, organ])
    with pytest.raises(RosterConflict, match="yunxi stands in the roster of yunling and of haizhou"):
        ledger.register([replace(here, province="haizhou")], [])
    assert queries.portals() == [here]
    assert queries.organs() == [organ]


def test_a_run_begins_and_ends(ledger: Ledger, queries: Queries, nights: Any) -> None:
    begun = queries.runs()[0]
    assert begun == RunRecord(nights.run, "nightly", "yunling", nights.at())
    ledger.end_run(nights.run, nights.at(30), "partial", {"pages": 12, "reasons": ["临溪区: 500"]})
    assert queries.runs() == [
        replace(
            begun, ended=nights.at(30), verdict="partial", detail={"pages": 12, "reasons": ["临溪区: 500"]}
        )
    ]
    second = ledger.begin_run(RunRecord(None, "crawl", "yunling", nights.at(60)))
    assert [run.id for run in queries.runs()] == [second, nights.run]
    assert [run.id for run in queries.runs(limit=1)] == [second]


def test_an_unknown_run_is_refused(ledger: Ledger, queries: Queries, nights: Any) -> None:
    with pytest.raises(UnknownRun, match="there is no run 77"):
        ledger.record(77, [nights.page(nights.report())])
    with pytest.raises(UnknownRun):
        ledger.end_run(77, nights.at(), "clean", {})
    with pytest.raises(UnknownRun):
        ledger.record_visit(VisitRecord(77, "yunxi", nights.at(), nights.at(), True))
    with pytest.raises(UnknownRun):
        ledger.assess(77, [], [])
    assert queries.reports() == []


def test_visits(ledger: Ledger, queries: Queries, nights: Any) -> None:
    first = VisitRecord(
        nights.run, "yunxi", nights.at(), nights.at(5), False, "第2页HTTP 500", "HTTP 500 on page 2", (2023,)
    )
    other = VisitRecord(nights.run, "linxi", nights.at(1), nights.at(4), True, requests=7, reports=3)
    ledger.record_visit(first)
    ledger.record_visit(other)
    second = VisitRecord(
        nights.begin(), "yunxi", nights.at(), nights.at(5), True, lists=("http://a.example/list.html",)
    )
    ledger.record_visit(replace(second, requests=99))
    ledger.record_visit(second)  # the same visit, corrected
    assert queries.visits("yunxi") == [first, second]
    assert queries.visits() == [first, other, second]
    assert queries.visits(province="yunling") == [first, other, second]
    assert queries.visits(province="haizhou") == []
    assert queries.visits("yunxi")[0].years == (2023,)
    assert queries.visits("linxi")[0].years is None


# pages, documents, reports


def test_a_report_comes_back_as_it_was_given(queries: Queries, nights: Any) -> None:
    report = nights.report(
        signed=date(2024, 1, 19),
        tables={"applications": "partial"},
        sections={
            "overview": {"heading": "一、总体情况", "numbered": True, "empty": False},
            "other_matters": None,
        },
        cells={
            "applications.new_received.total": {"value": 0, "raw": "０"},
            "x": {"value": None, "raw": "/"},
        },
        rules={"pass": ["title"], "fail": []},
    )
    finding = nights.finding(cells=("a", "b"), expected=1.5, found="二十", quote="收到申请\n二十一件" * 5000)
    nights.record(
        nights.page(report, finding, etag='"x"', last_modified="Mon", listed_date=date(2024, 1, 21))
    )
    assert queries.reports() == [replace(report, first_seen=nights.at())]
    assert queries.findings() == [replace(finding, first_seen=nights.at(), last_seen=nights.at())]
    page = queries.pages("yunxi")[A]
    assert (page.etag, page.last_modified, page.listed_date) == ('"x"', "Mon", date(2024, 1, 21))
    assert (page.organ, page.year, page.sha256, page.seen) == (*HERE, "1" * 64, nights.at())


def test_moments_are_kept_in_utc_and_come_back_aware(queries: Queries, nights: Any, engine: Engine) -> None:
    china = timezone(timedelta(hours=8))
    nights.record(nights.page(nights.report(seen=datetime(2024, 2, 2, 2, 30, 1, 250, tzinfo=china))))
    [report] = queries.reports()
    assert report.seen.isoformat() == "2024-02-01T18:30:01.000250+00:00"
    with pytest.raises(ValueError, match="needs a time zone: 2024-02-01T18:30:00"):
        nights.record(
            nights.page(nights.report(seen=report.seen.replace(tzinfo=None, second=0, microsecond=0)))
        )
    with pytest.raises(StatementError, match="needs a time zone"), writing(engine) as session:
        session.execute(update(tables.Run).values(started=report.seen.replace(tzinfo=None)))


def test_text_that_a_database_refuses_is_the_same_in_both(queries: Queries, nights: Any) -> None:
    report = nights.report(title="年报\x00\ud800", cells={"a\x00": {"value": Decimal("1.5"), "raw": "\x00"}})
    finding = nights.finding(message_zh="坏\x00字", found=Decimal(3), expected=float("nan"))
    nights.record(nights.page(report, finding))
    assert queries.reports()[0].title == "年报\ufffd\ufffd"
    assert queries.reports()[0].cells == {"a\ufffd": {"value": 1.5, "raw": "\ufffd"}}
    [held] = queries.findings()
    assert (held.message_zh, held.found, held.expected) == ("坏\ufffd字", 3, "nan")
    nights.begin()
    nights.record(nights.page(report, finding))
    assert _kinds(queries) == ["new 1"]  # what had to be replaced is no change the next night


def test_a_key_that_cannot_be_indexed_is_refused_before_anything_is_written(
    queries: Queries, nights: Any
) -> None:
    good = nights.page(nights.report())
    longest = nights.report(
        url="http://d.example/" + "".join(chr(97 + (n * n) % 26) for n in range(2066)),
        organ="".join(chr(0x4E00 + n * 7) for n in range(170)),
    )
    nights.record(nights.page(longest), nights.page(replace(longest, published=None)))
    with pytest.raises(UnstorableKey, match="an address is longer than 2083 bytes"):
        nights.record(good, nights.page(nights.report(url="http://a.example/" + "x" * 2067)))
    with pytest.raises(UnstorableKey, match="the name of a body is longer than 512 bytes"):
        nights.record(good, nights.page(nights.report(organ="局" * 171)))
    assert [report.organ for report in queries.reports()] == [longest.organ]


def test_entries_that_contradict_themselves_are_refused_whole(queries: Queries, nights: Any) -> None:
    good = nights.page(nights.report())
    for entry, line in [
        (replace(nights.unread(), findings=(nights.finding(),)), "findings without a report"),
        (nights.page(nights.report(), nights.finding(year=2022)), "is no finding of the report of"),
        (nights.page(nights.report(), nights.finding(stated_by=Origin.DUTY)), "is not stated by a report"),
        (nights.page(nights.report(), nights.finding(stated_by=Origin.COMPARISON)), "is not stated by"),
        (nights.page(nights.report(), url=B), "was said to stand at"),
    ]:
        with pytest.raises(ValueError, match=line):
            nights.record(good, entry)
    assert queries.reports() == []


def test_a_batch_that_fails_half_way_leaves_nothing(
    queries: Queries, nights: Any, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail_on_changes(_c: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if statement.startswith("INSERT INTO changes"):
            raise RuntimeError("the disk is full")

    event.listen(engine, "before_cursor_execute", fail_on_changes)
    with pytest.raises(RuntimeError, match="the disk is full"):
        nights.record(nights.page(nights.report(), nights.finding()))
    event.remove(engine, "before_cursor_execute", fail_on_changes)
    counts = [_count(engine, t) for t in (tables.Page, tables.Document, tables.Report, tables.Finding)]
    assert counts == [0, 0, 0, 0]
    nights.record(nights.page(nights.report(), nights.finding()))
    assert _kinds(queries) == ["new 1"]


def test_a_document_keeps_its_first_sight(nights: Any, engine: Engine) -> None:
    nights.record(nights.page(nights.report()))
    first = nights.at()
    nights.begin()
    nights.record(nights.page(nights.report()), nights.page(nights.report(url=B)))
    with engine.connect() as connection:
        documents = connection.execute(select(tables.Document.sha256, tables.Document.first_seen)).all()
    assert documents == [("1" * 64, first)]


# the life of findings


def test_new_open_changed_fixed_returned(queries: Queries, nights: Any) -> None:
    wrong = nights.finding()
    nights.record(nights.page(nights.report(), wrong))
    assert _states(queries) == {1: "new"}
    nights.begin()
    nights.record(nights.page(nights.report(), wrong))
    assert _states(queries) == {1: "open"}
    nights.begin()
    nights.record(nights.page(nights.report(sha="2"), replace(wrong, found=19)))
    assert _states(queries) == {1: "changed"}
    nights.begin()
    nights.record(nights.page(nights.report(sha="3")))
    assert _states(queries) == {1: "fixed"}
    assert queries.findings() == []
    nights.begin()
    nights.record(nights.page(nights.report(sha="2"), replace(wrong, found=19)))
    assert _states(queries) == {1: "returned"}
    nights.begin()
    nights.record(SeenAgain(A, nights.at()))
    assert _states(queries) == {1: "open"}

    steps = queries.changes(0)
    assert [(step.run, step.at, step.kind, step.finding.status, step.finding.found) for step in steps] == [
        (1, nights.START, "new", "new", 20),
        (3, nights.START + timedelta(days=2), "changed", "changed", 19),
        (4, nights.START + timedelta(days=3), "fixed", "fixed", 19),
        (5, nights.START + timedelta(days=4), "returned", "returned", 19),
    ]
    assert steps[0].finding == replace(wrong, first_seen=nights.START, last_seen=nights.START)
    [held] = queries.findings()
    assert (held.first_seen, held.last_seen) == (nights.START, nights.START + timedelta(days=5))


def test_within_its_own_run_a_finding_stays_new(queries: Queries, nights: Any) -> None:
    nights.record(nights.page(nights.report(), nights.finding()))
    nights.record(nights.page(nights.report(), nights.finding()), SeenAgain(A, nights.at(9)))
    assert _states(queries) == {1: "new"}
    assert _kinds(queries) == ["new 1"]
    assert queries.findings()[0].last_seen == nights.at(9)


def test_within_the_run_of_its_last_step_a_finding_keeps_its_status(queries: Queries, nights: Any) -> None:
    as_found = nights.page(nights.report(), nights.finding())
    worse = nights.page(nights.report(sha="2"), nights.finding(found=3))
    nights.record(as_found)
    nights.begin()
    nights.record(worse, worse, SeenAgain(A, nights.at(9)))
    assert _states(queries) == {1: "changed"}
    worse = nights.page(nights.report(sha="2", seen=nights.at(9)), nights.finding(found=3))
    nights.record(nights.page(nights.report(sha="3", seen=nights.at(9))), worse)
    nights.record(worse, SeenAgain(A, nights.at(9)))
    assert _states(queries) == {1: "returned"}
    assert _kinds(queries) == ["new 1", "changed 1", "fixed 1", "returned 1"]
    nights.begin()
    nights.record(worse)
    assert _states(queries) == {1: "open"}


def test_a_second_night_that_shows_the_same_writes_nothing_but_last_seen(
    queries: Queries, nights: Any, engine: Engine
) -> None:
    batch = [
        nights.page(nights.report(), nights.finding(1), nights.finding(2)),
        nights.page(
            nights.report(url=B, year=2022, cells={"a": {"value": 1, "raw": ("1",)}}),
            nights.finding(3, year=2022),
        ),
        nights.unread(C),
    ]
    nights.record(*batch)
    nights.begin()
    nights.record(*batch)
    reports, findings, pages = queries.reports(), queries.findings(), queries.pages("yunxi")

    written: list[str] = []

    def note(_c: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if not statement.startswith(("SELECT", "BEGIN", "SET LOCAL", "SAVEPOINT", "RELEASE")):
            written.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    nights.begin()
    written.clear()
    nights.record(*batch)  # the very same entries, times included
    assert written == []
    nights.record(*(SeenAgain(url, nights.at()) for url in (A, B, C)))
    event.remove(engine, "before_cursor_execute", note)
    assert sorted(statement.split(" WHERE")[0].split("=")[0] for statement in written) == [
        "UPDATE findings SET last_seen",
        "UPDATE pages SET seen",
        "UPDATE reports SET seen",
    ]
    assert queries.reports() == [replace(report, seen=nights.at()) for report in reports]
    assert queries.findings() == [replace(finding, last_seen=nights.at()) for finding in findings]
    assert queries.pages("yunxi") == {url: replace(page, seen=nights.at()) for url, page in pages.items()}
    assert _kinds(queries) == ["new 1", "new 2", "new 3"]


def test_seeing_a_page_again_touches_its_own_report_alone(queries: Queries, nights: Any) -> None:
    nights.record(
        nights.page(nights.report(), nights.finding(1)),
        nights.page(nights.report(url=B, year=2022), nights.finding(2, year=2022)),
    )
    first = nights.at()
    nights.begin()
    nights.record(SeenAgain(B, nights.at()), SeenAgain("http://a.example/unknown", nights.at()))
    assert {f.fingerprint[-1]: (f.status, f.last_seen) for f in queries.findings()} == {
        "1": ("new", first),
        "2": ("open", nights.at()),
    }
    assert [(report.year, report.seen) for report in queries.reports()] == [
        (2022, nights.at()),
        (2023, first),
    ]
    assert set(queries.pages("yunxi")) == {A, B}


def test_a_page_that_can_no_longer_be_read_proves_nothing(queries: Queries, nights: Any) -> None:
    nights.record(nights.page(nights.report(), nights.finding()))
    reports, findings = queries.reports(), queries.findings()
    nights.begin()
    nights.record(nights.unread(A))
    nights.begin()
    nights.record(SeenAgain(A, nights.at()))  # what is seen again is not the report
    assert queries.reports() == reports
    assert queries.findings() == findings
    assert _kinds(queries) == ["new 1"]
    page = queries.pages("yunxi")[A]
    assert (page.problem, page.organ, page.sha256) == ("not an annual report", None, "9" * 64)
    nights.begin()
    nights.record(nights.page(nights.report()))
    assert _kinds(queries) == ["new 1", "fixed 1"]


def test_of_two_findings_with_one_fingerprint_the_first_counts(queries: Queries, nights: Any) -> None:
    twice = (nights.finding(found=20), nights.finding(found=19))
    nights.record(nights.page(nights.report(), *twice))
    nights.begin()
    nights.record(nights.page(nights.report(), *twice))
    assert [finding.found for finding in queries.findings()] == [20]
    assert _kinds(queries) == ["new 1"]


# which report is held

_CANDIDATES = {
    "earliest": (A, date(2024, 1, 10), "meta"),
    "later": (B, date(2024, 1, 20), "meta"),
    "inferred": (C, date(2024, 1, 1), "url"),
    "undated": ("http://d.example/4.html", None, None),
}


@pytest.mark.parametrize("at_once", [True, False], ids=["one batch", "four nights"])
def test_the_earliest_stated_date_is_held_whatever_comes_first(
    queries: Queries, nights: Any, empty_all: Callable[[], None], at_once: bool
) -> None:
    for order in itertools.permutations(enumerate(_CANDIDATES.values(), 1)):
        empty_all()
        nights.begin()
        entries = [
            nights.page(
                nights.report(url=url, sha=str(number), published=published, published_from=source),
                nights.finding(number, url=url),
                nights.finding(9, url=url),
            )
            for number, (url, published, source) in order
        ]
        first = nights.at()
        for batch in [entries] if at_once else [[entry] for entry in entries]:
            nights.record(*batch)
            nights.begin()
        [held] = queries.reports()
        assert (held.url, held.published, held.sha256) == (A, date(2024, 1, 10), "1" * 64)
        assert held.first_seen == first
        assert [int(f.fingerprint, 16) for f in queries.findings()] == [1, 9]
        assert {f.url for f in queries.findings()} == {A}
        # a second look in any order moves nothing
        steps = queries.newest_change()
        nights.record(*reversed(entries))
        assert queries.newest_change() == steps
        assert queries.reports()[0].url == A


@pytest.mark.parametrize("published", [date(2024, 1, 10), None])
def test_a_tie_goes_to_the_smaller_url(
    queries: Queries, nights: Any, empty_all: Callable[[], None], published: date | None
) -> None:
    for order in itertools.permutations([A, B, C]):
        empty_all()
        nights.begin()
        for url in order:
            nights.record(nights.page(nights.report(url=url, published=published)))
        assert queries.reports()[0].url == A


_VERSIONS = {
    "A1": (A, date(2024, 1, 10), 1),
    "A2": (A, date(2024, 1, 30), 2),
    "B1": (B, date(2024, 1, 20), 3),
    "C1": (C, None, 4),
}


@pytest.mark.parametrize("at_once", [True, False], ids=["one batch", "four nights"])
def test_a_new_version_replaces_the_old_one_and_the_next_best_page_steps_in(
    queries: Queries, nights: Any, empty_all: Callable[[], None], at_once: bool
) -> None:
    orders = [o for o in itertools.permutations(_VERSIONS) if o.index("A1") < o.index("A2")]
    assert len(orders) == 12
    for order in orders:
        empty_all()
        nights.begin()
        entries = [
            nights.page(nights.report(url=url, sha=str(n), published=published), nights.finding(n, url=url))
            for url, published, n in (_VERSIONS[name] for name in order)
        ]
        for batch in [entries] if at_once else [[entry] for entry in entries]:
            nights.record(*batch)
            nights.begin()
        [held] = queries.reports()
        assert (held.url, held.sha256) == (B, "3" * 64)  # A now says 30 January, B says 20 January
        assert [int(f.fingerprint, 16) for f in queries.findings()] == [3]
        assert queries.pages("yunxi")[A].sha256 == "2" * 64


def test_a_better_version_of_the_held_page_stays_held(queries: Queries, nights: Any) -> None:
    nights.record(
        nights.page(nights.report()), nights.page(nights.report(url=B, published=date(2024, 1, 25)))
    )
    nights.begin()
    nights.record(nights.page(nights.report(sha="2", published=date(2024, 1, 22)), nights.finding()))
    [held] = queries.reports()
    assert (held.url, held.sha256, held.published) == (A, "2" * 64, date(2024, 1, 22))
    assert held.first_seen == nights.START
    assert _kinds(queries) == ["new 1"]


def test_an_outdated_version_never_steps_in(queries: Queries, nights: Any) -> None:
    def show(url: str, sha: str, day: int) -> None:
        nights.begin()
        nights.record(nights.page(nights.report(url=url, sha=sha, published=date(2024, 1, day))))

    show(A, "1", 10)
    show(B, "2", 25)  # beside A
    show(B, "3", 5)  # held
    show(A, "4", 27)
    show(B, "5", 30)
    [held] = queries.reports()
    assert (held.url, held.sha256) == (A, "4" * 64)
    assert held.first_seen == nights.START + timedelta(days=1)  # the first of the five nights


def test_a_page_beside_the_held_one_steps_in_as_it_was_last_seen(queries: Queries, nights: Any) -> None:
    nights.record(
        nights.page(nights.report()), nights.page(nights.report(url=B, published=date(2024, 1, 25)))
    )
    nights.begin()
    nights.record(SeenAgain(B, nights.at(5)))
    seen = nights.at(5)
    nights.begin()
    nights.record(nights.page(nights.report(sha="2", published=None)))
    [held] = queries.reports()
    assert (held.url, held.seen, held.first_seen) == (B, seen, nights.START)


def test_a_duplicate_seen_again_touches_no_finding(queries: Queries, nights: Any) -> None:
    nights.record(
        nights.page(nights.report(), nights.finding(1)),
        nights.page(nights.report(url=B, published=None), nights.finding(2)),
    )
    before = queries.findings(), queries.reports()
    nights.begin()
    nights.record(SeenAgain(B, nights.at()))
    assert (queries.findings(), queries.reports()) == before
    assert queries.pages("yunxi")[B].seen == nights.at()


def test_the_same_bytes_read_as_another_year_withdraw_the_misreading(queries: Queries, nights: Any) -> None:
    nights.record(nights.page(nights.report(year=2022), nights.finding(1, year=2022)))
    nights.begin()
    nights.record(nights.page(nights.report(rules_version=2), nights.finding(2)))
    assert [(report.organ, report.year) for report in queries.reports()] == [HERE]
    assert _states(queries) == {1: "withdrawn", 2: "new"}
    assert _kinds(queries) == ["new 1", "withdrawn 1", "new 2"]
    assert queries.changes(0)[1].cause is Cause.MISREAD


def test_a_misread_page_beside_the_held_one_never_steps_in(queries: Queries, nights: Any) -> None:
    nights.record(
        nights.page(nights.report(year=2022)),
        nights.page(nights.report(url=B, sha="2", year=2022, published=None)),
    )
    nights.begin()
    nights.record(nights.page(nights.report(url=B, sha="2", published=None, rules_version=2)))
    nights.record(nights.page(nights.report(rules_version=2, year=2021)))
    assert [(report.year, report.url) for report in queries.reports()] == [(2021, A), (2023, B)]


def test_a_misreading_makes_room_for_the_page_beside_it(queries: Queries, nights: Any) -> None:
    nights.record(
        nights.page(nights.report(year=2022), nights.finding(1, year=2022)),
        nights.page(nights.report(url=B, year=2022, published=None), nights.finding(2, year=2022)),
    )
    nights.begin()
    nights.record(nights.page(nights.report(rules_version=2)))
    assert [(report.year, report.url) for report in queries.reports()] == [(2022, B), (2023, A)]
    assert _states(queries) == {1: "withdrawn", 2: "new"}


def test_other_bytes_at_an_address_leave_the_report_that_it_showed_before(
    queries: Queries, nights: Any
) -> None:
    """Some columns show the latest year's report under one lasting address."""
    nights.record(nights.page(nights.report(year=2022), nights.finding(1, year=2022)))
    nights.begin()
    nights.record(nights.page(nights.report(sha="2"), nights.finding(2)))
    assert [(report.year, report.sha256[0]) for report in queries.reports()] == [(2022, "1"), (2023, "2")]
    assert _states(queries) == {1: "new", 2: "new"}
    nights.begin()
    nights.record(SeenAgain(A, nights.at()))
    assert _states(queries) == {1: "new", 2: "open"}  # only the report that the page shows was seen


# duties and absences


def _duty(
    status: ObligationStatus, organ: str = "云溪县水务局", year: int = 2023, **more: Any
) -> ObligationRecord:
    return ObligationRecord(organ, "department", "yunling", year, date(year + 1, 1, 31), status, **more)


def _absence(nights: Any, number: int = 7, **values: Any) -> Any:
    return nights.finding(
        number, rule="filing-missing", where="filing", archived=None, stated_by=Origin.DUTY, **values
    )


def test_an_absence_is_stated_kept_and_fixed(ledger: Ledger, queries: Queries, nights: Any) -> None:
    visits = (nights.at(), nights.at(60))
    missing = _duty(ObligationStatus.MISSING, visits=visits, reason_zh="未见", reason_en="not shown")
    ledger.record_visit(VisitRecord(nights.run, "yunxi", nights.at(), nights.at(7), True))
    ledger.assess(nights.run, [missing], [_absence(nights)])
    assert queries.obligations() == [missing]
    assert queries.changes(0)[0].at == nights.at(7)
    assert queries.findings(rule="filing-missing")[0].first_seen == nights.at(7)
    nights.begin()
    ledger.assess(nights.run, [missing], [_absence(nights)])
    assert _states(queries) == {7: "open"}
    nights.begin()
    on_time = _duty(
        ObligationStatus.LATE, published=date(2024, 2, 9), first_seen=nights.at(), days_late=9, url=A
    )
    ledger.assess(nights.run, [on_time], [])
    assert queries.obligations() == [on_time]
    assert _states(queries) == {7: "fixed"}
    assert _kinds(queries) == ["new 7", "fixed 7"]
    assert queries.changes(0)[1].at == nights.at()  # no visit: the run's start


def test_readings_and_absences_do_not_touch_each_other(ledger: Ledger, queries: Queries, nights: Any) -> None:
    missing = _duty(ObligationStatus.MISSING)
    ledger.assess(nights.run, [missing], [_absence(nights)])
    nights.record(nights.page(nights.report(), nights.finding(1)))
    assert _states(queries) == {1: "new", 7: "new"}
    nights.begin()
    ledger.assess(nights.run, [_duty(ObligationStatus.ON_TIME)], [])
    assert _states(queries) == {1: "new", 7: "fixed"}


def test_assessing_touches_only_the_duties_given(ledger: Ledger, queries: Queries, nights: Any) -> None:
    duties = [_duty(ObligationStatus.MISSING, year=year) for year in (2021, 2022, 2023)]
    absences = [_absence(nights, year, year=year) for year in (2021, 2022, 2023)]
    ledger.assess(nights.run, duties, absences)
    nights.begin()
    ledger.assess(nights.run, [_duty(ObligationStatus.LATE, year=2021)], [])
    assert [duty.year for duty in queries.obligations()] == [2021, 2022, 2023]
    assert _states(queries) == {2021: "fixed", 2022: "new", 2023: "new"}


def test_a_body_struck_off_the_roster_is_cleared(ledger: Ledger, queries: Queries, nights: Any) -> None:
    wrong = _duty(ObligationStatus.MISSING, organ="松涛镇人民政府")
    right = _duty(ObligationStatus.ON_TIME)
    elsewhere = replace(wrong, organ="北溪县水务局", province="haizhou")
    ledger.assess(
        nights.run,
        [wrong, right, elsewhere],
        [
            _absence(nights, 7, organ="松涛镇人民政府"),
            _absence(nights, 8, organ="北溪县水务局", province="haizhou"),
        ],
    )
    nights.begin()
    ledger.assess(nights.run, [right], [], whole_province="yunling")
    assert queries.obligations() == [right, elsewhere]  # 云 comes before 北
    assert _states(queries) == {7: "withdrawn", 8: "new"}
    assert queries.changes(0)[-1].cause is Cause.ROSTER


def test_a_finding_that_is_no_absence_is_refused(ledger: Ledger, queries: Queries, nights: Any) -> None:
    with pytest.raises(ValueError, match="applications-balance of 云溪县水务局 2023 is not assessed here"):
        ledger.assess(nights.run, [_duty(ObligationStatus.ON_TIME)], [nights.finding()])
    with pytest.raises(ValueError, match="filing-missing of 云溪县水务局 2022 is not assessed here"):
        ledger.assess(nights.run, [_duty(ObligationStatus.ON_TIME)], [_absence(nights, year=2022)])
    assert queries.obligations() == []


# several writers


def test_steps_of_writers_at_the_same_moment_are_seen_in_the_order_of_their_ids(
    ledger: Ledger, queries: Queries, nights: Any, url: str
) -> None:
    """A digest that has told step 6 must not find a step 5 later."""
    told: list[int] = []
    stop = threading.Event()

    def read() -> None:
        while not stop.is_set():
            told.extend(change.id for change in queries.changes(told[-1] if told else 0))

    def write(organ: int) -> None:
        engine = open_engine(url)
        own = Ledger(engine)
        for year in range(2000, 2015):
            name = f"{organ}号局"
            report = nights.report(url=f"http://{organ}.example/{year}", organ=name, year=year)
            finding = nights.finding(organ * 10_000 + year, organ=name, year=year)
            own.record(nights.run, [nights.page(report, finding)])
        engine.dispose()

    reader = threading.Thread(target=read)
    writers = [threading.Thread(target=write, args=(organ,)) for organ in range(4)]
    reader.start()
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    stop.set()
    reader.join()
    told.extend(change.id for change in queries.changes(told[-1] if told else 0))
    assert len(told) == 60
    assert told == [change.id for change in queries.changes(0)]


def test_the_same_report_from_two_writers_is_new_once(
    ledger: Ledger, queries: Queries, nights: Any, url: str
) -> None:
    entry = nights.page(nights.report(), nights.finding())

    def write() -> None:
        engine = open_engine(url)
        Ledger(engine).record(nights.run, [entry])
        engine.dispose()

    writers = [threading.Thread(target=write) for _ in range(6)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert _kinds(queries) == ["new 1"]
    assert len(queries.reports()) == 1


def test_change_kinds_are_typed(queries: Queries, nights: Any, empty_all: Callable[[], None]) -> None:
    nights.record(nights.page(nights.report(), nights.finding()))
    assert queries.changes(0)[0].kind is ChangeKind.NEW
    assert queries.findings()[0].status is FindingStatus.NEW
