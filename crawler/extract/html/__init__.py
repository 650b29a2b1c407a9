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

from crawler.extract.document import Attachment, Document, Format, Paragraph, Unreadable
from crawler.extract.html.answers import answered
from crawler.extract.html.body import find_body
from crawler.extract.html.cost import refuse_costly_nesting
from crawler.extract.html.embedded import LISTS_OF_FILES, MAX_SCRIPTS, scripted, with_files
from crawler.extract.html.entries import fold, texts
from crawler.extract.html.objects import Article
from crawler.extract.html.pagers import PAGER_LINE, linked_pages, written_pages
from crawler.extract.html.walk import MAX_ATTACHMENTS, walk

__all__ = ["MAX_AROUND", "extract_answer", "extract_html"]

MAX_AROUND = 5_000
_TELLING_SCRIPTS = tuple(
    word.encode() for word in ("createpagehtml", *(f'"{name}"' for name in LISTS_OF_FILES))
)
"""What makes it worth reading the scripts of a page whose article is to be seen."""
_BELOW = 6  # lines below an article in which its pager may stand


def extract_html(text: str, notes: tuple[str, ...] = ()) -> Document:
    """Read one page; where nothing of an article is to be seen, the one that its scripts hold.

    Raises Unreadable where its nesting would take the parser beyond reason.
    """
    page = _read(text, notes)
    seen = page.document
    if not page.scripts:
        return seen
    articles = () if page.shows_article else scripted(page.scripts)
    found = _article(articles)
    if found is None:
        return _with_files(seen, page.scripts, articles)
    article, body = found
    return replace(
        body,
        page_title=seen.page_title,
        headings=(*seen.headings, *body.headings),
        meta=seen.meta,
        data=article.meta,
        around=(*seen.around, *(text for block in seen.blocks for text in texts(block)))[:MAX_AROUND],
        apart=0,
        attachments=_files(seen.attachments, body.attachments, article.files),
        notes=(*seen.notes, *body.notes),
    )


def extract_answer(text: str, notes: tuple[str, ...] = ()) -> Document | None:
    """Read the article in an answer that is JSON; None where it is not JSON.

    Raises Unreadable where it holds no article or several, or where the nesting of its HTML would take the
    parser beyond reason.
    """
    articles = answered(text)
    if articles is None:
        return None
    found = _article(articles)
    if found is None:
        entitled = {article.owner: article for article in reversed(articles) if article.title}
        owners = entitled or {article.owner: article for article in reversed(articles)}
        if len(owners) != 1:
            raise _several_articles() if owners else _no_article()
        (article,) = owners.values()
        found = article, _read(article.html).document
    article, body = found
    return replace(
        body,
        data=article.meta,
        attachments=_files(body.attachments, article.files),
        notes=(*notes, *body.notes),
    )


def _no_article() -> Unreadable:
    return Unreadable("是接口返回的数据，其中没有文章", "data of an interface, with no article in it")


def _several_articles() -> Unreadable:
    return Unreadable("是接口返回的数据，其中有多篇文章", "data of an interface, with several articles in it")


def _with_files(seen: Document, scripts: str, articles: Iterable[Article]) -> Document:
    """A page as seen, with what its scripts say of its article besides: files, title and date."""
    printed = (text for block in seen.blocks if isinstance(block, Paragraph) for text in texts(block))
    shown = (seen.page_title, *seen.headings, *(content for _, content in seen.meta), *printed)
    told = _squeezed("\n".join(shown))
    found = {article.owner: article for article in (*articles, *with_files(scripts))}
    own = [article for article in found.values() if article.title and _squeezed(article.title) in told]
    if not own and len(found) == 1:
        own = [article for article in found.values() if not article.title]
    if len(own) != 1:
        return seen
    (article,) = own
    body = _read(article.html).document
    return replace(
        seen, data=article.meta, attachments=_files(seen.attachments, body.attachments, article.files)
    )


def _squeezed(text: str) -> str:
    return "".join(text.split())


def _files(*listed: Iterable[Attachment]) -> tuple[Attachment, ...]:
    """The files of all lists, the first MAX_ATTACHMENTS of them."""
    return tuple(dict.fromkeys(file for files in listed for file in files))[:MAX_ATTACHMENTS]


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
    telling = not body.marked or any(word in lowered for word in _TELLING_SCRIPTS)
    scripts = _scripts(tree) if telling else ""
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
