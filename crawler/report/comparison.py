"""Two readings of what may be one report: whether they are of one body and year, and where they differ."""

from __future__ import annotations

import re
from unicodedata import normalize

from crawler.report.model import Number, Report, Table


def may_be_same(one: Report, other: Report) -> bool:
    """Whether nothing that two files say of themselves makes them reports of different bodies or years."""
    return len({one.year, other.year} - {None}) <= 1 and _same_body(one.organ, other.organ)


def surely_same(one: Report, other: Report) -> bool:
    """Whether both files name body and year, and the same ones."""
    named = None not in (one.organ, other.organ, one.year, other.year)
    return named and may_be_same(one, other)


def _same_body(one: str | None, other: str | None) -> bool:
    """A name may lack the place that it begins with: 青杉市水务局, 水务局."""
    if one is None or other is None:
        return True
    short, long = sorted((_folded(one), _folded(other)), key=len)
    return long.endswith(short)


def _folded(name: str) -> str:
    return re.sub(r"\s+", "", normalize("NFKC", name))


def differing(one: Table, other: Table) -> dict[str, tuple[Number, Number]]:
    """The cells of which both hold a number, and not the same one: key -> (the one's, the other's)."""
    return {
        key: (cell.value, twin.value)
        for key, cell in one.cells.items()
        if cell.value is not None
        and (twin := other.cells.get(key)) is not None
        and twin.value is not None
        and twin.value != cell.value
    }
