"""The archive: every page's original bytes, under their sha256, in a folder. The ground of all findings."""

from __future__ import annotations

import gzip
import hashlib
import os
import re
import tempfile
import zlib
from contextlib import suppress
from pathlib import Path

_NAME = re.compile(r"[0-9a-f]{64}")


class ArchiveUnusable(Exception):
    """The folder cannot be made, read or written; carries one line."""


class ArchiveMissing(LookupError):
    """The archive holds no bytes of this hash; carries one line."""


class ArchiveDamaged(Exception):
    """What stands under a hash are not the bytes of that hash; carries one line."""


class Archive:
    """Bytes by content: root/ab/cd/abcd….gz. A file is written once, whole, and never again.

    Any number of processes may share one folder.
    """

    def __init__(self, root: str | Path) -> None:
        """Make the folder. Raises ArchiveUnusable."""
        if "://" in str(root):
            raise ArchiveUnusable(f"the archive must be a folder, not an address: {root}")
        self.root = Path(root)
        self._rooted: set[str] = set()  # folders right below the root whose entries are safe on disk
        try:
            self.root.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise ArchiveUnusable(f"cannot use {self.root} as the archive: {error.strerror}") from error

    def put(self, content: bytes) -> str:
        """Keep `content`; returns its sha256 once it is safe on disk. Raises ArchiveUnusable."""
        sha256 = hashlib.sha256(content).hexdigest()
        path = self._path(sha256)
        try:
            if not path.exists():
                self._write(path, content)
        except OSError as error:
            raise ArchiveUnusable(f"cannot write to the archive {self.root}: {error.strerror}") from error
        return sha256

    def get(self, sha256: str) -> bytes:
        """The bytes, checked against their hash. Raises ArchiveMissing, ArchiveDamaged, ArchiveUnusable."""
        try:
            packed = self._path(sha256).read_bytes()
        except FileNotFoundError:
            raise ArchiveMissing(f"the archive {self.root} holds no {sha256}") from None
        except OSError as error:
            raise ArchiveUnusable(f"cannot read the archive {self.root}: {error.strerror}") from error
        try:
            content = gzip.decompress(packed)
        except (OSError, EOFError, zlib.error) as error:
            raise ArchiveDamaged(f"the archive's copy of {sha256} is damaged: {error}") from error
        if hashlib.sha256(content).hexdigest() != sha256:
            raise ArchiveDamaged(f"the archive's copy of {sha256} holds other bytes")
        return content

    def has(self, sha256: str) -> bool:
        """Whether something stands under the hash; only `get` proves that it is whole."""
        return self._path(sha256).exists()

    def _path(self, sha256: str) -> Path:
        if not _NAME.fullmatch(sha256):  # it becomes part of a path
            raise ValueError(f"not a sha256: {sha256!r}")
        return self.root / sha256[:2] / sha256[2:4] / f"{sha256}.gz"

    def _write(self, path: Path, content: bytes) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=".", suffix=".part", dir=path.parent)
        try:
            with os.fdopen(handle, "wb") as part:
                part.write(gzip.compress(content, mtime=0))
                part.flush()
                os.fsync(part.fileno())
            # another process may have been faster; its bytes are the same bytes
            Path(name).replace(path)
        except BaseException:
            with suppress(OSError):
                Path(name).unlink()
            raise
        top = path.parent.parent
        _sync(path.parent)
        _sync(top)
        if top.name not in self._rooted:
            _sync(self.root)
            self._rooted.add(top.name)


def _sync(folder: Path) -> None:
    """Make the folder's entries survive a power cut; a system that cannot open folders does without."""
    if not hasattr(os, "O_DIRECTORY"):
        return
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
