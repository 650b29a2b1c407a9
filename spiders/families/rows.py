"""Which anchors of a page are the rows of its lists, where the system's own addresses do not tell.

Navigation, breadcrumbs and footers are no rows; but portals name their boxes as they please ("nav_list"), so
an anchor that announces an annual report by its title and leads to an article is a row wherever it stands.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import Any, NamedTuple
from urllib.parse import unquote, urlsplit

from lxml import etree
from parsel import Selector
from scrapy.http import TextResponse

from spiders import columns
from spiders.families.data import is_data
from spiders.links import MAX_TEXT, Row, anchor_nodes, day_beside, day_in, title_of
from spiders.sieve import sift

_MOST_LINKS = 2000
"""Addresses of a page by which a family may know it."""
_MIN_TITLE = 6
"""Shorter texts are navigation."""
_ANCHORS = "//a|//*[@onclick][not(self::a)]"
_CLIMB = 40
"""Elements above an anchor that are looked at."""
_BLOCK_TEXT = 1000
_BLOCK_NODES = 60

_FURNITURE_TAGS = frozenset({"nav", "header", "footer", "select", "head"})
_FURNITURE = re.compile(
    r"(?:^|[\s_-])(?:(?:top|main|sub|left|side|site)?nav(?:bar|igation)?|(?:main|top|sub)?menus?|bread-?crumbs?|crumbs?|"
    r"(?:cur)?position|location|weizhi|dqwz|curr?chnlcls|foot(?:er)?|copyright|friend-?links?|yqlj|"
    r"sitemap|toolbar|share|topbar|header|search)\d{0,2}(?:$|[\s_-])",
    re.I,
)
_INDEX = re.compile(r"(?:/|/(?:index|list|default|main)[\w-]*\.\w{2,5}|/col/col\d+(?:/index\.html?)?)$", re.I)
"""Addresses of pages that hold lists or sections."""
_FILE = re.compile(r"\.(?:docx?|wps|pdf|ofd|xlsx?|et|rtf|zip|rar)$", re.I)
_DOWNLOAD = re.compile(
    r"download\.jsp\?|downfile\.jsp\?|wbfileid=|/attachment/|filename=[^&]{1,200}\.\w{2,4}", re.I
)
_NUMBERED = re.compile(r"\d{3}|[0-9a-f]{24}", re.I)
_YEAR = re.compile(r"(?<!\d)20\d\d(?!\d)")
_MONTH_FOLDER = re.compile(r"/20\d\d(?:/?[01]\d)(?:/?[0-3]\d)?/[^/]+$")
_PLAIN = re.compile(
    r"[\[【(（]*(?:点击|在线|查看|下载|详情|详细|阅读|预览|打开|浏览|pdf|word|docx?|附件|原文|全文)+[\]】)）>»]*",
    re.I,
)
"""The text of a link that leaves it to the row beside it to say what it leads to."""
_SHORT_DAY = re.compile(r"(?<![\d.:-])(\d{1,2})\s*[-./月]\s*(\d{1,2})(?![\d:.%-])")
_DAY_IN_ADDRESS = re.compile(r"(?<!\d)(20\d\d)[/_-]?(\d{1,2})[/_-]?(\d{1,2})(?!\d)")


class Entry(NamedTuple):
    """A row, and the number of the list on the page that it stands in."""

    row: Row
    block: int


def links_to(response: TextResponse, is_own: Callable[[str], bool]) -> bool:
    """Whether a page has a link, as it is written there, that a family knows for its own; data has none."""
    if is_data(response):
        return False
    found = response.xpath("//a/@href").getall()[:_MOST_LINKS]
    return any(is_own(href.strip()[:500]) for href in found)


def list_entries(
    response: TextResponse, is_article: Callable[[str], bool] = lambda _address: False
) -> tuple[Entry, ...]:
    """The rows of a page in reading order; `is_article` tells addresses (path and query) that are articles of
    the system for certain.
    """
    return () if is_data(response) else _Page(response, is_article).entries()


def sure_entries(response: TextResponse, is_article: Callable[[str], bool]) -> tuple[Entry, ...]:
    """The rows of a page of a system whose articles are known by their addresses: those, files, and whatever
    announces a report.
    """

    def certain(address: str) -> bool:
        return is_article(address) or _FILE.search(address.partition("?")[0]) is not None

    return tuple(
        entry
        for entry in list_entries(response, certain)
        if certain(_address(entry.row.url)) or sift(entry.row.title).accepted
    )


def rows_of(entries: tuple[Entry, ...]) -> tuple[Row, ...]:
    """The rows alone, each address once."""
    return tuple({entry.row.url: entry.row for entry in reversed(entries)}.values())[::-1]


def longest(entries: tuple[Entry, ...]) -> int:
    """How many rows the longest list on the page has."""
    blocks: dict[int, set[str]] = {}
    for entry in entries:
        blocks.setdefault(entry.block, set()).add(entry.row.url)
    return max(map(len, blocks.values()), default=0)


class _Page:
    """The anchors of one page, and what stands around them."""

    def __init__(self, response: TextResponse, is_article: Callable[[str], bool]) -> None:
        self._response, self._is_article = response, is_article
        self._furniture: dict[Any, bool] = {}
        self._inside: dict[Any, int] = {}  # how many rows an element holds
        self._blocks: dict[Any, int] = {}

    def entries(self) -> tuple[Entry, ...]:
        found: list[tuple[Selector, str, str]] = []
        beside: list[tuple[Selector, str]] = []
        for anchor, url in anchor_nodes(self._response, self._response.xpath(_ANCHORS)):
            title = title_of(anchor)
            if _PLAIN.fullmatch(title):
                beside.append((anchor, url))
            elif self._is_row(anchor.root, url, title):
                found.append((anchor, url, title))
                for above in _above(anchor.root):
                    self._inside[above] = self._inside.get(above, 0) + 1
        told = {url for _, url, _ in found}
        for anchor, url in beside:
            title = "" if url in told else self._title_beside(anchor.root)
            if title and sift(title).accepted:
                found.append((anchor, url, title))
        return tuple(self._entry(anchor, url, title) for anchor, url, title in found)

    def _is_row(self, anchor: Any, url: str, title: str) -> bool:
        if not title or url == self._response.url:
            return False
        parts, address = urlsplit(url), _address(url)
        certain = self._is_article(address)
        announces = sift(title).accepted
        index = not certain and bool(_INDEX.search(parts.path)) and not parts.query
        if columns.is_branch(title) and not certain and not _leads_to_article(address):
            return False  # a part of the column, or the column itself
        if announces:
            return True  # a report may be the index of a folder of its own
        if len(title) < _MIN_TITLE and not certain:
            return False
        return not index and not self._stands_in_furniture(anchor)

    def _stands_in_furniture(self, anchor: Any) -> bool:
        passed = []
        answer = False
        for above in _above(anchor):
            if above in self._furniture:
                answer = self._furniture[above]
                break
            passed.append(above)
            if above.tag in ("body", "html"):
                break
            names = f"{above.get('class') or ''} {above.get('id') or ''}"[:200]
            if above.tag in _FURNITURE_TAGS or _FURNITURE.search(names):
                answer = True
                break
        self._furniture.update(dict.fromkeys(passed, answer))
        return answer

    def _entry(self, anchor: Selector, url: str, title: str) -> Entry:
        own = self._own_block(anchor.root, 1)
        parent = own.getparent()
        block = self._blocks.setdefault(own if parent is None else parent, len(self._blocks))
        return Entry(Row(url, title, day_beside(anchor) or _short_day(own, url, title)), block)

    def _own_block(self, anchor: Any, most: int) -> Any:
        """The largest element that holds this row and no other."""
        own = anchor
        for above in _above(anchor):
            if above.tag in ("body", "html") or self._inside.get(above, 0) > most:
                break
            own = above
        return own

    def _title_beside(self, anchor: Any) -> str:
        text = " ".join(_text_of(self._own_block(anchor, 0)).split())
        words = [word for word in text.split() if not _PLAIN.fullmatch(word)]
        return " ".join(word for word in words if day_in(word) is None)[:MAX_TEXT]


def _address(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def _above(element: Any) -> list[Any]:
    found: list[Any] = []
    at = element.getparent()
    while at is not None and len(found) < _CLIMB:
        found.append(at)
        at = at.getparent()
    return found


def _text_of(element: Any) -> str:
    texts: list[str] = []
    for node in element.iter():
        if len(texts) >= _BLOCK_NODES:
            break
        if node.tag is not etree.Comment and node.tag not in ("script", "style") and node.text:
            texts.append(node.text[:_BLOCK_TEXT])
        if node is not element and node.tail:
            texts.append(node.tail[:_BLOCK_TEXT])
    return " ".join(texts)[:_BLOCK_TEXT]


def _short_day(own: Any, url: str, title: str) -> date | None:
    """ "01-30" beside a row is a day where the row's address knows its year."""
    text = _text_of(own).replace(title, " ")
    short = {(int(month), int(day)) for month, day in _SHORT_DAY.findall(text)}
    for year, month, day in _DAY_IN_ADDRESS.findall(urlsplit(url).path):
        if (int(month), int(day)) in short:
            try:
                return date(int(year), int(month), int(day))
            except ValueError:
                continue
    return None


def _leads_to_article(address: str) -> bool:
    """Whether an address is that of a single document rather than of a list or a section."""
    path, _, query = address.partition("?")
    name = unquote(path.rpartition("/")[2])
    if _FILE.search(path) or _DOWNLOAD.search(address):
        return True
    if _INDEX.search(path):
        return False
    numbered = (_NUMBERED.search(_YEAR.sub("", part)) for part in (name, query))
    return any(numbered) or bool(_MONTH_FOLDER.search(path))
