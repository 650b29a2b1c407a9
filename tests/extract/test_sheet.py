"""Spreadsheets: what each cell shows is its text, merged ranges are expanded, prose is told from tables."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any

import pytest
import xlsxwriter

from bench.writers.office import convert
from crawler.extract import extract
from crawler.extract.document import Document, Format, Grid, Origin, Paragraph, Unreadable
from crawler.extract.sheet import extract_sheet
from crawler.extract.sheet.model import EPOCH_1900
from crawler.extract.sheet.shown import shown

CELL, LEFT, ABOVE = Origin.CELL, Origin.FROM_LEFT, Origin.FROM_ABOVE
Draw = Callable[[Any, Any], None]


def workbook(draw: Draw) -> bytes:
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True})
    book.set_properties({"created": datetime(2024, 1, 31, tzinfo=UTC)})  # the same bytes at any time
    draw(book, book.add_worksheet("表"))
    book.close()
    return stream.getvalue()


@lru_cache(maxsize=32)
def _converted(content: bytes) -> bytes:
    return convert([("a.xlsx", content)], "xls")[0]


FORMATS = [pytest.param(lambda content: content, id="xlsx"), pytest.param(_converted, id="xls")]


def texts(document: Document) -> list[Any]:
    return [
        [[slot.text for slot in row] for row in block.rows] if isinstance(block, Grid) else block
        for block in document.blocks
    ]


def changed(content: bytes, part: str, *changes: tuple[str, str]) -> bytes:
    """`content` with texts replaced in one part; each must stand there."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(stream, "w") as new:
        for name in old.namelist():
            text = old.read(name)
            if name == part:
                for before, after in changes:
                    assert before.encode() in text
                    text = text.replace(before.encode(), after.encode())
            new.writestr(name, text)
    return stream.getvalue()


SHEET = "xl/worksheets/sheet1.xml"


def refusal(content: bytes) -> Unreadable:
    with pytest.raises(Unreadable) as error:
        extract(content)
    assert "\n" not in error.value.zh + error.value.en
    assert error.value.en.isascii()
    return error.value


# ── what a cell shows ───────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("value", "code", "text"),
    [
        (3.0, "General", "3"),
        (-3.0, "General", "-3"),
        (0.1 + 0.2, "General", "0.3"),
        (1 / 3, "General", "0.333333333"),
        (12345678901.0, "General", "12345678901"),
        (123456789012.0, "General", "1.23457E+11"),
        (12345678901234567890.0, "General", "1.23457E+19"),
        (0.00001, "General", "1.00000E-5"),
        (0.126, "0.00", "0.13"),
        (0.125, "0.00", "0.13"),
        (2.5, "0", "3"),
        (-2.5, "0", "-3"),
        (1.005, "0.00", "1.01"),
        (5.0, "0.00", "5.00"),
        (5.0, "0.##", "5."),
        (0.0, "#", ""),
        (7.0, "000", "007"),
        (1234567.5, "#,##0.00", "1,234,567.50"),
        (123.0, "#,##0", "123"),
        (0.5, "0%", "50%"),
        (1.0, "0%", "100%"),
        (12345.0, "0.0,", "12.3"),
        (12345.0, '0\\.0,"万"', '12345 [0\\.0,"万"]'),
        (5.0, '0"件"', "5件"),
        (5.0, "0\\ 件", "5 件"),
        (5.0, ";;;", ""),
        (5.0, '0;-0;"无"', "5"),
        (0.0, '0;-0;"无"', "无"),
        (-5.0, '0;"减"0', "减5"),
        (-5.0, "0_);(0)", "(5)"),
        (0.0, '_ * #,##0_ ;_ * -#,##0_ ;_ * "-"_ ;_ @_ ', "-"),
        (0.0, '_ * #,##0.00_ ;_ * -#,##0.00_ ;_ * "-"??_ ;_ @_ ', "-"),
        (1234.0, '_ * #,##0_ ;_ * -#,##0_ ;_ * "-"_ ;_ @_ ', "1,234"),
        (3.5, "[$¥-804]#,##0.00", "¥3.50"),
        (3.0, "[Red]0", "3"),
        (3.0, "[>=10]0;0.0", "3 [[>=10]0;0.0]"),
        (3.0, "[DBNum1]General", "3 [[DBNum1]General]"),
        (0.5, "# ?/?", "0.5 [# ?/?]"),
        (12345.0, "0.00E+00", "12345 [0.00E+00]"),
        (3.0, "@", "3"),
        (3.0, "0" * 300, "3 […]"),
        (45322.0, "yyyy-mm-dd", "2024年1月31日"),
        (45322.75, "yyyy/m/d h:mm", "2024年1月31日"),
        (45322.0, 'yyyy"年"m"月"', "2024年1月"),
        (45322.0, 'm"月"d"日"', "1月31日"),
        (0.5, "h:mm", "0.5 [h:mm]"),
        (59.0, "yyyy-mm-dd", "59 [yyyy-mm-dd]"),
        (3.0, "#59", "3 [#59]"),
    ],
)
def test_numbers_are_given_as_they_are_shown(value: float, code: str, text: str) -> None:
    assert shown(value, code, EPOCH_1900) == text


def _values(book: Any, page: Any) -> None:
    def style(**how: Any) -> Any:
        return book.add_format(how)

    page.write_row(0, 0, ["项目", "一", "二", "三"])
    page.write(1, 0, "数")
    page.write(1, 1, 3)
    page.write(1, 2, 0.126, style(num_format="0.00"))
    page.write(1, 3, 0.5, style(num_format="0%"))
    page.write(2, 0, "日")
    page.write_datetime(2, 1, date(2024, 1, 31), style(num_format="yyyy-mm-dd"))
    page.write(2, 2, True)
    page.write_string(2, 3, "007")
    page.write(3, 0, "划")
    page.write(3, 1, 5, style(font_strikeout=True))
    page.write_rich_string(3, 2, "1", style(font_strikeout=True), "2", style(bold=True), "3")
    page.write(3, 3, 1234567, style(num_format="#,##0"))
    page.write(4, 0, "长")
    page.write_string(4, 1, "第一行\n第二行")
    page.write(4, 2, 100.25)
    page.write(4, 3, -7)


@pytest.mark.parametrize("saved", FORMATS)
def test_cells_of_a_real_file(saved: Callable[[bytes], bytes]) -> None:
    assert texts(extract(saved(workbook(_values)))) == [
        [
            ["项目", "一", "二", "三"],
            ["数", "3", "0.13", "50%"],
            ["日", "2024年1月31日", "TRUE", "007"],
            ["划", "", "13", "1,234,567"],
            ["长", "第一行\n第二行", "100.25", "-7"],
        ]
    ]


def _many_strings(_: Any, page: Any) -> None:
    for row in range(120):
        # some characters need two bytes, some one: records of old files change their width in the middle
        page.write_row(row, 0, [f"{row}行" + "字ab" * 40, f"{row}" + "abc" * 80, row])


def test_strings_that_go_on_in_the_next_record() -> None:
    [grid] = texts(extract(_converted(workbook(_many_strings))))
    assert grid == [[f"{row}行" + "字ab" * 40, f"{row}" + "abc" * 80, str(row)] for row in range(120)]


def test_formulas_show_the_stored_result_unless_it_is_stale() -> None:
    def draw(_: Any, page: Any) -> None:
        page.write_row(0, 0, ["合计", "错误", "文字", "无"])
        page.write_formula(1, 0, "=1+2", None, 3)
        page.write_formula(1, 1, "=1/0", None, "#DIV/0!")
        page.write_formula(1, 2, '="a"', None, "a")
        page.write_formula(1, 3, "=A2", None, "")

    content = workbook(draw)
    assert texts(extract(content))[0][1] == ["=1+2", "=1/0", '="a"', "=A2"]
    kept = changed(content, "xl/workbook.xml", (' fullCalcOnLoad="1"', ""))
    assert texts(extract(kept))[0][1] == ["3", "#DIV/0!", "a", "=A2"]


def test_dates_counted_from_1904() -> None:
    def draw(book: Any, page: Any) -> None:
        page.write_row(0, 0, ["日期", "数"])
        page.write(1, 0, 43860, book.add_format({"num_format": "yyyy-mm-dd"}))
        page.write(1, 1, 1)

    content = changed(workbook(draw), "xl/workbook.xml", ("<workbookPr", '<workbookPr date1904="1"'))
    assert texts(extract(content))[0][1] == ["2024年1月31日", "1"]
    assert date(2024, 1, 31).toordinal() - date(1904, 1, 1).toordinal() == 43860


# ── merged, hidden, apart ───────────────────────────────────────────────────


def _merged(book: Any, page: Any) -> None:
    ruled = book.add_format({"border": 1})
    page.merge_range("A1:B2", "项目", ruled)
    page.merge_range("C1:D1", "申请人", ruled)
    page.write_row("C2", ["自然人", "合计"], ruled)
    page.merge_range("A3:A4", "组", ruled)
    page.write_row("B3", ["甲", 1, 2], ruled)
    page.write_row("B4", ["乙", 3, 4], ruled)


@pytest.mark.parametrize("saved", FORMATS)
def test_merged_ranges_are_expanded(saved: Callable[[bytes], bytes]) -> None:
    [grid] = extract(saved(workbook(_merged))).blocks
    assert isinstance(grid, Grid)
    assert grid.rectangular
    assert [[(slot.text, slot.origin) for slot in row] for row in grid.rows] == [
        [("项目", CELL), ("项目", LEFT), ("申请人", CELL), ("申请人", LEFT)],
        [("项目", ABOVE), ("项目", ABOVE), ("自然人", CELL), ("合计", CELL)],
        [("组", CELL), ("甲", CELL), ("1", CELL), ("2", CELL)],
        [("组", ABOVE), ("乙", CELL), ("3", CELL), ("4", CELL)],
    ]


def test_what_a_merged_range_covers_is_not_seen() -> None:
    content = changed(workbook(_merged), SHEET, ('<c r="B1" s="1"/>', '<c r="B1" s="1"><v>99</v></c>'))
    assert not any(slot.text == "99" for row in extract(content).blocks[0].rows for slot in row)  # type: ignore[union-attr]


def _hidden(book: Any, page: Any) -> None:
    page.write_row(0, 0, ["项目", "上年", "本年"])
    page.write_row(1, 0, ["甲", 11, 1])
    page.write_row(2, 0, ["乙", 12, 2])
    page.write_row(3, 0, ["丙", 13, 3])
    page.set_row(2, None, None, {"hidden": True})
    page.set_column(1, 1, None, None, {"hidden": True})
    other = book.add_worksheet("去年")
    other.write_row(0, 0, ["项目", "去年"])
    other.hide()


@pytest.mark.parametrize("saved", FORMATS)
def test_what_is_hidden_is_not_read_and_told(saved: Callable[[bytes], bytes]) -> None:
    document = extract(saved(workbook(_hidden)))
    assert texts(document) == [[["项目", "本年"], ["甲", "1"], ["丙", "3"]]]
    assert sorted(document.notes) == [
        "a hidden worksheet was left out",
        "hidden rows or columns were left out",
    ]


def test_a_merged_range_whose_first_row_and_column_are_hidden() -> None:
    def draw(_: Any, page: Any) -> None:
        page.merge_range("A1:C2", "头")
        page.write_row("A3", ["隐", "甲", 1])
        page.write_row("A4", ["隐", "乙", 2])
        page.set_row(0, None, None, {"hidden": True})
        page.set_column(0, 0, None, None, {"hidden": True})

    document = extract(workbook(draw))
    assert texts(document) == [[["头", "头"], ["甲", "1"], ["乙", "2"]]]


def _report(book: Any, page: Any) -> None:
    ruled = book.add_format({"border": 1})
    page.merge_range("A1:D1", "云溪县水务局2023年政府信息公开工作年度报告")
    page.merge_range("A2:D2", "一、总体情况")
    page.merge_range("A3:D3", "全年主动公开信息12条。\n依申请公开3件。")
    page.merge_range("A4:D4", "二、主动公开政府信息情况")
    page.merge_range("A5:D5", "第二十条第（一）项", ruled)
    page.write_row("A6", ["信息内容", "制发件数", "废止件数", "现行有效件数"], ruled)
    page.write_row("A7", ["规章", 0, 0, 1], ruled)
    page.merge_range("A8:D8", "第二十条第（五）项", ruled)
    page.write_row("A9", ["行政许可", 7, 8, 9], ruled)
    page.write("A10", "2024年1月20日")
    page.write_row("A13", ["另一", "表"], ruled)
    page.write_row("A14", [1, 2], ruled)


@pytest.mark.parametrize("saved", FORMATS)
def test_prose_is_told_from_tables(saved: Callable[[bytes], bytes]) -> None:
    assert texts(extract(saved(workbook(_report)))) == [
        Paragraph("云溪县水务局2023年政府信息公开工作年度报告"),
        Paragraph("一、总体情况"),
        Paragraph("全年主动公开信息12条。"),
        Paragraph("依申请公开3件。"),
        Paragraph("二、主动公开政府信息情况"),
        [
            ["第二十条第（一）项"] * 4,
            ["信息内容", "制发件数", "废止件数", "现行有效件数"],
            ["规章", "0", "0", "1"],
            ["第二十条第（五）项"] * 4,
            ["行政许可", "7", "8", "9"],
        ],
        Paragraph("2024年1月20日"),
        [["另一", "表"], ["1", "2"]],
    ]


def test_margins_are_dropped_and_blank_cells_of_a_ruled_row_stay() -> None:
    def draw(book: Any, page: Any) -> None:
        ruled = book.add_format({"border": 1})
        page.write_row("C3", ["项目", "数"], ruled)
        page.write_row("C4", ["", ""], ruled)
        page.write_row("C5", ["乙", 2], ruled)
        page.write("F9", " ")

    assert texts(extract(workbook(draw))) == [[["项目", "数"], ["", ""], ["乙", "2"]]]


def test_the_format_follows_the_bytes() -> None:
    content = workbook(_merged)
    assert extract(content, name="a.et").format is Format.XLSX
    assert extract(_converted(content), name="a.et").format is Format.ET
    assert extract(_converted(content)).format is Format.XLS


# ── damaged and hostile ─────────────────────────────────────────────────────


def test_a_stray_cell_in_the_last_corner_costs_nothing() -> None:
    def draw(_: Any, page: Any) -> None:
        page.write_row(0, 0, ["甲", 1])
        page.write(1_048_575, 16_383, "x")

    assert texts(extract(workbook(draw))) == [[["甲", "1"]], Paragraph("x")]


def test_a_dimension_that_lies_is_not_believed() -> None:
    content = workbook(_merged)
    lying = changed(content, SHEET, ('<dimension ref="A1:D4"/>', '<dimension ref="A1:XFD1048576"/>'))
    assert extract(lying).blocks == extract(content).blocks


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('ref="A1:B2"', 'ref="B2:A1"'),
        ('ref="A1:B2"', 'ref="A1:ZZZZ2"'),
        ('ref="A1:B2"', 'ref="A0:B2"'),
        ('t="s"><v>4</v>', 't="s"><v>4000</v>'),
        ('<v>1</v></c><c r="D3"', '<v>1,5</v></c><c r="D3"'),
        ('<c r="D3"', '<c r="C3"'),
        ('<c r="D3"', '<c r="D7"'),
        ("</sheetData>", ""),
    ],
)
def test_parts_that_contradict_themselves(before: str, after: str) -> None:
    refusal(changed(workbook(_merged), SHEET, (before, after)))


def test_merged_ranges_over_everything_are_bounded() -> None:
    everywhere = "".join(f'<mergeCell ref="A{row}:XFD1048576"/>' for row in range(1, 400))
    content = changed(
        workbook(_merged), SHEET, ('<mergeCell ref="A1:B2"/>', everywhere), ('<row r="4"', '<row r="4"')
    )
    extract(content)
    stray = changed(
        content, SHEET, ("</sheetData>", '<row r="1048576"><c r="A1048576"><v>1</v></c></row></sheetData>')
    )
    assert "格" in refusal(stray).zh


def test_too_many_cells() -> None:
    row = "".join("<c><v>1</v></c>" for _ in range(5_000))
    content = changed(workbook(_merged), SHEET, ("</sheetData>", f"<row>{row}</row>" * 11 + "</sheetData>"))
    assert "50000" in refusal(content).zh


def test_xml_that_is_too_large() -> None:
    content = changed(workbook(_merged), SHEET, ("</sheetData>", " " * 9_000_000 + "</sheetData>"))
    assert "MB" in refusal(content).zh


def test_entities_and_document_types() -> None:
    bomb = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "1"><!ENTITY b "&a;&a;&a;&a;">]>'
    head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    refusal(changed(workbook(_merged), SHEET, (head, bomb), ("<v>1</v>", "<v>&b;</v>")))
    external = '<?xml version="1.0"?><!DOCTYPE x SYSTEM "file:///etc/passwd">'
    refusal(changed(workbook(_merged), SHEET, (head, external)))


def test_a_worksheet_that_stands_elsewhere_is_not_fetched() -> None:
    relations = "xl/_rels/workbook.xml.rels"
    outside = 'Target="http://127.0.0.1:9/sheet1.xml" TargetMode="External"'
    refusal(changed(workbook(_merged), relations, ('Target="worksheets/sheet1.xml"', outside)))
    refusal(changed(workbook(_merged), relations, ("worksheets/sheet1.xml", "../../../etc/passwd")))


def test_an_empty_workbook() -> None:
    assert "没有可见" in refusal(workbook(lambda book, page: None)).zh


@pytest.mark.parametrize("saved", FORMATS)
def test_every_cut_is_refused(saved: Callable[[bytes], bytes]) -> None:
    content = saved(workbook(_merged))
    for cut in range(1, 20):
        with pytest.raises(Unreadable):
            extract(content[: len(content) * cut // 20])


def test_bytes_of_an_old_workbook_may_be_wrong() -> None:
    content = _converted(workbook(_merged))
    start = content.index(b"\x09\x08\x10\x00")
    wanted = {slot.text for row in extract(content).blocks[0].rows for slot in row}  # type: ignore[union-attr]
    assert {"1", "2", "3", "4"} <= wanted
    for place in range(start, len(content), 5):
        damaged = content[:place] + bytes([content[place] ^ 0xFF]) + content[place + 1 :]
        try:
            extract_sheet(damaged)
        except Unreadable:
            continue


def test_an_encrypted_old_workbook() -> None:
    content = _converted(workbook(_merged))
    second = content.index(b"\x09\x08\x10\x00") + 20  # the record after the first
    locked = content[:second] + b"\x2f\x00" + content[second + 2 :]
    assert "密码" in refusal(locked).zh
