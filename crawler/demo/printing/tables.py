"""Ways to print a table: each function takes one as the form prints it and gives one printed otherwise."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from crawler.demo.sheets import Cover, Sheet, SheetCell, places

EMPTY = SheetCell("")
_FULL_WIDTH = str.maketrans("0123456789.", "０１２３４５６７８９．")


def with_texts(sheet: Sheet, change: Callable[[SheetCell], str]) -> Sheet:
    """`sheet` with other texts in its cells."""
    return replace(
        sheet,
        rows=tuple(tuple(replace(cell, text=change(cell)) for cell in row) for row in sheet.rows),
    )


def without_rowspans(sheet: Sheet, rows: range, *, repeated: bool = False) -> Sheet:
    """`sheet` with cells of their own in place of row spans in `rows`: empty, or the text `repeated`.

    Column spans stay. No span may reach beyond `rows`.
    """
    grid: list[list[SheetCell]] = []
    for y, row in enumerate(places(sheet)):
        cells: list[SheetCell] = []
        for x, place in enumerate(row):
            if y not in rows or place.cover is not Cover.ABOVE:
                cells.append(place.cell)
            elif x and row[x - 1].cell is place.cell:
                cells.append(cells[-1])
            else:
                cells.append(replace(place.cell, text=place.cell.text if repeated else "", key=""))
        grid.append(cells)
    return from_grid(sheet, grid)


def without_spans(sheet: Sheet) -> Sheet:
    """Every place a cell of its own that repeats the text of the merged cell: ghosts of merged cells."""
    rows = tuple(
        tuple(
            replace(place.cell, colspan=1, rowspan=1, key=place.cell.key if place.cover is Cover.CELL else "")
            for place in row
        )
        for row in places(sheet)
    )
    return replace(sheet, rows=rows)


def with_empty_column(sheet: Sheet, at: int) -> Sheet:
    """`sheet` with an empty column before column `at`; a merged cell that stands across it grows wider."""
    grid = [[place.cell for place in row] for row in places(sheet)]
    for row in grid:
        merged = 0 < at < len(row) and row[at - 1] is row[at]
        row.insert(at, row[at] if merged else replace(EMPTY))
    return from_grid(replace(sheet, width=sheet.width + 1), grid)


def with_columns(sheet: Sheet, order: Sequence[int]) -> Sheet:
    """`sheet` with its columns in another order; columns of one merged cell must stay neighbours."""
    return from_grid(sheet, [[row[x].cell for x in order] for row in places(sheet)])


def with_rows_above(sheet: Sheet, *texts: str) -> Sheet:
    """`sheet` below rows of one cell each, over the whole width."""
    above = tuple((SheetCell(text, colspan=sheet.width),) for text in texts)
    return replace(sheet, rows=(*above, *sheet.rows), header_rows=sheet.header_rows + len(above))


def from_grid(sheet: Sheet, grid: Sequence[Sequence[SheetCell]]) -> Sheet:
    """A table of the cells of a full grid: the same object in neighbouring places is one merged cell."""
    rows: list[tuple[SheetCell, ...]] = []
    for y, row in enumerate(grid):
        begun: list[SheetCell] = []
        for x, cell in enumerate(row):
            if (x and row[x - 1] is cell) or (y and grid[y - 1][x] is cell):
                continue
            across = _run(cell, row[x:])
            down = _run(cell, (below[x] for below in grid[y:]))
            begun.append(replace(cell, colspan=across, rowspan=down))
        rows.append(tuple(begun))
    return replace(sheet, rows=tuple(rows))


def _run(cell: SheetCell, cells: Iterable[SheetCell]) -> int:
    length = 0
    for other in cells:
        if other is not cell:
            break
        length += 1
    return length


def carelessly_typed(label: str) -> str:
    """`label` broken by lines and blanks, with half-width brackets and full-width digits."""
    if len(label) == 4 and label.isalpha():
        return f"{label[:2]}\n{label[2:]}"
    if len(label) == 2:
        return f"{label[0]} {label[1]}"
    text = label.replace("（", "(").replace("）", ") ") if label.startswith(("（", "第")) else label
    text = text.replace("条第", "条  第")
    return re.sub(r"^\d\.", lambda match: match[0].translate(_FULL_WIDTH), text)


def in_lines_of(label: str, length: int) -> str:
    """`label` in a column that is so many characters wide."""
    return "\n".join(label[at : at + length] for at in range(0, len(label), length))


def full_width(text: str) -> str:
    """`text` with full-width digits."""
    return text.translate(_FULL_WIDTH)
