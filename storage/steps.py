"""The findings that one transaction touches, and the steps that they take.

There is one writing transaction at a time (storage.engine.writing): a decision and a batch that states what
it covers come one after the other, and either order ends the same.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from datetime import datetime
from functools import cached_property
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from storage import lifecycle, tables
from storage.records import (
    RESOLVED,
    Cause,
    ChangeKind,
    FindingRecord,
    FindingStatus,
    Origin,
    Repair,
    WaiverRecord,
)
from storage.rollups import UNCOUNTED, following_findings
from storage.rows import OrganYear, fill, rows_of, rows_with, to_record
from storage.snapshots import repair_snapshot, to_snapshot
from storage.waiving import Decisions, findings_covered

Verdict = Callable[[FindingRecord], Cause | None]
"""Why a finding that is no longer stated is withdrawn; None where the publisher may have repaired it."""

Repairs = Callable[[FindingRecord], Repair | None]
"""What a finding that is no longer stated was fixed by; None where that cannot be told."""


class Steps:
    """Findings by body and year, read by the chunk, and what happens to them; written by `close`.

    `run` is None, and `started` not asked for, where a person decides outside of any run.
    """

    def __init__(self, session: Session, run: int | None, started: datetime | None = None) -> None:
        self.started = started
        self._session = session
        self._run = run
        self._findings: dict[OrganYear, dict[str, tables.Finding]] = {}
        self._changes: list[dict[str, Any]] = []
        self._touched: set[OrganYear] = set()  # where what counts as standing is no longer what it was

    @cached_property
    def _decisions(self) -> Decisions:
        return Decisions(self._session)

    def load(self, keys: Collection[OrganYear]) -> None:
        """Read the findings of these bodies and years."""
        for row in rows_of(self._session, tables.Finding, keys):
            self._findings.setdefault((row.organ, row.year), {})[row.fingerprint] = row

    def close(self) -> None:
        """Write everything; steps last and in their order, for their ids are the order of the digest."""
        with following_findings(self._session, self._touched):
            self._session.flush()
        if self._changes:
            self._session.execute(insert(tables.Change), self._changes)

    def standing(self, key: OrganYear, *origins: Origin) -> list[FindingRecord]:
        """What stands on record of these origins."""
        return [to_record(FindingRecord, row) for row in self._standing(key, *origins)]

    def compare(
        self,
        key: OrganYear,
        said: Iterable[FindingRecord],
        at: datetime,
        origin: Origin,
        *,
        by: str = "",
        conclusive: bool = True,
        withdrawn: Cause | Verdict | None = None,
        repaired: Repairs | None = None,
        seen: datetime | None = None,
    ) -> bool:
        """Hold what is said of one body and year now against what stands on record of the same origin, and
        take the steps. Unless `conclusive`, nothing is resolved; False where something would have been.

        `by` stands for what it is judged by now. A finding that is no longer stated is withdrawn where it was
        judged by something else when it was, or for the cause that `withdrawn` is or gives; else it is fixed
        by what `repaired` says. `seen` is when the report was last visited, where that was before
        `at`.
        """
        rows = self._findings.setdefault(key, {})
        statements = _by_fingerprint(said)
        for fingerprint, statement in statements.items():
            row = rows.get(fingerprint)
            if row is None:
                row = rows[fingerprint] = tables.Finding(run=self._run, decided_before=0, judged_by=by)
                self._session.add(row)
                self._state(row, None, statement, at, by)
            else:
                self._state(row, to_record(FindingRecord, row), statement, at, by, seen)
        unstated = [row for row in self._standing(key, origin) if row.fingerprint not in statements]
        if conclusive:
            for row in unstated:
                known = to_record(FindingRecord, row)
                cause = withdrawn(known) if callable(withdrawn) else withdrawn
                if cause is None and row.judged_by != by:
                    cause = Cause.RULES
                repair = repaired(known) if cause is None and repaired is not None else None
                self._take(row, lifecycle.unstated(known, cause, repair), at)
        return conclusive or not unstated

    def unvisited(self, key: OrganYear, at: datetime, *origins: Origin) -> None:
        """The report was seen again unchanged."""
        for row in self._standing(key, *origins):
            step = lifecycle.unvisited(to_record(FindingRecord, row), at, earlier=self._earlier(row))
            self._take(row, step, at)

    def cover(self, waiver: WaiverRecord, at: datetime) -> None:
        """A decision begins: what it covers of all that stands is waived."""
        assert waiver.id is not None  # noqa: S101 - it was given its id before
        for row in list(findings_covered(self._session, waiver)):
            self._take(row, lifecycle.waived(to_record(FindingRecord, row), waiver.id), at)

    def uncover(self, waivers: Collection[int], cause: Cause, at: datetime) -> None:
        """Decisions have ended: what they covered stands open, unless another one covers it."""
        for row in rows_with(self._session, tables.Finding, "waiver", waivers):
            if row.status is not FindingStatus.WAIVED:
                continue
            known = to_record(FindingRecord, row)
            other = self._decisions.covering(known, at, row.decided_before)
            if other is not None:
                row.waiver = other
            else:
                self._take(row, lifecycle.lapsed(known, cause), at)

    def _state(
        self,
        row: tables.Finding,
        known: FindingRecord | None,
        said: FindingRecord,
        at: datetime,
        by: str,
        seen: datetime | None = None,
    ) -> None:
        now = at if self.started is None else max(at, self.started)
        step = lifecycle.stated(
            known,
            said,
            at,
            earlier=known is not None and self._earlier(row),
            waiver=self._decisions.covering(said, now, row.decided_before),
            same_rules=row.judged_by == by,
            ended=self._decisions.ended(said, row.waiver, now),
            seen=seen,
        )
        row.judged_by = by
        self._take(row, step, at)

    def _earlier(self, row: tables.Finding) -> bool:
        return self._run is not None and row.run < self._run

    def _take(self, row: tables.Finding, step: lifecycle.Step, at: datetime) -> None:
        before = _counts_as(row)
        fill(row, step.finding)
        if _counts_as(row) != before:
            self._touched.add((row.organ, row.year))
        if step.kind is None:
            return
        if self._run is not None:
            row.run = self._run
        if step.cause is Cause.VALUES:
            row.decided_before = self._decisions.newest
        self._changes.append(
            {
                "run": row.run,
                "at": at,
                "kind": ChangeKind(step.kind),
                "fingerprint": row.fingerprint,
                "finding": to_snapshot(step.finding),
                "cause": step.cause,
                "waiver": step.waiver,
                "repair": repair_snapshot(step.repair),
            }
        )

    def _standing(self, key: OrganYear, *origins: Origin) -> list[tables.Finding]:
        return [
            row
            for row in self._findings.get(key, {}).values()
            if row.status not in RESOLVED and row.stated_by in origins
        ]


def expired(session: Session, now: datetime) -> list[int]:
    """Mark the decisions whose time is over at `now` as lapsed; their numbers."""
    table = tables.Waiver
    wanted = select(table).where(table.withdrawn.is_(None), table.lapsed.is_(None), table.expires <= now)
    rows = list(session.scalars(wanted.order_by(table.id)))
    for row in rows:
        row.lapsed = now
    session.flush()  # they are not to be found among those that hold
    return [row.id for row in rows]


def _counts_as(row: tables.Finding) -> tuple[object, ...]:
    """What storage.rollups counts of a finding; of one that does not stand nothing."""
    status: FindingStatus | None = row.status  # None of a row that is only about to be filled
    if status is None or status in UNCOUNTED:
        return ()
    return (row.province, row.fault, row.verdict, row.severity, row.group)


def _by_fingerprint(findings: Iterable[FindingRecord]) -> dict[str, FindingRecord]:
    first: dict[str, FindingRecord] = {}
    for finding in findings:
        first.setdefault(finding.fingerprint, finding)
    return first
