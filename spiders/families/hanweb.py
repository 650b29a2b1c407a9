"""What Hanweb's systems share, whatever lists them: how their articles and files are addressed.

Articles: /art/2023/1/18/art_101_70896.html, since JPaaS /art/2026/art_<32 hex>.html, with or without the
column's folder before it; months and days are not padded. Files: a path with an extension, or
/module/download/downfile.jsp?classid=0&filename=….docx.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from parsel import Selector
from scrapy.http import JsonResponse, TextResponse

from spiders.links import Row, anchor_nodes, day_beside, day_in, title_of

MAX_ROWS = 2000

_ARTICLE = re.compile(r"/art/(?:20|19)\d\d/|/art_[0-9a-f_]{4,80}\.html?$", re.I)
_FILE = re.compile(r"\.(?:docx?|wps|pdf|ofd|xlsx?|et)$|/module/download/|[?&](?:fileurl|filename)=", re.I)
_INDEX = re.compile(r"(?:/|/(?:index|list|default)[\w-]{0,20}\.\w{2,5}|^)$", re.I)
_NEXT = re.compile(r"^下一?页[>›»]*$")
_LONG_TITLE = 12


def is_article(url: str) -> bool:
    """Whether an address is one of an article or a file."""
    parts = urlsplit(url)
    return bool(_ARTICLE.search(parts.path) or _FILE.search(f"{parts.path}?{parts.query}"))


def rows_in(response: TextResponse, part: Selector, *, everything: bool = False) -> Iterator[Row]:
    """Rows among the links of `part` of a page: to articles and files, and whatever bears a title rather than
    the short name of a column. `everything` leaves out none that leads anywhere.
    """
    for node, url in anchor_nodes(response, part.xpath(".//a[@href]")[:MAX_ROWS]):
        title = title_of(node)
        if title and (everything or is_article(url) or _bears_title(url, title)):
            yield Row(url, title, day_beside(node) or day_in(title))


def article_rows(response: TextResponse) -> tuple[Row, ...]:
    """Rows that stand in the page itself: its links to articles and files."""
    if isinstance(response, JsonResponse):
        return ()
    return tuple(row for row in rows_in(response, response.selector) if is_article(row.url))


def next_link(response: TextResponse) -> str | None:
    """Where a pager of plain links leads next, as some column pages have it; None where it leads nowhere."""
    if isinstance(response, JsonResponse):
        return None
    for node, url in anchor_nodes(response, response.xpath("//a[@href][contains(., '下')]")):
        if _NEXT.match("".join(title_of(node).split())) and url != response.url:
            return url
    return None


def _bears_title(url: str, title: str) -> bool:
    return len(title) >= _LONG_TITLE and not _INDEX.search(urlsplit(url).path)
