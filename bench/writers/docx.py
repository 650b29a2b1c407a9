"""What is printed -> DOCX, by python-docx.

The seed chooses what offices differ in: whether headings are styled, whether their numbers are typed or
counted by the word processor, whether text stands in one run or in several, whether rows have heights.
"""

from __future__ import annotations

import io
import re
from datetime import UTC, datetime
from random import Random

from docx import Document
from docx.document import Document as DocxDocument
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_BREAK
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Cm, Pt
from docx.text.paragraph import Paragraph
from docx.text.run import Run

from crawler.demo.printing import Line, Printed, Role
from crawler.demo.sheets import Sheet

_BODY_FONT, _HEADING_FONT, _TITLE_FONT = "仿宋_GB2312", "黑体", "方正小标宋简体"
_FEW_DIFFERENT_FONTS = 3
_COUNTED = re.compile(r"[一二三四五六七八九十]+、")
_NUMBERING = f"""<w:abstractNum {nsdecls("w")} w:abstractNumId="90">
<w:multiLevelType w:val="singleLevel"/><w:lvl w:ilvl="0"><w:start w:val="1"/>
<w:numFmt w:val="chineseCountingThousand"/><w:suff w:val="nothing"/><w:lvlText w:val="%1、"/>
<w:lvlJc w:val="left"/></w:lvl></w:abstractNum>"""
_NUM = f'<w:num {nsdecls("w")} w:numId="90"><w:abstractNumId w:val="90"/></w:num>'


def write(printed: Printed, *, seed: int = 0) -> bytes:
    """The file that reads as `printed`; seed 0 is the plainest one."""
    rng = Random(seed)
    writer = _Writer(
        styled=seed != 0 and rng.random() < 0.5,
        counted=seed != 0 and rng.random() < 0.4,
        broken_runs=seed != 0 and rng.random() < 0.6,
        row_heights=seed != 0 and rng.random() < 0.5,
        rng=rng,
    )
    return writer.write(printed)


class _Writer:
    def __init__(
        self, *, styled: bool, counted: bool, broken_runs: bool, row_heights: bool, rng: Random
    ) -> None:
        self._styled = styled
        self._counted = counted
        self._broken_runs = broken_runs
        self._row_heights = row_heights
        self._rng = rng
        self._file: DocxDocument = Document()

    def write(self, printed: Printed) -> bytes:
        section = self._file.sections[0]
        section.page_width, section.page_height = Cm(21), Cm(29.7)
        section.left_margin = section.right_margin = Cm(2.5)
        section.footer.paragraphs[0].add_run("— 1 —")
        normal = self._file.styles["Normal"]
        normal.font.size = Pt(16)
        _set_font(normal.element.get_or_add_rPr(), _BODY_FONT)
        properties = self._file.core_properties
        properties.title, properties.author = printed.spec.title, printed.spec.organ
        properties.created = properties.modified = datetime(2024, 1, 1, tzinfo=UTC)
        if self._counted:
            numbering = self._file.part.numbering_part.element
            # the schema has all abstract definitions before the lists that use them
            numbering.insert(0, parse_xml(_NUMBERING))
            numbering.append(parse_xml(_NUM))
        for block in printed.blocks:
            if isinstance(block, Sheet):
                self._add_sheet(block)
            else:
                self._add_line(block)
        out = io.BytesIO()
        self._file.save(out)
        return out.getvalue()

    def _add_line(self, line: Line) -> None:
        text = line.text
        style = {Role.TITLE: "Title", Role.HEADING: "Heading 1"}.get(line.role) if self._styled else None
        paragraph = self._file.add_paragraph(style=style)
        if line.role is Role.TITLE:
            paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        elif line.role is Role.SIGNATURE:
            paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        else:
            paragraph.paragraph_format.first_line_indent = Pt(32)
        if line.role is Role.HEADING and self._counted and (number := _COUNTED.match(text)):
            text = text[number.end() :]
            properties = paragraph._p.get_or_add_pPr()
            numbered = properties.get_or_add_numPr()  # type: ignore[attr-defined]
            numbered.get_or_add_ilvl().val = 0
            numbered.get_or_add_numId().val = 90
        font = {Role.TITLE: _TITLE_FONT, Role.HEADING: _HEADING_FONT}.get(line.role)
        self._add_text(paragraph, text, font=font, size=22 if line.role is Role.TITLE else None)

    def _add_text(
        self, paragraph: Paragraph, text: str, *, font: str | None = None, size: int | None = None
    ) -> None:
        for at, part in enumerate(text.split("\n")):
            if at:
                paragraph.add_run().add_break(WD_BREAK.LINE)
            for piece in self._pieces(part):
                run: Run = paragraph.add_run(piece)
                if font is not None:
                    _set_font(run._r.get_or_add_rPr(), font)
                if size is not None:
                    run.font.size = Pt(size)

    def _pieces(self, text: str) -> list[str]:
        """`text` in one run, or in several as after much editing."""
        if not self._broken_runs or len(text) < 2:
            return [text] if text else []
        cuts = sorted({self._rng.randrange(1, len(text)) for _ in range(_FEW_DIFFERENT_FONTS)})
        return [text[low:high] for low, high in zip([0, *cuts], [*cuts, len(text)], strict=True)]

    def _add_sheet(self, sheet: Sheet) -> None:
        table = self._file.add_table(rows=len(sheet.rows), cols=sheet.width, style="Table Grid")
        table.alignment = WD_TABLE_ALIGNMENT.CENTER
        cells = table._cells  # a walk over the whole table, each time it is asked for
        taken = [[False] * sheet.width for _ in sheet.rows]
        for y, row in enumerate(sheet.rows):
            if self._row_heights:
                table.rows[y].height = Cm(1)
            x = 0
            for cell in row:
                while taken[y][x]:
                    x += 1
                for dy in range(cell.rowspan):
                    for dx in range(cell.colspan):
                        taken[y + dy][x + dx] = True
                place = cells[y * sheet.width + x]
                if cell.rowspan > 1 or cell.colspan > 1:
                    last = (y + cell.rowspan - 1) * sheet.width + x + cell.colspan - 1
                    place = place.merge(cells[last])
                paragraph = place.paragraphs[0]
                if cell.number or y < sheet.header_rows:
                    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
                self._add_text(paragraph, cell.text, size=9)
                x += cell.colspan


def _set_font(properties: object, name: str) -> None:
    fonts = properties.get_or_add_rFonts()  # type: ignore[attr-defined]
    for script in ("w:ascii", "w:hAnsi", "w:eastAsia"):
        fonts.set(qn(script), name)
