"""One article that a portal prints over several pages, as one document."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from crawler.extract.document import Document


def joined(documents: Sequence[Document]) -> Document:
    """The pages of one article, in order and at least one: the first one's head, everyone's body."""
    first = documents[0]
    if len(documents) == 1:
        return first
    return replace(
        first,
        blocks=tuple(block for document in documents for block in document.blocks),
        attachments=tuple(dict.fromkeys(file for document in documents for file in document.attachments)),
        notes=tuple(note for document in documents for note in document.notes),
    )
