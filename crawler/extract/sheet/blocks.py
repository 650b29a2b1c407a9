"""Worksheets -> blocks: which cells are tables, and which are prose typed into cells."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from crawler.extract.document import Block, Grid, Origin, Paragraph, Slot, Unreadable
from crawler.extract.sheet.model import Merge, Sheet, SheetCell

MAX_SLOTS = 100_000
"""Places in all tables of one worksheet, merged ranges counted place by place."""

_LABEL_LENGTH = 12
"""A line of its own that is longer is no label of a table's row."""
_SENTENCE = re.compile(r"[。；！？]")
_PROSE = re.compile(r"[。；！？]|[：:]$|^[（(]?[一二三四五六七八九十]+[）)]?、|^\d{4}年\d{1,2}月\d{1,2}日$")

_EMPTY = SheetCell("")


def blocks(sheet: Sheet) -> Iterator[Block]:
    """Tables and paragraphs from top to bottom; empty rows part tables, what is hidden is not there.

    Raises Unreadable where the tables would have more than MAX_SLOTS places.
    """
    shown = _Shown(sheet)
    for numbers in shown.runs():
        rows = shown.rows(numbers)
        ruled = any(row.bordered for row in rows if row.line is None)
        prose = [
            row.line is not None and (_is_prose(row, ruled) or all(other.line is not None for other in rows))
            for row in rows
        ]
        table: list[_Row] = []
        for row, is_prose in zip(rows, prose, strict=True):
            if is_prose:
                yield from _grid(table)
                table = []
                yield from _paragraphs(row)
            else:
                table.append(row)
        yield from _grid(table)


class _Row(NamedTuple):
    """One row of a run. `line` is its text where it shows no more than one cell's, else None."""

    slots: tuple[Slot, ...]
    line: str | None
    bordered: bool


def _is_prose(row: _Row, ruled: bool) -> bool:
    """Whether a row with one text is prose rather than a label across the table."""
    line = row.line or ""
    if ruled:
        return not row.bordered or _SENTENCE.search(line) is not None
    return len(line) > _LABEL_LENGTH or _PROSE.search(line) is not None


def _paragraphs(row: _Row) -> Iterator[Paragraph]:
    # the further rows of a line that is merged over several repeat it
    if all(slot.origin is not Origin.FROM_ABOVE for slot in row.slots):
        for line in (row.line or "").splitlines():
            if folded := " ".join(line.split()):
                yield Paragraph(folded)


def _grid(rows: Sequence[_Row]) -> Iterator[Grid]:
    """The rows as a table without the columns that hold no text of their own."""
    kept = [
        column
        for column in range(len(rows[0].slots) if rows else 0)
        if any(row.slots[column].origin is Origin.CELL and row.slots[column].text.strip() for row in rows)
    ]
    if kept:
        yield Grid(tuple(tuple(row.slots[column] for column in kept) for row in rows), rectangular=True)


class _Shown:
    """The rows and columns of a worksheet that show something, merged ranges over them."""

    def __init__(self, sheet: Sheet) -> None:
        self._hidden_rows = sorted(sheet.hidden_rows)
        self._rows: dict[int, dict[int, SheetCell]] = {}
        for (row, column), cell in sheet.cells.items():
            if row not in sheet.hidden_rows and column not in sheet.hidden_columns:
                self._rows.setdefault(row, {})[column] = cell
        self._merges: list[Merge] = []
        for merge in sheet.merges:
            visible = _visible_part(merge, sheet)
            if visible is not None:
                self._merges.append(visible)
                cell = sheet.cells.get((merge.top, merge.left), _EMPTY)
                self._rows.setdefault(visible.top, {})[visible.left] = cell
        self._merges.sort()
        self._room = MAX_SLOTS

    def runs(self) -> Iterator[list[int]]:
        """Numbers of rows that stand together: nothing but hidden rows between them."""
        worded = {
            row for row, cells in self._rows.items() if any(cell.text.strip() for cell in cells.values())
        }
        if not worded:
            return
        first, last = min(worded), max(worded)
        numbers = {
            row
            for row, cells in self._rows.items()
            if row in worded or any(cell.bordered for cell in cells.values())
        }
        for merge in self._merges:
            if self._rows[merge.top][merge.left].text.strip():
                bottom = min(merge.bottom, last)
                self._take(bottom - merge.top + 1)
                numbers.update(range(merge.top, bottom + 1))
        run: list[int] = []
        for number in sorted(numbers.difference(self._hidden_rows)):
            if first <= number <= last:
                if run and not self._adjoin(run[-1], number):
                    yield run
                    run = []
                run.append(number)
        yield run

    def rows(self, numbers: Sequence[int]) -> list[_Row]:
        """These rows as one rectangle, which merged ranges fill."""
        cells = [self._rows.get(number, {}) for number in numbers]
        columns = sorted({column for row in cells for column, cell in row.items() if cell.text.strip()})
        self._take(len(numbers) * len(columns))
        slots = [[Slot(row.get(column, _EMPTY).text) for column in columns] for row in cells]
        low = bisect_left(self._merges, (numbers[0],))
        high = bisect_right(self._merges, (numbers[-1], float("inf")))
        for merge in self._merges[low:high]:
            text = self._rows[merge.top][merge.left].text
            places_down = range(bisect_left(numbers, merge.top), bisect_right(numbers, merge.bottom))
            places_right = range(bisect_left(columns, merge.left), bisect_right(columns, merge.right))
            self._take(len(places_down) * len(places_right))
            for down in places_down:
                for right in places_right:
                    slots[down][right] = Slot(text, _origin(merge, numbers[down], columns[right]))
        return [
            _Row(tuple(row), _line(row), any(cell.bordered for cell in shown.values()))
            for row, shown in zip(slots, cells, strict=True)
        ]

    def _adjoin(self, upper: int, lower: int) -> bool:
        between = bisect_left(self._hidden_rows, lower) - bisect_right(self._hidden_rows, upper)
        return between == lower - upper - 1

    def _take(self, places: int) -> None:
        self._room -= places
        if self._room < 0:
            raise Unreadable(f"工作表超过 {MAX_SLOTS} 格", f"a worksheet of more than {MAX_SLOTS} places")


def _visible_part(merge: Merge, sheet: Sheet) -> Merge | None:
    top, left = merge.top, merge.left
    while top in sheet.hidden_rows:
        top += 1
    while left in sheet.hidden_columns:
        left += 1
    return (
        Merge(top, left, merge.bottom, merge.right) if top <= merge.bottom and left <= merge.right else None
    )


def _origin(merge: Merge, row: int, column: int) -> Origin:
    if row > merge.top:
        return Origin.FROM_ABOVE
    return Origin.FROM_LEFT if column > merge.left else Origin.CELL


def _line(row: Sequence[Slot]) -> str | None:
    """The text of a row whose places all belong to one cell or one merged range, empty ones left aside."""
    worded = [slot for slot in row if slot.text.strip()]
    own = [slot for slot in worded if slot.origin is Origin.CELL]
    above = any(slot.origin is Origin.FROM_ABOVE for slot in worded)
    if above and not own and len({slot.text for slot in worded}) == 1:
        return worded[0].text
    return own[0].text if len(own) == 1 and not above else None
