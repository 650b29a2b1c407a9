"""Is what is on record sound? Questions to a whole database; each is answered from one moment of it.

What a crawl has not come to yet is no fault: duties are held against reports only where the last crawl of
their province has ended as it should.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import islice
from typing import Any

from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import (
    ColumnElement,
    Engine,
    and_,
    exists,
    func,
    not_,
    or_,
    select,
    text,
)
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from storage import rollups
from storage.engine import DatabaseUnusable, SchemaState, schema_state, writing
from storage.records import RESOLVED, ChangeKind, FindingStatus, ObligationStatus, Origin
from storage.tables import (
    Base,
    Change,
    Document,
    Duplicate,
    Fetch,
    Finding,
    List,
    Obligation,
    Page,
    Portal,
    Report,
    Run,
    Subscription,
    Version,
    Visit,
    Waiver,
)

EXAMPLES = 10
"""Cases of one problem that are told; all are counted."""

_CRAWLS = frozenset({"crawl", "nightly", "demo"})
"""Kinds of runs that assess the duties of their province at their end."""

_STATUSES: Mapping[ChangeKind, frozenset[FindingStatus]] = {
    ChangeKind.NEW: frozenset({FindingStatus.NEW, FindingStatus.OPEN}),
    ChangeKind.CHANGED: frozenset({FindingStatus.CHANGED, FindingStatus.OPEN}),
    ChangeKind.RETURNED: frozenset({FindingStatus.RETURNED, FindingStatus.OPEN}),
    ChangeKind.FIXED: frozenset({FindingStatus.FIXED}),
    ChangeKind.WITHDRAWN: frozenset({FindingStatus.WITHDRAWN}),
    ChangeKind.WAIVED: frozenset({FindingStatus.WAIVED}),
    # it stands again as it was, as it has changed, or as it has come back
    ChangeKind.LAPSED: frozenset({FindingStatus.OPEN, FindingStatus.CHANGED, FindingStatus.RETURNED}),
}
"""What a finding may be after its last step."""


class Question(StrEnum):
    """What is asked, in this order."""

    FILE = "file"  # is SQLite's file whole?
    SCHEMA = "schema"  # are the tables those of this program?
    REFERENCES = "references"  # is every row there that another one names?
    REPORTS = "reports"  # one report a body and year, with its page?
    ORIGINALS = "originals"  # is every hash that is named that of a document?
    FINDINGS = "findings"  # does what stands belong to a report that is held?
    STEPS = "steps"  # is every finding what its last step made it?
    DECISIONS = "decisions"  # is what is waived covered by a decision that holds?
    DUTIES = "duties"  # does every duty agree with the reports?
    DIGESTS = "digests"  # has no reader been told more than there was?
    COUNTS = "counts"  # are the counts kept beside findings and duties what they count?


@dataclass(frozen=True, slots=True)
class Answer:
    """What was found: `count` problems, of which `examples` are some; None where it could not be asked.

    `left_out` names what was not looked at.
    """

    question: Question
    count: int | None
    examples: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()


def answer(engine: Engine, question: Question) -> Answer:
    """Look; a database too damaged to be asked is a problem like any other.

    Raises DatabaseUnusable where the database cannot be reached at all.
    """
    state = schema_state(engine)
    if question is Question.SCHEMA and state is not SchemaState.CURRENT:
        return Answer(question, 1, (state.value,))
    asked = _ASKED[question]
    if (question is Question.FILE and engine.dialect.name != "sqlite") or (
        question not in (Question.FILE, Question.SCHEMA) and state is not SchemaState.CURRENT
    ):
        return Answer(question, None)
    try:
        # one snapshot; SQLite's transactions have no other
        options = {"isolation_level": "REPEATABLE READ"} if engine.dialect.name == "postgresql" else {}
        with engine.connect().execution_options(**options) as connection, Session(connection) as session:
            found = iter(asked(session))
            examples = tuple(islice(found, EXAMPLES))
            count = len(examples) + sum(1 for _ in found)
            left_out = tuple(sorted(_unsettled(session))) if question is Question.DUTIES else ()
    except DatabaseUnusable as error:
        return Answer(question, 1, (str(error),))
    return Answer(question, count, examples, left_out)


def repair(engine: Engine) -> None:
    """Count anew what is kept beside findings and duties; nothing else can be mended from the record."""
    with writing(engine) as session:
        rollups.rebuild(session)


def _file(session: Session) -> Iterator[str]:
    for (said,) in session.execute(text("PRAGMA integrity_check")):
        if said != "ok":
            yield " ".join(said.split())


def _schema(session: Session) -> Iterator[str]:
    context = MigrationContext.configure(session.connection(), opts={"compare_type": True})
    for difference in compare_metadata(context, Base.metadata):
        steps = difference if isinstance(difference, list) else [difference]
        for step in steps:
            named = (part if isinstance(part, str) else getattr(part, "name", None) for part in step)
            yield " ".join(name for name in named if isinstance(name, str))


def _references(session: Session) -> Iterator[str]:
    for table in Base.metadata.sorted_tables:
        for key in table.foreign_keys:
            column, wanted = key.parent, key.column
            # another name for the table, which may refer to itself
            there = wanted.table.alias()
            missing = select(column).where(
                column.is_not(None), ~exists().where(there.c[wanted.name] == column)
            )
            for (value,) in session.execute(missing.distinct().order_by(column)):
                yield f"{table.name}.{column.name} {value}"
    for holder in (Page, Visit, List):
        unknown = ~exists().where(Portal.id == holder.portal)
        for (portal,) in session.execute(select(holder.portal).where(unknown).distinct()):
            yield f"{holder.__tablename__}.portal {portal}"


def _reports(session: Session) -> Iterator[str]:
    keys = (Report.organ, Report.year)
    twice = select(*keys).group_by(*keys).having(func.count() > 1)
    for organ, year in session.execute(twice):
        yield f"{organ} {year}"
    beside = select(Duplicate.organ, Duplicate.year, Duplicate.url).where(
        exists().where(
            Report.organ == Duplicate.organ, Report.year == Duplicate.year, Report.url == Duplicate.url
        )
    )
    alone = select(Duplicate.organ, Duplicate.year, Duplicate.url).where(
        ~exists().where(Report.organ == Duplicate.organ, Report.year == Duplicate.year)
    )
    unpaged = [
        select(kind.organ, kind.year, kind.url).where(~exists().where(Page.url == kind.url))
        for kind in (Report, Duplicate)
    ]
    for wanted in (beside, alone, *unpaged):
        for organ, year, url in session.execute(wanted):
            yield f"{organ} {year} {url}"


def _originals(session: Session) -> Iterator[str]:
    named: tuple[InstrumentedAttribute[Any], ...] = (
        Page.sha256,
        Report.sha256,
        Duplicate.sha256,
        Version.sha256,
        Fetch.sha256,
        Finding.archived,
    )
    for column in named:
        unknown = column.is_not(None) & ~exists().where(Document.sha256 == column)
        for (sha256,) in session.execute(select(column).where(unknown).distinct()):
            yield f"{column.class_.__tablename__}.{column.key} {sha256}"


def _findings(session: Session) -> Iterator[str]:
    orphans = select(Finding.fingerprint).where(
        Finding.stated_by.in_((Origin.READING, Origin.COMPARISON)),
        Finding.status.not_in(RESOLVED),
        ~exists().where(Report.organ == Finding.organ, Report.year == Finding.year),
    )
    yield from session.scalars(orphans)


def _steps(session: Session) -> Iterator[str]:
    """Findings whose last step does not lead to their status, or that never took one."""
    newest = (
        select(Change.fingerprint, func.max(Change.id).label("id")).group_by(Change.fingerprint).subquery()
    )
    agrees = or_(
        *(and_(Change.kind == kind, Finding.status.in_(allowed)) for kind, allowed in _STATUSES.items())
    )
    wanted = (
        select(Finding.fingerprint)
        .outerjoin(newest, newest.c.fingerprint == Finding.fingerprint)
        .outerjoin(Change, Change.id == newest.c.id)
        .where(or_(Change.id.is_(None), not_(agrees)))
    )
    yield from session.scalars(wanted)


def _decisions(session: Session) -> Iterator[str]:
    holds = exists().where(Waiver.id == Finding.waiver, Waiver.withdrawn.is_(None), Waiver.lapsed.is_(None))
    waived = Finding.status == FindingStatus.WAIVED
    yield from session.scalars(select(Finding.fingerprint).where(waived, ~holds))


def _duties(session: Session) -> Iterator[str]:
    settled = _settled(session)
    filed, held = aliased(Report), aliased(Report)
    same: ColumnElement[bool] = and_(filed.organ == Obligation.organ, filed.year == Obligation.year)
    columns = (Obligation.organ, Obligation.year, Obligation.province, Obligation.status)
    # a report may be held under another name of the body
    without = select(*columns).where(
        Obligation.status.in_((ObligationStatus.ON_TIME, ObligationStatus.LATE)),
        ~exists().where(same),
        ~exists().where(held.url == Obligation.url),
    )
    for organ, year, province, status in session.execute(without):
        if province in settled:
            yield f"{organ} {year} {status.value}"
    despite = (
        select(*columns, Report.first_seen)
        .join(Report, and_(Report.organ == Obligation.organ, Report.year == Obligation.year))
        .where(Obligation.status.in_((ObligationStatus.MISSING, ObligationStatus.UNREACHABLE)))
    )
    for organ, year, province, status, first_seen in session.execute(despite):
        # what the crawl of another province has found since is taken in by the next one
        if province in settled and first_seen < settled[province]:
            yield f"{organ} {year} {status.value}"


def _settled(session: Session) -> dict[str, datetime]:
    """Provinces whose duties were assessed by the last run that could change anything, and when it began."""
    last: dict[str, datetime] = {}
    runs = select(Run.kind, Run.province, Run.started, Run.ended, Run.detail).order_by(Run.id)
    for kind, province, started, ended, detail in session.execute(runs):
        if kind not in _CRAWLS:
            last.clear()  # it may have read the pages of any province otherwise
        elif ended is not None and "problem" not in detail:
            last[province] = started
        else:
            last.pop(province, None)
    return last


def _unsettled(session: Session) -> set[str]:
    """Provinces with duties that could not be held against their reports."""
    return set(session.scalars(select(Obligation.province).distinct())) - _settled(session).keys()


def _digests(session: Session) -> Iterator[str]:
    newest = session.scalar(select(func.max(Change.id))) or 0
    told = select(Subscription.address, Subscription.told_until).where(Subscription.told_until > newest)
    for address, until in session.execute(told.order_by(Subscription.id)):
        yield f"{address} {until}"


_ASKED: Mapping[Question, Callable[[Session], Iterable[str]]] = {
    Question.FILE: _file,
    Question.SCHEMA: _schema,
    Question.REFERENCES: _references,
    Question.REPORTS: _reports,
    Question.ORIGINALS: _originals,
    Question.FINDINGS: _findings,
    Question.STEPS: _steps,
    Question.DECISIONS: _decisions,
    Question.DUTIES: _duties,
    Question.DIGESTS: _digests,
    Question.COUNTS: rollups.differences,
}
