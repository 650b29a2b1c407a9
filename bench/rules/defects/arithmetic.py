"""Figures that do not agree within one report."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from bench.rules.defect import NEW_FORM_YEARS, OLD_FORM_YEARS, Defect, Figures, cells
from crawler.report.forms import APPLICANTS, DISPUTE_COLUMNS, DISPUTE_GROUPS, TOTAL, leaf_rows
from crawler.report.model import Number

_PARTS = [column.key for column in APPLICANTS if column.key != TOTAL]


def _leaves(figures: Figures) -> list[str]:
    rows = {key.split(".")[1] for key in figures if key.startswith("applications.")}
    return list(leaf_rows(rows))


def _carried_out_too_many(figures: Figures, rng: Random) -> Figures:
    """One applicant's column and its total carry over three more than remain."""
    part, by = rng.choice(_PARTS), rng.randint(1, 3)
    return {
        key: figures[key] + by
        for key in (f"applications.carried_out.{part}", f"applications.carried_out.{TOTAL}")
    }


def _result_too_many(figures: Figures, rng: Random) -> Figures:
    """One kind of result counts more than the totals know."""
    row, part = rng.choice(_leaves(figures)), rng.choice(_PARTS)
    return {key: figures[key] + 2 for key in (f"applications.{row}.{part}", f"applications.{row}.{TOTAL}")}


def _totals_exchanged(figures: Figures, rng: Random) -> Figures:
    """Of two kinds of result, one has a total too high and the other one too low."""
    rows = _leaves(figures)
    low = rng.choice([row for row in rows if figures[f"applications.{row}.{TOTAL}"] > 0])
    high = rng.choice([row for row in rows if row != low])
    return {
        f"applications.{low}.{TOTAL}": figures[f"applications.{low}.{TOTAL}"] - 1,
        f"applications.{high}.{TOTAL}": figures[f"applications.{high}.{TOTAL}"] + 1,
    }


def _dispute_too_many(figures: Figures, rng: Random) -> Figures:
    group = rng.choice(DISPUTE_GROUPS).key
    column = rng.choice([column.key for column in DISPUTE_COLUMNS if column.key != TOTAL])
    return {f"disputes.{group}.{column}": figures[f"disputes.{group}.{column}"] + rng.randint(1, 3)}


def _more_carried_out_than_came(figures: Figures, rng: Random) -> Figures:
    part = rng.choice(_PARTS)
    came = figures[f"applications.new_received.{part}"] + figures[f"applications.carried_in.{part}"]
    key = f"applications.carried_out.{part}"
    return {
        key: came + 4,
        f"applications.carried_out.{TOTAL}": figures[f"applications.carried_out.{TOTAL}"]
        + came
        + 4
        - figures[key],
    }


def _part_above_total(figures: Figures, rng: Random) -> Figures:
    row, part = rng.choice(_leaves(figures)), rng.choice(_PARTS)
    return {f"applications.{row}.{part}": figures[f"applications.{row}.{TOTAL}"] + rng.randint(1, 5)}


def _all_in_other(figures: Figures, _rng: Random) -> Figures:
    """Every result counted under “other”."""
    changed: dict[str, Number] = {}
    for column in APPLICANTS:
        for row in _leaves(figures):
            changed[f"applications.{row}.{column.key}"] = 0
        changed[f"applications.other_misc.{column.key}"] = figures[f"applications.results_total.{column.key}"]
    return changed


DOCUMENTS = "disclosure.normative_documents"


def _new_disclosed(figures: Figures, by: int) -> Figures:
    """More disclosed this year than in all: what was produced follows."""
    new = figures[f"{DOCUMENTS}.total_disclosed"] + by
    return {f"{DOCUMENTS}.newly_disclosed": new, f"{DOCUMENTS}.produced": new}


def _taken_away(left: int, decisions: int | None) -> Callable[[Figures, Random], Figures]:
    """The change of one row leaves so many items."""

    def change(figures: Figures, rng: Random) -> Figures:
        row = rng.choice(("licences", "other_services", "penalties", "coercion"))
        key = f"disclosure.{row}"
        changed = {f"{key}.items_change": left - figures[f"{key}.previous_items"]}
        if decisions is not None:
            changed[f"{key}.decisions"] = decisions
        return changed

    return change


SUM_OF_ROW = "the total no longer is the sum of its row"
SUM_OF_RESULTS = "the total of results no longer is the sum of its column"

DEFECTS = (
    Defect(
        rule="applications-balance",
        spec=cells(_carried_out_too_many),
        beyond={"applications-impossible-part": "in a column where less came in than is now carried over"},
    ),
    Defect(
        rule="applications-results-total",
        spec=cells(_result_too_many),
        beyond={"applications-impossible-part": "in a column whose results are fewer than the added ones"},
    ),
    Defect(
        rule="applications-row-total",
        spec=cells(_totals_exchanged),
        beyond={"applications-impossible-part": "a total may fall below its only part"},
    ),
    Defect(rule="disputes-total", spec=cells(_dispute_too_many)),
    Defect(
        rule="applications-impossible-part",
        spec=cells(_more_carried_out_than_came),
        beyond={"applications-balance": "more is carried over than remains"},
    ),
    Defect(
        rule="applications-impossible-part",
        spec=cells(_part_above_total),
        beyond={"applications-row-total": SUM_OF_ROW, "applications-results-total": SUM_OF_RESULTS},
    ),
    Defect(
        rule="applications-magnitude-single-cell",
        spec=cells(_all_in_other),
        years=NEW_FORM_YEARS,
    ),
    Defect(
        rule="disclosure-in-force-below-issued",
        spec=cells(lambda figures, _: {f"{DOCUMENTS}.issued": figures[f"{DOCUMENTS}.in_force"] + 3}),
        years=NEW_FORM_YEARS,
    ),
    Defect(
        rule="disclosure-total-below-new",
        spec=cells(lambda figures, rng: _new_disclosed(figures, rng.randint(1, 5))),
        years=OLD_FORM_YEARS,
    ),
    Defect(
        rule="disclosure-new-above-produced",
        spec=cells(
            lambda figures, _: {
                f"{DOCUMENTS}.produced": 1,
                f"{DOCUMENTS}.newly_disclosed": figures[f"{DOCUMENTS}.newly_disclosed"] + 1,
            }
        ),
        years=OLD_FORM_YEARS,
    ),
    Defect(
        rule="disclosure-items-negative",
        spec=cells(_taken_away(left=-3, decisions=0)),
        years=OLD_FORM_YEARS,
    ),
    Defect(
        rule="disclosure-decisions-without-items",
        spec=cells(_taken_away(left=0, decisions=None)),
        years=OLD_FORM_YEARS,
    ),
    Defect(
        rule="disclosure-coercion-equals-penalty",
        spec=cells(
            lambda figures, _: {
                "disclosure.coercion.previous_items": figures["disclosure.penalties.previous_items"]
            }
        ),
        years=OLD_FORM_YEARS,
    ),
    Defect(
        rule="cell-likely-culprit",
        spec=cells(
            lambda figures, _: {
                "applications.results_total.natural_person": figures[
                    "applications.results_total.natural_person"
                ]
                + 3
            }
        ),
        beyond={
            "applications-balance": "the wrong cell stands in the balance of its column",
            "applications-results-total": SUM_OF_RESULTS,
            "applications-row-total": SUM_OF_ROW,
        },
    ),
)
