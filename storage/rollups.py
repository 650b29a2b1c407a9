"""Counts that are kept beside what they count: standing findings and duties by province and year.

A page that tells how a country stands would have to read hundreds of thousands of rows for it. So every
transaction that changes findings or duties brings these counts along, before it ends: of the findings by the
difference that its own bodies and years make, of the duties by counting their provinces again. There is one
writing transaction at a time (storage.engine.writing), therefore no difference is lost. Reasons:
docs/decisions/0014-counts-kept-with-what-they-count.md.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from itertools import groupby, product
from typing import Any, NamedTuple, TypeVar

from sqlalchemy import ColumnElement, Row, Select, delete, func, insert, select
from sqlalchemy.orm import Session

from storage import tables
from storage.records import RESOLVED, FindingStatus
from storage.rows import OrganYear, chunks
from storage.severities import folded

ANY = ""
"""Stands for every fault, or every verdict: findings that count as one may differ in both, so that a sum over
them would count some twice.
"""
UNCOUNTED = (*RESOLVED, FindingStatus.WAIVED)
"""Statuses of findings that do not count as standing."""
_SHOWN = 20
"""Differences that are told one by one."""
_AT_ONCE = 5000

K = TypeVar("K", bound=tuple[Any, ...])


class Findings(NamedTuple):
    """What the standing findings are counted by. `fault` and `verdict` may be ANY."""

    province: str
    year: int
    fault: str
    verdict: str
    severity: str


class Duties(NamedTuple):
    """What the duties are counted by."""

    province: str
    year: int
    status: str


@contextmanager
def following_findings(session: Session, touched: Collection[OrganYear]) -> Iterator[None]:
    """Let the counts follow what is written inside about the findings of these bodies and years."""
    before = _findings_of(session, touched)
    yield
    after = _findings_of(session, touched)
    after.subtract(before)
    for key, difference in sorted(after.items()):
        if difference:
            _add(session, key, difference)


def recount_duties(session: Session, provinces: Collection[str]) -> None:
    """Count the duties in these provinces again, as they are written now."""
    table = tables.DutyCount
    for province in sorted(provinces):
        counted = _duties(session, province)
        for row in session.scalars(select(table).where(table.province == province)):
            number = counted.pop(Duties(row.province, row.year, row.status), 0)
            if number:
                row.number = number
            else:
                session.delete(row)
        for new, number in counted.items():
            session.add(table(**new._asdict(), number=number))
    session.flush()


def rebuild(session: Session) -> None:
    """Count everything again."""
    _replace(session, tables.FindingCount, Findings, _all_findings(session))
    _replace(session, tables.DutyCount, Duties, _duties(session))


def differences(session: Session) -> list[str]:
    """Where the counts are not what they count, one line each; where there are very many, the first ones."""
    lines = [
        *_differing("finding_counts", _kept(session, tables.FindingCount, Findings), _all_findings(session)),
        *_differing("duty_counts", _kept(session, tables.DutyCount, Duties), _duties(session)),
    ]
    return lines if len(lines) <= _SHOWN else [*lines[:_SHOWN], f"and {len(lines) - _SHOWN} more"]


def _replace(session: Session, table: type[tables.Base], kind: type[K], counted: Counter[K]) -> None:
    session.execute(delete(table))
    names = (*kind._fields, "number")  # type: ignore[attr-defined]
    rows = [dict(zip(names, (*key, number), strict=True)) for key, number in sorted(counted.items())]
    if rows:
        session.execute(insert(table), rows)


def _add(session: Session, key: Findings, difference: int) -> None:
    row = session.get(tables.FindingCount, tuple(key))
    if row is None:
        session.add(tables.FindingCount(**key._asdict(), number=difference))
    elif row.number + difference:
        row.number += difference
    else:
        session.delete(row)
    session.flush()


def _standing(*conditions: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
    table = tables.Finding
    columns = (
        table.organ,
        table.year,
        table.province,
        table.fault,
        table.verdict,
        table.fingerprint,
        table.group,
        table.severity,
    )
    return select(*columns).where(table.status.not_in(UNCOUNTED), *conditions)


def _findings_of(session: Session, keys: Collection[OrganYear]) -> Counter[Findings]:
    wanted = set(keys)
    rows = [
        row
        for organs in chunks({organ for organ, _ in wanted})
        for row in session.execute(_standing(tables.Finding.organ.in_(organs)))
        if (row.organ, row.year) in wanted
    ]
    return _counted(sorted(rows, key=_organ_year))


def _all_findings(session: Session) -> Counter[Findings]:
    table = tables.Finding
    statement = _standing().order_by(table.organ, table.year).execution_options(yield_per=_AT_ONCE)
    return _counted(session.execute(statement))


def _organ_year(row: Row[Any]) -> OrganYear:
    return row.organ, row.year


def _counted(rows: Iterable[Row[Any]]) -> Counter[Findings]:
    """`rows` are ordered by body and year: what one cause explains stands in one report."""
    counts: Counter[tuple[str, int, str, str, str]] = Counter()
    for (_, year), rows_of_report in groupby(rows, key=_organ_year):
        one_report = list(rows_of_report)
        if all(row.group is None for row in one_report):  # nearly every report; a country has a million
            for row in one_report:
                for fault, verdict in product((row.fault, ANY), (row.verdict, ANY)):
                    counts[row.province, year, fault, verdict, row.severity] += 1
            continue
        kinds: dict[tuple[str, str, str], list[tuple[str, str | None, str]]] = {}
        for row in one_report:
            for fault, verdict in product((row.fault, ANY), (row.verdict, ANY)):
                told = kinds.setdefault((row.province, fault, verdict), [])
                told.append((row.fingerprint, row.group, row.severity))
        for (province, fault, verdict), told in kinds.items():
            for severity in folded(told).values():
                counts[province, year, fault, verdict, severity] += 1
    return Counter({Findings(*key): number for key, number in counts.items()})


def _duties(session: Session, province: str | None = None) -> Counter[Duties]:
    table = tables.Obligation
    counted = select(table.province, table.year, table.status, func.count()).group_by(
        table.province, table.year, table.status
    )
    if province is not None:
        counted = counted.where(table.province == province)
    return Counter(
        {
            Duties(place, year, status.value): number
            for place, year, status, number in session.execute(counted)
        }
    )


def _kept(
    session: Session, table: type[tables.FindingCount | tables.DutyCount], kind: type[K]
) -> dict[K, int]:
    rows = session.execute(select(*(getattr(table, name) for name in (*kind._fields, "number"))))  # type: ignore[attr-defined]
    return {kind(*row[:-1]): row[-1] for row in rows}


def _differing(name: str, kept: dict[K, int], counted: Counter[K]) -> Iterator[str]:
    for key in sorted(kept.keys() | counted.keys()):
        if kept.get(key, 0) != counted[key]:
            of = " ".join(str(part) or "any" for part in key)
            yield f"{name}: {of}: {kept.get(key, 0)} kept, {counted[key]} counted"
