"""Lines on a terminal."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from crawler.console import _broken


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("一二三四五六七八九十甲乙", ["一二三四五六七八九十", "甲乙"]),
        ("一二三四五六七八九十。甲乙", ["一二三四五六七八九", "十。甲乙"]),
        ("一二三四五六七八九“十”甲乙", ["一二三四五六七八九", "“十”甲乙"]),
        ("由 section-missing 指出", ["由 section-missing", "指出"]),
        ("此事由section-missing指出", ["此事由", "section-missing指出"]),
        ("x" * 45, ["x" * 20, "x" * 20, "x" * 5]),
        ("。" * 12, ["。" * 10, "。" * 2]),
        ("", [""]),
    ],
)
def test_a_line_breaks_where_chinese_may(text: str, lines: list[str]) -> None:
    assert _broken(text, 20) == lines


@given(st.text(alphabet="一二，。“”（）ab-1 ", max_size=200))
def test_nothing_is_lost_and_no_line_is_too_long(text: str) -> None:
    lines = _broken(text, 20)
    assert "".join("".join(lines).split()) == "".join(text.split())
    assert all(cell_len(line) <= 20 for line in lines)


def test_hostile_text_breaks_in_linear_time() -> None:
    assert len(_broken("（" * 200_000, 80)) == 5000
    assert 5000 <= len(_broken("）（" * 100_000, 80)) < 5100
