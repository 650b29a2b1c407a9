"""One page: its tables cell by cell, the text between them line by line, in reading order."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from PIL import Image

from crawler.extract.document import Paragraph, Picture
from crawler.extract.geometry.model import UNREADABLE, Placed
from crawler.extract.geometry.reading import Item, ReadPage, from_above
from crawler.extract.geometry.tables import Cell, Table
from crawler.extract.outside import Outside, Recognised, Script, Snippet
from crawler.extract.picture.cell_lines import in_one_line, lines_of_cell
from crawler.extract.picture.figures import (
    agrees,
    enlarge,
    is_number,
    repeated,
    shapes,
    without_figures,
)
from crawler.extract.picture.ink import Grey, Piece, flatten, pieces, threshold
from crawler.extract.picture.prose import PrintedLine, first_of_rows, lines_of_text, text_lines
from crawler.extract.picture.straighten import straighten
from crawler.extract.picture.tables import Box, RuledTable, ruled_tables

_LARGEST_SCALE = 4.0
_FIGURE_HEIGHT = 34  # pixels of digits, as the models like them
_LINE_HEIGHT = 44  # pixels of a line of Chinese
_RAW_LINE_HEIGHT = 60
_SURE = 0.6  # a line that is recognised with less confidence is looked at twice
_TYPE = 0.15  # inches; the usual height of type
_MARGIN = 14  # pixels of paper around what is recognised
_SPECK = 0.009  # inches; the side of the largest speck of dirt
_RULE_REMAINS = 0.025  # inches; ink along the edge of a cell that is no thicker
_AROUND = 0.01  # inches of paper kept around ink, which has soft edges
_SMALLEST_DIGIT, _LARGEST_DIGIT = 0.05, 0.35  # inches of height
_FAINT = 0.45  # of the way from the threshold of ink to white: what is darker is no blank cell
_BLANK = ""
_POINTS_AN_INCH = 72
_NEXT_CHARACTER = 2.2  # heights of a line: room for another character and the padding of a cell


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


def read_page(image: Grey, dpi: int, outside: Outside) -> ReadPage:
    """See crawler.extract.picture.read_picture."""
    flat = flatten(image)
    limit = threshold(flat)
    page = straighten(flat, limit)
    ink = page < limit
    tables = ruled_tables(page, ink, dpi)
    cells = [[_cut(page, cell.paper, limit, dpi) for cell in table.cells or ()] for table in tables]
    lines = text_lines(ink, [table.box for table in tables], dpi)
    printed = [line for line in lines if not line.is_row]
    texts = _read_all(
        [cell for row in cells for cell in row], [_line(page, line, dpi) for line in printed], outside
    )
    place = _Place.of(image, page, dpi)
    items: list[Item] = [
        *(_table(table, own, place) for table, own in zip(tables, cells, strict=True)),
        *lines_of_text(printed, texts, place.box),
        *(
            Placed((Picture("row of a table", unread=True),), *place.box(line.box))
            for line in first_of_rows(lines)
        ),
    ]
    return ReadPage(image.shape[1] * place.scale, image.shape[0] * place.scale, from_above(items))


class _Place(NamedTuple):
    """Where pixels of a straightened page lie on the paper, which straightening moves to its middle."""

    scale: float  # points a pixel
    left: float
    top: float

    @classmethod
    def of(cls, image: Grey, page: Grey, dpi: int) -> _Place:
        return cls(
            _POINTS_AN_INCH / dpi,
            (page.shape[1] - image.shape[1]) / 2,
            (page.shape[0] - image.shape[0]) / 2,
        )

    def x(self, at: float) -> float:
        return (at - self.left) * self.scale

    def y(self, at: float) -> float:
        return (at - self.top) * self.scale

    def box(self, box: Box) -> tuple[float, float, float, float]:
        return self.x(box.left), self.y(box.top), self.x(box.right), self.y(box.bottom)


def _table(table: RuledTable, cells: Sequence[_Cell], place: _Place) -> Item:
    if table.cells is None:
        return Placed((Picture("table", unread=True),), *place.box(table.box))
    if len(table.cells) == 1:
        (cell,) = cells
        text = " ".join(cell.text.split())
        block = Paragraph(text, cell.confidence) if text else Picture("box")
        return Placed((block,), *place.box(table.box))
    return Table(
        tuple(map(place.x, table.xs)),
        table.height,
        tuple(
            Cell(ruled.span, cell.text, _is_full(cell, ruled.paper), cell.confidence)
            for ruled, cell in zip(table.cells, cells, strict=True)
        ),
        place.y(table.box.top),
        place.y(table.box.bottom),
        table.open_top,
        table.open_bottom,
        scanned=True,
    )


def _is_full(cell: _Cell, paper: Box) -> bool:
    """Whether the last line of a cell leaves no room for another character."""
    if cell.cut is None:
        return False
    height, width = lines_of_cell(cell.cut)[-1].shape
    return bool(width + _NEXT_CHARACTER * height > paper.right - paper.left)


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


def _read_all(cells: Sequence[_Cell], lines: Sequence[_Wording], outside: Outside) -> list[Recognised]:
    """Recognises `cells`, which keep what was read, and `lines`, whose texts are given back."""
    figures = [(cell, cell.figure) for cell in cells if cell.figure is not None]
    worded = [cell for cell in cells if cell.cut is not None and cell.figure is None]
    words = [*lines, *map(_words, worded)]
    found = outside.recognise(
        [
            *(wording.snippet() for wording in words),
            *(view(figure) for _, figure in figures for view in _VIEWS),
        ]
    )
    read, views = list(found[: len(words)]), found[len(words) :]
    doubtful = []
    for at, (cell, figure) in enumerate(figures):
        number = _number(figure, views[at * len(_VIEWS) : (at + 1) * len(_VIEWS)])
        if number is None:
            doubtful.append(cell)
        else:
            cell.text, cell.confidence = number
    unsure = [at for at, one in enumerate(read) if one.confidence < _SURE and words[at].script is Script.LINE]
    again = outside.recognise(
        [*(words[at].raw_line() for at in unsure), *(_words(cell).snippet() for cell in doubtful)]
    )
    for at, other in zip(unsure, again, strict=False):
        read[at] = max(read[at], other, key=lambda one: (bool(one.text), one.confidence))
    for cell, one in zip((*worded, *doubtful), (*read[len(lines) :], *again[len(unsure) :]), strict=True):
        cell.text = without_figures(one.text) or UNREADABLE  # there is ink, so it is not blank
        cell.confidence = one.confidence
    return read[: len(lines)]


class _Wording(NamedTuple):
    """A piece of paper with words; `ink` is the height of their line in its pixels."""

    paper: Grey
    ink: int
    script: Script

    def snippet(self) -> Snippet:
        """The words, scaled to the size that is recognised best."""
        return Snippet(_png(self._scaled(self.paper, _LINE_HEIGHT)), self.script)

    def raw_line(self) -> Snippet:
        """The words of one line for a second look, which often finds what the first does not."""
        return Snippet(_png(self._scaled(in_one_line(self.paper), _RAW_LINE_HEIGHT)), Script.RAW_LINE)

    def _scaled(self, paper: Grey, height: int) -> Grey:
        scale = min(_LARGEST_SCALE, height / self.ink)
        return enlarge(paper, max(1, round(paper.shape[0] * scale)))


def _words(cell: _Cell) -> _Wording:
    assert cell.cut is not None  # noqa: S101
    line = in_one_line(cell.cut)
    return _Wording(line, line.shape[0], Script.LINE)


def _line(page: Grey, line: PrintedLine, dpi: int) -> _Wording:
    left, top, right, bottom = line.paper
    ink = line.box.bottom - line.box.top
    if line.script is Script.PAGE:
        ink = round(_TYPE * dpi)
    return _Wording(page[top:bottom, left:right], ink, line.script)


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


def _once(figure: _Figure) -> Snippet:
    return Snippet(_png(enlarge(figure.ink, _FIGURE_HEIGHT)), Script.FIGURES)


def _several_figures(figure: _Figure) -> Snippet:
    return Snippet(_png(repeated(enlarge(figure.ink, _FIGURE_HEIGHT), figure.times)), Script.FIGURES)


def _several_words(figure: _Figure) -> Snippet:
    return Snippet(_png(repeated(enlarge(figure.ink, _FIGURE_HEIGHT + 6), figure.times)), Script.LINE)


_VIEWS = (_once, _several_figures, _several_words)


def _png(picture: Grey) -> bytes:
    framed = np.pad(picture, _MARGIN, constant_values=255)
    file = io.BytesIO()
    Image.fromarray(framed).save(file, "PNG", compress_level=1)
    return file.getvalue()
