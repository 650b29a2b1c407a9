"""Very many hashes in little memory."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator

_SIZE = 32
_SHARDS = 256
_AT_FIRST = 4096 * _SIZE


class Hashes:
    """A set of sha256, 32 bytes each, that can be marked."""

    def __init__(self) -> None:
        self._shards = [bytearray() for _ in range(_SHARDS)]
        self._limits = [_AT_FIRST] * _SHARDS
        self._marks: list[bytearray] | None = None

    def add(self, sha256: str) -> None:
        """Take one in, before the first is looked for."""
        number = int(sha256[:2], 16)
        shard = self._shards[number]
        shard += bytes.fromhex(sha256)
        if len(shard) > self._limits[number]:
            self._shards[number] = shard = _sorted(shard)
            self._limits[number] = max(_AT_FIRST, 2 * len(shard))

    def __contains__(self, sha256: str) -> bool:
        return self._find(sha256) is not None

    def __len__(self) -> int:
        return sum(map(len, self._settled()))

    def mark(self, sha256: str) -> bool:
        """Mark one; False where it is not in the set."""
        found = self._find(sha256)
        if found is None:
            return False
        shard, place = found
        self._settled()[shard][place] = 1
        return True

    def marked(self, yes: bool = True) -> Iterator[str]:
        """Those that are marked, or those that are not, in their order."""
        for shard, marks in zip(self._shards, self._settled(), strict=True):
            for place, mark in enumerate(marks):
                if bool(mark) is yes:
                    yield shard[place * _SIZE : (place + 1) * _SIZE].hex()

    def count(self, yes: bool = True) -> int:
        """How many are marked, or are not."""
        marked = sum(sum(marks) for marks in self._settled())
        return marked if yes else len(self) - marked

    def _find(self, sha256: str) -> tuple[int, int] | None:
        marks = self._settled()
        number, wanted = int(sha256[:2], 16), bytes.fromhex(sha256)
        shard = self._shards[number]

        def at(place: int) -> bytes:
            return bytes(shard[place * _SIZE : (place + 1) * _SIZE])

        place = bisect_left(range(len(marks[number])), wanted, key=at)
        return (number, place) if place < len(marks[number]) and at(place) == wanted else None

    def _settled(self) -> list[bytearray]:
        if self._marks is None:
            self._shards = [_sorted(shard) for shard in self._shards]
            self._marks = [bytearray(len(shard) // _SIZE) for shard in self._shards]
        return self._marks


def _sorted(shard: bytearray) -> bytearray:
    return bytearray(b"".join(sorted({bytes(shard[at : at + _SIZE]) for at in range(0, len(shard), _SIZE)})))
