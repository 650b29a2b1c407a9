"""How what was not read in one of two years is told."""

from __future__ import annotations

from dataclasses import replace

from crawler.report.model import Cell
from crawler.rulebook.examples import sound_report
from crawler.validator.finding import Fault, Verdict
from crawler.validator.labels import cell_label
from crawler.validator.lastyear import Entry, fault_of, unread

REPORT = sound_report(2023)
CELL, OTHER = "disclosure.licences.decisions", "disclosure.penalties.decisions"


def test_what_was_not_read_is_told_with_its_year_and_how_many_more() -> None:
    label = cell_label(CELL)
    name = label.en.capitalize()
    here, there = Entry(2023, CELL, None, False), Entry(2022, CELL, None, False)
    one = unread(CELL, REPORT, Entry(2023, OTHER, 3, False), there)
    assert (one.verdict, one.where, one.fault, one.cells) == (Verdict.UNCERTAIN, CELL, Fault.UNKNOWN, ())
    assert one.message.zh == f"2022年度报告{label.zh}没有可采信的数字，未能与另一年核对"
    assert one.message.en == f"{name} of the 2022 report holds no number to rely upon; not compared"
    two = unread(CELL, REPORT, here, there)
    assert two.cells == (CELL,)
    assert two.message.zh == f"2023年度报告{label.zh}等2格没有可采信的数字，未能与另一年核对"
    assert (
        two.message.en == f"{name} of the 2023 report and 1 more holds no number to rely upon; not compared"
    )


def test_one_uncertain_number_leaves_open_whose_fault_it_is() -> None:
    sure, doubtful = Entry(2023, CELL, 3, False), Entry(2022, CELL, 3, True)
    assert fault_of(sure, sure) is Fault.PUBLISHER
    assert fault_of(sure, doubtful) is Fault.UNKNOWN


def test_a_number_is_doubtful_where_it_was_recognised_or_told_by_its_place() -> None:
    def entry(cell: Cell | None) -> Entry:
        table = REPORT.tables["disclosure"]
        cells = {key: old for key, old in table.cells.items() if key != CELL}
        cells |= {} if cell is None else {CELL: cell}
        return Entry.of(
            replace(REPORT, tables={**REPORT.tables, "disclosure": replace(table, cells=cells)}), CELL
        )

    assert entry(Cell(12, "12")) == (2023, CELL, 12, False)
    assert entry(Cell(12, "12", confidence=1.0)) == (2023, CELL, 12, True)
    assert entry(Cell(12, "12", by_position=True)) == (2023, CELL, 12, True)
    assert entry(Cell(None, "/")) == (2023, CELL, None, False)
    assert entry(None) == (2023, CELL, None, False)
