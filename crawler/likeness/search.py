"""The pairs of similar texts among very many, found by banding without comparing each with each.

A signature is cut into bands; texts are compared only where they agree in a whole band. How many bands there
are follows from the threshold: a pair at the threshold agrees in none with a chance below one in 100,000.

Where very many agree in a band, because all filled in one model text, comparing all of them with one another
would be quadratic, and so would be the answer. Such a crowd is compared with its first ones only; a text that
is near one of them is paired with it, and is done with. Every crowd is told.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator
from typing import Generic, NamedTuple, TypeVar

from crawler.likeness.signatures import BINS, agreement, as_number, deviation

Key = TypeVar("Key", bound=Hashable)

CROWD = 32
"""Texts in one band, or with one signature, from above which they are not all compared with one another."""

_MISSED = 1e-5  # chance at which a pair at the threshold may agree in no band
_DEVIATIONS = 4  # of an estimate, by which a pair may seem less similar than it is


class Crowd(NamedTuple, Generic[Key]):
    """Texts so many and so alike that each was compared only with a few of them, `first` being one."""

    first: Key
    size: int


def similar_pairs(
    signatures: Iterable[tuple[Key, bytes]],
    threshold: float,
    *,
    crowded: Callable[[Crowd[Key]], None] | None = None,
) -> Iterator[tuple[Key, Key, float]]:
    """Pairs whose similarity may reach `threshold`, each once, with its estimate.

    An estimate errs, so pairs that seem somewhat less similar are told too: `similarity` decides. What was
    compared only in part, see above, is told to `crowded`. Memory is that of the signatures and of one band.
    ValueError for a signature of another version.
    """
    if not 0 < threshold <= 1:
        raise ValueError("a threshold lies above 0 and is at most 1")
    search = _Search[Key](threshold, crowded or (lambda _: None))
    yield from search.take(signatures)
    yield from search.pairs()


class _Search(Generic[Key]):
    """Keys and signatures side by side, told by their index, and what became of them so far."""

    def __init__(self, threshold: float, crowded: Callable[[Crowd[Key]], None]) -> None:
        self._threshold = threshold
        self._least = threshold - _DEVIATIONS * deviation(threshold)
        self._width = _width(threshold)
        self._crowded = crowded
        self._keys: list[Key] = []
        self._signed: list[bytes] = []
        self._numbers: list[int] = []
        self._settled: set[int] = set()  # near the first ones of a crowd, and paired with one of them
        self._crowds: set[tuple[int, bytes]] = set()  # the bands in which not all were compared
        self._of_crowds: set[tuple[int, int]] = set()  # pairs found there that may be met again

    def take(self, signatures: Iterable[tuple[Key, bytes]]) -> Iterator[tuple[Key, Key, float]]:
        """Hold the signatures; of identical ones only CROWD, all further ones are paired with the first."""
        holders: dict[bytes, list[int]] = {}  # index of the first, how many there are
        for key, signed in signatures:
            number = as_number(signed)
            holder = holders.setdefault(signed, [len(self._keys), 0])
            holder[1] += 1
            if holder[1] <= CROWD:
                self._keys.append(key)
                self._signed.append(signed)
                self._numbers.append(number)
            else:
                yield self._keys[holder[0]], key, 1.0
        for first, size in holders.values():
            if size > CROWD:
                self._crowded(Crowd(self._keys[first], size))

    def pairs(self) -> Iterator[tuple[Key, Key, float]]:
        """Those near each other, band by band."""
        for start in range(1, 1 + BINS - self._width + 1, self._width):
            for band, bucket in self._buckets(start):
                if len(bucket) <= CROWD:
                    found = self._with_each_other(bucket)
                else:
                    self._crowded(Crowd(self._keys[bucket[0]], len(bucket)))
                    found = self._with_the_first(bucket)
                for one, other, value in found:
                    if not self._met(one, other, start):
                        yield self._keys[one], self._keys[other], value
                if len(bucket) > CROWD:
                    self._crowds.add((start, band))

    def _buckets(self, start: int) -> Iterator[tuple[bytes, list[int]]]:
        """Those that agree in a band, two or more."""
        firsts: dict[bytes, int] = {}
        shared: dict[bytes, list[int]] = {}
        for index, signed in enumerate(self._signed):
            if index in self._settled:
                continue
            band = signed[start : start + self._width]
            first = firsts.setdefault(band, index)
            if first != index:
                shared.setdefault(band, [first]).append(index)
        yield from shared.items()

    def _with_each_other(self, bucket: list[int]) -> Iterator[tuple[int, int, float]]:
        numbers, least = self._numbers, self._least
        for at, one in enumerate(bucket):
            mine = numbers[one]
            for other in bucket[at + 1 :]:
                value = agreement(mine, numbers[other])
                if value >= least:
                    yield one, other, value

    def _with_the_first(self, bucket: list[int]) -> Iterator[tuple[int, int, float]]:
        """Each with the first CROWD that are not quite like one of those before them."""
        leaders: list[int] = []
        for index in bucket:
            near: list[tuple[float, int]] = []
            for leader in leaders:
                value = agreement(self._numbers[leader], self._numbers[index])
                if value >= self._least:
                    near.append((value, leader))
                if value >= self._threshold:
                    break
            value, leader = max(near, default=(0.0, index))
            if value >= self._threshold or (near and len(leaders) == CROWD):
                yield leader, index, value
                self._settled.add(index)
            elif len(leaders) < CROWD:
                for value, leader in near:
                    yield leader, index, value
                    self._of_crowds.add((leader, index))
                leaders.append(index)

    def _met(self, one: int, other: int, start: int) -> bool:
        """Whether the two were told before: in an earlier band, where they were compared, or in a crowd."""
        mine, theirs = self._signed[one], self._signed[other]
        for earlier in range(1, start, self._width):
            band = mine[earlier : earlier + self._width]
            if band == theirs[earlier : earlier + self._width] and (earlier, band) not in self._crowds:
                return True
        return (one, other) in self._of_crowds


def _width(threshold: float) -> int:
    """Bins in a band: as many as let no pair at the threshold slip through."""
    return next(
        (width for width in range(16, 1, -1) if (1 - threshold**width) ** (BINS // width) <= _MISSED), 1
    )
