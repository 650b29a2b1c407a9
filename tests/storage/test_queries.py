"""The read side on both databases: filters, order, counts."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy import Engine

from storage import tables
from storage.engine import writing
from storage.ledger import Ledger
from storage.queries import Queries
from storage.records import Coverage, FindingStatus, ObligationRecord, ObligationStatus
from storage.rollups import rebuild

# number, organ, year, rule, severity, province, portal, fault
FINDINGS = [
    (1, "云溪县水务局", 2022, "title", "info", "yunling", "yunxi", "publisher"),
    (2, "云溪县水务局", 2023, "applications-balance", "error", "yunling", "yunxi", "publisher"),
    (3, "松涛镇人民政府", 2023, "section-missing", "critical", "yunling", "linxi", "publisher"),
    (4, "松涛镇人民政府", 2022, "section-missing", "error", "yunling", "linxi", "publisher"),
    (5, "北溪县水务局", 2023, "table-unread", "warning", "haizhou", "beixi", "extraction"),
    (6, "北溪县水务局", 2022, "filing-late", "error", "haizhou", "beixi", "publisher"),
]


@pytest.fixture
def six(nights: Any) -> Any:
    """Six findings in six reports of three bodies, three portals, two provinces."""
    for number, organ, year, rule, severity, province, portal, fault in FINDINGS:
        url = f"http://{portal}.example/{year}.html"
        place = {"organ": organ, "year": year, "province": province, "portal": portal, "url": url}
        finding = nights.finding(number, rule=rule, severity=severity, fault=fault, **place)
        nights.record(nights.page(nights.report(sha=str(number), **place), finding))
    return nights


def _numbers(findings: list[Any]) -> list[int]:
    return [int(finding.fingerprint, 16) for finding in findings]


def test_findings_come_worst_first_then_by_body_and_year(six: Any, queries: Queries) -> None:
    # code points: 云 4e91, 北 5317, 松 677e
    assert _numbers(queries.findings()) == [3, 2, 6, 4, 5, 1]


@pytest.mark.parametrize(
    ("filters", "numbers"),
    [
        ({"province": "yunling"}, [3, 2, 4, 1]),
        ({"portal": "linxi"}, [3, 4]),
        ({"year": 2022}, [6, 4, 1]),
        ({"rule": "section-missing"}, [3, 4]),
        ({"severity": "error"}, [2, 6, 4]),
        ({"organ": "北溪县水务局"}, [6, 5]),
        ({"province": "yunling", "year": 2023, "severity": "critical"}, [3]),
        ({"province": "nowhere"}, []),
        ({"status": "new"}, [3, 2, 6, 4, 5, 1]),
        ({"status": "open"}, []),
    ],
)
def test_findings_by(filters: dict[str, Any], numbers: list[int], six: Any, queries: Queries) -> None:
    assert _numbers(queries.findings(**filters)) == numbers


def test_fixed_findings_are_asked_for(six: Any, queries: Queries) -> None:
    six.begin()
    place = {"url": "http://yunxi.example/2023.html", "portal": "yunxi"}
    six.record(six.page(six.report(sha="9", **place)))
    assert _numbers(queries.findings()) == [3, 6, 4, 5, 1]
    assert _numbers(queries.findings(include_fixed=True)) == [3, 2, 6, 4, 5, 1]
    assert _numbers(queries.findings(status="fixed")) == [2]
    assert _numbers(queries.findings(status="fixed", province="haizhou")) == []
    with pytest.raises(ValueError, match="mended"):
        queries.findings(status="mended")


def test_open_counts(six: Any, queries: Queries, engine: Engine) -> None:
    assert list(queries.open_counts().items()) == [("critical", 1), ("error", 3), ("warning", 1), ("info", 1)]
    assert queries.open_counts(province="haizhou") == {"error": 1, "warning": 1}
    assert queries.open_counts(province="haizhou", fault="publisher") == {"error": 1}
    assert queries.open_counts(portal="linxi", year=2022) == {"error": 1}
    with writing(engine) as session:
        session.get_one(tables.Finding, f"{3:016x}").status = FindingStatus.WAIVED
        session.get_one(tables.Finding, f"{6:016x}").status = FindingStatus.FIXED
        session.flush()
        rebuild(session)
    assert queries.open_counts() == {"error": 2, "warning": 1, "info": 1}


def test_what_has_one_likely_cause_counts_once(queries: Queries, nights: Any) -> None:
    cause = nights.finding(1, severity="info")
    broken = [nights.finding(number, group=cause.fingerprint) for number in (2, 3)]
    stray = nights.finding(4, severity="warning", group="f" * 16)  # its cause is not told any more
    nights.record(nights.page(nights.report(), cause, *broken, stray))
    assert queries.open_counts() == {"error": 1, "warning": 1}


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ({}, [("云溪县水务局", 2022), ("云溪县水务局", 2023), ("北溪县水务局", 2022), ("北溪县水务局", 2023),
              ("松涛镇人民政府", 2022), ("松涛镇人民政府", 2023)]),
        ({"portal": "yunxi"}, [("云溪县水务局", 2022), ("云溪县水务局", 2023)]),
        ({"year": 2022, "province": "yunling"}, [("云溪县水务局", 2022), ("松涛镇人民政府", 2022)]),
        ({"organ": "北溪县水务局", "year": 2023}, [("北溪县水务局", 2023)]),
        ({"organ": "西溪县水务局"}, []),
    ],
)  # fmt: skip
def test_reports_by(filters: dict[str, Any], found: list[Any], six: Any, queries: Queries) -> None:
    assert [(report.organ, report.year) for report in queries.reports(**filters)] == found


def test_pages_of_one_portal(six: Any, queries: Queries) -> None:
    assert set(queries.pages("linxi")) == {"http://linxi.example/2022.html", "http://linxi.example/2023.html"}
    assert queries.pages("nowhere") == {}


def test_changes_between_two_ids(six: Any, queries: Queries) -> None:
    newest = queries.newest_change()
    ids = [change.id for change in queries.changes(0)]
    assert ids == sorted(ids)
    assert ids[-1] == newest
    assert [int(c.finding.fingerprint, 16) for c in queries.changes(ids[1], until=ids[3])] == [3, 4]
    assert queries.changes(newest) == []


def test_nothing_recorded_is_nothing_told(queries: Queries) -> None:
    assert queries.newest_change() == 0
    assert queries.coverage("yunling", 2023) == Coverage(0, 0)
    assert queries.open_counts() == {}
    assert (queries.findings(), queries.reports(), queries.runs(), queries.changes(0)) == ([], [], [], [])


def test_coverage_and_obligations(ledger: Ledger, queries: Queries, nights: Any) -> None:
    statuses = [
        "on_time", "on_time", "late", "missing", "unreachable", "not_assessable", "not_due",
    ]  # fmt: skip
    duties = [
        ObligationRecord(
            f"{n}号局", "department", "yunling", 2023, date(2024, 1, 31), ObligationStatus(status)
        )
        for n, status in enumerate(statuses, 1)
    ]
    elsewhere = ObligationRecord(
        "北溪县水务局", "department", "haizhou", 2022, date(2023, 1, 31), ObligationStatus.UNREACHABLE
    )
    ledger.assess(nights.run, [*duties, elsewhere], [])
    assert queries.coverage("yunling", 2023) == Coverage(assessed=4, total=6)
    assert queries.coverage("haizhou", 2022) == Coverage(assessed=0, total=1)
    assert queries.coverage() == Coverage(assessed=4, total=7)
    assert queries.obligations("yunling", 2023) == duties
    assert [duty.organ for duty in queries.obligations(status="on_time")] == ["1号局", "2号局"]
    assert queries.obligations(province="haizhou", status="unreachable") == [elsewhere]
    with pytest.raises(ValueError, match="lost"):
        queries.obligations(status="lost")
