"""The life of one finding: new, open, changed, waived, fixed or withdrawn, returned. Pure.

A step is what readers are told; it happens once. A finding that is stated again as it was takes no step: in
the run of its last step it keeps its status, in a later run it has become `open`.

A person's decision (records.WaiverRecord) keeps a finding `waived` as long as it says what it said: other
values, and the decision has lapsed. A finding that is no longer stated is `fixed` where the publisher may
have repaired something, and `withdrawn` where it is we who judge otherwise.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from storage.records import RESOLVED, Cause, ChangeKind, FindingRecord, FindingStatus, Repair

FRESH = frozenset({FindingStatus.NEW, FindingStatus.CHANGED, FindingStatus.RETURNED})
"""Statuses that a finding has only in the run of its last step."""


@dataclass(frozen=True, slots=True)
class Step:
    """A finding after one look at its report, and what happened to it, if anything.

    `cause` says why it lapsed or was withdrawn, or what it was fixed by, which `repair` tells in full;
    `waiver` which decision is concerned.
    """

    finding: FindingRecord
    kind: ChangeKind | None
    cause: Cause | None = None
    waiver: int | None = None
    repair: Repair | None = None


def stated(
    known: FindingRecord | None,
    said: FindingRecord,
    at: datetime,
    *,
    earlier: bool,
    waiver: int | None = None,
    same_rules: bool = True,
    ended: Cause = Cause.EXPIRED,
    seen: datetime | None = None,
) -> Step:
    """The report (still) deserves the finding: `said` is how the rules state it now, at `at`. `seen` is when
    its page was last visited, where that was before.

    `known` is the finding on record, None where there is none; `earlier` tells that its last step belongs to
    an earlier run. `waiver` is the decision that covers it, None where none does; `ended` says why the one
    that covered it covers it no longer. Without `same_rules` it was stated by other rules or settings before,
    which may have worded it otherwise: that alone ends no decision.
    """
    if known is None:
        fresh = replace(said, first_seen=at, last_seen=at, waiver=waiver)
        if waiver is not None:
            return Step(replace(fresh, status=FindingStatus.WAIVED), ChangeKind.WAIVED, waiver=waiver)
        return Step(replace(fresh, status=FindingStatus.NEW), ChangeKind.NEW)
    last_seen = _later(known.last_seen, seen or at)
    now = replace(said, first_seen=known.first_seen, last_seen=last_seen, waiver=None)
    resolved, waived = known.status in RESOLVED, known.status is FindingStatus.WAIVED
    decided = waived or (resolved and known.waiver is not None and waiver is not None)
    if decided and _decided(known, same_rules=same_rules) != _decided(said, same_rules=same_rules):
        status = FindingStatus.RETURNED if resolved else FindingStatus.CHANGED
        return Step(replace(now, status=status), ChangeKind.LAPSED, Cause.VALUES, known.waiver)
    if waiver is not None:
        covered = replace(now, status=FindingStatus.WAIVED, waiver=waiver)
        return Step(covered, None) if waived else Step(covered, ChangeKind.WAIVED, waiver=waiver)
    if waived:
        return Step(replace(now, status=FindingStatus.OPEN), ChangeKind.LAPSED, ended, known.waiver)
    if resolved:
        return Step(replace(now, status=FindingStatus.RETURNED), ChangeKind.RETURNED)
    if _substance(known) != _substance(said):
        return Step(replace(now, status=FindingStatus.CHANGED), ChangeKind.CHANGED)
    return Step(replace(now, status=settled(known.status, earlier=earlier)), None)


def unstated(known: FindingRecord, withdrawn: Cause | None = None, repair: Repair | None = None) -> Step:
    """The finding is no longer deserved; `withdrawn` says why where that is no repair, else `repair` what it
    was fixed by, as far as that can be told.
    """
    if known.status in RESOLVED:
        return Step(known, None)
    if withdrawn is not None:
        gone = replace(known, status=FindingStatus.WITHDRAWN)
        return Step(gone, ChangeKind.WITHDRAWN, withdrawn, known.waiver)
    cause = None if repair is None else repair.cause
    return Step(replace(known, status=FindingStatus.FIXED), ChangeKind.FIXED, cause, known.waiver, repair)


def unvisited(known: FindingRecord, at: datetime, *, earlier: bool) -> Step:
    """The page was seen again unchanged at `at`, so the report was not read again."""
    if known.status in RESOLVED:
        return Step(known, None)
    status = settled(known.status, earlier=earlier)
    return Step(replace(known, status=status, last_seen=_later(known.last_seen, at)), None)


def waived(known: FindingRecord, waiver: int) -> Step:
    """A person has decided that a finding that stands is not to be told."""
    covered = replace(known, status=FindingStatus.WAIVED, waiver=waiver)
    return Step(covered, ChangeKind.WAIVED, waiver=waiver)


def lapsed(known: FindingRecord, cause: Cause) -> Step:
    """The decision that covers a finding has ended; the finding stands as it stood."""
    uncovered = replace(known, status=FindingStatus.OPEN, waiver=None)
    return Step(uncovered, ChangeKind.LAPSED, cause, known.waiver)


def settled(status: FindingStatus, *, earlier: bool) -> FindingStatus:
    """What `status` is when nothing happened: `open` once the run of the last step is over."""
    return FindingStatus.OPEN if earlier and status in FRESH else status


def _substance(finding: FindingRecord) -> tuple[object, ...]:
    """What makes a finding another statement; address, evidence and quotation may change without telling."""
    return (finding.verdict, finding.expected, finding.found, finding.message_zh, finding.message_en)


def _decided(finding: FindingRecord, *, same_rules: bool) -> tuple[object, ...]:
    """What a decision was made about: under other rules the values alone, if there are any."""
    if same_rules or (finding.expected is None and finding.found is None):
        return _substance(finding)
    return (finding.verdict, finding.expected, finding.found)


def _later(known: datetime | None, at: datetime) -> datetime:
    return at if known is None else max(known, at)
