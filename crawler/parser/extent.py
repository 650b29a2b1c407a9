"""Where the report on a page ends, when others are printed below it: a collection of towns' reports."""

from __future__ import annotations

from collections.abc import Sequence

from crawler.extract.document import Block, Paragraph
from crawler.parser.identity import read_title
from crawler.parser.sections import headed_by

_FIRST_SECTION = "overview"
_SUBSTANCE = 60
"""Characters of a paragraph that make it text; a table of contents has none between its lines."""
_ABOVE = 8
"""Blocks above a report's first section in which its title may stand."""
_LEAST_SECTIONS = 3


def first_report(blocks: Sequence[Block]) -> Sequence[Block]:
    """The blocks of the first report: all, unless a second one begins among them.

    A second report begins where section one is headed again, behind three or more other sections that hold
    text or tables. What stands there is of another body or year, and its figures must not mix with the first.
    """
    seen: set[str] = set()
    filled = 0
    for at, block in enumerate(blocks):
        if not isinstance(block, Paragraph):
            filled += bool(seen)
            continue
        key = headed_by(block.text)
        if key == _FIRST_SECTION and key in seen and len(seen) >= _LEAST_SECTIONS and filled:
            return blocks[: _title_above(blocks, at)]
        if key is not None:
            seen.add(key)
        elif seen and len(block.text) >= _SUBSTANCE:
            filled += 1
    return blocks


def _title_above(blocks: Sequence[Block], at: int) -> int:
    """The place of the title that stands closely above block `at`, else `at` itself."""
    for place in range(at - 1, max(at - _ABOVE, 0) - 1, -1):
        block = blocks[place]
        if isinstance(block, Paragraph) and (headed_by(block.text) or read_title(block.text)):
            return place if read_title(block.text) else at
    return at
