"""Which of the forms a report belongs to by its year, and which one its tables really print."""

from __future__ import annotations

from crawler.report.forms import FORM_2021, FORMS, Form, cell_keys, form_for
from crawler.report.model import Bilingual, Report, Table
from crawler.validator.basis import PRACTICE
from crawler.validator.rule import LEGACY


def generation(report: Report) -> str | None:
    """The generation ("legacy", "2019", "2021") by the report year, else by what the report prints."""
    if report.year is None:
        return report.form
    form = form_for(report.year)
    return form.id if form else LEGACY


def before_the_forms(report: Report) -> Bilingual | None:
    """What rules rest on where neither the Regulation of 2019 nor its forms hold yet; None where they do."""
    return PRACTICE if generation(report) == LEGACY else None


def printed_form(report: Report, table: str) -> Form | None:
    """The form that `table` has to be read by.

    Table two tells the generations apart. Table three differs only in （六）: printing it as one row is a
    defect of that row in a report on the form of 2021, so there only the split lines prove a form.
    """
    disclosure = report.tables["disclosure"].form
    own = report.tables[table].form
    due = generation(report)
    if table == "applications" and own == FORM_2021.id:
        return FORM_2021
    choices = (disclosure, due, own) if table != "disclosure" else (disclosure, due)
    return next((FORMS[choice] for choice in choices if choice is not None and choice in FORMS), None)


def rows_of(form: Form, table: str) -> tuple[str, ...]:
    """Cell-key prefixes of the rows (groups in table four) that `form` has in `table`, in printed order."""
    return tuple(dict.fromkeys(key.rpartition(".")[0] for key in cell_keys(form, table)))


def rows_printed(table: Table) -> tuple[str, ...]:
    """Cell-key prefixes of the rows of which `table` has at least one cell."""
    return tuple(dict.fromkeys(key.rpartition(".")[0] for key in table.cells))


def has_stray_rows(table: Table) -> bool:
    """Whether rows that could not be placed may take part in what the table sums up."""
    return bool(table.extra_rows) or any(damage.where == table.key for damage in table.damages)
