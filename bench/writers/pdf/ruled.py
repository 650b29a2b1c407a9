"""A table on paper: rows that move to the next page or are cut by its end, and several ways to rule them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.platypus import Flowable

from crawler.demo.sheets import Sheet

RULINGS = ("boxes", "double", "dashed", "open sides", "bars", "lines")
_PADDING = 4.0
_LEADING = 1.3
_CLOSING = frozenset("，。、；：）》”」？！%")


@dataclass(frozen=True, slots=True)
class Ruling:
    """How a table is drawn. `cut_rows`: the end of a page cuts rows; `open_cuts`: without a line there."""

    kind: str = "boxes"
    size: float = 9.0
    font: str = "STSong-Light"
    cut_rows: bool = False
    open_cuts: bool = False


@dataclass(frozen=True, slots=True)
class _Cell:
    top: int
    bottom: int
    left: int
    right: int
    lines: tuple[str, ...]
    centred: bool


class Ruled(Flowable):  # type: ignore[misc]
    """A table, or the part of one that a page holds."""

    def __init__(
        self,
        cells: Sequence[_Cell],
        widths: Sequence[float],
        heights: Sequence[float],
        ruling: Ruling,
        *,
        opened: bool = False,
        ends_open: bool = False,
    ) -> None:
        super().__init__()
        self._cells, self._widths, self._heights = cells, widths, heights
        self._ruling, self._opened, self._ends_open = ruling, opened, ends_open
        self.width, self.height = sum(widths), sum(heights)

    def wrap(self, _width: float, _height: float) -> tuple[float, float]:
        """The room that the table takes."""
        return self.width, self.height

    def split(self, _width: float, room: float) -> list[Flowable]:
        """The part that fits into `room` points of height, and the rest; nothing where no row fits."""
        fitting, used = 0, 0.0
        for height in self._heights:
            if used + height > room:
                break
            fitting, used = fitting + 1, used + height
        line = self._ruling.size * _LEADING
        kept = int((room - used - 2 * _PADDING) / line)  # lines of the next row that still fit
        own = [cell for cell in self._cells if cell.top == fitting and cell.bottom == fitting + 1]
        longest = max((len(cell.lines) for cell in own), default=0)
        if self._ruling.cut_rows and 0 < kept < longest:
            return self._parts(fitting, kept)
        return self._parts(fitting, 0) if fitting else []

    def _parts(self, rows: int, kept: int) -> list[Flowable]:
        """The table cut behind `rows` rows and `kept` lines of the next one."""
        line = self._ruling.size * _LEADING
        upper_heights = list(self._heights[:rows])
        lower_heights = list(self._heights[rows:])
        if kept:
            upper_heights.append(kept * line + 2 * _PADDING)
            lower_heights[0] = max(lower_heights[0] - kept * line, line + 2 * _PADDING)
        end = len(upper_heights)
        upper: list[_Cell] = []
        lower: list[_Cell] = []
        for cell in self._cells:
            if cell.bottom <= rows:
                upper.append(cell)
            elif cell.top >= end:
                lower.append(replace(cell, top=cell.top - rows, bottom=cell.bottom - rows))
            else:
                if cell.top == rows and cell.bottom == rows + 1:
                    fits = kept if len(cell.lines) > 1 or kept > 1 else 0  # a single line is below the cut
                else:
                    fits = int((sum(upper_heights[cell.top :]) - 2 * _PADDING) / line)
                upper.append(replace(cell, bottom=end, lines=cell.lines[:fits]))
                lower.append(replace(cell, top=0, bottom=cell.bottom - rows, lines=cell.lines[fits:]))
        is_open = bool(kept) and self._ruling.open_cuts
        return [
            Ruled(upper, self._widths, upper_heights, self._ruling, opened=self._opened, ends_open=is_open),
            Ruled(
                lower, self._widths, lower_heights, self._ruling, opened=is_open, ends_open=self._ends_open
            ),
        ]

    def draw(self) -> None:
        """Draw on the canvas, from the lower left corner."""
        xs = [sum(self._widths[:at]) for at in range(len(self._widths) + 1)]
        ys = [self.height - sum(self._heights[:at]) for at in range(len(self._heights) + 1)]
        size = self._ruling.size
        self.canv.setLineWidth(0.5)
        for cell in self._cells:
            left, right, top, bottom = xs[cell.left], xs[cell.right], ys[cell.top], ys[cell.bottom]
            self._rule(cell, left, bottom, right, top)
            self.canv.setFont(self._ruling.font, size)
            block = len(cell.lines) * size * _LEADING
            y = (top + bottom + block) / 2 - size
            for line in cell.lines:
                if cell.centred:
                    self.canv.drawCentredString((left + right) / 2, y, line)
                else:
                    self.canv.drawString(left + _PADDING, y, line)
                y -= size * _LEADING

    def _rule(self, cell: _Cell, left: float, bottom: float, right: float, top: float) -> None:
        sides = [(left, bottom, left, top), (right, bottom, right, top)]
        if not (self._opened and cell.top == 0):
            sides.append((left, top, right, top))
        if not (self._ends_open and cell.bottom == len(self._heights)):
            sides.append((left, bottom, right, bottom))
        match self._ruling.kind:
            case "open sides":
                sides = [side for side in sides if side[0] not in (0.0, self.width) or side[0] != side[2]]
            case "dashed":
                self.canv.setDash(2, 2)
            case "bars":
                for x0, y0, x1, y1 in sides:
                    self.canv.rect(x0 - 0.25, y0 - 0.25, x1 - x0 + 0.5, y1 - y0 + 0.5, stroke=0, fill=1)
                return
            case "double":
                sides.extend([(x0 + 1.5, y0 - 1.5, x1 + 1.5, y1 - 1.5) for x0, y0, x1, y1 in sides])
            case "boxes" if len(sides) == 4:
                self.canv.rect(left, bottom, right - left, top - bottom)
                return
        for side in sides:
            self.canv.line(*side)
        self.canv.setDash()


def ruled(sheet: Sheet, widths: Sequence[float], ruling: Ruling) -> Ruled:
    """`sheet` on paper, its columns `widths` points wide; heights follow from the text."""
    cells: list[_Cell] = []
    taken: set[tuple[int, int]] = set()
    for y, row in enumerate(sheet.rows):
        x = 0
        for cell in row:
            while (y, x) in taken:
                x += 1
            right, bottom = x + cell.colspan, y + cell.rowspan
            taken.update((down, across) for down in range(y, bottom) for across in range(x, right))
            room = sum(widths[x:right]) - 2 * _PADDING
            lines = tuple(
                line for part in cell.text.split("\n") if part for line in wrapped(part, room, ruling)
            )
            cells.append(_Cell(y, bottom, x, right, lines, cell.number or y < sheet.header_rows))
            x = right
    line = ruling.size * _LEADING
    heights = [line + 2 * _PADDING] * len(sheet.rows)
    for cell in sorted(cells, key=lambda cell: cell.bottom - cell.top):
        missing = len(cell.lines) * line + 2 * _PADDING - sum(heights[cell.top : cell.bottom])
        if missing > 0:
            heights[cell.bottom - 1] += missing
    return Ruled(cells, widths, heights, ruling)


def wrapped(text: str, room: float, ruling: Ruling) -> list[str]:
    """`text` in lines of at most `room` points; a number is never broken."""
    lines = [""]
    for piece in _pieces(text):
        wide = stringWidth(lines[-1] + piece, ruling.font, ruling.size) > room
        if wide and lines[-1] and piece not in _CLOSING:
            lines.append("")
        lines[-1] += piece
    return lines


def _pieces(text: str) -> list[str]:
    pieces: list[str] = []
    for char in text:
        if pieces and (char.isdigit() or char == ".") and pieces[-1][-1].isdigit():
            pieces[-1] += char
        else:
            pieces.append(char)
    return pieces
