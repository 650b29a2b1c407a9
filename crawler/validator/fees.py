"""What a report tells of fees for handling requests: whether any were charged, and the elements it names."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from crawler.report.model import Bilingual
from crawler.validator.lexicon import fees
from crawler.validator.lexicon.acting import NAMED_YEAR
from crawler.validator.reading import fold, sentences

_LINES = 3
_BEFORE_AN_AMOUNT = 14
_COMMA = re.compile(r"(?<!\d),|,(?!\d{3})")  # not the one inside 3,000
_NOTICES = Bilingual("发出收费通知的件数", "the number of notices")
_TOTAL = Bilingual("收费通知的总金额", "the total that the notices ask for")
_ACTUAL = Bilingual("实际收取的总金额", "the total that was received")


class FeeStatement(NamedTuple):
    """What is told where fees were charged: which elements are absent, and whether a sum may be either."""

    quote: str
    absent: tuple[Bilingual, ...]
    ambiguous: bool


def fee_statement(text: str, year: int | None) -> FeeStatement | None:
    """What `text` tells of fees charged in `year`; None where it does not say that any were."""
    lines = text.split("\n")
    for at, line in enumerate(lines):
        if not fees.OF_HANDLING_FEES.search(fold(line)):
            continue
        told = list(_told("\n".join(lines[at : at + _LINES]), year))
        if any(_charged(sentence) for _, sentence in told):
            quote = "。".join(printed for printed, _ in told)
            return _elements("。".join(sentence for _, sentence in told), quote)
    return None


def _told(passage: str, year: int | None) -> Iterator[tuple[str, str]]:
    """The sentences of a passage from the first one on fees, without tariffs, other years and other fees: as
    printed, and what they tell.
    """
    begun = False
    for printed in sentences(passage):
        sentence = fold(printed)
        begun = begun or fees.OF_HANDLING_FEES.search(sentence) is not None
        if begun and not fees.TARIFF.search(sentence) and of_the_year(sentence, year):
            # 依据《政府信息公开信息处理费管理办法》 names a fee, and tells of none
            parts = _COMMA.split(fees.MEASURES_BY_NAME.sub("", sentence))
            yield printed, "，".join(part for part in parts if not fees.BESIDE_THE_POINT.search(part))


def of_the_year(sentence: str, year: int | None) -> bool:
    """Whether a folded sentence names no other year than `year`."""
    return all(int(named) == year for named in NAMED_YEAR.findall(sentence))


def _charged(sentence: str) -> bool:
    if not fees.OF_HANDLING_FEES.search(sentence):
        return False
    sums = fees.AMOUNT.findall(sentence)
    if any(not fees.NOUGHT.fullmatch(amount) for amount in sums) or fees.NOTICES.search(sentence):
        return True
    return not sums and fees.CHARGED.search(sentence) is not None and not fees.DENIED.search(sentence)


def _elements(told: str, quote: str) -> FeeStatement:
    counted = fees.COUNT.search(told) is not None
    all_paid = fees.ALL_PAID.search(told) is not None
    total = actual = unclear = False
    for match in fees.AMOUNT.finditer(told):
        before = told[max(0, match.start() - _BEFORE_AN_AMOUNT) : match.start()]
        led, _, clause = before.rpartition("，")
        if fees.SUMMED_UP.fullmatch(clause):  # 实际收取2件，共计860元
            clause = led.rpartition("，")[2] + clause
        if fees.ACTUAL.search(clause):
            actual = True
        elif fees.TOTAL.search(clause):
            total = True
        else:
            unclear = True
    received = actual or (all_paid and (total or unclear))
    asked = total or (all_paid and (actual or unclear))
    absent = tuple(
        element for element, there in ((_NOTICES, counted), (_TOTAL, asked), (_ACTUAL, received)) if not there
    )
    return FeeStatement(quote, absent, unclear)
