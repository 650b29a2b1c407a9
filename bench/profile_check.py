"""Where `nianbao check` spends its time: a profile over generated HTML reports.

    python bench/profile_check.py --count 500 --seed 1

Prints reports per second of the command itself and of one process, the share of each stage, and the functions
that cost most. The reports are made anew from the seed, in a folder that is removed afterwards.
"""

from __future__ import annotations

import argparse
import cProfile
import json
import platform
import pstats
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

from crawler.commands.check import Options, examine
from crawler.demo import corpus

REPOSITORY = Path(__file__).resolve().parent.parent
TIMEOUT = 1800.0

WHOLE = ("crawler/commands/check.py", "examine")
STAGES = (
    ("extract", "crawler/extract/__init__.py", "extract"),
    ("parse", "crawler/parser/__init__.py", "parse"),
    ("check", "crawler/validator/checking.py", "check"),
    ("entry", "crawler/export/entry.py", "report_entry"),
)
"""The stages of one inspection: name, file, function; shares are of WHOLE with all that it calls."""


def run_command(files: Sequence[Path]) -> tuple[float, dict[str, Any]]:
    """Seconds and answer of `nianbao check --format json` over `files`, start-up included."""
    command = [sys.executable, "-m", "crawler", "check", "--format", "json", *map(str, files)]
    started = time.perf_counter()
    done = subprocess.run(command, cwd=REPOSITORY, capture_output=True, timeout=TIMEOUT, check=False)
    seconds = time.perf_counter() - started
    if done.returncode not in (0, 1, 2):
        raise SystemExit(f"check ended with {done.returncode}: {done.stderr.decode()[-500:]}")
    answer: dict[str, Any] = json.loads(done.stdout)
    return seconds, answer


def run_here(files: Sequence[Path]) -> float:
    """Seconds that one process takes over `files`, without the profiler."""
    options = Options()
    started = time.perf_counter()
    for file in files:
        examine(str(file), options)
    return time.perf_counter() - started


def profile(files: Sequence[Path]) -> pstats.Stats:
    """The profile of one process over `files`."""
    options = Options()
    profiler = cProfile.Profile()
    profiler.enable()
    for file in files:
        examine(str(file), options)
    profiler.disable()
    return pstats.Stats(profiler)


class Row(NamedTuple):
    """One function of the profile; seconds of its own and with all that it calls."""

    file: str
    line: int
    function: str
    calls: int
    own: float
    cumulative: float


def rows(stats: pstats.Stats) -> list[Row]:
    """Everything that ran, the costliest first by its own seconds."""
    table: dict[Any, tuple[int, int, float, float, Any]] = stats.stats  # type: ignore[attr-defined]
    found = [
        Row(
            Path(file).as_posix().removeprefix(f"{REPOSITORY.as_posix()}/"),
            line,
            name,
            calls,
            own,
            cumulative,
        )
        for (file, line, name), (_, calls, own, cumulative, _) in table.items()
    ]
    return sorted(found, key=lambda row: row.own, reverse=True)


def spent(measured: Sequence[Row], file: str, function: str) -> float:
    """Seconds of one function of ours with all that it calls; 0 where it did not run."""
    return sum(row.cumulative for row in measured if (row.file, row.function) == (file, function))


def main() -> int:
    """Entry point; the exit code."""
    parser = argparse.ArgumentParser(description="Profile `nianbao check` over generated HTML reports.")
    parser.add_argument("--count", type=int, default=500)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--top", type=int, default=15)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        files = corpus.write(Path(folder), given.count, given.seed)
        size = sum(file.stat().st_size for file in files)
        run_here(files[:10])  # imports and caches are no part of the measure
        alone = run_here(files)
        seconds, answer = run_command(files)
        stats = profile(files)
    print(f"{len(files)} reports, {size / 1024 / 1024:.1f} MB, Python {platform.python_version()}")
    print(f"read: {len(answer['reports'])}, not read: {len(answer['errors'])}")
    print(f"nianbao check: {len(files) / seconds:.0f} reports/s, start-up included")
    print(f"one process:   {len(files) / alone:.0f} reports/s")
    measured = rows(stats)
    whole = spent(measured, *WHOLE)
    print("\nstage       share")
    for stage, file, function in STAGES:
        print(f"{stage:10}  {spent(measured, file, function) / whole:5.1%}")
    print("\nown share   calls/report  function")
    for row in measured[: given.top]:
        place = f"{row.file}:{row.line} {row.function}" if row.line else row.function
        print(f"{row.own / whole:8.1%}  {row.calls / len(files):12.1f}  {place}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
