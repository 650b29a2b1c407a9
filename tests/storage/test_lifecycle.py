"""The life of one finding, step by step, without a database."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from storage.lifecycle import lapsed, stated, unstated, unvisited, waived
from storage.records import Cause, ChangeKind, FindingRecord, FindingStatus

FIRST = datetime(2024, 2, 1, tzinfo=UTC)
LATER = datetime(2024, 2, 2, tzinfo=UTC)


def _known(status: FindingStatus, **values: Any) -> FindingRecord:
    return FindingRecord(
        fingerprint="f" * 16, organ="青杉市水务局", year=2023, rule="applications-balance",
        severity="error", verdict="fail", fault="publisher", where="applications.total",
        message_zh="不平", message_en="unbalanced", basis_zh="表三", basis_en="table 3",
        province="yunling", portal="qingshan", url="http://a.example/1", archived="1" * 64,
        expected=21, found=20, status=status, **{"first_seen": FIRST, "last_seen": FIRST, **values},
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
        ("withdrawn", True, "returned", "returned"),
        ("fixed", True, "returned", "returned"),
        ("fixed", False, "returned", "returned"),
    ],
)
def test_stated_again_as_it_was(status: str, earlier: bool, becomes: str, kind: str | None) -> None:
    known = _known(FindingStatus(status))
    step = stated(known, known, LATER, earlier=earlier)
    assert step.finding == replace(known, status=FindingStatus(becomes), last_seen=LATER)
    assert step.kind == kind


@pytest.mark.parametrize("status", ["new", "open", "changed", "returned"])
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


@pytest.mark.parametrize("status", ["fixed", "withdrawn"])
def test_what_is_resolved_stays_as_it_was(status: str) -> None:
    resolved = _known(FindingStatus(status))
    for step in (
        unstated(resolved),
        unstated(resolved, Cause.RULES),
        unvisited(resolved, LATER, earlier=True),
    ):
        assert (step.finding, step.kind, step.cause) == (resolved, None, None)


def test_no_longer_stated_though_nobody_repaired_it() -> None:
    step = unstated(_known(FindingStatus.OPEN), Cause.RULES)
    assert (step.kind, step.cause, step.waiver) == (ChangeKind.WITHDRAWN, Cause.RULES, None)
    assert step.finding == _known(FindingStatus.WITHDRAWN)


# decisions


def test_born_under_a_decision() -> None:
    step = stated(None, _known(FindingStatus.OPEN), LATER, earlier=False, waiver=3)
    assert (step.kind, step.cause, step.waiver) == (ChangeKind.WAIVED, None, 3)
    assert step.finding == _known(FindingStatus.WAIVED, waiver=3, first_seen=LATER, last_seen=LATER)


@pytest.mark.parametrize("earlier", [True, False])
@pytest.mark.parametrize("waiver", [3, 8])
def test_a_decision_survives_every_look(earlier: bool, waiver: int) -> None:
    """Another decision may take over: that is no step."""
    known = _known(FindingStatus.WAIVED, waiver=3)
    step = stated(known, replace(known, url="http://a.example/2"), LATER, earlier=earlier, waiver=waiver)
    assert (step.kind, step.cause) == (None, None)
    assert step.finding == replace(known, url="http://a.example/2", last_seen=LATER, waiver=waiver)
    again = unvisited(known, LATER, earlier=earlier)
    assert (again.finding, again.kind) == (replace(known, last_seen=LATER), None)


@pytest.mark.parametrize(
    "values", [{"expected": 22}, {"found": "20"}, {"message_zh": "仍不平"}, {"verdict": "uncertain"}]
)
@pytest.mark.parametrize("waiver", [3, None])
def test_a_decision_lapses_when_the_values_change(values: dict[str, Any], waiver: int | None) -> None:
    known = _known(FindingStatus.WAIVED, waiver=3)
    step = stated(known, replace(known, **values), LATER, earlier=True, waiver=waiver)
    assert (step.kind, step.cause, step.waiver) == (ChangeKind.LAPSED, Cause.VALUES, 3)
    assert step.finding == replace(
        known, status=FindingStatus.CHANGED, last_seen=LATER, waiver=None, **values
    )


def test_other_words_for_the_same_values_end_no_decision_where_the_rules_are_others() -> None:
    known = _known(FindingStatus.WAIVED, waiver=3)
    said = replace(known, message_zh="收支不平衡", message_en="does not balance")
    reworded = stated(known, said, LATER, earlier=True, waiver=3, same_rules=False)
    assert (reworded.kind, reworded.finding.status) == (None, FindingStatus.WAIVED)
    other = stated(known, replace(said, found=19), LATER, earlier=True, waiver=3, same_rules=False)
    assert other.cause is Cause.VALUES
    # without values the words are all that was decided about
    bare = replace(known, expected=None, found=None)
    said = replace(bare, message_zh="另一句")
    assert stated(bare, said, LATER, earlier=True, waiver=3, same_rules=False).cause is Cause.VALUES


def test_a_decision_that_covers_it_no_longer() -> None:
    known = _known(FindingStatus.WAIVED, waiver=3)
    step = stated(known, known, LATER, earlier=True, ended=Cause.GRAVER)
    assert (step.kind, step.cause, step.waiver) == (ChangeKind.LAPSED, Cause.GRAVER, 3)
    assert step.finding == replace(known, status=FindingStatus.OPEN, last_seen=LATER, waiver=None)


def test_what_is_decided_is_simply_fixed_and_decided_when_it_comes_back_as_it_was() -> None:
    known = _known(FindingStatus.WAIVED, waiver=3)
    step = unstated(known)
    assert (step.kind, step.waiver) == (ChangeKind.FIXED, 3)
    assert step.finding == replace(known, status=FindingStatus.FIXED)
    back = stated(step.finding, known, LATER, earlier=True, waiver=3)
    assert (back.kind, back.finding.status) == (ChangeKind.WAIVED, FindingStatus.WAIVED)
    other = stated(step.finding, replace(known, found=7), LATER, earlier=True, waiver=3)
    assert (other.kind, other.cause, other.finding.status) == ("lapsed", "values", "returned")
    ended = stated(step.finding, replace(known, found=7), LATER, earlier=True)
    assert (ended.kind, ended.cause, ended.waiver) == (ChangeKind.RETURNED, None, None)


def test_a_decision_about_what_stands_and_its_end() -> None:
    known = _known(FindingStatus.RETURNED)
    step = waived(known, 4)
    assert (step.kind, step.waiver) == (ChangeKind.WAIVED, 4)
    assert step.finding == replace(known, status=FindingStatus.WAIVED, waiver=4)
    over = lapsed(step.finding, Cause.REVOKED)
    assert (over.kind, over.cause, over.waiver) == (ChangeKind.LAPSED, Cause.REVOKED, 4)
    assert over.finding == replace(known, status=FindingStatus.OPEN)


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
