"""Spreadsheets (XLSX, XLS, ET) -> Document."""

from __future__ import annotations

from crawler.extract.document import Document, Unreadable


def extract_sheet(content: bytes) -> Document:
    """Read one file. Raises Unreadable."""
    raise Unreadable("暂不能读取 XLSX 格式", "XLSX is not supported yet")
