"""Lines to paragraphs; running heads."""

from __future__ import annotations

from tests.extract.geometry.paper import Paper, grids, paragraphs, read

LEFT, INDENT = 60.0, 80.0


def _lines(*lines: tuple[float, str]) -> Paper:
    """Lines of ten points, 48 ideographs to a full one."""
    paper = Paper()
    for at, (x, text) in enumerate(lines):
        paper.write(text, x, 120 + 18 * at)
    return paper


FULL = "全年共受理公众提出的政府信息公开申请并全部依法按期办结没有出现超期情形各科室均指定专人负责此项"


def test_sentences_are_whole_and_headings_stay_alone() -> None:
    paper = _lines(
        (INDENT, "一、总体情况"),
        (INDENT, FULL[:44] + "收到"),
        (LEFT, "申请12件，办结12件。"),
        (INDENT, "二、主动公开情况"),
    )
    assert paragraphs(read(paper)) == [
        "一、总体情况",
        FULL[:44] + "收到申请12件，办结12件。",
        "二、主动公开情况",
    ]


def test_a_number_before_its_unit_on_the_next_line() -> None:
    paper = _lines((INDENT, FULL[:45] + "12"), (LEFT, "件，均已办结。"))
    assert paragraphs(read(paper)) == [FULL[:45] + "12件，均已办结。"]


def test_a_number_too_long_for_its_line_leaves_room() -> None:
    paper = _lines((LEFT, FULL[:48]), (LEFT, FULL[:44]), (LEFT, "1234567件，均已办结。"))
    assert paragraphs(read(paper)) == [FULL[:48] + FULL[:44] + "1234567件，均已办结。"]


def test_a_full_last_line_does_not_swallow_the_heading() -> None:
    paper = _lines((INDENT, FULL[:46]), (LEFT, "二、主动公开情况"), (LEFT, "（一）数量"), (LEFT, "1.规章"))
    assert paragraphs(read(paper)) == [FULL[:46], "二、主动公开情况", "（一）数量", "1.规章"]


def test_words_of_letters_keep_their_blank() -> None:
    paper = Paper()
    paper.write("x" * 88 + " annual", LEFT, 120)
    paper.write("report", LEFT, 138)
    assert paragraphs(read(paper)) == ["x" * 88 + " annual report"]


def test_spread_ideographs_are_one_word_and_columns_are_not() -> None:
    paper = Paper()
    paper.write("商业企业", 60, 120, step=18)
    paper.write("12", 300, 120)
    paper.write("34", 330, 120)
    assert paragraphs(read(paper)) == ["商业企业 12 34"]


def test_a_date_at_the_foot_of_a_page_is_no_page_number() -> None:
    paper = Paper()
    paper.write("2024年1月19日", 450, 750)
    assert paragraphs(read(paper)) == ["2024年1月19日"]


def test_what_two_pages_share_at_their_edge_is_no_text() -> None:
    pages = []
    for number in (1, 2, 3):
        paper = Paper()
        paper.write("云溪县水务局信息公开", 60, 40)
        paper.write(f"第{number}页 共3页", 280, 770)
        paper.write(f"第{'一二三'[number - 1]}段的文字", 80, 200)
        pages.append(paper)
    reading = read(*pages)
    assert paragraphs(reading) == ["第一段的文字", "第二段的文字", "第三段的文字"]
    assert reading.around == ("云溪县水务局信息公开",)


def test_nothing_to_read() -> None:
    assert read().blocks == ()
    assert grids(read(Paper())) == []
