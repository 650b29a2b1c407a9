"""What two texts share, as each of them prints it."""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple


class Passage(NamedTuple):
    """Text that stands in this report and in another one, as each prints it."""

    here: str
    there: str


def passages(here: str, there: str, *, names: Collection[str] = (), most: int = 5) -> tuple[Passage, ...]:
    """The passages that two printed texts share but for names, numbers and punctuation, longest first."""
    raise NotImplementedError
