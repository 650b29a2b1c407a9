"""Static lists of no known system: every link is a row, the pager is a link."""

from __future__ import annotations

import re

from scrapy.http import TextResponse

from spiders.families.listing import Listing, Place
from spiders.links import Row, anchor_nodes, day_beside, title_of

RANK = 130

_NEXT = re.compile(r"^(?:下一?页|后一页|next|[>›»]+)$", re.I)
_MIN_TITLE = 6
"""Shorter texts are navigation."""


def recognises(_response: TextResponse) -> bool:
    """Never: an unknown system is not recognised by being unknown."""
    return False


def read(response: TextResponse, place: Place | None) -> tuple[Listing, ...]:
    """All links with a text long enough for a title; the page after is where 下一页 leads."""
    rows = []
    following = None
    page = 1 if place is None else place.page
    for node, url in anchor_nodes(response, response.xpath("//a[@href]")):
        title = title_of(node)
        if _NEXT.match("".join(title.split())):
            if url != response.url:
                following = Place(url, page + 1, certain=True)
        elif len(title) >= _MIN_TITLE:
            rows.append(Row(url, title, day_beside(node)))
    return (Listing(tuple(rows), following),)
