"""Lines of text -> paragraphs: a line goes on in the next where it is full and the next is not indented."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from crawler.extract.document import Paragraph
from crawler.extract.geometry.lines import TextLine
from crawler.extract.layout import is_numbered

_WIDE = 0.5  # of the width of the paper: lines of running text
_OUTLIERS = 5  # one in so many wide lines may reach further than the text does
_FULL = 1.6  # of the size: less room than that at its end makes a line full
_INDENT = 1.0  # of the size
_OTHER_SIZE = 1.2
_LEADING = 2.6  # of the size: lines further apart belong to different paragraphs
_NARROW = re.compile(r"[0-9A-Za-z.,%\-]+")
_SUBHEADING = re.compile(r"\s*(?:[（(][一二三四五六七八九十]{1,3}[)）]|[0-9]{1,2}[.、．](?![0-9]))")
_WORD_END = re.compile(r"[A-Za-z\u00c0-\u024f]$|[A-Za-z\u00c0-\u024f][0-9.,]*$")
_WORD_START = re.compile(r"[A-Za-z\u00c0-\u024f]")


class Column(NamedTuple):
    """Where running text begins and ends on the paper."""

    left: float
    right: float


def column(lines: Sequence[TextLine], width: float) -> Column:
    """The column of text of pages that are `width` wide, from the lines of all of them."""
    wide = sorted(line.x1 for line in lines if line.x1 - line.x0 >= _WIDE * width)
    if not wide:
        return Column(0.0, width)
    return Column(min(line.x0 for line in lines), wide[-1 - len(wide) // _OUTLIERS])


def goes_on(line: TextLine, following: TextLine, text: Column, *, over_break: bool) -> bool:
    """Whether `following` continues the paragraph of `line`."""
    size = min(line.size, following.size)
    run = _NARROW.match(following.text)
    needed = (_FULL + (len(run[0]) * 0.6 if run else 0)) * size
    return (
        line.x1 >= text.right - needed
        and following.x0 <= text.left + _INDENT * size
        and max(line.size, following.size) <= _OTHER_SIZE * size
        and (over_break or following.y0 - line.y0 <= _LEADING * size)
        and not is_numbered(following.text)
        and _SUBHEADING.match(following.text) is None
    )


def paragraph(lines: Sequence[TextLine]) -> Paragraph:
    """The lines of one paragraph, at least one, joined: a blank only between words of letters."""
    text = lines[0].text
    for line in lines[1:]:
        if _WORD_END.search(text[-20:]) and (_WORD_START.match(line.text) or line.text[0].isdigit()):
            text += " "
        text += line.text
    doubts = [line.confidence for line in lines if line.confidence is not None]
    return Paragraph(" ".join(text.split()), min(doubts) if doubts else None)
