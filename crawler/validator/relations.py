"""The one engine behind every arithmetic rule: evaluates a form's relations over the cells that were read.

A cell counts as read when it holds a number: reading claims none whose place is doubtful. Every other cell is
unknown, never 0; but counts are not negative, so a known part above a known total proves a breach
whatever the unknown cells hold.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import NamedTuple

from crawler.report.forms import (
    APPLICANTS,
    FORMS,
    OTHER_HANDLING,
    SIGNED_COLUMNS,
    Form,
    Relation,
    Sense,
    leaf_rows,
    relations,
)
from crawler.report.model import Number, Report, Table, TableState
from crawler.validator.generation import has_stray_rows, printed_form

_SUMS_OVER_ROWS = "applications-results-total"


class Standing(StrEnum):
    """How a relation stands."""

    SATISFIED = "satisfied"
    BROKEN = "broken"
    UNDECIDABLE = "undecidable"


class Term(NamedTuple):
    """One cell of a relation and its number, None where it could not be read."""

    key: str
    value: Number | None


@dataclass(frozen=True, slots=True)
class Side:
    """One side of a relation: its cells, the sum of those that were read, the keys of those that were not."""

    terms: tuple[Term, ...]
    known: Number
    unread: tuple[str, ...]

    @classmethod
    def of(cls, keys: tuple[str, ...], table: Table) -> Side:
        """The cells `keys` of `table`."""
        terms = tuple([Term(key, read(table, key)) for key in keys])
        return cls(
            terms,
            sum([term.value for term in terms if term.value is not None]),
            tuple([term.key for term in terms if term.value is None]),
        )

    @property
    def lowest(self) -> Number | None:
        """The least that the side can sum up to, None where there is no bound."""
        return None if any(_signed(key) for key in self.unread) else self.known

    @property
    def highest(self) -> Number | None:
        """The most that the side can sum up to, None where there is no bound."""
        return None if self.unread else self.known


@dataclass(frozen=True, slots=True)
class Evaluation:
    """One relation of one report, evaluated.

    `stray_rows` says that rows which could not be placed may take part in a printed sum.
    """

    relation: Relation
    left: Side
    right: Side
    stray_rows: bool = False

    @property
    def unread(self) -> tuple[str, ...]:
        """Keys of the cells that would have to be read to decide."""
        return (*self.left.unread, *self.right.unread)

    @property
    def cells(self) -> tuple[str, ...]:
        """Keys of all cells of the relation."""
        return (*self.relation.left, *self.relation.right)

    @property
    def standing(self) -> Standing:
        """Satisfied only where every cell was read; broken where the cells that were read prove it."""
        if self.left.known == self.right.known and not self.unread:
            return Standing.SATISFIED
        if _less(self.left.highest, self.right.lowest) or (
            self.relation.sense is Sense.EQUAL and _less(self.right.highest, self.left.lowest)
        ):
            return Standing.UNDECIDABLE if self.stray_rows else Standing.BROKEN
        return Standing.UNDECIDABLE if self.unread else Standing.SATISFIED


def evaluate(relation: Relation, table: Table) -> Evaluation:
    """`relation` over the cells of `table`, the table that it speaks of."""
    return Evaluation(
        relation,
        Side.of(relation.left, table),
        Side.of(relation.right, table),
        stray_rows=relation.rule == _SUMS_OVER_ROWS and has_stray_rows(table),
    )


def evaluations(report: Report, rule: str | None = None) -> Iterator[Evaluation]:
    """Every relation that the printed forms hold the tables to, or `rule` alone, evaluated."""
    global _latest
    latest = _latest
    if latest is None or latest[0] is not report:
        _latest = latest = (report, tuple(_evaluated(report)))
    for evaluation in latest[1]:
        if rule is None or evaluation.relation.rule == rule:
            yield evaluation


_latest: tuple[Report, tuple[Evaluation, ...]] | None = None
"""The report that was evaluated last: all rules of arithmetic ask for the same one, one after the other."""


def _evaluated(report: Report) -> Iterator[Evaluation]:
    for key in ("disclosure", "applications", "disputes"):
        form = printed_form(report, key)
        if form is None:
            continue
        undivided = undivided_other(form, report.tables["applications"])
        for relation in _relations(form.id, key, undivided):
            yield evaluate(relation, report.tables[key])


def rests_on_damage(report: Report, evaluation: Evaluation) -> bool:
    """Whether cells are unread because the table is damaged: they may be printed well enough."""
    table = report.tables[evaluation.relation.where.partition(".")[0]]
    return bool(evaluation.unread) and table.state is TableState.DAMAGED


def parts_above(evaluation: Evaluation) -> list[Term]:
    """Terms on the right that exceed all of the left by themselves, whatever was not read besides.

    （七）above what came in is no part of it: that is the balance of the column.
    """
    if evaluation.left.unread:
        return []
    limit = evaluation.left.known
    return [
        term
        for term in evaluation.right.terms
        if term.value is not None and term.value > limit and not _concludes(evaluation.relation, term.key)
    ]


def read(table: Table, key: str) -> Number | None:
    """The number of the cell `key`, None where it was not read."""
    cell = table.cells.get(key)
    return None if cell is None else cell.value


def undivided_other(form: Form, table: Table) -> bool:
    """Whether （六） of table three is one row: because it is printed so, or because the form has it so."""
    row = f"applications.{OTHER_HANDLING.key}"
    return any(f"{row}.{c.key}" in table.cells for c in APPLICANTS) or OTHER_HANDLING in form.applications


def result_rows(form: Form, table: Table) -> tuple[str, ...]:
    """Keys of the rows whose sum is （七） in the table as printed."""
    return leaf_rows((OTHER_HANDLING.key,) if undivided_other(form, table) else ())


@cache
def _relations(form: str, table: str, undivided: bool) -> tuple[Relation, ...]:
    """The relations of one table of a form."""
    rows = (OTHER_HANDLING.key,) if undivided else ()
    return tuple(r for r in relations(FORMS[form], rows) if r.where.partition(".")[0] == table)


def _concludes(relation: Relation, key: str) -> bool:
    return len(relation.left) > 1 and ".results_total." in key


def _less(one: Number | None, other: Number | None) -> bool:
    return one is not None and other is not None and one < other


def _signed(key: str) -> bool:
    return key.rpartition(".")[2] in SIGNED_COLUMNS
