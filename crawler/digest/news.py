"""What has changed since one point, summed by finding and gathered under likely causes. Pure.

It is made once for all readers who were told as far, and each takes from it what their scope lets pass.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from crawler.digest.contents import Item, PartKind
from crawler.digest.scope import Scope
from crawler.digest.sums import Told, net
from crawler.validator.finding import CULPRIT, Severity, gravity
from storage.records import ChangeKind, ChangeRecord, FindingRecord

DUTY_RULES = frozenset({"filing-late", "filing-missing"})
"""Rules about the duty to file itself; their findings stand in a part of their own."""

_PARTS = {
    ChangeKind.NEW: PartKind.NEW,
    ChangeKind.RETURNED: PartKind.RETURNED,
    ChangeKind.CHANGED: PartKind.CHANGED,
    ChangeKind.LAPSED: PartKind.LAPSED,
    ChangeKind.FIXED: PartKind.FIXED,
    ChangeKind.WITHDRAWN: PartKind.WITHDRAWN,
}
_NO_DUTY = frozenset({ChangeKind.LAPSED, ChangeKind.FIXED, ChangeKind.WITHDRAWN})
"""Steps that are told in their own parts, even of findings about the duty to file."""


class News:
    """All steps since one point, oldest first, as what is told of them. `last_change` is 0 without any."""

    def __init__(self, changes: Iterable[ChangeRecord]) -> None:
        self.last_change = 0
        self.items: dict[tuple[str, str], Item] = {}
        """Lines that were written for one reader already, by finding and language."""
        self._told = _gathered(net(self._noted(changes)))
        self._by_province: dict[str, list[Told]] = {}
        self._by_organ: dict[str, list[Told]] = {}
        for told in self._told:
            self._by_province.setdefault(told.finding.province, []).append(told)
            self._by_organ.setdefault(told.finding.organ, []).append(told)

    def within(self, scope: Scope | None) -> tuple[Told, ...]:
        """What is told to a reader with this scope; hints only to one who asked for them."""
        if scope is None:
            return tuple(told for told in self._told if told.severity != Severity.INFO)
        return tuple(one for told in self._near(scope) if (one := _seen_by(scope, told)) is not None)

    def _near(self, scope: Scope) -> Iterable[Told]:
        """Everything that the scope could let pass, in one order."""
        for index, names in ((self._by_organ, scope.organs), (self._by_province, scope.provinces)):
            if names:
                return (told for name in sorted(set(names)) for told in index.get(name, ()))
        return self._told

    def _noted(self, changes: Iterable[ChangeRecord]) -> Iterable[ChangeRecord]:
        for change in changes:
            self.last_change = max(self.last_change, change.id)
            yield change


def part_of(told: Told) -> PartKind:
    """The part of a digest in which something is told."""
    if told.finding.rule in DUTY_RULES and told.kind not in _NO_DUTY:
        return PartKind.DUTY
    return _PARTS[told.kind]


def _seen_by(scope: Scope, told: Told) -> Told | None:
    """`told` as far as the scope lets it pass: a cause as long as it explains anything that passes."""
    if not told.under:
        return told if _passes(scope, told.kind, told.finding) else None
    under = tuple(one for one in told.under if _passes(scope, told.kind, one))
    return replace(told, under=under) if under else None


def _passes(scope: Scope, kind: ChangeKind, finding: FindingRecord) -> bool:
    """Whether a step is told. What was acknowledged before it was put right is told when it comes back."""
    if kind is ChangeKind.RETURNED:
        return scope.within(finding) and scope.mute_of(finding) is None
    return scope.tells(finding)


def _gathered(told: Sequence[Told]) -> tuple[Told, ...]:
    """What has one likely cause beneath that cause, where both are told in one part."""
    causes = {_place(one) for one in told if one.finding.rule == CULPRIT}
    explained: dict[tuple[PartKind, str], list[FindingRecord]] = {}
    alone = []
    for one in told:
        cause = (part_of(one), one.finding.group or "")
        if cause in causes:
            explained.setdefault(cause, []).append(one.finding)
        else:
            alone.append(one)
    return tuple(
        replace(one, under=tuple(sorted(explained.get(_place(one), ()), key=order))) for one in alone
    )


def _place(told: Told) -> tuple[PartKind, str]:
    return part_of(told), told.finding.fingerprint


def order(finding: FindingRecord) -> tuple[int, str, str]:
    """Worst first within a report."""
    return (gravity(finding.severity), finding.rule, finding.where)
