"""What is printed -> XLSX, by xlsxwriter; LibreOffice makes XLS and ET of it (bench.writers.office).

The seed chooses what offices differ in: everything on one worksheet or the tables on others, figures
as numbers or as text, lines drawn or not, rows left empty or not.
"""

from __future__ import annotations

import io
import re
from random import Random

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from crawler.demo.printing import Line, Printed, Role
from crawler.demo.sheets import Cover, Sheet, SheetCell, places

_WIDTH = 10  # columns that a line of prose is merged over
_PLAIN_NUMBER = re.compile(r"-?(?:0|[1-9]\d{0,9})(?:\.\d{0,3}[1-9])?")  # one that a plain cell shows as it is
_TWO_PLACES = re.compile(r"-?(?:0|[1-9]\d*)\.\d\d")
_NAMES = {"disclosure": "主动公开", "applications": "依申请公开", "disputes": "复议诉讼"}


def write(printed: Printed, *, seed: int = 0) -> bytes:
    """The file that reads as `printed`."""
    rng = Random(seed)
    writer = _Writer(
        apart=bool(seed) and rng.random() < 0.3,
        as_text=bool(seed) and rng.random() < 0.3,
        ruled=not seed or rng.random() < 0.7,
        spaced=not seed or rng.random() < 0.7,
    )
    return writer.write(printed)


class _Writer:
    def __init__(self, *, apart: bool, as_text: bool, ruled: bool, spaced: bool) -> None:
        self._apart, self._as_text, self._spaced = apart, as_text, spaced
        self._stream = io.BytesIO()
        self._book = xlsxwriter.Workbook(self._stream, {"in_memory": True})
        around = {"border": 1} if ruled else {}
        self._prose = self._book.add_format({"text_wrap": True})
        self._cell = self._book.add_format({"text_wrap": True, "align": "center", **around})
        self._money = self._book.add_format({"num_format": "0.00", "align": "center", **around})
        self._row = 0

    def write(self, printed: Printed) -> bytes:
        page = self._book.add_worksheet("年度报告")
        tables: list[Sheet] = []
        for block in printed.blocks:
            if isinstance(block, Line):
                self._line(page, block)
            elif self._apart:
                tables.append(block)
            else:
                self._table(page, block)
        for number, table in enumerate(tables):
            self._row = 0
            self._table(self._book.add_worksheet(f"{_NAMES[table.key]}{number or ''}"), table)
        self._book.close()
        return self._stream.getvalue()

    def _line(self, page: Worksheet, line: Line) -> None:
        page.merge_range(self._row, 0, self._row, _WIDTH - 1, line.text, self._prose)
        if line.role is Role.TEXT:
            page.set_row(self._row, 15.0 * (1 + len(line.text) // 40))
        self._row += 1

    def _table(self, page: Worksheet, sheet: Sheet) -> None:
        self._row += self._spaced
        for down, row in enumerate(places(sheet), self._row):
            for right, place in enumerate(row):
                if place.cover is Cover.CELL:
                    self._placed(page, down, right, place.cell)
        self._row += len(sheet.rows) + self._spaced

    def _placed(self, page: Worksheet, down: int, right: int, cell: SheetCell) -> None:
        if cell.colspan > 1 or cell.rowspan > 1:
            last_row, last_column = down + cell.rowspan - 1, right + cell.colspan - 1
            page.merge_range(down, right, last_row, last_column, "", self._cell)
        style: Format = self._cell
        if not cell.number or self._as_text:
            page.write_string(down, right, cell.text, style)
        elif _PLAIN_NUMBER.fullmatch(cell.text):
            page.write_number(down, right, float(cell.text), style)
        elif _TWO_PLACES.fullmatch(cell.text):
            page.write_number(down, right, float(cell.text), self._money)
        else:
            page.write_string(down, right, cell.text, style)
