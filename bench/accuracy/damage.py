"""Ways in which printed tables are damaged before anybody reads them, each with what can still be read.

A damage works on table three, where rows and columns are many and labels alike.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from random import Random
from types import MappingProxyType

from crawler.demo.printing import Printed
from crawler.demo.printing.tables import EMPTY, from_grid
from crawler.demo.sheets import Sheet, SheetCell, places

Damage = Callable[[Printed, Random], Printed]

_TABLE = "applications"
_LONG_LABEL = 9
Row = tuple[SheetCell, ...]


def lost_label(printed: Printed, rng: Random) -> Printed:
    """The label of one row is gone."""
    at = rng.choice(_numbered(printed))
    return replace(_with_row(printed, at, lambda row: _without_label(row)), doubtful=_keys(_row(printed, at)))


def lost_group(printed: Printed, rng: Random) -> Printed:
    """The label of a group is gone; its rows keep theirs."""
    groups = [
        (y, cell)
        for y, row in enumerate(_table(printed).rows)
        for cell in row
        if cell.text.startswith(("（三）", "（四）", "（五）"))
    ]
    y, group = rng.choice(groups)
    return _with_row(
        printed, y, lambda row: tuple(replace(cell, text="") if cell is group else cell for cell in row)
    )


def mistyped_label(printed: Printed, rng: Random) -> Printed:
    """Two characters of a long label are gone."""
    long = [at for at in _numbered(printed) if len(_label(_row(printed, at)).text) >= _LONG_LABEL]
    at = rng.choice(long)
    label = _label(_row(printed, at))
    cut = rng.randrange(4, len(label.text) - 2)
    text = label.text[:cut] + label.text[cut + 2 :]
    return _with_row(
        printed, at, lambda row: tuple(replace(cell, text=text) if cell is label else cell for cell in row)
    )


def lost_column_label(printed: Printed, rng: Random) -> Printed:
    """The label of one column is gone."""
    sheet = _table(printed)
    y = sheet.header_rows - 1
    gone = rng.randrange(len(sheet.rows[y]))
    keys = {row[len(row) - 6 + gone].key for row in sheet.rows[sheet.header_rows :]}
    damaged = _with_row(
        printed,
        y,
        lambda row: tuple(replace(cell, text="") if x == gone else cell for x, cell in enumerate(row)),
    )
    return replace(damaged, doubtful=frozenset(keys - {""}))


def dropped_cell(printed: Printed, rng: Random) -> Printed:
    """A row has one cell too few; what stood there is not printed."""
    at = rng.choice(_numbered(printed))
    row = _row(printed, at)
    gone = rng.choice([cell for cell in row if cell.number])
    damaged = _with_row(printed, at, lambda _: tuple(cell for cell in row if cell is not gone))
    return replace(damaged, numberless=frozenset({gone.key}), doubtful=_keys(row) - {gone.key})


def surplus_cell(printed: Printed, rng: Random) -> Printed:
    """A row has one number too many."""
    at = rng.choice(_numbered(printed))
    row = _row(printed, at)
    first = len(row) - len(_keys(row))
    place = rng.randrange(first, len(row))
    more = SheetCell(str(rng.randrange(1, 9)), number=True)
    damaged = _with_row(printed, at, lambda _: (*row[:place], more, *row[place:]))
    return replace(damaged, doubtful=_keys(row))


def run_together(printed: Printed, rng: Random) -> Printed:
    """Two numbers of a row stand in one cell, the next is empty."""
    at = rng.choice(_numbered(printed))
    row = _row(printed, at)
    place = rng.randrange(len(row) - len(_keys(row)), len(row) - 1)
    both = SheetCell(f"{row[place].text} {row[place + 1].text}", number=True)
    damaged = _with_row(printed, at, lambda _: (*row[:place], both, EMPTY, *row[place + 2 :]))
    lost = frozenset({row[place].key, row[place + 1].key})
    return replace(damaged, numberless=lost, doubtful=_keys(row) - lost)


def swapped_numbers(printed: Printed, rng: Random) -> Printed:
    """The last number of a row and the first of the next have changed places: the paper prints them so."""
    rows = _numbered(printed)
    pairs = [
        (y, _row(printed, y)[-1], next(cell for cell in _row(printed, y + 1) if cell.number))
        for y in rows
        if y + 1 in rows
    ]
    at, last, first = rng.choice([pair for pair in pairs if pair[1].text != pair[2].text])
    exchanged = {last.key: first.text, first.key: last.text}
    cells = dict(printed.spec.cells)
    cells[last.key], cells[first.key] = cells[first.key], cells[last.key]

    def swapped(row: Row) -> Row:
        return tuple(replace(cell, text=exchanged.get(cell.key, cell.text)) for cell in row)

    damaged = _with_row(_with_row(printed, at, swapped), at + 1, swapped)
    return damaged.with_cells(MappingProxyType(cells))


def repeated_row(printed: Printed, rng: Random) -> Printed:
    """A row is printed twice, with the same numbers."""
    return _with_row_again(printed, rng.choice(_numbered(printed)), lambda text: text)


def contradicting_row(printed: Printed, rng: Random) -> Printed:
    """A row is printed twice, with other numbers the second time."""
    at = rng.choice(_numbered(printed))
    damaged = _with_row_again(printed, at, lambda text: str(int(text) + 1))
    return replace(damaged, numberless=_keys(_row(printed, at)))


def missing_row(printed: Printed, rng: Random) -> Printed:
    """A row is not printed at all."""
    at = rng.choice(_numbered(printed))
    grid = [[place.cell for place in row] for row in places(_table(printed))]
    del grid[at]
    damaged = _with_table(printed, from_grid(_table(printed), grid))
    return replace(damaged, numberless=_keys(_row(printed, at)))


def exchanged_rows(printed: Printed, rng: Random) -> Printed:
    """Two rows of a group stand in the other order."""
    rows = _numbered(printed)
    sheet = _table(printed)
    own = [y for y in rows if len(sheet.rows[y]) == 1 + len(_keys(sheet.rows[y]))]  # with no group before
    pairs = [
        y for y in own if y + 1 in own and _label(sheet.rows[y]).colspan == _label(sheet.rows[y + 1]).colspan
    ]
    at = rng.choice(pairs)
    upper, lower = sheet.rows[at], sheet.rows[at + 1]
    return _with_row(_with_row(printed, at, lambda _: lower), at + 1, lambda _: upper)


DAMAGES: Mapping[str, Damage] = MappingProxyType(
    {
        "lost-label": lost_label,
        "lost-group": lost_group,
        "mistyped-label": mistyped_label,
        "lost-column-label": lost_column_label,
        "run-together": run_together,
        "swapped-numbers": swapped_numbers,
        "repeated-row": repeated_row,
        "contradicting-row": contradicting_row,
        "missing-row": missing_row,
        "exchanged-rows": exchanged_rows,
        "dropped-cell": dropped_cell,
        "surplus-cell": surplus_cell,
    }
)
"""Every damage, by name."""

RAGGED = frozenset({"dropped-cell", "surplus-cell"})
"""Damages that leave rows of different lengths, which formats with a grid of their own cannot hold."""

NEEDS_PLACES = frozenset({"lost-column-label"})
"""Damages after which only the places of cells tell the columns, which text does not keep."""


def cut(content: bytes, rng: Random) -> bytes:
    """A file that was not stored to its end: between a third and all of it is left."""
    return content[: rng.randrange(len(content) // 3, len(content))]


def _table(printed: Printed) -> Sheet:
    return next(block for block in printed.blocks if isinstance(block, Sheet) and block.key == _TABLE)


def _row(printed: Printed, at: int) -> Row:
    return _table(printed).rows[at]


def _numbered(printed: Printed) -> Sequence[int]:
    """The rows that print numbers."""
    return [y for y, row in enumerate(_table(printed).rows) if _keys(row)]


def _keys(row: Row) -> frozenset[str]:
    return frozenset(cell.key for cell in row if cell.key)


def _label(row: Row) -> SheetCell:
    """The last cell before the numbers."""
    return [cell for cell in row if not cell.number][-1]


def _without_label(row: Row) -> Row:
    label = _label(row)
    return tuple(replace(cell, text="") if cell is label else cell for cell in row)


def _with_table(printed: Printed, table: Sheet) -> Printed:
    return printed.with_sheets(lambda sheet: table if sheet.key == table.key else sheet)


def _with_row(printed: Printed, at: int, change: Callable[[Row], Row]) -> Printed:
    table = _table(printed)
    rows = (*table.rows[:at], change(table.rows[at]), *table.rows[at + 1 :])
    return _with_table(printed, replace(table, rows=rows))


def _with_row_again(printed: Printed, at: int, changed: Callable[[str], str]) -> Printed:
    """The row `at` a second time below itself, its numbers changed."""
    table = _table(printed)
    grid = [[place.cell for place in row] for row in places(table)]
    own = {id(cell) for cell in table.rows[at] if cell.rowspan == 1}
    again: dict[int, SheetCell] = {}
    for cell in grid[at]:
        if id(cell) in own:
            text = changed(cell.text) if cell.key else cell.text
            again.setdefault(id(cell), replace(cell, text=text, key=""))
    grid.insert(at + 1, [again.get(id(cell), cell) for cell in grid[at]])
    return _with_table(printed, from_grid(table, grid))
