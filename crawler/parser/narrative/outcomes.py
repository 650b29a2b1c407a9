"""What became of the requests, item by item: 予以公开4件、不予公开2件, 2件结转下年度."""

from __future__ import annotations

import re
from collections.abc import Iterator
from types import MappingProxyType
from typing import NamedTuple

from crawler.parser.narrative.passages import Passage, Scope
from crawler.parser.narrative.quantities import QUANTITY, exact
from crawler.parser.narrative.words import (
    APPLICANTS,
    ATTRIBUTES_OF_DOCUMENTS,
    CHANNELS,
    COUNTED_OR_DENIED,
    GLUE,
    NEUTRAL_BEFORE,
    REQUEST_BY_NAME,
)
from crawler.report.narrative import Claim, Subject

_LAST_YEAR = r"(?:(?:上一?|去)年度?|往年度?|以前年度|20\d\d年度?)"
_NEXT_YEAR = r"(?:下一?年度?|次年度?|明年|20\d\d年度?)"
_GOING_ON = r"(?:继续)?(?:办理|处理|答复)?"

NAMES = MappingProxyType(
    {
        Subject.CARRIED_IN: (
            rf"{_LAST_YEAR}(?:的)?(?:结转|遗留|转入|结余)(?:至|到)?(?:本年度?|今年)?{_GOING_ON}|结转自?上一?年度?"
        ),
        Subject.CARRIED_OUT: rf"(?:结转|转入|延续)(?:至|到)?{_NEXT_YEAR}{_GOING_ON}",
        Subject.CONCLUDED: r"办结|办理完毕|处理完毕|作出答复|答复|共作出答复",
        Subject.PARTLY_GRANTED: r"(?:予以)?部分(?:予以)?公开|同意部分公开|区分处理(?:后公开)?",
        Subject.DENIED: r"不予以?公开|不同意公开|决定不予公开",
        Subject.GRANTED: r"(?<!不)(?<!部分)(?:全部)?(?:予以|给予|准予)公开|(?<!不)同意公开|全部公开",
        Subject.UNAVAILABLE: r"无法提供|不能提供",
        Subject.UNPROCESSED: r"不予处理",
        Subject.OTHER_HANDLING: r"(?:作|做)?其[他它](?:方式|情形)?处理",
    }
)
"""How the prose calls each row of table three."""

_ANY = "|".join(f"(?P<{subject}>{name})" for subject, name in NAMES.items())
_ITEM = re.compile(r"[^,、:;。()]+")
_NAME_FIRST = re.compile(rf"{NEUTRAL_BEFORE}(?:{_ANY}){GLUE}{QUANTITY}(?:次|申请)?")
_NUMBER_FIRST = re.compile(
    rf"{NEUTRAL_BEFORE}{QUANTITY}(?:的)?(?:政府信息公开)?(?:申请)?(?:为|是|系|属于?|作|做|作出|予以)?(?:依法)?(?:{_ANY})"
    r"(?:的|处理|答复|决定|办理|申请)*"
)
_NAME_ALONE = re.compile(rf"{NEUTRAL_BEFORE}(?:{_ANY})(?:的)?")
_NONE_OF = re.compile(
    rf"{NEUTRAL_BEFORE}(?:无|没有|未发生|未出现|未作出)(?:依法)?(?:{_ANY})(?:的)?(?:申请|情况|情形|件|答复|决定)*"
)
_GROUP = re.compile(rf"(?:{CHANNELS}|{APPLICANTS}|其[他它]组织)[^,。;]{{0,12}}\d")
_INCLUDES = re.compile(r"\((?:含|其中|包括|包含)")
_NOT_HELD = re.compile(r"不存在|不掌握|未制作|未获取|非本|不属于?本|不是本")
_SEPARATE = frozenset({Subject.DENIED, Subject.UNAVAILABLE})
"""Told apart by the form, and often not by the prose, where information does not exist."""
_LONGEST_ITEM = 60


class Outcome(NamedTuple):
    """One item that names an outcome and its number, with its place in the passage."""

    subject: Subject
    number: int | None
    start: int
    end: int


def items(text: str) -> Iterator[Outcome]:
    """Every item of folded `text` that says how many requests had one outcome, and nothing besides."""
    if COUNTED_OR_DENIED.search(text) is None:
        return
    before, gap_from = "", 0
    for item in _ITEM.finditer(text):
        word = item[0]
        if len(word) <= _LONGEST_ITEM and COUNTED_OR_DENIED.search(word) is not None:
            # 予以公开、部分公开共7件 counts both together
            joint = text[gap_from : item.start()] == "、" and _NAME_ALONE.fullmatch(before) is not None
            match = _NAME_FIRST.fullmatch(word) or _NUMBER_FIRST.fullmatch(word)
            denial = _NONE_OF.fullmatch(word) if match is None else None
            if match is not None and not joint:
                number = exact(match, word)
                if number is not None:
                    yield Outcome(_subject(match), number, item.start(), item.end())
            elif denial is not None and not joint and text[item.end() : item.end() + 1] != "、":
                yield Outcome(_subject(denial), None, item.start(), item.end())
        before, gap_from = word, item.end()


def outcomes(passage: Passage) -> Iterator[Claim]:
    """What a passage says of the outcomes of disclosure requests."""
    about_requests = passage.section == "applications" or REQUEST_BY_NAME.search(passage.paragraph)
    if not about_requests or ATTRIBUTES_OF_DOCUMENTS.search(passage.sentence):
        return
    found = list(items(passage.text))
    numbers: dict[Subject, set[int | None]] = {}
    for item in found:
        numbers.setdefault(item.subject, set()).add(item.number)
    named = passage.section == "applications" or "申请" in passage.up_to_here
    for item in found:
        scope = passage.scope(item.end)
        if scope is Scope.OUTSIDE:
            continue
        unclear = (
            scope is Scope.UNSURE
            or not named
            or len(numbers[item.subject]) > 1
            or group_named(passage.lead + passage.text[: item.start])
            or (item.subject in _SEPARATE and _NOT_HELD.search(passage.text) is not None)
            or _INCLUDES.match(passage.text, item.end) is not None
            or (item.subject is Subject.CARRIED_IN and _other_year(passage, item, -1))
            or (item.subject is Subject.CARRIED_OUT and _other_year(passage, item, 1))
        )
        yield Claim(item.subject, item.number, passage.quote, unclear)


_FOUR_DIGITS = re.compile(r"(?<!\d)20\d\d(?=年)")


def _other_year(passage: Passage, item: Outcome, step: int) -> bool:
    """Whether a carry-over names a year other than the one next to the reported one."""
    years = {int(year) for year in _FOUR_DIGITS.findall(passage.text[item.start : item.end])}
    return bool(years) and (passage.year is None or not years <= {passage.year, passage.year + step})


def group_named(text: str) -> bool:
    """Whether `text` counts the requests of one channel or one kind of applicant."""
    return _GROUP.search(text) is not None


def _subject(match: re.Match[str]) -> Subject:
    return next(subject for subject in NAMES if match[subject.value] is not None)
