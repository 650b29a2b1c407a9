"""TrueCMS: the pager of jpage with a proxy of its own, whose answer is XML inside JSON, often inside a call.

    <div id="initData"><ul><li><a href="…">…</a><span>2024-01-30</span></li></ul>…</div>
    $("#msgList").jpage({ dataStore: initData, totalRecord: 63, perPage: 10, groupSize: 3,
      proxyUrl: '/TrueCMS/messageController/getMessage.do', ajaxParam: { columnId: '754f6db5-…' } })
    cb({"result": "<datastore><totalrecord>63</totalrecord><recordset><record>…</record>…</datastore>"})

Odd things that sites do: the first rows stand in a hidden part of the page, a group of several pages at once;
only startrecord and endrecord count; a perpage of a hundred or more is answered with nothing; each record may
be a row or the contents of one.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from urllib.parse import urlencode, urljoin, urlsplit

from scrapy.http import JsonResponse, TextResponse

from crawler.report.model import Bilingual
from spiders.families.datastores import Pager, Store, pagers_in, stores_in
from spiders.families.hanweb import rows_in
from spiders.families.listing import Listing, Place
from spiders.families.marks import Mark
from spiders.links import Row

RANK = 25
"""Before jpage, whose script it uses and whose store it prints."""

MAX_UNITS = 20
MAX_PAGES = 500
MOST_AT_ONCE = 50
"""Rows that every site gives at once."""
MAX_ANSWER = 5_000_000

_MARK = Mark(r"messageController/getMessage\.do", "messagecontroller/getmessage.do")
_PROXY = re.compile(r"[\"']([^\"'\s<>]{0,200}messageController/getMessage\.do)", re.I)
_DEFAULT_PROXY = "/TrueCMS/messageController/getMessage.do"
_COLUMN = re.compile(r"\bcolumnId[\"']?\s{0,10}[:=]\s{0,10}[\"']([\w-]{1,80})[\"']", re.I)
_CALL = re.compile(r"(?:/\*\*/)?\s{0,50}[\w$.]{1,80}\s{0,10}\(")
_HELD = "//*[@id='initData']//li[.//a[@href]]"
_PAGE = "@page"
"""Key of the page that shows the list; it is never sent."""

_UNREAD_PAGER = Bilingual(
    "列表可能有多页，但无法读取翻页信息", "the list may have several pages, its pager cannot be read"
)
_NO_DATA = Bilingual("列表接口没有返回数据", "the interface behind the list gave no data")


def recognises(response: TextResponse) -> bool:
    """By the address of the proxy."""
    return _MARK.search(response.url) or _MARK.search(response.text)


def read(response: TextResponse, place: Place | None) -> tuple[Listing, ...]:
    """One listing for each list of the page, one for an answer of the proxy."""
    if place is not None:
        return (_of_answer(response, place),)
    pagers = [pager for pager in pagers_in(response.text, MAX_UNITS) if _MARK.search(pager.text)]
    if isinstance(response, JsonResponse):
        return (Listing((), doubt=_NO_DATA),)
    rows = tuple(rows_in(response, response.selector))
    # which of the page's rows belong to which of several lists cannot be told
    held = len(response.xpath(_HELD)) if len(pagers) == 1 else 0
    return tuple(_of_page(response, pager, rows, held) for pager in pagers or [Pager()])


def _of_page(response: TextResponse, pager: Pager, rows: tuple[Row, ...], held: int) -> Listing:
    column = _COLUMN.search(pager.text) or _COLUMN.search(response.text)
    if column is None:
        return Listing(rows, doubt=_UNREAD_PAGER)
    entries = pager.entries
    if entries is not None and held >= entries > 0:
        return Listing(rows)
    printed = _PROXY.search(pager.text) or _PROXY.search(response.text)
    proxy = urljoin(response.url, printed[1] if printed else _DEFAULT_PROXY)
    size = min(pager.per_page or 10, MOST_AT_ONCE)
    query = {**pager.parameters, "columnId": column[1], "perpage": str(size), _PAGE: response.url}
    return Listing(rows, _place(proxy, query, held, entries, certain=entries != 0))


def _of_answer(response: TextResponse, place: Place) -> Listing:
    store = _store(response.text)
    if store is None:
        return Listing((), doubt=_NO_DATA)
    query = dict(place.query)
    rows = store.rows(response, query.get(_PAGE))
    shown = place.shown + len(store.records)
    entries = max((n for n in (store.entries, place.entries) if n is not None), default=None)
    lacking = 0 if entries is None else max(0, entries - shown)
    if not store.records:
        ended = store.entries is not None and place.shown >= store.entries
        return Listing(rows, lacking=0 if ended else lacking, ended=ended)
    size = int(query["perpage"])
    full = len(store.records) >= size
    if entries is not None and shown >= entries and not (full and shown > entries):
        return Listing(rows)
    if entries is None and not full:
        return Listing(rows)
    if place.page >= MAX_PAGES:
        return Listing(rows, lacking=lacking, doubt=_UNREAD_PAGER)
    certain = entries is not None and shown < entries
    following = _place(response.url, query, shown, entries, certain=certain)
    return Listing(rows, following._replace(page=place.page + 1))


def _place(proxy: str, query: Mapping[str, str], shown: int, entries: int | None, *, certain: bool) -> Place:
    """The rows after the `shown` ones."""
    size = int(query["perpage"])
    sent = {key: value for key, value in query.items() if key != _PAGE}
    sent |= {"startrecord": str(shown + 1), "endrecord": str(shown + size), "perpage": str(size)}
    url = urlsplit(proxy)._replace(query=urlencode(sent), fragment="").geturl()
    return Place(
        url,
        2 if shown else 1,
        certain,
        pages=None if entries is None else -(-entries // size),
        entries=entries,
        shown=shown,
        query=tuple(sorted(query.items())),
    )


def _store(text: str) -> Store | None:
    """The store of an answer: XML as it is, inside JSON, or inside a call with JSON."""
    text = text[:MAX_ANSWER].strip().rstrip(";").rstrip()
    call = _CALL.match(text)
    try:
        answer = json.loads(text[call.end() : -1] if call and text.endswith(")") else text)
    except (ValueError, RecursionError):
        answer = text
    if isinstance(answer, dict):
        answer = answer.get("result") or answer.get("data") or answer.get("msg")
    found = stores_in(answer, 1) if isinstance(answer, str) else ()
    return found[0] if found else None
