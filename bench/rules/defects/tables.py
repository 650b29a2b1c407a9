"""Cells, rows and tables that are not as the form has them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from random import Random

from bench.accuracy import damage
from bench.rules.defect import NEW_FORM_YEARS, OLD_FORM_YEARS, WITH_PREVIOUS, Defect, cells
from crawler.demo.defects import damaged_applications, old_form
from crawler.demo.printing import Printed
from crawler.demo.printing.tables import full_width, with_texts
from crawler.demo.sheets import Sheet, SheetCell

_WHOLE_TABLE_THREE = (
    "plain",
    "padded-header",
    "ghosts",
    "leading-empty-column",
    "inner-empty-column",
    "disputes-in-rows",
    "unit-rows",
    "titled-tables",
    "tables-first",
    "title-in-two-lines",
    "decimals",
    "signs",
)
"""Layouts in which table three is one table with its numbers bare and its columns in the form's order."""


def _marked(mark: Callable[[str], str], *, table: str = "") -> Callable[[Printed, Random], Printed]:
    """One number of the paper, written otherwise."""

    def change(printed: Printed, rng: Random) -> Printed:
        keys = sorted(key for key in printed.spec.cells if key.startswith(table))
        chosen = rng.choice(keys)
        return printed.with_sheets(
            lambda sheet: with_texts(sheet, lambda cell: mark(cell.text) if cell.key == chosen else cell.text)
        )

    return change


def _amount_in(written: str) -> Callable[[Printed, Random], Printed]:
    """The amount of procurement with a unit or without."""

    def change(printed: Printed, _rng: Random) -> Printed:
        key = "disclosure.procurement.amount"
        text = written.format(printed.spec.cells[key])
        return printed.with_sheets(
            lambda sheet: with_texts(sheet, lambda cell: text if cell.key == key else cell.text)
        )

    return change


def _row_more(printed: Printed, _rng: Random) -> Printed:
    """A row that no form has stands below the last one of table two."""

    def longer(sheet: Sheet) -> Sheet:
        if sheet.key != "disclosure":
            return sheet
        row = (SheetCell("行政确认"), SheetCell("4", colspan=sheet.width - 1))
        return replace(sheet, rows=(*sheet.rows, row))

    return printed.with_sheets(longer)


DEFECTS = (
    Defect(rule="table-damaged", spec=lambda spec, _: damaged_applications(spec), layouts=_WHOLE_TABLE_THREE),
    Defect(rule="table-damaged", paper=damage.run_together, layouts=_WHOLE_TABLE_THREE),
    Defect(rule="cell-blank", paper=_marked(lambda _: "")),
    Defect(rule="cell-nonnumeric", paper=_marked(lambda _: "/")),
    Defect(rule="cell-nonnumeric", paper=_marked(lambda _: "若干", table="applications.")),
    Defect(
        rule="cell-negative",
        spec=cells(lambda _figures, rng: {"disclosure.penalties.decisions": -rng.randint(1, 9)}),
    ),
    Defect(
        rule="cell-not-integer",
        spec=cells(lambda _figures, _: {"disclosure.penalties.decisions": Decimal("12.5")}),
        layouts=_WHOLE_TABLE_THREE,
    ),
    Defect(
        rule="cell-fullwidth-or-separator",
        paper=_marked(full_width, table="applications."),
        layouts=_WHOLE_TABLE_THREE,
    ),
    Defect(rule="row-missing", paper=damage.missing_row, layouts=_WHOLE_TABLE_THREE),
    Defect(rule="row-extra", paper=_row_more, layouts=_WHOLE_TABLE_THREE),
    Defect(rule="row-label-altered", paper=damage.mistyped_label, layouts=_WHOLE_TABLE_THREE),
    Defect(
        rule="row-misaligned",
        paper=damage.surplus_cell,
        layouts=_WHOLE_TABLE_THREE,
        beyond={"table-damaged": "a row with a number too many is damage of its table"},
    ),
    Defect(
        rule="unit-suspect-fee",
        spec=cells(lambda _figures, _: {"disclosure.fees.amount_10k_cny": 88_000_000}),
        years=range(2022, WITH_PREVIOUS.stop),
    ),
    Defect(
        rule="unit-suspect-procurement",
        base=_amount_in("{}万元"),
        paper=_amount_in("{}"),
        years=OLD_FORM_YEARS,
        layouts=_WHOLE_TABLE_THREE,
    ),
    Defect(rule="template-wrong-generation", spec=lambda spec, _: old_form(spec), years=NEW_FORM_YEARS),
)
