"""The pairs of similar texts among very many, found by banding without comparing each with each."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator
from typing import Generic, NamedTuple, TypeVar

Key = TypeVar("Key", bound=Hashable)


class Crowd(NamedTuple, Generic[Key]):
    """So many much alike texts that each was compared only with a few of them, `first` being one."""

    first: Key
    size: int


def similar_pairs(
    signatures: Iterable[tuple[Key, bytes]],
    threshold: float,
    *,
    crowded: Callable[[Crowd[Key]], None] | None = None,
) -> Iterator[tuple[Key, Key, float]]:
    """Pairs whose similarity may reach `threshold`, each once, with its estimate."""
    raise NotImplementedError
