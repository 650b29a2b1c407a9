"""The likely culprit against every table that chance and brute force can think of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from random import Random

import pytest

from crawler.report.forms import (
    APPLICANTS,
    DISPUTE_COLUMNS,
    DISPUTE_GROUPS,
    FORMS,
    Form,
    Relation,
    Sense,
    leaf_rows,
    relations,
)
from crawler.report.model import Cell, Number, Report
from crawler.rulebook.examples import changed, sound_report
from crawler.validator import check, repair
from crawler.validator.finding import CULPRIT
from crawler.validator.relations import Standing, evaluations
from crawler.validator.repair import MOST_CELLS, repairs

YEARS = [(2020, "2019"), (2023, "2021")]
COLUMNS = [column.key for column in APPLICANTS[:-1]]
Figures = Mapping[str, int | None]


def sound_figures(rng: Random, form: Form) -> dict[str, int]:
    """Tables three and four of `form` whose sums are right; most rows are empty, as they are in life."""
    leaves = leaf_rows([row.key for row in form.applications])
    figures: dict[tuple[str, str], int] = {}
    for column in COLUMNS:
        for row in leaves:
            figures[row, column] = rng.choice((0, 0, 0, rng.randrange(1, 40)))
        figures["results_total", column] = sum(figures[row, column] for row in leaves)
        figures["carried_out", column] = rng.randrange(6)
        concluded = figures["results_total", column] + figures["carried_out", column]
        figures["carried_in", column] = rng.randrange(min(concluded, 6) + 1)
        figures["new_received", column] = concluded - figures["carried_in", column]
    for row in {row for row, _ in figures}:
        figures[row, "total"] = sum(figures[row, column] for column in COLUMNS)
    cells = {f"applications.{row}.{column}": value for (row, column), value in figures.items()}
    for group in DISPUTE_GROUPS:
        outcomes = {f"disputes.{group.key}.{c.key}": rng.randrange(4) for c in DISPUTE_COLUMNS[:-1]}
        cells |= outcomes | {f"disputes.{group.key}.total": sum(outcomes.values())}
    return cells


def printed(year: int, figures: Figures) -> Report:
    """The sound report of `year` with `figures`; None is a blank cell."""
    report = sound_report(year)
    tables = {
        key: replace(
            table,
            cells={
                cell: Cell(figures[cell], "" if figures[cell] is None else str(figures[cell]))
                if cell in figures
                else old
                for cell, old in table.cells.items()
            },
        )
        for key, table in report.tables.items()
    }
    return replace(report, tables=tables)


def claims(report: Report) -> list[dict[str, Number]]:
    """What each repair would have the cells hold."""
    return [{one.cell: one.expected for one in repair.corrections} for repair in repairs(evaluations(report))]


def mistyped(rng: Random, value: int) -> int:
    """A number that people type for `value`: a digit too many or too few, figures exchanged, one off."""
    digits = str(value)
    wrong = {
        value + 1,
        value + 10,
        int(f"{digits}{rng.randrange(10)}"),
        int(digits[::-1]),
        int(digits[1:] or 0),
    }
    if value:
        wrong.add(value - 1)
    return rng.choice(sorted(wrong - {value}))


def broken(sums: list[Relation], figures: Figures) -> list[int]:
    """How far apart the sides of every sum are that no numbers in its blank cells could bring together."""
    gaps = []
    for relation in sums:
        left, right = ([figures[cell] for cell in side] for side in (relation.left, relation.right))
        gap = sum(value or 0 for value in left) - sum(value or 0 for value in right)
        if gap and None not in (left if gap < 0 else right):
            gaps.append(gap)
    return gaps


def single_changes_that_restore(form: Form, figures: Figures) -> set[tuple[str, int]]:
    """By trying: every cell with every number that some sum could ask of it, and their neighbours."""
    rows = [row.key for row in form.applications]
    sums = [relation for relation in relations(form, rows) if relation.sense is Sense.EQUAL]
    gaps = broken(sums, figures)
    differences = {sign * gap + beyond for gap in gaps for sign in (1, -1) for beyond in (-1, 0, 1)}
    return {
        (cell, value + difference)
        for cell, value in figures.items()
        if value is not None
        for difference in differences
        if value + difference >= 0 and not broken(sums, {**figures, cell: value + difference})
    }


@pytest.mark.parametrize(("year", "form"), YEARS)
def test_every_single_wrong_cell_of_table_three_is_found_with_its_number(year: int, form: str) -> None:
    rng = Random(form)
    figures = sound_figures(rng, FORMS[form])
    for cell, value in figures.items():
        if cell.startswith("applications."):
            assert claims(printed(year, {**figures, cell: mistyped(rng, value)})) == [{cell: value}]


@pytest.mark.parametrize(("year", "form"), YEARS)
def test_one_cell_is_claimed_exactly_where_no_other_would_do(year: int, form: str) -> None:
    rng = Random(f"brute {form}")
    told = silent = 0
    for _ in range(15):
        figures: dict[str, int | None] = dict(sound_figures(rng, FORMS[form]))
        cell = rng.choice(sorted(figures))
        figures[cell] = mistyped(rng, figures[cell] or 0)
        for blank in rng.sample(sorted(figures), rng.choice((0, 2, 12))):
            if blank != cell:
                figures[blank] = None
        report = printed(year, figures)
        ways = single_changes_that_restore(FORMS[form], figures)
        if len(ways) == 1:
            assert claims(report) == [dict(ways)]
            told += 1
        elif ways:
            assert claims(report) == []
            silent += 1
    assert told
    assert silent


@pytest.mark.parametrize(("year", "form"), YEARS)
def test_what_is_claimed_does_restore_and_takes_no_more_cells_than_the_truth(year: int, form: str) -> None:
    rng = Random(f"several {form}")
    exact = 0
    for _ in range(60):
        figures: dict[str, int | None] = dict(sound_figures(rng, FORMS[form]))
        truth = {cell: figures[cell] for cell in rng.sample(sorted(figures), rng.randrange(2, 6))}
        wrong: dict[str, int | None] = figures | {
            cell: mistyped(rng, value or 0) for cell, value in truth.items()
        }
        for blank in rng.sample(sorted(figures.keys() - truth.keys()), rng.choice((0, 0, 8))):
            wrong[blank] = None
        report = printed(year, wrong)
        found = repairs(evaluations(report))
        claimed = {one.cell: one.expected for repair in found for one in repair.corrections}
        restored = {evaluation.relation for repair in found for evaluation in repair.restored}
        after = printed(year, wrong | claimed)
        still = {e.relation for e in evaluations(after) if e.standing is Standing.BROKEN}
        before = {e.relation for e in evaluations(report) if e.standing is Standing.BROKEN}
        assert still == before - restored
        assert len(claimed) <= len(truth)
        assert all(value >= 0 for value in claimed.values())
        assert all(one.found != one.expected for repair in found for one in repair.corrections)
        exact += claimed == truth
    assert exact > 10


def test_where_every_cell_is_wrong_nothing_is_claimed_of_table_three() -> None:
    rng = Random("all")
    figures = sound_figures(rng, FORMS["2021"])
    wrong = {cell: value + rng.randrange(1, 50) for cell, value in figures.items()}
    assert [c for claim in claims(printed(2023, wrong)) for c in claim if c.startswith("applications.")] == []


def test_as_many_rings_as_there_can_be_end_in_bounds() -> None:
    """Broken sums that no small set restores, many ways each: rows and columns off by one, hand in hand."""
    figures = sound_figures(Random("rings"), FORMS["2021"])
    for row in list(leaf_rows([]))[:MOST_CELLS]:
        figures[f"applications.{row}.total"] += 1
    for column in COLUMNS[:MOST_CELLS]:
        figures[f"applications.results_total.{column}"] += 1
    for claim in claims(printed(2023, figures)):
        assert all(value >= 0 for value in claim.values())


def test_a_search_that_takes_too_many_steps_claims_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    cell = "applications.granted.natural_person"
    report, _ = changed({"cells": {cell: 12}})
    assert claims(report) == [{cell: 2}]
    monkeypatch.setattr(repair, "MOST_STEPS", 1)
    assert claims(report) == []


def test_findings_explained_carry_their_group_and_nothing_else_does() -> None:
    report, context = changed(
        {"cells": {"applications.granted.natural_person": 12, "disputes.review.total": 4}}
    )
    findings = check(report, context).findings
    cell = "applications.granted.natural_person"
    assert {(f.rule, f.where): f.group for f in findings if f.rule != CULPRIT} == {
        ("applications-results-total", "applications.results_total.natural_person"): cell,
        ("applications-row-total", "applications.granted"): cell,
        ("applications-impossible-part", "applications.granted"): cell,
        ("applications-impossible-part", "applications.results_total.natural_person"): cell,
        ("disputes-total", "disputes.review"): None,
    }
    [culprit] = [finding for finding in findings if finding.rule == CULPRIT]
    assert (culprit.where, culprit.group) == (cell, None)
