"""Counts that are kept: right after whatever is written, told where they are not, made again."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, update

from storage import rollups, tables
from storage.engine import downgrade, upgrade, writing
from storage.ledger import Ledger
from storage.queries import Queries
from storage.records import (
    Compared,
    Coverage,
    FindingStatus,
    ObligationRecord,
    ObligationStatus,
    Origin,
    WaiverRecord,
)

ORGANS = ("云溪县水务局", "云溪县民政局", "北溪县水务局")
PROVINCE = {"云溪县水务局": "yunling", "云溪县民政局": "yunling", "北溪县水务局": "haizhou"}


def _differences(engine: Engine) -> list[str]:
    with writing(engine) as session:
        return rollups.differences(session)


def _duty(organ: str, year: int, status: str) -> ObligationRecord:
    return ObligationRecord(
        organ, "government_office", PROVINCE[organ], year, date(year + 1, 3, 31), ObligationStatus(status)
    )


def test_of_nothing_there_is_nothing_to_count(engine: Engine, queries: Queries) -> None:
    assert _differences(engine) == []
    with writing(engine) as session:
        rollups.rebuild(session)
    assert (queries.open_counts(), queries.duty_counts()) == ({}, Counter())


def test_findings_are_counted_for_each_and_for_any_fault_and_verdict(
    engine: Engine, queries: Queries, nights: Any
) -> None:
    cause = nights.finding(1, severity="info", fault="unknown", verdict="uncertain")
    explained = nights.finding(2, severity="critical", group=cause.fingerprint)
    nights.record(nights.page(nights.report(), cause, explained))
    with writing(engine) as session:
        kept = {
            (row.fault, row.verdict, row.severity): row.number
            for row in session.query(tables.FindingCount).all()
        }
    assert kept == {
        ("", "", "critical"): 1,  # both are one, as grave as the worst
        ("unknown", "uncertain", "info"): 1,
        ("unknown", "", "info"): 1,
        ("", "uncertain", "info"): 1,
        ("publisher", "fail", "critical"): 1,
        ("publisher", "", "critical"): 1,
        ("", "fail", "critical"): 1,
    }
    assert queries.open_counts(verdict="fail") == {"critical": 1}


def test_what_is_repaired_or_decided_counts_no_longer(engine: Engine, queries: Queries, nights: Any) -> None:
    nights.record(nights.page(nights.report(), nights.finding(1), nights.finding(2, severity="warning")))
    assert queries.open_counts() == {"error": 1, "warning": 1}
    nights.begin()
    nights.record(nights.page(nights.report(sha="2"), nights.finding(2, severity="warning")))
    assert queries.open_counts() == {"warning": 1}
    waiver = WaiverRecord(
        None,
        "applications-balance",
        "已核实",
        "王某",
        nights.at(),
        nights.at() + timedelta(days=9),
        year=2023,
    )
    number = nights.ledger.add_waiver(waiver)
    assert queries.open_counts() == {}
    nights.ledger.withdraw_waiver(number, nights.at(1))
    assert queries.open_counts() == {"warning": 1}
    assert _differences(engine) == []


def test_a_struck_off_body_owes_nothing_that_counts(
    engine: Engine, ledger: Ledger, queries: Queries, nights: Any
) -> None:
    duties = [
        _duty(ORGANS[0], 2023, "late"),
        _duty(ORGANS[1], 2023, "missing"),
        _duty(ORGANS[0], 2024, "not_due"),
    ]
    ledger.assess(nights.run, duties, [], whole_province="yunling")
    assert queries.coverage("yunling") == Coverage(2, 2)
    ledger.assess(nights.run, duties[:1], [], whole_province="yunling")
    assert queries.duty_counts() == {("yunling", 2023, ObligationStatus.LATE): 1}
    ledger.assess(nights.run, [], [], whole_province="yunling")
    assert queries.duty_counts() == {}
    assert _differences(engine) == []


def test_broken_counts_are_told_and_made_again(engine: Engine, ledger: Ledger, nights: Any) -> None:
    nights.record(nights.page(nights.report(), nights.finding(1)))
    ledger.assess(nights.run, [_duty(ORGANS[0], 2023, "late")], [])
    with writing(engine) as session:
        of_one = tables.FindingCount.fault == "publisher", tables.FindingCount.verdict == "fail"
        session.execute(update(tables.FindingCount).where(*of_one).values(number=5))
        session.add(tables.FindingCount(
            province="haizhou", year=2020, fault="", verdict="", severity="info", number=2
        ))  # fmt: skip
        session.delete(session.get_one(tables.DutyCount, ("yunling", 2023, "late")))
    assert _differences(engine) == [
        "finding_counts: haizhou 2020 any any info: 2 kept, 0 counted",
        "finding_counts: yunling 2023 publisher fail error: 5 kept, 1 counted",
        "duty_counts: yunling 2023 late: 0 kept, 1 counted",
    ]
    with writing(engine) as session:
        rollups.rebuild(session)
    assert _differences(engine) == []


def test_of_very_many_differences_the_first_are_told(engine: Engine) -> None:
    with writing(engine) as session:
        session.add_all(
            tables.DutyCount(province="yunling", year=year, status="late", number=1)
            for year in range(2000, 2025)
        )
    lines = _differences(engine)
    assert len(lines) == 21
    assert lines[-1] == "and 5 more"


def test_the_migration_counts_what_is_on_record(
    engine: Engine, ledger: Ledger, queries: Queries, nights: Any
) -> None:
    cause = nights.finding(1, severity="info", verdict="uncertain")
    rest = (nights.finding(2, group=cause.fingerprint), nights.finding(3, severity="warning"))
    nights.record(nights.page(nights.report(), cause, *rest))
    ledger.assess(nights.run, [_duty(ORGANS[0], 2023, "late"), _duty(ORGANS[2], 2023, "missing")], [])
    before = queries.open_counts(), queries.open_counts(verdict="fail"), queries.duty_counts()
    assert before[0] == {"error": 1, "warning": 1}
    downgrade(engine, "0007")
    upgrade(engine)
    assert (queries.open_counts(), queries.open_counts(verdict="fail"), queries.duty_counts()) == before
    assert _differences(engine) == []


step = st.one_of(
    st.tuples(
        st.just("page"), st.sampled_from(ORGANS), st.sampled_from([2022, 2023]),
        st.dictionaries(
            st.integers(1, 4),
            st.tuples(st.sampled_from(["critical", "error", "info"]), st.sampled_from(["fail", "uncertain"]),
                      st.sampled_from(["publisher", "extraction"]), st.sampled_from([None, 1])),
        ),
    ),
    st.tuples(st.just("compared"), st.sampled_from(ORGANS), st.sampled_from([2022, 2023]), st.booleans()),
    st.tuples(st.just("duty"), st.sampled_from(ORGANS), st.sampled_from([2022, 2023]),
              st.sampled_from(["late", "missing", "not_due"]), st.booleans()),
    st.tuples(st.just("waive"), st.sampled_from([None, *ORGANS]), st.sampled_from([None, 2022]),
              st.booleans()),
    st.tuples(st.just("revoke"), st.integers(1, 3)),
    st.tuples(st.just("night")),
)  # fmt: skip


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(story=st.lists(step, min_size=1, max_size=14))
def test_after_any_story_the_counts_are_what_they_count(
    story: Any, engine: Engine, nights: Any, queries: Queries, empty_all: Any
) -> None:
    empty_all()
    nights.begin()
    waivers: list[int] = []
    for kind, *told in story:
        _play(kind, told, nights, waivers)
    assert _differences(engine) == []
    standing = [f for f in queries.findings() if f.status is not FindingStatus.WAIVED]
    alone = Counter(f.severity for f in standing if f.group is None)
    if all(f.group is None for f in standing):
        assert queries.open_counts() == alone
    else:
        assert sum(queries.open_counts().values()) <= len(standing)


def _play(kind: str, told: list[Any], nights: Any, waivers: list[int]) -> None:
    ledger: Ledger = nights.ledger
    if kind == "night":
        nights.begin()
    elif kind == "revoke":
        if told[0] <= len(waivers):
            ledger.withdraw_waiver(waivers[told[0] - 1], nights.at())
    elif kind == "waive":
        organ, year, critical = told
        waivers.append(ledger.add_waiver(WaiverRecord(
            None, "applications-balance", "已核实", "王某", nights.at(), nights.at() + timedelta(days=2),
            organ=organ, year=year, critical=critical,
        )))  # fmt: skip
    else:
        organ, year, *rest = told
        place = {
            "organ": organ, "year": year, "province": PROVINCE[organ], "url": f"http://{ORGANS.index(organ)}/{year}"
        }  # fmt: skip
        first = 1000 * ORGANS.index(organ) + 10 * (year - 2000)
        if kind == "page":
            findings = [
                nights.finding(
                    first + number, severity=severity, verdict=verdict, fault=fault, where=f"place.{number}",
                    group=None if cause is None or number == cause else f"{first + cause:016x}", **place,
                )
                for number, (severity, verdict, fault, cause) in rest[0].items()
            ]  # fmt: skip
            nights.record(nights.page(nights.report(**place), *findings))
        elif kind == "compared":
            found = nights.finding(first + 9, stated_by=Origin.COMPARISON, **place)
            ledger.record_comparisons(nights.run, [Compared(organ, year, {}, (found,) if rest[0] else ())])
        else:
            status, stated = rest
            absent = nights.finding(first + 8, rule="filing-missing", stated_by=Origin.DUTY, **place)
            ledger.assess(nights.run, [_duty(organ, year, status)], [absent] if stated else [])


@pytest.mark.parametrize("writers", [3])
def test_counts_hold_when_processes_write_at_once(
    url: str, writers: int, queries: Queries, engine: Engine
) -> None:
    started = [
        subprocess.Popen([sys.executable, "-c", _WRITER, url, str(number)]) for number in range(writers)
    ]
    assert [process.wait(120) for process in started] == [0] * writers
    assert queries.open_counts() == {"error": writers * 5}
    assert queries.duty_counts() == {("yunling", 2023, ObligationStatus.LATE): writers}
    assert _differences(engine) == []


_WRITER = """
import sys
from tests.storage.test_rollups import write_nights
write_nights(sys.argv[1], int(sys.argv[2]))
"""


def write_nights(url: str, writer: int) -> None:
    """Ten nights of one writer: ten findings of a body come one by one, five of them go again."""
    from storage.engine import open_engine
    from tests.storage.conftest import Nights

    engine = open_engine(url)
    nights = Nights(Ledger(engine))
    organ = f"云溪县第{writer}局"
    place = {"organ": organ, "url": f"http://{writer}.example/"}
    for night in range(10):
        nights.begin()
        there = [number for number in range(night + 1) if number % 2 == 0 or number == night]
        findings = (nights.finding(writer * 100 + n, where=f"place.{n}", **place) for n in there)
        nights.record(nights.page(nights.report(sha=str(night), **place), *findings))
        duty = ObligationRecord(
            organ, "government_office", "yunling", 2023, date(2024, 3, 31), ObligationStatus.LATE
        )
        nights.ledger.assess(nights.run, [duty], [])
    nights.begin()
    findings = (nights.finding(writer * 100 + n, where=f"place.{n}", **place) for n in range(0, 10, 2))
    nights.record(nights.page(nights.report(sha="f", **place), *findings))
    engine.dispose()
