"""What a report says in its own words.

Reports are alike by their nature: every one cites the same regulation, follows the same headings and tells
the same facts in the only words that there are for them. All that is taken away before texts are compared,
and so are names, years and numbers, which a copied text has changed.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from functools import lru_cache
from typing import cast

from crawler.likeness import common
from crawler.report.model import Report

OWN_SECTIONS = ("overview", "problems")
"""The sections that a body writes freely; the others hold tables and set phrases."""

LONGEST = 100_000
"""Characters of a printed text that are looked at."""

_SENTENCE = re.compile(r"[^。！？!?\n]+")


def printed_prose(report: Report) -> str:
    """The sections that a body writes freely, overview and problems, as printed; without them the text."""
    found = [report.sections[key].text for key in OWN_SECTIONS if key in report.sections]
    return ("\n".join(text for text in found if text) or report.text)[:LONGEST]


def own_prose(report: Report) -> str:
    """`printed_prose` as bare Chinese characters, without what reports have in common by their nature."""
    text = printed_prose(report)
    names = () if report.organ is None else (report.organ,)
    return "".join([text[start:end] for start, end in own_spans(text, names)])


def own_spans(text: str, names: Collection[str] = ()) -> Iterator[tuple[int, int]]:
    """The stretches of `text` that are own prose of the bodies `names`."""
    named = _named(tuple(sorted({form for name in names for form in _forms_of(name)})))
    for sentence in _SENTENCE.finditer(text):
        start, end = sentence.span()
        if common.SENTENCE.search(text, start, end):
            continue
        for first, last in _dropped(text, start, end, named):
            if first > start:
                yield start, first
            start = last
        if start < end:
            yield start, end


_LONGEST_NAME = 60
_PLACE = re.compile(r"[\u4e00-\u9fff]{2,10}?(?:自治区|自治州|自治县|街道|[省市县区旗州盟镇乡])")
_OFFICE_ENDING = re.compile(
    r"(?:人民政府办公厅|人民政府办公室|人民政府|管理委员会|委员会|办事处|办公厅|办公室|分局|[局厅委办])$"
)


@lru_cache(maxsize=1024)
def _forms_of(name: str) -> tuple[str, ...]:
    """A body's name as its text may use it: whole, its places, what is left of it, what it is for.

    云溪县水务局: 云溪县, 云溪, 水务局, 水务.
    """
    name = "".join(name.split())[:_LONGEST_NAME]
    found, at = {name}, 0
    while place := _PLACE.match(name, at):
        found |= {place[0], _without_ending(place[0])}
        at = place.end()
    office = name[at:]
    found |= {office, _OFFICE_ENDING.sub("", office)}
    return tuple(form for form in found if len(form) > 1)


def _without_ending(place: str) -> str:
    return re.sub(r"(?:自治区|自治州|自治县|街道|.)$", "", place)


@lru_cache(maxsize=256)
def _named(names: tuple[str, ...]) -> re.Pattern[str] | None:
    """Any of the names, the longer first; None where there are none."""
    return re.compile("|".join(map(re.escape, sorted(names, key=len, reverse=True)))) if names else None


_COMMON = re.compile("|".join(common.WITHIN_SENTENCES), re.MULTILINE)


def _dropped(text: str, start: int, end: int, named: re.Pattern[str] | None) -> Iterator[tuple[int, int]]:
    """What is no own prose within a sentence: names, then what everybody has alike.

    As one expression of both would find it, which would have to be made anew for every body: that takes
    longer than to look for both.
    """
    name = None if named is None else named.search(text, start, end)
    alike = _COMMON.search(text, start, end)
    while name is not None or alike is not None:
        if alike is None or (name is not None and name.start() <= alike.start()):
            first, last = cast(re.Match[str], name).span()
        else:
            first, last = alike.span()
        yield first, last
        if named is not None and name is not None and name.start() < last:
            name = named.search(text, last, end)
        if alike is not None and alike.start() < last:
            alike = _COMMON.search(text, last, end)
