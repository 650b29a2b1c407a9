"""Tables over page breaks: the lower part joined to the upper, rows and merged cells that the break cut made
whole where that is certain.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import replace

from crawler.extract.geometry.lattice import Span
from crawler.extract.geometry.lines import is_digit
from crawler.extract.geometry.model import UNREADABLE
from crawler.extract.geometry.tables import Cell, Table, moved

_ByColumns = dict[tuple[int, int], Cell]
_SAME_EDGE = 3.0  # points
_SHIFTED = 20.0  # points; so much further to a side may a page have lain in the scanner
_ENUMERATOR = re.compile(
    r"\s*(?:第|[（(]?[一二三四五六七八九十]{1,3}[)）、.．]|[（(]?[0-9]{1,2}[)）、.．](?![0-9])|[①-⑳])"
)


def joined(upper: Table, lower: Table) -> Table | None:
    """Both parts as one table, None where `lower` does not continue `upper`: other edges at the sides."""
    shifted = upper.xs[0] - lower.xs[0]
    if upper.scanned and lower.scanned and abs(shifted) <= _SHIFTED:
        lower = replace(lower, xs=tuple(edge + shifted for edge in lower.xs))
    if upper.open_bottom and lower.open_top and lower.xs[0] - upper.xs[0] > _SAME_EDGE:
        lower = _with_undrawn_column(lower, upper.xs[0])
    if (
        abs(upper.xs[0] - lower.xs[0]) > _SAME_EDGE
        or abs(upper.xs[-1] - lower.xs[-1]) > _SAME_EDGE
        or not (_fits(upper.xs, lower.xs) or _fits(lower.xs, upper.xs))
    ):
        return None
    xs = _union(upper.xs, lower.xs)
    above = [_placed(cell, upper.xs, xs) for cell in upper.cells]
    below = [_placed(cell, lower.xs, xs) for cell in lower.cells]
    cut = _is_cut(above, below, upper, lower)
    shift = upper.height - 1 if cut else upper.height
    ends = {(cell.span.left, cell.span.right): cell for cell in above if cell.span.bottom == upper.height}
    starts = {(cell.span.left, cell.span.right): cell for cell in below if cell.span.top == 0}
    head_cut = not cut and _is_head_cut(ends, starts)
    cells = {cell.span: cell for cell in above}
    for cell in below:
        partner = ends.get((cell.span.left, cell.span.right)) if cell.span.top == 0 else None
        if partner is not None and (cut or head_cut or _continues_merged(partner, cell)):
            del cells[partner.span]
            whole = _together(partner, moved(cell, shift))
            cells[whole.span] = whole
        else:
            there = moved(cell, shift)
            cells[there.span] = there
    return Table(
        xs,
        shift + lower.height,
        tuple(cells[span] for span in sorted(cells)),
        upper.top,
        lower.bottom,
        upper.open_top,
        lower.open_bottom,
        upper.scanned and lower.scanned,
    )


def _with_undrawn_column(table: Table, left: float) -> Table:
    """`table` with a first column from `left`: a cell that is merged over more than a page may be drawn only
    where it begins and ends.
    """
    cells = [
        replace(cell, span=cell.span._replace(left=cell.span.left + 1, right=cell.span.right + 1))
        for cell in table.cells
    ]
    undrawn = Cell(Span(0, 0, table.height, 1))
    return replace(table, xs=(left, *table.xs), cells=tuple(sorted((undrawn, *cells), key=_by_span)))


def _by_span(cell: Cell) -> Span:
    return cell.span


def _fits(one: Sequence[float], other: Sequence[float]) -> bool:
    """Whether every edge of `other` is one of `one`."""
    return all(min(abs(edge - own) for own in one) <= _SAME_EDGE for edge in other)


def _union(one: Sequence[float], other: Sequence[float]) -> tuple[float, ...]:
    new = [edge for edge in other if min(abs(edge - own) for own in one) > _SAME_EDGE]
    return tuple(sorted((*one, *new)))


def _placed(cell: Cell, own: Sequence[float], xs: Sequence[float]) -> Cell:
    """`cell`, its columns counted in `xs`."""
    top, left, bottom, right = cell.span
    left, right = (_nearest(xs, own[edge]) for edge in (left, right))
    return replace(cell, span=Span(top, left, bottom, right))


def _nearest(xs: Sequence[float], edge: float) -> int:
    at = bisect_left(xs, edge)
    return min(
        (place for place in (at - 1, at) if 0 <= place < len(xs)), key=lambda place: abs(xs[place] - edge)
    )


def _is_cut(above: Sequence[Cell], below: Sequence[Cell], upper: Table, lower: Table) -> bool:
    """Whether the last row above and the first row below are halves of one row."""
    last = {(cell.span.left, cell.span.right): cell for cell in above if cell.span.bottom == upper.height}
    first = {(cell.span.left, cell.span.right): cell for cell in below if cell.span.top == 0}
    if last.keys() != first.keys() or len(last) < 2:
        return False
    pairs = [(last[key], first[key]) for key in last]
    if any(_has_figure(one) for one, _ in pairs) and any(_has_figure(other) for _, other in pairs):
        return False
    if upper.open_bottom and lower.open_top:
        return True
    if _say_the_same(pairs):
        return False
    carried = False
    for one, other in pairs:
        if one.text and other.text:
            if not _goes_on(one, other):
                return False
            carried = True
    return carried


def _is_head_cut(ends: _ByColumns, starts: _ByColumns) -> bool:
    """Whether the break goes through the merged cells of a header: no figures on either side of it, and every
    cell that has words on both sides goes on.
    """
    if any(map(_has_figure, (*ends.values(), *starts.values()))):
        return False
    pairs = [(one, starts[columns]) for columns, one in ends.items() if columns in starts]
    worded = [(one, other) for one, other in pairs if other.text]
    if _say_the_same(worded):
        return False
    return len(worded) > 1 and all(one.text and _goes_on(one, other) for one, other in worded)


def _say_the_same(pairs: Sequence[tuple[Cell, Cell]]) -> bool:
    """Whether a cell has the same text on both sides: rows of a header that repeat what stood in a merged
    cell, and no text that goes on.
    """
    return any(one.text == other.text != "" for one, other in pairs)


def _has_figure(cell: Cell) -> bool:
    """Whether a cell holds a number, or what may be one, and nothing like a label."""
    return (
        any(is_digit(char) or char == UNREADABLE for char in cell.text) and _LETTER.search(cell.text) is None
    )


_LETTER = re.compile(r"[^\W\d_]{2}")


def _goes_on(one: Cell, other: Cell) -> bool:
    """Whether the text of a cell goes on in the cell below the break: it fills its line, and what follows
    begins nothing of its own.
    """
    return one.full and not _has_figure(other) and _ENUMERATOR.match(other.text) is None


def _continues_merged(one: Cell, other: Cell) -> bool:
    """Whether a merged cell, whose rows are whole, goes on below the break."""
    merged = one.span.bottom - one.span.top > 1 or other.span.bottom - other.span.top > 1
    return merged and bool(one.text and other.text) and _goes_on(one, other) and not _has_figure(one)


def _together(one: Cell, other: Cell) -> Cell:
    """A cell of which the break left two parts."""
    doubts = [part.confidence for part in (one, other) if part.confidence is not None]
    return Cell(
        Span(one.span.top, one.span.left, other.span.bottom, one.span.right),
        "\n".join(part.text for part in (one, other) if part.text),
        other.full if other.text else one.full,
        min(doubts) if doubts else None,
    )
