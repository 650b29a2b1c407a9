"""Lists of findings: what one likely cause explains stands under it, as grave as the worst of it."""

from __future__ import annotations

from typing import Any

from crawler.commands.lists import folded
from storage.records import FindingRecord


def finding(fingerprint: str, rule: str, severity: str, group: str | None = None) -> FindingRecord:
    given: dict[str, Any] = dict.fromkeys(
        ("message_zh", "message_en", "basis_zh", "basis_en", "province", "portal", "url"), ""
    )
    return FindingRecord(
        fingerprint=fingerprint,
        organ="云溪县水务局",
        year=2023,
        rule=rule,
        severity=severity,
        verdict="fail",
        fault="publisher",
        where="applications",
        archived=None,
        group=group,
        **given,
    )


SUM = finding("a", "applications-balance", "error", group="c")
TOTAL = finding("b", "applications-row-total", "error", group="c")
CAUSE = finding("c", "cell-likely-culprit", "info")
LATE = finding("d", "filing-late", "warning")
OTHER = finding("e", "disputes-total", "error", group="gone")


def told(rows: list[FindingRecord]) -> list[tuple[str, list[str]]]:
    return [(row.fingerprint, [one.fingerprint for one in under]) for row, under in folded(rows)]


def test_sums_stand_under_their_cause_which_is_as_grave_as_they_are() -> None:
    assert told([SUM, TOTAL, LATE, CAUSE]) == [("c", ["a", "b"]), ("d", [])]


def test_without_their_cause_they_stand_by_themselves() -> None:
    assert told([SUM, OTHER, LATE]) == [("a", []), ("e", []), ("d", [])]
