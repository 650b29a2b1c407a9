"""From rows to records and back, and rows by very many keys.

A table's columns carry the names of its record's fields.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from storage.storable import field_names
from storage.tables import Base

OrganYear = tuple[str, int]
"""A body and a report year."""

_CHUNK = 500
"""Values in one IN list; SQLite bounds the parameters of a statement."""

R = TypeVar("R")
B = TypeVar("B", bound=Base)


def to_record(kind: type[R], row: Base) -> R:
    """The record of class `kind` that `row` stands for."""
    return kind(**{name: getattr(row, name) for name in field_names(kind)})


def fill(row: Base, record: object, but: Collection[str] = ()) -> None:
    """Give `row` the values of `record`, all but those of the fields named."""
    for name in field_names(type(record)):
        if name not in but:
            setattr(row, name, getattr(record, name))


def chunks(values: Iterable[R]) -> Iterator[list[R]]:
    """The values, as many at a time as an IN list takes."""
    wanted: list[Any] = sorted(values)
    for start in range(0, len(wanted), _CHUNK):
        yield wanted[start : start + _CHUNK]


def rows_with(
    session: Session, table: type[B], column: str, values: Iterable[Any], *conditions: ColumnElement[bool]
) -> Iterable[B]:
    """Rows whose `column` has one of `values`, and of which the conditions are true."""
    for chunk in chunks(values):
        yield from session.scalars(select(table).where(getattr(table, column).in_(chunk), *conditions))


def records_with(
    session: Session,
    kind: type[R],
    table: type[Base],
    column: str,
    values: Iterable[Any],
    *conditions: ColumnElement[bool],
) -> Iterator[R]:
    """What rows_with finds, as records of class `kind`, in the order of the values' chunks."""
    columns, asked = columns_of(kind, table), table.__table__.c[column]
    for chunk in chunks(values):
        for row in session.execute(select(*columns).where(asked.in_(chunk), *conditions)):
            yield kind(*row)


def columns_of(kind: type[Any], table: type[Base]) -> list[ColumnElement[Any]]:
    """The columns of `table` that records of class `kind` are made of, in the order of its fields.

    They are the table's own: what is mapped would be loaded row by row, which takes twice as long.
    """
    return [table.__table__.c[name] for name in field_names(kind)]


def rows_of(session: Session, table: type[B], keys: Iterable[OrganYear]) -> Iterable[B]:
    """Rows of exactly these bodies and years."""
    wanted = set(keys)
    for row in rows_with(session, table, "organ", {organ for organ, _ in wanted}):
        # pairs in an IN list are beyond older SQLite; a body has few years
        if (row.organ, row.year) in wanted:  # type: ignore[attr-defined]
            yield row
