"""What is read: which report, in which layout and format, with which damage."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random
from typing import NamedTuple

from bench.accuracy.damage import DAMAGES, NEEDS_PLACES, RAGGED
from bench.accuracy.formats import FORMATS, shortened
from crawler.demo.printing import LAYOUTS, Printed
from crawler.demo.writer import ReportSpec, compose
from crawler.report.model import Kind

FORM_YEARS = (2020, 2023)
"""A report year of either form."""
CUT = "cut-file"
TIMES_IN_FULL = 4
"""Files of the whole bench for one of the sample."""

_NEXT_SEED = 1009  # a prime, so that the choices of a writer all come up
_DAMAGED_SEEDS = 500_000
_BODIES = (
    ("柘泉县民政局", Kind.DEPARTMENT),
    ("青杉市人民政府", Kind.GOVERNMENT),
    ("临溪县鹭洲乡人民政府", Kind.TOWNSHIP),
    ("松涛县市场监督管理局", Kind.DEPARTMENT),
    ("棠港区槐荫里街道办事处", Kind.STREET),
    ("云溪县青石滩产业园管理委员会", Kind.ZONE),
)


class Case(NamedTuple):
    """One file to be read; the same case always gives the same file."""

    format: str
    layout: str
    year: int
    seed: int
    damage: str = ""  # name of a damage, CUT, or "" for a sound file

    @property
    def row(self) -> tuple[str, str]:
        """Where it counts in the table: its format, and its layout or damage."""
        return self.format, self.damage or self.layout


def cases(*, full: bool) -> Iterator[Case]:
    """The fixed sample, or the whole bench."""
    for format_, written in FORMATS.items():
        every = 1 if full else written.every
        seeds = written.seeds * (TIMES_IN_FULL if full else 1)
        if written.recognised:
            every, seeds = (len(LAYOUTS) // 4 if full else written.every), 1
        for at, layout in enumerate(LAYOUTS):
            if at % every:
                continue
            for year in FORM_YEARS if every < 2 else (FORM_YEARS[at // every % 2],):
                yield from (Case(format_, layout, year, at + _NEXT_SEED * n) for n in range(seeds))
        if written.recognised:
            continue
        for at, damage in enumerate((*DAMAGES, CUT)):
            impossible = (written.grid and damage in RAGGED) or (
                not written.places and damage in NEEDS_PLACES
            )
            if impossible or at % every:
                continue
            for n in range(seeds):
                yield Case(
                    format_, "plain", FORM_YEARS[(at + n) % 2], _DAMAGED_SEEDS + at + _NEXT_SEED * n, damage
                )


def report(case: Case) -> ReportSpec:
    """The report that the case prints."""
    organ, kind = _BODIES[case.seed % len(_BODIES)]
    return compose(organ, kind, case.year, seed=case.seed)


def paper(case: Case) -> Printed:
    """What the case prints. What a cut file still holds is not known: none of its cells need be read."""
    printed = LAYOUTS[case.layout](report(case))
    if FORMATS[case.format].recognised:
        printed = shortened(printed)
    if case.damage in DAMAGES:
        return DAMAGES[case.damage](printed, rng(case))
    return printed


def rng(case: Case) -> Random:
    """The chance by which the case is damaged."""
    return Random("|".join(map(str, case)))
