"""Pictures of text -> text, by tesseract."""

from __future__ import annotations

from collections.abc import Sequence

from crawler.extract.document import Unreadable
from crawler.extract.outside import Recognised, Snippet


def recognise(snippets: Sequence[Snippet]) -> list[Recognised]:
    """The text of each snippet, in the same order. Raises Unreadable."""
    raise Unreadable("暂不能识别图片中的文字", "text in pictures is not supported yet")
