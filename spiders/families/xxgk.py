"""Hanweb's disclosure module: a tree of subjects, and a list that search.jsp answers to a form.

    <iframe src="/module/xxgk/tree.jsp?standardXxgk=1&area=002482429&divid=div11"></iframe>
    loadDynamic('/module/xxgk/search.jsp?infotypeId=A0212&vc_title=&area=002482429', 'div11', …, '12')
    funclick('A0212','div11', …)>政府信息公开年报<        the tree's own pages and scripts
    <tr class="tr_main_value_odd"><td>…<a href="/art/…" mc="…">…</a></td><td>2024-01-30</td></tr>

Odd things that sites do: the form's fields are sent in the address and in the body at once; without a subject
the whole region is answered; entries of menus are calls of a script, whose addresses stand elsewhere in the
page; a column of this module may hold a list of the other kind (jpage) beside it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from html import unescape
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

from parsel import Selector
from scrapy.http import JsonResponse, TextResponse

from crawler.report.model import Bilingual
from spiders.families import jpage
from spiders.families.hanweb import article_rows, next_link, rows_in
from spiders.families.listing import Listing, Place
from spiders.families.marks import Mark
from spiders.links import Link, Row, absolute, title_of

RANK = 28
"""Before jpage, whose lists may stand on the same page and are then read as well."""

MAX_LISTS = 10
MAX_PAGES = 200
MAX_NODES = 1000

_MARK = Mark(
    r"/module/xxgk/(?:search|tree|subjectinfo|index)\.jsp|\bgetMainData\s{0,5}\(",
    "/module/xxgk/", "getmaindata",
)  # fmt: skip
_SEARCH = re.compile(r"/module/xxgk/(?:search|subjectinfo)\.jsp", re.I)
_TREE = re.compile(r"[\"']([^\"'\s<>]{0,200}/module/xxgk/tree\.jsp(?:\?[^\"'\s<>]{0,600})?)[\"']", re.I)
_ASKED = re.compile(r"[\"']([^\"'\s<>]{0,200}/module/xxgk/(?:search|subjectinfo)\.jsp)([^;\n]{0,1500})", re.I)
_JOINED = re.compile(r"[\"']\s{0,5}\+[^\"'+;]{0,80}\+\s{0,5}[\"']")
_QUOTED = re.compile(r"[\"']([^\"'<>]{0,200})[\"']")
_FIELD = re.compile(r"[\"']?\b([A-Za-z_]{2,30})[\"']?\s{0,5}:\s{0,5}[\"']([^\"'<>]{0,200})[\"']")
_AREA = re.compile(r"[?&;](?:vc_xxgkarea|area)=([\w.-]{1,60})", re.I)
_FORM = ("vc_title", "vc_number", "vc_filenumber", "vc_all", "texttype", "fbtime")
"""Fields of the form that are sent empty where the page gives them no value."""

_BETWEEN = r"(?:\s|&nbsp;|&#160;|\u00a0|<[^<>]{0,80}>){0,10}"
_PAGES = re.compile(rf"共{_BETWEEN}(\d{{1,6}}){_BETWEEN}页")
_ENTRIES = re.compile(rf"共{_BETWEEN}(\d{{1,7}}){_BETWEEN}(?:条|项|篇|个)")
_NEXT = re.compile(r"下一?页")
_FULL_PAGE = 10

_NODE_CALLED = re.compile(
    r"funclick\s{0,5}\(\s{0,5}\\?[\"']([\w-]{1,60})\\?[\"'][^)]{0,200}\)[^<>]{0,80}>\s{0,20}([^<>]{1,60})<",
    re.I,
)
_NODE_ADDED = re.compile(
    r"\.add\s{0,5}\(\s{0,5}[\"']?([\w-]{1,60})[\"']?\s{0,5},\s{0,5}[\"']?[\w-]{0,60}[\"']?\s{0,5},\s{0,5}"
    r"[\"']([^\"'<>]{1,60})[\"']"
)
_CALL = re.compile(
    r"^\s{0,10}(?:javascript:)?\s{0,10}([A-Za-z_$][\w$.]{1,60})\s{0,5}\(\s{0,5}[\"']([^\"']{1,60})[\"']", re.I
)
_ADDRESS = re.compile(
    r"[\"']((?:https?://|/|\./|\.\./)[^\"'\s<>+]{2,500}|[^\"'\s<>+]{2,300}\.(?:jsp|s?html?)(?:\?[^\"'\s<>+]{0,500})?)[\"']"
)
_NEAR = 400
_ANNUAL_REPORTS = frozenset({"ndbg", "nb", "gknb", "zfxxgknb", "xxgknb", "xxgkndbg"})
_ANNUAL_REPORT_PAGE = "/module/xxgk/xxgkAnnualReport.jsp"

_TOO_LONG = Bilingual("列表页数过多", "the list has more pages than are walked")
_NO_PAGER = Bilingual(
    "列表可能有多页，但无法读取翻页信息", "the list may have several pages, its pager cannot be read"
)


def recognises(response: TextResponse) -> bool:
    """By the module's pages: its own address, or a script that calls them."""
    return _MARK.search(response.url) or _MARK.search(response.text)


def read(response: TextResponse, place: Place | None) -> tuple[Listing, ...]:
    """One listing for each search that the page makes, and its own rows; one for an answer."""
    if place is not None and not _SEARCH.search(place.url):
        return jpage.read(response, place)
    if place is not None or _SEARCH.search(urlsplit(response.url).path):
        return (_of_answer(response, place),)
    listings = [Listing((), place) for place in _searches(response)]
    if jpage.recognises(response):
        return (*listings, *jpage.read(response, None))
    rows = article_rows(response)
    link = next_link(response) if rows else None
    own = Listing(rows, None if link is None else Place(link, 2, certain=True, shown=len(rows)))
    return (*listings, own) if rows or not listings else tuple(listings)


def frames(response: TextResponse) -> tuple[str, ...]:
    """The trees of subjects, which a reader sees as part of the page."""
    if _is_tree(response):
        return ()
    found = [absolute(response, unescape(printed)) for printed in _TREE.findall(response.text)[:MAX_LISTS]]
    return tuple(dict.fromkeys(url for url in found if url is not None))


def links(response: TextResponse) -> tuple[Link, ...]:
    """Subjects of a tree, and entries of a menu that are calls of a script."""
    return tuple(_subjects(response) if _is_tree(response) else _called(response))


def _is_tree(response: TextResponse) -> bool:
    return urlsplit(response.url).path.lower().endswith("/module/xxgk/tree.jsp")


# the list


def _searches(response: TextResponse) -> Iterator[Place]:
    """What the scripts of a page ask search.jsp for, as the first page of each list."""
    own = {key.lower(): value for key, value in _query_of(response.url).items()}
    seen = set()
    for printed, rest in _ASKED.findall(response.text)[:MAX_LISTS]:
        proxy = absolute(response, printed)
        if proxy is None:
            continue
        joined = _JOINED.sub("", unescape(rest))
        address, _, arguments = joined.partition("'" if "'" in joined else '"')
        query = _query_of(address) | dict(_FIELD.findall(arguments))
        told = _QUOTED.findall(arguments)
        division = next((text for text in told if re.fullmatch(r"div[\w-]{1,40}", text)), "")
        query.setdefault("divid", division)
        if told and told[-1].isdigit():
            query.setdefault("jdid", told[-1])
        # a page that is told its subject or its body in its own address searches for that
        query["infotypeId"] = query.get("infotypeId") or own.get("number") or _subject_in(told)
        query["area"] = query.get("area") or own.get("vc_xxgkarea") or own.get("area") or ""
        key = (proxy, query["infotypeId"], query["area"])
        if key not in seen and (query["infotypeId"] or query["area"]):  # not the search box of every page
            seen.add(key)
            yield _place(proxy, query, 1, certain=True)


def _subject_in(arguments: list[str]) -> str:
    """The subject among the arguments of a call: a short code, and neither a number nor an element."""
    return next((text for text in arguments if re.fullmatch(r"[A-Z][0-9A-Z]{1,30}", text)), "")


def _place(proxy: str, query: Mapping[str, str], page: int, *, certain: bool) -> Place:
    """A page of the list. The fields are sent in the address and in the body, as the portal's script does."""
    fields = dict.fromkeys(_FORM, "") | dict(query) | {"currpage": str(page)}
    form = urlencode(fields)
    url = urlsplit(proxy)._replace(query=form, fragment="").geturl()
    return Place(url, page, certain, query=tuple(fields.items()), body=form.encode())


def _of_answer(response: TextResponse, place: Place | None) -> Listing:
    rows = _rows(response)
    text = response.text
    page = 1 if place is None else place.page
    shown = len(rows) + (0 if place is None else place.shown)
    told = _PAGES.search(text)
    pages = int(told[1]) if told else (None if place is None else place.pages)
    counted = _ENTRIES.search(text)
    entries = int(counted[1]) if counted else (None if place is None else place.entries)
    lacking = 0 if entries is None else max(0, entries - shown)
    if not rows:
        return Listing(rows, lacking=lacking, ended=pages == 0 or entries == 0)
    if pages is not None:
        more, certain = page < pages, True
    else:
        certain = entries is not None and shown < entries
        more = certain or (entries is None and (bool(_NEXT.search(text)) or len(rows) >= _FULL_PAGE))
    if not more:
        return Listing(rows, lacking=lacking)
    if page >= MAX_PAGES:
        return Listing(rows, doubt=_TOO_LONG)
    query = dict(place.query) if place is not None else _query_of(response.url)
    following = _place(response.url, query, page + 1, certain=certain)
    return Listing(rows, following._replace(pages=pages, entries=entries, shown=shown))


def _rows(response: TextResponse) -> tuple[Row, ...]:
    """Rows of an answer; the whole title may stand in an attribute of the module's own."""
    if isinstance(response, JsonResponse):
        return ()
    table = response.xpath("//tr[contains(@class, 'tr_main_value')]|//*[contains(@class, 'xxgk')]//li")
    found = [row for part in table or [response.selector] for row in rows_in(response, part)]
    names = {
        url: " ".join(node.root.get("mc", "").split())[:300]
        for node in response.xpath("//a[@href and @mc]")[:2000]
        if (url := absolute(response, node.root.get("href", ""))) is not None
    }
    return tuple(
        row._replace(title=names[row.url]) if len(names.get(row.url, "")) > len(row.title) else row
        for row in dict.fromkeys(found)
    )


# menus


def _subjects(response: TextResponse) -> Iterator[Link]:
    """Subjects of a tree: each is a list of its own, which is asked for plainly."""
    own = _query_of(response.url)
    proxy = urljoin(response.url, "/module/xxgk/search.jsp")
    seen = set()
    nodes = [*_NODE_CALLED.findall(response.text), *_NODE_ADDED.findall(response.text)]
    for code, printed in nodes[:MAX_NODES]:
        text = " ".join(unescape(printed).split())
        if text and code not in seen:
            seen.add(code)
            fields = {"divid": own.get("divid", ""), "infotypeId": code, "area": own.get("area", "")}
            yield Link(f"{proxy}?{urlencode(fields)}", text)


def _called(response: TextResponse) -> Iterator[Link]:
    """Entries of a menu that call a script, getMainData('ndbg'): to the address that the page's scripts give
    the name, else, for annual reports, to the module's page for them.
    """
    if isinstance(response, JsonResponse):
        return
    scripts = "\n".join(response.xpath("//script/text()").getall()[:200])[:1_000_000]
    area = _AREA.search(unescape(response.url)) or _AREA.search(unescape(response.text[:1_000_000]))
    for node in response.xpath("//*[@onclick or starts-with(@href, 'javascript:')]")[:MAX_NODES]:
        text = title_of(node)
        call = next(
            (found for name in ("href", "onclick") if (found := _CALL.match(node.root.get(name, "")[:500]))),
            None,
        )
        if call is None or not 2 <= len(text) <= 60:
            continue
        printed = _beside(node) or _mapped(scripts, call[2])
        if not printed and call[2].lower() in _ANNUAL_REPORTS and area is not None:
            printed = f"{_ANNUAL_REPORT_PAGE}?{urlencode({'area': area[1]})}"
        url = absolute(response, unescape(printed)) if printed else None
        if url is not None:
            yield Link(url, text)


def _beside(node: Selector) -> str:
    """An address that stands in an attribute of the entry."""
    for name in ("url", "data-url", "data-href", "link"):
        value: str = node.root.get(name, "").strip()
        if value:
            return value
    return ""


def _mapped(scripts: str, key: str) -> str:
    """The address that stands next after the name `key` in the page's scripts."""
    for quote in ("'", '"'):
        at = scripts.find(f"{quote}{key}{quote}")
        if at >= 0:
            found = _ADDRESS.search(scripts, at + len(key) + 2, at + len(key) + 2 + _NEAR)
            if found:
                return found[1]
    return ""


def _query_of(address: str) -> dict[str, str]:
    try:
        query = urlsplit(address).query
        return dict(parse_qsl(query, keep_blank_values=True, max_num_fields=60))
    except ValueError:
        return {}
