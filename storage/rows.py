"""From rows to records and back. A table's columns carry the names of its record's fields."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection
from typing import Any, TypeVar

from storage.tables import Base

R = TypeVar("R")


def to_record(kind: type[R], row: Base) -> R:
    """The record of class `kind` that `row` stands for."""
    return kind(**{name: getattr(row, name) for name in _names(kind)})


def fill(row: Base, record: object, but: Collection[str] = ()) -> None:
    """Give `row` the values of `record`, all but those of the fields named."""
    for name in _names(type(record)):
        if name not in but:
            setattr(row, name, getattr(record, name))


def _names(kind: type[Any]) -> tuple[str, ...]:
    return tuple(field.name for field in dataclasses.fields(kind))
