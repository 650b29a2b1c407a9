"""Collects what was read of one table and tells its state."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from types import MappingProxyType

from crawler.parser.numbers import TEN_THOUSAND_YUAN, looks_numeric, numbers_in, parse_number
from crawler.parser.tables.columns import Values
from crawler.parser.tables.lines import Line
from crawler.report.forms import DECIMAL_COLUMNS, SIGNED_COLUMNS
from crawler.report.model import AlteredLabel, Cell, Damage, DamageKind, ExtraRow, Table, TableState

IN_TEN_THOUSANDS = frozenset({"amount_10k_cny"})
"""Columns whose unit the form sets at 10,000 yuan."""


class TableBuilder:
    """Cells, damages and odd rows of one table, until `build`."""

    def __init__(self, key: str) -> None:
        self.key = key
        self.cells: dict[str, Cell] = {}
        self._damages: list[Damage] = []
        self._extra: list[ExtraRow] = []
        self._altered: dict[AlteredLabel, None] = {}

    @property
    def damaged(self) -> bool:
        """Whether any damage was recorded."""
        return bool(self._damages)

    def add_damage(
        self, kind: DamageKind, where: str, line: Line, expected: int | None = None, found: int | None = None
    ) -> None:
        """Record a defect, once for each kind and place."""
        if not any(known.kind is kind and known.where == where for known in self._damages):
            self._damages.append(Damage(kind, where, line.quote(), expected, found))

    def add_row(self, row: str, readings: Sequence[tuple[Values, Line]]) -> None:
        """Take over a row that is printed once, or several times with the same numbers."""
        values, line = readings[0]
        where = f"{self.key}.{row}"
        if any(other != values for other, _ in readings):
            self.add_damage(DamageKind.ROW_REPEATED, where, readings[1][1])
            return
        if values.damage is not None:
            self.add_damage(values.damage, where, line, values.expected, values.found)
            if values.damage is DamageKind.TOO_FEW_CELLS and any(map(_holds_several, _texts(line))):
                self.add_damage(DamageKind.NUMBERS_RUN_TOGETHER, where, line)
        for column, text in values.texts.items():
            cell = read_cell(column, text)
            if cell.value is None and _holds_several(text):
                self.add_damage(DamageKind.NUMBERS_RUN_TOGETHER, where, line)
            self.cells[f"{where}.{column}"] = cell

    def add_extra(self, label: str, line: Line, start: int) -> None:
        """Keep a row that the form does not have."""
        self._extra.append(ExtraRow(label, tuple(text for _, text in line.own(start))))

    def add_altered(self, row: str, printed: str) -> None:
        """Record a label that differs from the form's."""
        self._altered[AlteredLabel(f"{self.key}.{row}", printed)] = None

    def build(self, form: str | None, required: Iterable[str]) -> Table:
        """The table; `required` are the cell keys that must hold a number for it to be complete."""
        keys = list(required)
        if self._damages:
            state = TableState.DAMAGED
        elif keys and all(key in self.cells and self.cells[key].value is not None for key in keys):
            state = TableState.COMPLETE
        else:
            state = TableState.PARTIAL
        return Table(
            self.key,
            state,
            form,
            MappingProxyType(self.cells),
            tuple(self._damages),
            tuple(self._extra),
            tuple(self._altered),
        )


def read_cell(column: str, text: str) -> Cell:
    """The cell that prints `text` in `column`, with the units and signs that the column allows."""
    if column in IN_TEN_THOUSANDS:
        return Cell(parse_number(text, unit=TEN_THOUSAND_YUAN), text)
    if column in DECIMAL_COLUMNS:
        return Cell(parse_number(text, unit=""), text)
    return Cell(parse_number(text, signed=column in SIGNED_COLUMNS), text)


def _texts(line: Line) -> list[str]:
    return [text for _, text in line.own()]


def _holds_several(text: str) -> bool:
    return looks_numeric(text) and numbers_in(text) > 1
