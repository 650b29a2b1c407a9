"""Ruled lines to cells, characters to cells."""

from __future__ import annotations

from itertools import pairwise

import pytest

from crawler.extract.document import Grid, Paragraph
from crawler.extract.geometry import UNREADABLE, Rule, rules_of_rectangle
from tests.extract.geometry.paper import Paper, grids, paragraphs, read

XS = (50, 150, 250, 350)
YS = (100, 130, 160)
TEXTS = [["项目", "上年", "本年"], ["规章", "12", "3"]]


def test_every_cell_ruled() -> None:
    paper = Paper()
    paper.table(XS, YS, TEXTS)
    reading = read(paper)
    assert grids(reading) == [TEXTS]
    assert isinstance(reading.blocks[0], Grid)
    assert reading.blocks[0].rectangular


def test_merged_cells_are_covered_slots() -> None:
    paper = Paper()
    paper.across(100, 50, 350)
    paper.across(130, 150, 350)
    paper.across(160, 50, 350)
    paper.down(50, 100, 160)
    paper.down(150, 100, 160)
    paper.down(250, 130, 160)
    paper.down(350, 100, 160)
    paper.write("类别", 60, 125)
    paper.write("件数", 200, 110)
    paper.write("7", 180, 140)
    paper.write("8", 280, 140)
    assert grids(read(paper)) == [[["类别", "件数", "<"], ["^", "7", "8"]]]


def _shifted(rules: list[Rule]) -> list[Rule]:
    """Each line twice, as double lines are drawn."""
    return [*rules, *(Rule(x0 + 1.5, y0 + 1.5, x1 + 1.5, y1 + 1.5) for x0, y0, x1, y1 in rules)]


def _dashed(rules: list[Rule]) -> list[Rule]:
    dashes = []
    for x0, y0, x1, y1 in rules:
        length = max(x1 - x0, y1 - y0)
        for at in range(0, int(length), 5):
            end = min(at + 3, length)
            dashes.append(
                Rule(x0 + at, y0, x0 + end, y1) if x1 - x0 > y1 - y0 else Rule(x0, y0 + at, x1, y0 + end)
            )
    return dashes


def _bars(rules: list[Rule]) -> list[Rule]:
    return [
        bar
        for x0, y0, x1, y1 in rules
        for bar in rules_of_rectangle(x0 - 0.7, y0 - 0.7, x1 + 0.7, y1 + 0.7, filled=True, stroked=False)
    ]


def _short_of_their_corners(rules: list[Rule]) -> list[Rule]:
    return [
        Rule(x0 + 2, y0, x1 - 2, y1) if x1 - x0 > y1 - y0 else Rule(x0, y0 + 2, x1, y1 - 2)
        for x0, y0, x1, y1 in rules
    ]


@pytest.mark.parametrize("change", [_shifted, _dashed, _bars, _short_of_their_corners])
def test_lines_as_programs_draw_them(change: object) -> None:
    assert callable(change)
    paper = Paper()
    paper.table(XS, YS, TEXTS)
    paper.rules = change(paper.rules)
    assert grids(read(paper)) == [TEXTS]


def test_cells_drawn_one_by_one_with_room_between_them() -> None:
    paper = Paper()
    paper.table(XS, YS, TEXTS)
    paper.rules = [
        rule
        for top, bottom in pairwise(YS)
        for left, right in pairwise(XS)
        for rule in rules_of_rectangle(left + 1, top + 1, right - 1, bottom - 1, filled=False, stroked=True)
    ]
    assert grids(read(paper)) == [TEXTS]


def test_sides_that_are_not_ruled() -> None:
    paper = Paper()
    paper.table(XS, YS, TEXTS)
    paper.rules = [rule for rule in paper.rules if rule.x0 not in (50, 350) or rule.x1 != rule.x0]
    assert grids(read(paper)) == [TEXTS]


def test_without_lines_down_there_is_no_table() -> None:
    paper = Paper()
    paper.table(XS, YS, TEXTS)
    paper.rules = [rule for rule in paper.rules if rule.x1 > rule.x0]
    reading = read(paper)
    assert grids(reading) == []
    assert paragraphs(reading) == ["项目 上年 本年", "规章 12 3"]


def test_a_number_that_runs_over_the_edge_of_its_cell_is_unreadable() -> None:
    paper = Paper()
    paper.table(XS, YS, [["项目", "上年", "本年"], ["规章", "", ""]])
    paper.write("251000", 232, 140)  # 30 points wide, the edge at 250
    [grid] = grids(read(paper))
    assert grid[1] == ["规章", UNREADABLE * 4, UNREADABLE * 2]


def test_a_number_that_runs_out_of_the_table_is_unreadable() -> None:
    paper = Paper()
    paper.table(XS, YS, [["项目", "上年", "本年"], ["规章", "1", ""]])
    paper.write("251000", 332, 140)
    [grid] = grids(read(paper))
    assert grid[1] == ["规章", "1", UNREADABLE * 4]


def test_numbers_close_to_the_line_between_them_are_two() -> None:
    paper = Paper()
    paper.table(XS, YS, [["项目", "上年", "本年"], ["规章", "", ""]])
    paper.write("12", 238, 140)  # ends two points before the edge
    paper.write("34", 252, 140)
    [grid] = grids(read(paper))
    assert grid[1] == ["规章", "12", "34"]


def test_a_number_on_the_line_between_rows_is_unreadable() -> None:
    paper = Paper()
    paper.table(XS, YS, [["项目", "上年", "本年"], ["规章", "", "4"]])
    paper.write("12", 200, 124)
    [grid] = grids(read(paper))
    assert "12" not in {text for row in grid for text in row}
    assert grid[1][2] == "4"


def test_a_struck_number_is_unreadable() -> None:
    paper = Paper()
    paper.table(XS, YS, [["项目", "上年", "本年"], ["规章", "22", "4"]])
    paper.across(140, 153, 167)
    [grid] = grids(read(paper))
    assert grid[1] == ["规章", UNREADABLE * 2, "4"]


def test_punctuation_that_hangs_over_the_edge_stays_with_its_text() -> None:
    paper = Paper()
    paper.table(XS, YS, [["", "上年", "本年"], ["", "1", "2"]])
    paper.write("只计这一种情形，", 68, 140)
    [grid] = grids(read(paper))
    assert grid[1] == ["只计这一种情形，", "1", "2"]


def test_figures_printed_over_each_other_are_unreadable() -> None:
    paper = Paper()
    paper.table(XS, YS, [["项目", "上年", "本年"], ["规章", "3", "4"]])
    paper.write("8", 156.5, 135)
    [grid] = grids(read(paper))
    assert grid[1] == ["规章", UNREADABLE * 2, "4"]


def test_bold_by_printing_twice_is_read_once() -> None:
    paper = Paper()
    paper.table(XS, YS, [["项目", "上年", "本年"], ["规章", "11", "4"]])
    paper.write("11", 155.4, 135.2)
    paper.write("规章", 55.4, 135)
    [grid] = grids(read(paper))
    assert grid[1] == ["规章", "11", "4"]


def test_a_footnote_mark_is_no_digit() -> None:
    paper = Paper()
    paper.table(XS, YS, [["项目", "上年", "本年"], ["规章", "12", "4"]])
    paper.write("1", 165, 134, size=6)
    [grid] = grids(read(paper))
    assert grid[1] == ["规章", "12 1", "4"]


def test_figures_apart_are_not_one_number() -> None:
    paper = Paper()
    paper.table(XS, YS, [["项目", "上年", "本年"], ["规章", "1", "4"]])
    paper.write("2", 164, 135)
    [grid] = grids(read(paper))
    assert grid[1] == ["规章", "1 2", "4"]


def test_a_label_down_a_merged_cell() -> None:
    paper = Paper()
    paper.across(100, 50, 250)
    paper.across(130, 70, 250)
    paper.across(170, 50, 250)
    for x in (50, 70, 150, 250):
        paper.down(x, 100, 170)
    for at, char in enumerate("本年度"):
        paper.write(char, 55, 110 + 14 * at)
    paper.write("新收", 80, 110)
    paper.write("5", 180, 110)
    paper.write("结转", 80, 140)
    paper.write("6", 180, 140)
    assert grids(read(paper)) == [[["本\n年\n度", "新收", "5"], ["^", "结转", "6"]]]


def test_a_missing_line_costs_its_cells_not_the_table() -> None:
    paper = Paper()
    paper.table(XS, (100, 130, 160, 190), [*TEXTS, ["文件", "5", "6"]])
    paper.rules = [rule for rule in paper.rules if rule.x0 != 150 or rule.x1 != 150]
    paper.down(150, 100, 130)
    paper.down(150, 160, 190)
    paper.rules = [rule for rule in paper.rules if rule.y0 != 160 or rule.y1 != 160]
    paper.across(160, 150, 350)  # 规章, its value and 文件 now share an angled space
    assert grids(read(paper)) == [[*TEXTS, ["文件", "5", "6"]]]


def test_a_frame_around_text_is_no_table() -> None:
    paper = Paper()
    for rule in rules_of_rectangle(20, 20, 580, 780, filled=False, stroked=True):
        paper.rules.append(rule)
    paper.write("一、总体情况", 60, 60)
    paper.table(XS, YS, TEXTS)
    reading = read(paper)
    assert grids(reading) == [TEXTS]
    assert paragraphs(reading) == ["一、总体情况"]


def test_a_page_of_nothing_but_lines_is_bounded() -> None:
    paper = Paper(9000, 9000)
    paper.table(XS, YS, TEXTS)
    for at in range(200, 9000, 4):
        paper.across(at, 0, 9000)
        paper.down(at, 200, 9000)
    reading = read(paper)
    assert reading.notes == ("page 1 has too many lines; its tables are read as text",)
    assert grids(reading) == []


def test_a_landscape_table_typed_sideways() -> None:
    paper = Paper()
    paper.table(XS, YS, TEXTS)
    page = paper.page()
    turned = Paper(page.height, page.width)
    turned.chars = [
        char._replace(x0=char.y0, y0=600 - char.x1, x1=char.y1, y1=600 - char.x0, turn=3)
        for char in page.chars
    ]
    turned.rules = [Rule(y0, 600 - x1, y1, 600 - x0) for x0, y0, x1, y1 in page.rules]
    assert grids(read(turned)) == [TEXTS]


def test_a_heading_in_a_row_of_its_own_parts_tables() -> None:
    paper = Paper()
    paper.table((50, 150, 250), (100, 130), [["三、新收", "1"]])
    paper.table((50, 250), (130, 160), [["四、诉讼情况"]])
    paper.table((50, 150, 250), (160, 190), [["维持", "2"]])
    reading = read(paper)
    assert grids(reading) == [[["三、新收", "1"]], [["维持", "2"]]]
    assert paragraphs(reading) == ["四、诉讼情况"]
    assert [type(block) for block in reading.blocks] == [Grid, Paragraph, Grid]


def test_a_frame_around_a_line_of_text_is_no_table() -> None:
    paper = Paper()
    paper.table((50, 60, 540, 550), (100, 160), [["", "一、总体情况|本机关主动公开信息", ""]])
    reading = read(paper)
    assert grids(reading) == []
    assert paragraphs(reading) == ["一、总体情况", "本机关主动公开信息"]


def test_a_wide_label_with_figures_beside_it_is_no_heading() -> None:
    paper = Paper()
    paper.table((50, 450, 480, 510), (100, 130, 160), [["三、总计", "1", "2"], ["四、结转下年度", "3", "4"]])
    assert grids(read(paper)) == [[["三、总计", "1", "2"], ["四、结转下年度", "3", "4"]]]


def test_figures_that_go_on_in_what_was_not_made_out_beyond_the_wall() -> None:
    paper = Paper()
    paper.table(XS, YS, [["新收", "", ""], ["结转", "3", ""]])
    paper.write(f"12{UNREADABLE}", 238, 110)
    assert grids(read(paper))[0][0] == ["新收", UNREADABLE * 2, UNREADABLE]


def test_tables_beyond_all_measure_are_read_as_text(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("crawler.extract.geometry.reading.MAX_PLACES_IN_ALL", 6)
    papers = [Paper(), Paper()]
    for paper in papers:
        paper.table(XS, YS, [["新收", "1", "2"], ["结转", "3", "4"]])
    reading = read(*papers)
    assert grids(reading) == [[["新收", "1", "2"], ["结转", "3", "4"]]]
    assert reading.notes == ("page 2 has too many lines; its tables are read as text",)


def test_a_number_that_goes_on_across_the_wall_below_is_unreadable_in_both_cells() -> None:
    paper = Paper()
    paper.table(XS, YS, [["规章", "2", "4"], ["许可", "", "5"]])
    paper.write("7", 155, 127)  # 27, its second line grown out of its row
    assert grids(read(paper)) == [[["规章", UNREADABLE, "4"], ["许可", UNREADABLE, "5"]]]
