"""Pages of pictures with lines drawn by hand; what is printed in their cells is told by a stand-in."""

from __future__ import annotations

import io
from collections.abc import Sequence

import pytest
from PIL import Image, ImageDraw
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from crawler.extract import extract
from crawler.extract.document import Block, Document, Format, Grid, Paragraph, Picture
from crawler.extract.geometry.model import UNREADABLE
from crawler.extract.outside import Recognised, Script, Snippet
from crawler.extract.picture import extract_picture
from crawler.parser.tables import read_tables
from crawler.report.model import TableState

_A4 = (1240, 1754)  # pixels at 150 dpi
_LEFT, _STEP, _LINE = 150, 60, 3


class Words:
    """Reads every line as 字 and no figure."""

    def to_docx(self, content: bytes, source: Format) -> bytes:
        raise AssertionError

    def recognise(self, snippets: Sequence[Snippet]) -> list[Recognised]:
        return [
            Recognised("字", 0.9) if snippet.script is not Script.FIGURES else Recognised("", 0.0)
            for snippet in snippets
        ]


def _page() -> tuple[Image.Image, ImageDraw.ImageDraw]:
    page = Image.new("L", _A4, 255)
    return page, ImageDraw.Draw(page)


def _table(
    draw: ImageDraw.ImageDraw,
    top: int,
    rows: int,
    *,
    left: int = _LEFT,
    widths: Sequence[int] = (400, 200, 200),
    last_line: bool = True,
) -> None:
    """Ruled rows with a word in every cell."""
    right = left + sum(widths)
    for row in range(rows + last_line):
        draw.line((left, top + row * _STEP, right, top + row * _STEP), fill=0, width=_LINE)
    for at in range(len(widths) + 1):
        x = left + sum(widths[:at])
        draw.line((x, top, x, top + rows * _STEP), fill=0, width=_LINE)
        for row in range(rows if at < len(widths) else 0):
            _word(draw, x + 30, top + row * _STEP + 18)


def _word(draw: ImageDraw.ImageDraw, x: int, y: int) -> None:
    draw.rectangle((x, y, x + 22, y + 4), fill=0)
    draw.rectangle((x + 9, y, x + 13, y + 24), fill=0)
    draw.rectangle((x, y + 20, x + 22, y + 24), fill=0)
    draw.rectangle((x + 40, y, x + 62, y + 24), outline=0, width=4)


def _tiff(*pages: Image.Image) -> bytes:
    file = io.BytesIO()
    pages[0].save(file, "TIFF", save_all=True, append_images=pages[1:])
    return file.getvalue()


def _read(*pages: Image.Image) -> Document:
    return extract_picture(_tiff(*pages), Words())


def _sizes(blocks: Sequence[Block]) -> list[tuple[int, int]]:
    return [(len(block.rows), len(block.rows[0])) for block in blocks if isinstance(block, Grid)]


def test_a_table_goes_on_over_pages_that_lay_otherwise_in_the_scanner() -> None:
    above, draw = _page()
    _table(draw, 1300, 4)
    below, draw = _page()
    _table(draw, 120, 3, left=_LEFT + 20)
    _word(draw, 150, 500)
    document = _read(above, below)
    assert _sizes(document.blocks) == [(7, 3)]
    assert document.blocks[-1] == Paragraph("字", 0.9)


@pytest.mark.parametrize("widths", [(400, 200), (300, 300, 200)])
def test_tables_with_other_columns_stay_apart(widths: Sequence[int]) -> None:
    above, draw = _page()
    _table(draw, 1300, 4)
    below, draw = _page()
    _table(draw, 120, 3, widths=widths)
    assert _sizes(_read(above, below).blocks) == [(4, 3), (3, len(widths))]


def test_a_row_that_the_page_cuts_off_has_no_line_below() -> None:
    page, draw = _page()
    _table(draw, 1300, 4, last_line=False)
    assert _sizes(_read(page).blocks) == [(4, 3)]


def test_rows_whose_lines_are_gone_are_an_unread_picture_and_no_text() -> None:
    page, draw = _page()
    _word(draw, _LEFT, 200)
    for row in range(5):
        for column in range(6):
            _word(draw, _LEFT + 150 * column, 400 + row * _STEP)
    document = _read(page)
    assert document.blocks == (Paragraph("字", 0.9), Picture("row of a table", unread=True))
    assert {table.state for table in read_tables(document.blocks).values()} == {TableState.IMAGE}


def test_what_has_ink_and_is_not_recognised_is_unreadable_text() -> None:
    class Nothing(Words):
        def recognise(self, snippets: Sequence[Snippet]) -> list[Recognised]:
            return [Recognised("", 0.0)] * len(snippets)

    page, draw = _page()
    _word(draw, _LEFT, 200)
    _table(draw, 500, 2)
    first, second = extract_picture(_tiff(page), Nothing()).blocks
    assert first == Paragraph(UNREADABLE, 0.0)
    assert isinstance(second, Grid)
    assert {slot.text for row in second.rows for slot in row} == {UNREADABLE}


def test_a_table_that_is_a_picture_on_a_page_of_text_is_read() -> None:
    page, draw = _page()
    _table(draw, 500, 4)
    file = io.BytesIO()
    canvas = Canvas(file, pagesize=(595, 842))
    canvas.drawString(80, 780, "text above")
    canvas.drawImage(ImageReader(page.crop((100, 450, 1000, 800))), 80, 400, 432, 168)
    canvas.drawString(80, 300, "text below")
    canvas.save()
    above, table, below = extract(file.getvalue(), outside=Words()).blocks
    assert (above, below) == (Paragraph("text above"), Paragraph("text below"))
    assert isinstance(table, Grid)
    assert _sizes([table]) == [(4, 3)]
    assert all(slot.confidence is not None for row in table.rows for slot in row)
