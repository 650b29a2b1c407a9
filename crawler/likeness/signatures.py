"""A text in 257 bytes, of which similarity can be estimated: one-permutation MinHash.

Every shingle falls into one of 256 bins by its hash; a bin keeps the low byte of the smallest hash that fell
into it. The share of bins that agree, of those that are not empty in both, is an unbiased estimate of the
similarity of the two texts. The hash is the same on every machine and in every version of Python.
"""

from __future__ import annotations

import math
from zlib import crc32

from crawler.likeness.shingles import LENGTH

VERSION = 1
"""First byte of every signature; those of different versions cannot be compared."""

SHORTEST = 300
"""Characters of own prose below which reports are alike by nature, so that none is signed."""

BINS = 256
SIZE = 1 + BINS

_EMPTY = 255  # no bin that holds something keeps this byte
_UNSET = 1 << 32
_MIXER = 0x9E3779B1  # spreads what CRC leaves linear
_MASK = 0xFFFFFFFF


def signature(prose: str) -> bytes | None:
    """The signature of own prose; None where it is too short to tell a copy from common wording."""
    if len(prose) < SHORTEST:
        return None
    coded = prose.encode("utf-16-le", "surrogatepass")
    width = 2 * LENGTH
    bins = [_UNSET] * BINS
    for piece in {coded[at : at + width] for at in range(0, len(coded) - width + 1, 2)}:
        mixed = crc32(piece) * _MIXER & _MASK
        place = mixed >> 24
        if mixed < bins[place]:
            bins[place] = mixed
    return bytes([VERSION, *(_EMPTY if least == _UNSET else (least & 0xFFFFFF) % _EMPTY for least in bins)])


def estimate(one: bytes, other: bytes) -> float:
    """The similarity that two signatures let expect."""
    mine, theirs = as_number(one), as_number(other)
    return agreement(mine, theirs)


def as_number(signed: bytes) -> int:
    """A signature in the shape in which many are compared quickly; ValueError for one of another version."""
    if len(signed) != SIZE or signed[0] != VERSION:
        raise ValueError("no signature of this version")
    return int.from_bytes(signed[1:])


def agreement(mine: int, theirs: int) -> float:
    """Share of bins that agree, of those that are not empty in both."""
    both_empty = (mine & theirs).to_bytes(BINS).count(_EMPTY)
    equal = (mine ^ theirs).to_bytes(BINS).count(0)
    filled = BINS - both_empty
    return (equal - both_empty) / filled if filled else 0.0


def deviation(value: float) -> float:
    """Standard deviation of an estimate where the similarity is `value`."""
    return math.sqrt(value * (1 - value) / BINS)
