"""Every layout prints every figure, in order; each shows the oddity that it is named for."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape

import pytest

from crawler.demo.defects import plant
from crawler.demo.markup import MARKUPS
from crawler.demo.pages import PAGE_STYLES, html_body, html_page, text_file
from crawler.demo.plaintext import STYLES
from crawler.demo.printing import LAYOUTS, plain
from crawler.demo.sheets import Cover, Sheet, places, sheets, split
from crawler.demo.writer import ReportSpec, compose
from crawler.report.forms import FORMS, cell_keys
from crawler.report.model import Kind

Read = Callable[[str], list[str]]
NUMBER = re.compile(r"-?\d+(?:\.\d+)?$")


def specs() -> list[ReportSpec]:
    return [
        compose("棠港区民政局", Kind.DEPARTMENT, 2023, seed=3),
        compose("柘泉县人民政府", Kind.GOVERNMENT, 2020, seed=3),
        plant(compose("棠港区民政局", Kind.DEPARTMENT, 2022, seed=4), "without-section-four"),
    ]


def figures(spec: ReportSpec) -> list[str]:
    """The numbers that `spec` prints, table by table, row by row."""
    return [
        str(spec.cells[key])
        for table in ("disclosure", "applications", "disputes")
        for key in cell_keys(FORMS[spec.form], table)
        if key in spec.cells
    ]


@pytest.mark.parametrize("style", sorted(PAGE_STYLES))
@pytest.mark.parametrize("spec", specs(), ids=lambda spec: spec.title)
def test_html_prints_every_figure(style: str, spec: ReportSpec, cells_of_html: Read) -> None:
    cells = cells_of_html(html_body(spec, style))
    assert [cell for cell in cells if NUMBER.match(cell)] == figures(spec)


@pytest.mark.parametrize("style", sorted(STYLES))
@pytest.mark.parametrize("spec", specs(), ids=lambda spec: spec.title)
def test_text_prints_every_figure(style: str, spec: ReportSpec) -> None:
    fields = [field.strip() for field in re.split(r"[\t\n|]", STYLES[style](plain(spec)))]
    assert [field for field in fields if NUMBER.match(field)] == figures(spec)


@pytest.mark.parametrize("style", sorted(PAGE_STYLES))
def test_html_prints_headings_paragraphs_and_signature(style: str) -> None:
    spec = specs()[0]
    text = unescape(re.sub(r"<[^>]+>", "", html_body(spec, style)))
    wanted = [*spec.preface, *(p for s in spec.sections for p in (s.heading, *s.paragraphs)), spec.organ]
    places_found = [text.find(paragraph) for paragraph in wanted[:-1]]
    assert -1 not in places_found
    assert places_found == sorted(places_found)
    assert text.rstrip().endswith(f"{spec.signed.year}年{spec.signed.month}月{spec.signed.day}日")


def test_word_cuts_numbers_by_spans() -> None:
    html = html_body(specs()[0], "word")
    assert "MsoNormalTable" in html
    assert "<o:p></o:p>" in html
    assert re.search(r">2</span><span [^>]*>023</span>年", html)
    assert "2023" not in html


def test_padded_header_has_no_rowspan_before_the_first_row_of_numbers() -> None:
    html = html_body(specs()[0], "padded-header")
    table = html[html.index("申请人情况") - 400 : html.index("一、本年新收")]
    assert "rowspan" not in table
    assert "rowspan" in html[html.index("一、本年新收") :]


def test_layout_table_encloses_all_tables() -> None:
    html = html_body(specs()[0], "layout-table")
    assert html.startswith('<table width="1006"')
    assert html.endswith("</table>")
    assert html.count("<table") == 4


def test_split_makes_two_tables_of_tables_two_and_three() -> None:
    html = html_body(specs()[0], "split")
    assert html.count("<table") == 5
    second = html.split("<table")[4]
    assert second.index("（四）无法提供") < second.index("（七）总计")
    assert "自然人" not in second
    assert '<td rowspan="12"></td>' in second


def test_broken_labels_leave_numbers_alone() -> None:
    html = html_body(specs()[0], "broken-labels")
    for label in ("商业<br>企业", "总 计", "(一) 予以公开", "１．属于国家秘密", "第二十条  第(一) 项"):
        assert label in html


def test_text_layouts_differ_in_their_marks() -> None:
    spec = specs()[0]
    licences = str(spec.cells["disclosure.licences.decisions"])
    assert f"\n\t行政许可\n\t{licences}\n" in STYLES["lines"](plain(spec))
    assert f"\n行政许可\t{licences}\t\t\n" in STYLES["tabs"](plain(spec))
    assert f"\n| 行政许可 | {licences} |  |  |\n" in STYLES["pipes"](plain(spec))
    assert f"\n行政许可 |\n{licences} |\n" in STYLES["trailing-pipe"](plain(spec))


def test_both_charsets_hold_the_same_text() -> None:
    for spec in specs():
        for style in PAGE_STYLES:
            utf_8 = html_page(spec, style).decode("utf-8")
            assert html_page(spec, style, "gbk").decode("gbk") == utf_8.replace('"utf-8"', '"gbk"')
        assert text_file(spec, "tabs", "gbk").decode("gbk") == text_file(spec, "tabs").decode()


def test_every_sheet_covers_its_grid() -> None:
    for spec in specs():
        for sheet in sheets(spec).values():
            grid = places(sheet)
            assert {len(row) for row in grid} == {sheet.width}
            begun = sum(place.cover is Cover.CELL for row in grid for place in row)
            assert begun == sum(len(row) for row in sheet.rows)


@pytest.mark.parametrize("at", range(1, 27))
def test_a_sheet_cut_anywhere_keeps_its_rows_and_columns(at: int) -> None:
    sheet = sheets(specs()[0])["applications"]
    upper, lower = split(sheet, at)
    cut = [*places(upper), *places(lower)]
    assert len(cut) == len(sheet.rows)
    numbers = [[p.cell.text for p in row if p.cell.number] for row in places(sheet)]
    assert [[p.cell.text for p in row if p.cell.number] for row in cut] == numbers


@pytest.mark.parametrize("layout", sorted(LAYOUTS))
@pytest.mark.parametrize("spec", specs(), ids=lambda spec: spec.title)
def test_every_layout_prints_every_cell_once_and_fills_its_grid(layout: str, spec: ReportSpec) -> None:
    printed = LAYOUTS[layout](spec)
    drawn = [block for block in printed.blocks if isinstance(block, Sheet)]
    keys = [cell.key for sheet in drawn for row in sheet.rows for cell in row if cell.key]
    assert sorted(keys) == sorted(printed.spec.cells)
    for sheet in drawn:
        assert {len(row) for row in places(sheet)} == {sheet.width}


@pytest.mark.parametrize("layout", sorted(set(LAYOUTS) - {"plain"}))
def test_every_layout_differs_from_the_plain_one(layout: str) -> None:
    assert any(LAYOUTS[layout](spec).blocks != plain(spec).blocks for spec in specs())


def applications(layout: str) -> Sheet:
    printed = LAYOUTS[layout](specs()[0])
    return next(b for b in printed.blocks if isinstance(b, Sheet) and b.key == "applications")


def texts(sheet: Sheet, y: int) -> list[str]:
    return [cell.text for cell in sheet.rows[y]]


def test_layouts_by_hand() -> None:
    """Rows of table three, as each layout prints them."""
    refused = texts(applications("plain"), 7)
    assert refused[:2] == ["（三）不予公开", "1.属于国家秘密"]
    assert texts(applications("group-in-each-row"), 8)[:3] == [
        "三、本年度办理结果",
        "（三）不予公开",
        "2.其他法律行政法规禁止公开",
    ]
    assert texts(applications("group-in-first-row"), 8)[:3] == ["", "", "2.其他法律行政法规禁止公开"]
    assert texts(applications("ghosts"), 1)[3:] == ["自然人", *["法人或其他组织"] * 5, "总计"]
    assert texts(applications("leading-empty-column"), 3)[0] == ""
    received = texts(applications("plain"), 3)
    assert texts(applications("inner-empty-column"), 3) == [received[0], "", *received[1:]]
    assert texts(applications("total-first"), 3) == [received[0], received[-1], *received[1:-1]]
    assert texts(applications("total-first"), 1) == ["总计", "自然人", "法人或其他组织"]
    assert texts(applications("narrow-header"), 2)[0] == "商\n业\n企\n业"
    assert texts(applications("spaced-header"), 2)[0] == "商 业 企 业"
    assert texts(applications("unit-rows"), 0) == ["单位：件"]
    assert texts(applications("units"), 3)[1:] == [f"{number}件" for number in received[1:]]


def test_what_is_printed_as_no_number_is_not_readable() -> None:
    for layout in ("stand-ins", "blanks"):
        for spec in specs():
            printed = LAYOUTS[layout](spec)
            assert printed.numberless
            assert all(spec.cells[key] == 0 for key in printed.numberless)
            assert printed.readable.keys() == spec.cells.keys() - printed.numberless
    assert all(not LAYOUTS[name](specs()[0]).numberless for name in set(LAYOUTS) - {"stand-ins", "blanks"})


def test_six_in_one_row_adds_up() -> None:
    spec = specs()[0]
    cells = LAYOUTS["six-in-one-row"](spec).spec.cells
    parts = ("other_overdue_correction", "other_overdue_fee", "other_misc")
    assert cells["applications.other_handling.total"] == sum(
        spec.cells[f"applications.{part}.total"] for part in parts
    )
    assert not any(f"applications.{part}.total" in cells for part in parts)


def test_every_markup_prints_every_layout(cells_of_html: Read) -> None:
    printed = LAYOUTS["separators"](specs()[1])
    for markup in MARKUPS.values():
        assert f"{printed.spec.cells['disclosure.procurement.amount']:,}" in cells_of_html(markup(printed))
