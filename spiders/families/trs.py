"""TRS WCM: static list pages with a pager in JavaScript.

A list is a folder: index.html, index_1.html (the second page), … The number of pages stands only in a
script, `var countPage = 3` or `createPageHTML(3, 0, "index", "html")`; without running it there is no link
to the second page. Articles are t20240115_1234567.html, relative to the folder of their month.
"""

from __future__ import annotations

import re
from urllib.parse import urljoin, urlsplit

from scrapy.http import TextResponse

from crawler.report.model import Bilingual
from spiders.families.listing import Listing, Place
from spiders.links import MAX_TEXT, Row, anchor_nodes, day_beside, title_of

RANK = 110

MAX_PAGES = 500

_MARK = re.compile(r"createPageHTML\s*\(|\bcountPage\s*=|TRS_(?:Editor|UEDITOR)|trs_editor_view", re.I)
_COUNT = re.compile(r"\bcountPage\s*=\s*[\"']?(\d{1,6})")
_CREATE = re.compile(
    r"createPageHTML\s*\(\s*[\"']?(\d{1,6})[\"']?\s*,\s*[\"']?(\d{1,6})[\"']?\s*"
    r"(?:,\s*[\"']([\w-]{1,60})[\"']\s*,\s*[\"']\.?([a-z]{3,6})[\"'])?"
)
_ARTICLE = re.compile(r"/t?20\d{6}_\d+(?:_wap)?\.s?html?$|/[PW]0?20\d+\.[a-z]{2,5}$", re.I)
_FILE = re.compile(r"\.(?:docx?|wps|pdf|ofd|xlsx?|et)$", re.I)
_NEXT = re.compile(r"^下一?页[>›»]*$")
_SEVERAL_PAGES = re.compile(r"共\s*(?:<[^>]{1,80}>\s*)*(?:[2-9]|[1-9]\d{1,5})\s*(?:<[^>]{1,80}>\s*)*页")
_PROBED_ROWS = 10
"""A list without any pager that shows at least so many rows may have a second page all the same."""

_UNREAD_PAGER = Bilingual(
    "列表有多页，但无法读取翻页信息", "the list has several pages, its pager cannot be read"
)


def recognises(response: TextResponse) -> bool:
    """By the pager's script, the editor's class, or article addresses of the system."""
    if _MARK.search(response.text):
        return True
    return any(_ARTICLE.search(urlsplit(url).path) for url in response.xpath("//a/@href").getall()[:2000])


def read(response: TextResponse, place: Place | None) -> tuple[Listing, ...]:
    """Rows are links to articles or files; the next page follows from the page's number."""
    rows = tuple(
        Row(url, title_of(node), day_beside(node))
        for node, url in anchor_nodes(response, response.xpath("//a[@href]"))
        if _is_row(url, title_of(node))
    )
    return (_listing(response, place, rows),)


def _is_row(url: str, title: str) -> bool:
    path = urlsplit(url).path
    return bool(title[:MAX_TEXT]) and bool(_ARTICLE.search(path) or _FILE.search(path))


def _listing(response: TextResponse, place: Place | None, rows: tuple[Row, ...]) -> Listing:
    page = 1 if place is None else place.page
    pages, stem, extension = _pager(response)
    if pages is None and place is not None:
        pages = place.pages
    if pages is not None:
        if page >= pages:
            return Listing(rows)
    else:
        link = _next_link(response)
        if link is not None:
            return Listing(rows, Place(link, page + 1, certain=True))
        if _SEVERAL_PAGES.search(response.text):
            return Listing(rows, doubt=_UNREAD_PAGER)
        # no pager at all: the second page is tried where the first is long, and so on while pages come
        if len(rows) < _PROBED_ROWS or page >= MAX_PAGES:
            return Listing(rows)
    # page 2 is index_1.html
    url = urljoin(response.url, f"{stem}_{page}.{extension}")
    return Listing(rows, Place(url, page + 1, certain=pages is not None, pages=pages))


def _next_link(response: TextResponse) -> str | None:
    """A pager of plain links, as some sites have it in place of the script."""
    for node, url in anchor_nodes(response, response.xpath("//a[@href][contains(., '下')]")):
        if _NEXT.match("".join(title_of(node).split())) and url != response.url:
            return url
    return None


def _pager(response: TextResponse) -> tuple[int | None, str, str]:
    """Number of pages, file stem and extension of the list, as far as the page tells."""
    name = urlsplit(response.url).path.rpartition("/")[2]
    own = re.fullmatch(r"(.+?)(?:_\d+)?\.(s?html?)", name)
    stem, extension = (own[1], own[2]) if own else ("index", "html")
    create = _CREATE.search(response.text)
    if create:
        return int(create[1]), create[3] or stem, create[4] or extension
    count = _COUNT.search(response.text)
    return (int(count[1]) if count else None), stem, extension
