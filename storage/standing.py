"""What stands open, for mails: counted by province, found in a narrow scope, and as it was counted before.

How many statements a mail needs does not depend on how much stands open: whole provinces are counted from
kept counts, rows are read of single bodies, rules and findings alone.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Engine, case, func, select
from sqlalchemy.orm import Session

from storage import tables
from storage.records import FindingRecord, ObligationRecord, ObligationStatus
from storage.rollups import UNCOUNTED
from storage.rows import OrganYear, chunks, columns_of
from storage.severities import SEVERITIES

OPEN = "open"
"""Where the detail of a run that was ended holds what then stood open in its province, by severity."""

_READ_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Counted:
    """What stood open in a province when one of its runs ended, by severity; None where that was not kept."""

    run: int
    province: str
    at: datetime
    open: Mapping[str, int] | None


class Standing:
    """Reads. `fault` and `verdict` are those of the findings that are told."""

    def __init__(self, engine: Engine, *, fault: str, verdict: str) -> None:
        self._engine = engine
        self._fault = fault
        self._verdict = verdict

    def counts(self) -> dict[str, Counter[str]]:
        """How many findings stand, by province and severity, those of one likely cause as one."""
        table = tables.FindingCount
        wanted = select(table.province, table.severity, table.number).where(
            table.fault == self._fault, table.verdict == self._verdict
        )
        found: dict[str, Counter[str]] = {}
        with Session(self._engine) as session:
            for province, severity, number in session.execute(wanted):
                found.setdefault(province, Counter())[severity] += number
        return found

    def counted(self, since: datetime) -> list[Counted]:
        """What was counted at the end of every run that ended after `since`, oldest first."""
        table = tables.Run
        wanted = (
            select(table.id, table.province, table.ended, table.detail)
            .where(table.ended > since)
            .order_by(table.ended, table.id)
            .execution_options(yield_per=_READ_AT_ONCE)
        )
        found = []
        with Session(self._engine) as session:
            for run, province, ended, detail in session.execute(wanted):
                found.append(Counted(run, province, ended, _counts(detail)))
        return found

    def run_of(self, change: int) -> int | None:
        """The run that made a step; None where there is no such step."""
        with Session(self._engine) as session:
            return session.scalar(select(tables.Change.run).where(tables.Change.id == change))

    def findings(
        self,
        *,
        provinces: Collection[str] = (),
        organs: Collection[str] = (),
        rules: Collection[str] = (),
        limit: int | None = None,
    ) -> list[FindingRecord]:
        """Findings that stand; empty scopes let everything pass. Worst first where there is a limit."""
        table = tables.Finding
        conditions: list[ColumnElement[bool]] = []
        for column, values in ((table.province, provinces), (table.organ, organs), (table.rule, rules)):
            if values:
                conditions.append(column.in_(sorted(values)))
        wanted = self._standing(*conditions)
        if limit is not None:
            places = {name: place for place, name in enumerate(SEVERITIES)}
            worst = case(places, value=table.severity, else_=len(places))
            wanted = wanted.order_by(worst, table.province, table.organ, table.year, table.rule, table.where)
            wanted = wanted.limit(limit)
        with Session(self._engine) as session:
            return [FindingRecord(*row) for row in session.execute(wanted)]

    def beside(
        self, *, fingerprints: Collection[str] = (), organs: Collection[str] = (), rules: Collection[str] = ()
    ) -> list[FindingRecord]:
        """All findings that stand in the reports in which one of these stands."""
        table = tables.Finding
        reports: set[OrganYear] = set()
        with Session(self._engine) as session:
            for column, values in ((table.fingerprint, fingerprints), (table.rule, rules)):
                for chunk in chunks(values):
                    reports |= {
                        (organ, year)
                        for organ, year in session.execute(
                            select(table.organ, table.year).where(column.in_(chunk)).distinct()
                        )
                    }
            found = {}
            for chunk in chunks({organ for organ, _ in reports} | set(organs)):
                for row in session.execute(self._standing(table.organ.in_(chunk))):
                    one = FindingRecord(*row)
                    if (one.organ, one.year) in reports or one.organ in organs:
                        found[one.fingerprint] = one
        return list(found.values())

    def duties(
        self,
        *,
        provinces: Collection[str] = (),
        organs: Collection[str] = (),
    ) -> list[ObligationRecord]:
        """Duties by province, body and year; empty scopes let everything pass."""
        table = tables.Obligation
        wanted = select(*columns_of(ObligationRecord, table))
        for column, values in ((table.province, provinces), (table.organ, organs)):
            if values:
                wanted = wanted.where(column.in_(sorted(values)))
        with Session(self._engine) as session:
            found = [ObligationRecord(*row) for row in session.execute(wanted)]
        return sorted(found, key=lambda duty: (duty.province, duty.organ, duty.year))

    def due_between(
        self, since: date, until: date, *, provinces: Collection[str] = (), organs: Collection[str] = ()
    ) -> dict[str, Counter[ObligationStatus]]:
        """How many duties with a due date from `since` to `until` stand how, by province."""
        table = tables.Obligation
        wanted = (
            select(table.province, table.status, func.count())
            .where(*self._due(since, until, provinces, organs))
            .group_by(table.province, table.status)
        )
        found: dict[str, Counter[ObligationStatus]] = {}
        with Session(self._engine) as session:
            for province, status, number in session.execute(wanted):
                found.setdefault(province, Counter())[status] += number
        return found

    def duties_between(
        self,
        since: date,
        until: date,
        statuses: Collection[ObligationStatus],
        *,
        provinces: Collection[str] = (),
        organs: Collection[str] = (),
    ) -> list[ObligationRecord]:
        """Duties with a due date from `since` to `until` that stand so, by province and body."""
        table = tables.Obligation
        wanted = select(*columns_of(ObligationRecord, table)).where(
            *self._due(since, until, provinces, organs), table.status.in_(sorted(statuses))
        )
        with Session(self._engine) as session:
            found = [ObligationRecord(*row) for row in session.execute(wanted)]
        return sorted(found, key=lambda duty: (duty.province, duty.organ, duty.year))

    @staticmethod
    def _due(
        since: date, until: date, provinces: Collection[str], organs: Collection[str]
    ) -> list[ColumnElement[bool]]:
        table = tables.Obligation
        # the year of a report ends before it is due, and has an index
        conditions: list[ColumnElement[bool]] = [
            table.year == since.year - 1,
            table.due.between(since, until),
        ]
        for column, values in ((table.province, provinces), (table.organ, organs)):
            if values:
                conditions.append(column.in_(sorted(values)))
        return conditions

    def portals_of(self, organs: Collection[str]) -> frozenset[str]:
        """The portals of these bodies."""
        table = tables.Organ
        with Session(self._engine) as session:
            return frozenset(
                portal
                for chunk in chunks(organs)
                for portal in session.scalars(select(table.portal).where(table.name.in_(chunk)))
            )

    def _standing(self, *conditions: ColumnElement[bool]) -> Any:
        table = tables.Finding
        return select(*columns_of(FindingRecord, table)).where(
            table.status.not_in(UNCOUNTED),
            table.fault == self._fault,
            table.verdict == self._verdict,
            *conditions,
        )


def _counts(detail: Any) -> dict[str, int] | None:
    kept = detail.get(OPEN) if isinstance(detail, Mapping) else None
    if not isinstance(kept, Mapping):
        return None
    return {str(name): number for name, number in kept.items() if isinstance(number, int)}
