"""What is printed -> plain text, in the ways that converters leave of a table."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from crawler.demo.printing import Printed
from crawler.demo.sheets import Cover, Sheet, SheetCell, places

Style = Callable[[Printed], str]


def lines(printed: Printed) -> str:
    """A cell a line, each after a tab, a blank line between rows; merged cells leave a blank line.

    Further lines of a label follow without a tab.
    """
    return _text(printed, lambda sheet: _cell_lines(sheet, "\t{}", "\n"))


def tabs(printed: Printed) -> str:
    """A row a line, cells parted by tabs; every place that a merged cell covers is an empty field."""
    return _text(printed, lambda sheet: "\n".join("\t".join(row) for row in _fields(sheet)))


def pipes(printed: Printed) -> str:
    """A row a line between pipes; every place that a merged cell covers is an empty field."""
    return _text(printed, lambda sheet: "\n".join(f"| {' | '.join(row)} |" for row in _fields(sheet)))


def trailing_pipe(printed: Printed) -> str:
    """A cell a line, each with a pipe behind it, a blank line between rows."""
    return _text(printed, lambda sheet: _cell_lines(sheet, "{} |", " "))


STYLES: Mapping[str, Style] = MappingProxyType(
    {"lines": lines, "tabs": tabs, "pipes": pipes, "trailing-pipe": trailing_pipe}
)
"""Every style, by name."""


def _text(printed: Printed, table: Callable[[Sheet], str]) -> str:
    blocks = [table(block) if isinstance(block, Sheet) else block.text for block in printed.blocks]
    return "\n\n".join(blocks) + "\n"


def _cell_lines(sheet: Sheet, template: str, inner: str) -> str:
    rows = []
    for row in places(sheet, ragged=True):
        cells: list[str] = []
        covering: SheetCell | None = None
        for place in row:
            if place.cover is Cover.CELL:
                text = place.cell.text
                parts = text.split("\n") if place.cell.number else [text.replace("\n", inner)]
                cells.extend(template.format(part) for part in parts)
            elif place.cover is Cover.ABOVE and place.cell is not covering:
                cells.append(template.format(""))
            covering = place.cell
        rows.append("\n".join(cells))
    return "\n\n".join(rows)


def _fields(sheet: Sheet) -> list[list[str]]:
    return [
        [place.cell.text.replace("\n", " ") if place.cover is Cover.CELL else "" for place in row]
        for row in places(sheet, ragged=True)
    ]
