"""Contests between our reading and others': rounds interleaved in one process, medians side by side.

Machines are noisy and differ; ratios taken within one run are what compares. Every contestant runs once in
each round, the order turning by one from round to round, so that none profits from its place. Time is that of
the processor spent in this process: what else the machine does at that moment is no part of it.
"""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

MIN_ROUNDS = 5
LEAST_SECONDS = 0.02
"""A round repeats a fast contestant until so much time has passed; the clock and the collector weigh less."""


class Contestant(NamedTuple):
    """A way to read one file: bytes in, anything out."""

    name: str
    read: Callable[[bytes], object]


class Rival(NamedTuple):
    """Another's way. `target` is how many times its speed ours should have; None: measured, nothing asked.

    `floor` is what it must not fall below, where the target is out of reach (bench/README.md tells why); else
    the target itself is.
    """

    contestant: Contestant
    target: float | None = None
    floor: float | None = None


@dataclass(frozen=True, slots=True)
class Contest:
    """One question of speed. `files` are read one after the other; times are told per file."""

    title: str
    ours: Contestant
    rivals: tuple[Rival, ...]
    files: tuple[bytes, ...]


class Result(NamedTuple):
    """Median seconds per file; `ratio` is the median, over rounds, of the rival's time by ours."""

    name: str
    seconds: float
    ratio: float
    target: float | None
    floor: float | None

    @property
    def met(self) -> bool:
        """Whether the target is met, or there is none."""
        return self.target is None or self.ratio >= self.target

    @property
    def holds(self) -> bool:
        """Whether the floor holds, or there is none."""
        return self.floor is None or self.ratio >= self.floor


def run(contest: Contest, rounds: int = MIN_ROUNDS) -> list[Result]:
    """Ours first, then the rivals in order. ValueError for fewer rounds than MIN_ROUNDS."""
    if rounds < MIN_ROUNDS:
        raise ValueError(f"at least {MIN_ROUNDS} rounds")
    contestants = [contest.ours, *(rival.contestant for rival in contest.rivals)]
    repeats = [_repeats(contestant.read, contest.files) for contestant in contestants]
    times: list[list[float]] = [[] for _ in contestants]
    for turn in range(rounds):
        for place in range(len(contestants)):
            at = (turn + place) % len(contestants)
            times[at].append(_seconds(contestants[at].read, contest.files, repeats[at]))
    results = []
    for at, contestant in enumerate(contestants):
        ratio = statistics.median(other / own for other, own in zip(times[at], times[0], strict=True))
        target, floor = contest.rivals[at - 1][1:] if at else (None, None)
        results.append(
            Result(
                contestant.name,
                statistics.median(times[at]),
                ratio,
                target,
                target if floor is None else floor,
            )
        )
    return results


def _repeats(read: Callable[[bytes], object], files: Sequence[bytes]) -> int:
    """How often a round runs `read`; the first run also fills what is loaded once."""
    _seconds(read, files, 1)
    once = _seconds(read, files, 1) * len(files)
    return max(1, round(LEAST_SECONDS / max(once, 1e-6)))


def _seconds(read: Callable[[bytes], object], files: Sequence[bytes], repeats: int) -> float:
    """Seconds per file of `repeats` runs over all files, the collector running before and not within."""
    gc.collect()
    gc.disable()
    try:
        started = time.process_time()
        for _ in range(repeats):
            for file in files:
                read(file)
        return (time.process_time() - started) / (repeats * len(files))
    finally:
        gc.enable()


def table(contest: Contest, results: Sequence[Result]) -> str:
    """One contest as lines of text."""
    size = sum(map(len, contest.files)) / len(contest.files) / 1024
    files = "1 file" if len(contest.files) == 1 else f"{len(contest.files)} files"
    lines = [f"{contest.title} ({files}, {size:.0f} KB each)"]
    width = max(len(result.name) for result in results)
    for at, result in enumerate(results):
        line = f"  {result.name:{width}}  {result.seconds * 1000:10.2f} ms"
        if at:
            line += f"  {result.ratio:7.2f} x ours"
        if result.target is not None:
            line += f"  target {result.target:g} x: {'met' if result.met else 'missed'}"
            if not result.holds:
                line += f", BELOW ITS FLOOR of {result.floor:g} x"
        lines.append(line)
    return "\n".join(lines)
