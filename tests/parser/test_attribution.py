"""Of which body and year a report is where the title does not say both, and what shows it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from crawler.extract.document import Document
from crawler.parser import Page, parse

Builder = Callable[..., Document]

ORGAN = "青杉市水务局"
SECTIONS = ("一、总体情况", "本局依法公开。", "二、主动公开政府信息情况", "详见下表。")
BARE = "政府信息公开工作年度报告"


def attributed(document: Document, **page: Any) -> tuple[str | None, str | None]:
    report = parse(document, Page(**page))
    return report.organ, report.organ_from


@pytest.mark.parametrize(
    ("lines", "around", "page", "expected"),
    [
        ((f"{ORGAN}2023年{BARE}", *SECTIONS), (), {}, (ORGAN, "title")),
        ((f"{ORGAN}2023年{BARE}", *SECTIONS), (), {"organ": "青杉市财政局"}, (ORGAN, "title")),
        ((BARE, *SECTIONS), (), {"organ": ORGAN}, (ORGAN, "given")),
        ((BARE, *SECTIONS), (), {"listed_title": f"{ORGAN}2023年{BARE}"}, (ORGAN, "page")),
        (("本报告由青杉市水务局编制。", *SECTIONS), (), {}, (ORGAN, "body")),
        (("现将青杉市水务局2023年政府信息公开工作年度报告公布如下：", *SECTIONS), (), {}, (ORGAN, "body")),
        ((BARE, *SECTIONS, ORGAN, "2024年1月18日"), (), {}, (ORGAN, "signature")),
        ((BARE, *SECTIONS, "青杉市水务局2024年1月18日"), (), {}, (ORGAN, "signature")),
        ((BARE, *SECTIONS), (), {"name": "青杉市水务局2023年年报.docx"}, (ORGAN, "name")),
        ((BARE, *SECTIONS), (), {"name": f"1.{ORGAN}2023年{BARE}.docx"}, (ORGAN, "name")),
        ((BARE, *SECTIONS), ("首页 > 政府信息公开 > 青杉市水务局 > 年报",), {}, (ORGAN, "breadcrumb")),
        # the fuller of two names that agree
        ((BARE, *SECTIONS, "市水务局", "2024年1月18日"), (f"首页 > {ORGAN}",), {}, (ORGAN, "breadcrumb")),
        # evidence that contradicts itself, or names several bodies, or may mean another
        ((BARE, *SECTIONS, "青杉市财政局", "2024年1月18日"), (f"首页 > {ORGAN}",), {}, (None, None)),
        ((BARE, *SECTIONS), ("首页 > 青杉市财政局 > 青杉市水务局",), {}, (None, None)),
        ((BARE, *SECTIONS), ("青杉市人民政府 > 部门 > 年报",), {}, (None, None)),
        ((BARE, *SECTIONS), ("首页 > 市直部门 > 各单位",), {}, (None, None)),
        ((BARE, *SECTIONS, "青杉市人民政府办公室", "2024年1月18日"), (), {}, (None, None)),
        ((BARE, *SECTIONS, "本局", "2024年1月18日"), (), {}, (None, None)),
        ((BARE, "本报告根据国务院办公厅的格式编制。", *SECTIONS), (), {}, (None, None)),
        ((BARE, *SECTIONS), (), {"name": "年报终稿.docx"}, (None, None)),
    ],
)
def test_the_body_and_what_shows_it(
    document: Builder,
    lines: tuple[str, ...],
    around: tuple[str, ...],
    page: dict[str, str],
    expected: tuple[str | None, str | None],
) -> None:
    assert attributed(document(*lines, around=around), **page) == expected


@pytest.mark.parametrize(
    ("lines", "around", "page", "expected"),
    [
        ((f"{ORGAN}{BARE}", *SECTIONS), (), {"name": "水务局2023年年报.docx"}, (2023, "name")),
        ((f"{ORGAN}{BARE}", *SECTIONS), (), {"name": "W020240118.pdf"}, (None, None)),
        ((f"{ORGAN}{BARE}", *SECTIONS), ("首页 > 2022年政府信息公开年报 > 水务局",), {}, (2022, "page")),
        ((f"{ORGAN}{BARE}", *SECTIONS), ("首页 > 2022年度 > 水务局",), {}, (2022, "page")),
        (
            (f"{ORGAN}{BARE}", "现将青杉市水务局2023年政府信息公开工作报告公布如下。", *SECTIONS),
            (),
            {},
            (2023, "body"),
        ),
        ((f"{ORGAN}{BARE}", *SECTIONS), ("首页 > 2022",), {"name": "水务局2023年年报.docx"}, (None, None)),
        ((f"{ORGAN}{BARE}", *SECTIONS), ("首页 > 2023",), {"listed_title": "2022年年报"}, (None, None)),
        ((f"{ORGAN}{BARE}", *SECTIONS), (), {"year": 2021, "name": "2023年.docx"}, (2021, "given")),
        ((f"{ORGAN}2020年{BARE}", *SECTIONS), ("首页 > 2022",), {}, (2020, "title")),
    ],
)
def test_the_year_and_what_shows_it(
    document: Builder,
    lines: tuple[str, ...],
    around: tuple[str, ...],
    page: dict[str, Any],
    expected: tuple[int | None, str | None],
) -> None:
    report = parse(document(*lines, around=around), Page(**page))
    assert (report.year, report.year_from) == expected


@pytest.mark.parametrize(
    "headings",
    [
        (ORGAN, f"2023年{BARE}"),
        (f"{ORGAN}2023年政府信息公开", "工作年度报告"),
        (ORGAN, "2023年", BARE),
        ("通知公告", ORGAN, f"2023年{BARE}"),
    ],
)
def test_a_title_over_several_headings(document: Builder, headings: tuple[str, ...]) -> None:
    report = parse(document(*SECTIONS, headings=headings), Page())
    assert (report.title, report.organ, report.year) == (f"{ORGAN}2023年{BARE}", ORGAN, 2023)
    assert (report.organ_from, report.year_from) == ("title", "title")


def test_a_reposted_report_is_that_of_the_body_it_names(document: Builder) -> None:
    page = document(
        f"云岭省水利厅2023年{BARE}",
        *SECTIONS,
        around=("首页 > 青杉市水务局 > 年报",),
        headings=(f"转载：云岭省水利厅2023年{BARE}",),
    )
    assert attributed(page, organ="青杉市水务局") == ("云岭省水利厅", "title")


def test_prose_that_was_recognised_from_a_picture_is_told(document: Builder) -> None:
    read = document(f"{ORGAN}2023年{BARE}", *SECTIONS)
    assert not parse(read, Page()).recognised
    blocks = (replace(read.blocks[0], confidence=0.91), *read.blocks[1:])
    assert parse(replace(read, blocks=blocks), Page()).recognised


PERIOD = "本报告统计数据的期限为2023年1月1日起至2023年12月31日止。"


@pytest.mark.parametrize(
    ("lines", "page", "expected"),
    [
        # 朽杉 for 青杉 would be mistaken in title and signature alike: the text alone shows no body
        ((f"朽杉市水务局2023年{BARE}", PERIOD, *SECTIONS, "朽杉市水务局"), {}, (None, 2023)),
        ((f"{ORGAN}2023年{BARE}", *SECTIONS), {"organ": ORGAN}, (ORGAN, None)),
        ((f"朽杉市水务局2023年{BARE}", *SECTIONS), {"name": f"{ORGAN}2023年{BARE}.png"}, (ORGAN, 2023)),
        ((f"朽杉市水务局2028年{BARE}", *SECTIONS), {"listed_title": f"{ORGAN}2023年{BARE}"}, (ORGAN, 2023)),
        # title and period are two readings of the year
        ((f"{ORGAN}2028年{BARE}", PERIOD, *SECTIONS), {}, (None, None)),
        ((f"{ORGAN}2023年{BARE}", PERIOD, *SECTIONS), {"year": 2022}, (None, 2022)),
    ],
)
def test_a_name_recognised_from_a_picture_proves_no_body(
    document: Builder, lines: tuple[str, ...], page: dict[str, Any], expected: tuple[str | None, int | None]
) -> None:
    printed = document(*lines)
    blocks = tuple(replace(block, confidence=0.9) for block in printed.blocks)
    report = parse(replace(printed, blocks=blocks), Page(**page))
    assert (report.organ, report.year) == expected
    assert report.organ_recognised == lines[0].partition("20")[0]
