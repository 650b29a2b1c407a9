"""A report against last year's."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from bench.rules.defect import NEW_FORM_YEARS, WITH_PREVIOUS, Defect
from bench.rules.sample import Case, read
from crawler.demo.defects import old_form
from crawler.inspection import Given
from crawler.report.model import Cell, Report

_BOTH_ON_2021 = range(2022, NEW_FORM_YEARS.stop)
_DOCUMENTS = "disclosure.normative_documents"
_PARTS = ("natural_person", "business")


def last_year(change: Callable[[Report, Case], Report]) -> Callable[[Given, Case], Given]:
    """Last year's report, another one."""

    def given(given: Given, case: Case) -> Given:
        assert given.previous is not None
        return replace(given, previous=change(given.previous, case))

    return given


def with_cells(report: Report, values: Mapping[str, int]) -> Report:
    """The report as read, some of its figures others."""
    tables = dict(report.tables)
    for key, number in values.items():
        name = key.partition(".")[0]
        held = {**tables[name].cells, key: Cell(number, str(number))}
        tables[name] = replace(tables[name], cells=held)
    return replace(report, tables=tables)


def _number(report: Report, key: str) -> int:
    return int(report.tables[key.partition(".")[0]].cells[key].value or 0)


def _carried_over_more(report: Report, _case: Case) -> Report:
    """Two more of one column and of the total were carried over last year than arrived this year."""
    keys = [f"applications.carried_out.{column}" for column in ("natural_person", "total")]
    return with_cells(report, {key: _number(report, key) + 2 for key in keys})


def _carried_over_as_others(report: Report, _case: Case) -> Report:
    """The total that was carried over is the same, the columns are not."""
    low, high = (f"applications.carried_out.{part}" for part in _PARTS)
    if _number(report, low) == 0:
        low, high = high, low
    return with_cells(report, {low: _number(report, low) + 1, high: _number(report, high) - 1})


def _in_force_otherwise(report: Report, _case: Case) -> Report:
    key = f"{_DOCUMENTS}.in_force"
    return with_cells(report, {key: _number(report, key) + 3})


def _items_otherwise(report: Report, _case: Case) -> Report:
    key = "disclosure.licences.previous_items"
    return with_cells(report, {key: _number(report, key) + 5})


def _disclosed_otherwise(report: Report, _case: Case) -> Report:
    key = f"{_DOCUMENTS}.total_disclosed"
    return with_cells(report, {key: _number(report, key) + 9})


def _more_pending(report: Report, case: Case) -> Report:
    """More reviews were pending last year than this year counts in all."""
    more = int(case.spec.cells["disputes.review.total"]) + 2
    return with_cells(
        report,
        {
            "disputes.review.pending": more,
            "disputes.review.total": _number(report, "disputes.review.total")
            + more
            - _number(report, "disputes.review.pending"),
        },
    )


def _same_table(report: Report, case: Case) -> Report:
    """Table two of last year shows the very figures of this year."""
    own = read(case.spec, case.sample.layout).tables["disclosure"]
    return replace(report, tables={**report.tables, "disclosure": own})


def _same_words(report: Report, case: Case) -> Report:
    """Last year's prose with nothing but the year exchanged."""
    own = read(case.spec)
    year, before = str(case.spec.year), str(case.spec.year - 1)
    sections = {
        key: replace(section, text=section.text.replace(year, before))
        for key, section in own.sections.items()
    }
    return replace(report, sections=sections, text=own.text.replace(year, before))


def _a_tenth(report: Report, _case: Case) -> Report:
    """Last year had but few of what this year has many."""
    return with_cells(report, {"disclosure.penalties.decisions": 20_000})


DEFECTS = (
    Defect(
        rule="yearly-template-break",
        spec=lambda spec, _: old_form(spec),
        years=_BOTH_ON_2021,
        beyond={"template-wrong-generation": "the form that it changed to is the wrong one"},
    ),
    Defect(rule="yearly-carryover-total", given=last_year(_carried_over_more), years=WITH_PREVIOUS),
    Defect(rule="yearly-carryover-column", given=last_year(_carried_over_as_others), years=WITH_PREVIOUS),
    Defect(rule="yearly-in-force", given=last_year(_in_force_otherwise), years=_BOTH_ON_2021),
    Defect(rule="yearly-items-2019-form", given=last_year(_items_otherwise), years=(2020,)),
    Defect(rule="yearly-total-disclosed-2019-form", given=last_year(_disclosed_otherwise), years=(2020,)),
    Defect(rule="yearly-pending-cases", given=last_year(_more_pending), years=WITH_PREVIOUS),
    Defect(rule="yearly-identical-table", given=last_year(_same_table), years=_BOTH_ON_2021),
    Defect(rule="yearly-text-duplicate", given=last_year(_same_words), years=WITH_PREVIOUS),
    Defect(rule="yearly-spike", given=last_year(_a_tenth), years=_BOTH_ON_2021),
)
