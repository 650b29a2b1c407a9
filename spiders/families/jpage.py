"""Hanweb jpage: the rows of the first page stand as XML inside a script, later pages come from dataproxy.jsp.

    <script type="text/xml"><datastore><totalrecord>18</totalrecord><totalpage>2</totalpage>
      <nextgroup><![CDATA[<a href="/module/web/jpage/dataproxy.jsp?page=2&…"></a>]]></nextgroup>
      <recordset><record><![CDATA[<li><a href="…" title="…">…</a><span>2024-01-30</span></li>]]></record>…
    <script>$("#3301").jpage({ totalRecord: 18, perPage: 10, proxyUrl: '…/dataproxy.jsp', params: { … } })

Odd things that sites do: several units stand on one page, each with its own store, and their scripts stand
beside them or all at the end; the first store holds several pages at once; `startrecord` is ignored on many
sites and `page` on some, so both are sent, and each is sent alone where both together bring nothing new; a
`perpage` above a hundred or so is cut; columns and units are known by encrypted names that change from answer
to answer; totals are too low, too high or not told; deep in a list the proxy answers with an empty store; the
rows stand in the page's own HTML, and the proxy knows nothing of them; the proxy's address stands in a
script's file, not in the page.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

from scrapy.http import TextResponse

from crawler.report.model import Bilingual
from spiders.families.datastores import Pager, Store, match, pagers_in, stores_in
from spiders.families.hanweb import article_rows, next_link
from spiders.families.listing import Listing, Place
from spiders.families.marks import Mark
from spiders.links import Row

RANK = 30

MAX_UNITS = 20
MAX_PAGES = 500
MOST_AT_ONCE = 100
"""Rows that every site gives at once; more may be cut without a word."""

_MARK = Mark(
    r"<datastore\b|dataproxy\.jsp|\.jpage\s{0,10}\(\s{0,10}\{",
    "<datastore", "dataproxy.jsp", ".jpage",
)  # fmt: skip
_PROXY_IN_TEXT = re.compile(r"[\"']([^\"'\s<>]{0,200}dataproxy\.jsp)", re.I)
_DEFAULT_PROXY = "/module/web/jpage/dataproxy.jsp"
_COLUMN = re.compile(r"/col/col(\d{1,19})(?:/|$)", re.I)
_FULL_PAGE = 10
"""Rows that are likely to be a whole page, where nothing tells how many make one."""
_PAGING = frozenset({"page", "perpage", "startrecord", "endrecord"})
_PAGE = "@page"
"""Key of the page that shows the list; it is never sent."""

_UNREAD_PAGER = Bilingual(
    "列表可能有多页，但无法读取翻页信息", "the list may have several pages, its pager cannot be read"
)


class _Position(NamedTuple):
    """Which rows are asked for: page `number` of `size` each, or those after the `shown` ones."""

    number: int
    size: int
    shown: int


def recognises(response: TextResponse) -> bool:
    """By the data store, its proxy, or the script that pages it."""
    return _MARK.search(response.text)


def read(response: TextResponse, place: Place | None) -> tuple[Listing, ...]:
    """One listing for each unit of a column page, and one for rows that stand outside of any; one for an
    answer of the proxy.
    """
    if place is not None:
        return (_of_answer(response, place),)
    stores = stores_in(response.text, MAX_UNITS)
    pagers, left = match(stores, pagers_in(response.text, MAX_UNITS))
    listings = [_of_store(response, store, pager) for store, pager in zip(stores, pagers, strict=True)]
    beside = article_rows(response)
    # without store and call the proxy's name alone tells that there is a list
    listings += [_of_shell(response, pager, beside) for pager in (left if stores or left else [Pager()])]
    known = {row.url for listing in listings for row in listing.rows}
    outside = tuple(row for row in beside if row.url not in known)
    return (*listings, Listing(outside)) if outside else tuple(listings)


def _of_store(response: TextResponse, store: Store, pager: Pager) -> Listing:
    """The first page of a list, which the column page holds."""
    rows = store.rows(response)
    held = len(store.records)
    size = min(pager.per_page or held, MOST_AT_ONCE)
    announced = store.next_query.get("page", "")
    if announced.isascii() and announced.isdigit() and int(announced[:9]) > 1 and held <= MOST_AT_ONCE:
        size = held  # the store is all that comes before the second page, however many a page shows
    entries = _greatest(store.entries, pager.entries)
    full = held >= (pager.per_page or _FULL_PAGE)
    if not held or (entries is not None and held >= entries and not _believes_in_more(store, held)):
        # an empty store says nothing of what its list holds
        return Listing(rows) if held or not entries else _of_shell(response, pager, article_rows(response))
    if entries is None and not full and not store.next_address:
        return Listing(rows)
    proxy = _proxy(response, store, pager)
    if proxy is None:
        lacking = 0 if entries is None else max(0, entries - held)
        return Listing(rows, lacking=lacking, doubt=_UNREAD_PAGER if full and not lacking else None)
    query = _query(response, store, pager)
    position = _Position(held // size + 1, size, held)
    return Listing(rows, _place(proxy, query, position, entries, store.pages))


def _believes_in_more(store: Store, held: int) -> bool:
    return store.pages is not None and store.pages > 1 and store.entries is not None and held > store.entries


def _of_shell(response: TextResponse, pager: Pager, beside: tuple[Row, ...]) -> Listing:
    """A list without a store: its script fetches even the first rows, unless they stand in the page."""
    column = _COLUMN.search(urlsplit(response.url).path)
    own = tuple(row for row in beside if column is not None and f"art_{column[1]}_" in row.url)
    entries = pager.entries
    if own and entries is not None and len(own) >= entries:
        return Listing(own)
    link = next_link(response)
    if own and link is not None:
        return Listing(own, Place(link, 2, certain=True, entries=entries, shown=len(own)))
    proxy = _proxy(response, Store(""), pager)
    full = len(own) >= (pager.per_page or _FULL_PAGE)
    if proxy is None:
        return Listing(own, doubt=_UNREAD_PAGER if full or entries or not own else None)
    size = min(pager.per_page or len(own) or _FULL_PAGE, MOST_AT_ONCE)
    query = _query(response, Store(""), pager)
    place = _place(proxy, query, _Position(len(own) // size + 1, size, len(own)), entries, None)
    # the first rows have to come from somewhere; where they stand in the page, the proxy may know of none
    return Listing(own, place._replace(certain=entries != 0 and (place.certain or full or not own)))


def _of_answer(response: TextResponse, place: Place) -> Listing:
    """One page as the proxy gives it, or the page behind a plain link."""
    found = stores_in(response.text, 1)
    store = found[0] if found else Store(response.text)
    query = dict(place.query)
    rows = store.rows(response, query.get(_PAGE)) or article_rows(response)
    shown = len(rows) + place.shown
    entries = _greatest(store.entries, place.entries)
    asked = dict(parse_qsl(urlsplit(place.url).query))
    lacking = 0 if entries is None else max(0, entries - shown)
    if "perpage" not in query:
        link = next_link(response)
        if link is None or link == response.url:
            return Listing(rows, lacking=lacking)
        return Listing(rows, place._replace(url=link, page=place.page + 1, shown=shown))
    size = int(query["perpage"])
    if rows and store.pages and entries and -(-entries // len(rows)) == store.pages != -(-entries // size):
        size = len(rows)  # the site gives as many at once as it likes
    pages = _pages(entries, store.pages, size)
    by_records = "page" not in asked
    at_end = pages is not None and (shown >= (entries or 0) if by_records else place.page >= pages)
    if not rows:
        # an empty store that still counts is the end; one that does not is no answer
        ended = at_end and store.entries is not None
        return Listing(rows, lacking=0 if ended else lacking, ended=ended)
    # a list that shows more than it counts is not believed as to its end
    liar = entries is not None and shown > entries and len(rows) >= size
    more = len(rows) >= size if pages is None else not at_end or liar
    if not more:
        return Listing(rows, lacking=lacking)
    if place.page >= MAX_PAGES:
        return Listing(rows, lacking=lacking, doubt=_UNREAD_PAGER)
    query |= {key: value for key, value in store.next_query.items() if key not in _PAGING}
    proxy = urljoin(response.url, store.next_address) if store.next_address else response.url
    position = _Position(place.page + 1, size, shown)
    following = _place(proxy, query | {"perpage": str(size)}, position, entries, store.pages)
    if by_records:
        following = following._replace(url=following.others[0], others=())
    elif _PAGING.isdisjoint(asked.keys() - {"page"}):
        following = following._replace(url=following.others[1], others=())
    return Listing(rows, following)


# asking


def _place(
    proxy: str, query: Mapping[str, str], position: _Position, entries: int | None, told: int | None
) -> Place:
    """Where rows are asked for: by page and by their numbers, and if that brings nothing new, by either."""
    number, size, shown = position
    pages = _pages(entries, told, size)
    first, last = str((number - 1) * size + 1), str(number * size)
    sent = {key: value for key, value in query.items() if key not in _PAGING and key != _PAGE}
    numbered = {"perpage": str(size), "startrecord": str(shown + 1), "endrecord": str(shown + size)}
    ways = (
        sent | {"page": str(number), "perpage": str(size), "startrecord": first, "endrecord": last},
        sent | numbered,
        sent | {"page": str(number)},
    )
    parts = urlsplit(proxy)
    urls = [parts._replace(query=urlencode(way), fragment="").geturl() for way in ways]
    return Place(
        urls[0],
        number,
        certain=number == 1 or (pages is not None and number <= pages),
        pages=pages,
        entries=entries,
        shown=shown,
        query=tuple(sorted({**query, "perpage": str(size)}.items())),
        others=tuple(urls[1:]),
    )


def _pages(entries: int | None, told: int | None, size: int) -> int | None:
    if entries is not None and size:
        return -(-entries // size)
    return told


def _greatest(*numbers: int | None) -> int | None:
    """The greatest of several totals: a list shorter than announced is told, a longer one would not be."""
    return max((number for number in numbers if number is not None), default=None)


def _proxy(response: TextResponse, store: Store, pager: Pager) -> str | None:
    """Where further rows come from; None where nothing tells even which list is meant."""
    folder = _found_proxy(response, pager)
    if store.next_address:
        # "./dataproxy.jsp" is meant from the proxy's own folder, wherever the column page lies
        return urljoin(folder or urljoin(response.url, _DEFAULT_PROXY), store.next_address)
    if folder is None and {key.lower() for key in pager.parameters} & {"columnid", "unitid"}:
        return urljoin(response.url, _DEFAULT_PROXY)
    return folder


def _found_proxy(response: TextResponse, pager: Pager) -> str | None:
    printed = pager.proxy
    if not printed:
        found = _PROXY_IN_TEXT.search(response.text)
        printed = found[1] if found and not found[1].startswith(".") else ""
    return urljoin(response.url, printed) if printed else None


def _query(response: TextResponse, store: Store, pager: Pager) -> dict[str, str]:
    """What every page is asked with; the names that the store gives are newer than the script's."""
    return {"col": "1", **pager.parameters, **store.next_query, _PAGE: response.url}
