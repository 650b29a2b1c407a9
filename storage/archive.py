"""The archive: every page's original bytes, under their sha256, in a folder or on S3: the ground of all
findings.
"""

from __future__ import annotations

import gzip
import hashlib
import re
import zlib
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from storage.bucket import Bucket
from storage.folder import Folder
from storage.stores import ArchiveUnusable, Store, Stored

__all__ = ["Archive", "ArchiveDamaged", "ArchiveMissing", "ArchiveUnusable", "Held"]

_NAME = re.compile(r"[0-9a-f]{64}")
_QUARANTINE = "quarantine/"
_FILE = re.compile(rf"({_QUARANTINE})?([0-9a-f]{{2}})/([0-9a-f]{{2}})/((?:\2\3)[0-9a-f]{{60}})\.gz")


class ArchiveMissing(LookupError):
    """The archive holds no bytes of this hash; carries one line."""


class ArchiveDamaged(Exception):
    """What stands under a hash are not the bytes of that hash; carries one line."""


class Held(NamedTuple):
    """What stands under a hash, or was set `aside`: its size as packed, and since when it is there."""

    sha256: str
    size: int
    since: datetime
    aside: bool = False


class Archive:
    """Bytes by content: ab/cd/abcd….gz. What is whole is written once, and never again.

    Any number of threads and processes may share one place.
    """

    def __init__(self, place: str | Path) -> None:
        """At a folder, which is made, or at s3://BUCKET/PREFIX. Raises ArchiveUnusable."""
        scheme, separator, _ = str(place).partition("://")
        self._store: Store
        if separator and scheme != "s3":
            raise ArchiveUnusable("the archive must be a folder or s3://BUCKET/PREFIX, not another address")
        self._store = Bucket(str(place)) if separator else Folder(Path(place))

    @property
    def shown(self) -> str:
        """Where it is, as people may see it."""
        return self._store.shown

    def put(self, content: bytes) -> str:
        """Keep `content`; returns its sha256 once it is safe. Raises ArchiveUnusable.

        What stands there already is left alone if it is whole; what is damaged is mended.
        """
        sha256 = hashlib.sha256(content).hexdigest()
        name, packed = _name(sha256), gzip.compress(content, mtime=0)
        if not self._store.create(name, packed) and not self._whole(name, sha256, packed):
            self._store.write(name, packed)
        return sha256

    def get(self, sha256: str) -> bytes:
        """The bytes, checked against their hash. Raises ArchiveMissing, ArchiveDamaged, ArchiveUnusable."""
        return self._unpacked(sha256, self._packed(sha256))

    def has(self, sha256: str) -> bool:
        """Whether something stands under the hash; only `get` proves that it is whole.

        Raises ArchiveUnusable.
        """
        name = _name(sha256)
        return self._store.has(name) or self._store.has(_QUARANTINE + name)

    def try_writing(self) -> None:
        """Prove that the archive can be written. Raises ArchiveUnusable."""
        self._store.try_writing()

    # what storage.holdings looks at and clears away

    def held(self) -> Iterator[Held]:
        """Everything that is kept, in no order; files of others are passed over. Raises ArchiveUnusable."""
        for file in self._store.files():
            match = _FILE.fullmatch(file.name)
            if match is not None:
                yield Held(match[4], file.size, file.written, match[1] is not None)

    def set_aside(self, sha256: str) -> None:
        """Put what stands under a hash into quarantine: `get` still finds it. Raises ArchiveUnusable."""
        name = _name(sha256)
        try:
            self._store.write(_QUARANTINE + name, self._store.read(name))
        except FileNotFoundError:
            return
        self._store.remove(name)

    def restore(self, sha256: str) -> None:
        """Bring back what was set aside, unless it is damaged. Raises ArchiveDamaged, ArchiveUnusable."""
        name = _QUARANTINE + _name(sha256)
        try:
            packed = self._store.read(name)
        except FileNotFoundError:
            return
        self.put(self._unpacked(sha256, packed))
        self._store.remove(name)

    def discard(self, sha256: str) -> None:
        """Delete what was set aside. Raises ArchiveUnusable."""
        self._store.remove(_QUARANTINE + _name(sha256))

    def unfinished(self) -> Iterator[Stored]:
        """What writes that were killed, or are under way, have left behind. Raises ArchiveUnusable."""
        return self._store.unfinished()

    def discard_unfinished(self, left: Stored) -> None:
        """Delete what a write has left behind. Raises ArchiveUnusable."""
        self._store.remove(left.name)

    def _packed(self, sha256: str) -> bytes:
        name = _name(sha256)
        for place in (name, _QUARANTINE + name, name):  # it may be moved between two looks
            try:
                return self._store.read(place)
            except FileNotFoundError:
                continue
        raise ArchiveMissing(f"the archive {self.shown} holds no {sha256}")

    def _unpacked(self, sha256: str, packed: bytes) -> bytes:
        try:
            content = gzip.decompress(packed)
        except (OSError, EOFError, zlib.error) as error:
            raise ArchiveDamaged(f"the archive's copy of {sha256} is damaged: {error}") from error
        if hashlib.sha256(content).hexdigest() != sha256:
            raise ArchiveDamaged(f"the archive's copy of {sha256} holds other bytes")
        return content

    def _whole(self, name: str, sha256: str, packed: bytes) -> bool:
        try:
            held = self._store.read(name)
            if held != packed:  # another version of zlib packs the same bytes otherwise
                self._unpacked(sha256, held)
        except (FileNotFoundError, ArchiveDamaged):
            return False
        return True


def _name(sha256: str) -> str:
    if not _NAME.fullmatch(sha256):  # it becomes part of a path
        raise ValueError(f"not a sha256: {sha256!r}")
    return f"{sha256[:2]}/{sha256[2:4]}/{sha256}.gz"
