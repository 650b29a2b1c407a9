"""Figures that a body of its kind can hardly have."""

from __future__ import annotations

import re
from collections.abc import Callable
from random import Random

from bench.rules.defect import NEW_FORM_YEARS, WITH_PREVIOUS, Defect, Figures, both, cells, words
from bench.rules.defects.yearly import last_year, with_cells
from crawler.report.model import Kind

_BELOW = (Kind.TOWNSHIP, Kind.STREET)
_FEE_ROW = "applications.other_overdue_fee"


def _regulation(figures: Figures, _rng: Random) -> Figures:
    prefix = "disclosure.regulations"
    if f"{prefix}.issued" in figures:
        return {f"{prefix}.issued": 1, f"{prefix}.in_force": 2}
    return {f"{prefix}.produced": 1, f"{prefix}.newly_disclosed": 1, f"{prefix}.total_disclosed": 2}


def _with_row(row: str) -> Callable[[Figures, Random], Figures]:
    """One request more of a natural person, concluded in that row."""

    def change(figures: Figures, _rng: Random) -> Figures:
        rows = (row, "applications.new_received", "applications.results_total")
        return {
            f"{name}.{column}": figures[f"{name}.{column}"] + 1
            for name in rows
            for column in ("natural_person", "total")
        }

    return change


DEFECTS = (
    Defect(
        rule="disclosure-regulation-no-power",
        spec=cells(_regulation),
        kinds=(Kind.TOWNSHIP, Kind.STREET, Kind.DEPARTMENT),
    ),
    Defect(
        rule="disclosure-licensing-zero-expected",
        spec=both(
            cells(lambda _figures, _: {"disclosure.licences.decisions": 0}),
            words(lambda text, _: re.sub("移交|口径|委托|取消", "办理", text)),
        ),
        kinds=(Kind.DEPARTMENT,),
        years=range(2022, 2026),
    ),
    Defect(
        rule="disclosure-township-fee",
        spec=cells(lambda _figures, _: {"disclosure.fees.amount_10k_cny": 12}),
        kinds=_BELOW,
        years=NEW_FORM_YEARS,
    ),
    Defect(
        rule="applications-fee-row-without-charge",
        spec=cells(_with_row(_FEE_ROW)),
        years=NEW_FORM_YEARS,
    ),
    Defect(
        rule="applications-secret-denial-township",
        spec=cells(_with_row("applications.denied_state_secret")),
        kinds=_BELOW,
    ),
    Defect(
        rule="tables-all-zero",
        spec=cells(lambda figures, _: dict.fromkeys(figures, 0)),
        given=last_year(lambda report, _: with_cells(report, dict.fromkeys(report.cells, 0))),
        years=WITH_PREVIOUS,
        beyond={"narrative-no-requests": "the prose still tells of requests"},
    ),
)
