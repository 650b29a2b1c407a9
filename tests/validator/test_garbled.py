"""Which characters count as everyday ones, and how many of them it takes."""

from __future__ import annotations

import pytest

from crawler.validator.garbled import garbled

FIRST = "啊阿埃挨哎唉哀皑癌蔼矮艾碍爱隘鞍"
LAST = "组族祖最罪尊遵昨左佐柞做作坐座"
RARE = "濮鄄莒茌郯睢兖亳"


def found(text: str) -> bool:
    nonsense = text.encode("utf-8").decode("latin-1")
    return list(garbled(nonsense)) == [nonsense]


@pytest.mark.parametrize("text", [FIRST, LAST], ids=["first", "last"])
def test_from_the_first_row_of_the_first_level_to_its_last(text: str) -> None:
    """Rows 16 and 55 of GB 2312."""
    assert {sign.encode("gb2312")[0] for sign in text} in ({0xB0}, {0xD7})
    assert found(text)


def test_characters_of_the_second_level_are_not_everyday_ones() -> None:
    assert all(sign.encode("gb2312")[0] > 0xD7 for sign in RARE)
    assert not found(RARE)
    assert not found("〇①②③④⑤⑥")


def test_six_in_ten_are_enough() -> None:
    assert found("主动公开信息" + RARE[:4])
    assert not found("主动公开信" + RARE[:5])


def test_three_different_ones_are_enough() -> None:
    assert found("公开信" * 3)
    assert not found("公开" * 4)
