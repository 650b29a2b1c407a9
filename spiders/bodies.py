"""Whose reports the lists of a portal show, held against its roster: what is still wanting, and which link
means which body. Portals write names short: 教育局 for 青杉市教育局, 卫健局 for 青杉市卫生健康局.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date

from crawler.portals import Organ, folded
from spiders.columns import folded as words_of

_GOVERNMENT = re.compile(r"(?:人民)?政府$")
_REPORT_WORDS = re.compile(
    r"(?:关于)?(?:20\d\d)?年?度?(?:本级)?(?:政府|政务)?信息公开.*$|(?:20\d\d)?年?度?(?:工作)?(?:年报|年度报告).*$"
)
_YEAR = re.compile(r"20\d\d")
_LEAST, _MOST = 2, 60
"""Characters of a name that can be told from others."""
_DUE = (4, 1)
"""Month and day from which the reports of the year before are due, whatever the kind of body."""


def year_due(today: date) -> int:
    """The newest report year of which every body's report is due."""
    return today.year - 1 if (today.month, today.day) >= _DUE else today.year - 2


def body_in(title: str) -> str:
    """The body that a title names, as far as it can be told from the title alone; "" where it names none."""
    text = "".join(title.split())
    return _REPORT_WORDS.sub("", _YEAR.sub("", text, count=1) if _YEAR.match(text) else text).strip("年度的")


class Bodies:
    """The bodies whose reports have been seen, with their years."""

    def __init__(self, organs: Iterable[Organ], year: int) -> None:
        """`year` is the report year that a body must have been seen with, where it owed one."""
        organs = tuple(organs)
        self._year = year
        self._names = {folded(name): organ.name for organ in organs for name in organ.names}
        self._owing = {organ.name for organ in organs if organ.owes(year)}
        self._excluded = {
            organ.name for organ in organs if any(exclusion.holds(year) for exclusion in organ.excluded)
        }
        self._ends = {
            name[start:] for name in self._names for start in range(max(0, len(name) - 2)) if len(name) <= 200
        }
        self._by_end: dict[str, set[str]] = {}
        for name, organ in self._names.items():
            bare = _bare(name)
            for start in range(len(bare) - _LEAST + 1):
                self._by_end.setdefault(bare[start:], set()).add(organ)
        self._seen: set[str] = set()
        self._seen_of_year: set[str] = set()

    def notice(self, title: str, year: int | None, trail: Iterable[str] = ()) -> None:
        """A list shows a report: `trail` are the texts of the links that led to it."""
        words = folded(title)
        bodies = self._named_in(words) or self._meant_alone(body_in(words))
        for text in trail:
            bodies = bodies or self._named_in(folded(text)) or self._meant_alone(words_of(text))
        if not self._names and (body := body_in(words)):
            bodies = {body[:_MOST]}
        self._seen |= bodies
        if year is None or year >= self._year:
            self._seen_of_year |= bodies  # a page that is overwritten names no year

    def missing(self) -> set[str] | None:
        """Bodies of the roster of which no list shows a report of the year due, or any where they owed none
        then; without a roster None where the lists show the reports of one body at most, else none.
        """
        if self._names:
            every = set(self._names.values()) - self._excluded
            return (every & self._owing) - self._seen_of_year | (every - self._owing - self._seen)
        return None if len(self._seen) <= 1 else set()

    def unseen(self, organs: Iterable[str]) -> set[str]:
        """Those of the `organs` that the roster knows and of which no list has shown a report."""
        return set(organs) & set(self._names.values()) - self._seen

    @property
    def listed(self) -> bool:
        """Whether there is a roster."""
        return bool(self._names)

    def named(self, text: str) -> bool:
        """Whether a link's text is a name of the roster, or the end of one."""
        words = words_of(text)
        return len(words) >= 3 and words in self._ends

    def may_mean(self, text: str, wanted: Iterable[str]) -> bool:
        """Whether a link's text may mean one of the `wanted` bodies: too many links followed do no harm, one
        too few would.
        """
        words = _bare(words_of(text))
        organs = set(wanted)
        return any(organ in organs and _alike(words, _bare(name)) for name, organ in self._names.items())

    def _named_in(self, words: str) -> set[str]:
        found = [name for name in self._names if name in words]
        # 青杉市人民政府办公室 names the office, not the government
        return {
            self._names[name] for name in found if not any(name != other and name in other for other in found)
        }

    def _meant_alone(self, words: str) -> set[str]:
        """The one body that a short name can mean; none where it can mean several."""
        meant = self._by_end.get(_bare(words), set()) if _LEAST <= len(words) <= _MOST else set()
        return meant if len(meant) == 1 else set()


def _bare(name: str) -> str:
    """A name without the word that every government's ends in: 河口镇 of 河口镇人民政府."""
    return _GOVERNMENT.sub("", name) or name


def _alike(one: str, other: str) -> bool:
    short, long = sorted((one, other), key=len)
    if len(short) < _LEAST:
        return False
    if long.endswith(short):
        return True
    rest = iter(long)
    return short[-1] == long[-1] and all(character in rest for character in short)
