"""Files that a command writes: whole, or not at all."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from crawler.commands.problems import CallError


@contextmanager
def saving(path: Path) -> Iterator[IO[bytes]]:
    """A file that takes the place of `path` once it is complete; a failure leaves what stood there.

    Raises CallError where it cannot be written.
    """
    try:
        if path.exists() and not path.is_file():  # a pipe is written, a folder is told
            with path.open("wb") as out:
                yield out
            return
        part = path.with_name(f".{path.name}.{os.getpid()}.part")
        try:
            with part.open("wb") as out:
                yield out
                out.flush()
                os.fsync(out.fileno())
            part.replace(path)
        except BaseException:
            with suppress(OSError):
                part.unlink()
            raise
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise CallError(f"写不了 {path}：{reason}", f"cannot write {path}: {reason}") from error
