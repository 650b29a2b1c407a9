"""Which part of a page is the report: what stands around its numbered headings and tables of figures."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from crawler.extract.document import Grid, Origin, Paragraph
from crawler.extract.html.entries import Entry, Places, texts
from crawler.extract.layout import is_numbered

_FURNITURE_TAGS = frozenset(("nav", "footer", "aside"))
_FURNITURE_NAME = re.compile(
    r"crumb|position|footer|copyright|share|\bnav|menu|sidebar|pagination|login|search|friend|weizhi|dqwz",
    re.IGNORECASE,
)
_FURNITURE_LINE = re.compile(
    "发布时间|发布日期|发表日期|发布机构|信息来源|来源[:：]|更新时间|成文日期|生成日期|索引号|字体[:：\\s]|字号|"
    "打印|分享|浏览次数|点击数|阅读次数|访问量|当前位置|您的位置|您现在|所在位置|首页|上一篇|下一篇|版权所有|"
    "ICP备|公网安备|网站标识码|主办单位|主办[:：]|承办单位|承办[:：]|技术支持|关闭窗口|扫一扫|责任编辑"
)
_FURNITURE_LENGTH = 160
_OF_THE_SITE = re.compile("版权所有|ICP备|公网安备|网站标识码|技术支持[:：]")
_SENTENCE = re.compile(r"[。；！][”’」）)]?\s*$")

_FIGURES = re.compile(r"\s*[0-9０-９][0-9０-９.,]*\s*")
_LEAST_FIGURES = 4
_LEAST_LABEL = 4


class Body(NamedTuple):
    """`inside` tells of each entry whether it belongs to the article, which lies between `low` and `high`.

    `marked`: headings or tables of figures show where it is; else it is only where most text is. `apart` is
    the first entry below the article that is no line at its foot; beyond the last where nothing is marked.
    """

    inside: list[bool]
    low: int
    high: int
    marked: bool
    apart: int


def find_body(entries: Sequence[Entry], places: Places) -> Body:
    """The part of a page that is its article."""
    marks = [at for at, entry in enumerate(entries) if is_mark(entry)]
    container = _common(places, [entries[at].container for at in marks]) if marks else _densest(entries)
    low, high = _range(entries, places, container)
    while container:
        parent = places.parent[container]
        wider_low, wider_high = _widen(entries, places, parent, low, high)
        if not _is_text([*entries[wider_low:low], *entries[high:wider_high]]):
            break
        container, low, high = parent, wider_low, wider_high
    inside = [low <= at < high for at in range(len(entries))]
    between = range(marks[0], marks[-1]) if marks else range(0)
    for at in range(low, high):
        block = entries[at].block
        if at not in between and isinstance(block, Paragraph) and _is_furniture(block.text):
            inside[at] = False
    _set_aside(list(_named_furniture(places, container)), entries, places, marks, inside)
    apart = _apart(entries, inside, marks[-1]) if marks else len(entries)
    return Body(inside, low, high, bool(marks), apart)


def _apart(entries: Sequence[Entry], inside: Sequence[bool], last_mark: int) -> int:
    """Where other matter than the article begins behind its last mark: dates there may be anybody's."""
    last = max((at for at, kept in enumerate(inside) if kept), default=last_mark)
    if entries[last].linked or not all(inside[last_mark:last]):
        return last_mark  # the lists below have no container of their own
    at = last + 1
    while at < len(entries) and _is_foot(entries[at]):
        at += 1
    return at


def _is_foot(entry: Entry) -> bool:
    """Whether a line below an article is its own: its date line, its share box, the way to the next one."""
    return isinstance(entry.block, Paragraph) and _FURNITURE_LINE.match(entry.block.text) is not None


def _set_aside(
    furniture: Sequence[int],
    entries: Sequence[Entry],
    places: Places,
    marks: Sequence[int],
    inside: list[bool],
) -> None:
    """Take the entries of the furniture that holds no mark out of the body."""
    if not furniture:
        return
    first, end = _extents(entries, places)
    done = 0
    for at in furniture:
        low, high = max(first[at], done), end[at]
        if low < high and bisect_left(marks, first[at]) == bisect_left(marks, high):
            inside[low:high] = [False] * (high - low)
            done = high


def _extents(entries: Sequence[Entry], places: Places) -> tuple[list[int], list[int]]:
    """Of every container, its first entry and the one behind its last, inner containers included."""
    count = len(places.parent)
    first, end = [len(entries)] * count, [0] * count
    for at, entry in enumerate(entries):
        first[entry.container] = min(first[entry.container], at)
        end[entry.container] = at + 1
    for container in range(count - 1, 0, -1):
        parent = places.parent[container]
        first[parent] = min(first[parent], first[container])
        end[parent] = max(end[parent], end[container])
    return first, end


def is_mark(entry: Entry) -> bool:
    """Whether an entry shows where the report is: a numbered heading or a table of figures."""
    block = entry.block
    if isinstance(block, Paragraph):
        return entry.linked == 0 and is_numbered(block.text)
    if isinstance(block, Grid):
        figures = labels = 0
        for row in block.rows:
            for slot in row:
                if slot.origin is not Origin.CELL:
                    continue
                if _FIGURES.fullmatch(slot.text):
                    figures += 1
                elif len(slot.text.strip()) >= _LEAST_LABEL:
                    labels += 1
            if figures >= _LEAST_FIGURES and labels:
                return True
    return False


def _common(places: Places, containers: Sequence[int]) -> int:
    """The smallest container that holds all of `containers`."""
    low, high = min(containers), max(containers)
    common = low
    while places.last[common] < high:
        common = places.parent[common]
    return common


def _densest(entries: Sequence[Entry]) -> int:
    """The container with most text of its own outside links."""
    weight: dict[int, int] = {}
    for entry in entries:
        if isinstance(entry.block, Paragraph) and not _is_furniture(entry.block.text):
            own = len(entry.block.text) - 2 * entry.linked
            if own > 0:
                weight[entry.container] = weight.get(entry.container, 0) + own
    return max(weight, key=lambda container: (weight[container], -container), default=0)


def _range(entries: Sequence[Entry], places: Places, container: int) -> tuple[int, int]:
    """The entries within `container`, as a half-open range; they stand together in reading order."""
    last = places.last[container]
    within = [at for at, entry in enumerate(entries) if container <= entry.container <= last]
    return (within[0], within[-1] + 1) if within else (0, 0)


def _widen(entries: Sequence[Entry], places: Places, container: int, low: int, high: int) -> tuple[int, int]:
    last = places.last[container]
    while low > 0 and container <= entries[low - 1].container <= last:
        low -= 1
    while high < len(entries) and container <= entries[high].container <= last:
        high += 1
    return low, high


def _is_text(entries: Sequence[Entry]) -> bool:
    """Whether all entries can belong to an article: little of it links, none of it furniture."""
    length = linked = 0
    for entry in entries:
        linked += entry.linked
        for text in texts(entry.block):
            length += len(text)
            if _is_furniture(text):
                return False
    return linked * 3 <= length


def _is_furniture(text: str) -> bool:
    if len(text) > _FURNITURE_LENGTH or _FURNITURE_LINE.search(text) is None:
        return False
    # 2023年承办人大建议5件，均已公开。 and 可在网站首页查阅。 are prose
    prose = _SENTENCE.search(text) is not None and _FURNITURE_LINE.match(text.lstrip("【[（( ")) is None
    return not prose or _OF_THE_SITE.search(text) is not None


def _named_furniture(places: Places, container: int) -> Iterable[int]:
    """Containers that their tag or their name tells to be no text."""
    for at in range(container + 1, places.last[container] + 1):
        node = places.node[at]
        if node is None:
            continue
        tag = node.tag
        if tag in _FURNITURE_TAGS:
            yield at
        elif tag in ("div", "ul"):
            attributes = node.attributes
            if _FURNITURE_NAME.search(f"{attributes.get('class') or ''} {attributes.get('id') or ''}"):
                yield at
