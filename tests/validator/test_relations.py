"""The engine on figures worked out by hand, and what must hold for any table."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.report.forms import (
    APPLICANTS,
    DISPUTE_COLUMNS,
    DISPUTE_GROUPS,
    FORMS,
    Relation,
    Sense,
    leaf_rows,
)
from crawler.report.forms import relations as relations_of
from crawler.report.model import Cell, Damage, DamageKind, Report, Table, TableState
from crawler.rulebook import policy
from crawler.validator import Context, Verdict, check
from crawler.validator.relations import Standing, evaluate, evaluations

EQUAL = Relation(
    "rule", "applications.a", Sense.EQUAL, ("applications.a.total",), ("applications.a.x", "applications.a.y")
)
AT_LEAST = Relation("rule", "disclosure.a", Sense.AT_LEAST, ("disclosure.a.more",), ("disclosure.a.less",))
SIGNED = Relation(
    "rule", "disclosure.a", Sense.AT_LEAST, ("disclosure.a.previous_items", "disclosure.a.items_change"), ()
)
ARITHMETIC = (
    "applications-balance",
    "applications-results-total",
    "applications-row-total",
    "disputes-total",
)


def table(key: str, state: TableState = TableState.COMPLETE, *damages: Damage, **cells: Any) -> Table:
    """A table of the row `a`; a cell that is None is blank."""
    return Table(
        key,
        state,
        cells={
            f"{key}.a.{column}": Cell(value, "" if value is None else str(value))
            for column, value in cells.items()
        },
        damages=damages,
    )


@pytest.mark.parametrize(
    ("cells", "standing"),
    [
        ({"total": 5, "x": 2, "y": 3}, Standing.SATISFIED),
        ({"total": Decimal("5.0"), "x": 2, "y": 3}, Standing.SATISFIED),
        ({"total": 5, "x": 2, "y": 2}, Standing.BROKEN),
        ({"total": 5, "x": 2, "y": None}, Standing.UNDECIDABLE),  # y may be 3
        ({"total": 5, "x": 5, "y": None}, Standing.UNDECIDABLE),  # y may be 0, but was not read
        ({"total": 5, "x": 6, "y": None}, Standing.BROKEN),  # whatever y holds
        ({"total": None, "x": 2, "y": 3}, Standing.UNDECIDABLE),
        ({"x": 2, "y": 3}, Standing.UNDECIDABLE),
        ({}, Standing.UNDECIDABLE),
    ],
)
def test_a_sum(cells: dict[str, Any], standing: Standing) -> None:
    assert evaluate(EQUAL, table("applications", **cells)).standing is standing


def test_exact_decimals() -> None:
    tenths = {"total": Decimal("0.3"), "x": Decimal("0.1"), "y": Decimal("0.2")}
    assert evaluate(EQUAL, table("applications", **tenths)).standing is Standing.SATISFIED


@pytest.mark.parametrize(
    ("cells", "standing"),
    [
        ({"more": 3, "less": 3}, Standing.SATISFIED),
        ({"more": 2, "less": 3}, Standing.BROKEN),
        ({"more": 2, "less": None}, Standing.UNDECIDABLE),
        ({"more": None, "less": 3}, Standing.UNDECIDABLE),
    ],
)
def test_at_least(cells: dict[str, Any], standing: Standing) -> None:
    assert evaluate(AT_LEAST, table("disclosure", **cells)).standing is standing


@pytest.mark.parametrize(
    ("cells", "standing"),
    [
        ({"previous_items": 5, "items_change": -5}, Standing.SATISFIED),
        ({"previous_items": 5, "items_change": -6}, Standing.BROKEN),
        ({"previous_items": 5, "items_change": None}, Standing.UNDECIDABLE),
        ({"previous_items": None, "items_change": -6}, Standing.UNDECIDABLE),
    ],
)
def test_a_change_may_be_negative(cells: dict[str, Any], standing: Standing) -> None:
    assert evaluate(SIGNED, table("disclosure", **cells)).standing is standing


def test_what_was_read_of_a_damaged_table_counts_and_what_was_not_is_unknown() -> None:
    damaged = TableState.DAMAGED
    row = Damage(DamageKind.TOO_MANY_CELLS, "applications.a")
    assert evaluate(EQUAL, table("applications", damaged, row, total=5, x=9, y=0)).standing is Standing.BROKEN
    assert (
        evaluate(EQUAL, table("applications", damaged, row, total=9, x=9, y=0)).standing is Standing.SATISFIED
    )
    assert evaluate(EQUAL, table("applications", damaged, row, total=9, x=9)).standing is Standing.UNDECIDABLE


@pytest.mark.parametrize(
    ("year", "counts"),
    [(2020, (7, 7, 23, 3)), (2023, (7, 7, 25, 3))],
)
def test_how_many_relations_are_evaluated(build: Any, year: int, counts: tuple[int, ...]) -> None:
    report = build.sound(year)
    assert tuple(len(list(evaluations(report, rule))) for rule in ARITHMETIC) == counts


def test_the_sum_of_results_runs_over_the_rows_printed(build: Any) -> None:
    split = next(evaluations(build.sound(2023), "applications-results-total"))
    assert len(split.right.terms) == 21
    whole = next(evaluations(build.sound(2020), "applications-results-total"))
    assert len(whole.right.terms) == 19
    assert whole.right.terms[-1].key == "applications.other_handling.natural_person"
    report, _ = build.changed(
        {"year": 2023, "tables": {"applications": {"without": ["other_"], "zero_rows": ["other_handling"]}}}
    )
    printed = next(evaluations(report, "applications-results-total"))
    assert [term.key for term in printed.right.terms] == [term.key for term in whole.right.terms]


def test_a_table_that_is_not_there_leaves_the_relations_of_the_others(build: Any) -> None:
    report, _ = build.changed({"tables": {"disclosure": {"state": "missing"}}})
    assert [len(list(evaluations(report, rule))) for rule in ARITHMETIC] == [7, 7, 25, 3]


counts = st.integers(min_value=0, max_value=10_000)


@st.composite
def consistent(draw: st.DrawFn, form_id: str) -> dict[str, int]:
    """Tables three and four of a form with any figures whose sums are right."""
    form = FORMS[form_id]
    leaves = leaf_rows([row.key for row in form.applications])
    columns = [column.key for column in APPLICANTS[:-1]]
    figures: dict[tuple[str, str], int] = {}
    for column in columns:
        results = {row: draw(counts) for row in leaves}
        carried_out = draw(counts)
        concluded = sum(results.values())
        carried_in = draw(st.integers(min_value=0, max_value=concluded + carried_out))
        new = concluded + carried_out - carried_in
        rows = results | {"results_total": concluded, "carried_out": carried_out}
        rows |= {"carried_in": carried_in, "new_received": new}
        figures |= {(row, column): value for row, value in rows.items()}
    cells = {f"applications.{row}.{column}": value for (row, column), value in figures.items()}
    for row in {row for row, _ in figures}:
        cells[f"applications.{row}.total"] = sum(figures[row, column] for column in columns)
    for group in DISPUTE_GROUPS:
        outcomes = {f"disputes.{group.key}.{column.key}": draw(counts) for column in DISPUTE_COLUMNS[:-1]}
        cells |= outcomes | {f"disputes.{group.key}.total": sum(outcomes.values())}
    return cells


def filled(report: Report, cells: dict[str, int]) -> Report:
    tables = {
        key: replace(
            table,
            cells=dict(table.cells)
            | {k: Cell(v, str(v)) for k, v in cells.items() if k.startswith(f"{key}.")},
        )
        for key, table in report.tables.items()
    }
    return replace(report, tables=tables)


@pytest.mark.parametrize(("form", "year"), [("2019", 2020), ("2021", 2023)])
def test_right_sums_pass_and_one_wrong_cell_breaks_exactly_its_relations(
    build: Any, form: str, year: int
) -> None:
    sound = build.sound(year)
    rows = [row.key for row in FORMS[form].applications]

    @settings(max_examples=30, deadline=None)
    @given(cells=consistent(form), data=st.data())
    def hold(cells: dict[str, int], data: st.DataObject) -> None:
        report = filled(sound, cells)
        verdicts = check(report, Context(policy())).verdicts
        assert {verdicts[rule] for rule in (*ARITHMETIC, "applications-impossible-part")} == {Verdict.PASS}

        key = data.draw(st.sampled_from(sorted(cells)))
        wrong = filled(report, {key: cells[key] + data.draw(st.integers(min_value=1, max_value=500))})
        findings = [
            finding for finding in check(wrong, Context(policy())).findings if finding.rule in ARITHMETIC
        ]
        expected = {
            (relation.rule, relation.where)
            for relation in relations_of(FORMS[form], rows)
            if relation.rule in ARITHMETIC and (key in relation.left) != (key in relation.right)
        }
        assert {(finding.rule, finding.where) for finding in findings} == expected
        assert {finding.verdict for finding in findings} == {Verdict.FAIL}
        assert expected

    hold()


@pytest.mark.parametrize(("form", "year"), [("2019", 2020), ("2021", 2023)])
def test_no_unread_cell_ever_makes_a_sound_table_fail_or_pass(build: Any, form: str, year: int) -> None:
    sound = build.sound(year)
    rows = [row.key for row in FORMS[form].applications]

    @settings(max_examples=30, deadline=None)
    @given(cells=consistent(form), data=st.data())
    def hold(cells: dict[str, int], data: st.DataObject) -> None:
        unread = data.draw(st.sets(st.sampled_from(sorted(cells)), min_size=1, max_size=20))
        report = filled(sound, cells)
        tables = {
            name: replace(
                table, cells={k: Cell(None, "") if k in unread else c for k, c in table.cells.items()}
            )
            for name, table in report.tables.items()
        }
        verdicts = check(replace(report, tables=tables), Context(policy())).verdicts
        for rule in ARITHMETIC:
            needed = {
                key
                for relation in relations_of(FORMS[form], rows)
                if relation.rule == rule
                for key in (*relation.left, *relation.right)
            }
            assert verdicts[rule] is (Verdict.UNCERTAIN if needed & unread else Verdict.PASS)

    hold()
