"""Faultless reports by chance: whose, for which year, in which layout, with last year's report beside it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import lru_cache
from random import Random
from types import MappingProxyType
from typing import NamedTuple

from bench.rules.page import Page, page_of
from crawler.demo.printing import LAYOUTS, Printed
from crawler.demo.writer import ReportSpec, compose
from crawler.extract import extract
from crawler.inspection import Given
from crawler.parser import Page as Known
from crawler.parser import parse
from crawler.report.forms import FORM_2021
from crawler.report.model import Kind, Number, Report

YEARS = range(2019, 2026)

DEFECTIVE_LAYOUTS: Mapping[str, str] = MappingProxyType(
    {
        "stand-ins": "marks stand in place of zeros, which is a defect of its own",
        "blanks": "cells are left blank, which is a defect of its own",
    }
)
"""Layouts that print what a report must not have, with the reason; no faultless report is printed so."""

DEFECTIVE_ON_2021: Mapping[str, str] = MappingProxyType(
    {
        "six-in-one-row": "the form of 2021 has three rows there",
        "old-form": "the form of 2019 was no longer in force",
    }
)
"""The same, for reports on the form of 2021 alone."""

BODIES = (
    ("柘泉县民政局", Kind.DEPARTMENT),
    ("松涛县市场监督管理局", Kind.DEPARTMENT),
    ("白芷县水务局", Kind.DEPARTMENT),
    ("青杉市人民政府", Kind.GOVERNMENT),
    ("临溪县人民政府", Kind.GOVERNMENT),
    ("临溪县鹭洲乡人民政府", Kind.TOWNSHIP),
    ("棠港区槐荫里街道办事处", Kind.STREET),
    ("云溪县青石滩产业园管理委员会", Kind.ZONE),
)


class Sample(NamedTuple):
    """One report to be written; the same sample always gives the same file."""

    organ: str
    kind: Kind
    year: int
    layout: str
    seed: int


@dataclass(frozen=True, slots=True)
class Case:
    """A report on its way from its truth to the reader."""

    sample: Sample
    spec: ReportSpec
    printed: Printed
    page: Page
    given: Given


def draw(
    rng: Random,
    *,
    years: Collection[int] = YEARS,
    kinds: Collection[Kind] | None = None,
    layouts: Collection[str] | None = None,
) -> Sample:
    """A sample among those that are allowed."""
    organ, kind = rng.choice([body for body in BODIES if kinds is None or body[1] in kinds])
    year = rng.choice(sorted(years))
    return Sample(organ, kind, year, rng.choice(sound_layouts(year, layouts)), rng.randrange(1_000_000))


def sound_layouts(year: int, among: Collection[str] | None = None) -> list[str]:
    """The layouts in which a report for `year` is faultless."""
    wrong = {*DEFECTIVE_LAYOUTS, *(DEFECTIVE_ON_2021 if FORM_2021.covers(year) else ())}
    return [name for name in LAYOUTS if name not in wrong and (among is None or name in among)]


def composed(sample: Sample) -> tuple[ReportSpec, ReportSpec | None]:
    """The report and last year's; the first year of the forms has none."""
    organ, kind, year = sample.organ, sample.kind, sample.year
    before = None
    if year > YEARS.start:
        before = compose(organ, kind, year - 1, seed=sample.seed)
    cells: Mapping[str, Number] | None = None if before is None else before.cells
    return compose(organ, kind, year, seed=sample.seed, previous=cells), before


def case_of(sample: Sample, spec: ReportSpec, printed: Printed) -> Case:
    """The page of `printed`, and what its reader is given."""
    rng = Random(f"page|{sample}")
    page = page_of(printed, rng)
    given = Given(
        url=page.url,
        kind=sample.kind,
        organ=sample.organ,
        previous=previous(sample),
    )
    return Case(sample, spec, printed, page, given)


def sound(sample: Sample) -> Case:
    """The faultless report of `sample`."""
    spec, _ = composed(sample)
    return case_of(sample, spec, LAYOUTS[sample.layout](spec))


@lru_cache(maxsize=64)
def previous(sample: Sample) -> Report | None:
    """Last year's report of the body, as the product reads it; None in the first year of the forms."""
    _, before = composed(sample)
    return None if before is None else read(before, sample.layout)


def read(spec: ReportSpec, layout: str = "plain") -> Report:
    """`spec` as the product reads it from its page, in `layout` where that is a sound one for its year."""
    if layout not in sound_layouts(spec.year):
        layout = "plain"
    page = page_of(LAYOUTS[layout](spec), Random(spec.title))
    return parse(extract(page.html()), Known(url=page.url, organ=spec.organ))
