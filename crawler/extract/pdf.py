"""PDF -> Document: text by its place, tables by their ruled lines."""

from __future__ import annotations

from crawler.extract.document import Document, Unreadable
from crawler.extract.outside import Outside


def extract_pdf(content: bytes, outside: Outside | None = None) -> Document:
    """Read one file. Raises Unreadable."""
    raise Unreadable("暂不能读取 PDF 格式", "PDF is not supported yet")
