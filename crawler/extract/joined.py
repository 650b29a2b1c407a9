"""One article that a portal prints over several pages, as one document."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from crawler.extract.document import Block, Document, Paragraph

_MOST_REPEATED = 10
"""Lines that portals print again at the top of every page: the title, who published it and when."""


def joined(documents: Sequence[Document]) -> Document:
    """The pages of one article, in order and at least one: the first one's head, everyone's body.

    Lines at the top of a further page that the first page has at its top as well are taken once. A table that
    runs on over a page stays in as many grids.
    """
    first = documents[0]
    if len(documents) == 1:
        return first
    blocks = list(first.blocks)
    for document in documents[1:]:
        blocks.extend(document.blocks[_repeated(first.blocks, document.blocks) :])
    return replace(
        first,
        blocks=tuple(blocks),
        # the first page may be a shell, and only what stands behind it say what the article is
        data=next((document.data for document in documents if document.data), ()),
        attachments=tuple(dict.fromkeys(file for document in documents for file in document.attachments)),
        notes=tuple(dict.fromkeys(note for document in documents for note in document.notes)),
    )


def _repeated(first: Sequence[Block], further: Sequence[Block]) -> int:
    """How many blocks at the top of `further` stand in the same order at the top of `first`."""
    count = 0
    for above, block in zip(first[:_MOST_REPEATED], further, strict=False):
        if above != block or not isinstance(block, Paragraph):
            break
        count += 1
    return count
