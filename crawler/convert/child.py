"""Child processes with limits: time, memory, length of files; all that they started ends with them."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Mapping, Sequence
from contextlib import suppress

_LIMITS = 'ulimit -v "$1"; ulimit -f "$2"; ulimit -c 0; shift 2; exec "$@"'
_BLOCK = 512  # bytes, the unit of `ulimit -f`


class TooLong(Exception):
    """The child was ended because its time was over."""


def run(
    arguments: Sequence[str],
    *,
    seconds: float,
    memory: int,
    file_bytes: int,
    environment: Mapping[str, str],
) -> int:
    """Run a program to its end, with no input and its output dropped; its exit code.

    `memory` is the address space of each of its processes and `file_bytes` the longest file that they may
    write, both in bytes; `environment` is all that they see of it. Whatever the program has started ends
    with it. Raises TooLong after `seconds`, OSError where it cannot be started.
    """
    limited = ["/bin/sh", "-c", _LIMITS, "sh", str(memory // 1024), str(file_bytes // _BLOCK), *arguments]
    process = subprocess.Popen(
        limited,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=dict(environment),
        start_new_session=True,  # a group of its own, to be ended whole
    )
    try:
        return process.wait(seconds)
    except subprocess.TimeoutExpired:
        raise TooLong from None
    finally:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
