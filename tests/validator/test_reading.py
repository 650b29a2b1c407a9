"""Small readings of text, at their bounds."""

from __future__ import annotations

from dataclasses import replace

import pytest

from crawler.rulebook.examples import sound_report
from crawler.validator.reading import fold, han_count, prose_unreadable, sentences, years_in


@pytest.mark.parametrize(
    ("text", "unreadable"),
    [
        ("甲" * 99, True),
        ("甲" * 99 + "1234567890", True),
        ("甲" * 100, False),
        ("甲" * 100 + "\ufffd", False),  # one of 101
        ("甲" * 99 + "\ufffd" * 2 + "乙", True),  # two of 102
        ("甲" * 99 + "\ufffd", True),
        ("甲" * 198 + "\ufffd" * 2, False),  # one in a hundred
        ("甲" * 197 + "\ufffd" * 2, True),
    ],
)
def test_what_counts_as_read(text: str, unreadable: bool) -> None:
    assert prose_unreadable(replace(sound_report(2023), text=text)) is unreadable


def test_full_width_forms_and_white_space_do_not_matter() -> None:
    assert fold(" ２０２３ 年\u3000（一）\n") == "2023年(一)"
    long = "２ " * 20_000
    assert fold(long) == "2" * 20_000


def test_the_count_is_of_chinese_characters() -> None:
    assert han_count("2023年，共A收到〇3件\u4e00\u9fff") == 7


def test_years_in_either_digits() -> None:
    assert years_in("2023年、二〇二二年、二○一九年、二零二零年") == (2023, 2022, 2019, 2020)
    assert years_in("12023件，20235件，1999年，二〇二二") == ()
    assert years_in("2000年至2099年") == (2000, 2099)


def test_sentences_end_at_stops_and_lines() -> None:
    assert sentences("一。二；三！四？五\n\n 六 ，七。") == ["一", "二", "三", "四", "五", "六 ，七"]
