"""What keeps a finding from being held against the publisher, whatever rule it comes from.

* A cell or a line that a machine recognised in a picture may have been recognised wrongly.
* A row that was told by its place alone, its label being lost, may be another row.
* Of a report that was read in part, what is lacking may stand in the rest.

Such findings keep their verdict, for a person to look at, with fault `unknown`.
"""

from __future__ import annotations

from crawler.report.model import Report
from crawler.validator.context import Context
from crawler.validator.rule import Rule, Statement

_OF_FIGURES = frozenset({"arithmetic", "culprit", "tables"})
"""Families whose findings rest on the cells that they name and on nothing else."""


class Doubts:
    """The doubts about one report."""

    def __init__(self, report: Report, context: Context) -> None:
        self._partial = context.partial
        self._recognised = report.recognised
        self._unsure: set[str] = set()
        self._empty: set[str] = set()
        self._recognised_tables: set[str] = set()
        for key, table in report.tables.items():
            for place, cell in table.cells.items():
                if cell.confidence is not None:
                    self._recognised_tables.add(key)
                if cell.confidence is not None or cell.by_position:
                    self._unsure.add(place)
                if cell.value is None:
                    self._empty.add(place)

    def touch(self, rule: Rule, statement: Statement) -> bool:
        """Whether what `rule` states rests on something that is doubtful."""
        if rule.lacking and self._partial:
            return True
        in_recognised_table = statement.where.partition(".")[0] in self._recognised_tables
        if not statement.cells:
            return self._recognised or in_recognised_table
        if not self._unsure.isdisjoint(statement.cells):
            return True
        if in_recognised_table and not self._empty.isdisjoint(statement.cells):
            return True  # nothing was recognised there, which proves nothing
        return self._recognised and rule.family not in _OF_FIGURES
