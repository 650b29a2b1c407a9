"""Whether two names may mean the same body: told to a person, never decided here."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import lru_cache

from crawler.portals.values import Organ, folded
from crawler.report.model import Kind

_PLACES = re.compile(
    r"(?:(?:[^省市县区旗盟州镇乡]|州(?=[市县区镇乡])){1,12}?"
    r"(?:自治区|自治州|自治县|地区|开发区|省|(?<!城)市(?!场|政|容)|县|区(?!域)|旗|盟|州(?![市县区镇乡])|镇|乡(?!村)|街道))*"
)
_GENERIC = re.compile(r"(?:人民政府|街道办事处|办事处|管理委员会|管委会)(?:办公厅|办公室)?")
"""What many bodies are called behind the name of their place, which alone tells them apart."""
_ENDINGS = re.compile(r"(?:委员会|办公室|局|厅|委|办)$")
_LEVEL = re.compile(r"(?:镇|乡|街道)$")
_LONGEST = 100
_MOST_CHANGES = 2


@lru_cache(maxsize=20_000)
def _split(name: str) -> tuple[str, str]:
    """Place and rest: "青杉市临溪区", "教育局"; no rest where only the place tells."""
    plain = folded(name)[:_LONGEST]
    found = _PLACES.match(plain)
    end = 0 if found is None else found.end()
    rest = plain[end:]
    return plain[:end], "" if _GENERIC.fullmatch(rest) else rest


@lru_cache(maxsize=20_000)
def _core(rest: str) -> str:
    return _ENDINGS.sub("", rest)


def is_near(one: Organ, other: Organ) -> bool:
    """Whether a person should look: 教育局 and 教育体育局 of one place, or a name with and without its place.

    Bodies of two places, or of two kinds, are two bodies however alike they sound.
    """
    if one.kind is not other.kind:
        return False
    (place, rest), (other_place, other_rest) = _split(one.name), _split(other.name)
    if (place, rest) == (other_place, other_rest):
        return folded(one.name) != folded(other.name)
    if bool(rest) is not bool(other_rest) or not _compatible(place, other_place):
        return False
    if not rest:
        return bool(place and other_place)
    short, long = sorted((rest, other_rest), key=len)
    return 2 * len(short) >= len(long) and _is_within(short, long)


def may_be_renamed(old: Organ, new: Organ) -> bool:
    """Whether `new` may be what `old` is called now; asked only where one has gone as the other came."""
    if is_near(old, new):
        return True
    (place, rest), (other_place, other_rest) = _split(old.name), _split(new.name)
    if old.kind is not new.kind:  # a town that has become a street keeps its name but for the last word
        stem, other_stem = _LEVEL.sub("", place), _LEVEL.sub("", other_place)
        return {old.kind, new.kind} == {Kind.TOWNSHIP, Kind.STREET} and stem == other_stem != ""
    if bool(rest) is not bool(other_rest):
        return False
    if not rest:  # a county that has become a district, likewise
        return len(place) == len(other_place) and _distance(place, other_place) == 1
    if not _compatible(place, other_place):
        return False
    core, other_core = _core(rest), _core(other_rest)
    if abs(len(core) - len(other_core)) > _MOST_CHANGES or set(core).isdisjoint(other_core):
        return False
    return _distance(core, other_core) <= _MOST_CHANGES


def near_pairs(names: Iterable[Organ], among: Iterable[Organ]) -> Iterator[tuple[Organ, Organ]]:
    """Each of `names` with those of `among` that are near it, without comparing each with each."""
    new, others = list(names), list(among)
    found: set[tuple[int, int]] = set()
    # the characters of the shorter name all stand in the longer one, whichever of the two is new
    for short, long, swapped in ((new, others, False), (others, new, True)):
        holding: dict[str, set[int]] = defaultdict(set)
        for number, organ in enumerate(long):
            for character in _characters(organ):
                holding[character].add(number)
        for number, organ in enumerate(short):
            sets = sorted((holding[character] for character in _characters(organ)), key=len)
            for candidate in set.intersection(*sets) if sets else ():
                if organ is not long[candidate] and is_near(organ, long[candidate]):
                    found.add((candidate, number) if swapped else (number, candidate))
    for n, o in sorted(found):
        yield new[n], others[o]


def _characters(organ: Organ) -> set[str]:
    place, rest = _split(organ.name)
    return set(rest or place)


def _compatible(place: str, other: str) -> bool:
    """The same place, or one that is not said, or said without what it lies in."""
    return not place or not other or place.endswith(other) or other.endswith(place)


def _is_within(short: str, long: str) -> bool:
    rest = iter(long)
    return all(character in rest for character in short)


def _distance(one: str, other: str) -> int:
    """Changes of single characters between two short texts."""
    row = list(range(len(other) + 1))
    for i, a in enumerate(one, 1):
        before, row[0] = row[0], i
        for j, b in enumerate(other, 1):
            before, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, before + (a != b))
    return row[-1]
