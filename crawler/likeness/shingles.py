"""Two texts compared exactly, by the runs of characters that each holds."""

from __future__ import annotations

LENGTH = 3
"""Characters of a shingle. Four make one changed word count for too much, two make all officialese alike."""


def shingles(prose: str) -> frozenset[str]:
    """Every run of LENGTH characters of `prose`."""
    return frozenset(prose[at : at + LENGTH] for at in range(len(prose) - LENGTH + 1))


def similarity(one: str, other: str) -> float:
    """Share of shingles that both texts hold among those that either holds (Jaccard), 0 to 1; 0 for no text.

    Not containment: a report that keeps a copied half and adds a new one of its own is no copy. And it is
    what signatures estimate, so that the search loses none that this measure would find.
    """
    mine, theirs = shingles(one), shingles(other)
    common = len(mine & theirs)
    return common / (len(mine) + len(theirs) - common) if common else 0.0
