"""What a defect is: one change to a faultless report, told as data, and what it may break besides."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from random import Random
from types import MappingProxyType
from typing import NamedTuple

from bench.rules.page import Page
from bench.rules.sample import YEARS, Case
from crawler.demo.printing import Printed
from crawler.demo.writer import ReportSpec
from crawler.inspection import Given
from crawler.report.model import Kind, Number, Report
from crawler.validator.context import Context
from crawler.validator.finding import Verdict

OLD_FORM_YEARS = range(2019, 2021)
NEW_FORM_YEARS = range(2021, YEARS.stop)
WITH_PREVIOUS = range(YEARS.start + 1, YEARS.stop)


Figures = Mapping[str, Number]
"""Numbers of the tables under the keys of their cells."""


class Found(NamedTuple):
    """One finding, whichever road it came by."""

    rule: str
    severity: str
    verdict: str
    where: str
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Defect:
    """A defect that `rule` has to find. Its stages change a faultless report where it is wrong:

    `spec` the report's truth, `paper` what is printed, `page` the web page, `given` what the reader is given,
    `context` what is known around the report after it was read. A defect that only the assessment of duties
    can find has `assessed` instead.

    `base` changes the paper of the faultless report too, where the samples lack what the defect takes away.
    `verdict` is UNCERTAIN for a rule that by its nature only asks a person to look. `years`, `kinds`
    and `layouts` bound the reports that can have it. `beyond` names other rules that find a
    breach of severity error or above in it, each with the reason why that is right.
    """

    rule: str
    verdict: Verdict = Verdict.FAIL
    base: Callable[[Printed, Random], Printed] | None = None
    spec: Callable[[ReportSpec, Random], ReportSpec] | None = None
    paper: Callable[[Printed, Random], Printed] | None = None
    page: Callable[[Page, Case], Page] | None = None
    given: Callable[[Given, Case], Given] | None = None
    context: Callable[[Context, Report, Case], Context] | None = None
    assessed: Callable[[Case], Iterable[Found]] | None = None
    years: Collection[int] = YEARS
    kinds: Collection[Kind] | None = None
    layouts: Collection[str] | None = None
    beyond: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))


# --- changes of the truth ----------------------------------------------------------------------------------


def words(change: Callable[[str, ReportSpec], str]) -> Callable[[ReportSpec, Random], ReportSpec]:
    """Every paragraph, changed."""

    def changed(spec: ReportSpec, _rng: Random) -> ReportSpec:
        return replace(
            spec,
            preface=tuple(change(line, spec) for line in spec.preface),
            sections=tuple(
                section._replace(paragraphs=tuple(change(line, spec) for line in section.paragraphs))
                for section in spec.sections
            ),
        )

    return changed


def paragraphs(
    key: str, change: Callable[[tuple[str, ...], ReportSpec], tuple[str, ...]]
) -> Callable[[ReportSpec, Random], ReportSpec]:
    """The paragraphs of one section, changed."""

    def changed(spec: ReportSpec, _rng: Random) -> ReportSpec:
        return replace(
            spec,
            sections=tuple(
                section._replace(paragraphs=change(section.paragraphs, spec))
                if section.key == key
                else section
                for section in spec.sections
            ),
        )

    return changed


def added(key: str, text: str) -> Callable[[ReportSpec, Random], ReportSpec]:
    """One paragraph more at the end of a section."""
    return paragraphs(key, lambda lines, spec: (*lines, filled(text, spec)))


def instead(key: str, *texts: str) -> Callable[[ReportSpec, Random], ReportSpec]:
    """Other paragraphs in a section."""
    return paragraphs(key, lambda _, spec: tuple(filled(text, spec) for text in texts))


def filled(text: str, spec: ReportSpec) -> str:
    """`text` with {organ}, {year}, {before}, {next} filled in."""
    return text.format(organ=spec.organ, year=spec.year, before=spec.year - 1, next=spec.year + 1)


def cells(
    change: Callable[[Figures, Random], Figures],
) -> Callable[[ReportSpec, Random], ReportSpec]:
    """Some figures, changed: `change` is given all of them and tells the new ones."""

    def changed(spec: ReportSpec, rng: Random) -> ReportSpec:
        return replace(spec, cells=MappingProxyType({**spec.cells, **change(spec.cells, rng)}))

    return changed


def set_on(**values: object) -> Callable[[ReportSpec, Random], ReportSpec]:
    """Fields of the spec; text is filled in."""

    def changed(spec: ReportSpec, _rng: Random) -> ReportSpec:
        told = {name: filled(v, spec) if isinstance(v, str) else v for name, v in values.items()}
        return replace(spec, **told)  # type: ignore[arg-type]

    return changed


def both(
    *changes: Callable[[ReportSpec, Random], ReportSpec],
) -> Callable[[ReportSpec, Random], ReportSpec]:
    """One change after the other."""

    def changed(spec: ReportSpec, rng: Random) -> ReportSpec:
        for change in changes:
            spec = change(spec, rng)
        return spec

    return changed
