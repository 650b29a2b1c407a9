"""The numbers of lists as word processors spell them: 一, (1), ①, 甲."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

_DIGITS = "〇一二三四五六七八九"
_LEGAL_DIGITS = "零壹贰叁肆伍陆柒捌玖"
_UNITS, _LEGAL_UNITS = ("", "十", "百", "千"), ("", "拾", "佰", "仟")
_STEMS, _BRANCHES = "甲乙丙丁戊己庚辛壬癸", "子丑寅卯辰巳午未申酉戌亥"
_ROMAN = (
    (1000, "M"), (900, "CM"), (500, "D"), (400, "CD"), (100, "C"), (90, "XC"), (50, "L"), (40, "XL"),
    (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"),
)  # fmt: skip
_MOST_COUNTED = 9_999  # 千 is the largest unit that lists spell
_MOST_ROMAN = 3_999
_MOST_LETTERS = 78  # Z three times over


def spell(number: int, style: str) -> str:
    """`number`, at least 0, in a style of WordprocessingML (ST_NumberFormat).

    What a style does not spell, and every style that is not known, is spelled in decimal digits.
    """
    speller = _STYLES.get(style)
    return (speller(number) if speller is not None else "") or str(number)


def _counting(number: int) -> str:
    if not 0 < number <= _MOST_COUNTED:
        return ""
    text = _with_units(number, _DIGITS, _UNITS).replace("〇", "零")
    return text.removeprefix("一") if 10 <= number < 20 else text


def _legal(number: int) -> str:
    return _with_units(number, _LEGAL_DIGITS, _LEGAL_UNITS) if 0 < number <= _MOST_COUNTED else ""


def _with_units(number: int, digits: str, units: tuple[str, ...]) -> str:
    text = ""
    for place, digit in enumerate(reversed(str(number))):
        if digit != "0":
            text = digits[int(digit)] + units[place] + text
        elif text and text[0] != digits[0]:
            text = digits[0] + text
    return text


def _digits(number: int) -> str:
    return "".join(_DIGITS[int(digit)] for digit in str(number))


def _counting_to_99(number: int) -> str:
    """Word's chineseCounting: with 十 up to 99, digit by digit from 100 on."""
    return _counting(number) if number < 100 else _digits(number)


def _cycled(signs: str) -> Callable[[int], str]:
    return lambda number: signs[number - 1] if 0 < number <= len(signs) else ""


def _enclosed(first: int, most: int) -> Callable[[int], str]:
    return lambda number: chr(first + number - 1) if 0 < number <= most else ""


def _roman(number: int) -> str:
    if not 0 < number <= _MOST_ROMAN:
        return ""
    text = ""
    for value, sign in _ROMAN:
        text += sign * (number // value)
        number %= value
    return text


def _letters(number: int) -> str:
    """A to Z, then AA to ZZ, each letter repeated."""
    if not 0 < number <= _MOST_LETTERS:
        return ""
    return chr(ord("A") + (number - 1) % 26) * ((number - 1) // 26 + 1)


def _full_width(number: int) -> str:
    return "".join(chr(ord(digit) - ord("0") + ord("０")) for digit in str(number))


_STYLES: Mapping[str, Callable[[int], str]] = MappingProxyType(
    {
        "chineseCounting": _counting_to_99,
        "chineseCountingThousand": _counting,
        "taiwaneseCounting": _counting_to_99,
        "taiwaneseCountingThousand": _counting,
        "japaneseCounting": _counting,
        "koreanCounting": _counting,
        "ideographDigital": _digits,
        "taiwaneseDigital": _digits,
        "japaneseDigitalTenThousand": _digits,
        "koreanDigital2": _digits,
        "chineseLegalSimplified": _legal,
        "japaneseLegal": _legal,
        "ideographLegalTraditional": _legal,
        "ideographTraditional": _cycled(_STEMS),
        "ideographZodiac": _cycled(_BRANCHES),
        "decimalEnclosedCircle": _enclosed(0x2460, 20),
        "decimalEnclosedCircleChinese": _enclosed(0x2460, 20),
        "decimalEnclosedParen": _enclosed(0x2474, 20),
        "decimalEnclosedFullstop": _enclosed(0x2488, 20),
        "decimalFullWidth": _full_width,
        "decimalFullWidth2": _full_width,
        "decimalZero": lambda number: f"{number:02}",
        "upperRoman": _roman,
        "lowerRoman": lambda number: _roman(number).lower(),
        "upperLetter": _letters,
        "lowerLetter": lambda number: _letters(number).lower(),
    }
)
