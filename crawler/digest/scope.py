"""What of the findings one reader is told: the scope of a subscription less what its reader muted. Pure.

A mute that names a body or a finding covers all of it. A mute of a rule alone, over all bodies, leaves
critical findings: nobody can have had in mind then what has not happened yet. What was acknowledged counts as
open no more and is told again as soon as it says something else, comes back, or is put right.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from crawler.validator.finding import Severity, gravity
from storage.records import (
    RESOLVED,
    FindingRecord,
    FindingStatus,
    MuteKind,
    MuteRecord,
    SubscriptionRecord,
)

_OPEN_NO_MORE = RESOLVED | {FindingStatus.WAIVED}


def said(finding: FindingRecord) -> str:
    """A hash of what a finding says: with other figures, words or another gravity it says something else."""
    substance = (
        finding.severity,
        finding.verdict,
        finding.expected,
        finding.found,
        finding.message_zh,
        finding.message_en,
    )
    return hashlib.sha256(json.dumps(substance).encode()).hexdigest()[:32]


@dataclass(frozen=True, slots=True)
class Scope:
    """What one reader is told at one moment. Empty provinces, bodies and rules let everything pass.

    `muted` are the mutes in force, in the order in which they end.
    """

    provinces: frozenset[str] = frozenset()
    organs: frozenset[str] = frozenset()
    rules: frozenset[str] = frozenset()
    severity: str = Severity.INFO
    muted: tuple[MuteRecord, ...] = ()
    acknowledged: Mapping[str, str] = field(default_factory=dict)  # fingerprint -> what it said

    @classmethod
    def of(cls, subscription: SubscriptionRecord, mutes: Iterable[MuteRecord], now: datetime) -> Scope:
        """The scope of `subscription` at `now`; of `mutes`, those that are in force count."""
        holding = [
            mute
            for mute in mutes
            if mute.subscription == subscription.id and (mute.ended is None or now < mute.ended)
            if mute.expires is None or now < mute.expires
        ]
        quiet = [mute for mute in holding if mute.kind is MuteKind.MUTED]
        return cls(
            provinces=frozenset(subscription.provinces),
            organs=frozenset(subscription.organs),
            rules=frozenset(subscription.rules),
            severity=subscription.severity,
            muted=tuple(sorted(quiet, key=lambda mute: (mute.expires is None, mute.expires or now))),
            acknowledged={
                mute.fingerprint: mute.said
                for mute in holding
                if mute.kind is MuteKind.ACKNOWLEDGED and mute.fingerprint is not None
            },
        )

    def about(self, province: str, organ: str) -> bool:
        """Whether this body is the reader's at all: in the scope, and not muted as a whole."""
        return self._within(province, organ) and not any(
            mute.organ == organ and mute.rule is None and mute.fingerprint is None for mute in self.muted
        )

    def within(self, finding: FindingRecord) -> bool:
        """Whether the subscription is about a finding, whatever its reader has muted since."""
        return (
            self._within(finding.province, finding.organ)
            and (not self.rules or finding.rule in self.rules)
            and gravity(finding.severity) <= gravity(self.severity)
        )

    def tells(self, finding: FindingRecord) -> bool:
        """Whether a step of `finding`, which stands after it as given, is told."""
        if not self.within(finding) or self.mute_of(finding) is not None:
            return False
        return finding.status in RESOLVED or not self._known(finding)

    def counts_open(self, finding: FindingRecord) -> bool:
        """Whether `finding` is among those that the reader is told still stand."""
        return finding.status not in _OPEN_NO_MORE and self.tells(finding)

    def mute_of(self, finding: FindingRecord) -> MuteRecord | None:
        """The mute that keeps `finding` from being told."""
        return next((mute for mute in self.muted if silences(mute, finding)), None)

    def _within(self, province: str, organ: str) -> bool:
        return (not self.provinces or province in self.provinces) and (
            not self.organs or organ in self.organs
        )

    def _known(self, finding: FindingRecord) -> bool:
        """Whether the reader has acknowledged the finding as it is."""
        known = self.acknowledged.get(finding.fingerprint)
        return known is not None and known == said(finding)


def silences(mute: MuteRecord, finding: FindingRecord) -> bool:
    """Whether a mute in force is about `finding`."""
    if mute.fingerprint is not None:
        return mute.fingerprint == finding.fingerprint
    if mute.organ is None and mute.rule is None:
        return False
    if mute.organ is not None and mute.organ != finding.organ:
        return False
    if mute.rule is not None and mute.rule != finding.rule:
        return False
    return mute.organ is not None or finding.severity != Severity.CRITICAL
