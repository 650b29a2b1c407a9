"""Stores of rows and the scripts that page them, as jquery.jpage takes them: text, not to be believed.

    <datastore><totalrecord>18</totalrecord><nextgroup>…</nextgroup><recordset><record>…</record>…</datastore>
    $("#3301").jpage({ totalRecord: 18, perPage: 10, proxyUrl: '…', params: { columnid: '101', … } })

A store is XML in a script, an answer, or a string of JavaScript with its quotes escaped; rows are HTML inside
CDATA, or escaped.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from html import unescape
from itertools import islice, pairwise
from urllib.parse import parse_qsl, urljoin, urlsplit

from parsel import Selector
from scrapy.http import TextResponse

from spiders.links import Row, absolute, day_beside, day_in, title_of

MAX_ROWS = 2000
MAX_PARAMETERS = 60

_STORE = (re.compile(r"<datastore\b", re.I), re.compile(r"<\\?/datastore\s*>", re.I))
_RECORD = (re.compile(r"<record\s*>", re.I), re.compile(r"<\\?/record\s*>", re.I))
_NEXT_GROUP = (re.compile(r"<nextgroup\s*>", re.I), re.compile(r"<\\?/nextgroup\s*>", re.I))
_CDATA = re.compile(r"<!\[CDATA\[|\]\]>")
_HREF = re.compile(r"href\s{0,10}=\s{0,10}\\?[\"']([^\"'\\]{1,2000})\\?[\"']", re.I)
_ENTRIES = re.compile(r"<totalrecord>\s{0,20}(\d{1,7})\s{0,20}<", re.I)
_PAGES = re.compile(r"<totalpage>\s{0,20}(\d{1,6})\s{0,20}<", re.I)

_CALL = re.compile(r"\.jpage\s{0,10}\(\s{0,10}\{", re.I)
_CALL_LENGTH = 6000
_UNIT = re.compile(r"[\"']#([\w-]{1,60})[\"']\s{0,5}\)\s{0,5}$")
_AROUND = re.compile(r"\bid\s{0,5}=\s{0,5}[\"']?([\w-]{1,60})")
_AROUND_LENGTH = 600
_TOTAL = re.compile(r"\btotalRecord[\"']?\s{0,10}:\s{0,10}[\"']?(\d{1,7})", re.I)
_PER_PAGE = re.compile(r"\bperPage[\"']?\s{0,10}[:=]\s{0,10}[\"']?(\d{1,4})(?!\d)", re.I)
_PROXY = re.compile(r"\bproxyUrl[\"']?\s{0,10}:\s{0,10}[\"']([^\"'\s<>]{1,2000})[\"']", re.I)
_OBJECT = re.compile(r"\b(?:params?|ajaxParams?|data)[\"']?\s{0,10}:\s{0,10}\{([^{}]{0,4000})\}", re.I)
_PAIR = re.compile(
    r"[\"']?\b([\w-]{1,40})[\"']?\s{0,10}:\s{0,10}(?:\"([^\"<>]{0,600})\"|'([^'<>]{0,600})'|(-?\d{1,19})\b)"
)


@dataclass(frozen=True)
class Store:
    """One store; `unit` is the name of the element that it stands in, "" where that cannot be told."""

    text: str
    unit: str = ""

    @cached_property
    def records(self) -> tuple[str, ...]:
        """The rows as HTML."""
        found = []
        for record in _between(self.text, _RECORD, MAX_ROWS):
            html = _CDATA.sub("", record)
            if "<a" not in html.lower():
                html = unescape(html)
            found.append(html.replace('\\"', '"').replace("\\'", "'").replace("\\/", "/"))
        return tuple(found)

    def rows(self, response: TextResponse, base: str | None = None) -> tuple[Row, ...]:
        """Rows by the first link of each record; relative ones stand on the page at `base`."""
        found = []
        for record in self.records:
            for anchor in Selector(text=record, type="html").xpath("//a[@href]"):
                url = absolute(response, anchor.root.get("href", ""), base)
                if url is not None:
                    title = title_of(anchor)
                    found.append(Row(url, title, day_beside(anchor) or day_in(title)))
                    break
        return tuple(found)

    @cached_property
    def entries(self) -> int | None:
        """How many rows the list has, as the store says."""
        return _first(_ENTRIES, self.text)

    @cached_property
    def pages(self) -> int | None:
        """How many pages the list has, as the store says."""
        return _first(_PAGES, self.text)

    @cached_property
    def next_address(self) -> str:
        """Where the next rows are, as printed; "" where the store does not say."""
        for group in _between(self.text, _NEXT_GROUP, 1):
            link = _HREF.search(group)
            if link:
                return unescape(link[1])
        return ""

    @cached_property
    def next_query(self) -> Mapping[str, str]:
        """The parameters of that address."""
        return _query_of(self.next_address)


@dataclass(frozen=True)
class Pager:
    """The call of the script that pages one store; empty where there is none."""

    text: str = ""
    unit: str = ""

    @cached_property
    def entries(self) -> int | None:
        """How many rows the list has."""
        return _first(_TOTAL, self.text)

    @cached_property
    def per_page(self) -> int | None:
        """How many of them make a page."""
        return _first(_PER_PAGE, self.text) or None

    @cached_property
    def proxy(self) -> str:
        """Where further rows come from, as printed; "" where the call does not say."""
        found = _PROXY.search(self.text)
        return unescape(found[1]) if found else ""

    @cached_property
    def parameters(self) -> Mapping[str, str]:
        """What it is asked with."""
        found = dict(_query_of(self.proxy))
        for inside in _OBJECT.findall(self.text):
            for key, double, single, number in _PAIR.findall(inside)[:MAX_PARAMETERS]:
                found.setdefault(key, double or single or number)
        return found


def stores_in(text: str, most: int) -> tuple[Store, ...]:
    """The stores of a page or an answer, `most` of them, in order."""
    found: list[Store] = []
    end = 0
    opening, closing = _STORE
    while len(found) < most and (start := opening.search(text, end)):
        stop = closing.search(text, start.end())
        ids = _AROUND.findall(text[max(end, start.start() - _AROUND_LENGTH) : start.start()])
        end = stop.end() if stop else len(text)
        found.append(Store(text[start.start() : end], ids[-1] if ids else ""))
    return tuple(found)


def pagers_in(text: str, most: int) -> tuple[Pager, ...]:
    """The calls that page lists, in order."""
    starts = [call.start() for call in islice(_CALL.finditer(text), most)]
    found = []
    for start, end in pairwise([*starts, len(text)]):
        own = text[start : min(end, start + _CALL_LENGTH)].partition("</script")[0]
        unit = _UNIT.search(text[max(0, start - 100) : start])
        found.append(Pager(own, unit[1] if unit else ""))
    return tuple(found)


def match(stores: tuple[Store, ...], pagers: tuple[Pager, ...]) -> tuple[list[Pager], list[Pager]]:
    """The pager of each store, an empty one where it has none, and the pagers that are left.

    A pager belongs to the store that bears its name; those without are taken in order.
    """
    left = list(pagers)
    chosen: list[Pager | None] = []
    for store in stores:
        names = {store.unit, store.next_query.get("unitid", "")} - {""}
        own = next((p for p in left if p.unit in names or p.parameters.get("unitid") in names), None)
        chosen.append(own)
        if own is not None:
            left.remove(own)
    if chosen.count(None) == len(left):
        chosen = [pager or left.pop(0) for pager in chosen]
    return [pager or Pager() for pager in chosen], left


def _between(text: str, marks: tuple[re.Pattern[str], re.Pattern[str]], most: int) -> Iterator[str]:
    """What stands between pairs of marks, the last one perhaps cut off."""
    end = 0
    for _ in range(most):
        start = marks[0].search(text, end)
        if start is None:
            return
        stop = marks[1].search(text, start.end())
        yield text[start.end() : stop.start() if stop else len(text)]
        if stop is None:
            return
        end = stop.end()


def _first(pattern: re.Pattern[str], text: str) -> int | None:
    found = pattern.search(text)
    return int(found[1]) if found else None


def _query_of(address: str) -> dict[str, str]:
    try:
        query = urlsplit(urljoin("http://a.invalid/", address)).query
        return dict(parse_qsl(query, keep_blank_values=True, max_num_fields=MAX_PARAMETERS))
    except ValueError:
        return {}
