"""Files in a folder: fsync, then an atomic rename, then fsync of every folder that names them."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

from storage.stores import ArchiveUnusable, Stored

_PART = ".part"


class Folder:
    """See storage.stores.Store."""

    def __init__(self, root: Path) -> None:
        """Make the folder. Raises ArchiveUnusable."""
        self.root = root
        self._rooted: set[str] = set()  # folders right below the root whose entries are safe on disk
        try:
            root.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise ArchiveUnusable(f"cannot use {root} as the archive: {error.strerror}") from error

    @property
    def shown(self) -> str:
        """Its path."""
        return str(self.root)

    def read(self, name: str) -> bytes:
        """The file. Raises FileNotFoundError, ArchiveUnusable."""
        try:
            return (self.root / name).read_bytes()
        except FileNotFoundError:
            raise
        except OSError as error:
            raise ArchiveUnusable(f"cannot read the archive {self.root}: {error.strerror}") from error

    def has(self, name: str) -> bool:
        """Whether there is such a file."""
        return (self.root / name).exists()

    def create(self, name: str, content: bytes) -> bool:
        """Write a file; False where there is one already."""
        if self.has(name):
            return False
        # another process may be faster from here on; under one name both write the same content
        self.write(name, content)
        return True

    def write(self, name: str, content: bytes) -> None:
        """Write a file in place of any that is there. Raises ArchiveUnusable."""
        with self._writing():
            self._write(self.root / name, content)

    def remove(self, name: str) -> None:
        """Take a file away."""
        with self._writing():
            (self.root / name).unlink(missing_ok=True)

    def files(self) -> Iterator[Stored]:
        """Every file but those that are being written. Raises ArchiveUnusable."""
        return (stored for stored in self._walk() if not stored.name.endswith(_PART))

    def unfinished(self) -> Iterator[Stored]:
        """What writes that were killed, or are under way, have left behind. Raises ArchiveUnusable."""
        return (stored for stored in self._walk() if stored.name.endswith(_PART))

    def try_writing(self) -> None:
        """Write a file and take it away again. Raises ArchiveUnusable."""
        with self._writing(), tempfile.NamedTemporaryFile(prefix=".", suffix=_PART, dir=self.root) as file:
            file.write(b"nianbao\n")
            file.flush()
            os.fsync(file.fileno())

    def _walk(self) -> Iterator[Stored]:
        waiting = [self.root]
        while waiting:
            try:
                with os.scandir(waiting.pop()) as entries:
                    for entry in entries:
                        if entry.is_dir(follow_symlinks=False):
                            waiting.append(Path(entry.path))
                            continue
                        with suppress(FileNotFoundError):  # it was finished, or taken away, meanwhile
                            told = entry.stat(follow_symlinks=False)
                            name = Path(entry.path).relative_to(self.root).as_posix()
                            yield Stored(name, told.st_size, datetime.fromtimestamp(told.st_mtime, UTC))
            except FileNotFoundError:
                continue
            except OSError as error:
                raise ArchiveUnusable(f"cannot read the archive {self.root}: {error.strerror}") from error

    @contextmanager
    def _writing(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise ArchiveUnusable(f"cannot write to the archive {self.root}: {error.strerror}") from error

    def _write(self, path: Path, content: bytes) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, part = tempfile.mkstemp(prefix=".", suffix=_PART, dir=path.parent)
        try:
            with os.fdopen(handle, "wb") as out:
                out.write(content)
                out.flush()
                os.fsync(out.fileno())
            Path(part).replace(path)
        except BaseException:
            with suppress(OSError):
                Path(part).unlink()
            raise
        folder = path.parent
        while folder != self.root:
            _sync(folder)
            top, folder = folder.name, folder.parent
        if top not in self._rooted:
            _sync(self.root)
            self._rooted.add(top)


def _sync(folder: Path) -> None:
    """Make the folder's entries survive a power cut; a system that cannot open folders does without."""
    if not hasattr(os, "O_DIRECTORY"):
        return
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
