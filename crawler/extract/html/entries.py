"""What the walk over a page gives: its blocks in reading order, each with the place it stands in."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from selectolax.lexbor import LexborNode

from crawler.extract.document import Attachment, Block, Grid, Origin, Paragraph
from crawler.extract.html.pagers import PageLink


class Entry(NamedTuple):
    """One block; `linked` counts the characters of it that belong to links."""

    block: Block
    container: int
    heading: bool = False
    linked: int = 0


class Line(NamedTuple):
    """One line of a table cell; becomes part of a slot or a paragraph."""

    text: str  # white space folded as browsers do, no blank at its ends but those that HTML keeps
    container: int
    heading: bool = False
    linked: int = 0


@dataclass(slots=True)
class Places:
    """The containers of a page, numbered in the order they open, so that ancestry is a comparison of numbers:
    `parent`, `last` (the last container inside) and `node` of each, None for cells of tables. 0 is the body.
    """

    parent: list[int] = field(default_factory=lambda: [0])
    last: list[int] = field(default_factory=lambda: [0])
    node: list[LexborNode | None] = field(default_factory=list)


class Walked(NamedTuple):
    """A page as walked."""

    entries: list[Entry]
    places: Places
    attachments: list[Attachment]
    page_links: list[PageLink]
    notes: list[str]


def fold(text: str) -> str:
    """`text` with every run of white space as one blank, none at its ends."""
    return " ".join(text.split())


def paragraph(line: Line) -> Entry:
    """A line that stands outside tables after all."""
    return Entry(Paragraph(fold(line.text)), line.container, line.heading, line.linked)


def texts(block: Block) -> Iterable[str]:
    """The texts that a block prints: a paragraph's, or those of the cells of a grid."""
    if isinstance(block, Paragraph):
        yield block.text
    elif isinstance(block, Grid):
        for row in block.rows:
            for slot in row:
                if slot.origin is Origin.CELL and slot.text.strip():
                    yield fold(slot.text)
