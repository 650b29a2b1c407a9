"""What was measured, held against what is wanted and what must not be fallen short of."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import NamedTuple

from bench.crawl.measure import Crawl

FILE = Path(__file__).with_name("floors.json")
MIN_ROUNDS = 5
MEGABYTE = 1_000_000


class Bound(NamedTuple):
    """`target` is what is wanted, `floor` what holds where that is out of reach (see bench/README.md)."""

    target: float
    floor: float


class Figure(NamedTuple):
    """One figure: its name in the file of floors, how it reads, whether more of it is better."""

    name: str
    title: str
    value: float
    more_is_better: bool

    def reaches(self, bound: float) -> bool:
        """Whether the figure is as good as `bound`."""
        return self.value >= bound if self.more_is_better else self.value <= bound


class Round(NamedTuple):
    """Both contestants, one after the other."""

    ours: Crawl
    bare: Crawl


@dataclass(frozen=True, slots=True)
class Contest:
    """Rounds over the same pages; ratios are medians over rounds, so that a slow hour counts for both."""

    rounds: Sequence[Round]

    def __post_init__(self) -> None:
        if len(self.rounds) < MIN_ROUNDS:
            raise ValueError(f"at least {MIN_ROUNDS} rounds")

    @property
    def rate(self) -> float:
        """Pages a second, ours by the bare spider's."""
        return median(ours.rate / bare.rate for ours, bare in self.rounds)

    @property
    def memory(self) -> float:
        """Memory at its peak, ours by the bare spider's."""
        return median(ours.peak / bare.peak for ours, bare in self.rounds)

    @property
    def ours(self) -> list[Crawl]:
        """Our crawls."""
        return [one.ours for one in self.rounds]


def rates(report: Contest, other: Contest) -> tuple[Figure, ...]:
    """What is told by rounds in turn."""
    return (
        Figure("rate_report", "pages/s by bare, every page a report", report.rate, more_is_better=True),
        Figure("rate_other", "pages/s by bare, no page a report", other.rate, more_is_better=True),
        Figure("memory", "memory at its peak by bare", report.memory, more_is_better=False),
    )


def growth(long: Crawl, few: int, many: int) -> Figure:
    """How much more memory our crawl of many pages took by the time it had had so many than few."""
    grown = (long.peak_until(many) - long.peak_until(few)) / MEGABYTE
    return Figure("growth", f"MB more at {many} pages than at {few}", grown, more_is_better=False)


def at_once(crawls: Iterable[Crawl]) -> Figure:
    """Requests that any portal ever had in hand together, asked by us."""
    most = max(crawl.most_at_once for crawl in crawls)
    return Figure("at_once", "requests that a portal had at once", most, more_is_better=False)


def bounds(file: Path = FILE) -> Mapping[str, Bound]:
    """The floors as they stand."""
    told = json.loads(file.read_text(encoding="utf-8"))
    return {name: Bound(float(given["target"]), float(given["floor"])) for name, given in told.items()}


def table(measured: Sequence[Figure], wanted: Mapping[str, Bound]) -> Iterator[str]:
    """A line for each figure."""
    for figure in measured:
        target, floor = wanted[figure.name]
        met = "met" if figure.reaches(target) else f"missed, floor {floor:g}"
        yield f"{figure.title:42} {figure.value:8.2f}  target {target:g}: {met}"


def misses(measured: Sequence[Figure], wanted: Mapping[str, Bound]) -> list[str]:
    """What falls short of its floor. KeyError for a figure without one."""
    return [
        f"{figure.title}: {figure.value:.2f}, the floor is {wanted[figure.name].floor:g}"
        for figure in measured
        if not figure.reaches(wanted[figure.name].floor)
    ]
