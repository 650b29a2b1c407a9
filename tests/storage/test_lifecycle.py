"""The life of one finding, step by step, without a database."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from storage.lifecycle import stated, unstated, unvisited
from storage.records import ChangeKind, FindingRecord, FindingStatus

FIRST = datetime(2024, 2, 1, tzinfo=UTC)
LATER = datetime(2024, 2, 2, tzinfo=UTC)


def _known(status: FindingStatus, **values: Any) -> FindingRecord:
    return FindingRecord(
        fingerprint="f" * 16, organ="青杉市水务局", year=2023, rule="applications-balance",
        severity="error", verdict="fail", fault="publisher", where="applications.total",
        message_zh="不平", message_en="unbalanced", basis_zh="表三", basis_en="table 3",
        province="yunling", portal="qingshan", url="http://a.example/1", archived="1" * 64,
        expected=21, found=20, status=status, first_seen=FIRST, last_seen=FIRST, **values,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("status", "earlier", "becomes", "kind"),
    [
        ("new", True, "open", None),
        ("new", False, "new", None),
        ("open", True, "open", None),
        ("changed", True, "open", None),
        ("changed", False, "changed", None),
        ("returned", True, "open", None),
        ("returned", False, "returned", None),
        ("waived", True, "waived", None),
        ("fixed", True, "returned", "returned"),
        ("fixed", False, "returned", "returned"),
    ],
)
def test_stated_again_as_it_was(status: str, earlier: bool, becomes: str, kind: str | None) -> None:
    known = _known(FindingStatus(status))
    step = stated(known, known, LATER, earlier=earlier)
    assert step.finding == replace(known, status=FindingStatus(becomes), last_seen=LATER)
    assert step.kind == kind


@pytest.mark.parametrize("status", ["new", "open", "changed", "returned", "waived"])
@pytest.mark.parametrize(
    "values",
    [
        {"expected": 22},
        {"found": "20"},
        {"message_zh": "仍不平"},
        {"message_en": "still"},
        {"verdict": "uncertain"},
    ],
    ids=lambda values: next(iter(values)),
)
def test_stated_with_other_substance(status: str, values: dict[str, Any]) -> None:
    known = _known(FindingStatus(status))
    step = stated(known, replace(known, **values), LATER, earlier=True)
    assert step.kind is ChangeKind.CHANGED
    assert step.finding == replace(known, status=FindingStatus.CHANGED, last_seen=LATER, **values)


@pytest.mark.parametrize(
    "values", [{"url": "http://a.example/2"}, {"quote": "21"}, {"archived": "2" * 64}, {"basis_zh": "表3"}]
)
def test_other_evidence_is_kept_without_telling(values: dict[str, Any]) -> None:
    known = _known(FindingStatus.OPEN)
    step = stated(known, replace(known, **values), LATER, earlier=True)
    assert step.kind is None
    assert step.finding == replace(known, last_seen=LATER, **values)


def test_first_stated() -> None:
    step = stated(None, _known(FindingStatus.OPEN), LATER, earlier=False)
    assert step.kind is ChangeKind.NEW
    assert step.finding == replace(_known(FindingStatus.NEW), first_seen=LATER, last_seen=LATER)


@pytest.mark.parametrize("status", ["new", "open", "changed", "returned", "waived"])
def test_no_longer_stated(status: str) -> None:
    step = unstated(_known(FindingStatus(status)))
    assert step.kind is ChangeKind.FIXED
    assert step.finding == _known(FindingStatus.FIXED)  # last_seen stays: it was not seen this time


def test_what_is_fixed_stays_fixed() -> None:
    fixed = _known(FindingStatus.FIXED)
    assert (unstated(fixed).finding, unstated(fixed).kind) == (fixed, None)
    again = unvisited(fixed, LATER, earlier=True)
    assert (again.finding, again.kind) == (fixed, None)


@pytest.mark.parametrize("status", ["new", "open", "changed", "returned"])
def test_an_unchanged_page_settles_what_is_earlier(status: str) -> None:
    known = _known(FindingStatus(status))
    later, same = unvisited(known, LATER, earlier=True), unvisited(known, LATER, earlier=False)
    assert later.finding == replace(known, status=FindingStatus.OPEN, last_seen=LATER)
    assert same.finding == replace(known, last_seen=LATER)
    assert (later.kind, same.kind) == (None, None)


def test_an_older_look_does_not_turn_back_the_clock() -> None:
    known = replace(_known(FindingStatus.OPEN), last_seen=LATER)
    assert stated(known, known, FIRST, earlier=True).finding.last_seen == LATER
