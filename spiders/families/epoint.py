"""Epoint (新点, EWB): lists and articles are fetched by scripts that post to an interface.

    var siteInfo = { siteGuid: '7eb5f7f1-…', projectName: '/EpointWebBuilder' };
    POST {projectName}/rest/lightfrontaction/getgovinfolist
         {"siteGuid": …, "categorynum": "002003", "deptcode": "", "pageIndex": 0, "pageSize": 15}
    {"custom": {"data": [{"infourl": "showinfo.html?infoGuid=…", "realtitle": …, "infodate": "2024-01-30"}]}}
    POST {projectName}/rest/commonapiaction/getgovinfodetail   params={"siteGuid": …, "infoid": …}

What the page says of the list (site, category, department, size) stands in its scripts, its fields or its
address, under names that differ in case. Odd things that sites do: siteInfo stands in webBuilderCommon.js and
not in the page; pages count from 0 or from 1; the list does not say how long it is; `title` is cut and
carries markup where `realtitle` is whole; other columns of the same makers are plain static lists.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from hashlib import sha256
from html import unescape
from itertools import islice
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from scrapy.http import TextResponse

from crawler.report.model import Bilingual
from spiders.families import static
from spiders.families.data import answered, day_of, is_data, text_of, whole
from spiders.families.listing import Listing, Place
from spiders.families.marks import Mark
from spiders.links import MAX_TEXT, Link, Row, absolute, title_of
from spiders.sieve import sift

RANK = 70

MAX_PAGES = 500
MAX_ROWS = 1_000
_USUAL_ROWS = 20
_MOST_ROWS = 100
_MOST_CATEGORIES = 200
_MOST_ASKED = 10
"""Categories of one page whose lists are asked for."""
_LONGEST_ENTRY = 40
_LONGEST_NODE = 600

_MARK = Mark(
    r"EWB-FRONT|EpointWebBuilder|webBuilderCommon\.js|\bgetgovinfo(?:list|detail)\b|showinfo\.html\?infoguid=|"
    r"class\s*=\s*[\"'][^\"'<>]{0,200}\bewb-|\bsiteInfo\s*=\s*\{",
    "ewb-", "epointwebbuilder", "webbuildercommon.js", "getgovinfo", "showinfo.html?infoguid=", "siteinfo",
)  # fmt: skip
_LIST_CALL = re.compile(r"getgovinfolist", re.I)
_LIST_ACTION = re.compile(r"rest/(\w{1,60})/getgovinfolist", re.I)
_DETAIL_ACTION = re.compile(r"rest/(\w{1,60})/getgovinfodetail", re.I)
_SETTINGS = ("siteguid", "projectname", "categorynum", "deptcode", "pagesize", "infoid", "infoguid")
_SETTING = re.compile(
    rf"[\"']?\b({'|'.join(_SETTINGS)})\b[\"']?\s*[:=]\s*(?:[\"']([^\"'<>\\]{{0,200}})[\"']|(\d{{1,9}}))", re.I
)
_COMMON_SCRIPT = re.compile(r"[\"']([^\"'<>\s]{0,300}webBuilderCommon\.js[^\"'<>\s]{0,100})[\"']", re.I)
_CATEGORY_FOLDER = re.compile(r"/(\d{6,30})(?=/|$)")
_CATEGORY = re.compile(r"(?<!\d)(\d{6,30})(?!\d)")
_NODE_CATEGORY = re.compile(r"\bcategorynum[\"']?\s*:\s*[\"']?(\d{3,30})", re.I)
_NODE_NAME = re.compile(r"\b(?:categoryname|name|text|title)[\"']?\s*:\s*[\"']([^\"'<>]{1,80})[\"']", re.I)
"""A category in a tree that stands in a script."""
_ASSIGNED_CATEGORY = re.compile(r"\bcategorynum\b[\"']?\s*=\s*[\"'](\d{3,30})[\"']", re.I)
_TAG = re.compile(r"<[^<>]{0,300}>")
_LIST_PAGE = "list-page"
_TOTALS = ("total", "totalcount", "count", "rowcount", "totalnum", "recordcount")
_JSON = "application/json;charset=UTF-8"
_FORM = "application/x-www-form-urlencoded;charset=UTF-8"

_NO_LIST = Bilingual("接口返回的不是列表", "the interface answered with something else than a list")
_NO_SITE = Bilingual(
    "无法读取列表接口所需的参数", "what the interface of the list has to be asked with cannot be read"
)
_SAME = Bilingual("接口每一页都返回相同条目", "the interface gives the same entries for every page")
_UNREAD_ROWS = Bilingual(
    "部分条目没有可用的网址或标题", "some entries have no address or title that can be used"
)


def recognises(response: TextResponse) -> bool:
    """By the makers' scripts, classes and interfaces."""
    return not is_data(response) and _MARK.search(response.text)


def links(response: TextResponse) -> tuple[Link, ...]:
    """Entries of a menu that a script acts upon: the page itself, asked for the entry's category."""
    if is_data(response):
        return ()
    found: dict[str, Link] = {}
    for category, text in _menu(response):
        if 0 < len(text) <= _LONGEST_ENTRY:
            url = _with(response.url, categorynum=category)
            found.setdefault(url, Link(url, text))
    return tuple(found.values())[:_MOST_CATEGORIES]


def _menu(response: TextResponse) -> Iterator[tuple[str, str]]:
    """Categories with the texts of their entries: of elements to be clicked on, and of trees in scripts."""
    nodes = response.xpath("//*[@data-categorynum or @categorynum or contains(@onclick, '(')]")
    for node in nodes[:_MOST_CATEGORIES]:
        given = node.root
        told = given.get("data-categorynum") or given.get("categorynum") or given.get("onclick", "")[:500]
        category = _CATEGORY.search(told)
        if category:
            yield category[1], title_of(node)
    text = response.text
    for category in islice(_NODE_CATEGORY.finditer(text), _MOST_CATEGORIES):
        start = text.rfind("{", max(0, category.start() - _LONGEST_NODE), category.start())
        end = text.find("}", category.end(), category.end() + _LONGEST_NODE)
        name = _NODE_NAME.search(text, start, end) if 0 <= start < end else None
        if name:
            yield category[1], _plain(name[1])


def read(response: TextResponse, place: Place | None) -> tuple[Listing, ...]:
    """Rows of the interface's answer; a page that asks the interface shows none, a static list its own."""
    if place is None:
        return _page(response)
    told = dict(place.query)
    if _LIST_PAGE not in told:
        return static.read(response, place)
    if place.body is None:
        # the makers' common script, for the parameters that the page did not hold
        settings = {**told, **_settings(response.text, only=("siteguid", "projectname"))}
        return (_asking(response, settings),)
    return (_answer(response, place),)


def behind(response: TextResponse) -> Place | None:
    """The interface that gives the text of an article whose page is showinfo.html?infoGuid=…"""
    if is_data(response):
        return None
    asked = _asked(response.url)
    article = asked.get("infoguid") or asked.get("infoid")
    if not article:
        return None
    settings = {**_fields(response), **_settings(response.text), **asked}
    if not settings.get("siteguid"):
        return None
    action = _DETAIL_ACTION.search(response.text)
    url = _endpoint(response, settings, f"{action[1] if action else 'commonapiaction'}/getgovinfodetail")
    if url is None:
        return None
    params = json.dumps({"siteGuid": settings["siteguid"], "infoid": article}, ensure_ascii=False)
    return Place(url, 1, certain=True, body=urlencode({"params": params}).encode(), content_type=_FORM)


# --- what a page says of its list --------------------------------------------------------------------------


def _settings(text: str, only: tuple[str, ...] = _SETTINGS) -> dict[str, str]:
    """What scripts say, names in lower case; the first value of each that is not empty."""
    found: dict[str, str] = {}
    for match in _SETTING.finditer(text):
        name, value = match[1].lower(), (match[2] if match[3] is None else match[3]).strip()
        if name in only and value and name not in found:
            found[name] = value
    return found


def _fields(response: TextResponse) -> dict[str, str]:
    """What hidden fields of the page say."""
    found = {}
    for node in response.xpath("//input[@value]")[:200]:
        name = (node.root.get("id") or node.root.get("name") or "").lower()
        if name in _SETTINGS and node.root.get("value", "").strip():
            found[name] = node.root.get("value", "").strip()[:MAX_TEXT]
    return found


def _asked(url: str) -> dict[str, str]:
    """What the query of the page's address says."""
    query = parse_qsl(urlsplit(url).query)[:50]
    return {
        name.lower(): value.strip() for name, value in query if name.lower() in _SETTINGS and value.strip()
    }


def _page(response: TextResponse) -> tuple[Listing, ...]:
    if is_data(response):
        return (Listing((), doubt=_NO_LIST),)
    settings = {**_settings(response.text), **_fields(response), **_asked(response.url)}
    action = _LIST_ACTION.search(response.text)
    settings |= {_LIST_PAGE: response.url, "action": action[1] if action else "lightfrontaction"}
    asking = tuple(
        _asking(response, {**settings, "categorynum": category}) for category in _categories(response)
    ) or (Listing((), doubt=_NO_SITE),)
    if _LIST_CALL.search(response.text):
        return asking
    shown = static.read(response, None)
    if "siteguid" not in settings or "categorynum" not in settings:
        return shown
    if any(sift(row.title).accepted for listing in shown for row in listing.rows):
        return shown
    # the script that asks the interface may be a file of its own
    return (*shown, *asking)


def _categories(response: TextResponse) -> list[str]:
    """The categories whose lists the page shows, by what tells it best."""
    asked = _asked(response.url).get("categorynum") or _fields(response).get("categorynum")
    if asked:
        return [asked]
    folders = _CATEGORY_FOLDER.findall(urlsplit(response.url).path)[-1:]
    said = [
        match[2] or match[3]
        for match in _SETTING.finditer(response.text)
        if match[1].lower() == "categorynum"
    ]
    found = (
        _ASSIGNED_CATEGORY.findall(response.text) or folders or [category for category in said if category]
    )
    return list(dict.fromkeys(found))[:_MOST_ASKED]


def _asking(response: TextResponse, settings: Mapping[str, str]) -> Listing:
    """The first question to the interface of a list; the common script first where the page names no site."""
    if not settings.get("categorynum"):
        return Listing((), doubt=_NO_SITE)
    if not settings.get("siteguid"):
        script = _COMMON_SCRIPT.search(response.text)
        address = absolute(response, unescape(script[1])) if script else None
        if address is None:
            return Listing((), doubt=_NO_SITE)
        return Listing((), Place(address, 1, certain=True, query=tuple(sorted(settings.items()))))
    url = _endpoint(response, settings, f"{settings['action']}/getgovinfolist")
    if url is None:
        return Listing((), doubt=_NO_SITE)
    size = whole(settings.get("pagesize")) or _USUAL_ROWS
    query = {name: settings.get(name, "") for name in ("siteguid", "categorynum", "deptcode", _LIST_PAGE)}
    # from 0, whatever the script says: it may take one off before it asks
    query |= {"pagesize": str(min(size, _MOST_ROWS)), "index": "0"}
    return Listing((), _question(Place(url, 1, certain=True, query=tuple(sorted(query.items())))))


def _endpoint(response: TextResponse, settings: Mapping[str, str], path: str) -> str | None:
    project = settings.get("projectname", "").strip("/")
    base = settings.get(_LIST_PAGE, response.url)
    root = project if re.match(r"https?://", project) else f"/{project}" if project else ""
    return absolute(response, f"{root}/rest/{path}", base)


def _question(place: Place) -> Place:
    """`place` with the body that its query says."""
    told = dict(place.query)
    body = {
        "siteGuid": told["siteguid"],
        "categorynum": told["categorynum"],
        "deptcode": told["deptcode"],
        "pageIndex": int(told["index"]),
        "pageSize": int(told["pagesize"]),
    }
    return place._replace(body=json.dumps(body, ensure_ascii=False).encode(), content_type=_JSON)


def _with(url: str, **query: str) -> str:
    parts = urlsplit(url)
    kept = [(key, value) for key, value in parse_qsl(parts.query)[:50] if key.lower() not in query]
    return parts._replace(query=urlencode([*kept, *query.items()]), fragment="").geturl()


# --- the interface -----------------------------------------------------------------------------------------


def _answer(response: TextResponse, place: Place) -> Listing:
    told = dict(place.query)
    custom = _custom(response.text)
    entries = next((custom[key] for key in ("data", "infolist", "list") if key in custom), None)
    index = int(told["index"])
    if not isinstance(entries, list):
        if (
            index == 0 and answered(response.text) is not None
        ):  # where pages count from 1, the one before the first may be an error
            return Listing((), _next(place._replace(page=place.page + 1), told, 1, ""), ended=True)
        return Listing((), doubt=_NO_LIST)
    rows = tuple(
        row for entry in entries[:MAX_ROWS] if (row := _row(response, entry, told[_LIST_PAGE])) is not None
    )
    number = len(entries)
    shows = sha256("\n".join(row.url for row in rows).encode(errors="replace")).hexdigest()[:32]
    total = _total(custom, place, number)
    further = place._replace(page=place.page + 1, entries=total, shown=place.shown + number)
    if index == 1 and number and told.get("shows") == shows:
        # pages count from 1, and the one before the first was the first: go on with the second
        further = further._replace(shown=place.shown)
        return Listing((), _next(further, told, index + 1, shows), ended=True)
    if not number:
        if index == 0:  # where pages count from 1, there may be nothing on the one before the first
            return Listing((), _next(further, told, 1, shows), ended=True)
        lacking = 0 if total is None else max(0, total - place.shown)
        return Listing((), lacking=lacking, ended=True)
    if told.get("shows") == shows:
        lacking = 0 if total is None else max(0, total - place.shown)
        whole_page = total is None and number >= int(told["pagesize"])
        return Listing((), lacking=lacking, doubt=_SAME if whole_page else None, ended=True)
    doubt = _UNREAD_ROWS if len(rows) < number else None
    if total is not None and further.shown >= total:
        return Listing(rows, doubt=doubt, ended=True)
    fullest = max(number, whole(told.get("fullest")) or 0)
    if total is None and place.page > 1 and number < fullest:
        return Listing(rows, doubt=doubt, ended=True)
    if place.page >= MAX_PAGES:
        return Listing(rows, lacking=1 if total is None else total - further.shown, doubt=doubt)
    told["fullest"] = str(fullest)
    return Listing(rows, _next(further, told, index + 1, shows), doubt=doubt)


def _next(further: Place, told: Mapping[str, str], index: int, shows: str) -> Place:
    query = {**told, "index": str(index), "shows": shows}
    return _question(further._replace(query=tuple(sorted(query.items()))))


def _custom(text: str) -> dict[str, Any]:
    """The part of an answer that holds what was asked for; it may be a string of JSON itself."""
    answer = answered(text)
    custom = answer.get("custom", answer) if isinstance(answer, dict) else None
    if isinstance(custom, str):
        custom = answered(custom)
    return {str(key).lower(): value for key, value in custom.items()} if isinstance(custom, dict) else {}


def _total(custom: Mapping[str, Any], place: Place, number: int) -> int | None:
    """How many entries the list says it has; what is as many as its page shows may count just these."""
    given = (whole(custom.get(key)) for key in _TOTALS)
    return next((count for count in given if count and count != number), place.entries)


def _row(response: TextResponse, entry: object, page: str) -> Row | None:
    if not isinstance(entry, dict):
        return None
    said = {str(key).lower(): value for key, value in entry.items()}
    titles = [_plain(text_of(said.get(key))) for key in ("realtitle", "title", "infotitle")]
    title = next(filter(None, titles), "")
    if title.endswith(("…", "...")):
        title = max(titles, key=len)
    href = next(filter(None, (text_of(said.get(key)) for key in ("infourl", "url", "href"))), "")
    article = next(filter(None, (text_of(said.get(key)) for key in ("infoid", "infoguid", "guid"))), "")
    if not href and article:
        href = f"showinfo.html?{urlencode({'infoGuid': article})}"
    url = absolute(response, href, page)
    if url is None or not title:
        return None
    days = (day_of(said.get(key)) for key in ("infodate", "webdate", "publishdate", "date"))
    return Row(url, title, next(filter(None, days), None))


def _plain(title: str) -> str:
    return " ".join(unescape(_TAG.sub("", title[:2000])).split())[:MAX_TEXT]
