"""One page: its tables cell by cell, the text between them line by line, in reading order."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from PIL import Image

from crawler.extract.document import Block, Grid, Origin, Paragraph, Picture, Slot
from crawler.extract.geometry.model import UNREADABLE
from crawler.extract.outside import Outside, Recognised, Script, Snippet
from crawler.extract.picture.figures import (
    agrees,
    enlarge,
    is_number,
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
_AROUND = 0.01  # inches of paper kept around ink, which has soft edges
_SMALLEST_DIGIT, _LARGEST_DIGIT = 0.05, 0.35  # inches of height
_FAINT = 0.45  # of the way from the threshold of ink to white: what is darker is no blank cell
_BLANK = ""


class _Figure(NamedTuple):
    """A cell that may print a number: its ink, cut out tightly, and the ways to see the pieces of it."""

    ink: Grey
    shapes: tuple[tuple[Piece, ...], ...]

    @property
    def times(self) -> int:
        return 3 if len(self.shapes[0]) == 1 else 2


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
    around = max(1, round(_AROUND * dpi))
    tight = cut[max(0, top - around) : bottom + around, max(0, left - around) : right + around]
    cell = _Cell(tight)
    if not cramped and _SMALLEST_DIGIT * dpi <= bottom - top <= _LARGEST_DIGIT * dpi:
        possible = shapes(tight)
        if possible:
            cell.figure = _Figure(tight, possible)
    return cell


def _read_all(
    cells: Sequence[_Cell], lines: Sequence[Snippet], outside: Outside, dpi: int
) -> list[Recognised]:
    """Recognises `cells`, which keep what was read, and `lines`, whose texts are given back."""
    figures = [(cell, cell.figure) for cell in cells if cell.figure is not None]
    words = [cell for cell in cells if cell.cut is not None and cell.figure is None]
    witnesses = [view(figure) for _, figure in figures for view in _VIEWS]
    found = outside.recognise([*lines, *(_words(cell, dpi) for cell in words), *witnesses])
    texts, found = found[: len(lines)], found[len(lines) :]
    for cell, read in zip(words, found, strict=False):
        _keep_words(cell, read)
    found = found[len(words) :]
    doubtful = []
    for at, (cell, figure) in enumerate(figures):
        number = _number(figure, found[at * len(_VIEWS) : (at + 1) * len(_VIEWS)])
        if number is None:
            doubtful.append(cell)
        else:
            cell.text, cell.confidence = number
    for cell, read in zip(doubtful, outside.recognise([_words(cell, dpi) for cell in doubtful]), strict=True):
        _keep_words(cell, read)
    return texts


def _number(figure: _Figure, views: Sequence[Recognised]) -> Recognised | None:
    """The number that at least two of the views show, none contradicts and the ink allows, else None."""
    once, *often = views
    shown = [once._replace(text=_bare(once.text)), *(_share(read, figure.times) for read in often)]
    shown = [read for read in shown if is_number(read.text)]
    if len(shown) < 2 or len({read.text for read in shown}) > 1 or not agrees(shown[0].text, figure.shapes):
        return None
    return Recognised(shown[0].text, min(read.confidence for read in shown) * len(shown) / len(views))


def _share(read: Recognised, times: int) -> Recognised:
    """What was read of a number printed several times in a row, once; no text where the parts differ."""
    text = _bare(read.text)
    part = text[: len(text) // times]
    return read._replace(text=part if part * times == text else "")


def _bare(text: str) -> str:
    return "".join(text.split())


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


def _several_figures(figure: _Figure) -> Snippet:
    return Snippet(_png(repeated(enlarge(figure.ink, _FIGURE_HEIGHT), figure.times)), Script.FIGURES)


def _several_words(figure: _Figure) -> Snippet:
    return Snippet(_png(repeated(enlarge(figure.ink, _FIGURE_HEIGHT + 6), figure.times)), Script.LINES)


_VIEWS = (_once, _several_figures, _several_words)


def _scaled(picture: Grey, dpi: int) -> Grey:
    scale = min(_LARGEST_SCALE, _DPI / dpi)
    return picture if scale == 1 else enlarge(picture, max(1, round(picture.shape[0] * scale)))


def _png(picture: Grey) -> bytes:
    framed = np.pad(picture, _MARGIN, constant_values=255)
    file = io.BytesIO()
    Image.fromarray(framed).save(file, "PNG", compress_level=1)
    return file.getvalue()
