"""Several steps of one finding are told as their sum: from what the reader was last told to what is so now.

A finding under a decision is never told, so what becomes of it there is no news; that the decision no longer
holds is. What was withdrawn is never told as put right.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import Enum, auto

from crawler.export.certainty import certain
from crawler.validator.finding import gravity
from storage.records import Cause, ChangeKind, ChangeRecord, FindingRecord, Repair


@dataclass(frozen=True, slots=True)
class Told:
    """One finding, what is told of it, and why if it lapsed, was withdrawn or fixed."""

    kind: ChangeKind
    finding: FindingRecord
    under: tuple[FindingRecord, ...] = ()  # explained by it
    cause: Cause | None = None
    repair: Repair | None = None

    @property
    def severity(self) -> str:
        """The worst of all that is told with it."""
        return min((self.finding, *self.under), key=lambda one: gravity(one.severity)).severity


class _Before(Enum):
    """What the reader knew of a finding before its first step."""

    STOOD = auto()
    NOTHING = auto()
    DECIDED = auto()  # under a decision, or about to be


_GONE = frozenset({ChangeKind.FIXED, ChangeKind.WITHDRAWN})


def net(changes: Iterable[ChangeRecord]) -> tuple[Told, ...]:
    """What is told of each finding, of those that are certain."""
    lives: dict[str, _Steps] = {}
    for change in changes:
        life = lives.get(change.finding.fingerprint)
        if life is None:
            life = lives[change.finding.fingerprint] = _Steps(change)
        life.last = change
        if change.kind is ChangeKind.LAPSED:
            life.lapse = change
    told = (_sum(life) for life in lives.values())
    return tuple(one for one in told if one is not None and certain(one.finding))


@dataclass(slots=True)
class _Steps:
    """Of all steps of a finding, those that tell their sum: a first digest goes over years of steps."""

    first: ChangeRecord
    last: ChangeRecord = field(init=False)
    lapse: ChangeRecord | None = None  # the latest one


def _sum(steps: _Steps) -> Told | None:
    first, last = steps.first, steps.last
    before = _before(first)
    if last.kind is ChangeKind.WAIVED:
        return None
    if last.kind in _GONE:
        gone = Told(last.kind, last.finding, cause=last.cause, repair=last.repair)
        return gone if before is _Before.STOOD else None
    if before is _Before.NOTHING:
        return Told(first.kind, last.finding)
    if before is _Before.DECIDED:
        if steps.lapse is not None:
            return Told(ChangeKind.LAPSED, last.finding, cause=steps.lapse.cause)
        return Told(last.kind, last.finding)
    if first.kind is ChangeKind.CHANGED or first.finding.message_zh != last.finding.message_zh:
        return Told(ChangeKind.CHANGED, last.finding)
    return None


def _before(first: ChangeRecord) -> _Before:
    if first.kind in (ChangeKind.NEW, ChangeKind.RETURNED):
        return _Before.NOTHING
    # a finding is resolved or lapses under a decision only where it was covered by one
    return _Before.STOOD if first.waiver is None else _Before.DECIDED
