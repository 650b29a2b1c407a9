"""OFD, the national fixed-layout format -> Document."""

from __future__ import annotations

from crawler.extract.document import Document, Unreadable


def extract_ofd(content: bytes) -> Document:
    """Read one file. Raises Unreadable."""
    raise Unreadable("暂不能读取 OFD 格式", "OFD is not supported yet")
