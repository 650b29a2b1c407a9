"""Headings however they are worn, and what stands below each."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.extract.document import Block, Paragraph
from crawler.parser.sections import read_sections
from crawler.report.forms import SECTIONS

BlocksBuilder = Callable[..., tuple[Block, ...]]

KEYS = [form.key for form in SECTIONS]
TABLE = [["规章", "0", "0", "0"]]
TABLE_THREE = [
    ["一、本年新收政府信息公开申请数量", "0"],
    ["二、上年结转政府信息公开申请数量", "0"],
    ["三、本年度办理结果", "0"],
    ["四、结转下年度继续办理", "0"],
]
CANONICAL = [
    "一、总体情况",
    "2023年，本局主动公开信息126条。",
    "二、主动公开政府信息情况",
    TABLE,
    "三、收到和处理政府信息公开申请情况",
    TABLE_THREE,
    "四、政府信息公开行政复议、行政诉讼情况",
    TABLE,
    "五、存在的主要问题及改进情况",
    "一是更新不及时。",
    "下一步加强培训。",
    "六、其他需要报告的事项",
    "无",
]


def test_a_report_in_the_wording_of_the_form(blocks: BlocksBuilder) -> None:
    outline = read_sections(blocks("青杉市水务局2023年政府信息公开工作年度报告", "前言。", *CANONICAL))
    assert list(outline.sections) == KEYS
    assert [s.order for s in outline.sections.values()] == [0, 1, 2, 3, 4, 5]
    assert all(s.numbered and not s.variant and not s.empty for s in outline.sections.values())
    assert outline.sections["problems"].text == "一是更新不及时。\n下一步加强培训。"
    assert outline.sections["disclosure"].text == ""
    assert outline.sections["other_matters"].text == "无"
    assert outline.extra_headings == ()
    assert outline.first_heading == 2


@pytest.mark.parametrize(
    ("key", "printed", "numbered", "variant"),
    [
        ("overview", "一、总体情况", True, False),
        ("overview", "一. 总体情况", True, False),
        ("overview", "（一）总体情况", True, False),
        ("overview", "第一部分 总体情况", True, False),
        ("overview", "第一部分：总体情况", True, False),
        ("overview", "1.总体情况", True, False),
        ("overview", "1、总体情况", True, False),
        ("overview", "一 总体情况", True, False),
        ("overview", "一、总 体 情 况", True, False),
        ("overview", "总体情况", False, False),
        ("overview", "总体情况：", False, False),
        ("overview", "一、政府信息公开工作总体情况", True, True),
        ("overview", "一、概述", True, True),
        ("overview", "一、基本情况", True, True),
        ("disclosure", "二、主动公开政府信息情况", True, False),
        ("disclosure", "主动公开政府信息情况", False, False),
        ("disclosure", "二、行政机关主动公开政府信息的情况", True, True),
        ("disclosure", "二、主动公开情况", True, True),
        ("disclosure", "二、政府信息主动公开情况", True, True),
        ("applications", "三、收到和处理政府信息公开申请情况", True, False),
        ("applications", "三、行政机关收到和处理政府信息公开申请的情况", True, True),
        ("applications", "三、依申请公开政府信息情况", True, True),
        ("applications", "三、政府信息公开申请办理情况", True, True),
        ("disputes", "四、政府信息公开行政复议、行政诉讼情况", True, False),
        ("disputes", "四、政府信息公开行政复议、行政诉讼情况（单位：件）", True, False),
        ("disputes", "四、政府信息公开行政复议和行政诉讼情况", True, True),
        ("disputes", "四、政府信息公开行政复议及行政诉讼情况", True, True),
        ("disputes", "四、因政府信息公开工作被申请行政复议、提起行政诉讼的情况", True, True),
        ("disputes", "四、因政府信息公开工作被申请行政复议或提起行政诉讼情况", True, True),
        ("problems", "五、存在的主要问题及改进情况", True, False),
        ("problems", "五、政府信息公开工作存在的主要问题及改进措施", True, True),
        ("problems", "五、政府信息公开工作中存在的主要问题及改进情况", True, True),
        ("problems", "五、存在问题及改进情况", True, True),
        ("problems", "五、存在的主要问题及整改措施", True, True),
        ("problems", "五、主要问题和改进措施", True, True),
        ("problems", "五、工作中的困难、不足以及今后的打算", True, True),
        ("other_matters", "六、其他需要报告的事项", True, False),
        ("other_matters", "六、其它需要报告的事项", True, True),
        ("other_matters", "六、其他报告的事项", True, True),
        ("other_matters", "六、其他需要报告事项", True, True),
        ("other_matters", "六、需要说明的事项", True, True),
        ("other_matters", "六、其他", True, True),
    ],
)
def test_one_heading(blocks: BlocksBuilder, key: str, printed: str, numbered: bool, variant: bool) -> None:
    outline = read_sections(blocks(printed, "内容。"))
    assert list(outline.sections) == [key]
    section = outline.sections[key]
    assert (section.heading, section.numbered, section.variant) == (printed, numbered, variant)
    assert section.text == "内容。"


@pytest.mark.parametrize(
    "line",
    [
        "本报告由总体情况、主动公开政府信息情况、收到和处理政府信息公开申请情况、存在的主要问题及改进情况组成。",
        "本报告包括：一、总体情况 二、主动公开政府信息情况 三、收到和处理政府信息公开申请情况。",
        "总体情况良好，各项工作有序推进。",
        "主动公开政府信息情况良好",
        "二、主动公开政府信息情况良好，群众满意。",
        "一、本年新收政府信息公开申请数量",
        "三、本年度办理结果",
        "四、结转下年度继续办理",
        "其他",
        "存在的问题：一是更新不及时。",
        "改进情况：一是加强培训。",
        "一、加强组织领导",
    ],
)
def test_sentences_and_rows_are_no_headings(blocks: BlocksBuilder, line: str) -> None:
    assert read_sections(blocks("前言。", line, "内容。")).sections == {}


def test_sub_headings_do_not_take_the_place_of_sections(blocks: BlocksBuilder) -> None:
    outline = read_sections(
        blocks(
            "总体情况",
            "（一）主动公开情况。2023年公开126条。",
            "（二）依申请公开情况",
            "未收到申请。",
            "二、主动公开政府信息情况",
            TABLE,
        )
    )
    assert list(outline.sections) == ["overview", "disclosure"]
    assert outline.sections["disclosure"].heading == "二、主动公开政府信息情况"
    assert outline.sections["overview"].text.endswith("（二）依申请公开情况\n未收到申请。")


def test_a_sub_heading_with_a_sections_number_is_none_where_chapters_are_numbered(
    blocks: BlocksBuilder,
) -> None:
    outline = read_sections(
        blocks("一、总体情况", "（二）主动公开情况", "126条。", "六、其他需要报告的事项", "无")
    )
    assert list(outline.sections) == ["overview", "other_matters"]


def test_a_list_inside_a_section_is_text(blocks: BlocksBuilder) -> None:
    outline = read_sections(
        blocks(
            *CANONICAL[:8],
            "五、存在的主要问题及改进情况",
            "一、存在的主要问题",
            "少。",
            "二、改进情况",
            "多。",
        )
    )
    assert outline.sections["problems"].text == "一、存在的主要问题\n少。\n二、改进情况\n多。"
    assert outline.extra_headings == ()


def test_a_report_that_numbers_its_sections_in_brackets(blocks: BlocksBuilder) -> None:
    outline = read_sections(
        blocks(
            "（一）总体情况", "好。", "（二）主动公开政府信息情况", TABLE, "（六）其他需要报告的事项", "无"
        )
    )
    assert list(outline.sections) == ["overview", "disclosure", "other_matters"]
    assert all(s.numbered and not s.variant for s in outline.sections.values())


@pytest.mark.parametrize(
    ("lines", "heading", "text"),
    [
        (["一、总体情况 2023年，本局公开126条。"], "一、总体情况", "2023年，本局公开126条。"),
        (["一、总体情况。2023年，本局公开126条。"], "一、总体情况", "2023年，本局公开126条。"),
        (["一、总体情况2023年，本局公开126条。"], "一、总体情况", "2023年，本局公开126条。"),
        (["总体情况：2023年，本局公开126条。"], "总体情况", "2023年，本局公开126条。"),
        (["一、", "总体情况", "公开126条。"], "一、总体情况", "公开126条。"),
        (["前言到此为止。一、总体情况", "公开126条。"], "一、总体情况", "公开126条。"),
        (["前言到此为止。 一、总体情况 公开126条。"], "一、总体情况", "公开126条。"),
    ],
)
def test_a_heading_that_shares_its_paragraph(
    blocks: BlocksBuilder, lines: list[str], heading: str, text: str
) -> None:
    section = read_sections(blocks(*lines)).sections["overview"]
    assert (section.heading, section.text, section.empty) == (heading, text, False)


def test_a_heading_broken_over_two_lines(blocks: BlocksBuilder) -> None:
    outline = read_sections(blocks("四、政府信息公开行政复议、行政诉讼", "情况", TABLE))
    assert outline.sections["disputes"].heading == "四、政府信息公开行政复议、行政诉讼情况"
    assert not outline.sections["disputes"].variant


def test_several_headings_in_one_paragraph_of_lost_line_breaks(blocks: BlocksBuilder) -> None:
    outline = read_sections(
        blocks(
            "一、总体情况 2023年本局公开信息126条，按期更新。 五、存在的主要问题及改进情况 "
            "更新不够及时，下一步加强培训。 六、其他需要报告的事项 无"
        )
    )
    assert {key: section.text for key, section in outline.sections.items()} == {
        "overview": "2023年本局公开信息126条，按期更新。",
        "problems": "更新不够及时，下一步加强培训。",
        "other_matters": "无",
    }


def test_a_heading_inside_the_table_below_it(blocks: BlocksBuilder) -> None:
    outline = read_sections(
        blocks([["二、主动公开政府信息情况", "二、主动公开政府信息情况"], *TABLE], TABLE_THREE)
    )
    assert list(outline.sections) == ["disclosure"]
    assert not outline.sections["disclosure"].empty


def test_rows_of_tables_are_no_headings(blocks: BlocksBuilder) -> None:
    assert read_sections(blocks([["三、本年度办理结果"], ["主动公开情况"], ["一、概述吗"]])).sections == {}


@pytest.mark.parametrize(
    ("below", "empty"),
    [
        ([], True),
        (["青杉市水务局", "2024年1月18日"], True),
        (["青杉市水务局 2024年1月18日"], True),
        (["【打印】【关闭】", "上一篇：无"], True),
        (["无"], False),
        (["（无）", "青杉市水务局", "2024年1月18日"], False),
        ([TABLE], False),
        ([None], False),
    ],
)
def test_what_makes_a_section_empty(
    blocks: BlocksBuilder, below: list[str | list[list[str]] | None], empty: bool
) -> None:
    outline = read_sections(blocks(*CANONICAL[:-1], *below))
    assert outline.sections["other_matters"].empty is empty


def test_a_heading_that_says_none_is_its_own_content(blocks: BlocksBuilder) -> None:
    section = read_sections(blocks("六、无其他需要报告的事项", "青杉市水务局", "2024年1月18日")).sections[
        "other_matters"
    ]
    assert (section.heading, section.text, section.empty) == ("六、无其他需要报告的事项",) * 2 + (False,)


def test_the_signature_is_no_text_of_the_last_section(blocks: BlocksBuilder) -> None:
    outline = read_sections(blocks(*CANONICAL, "青杉市水务局", "2024年1月18日", "【打印】"))
    assert outline.sections["other_matters"].text == "无"


def test_an_empty_section_between_others(blocks: BlocksBuilder) -> None:
    outline = read_sections(blocks("五、存在的主要问题及改进情况", "六、其他需要报告的事项", "无"))
    assert outline.sections["problems"].empty
    assert not outline.sections["other_matters"].empty


def test_a_table_of_contents_is_passed_over(blocks: BlocksBuilder) -> None:
    contents = [form.number + "、" + form.heading for form in SECTIONS]
    outline = read_sections(blocks("目录", *contents, *CANONICAL))
    assert all(not section.empty for section in outline.sections.values())
    assert outline.first_heading == 7
    assert outline.sections["overview"].text == "2023年，本局主动公开信息126条。"


def test_headings_without_content_are_no_table_of_contents(blocks: BlocksBuilder) -> None:
    contents = [form.number + "、" + form.heading for form in SECTIONS]
    outline = read_sections(blocks(*contents))
    assert list(outline.sections) == KEYS
    assert all(section.empty for section in outline.sections.values())


def test_the_second_of_two_equal_headings_counts_where_only_it_has_content(blocks: BlocksBuilder) -> None:
    outline = read_sections(blocks("六、其他需要报告的事项", "六、其他需要报告的事项", "无"))
    assert outline.sections["other_matters"].text == "无"


def test_the_first_of_two_equal_headings_counts_where_both_have_content(blocks: BlocksBuilder) -> None:
    outline = read_sections(blocks("六、其他需要报告的事项", "甲", "六、其他需要报告的事项", "乙"))
    assert outline.sections["other_matters"].text == "甲\n六、其他需要报告的事项\n乙"


def test_sections_out_of_order_keep_their_places(blocks: BlocksBuilder) -> None:
    outline = read_sections(blocks("二、主动公开政府信息情况", TABLE, "一、总体情况", "好。"))
    assert {key: section.order for key, section in outline.sections.items()} == {
        "disclosure": 0,
        "overview": 1,
    }


@pytest.mark.parametrize(
    ("lines", "extras"),
    [
        ([*CANONICAL, "七、附件说明", "见附表。"], ("七、附件说明",)),
        ([*CANONICAL, "七、重点领域公开", "甲。", "八、附件", "乙。"], ("七、重点领域公开", "八、附件")),
        (
            [*CANONICAL[:8], "五、重点领域信息公开进展", "甲。", "六、存在的主要问题及改进情况", "乙。"],
            ("五、重点领域信息公开进展",),
        ),
        ([*CANONICAL, *(f"{n}、事例" for n in "一二三四五六七八")], ()),
        ([*CANONICAL, "七、本年度我局召开会议三次，印发文件五份。"], ()),
        (["一、总体情况", "一、加强领导", "二、强化培训", "三、完善制度", *CANONICAL[2:]], ()),
    ],
)
def test_headings_that_the_form_does_not_have(
    blocks: BlocksBuilder, lines: list[str], extras: tuple[str, ...]
) -> None:
    outline = read_sections(blocks(*lines))
    assert outline.extra_headings == extras
    assert "overview" in outline.sections


def test_an_extra_heading_ends_the_section_before_it(blocks: BlocksBuilder) -> None:
    outline = read_sections(blocks(*CANONICAL, "七、附件说明", "见附表。"))
    assert outline.sections["other_matters"].text == "无"


lines = st.lists(
    st.one_of(
        st.text(max_size=30),
        st.sampled_from([line for line in CANONICAL if isinstance(line, str)]),
        st.sampled_from(["一、", "（一）主动公开情况", "二、其他", "2024年1月18日", "青杉市水务局", "目录"]),
    ),
    max_size=25,
)


@given(lines)
def test_any_lines_give_an_outline_in_order(printed: list[str]) -> None:
    outline = read_sections([Paragraph(line) for line in printed])
    orders = [section.order for section in outline.sections.values()]
    assert orders == list(range(len(orders)))
    assert set(outline.sections) <= set(KEYS)


@given(st.permutations(range(6)), st.integers(0, 5))
def test_any_section_left_out_is_missed_and_no_other(order: list[int], missing: int) -> None:
    kept = [SECTIONS[place] for place in order if place != missing]
    printed = [text for form in kept for text in (f"{form.number}、{form.heading}", "内容。")]
    outline = read_sections([Paragraph(line) for line in printed])
    assert list(outline.sections) == [form.key for form in kept]
