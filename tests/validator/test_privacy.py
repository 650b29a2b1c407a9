"""Numbers of persons, worked out by hand; all of them are born in years to come, so they are nobody's."""

from __future__ import annotations

import pytest

from crawler.validator.privacy import IDENTITY, MOBILE, personal_numbers

PROVINCES = {
    *("11", "12", "13", "14", "15", "21", "22", "23", "31", "32", "33", "34", "35", "36", "37"),
    *("41", "42", "43", "44", "45", "46", "50", "51", "52", "53", "54", "61", "62", "63", "64", "65"),
    *("71", "81", "82"),
}


def identity(place: str = "110101", day: str = "20990110", order: str = "001") -> str:
    """With the check character of ISO 7064, MOD 11-2: all figures weighed by powers of 2 leave 1."""
    figures = place + day + order
    weighed = sum(int(figure) * 2 ** (17 - at) for at, figure in enumerate(figures))
    return figures + "0123456789X"[(1 - weighed) % 11]


def told(text: str) -> list[str]:
    return [number.masked for number in personal_numbers(text)]


def test_the_check_character_is_that_of_the_standard() -> None:
    assert identity("110105", "19491231", "002") == "11010519491231002X"


def test_the_first_two_figures_are_a_province() -> None:
    codes = (f"{code:02}" for code in range(100))
    assert {code for code in codes if told(identity(f"{code}0101"))} == PROVINCES


@pytest.mark.parametrize("day", ["20990110", "20991030", "20991231", "20990228", "19991020", "20960229"])
def test_a_day_of_the_calendar(day: str) -> None:
    assert told(identity(day=day)) == ["110***************"]


@pytest.mark.parametrize(
    "day", ["20990229", "20990100", "20990145", "20991301", "20990010", "20990132", "18990110", "21000110"]
)
def test_no_day_on_which_a_holder_was_born(day: str) -> None:
    assert told(identity(day=day)) == []


@pytest.mark.parametrize("order", [f"{order:03}" for order in range(1, 12)])
def test_of_all_check_characters_one_agrees(order: str) -> None:
    right = identity(order=order)
    wrong = [right[:-1] + sign for sign in "0123456789X" if sign != right[-1]]
    assert told(right) == ["110***************"]
    assert [number for number in wrong if told(number)] == []


def test_a_number_may_be_printed_in_groups_and_with_a_small_x() -> None:
    assert told("110105 19491231 002x") == ["110*** ******** ****"]
    assert told("110105-19491231-002X") == ["110***-********-****"]


def test_thirty_characters_stand_on_each_side_of_a_quoted_number() -> None:
    [number] = personal_numbers("甲" * 31 + "乙" * 30 + identity() + "丙" * 30 + "丁")
    assert number == (IDENTITY, "110***************", "乙" * 30 + "110***************" + "丙" * 30, True)
    [first] = personal_numbers("甲" + identity())
    assert first.quote == "甲110***************"


def test_every_number_of_a_line_is_masked_in_every_quote() -> None:
    first, second = personal_numbers(f"甲{identity()}乙13712345678丙")
    assert (first.kind, second.kind) == (IDENTITY, MOBILE)
    assert first.quote == second.quote == "甲110***************乙137********丙"


def test_a_code_within_forty_characters_before_it_is_no_person() -> None:
    assert told("代码" + identity()) == []
    assert told("代码" + "甲" * 38 + identity()) == []
    assert told("代码" + "甲" * 39 + identity()) == ["110***************"]


def test_an_office_within_forty_characters_before_a_mobile_number() -> None:
    assert told("电话13712345678") == []
    assert told("编号13712345678") == []
    assert told("电话" + "甲" * 38 + "13712345678") == []
    assert told("电话" + "甲" * 39 + "13712345678") == ["137********"]


def test_a_private_number_stays_private_beside_an_office_word() -> None:
    [number] = personal_numbers("申请人联系电话为13712345678")
    assert number.sure
    [other] = personal_numbers("小周13712345678")
    assert not other.sure


def test_a_line_of_a_thousand_numbers_tells_a_hundred() -> None:
    assert len(told(f"{identity()}、" * 1000)) == 100
    assert len(told(f"{identity()}\n" * 150)) == 150
