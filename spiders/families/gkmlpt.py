"""gkmlpt, the disclosure platform of Guangdong: a tree of columns in a script, lists from an interface.

    window._CONFIG = { SID: '2', TREE: [{"id": 153, "name": "政府信息公开年报", "children": []}, …], … }
    GET /gkmlpt/api/all/153?page=1&sid=2
    {"articles": [{"title": …, "url": …, "display_publish_time": 1705543200, …}, …],
     "classify": {"post_count": 221}}

A column has no address of its own (/gkmlpt/index#153), so that its interface stands for it. Odd things that
sites do: `post_count` counts entries that are hidden or expired and shown on no page, and hidden entries
leave pages shorter than 100; departments have the platform in a folder of theirs (/slj/gkmlpt/index); a
column jumps to another one, or to a page elsewhere; older lists of the same makers are static folders, whose
second page is index_2.html and whose rows are content/post_4688997.html.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from hashlib import sha256
from itertools import islice
from typing import Any, NamedTuple
from urllib.parse import parse_qs, parse_qsl, urlencode, urljoin, urlsplit

from scrapy.http import TextResponse

from crawler.report.model import Bilingual
from spiders.families.announced import announced
from spiders.families.data import answered, day_of, is_data, text_of, value_at, whole
from spiders.families.listing import Listing, Place
from spiders.families.rows import list_entries, rows_of
from spiders.links import MAX_TEXT, Link, Row, absolute, anchor_nodes, title_of

RANK = 10

PAGE_ROWS = 100
"""Entries on one page of the interface, hidden ones included."""
_NEARLY_WHOLE = 90
MAX_PAGES = 500
MAX_NODES = 10_000
"""Nodes of a tree of columns that are looked at."""
MAX_ROWS = 1_000
_LONGEST_TREE = 500_000
_LONGEST_NODE = 500

_FOLDER = re.compile(r"^(.{0,300}?/gkmlpt)(?:/|$)", re.I)
_API = re.compile(r"/gkmlpt/api/", re.I)
_CONFIG = re.compile(r"\b_CONFIG\s*=\s*\{")
_SITE = re.compile(r"\bSID[\"']?\s*[:=]\s*[\"']?(\w{1,20})")
_TREE = re.compile(r"\bTREE[\"']?\s*[:=]\s*(?=[\[{])")
_LOOSE_ID = re.compile(r"[{,]\s{0,20}[\"']?id[\"']?\s{0,20}:\s{0,20}[\"']?(\d{1,12})[\"']?\s{0,20},")
_LOOSE_NAME = re.compile(r"\bname[\"']?\s{0,20}:\s{0,20}[\"']([^\"'<>]{1,60})[\"']")
"""A node of a tree that is a script's own and no JSON."""
_COLUMN_HERE = re.compile(r"#/?(\w{1,20})$")
_OTHER_COLUMN = re.compile(r"/gkmlpt/(?:index[\w.]{0,10})?(?:\?[^#]{0,200})?#/?(\w{1,20})$", re.I)

_ANNUAL = re.compile(
    r"公开.{0,8}(?:年报|报告)|"
    r"^(?:历年|往年|历史|部门|各?(?:部门|单位)|本级|[省市区县镇街]级?)?(?:工作)?(?:年报|年度(?:工作)?报告)(?:专栏|栏目)?$"
)
_OTHER = re.compile(
    r"法治|依法|决算|预算|统计|审计|企业|环境|质量|绩效|网站|普法|述职|执法|行政许可|社会责任|解读|制度|指南"
)
_STATUTORY = "政府信息公开年报"
_TELLING = re.compile(r"^(?:政府)?(?:信息公开|公开)?(?:工作)?(?:年报|年度(?:工作)?报告)$")

_POST = re.compile(r"/content/(?:\d{1,6}/){0,2}post_\d{1,15}\.s?html?$", re.I)
_NUMBERED = re.compile(r"^index_(\d{1,6})\.(s?html?)$", re.I)
_NEXT = re.compile(r"^下一?页[>›»]*$")
_NO_LIST = Bilingual("接口返回的不是列表", "the interface answered with something else than a list")
_NO_TREE = Bilingual("无法读取栏目树", "the tree of columns cannot be read")
_UNREAD_ROWS = Bilingual(
    "部分条目没有可用的网址或标题", "some entries have no address or title that can be used"
)


def recognises(response: TextResponse) -> bool:
    """By the platform's folder or configuration, or by a static list of articles that it keeps."""
    path = urlsplit(response.url).path
    if _FOLDER.match(path):
        return True
    if is_data(response):
        return False
    text = response.text
    if "_CONFIG" in text and _CONFIG.search(text) and (_TREE.search(text) or _SITE.search(text)):
        return True
    return "post_" in text and _lists_posts(response)


def links(response: TextResponse) -> tuple[Link, ...]:
    """The annual-report columns of the tree and the parts of them, as addresses of the interface."""
    found: dict[str, Link] = {}
    for column in _annual(_tree(response)):
        for url in _addresses(response, column):
            found.setdefault(url, Link(url, column.text))
    return tuple(found.values())


def read(response: TextResponse, place: Place | None) -> tuple[Listing, ...]:
    """Rows of the interface's answer, or of a static list; an index page shows none."""
    path = urlsplit(response.url).path
    if _API.search(path) or is_data(response):
        return (_answer(response, place),)
    if _CONFIG.search(response.text):
        unread = bool(_TREE.search(response.text)) and not _tree(response)
        return (Listing((), doubt=_NO_TREE if unread else None),)
    return (_static(response, place),)


# --- the tree of columns -----------------------------------------------------------------------------------


class _Column(NamedTuple):
    id: str
    text: str
    jump: str


def _tree(response: TextResponse) -> list[Any]:
    """The nodes at the top of the tree."""
    if is_data(response):
        return []
    text = response.text
    opening = _TREE.search(text)
    if opening is None:
        return []
    tree = value_at(text, opening.end())
    if isinstance(tree, list | dict):
        return tree if isinstance(tree, list) else [tree]
    return list(_loose(text[opening.end() : opening.end() + _LONGEST_TREE]))


def _loose(tree: str) -> Iterator[dict[str, str]]:
    """The nodes of a tree that is no JSON, side by side; one without a name is none."""
    nodes = list(islice(_LOOSE_ID.finditer(tree), MAX_NODES))
    ends = [node.start() for node in nodes[1:]] + [len(tree)]
    for node, end in zip(nodes, ends, strict=False):
        name = _LOOSE_NAME.search(tree, node.end(), min(end, node.end() + _LONGEST_NODE))
        if name:
            yield {"id": node[1], "name": name[1]}


def _annual(tree: list[Any]) -> Iterator[_Column]:
    """Columns of annual reports, in the order of the tree; what stands below one is a part of it."""
    waiting: list[tuple[Any, str]] = [(node, "") for node in reversed(tree[:MAX_NODES])]
    looked = 0
    while waiting and looked < MAX_NODES:
        node, above = waiting.pop()
        looked += 1
        if isinstance(node, list):
            waiting.extend((child, above) for child in reversed(node[:MAX_NODES]))
        if not isinstance(node, dict):
            continue
        name = "".join(text_of(node.get("name") or node.get("title")).split())[:MAX_TEXT]
        text = "" if _OTHER.search(name) else above
        if _ANNUAL.search(name) and not _OTHER.search(name):
            text = name if _TELLING.match(name) else _STATUTORY
        number = text_of(node.get("id"))
        jump = node.get("jump_url")
        if text and re.fullmatch(r"\w{1,20}", number):
            yield _Column(number, text, jump.strip() if isinstance(jump, str) else "")
        below = [part for part in node.values() if part and isinstance(part, list | dict)]
        waiting.extend((part, text) for part in reversed(below))


def _addresses(response: TextResponse, column: _Column) -> list[str]:
    """Where a column's list is to be had."""
    own = _interface(response, column.id)
    inside = _COLUMN_HERE.match(column.jump)
    if inside:
        return _interface(response, inside[1])
    elsewhere = absolute(response, column.jump) if column.jump else None
    if elsewhere is None:
        return own
    here, there = urlsplit(response.url), urlsplit(elsewhere)
    if there.hostname != here.hostname:
        # what stands on another host may not be visited: then at least what the column holds itself
        return [elsewhere, *own]
    other = _OTHER_COLUMN.search(column.jump)
    if other and _folder(there.path) == _folder(here.path):
        return _interface(response, other[1])
    return [elsewhere]


def _interface(response: TextResponse, column: str) -> list[str]:
    """Address of the first page of `column`."""
    site = _SITE.search(response.text)
    query = "page=1" if site is None else f"page=1&sid={site[1]}"
    folder = _folder(urlsplit(response.url).path)
    url = absolute(response, f"{folder}/api/all/{column}?{query}", response.url)
    return [] if url is None else [url]


def _folder(path: str) -> str:
    """The folder of the platform that `path` lies in."""
    found = _FOLDER.match(path)
    return "/gkmlpt" if found is None else found[1]


# --- the interface -----------------------------------------------------------------------------------------


def _answer(response: TextResponse, place: Place | None) -> Listing:
    answer = answered(response.text)
    articles = answer.get("articles") if isinstance(answer, dict) else None
    if not isinstance(answer, dict) or not isinstance(articles, list):
        return Listing((), doubt=_NO_LIST)
    page = _page(response, place)
    number = len(articles)
    rows = tuple(row for article in articles[:MAX_ROWS] if (row := _row(response, article)) is not None)
    before = 0 if place is None else place.shown
    shown = before + number
    count = _count(answer, shown, place)
    if not number:
        if place is None and count:
            return Listing((), doubt=_counts_only(count))
        return Listing((), ended=True)
    told = {} if place is None else dict(place.query)
    shows = _shows(rows)
    if place is not None and told.get("shows") == shows:
        # asked for more than there is, the interface shows its last page once more; after a whole page it
        # rather did not understand which one was meant
        left = 0 if place.entries is None else max(0, place.entries - before)
        return Listing((), lacking=left if left >= number or number > _NEARLY_WHOLE else 0, ended=True)
    doubt = _UNREAD_ROWS if len(rows) < min(number, MAX_ROWS) or number > MAX_ROWS else None
    fullest = max(number, whole(told.get("fullest")) or 0)
    if _ends(page, shown, count, fullest):
        return Listing(rows, doubt=doubt, ended=True)
    if page >= MAX_PAGES:
        return Listing(rows, lacking=1 if count is None else count - shown, doubt=doubt)
    following = Place(
        _numbered(response.url, page + 1),
        page + 1,
        certain=True,
        entries=count,
        shown=shown,
        query=(("fullest", str(fullest)), ("shows", shows)),
    )
    return Listing(rows, following, doubt=doubt)


def _shows(rows: tuple[Row, ...]) -> str:
    """The entries of a page as one short text."""
    return sha256("\n".join(row.url for row in rows).encode(errors="replace")).hexdigest()[:32]


def _ends(page: int, shown: int, count: int | None, fullest: int) -> bool:
    """Whether nothing can follow. A page that is merely short proves nothing: hidden entries take their place
    on it. Only where pages are seen to be of the size that they should have does their number tell.
    """
    if count is None:
        return False
    sized = _NEARLY_WHOLE < fullest <= PAGE_ROWS
    return shown >= count or (sized and page * PAGE_ROWS >= count)


def _count(answer: Mapping[str, Any], shown: int, place: Place | None) -> int | None:
    """How many entries the list says it has; None where it says nothing, or fewer than it shows."""
    classify = answer.get("classify")
    counts = (
        whole(classify.get("post_count")) if isinstance(classify, dict) else None,
        whole(answer.get("total")),
        None if place is None else place.entries,
    )
    return next((count for count in counts if count is not None and count >= shown), None)


def _counts_only(count: int) -> Bilingual:
    return Bilingual(
        f"列表标明{count}条，却一条也没有列出", f"the list announces {count} entries and shows none"
    )


def _page(response: TextResponse, place: Place | None) -> int:
    if place is not None:
        return place.page
    asked = parse_qs(urlsplit(response.url).query).get("page", ["1"])[0]
    return max(1, whole(asked) or 1)


def _numbered(url: str, page: int) -> str:
    parts = urlsplit(url)
    query = [(key, value) for key, value in parse_qsl(parts.query, keep_blank_values=True) if key != "page"]
    return parts._replace(query=urlencode([("page", str(page)), *query]), fragment="").geturl()


def _row(response: TextResponse, article: object) -> Row | None:
    """One entry. Its address may be that of the site it was taken from: the platform's own goes first."""
    if not isinstance(article, dict):
        return None
    title = " ".join(text_of(article.get("title")).split())[:MAX_TEXT]
    given = [article.get("url"), article.get("post_url"), _by_number(response, text_of(article.get("id")))]
    urls = [
        url for href in given if isinstance(href, str) and (url := absolute(response, href, response.url))
    ]
    if not title or not urls:
        return None
    host = urlsplit(response.url).hostname
    url = next((url for url in urls if urlsplit(url).hostname == host), urls[0])
    days = (
        article.get(key)
        for key in ("display_publish_time", "first_publish_time", "publish_time", "created_at")
    )
    return Row(url, title, next((day for value in days if (day := day_of(value)) is not None), None))


def _by_number(response: TextResponse, number: str) -> str | None:
    """The address that the platform gives an article of this number."""
    if not re.fullmatch(r"[0-9]{1,12}", number):
        return None
    folder = _folder(urlsplit(response.url).path)
    return f"{folder}/content/{int(number) // 1_000_000}/{int(number) // 1_000}/post_{number}.html"


# --- static pages ------------------------------------------------------------------------------------------


def _is_post(address: str) -> bool:
    return _POST.search(address) is not None


def _lists_posts(response: TextResponse) -> bool:
    """Whether the page links to articles in its own folder."""
    here = urlsplit(response.url)
    folder = here.path.rpartition("/")[0] + "/content/post_"
    nodes = response.xpath("//a[contains(@href, 'content/post_')]")
    found = (urlsplit(url) for _, url in anchor_nodes(response, nodes))
    return any(url.netloc == here.netloc and url.path.startswith(folder) for url in found)


def _static(response: TextResponse, place: Place | None) -> Listing:
    rows = rows_of(list_entries(response, _is_post))
    page = 1 if place is None else place.page
    if page >= MAX_PAGES:
        return Listing(rows)
    extension, pages = "html", None if place is None else place.pages
    folder = urljoin(response.url, ".")
    for node, url in anchor_nodes(response, response.xpath("//a[@href]")):
        if _NEXT.match("".join(title_of(node).split())) and url.split("?")[0] != response.url.split("?")[0]:
            return Listing(rows, Place(url, page + 1, certain=True, pages=pages))
        named = _NUMBERED.match(url.removeprefix(folder))
        if named:
            extension, pages = named[2], max(int(named[1]), pages or 0)
    pages = max(pages or 0, announced(response).pages or 0) or None
    if pages is None or page >= pages:
        return Listing(rows)
    # the second page is index_2.html
    url = urljoin(folder, f"index_{page + 1}.{extension}")
    return Listing(rows, Place(url, page + 1, certain=True, pages=pages))
