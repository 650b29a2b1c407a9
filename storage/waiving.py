"""What people have decided about findings: which decision covers what. The steps stand in storage.steps."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from storage import tables
from storage.records import RESOLVED, Cause, FindingRecord, FindingStatus, WaiverRecord
from storage.rows import to_record

CRITICAL = "critical"
"""The severity that a decision covers only where it names body and year, or says so."""


def covers(waiver: WaiverRecord, finding: FindingRecord) -> bool:
    """Whether a decision is about a finding, whenever it holds."""
    if waiver.rule != finding.rule:
        return False
    for wanted, given in (
        (waiver.organ, finding.organ),
        (waiver.year, finding.year),
        (waiver.where, finding.where),
    ):
        if wanted is not None and wanted != given:
            return False
    named = waiver.organ is not None and waiver.year is not None
    return finding.severity != CRITICAL or waiver.critical or named


class Decisions:
    """The decisions on record that have not ended, read once for a transaction."""

    def __init__(self, session: Session) -> None:
        table = tables.Waiver
        held = select(table).where(table.withdrawn.is_(None), table.lapsed.is_(None)).order_by(table.id)
        self._of_rule: dict[str, dict[int, WaiverRecord]] = {}
        for row in session.scalars(held):
            self._of_rule.setdefault(row.rule, {})[row.id] = to_record(WaiverRecord, row)
        self.newest: int = session.scalar(select(func.max(table.id))) or 0

    def covering(self, finding: FindingRecord, now: datetime, after: int = 0) -> int | None:
        """The first decision later than number `after` that covers the finding at `now`."""
        for number, waiver in self._of_rule.get(finding.rule, {}).items():
            if number > after and now < waiver.expires and covers(waiver, finding):
                return number
        return None

    def ended(self, finding: FindingRecord, number: int | None, now: datetime) -> Cause:
        """Why decision `number` does not cover the finding."""
        held = None if number is None else self._of_rule.get(finding.rule, {}).get(number)
        return Cause.EXPIRED if held is None or held.expires <= now else Cause.GRAVER


def findings_covered(session: Session, waiver: WaiverRecord) -> Iterator[tables.Finding]:
    """Findings that stand, are not waived yet, and would be covered."""
    table = tables.Finding
    wanted = select(table).where(
        table.rule == waiver.rule, table.status.not_in((*RESOLVED, FindingStatus.WAIVED))
    )
    if waiver.organ is not None:
        wanted = wanted.where(table.organ == waiver.organ)
    for row in session.scalars(wanted.order_by(table.fingerprint)):
        if covers(waiver, to_record(FindingRecord, row)):
            yield row
