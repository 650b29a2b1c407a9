"""What two texts share, as each of them prints it."""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple

from crawler.likeness.prose import LONGEST, own_spans

SHORTEST = 16
"""Characters of own prose from which a passage counts."""

_SEED = 12  # characters by which passages are found
_PLACES_OF_A_SEED = (
    8  # in the other text that are tried, so that text of one phrase over and over stays cheap
)
_SHOWN = 300  # characters of a passage that are shown


class Passage(NamedTuple):
    """Text that stands in this report and in another one, as each prints it."""

    here: str
    there: str


class _Stream(NamedTuple):
    """Own prose, and where each of its characters stands in the printed text."""

    printed: str
    prose: str
    places: list[int]

    def shown(self, start: int, end: int) -> str:
        """What is printed from one character of the prose to another."""
        text = " ".join(self.printed[self.places[start] : self.places[end - 1] + 1].split())
        return text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"


def passages(here: str, there: str, *, names: Collection[str] = (), most: int = 5) -> tuple[Passage, ...]:
    """The passages that two printed texts share but for names, numbers and punctuation, longest first.

    `names` are those of both bodies. At most `most`; none of them overlap in `here`.
    """
    mine, theirs = _stream(here, names), _stream(there, names)
    seeds: dict[str, list[int]] = {}
    for at in range(len(theirs.prose) - _SEED + 1):
        places = seeds.setdefault(theirs.prose[at : at + _SEED], [])
        if len(places) < _PLACES_OF_A_SEED:
            places.append(at)
    found: list[tuple[int, int, int]] = []
    at = 0
    while at <= len(mine.prose) - _SEED:
        length, place = 0, 0
        for candidate in seeds.get(mine.prose[at : at + _SEED], ()):
            common = _common(mine.prose, at, theirs.prose, candidate)
            if common > length:
                length, place = common, candidate
        if length >= SHORTEST:
            found.append((length, at, place))
        at += length or 1
    found.sort(key=lambda match: (-match[0], match[1]))
    return tuple(
        Passage(mine.shown(at, at + length), theirs.shown(place, place + length))
        for length, at, place in found[:most]
    )


def _stream(text: str, names: Collection[str]) -> _Stream:
    text = text[:LONGEST]
    places = [at for start, end in own_spans(text, names) for at in range(start, end)]
    return _Stream(text, "".join([text[at] for at in places]), places)


def _common(one: str, at: int, other: str, place: int) -> int:
    """How many characters agree from two places on."""
    length, most = 0, min(len(one) - at, len(other) - place)
    while length < most and one[at + length] == other[place + length]:
        length += 1
    return length
