"""DOCX -> Document, in one pass over its main part."""

from __future__ import annotations

from crawler.extract.document import Document, Unreadable


def extract_docx(content: bytes) -> Document:
    """Read one file. Raises Unreadable."""
    raise Unreadable("暂不能读取 DOCX 格式", "DOCX is not supported yet")
