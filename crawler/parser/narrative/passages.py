"""The prose cut into passages, and of what year and whose figures a passage speaks."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import IntEnum
from functools import cached_property

from crawler.parser.chinese import fold, sentences
from crawler.parser.narrative.words import (
    ACTING_BODY,
    BEFORE_A_NAME,
    GUIDED,
    MORE_THAN_A_YEAR,
    OF_A_DOCUMENT,
    OTHERS,
    OURSELVES,
    PART_OF_YEAR,
    SAYS_HOW_MANY,
    WHOLE_YEAR,
)
from crawler.report.model import Section

LONGEST = 1000
"""Characters; a longer sentence is no prose."""

_FULL_STOP = re.compile(r"[^。！？!?\n]+[。！？!?]*[”’」）)]*")
_THOUSANDS = re.compile(r"(?<![\d.,])\d{1,3}(?:,\d{3})+(?![\d,.])")
_APART = re.compile(r"(?<=\d)\s+(?=\d)")
_YEAR = re.compile(
    r"(?<!\d)(?P<arabic>20\d\d)年|二[〇○零O](?P<chinese>[〇○零O一二三四五六七八九]{2})年"
    r"|(?P<past>[去上前往])一?年|[今本当]年"
)
_NO_ACTING_YEAR = re.compile(r"度?(?:的)?(?:结转|遗留|转入|转结|结余|修订|颁布|施行|实施|印发|出台|制定的)")
_COMPARED = re.compile(r"(?:较|比|同比|与|相比|结转至?|结转到|转入至?|转至|延至|延续至|顺延至)[^,。;]{0,4}$")
_SPAN = re.compile(r"(20\d\d)年?度?[-—–~至到]$")
_DIGITS = {
    **{digit: str(place) for place, digit in enumerate("零一二三四五六七八九")},
    "〇": "0",
    "○": "0",
    "O": "0",
}


class Scope(IntEnum):
    """Whether a figure is the body's own of the reported year; the higher, the less."""

    OWN = 0
    UNSURE = 1
    OUTSIDE = 2


@dataclass(frozen=True)
class Passage:
    """A sentence, or the part of one that ends with a semicolon.

    `text` is folded, thousands separators taken out; `lead` is what stands before it in the same sentence,
    `sentence` the whole of that; `strayed` says that an earlier sentence of the paragraph last spoke of
    another year, or of another body.
    """

    printed: str
    text: str
    lead: str
    sentence: str
    sentence_printed: str
    paragraph: str
    section: str | None
    strayed: bool
    year: int | None
    organ: str

    @property
    def quote(self) -> str:
        """The passage as printed, on one line."""
        return " ".join(self.printed.split())

    @property
    def opens(self) -> bool:
        """Whether a sentence begins with it."""
        return not self.lead

    @cached_property
    def up_to_here(self) -> str:
        """What stands before in the same sentence, and the passage."""
        return self.lead + self.text

    def clause(self, at: int) -> str:
        """The text from the last comma before `at` up to it."""
        return self.text[max(self.text.rfind(mark, 0, at) for mark in ",;:。") + 1 : at]

    def scope(self, at: int) -> Scope:
        """Whether a figure at `at` is the body's own of the reported year."""
        said = _last_year(self.text[:at], self.year)
        if said is None:
            said = _last_year(self.lead, self.year)
        clause = self.clause(at)
        if said is False or GUIDED.search(clause):
            return Scope.OUTSIDE
        if said is None and self.strayed:
            return Scope.UNSURE
        if self.year is None and _YEAR.search(self.text):
            return Scope.UNSURE
        if _of_another_body(self.lead + self.text[:at], self.organ):
            return Scope.UNSURE
        within = WHOLE_YEAR.sub("", self.up_to_here)
        if PART_OF_YEAR.search(within) or MORE_THAN_A_YEAR.search(within) or OTHERS.search(within):
            return Scope.UNSURE
        return Scope.OWN


def passages(
    text: str, sections: Mapping[str, Section], year: int | None, organ: str | None
) -> Iterator[Passage]:
    """The passages of `text` that tell a number or deny that there was any, with what stands around each."""
    placed = {line: key for key, section in sections.items() for line in section.text.split("\n") if line}
    name = fold(organ or "")
    for paragraph in text.split("\n"):
        around = fold(paragraph[:LONGEST])
        strayed = False
        unheard: list[str] = []  # sentences that may lead astray, once another one asks
        for sentence in _FULL_STOP.findall(paragraph):
            if len(sentence) > LONGEST:
                strayed = True  # it was not read
                unheard.clear()
                continue
            whole = plain(sentence)
            if SAYS_HOW_MANY.search(whole) is None:
                unheard.append(whole)
                continue
            for earlier in unheard:
                strayed = _strays(earlier, strayed, year, name)
            unheard = [whole]
            lead = ""
            for printed in sentences(sentence):
                folded = plain(printed)
                yield Passage(
                    printed=printed,
                    text=folded,
                    lead=lead,
                    sentence=whole,
                    sentence_printed=sentence,
                    paragraph=around,
                    section=placed.get(paragraph),
                    strayed=strayed,
                    year=year,
                    organ=name,
                )
                lead += folded


def _strays(sentence: str, before: bool, year: int | None, organ: str) -> bool:
    """Whether the paragraph speaks of another year or body after `sentence`."""
    said = _last_year(sentence, year)
    return (before if said is None else not said) or _of_another_body(sentence, organ)


def plain(printed: str) -> str:
    """Folded text with the separators of thousands taken out; figures apart (3 1 0) never become one."""
    folded = fold(_APART.sub(".", printed))
    return _THOUSANDS.sub(lambda match: match[0].replace(",", ""), folded)


def _of_another_body(text: str, organ: str) -> bool:
    """Whether the last body that `text` names as acting is not `organ`, not shortened either."""
    acting = ACTING_BODY.findall(text)
    if not acting:
        return False
    name = BEFORE_A_NAME.sub("", acting[-1])
    left = iter(organ)
    return not (OURSELVES.search(name) or all(character in left for character in name))


def _last_year(text: str, year: int | None) -> bool | None:
    """Whether the last year that `text` speaks of is the reported one; None where it speaks of none.

    Years that something is compared with or carried over from or to, and those of documents, do not count.
    """
    for word in reversed(list(_YEAR.finditer(text))):
        before = text[: word.start()]
        if _COMPARED.search(before[-12:]) or _NO_ACTING_YEAR.match(text, word.end()):
            continue
        if before.rfind("《") > before.rfind("》") or OF_A_DOCUMENT.match(text, word.end()):
            continue
        if word["past"]:
            return False
        named = _named(word)
        span = _SPAN.search(before[-9:])
        if span and named is not None and int(span[1]) != named:
            return False
        return named is None or year is None or named == year
    return None


def _named(word: re.Match[str]) -> int | None:
    if word["arabic"]:
        return int(word["arabic"])
    if word["chinese"]:
        return int("20" + "".join(_DIGITS[digit] for digit in word["chinese"]))
    return None
