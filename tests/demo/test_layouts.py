"""Every layout prints every figure, in order; each shows the oddity that it is named for."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape

import pytest

from crawler.demo import layouts
from crawler.demo.defects import plant
from crawler.demo.pages import html_page, text_file
from crawler.demo.sheets import Cover, places, sheets, split
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


@pytest.mark.parametrize("layout", sorted(layouts.HTML))
@pytest.mark.parametrize("spec", specs(), ids=lambda spec: spec.title)
def test_html_prints_every_figure(layout: str, spec: ReportSpec, cells_of_html: Read) -> None:
    cells = cells_of_html(layouts.HTML[layout](spec))
    assert [cell for cell in cells if NUMBER.match(cell)] == figures(spec)


@pytest.mark.parametrize("layout", sorted(layouts.TEXT))
@pytest.mark.parametrize("spec", specs(), ids=lambda spec: spec.title)
def test_text_prints_every_figure(layout: str, spec: ReportSpec) -> None:
    fields = [field.strip() for field in re.split(r"[\t\n|]", layouts.TEXT[layout](spec))]
    assert [field for field in fields if NUMBER.match(field)] == figures(spec)


@pytest.mark.parametrize("layout", sorted(layouts.HTML))
def test_html_prints_headings_paragraphs_and_signature(layout: str) -> None:
    spec = specs()[0]
    text = unescape(re.sub(r"<[^>]+>", "", layouts.HTML[layout](spec)))
    wanted = [*spec.preface, *(p for s in spec.sections for p in (s.heading, *s.paragraphs)), spec.organ]
    places_found = [text.find(paragraph) for paragraph in wanted[:-1]]
    assert -1 not in places_found
    assert places_found == sorted(places_found)
    assert text.rstrip().endswith(layouts.day_in_words(spec))


def test_word_cuts_numbers_by_spans() -> None:
    html = layouts.word(specs()[0])
    assert "MsoNormalTable" in html
    assert "<o:p></o:p>" in html
    assert re.search(r">2</span><span [^>]*>023</span>年", html)
    assert "2023" not in html


def test_padded_header_has_no_rowspan_before_the_first_row_of_numbers() -> None:
    html = layouts.padded_header(specs()[0])
    table = html[html.index("申请人情况") - 400 : html.index("一、本年新收")]
    assert "rowspan" not in table
    assert "rowspan" in html[html.index("一、本年新收") :]


def test_layout_table_encloses_all_tables() -> None:
    html = layouts.inside_layout_table(specs()[0])
    assert html.startswith('<table width="1006"')
    assert html.endswith("</table>")
    assert html.count("<table") == 4


def test_split_makes_two_tables_of_tables_two_and_three() -> None:
    html = layouts.split_tables(specs()[0])
    assert html.count("<table") == 5
    second = html.split("<table")[4]
    assert second.index("（四）无法提供") < second.index("（七）总计")
    assert "自然人" not in second
    assert '<td rowspan="12"></td>' in second


def test_broken_labels_leave_numbers_alone() -> None:
    html = layouts.broken_labels(specs()[0])
    for label in ("商业<br>企业", "总 计", "(一) 予以公开", "１．属于国家秘密", "第二十条  第(一) 项"):
        assert label in html


def test_text_layouts_differ_in_their_marks() -> None:
    spec = specs()[0]
    licences = str(spec.cells["disclosure.licences.decisions"])
    assert f"\n\t行政许可\n\t{licences}\n" in layouts.lines(spec)
    assert f"\n行政许可\t{licences}\t\t\n" in layouts.tabs(spec)
    assert f"\n| 行政许可 | {licences} |  |  |\n" in layouts.pipes(spec)
    assert f"\n行政许可 |\n{licences} |\n" in layouts.trailing_pipe(spec)


def test_both_charsets_hold_the_same_text() -> None:
    for spec in specs():
        for layout in layouts.HTML:
            utf_8 = html_page(spec, layout).decode("utf-8")
            assert html_page(spec, layout, "gbk").decode("gbk") == utf_8.replace('"utf-8"', '"gbk"')
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
