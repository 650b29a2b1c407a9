"""Links, frames and jumps of a page. All of it is hostile text: every count and length has a bound."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import Any, NamedTuple
from urllib.parse import urldefrag, urljoin, urlsplit

from lxml import etree
from parsel import Selector, SelectorList
from scrapy.http import JsonResponse, TextResponse
from w3lib.url import safe_url_string

from spiders.scripts import jump_in, may_jump, opened_by

MAX_URL = 2000
MAX_LINKS = 5000
"""Links read from one page."""
MAX_TEXT = 300
_JUMP_PAGE = 50_000
"""Bytes up to which a page may be nothing but a jump to another one."""
_SHELL_TEXT = 200
"""Characters that such a page may show while it jumps."""

_DATE = re.compile(r"(?<!\d)(20\d\d)\s{0,3}[-./年]\s{0,3}(\d{1,2})\s{0,3}[-./月]\s{0,3}(\d{1,2})(?!\d)")
_SPLIT_DATE = re.compile(
    r"(?<![\d.-])(\d{1,2})\s{1,3}(20\d\d)\s?[-./年]\s?(\d{1,2})(?![\d.-])"
    r"|(?<![\d.-])(20\d\d)\s?[-./年]\s?(\d{1,2})月?\s{1,3}(\d{1,2})(?![\d.-])"
)
"""A day set large beside its year and month."""
_PUBLISHED, _OTHER_DAY = re.compile(r"发布|公布|发表|公开"), re.compile(r"更新|生成|成文|修改|截止|废止|编辑")
_ONLY_DAY = re.compile(r"[\[(（【]?(?:20\d\d\s?[-./年]\s?)?\d{1,2}\s?[-./月]\s?\d{1,2}日?[\])）】]?")
_JUNK = re.compile(r"新窗口|点击|链接|无障碍|打开|进入|鼠标|浏览")
"""Words of title attributes that speak of the click and not of the page behind it."""
_LABELLED = re.compile(
    r"^(?:标题|题目|文章标题)[:：]\s*(.{2,300}?)(?:\s*(?:作者|来源|发布|更新|时间|日期|点击)[^:：]{0,6}[:：]|$)"
)
_MUTE = re.compile(
    r"(?:查看)?(?:更多|全部|more|MORE|More)?[\s>»›+.…\[\]【】]{0,6}|(?:点击)?(?:进入|查看|详情)[>»\s]{0,4}"
)
"""The text of a link that leaves it to its box's heading to say where it leads."""
_MOST_MUTE, _HEADING = 200, 30
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_LISTS = frozenset(("body", "html", "table", "tbody", "ul", "ol", "dl"))
_MOST_STEPS, _MOST_NODES, _CLIMB, _ROW_TEXT = 200, 30, 8, 1000
"""Nodes, anchors, ancestors and characters that are looked at for one row."""

_REFRESH = re.compile(
    r"\s{0,9}(\d{1,4})(?:\.\d{0,9})?\s{0,9}[;,\s]\s{0,9}(?:url\s{0,9}=\s{0,9})?[\"']?([^\"'\s][^\"']{0,1000})",
    re.I,
)
_MAY_REFRESH = re.compile(r"http-equiv[\s=\"']{0,20}(?:refresh|[^\s<>\"']{0,40}&)", re.I)
"""Pages that refresh themselves are few, and to look for elements costs."""
_MAX_REFRESH_SECONDS = 10
"""A page that waits longer before it reloads is a page to be read, not a jump."""
_IDLE_FRAME = re.compile(
    r"(?:^|[^a-z])(?:visitcount\w*|login\w*|tree\.jsp|share\w*|footer|foot|bottom|header|head|top|weather|tianqi|counter|"
    r"tongji|count|video|player|kefu|chat|captcha|search(?!\.jsp\?.*(?:area|infotypeid))\w*|blank)(?:$|[^a-z])",
    re.I,
)
_IDLE_FILE = re.compile(
    r"\.(?:swf|flv|mp4|mp3|js|css|jpe?g|png|gif|svg|docx?|wps|pdf|ofd|xlsx?)(?:$|[?#])", re.I
)
_FRAME_IN_SCRIPT = re.compile(
    r"<i?frame\b[^<>]{0,300}?\bsrc\s{0,3}=\s{0,3}\\?[\"']([^\"'<>\s\\+]{1,1000})\\?[\"'](?!\s{0,5}\+)"
    r"|frame[\w\"')\]]{0,40}\s{0,5}\.\s{0,5}(?:src\s{0,5}=\s{0,5}|attr\s{0,5}\(\s{0,5}[\"']src[\"']\s{0,5},\s{0,5})[\"']([^\"'<>\s+]{1,1000})[\"'](?!\s{0,5}\+)",
    re.I,
)
_MAX_FRAMES = 20
_LINKS = (
    "//a|//area[@href]|//*[@onclick][not(self::a)]|//*[@data-url or @data-href or @data-link][not(self::a)]"
    "|//li[@href]|//div[@href]|//option[@value]"
)
_IN_DATA = ("data-href", "data-url", "data-link")


class Row(NamedTuple):
    """One entry of a list."""

    url: str
    title: str
    day: date | None = None


class Link(NamedTuple):
    """One anchor of a page, absolute, with its text."""

    url: str
    text: str


def absolute(response: TextResponse, href: str, base: str | None = None) -> str | None:
    """The http(s) address that `href` means on this page, without fragment; None where it means none.

    Whoever asks for many gives the page's `base`: to look for it takes a walk over the page.
    """
    href = href.strip()
    if (
        not href
        or len(href) > MAX_URL
        or href.lower().startswith(("#", "javascript:", "mailto:", "tel:", "data:"))
    ):
        return None
    try:
        # percent-encoded, as it will be asked for: a list may print raw characters
        url = safe_url_string(urldefrag(urljoin(base or base_of(response), href)).url)
        parts = urlsplit(url)
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or not parts.netloc or len(url) > MAX_URL:
        return None
    return url


def base_of(response: TextResponse) -> str:
    """What relative addresses of the page stand on: its <base>, else its own address."""
    base = None if isinstance(response, JsonResponse) else response.xpath("//base/@href").get()
    try:
        return urljoin(response.url, base.strip()[:MAX_URL]) if base else response.url
    except ValueError:
        return response.url


def anchors(response: TextResponse) -> list[Link]:
    """All links of the page to an http(s) address, in reading order; none where it is data.

    Not anchors alone: areas of pictures, elements that open an address when clicked, entries of a select. A
    link that says no more than 更多 gets the heading of its box for a text.
    """
    if isinstance(response, JsonResponse):
        return []
    found, mute = [], 0
    for node, url in anchor_nodes(response, response.xpath(_LINKS)):
        text = title_of(node)
        if _MUTE.fullmatch(text) and mute < _MOST_MUTE:
            mute += 1
            text = _heading_beside(node.root) or text
        found.append(Link(url, text))
    return found


def anchor_nodes(response: TextResponse, nodes: SelectorList[Selector]) -> Iterator[tuple[Selector, str]]:
    """(anchor, absolute address) of those `nodes` that lead to an http(s) address, MAX_LINKS at most."""
    base = base_of(response)
    for node in nodes[:MAX_LINKS]:
        for address in _addresses(node):
            url = absolute(response, address, base)
            if url is not None:
                yield node, url
                break


def _addresses(node: Selector) -> Iterator[str]:
    """What an element may lead to, the surest first."""
    given = node.root  # attributes one by one: what a page writes for their names may be no name at all
    if node.root.tag == "option":
        # an entry of a menu, where its value looks like an address
        yield opened_by(f"'{given.get('value', '')}'") or ""
        return
    href = given.get("href", "").strip()
    yield "" if href.lower().startswith("javascript:") else href
    yield from (given.get(name) or "" for name in _IN_DATA)
    for script in (given.get("onclick", ""), href):
        if script and (script is not href or href.lower().startswith("javascript:")):
            yield opened_by(script) or ""


def title_of(anchor: Selector) -> str:
    """The title of a row: the anchor's text, or its title attribute where that says more; of a picture, the
    text that stands for it.

    Lists cut long texts short and leave the whole title in the attribute. A day or a hidden counter inside
    the anchor is no part of its title.
    """
    # a box as one link: its heading, and not the lines below
    heading = next((node for node in anchor.root.iter(*_HEADINGS) if node is not anchor.root), None)
    text = ("" if heading is None else _folded(_text_in(heading))) or _folded(_text_in(anchor.root))
    attribute = _folded(anchor.root.get("title", ""))
    labelled = _LABELLED.match(attribute)
    if labelled:
        attribute = labelled[1]
    if attribute and len(attribute) > len(text.rstrip(".…")) and not (text and _JUNK.search(attribute)):
        return attribute
    if text:
        return text
    told = (
        *anchor.xpath(".//img/@alt|.//img/@title|@aria-label|@alt|.//*[@aria-label]/@aria-label").getall()[
            :9
        ],
    )
    return max(map(_folded, told), key=len, default="")


def _folded(text: str) -> str:
    return " ".join(text[: 10 * MAX_TEXT].split())[:MAX_TEXT]


def _text_in(element: Any) -> str:
    """Text of an element without what is hidden in it, and without a day that stands in an element alone."""
    return "".join(_texts(element, days=False)).strip() or "".join(_texts(element, days=True))


def _texts(element: Any, *, days: bool) -> Iterator[str]:
    walk = etree.iterwalk(element, events=("start", "end", "comment", "pi"))
    for number, (event, node) in enumerate(walk):
        if number > _MOST_STEPS:
            return
        if event == "start" and (_is_hidden(node) or (not days and node is not element and _is_day(node))):
            walk.skip_subtree()
        elif event == "start":
            yield (node.text or "")[:_ROW_TEXT]
        elif node is not element:
            yield (node.tail or "")[:_ROW_TEXT]


def _is_hidden(node: Any) -> bool:
    if node.tag in ("script", "style", "template"):
        return True
    style = node.get("style") or ""
    return node.get("hidden") is not None or "display:none" in "".join(style[:200].split()).lower()


def _is_day(node: Any) -> bool:
    text = "" if len(node) else (node.text or "").strip()
    return len(text) < 30 and _ONLY_DAY.fullmatch(text) is not None


def _heading_beside(element: Any) -> str:
    """The heading of the box in which a link stands: what its box says before it, where that is short."""
    at = element
    for _ in range(3):
        at = at.getparent()
        if at is None or at.tag in ("body", "html", "ul", "ol", "table"):
            return ""
        said: list[str] = []
        for number, (event, node) in enumerate(etree.iterwalk(at, events=("start", "end"))):
            if node is element or number > _MOST_STEPS or sum(map(len, said)) > _HEADING:
                break
            if event == "start" and node.tag not in ("script", "style"):
                said.append("".join((node.text or "")[:_ROW_TEXT].split()))
            elif event == "end" and node is not at:
                said.append("".join((node.tail or "")[:_ROW_TEXT].split()))
        text = "".join(said)
        if text:
            return text if len(text) <= _HEADING else ""
    return ""


def day_beside(anchor: Selector) -> date | None:
    """The day of a row: the one that stands beside its title, alone or labelled as that of publication.

    Of two days without such a label neither is told.
    """
    element = anchor.root
    titles = {title_of(anchor), _folded("".join(_texts(element, days=False)))} - {""}
    at = element
    for _ in range(_CLIMB):
        row, at = at, at.getparent()
        if at is None or at.tag in _LISTS or _holds_others(at, element):
            break
        found = _one_day(_row_text(at), titles)
        if found is not None or at.tag in ("li", "tr"):
            return found
    # rows with nothing around each: what follows, up to the next anchor
    text, following = row.tail or "", row.getnext()
    if following is not None and following.tag != "a" and following.find(".//a") is None:
        text = f"{text} {_row_text(following)}"
    return _one_day(text, titles)


def _holds_others(element: Any, anchor: Any) -> bool:
    """Whether an element holds another row: an anchor to elsewhere with a text of a title's length."""
    address = anchor.get("href")
    for number, other in enumerate(element.iter("a")):
        if number > _MOST_NODES:
            return True
        if other is not anchor and other.get("href") not in (None, address) and len(_text_in(other)) >= 6:
            return True
    return False


def _row_text(row: Any) -> str:
    """Text of a row; the cells of a table's row with the heads of their columns before them."""
    if row.tag != "tr":
        return " ".join(_texts(row, days=True))[:_ROW_TEXT]
    table = row.getparent()
    first = None if table is None else next(table.iter("tr"), None)
    heads = (
        []
        if first is None or first is row or first.find(".//a") is not None
        else [" ".join(_texts(cell, days=True))[:20] for cell in first[:20]]
    )
    cells = [" ".join(_texts(cell, days=True))[:_ROW_TEXT] for cell in row[:20]]
    heads = heads if len(heads) == len(cells) else [""] * len(cells)
    return " ".join(f"{head} {cell}" for head, cell in zip(heads, cells, strict=True))[:_ROW_TEXT]


def _one_day(text: str, titles: set[str]) -> date | None:
    text = " ".join(text[:_ROW_TEXT].split())
    for title in titles:
        text = text.replace(title, " ")
    days: dict[date, str] = {}  # with the words before it
    ended = 0
    for found in _DATE.finditer(text):
        day = _day(*found.groups())
        if day is not None:
            label = text[max(ended, found.start() - 12) : found.start()]
            days[day] = days.get(day, "") + label
        ended = found.end()
    if not days:
        split = _SPLIT_DATE.search(text)
        if split is None:
            return None
        last, year, month, year_first, month_after, day_after = split.groups()
        return _day(year or year_first, month or month_after, last or day_after)
    if len(days) == 1:
        return next(iter(days))
    published = [day for day, label in days.items() if _PUBLISHED.search(label)]
    others = [day for day, label in days.items() if not _OTHER_DAY.search(label)]
    return next((told[0] for told in (published, others) if len(told) == 1), None)


def _day(year: str, month: str, day: str) -> date | None:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None


def day_in(text: str) -> date | None:
    """The last date written in `text` with its year, None where there is none."""
    days = [_day(*found) for found in _DATE.findall(text[:_ROW_TEXT])]
    return next((day for day in reversed(days) if day is not None), None)


def jump(response: TextResponse) -> str | None:
    """Where the page sends its reader at once: by meta refresh, or by script where the page is a mere shell.

    A shell is small and holds no text of its own; its target may be the page itself.
    """
    if len(response.body) > _JUMP_PAGE or isinstance(response, JsonResponse):
        return None
    text = response.text
    # what stands in <noscript> is for readers without scripts
    refreshing = "//meta[@http-equiv and @content][not(ancestor::noscript)]"
    for meta in response.xpath(refreshing)[:50] if _MAY_REFRESH.search(text) else ():
        if meta.root.get("http-equiv").strip().lower() == "refresh":
            match = _REFRESH.match(meta.root.get("content"))
            if match and int(match[1]) <= _MAX_REFRESH_SECONDS:
                return absolute(response, match[2]) or response.url
    if not may_jump(text) or len(visible_text(response)) > _SHELL_TEXT:
        return None
    scripts = response.xpath("//script/text()|//body/@onload").getall()[:20]
    page = "\n".join(scripts)
    found = (jump_in(script, page) for script in scripts)
    return next((absolute(response, address) for address in found if address is not None), None)


def visible_text(response: TextResponse) -> str:
    """Text that a reader would see, white space folded; at most 5000 characters."""
    nodes = response.xpath(
        "//body//text()[not(ancestor::script or ancestor::style or ancestor::noscript)]"
    ).getall()[:2000]
    return " ".join(" ".join(nodes).split())[:5000]


def frames(response: TextResponse) -> list[str]:
    """Addresses of the page's frames, without those that hold counters, logins and the like."""
    if isinstance(response, JsonResponse):
        return []
    sources = response.xpath(
        "//iframe/@src|//frame/@src|//iframe/@data-src|//embed/@src|//object/@data"
    ).getall()
    scripts = response.xpath("//script/text()").getall()[:50]
    for script in scripts:
        sources.extend(a or b for a, b in _FRAME_IN_SCRIPT.findall(script[:_JUMP_PAGE])[:_MAX_FRAMES])
    found: dict[str, None] = {}
    base = base_of(response)
    for source in sources[: 10 * _MAX_FRAMES]:
        url = absolute(response, source, base)
        if url is None or url == response.url:
            continue
        if not _IDLE_FRAME.search(_name_of(url)) and not _IDLE_FILE.search(url):
            found[url] = None
    return [*found][:_MAX_FRAMES]


def _name_of(url: str) -> str:
    """The end of an address: its file with the query, and the folder that the file is in."""
    parts = urlsplit(url)
    return "/".join(parts.path.rsplit("/", 2)[1:]) + f"?{parts.query}"
