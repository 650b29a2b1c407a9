"""Writes the annual reports of the sample province: seeded, with the truth of each kept beside its text."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from types import MappingProxyType
from typing import NamedTuple

from crawler.demo import prose
from crawler.demo.figures import Figures, draw
from crawler.report.deadlines import deadline
from crawler.report.forms import SECTIONS, form_for
from crawler.report.model import Kind, Number

SEED = 20240131
"""The seed of the sample province; another seed gives other figures and wording."""


class Planted(NamedTuple):
    """A finding that a defect must lead to: the rule and the start of its `where`."""

    rule: str
    where: str


class SectionSpec(NamedTuple):
    """A section to print; its table, where it has one, follows the paragraphs."""

    key: str
    heading: str
    paragraphs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ReportSpec:
    """One report as it will be printed, which is also the truth that a reading must agree with."""

    organ: str  # as the title prints it
    kind: Kind
    year: int
    form: str  # "2019", "2021": the form that the tables print
    title: str
    preface: tuple[str, ...]
    sections: tuple[SectionSpec, ...]
    cells: Mapping[str, Number]  # every number of the three tables under its contract key, as printed
    published: date
    signed: date
    defects: tuple[str, ...] = ()  # names of the defects applied, in order
    planted: tuple[Planted, ...] = ()  # findings that a check must give for them
    damaged_tables: frozenset[str] = frozenset()  # keys of tables printed with lost labels
    withheld: bool = False  # never published

    @property
    def period(self) -> tuple[date, date]:
        """First and last day of the statistical period that the preface states."""
        return date(self.year, 1, 1), date(self.year, 12, 31)

    @property
    def section_keys(self) -> tuple[str, ...]:
        """Keys of the sections that stand in the report, in printed order."""
        return tuple(section.key for section in self.sections)


def compose(
    organ: str,
    kind: Kind,
    year: int,
    *,
    seed: int = SEED,
    previous: Mapping[str, Number] | None = None,
    site: str = "",
    carried_more: int = 0,
    worded_as: str | None = None,
) -> ReportSpec:
    """A faultless report of one body for one year; the same arguments always give the same report.

    `previous` are the cells of the year before: what was carried over then is carried in now, and
    `carried_more` besides; the year itself stays balanced. `site` is the portal's name for the preface.
    `worded_as` is the body whose words are used, with this one's figures. ValueError for years before 2019,
    when there was no form.
    """
    rng = Random(f"{seed}|{organ}|{year}")  # noqa: S311 - sample texts, no secrets
    used = form_for(year)
    if used is None:
        raise ValueError(f"no form of the tables for {year}")
    cells: Figures = draw(rng, used, kind, previous)
    for row in ("carried_in", "carried_out"):
        for column in ("natural_person", "total"):
            cells[f"applications.{row}.{column}"] += carried_more
    published = _publication_day(rng, kind, year)
    facts = prose.Facts.of(rng, organ, kind, year, cells, site=site or f"{organ}网站")
    written = prose.write(facts, worded_as=worded_as or organ, seed=seed)
    return ReportSpec(
        organ=organ,
        kind=kind,
        year=year,
        form=used.id,
        title=f"{organ}{year}年政府信息公开工作年度报告",
        preface=written.preface,
        sections=tuple(
            SectionSpec(section.key, f"{section.number}、{section.heading}", written.sections[section.key])
            for section in SECTIONS
        ),
        cells=MappingProxyType(cells),
        published=published,
        signed=_working_day(published - timedelta(days=rng.randint(0, 2))),
    )


def compose_years(
    organ: str,
    kind: Kind,
    years: range,
    *,
    seed: int = SEED,
    site: str = "",
    carried_more: Mapping[int, int] = MappingProxyType({}),
    worded_as: Mapping[int, str] = MappingProxyType({}),
) -> tuple[ReportSpec, ...]:
    """Reports of one body for consecutive years; what one year carries over arrives in the next."""
    specs: list[ReportSpec] = []
    for year in years:
        previous = specs[-1].cells if specs else None
        specs.append(
            compose(
                organ,
                kind,
                year,
                seed=seed,
                previous=previous,
                site=site,
                carried_more=carried_more.get(year, 0),
                worded_as=worded_as.get(year),
            )
        )
    return tuple(specs)


def _publication_day(rng: Random, kind: Kind, year: int) -> date:
    """A working day of the last weeks before the due date, never the due date itself."""
    return _working_day(deadline(kind, year).day - timedelta(days=rng.randint(2, 20)))


def _working_day(day: date) -> date:
    """`day`, or the Friday before where it falls on a weekend."""
    return day - timedelta(days=max(0, day.weekday() - 4))
