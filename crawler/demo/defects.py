"""Defects that are planted into sample reports: one named function each, from a spec to the faulty spec."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from random import Random
from types import MappingProxyType

from crawler.demo.figures import on_form_2019
from crawler.demo.writer import Planted, ReportSpec
from crawler.report.deadlines import deadline
from crawler.report.forms import FORM_2019
from crawler.report.model import Number

Defect = Callable[[ReportSpec], ReportSpec]

DAYS_LATE = 27


def late(spec: ReportSpec) -> ReportSpec:
    """Published 27 days after the due date."""
    published = deadline(spec.kind, spec.year).day + timedelta(days=DAYS_LATE)
    return replace(
        spec,
        published=published,
        signed=published - timedelta(days=1),
        planted=(*spec.planted, Planted("filing-late", "filing")),
    )


def without_section_four(spec: ReportSpec) -> ReportSpec:
    """Section four is not there: neither heading nor table."""
    return replace(
        spec,
        sections=tuple(section for section in spec.sections if section.key != "disputes"),
        cells=MappingProxyType({k: v for k, v in spec.cells.items() if not k.startswith("disputes.")}),
        planted=(*spec.planted, Planted("section-missing", "sections.disputes")),
    )


def unbalanced_applications(spec: ReportSpec) -> ReportSpec:
    """Table three: the results of one column are three too many, nothing else moves."""
    cell = "applications.results_total.natural_person"
    return replace(
        spec,
        cells=_changed(spec, cell, 3),
        planted=(
            *spec.planted,
            Planted("applications-balance", "applications.natural_person"),
            Planted("applications-results-total", "applications.results_total.natural_person"),
            Planted("applications-row-total", "applications.results_total"),
        ),
    )


def unbalanced_disputes(spec: ReportSpec) -> ReportSpec:
    """Table four: two reviews more are pending than the total of reviews allows."""
    return replace(
        spec,
        cells=_changed(spec, "disputes.review.pending", 2),
        planted=(*spec.planted, Planted("disputes-total", "disputes.review")),
    )


def old_form(spec: ReportSpec) -> ReportSpec:
    """Written on the form of 2019 although that of 2021 was in force; wording and shared figures stay."""
    rng = Random(f"{spec.organ}|{spec.year}|old-form")  # noqa: S311 - sample figures, no secrets
    return replace(
        spec,
        form=FORM_2019.id,
        cells=MappingProxyType(on_form_2019(rng, spec.kind, spec.cells)),
        planted=(*spec.planted, Planted("template-wrong-generation", "disclosure")),
    )


def damaged_applications(spec: ReportSpec) -> ReportSpec:
    """Table three has lost labels, and five rows of it stand in one row, their numbers run together."""
    return replace(
        spec,
        damaged_tables=spec.damaged_tables | {"applications"},
        planted=(*spec.planted, Planted("table-damaged", "applications")),
    )


def missing(spec: ReportSpec) -> ReportSpec:
    """Never published."""
    return replace(spec, withheld=True, planted=(*spec.planted, Planted("filing-missing", "filing")))


DEFECTS: Mapping[str, Defect] = MappingProxyType(
    {
        "late": late,
        "without-section-four": without_section_four,
        "unbalanced-applications": unbalanced_applications,
        "unbalanced-disputes": unbalanced_disputes,
        "old-form": old_form,
        "damaged-applications": damaged_applications,
        "missing": missing,
    }
)


def plant(spec: ReportSpec, name: str) -> ReportSpec:
    """`spec` with the defect `name`. KeyError where there is no such defect."""
    faulty = DEFECTS[name](spec)
    return replace(faulty, defects=(*spec.defects, name))


def _changed(spec: ReportSpec, cell: str, by: int) -> Mapping[str, Number]:
    return MappingProxyType({**spec.cells, cell: spec.cells[cell] + by})
