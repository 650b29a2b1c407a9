"""Collects what was read of one table and tells its state."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from types import MappingProxyType
from typing import NamedTuple

from crawler.parser.numbers import TEN_THOUSAND_YUAN, holds_several, parse_number
from crawler.parser.tables.columns import Values
from crawler.parser.tables.lines import Line
from crawler.report.forms import DECIMAL_COLUMNS, SIGNED_COLUMNS
from crawler.report.model import AlteredLabel, Cell, Damage, DamageKind, ExtraRow, Table, TableState

IN_TEN_THOUSANDS = frozenset({"amount_10k_cny"})
"""Columns whose unit the form sets at 10,000 yuan."""
_UNITS_OF_MONEY = (TEN_THOUSAND_YUAN, "元")
_LONGEST_CACHED = 20


class Printing(NamedTuple):
    """One printing of a row: what it holds, where, and how sure its labels are (None where they are text)."""

    values: Values
    line: Line
    confidence: float | None = None


class TableBuilder:
    """Cells, damages and odd rows of one table, until `build`."""

    def __init__(self, key: str) -> None:
        self.key = key
        self._cells: dict[str, Cell] = {}
        self._damages: dict[tuple[DamageKind, str], Damage] = {}
        self._extra: list[ExtraRow] = []
        self._altered: dict[AlteredLabel, None] = {}
        self._headings: dict[str, str] = {}

    def holds(self, key: str) -> bool:
        """Whether the cell was found."""
        return key in self._cells

    def holds_row(self, texts: Mapping[str, str]) -> bool:
        """Whether a row that was taken over prints the same in all columns, and not the same in each."""
        if len(set(texts.values())) < 2:
            return False
        rows = {key.rpartition(".")[0] for key in self._cells}
        return any(
            all(
                (cell := self._cells.get(f"{row}.{column}")) is not None and cell.raw == text
                for column, text in texts.items()
            )
            for row in rows
        )

    def add_damage(
        self, kind: DamageKind, where: str, line: Line, expected: int | None = None, found: int | None = None
    ) -> None:
        """Record a defect, once for each kind and place."""
        if (kind, where) not in self._damages:
            self._damages[kind, where] = Damage(kind, where, line.quote(), expected, found)

    def add_row(self, row: str, printings: Sequence[Printing], *, by_position: bool = False) -> None:
        """Take over a row that is printed once, or several times with the same numbers."""
        values, line, sure = printings[0]
        where = f"{self.key}.{row}"
        if len(printings) > 1:
            for printing in printings[1:]:
                if printing.values[:4] != values[:4]:
                    self.add_damage(DamageKind.ROW_REPEATED, where, printing.line)
                    return
        if values.damage is not None:
            self.add_damage(values.damage, where, line, values.expected, values.found)
            if values.damage is DamageKind.TOO_FEW_CELLS and any(
                holds_several(text) for _, text in line.own()
            ):
                self.add_damage(DamageKind.NUMBERS_RUN_TOGETHER, where, line)
        recognised = line.recognised
        for column, text in values.texts.items():
            confidence = sure
            if recognised:
                confidence = lowest(sure, line.confidence(values.places[column]))
            if len(text) <= _LONGEST_CACHED:
                cell = _read_cell(column, text, recognised)
            else:
                cell = _read_cell.__wrapped__(column, text, recognised)
            if cell.value is None and holds_several(text):
                self.add_damage(DamageKind.NUMBERS_RUN_TOGETHER, where, line)
            if by_position or confidence is not None:
                cell = cell._replace(confidence=confidence, by_position=by_position)
            self._cells[f"{where}.{column}"] = cell

    def add_extra(self, label: str, line: Line, start: int) -> None:
        """Keep a row that the form does not have."""
        self._extra.append(ExtraRow(label, tuple(text for _, text in line.own(start))))

    def add_altered(self, row: str, printed: str) -> None:
        """Record a label that differs from the form's."""
        self._altered[AlteredLabel(f"{self.key}.{row}", printed)] = None

    def add_heading(self, row: str, column: str, line: Line) -> None:
        """Keep what is printed above an amount of money."""
        self._headings[f"{self.key}.{row}.{column}"] = line.quote()

    def build(self, form: str | None, required: Sequence[str]) -> Table:
        """The table; `required` are the cell keys that must hold a number for it to be complete."""
        cells = self._cells
        if self._damages:
            state = TableState.DAMAGED
        else:
            state = TableState.COMPLETE if required else TableState.PARTIAL
            for key in required:
                cell = cells.get(key)
                if cell is None or cell.value is None:
                    state = TableState.PARTIAL
                    break
        return Table(
            self.key,
            state,
            form,
            MappingProxyType(cells),
            tuple(self._damages.values()),
            tuple(self._extra),
            tuple(self._altered),
            MappingProxyType(self._headings),
        )


@lru_cache(maxsize=4096)
def _read_cell(column: str, text: str, recognised: bool) -> Cell:
    """The cell that prints `text` in `column`, with the units and signs that the column allows."""
    if column in IN_TEN_THOUSANDS:
        return Cell(parse_number(text, unit=TEN_THOUSAND_YUAN, recognised=recognised), text)
    if column in DECIMAL_COLUMNS:
        # The form names no unit: the sum stands as printed, and the unit with it in the raw text.
        unit = next((unit for unit in _UNITS_OF_MONEY if text.rstrip().endswith(unit)), "")
        return Cell(parse_number(text, unit=unit, recognised=recognised), text)
    return Cell(parse_number(text, signed=column in SIGNED_COLUMNS, recognised=recognised), text)


def lowest(*confidences: float | None) -> float | None:
    """The least of those that are known, None where none is."""
    return min((one for one in confidences if one is not None), default=None)
