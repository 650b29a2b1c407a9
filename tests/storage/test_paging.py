"""Lists page by page are the whole list, in its order."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from storage.ledger import Ledger
from storage.queries import Queries
from storage.records import (
    ObligationRecord,
    ObligationStatus,
    OrganRecord,
    PortalRecord,
    RunRecord,
    VisitRecord,
)

ORGANS = ("云溪县水务局", "云溪县民政局", "北溪县水务局", "阿克县水务局")
SEVERITIES = ("info", "error", "error", "critical", "warning", "error", "blocker", "aside", "info")


@pytest.fixture
def many(nights: Any) -> None:
    """Four bodies, two years each; nine findings a report, two of them of severities that nobody knows."""
    for place, organ in enumerate(ORGANS):
        for year in (2022, 2023):
            url = f"http://{place}.example/{year}"
            findings = [
                nights.finding(
                    1000 * place + 100 * (year - 2020) + n, organ=organ, year=year, url=url,
                    severity=severity,
                    where=f"place.{n % 4}", rule=("applications-balance", "filing-late")[n % 2],
                    province=("yunling", "haizhou")[place % 2],
                )
                for n, severity in enumerate(SEVERITIES)
            ]  # fmt: skip
            report = nights.report(
                organ=organ, year=year, url=url, province=("yunling", "haizhou")[place % 2]
            )
            nights.record(nights.page(report, *findings))


@pytest.mark.parametrize("size", [1, 5, 71, 72, 100])
@pytest.mark.parametrize(
    "filters",
    [{}, {"province": "haizhou"}, {"severity": "error"}, {"year": 2022, "rule": "filing-late"}],
    ids=["all", "province", "severity", "year and rule"],
)
def test_findings(filters: dict[str, Any], size: int, many: None, queries: Queries) -> None:
    whole = queries.findings(**filters)
    pages: list[Any] = []
    while page := queries.findings(**filters, limit=size, after=pages[-1].fingerprint if pages else None):
        assert len(page) <= size
        pages += page
        assert len(pages) <= len(whole)
    # severities that nobody knows come last in both, with one another by body
    assert pages == whole


def test_a_page_after_a_finding_that_there_is_not(many: None, queries: Queries) -> None:
    with pytest.raises(ValueError, match="no finding 123"):
        queries.findings(limit=1, after="123")


@pytest.mark.parametrize("size", [1, 3, 8, 9])
def test_reports(size: int, many: None, queries: Queries) -> None:
    pages: list[Any] = []
    while page := queries.reports(limit=size, after=(pages[-1].organ, pages[-1].year) if pages else None):
        pages += page
    assert pages == queries.reports()
    assert len(pages) == 8


def test_duties(ledger: Ledger, nights: Any, queries: Queries) -> None:
    statuses = (ObligationStatus.MISSING, ObligationStatus.LATE)
    duties = [
        ObligationRecord(
            organ, "government_office", "yunling", year, date(year + 1, 3, 31), statuses[year % 2]
        )
        for organ in ORGANS
        for year in range(2018, 2024)
    ]
    ledger.assess(nights.run, duties, [])
    pages: list[ObligationRecord] = []
    while page := queries.obligations(
        status="late", limit=5, after=(pages[-1].organ, pages[-1].year) if pages else None
    ):
        pages += page
    assert pages == queries.obligations(status="late")
    assert len(pages) == 12
    assert [duty.year for duty in queries.obligations(organ=ORGANS[3], limit=3)] == [2018, 2019, 2020]


def test_the_last_visit_of_each_portal(ledger: Ledger, queries: Queries) -> None:
    portals = [
        PortalRecord(name, "yunling", name, f"http://{name}.example/") for name in ("beixi", "yunxi", "wu")
    ]
    ledger.register(portals, [OrganRecord(ORGANS[0], "yunling", "yunxi", "government_office", aliases=())])
    start = datetime(2024, 4, 1, 18, tzinfo=UTC)
    for night, names in enumerate([("yunxi", "beixi"), ("yunxi",), ("yunxi", "elsewhere")]):
        at = start + timedelta(days=night)
        run = ledger.begin_run(RunRecord(None, "nightly", "yunling", at))
        for name in names:
            ledger.record_visit(VisitRecord(run, name, at, at, clean=night != 1))
    last = [(visit.portal, visit.started) for visit in queries.last_visits()]
    assert last == [("beixi", start), ("yunxi", start + timedelta(days=2))]
    assert [visit.portal for visit in queries.last_visits(portal="yunxi")] == ["yunxi"]
    assert queries.last_visits(province="haizhou") == []
    run = ledger.begin_run(RunRecord(None, "nightly", "yunling", start + timedelta(days=3)))
    ledger.record_visit(VisitRecord(run, "yunxi", start + timedelta(days=3), start, clean=False))
    assert [(visit.portal, visit.run) for visit in queries.last_visits(clean=False)] == [("yunxi", run)]
    assert [visit.portal for visit in queries.last_visits(clean=True)] == ["beixi"]
