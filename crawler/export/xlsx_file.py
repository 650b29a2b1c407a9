"""Tables as a workbook: every text is written as text, so nothing in it is a formula, a link or markup."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import xlsxwriter
from rich.cells import cell_len

from crawler.clock import local
from crawler.export.plain import MOST, plain
from crawler.export.table import Table, Value, digits, is_exact

MOST_ROWS = 1_048_575
"""Rows of a sheet below its heading."""

_AS_TEXT = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
_LINE, _HIGHEST = 13.5, 409.0
"""Points of a line of text, and of the highest row that there may be."""

_LETTERING = {"font_name": "宋体", "font_size": 10, "valign": "top", "border": 1, "border_color": "#BFBFBF"}
_HEADING = {"bold": True, "bg_color": "#E7E6E6", "align": "center", "valign": "vcenter", "text_wrap": True}
_FAINT = {"font_color": "#7F7F7F", "italic": True}


class TooManyRows(Exception):
    """The table has more rows than a sheet can hold."""


def xlsx_file(tables: tuple[Table, ...], *, title: str, moment: datetime) -> bytes:
    """The workbook; `moment` is when it says that it was made. Raises TooManyRows.

    The same tables at the same moment give the same bytes.
    """
    if any(len(table.rows) > MOST_ROWS for table in tables):
        raise TooManyRows
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, _AS_TEXT)
    made = local(moment).replace(tzinfo=None, microsecond=0)
    book.set_properties({"title": plain(title), "author": "nianbao", "created": made})
    for table in tables:
        _Sheet(book, table).write()
    book.close()
    return out.getvalue()


class _Sheet:
    def __init__(self, book: Any, table: Table) -> None:
        self._table = table
        self._sheet = book.add_worksheet(table.name)
        self._heading = book.add_format({**_LETTERING, **_HEADING})
        self._formats = {
            (faint, kind): book.add_format({**_LETTERING, **(_FAINT if faint else {}), **how})
            for faint in (False, True)
            for kind, how in (
                ("text", {"text_wrap": True, "num_format": "@"}),
                ("beside", {"num_format": "@"}),
                ("number", {"num_format": "General"}),
                ("day", {"num_format": "yyyy-mm-dd"}),
                ("moment", {"num_format": "yyyy-mm-dd hh:mm"}),
            )
        }

    def write(self) -> None:
        sheet, table = self._sheet, self._table
        for at, column in enumerate(table.columns):
            sheet.set_column(at, at, column.width)
            sheet.write_string(0, at, column.heading, self._heading)
        sheet.set_row(0, 24)
        last = (table.printed or len(table.columns)) - 1
        for down, row in enumerate(table.rows):
            # the program that opens the file does not always measure wrapped text itself
            sheet.set_row(down + 1, self._height(row[: last + 1]))
            for across, value in enumerate(row):
                self._cell(down + 1, across, value, faint=down in table.faint)
        sheet.freeze_panes(1, 0)
        if table.rows:
            sheet.autofilter(0, 0, len(table.rows), len(table.columns) - 1)
        sheet.set_landscape()
        sheet.set_paper(9)  # A4
        sheet.fit_to_pages(1, 0)
        sheet.print_area(0, 0, len(table.rows), last)
        sheet.repeat_rows(0)
        sheet.set_footer("&C&P / &N")

    def _height(self, row: Sequence[Value]) -> float:
        """Points for the longest of the wrapped texts."""
        lines = max(
            -(-cell_len(value[:MOST]) // max(column.width - 1, 1)) if isinstance(value, str) else 1
            for value, column in zip(row, self._table.columns, strict=False)
        )
        return min(_LINE * max(lines, 1) + 2, _HIGHEST)

    def _cell(self, down: int, across: int, value: Value, *, faint: bool) -> None:
        printed = self._table.printed
        sheet = self._sheet
        text = self._formats[faint, "beside" if printed and across >= printed else "text"]
        if value is None:
            sheet.write_blank(down, across, None, text)
        elif isinstance(value, bool | str):
            sheet.write_string(down, across, plain(value), text)
        elif isinstance(value, datetime):
            moment = local(value).replace(tzinfo=None, microsecond=0)
            sheet.write_datetime(down, across, moment, self._formats[faint, "moment"])
        elif isinstance(value, date):
            sheet.write_datetime(down, across, value, self._formats[faint, "day"])
        elif is_exact(value):
            sheet.write_number(down, across, value, self._formats[faint, "number"])
        else:
            sheet.write_string(down, across, digits(value), text)
