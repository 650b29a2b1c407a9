"""Hanweb jpage: the rows of the first page stand as XML inside a script, later pages come from dataproxy.jsp.

    <script type="text/xml"><datastore><totalrecord>18</totalrecord><totalpage>2</totalpage>
      <nextgroup><![CDATA[<a href="/module/web/jpage/dataproxy.jsp?page=2&…"></a>]]></nextgroup>
      <recordset><record><![CDATA[<li><a href="…" title="…">…</a><span>2024-01-30</span></li>]]></record>…
    <script>$("#3301").jpage({ totalRecord: 18, perPage: 10, proxyUrl: '…/dataproxy.jsp', params: { … } })

Odd things that sites do: several units stand on one page, each with its own store; `startrecord` is ignored
on many sites and `page` on some, so both are always sent; a `perpage` above the site's own is cut, so the
site's own is used.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import unescape
from typing import NamedTuple
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

from parsel import Selector
from scrapy.http import TextResponse

from spiders.families.listing import Listing, Place
from spiders.links import Row, absolute, day_beside, title_of

RANK = 30

MAX_UNITS = 20
MAX_ROWS = 2000
MAX_PAGES = 500

_MARK = re.compile(r"<datastore\b|dataproxy\.jsp", re.I)
_STORE = re.compile(r"<datastore\b.*?</datastore>", re.I | re.S)
_RECORD = re.compile(r"<record>(.*?)</record>", re.I | re.S)
_NEXT_GROUP = re.compile(r"<nextgroup>(.*?)</nextgroup>", re.I | re.S)
_CDATA = re.compile(r"<!\[CDATA\[|\]\]>")
_HREF = re.compile(r"href\s*=\s*[\"']([^\"']{1,2000})[\"']", re.I)
_PROXY = re.compile(r"[\"']([^\"'\s<>]{0,200}dataproxy\.jsp)(\?[^\"'\s<>]{0,1500})?[\"']", re.I)
_TOTAL_RECORD = re.compile(r"<totalrecord>\s*(\d{1,7})\s*<|\btotalRecord[\"']?\s*:\s*[\"']?(\d{1,7})", re.I)
_TOTAL_PAGE = re.compile(r"<totalpage>\s*(\d{1,6})\s*<|\btotalPage[\"']?\s*:\s*[\"']?(\d{1,6})", re.I)
_KEYS = ("columnid", "unitid", "webid", "webname", "permissiontype", "sourceContentType", "perpage")
_PARAMETER = re.compile(
    rf"[\"']?\b({'|'.join(_KEYS)})\b[\"']?\s*[:=]\s*(?:[\"']([^\"'<>]{{0,300}})[\"']|(\d{{1,9}}))", re.I
)
_SPELLED = {key.lower(): key for key in _KEYS}
_ASKED = frozenset(_KEYS) | {"appid", "path", "col"}
_DEFAULT_PROXY = "/module/web/jpage/dataproxy.jsp"


class _Unit(NamedTuple):
    """One list on a page: its store, and the script that pages it."""

    store: str
    script: str


def recognises(response: TextResponse) -> bool:
    """By the data store or its proxy."""
    return bool(_MARK.search(response.text))


def read(response: TextResponse, place: Place | None) -> tuple[Listing, ...]:
    """One listing a unit on the column page, one for each answer of the proxy."""
    if place is not None:
        return (_listing(response, _Unit(response.text, ""), place),)
    return tuple(_listing(response, unit, None) for unit in _units(response.text))


def _units(text: str) -> list[_Unit]:
    stores = list(_STORE.finditer(text))[:MAX_UNITS]
    if not stores:
        return [_Unit("", text)]  # a shell: its script fetches even the first rows
    ends = [store.start() for store in stores[1:]] + [len(text)]
    return [_Unit(store[0], text[store.end() : end]) for store, end in zip(stores, ends, strict=True)]


def _listing(response: TextResponse, unit: _Unit, place: Place | None) -> Listing:
    rows = _rows(response, unit.store)
    shown = len(rows) + (0 if place is None else place.shown)
    entries = _announced(_TOTAL_RECORD, unit) or (None if place is None else place.entries)
    if entries is not None and shown >= entries:
        return Listing(rows)
    number = 1 if place is None and not unit.store else (1 if place is None else place.page) + 1
    following = _following(response, unit, place, number)
    if following is None:
        return Listing(rows, lacking=0 if entries is None else entries - shown)
    size = int(dict(following.query).get("perpage", 0))
    pages = _announced(_TOTAL_PAGE, unit) or (None if place is None else place.pages)
    if pages is None and entries is not None and size:
        pages = -(-entries // size)
    if number > min(MAX_PAGES, MAX_PAGES if pages is None else pages):
        return Listing(rows, lacking=0 if entries is None else entries - shown)
    certain = pages is not None or number == 1
    return Listing(rows, following._replace(certain=certain, pages=pages, entries=entries, shown=shown))


def _rows(response: TextResponse, store: str) -> tuple[Row, ...]:
    found = []
    for record in _RECORD.findall(store)[:MAX_ROWS]:
        fragment = Selector(text=_CDATA.sub("", record), type="html")
        for anchor in fragment.xpath("//a[@href]")[:1]:
            url = absolute(response, anchor.attrib["href"])
            if url is not None:
                found.append(Row(url, title_of(anchor), day_beside(anchor)))
    return tuple(found)


def _announced(pattern: re.Pattern[str], unit: _Unit) -> int | None:
    found = pattern.search(unit.store) or pattern.search(unit.script)
    return int(found[1] or found[2]) if found else None


def _following(response: TextResponse, unit: _Unit, place: Place | None, number: int) -> Place | None:
    """Address of page `number`: as the store's next group says, else as the pager's script would ask."""
    group = _NEXT_GROUP.search(unit.store)
    link = _HREF.search(group[1]) if group else None
    proxy = _PROXY.search(unit.script)
    if link:
        # "./dataproxy.jsp" is meant from the proxy's own folder, wherever the column page lies
        folder = response.url if place is not None else urljoin(response.url, _DEFAULT_PROXY)
        url = urljoin(folder, unescape(link[1]))
    elif place is not None:
        url = place.url
    elif proxy:
        url = urljoin(response.url, unescape(proxy[1] + (proxy[2] or "")))
    else:
        return None
    parts = urlsplit(url)
    told = dict(parse_qsl(parts.query, keep_blank_values=True))
    query = _query(unit, told, None if place is None else dict(place.query))
    asked = query | {"page": str(number)}
    size = int(query["perpage"])
    if size:
        asked |= {"startrecord": str((number - 1) * size + 1), "endrecord": str(number * size)}
    address = parts._replace(query=urlencode(asked), fragment="").geturl()
    return Place(address, number, certain=False, query=tuple(sorted(query.items())))


def _query(unit: _Unit, told: Mapping[str, str], before: Mapping[str, str] | None) -> dict[str, str]:
    """Parameters that every page is asked with; `perpage` stays as it was for the first page."""
    query = dict(before or {"col": "1"})
    if before is None:
        for key, text, number in _PARAMETER.findall(unit.script):
            query.setdefault(_SPELLED[key.lower()], text or number)
    size = query.get("perpage") or told.get("perpage") or str(len(_RECORD.findall(unit.store)[:MAX_ROWS]))
    query |= {key: value for key, value in told.items() if key in _ASKED}
    query["perpage"] = size if re.fullmatch(r"[0-9]{1,4}", size) else "0"
    return query
