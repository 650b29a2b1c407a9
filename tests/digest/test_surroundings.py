"""What digests say besides the changes, against what the record holds: counted by hand, and row by row."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, event

from crawler.clock import CHINA
from crawler.digest.contents import Standing
from crawler.digest.due import TOLD, coverage, latest
from crawler.digest.scope import Scope, said
from crawler.digest.surroundings import Circumstances
from storage.engine import open_engine
from storage.ledger import Ledger
from storage.queries import Queries
from storage.records import (
    Coverage,
    FindingRecord,
    MuteKind,
    MuteRecord,
    ObligationRecord,
    ObligationStatus,
    OrganRecord,
    PortalRecord,
    RunRecord,
    SubscriptionOrigin,
    SubscriptionRecord,
    VisitRecord,
    WaiverRecord,
)
from storage.severities import folded
from storage.standing import OPEN
from tests.storage.conftest import Nights

NOW = datetime(2024, 4, 10, 7, 0, tzinfo=CHINA)
WATER, CIVIL, NORTH = "云溪县水务局", "云溪县民政局", "北溪县水务局"
PROVINCE = {WATER: "yunling", CIVIL: "yunling", NORTH: "haizhou"}
PORTAL = {WATER: "yunxi", CIVIL: "yunxi", NORTH: "beixi"}


@pytest.fixture
def engine(url: str) -> Iterator[Engine]:
    opened = open_engine(url)
    Ledger(opened).register(
        [
            PortalRecord("yunxi", "yunling", "云溪县人民政府", "http://yunxi.example/"),
            PortalRecord("beixi", "haizhou", "北溪县人民政府", "http://beixi.example/"),
        ],
        [OrganRecord(name, PROVINCE[name], PORTAL[name], "department") for name in (WATER, CIVIL, NORTH)],
    )
    yield opened
    opened.dispose()


@pytest.fixture
def nights(engine: Engine) -> Nights:
    story = Nights(Ledger(engine))
    story.begin()
    return story


def _finding(number: int, organ: str, **values: Any) -> FindingRecord:
    known = FindingRecord(
        fingerprint=f"{number:016x}", organ=organ, year=2023, rule="applications-balance", severity="error",
        verdict="fail", fault="publisher", where="applications.total", message_zh="收到 21 件，办结 20 件",
        message_en="21 received, 20 accounted for", basis_zh="", basis_en="", province=PROVINCE[organ],
        portal=PORTAL[organ], url=f"http://a.example/{organ}.html", archived=None,
    )  # fmt: skip
    return replace(known, **values)


CAUSE = f"{1:016x}"
STANDING = (
    _finding(1, WATER, rule="cell-likely-culprit", severity="info"),
    _finding(2, WATER, group=CAUSE),
    _finding(3, WATER, rule="applications-row-total", severity="warning", group=CAUSE),
    _finding(4, WATER, rule="section-missing", severity="critical"),
    _finding(5, WATER, rule="title-called-work-report", severity="warning"),
    _finding(6, CIVIL),
    _finding(7, CIVIL, rule="section-missing", severity="critical"),
    _finding(8, CIVIL, severity="error", verdict="uncertain"),
    _finding(9, CIVIL, rule="text-placeholder", severity="info"),
    _finding(10, NORTH, severity="warning"),
    _finding(11, NORTH, fault="extraction"),
    _finding(12, NORTH, rule="fees-unstated", severity="warning"),
)
"""Of them the twelfth is waived, the eighth and the eleventh are nothing that is held against anybody."""


@pytest.fixture
def recorded(engine: Engine, nights: Nights) -> Engine:
    for organ in (WATER, CIVIL, NORTH):
        report = nights.report(
            url=f"http://a.example/{organ}.html", sha=str(list(PROVINCE).index(organ) + 1),
            organ=organ, portal=PORTAL[organ], province=PROVINCE[organ],
        )  # fmt: skip
        nights.record(nights.page(report, *(one for one in STANDING if one.organ == organ)))
    until = NOW + timedelta(days=300)
    nights.ledger.add_waiver(WaiverRecord(None, "fees-unstated", "已核实", "甲", NOW, until))
    return engine


def _muted(number: int, **what: Any) -> MuteRecord:
    return MuteRecord(number, 1, MuteKind.MUTED, NOW - timedelta(days=1), **what)


def _known(number: int) -> MuteRecord:
    finding = STANDING[number - 1]
    moment = NOW - timedelta(days=1)
    return MuteRecord(
        number, 1, MuteKind.ACKNOWLEDGED, moment, fingerprint=finding.fingerprint, said=said(finding)
    )


def _scope(*mutes: MuteRecord, **about: Any) -> Scope:
    reader = SubscriptionRecord(1, "a@b.example", SubscriptionOrigin.SUBSCRIBED, NOW, **about)
    return Scope.of(reader, mutes, NOW)


@pytest.mark.parametrize(
    ("scope", "counted", "known"),
    [
        # WATER: cause with what it explains, 4, 5; CIVIL: 6, 7, and the hint; NORTH: 10
        pytest.param(None, {"critical": 2, "error": 2, "warning": 2, "info": 1}, 0, id="everything"),
        pytest.param(_scope(), {"critical": 2, "error": 2, "warning": 2}, 0, id="no hints"),
        pytest.param(_scope(provinces=("haizhou",)), {"warning": 1}, 0, id="a province"),
        pytest.param(_scope(severity="error"), {"critical": 2, "error": 2}, 0, id="errors"),
        pytest.param(_scope(organs=(CIVIL,)), {"critical": 1, "error": 1}, 0, id="a body"),
        pytest.param(_scope(organs=(CIVIL,), provinces=("haizhou",)), {}, 0, id="a body elsewhere"),
        pytest.param(_scope(rules=("applications-balance",)), {"error": 2, "warning": 1}, 0, id="a rule"),
        pytest.param(
            _scope(rules=("applications-balance", "applications-row-total"), organs=(WATER,)),
            {"error": 1}, 0, id="two rules of one cause",
        ),
        pytest.param(
            _scope(_muted(1, organ=WATER)), {"critical": 1, "error": 1, "warning": 1}, 3, id="a body muted"
        ),
        pytest.param(
            _scope(_muted(1, rule="section-missing")), {"critical": 2, "error": 2, "warning": 2}, 0,
            id="a rule muted, but critical",
        ),
        pytest.param(
            # of the one cause the lesser half is left; 6 and 10 are muted
            _scope(_muted(1, rule="applications-balance")), {"critical": 2, "warning": 2}, 2,
            id="a rule muted",
        ),
        pytest.param(_scope(_known(4), _known(7)), {"error": 2, "warning": 2}, 2, id="two known"),
        pytest.param(
            _scope(_known(2), provinces=("yunling",)), {"critical": 2, "error": 1, "warning": 2}, 0,
            id="the graver half of one cause known",
        ),
        pytest.param(
            _scope(_muted(1, fingerprint=STANDING[9].fingerprint), provinces=("yunling",)),
            {"critical": 2, "error": 2, "warning": 1}, 0, id="a mute of what is not in the scope",
        ),
    ],
)  # fmt: skip
def test_what_stands_open_in_a_scope(
    recorded: Engine, scope: Scope | None, counted: dict[str, int], known: int
) -> None:
    around = Circumstances(recorded, NOW, {}).of(scope)
    assert dict(around.open_by_severity) == counted
    assert around.known == known
    assert dict(around.open_by_severity) == _row_by_row(recorded, scope)


def _row_by_row(engine: Engine, scope: Scope | None) -> dict[str, int]:
    """The same from every finding that `nianbao findings` lists."""
    given = Queries(engine).findings()
    certain = [one for one in given if one.verdict == "fail" and one.fault == "publisher"]
    passes = (Scope() if scope is None else scope).counts_open
    counted = [one for one in certain if passes(one)]
    causes = {one.group for one in counted}
    kept = [one for one in certain if one in counted or one.fingerprint in causes]
    return dict(Counter(folded((one.fingerprint, one.group, one.severity) for one in kept).values()))


def test_counts_are_those_that_the_lists_give(recorded: Engine) -> None:
    queries = Queries(recorded)
    for scope, province in ((None, None), (Scope(provinces=frozenset({"haizhou"})), "haizhou")):
        around = Circumstances(recorded, NOW, {}).of(scope)
        told = queries.open_counts(province=province, fault="publisher", verdict="fail")
        assert dict(around.open_by_severity) == told


def _duty(organ: str, year: int, status: ObligationStatus, due: date | None = None) -> ObligationRecord:
    return ObligationRecord(
        organ, "department", PROVINCE[organ], year, due or date(year + 1, 1, 31), status, reason_zh="原因"
    )


@pytest.fixture
def owing(engine: Engine, nights: Nights) -> Engine:
    status = ObligationStatus
    duties = [
        _duty(WATER, 2023, status.MISSING),
        _duty(CIVIL, 2023, status.ON_TIME),
        _duty(WATER, 2022, status.LATE),
        _duty(CIVIL, 2022, status.NOT_ASSESSABLE),
        _duty(NORTH, 2023, status.UNREACHABLE),
        _duty(NORTH, 2022, status.ON_TIME),
        _duty(NORTH, 2021, status.EXCLUDED),
        _duty(CIVIL, 2021, status.ON_TIME, date(2022, 3, 31)),
    ]
    nights.ledger.assess(nights.run, duties, ())
    return engine


@pytest.mark.parametrize(
    ("scope", "province", "covered"),
    [
        (None, None, Coverage(5, 7)),
        (_scope(provinces=("haizhou",)), "haizhou", Coverage(1, 2)),
        (_scope(organs=(WATER, NORTH)), None, Coverage(3, 4)),
    ],
    ids=["all", "province", "bodies"],
)
def test_duties_and_their_coverage_are_of_the_scope(
    owing: Engine, scope: Scope | None, province: str | None, covered: Coverage
) -> None:
    around = Circumstances(owing, NOW, {}).of(scope)
    assert around.coverage == covered
    if scope is None or not scope.organs:
        assert around.coverage == Queries(owing).coverage(province)


def test_what_was_owed_by_a_due_date(owing: Engine) -> None:
    owed = Circumstances(owing, NOW, {}).owed(None, latest(date(2024, 2, 4)))
    status = ObligationStatus
    assert owed.counts == {
        "yunling": {status.MISSING: 1, status.ON_TIME: 1},
        "haizhou": {status.UNREACHABLE: 1},
    }
    assert [(duty.organ, duty.status) for duty in owed.told] == [
        (NORTH, status.UNREACHABLE),
        (WATER, status.MISSING),
    ]
    assert {province: coverage(duties) for province, duties in owed.before.items()} == {
        "yunling": Coverage(1, 2),
        "haizhou": Coverage(1, 1),
    }
    of_one = Circumstances(owing, NOW, {}).owed(_scope(organs=(CIVIL,)), latest(date(2022, 4, 1)))
    assert (of_one.counts, list(of_one.told)) == ({"yunling": {status.ON_TIME: 1}}, [])
    assert set(TOLD) == {status.MISSING, status.LATE, status.UNREACHABLE, status.NOT_ASSESSABLE}


@pytest.mark.parametrize(
    ("day", "due"),
    [
        (date(2024, 1, 31), date(2023, 3, 31)),
        (date(2024, 2, 1), date(2024, 1, 31)),
        (date(2024, 2, 29), date(2024, 1, 31)),
        (date(2024, 3, 31), date(2024, 1, 31)),
        (date(2024, 4, 1), date(2024, 3, 31)),
        (date(2024, 12, 31), date(2024, 3, 31)),
        (date(2025, 1, 1), date(2024, 3, 31)),
    ],
    ids=str,
)
def test_the_latest_due_date(day: date, due: date) -> None:
    found = latest(day)
    assert (found.day, found.year) == (due, due.year - 1)
    assert found.since <= found.day <= found.until
    assert found.a_year_before.day == due.replace(year=due.year - 1)


# ── what stood before ───────────────────────────────────────────────────────


def _ended(ledger: Ledger, province: str, days_ago: float, open_: dict[str, int] | None) -> int:
    moment = NOW - timedelta(days=days_ago)
    run = ledger.begin_run(RunRecord(None, "nightly", province, moment - timedelta(hours=1)))
    ledger.end_run(run, moment.astimezone(UTC), "clean", {} if open_ is None else {OPEN: open_})
    return run


def test_the_course_is_told_by_weeks_as_far_as_it_is_on_record(engine: Engine) -> None:
    ledger = Ledger(engine)
    for week in range(3, 0, -1):
        _ended(ledger, "yunling", 7 * week + 0.1, {"error": 10 + week, "info": 5})
    _ended(ledger, "yunling", 0.2, {"error": 10})
    trend = Circumstances(engine, NOW, {}).of(_scope()).trend
    assert trend.week == Standing(date(2024, 4, 3), (("error", 11),))
    assert [(one.day, one.number) for one in trend.course] == [
        (date(2024, 3, 20), 13),
        (date(2024, 3, 27), 12),
        (date(2024, 4, 3), 11),
        (date(2024, 4, 10), 0),  # what stands now is counted, and nothing does
    ]
    assert trend.last is None


def test_without_weeks_the_course_is_told_by_days(engine: Engine) -> None:
    ledger = Ledger(engine)
    for day in (2, 1, 0):
        _ended(ledger, "yunling", day + 0.2, {"error": day})
    trend = Circumstances(engine, NOW, {}).of(None).trend
    assert [one.number for one in trend.course] == [2, 1, 0]
    assert trend.week is None


def test_a_province_without_a_record_leaves_no_trend_of_all(engine: Engine) -> None:
    """What did not stand on record then may have stood."""
    ledger = Ledger(engine)
    _ended(ledger, "yunling", 8, {"error": 3})
    _ended(ledger, "haizhou", 8, None)
    _ended(ledger, "haizhou", 1, {"error": 4})
    circumstances = Circumstances(engine, NOW, {})
    assert circumstances.of(None).trend.week is None
    assert circumstances.of(_scope(provinces=("haizhou",))).trend.week is None
    known = circumstances.of(_scope(provinces=("yunling",))).trend.week
    assert known is not None
    assert known.open == (("error", 3),)


def test_what_stood_when_the_reader_was_last_told(engine: Engine, nights: Nights) -> None:
    report = nights.report()
    nights.record(nights.page(report, nights.finding(1)))
    ledger = nights.ledger
    told = Queries(engine).newest_change()
    ledger.end_run(nights.run, NOW - timedelta(days=3), "clean", {OPEN: {"error": 1}})
    nights.begin()
    nights.record(nights.page(nights.report(sha="2"), nights.finding(1), nights.finding(2)))
    ledger.end_run(nights.run, NOW - timedelta(days=2), "clean", {OPEN: {"error": 2}})
    circumstances = Circumstances(engine, NOW, {})
    first = circumstances.of(None, told).trend.last
    assert first == Standing(date(2024, 4, 7), (("error", 1),))
    assert circumstances.of(None, 0).trend.last is None
    assert circumstances.of(None, 99).trend.last is None


# ── portals, statements ─────────────────────────────────────────────────────


def test_only_portals_of_the_scope_are_told(engine: Engine, nights: Nights) -> None:
    for portal in ("yunxi", "beixi"):
        nights.ledger.record_visit(
            VisitRecord(nights.run, portal, NOW, NOW, clean=False, reason_zh="HTTP 500", reason_en="HTTP 500")
        )
    circumstances = Circumstances(engine, NOW, {})

    def unclean(scope: Scope | None) -> list[str]:
        return [visit.portal for visit in circumstances.of(scope).unclean]

    assert unclean(None) == ["beixi", "yunxi"]
    assert unclean(_scope(provinces=("haizhou",))) == ["beixi"]
    assert unclean(_scope(organs=(CIVIL,))) == ["yunxi"]


@pytest.fixture
def statements(engine: Engine) -> Iterator[Callable[[], int]]:
    seen: list[str] = []

    def note(_: Any, __: Any, statement: str, *___: Any) -> None:
        seen.append(statement)

    event.listen(engine, "before_cursor_execute", note)

    def since_last() -> int:
        number = len([one for one in seen if one.lstrip().upper().startswith("SELECT")])
        seen.clear()
        return number

    yield since_last
    event.remove(engine, "before_cursor_execute", note)


def test_statements_do_not_grow_with_what_stands_open(
    engine: Engine, nights: Nights, statements: Callable[[], int]
) -> None:
    scopes = [None, _scope(), _scope(provinces=("yunling",)), _scope(rules=("applications-balance",))]
    scopes.append(_scope(_muted(1, rule="applications-balance"), _muted(2, fingerprint=f"{1:016x}")))

    def asked() -> int:
        statements()
        circumstances = Circumstances(engine, NOW, {})
        for scope in scopes:
            circumstances.of(scope, 1)
        return statements()

    nights.record(nights.page(nights.report(), nights.finding(1)))
    few = asked()
    nights.begin()
    many = [nights.finding(number, where=f"applications.row{number}") for number in range(1, 80)]
    nights.record(nights.page(nights.report(sha="2"), *many))
    assert asked() == few
