"""HTML -> Document, in one walk over the tree of the Lexbor parser.

Word's and the portals' markup says little, so nothing here trusts a class name alone: the report is what
stands around the numbered headings and the tables of figures, and a table is a grid of data unless it holds
other tables, pictures or prose.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from typing import NamedTuple

from selectolax.lexbor import LexborHTMLParser, LexborNode

from crawler.extract.document import (
    Attachment,
    Block,
    Document,
    Format,
    Grid,
    Origin,
    Paragraph,
    Picture,
    Slot,
    Unreadable,
)

MAX_COLSPAN = 100
MAX_SLOTS = 200_000
MAX_TABLE_DEPTH = 40
MAX_ATTACHMENTS = 500
MAX_AROUND = 5_000


def extract_html(text: str, notes: tuple[str, ...] = ()) -> Document:
    """Read one page. Raises Unreadable where its nesting would take the parser beyond reason."""
    _refuse_costly_nesting(text)
    tree = LexborHTMLParser(text)
    for node in tree.css(_UNSEEN):
        node.decompose(recursive=True)
    for node in tree.css("[style]"):
        if _HIDING.search(node.attributes.get("style") or ""):
            node.decompose(recursive=True)
    for node in tree.css(_STRUCK):
        if len(node.text()) <= _LONGEST_STRUCK:
            node.decompose(recursive=True)
    title = tree.css_first("title")
    meta = tuple(_meta(tree))
    if tree.body is None:  # a frameset
        return Document(
            Format.HTML, (), page_title=_fold(title.text()) if title else "", meta=meta, notes=notes
        )
    walk = _Walk()
    walk.run(tree.body)
    inside = _body_entries(walk)
    return Document(
        Format.HTML,
        tuple(entry.block for entry, kept in zip(walk.entries, inside, strict=True) if kept),
        page_title=_fold(title.text()) if title else "",
        headings=tuple(
            entry.block.text
            for entry, kept in zip(walk.entries, inside, strict=True)
            if not kept and entry.heading and isinstance(entry.block, Paragraph)
        ),
        meta=meta,
        around=tuple(
            text
            for entry, kept in zip(walk.entries, inside, strict=True)
            if not kept
            for text in _texts(entry.block)
        )[:MAX_AROUND],
        attachments=tuple(walk.attachments),
        notes=(*notes, *walk.notes),
    )


_UNSEEN = "script,style,noscript,template,select,textarea,button,svg,[hidden]"
_HIDING = re.compile(r"(?:^|;)\s*(?:display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse))", re.IGNORECASE)
_STRUCK = "del,s,strike"
"""Text that its author crossed out: beside its correction it would read as one number with it."""
_LONGEST_STRUCK = 60  # characters; a longer run is an element that was never closed
_BREAKING = frozenset(
    "address blockquote caption center dd details dl dt fieldset figcaption figure form h1 h2 h3 h4 h5 h6 "  # noqa: SIM905
    "hr legend li ol p pre summary ul".split()
)
_CONTAINERS = frozenset(
    "article aside blockquote body center div dl fieldset footer form header main nav ol section td th "  # noqa: SIM905
    "ul".split()
)
_TABLE_PARTS = frozenset(("table", "tbody", "thead", "tfoot", "tr", "td", "th"))
_EMBEDDING = frozenset(("iframe", "embed", "object"))
_RAISED = frozenset(("sup", "sub"))
_STRUCTURAL = _BREAKING | _CONTAINERS | _TABLE_PARTS | _EMBEDDING | _RAISED | {"br", "a", "img"}
_HEADINGS = frozenset(("h1", "h2", "h3"))
_FURNITURE_TAGS = frozenset(("nav", "footer", "aside"))

_WHITE = re.compile(r"[ \t\n\r\f]+")
_SPAN = re.compile(r"\s*\+?([0-9]{1,9})")
_TO_THE_END = 65_534  # what rowspan="0" means
_NUMBERED = re.compile(r"(?:第?[一二三四五六七八九十]{1,3}(?:、|[.．]|部分))")
_FURNITURE_NAME = re.compile(
    r"crumb|position|footer|copyright|share|\bnav|menu|sidebar|pagination|login|search|friend|weizhi|dqwz",
    re.IGNORECASE,
)
_FURNITURE_LINE = re.compile(
    "发布时间|发布日期|发表日期|发布机构|信息来源|来源[:：]|更新时间|成文日期|生成日期|索引号|字体[:：\\s]|字号|"
    "打印|分享|浏览次数|点击数|阅读次数|访问量|当前位置|您的位置|您现在|所在位置|首页|上一篇|下一篇|版权所有|"
    "ICP备|公网安备|网站标识码|主办单位|主办[:：]|承办|技术支持|关闭窗口|扫一扫|责任编辑"
)
_FURNITURE_LENGTH = 160

_ATTACHMENT = re.compile(
    r"\.(?:docx?|wps|pdf|ofd|xlsx?|et|rtf|zip|rar|7z|jpe?g|png|tiff?)(?:$|[?#&])"
    r"|downfile\.jsp|download\.jsp|DownloadAttachUrl|[?&](?:filename|fileurl|wbfileid)=",
    re.IGNORECASE,
)
_MOST_SOURCE = 2_000  # characters kept of an address

_FIGURES = re.compile(r"\s*[0-9０-９][0-9０-９.,]*\s*")
_PROSE = 300  # characters in one cell that make it text rather than a label
_PROSE_LINES = 12
_LEAST_FIGURES = 4
_LEAST_LABEL = 4


def _fold(text: str) -> str:
    return " ".join(text.split())


def _meta(tree: LexborHTMLParser) -> Iterable[tuple[str, str]]:
    for node in tree.css("meta"):
        attributes = node.attributes
        name = attributes.get("name") or attributes.get("property")
        content = attributes.get("content")
        if name and content is not None:
            yield name, content


def _texts(block: Block) -> Iterable[str]:
    if isinstance(block, Paragraph):
        yield block.text
    elif isinstance(block, Grid):
        for row in block.rows:
            for slot in row:
                if slot.origin is Origin.CELL and slot.text.strip():
                    yield _fold(slot.text)


# --- cost of parsing -------------------------------------------------------------------------------------

_TAG_NAME = re.compile(r"<(/?[a-zA-Z][a-zA-Z0-9:]*)")
_FORMATTING = frozenset("a b big code em font i nobr s small strike strong tt u".split())  # noqa: SIM905
_CHILDLESS = frozenset(
    "area base br col embed hr img input link meta param source track wbr "  # noqa: SIM905
    "p li dd dt td th tr tbody thead tfoot option optgroup html head body".split()
)
"""Elements without content, or closed by their next sibling."""
_FEW_TAGS = 4_000
_MOST_NESTING = 60_000_000  # sum of the depths of all tags; 10,000 divs within each other come to 50 million
_MOST_REOPENED = 3_000_000  # formatting elements left open are opened again in every later paragraph


def _refuse_costly_nesting(text: str) -> None:
    """HTML's parsing rules cost time in proportion to depth and to formatting elements left open."""
    if text.count("<") <= _FEW_TAGS:
        return
    depth = formatting = nesting = reopened = 0
    for name in _TAG_NAME.findall(text):
        closing = name[0] == "/"
        lowered = name[1:].lower() if closing else name.lower()
        if lowered in _CHILDLESS:
            nesting += depth
            reopened += formatting
            continue
        step = -1 if closing else 1
        depth = max(depth + step, 0)
        if lowered in _FORMATTING:
            formatting = max(formatting + step, 0)
        nesting += depth
        reopened += formatting
        if nesting > _MOST_NESTING or reopened > _MOST_REOPENED:
            raise Unreadable("网页标签嵌套过多，拒绝解析", "the page nests its tags beyond reason")


# --- the walk --------------------------------------------------------------------------------------------


class _Entry(NamedTuple):
    block: Block
    container: int
    heading: bool
    linked: int  # characters of the block that belong to links


class _Line(NamedTuple):
    """One line of a table cell; becomes part of a slot or a paragraph."""

    text: str
    container: int
    heading: bool
    linked: int


@dataclass(slots=True)
class _Cell:
    colspan: int
    rowspan: int
    items: list[_Line | _Entry] = field(default_factory=list)


@dataclass(slots=True)
class _OpenTable:
    container: int
    rows: list[list[_Cell]] = field(default_factory=list)
    caption: list[_Line | _Entry] = field(default_factory=list)


class _Leave(IntEnum):
    """What to do when the walk leaves an element."""

    NOTHING = 0
    BREAK = 1
    CONTAINER = 2
    TABLE = 3
    CELL = 4
    LINK = 5
    HEADING = 6


class _Walk:
    """Reads a body element into entries, remembering for each the container it stands in.

    Containers are numbered in the order they open; `parent`, `last` (the last container inside) and `node`
    are kept for each, so that ancestry is a comparison of numbers.
    """

    def __init__(self) -> None:
        self.entries: list[_Entry] = []
        self.parent: list[int] = [0]
        self.last: list[int] = [0]
        self.node: list[LexborNode] = []
        self.attachments: list[Attachment] = []
        self.notes: list[str] = []
        self._container = 0
        self._text: list[str] = []
        self._linked = 0
        self._links = 0  # open links
        self._heading = 0  # open h1 to h3
        self._tables: list[_OpenTable] = []
        self._cells: list[_Cell | None] = []  # the open cell of each open table
        self._slots = 0

    def run(self, body: LexborNode) -> None:
        self.node.append(body)
        stack: list[tuple[LexborNode, _Leave]] = []
        node = body.first_child
        while True:
            if node is None:
                if not stack:
                    self._break()
                    break
                node, leave = stack.pop()
                if leave:
                    self._leave(leave)
                node = node.next
                continue
            tag = node.tag
            if tag == "-text":
                self._add_text(node.text_content or "")
                node = node.next
                continue
            leave = self._enter(node, tag) if tag in _STRUCTURAL else _Leave.NOTHING
            child = node.first_child
            if child is not None:
                stack.append((node, leave))
                node = child
            else:
                if leave:
                    self._leave(leave)
                node = node.next
        self.last[0] = len(self.parent) - 1

    def _add_text(self, text: str) -> None:
        if not self._text and (not text or text.isspace()):
            return
        if self._links:
            self._linked += len(text)
        self._text.append(text)

    def _enter(self, node: LexborNode, tag: str) -> _Leave:
        if tag == "br":
            self._break()
        elif tag in _TABLE_PARTS:
            return self._enter_table_part(node, tag)
        elif tag in _CONTAINERS:
            self._break()
            self._open_container(node)
            return _Leave.CONTAINER
        elif tag in _BREAKING:
            self._break()
            if tag in _HEADINGS:
                self._heading += 1
                return _Leave.HEADING
            return _Leave.BREAK
        elif tag == "a":
            self._add_attachment(node)
            self._links += 1
            return _Leave.LINK
        elif tag in _RAISED:
            self._add_text(" ")  # a footnote mark is no digit of the number before it
        elif tag == "img":
            self._add_picture(node)
        elif tag in _EMBEDDING:
            self._add_attachment(node)
        return _Leave.NOTHING

    def _enter_table_part(self, node: LexborNode, tag: str) -> _Leave:
        self._break()
        if tag == "table":
            if len(self._tables) >= MAX_TABLE_DEPTH:
                self._note(f"tables nested deeper than {MAX_TABLE_DEPTH} are read as text")
                return _Leave.BREAK
            self._tables.append(_OpenTable(self._container))
            self._cells.append(None)
            return _Leave.TABLE
        if not self._tables or len(self._tables) >= MAX_TABLE_DEPTH:
            return _Leave.BREAK
        if tag == "tr":
            self._tables[-1].rows.append([])
        elif tag in ("td", "th"):
            attributes = node.attributes
            colspan = _span(attributes.get("colspan"))
            cell = _Cell(min(colspan or 1, MAX_COLSPAN), _span(attributes.get("rowspan")) or _TO_THE_END)
            if not self._tables[-1].rows:
                self._tables[-1].rows.append([])
            self._tables[-1].rows[-1].append(cell)
            self._cells[-1] = cell
            self._open_container(node)
            return _Leave.CELL
        return _Leave.BREAK

    def _leave(self, leave: _Leave) -> None:
        if leave is _Leave.LINK:
            self._links -= 1
            return
        self._break()
        if leave is _Leave.CONTAINER:
            self._close_container()
        elif leave is _Leave.HEADING:
            self._heading -= 1
        elif leave is _Leave.CELL:
            self._cells[-1] = None
            self._close_container()
        elif leave is _Leave.TABLE:
            self._close_table()

    def _open_container(self, node: LexborNode) -> None:
        self.parent.append(self._container)
        self.last.append(0)
        self.node.append(node)
        self._container = len(self.parent) - 1

    def _close_container(self) -> None:
        self.last[self._container] = len(self.parent) - 1
        self._container = self.parent[self._container]

    def _break(self) -> None:
        """End the current line."""
        if not self._text:
            return
        text = "".join(self._text)
        self._text.clear()
        linked, self._linked = self._linked, 0
        text = _WHITE.sub(" ", text)
        if not text.strip():
            return
        line = _Line(text, self._container, self._heading > 0, linked)
        sink = self._sink()
        if sink is None:
            self.entries.append(_paragraph(line))
        else:
            sink.append(line)

    def _sink(self) -> list[_Line | _Entry] | None:
        """Where the text of the open cell or caption goes; None outside tables."""
        if not self._tables:
            return None
        cell = self._cells[-1]
        return self._tables[-1].caption if cell is None else cell.items

    def _put(self, entries: Iterable[_Entry]) -> None:
        sink = self._sink()
        if sink is None:
            self.entries.extend(entries)
        else:
            sink.extend(entries)

    def _add_picture(self, node: LexborNode) -> None:
        attributes = node.attributes
        source = (attributes.get("src") or "").strip()
        if not source or any(_is_small(attributes.get(side)) for side in ("width", "height")):
            return
        self._break()
        picture = Picture(source[:_MOST_SOURCE], _fold(attributes.get("alt") or ""))
        self._put([_Entry(picture, self._container, False, 0)])

    def _add_attachment(self, node: LexborNode) -> None:
        attributes = node.attributes
        href = (attributes.get("href") or attributes.get("src") or attributes.get("data") or "").strip()
        if not href or len(href) > _MOST_SOURCE or not _ATTACHMENT.search(href):
            return
        if len(self.attachments) >= MAX_ATTACHMENTS:
            self._note(f"only the first {MAX_ATTACHMENTS} attachments are listed")
            return
        text = _fold(node.text() or "") or _fold(attributes.get("title") or "")
        self.attachments.append(Attachment(href, text))

    def _note(self, note: str) -> None:
        if note not in self.notes:
            self.notes.append(note)

    # --- tables

    def _close_table(self) -> None:
        table = self._tables.pop()
        self._cells.pop()
        entries = [_entry(item) for item in table.caption]
        entries.extend(self._read_table(table))
        self._put(entries)

    def _read_table(self, table: _OpenTable) -> list[_Entry]:
        rows = table.rows
        slots = self._expand(rows)
        flowing = [any(_is_flowing(cell) for cell in row) for row in rows]
        single = [
            len(row) == 1 and all(slot.origin is not Origin.FROM_ABOVE for slot in line)
            for row, line in zip(rows, slots, strict=True)
        ]
        if any(flowing) or all(s or not row for s, row in zip(single, rows, strict=True)):
            as_text = [f or s for f, s in zip(flowing, single, strict=True)]
        else:
            as_text = [False] * len(rows)
            for at, row in enumerate(rows):  # section headings printed as the first rows of their table
                if row and not (single[at] and _is_numbered(row[0])):
                    break
                as_text[at] = True
        entries: list[_Entry] = []
        run: list[tuple[Sequence[_Cell], tuple[Slot, ...]]] = []
        for row, line, text in zip(rows, slots, as_text, strict=True):
            if text:
                entries.extend(_grid(run, table.container))
                run = []
                entries.extend(_entry(item) for cell in row for item in cell.items)
            elif line:
                run.append((row, line))
        entries.extend(_grid(run, table.container))
        return entries

    def _expand(self, rows: Sequence[Sequence[_Cell]]) -> list[tuple[Slot, ...]]:
        """The slots of each row, merged cells expanded; rowspans end with the table.

        A row that ends early stays short: nothing is made up for cells that the source does not have.
        """
        expanded: list[tuple[Slot, ...]] = []
        above: _Cover = {}
        for row in rows:
            line: list[Slot] = []
            below: _Cover = {}
            if self._slots >= MAX_SLOTS:
                above.clear()
            for cell in row:
                _take_cover(line, above, below)
                text = "\n".join(item.text for item in cell.items if isinstance(item, _Line))
                at = len(line)
                line.append(Slot(text))
                exhausted = self._slots + len(line) >= MAX_SLOTS
                if cell.colspan > 1 and not exhausted:
                    beside = Slot(text, Origin.FROM_LEFT)
                    while len(line) < at + cell.colspan and len(line) not in above:
                        line.append(beside)
                if cell.rowspan > 1 and not exhausted:
                    cover = Slot(text, Origin.FROM_ABOVE)
                    for column in range(at, len(line)):
                        below[column] = (cell.rowspan - 1, cover)
            _take_cover(line, above, below)
            below.update({column: (left - 1, slot) for column, (left, slot) in above.items() if left > 1})
            above = below
            self._slots += len(line)
            expanded.append(tuple(line))
        if self._slots >= MAX_SLOTS:
            self._note(f"merged cells beyond {MAX_SLOTS} places are read as single cells")
        return expanded


_Cover = dict[int, tuple[int, Slot]]
"""By column: for how many rows still, and by what, a place is covered from above."""


def _take_cover(line: list[Slot], above: _Cover, below: _Cover) -> None:
    """Fill the next places of a line as far as they are covered from above."""
    while len(line) in above:
        column = len(line)
        left, slot = above.pop(column)
        if left > 1:
            below[column] = (left - 1, slot)
        line.append(slot)


def _span(value: str | None) -> int:
    """A span as browsers read it: leading digits count ("7%" is 7), anything else is 1."""
    match = _SPAN.match(value) if value else None
    return int(match[1]) if match is not None else 1


def _is_small(value: str | None) -> bool:
    """Whether a declared width or height is that of an icon or a rule."""
    match = _SPAN.match(value) if value else None
    return match is not None and "%" not in (value or "") and int(match[1]) <= 40


def _is_flowing(cell: _Cell) -> bool:
    """Whether a cell holds a table or prose, so that its table serves the layout."""
    length = 0
    for item in cell.items:
        if isinstance(item, _Line):
            length += len(item.text)
        elif isinstance(item.block, Grid):
            return True
    return length > _PROSE or len(cell.items) > _PROSE_LINES


def _is_numbered(cell: _Cell) -> bool:
    first = cell.items[0] if cell.items else None
    return isinstance(first, _Line) and _NUMBERED.match(first.text.strip()) is not None


def _grid(run: Sequence[tuple[Sequence[_Cell], tuple[Slot, ...]]], container: int) -> list[_Entry]:
    """A run of rows as one grid, followed by the pictures that stand in its cells."""
    if not run:
        return []
    items = [item for row, _ in run for cell in row for item in cell.items]
    grid = Grid(tuple(line for _, line in run), rectangular=True)
    entry = _Entry(grid, container, False, sum(item.linked for item in items))
    return [entry, *(item for item in items if isinstance(item, _Entry))]


def _paragraph(line: _Line) -> _Entry:
    return _Entry(Paragraph(_fold(line.text)), line.container, line.heading, line.linked)


def _entry(item: _Line | _Entry) -> _Entry:
    return _paragraph(item) if isinstance(item, _Line) else item


# --- which part of the page is the report ---------------------------------------------------------------


def _body_entries(walk: _Walk) -> list[bool]:
    """For each entry, whether it belongs to the body of the article."""
    entries = walk.entries
    marks = [at for at, entry in enumerate(entries) if _is_mark(entry)]
    container = _common(walk, [entries[at].container for at in marks]) if marks else _densest(walk)
    low, high = _range(walk, container)
    while container:
        parent = walk.parent[container]
        wider_low, wider_high = _widen(walk, parent, low, high)
        if not _is_text([*entries[wider_low:low], *entries[high:wider_high]]):
            break
        container, low, high = parent, wider_low, wider_high
    inside = [low <= at < high for at in range(len(entries))]
    between = range(marks[0], marks[-1]) if marks else range(0)
    for at in range(low, high):
        block = entries[at].block
        if at not in between and isinstance(block, Paragraph) and _is_furniture(block.text):
            inside[at] = False
    for furniture in _named_furniture(walk, container):
        low_at, high_at = _range(walk, furniture)
        if not any(low_at <= at < high_at for at in marks):
            for at in range(low_at, high_at):
                inside[at] = False
    return inside


def _is_mark(entry: _Entry) -> bool:
    """Whether an entry shows where the report is: a numbered heading or a table of figures."""
    block = entry.block
    if isinstance(block, Paragraph):
        return entry.linked == 0 and _NUMBERED.match(block.text) is not None
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


def _common(walk: _Walk, containers: Sequence[int]) -> int:
    """The smallest container that holds all of `containers`."""
    low, high = min(containers), max(containers)
    common = low
    while walk.last[common] < high:
        common = walk.parent[common]
    return common


def _densest(walk: _Walk) -> int:
    """The container with most text of its own outside links."""
    weight: dict[int, int] = {}
    for entry in walk.entries:
        if isinstance(entry.block, Paragraph) and not _is_furniture(entry.block.text):
            own = len(entry.block.text) - 2 * entry.linked
            if own > 0:
                weight[entry.container] = weight.get(entry.container, 0) + own
    return max(weight, key=lambda container: (weight[container], -container), default=0)


def _range(walk: _Walk, container: int) -> tuple[int, int]:
    """The entries within `container`, as a half-open range; they stand together in reading order."""
    last = walk.last[container]
    within = [at for at, entry in enumerate(walk.entries) if container <= entry.container <= last]
    return (within[0], within[-1] + 1) if within else (0, 0)


def _widen(walk: _Walk, container: int, low: int, high: int) -> tuple[int, int]:
    last = walk.last[container]
    entries = walk.entries
    while low > 0 and container <= entries[low - 1].container <= last:
        low -= 1
    while high < len(entries) and container <= entries[high].container <= last:
        high += 1
    return low, high


def _is_text(entries: Sequence[_Entry]) -> bool:
    """Whether all entries can belong to an article: little of it links, none of it furniture."""
    length = linked = 0
    for entry in entries:
        linked += entry.linked
        for text in _texts(entry.block):
            length += len(text)
            if _is_furniture(text):
                return False
    return linked * 3 <= length


def _is_furniture(text: str) -> bool:
    return len(text) <= _FURNITURE_LENGTH and _FURNITURE_LINE.search(text) is not None


def _named_furniture(walk: _Walk, container: int) -> Iterable[int]:
    for at in range(container + 1, walk.last[container] + 1):
        node = walk.node[at]
        if node.tag in _FURNITURE_TAGS:
            yield at
        elif node.tag in ("div", "ul"):
            attributes = node.attributes
            if _FURNITURE_NAME.search(f"{attributes.get('class') or ''} {attributes.get('id') or ''}"):
                yield at
