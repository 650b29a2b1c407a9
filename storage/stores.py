"""What the archive needs of the place that keeps its files: storage.folder, storage.bucket."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple, Protocol


class ArchiveUnusable(Exception):
    """The place cannot be made, read or written; carries one line, without any secret."""


class Stored(NamedTuple):
    """One file of a place. `name` is its path below the root, `written` is aware."""

    name: str
    size: int
    written: datetime


class Store(Protocol):
    """Files by name, each written whole or not at all. Every method raises ArchiveUnusable.

    Any number of threads and processes may share one place.
    """

    @property
    def shown(self) -> str:
        """The place as people may see it."""

    def read(self, name: str) -> bytes:
        """The file. Raises FileNotFoundError."""

    def has(self, name: str) -> bool:
        """Whether there is such a file."""

    def create(self, name: str, content: bytes) -> bool:
        """Write a file that is safe when this returns; False, and nothing done, where one is there."""

    def write(self, name: str, content: bytes) -> None:
        """Write a file that is safe when this returns, in place of any that is there."""

    def remove(self, name: str) -> None:
        """Take a file away; one that is not there is no failure."""

    def files(self) -> Iterator[Stored]:
        """Every file that was written to its end, in no order."""

    def unfinished(self) -> Iterator[Stored]:
        """What writes that were killed have left behind."""

    def try_writing(self) -> None:
        """Prove that files can be written."""
