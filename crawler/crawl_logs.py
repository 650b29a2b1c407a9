"""One log file for each crawl, and the removal of those that have grown old."""

from __future__ import annotations

import contextlib
import itertools
import re
from datetime import datetime, timedelta
from pathlib import Path

from crawler import clock

_STAMP = "%Y%m%dT%H%M%S"
_OURS = re.compile(r"(\d{8}T\d{6})-[\w.-]+\.log")
_MOMENTS = timedelta(minutes=5)
_MOST = 10_000
"""Files that are removed at once; more wait for the next night."""


def new_log(folder: Path, target: str) -> Path:
    """A new, empty file for one crawl's words, named after its time and target. Raises OSError."""
    folder.mkdir(parents=True, exist_ok=True)
    name = re.sub(r"[^\w.-]+", "-", re.sub(r"^https?://", "", target)).strip("-.")[:60] or "crawl"
    for number in itertools.count(1):
        log = folder / f"{clock.now():{_STAMP}}-{name}{'' if number == 1 else f'-{number}'}.log"
        try:
            log.touch(exist_ok=False)
        except FileExistsError:
            continue
        return log
    raise AssertionError("unreachable")


def log_of(folder: Path, target: str, began: datetime) -> Path | None:
    """The log of the crawl of `target` whose run began then; None where it is no longer kept. A run begins
    moments after its log.
    """
    earliest, latest = (f"{clock.local(moment):{_STAMP}}" for moment in (began - _MOMENTS, began))
    found = []
    with contextlib.suppress(OSError):
        for path in folder.iterdir():
            ours = _OURS.fullmatch(path.name)
            if ours is not None and earliest <= ours[1] <= latest and f"-{target}" in path.name:
                found.append(path)
    return max(found, default=None)


def remove_old_logs(folder: Path, days: int, now: datetime) -> int:
    """Remove the logs of crawls that began more than `days` ago; returns how many.

    Only files that are named as ours are, by the time in their names; folders, links and whatever else
    somebody keeps there stay.
    """
    oldest = (clock.local(now) - timedelta(days=days)).strftime(_STAMP)
    removed = 0
    with contextlib.suppress(OSError):
        for path in folder.iterdir():
            ours = _OURS.fullmatch(path.name)
            if ours is None or ours[1] >= oldest or removed >= _MOST:
                continue
            with contextlib.suppress(OSError):
                if path.is_file() and not path.is_symlink():
                    path.unlink()
                    removed += 1
    return removed
