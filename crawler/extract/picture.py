"""A picture of a page -> Document, by recognising characters cell by cell."""

from __future__ import annotations

from crawler.extract.document import Document, Unreadable
from crawler.extract.outside import Outside


def extract_picture(content: bytes, outside: Outside | None = None) -> Document:
    """Read one file. Raises Unreadable."""
    raise Unreadable("暂不能读取 IMAGE 格式", "IMAGE is not supported yet")
