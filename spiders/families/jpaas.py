"""Hanweb JPaaS: pages are built of units, which a script fetches as HTML inside JSON.

    <div id="当前栏目_list"><script src="…/unitbuild.js" url="/api-gateway/jpaas-publish-server/…/build/unit"
      queryData="{'parseType':'bulidstatic','webId':'12','pageId':'101','tagId':'当前栏目_list'}"></script></div>
    {"success": true, "data": {"html": "<ul>…</ul><div class='pagination' rows='15' count='63'></div>"}}

Odd things that sites do: parseType is misspelled, and is sent as the page spells it; a bare pageNo is
ignored, so pages are asked for inside paramJson; the first rows of a unit may stand in the page already, with
a pager that carries the unit's parameters; addresses of two generations of articles stand in one list; menus
are units too, and lead nowhere before they are fetched.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from html import unescape
from itertools import islice
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, urlencode, urlsplit

from parsel import Selector
from scrapy.http import HtmlResponse, JsonResponse, TextResponse

from crawler.report.model import Bilingual
from spiders.families.hanweb import article_rows, rows_in
from spiders.families.listing import Listing, Place
from spiders.families.marks import Mark
from spiders.links import Link, Row, absolute, anchor_nodes, title_of

RANK = 20

MAX_UNITS = 20
MAX_PAGES = 500
MAX_ANSWER = 5_000_000

_MARK = Mark(r"jpaas-publish-server|\bunitbuild(?:\.min)?\.js", "jpaas-publish-server", "unitbuild")
_DEFAULT_BUILDER = "/api-gateway/jpaas-publish-server/front/page/build/unit"
_PAIR = re.compile(
    r"[\"']([\w$.-]{1,60})[\"']\s{0,20}:\s{0,20}"
    r"(?:\"([^\"]{0,1000})\"|'([^']{0,1000})'|(-?\d{1,20}|true|false|null)\b)"
)
_MAX_DATA = 5000
_CLIMB = 60
"""Elements above a unit that are looked at."""
_IN_SCRIPT = re.compile(r"queryData[\"']?\s{0,20}[=:]\s{0,20}[\"']?(\{[^{}]{2,4000}\})", re.I)
_PAGERS = ".//*[@count and @rows]|.//*[contains(@class, 'pagination')][@querydata or @count]"
_PAGER_KEYS = ("rows", "count", "pageNo", "pageSize")
_MENU = re.compile(r"导航|菜单|栏目树|目录树|年份|机构|单位|部门|nav|menu|tree", re.I)
_FURNITURE = re.compile(
    r"页头|页尾|页脚|头部|底部|顶部|友情链接|版权|当前位置|面包屑|轮播|飘窗|搜索|网站统计|footer|header|banner|logo|crumb",
    re.I,
)
_LIST = re.compile(r"列表|内容|分页|信息|list|content|page", re.I)
_PROBED_ROWS = 5
"""A unit that says nothing of its length and shows at least so many rows is asked for a second page."""

_NO_HTML = Bilingual("页面单元接口没有返回内容", "the interface behind a part of the page gave no content")
_UNREAD_PAGER = Bilingual(
    "列表有多页，但无法读取翻页信息", "the list has several pages, its pager cannot be read"
)
_TOO_LONG = Bilingual("列表页数过多", "the list has more pages than are walked")


class _Unit(NamedTuple):
    """One part of a page: where it is built, with which parameters, and what of it stands in the page."""

    builder: str
    query: Mapping[str, str]
    rows: tuple[Row, ...] = ()
    pager: Mapping[str, str] | None = None

    @property
    def name(self) -> str:
        return self.query.get("tagId", "")

    @property
    def is_menu(self) -> bool:
        return bool(_MENU.search(self.name)) and not _LIST.search(self.name)

    @property
    def is_furniture(self) -> bool:
        return bool(_FURNITURE.search(self.name)) and not (self.is_menu or _LIST.search(self.name))


def recognises(response: TextResponse) -> bool:
    """By the interface that builds units, or the script that calls it."""
    return _MARK.search(response.url) or _MARK.search(response.text)


def read(response: TextResponse, place: Place | None) -> tuple[Listing, ...]:
    """One listing for each unit of a page that is or may be a list; one for an answer of the interface."""
    if place is not None or _is_answer(response):
        return (_of_answer(response, place),)
    units = [unit for unit in _units(response) if not (unit.is_menu or unit.is_furniture)]
    listings = [_of_page(unit) for unit in units]
    taken = {row.url for unit in units for row in unit.rows}
    beside = tuple(row for row in article_rows(response) if row.url not in taken)
    doubt = None if units or _pager_in(response.selector) is None else _UNREAD_PAGER
    return (*listings, Listing(beside, doubt=doubt)) if beside or not listings else tuple(listings)


def frames(response: TextResponse) -> tuple[str, ...]:
    """Units that a script puts into the page: menus, and lists of which the page shows nothing yet."""
    if _is_answer(response):
        return ()
    few = len(response.xpath("//a[@href]")) < _PROBED_ROWS
    return tuple(
        _address(unit.builder, unit.query)
        for unit in _units(response)
        if not unit.rows and (few or not unit.is_furniture)
    )


def links(response: TextResponse) -> tuple[Link, ...]:
    """The anchors of a unit that the interface answered with."""
    if not _is_answer(response):
        return ()
    fragment = _fragment(response)
    if fragment is None:
        return ()
    return tuple(
        Link(url, title_of(node)) for node, url in anchor_nodes(fragment, fragment.xpath("//a[@href]"))
    )


def _is_answer(response: TextResponse) -> bool:
    return isinstance(response, JsonResponse) or response.text[:100].lstrip().startswith("{")


# the page


def _units(response: TextResponse) -> list[_Unit]:
    """Units of the page, each once, in reading order."""
    found: dict[tuple[str, ...], _Unit] = {}
    nodes = [
        (node, query)
        for node in response.xpath("//*[@querydata]")[: 5 * MAX_UNITS]
        if _says_what_to_build(query := _parameters(node.root.get("querydata", "")))
    ]
    held = _held([(node, _identity(query)) for node, query in nodes])
    for node, query in nodes:
        builder = absolute(response, node.root.get("url") or node.root.get("uniturl") or _DEFAULT_BUILDER)
        key = _identity(query)
        if builder is None or (key in found and found[key].rows):
            continue
        unit = _Unit(builder, query)
        # the unit stands in the element around its script or pager, if that holds no other unit
        part = node.xpath("..")[0]
        pager = _pager_in(part) if held.get(part.root) == {key} else None
        if pager is not None:
            unit = unit._replace(rows=tuple(rows_in(response, part, everything=True)), pager=pager)
        if key not in found or unit.rows:
            found[key] = unit
    for script in response.xpath("//script/text()").getall()[:200]:
        for text in _IN_SCRIPT.findall(script)[:MAX_UNITS]:
            query, builder = _parameters(text), absolute(response, _DEFAULT_BUILDER)
            if _says_what_to_build(query) and builder is not None:
                found.setdefault(_identity(query), _Unit(builder, query))
    return list(found.values())[:MAX_UNITS]


def _held(units: list[tuple[Selector, tuple[str, ...]]]) -> dict[Any, set[tuple[str, ...]]]:
    """Which units every element around one of them holds; body and head hold parts of no unit alone."""
    held: dict[Any, set[tuple[str, ...]]] = {}
    for node, key in units:
        for above in islice(node.root.iterancestors(), _CLIMB):
            if above.tag not in ("body", "html", "head"):
                held.setdefault(above, set()).add(key)
    return held


def _identity(query: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(query.get(name, "") for name in ("webId", "pageId", "tplSetId", "tagId"))


def _says_what_to_build(query: Mapping[str, str]) -> bool:
    """Whether these are parameters of a unit; a pager may repeat only some of them."""
    return "pageId" in query and any(name in query for name in ("webId", "tagId", "parseType"))


def _pager_in(part: Selector) -> Mapping[str, str] | None:
    """What the pager of a unit says of its list; None where the unit has none."""
    for node in part.xpath(_PAGERS)[:1]:
        told = _parameters(node.root.get("querydata", ""))
        told |= {name: value for name in ("rows", "count") if (value := node.root.get(name)) is not None}
        return {name: told[name] for name in ("rows", "count") if name in told}
    return None


def _of_page(unit: _Unit) -> Listing:
    if unit.rows:
        return _listing(unit, unit.rows, unit.pager, None)
    first = Place(_address(unit.builder, unit.query), 1, certain=True, query=tuple(unit.query.items()))
    return Listing((), first)


# the interface


def _of_answer(response: TextResponse, place: Place | None) -> Listing:
    fragment = _fragment(response)
    if fragment is None:
        return Listing((), doubt=_NO_HTML)
    parts = urlsplit(response.url)
    query = dict(place.query) if place is not None else dict(parse_qsl(parts.query, keep_blank_values=True))
    unit = _Unit(parts._replace(query="", fragment="").geturl(), query)
    pager = _pager_in(fragment.selector)
    rows = tuple(rows_in(fragment, fragment.selector, everything=pager is not None))
    return _listing(unit, rows, pager, place)


def _fragment(response: TextResponse) -> HtmlResponse | None:
    """The HTML of an answer as a page of its own; None where the interface gave none."""
    try:
        answer = json.loads(response.text[:MAX_ANSWER])
    except (ValueError, RecursionError):
        return None
    data = answer.get("data") if isinstance(answer, dict) else None
    html = data.get("html") if isinstance(data, dict) else data
    if not isinstance(html, str):
        return None
    return HtmlResponse(response.url, body=html.encode("utf-8", "replace"), encoding="utf-8")


def _listing(
    unit: _Unit, rows: tuple[Row, ...], pager: Mapping[str, str] | None, place: Place | None
) -> Listing:
    page = 1 if place is None else place.page
    shown = len(rows) + (0 if place is None else place.shown)
    entries = _number(pager, "count")
    if entries is None and place is not None:
        entries = place.entries
    size = _number(unit.query, "pageSize") or _number(pager, "rows") or len(rows)
    pages = None if entries is None or not size else -(-entries // size)
    if pages is None:
        more = len(rows) >= max(size, _PROBED_ROWS)
    else:
        # a list whose rows outnumber what it announces is not believed as to its end
        more = page < pages or (entries is not None and shown > entries and len(rows) >= size)
    if not rows or not more:
        if not rows and _number(pager, "count") is not None and page >= (pages or 0):
            return Listing(rows, ended=True)  # on its last page it counts entries that it no longer shows
        return Listing(rows, lacking=max(0, entries - shown) if entries is not None else 0)
    if page >= MAX_PAGES:
        return Listing(rows, doubt=_TOO_LONG)
    query = {**unit.query, "pageSize": str(size)}
    following = Place(
        _address(unit.builder, query, page + 1, size),
        page + 1,
        certain=pages is not None and page < pages and entries is not None and shown < entries,
        pages=pages,
        entries=entries,
        shown=shown,
        query=tuple(query.items()),
    )
    return Listing(rows, following)


def _address(builder: str, query: Mapping[str, str], page: int = 1, size: int = 0) -> str:
    """Where a unit is built; the first page as the page's own script asks for it."""
    asked = {key: value for key, value in query.items() if key not in _PAGER_KEYS}
    if page > 1:
        told = _parameters(asked.get("paramJson", ""))
        # numbers, as the script writes them
        paging: dict[str, Any] = {**told, "pageNo": page, "pageSize": size}
        asked["paramJson"] = json.dumps(paging, ensure_ascii=False, separators=(",", ":"))
    return urlsplit(builder)._replace(query=urlencode(asked), fragment="").geturl()


def _parameters(text: str) -> dict[str, str]:
    """Keys and values of an object in quotes of either kind."""
    text = text[:_MAX_DATA]
    if "&quot;" in text or "&#" in text:
        text = unescape(text)
    found: dict[str, str] = {}
    for key, double, single, bare in _PAIR.findall(text):
        found.setdefault(key, double or single or bare)
    return found


def _number(told: Mapping[str, str] | None, name: str) -> int | None:
    text = "" if told is None else told.get(name, "").strip()
    return int(text) if re.fullmatch(r"[0-9]{1,7}", text) else None
