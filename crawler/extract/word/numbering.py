"""Numbers that stand in no text: 一、 （一） 1. as word processors count them, by numbering.xml."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from lxml import etree

from crawler.extract.word.names import ILVL, NUM_ID, P_STYLE, VAL, w
from crawler.extract.word.numerals import spell
from crawler.extract.word.styles import PLAIN, Numbered, Style, integer, is_on

MAX_LISTS = 20_000
LEVELS = 9

_ABSTRACT, _ABSTRACT_ID, _NUM = map(w, ("abstractNum", "abstractNumId", "num"))
_LEVEL, _START, _FORMAT, _TEXT = map(w, ("lvl", "start", "numFmt", "lvlText"))
_SUFFIX, _RESTART, _ALL_DECIMAL, _STYLE_LINK = map(w, ("suff", "lvlRestart", "isLgl", "numStyleLink"))
_OVERRIDE, _START_OVERRIDE = map(w, ("lvlOverride", "startOverride"))
_PLACE = re.compile(r"%([1-9])")
_LONGEST = 60  # characters of a label's pattern


class _Level(NamedTuple):
    start: int = 1
    style: str = "decimal"
    text: str = ""
    gap: str = " "  # between the label and the text
    restart: int | None = None  # after which level, counted from 1, it starts again; None: any higher one
    all_decimal: bool = False
    linked_style: str | None = None


class _List(NamedTuple):
    abstract: str
    levels: Mapping[int, _Level]
    starts: Mapping[int, int]  # by level, where this list begins instead


class Numbering:
    """The labels of one document. Lists of one abstract definition count on together, as they do in Word."""

    def __init__(self, root: etree._Element, styles: Mapping[str, Style]) -> None:
        self._styles = styles
        self._abstracts: dict[str, etree._Element] = {}
        for element in root.iterchildren(_ABSTRACT):
            if len(self._abstracts) < MAX_LISTS:
                self._abstracts.setdefault(element.get(_ABSTRACT_ID, ""), element)
        self._nums: dict[str, etree._Element] = {}
        for element in root.iterchildren(_NUM):
            if len(self._nums) < MAX_LISTS:
                self._nums.setdefault(element.get(NUM_ID, ""), element)
        self._lists: dict[str, _List | None] = {}
        self._counts: dict[str, list[int | None]] = {}
        self._begun: set[tuple[str, int]] = set()

    def label(self, member: Numbered, style_id: str | None) -> str:
        """The label of the next paragraph of a list, with the gap behind it; empty where nothing is printed.

        `style_id` is the style of the paragraph: a level may be tied to one.
        """
        found = self._list(member.list_id or "")
        if found is None:
            return ""
        at = member.level
        if at is None:
            at = next((at for at, level in found.levels.items() if level.linked_style == style_id), 0)
        level = found.levels.get(at)
        if level is None:
            return ""
        counts = self._counts.setdefault(found.abstract, [None] * LEVELS)
        self._count(counts, member.list_id or "", found, at)
        if level.style == "bullet" or (level.style == "none" and "%" in level.text):
            return ""

        def place(match: re.Match[str]) -> str:
            shown = found.levels.get(int(match[1]) - 1, _Level())
            number = counts[int(match[1]) - 1]
            return spell(
                shown.start if number is None else number, "decimal" if level.all_decimal else shown.style
            )

        text = _PLACE.sub(place, level.text)
        return text + level.gap if text else ""

    @staticmethod
    def _restart_deeper(counts: list[int | None], found: _List, at: int) -> None:
        for deeper in range(at + 1, LEVELS):
            restart = found.levels.get(deeper, _Level()).restart
            if restart is None or (restart and at < restart):
                counts[deeper] = None

    def _count(self, counts: list[int | None], list_id: str, found: _List, at: int) -> None:
        number = counts[at]
        if at in found.starts and (list_id, at) not in self._begun:
            counts[at] = found.starts[at]
        else:
            counts[at] = found.levels[at].start if number is None else number + 1
        self._begun.add((list_id, at))
        self._restart_deeper(counts, found, at)

    def _list(self, list_id: str) -> _List | None:
        if list_id not in self._lists:
            self._lists[list_id] = self._read(list_id)
        return self._lists[list_id]

    def _read(self, list_id: str) -> _List | None:
        num = self._nums.get(list_id)
        if num is None:
            return None
        abstract_id = _value(num.find(_ABSTRACT_ID))
        abstract = self._abstracts.get(abstract_id)
        if abstract is None:
            return None
        linked = abstract.find(_STYLE_LINK)
        if linked is not None:  # defined by a style, whose list has the levels
            member = self._styles.get(_value(linked), PLAIN).numbered
            other = self._nums.get(member.list_id or "") if member is not None else None
            abstract = self._abstracts.get(_value(other.find(_ABSTRACT_ID))) if other is not None else None
            if abstract is None:
                return None
        levels = dict(_levels(abstract.iterchildren(_LEVEL)))
        starts = {}
        for override in num.iterchildren(_OVERRIDE):
            levels.update(_levels(override.iterchildren(_LEVEL)))
            start = override.find(_START_OVERRIDE)
            if start is not None:
                starts[_place_of(override.get(ILVL))] = integer(start, 1)
        return _List(abstract.get(_ABSTRACT_ID, ""), levels, starts)


def _place_of(value: str | None) -> int:
    """The level that an attribute names; 0 where it names none."""
    return int(value) if value is not None and value in "012345678" and len(value) == 1 else 0


def _levels(elements: Iterable[etree._Element]) -> Iterable[tuple[int, _Level]]:
    for element in elements:
        restart = element.find(_RESTART)
        all_decimal = element.find(_ALL_DECIMAL)
        style = element.find(f".//{_FORMAT}")  # newer styles stand beside an older one, as alternatives
        linked = element.find(P_STYLE)
        yield (
            _place_of(element.get(ILVL)),
            _Level(
                start=integer(element.find(_START), 0),
                style=_value(style) or "decimal",
                text=_value(element.find(_TEXT))[:_LONGEST],
                gap="" if _value(element.find(_SUFFIX)) == "nothing" else " ",
                restart=integer(restart, 0) if restart is not None else None,
                all_decimal=all_decimal is not None and is_on(all_decimal),
                linked_style=_value(linked) or None,
            ),
        )


def _value(element: etree._Element | None) -> str:
    return element.get(VAL, "") if element is not None else ""
