"""A table that leaves the house, whatever the format of its file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import NamedTuple

Value = str | int | float | Decimal | date | datetime | None

MOST_DIGITS = 15
"""Digits of a number that spreadsheets keep; a longer one is written as text, lest it become another one."""


class Column(NamedTuple):
    """A column: its heading, and its width in characters of half width."""

    heading: str
    width: int


@dataclass(frozen=True, slots=True)
class Table:
    """One sheet.

    Rows whose index is in `faint` are set apart: they state nothing for certain. The first `printed` columns
    are what a person reads and prints (0: all); those after them are for looking up.
    """

    name: str
    columns: tuple[Column, ...]
    rows: Sequence[Sequence[Value]]
    faint: frozenset[int] = frozenset()
    printed: int = 0


def is_exact(number: int | float | Decimal) -> bool:
    """Whether a spreadsheet shows `number` as it is."""
    exact = _decimal(number)
    return (
        exact.is_finite()
        and abs(exact) < 10**MOST_DIGITS
        and len(exact.normalize().as_tuple().digits) <= MOST_DIGITS
    )


def digits(number: int | float | Decimal) -> str:
    """`number` with every digit that it has, without an exponent where that is not absurdly long."""
    exact = _decimal(number)
    return f"{exact:f}" if exact.is_finite() and abs(exact.adjusted()) < _LONGEST else str(exact)


_LONGEST = 100


def _decimal(number: int | float | Decimal) -> Decimal:
    """A float is what it prints, not the binary number behind it."""
    return Decimal(repr(number)) if isinstance(number, float) else Decimal(number)
