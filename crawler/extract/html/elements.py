"""What the elements of a page are to its reader, and what Lexbor's queries tell of them before the walk."""

from __future__ import annotations

import re
from collections.abc import Iterable
from enum import IntEnum

from selectolax.lexbor import LexborHTMLParser, LexborNode


class Kind(IntEnum):
    """What an element is to the walk."""

    TEXT = 1
    UNSEEN = 2
    BREAKING = 3
    CONTAINER = 4
    HEADING = 5
    LINE_BREAK = 6
    TABLE = 7
    ROW = 8
    CELL = 9
    ROW_GROUP = 10
    LINK = 11
    RAISED = 12
    STRUCK = 13
    PICTURE = 14
    FRAME = 15
    OBJECT = 16
    ENTRY_FIELD = 17


_TAGS = {
    Kind.UNSEEN: "script style noscript template select button svg rt rp",
    Kind.BREAKING: "address caption dd details dt figcaption figure h4 h5 h6 hr legend li p pre summary",
    Kind.CONTAINER: "article aside blockquote body center div dl fieldset footer form "
    "header main nav ol section ul",
    Kind.HEADING: "h1 h2 h3",
    Kind.LINE_BREAK: "br",
    Kind.TABLE: "table",
    Kind.ROW: "tr",
    Kind.CELL: "td th",
    Kind.ROW_GROUP: "tbody thead tfoot",
    Kind.LINK: "a",
    Kind.RAISED: "sup sub",
    Kind.STRUCK: "del s strike",
    Kind.PICTURE: "img",
    Kind.FRAME: "iframe embed",
    Kind.OBJECT: "object",
    Kind.ENTRY_FIELD: "input textarea",
}


_INSTRUCTION = 0  # processing instructions have no tag


def _kinds() -> dict[int, Kind]:
    """By Lexbor's number of the tag; an element that is not here is part of its line, like a span."""
    tree = LexborHTMLParser("<p>text<!--comment-->")
    kinds = {tree.create_node(tag).tag_id: kind for kind, tags in _TAGS.items() for tag in tags.split()}
    kinds[_INSTRUCTION] = Kind.UNSEEN
    node = tree.css("p")[0].first_child
    while node is not None:
        kinds[node.tag_id] = Kind.TEXT if node.is_text_node else Kind.UNSEEN
        node = node.next
    return kinds


KINDS = _kinds()
PARAGRAPH = LexborHTMLParser("").create_node("p").tag_id
STRUCTURE = r"*:not(span,font,b,strong,i,em,u,big,small,o\:p)"
"""Anything that may be more than a run of text."""
_HIDING = re.compile(r"(?:^|;)\s*(?:display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse))", re.IGNORECASE)
_SPELLED = re.compile(rb"style\s*=\s*[\"']?[^\"'<>]{0,400}&#")
"""A style with characters by their numbers, which may spell anything."""
_MAY_HIDE = re.compile(rb"display\s*:\s*none|visibility\s*:\s*[hc]|line-through|font-size\s*:\s*0")
"""On the page's bytes: most pages hide nothing by style, and need not be asked element by element."""
_STRIKING = re.compile(r"(?:^|;)\s*text-decoration(?:-line)?\s*:[^;]*line-through", re.IGNORECASE)
_OF_NO_SIZE = re.compile(r"(?:^|;)\s*font-size\s*:\s*0+(?:\.0*)?\s*(?:[a-z]+|%)?\s*(?:;|!|$)", re.IGNORECASE)
_RAISING = re.compile(r"(?:^|;)\s*vertical-align\s*:\s*(?:super|sub)\b", re.IGNORECASE)
_MAY_RAISE = re.compile(rb"vertical-align\s*:\s*su[pb]")
LONGEST_STRUCK = 60
"""Characters; a longer run that is struck out is an element that was never closed."""


def hidden_elements(tree: LexborHTMLParser, lowered: bytes) -> list[LexborNode]:
    """Elements that browsers do not show, by their attributes, and short runs that a style strikes out."""
    hidden = tree.css("[hidden]") if b"hidden" in lowered else []
    if _may(_MAY_HIDE, lowered):
        hidden.extend(node for node in tree.css("[style]") if _hides(node))
    return hidden


def _may(styles: re.Pattern[bytes], lowered: bytes) -> bool:
    """Whether a style of the page may be one of `styles`, by the page's bytes alone."""
    return styles.search(lowered) is not None or (b"&#" in lowered and _SPELLED.search(lowered) is not None)


def _hides(node: LexborNode) -> bool:
    style = node.attributes.get("style") or ""
    if _HIDING.search(style):
        return True
    if _OF_NO_SIZE.search(style):  # what stands in it may have a size of its own
        return len(node.text()) <= LONGEST_STRUCK and (node.html or "").lower().count("font-size") == 1
    return _STRIKING.search(style) is not None and len(node.text()) <= LONGEST_STRUCK


def raised_elements(tree: LexborHTMLParser, lowered: bytes) -> list[LexborNode]:
    """Elements that a style sets above or below their line; `sup` and `sub` are told by their names."""
    if not _may(_MAY_RAISE, lowered):
        return []
    return [node for node in tree.css("[style]") if _RAISING.search(node.attributes.get("style") or "")]


def structured(nodes: Iterable[LexborNode]) -> tuple[set[int], dict[int, LexborNode]]:
    """The elements that hold one of `nodes`, and the paragraph of those that hold nothing else of them."""
    busy: set[int] = set()
    paragraphs: dict[int, LexborNode] = {}
    for node in nodes:
        parent = node.parent
        if parent is None:
            continue
        identity = parent.mem_id
        if identity not in busy and node.tag_id == PARAGRAPH:
            paragraphs[identity] = node
        else:
            paragraphs.pop(identity, None)
        while identity not in busy:
            busy.add(identity)
            parent = parent.parent
            if parent is None:
                break
            identity = parent.mem_id
            paragraphs.pop(identity, None)
    return busy, paragraphs
