"""What a finding was fixed by: told only as far as it is on record, the same on both databases."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, text

from storage.engine import downgrade, upgrade, writing
from storage.ledger import Ledger
from storage.queries import Queries
from storage.records import (
    Cause,
    ChangeRecord,
    Compared,
    Edit,
    Exclusion,
    FormerName,
    ObligationRecord,
    ObligationStatus,
    OrganRecord,
    Origin,
    PartRecord,
    PortalRecord,
    Repair,
    SeenAgain,
    VersionRecord,
)
from storage.snapshots import repair_of, repair_snapshot

A, B = "http://a.example/1.html", "http://a.example/2.html"
TOTAL = "applications.new_received.total"


def _cells(value: int | None, raw: str | None = None) -> dict[str, Any]:
    return {TOTAL: {"value": value, "raw": str(value) if raw is None else raw}}


def _version(nights: Any, digest: str, sha: str = "1", url: str = A) -> VersionRecord:
    report = nights.report(url, sha)
    return VersionRecord(report.organ, report.year, url, sha * 64, nights.at(), 1, digest)


def _page(
    nights: Any,
    *findings: Any,
    sha: str = "1",
    digest: str | None = None,
    cells: Mapping[str, Any] | None = None,
    url: str = A,
    **values: Any,
) -> None:
    """A page of tonight; with `digest` the report was read whole and for certain."""
    parts = values.pop("parts", ())
    report = nights.report(url, sha, cells=cells or _cells(21), **values)
    page = nights.page(report, *findings, parts=parts)
    nights.record(page if digest is None else replace(page, version=_version(nights, digest, sha, url)))


def _fixed(queries: Queries) -> ChangeRecord:
    [step] = [change for change in queries.changes(0) if change.kind == "fixed"]
    return step


def test_an_edit_is_told_with_its_cells_and_the_visits_around_it(queries: Queries, nights: Any) -> None:
    _page(nights, nights.finding(), digest="old")
    nights.begin()
    last = nights.at(5)
    nights.record(SeenAgain(A, last))
    nights.begin()
    _page(nights, sha="2", digest="new", cells=_cells(20))
    step = _fixed(queries)
    assert step.cause is Cause.EDITED
    edit = Edit(A, "1" * 64, "2" * 64, last, nights.at(), {TOTAL: (21, 20)})
    assert step.repair == Repair(Cause.EDITED, A, edit)
    [old, new] = queries.versions_of([("云溪县水务局", 2023)])["云溪县水务局", 2023]
    assert (old.last_seen, new.last_seen) == (last, None)


def test_cells_of_other_findings_are_not_told_and_what_they_held_besides_numbers_is(
    queries: Queries, nights: Any
) -> None:
    finding = nights.finding(cells=(TOTAL, "applications.gone.total", "applications.same.total"))
    same = {"applications.same.total": {"value": 4, "raw": "4"}}
    gone = {"applications.gone.total": {"value": 1, "raw": "1"}}
    other = {"applications.other.total": {"value": 7, "raw": "7"}}
    _page(nights, finding, digest="old", cells=_cells(None, "/") | same | gone)
    nights.begin()
    _page(nights, sha="2", digest="new", cells=_cells(3) | same | other)
    assert _fixed(queries).repair.edit.cells == {  # type: ignore[union-attr]
        TOTAL: ("/", 3), "applications.gone.total": (1, None)
    }  # fmt: skip


def test_a_date_of_publication_that_was_set_back_is_an_edit(queries: Queries, nights: Any) -> None:
    late = nights.finding(rule="filing-late", where="filing", cells=())
    _page(nights, late, digest="same", published=date(2024, 2, 9))
    nights.begin()
    _page(nights, sha="2", digest="same", published=date(2024, 1, 20))
    repair = _fixed(queries).repair
    assert repair is not None and repair.edit is not None
    assert (repair.cause, repair.edit.published) == (Cause.EDITED, (date(2024, 2, 9), date(2024, 1, 20)))


def test_other_bytes_of_the_same_report_are_no_edit(queries: Queries, nights: Any) -> None:
    """A counter of readers makes the page another one every night."""
    _page(nights, nights.finding(), digest="same")
    nights.begin()
    _page(nights, sha="2", digest="same")
    assert _fixed(queries).repair == Repair(Cause.ELSEWHERE, A)


@pytest.mark.parametrize(("sha", "part"), [("2", "5"), ("1", "6")])
def test_where_the_report_was_not_read_for_certain_the_bytes_tell(
    queries: Queries, nights: Any, sha: str, part: str
) -> None:
    def file(sha: str) -> PartRecord:
        return PartRecord("http://a.example/1.pdf", "attachment", sha256=sha * 64)

    _page(nights, nights.finding(), digest="", parts=(file("5"),))
    nights.begin()
    _page(nights, sha=sha, digest="", parts=(file(part),))
    assert _fixed(queries).cause is Cause.EDITED


def test_another_page_that_is_the_report_now_is_no_edit(queries: Queries, nights: Any) -> None:
    _page(nights, nights.finding(), digest="x")
    nights.begin()
    first = nights.at()
    _page(nights, url=B, sha="2", digest="y", published=date(2024, 1, 10))
    assert _fixed(queries).repair == Repair(Cause.REPLACED, B, first_seen=first)


def test_a_page_read_again_from_the_archive_was_neither_edited_nor_repaired(
    queries: Queries, nights: Any
) -> None:
    _page(nights, nights.finding(), digest="old")
    stood = queries.pages_at([A])[A]
    nights.begin()
    page = nights.page(nights.report(sha="1", cells=_cells(20), seen=stood.seen))
    nights.record(replace(page, version=_version(nights, "new"), reread=stood))
    step = queries.changes(0)[-1]
    assert (step.kind, step.cause, step.repair) == ("withdrawn", Cause.RULES, None)
    [version] = queries.versions_of([("云溪县水务局", 2023)])["云溪县水务局", 2023]
    assert version.last_seen is None


def test_an_absence_is_fixed_by_the_report(ledger: Ledger, queries: Queries, nights: Any) -> None:
    def duty(status: ObligationStatus, **values: Any) -> ObligationRecord:
        return ObligationRecord(
            "云溪县水务局", "department", "yunling", 2023, date(2024, 1, 31), status, **values
        )

    absence = nights.finding(rule="filing-missing", archived=None, stated_by=Origin.DUTY)
    ledger.assess(nights.run, [duty(ObligationStatus.MISSING)], [absence])
    nights.begin()
    seen = nights.at(1)
    filed = {"url": A, "first_seen": seen, "published": date(2024, 2, 9), "days_late": 9}
    ledger.assess(nights.run, [duty(ObligationStatus.LATE, **filed)], [])
    assert _fixed(queries).repair == Repair(
        Cause.FILED, A, first_seen=seen, published=date(2024, 2, 9), days_late=9
    )


def _edit(nights: Any, before: str, after: str, **cells: Any) -> Edit:
    return Edit(A, before * 64, after * 64, nights.at(), nights.at() + timedelta(days=1), cells)


@pytest.mark.parametrize(
    ("cells", "archived", "now", "becomes"),
    [
        pytest.param((TOTAL,), "1", {}, {TOTAL: (21, 19)}, id="two edits are told as their sum"),
        pytest.param((), "1", {}, {}, id="prose"),
        pytest.param((TOTAL,), "2", {}, {TOTAL: (20, 19)}, id="the last edit alone"),
        pytest.param(("disputes.review.total",), "1", {}, None, id="other cells: nobody can tell"),
        pytest.param((TOTAL,), "3", {}, "elsewhere", id="stated of what it shows now"),
        pytest.param((TOTAL,), "8", {}, None, id="stated of what is not on record"),
        pytest.param((TOTAL,), "1", {"url": B}, "replaced", id="stated of another page"),
    ],
)
def test_a_finding_of_a_comparison(
    ledger: Ledger,
    queries: Queries,
    nights: Any,
    cells: tuple[str, ...],
    archived: str,
    now: dict[str, Any],
    becomes: Any,
) -> None:
    said = nights.finding(
        rule="yearly-carryover-total", cells=cells, archived=archived * 64,
        stated_by=Origin.COMPARISON, **now,
    )  # fmt: skip
    _page(nights, sha="3")
    key = ("云溪县水务局", 2023)
    ledger.record_comparisons(nights.run, [Compared(*key, {}, (said,))])
    edits = (_edit(nights, "1", "2", **{TOTAL: (21, 20)}), _edit(nights, "2", "3", **{TOTAL: (20, 19)}))
    nights.begin()
    ledger.record_comparisons(nights.run, [Compared(*key, {}, edits=edits)])
    step = _fixed(queries)
    if isinstance(becomes, dict):
        assert step.repair is not None and step.repair.edit is not None
        assert (step.cause, step.repair.edit.cells) == (Cause.EDITED, becomes)
    else:
        assert step.cause == becomes


@pytest.mark.parametrize(
    "repair",
    [
        None,
        Repair(Cause.ELSEWHERE, A),
        Repair(Cause.FILED, A, published=date(2024, 2, 9), days_late=0),
    ],
    ids=["none", "elsewhere", "filed"],
)
def test_a_snapshot_is_what_it_was_taken_of(repair: Repair | None) -> None:
    assert repair_of(repair_snapshot(repair)) == repair


def _organ(**values: Any) -> OrganRecord:
    return OrganRecord("云溪县水务局", "yunling", "yunxi", "department", **values)


def test_down_and_up_with_repairs_and_bodies(
    engine: Engine, ledger: Ledger, queries: Queries, nights: Any
) -> None:
    former = (FormerName("云溪县水利局", 2020),)
    excluded = (Exclusion("与县自然资源局合并填报", 2016, 2017),)
    ledger.register(
        [PortalRecord("yunxi", "yunling", "云溪县", "http://a.example/")],
        [_organ(former=former, excluded=excluded)],
    )
    [known] = queries.organs()
    assert (known.former, known.excluded) == (former, excluded)
    due = ObligationRecord(
        "云溪县水务局", "department", "yunling", 2017, date(2018, 3, 31), ObligationStatus.EXCLUDED
    )
    ledger.assess(nights.run, [due], [])
    _page(nights, nights.finding(), digest="old")
    nights.begin()
    _page(nights, sha="2", digest="new", cells=_cells(20))
    steps = queries.changes(0)
    downgrade(engine, "0005")
    with engine.connect() as connection:
        assert connection.execute(text("SELECT cause FROM changes WHERE kind = 'fixed'")).all() == [(None,)]
    upgrade(engine)
    assert queries.changes(0) == [replace(step, cause=None, repair=None) for step in steps]
    assert queries.obligations() == []
    [known] = queries.organs()
    assert known == _organ()
    with writing(engine) as session:
        session.execute(text("UPDATE changes SET cause = 'edited' WHERE kind = 'fixed'"))
    assert queries.changes(0)[-1].cause is Cause.EDITED
