"""Any valid report, in any layout, reads as printed; damaged bytes never give a number that is not there."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape
from typing import NamedTuple
from unicodedata import normalize

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.writers import docx, html, sheet, text
from crawler.demo.printing import LAYOUTS, Printed
from crawler.demo.writer import compose
from crawler.extract import extract
from crawler.extract.document import Unreadable
from crawler.parser import NotAReport, Page, parse
from crawler.report.model import Kind, Number, Report

MANY = settings(max_examples=60, deadline=None, derandomize=True)
FEW = settings(max_examples=5, deadline=None, derandomize=True)

PLACES = ("柘泉县", "青杉市", "临溪县鹭洲乡", "棠港区")
OFFICES = (
    ("人民政府", Kind.GOVERNMENT),
    ("水务局", Kind.DEPARTMENT),
    ("卫生健康局", Kind.DEPARTMENT),
    ("槐荫里街道办事处", Kind.STREET),
    ("青石滩产业园管理委员会", Kind.ZONE),
)


class Paper(NamedTuple):
    """A report and its layout, by what they are made of."""

    organ: str
    kind: Kind
    year: int
    seed: int
    layout: str

    def printed(self) -> Printed:
        return LAYOUTS[self.layout](compose(self.organ, self.kind, self.year, seed=self.seed))


@st.composite
def papers(draw: st.DrawFn) -> Paper:
    """Any report in any layout."""
    office, kind = draw(st.sampled_from(OFFICES))
    return Paper(
        draw(st.sampled_from(PLACES)) + office,
        kind,
        draw(st.integers(2019, 2025)),
        draw(st.integers(0, 10**6)),
        draw(st.sampled_from(sorted(LAYOUTS))),
    )


def read(content: bytes) -> Report:
    return parse(extract(content), Page())


def claimed(report: Report) -> dict[str, Number]:
    return {key: cell.value for key, cell in report.cells.items() if cell.value is not None}


def reads_as_printed(printed: Printed, content: bytes) -> None:
    report = read(content)
    assert claimed(report) == printed.readable
    spec = printed.spec
    assert (report.title, report.organ, report.year) == (spec.title, spec.organ, spec.year)


@MANY
@given(paper=papers(), seed=st.integers(0, 1000))
def test_any_page_reads_as_printed(paper: Paper, seed: int) -> None:
    printed = paper.printed()
    reads_as_printed(printed, html.write(printed, seed=seed))


@MANY
@given(paper=papers(), seed=st.integers(0, 1000))
def test_any_text_reads_as_printed(paper: Paper, seed: int) -> None:
    printed = paper.printed()
    reads_as_printed(printed, text.write(printed, seed=seed))


@FEW
@given(paper=papers(), seed=st.integers(0, 1000))
def test_any_docx_reads_as_printed(paper: Paper, seed: int) -> None:
    printed = paper.printed()
    reads_as_printed(printed, docx.write(printed, seed=seed))


@FEW
@given(paper=papers(), seed=st.integers(0, 1000))
def test_any_xlsx_reads_as_printed(paper: Paper, seed: int) -> None:
    printed = paper.printed()
    reads_as_printed(printed, sheet.write(printed, seed=seed))


# --- damaged bytes


TAG = re.compile(r"<[^<>]*>")
CELL = re.compile(r"(<td[^>]*>)(.*?)(</td>)", re.DOTALL)
ROW = re.compile(r"<tr.*?</tr>", re.DOTALL)


def pick(draw: st.DrawFn, pattern: re.Pattern[str], source: str) -> re.Match[str]:
    return draw(st.sampled_from(list(pattern.finditer(source))))


def drop_a_tag(draw: st.DrawFn, source: str) -> str:
    tag = pick(draw, TAG, source)
    return source[: tag.start()] + source[tag.end() :]


def cut_the_file(draw: st.DrawFn, source: str) -> str:
    return source[: draw(st.integers(200, len(source)))]


def swap_two_cells(draw: st.DrawFn, source: str) -> str:
    cells = list(CELL.finditer(source))
    low, high = sorted(draw(st.lists(st.integers(0, len(cells) - 1), min_size=2, max_size=2, unique=True)))
    one, other = cells[low], cells[high]
    return (
        source[: one.start()] + other[0] + source[one.end() : other.start()] + one[0] + source[other.end() :]
    )


def repeat_a_row(draw: st.DrawFn, source: str) -> str:
    row = pick(draw, ROW, source)
    return source[: row.end()] + row[0] + source[row.end() :]


def repeat_a_line(draw: st.DrawFn, source: str) -> str:
    lines = source.split("\n")
    at = draw(st.integers(0, len(lines) - 1))
    return "\n".join((*lines[: at + 1], *lines[at:]))


def drop_a_separator(draw: st.DrawFn, source: str) -> str:
    mark = pick(draw, re.compile(r"[\t|\n]"), source)
    return source[: mark.start()] + source[mark.end() :]


def swap_two_lines(draw: st.DrawFn, source: str) -> str:
    lines = source.split("\n")
    one, other = (draw(st.integers(0, len(lines) - 1)) for _ in range(2))
    lines[one], lines[other] = lines[other], lines[one]
    return "\n".join(lines)


def flip_characters(draw: st.DrawFn, source: str) -> str:
    characters = list(source)
    for at in draw(st.lists(st.integers(0, len(source) - 1), min_size=1, max_size=8)):
        characters[at] = draw(st.sampled_from('0<>"/ \t\n|年一&;'))
    return "".join(characters)


Mutation = Callable[[st.DrawFn, str], str]
OF_PAGES: tuple[Mutation, ...] = (drop_a_tag, cut_the_file, swap_two_cells, repeat_a_row, flip_characters)
OF_TEXT: tuple[Mutation, ...] = (
    drop_a_separator,
    cut_the_file,
    repeat_a_line,
    swap_two_lines,
    flip_characters,
)


def bare(source: str) -> str:
    """`source` without white space, in half width."""
    return "".join(normalize("NFKC", source).split())


def claims_only_what_stands_there(content: bytes, source: str) -> None:
    try:
        report = read(content)
    except (Unreadable, NotAReport):
        return
    # Word processors cut numbers by tags; a broken tag is text to the one reader and a tag to the other
    shown = bare(unescape(TAG.sub("", source))), bare(unescape(source))
    for key, cell in report.cells.items():
        if cell.value is not None:
            assert any(bare(cell.raw) in printed for printed in shown), (key, cell)


@MANY
@given(data=st.data(), paper=papers(), seed=st.integers(0, 1000))
@pytest.mark.parametrize("mutation", OF_PAGES, ids=lambda mutation: mutation.__name__)
def test_a_damaged_page_gives_no_number_of_its_own(
    mutation: Mutation, data: st.DataObject, paper: Paper, seed: int
) -> None:
    source = html.write(paper.printed(), seed=seed * 4).decode("gb18030", "replace")
    damaged = data.draw(st.composite(lambda draw: mutation(draw, source))())
    claims_only_what_stands_there(damaged.encode(), damaged)


@MANY
@given(data=st.data(), paper=papers(), style=st.integers(0, 3))
@pytest.mark.parametrize("mutation", OF_TEXT, ids=lambda mutation: mutation.__name__)
def test_a_damaged_text_gives_no_number_of_its_own(
    mutation: Mutation, data: st.DataObject, paper: Paper, style: int
) -> None:
    source = text.write(paper.printed(), seed=style).decode()
    damaged = data.draw(st.composite(lambda draw: mutation(draw, source))())
    claims_only_what_stands_there(damaged.encode(), damaged)


@MANY
@given(data=st.data(), paper=papers())
def test_a_page_that_lost_a_tag_gives_no_other_number(data: st.DataObject, paper: Paper) -> None:
    """The numbers and labels all stand there still: whatever is claimed is what was printed."""
    printed = paper.printed()
    source = html.write(printed).decode()
    damaged = data.draw(st.composite(lambda draw: drop_a_tag(draw, source))())
    try:
        found = claimed(read(damaged.encode()))
    except (Unreadable, NotAReport):
        return
    assert found == {key: printed.readable.get(key) for key in found}


@MANY
@given(data=st.data(), paper=papers())
def test_a_repeated_row_gives_no_other_number(data: st.DataObject, paper: Paper) -> None:
    printed = paper.printed()
    source = html.write(printed).decode()
    found = claimed(read(data.draw(st.composite(lambda draw: repeat_a_row(draw, source))()).encode()))
    assert found == {key: printed.readable.get(key) for key in found}


@FEW
@given(data=st.data(), paper=papers())
@pytest.mark.parametrize("write", [docx.write, sheet.write], ids=["docx", "xlsx"])
def test_a_damaged_package_is_read_or_refused(
    write: Callable[[Printed], bytes], data: st.DataObject, paper: Paper
) -> None:
    content = bytearray(write(paper.printed()))
    for at in data.draw(st.lists(st.integers(0, len(content) - 1), max_size=20)):
        content[at] ^= 1 << data.draw(st.integers(0, 7))
    try:
        read(bytes(content[: data.draw(st.integers(1, len(content)))]))
    except (Unreadable, NotAReport):
        return
