"""The life of one finding: new, open, changed, fixed, returned. Pure.

A step is what readers are told; it happens once. A finding that is stated again as it was takes no step: in
the run of its last step it keeps its status, in a later run it has become `open`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from storage.records import ChangeKind, FindingRecord, FindingStatus

FRESH = frozenset({FindingStatus.NEW, FindingStatus.CHANGED, FindingStatus.RETURNED})
"""Statuses that a finding has only in the run of its last step."""


@dataclass(frozen=True, slots=True)
class Step:
    """A finding after one look at its report, and what happened to it, if anything."""

    finding: FindingRecord
    kind: ChangeKind | None


def stated(known: FindingRecord | None, said: FindingRecord, at: datetime, *, earlier: bool) -> Step:
    """The report (still) deserves the finding: `said` is how the rules state it now, at `at`.

    `known` is the finding on record, None where there is none; `earlier` tells that its last step belongs to
    an earlier run.
    """
    if known is None:
        return Step(replace(said, status=FindingStatus.NEW, first_seen=at, last_seen=at), ChangeKind.NEW)
    now = replace(said, first_seen=known.first_seen, last_seen=_later(known.last_seen, at))
    if known.status is FindingStatus.FIXED:
        return Step(replace(now, status=FindingStatus.RETURNED), ChangeKind.RETURNED)
    if _substance(known) != _substance(said):
        return Step(replace(now, status=FindingStatus.CHANGED), ChangeKind.CHANGED)
    return Step(replace(now, status=settled(known.status, earlier=earlier)), None)


def unstated(known: FindingRecord) -> Step:
    """The report was read again and no longer deserves the finding."""
    if known.status is FindingStatus.FIXED:
        return Step(known, None)
    return Step(replace(known, status=FindingStatus.FIXED), ChangeKind.FIXED)


def unvisited(known: FindingRecord, at: datetime, *, earlier: bool) -> Step:
    """The page was seen again unchanged at `at`, so the report was not read again."""
    if known.status is FindingStatus.FIXED:
        return Step(known, None)
    status = settled(known.status, earlier=earlier)
    return Step(replace(known, status=status, last_seen=_later(known.last_seen, at)), None)


def settled(status: FindingStatus, *, earlier: bool) -> FindingStatus:
    """What `status` is when nothing happened: `open` once the run of the last step is over."""
    return FindingStatus.OPEN if earlier and status in FRESH else status


def _substance(finding: FindingRecord) -> tuple[object, ...]:
    """What makes a finding another statement; address, evidence and quotation may change without telling."""
    return (finding.verdict, finding.expected, finding.found, finding.message_zh, finding.message_en)


def _later(known: datetime | None, at: datetime) -> datetime:
    return at if known is None else max(known, at)
