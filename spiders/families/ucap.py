"""UCAP 开普: static lists, shells whose text is a manuscript of the interface, lists from the interface.

Columns are c111202, articles c04_163476.shtml or 32 hexadecimal digits below the month. The pager is
createPageHTML('box', 3, 1, 'list', 'shtml', 56), where page 2 is list_2.shtml, on some sites list_1.shtml; so
list_1 is asked for first, which is a page further on nowhere. An article may be an empty shell: its text is
…/interface-cms/proxy/api?apiUrl=manuscript%2FgetManuscriptById&manuscriptId=…, an object in JSON. Lists of
whole sites come from /searchList/<channel> or getFileListByCodeId, objects too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from html import unescape
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from scrapy.http import TextResponse

from crawler.report.model import Bilingual
from spiders.families.announced import MAX_SEARCHED, Announced
from spiders.families.data import answered, day_of, is_data, text_of, whole
from spiders.families.guesses import guesses
from spiders.families.listing import Listing, Place
from spiders.families.marks import Mark
from spiders.families.paging import MAX_PAGES, read_page
from spiders.families.rows import links_to, sure_entries
from spiders.links import MAX_TEXT, Row, absolute

RANK = 90

MAX_ROWS = 2000
MAX_VALUES = 50_000

_MARK = Mark(
    r"UCAP-?CONTENT|interface-cms/|getManuscriptById|getFileListByCodeId|/searchList/",
    "ucap", "interface-cms/", "getmanuscriptbyid", "getfilelistbycodeid", "/searchlist/",
)  # fmt: skip
_ARTICLE = re.compile(
    r"/(?:19|20)\d{4}/(?:c\d{2}_\d{1,12}|[0-9a-f]{32})(?:_wap)?\.s?html?$|/c\d{5,8}/c\d{5,12}/content(?:_wap)?\.s?html?$",
    re.I,
)
_FORMS = ("told-1", "told-0", "stem_0", "stem_1")

_LIST = re.compile(r"[\"']([^\"'\s<>]{0,300}(?:/searchList/|getFileListByCodeId)[^\"'\s<>]{0,1000})[\"']")
_MANUSCRIPT = re.compile(r"[\"']([^\"'\s<>]{0,300}getManuscriptById[^\"'\s<>]{0,500})[\"']")
_MANUSCRIPT_ID = re.compile(
    r"\bmanuscript_?id[\"']?\s{0,5}(?:[:=]|%3D)\s{0,5}[\"']?([0-9a-f]{32}|\d{4,19})\b", re.I
)
_TEXT_BOX = "//*[@id='UCAP-CONTENT' or @id='ucapcontent' or contains(@class, 'pages_content')]"
_SHELL_TEXT = 100
"""Characters of text up to which the box for an article's text is empty."""
_PAGE_KEYS = ("page", "pageNo", "pageIndex", "pageNumber", "currentPage", "pn")

_UNREAD = Bilingual("列表数据无法读取", "the data of the list cannot be read")
_ENDLESS = Bilingual(f"列表超过{MAX_PAGES}页", f"the list has more than {MAX_PAGES} pages")


def recognises(response: TextResponse) -> bool:
    """By the box for an article's text, the interface, or the addresses of articles."""
    if is_data(response):
        return "manuscriptId" in response.text
    if _MARK.search(response.text):
        return True
    return links_to(response, lambda href: _ARTICLE.search(href.partition("?")[0]) is not None)


def read(response: TextResponse, place: Place | None) -> tuple[Listing, ...]:
    """Rows of a page, or of an answer of the interface."""
    if is_data(response):
        return (_read_data(response, place),)
    entries = sure_entries(response, _is_article)
    source = _LIST.search(response.text[:MAX_SEARCHED]) if place is None and not entries else None
    url = None if source is None else absolute(response, unescape(source[1]))
    if url is not None:
        return (Listing((), Place(_asking(url, 1), 1, certain=True)),)
    return (read_page(response, place, entries, _guesses),)


def behind(response: TextResponse) -> Place | None:
    """The manuscript that an article's shell fetches."""
    if is_data(response):
        return None
    text = response.text[:MAX_SEARCHED]
    source = _MANUSCRIPT.search(text) if "getManuscriptById" in text else None
    if source is None or any(
        len("".join(box.xpath(".//text()").getall()[:500]).strip()) > _SHELL_TEXT
        for box in response.xpath(_TEXT_BOX)[:5]
    ):
        return None
    address = unescape(source[1])
    if not re.search(r"manuscript_?id(?:=|%3D)[0-9a-z]", address, re.I):
        number = _MANUSCRIPT_ID.search(text)
        if number is None:
            return None
        address = re.sub(r"[?&]manuscriptId=?$", "", address)
        address += f"{'&' if '?' in address else '?'}manuscriptId={number[1]}"
    url = absolute(response, address)
    return None if url is None else Place(url, 1, certain=True)


def _is_article(address: str) -> bool:
    return _ARTICLE.search(address.partition("?")[0]) is not None


def _guesses(first: str, page: int, told: Announced) -> Mapping[str, str]:
    found = guesses(first, page, stem=told.stem, extension=told.extension)
    return {form: found[form] for form in _FORMS if form in found}


# answers of the interface


def _read_data(response: TextResponse, place: Place | None) -> Listing:
    data = answered(response.text)
    page = 1 if place is None else place.page
    rows = tuple(dict.fromkeys(_rows(response, data)))
    shown = len(rows) + (0 if place is None else place.shown)
    if data is None:
        return Listing((), doubt=_UNREAD)
    total = _count(data, ("total", "totalcount", "totalrecord", "totalelements"))
    if total is None:
        total = None if place is None else place.entries
    pages = _count(data, ("totalpage", "totalpages", "pagecount"))
    if not rows or (total is not None and shown >= total) or (pages is not None and page >= pages):
        return Listing(rows, lacking=max(0, (total or 0) - shown))
    if page >= MAX_PAGES:
        return Listing(rows, doubt=_ENDLESS)
    certain = total is not None or pages is not None
    url = _asking(response.url if place is None else place.url, page + 1)
    return Listing(rows, Place(url, page + 1, certain=certain, pages=pages, entries=total, shown=shown))


def _asking(address: str, page: int) -> str:
    """A list's address, asking for a page by the name that it uses already."""
    parts = urlsplit(address)
    query = parse_qsl(parts.query, keep_blank_values=True, max_num_fields=60)
    key = next((name for name, _ in query if name in _PAGE_KEYS), "page")
    asked = [*((name, value) for name, value in query if name != key), (key, str(page))]
    return parts._replace(query=urlencode(asked), fragment="").geturl()


def _objects(data: Any) -> Iterator[dict[str, Any]]:
    """The objects of an answer in their order."""
    waiting, looked = [data], 0
    while waiting and looked < MAX_VALUES:
        at = waiting.pop()
        looked += 1
        if isinstance(at, dict):
            yield at
            waiting.extend(value for value in reversed(list(at.values())) if isinstance(value, dict | list))
        elif isinstance(at, list):
            waiting.extend(value for value in reversed(at) if isinstance(value, dict | list))


def _rows(response: TextResponse, data: Any) -> Iterator[Row]:
    found = 0
    for entry in _objects(data):
        named = {key.lower(): value for key, value in entry.items()}
        title = " ".join(text_of(_first(named, ("title", "subtitle", "name"))).split())[:MAX_TEXT]
        address = text_of(_first(named, ("redirecturl", "url", "staticurl", "link", "href")))
        url = absolute(response, address, response.url) if address else None
        if title and url is not None and found < MAX_ROWS:
            found += 1
            day = day_of(_first(named, ("publishedtimestr", "publishedtime", "publishtime", "pubdate")))
            yield Row(url, re.sub(r"<[^<>]{0,200}>", "", title), day)


def _first(named: Mapping[str, Any], keys: tuple[str, ...]) -> Any:
    return next((named[key] for key in keys if text_of(named.get(key))), None)


def _count(data: Any, keys: tuple[str, ...]) -> int | None:
    for entry in _objects(data):
        named = {key.lower(): value for key, value in entry.items()}
        for key in keys:
            number = whole(named.get(key))
            if number is not None:
                return number
    return None
