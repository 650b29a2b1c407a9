"""HTML -> Document, in one walk over the tree of the Lexbor parser.

Word's and the portals' markup says little, so nothing here trusts a class name alone: the report is what
stands around the numbered headings and the tables of figures, and a table is a grid of data unless it holds
other tables, pictures or prose.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import NamedTuple

from selectolax.lexbor import LexborHTMLParser

from crawler.extract.document import Document, Format, Paragraph
from crawler.extract.html.body import find_body
from crawler.extract.html.cost import refuse_costly_nesting
from crawler.extract.html.embedded import MAX_SCRIPTS, Article, answered, scripted
from crawler.extract.html.entries import fold, texts
from crawler.extract.html.pagers import PAGER_LINE, linked_pages, written_pages
from crawler.extract.html.walk import MAX_ATTACHMENTS, walk

__all__ = ["MAX_AROUND", "extract_answer", "extract_html"]

MAX_AROUND = 5_000
_BELOW = 6  # lines below an article in which its pager may stand


def extract_html(text: str, notes: tuple[str, ...] = ()) -> Document:
    """Read one page; where nothing of an article is to be seen, the one that its scripts hold.

    Raises Unreadable where its nesting would take the parser beyond reason.
    """
    page = _read(text, notes)
    if page.shows_article or not page.scripts:
        return page.document
    found = _article(scripted(page.scripts))
    if found is None:
        return page.document
    article, body = found
    seen = page.document
    return replace(
        body,
        page_title=seen.page_title,
        headings=(*seen.headings, *body.headings),
        meta=seen.meta,
        data=article.meta,
        around=(*seen.around, *(text for block in seen.blocks for text in texts(block)))[:MAX_AROUND],
        apart=0,
        attachments=tuple(dict.fromkeys((*seen.attachments, *body.attachments, *article.files)))[
            :MAX_ATTACHMENTS
        ],
        notes=(*seen.notes, *body.notes),
    )


def extract_answer(text: str, notes: tuple[str, ...] = ()) -> Document | None:
    """Read the article in an answer that is JSON; None where it is none, holds no HTML or several bodies.

    Raises Unreadable where the nesting of the HTML would take the parser beyond reason.
    """
    articles = answered(text)
    if not articles:
        return None
    found = _article(articles)
    if found is None and len({article.owner for article in articles}) == 1:
        found = articles[0], _read(articles[0].html).document
    if found is None:
        return None
    article, body = found
    return replace(
        body,
        data=article.meta,
        attachments=tuple(dict.fromkeys((*body.attachments, *article.files)))[:MAX_ATTACHMENTS],
        notes=(*notes, *body.notes),
    )


def _article(articles: Iterable[Article]) -> tuple[Article, Document] | None:
    """The one that shows an article, with what it says; None where none does, or several different ones."""
    shown = [(article, page.document) for article in articles if (page := _read(article.html)).shows_article]
    return shown[0] if len({article.owner for article, _ in shown}) == 1 else None


class _Page(NamedTuple):
    document: Document
    shows_article: bool  # numbered headings or tables of figures stand in what is to be seen
    scripts: str


def _read(text: str, notes: tuple[str, ...] = ()) -> _Page:
    """What is to be seen on a page, and its scripts where they may say more."""
    refuse_costly_nesting(text)
    source = text.encode("utf-8", "replace")
    tree = LexborHTMLParser(source)
    title = tree.css_first("title")
    page_title = fold(title.text()) if title else ""
    meta = tuple(_meta(tree))
    if tree.body is None:  # a frameset
        document = Document(Format.HTML, (), page_title=page_title, meta=meta, notes=notes)
        return _Page(document, False, _scripts(tree))
    lowered = source.lower()
    walked = walk(tree, tree.body, lowered)
    body = find_body(walked.entries, walked.places)
    inside = body.inside
    pages: tuple[str, ...] = ()
    scripts = "" if body.marked and b"createpagehtml" not in lowered else _scripts(tree)
    if body.marked:
        links = [link for link in walked.page_links if body.low <= link.entry <= body.high + _BELOW]
        pages = written_pages(scripts) or linked_pages(links)
        if pages:
            for link in links:
                entry = walked.entries[link.entry] if link.entry < len(inside) else None
                if entry and isinstance(entry.block, Paragraph) and PAGER_LINE.fullmatch(entry.block.text):
                    inside[link.entry] = False
    outside = [entry for entry, kept in zip(walked.entries, inside, strict=True) if not kept]
    above = sum(
        len(list(texts(entry.block)))
        for entry, kept in zip(walked.entries[: body.apart], inside, strict=False)
        if not kept
    )
    around = tuple(text for entry in outside for text in texts(entry.block))[:MAX_AROUND]
    document = Document(
        Format.HTML,
        tuple(entry.block for entry, kept in zip(walked.entries, inside, strict=True) if kept),
        page_title=page_title,
        headings=tuple(
            entry.block.text for entry in outside if entry.heading and isinstance(entry.block, Paragraph)
        ),
        meta=meta,
        around=around,
        apart=max(0, len(around) - above),
        attachments=tuple(walked.attachments),
        continuations=pages,
        notes=(*notes, *walked.notes),
    )
    return _Page(document, body.marked, scripts)


def _scripts(tree: LexborHTMLParser) -> str:
    found: list[str] = []
    length = 0
    for node in tree.css("script"):
        text = node.text()
        length += len(text) + 1
        if length > MAX_SCRIPTS:
            break
        found.append(text)
    return "\n".join(found)


def _meta(tree: LexborHTMLParser) -> Iterable[tuple[str, str]]:
    for node in tree.css("meta"):
        attributes = node.attributes
        name = attributes.get("name") or attributes.get("property")
        content = attributes.get("content")
        if name and content is not None:
            yield name, content
