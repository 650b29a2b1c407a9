"""HTML -> Document, in one walk over the tree of the Lexbor parser.

Word's and the portals' markup says little, so nothing here trusts a class name alone: the report is what
stands around the numbered headings and the tables of figures, and a table is a grid of data unless it holds
other tables, pictures or prose.
"""

from __future__ import annotations

from collections.abc import Iterable

from selectolax.lexbor import LexborHTMLParser

from crawler.extract.document import Document, Format, Paragraph
from crawler.extract.html.body import body_entries
from crawler.extract.html.cost import refuse_costly_nesting
from crawler.extract.html.entries import fold, texts
from crawler.extract.html.walk import walk

__all__ = ["MAX_AROUND", "extract_html"]

MAX_AROUND = 5_000


def extract_html(text: str, notes: tuple[str, ...] = ()) -> Document:
    """Read one page. Raises Unreadable where its nesting would take the parser beyond reason."""
    refuse_costly_nesting(text)
    source = text.encode("utf-8", "replace")
    tree = LexborHTMLParser(source)
    title = tree.css_first("title")
    page_title = fold(title.text()) if title else ""
    meta = tuple(_meta(tree))
    if tree.body is None:  # a frameset
        return Document(Format.HTML, (), page_title=page_title, meta=meta, notes=notes)
    walked = walk(tree, tree.body, source.lower())
    inside = body_entries(walked.entries, walked.places)
    outside = [entry for entry, kept in zip(walked.entries, inside, strict=True) if not kept]
    return Document(
        Format.HTML,
        tuple(entry.block for entry, kept in zip(walked.entries, inside, strict=True) if kept),
        page_title=page_title,
        headings=tuple(
            entry.block.text for entry in outside if entry.heading and isinstance(entry.block, Paragraph)
        ),
        meta=meta,
        around=tuple(text for entry in outside for text in texts(entry.block))[:MAX_AROUND],
        attachments=tuple(walked.attachments),
        notes=(*notes, *walked.notes),
    )


def _meta(tree: LexborHTMLParser) -> Iterable[tuple[str, str]]:
    for node in tree.css("meta"):
        attributes = node.attributes
        name = attributes.get("name") or attributes.get("property")
        content = attributes.get("content")
        if name and content is not None:
            yield name, content
