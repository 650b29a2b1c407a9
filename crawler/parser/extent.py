"""Which part of a page is the report, when it prints several: a collection of towns, last year's below."""

from __future__ import annotations

from collections.abc import Sequence

from crawler.extract.document import Block, Document, Paragraph
from crawler.parser.chinese import fold
from crawler.parser.identity import Title, printed_title, read_title, titles_of_page
from crawler.parser.sections import heading_of, read_sections

_FIRST_SECTION = "overview"
_SUBSTANCE = 60
"""Characters of a paragraph that make it text; a table of contents has none between its lines."""
_ABOVE = 8
"""Blocks above a report's first section in which its title may stand."""
_LEAST_SECTIONS = 3

_Blocks = tuple[Block, ...]


def own_report(document: Document) -> tuple[Block, ...]:
    """The blocks of the report that the page is about: the one whose body and year the page's heading names,
    else the first. Its figures must not mix with those of the others.
    """
    parts = reports_on(document.blocks)
    if len(parts) == 1:
        return parts[0]
    named = {_identity(title) for title in titles_of_page(document)}
    for part in parts:
        title = printed_title(part, read_sections(part).first_heading)
        if title is not None and title.organ and title.year and _identity(title) in named:
            return part
    return parts[0]


def reports_on(blocks: Sequence[Block]) -> tuple[_Blocks, ...]:
    """The reports that stand one below the other, at least one.

    Another begins where section one is headed again, behind three or more sections that hold text or tables;
    where headings bear no chapter's number, only below a title of its own.
    """
    starts = [0]
    seen: set[str] = set()
    numbered_seen: set[str] = set()
    filled = 0
    for at, block in enumerate(blocks):
        heading = heading_of(block.text) if isinstance(block, Paragraph) else None
        if heading is None:
            filled += bool(seen) and (not isinstance(block, Paragraph) or len(block.text) >= _SUBSTANCE)
            continue
        key, numbered = heading
        if key == _FIRST_SECTION and key in seen and filled:
            title = _title_above(blocks, at)
            known = numbered_seen if numbered else seen
            if len(known) >= _LEAST_SECTIONS and (numbered or title is not None):
                starts.append(at if title is None else title)
                seen.clear()
                numbered_seen.clear()
                filled = 0
        seen.add(key)
        if numbered:
            numbered_seen.add(key)
    ends = [*starts[1:], len(blocks)]
    return tuple(tuple(blocks[low:high]) for low, high in zip(starts, ends, strict=True))


def _title_above(blocks: Sequence[Block], at: int) -> int | None:
    """The place of the title that stands closely above block `at`, no other heading between."""
    for place in range(at - 1, max(at - _ABOVE, 0) - 1, -1):
        block = blocks[place]
        if isinstance(block, Paragraph):
            if read_title(block.text):
                return place
            if heading_of(block.text):
                return None
    return None


def _identity(title: Title) -> tuple[str, int | None]:
    return fold(title.organ or ""), title.year
