"""Numbers as cells print them; each expectation was written down by hand."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.parser.numbers import looks_numeric, numbers_in, parse_number


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0", 0),
        ("12", 12),
        ("１２", 12),
        ("\xa03\u3000", 3),
        ("\u200b3\ufeff", 3),
        ("1,234", 1234),
        ("1,234,567", 1234567),
        ("１，２３４", 1234),
        ("12.50", Decimal("12.5")),
        ("0.00", 0),
        ("10.0", 10),
        ("0.07", Decimal("0.07")),
        ("3件", 3),
        ("3 件", 3),
        ("-2", -2),
        ("－2", -2),
        ("十二", 12),
        ("一十二", 12),
        ("二十", 20),
        ("一百零三", 103),
        ("一百二十", 120),
        ("两千零一十", 2010),
        ("九千九百九十九", 9999),
        ("三", 3),
        ("零", 0),
        ("〇", 0),
        ("三件", 3),
        ("一件", 1),
        ("1.50", Decimal("1.50")),
        ("12.0", 12),
        ("\n7\n", 7),
    ],
)
def test_reads(text, value):
    assert parse_number(text) == value


@pytest.mark.parametrize("text", ["0", "0.00", "10.0", "3件"])
def test_whole_numbers_are_int(text):
    assert type(parse_number(text)) is int


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "/",
        "-",
        "—",
        "无",
        "一",
        "一二",
        "二〇二三",
        "一百二",
        "一百十",
        "〇〇",
        "○",
        "O",
        "o",
        "l",
        "1O",
        "1l",
        "O.5",
        "十2",
        "12十",
        "三万",
        "持平",
        "↑3",
        "增加3",
        "–2",
        "—2",
        "2-",
        "1.",
        "0,00",
        "0.0.0",
        "05,0",
        "12,34",
        "1,2345",
        "1，234",
        "1、234",
        "007",
        "00",
        "1 234",
        "1\n2",
        "3/4",
        "12%",
        ".5",
        "5.",
        "1.2.3",
        "+3",
        "减2",
        "持平",
        "251000元",
        "12.5万元",
        "约3",
        "3件4",
        "²",
        "①",
        "٣",
        "1e3",
        "9" * 16,
        "件",
    ],
)
def test_refuses_to_guess(text):
    assert parse_number(text) is None


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("+3", 3),
        ("-2", -2),
        ("减2", -2),
        ("减少 2项", -2),
        ("增3", 3),
        ("增加3", 3),
        ("持平", 0),
        ("0", 0),
        ("↑3", 3),
        ("↓2", -2),
        ("＋３", 3),
        ("减0", 0),
        ("减少1,200", -1200),
        ("十二", 12),
    ],
)
def test_changes_are_read_in_signed_columns(text, value):
    assert parse_number(text, signed=True) == value


@pytest.mark.parametrize(
    "text", ["增", "减半", "增2.5", "增3减1", "→", "→3", "↑", "±3", "+-3", "增-3", "减二", "一"]
)
def test_unclear_changes_are_not(text):
    assert parse_number(text, signed=True) is None


def test_money_takes_its_own_unit_and_no_other():
    assert parse_number("12.5万元", unit="万元") == Decimal("12.5")
    assert parse_number("12.5", unit="万元") == Decimal("12.5")
    assert parse_number("251000元", unit="万元") is None
    assert parse_number("3件", unit="万元") is None
    assert parse_number("3万", unit="万元") is None


WRITTEN = {
    "零": 0,
    "九": 9,
    "十": 10,
    "十一": 11,
    "十九": 19,
    "二十": 20,
    "九十九": 99,
    "一百": 100,
    "一百零一": 101,
    "一百一十": 110,
    "一百一十一": 111,
    "一千": 1000,
    "一千零一": 1001,
    "一千零一十": 1010,
    "一千一百": 1100,
    "九千九百九十九": 9999,
}


@pytest.mark.parametrize(("text", "value"), WRITTEN.items())
def test_chinese_numerals(text, value):
    assert parse_number(text) == value
    assert [other for other in WRITTEN if parse_number(other) == value] == [text]


def test_what_a_picture_may_show_for_a_rule_or_a_sign_is_no_numeral():
    assert [parse_number(text, recognised=True) for text in ("二", "三", "十", "十二", "三件")] == [None] * 5
    assert parse_number("12", recognised=True) == 12


@pytest.mark.parametrize("text", ["一十件", "十", "〇", "↑3"])
def test_numerals_and_arrows_look_numeric(text):
    assert looks_numeric(text)


@pytest.mark.parametrize("text", ["一", "一二", "O", "1O", "—", "三、本年度办理结果"])
def test_unclear_ones_do_not(text):
    assert not looks_numeric(text)


@pytest.mark.parametrize("text", ["0", "0 0 0", "1,2", "251000元", "3/4", "－2", "增3"])
def test_looks_numeric(text):
    assert looks_numeric(text)


@pytest.mark.parametrize("text", ["", "无", "/", "规章", "1.属于国家秘密", "2023年", "第1项"])
def test_does_not_look_numeric(text):
    assert not looks_numeric(text)


def test_counts_runs_of_digits():
    assert [numbers_in(text) for text in ("", "0", "0 0", "1,234", "1.5", "１\n２", "3/4")] == [
        0,
        1,
        2,
        1,
        1,
        2,
        2,
    ]


@given(st.integers(0, 10**15 - 1))
def test_every_count_comes_back(number):
    assert parse_number(str(number)) == number
    assert parse_number(f"{number:,}") == number


@given(st.text(alphabet="0123456789.,，+-−－ 件元万减增０１９/\n", max_size=40))
def test_never_a_digit_that_is_not_printed(text):
    value = parse_number(text, signed=True)
    if value is not None:
        ascii_digits = "".join(
            str("０１２３４５６７８９".find(c)) if c in "０１９" else c for c in text if c.isdigit()
        )
        digits = str(abs(value)).replace(".", "")
        assert digits.strip("0") in ascii_digits
        assert len(digits) <= max(len(ascii_digits), 1)


@pytest.mark.parametrize(("text", "value"), [("8 ¹", 8), ("1,234²", 1234), ("¹", None), ("8 1", None)])
def test_the_raised_mark_of_a_note_is_no_digit(text, value):
    assert parse_number(text) == value
