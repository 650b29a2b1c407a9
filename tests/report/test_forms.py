"""The two forms, counted by hand on the printed forms."""

from __future__ import annotations

from collections import Counter

import pytest

from crawler.report.forms import (
    APPLICANTS,
    FORM_2019,
    FORM_2021,
    SECTIONS,
    Form,
    Sense,
    cell_keys,
    form_for,
    leaf_rows,
    relations,
)


@pytest.mark.parametrize(
    ("form", "disclosure", "applications", "disputes"),
    # Table two of 2019: 2 rows of 3, 2 of 3, 2 of 3, 1 of 2, 1 of 2; of 2021: 2 of 3, 1, 2, 1.
    [(FORM_2019, 22, 23 * 7, 15), (FORM_2021, 10, 25 * 7, 15)],
)
def test_cells(form: Form, disclosure: int, applications: int, disputes: int) -> None:
    keys = {table: cell_keys(form, table) for table in ("disclosure", "applications", "disputes")}
    assert {table: len(of_table) for table, of_table in keys.items()} == {
        "disclosure": disclosure,
        "applications": applications,
        "disputes": disputes,
    }
    every = [key for of_table in keys.values() for key in of_table]
    assert len(set(every)) == len(every)


def test_cells_of_the_forms_in_all() -> None:
    totals = [
        sum(len(cell_keys(form, table)) for table in ("disclosure", "applications", "disputes"))
        for form in (FORM_2019, FORM_2021)
    ]
    assert totals == [198, 200]


def test_an_unknown_table() -> None:
    with pytest.raises(ValueError, match="no such table"):
        cell_keys(FORM_2021, "purchases")


@pytest.mark.parametrize(
    ("year", "form"),
    [(2018, None), (2019, FORM_2019), (2020, FORM_2019), (2021, FORM_2021), (2030, FORM_2021)],
)
def test_form_of_a_year(year: int, form: Form | None) -> None:
    assert form_for(year) is form


@pytest.mark.parametrize(
    ("form", "counts"),
    [
        (
            FORM_2019,
            {
                "applications-balance": 7,
                "applications-results-total": 7,
                "applications-row-total": 23,
                "disputes-total": 3,
                "disclosure-total-below-new": 2,
                "disclosure-items-negative": 5,
            },
        ),
        (
            FORM_2021,
            {
                "applications-balance": 7,
                "applications-results-total": 7,
                "applications-row-total": 25,
                "disputes-total": 3,
                "disclosure-in-force-below-issued": 2,
            },
        ),
    ],
)
def test_relations(form: Form, counts: dict[str, int]) -> None:
    found = relations(form, [row.key for row in form.applications])
    assert Counter(relation.rule for relation in found) == counts
    known = {key for table in ("disclosure", "applications", "disputes") for key in cell_keys(form, table)}
    for relation in found:
        assert known.issuperset((*relation.left, *relation.right))
    assert len({(relation.rule, relation.where) for relation in found}) == len(found)


def test_a_balance_and_a_sum_in_full() -> None:
    found = {(r.rule, r.where): r for r in relations(FORM_2021, [row.key for row in FORM_2021.applications])}
    balance = found["applications-balance", "applications.business"]
    assert balance.sense is Sense.EQUAL
    assert balance.left == ("applications.new_received.business", "applications.carried_in.business")
    assert balance.right == ("applications.results_total.business", "applications.carried_out.business")
    row = found["applications-row-total", "applications.granted"]
    assert row.left == ("applications.granted.total",)
    assert row.right == tuple(f"applications.granted.{column.key}" for column in APPLICANTS[:-1])
    assert len(row.right) == 6


def test_results_are_summed_over_19_or_21_rows() -> None:
    whole = leaf_rows([row.key for row in FORM_2019.applications])
    split = leaf_rows([row.key for row in FORM_2021.applications])
    assert (len(whole), len(split)) == (19, 21)
    assert whole[:2] == split[:2] == ("granted", "partly_granted")
    assert set(split) - set(whole) == {"other_overdue_correction", "other_overdue_fee", "other_misc"}
    assert set(whole) - set(split) == {"other_handling"}


def test_six_sections_in_the_order_of_the_form() -> None:
    assert [section.number for section in SECTIONS] == ["一", "二", "三", "四", "五", "六"]
    assert SECTIONS[3].heading == "政府信息公开行政复议、行政诉讼情况"
