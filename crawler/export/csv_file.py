"""A table as CSV for spreadsheets: UTF-8 with its mark, every text quoted, nothing that becomes a formula."""

from __future__ import annotations

import csv
import io
from datetime import date, datetime
from decimal import Decimal

from crawler.clock import local
from crawler.export.plain import inert
from crawler.export.table import Table, Value, digits, is_exact


def csv_file(table: Table) -> bytes:
    """The file. Numbers stand bare; days as 2024-01-31, moments in China's time."""
    out = io.StringIO()
    writer = csv.writer(out, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\r\n")
    writer.writerow([column.heading for column in table.columns])
    for row in table.rows:
        writer.writerow([_cell(value) for value in row])
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def _cell(value: Value) -> str | int | Decimal:
    if value is None:
        return ""
    if isinstance(value, bool | str):
        return inert(value)
    if isinstance(value, datetime):
        return f"{local(value):%Y-%m-%d %H:%M:%S}"
    if isinstance(value, date):
        return value.isoformat()
    if not is_exact(value):
        return f"'{digits(value)}"
    return value if isinstance(value, int) else _Bare(digits(value))


class _Bare(Decimal):
    """A number that is written with its own digits."""

    def __str__(self) -> str:
        return f"{self:f}"
