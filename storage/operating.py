"""What those who look after an installation ask of the record: runs, visits, and mails that tell of trouble.

Every answer is bounded, however many nights are on record.
"""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import CTE, ColumnElement, Engine, Select, and_, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from storage import tables
from storage.nights import GOOD, KIND
from storage.outbox import FAILED, LEFT, OPEN
from storage.records import (
    RECHECK,
    Edition,
    LeaseRecord,
    MailRecord,
    MailState,
    RunRecord,
    VisitRecord,
)
from storage.rows import columns_of, to_record

_TOLD_OF_MAILS = tuple(name for name in MailRecord.__dataclass_fields__ if name != "content")


class Nights(NamedTuple):
    """When the crawls of a province began last: any, and one that did its work to the end."""

    last: datetime | None
    good: datetime | None


class Operations:
    """Reads. Safe to use from several threads."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def runs(
        self, province: str | None = None, since: datetime | None = None, limit: int = 20
    ) -> list[RunRecord]:
        """The latest runs, newest first."""
        table = tables.Run
        statement = select(table).order_by(table.id.desc()).limit(limit)
        if province is not None:
            statement = statement.where(table.province == province)
        if since is not None:
            statement = statement.where(table.started >= since)
        with Session(self._engine) as session:
            return [to_record(RunRecord, row) for row in session.scalars(statement)]

    def run(self, number: int) -> RunRecord | None:
        """The run of that number."""
        with Session(self._engine) as session:
            row = session.get(tables.Run, number)
            return None if row is None else to_record(RunRecord, row)

    def visits_of(self, run: int) -> list[VisitRecord]:
        """The visits of one run, by portal."""
        table = tables.Visit
        statement = select(*columns_of(VisitRecord, table)).where(table.run == run)
        with Session(self._engine) as session:
            found = [VisitRecord(*row) for row in session.execute(statement)]
        return sorted(found, key=lambda visit: visit.portal)

    def latest_visits(
        self, province: str, each: int, *, clean: bool = False, whole: bool = False
    ) -> dict[str, list[VisitRecord]]:
        """Of every portal of a province the latest visits that looked for all years, newest first; with
        `clean` or `whole`, of those alone that were.
        """
        table, registered, earlier = tables.Visit, tables.Portal, aliased(tables.Visit)

        def counted(visit: type[tables.Visit]) -> list[ColumnElement[bool]]:
            wanted: list[ColumnElement[bool]] = [visit.years.is_(None)]
            if clean:
                wanted.append(visit.clean.is_(True))
            if whole:
                wanted.append(visit.whole.is_(True))
            return wanted

        oldest = (
            select(earlier.started)
            .where(earlier.portal == registered.id, *counted(earlier))
            .order_by(earlier.started.desc())
            .offset(each - 1)
            .limit(1)
            .correlate(registered)
            .scalar_subquery()
        )
        statement = (
            select(*columns_of(VisitRecord, table))
            .join(registered, table.portal == registered.id)
            .where(
                registered.province == province,
                *counted(table),
                # fewer than so many: all of them
                table.started >= func.coalesce(oldest, datetime.fromisoformat("1970-01-01T00:00:00+00:00")),
            )
        )
        found: dict[str, list[VisitRecord]] = {}
        with Session(self._engine) as session:
            for row in session.execute(statement):
                visit = VisitRecord(*row)
                found.setdefault(visit.portal, []).append(visit)
        for visits in found.values():
            visits.sort(key=lambda visit: (visit.started, visit.run), reverse=True)
        return found

    def nights(self) -> dict[str, Nights]:
        """When the crawls of every province began last."""
        table, provinces = tables.Run, _provinces()
        crawls = _newest(table.started, provinces)
        statement = select(
            provinces.c.province,
            crawls.scalar_subquery(),
            crawls.where(table.verdict.in_(GOOD)).scalar_subquery(),
        ).where(provinces.c.province.is_not(None))
        with Session(self._engine) as session:
            rows = session.execute(statement).all()
        return {province: Nights(last, good) for province, last, good in rows if last is not None}

    def first_night(self) -> datetime | None:
        """When the first crawl of any night began; None where there was none yet."""
        table, provinces = tables.Run, _provinces()
        first = (
            select(table.started)
            .where(table.province == provinces.c.province, table.kind == KIND)
            .order_by(table.started)
            .limit(1)
            .correlate(provinces)
        )
        with Session(self._engine) as session:
            nights: list[datetime | None] = list(
                session.scalars(select(first.scalar_subquery()).select_from(provinces))
            )
        return min((night for night in nights if night is not None), default=None)

    def last_runs(self) -> list[RunRecord]:
        """The latest crawl of every province that has ended, by province."""
        table, run, provinces = tables.Run, aliased(tables.Run), _provinces()
        newest = _newest(table.id, provinces).where(table.ended.is_not(None)).scalar_subquery()
        wanted = select(newest).select_from(provinces).where(provinces.c.province.is_not(None))
        with Session(self._engine) as session:
            rows = session.scalars(select(run).where(run.id.in_(wanted)).order_by(run.province))
            return [to_record(RunRecord, row) for row in rows]

    def verdicts(self) -> Counter[tuple[str, str, str]]:
        """How many runs there were, by province, kind and verdict; `running` where it has none."""
        table = tables.Run
        counted = select(table.province, table.kind, table.verdict, func.count()).group_by(
            table.province, table.kind, table.verdict
        )
        with Session(self._engine) as session:
            rows = session.execute(counted)
            return Counter(
                {(place, kind, verdict or "running"): number for place, kind, verdict, number in rows}
            )

    def lease(self, name: str) -> LeaseRecord | None:
        """A lease as it was last renewed, whether it is over or not."""
        with Session(self._engine) as session:
            row = session.get(tables.Lease, name)
            return None if row is None else to_record(LeaseRecord, row)

    def mails_by_state(self) -> Counter[tuple[Edition, MailState]]:
        """How many mails there are, by edition and state."""
        table = tables.Mail
        counted = select(table.edition, table.state, func.count()).group_by(table.edition, table.state)
        with Session(self._engine) as session:
            return Counter({(edition, state): number for edition, state, number in session.execute(counted)})

    def troubled_mails(self, since: datetime, stuck: datetime, limit: int) -> list[MailRecord]:
        """Mails that were refused or given up since one moment, and those composed before another that still
        wait; newest first and without their text. Readers who have left are no trouble.
        """
        table = tables.Mail
        ended = and_(table.state.in_(FAILED), table.ended >= since, table.answer != LEFT)
        waiting = and_(table.state.in_(OPEN), table.composed <= stuck)
        return self._mails(ended | waiting, limit=limit)

    def operator_mails(self, limit: int) -> list[MailRecord]:
        """The latest mails to the operator, newest first and without their text."""
        return self._mails(tables.Mail.edition == Edition.OPERATOR, limit=limit)

    def _mails(self, condition: ColumnElement[bool], *, limit: int) -> list[MailRecord]:
        table = tables.Mail
        columns = [getattr(table, name) for name in _TOLD_OF_MAILS]
        statement = select(*columns).where(condition).order_by(table.id.desc()).limit(limit)
        with Session(self._engine) as session:
            rows = session.execute(statement)
            return [MailRecord(**dict(zip(_TOLD_OF_MAILS, row, strict=True))) for row in rows]


def _provinces() -> CTE:
    """Every province that was ever crawled, and None behind the last one; each is found by one look into the
    index, which skips all runs between them.
    """
    table = tables.Run
    found = select(func.min(table.province).label("province")).cte("provinces", recursive=True)
    following = select(func.min(table.province)).where(table.province > found.c.province).scalar_subquery()
    return found.union_all(select(following).where(found.c.province.is_not(None)))


def _newest(column: InstrumentedAttribute[Any], provinces: CTE) -> Select[Any]:
    """That column of the latest crawl of each province."""
    table = tables.Run
    return (
        select(column)
        .where(table.province == provinces.c.province, table.kind != RECHECK)
        .order_by(table.started.desc(), table.id.desc())
        .limit(1)
        .correlate(provinces)
    )
