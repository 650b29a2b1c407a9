"""One page: its tables cell by cell, the text between them line by line, in reading order."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from PIL import Image

from crawler.extract.document import Block, Grid, Origin, Paragraph, Picture, Slot
from crawler.extract.outside import Outside, Recognised, Script, Snippet
from crawler.extract.geometry.model import UNREADABLE
from crawler.extract.picture.figures import (
    agrees,
    enlarge,
    pattern,
    repeated,
    shapes,
    without_figures,
)
from crawler.extract.picture.ink import Grey, Piece, flatten, pieces, threshold
from crawler.extract.picture.prose import TextLine, margins, paragraphs, text_lines
from crawler.extract.picture.straighten import straighten
from crawler.extract.picture.tables import Box, RuledTable, ruled_tables

_DPI = 300  # what the models were trained on
_LARGEST_SCALE = 4.0
_FIGURE_HEIGHT = 34  # pixels of digits, as the models like them
_MARGIN = 14  # pixels of paper around what is recognised
_SPECK = 0.009  # inches; the side of the largest speck of dirt
_RULE_REMAINS = 0.025  # inches; ink along the edge of a cell that is no thicker
_SMALLEST_DIGIT, _LARGEST_DIGIT = 0.05, 0.35  # inches of height
_FAINT = 0.45  # of the way from the threshold of ink to white: what is darker is no blank cell
_BLANK = ""


class _Figure(NamedTuple):
    """A cell that may print a number: its ink, cut out tightly, and the pieces of it."""

    ink: Grey
    pieces: tuple[Piece, ...]

    @property
    def times(self) -> int:
        return 3 if len(self.pieces) == 1 else 2


@dataclass(slots=True)
class _Cell:
    """A cell on its way: what was cut out, then what was read."""

    cut: Grey | None  # None where there is no ink
    figure: _Figure | None = None
    text: str = _BLANK
    confidence: float = 1.0
    done: bool = False


def read_page(image: Grey, dpi: int, outside: Outside) -> tuple[Block, ...]:
    """See crawler.extract.picture.read_picture."""
    flat = flatten(image)
    limit = threshold(flat)
    page = straighten(flat, limit)
    ink = page < limit
    tables = ruled_tables(page, ink, dpi)
    cells = [[_cut(page, cell.paper, limit, dpi) for cell in table.cells or ()] for table in tables]
    lines = text_lines(ink, [table.box for table in tables], dpi)
    texts = _read_all(
        [cell for row in cells for cell in row], [_line(page, line, dpi) for line in lines], outside, dpi
    )
    return tuple(_in_order(tables, cells, lines, texts))


def _in_order(
    tables: Sequence[RuledTable],
    cells: Sequence[Sequence[_Cell]],
    lines: Sequence[TextLine],
    texts: Sequence[Recognised],
) -> Iterator[Block]:
    page = margins([*(line.box for line in lines), *(table.box for table in tables)])
    at = 0
    for table, own in zip(tables, cells, strict=True):
        above = at
        while at < len(lines) and lines[at].box.top < table.box.top:
            at += 1
        yield from paragraphs(lines[above:at], texts[above:at], page)
        yield _grid(table, own)
    yield from paragraphs(lines[at:], texts[at:], page)


def _grid(table: RuledTable, cells: Sequence[_Cell]) -> Block:
    if table.cells is None:
        return Picture("table", "")
    if len(table.cells) == 1:
        return Paragraph(cells[0].text, cells[0].confidence) if cells[0].text else Picture("box", "")
    rows = [[Slot("", confidence=0.0)] * table.width for _ in range(table.height)]
    for place, cell in zip(table.cells, cells, strict=True):
        for y in range(place.top, place.bottom):
            for x in range(place.left, place.right):
                origin = (
                    Origin.FROM_ABOVE
                    if y > place.top
                    else Origin.FROM_LEFT
                    if x > place.left
                    else Origin.CELL
                )
                rows[y][x] = Slot(cell.text, origin, cell.confidence)
    return Grid(tuple(map(tuple, rows)), rectangular=True)


def _cut(page: Grey, box: Box, limit: int, dpi: int) -> _Cell:
    """The ink inside a cell; remains of its lines are painted over."""
    cut = page[max(0, box.top) : box.bottom, max(0, box.left) : box.right].copy()
    if min(cut.shape, default=0) < 3:
        return _Cell(None)
    found = pieces(cut < limit)
    remains = max(1.0, _RULE_REMAINS * dpi)
    speck = max(1.0, (_SPECK * dpi) ** 2)
    height, width = cut.shape
    kept = []
    cramped = False
    for piece in found:
        level = (piece.top == 0 or piece.bottom == height) and piece.height <= remains
        upright = (piece.left == 0 or piece.right == width) and piece.width <= remains
        if level or upright or piece.area <= speck:
            cut[piece.top : piece.bottom, piece.left : piece.right] = 255
            continue
        kept.append(piece)
        cramped |= piece.top == 0 or piece.left == 0 or piece.bottom == height or piece.right == width
    if not kept:
        faint = pieces(cut < limit + (255 - limit) * _FAINT)
        if any(piece.height >= _SMALLEST_DIGIT * dpi for piece in faint):
            return _Cell(None, text=UNREADABLE, confidence=0.0)
        return _Cell(None)
    top, bottom = min(piece.top for piece in kept), max(piece.bottom for piece in kept)
    left, right = min(piece.left for piece in kept), max(piece.right for piece in kept)
    around = max(1, round(0.006 * dpi))
    cell = _Cell(cut[max(0, top - around) : bottom + around, max(0, left - around) : right + around])
    if not cramped and _SMALLEST_DIGIT * dpi <= bottom - top <= _LARGEST_DIGIT * dpi:
        tight = cut[top:bottom, left:right]
        found = shapes(tight)
        if pattern(found) is not None:
            cell.figure = _Figure(tight, found)
    return cell


def _read_all(
    cells: Sequence[_Cell], lines: Sequence[Snippet], outside: Outside, dpi: int
) -> list[Recognised]:
    """Recognises `cells`, which keep what was read, and `lines`, whose texts are given back."""
    figures = [cell for cell in cells if cell.figure is not None]
    words = [cell for cell in cells if cell.cut is not None and cell.figure is None]
    found = outside.recognise(
        [
            *lines,
            *(_words(cell, dpi) for cell in words),
            *(_once(cell.figure) for cell in figures if cell.figure),
            *(_repeated(cell.figure) for cell in figures if cell.figure),
        ]
    )
    texts, found = found[: len(lines)], found[len(lines) :]
    for cell, read in zip(words, found, strict=False):
        _keep_words(cell, read)
    once, again = found[len(words) :][: len(figures)], found[len(words) + len(figures) :]
    doubtful = []
    for cell, first, second in zip(figures, once, again, strict=True):
        if cell.figure is not None and _is_sure(cell.figure, first, second):
            cell.text, cell.confidence = first.text, min(first.confidence, second.confidence)
        else:
            doubtful.append(cell)
    for cell, read in zip(doubtful, outside.recognise([_words(cell, dpi) for cell in doubtful]), strict=True):
        _keep_words(cell, read)
    return texts


def _is_sure(figure: _Figure, first: Recognised, second: Recognised) -> bool:
    return re.sub(r"\s", "", second.text) == first.text * figure.times and agrees(first.text, figure.pieces)


def _keep_words(cell: _Cell, read: Recognised) -> None:
    cell.text = without_figures(read.text) or UNREADABLE  # there is ink, so it is not blank
    cell.confidence = read.confidence


def _words(cell: _Cell, dpi: int) -> Snippet:
    assert cell.cut is not None  # noqa: S101
    return Snippet(_png(_scaled(cell.cut, dpi)), Script.LINES)


def _line(page: Grey, line: TextLine, dpi: int) -> Snippet:
    left, top, right, bottom = line.box
    return Snippet(_png(_scaled(page[top:bottom, left:right], dpi)), line.script)


def _once(figure: _Figure) -> Snippet:
    return Snippet(_png(enlarge(figure.ink, _FIGURE_HEIGHT)), Script.FIGURES)


def _repeated(figure: _Figure) -> Snippet:
    return Snippet(_png(repeated(enlarge(figure.ink, _FIGURE_HEIGHT + 6), figure.times)), Script.LINES)


def _scaled(picture: Grey, dpi: int) -> Grey:
    scale = min(_LARGEST_SCALE, _DPI / dpi)
    return picture if scale == 1 else enlarge(picture, max(1, round(picture.shape[0] * scale)))


def _png(picture: Grey) -> bytes:
    framed = np.pad(picture, _MARGIN, constant_values=255)
    file = io.BytesIO()
    Image.fromarray(framed).save(file, "PNG", compress_level=1)
    return file.getvalue()
