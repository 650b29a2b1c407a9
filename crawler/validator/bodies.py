"""Names of bodies: when two mean the same, and which one a sentence puts into the place of its author."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from crawler.report.deadlines import kind_of
from crawler.report.model import Kind
from crawler.validator.context import Roster
from crawler.validator.lexicon import others
from crawler.validator.lexicon.titles import ABBREVIATED_ORGANS
from crawler.validator.reading import fold, sentences

_SHORTEST_NAME = 4
_MOST_NAMES = 40
_LONGEST_SENTENCE = 400
_OFFICE = re.compile(r"(?<=政府)办(?:公[室厅])?$")
_ENDING = re.compile(r"(?:人民政府|政府|办事处)$")
_PLACE = re.compile(r"^[\u4e00-\u9fff]{1,8}?(?:省|自治区|市(?!场)|县|区(?!域)|旗|州|盟)")
_BELOW_OTHERS = frozenset({Kind.DEPARTMENT, Kind.TOWNSHIP, Kind.STREET, Kind.ZONE, Kind.AUTHORISED})


class Foreign(NamedTuple):
    """A sentence that puts another body into this one's place; `sure` where nothing else can be meant."""

    name: str
    sentence: str
    sure: bool


def same_body(one: str, other: str) -> bool:
    """Whether two names may mean one body: places before it, short forms, a government and its office."""
    first, second = _bare(one), _bare(other)
    return first.endswith(second) or second.endswith(first)


def named_among(name: str, names: Iterable[str]) -> bool:
    """Whether one of `names` may mean the body `name`."""
    return any(same_body(name, other) for other in names)


def _bare(name: str) -> str:
    name = _OFFICE.sub("", fold(name))
    short = next((ending for ending in ABBREVIATED_ORGANS if name.endswith(ending)), None)
    if short is not None:
        name = name.removesuffix(short) + ABBREVIATED_ORGANS[short]
    return _ENDING.sub("", _OFFICE.sub("", name)) or name


def foreign_bodies(text: str, roster: Roster, kind: Kind | None) -> Iterator[Foreign]:
    """Sentences of `text` in which a body of the roster, or the government above, stands for the author."""
    folded = fold(text)
    names = [name for name in map(fold, roster.others) if len(name) >= _SHORTEST_NAME and name in folded]
    names = [name for name in dict.fromkeys(names) if not named_among(name, roster.own)][:_MOST_NAMES]
    known = {fold(name) for name in (*roster.own, *roster.above)}
    known = {own for own in known if own and not any(own in name for name in names)}
    for sentence in sentences(text):
        plain = fold(sentence)[:_LONGEST_SENTENCE]
        if others.EXCUSED.search(plain):
            continue
        if kind in _BELOW_OTHERS and others.SUPERIOR_ASKED.search(plain):
            yield Foreign(_asked(plain), sentence, True)
        for own in sorted(known, key=len, reverse=True):
            plain = plain.replace(own, "本机关")
        for name in names:
            if name in plain:
                yield from _in_sentence(name, plain, sentence, roster, kind)


def _asked(sentence: str) -> str:
    match = re.search(others.HIGHER_GOVERNMENT, sentence.partition("向")[2])
    return match[0] if match else ""


def _in_sentence(
    name: str, plain: str, sentence: str, roster: Roster, kind: Kind | None
) -> Iterator[Foreign]:
    def stands(frame: str) -> bool:
        return re.search(frame.format(name=re.escape(name)), plain) is not None

    if any(map(stands, others.SAID_TO_BE_IT)):
        yield Foreign(name, sentence, not _for_all(name))
    elif stands(others.ASKED_OF_IT):
        yield Foreign(name, sentence, kind in _BELOW_OTHERS)
    elif stands(others.ACTS_AS_IT) and others.ON_DISCLOSURE.search(plain):
        yield Foreign(name, sentence, _cannot_belong_to(name, roster, kind))
    elif stands(others.CONTACT_OF_IT):
        yield Foreign(name, sentence, False)


def _for_all(name: str) -> bool:
    """Whether the body works on disclosure for others: an office of a government, or one for its services."""
    return kind_of(name) is Kind.GOVERNMENT_OFFICE or re.search(r"政务|数据|信息|审批", name) is not None


def _cannot_belong_to(name: str, roster: Roster, kind: Kind | None) -> bool:
    """Whether the body `name` is surely none that the author speaks of because it is below or beside it."""
    place = _PLACE.search(name)
    near = place is None or any(place[0] in fold(other) for other in (*roster.own, *roster.above))
    if kind not in _BELOW_OTHERS or _for_all(name) or any(map(_for_all, roster.own)):
        return False
    # A department of the same place may be one that the author supervises; townships have no such.
    return not near or (kind is not Kind.DEPARTMENT and kind_of(name) is kind)
