"""The one walk over Lexbor's tree: lines, tables, pictures and attachments in reading order.

Node objects are what costs, so elements that hold no structure (a run of text in its spans, as word
processors write it) are never entered: their text is taken at once.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Mapping, Sequence
from enum import IntEnum
from itertools import chain

from selectolax.lexbor import LexborHTMLParser, LexborNode

from crawler.extract.document import Attachment, Picture
from crawler.extract.html.elements import (
    KINDS,
    LONGEST_STRUCK,
    STRUCTURE,
    Kind,
    hidden_elements,
    raised_elements,
    structured,
)
from crawler.extract.html.entries import Entry, Line, Places, Walked, fold, paragraph
from crawler.extract.html.grids import MAX_COLSPAN, TO_THE_END, Budget, Cell, read_table
from crawler.extract.html.links import MAX_SOURCE, attached_address, shown_by
from crawler.extract.html.pagers import MAX_LINKS, PageLink, is_page_link
from crawler.extract.raised import set_apart

MAX_TABLE_DEPTH = 40
MAX_ATTACHMENTS = 500
_SLOTS_NOTE = "merged cells beyond the limit are read as single cells"

_LONGEST_MARK = 10  # characters of a raised run: a note's mark
_TYPED = (None, "", "text", "number")  # types of entry fields whose value is shown

_WHITE = re.compile(r"[ \t\n\r\f]+")
_SPAN = re.compile(r"\s*\+?([0-9]{1,9})")
_SMALL = 40  # pixels


def walk(tree: LexborHTMLParser, body: LexborNode, lowered: bytes) -> Walked:
    """Read the body of a page; `lowered` is its source in lower case, to know what need not be looked for."""
    hidden = hidden_elements(tree, lowered)
    raised = raised_elements(tree, lowered)
    busy, paragraphs = structured(chain(body.css(STRUCTURE), hidden, raised))
    spanning = {node.mem_id for node in body.css("[colspan],[rowspan]")}
    walking = _Walk(busy, paragraphs, {node.mem_id for node in hidden}, spanning, raised)
    walking.run(body)
    return Walked(walking.entries, walking.places, walking.attachments, walking.page_links, walking.notes)


class _Leave(IntEnum):
    """What to do when the walk leaves an element; SKIP: it was never entered."""

    NOTHING = 0
    BREAK = 1
    CONTAINER = 2
    TABLE = 3
    CELL = 4
    LINK = 5
    HEADING = 6
    SKIP = 7


class _OpenTable:
    __slots__ = ("caption", "cell", "container", "rows")

    def __init__(self, container: int) -> None:
        self.container = container
        self.rows: list[list[Cell]] = []
        self.caption: list[Line | Entry] = []
        self.cell: Cell | None = None


class _Walk:
    """Reads a body element into entries.

    `busy` are the elements that hold structure, `paragraphs` those of them that hold one paragraph only,
    `hidden` those not shown, `spanning` those with a colspan or rowspan; by Lexbor's identity of the node.
    `raised` are those that a style raises from their line.
    """

    def __init__(
        self,
        busy: Container[int],
        paragraphs: Mapping[int, LexborNode],
        hidden: Container[int],
        spanning: Container[int],
        raised: Sequence[LexborNode] = (),
    ) -> None:
        self.entries: list[Entry] = []
        self.places = Places()
        self.attachments: list[Attachment] = []
        self.page_links: list[PageLink] = []
        self.notes: list[str] = []
        self._busy, self._paragraphs, self._hidden, self._spanning = busy, paragraphs, hidden, spanning
        self._raised = {node.mem_id for node in raised}
        self._container = 0
        self._text: list[str] = []
        self._linked = 0
        self._links = 0  # open links
        self._heading = 0  # open h1 to h3
        self._tables: list[_OpenTable] = []
        self._budget = Budget()

    def run(self, body: LexborNode) -> None:
        """Walk through `body`, without recursion."""
        kinds, busy, hidden, raised, text_kind = KINDS, self._busy, self._hidden, self._raised, Kind.TEXT
        nothing, skip = _Leave.NOTHING, _Leave.SKIP
        self.places.node.append(body)
        stack: list[tuple[LexborNode, _Leave]] = []
        node = body.first_child
        while True:
            if node is None:
                if not stack:
                    break
                node, leave = stack.pop()
                if leave:
                    self._leave(leave)
                node = node.next
                continue
            kind = kinds.get(node.tag_id)
            if kind is text_kind:
                self._add_text(node.text_content or "")
                node = node.next
                continue
            identity = node.mem_id
            if identity in hidden:
                node = node.next
                continue
            if kind is None and identity in raised:
                kind = Kind.RAISED
            leave = nothing if kind is None else self._enter(node, kind)
            if leave is skip:
                node = node.next
            elif identity in busy:
                stack.append((node, leave))
                node = node.first_child
            else:
                self._add_text(node.text())
                if leave:
                    self._leave(leave)
                node = node.next
        self._break()
        self.places.last[0] = len(self.places.parent) - 1

    def _add_text(self, text: str) -> None:
        if not text or (not self._text and text.isspace()):
            return
        if self._links:
            self._linked += len(text)
        self._text.append(text)

    def _enter(self, node: LexborNode, kind: Kind) -> _Leave:
        match kind:
            case Kind.CELL | Kind.ROW | Kind.TABLE | Kind.ROW_GROUP:
                return self._enter_table_part(node, kind)
            case Kind.BREAKING:
                self._break()
                return _Leave.BREAK
            case Kind.LINE_BREAK:
                self._break()
            case Kind.CONTAINER:
                self._break()
                self._open_container(node)
                return _Leave.CONTAINER
            case Kind.HEADING:
                self._break()
                self._heading += 1
                return _Leave.HEADING
            case Kind.LINK:
                self._add_attachment(node)
                self._links += 1
                return _Leave.LINK
            case Kind.RAISED:
                return self._enter_raised(node)
            case Kind.ENTRY_FIELD:
                self._add_entry(node)
                return _Leave.SKIP
            case Kind.PICTURE:
                self._add_picture(node)
            case Kind.OBJECT:
                self._add_attachment(node)
            case Kind.FRAME:
                self._add_attachment(node)
                return _Leave.SKIP
            case Kind.UNSEEN:
                if node.tag == "script":
                    self._add_shown(node)
                return _Leave.SKIP
            case Kind.STRUCK if len(node.text()) <= LONGEST_STRUCK:
                # beside its correction, what its author crossed out would read as one number with it
                return _Leave.SKIP
        return _Leave.NOTHING

    def _enter_raised(self, node: LexborNode) -> _Leave:
        text = node.text()
        if len(text) > _LONGEST_MARK:
            self._add_text(" ")
            return _Leave.NOTHING
        self._add_text(set_apart(text))
        return _Leave.SKIP

    def _add_entry(self, node: LexborNode) -> None:
        """What is typed into a field of a table, as pages of filling-in systems show it."""
        if self._tables and self._tables[-1].cell is not None:
            attributes = node.attributes
            if node.tag == "textarea":
                self._add_text(node.text())
            elif attributes.get("type") in _TYPED:
                self._add_text(attributes.get("value") or "")

    def _enter_table_part(self, node: LexborNode, kind: Kind) -> _Leave:
        self._break()
        if kind is Kind.TABLE:
            if len(self._tables) >= MAX_TABLE_DEPTH:
                self._note(f"tables nested deeper than {MAX_TABLE_DEPTH} are read as text")
                return _Leave.BREAK
            self._tables.append(_OpenTable(self._container))
            return _Leave.TABLE
        if not self._tables or len(self._tables) >= MAX_TABLE_DEPTH:
            return _Leave.BREAK
        table = self._tables[-1]
        if kind is Kind.ROW:
            cells = self._plain_cells(node)
            table.rows.append(cells or [])
            return _Leave.SKIP if cells else _Leave.BREAK
        if kind is Kind.CELL:
            cell = Cell(*self._spans(node))
            if not table.rows:
                table.rows.append([])
            table.rows[-1].append(cell)
            table.cell = cell
            self._open_container(None)
            return _Leave.CELL
        return _Leave.BREAK

    def _spans(self, cell: LexborNode) -> tuple[int, int]:
        """The colspan and rowspan of a cell."""
        if cell.mem_id not in self._spanning:
            return 1, 1
        attributes = cell.attributes
        colspan = min(_span(attributes.get("colspan")) or 1, MAX_COLSPAN)
        return colspan, _span(attributes.get("rowspan")) or TO_THE_END

    def _plain_cells(self, row: LexborNode) -> list[Cell] | None:
        """The cells of a row, each of which holds one run of text or one paragraph of it; None for others.

        This is what nearly all cells of a report are; it gives what entering each of them would give.
        """
        kinds, cell_kind, busy, spanning = KINDS, Kind.CELL, self._busy, self._spanning
        places = self.places
        first = number = len(places.parent)
        heading, linked = self._heading > 0, self._links > 0
        cells: list[Cell] = []
        node = row.first_child
        while node is not None:
            if kinds.get(node.tag_id) is cell_kind:
                identity = node.mem_id
                if identity in self._hidden:
                    return None
                if identity in busy:
                    paragraph = self._paragraphs.get(identity)
                    if paragraph is None or not _is_alone(paragraph):
                        return None
                    text = paragraph.text()
                else:
                    text = node.text()
                if not text.isalnum():
                    text = _WHITE.sub(" ", text).strip()
                only = None
                if text and not text.isspace():
                    only = Line(text, number, heading, len(text) if linked else 0)
                cells.append(Cell(*self._spans(node), only) if identity in spanning else Cell(1, 1, only))
                number += 1
            elif not _is_blank(node):
                return None
            node = node.next
        places.parent.extend([self._container] * len(cells))
        places.last.extend(range(first, number))
        places.node.extend([None] * len(cells))
        return cells

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
            table = self._tables[-1]
            if table.cell is not None:
                table.cell.close()
                table.cell = None
            self._close_container()
        elif leave is _Leave.TABLE:
            table = self._tables.pop()
            self._put(read_table(table.rows, table.caption, table.container, self._budget))
            if self._budget.exhausted:
                self._note(_SLOTS_NOTE)

    def _open_container(self, node: LexborNode | None) -> None:
        places = self.places
        places.parent.append(self._container)
        places.last.append(0)
        places.node.append(node)
        self._container = len(places.parent) - 1

    def _close_container(self) -> None:
        places = self.places
        places.last[self._container] = len(places.parent) - 1
        self._container = places.parent[self._container]

    def _break(self) -> None:
        """End the current line."""
        if not self._text:
            return
        text = _WHITE.sub(" ", "".join(self._text)).strip()
        self._text.clear()
        linked, self._linked = self._linked, 0
        if not text or text.isspace():
            return
        line = Line(text, self._container, self._heading > 0, linked)
        sink = self._sink()
        if sink is None:
            self.entries.append(paragraph(line))
        else:
            sink.append(line)

    def _sink(self) -> list[Line | Entry] | None:
        """Where the text of the open cell or caption goes; None outside tables."""
        if not self._tables:
            return None
        table = self._tables[-1]
        return table.caption if table.cell is None else table.cell.items

    def _put(self, entries: Iterable[Entry]) -> None:
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
        picture = Picture(source[:MAX_SOURCE], fold(attributes.get("alt") or ""))
        self._put([Entry(picture, self._container)])

    def _add_attachment(self, node: LexborNode) -> None:
        attributes = node.attributes
        address = attached_address(attributes)
        if address is None:
            self._add_page_link(node, (attributes.get("href") or "").strip())
            return
        if len(self.attachments) >= MAX_ATTACHMENTS:
            self._note(f"only the first {MAX_ATTACHMENTS} attachments are listed")
            return
        text = "" if node.tag in ("iframe", "embed") else fold(node.text())
        self.attachments.append(Attachment(address, text or fold(attributes.get("title") or "")))

    def _add_shown(self, script: LexborNode) -> None:
        """Files that a script shows in the page's place."""
        for address in shown_by(script.text()):
            if len(self.attachments) < MAX_ATTACHMENTS:
                self.attachments.append(Attachment(address, ""))

    def _add_page_link(self, node: LexborNode, href: str) -> None:
        if not href or len(href) > MAX_SOURCE or len(self.page_links) >= MAX_LINKS:
            return
        text = fold(node.text())
        if is_page_link(text):
            self.page_links.append(PageLink(text, href, len(self.entries)))

    def _note(self, note: str) -> None:
        if note not in self.notes:
            self.notes.append(note)


def _is_blank(node: LexborNode) -> bool:
    """Whether a node is white space between elements."""
    text = node.text_content
    return text is not None and (not text or text.isspace())


def _is_alone(node: LexborNode) -> bool:
    """Whether nothing but white space stands beside a node."""
    before, after = node.prev, node.next
    while before is not None and _is_blank(before):
        before = before.prev
    while after is not None and _is_blank(after):
        after = after.next
    return before is None and after is None


def _span(value: str | None) -> int:
    """A span as browsers read it: leading digits count ("7%" is 7), anything else is 1."""
    match = _SPAN.match(value) if value else None
    return int(match[1]) if match is not None else 1


def _is_small(value: str | None) -> bool:
    """Whether a declared width or height is that of an icon or a rule."""
    match = _SPAN.match(value) if value else None
    return match is not None and "%" not in (value or "") and int(match[1]) <= _SMALL
