"""Rows of cells -> grids, and the text of tables that only lay out a page."""

from __future__ import annotations

from collections.abc import Sequence

from crawler.extract.document import Grid, Origin, Slot
from crawler.extract.html.entries import Entry, Line, paragraph
from crawler.extract.layout import RowShape, is_numbered, is_prose, rows_as_text

MAX_COLSPAN = 100
MAX_SLOTS = 200_000

TO_THE_END = 65_534  # what rowspan="0" means


class Cell:
    """One cell as printed: its spans, and its lines and blocks in order."""

    __slots__ = ("colspan", "items", "rowspan", "text")

    def __init__(self, colspan: int, rowspan: int, only: Line | None = None) -> None:
        self.colspan = colspan
        self.rowspan = rowspan
        self.items: list[Line | Entry] = [] if only is None else [only]
        self.text = "" if only is None else only.text

    def close(self) -> None:
        """Nothing more comes; `text` is now its lines, parted by "\\n"."""
        self.text = "\n".join(item.text for item in self.items if isinstance(item, Line))


class Budget:
    """How many slots the tables of one page may still expand to."""

    __slots__ = ("slots",)

    def __init__(self) -> None:
        self.slots = MAX_SLOTS

    @property
    def exhausted(self) -> bool:
        """Whether merged cells are no longer expanded."""
        return self.slots <= 0


def read_table(
    rows: Sequence[Sequence[Cell]], caption: Sequence[Line | Entry], container: int, budget: Budget
) -> list[Entry]:
    """The entries of one table that stands in `container`: grids, and text where it holds prose or tables."""
    entries = [_entry(item) for item in caption]
    slots = _expand(rows, budget)
    as_text = rows_as_text([_shape(row, line) for row, line in zip(rows, slots, strict=True)])
    run: list[tuple[Sequence[Cell], tuple[Slot, ...]]] = []
    for row, line, text in zip(rows, slots, as_text, strict=True):
        if text:
            entries.extend(_grid(run, container))
            run = []
            entries.extend(_entry(item) for cell in row for item in cell.items)
        elif line:
            run.append((row, line))
    entries.extend(_grid(run, container))
    return entries


_Cover = dict[int, tuple[int, Slot]]
"""By column: for how many rows still, and by what, a place is covered from above."""


def _expand(rows: Sequence[Sequence[Cell]], budget: Budget) -> list[tuple[Slot, ...]]:
    """The slots of each row, merged cells expanded; rowspans end with the table.

    A row that ends early stays short: nothing is made up for cells that the source does not have.
    """
    expanded: list[tuple[Slot, ...]] = []
    above: _Cover = {}
    known: dict[str, Slot] = {}
    for row in rows:
        line: list[Slot] = []
        below: _Cover = {}
        if budget.exhausted:
            above.clear()
        for cell in row:
            if above:
                _take_cover(line, above, below)
            text = cell.text
            slot = known.get(text)
            if slot is None:
                slot = known[text] = Slot(text)
            at = len(line)
            line.append(slot)
            if cell.colspan == 1 and cell.rowspan == 1:
                continue
            exhausted = len(line) >= budget.slots
            if cell.colspan > 1 and not exhausted:
                beside = Slot(text, Origin.FROM_LEFT)
                while len(line) < at + cell.colspan and len(line) not in above:
                    line.append(beside)
            if cell.rowspan > 1 and not exhausted:
                cover = Slot(text, Origin.FROM_ABOVE)
                for column in range(at, len(line)):
                    below[column] = (cell.rowspan - 1, cover)
        if above:
            _take_cover(line, above, below)
            below.update({column: (left - 1, slot) for column, (left, slot) in above.items() if left > 1})
        above = below
        budget.slots -= len(line)
        expanded.append(tuple(line))
    return expanded


def _take_cover(line: list[Slot], above: _Cover, below: _Cover) -> None:
    """Fill the next places of a line as far as they are covered from above."""
    while len(line) in above:
        column = len(line)
        left, slot = above.pop(column)
        if left > 1:
            below[column] = (left - 1, slot)
        line.append(slot)


def _shape(row: Sequence[Cell], line: Sequence[Slot]) -> RowShape:
    alone = len(row) == 1 and all(slot.origin is not Origin.FROM_ABOVE for slot in line)
    first = row[0].items[0] if alone and row[0].items else None
    return RowShape(
        cells=len(row),
        alone=alone,
        flowing=any(map(_is_flowing, row)),
        numbered=isinstance(first, Line) and is_numbered(first.text),
    )


def _is_flowing(cell: Cell) -> bool:
    """Whether a cell holds a table or prose, so that its table serves the layout."""
    items = cell.items
    return is_prose(len(cell.text), len(items)) or any(
        isinstance(item, Entry) and isinstance(item.block, Grid) for item in items
    )


def _grid(run: Sequence[tuple[Sequence[Cell], tuple[Slot, ...]]], container: int) -> list[Entry]:
    """A run of rows as one grid, followed by the pictures that stand in its cells."""
    if not run:
        return []
    linked = 0
    blocks: list[Entry] = []
    for row, _ in run:
        for cell in row:
            for item in cell.items:
                linked += item.linked
                if isinstance(item, Entry):
                    blocks.append(item)
    return [Entry(Grid(tuple(line for _, line in run), rectangular=True), container, False, linked), *blocks]


def _entry(item: Line | Entry) -> Entry:
    return paragraph(item) if isinstance(item, Line) else item
