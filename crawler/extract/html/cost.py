"""Refuses pages whose parsing alone would cost beyond reason."""

from __future__ import annotations

import re

from crawler.extract.document import Unreadable

_TAG_NAME = re.compile(r"<(/?[a-zA-Z][a-zA-Z0-9:]*)")
_FORMATTING = frozenset("a b big code em font i nobr s small strike strong tt u".split())  # noqa: SIM905
_CHILDLESS = frozenset(
    "area base br col embed hr img input link meta param source track wbr "  # noqa: SIM905
    "p li dd dt td th tr tbody thead tfoot option optgroup html head body".split()
)
"""Elements without content, or closed by their next sibling."""
_FEW_TAGS = 4_000
_MOST_TAGS = 300_000  # the longest real pages have a tenth of that
_MOST_NESTING = 60_000_000  # sum of the depths of all tags; 10,000 divs within each other come to 50 million
_MOST_REOPENED = 3_000_000  # formatting elements left open are opened again in every later paragraph


def refuse_costly_nesting(text: str) -> None:
    """Tags cost time, and by HTML's rules more with depth and with formatting elements left open.

    Raises Unreadable.
    """
    tags = text.count("<")
    if tags <= _FEW_TAGS:
        return
    if tags > _MOST_TAGS:
        raise Unreadable(f"网页标签过多：{tags} 个", f"the page has too many tags: {tags}")
    depth = formatting = nesting = reopened = 0
    for name in _TAG_NAME.findall(text):
        closing = name[0] == "/"
        lowered = name[1:].lower() if closing else name.lower()
        if lowered in _CHILDLESS:
            nesting += depth
            reopened += formatting
            continue
        step = -1 if closing else 1
        depth = max(depth + step, 0)
        if lowered in _FORMATTING:
            formatting = max(formatting + step, 0)
        nesting += depth
        reopened += formatting
        if nesting > _MOST_NESTING or reopened > _MOST_REOPENED:
            raise Unreadable("网页标签嵌套过多，拒绝解析", "the page nests its tags beyond reason")
