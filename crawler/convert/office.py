"""DOC and WPS -> DOCX, by LibreOffice."""

from __future__ import annotations

from crawler.extract.document import Format, Unreadable


def to_docx(content: bytes, source: Format) -> bytes:
    """`content`, of format `source`, as DOCX. Raises Unreadable."""
    raise Unreadable("暂不能读取旧版文字文档", "old text documents are not supported yet")
