"""Spreadsheets (XLSX, XLS, ET) -> Document: what each visible worksheet shows."""

from __future__ import annotations

from crawler.extract import compound
from crawler.extract.document import Document, Format, Unreadable
from crawler.extract.sheet.blocks import blocks
from crawler.extract.sheet.xls import read_xls
from crawler.extract.sheet.xlsx import read_xlsx

__all__ = ["extract_sheet"]


def extract_sheet(content: bytes) -> Document:
    """Read one workbook. Raises Unreadable."""
    old = content.startswith(compound.MAGIC)
    workbook = read_xls(content) if old else read_xlsx(content)
    found = tuple(block for sheet in workbook.sheets for block in blocks(sheet))
    if not found:
        raise Unreadable("表格文件中没有可见的内容", "the spreadsheet shows nothing")
    return Document(Format.XLS if old else Format.XLSX, found, notes=workbook.notes)
