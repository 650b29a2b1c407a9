"""What is printed -> PDF, by reportlab.

The seed chooses what offices differ in: how tables are ruled, whether a row may be cut by the end of a page,
running heads and how pages are numbered, how wide columns are and how large the figures.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from xml.sax.saxutils import escape

from reportlab.lib.enums import TA_CENTER, TA_RIGHT
from reportlab.lib.pagesizes import A4, landscape
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import cm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import BaseDocTemplate, Flowable, Frame, PageTemplate, Paragraph

from bench.writers.pdf.ruled import RULINGS, Ruled, Ruling, ruled
from crawler.demo.printing import Line, Printed, Role
from crawler.demo.sheets import Sheet

_FONT = "STSong-Light"
_MARGIN = 2.5 * cm
_LABEL_SHARE = {"disclosure": 2.2, "applications": 1.4, "disputes": 1.0}


@dataclass(frozen=True, slots=True)
class _Look:
    landscape: bool = False
    running_head: bool = False
    page_number: str = "- {} -"
    ruling: Ruling = field(default_factory=Ruling)
    bold_twice: bool = False


def write(printed: Printed, *, seed: int = 0) -> bytes:
    """The file that reads as `printed`; seed 0 is the plainest one."""
    rng = Random(seed)
    look = _Look()
    if seed:
        look = _Look(
            landscape=rng.random() < 0.2,
            running_head=rng.random() < 0.5,
            page_number=rng.choice(("- {} -", "{}", "第 {} 页", "— {} —")),
            ruling=Ruling(
                rng.choice(RULINGS),
                rng.choice((7.5, 9.0, 10.5)),
                _FONT,
                rng.random() < 0.5,
                rng.random() < 0.5,
            ),
            bold_twice=rng.random() < 0.3,
        )
    return _Writer(look).write(printed)


class _Writer:
    def __init__(self, look: _Look) -> None:
        if _FONT not in pdfmetrics.getRegisteredFontNames():
            pdfmetrics.registerFont(UnicodeCIDFont(_FONT))
        self._look = look
        base = ParagraphStyle("text", fontName=_FONT, fontSize=14, leading=26, wordWrap="CJK")
        self._styles = {
            Role.TITLE: ParagraphStyle("title", base, fontSize=20, leading=32, alignment=TA_CENTER),
            Role.HEADING: ParagraphStyle("heading", base, firstLineIndent=28),
            Role.TEXT: ParagraphStyle("indented", base, firstLineIndent=28),
            Role.SIGNATURE: ParagraphStyle("signature", base, alignment=TA_RIGHT),
        }

    def write(self, printed: Printed) -> bytes:
        out = io.BytesIO()
        size = landscape(A4) if self._look.landscape else A4
        file = BaseDocTemplate(out, pagesize=size, title=printed.spec.title, author=printed.spec.organ)
        frame = Frame(_MARGIN, _MARGIN, size[0] - 2 * _MARGIN, size[1] - 2 * _MARGIN, 0, 0, 0, 0)
        file.addPageTemplates(PageTemplate("page", [frame], onPage=self._furniture(printed.spec.organ)))
        width = size[0] - 2 * _MARGIN
        story: list[Flowable] = []
        for block in printed.blocks:
            if isinstance(block, Sheet):
                story.append(self._table(block, width))
            else:
                story.append(self._paragraph(block))
        file.build(story)
        return out.getvalue()

    def _furniture(self, organ: str) -> Callable[[Canvas, BaseDocTemplate], None]:
        def draw(canvas: Canvas, file: BaseDocTemplate) -> None:
            canvas.setFont(_FONT, 9)
            width, height = file.pagesize
            number = self._look.page_number.format(canvas.getPageNumber())
            canvas.drawCentredString(width / 2, 1.5 * cm, number)
            if self._look.running_head:
                canvas.drawString(_MARGIN, height - 1.6 * cm, f"{organ}政府信息公开")
                canvas.line(_MARGIN, height - 1.8 * cm, width - _MARGIN, height - 1.8 * cm)

        return draw

    def _paragraph(self, line: Line) -> Flowable:
        text = escape(line.text).replace("\n", "<br/>")
        style = self._styles[line.role]
        if line.role is Role.HEADING and self._look.bold_twice:
            return _Twice(text, style)
        return Paragraph(text, style)

    def _table(self, sheet: Sheet, width: float) -> Ruled:
        labels = 3 if sheet.key == "applications" and sheet.width > 4 else 1
        shares = [_LABEL_SHARE.get(sheet.key, 1.0) if x < labels else 1.0 for x in range(sheet.width)]
        return ruled(sheet, [width * share / sum(shares) for share in shares], self._look.ruling)


class _Twice(Paragraph):  # type: ignore[misc]
    """A paragraph printed twice, a little beside: bold without a bold font."""

    def draw(self) -> None:
        super().draw()
        self.canv.saveState()
        self.canv.translate(0.3, 0)
        super().draw()
        self.canv.restoreState()
