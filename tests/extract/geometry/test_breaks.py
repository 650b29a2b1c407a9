"""Tables and paragraphs over the end of a page."""

from __future__ import annotations

from tests.extract.geometry.paper import Paper, grids, paragraphs, read

XS = (50, 150, 250, 350)
FIRST = [["一、新收", "1", "2"]]


def _two(upper: list[list[str]], lower: list[list[str]]) -> tuple[Paper, Paper]:
    first, second = Paper(), Paper()
    top = 780 - 30 * len(upper)
    first.table(XS, [top + 30 * at for at in range(len(upper) + 1)], upper)
    second.table(XS, [60 + 30 * at for at in range(len(lower) + 1)], lower)
    return first, second


def test_a_table_goes_on() -> None:
    upper = [*FIRST, ["二、结转", "3", "4"]]
    lower = [["三、总计", "5", "6"]]
    assert grids(read(*_two(upper, lower))) == [[*upper, *lower]]


def test_page_numbers_and_running_heads_do_not_stand_between() -> None:
    first, second = _two(FIRST, [["三、总计", "5", "6"]])
    for number, paper in enumerate((first, second), 1):
        paper.write("云溪县水务局", 50, 30)
        paper.write(f"- {number} -", 290, 785)
    reading = read(first, second)
    assert grids(reading) == [[*FIRST, ["三、总计", "5", "6"]]]
    assert paragraphs(reading) == []
    assert reading.around == ("云溪县水务局",)


def test_text_between_keeps_tables_apart() -> None:
    first, second = _two(FIRST, [["三、总计", "5", "6"]])
    second.write("四、诉讼情况", 80, 45)
    assert grids(read(first, second)) == [FIRST, [["三、总计", "5", "6"]]]


def test_other_edges_are_another_table() -> None:
    first, _ = _two(FIRST, FIRST)
    second = Paper()
    second.table((60, 200, 350), (60, 90), [["结果", "1"]])
    assert grids(read(first, second)) == [FIRST, [["结果", "1"]]]


def test_fewer_columns_below_the_break_span_those_above() -> None:
    first, _ = _two(FIRST, FIRST)
    second = Paper()
    second.table((50, 150, 350), (60, 90), [["收费", "1"]])
    assert grids(read(first, second)) == [[*FIRST, ["收费", "1", "<"]]]


def test_a_row_cut_in_half_is_one_row() -> None:
    upper = [*FIRST, ["2.属于三类内部事务|信息且不对外公开的", "3", "4"]]
    lower = [["行政管理信息", "", ""], ["3.其他", "5", "6"]]
    assert grids(read(*_two(upper, lower))) == [
        [
            FIRST[0],
            ["2.属于三类内部事务\n信息且不对外公开的\n行政管理信息", "3", "4"],
            ["3.其他", "5", "6"],
        ]
    ]


def test_numbers_in_the_lower_half_too() -> None:
    upper = [*FIRST, ["2.属于三类内部事务", "", ""]]
    lower = [["信息", "3", "4"], ["3.其他", "5", "6"]]
    [grid] = grids(read(*_two(upper, lower)))
    assert grid[1:] == [["2.属于三类内部事务\n信息", "3", "4"], ["3.其他", "5", "6"]]


def test_rows_with_labels_of_their_own_stay_two() -> None:
    upper = [*FIRST, ["2.属于三类内部事务", "3", "4"]]
    lower = [["3.其他", "", ""]]
    assert grids(read(*_two(upper, lower))) == [[*upper, *lower]]


def test_a_short_label_does_not_go_on() -> None:
    upper = [["规章", "3", "4"]]
    lower = [["文件", "", ""]]
    assert grids(read(*_two(upper, lower))) == [[*upper, *lower]]


def test_numbers_in_both_halves_stay_two_rows() -> None:
    upper = [["2.属于三类内部事务", "3", ""]]
    lower = [["信息", "", "4"]]
    assert grids(read(*_two(upper, lower))) == [[*upper, *lower]]


def test_a_row_open_at_both_sides_of_the_break_is_one() -> None:
    first, second = Paper(), Paper()
    first.table(XS, (700, 730, 760), [*FIRST, ["2.重复", "3", "4"]])
    first.rules = [rule for rule in first.rules if rule.y0 != 760]
    second.table(XS, (60, 90, 120), [["申请", "", ""], ["3.其他", "5", "6"]])
    second.rules = [rule for rule in second.rules if rule.y1 != 60]
    assert grids(read(first, second)) == [[FIRST[0], ["2.重复\n申请", "3", "4"], ["3.其他", "5", "6"]]]


def test_a_break_through_the_merged_cells_of_a_header() -> None:
    first, second = Paper(), Paper()
    first.table((50, 75, 100, 125, 225), (730, 760), [["结果", "结果", "总计", "复议后起诉"]])
    second.table(
        (50, 75, 100, 125, 175, 225),
        (60, 90, 120),
        [["维持", "纠正", "", "维持", "纠正"], ["1", "2", "3", "4", "5"]],
    )
    assert grids(read(first, second)) == [
        [
            ["结果\n维持", "结果\n纠正", "总计", "复议后起诉", "<"],
            ["^", "^", "^", "维持", "纠正"],
            ["1", "2", "3", "4", "5"],
        ]
    ]


def test_a_repeated_header_is_left_to_who_knows_headers() -> None:
    header = ["项目", "上年", "本年"]
    upper = [header, ["规章", "1", "2"]]
    lower = [header, ["文件", "3", "4"]]
    assert grids(read(*_two(upper, lower))) == [[*upper, *lower]]


def test_a_paragraph_goes_on_below_the_break() -> None:
    first, second = Paper(), Paper()
    first.write("全年收到申请共计一百二十件其中网络申请三十件信函申请九十件均按", 70, 740, size=16)
    first.write("1", 300, 785)
    second.write("时答复。", 38, 60, size=16)
    assert paragraphs(read(first, second)) == [
        "全年收到申请共计一百二十件其中网络申请三十件信函申请九十件均按时答复。"
    ]


def test_header_rows_that_say_the_same_on_both_sides_of_the_break_stay_two() -> None:
    upper = [["结果维持全部", "结果纠正全部", "总计"]]
    lower = [["结果维持全部", "结果纠正全部", "总计"], ["1", "2", "3"]]
    assert grids(read(*_two(upper, lower))) == [[*upper, *lower]]


def test_a_merged_cell_that_is_not_drawn_on_a_page_between() -> None:
    first, second = Paper(), Paper()
    first.across(700, *XS)
    second.across(90, *XS[1:])
    second.across(120, *XS[1:])
    for x in XS:
        first.down(x, 700, 760)
    for x in XS[1:]:
        second.down(x, 40, 120)
    for text, x in zip(("三、结果", "部分公开，只计", "0"), XS, strict=False):
        first.write(text, x + 5, 740)
    second.write("这一情形", XS[1] + 5, 60)
    second.write("不予公开", XS[1] + 5, 100)
    second.write("4", XS[2] + 5, 100)
    assert grids(read(first, second)) == [
        [["三、结果", "部分公开，只计\n这一情形", "0"], ["^", "不予公开", "4"]]
    ]
