"""What a page of pdfium shows: characters, ruled lines and images, in points from its upper left corner.

The caller holds pdfium's lock and closes what it opened.
"""

from __future__ import annotations

from typing import Any

import pypdfium2.raw as pdfium  # type: ignore[import-untyped]

from crawler.extract.document import Unreadable
from crawler.extract.geometry.painted import Box
from crawler.extract.pdf.characters import read_characters
from crawler.extract.pdf.drawings import read_drawings
from crawler.extract.pdf.model import Content, Placing, Work

MAX_POINTS = 20_000.0
"""Longest side of a page."""


def read_content(document: Any, page: Any, text: Any, work: Work) -> Content:
    """What `page` of `document` shows, `text` being its text page. Raises Unreadable."""
    bounds = pdfium.FS_RECTF()
    pdfium.FPDF_GetPageBoundingBox(page, bounds)
    quarter_turns = max(pdfium.FPDFPage_GetRotation(page), 0) % 4
    width, height = bounds.right - bounds.left, bounds.top - bounds.bottom
    if not (0 < width <= MAX_POINTS and 0 < height <= MAX_POINTS):
        raise Unreadable("PDF 页面尺寸异常", "a page of the PDF has an impossible size")
    placed = _placing(bounds, quarter_turns)
    if quarter_turns % 2:
        width, height = height, width
    content = Content(width, height)
    drawn = read_drawings(document, page, placed, content, work)
    read_characters(text, placed, quarter_turns, content, drawn, work)
    return content


def _placing(bounds: Any, quarter_turns: int) -> Placing:
    """From left, bottom, right, top in the page's own space to a box on the page as it is shown."""
    left, bottom, right, top = bounds.left, bounds.bottom, bounds.right, bounds.top
    match quarter_turns:
        case 1:
            return lambda x0, y0, x1, y1: Box(y0 - bottom, x0 - left, y1 - bottom, x1 - left)
        case 2:
            return lambda x0, y0, x1, y1: Box(right - x1, y0 - bottom, right - x0, y1 - bottom)
        case 3:
            return lambda x0, y0, x1, y1: Box(top - y1, right - x1, top - y0, right - x0)
        case _:
            return lambda x0, y0, x1, y1: Box(x0 - left, top - y1, x1 - left, top - y0)
