"""What relations say together of unread cells, worked out by hand and against every filling."""

from __future__ import annotations

from itertools import product
from random import Random

from crawler.report.forms import Relation, Sense
from crawler.report.model import Cell, Table, TableState
from crawler.validator.bounds import contradiction
from crawler.validator.relations import Evaluation, Standing, evaluate

# Two rows and two columns with their totals, as in every part of table three.
SUMS = [
    Relation("row", f"t.{row}", Sense.EQUAL, (f"t.{row}.total",), (f"t.{row}.x", f"t.{row}.y"))
    for row in ("a", "b", "total")
] + [
    Relation("column", f"t.{column}", Sense.EQUAL, (f"t.total.{column}",), (f"t.a.{column}", f"t.b.{column}"))
    for column in ("x", "y", "total")
]
CELLS = [f"t.{row}.{column}" for row in ("a", "b", "total") for column in ("x", "y", "total")]
MOST = 3


def judged(numbers: dict[str, int | None]) -> list[Evaluation]:
    cells = {key: Cell(value, "" if value is None else str(value)) for key, value in numbers.items()}
    return [evaluate(relation, Table("t", TableState.COMPLETE, cells=cells)) for relation in SUMS]


def numbers(*values: int | None) -> dict[str, int | None]:
    return dict(zip(CELLS, values, strict=True))


def test_a_blank_that_row_and_column_ask_different_numbers_of() -> None:
    found = contradiction(judged(numbers(None, 1, 3, 2, 0, 2, 5, 1, None)))
    assert found is not None
    assert (found.evaluation.relation.where, found.least, found.most) == ("t.x", 5, 4)
    assert found.left_is_more


def test_blanks_that_agree_rule_nothing_out() -> None:
    assert contradiction(judged(numbers(None, 1, 3, 2, 0, 2, 4, 1, None))) is None
    assert contradiction(judged(dict.fromkeys(CELLS))) is None


def test_what_is_broken_by_itself_proves_nothing_more() -> None:
    evaluations = judged(numbers(2, 2, 5, 2, 0, 2, 4, 2, None))
    assert [e.relation.where for e in evaluations if e.standing is Standing.BROKEN] == ["t.a"]
    assert contradiction(evaluations[:1]) is None


def test_whatever_is_ruled_out_no_filling_restores() -> None:
    rng = Random("fillings")
    ruled_out = 0
    for _ in range(100):
        given: dict[str, int | None] = {key: rng.randrange(MOST) for key in CELLS}
        blanks = rng.sample(CELLS, 3)
        given |= dict.fromkeys(blanks)
        if contradiction(judged(given)) is None:
            continue
        ruled_out += 1
        undecided = [e.relation for e in judged(given) if e.standing is Standing.UNDECIDABLE]
        for filling in product(range(3 * MOST), repeat=len(blanks)):
            filled = {**given, **dict(zip(blanks, filling, strict=True))}
            assert any(
                sum(filled[key] or 0 for key in relation.left)
                != sum(filled[key] or 0 for key in relation.right)
                for relation in undecided
            )
    assert ruled_out > 10
