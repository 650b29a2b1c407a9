"""Documents of invented bodies, built from their lines."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from crawler.extract.document import Block, Document, Format, Grid, Paragraph, Picture, Slot

Builder = Callable[..., Document]


@pytest.fixture
def blocks() -> Callable[..., tuple[Block, ...]]:
    """Blocks from strings (paragraphs), lists of rows (tables) and None (a picture)."""

    def build(*parts: str | list[list[str]] | None) -> tuple[Block, ...]:
        made: list[Block] = []
        for part in parts:
            if part is None:
                made.append(Picture("scan.png"))
            elif isinstance(part, str):
                made.append(Paragraph(part))
            else:
                made.append(Grid(tuple(tuple(Slot(text) for text in row) for row in part)))
        return tuple(made)

    return build


@pytest.fixture
def document(blocks: Callable[..., tuple[Block, ...]]) -> Builder:
    """A document of such parts; keywords are those of Document."""

    def build(*parts: str | list[list[str]] | None, **page: object) -> Document:
        return Document(Format.HTML, blocks(*parts), **page)  # type: ignore[arg-type]

    return build
