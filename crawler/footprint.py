"""How much memory a process takes with everything that it started."""

from __future__ import annotations

import contextlib
import os

import psutil

MEGABYTE = 1024 * 1024


def megabytes(number: int) -> int:
    """Memory of a process and its family; 0 where it is gone.

    What several share is counted once where the system tells how it is shared (Linux): a browser's many
    processes share most of what each of them seems to take.
    """
    return sum(_taken(process) for process in family(number)) // MEGABYTE


def machine_megabytes() -> int:
    """Memory that the machine has."""
    return int(psutil.virtual_memory().total) // MEGABYTE


def family(number: int) -> set[psutil.Process]:
    """A process, its group and whatever descends from it, as far as it still runs."""
    found: set[psutil.Process] = set()
    with contextlib.suppress(psutil.Error):
        parent = psutil.Process(number)
        found = {parent, *parent.children(recursive=True)}  # converters and browsers lead groups of their own
    for process in psutil.process_iter():
        with contextlib.suppress(OSError):
            if os.getpgid(process.pid) == number:  # whose parent has ended is nobody's child
                found.add(process)
    return found


def _taken(process: psutil.Process) -> int:
    try:
        told = process.memory_full_info()
        return int(getattr(told, "pss", told.rss))
    except psutil.AccessDenied:
        with contextlib.suppress(psutil.Error):
            return int(process.memory_info().rss)
    except psutil.Error:
        pass  # it has ended meanwhile
    return 0
