"""A letter as a Word document, set as offices set theirs. What is for people to fill in stands in 〔 〕."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import datetime

from docx import Document
from docx.document import Document as DocxDocument
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Cm, Pt
from docx.table import _Cell
from docx.text.paragraph import Paragraph
from docx.text.run import Run

from crawler.clock import local
from crawler.export.fixed_zip import settled
from crawler.export.letter import Letter, Problem, YearProblems
from crawler.export.plain import plain

_BODY, _HEADING, _TITLE = "仿宋", "黑体", "宋体"
_SIZE, _SMALL = Pt(15), Pt(9)
_MOST = 2_000
"""Characters of one statement; the evidence pack holds everything."""
_NUMERALS = "〇一二三四五六七八九"


def letter_docx(letter: Letter, moment: datetime) -> bytes:
    """The file; the same letter at the same moment gives the same bytes."""
    document = Document()
    _page(document)
    properties = document.core_properties
    made = local(moment).replace(tzinfo=None, microsecond=0)
    properties.author, properties.title = "nianbao", f"{plain(letter.organ, 200)}整改函"
    properties.created = properties.modified = made
    _Setter(document).letter(letter)
    out = io.BytesIO()
    document.save(out)
    return settled(out.getvalue())


def _page(document: DocxDocument) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.top_margin, section.bottom_margin = Cm(3.7), Cm(3.5)
    section.left_margin, section.right_margin = Cm(2.8), Cm(2.6)
    _lettering(document.styles["Normal"].font, _BODY)


def _lettering(font: object, name: str) -> None:
    font.name = name  # type: ignore[attr-defined]
    font.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), name)  # type: ignore[attr-defined]


class _Setter:
    def __init__(self, document: DocxDocument) -> None:
        self._document = document

    def letter(self, letter: Letter) -> None:
        header = self._document.sections[0].header.paragraphs[0]
        header.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        told = f"草稿：由核查程序于{_day(letter)}起草，须经审核后发出"
        _run(header.add_run(told), _BODY, _SMALL, bold=False)
        self._line("〔发函单位名称〕", font=_TITLE, size=Pt(22), centred=True, bold=True)
        self._line("〔文号〕", centred=True)
        self._line("关于政府信息公开工作年度报告有关问题的整改函", font=_TITLE, size=Pt(20), centred=True)
        self._line(f"{plain(letter.organ, 200)}：")
        years = "、".join(str(year.year) for year in letter.years)
        self._text(
            f"经核查，你单位{years}年度政府信息公开工作年度报告的编制和发布存在以下{letter.count}项问题，"
            "现函告如下，请予核实并整改。"
        )
        for number, year in enumerate(letter.years, start=1):
            self._year(_numeral(number), year)
        self._demand(_numeral(len(letter.years) + 1))
        self._line("〔发函单位名称〕", to_right=True)
        self._line("____年__月__日", to_right=True)
        self._evidence(letter)
        if letter.doubtful:
            self._doubts(letter.doubtful)

    def _year(self, numeral: str, year: YearProblems) -> None:
        self._line(f"{numeral}、{year.year}年度报告", font=_HEADING, indent=True, with_next=True)
        if year.url:
            self._text(f"网页：{plain(year.url, _MOST)}")
        for number, problem in enumerate(year.problems, start=1):
            self._problem(f"（{_numeral(number)}）", problem)

    def _problem(self, number: str, problem: Problem) -> None:
        self._line(f"{number}{problem.heading}（{problem.grade}）", bold=True, indent=True, with_next=True)
        self._told("问题", problem.message)
        self._told("位置", problem.place)
        if problem.found:
            self._told("报告所载", problem.found)
        if problem.expected:
            self._told("应为", problem.expected)
        if problem.quote:
            self._told("原文", problem.quote)
        if problem.same_cause:
            self._text("以下各处很可能由同一处笔误引起，改正后一并成立：")
            for said in problem.same_cause:
                self._text(f"· {plain(said, _MOST)}")
        if problem.basis:
            self._told("依据", problem.basis)
        if problem.repair:
            self._told("整改建议", problem.repair)

    def _demand(self, numeral: str) -> None:
        self._line(f"{numeral}、整改要求", font=_HEADING, indent=True, with_next=True)
        self._text(
            "请于____年__月__日前完成整改，并将整改情况书面反馈。对上述问题有不同意见的，"
            "请一并说明理由并附相关材料。更正已公布的数据时，请在原页面注明更正的内容和日期。"
        )
        self._text(
            "本函只列能够确定且尚未整改的问题；存疑、未能核查和已作豁免的事项不在其中。"
            "未列出的内容不表示已经认可。"
        )
        self._text("联系人：〔姓名〕，联系电话：〔电话〕")

    def _evidence(self, letter: Letter) -> None:
        self._annex("附件：证据清单")
        self._line(
            "存档哈希为所存原件的 SHA-256；没有存档的，列出未见到报告的历次完整访问时间。", size=Pt(10.5)
        )
        rows = [
            (str(one.year), one.url or "—", one.archived or "—", one.seen or "—") for one in letter.evidence
        ]
        self._table(("年度", "网页", "存档哈希", "访问时间"), rows, (1.5, 5.6, 5.0, 3.5))

    def _doubts(self, years: Sequence[YearProblems]) -> None:
        self._annex("附件：请核对的事项")
        self._line("以下内容未能读出或尚缺资料，不能认定为问题，请对照原件核对。", size=Pt(10.5))
        rows = [
            (str(year.year), problem.heading, problem.place, problem.message)
            for year in years
            for problem in year.problems
        ]
        self._table(("年度", "事项", "位置", "说明"), rows, (1.5, 3.3, 3.8, 7.0))

    def _annex(self, heading: str) -> None:
        line = self._line(heading, font=_HEADING, with_next=True)
        line.paragraph_format.page_break_before = True

    def _table(self, headings: Sequence[str], rows: Sequence[Sequence[str]], widths: Sequence[float]) -> None:
        table = self._document.add_table(rows=1, cols=len(headings), style="Table Grid")
        table.autofit = False
        for column, width in zip(table.columns, widths, strict=True):
            column.width = Cm(width)
        for cell, heading, width in zip(table.rows[0].cells, headings, widths, strict=True):
            _cell(cell, heading, width, bold=True)
        for row in rows:
            for cell, text, width in zip(table.add_row().cells, row, widths, strict=True):
                _cell(cell, text, width)

    def _told(self, label: str, text: str) -> None:
        self._text(f"{label}：{plain(text, _MOST)}")

    def _text(self, text: str) -> None:
        self._line(text, indent=True)

    def _line(
        self,
        text: str,
        *,
        font: str = _BODY,
        size: Pt = _SIZE,
        bold: bool = False,
        centred: bool = False,
        to_right: bool = False,
        indent: bool = False,
        with_next: bool = False,
    ) -> Paragraph:
        line = self._document.add_paragraph()
        how = line.paragraph_format
        how.space_after, how.line_spacing = Pt(4), 1.25
        how.keep_with_next = with_next
        if indent:
            how.first_line_indent = Pt(2 * size.pt)
        if centred:
            how.alignment = WD_ALIGN_PARAGRAPH.CENTER
        if to_right:
            how.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        _run(line.add_run(plain(text)), font, size, bold=bold)
        return line


def _cell(cell: _Cell, text: str, width: float, *, bold: bool = False) -> None:
    cell.width = Cm(width)
    how = cell.paragraphs[0].paragraph_format
    how.space_before = how.space_after = Pt(2)
    _run(cell.paragraphs[0].add_run(plain(text, _MOST)), _BODY, _SMALL, bold=bold)


def _run(run: Run, font: str, size: Pt, *, bold: bool) -> None:
    run.bold = bold
    run.font.size = size
    _lettering(run.font, font)


def _day(letter: Letter) -> str:
    return f"{letter.day.year}年{letter.day.month}月{letter.day.day}日"


def _numeral(number: int) -> str:
    """1 to 99 as 一 to 九十九; beyond that digits."""
    if not 0 < number < 100:
        return str(number)
    tens, ones = divmod(number, 10)
    lead = "" if not tens else "十" if tens == 1 else f"{_NUMERALS[tens]}十"
    return lead + (_NUMERALS[ones] if ones else "")
