"""Renderings of tables in plain text, by hand."""

import pytest

from crawler.extract import extract
from crawler.extract.document import Grid, Unreadable


def read(text: str) -> list:
    """Blocks as plain values: paragraphs as strings, grids as rows of texts."""
    return [
        [[slot.text for slot in row] for row in block.rows] if isinstance(block, Grid) else block.text
        for block in extract(text.encode()).blocks
    ]


def test_a_cell_a_line_with_broken_cells_and_blank_cells():
    text = (
        "二、主动公开政府信息情况\n\n\t信息内容\n\t本年新\n制作数量\n\t本年新\r\n公开数量\n\n\t规章\n\t\n\t\u30000\n\n\n"
        "三、后面\n正文。"
    )
    assert read(text) == [
        "二、主动公开政府信息情况",
        [["信息内容", "本年新\n制作数量", "本年新\n公开数量"], ["规章", "", "\u30000"]],
        "三、后面",
        "正文。",
    ]


def test_a_heading_straight_behind_the_last_number_is_not_swallowed():
    assert read("\t规章\n\t0\n五、存在的主要问题\n\t甲\n\t0\n") == [
        [["规章", "0"]],
        "五、存在的主要问题",
        [["甲", "0"]],
    ]


def test_numbers_outside_the_table_end_it():
    assert read("\t甲\n\t0\n\n\u30000\n\n\t乙\n\t1\n") == [[["甲", "0"]], "0", [["乙", "1"]]]


def test_rows_of_tab_separated_cells():
    text = "第一项\t\t\n信息内容\t制发\t废止\n规章\t0\t1\n\n行政许可\t346\t\n\n正文"
    assert read(text) == [
        [["第一项", "", ""], ["信息内容", "制发", "废止"], ["规章", "0", "1"], ["行政许可", "346", ""]],
        "正文",
    ]


def test_first_cells_left_blank_in_tab_separated_rows():
    assert read("甲\t乙\t1\n\t丙\t2\n") == [[["甲", "乙", "1"], ["", "丙", "2"]]]


@pytest.mark.parametrize("rule", ["", "|---|:-:|\n", "| --- | --- |\n"])
def test_pipes(rule):
    assert read(f"前文\n| 项目 | 数量 |\n{rule}| 规章 |  |\n| 许可 | 3 |\n后文") == [
        "前文",
        [[" 项目 ", " 数量 "], [" 规章 ", "  "], [" 许可 ", " 3 "]],
        "后文",
    ]


def test_pipes_without_edges():
    assert read("项目 | 数量\n规章 | 3") == [[["项目 ", " 数量"], ["规章 ", " 3"]]]


def test_a_cell_a_line_with_a_trailing_pipe():
    assert read("项目 |\n数量 |\n\n规章 |\n |\n\n许可 |\n3 |\n\n后文") == [
        [["项目 ", "数量 "], ["规章 ", " "], ["许可 ", "3 "]],
        "后文",
    ]


def test_prose_indented_with_tabs_is_prose():
    long = "根据条例规定，本单位认真落实政府信息公开各项要求，" * 4
    assert read(f"\t{long}\n\t{long}\n") == [long, long]


def test_one_pipe_in_a_sentence_is_prose():
    assert read("首页 | 公开\n\n正文") == ["首页 | 公开", "正文"]


def test_white_space_of_paragraphs_is_folded():
    assert read("\ufeff  2023\xa0\u3000年  报告 \n\n \n") == ["2023 年 报告"]


def test_a_narrow_label_goes_on_for_several_lines():
    assert read("\t三\n、\n结\n果\n\t一、本年新收政\n府信息公开申请\n数量\n\t3\n\n\t乙\n\t1\n") == [
        [["三\n、\n结\n果", "一、本年新收政\n府信息公开申请\n数量", "3"], ["乙", "1"]]
    ]


def test_a_paragraph_between_two_tables_is_no_label():
    paragraph = [
        "本年度收到的申请均已在法定期限内办结，",
        "没有结转下年度继续办理的情况，",
        "也没有因此被申请复议或者被提起诉讼的情况，相关数据见下表。",
    ]
    assert read("\t甲\n\t乙\n" + "\n".join(paragraph) + "\n\t丙\n\t丁\n") == [
        [["甲", "乙"]],
        *paragraph,
        [["丙", "丁"]],
    ]


@pytest.mark.parametrize("text", ["1\t" * 200_001, "甲\n" * 200_001, "1|" * 200_001])
def test_text_without_end_is_refused(text):
    with pytest.raises(Unreadable, match="文字过多"):
        extract(text.encode())


@pytest.mark.parametrize(
    ("text", "rectangular"),
    [
        ("甲\t乙\t丙\n\t1\t2\n丁\t3\t\n", True),
        ("甲\t乙\t丙\n丁\t3\n", False),
        ("| 甲 | 乙 |\n| 丁 | 3 |", True),
        ("| 甲 | 乙 |\n| 丁 | 3 | 4 |", False),
        ("\t甲\n\t乙\n\n\t丁\n\t3\n", True),
        ("\t甲\n\t乙\n\n\t3\n", False),
        ("甲\t乙\n", False),  # one row shows nothing
    ],
)
def test_rows_of_one_length_are_a_whole_grid(text, rectangular):
    (grid,) = extract(text.encode()).blocks
    assert grid.rectangular is rectangular
