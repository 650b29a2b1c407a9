"""Lattices and characters -> tables with text in their cells, and tables -> grids."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from crawler.extract.document import Grid, Origin, Slot
from crawler.extract.geometry.lattice import Lattice, Span
from crawler.extract.geometry.lines import TextLine, is_digit, is_figure, text_lines, visual_lines
from crawler.extract.geometry.model import UNREADABLE, Char
from crawler.extract.geometry.rules import Straight
from crawler.extract.layout import is_numbered, is_prose

_TIGHT = 0.25  # of the height: figures nearer than that are one number, whatever line stands between them
_ON_A_LINE = 0.2  # of the height: a line so near to the middle of a figure crosses it
_ACROSS = 0.15
"""So much of a figure's height beyond the wall of its cell leaves open which side it belongs to."""
_HANGING = frozenset("，。、；：！？）》」』”’")
"""May stand beyond the end of a line, and so beyond the edge of a cell."""
_PADDING = 13.0  # points, at both sides together


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a table and its text. `full`: its last line leaves no room for another character."""

    span: Span
    text: str = ""
    full: bool = False
    confidence: float | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """A ruled table; `cells` fill it. `xs` are its edges in points, `height` its number of rows.

    The paper of a `scanned` one lay a little otherwise on each page.
    """

    xs: tuple[float, ...]
    height: int
    cells: tuple[Cell, ...]
    top: float
    bottom: float
    open_top: bool = False
    open_bottom: bool = False
    scanned: bool = False

    def grid(self) -> Grid:
        """The table with its merged cells expanded."""
        rows: list[list[Slot]] = [[_NOTHING] * (len(self.xs) - 1) for _ in range(self.height)]
        for cell in self.cells:
            top, left, bottom, right = cell.span
            for y in range(top, bottom):
                for x in range(left, right):
                    origin = Origin.FROM_ABOVE if y > top else Origin.FROM_LEFT if x > left else Origin.CELL
                    rows[y][x] = Slot(cell.text, origin, cell.confidence)
        return Grid(tuple(map(tuple, rows)), rectangular=True)


_NOTHING = Slot("")


@dataclass(slots=True)
class Filled:
    """The tables of a page, and the characters that stand in none."""

    tables: list[Table] = field(default_factory=list)
    free: list[Char] = field(default_factory=list)


def fill(lattices: Sequence[Lattice], chars: Sequence[Char], struck: Sequence[Straight] = ()) -> Filled:
    """Every character to the cell that its middle stands in, of the innermost table.

    Figures that one number is made of and that stand in several cells, on a line or under one of the lines
    `struck` are made unreadable. A table with prose in a cell is a frame around text, which
    stands free.
    """
    inner_first = sorted(
        range(len(lattices)),
        key=lambda at: (
            (lattices[at].xs[-1] - lattices[at].xs[0]) * (lattices[at].ys[-1] - lattices[at].ys[0])
        ),
    )
    owners = [_owners(lattice) for lattice in lattices]
    places = [_place(char, lattices, owners, inner_first) for char in chars]
    chars = _without_cut_figures(chars, places, lattices, owners, struck)
    inside: dict[tuple[int, int], list[Char]] = {}
    free: list[Char] = []
    for char, place in zip(chars, places, strict=True):
        if place is None:
            free.append(char)
        else:
            inside.setdefault(place, []).append(char)
    filled = Filled(free=free)
    for number, lattice in enumerate(lattices):
        read = [text_lines(inside.get((number, at), ())) for at in range(len(lattice.cells))]
        if not any(read):
            continue  # a drawing, or a form's empty frame
        if _is_frame(lattice, read):
            for at in range(len(lattice.cells)):
                filled.free.extend(inside.get((number, at), ()))
            continue
        headings = _headings(lattice, read)
        for at in headings:
            filled.free.extend(inside.get((number, at), ()))
        cells = [_cell(span, lines, lattice) for span, lines in zip(lattice.cells, read, strict=True)]
        filled.tables.extend(_between(headings, cells, lattice))
    return filled


def _is_frame(lattice: Lattice, read: Sequence[Sequence[TextLine]]) -> bool:
    """Whether a lattice lays out text: there is prose in a cell, or nothing outside one that is as wide."""
    if any(
        is_prose(sum(len(line.text) for line in lines), len(lines)) and not _is_label_down(lines)
        for lines in read
    ):
        return True
    worded = [span for span, lines in zip(lattice.cells, read, strict=True) if lines]
    return len(worded) == 1 and _is_wide(worded[0], lattice)


def _headings(lattice: Lattice, read: Sequence[Sequence[TextLine]]) -> list[int]:
    """The cells that hold the heading of a section, alone in their rows."""
    worded = [0] * (len(lattice.ys) - 1)
    for span, lines in zip(lattice.cells, read, strict=True):
        if lines:
            for y in range(span.top, span.bottom):
                worded[y] += 1
    return [
        at
        for at, (span, lines) in enumerate(zip(lattice.cells, read, strict=True))
        if any(is_numbered(line.text) for line in lines)
        and _is_wide(span, lattice)
        and all(worded[y] == 1 for y in range(span.top, span.bottom))
    ]


def _is_wide(span: Span, lattice: Lattice) -> bool:
    """Whether a cell takes about the whole width of its table."""
    xs = lattice.xs
    return xs[span.right] - xs[span.left] >= _WHOLE_WIDTH * (xs[-1] - xs[0])


def _between(headings: Sequence[int], cells: Sequence[Cell], lattice: Lattice) -> Iterator[Table]:
    """The tables that the headings of sections leave where they stand in cells of their own."""
    height = len(lattice.ys) - 1
    top = 0
    for start, end in [*((cells[at].span.top, cells[at].span.bottom) for at in headings), (height, height)]:
        part = tuple(
            replace(cell, span=cell.span._replace(top=max(cell.span.top, top) - top, bottom=bottom - top))
            for cell in cells
            if (bottom := min(cell.span.bottom, start)) > max(cell.span.top, top)
        )
        if any(cell.text for cell in part):
            yield Table(
                lattice.xs,
                start - top,
                part,
                lattice.ys[top],
                lattice.ys[start],
                lattice.open_top and top == 0,
                lattice.open_bottom and start == height,
            )
        top = end


def _owners(lattice: Lattice) -> list[list[int]]:
    """For each place of a lattice, the number of its cell."""
    owners = [[0] * (len(lattice.xs) - 1) for _ in range(len(lattice.ys) - 1)]
    for number, (top, left, bottom, right) in enumerate(lattice.cells):
        for y in range(top, bottom):
            owners[y][left:right] = [number] * (right - left)
    return owners


def _place(
    char: Char, lattices: Sequence[Lattice], owners: Sequence[list[list[int]]], inner_first: Sequence[int]
) -> tuple[int, int] | None:
    """(table, cell) that a character stands in."""
    x, y = (char.x0 + char.x1) / 2, (char.y0 + char.y1) / 2
    if char.text in _HANGING:
        x = char.x0
    for number in inner_first:
        lattice = lattices[number]
        if lattice.xs[0] <= x < lattice.xs[-1] and lattice.ys[0] <= y < lattice.ys[-1]:
            row = bisect_right(lattice.ys, y) - 1
            column = bisect_right(lattice.xs, x) - 1
            return number, owners[number][row][column]
    return None


def _without_cut_figures(
    chars: Sequence[Char],
    places: Sequence[tuple[int, int] | None],
    lattices: Sequence[Lattice],
    owners: Sequence[list[list[int]]],
    struck: Sequence[Straight],
) -> list[Char]:
    """`chars`, with figures that belong to no one cell for certain made unreadable."""
    figures = [at for at, char in enumerate(chars) if not char.turn and _may_be_figure(char.text)]
    number_of = {id(chars[at]): at for at in figures}
    doubtful: set[int] = set()
    for line in visual_lines([chars[at] for at in figures]):
        run: list[int] = []
        for char, following in pairwise([*line, None]):
            if char is None:
                continue
            run.append(number_of[id(char)])
            reach = _TIGHT * (char.y1 - char.y0)
            if following is None or following.x0 - char.x1 > reach:
                if len({places[at] for at in run}) > 1:
                    doubtful.update(run)
                run = []
    beside: set[tuple[int, int]] = set()
    through = sorted(struck)
    heights = [line.at for line in through]
    for at in figures:
        char = chars[at]
        middle, reach = (char.y0 + char.y1) / 2, _ON_A_LINE * (char.y1 - char.y0)
        place = places[at]
        if place is not None:
            lattice = lattices[place[0]]
            span = lattice.cells[place[1]]
            across = None
            beyond = _ACROSS * (char.y1 - char.y0)
            if middle - lattice.ys[span.top] < reach or lattice.ys[span.top] - char.y0 > beyond:
                across = span.top - 1
            elif lattice.ys[span.bottom] - middle < reach or char.y1 - lattice.ys[span.bottom] > beyond:
                across = span.bottom
            if across is not None:
                doubtful.add(at)
                if 0 <= across < len(lattice.ys) - 1:  # it may go on, or begin, in the cell across the wall
                    column = bisect_right(lattice.xs, (char.x0 + char.x1) / 2) - 1
                    beside.add((place[0], owners[place[0]][across][column]))
        centre = (char.x0 + char.x1) / 2
        near = through[bisect_left(heights, middle - reach) : bisect_right(heights, middle + reach)]
        if any(line.start <= centre <= line.end for line in near):
            doubtful.add(at)
    if not doubtful:
        return list(chars)
    doubtful.update(at for at in figures if places[at] in beside)
    return [
        char._replace(text=UNREADABLE) if at in doubtful and is_digit(char.text) else char
        for at, char in enumerate(chars)
    ]


def _may_be_figure(text: str) -> bool:
    return is_figure(text) or text == UNREADABLE


def _is_label_down(lines: Sequence[TextLine]) -> bool:
    """Whether text is a label that runs down a narrow cell."""
    return all(len(line.text) <= _NARROW_LABEL for line in lines) and len(lines) <= _LONGEST_LABEL_DOWN


_WHOLE_WIDTH = 0.8
_NARROW_LABEL = 4  # characters
_LONGEST_LABEL_DOWN = 60  # lines


def _cell(span: Span, lines: Sequence[TextLine], lattice: Lattice) -> Cell:
    if not lines:
        return Cell(span)
    room = lattice.xs[span.right] - lattice.xs[span.left] - _PADDING
    last = lines[-1]
    doubts = [line.confidence for line in lines if line.confidence is not None]
    return Cell(
        span,
        "\n".join(line.text for line in lines),
        last.x1 - last.x0 + last.size > room,
        min(doubts) if doubts else None,
    )


def moved(cell: Cell, rows: int) -> Cell:
    """`cell` so many rows further down."""
    top, left, bottom, right = cell.span
    return replace(cell, span=Span(top + rows, left, bottom + rows, right))
