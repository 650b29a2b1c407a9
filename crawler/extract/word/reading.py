"""The main part of a DOCX -> blocks, in one walk over what its reader sees."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

from lxml import etree

from crawler.extract.document import Block, Grid, Origin, Paragraph, Picture, Slot
from crawler.extract.layout import RowShape, is_numbered, is_prose, rows_as_text
from crawler.extract.text import extract_text
from crawler.extract.word.columns import Columns
from crawler.extract.word.names import (
    ALT_CHUNK,
    BLIP,
    BOX,
    BR,
    CR,
    DRAWING,
    EXTENT,
    GRAPHIC_DATA,
    GRID_BEFORE,
    GRID_SPAN,
    H_MERGE,
    IMAGE_DATA,
    MATH_TEXT,
    NO_BREAK_HYPHEN,
    NOTE_REFERENCES,
    OBJECT,
    OLE_OBJECT,
    PICT,
    PICTURE_PROPERTIES,
    PPR,
    PTAB,
    RELATION_EMBED,
    RELATION_ID,
    RELATION_LINK,
    SYM,
    TAB,
    TBL,
    TC,
    TCPR,
    TR,
    TRPR,
    V_MERGE,
    VAL,
    P,
    T,
    w,
)
from crawler.extract.word.styles import integer
from crawler.extract.word.visible import UNKNOWN_SIGN

MAX_COLSPAN = 100
MAX_SLOTS = 200_000
MAX_TABLE_DEPTH = 40

_TEXTS = frozenset((T, MATH_TEXT))
_TABS = frozenset((TAB, PTAB))
_PICTURES = frozenset((DRAWING, PICT, OBJECT))
_BREAKS = frozenset((BR, CR, P, TBL, TC))  # the last three in damaged files: what they hold stays apart

_WHITE = re.compile(r"[ \t\r\f]+")
_TABBED = re.compile(r"\S[^\t\n]*\t+[^\t\n]*\S[^\t\n]*\t+[^\t\n]*\S")
_LEAST_TABBED = 3  # lines of three cells each, one below the other, are a table
_SMALL = 381_000  # EMU; 40 pixels: an icon or a rule
_SYMBOL_FONT = "symbol"  # has digits and marks where ASCII has them
_SYMBOL_SAME = range(0xF020, 0xF040)

_Item = str | Block
"""A line of text with its tabs, or a block."""


class _Row(NamedTuple):
    shape: RowShape
    slots: tuple[Slot, ...]
    items: Sequence[_Item]


class _TextInNarrowColumn(Exception):
    """A column too narrow to print anything has text: the widths that the table states are void."""


class Reader:
    """Reads one document part. `labels` are the numbers of paragraphs in lists, `targets` what relations
    lead to, by their ids; `notes` is what was left unread, in English.
    """

    def __init__(self, labels: Mapping[etree._Element, str], targets: Mapping[str, str]) -> None:
        self.notes: list[str] = []
        self._labels = labels
        self._targets = targets
        self._boxes: dict[etree._Element, list[etree._Element]] = {}
        self._slots = 0
        self._widths_hold = True

    def read(self, body: etree._Element) -> tuple[Block, ...]:
        """The blocks of `body`, which loses its text boxes: each is read behind the paragraph it hangs on."""
        for box in list(body.iter(BOX)):
            paragraph = next(box.iterancestors(P), None)
            parent = box.getparent()
            if paragraph is not None and parent is not None:
                parent.remove(box)
                self._boxes.setdefault(paragraph, []).append(box)
        items: list[_Item] = []
        self._flow(body, items, 0)
        return tuple(_blocks(items))

    def _flow(self, parent: etree._Element, items: list[_Item], depth: int) -> None:
        """Read paragraphs and tables, looking through what wraps them: content controls, insertions."""
        for child in parent:
            tag = child.tag
            if tag == P:
                if len(child):
                    self._paragraph(child, items, depth)
            elif tag == TBL and depth < MAX_TABLE_DEPTH:
                items.extend(self._table(child, depth + 1))
            elif tag == TBL:
                self._note(f"tables nested deeper than {MAX_TABLE_DEPTH} are read as text")
                self._flow(child, items, depth)
            elif tag == ALT_CHUNK:
                self._note("a part embedded in another format is not read")
            elif len(child):
                self._flow(child, items, depth)

    # --- text

    def _paragraph(self, paragraph: etree._Element, items: list[_Item], depth: int) -> None:
        pieces: list[str] = []
        pictures: list[Picture] = []
        label = self._labels.get(paragraph)
        if label:
            pieces.append(label)
        for element in paragraph.iter():  # all of them: to have lxml choose takes far longer
            tag = element.tag
            if tag in _TEXTS:
                text = element.text
                if text:
                    pieces.append(text.replace("\n", " ") if "\n" in text else text)
            elif tag in _TABS:
                # a tab stop has the same name as a tab
                if element.getparent().tag != _TAB_STOPS:  # type: ignore[union-attr]
                    pieces.append("\t")
            elif tag in _BREAKS:
                if element is not paragraph:
                    pieces.append("\n")
            elif tag == NO_BREAK_HYPHEN:
                pieces.append("-")
            elif tag == SYM:
                pieces.append(_sign(element))
            elif tag in _PICTURES:
                picture = self._picture(element)
                if picture is not None:
                    pictures.append(picture)
            elif tag in NOTE_REFERENCES:
                pieces.append(" ")
                self._note("footnotes are not read")
        if pieces:
            text = "".join(pieces)
            if "\n" in text:
                items.extend(line for line in text.split("\n") if line and not line.isspace())
            elif not text.isspace():
                items.append(text)
        items.extend(pictures)
        for box in self._boxes.get(paragraph, ()):
            self._flow(box, items, depth)

    def _picture(self, element: etree._Element) -> Picture | None:
        """The picture or object; None for shapes that only adorn, and for icons."""
        embedded = next(element.iter(OLE_OBJECT), None)
        if embedded is not None:
            program = embedded.get("ProgID") or "unknown program"
            self._note(f"an embedded object ({program[:60]}) is not read")
            return Picture(self._target(embedded.get(RELATION_ID)))
        if element.tag == OBJECT and next(element.iter(IMAGE_DATA), None) is None:
            return None
        extent = next(element.iter(EXTENT), None)
        if extent is not None and any(_is_small(extent.get(side)) for side in ("cx", "cy")):
            return None
        properties = next(element.iter(PICTURE_PROPERTIES), None)
        alt = " ".join(properties.get("descr", "").split()) if properties is not None else ""
        blip = next(element.iter(BLIP), None)
        if blip is not None:
            relation = blip.get(RELATION_EMBED) or blip.get(RELATION_LINK)
        else:
            image = next(element.iter(IMAGE_DATA), None)
            if image is not None:
                relation = image.get(RELATION_ID)
            elif next(element.iter(GRAPHIC_DATA), None) is not None and _is_diagram(element):
                self._note("a chart or diagram is not read")
                return Picture("", alt)
            else:
                return None
        self._note("pictures in the text are not read")
        return Picture(self._target(relation), alt)

    def _target(self, relation: str | None) -> str:
        return self._targets.get(relation or "", "")

    def _note(self, note: str) -> None:
        if note not in self.notes:
            self.notes.append(note)

    # --- tables

    def _table(self, table: etree._Element, depth: int) -> list[_Item]:
        try:
            rows = list(self._rows(table, Columns(table if self._widths_hold else None), depth))
        except _TextInNarrowColumn:
            self._widths_hold = False  # in no table: nested ones must not be read again for each one around
            rows = list(self._rows(table, Columns(None), depth))
        items: list[_Item] = []
        run: list[_Row] = []
        for row, as_text in zip(rows, rows_as_text([row.shape for row in rows]), strict=True):
            if as_text:
                items.extend(_grid(run))
                run = []
                items.extend(row.items)
            elif row.slots:
                run.append(row)
        items.extend(_grid(run))
        return items

    def _rows(self, table: etree._Element, columns: Columns, depth: int) -> Iterator[_Row]:
        above: dict[int, str] = {}  # by the column they begin in: merged cells that may go on below
        for row in _within(table, TR):
            line: list[Slot] = []
            below: dict[int, str] = {}
            held: list[_Item] = []
            cells = drawn = 0
            covered = flowing = numbered = False
            row_properties = next(row.iterchildren(TRPR), None)
            before = None if row_properties is None else row_properties.find(GRID_BEFORE)
            if before is not None:
                drawn = min(integer(before, 0), MAX_COLSPAN)
                line.extend([Slot("")] * columns.edge(drawn))
            for cell in _within(row, TC):
                items: list[_Item] = []
                self._flow(cell, items, depth)
                properties = next(cell.iterchildren(TCPR), None)
                drawn_span, down, left = _merging(properties)
                at = len(line)
                span = columns.edge(drawn + drawn_span) - columns.edge(drawn)
                drawn += drawn_span
                if self._slots + at + span > MAX_SLOTS:
                    self._note(f"merged cells beyond {MAX_SLOTS} places are read as single cells")
                    span, down, left = 1, None, False
                if not span:
                    if items:
                        raise _TextInNarrowColumn
                    continue
                if left and line:
                    self._hide(items)
                    line.extend([Slot(line[-1].text, Origin.FROM_LEFT)] * span)
                    continue
                if down == "continue" and at in above:
                    self._hide(items)
                    covered = True
                    below[at] = above[at]
                    line.extend([Slot(above[at], Origin.FROM_ABOVE)] * span)
                    continue
                lines = [item for item in items if isinstance(item, str)]
                text = "\n".join([_WHITE.sub(" ", inner) for inner in lines])
                line.append(Slot(text))
                if span > 1:
                    line.extend([Slot(text, Origin.FROM_LEFT)] * (span - 1))
                if down == "restart":
                    below[at] = text
                numbered = numbered or (not cells and bool(lines) and is_numbered(lines[0]))
                flowing = (
                    flowing
                    or is_prose(len(text), len(items))
                    or (len(lines) < len(items) and any(isinstance(item, Grid) for item in items))
                )
                cells += 1
                held.extend(items)
            above = below
            self._slots += len(line)
            shape = RowShape(cells, cells == 1 and not covered, flowing, numbered)
            yield _Row(shape, tuple(line), held)

    def _hide(self, items: Sequence[_Item]) -> None:
        if items:
            self._note("text in cells that are merged away is not shown and not read")


_TAB_STOPS = w("tabs")


def _within(parent: etree._Element, tag: str) -> Iterator[etree._Element]:
    """The rows of a table or the cells of a row, also those in content controls and insertions."""
    for child in parent:
        if child.tag == tag:
            yield child
        elif child.tag not in _LEAVES and len(child):
            yield from _within(child, tag)


_LEAVES = frozenset((TBL, TR, TC, P, TCPR, TRPR, PPR, w("tblPr"), w("tblGrid"), w("tblPrEx"), w("sdtPr")))


def _merging(properties: etree._Element | None) -> tuple[int, str | None, bool]:
    """How many columns a cell spans; "restart" or "continue" of a merge downwards, or None; whether it is
    merged into the cell at its left.
    """
    span, down, left = 1, None, False
    if properties is not None:
        for element in properties:
            tag = element.tag
            if tag == GRID_SPAN:
                span = max(1, min(integer(element, 1), MAX_COLSPAN))
            elif tag == V_MERGE:
                down = element.get(VAL, "continue")
            elif tag == H_MERGE:
                left = element.get(VAL, "continue") == "continue"
    return span, down, left


def _grid(run: Sequence[_Row]) -> list[_Item]:
    """A run of rows as one grid, followed by the pictures that stand in its cells."""
    if not run:
        return []
    grid = Grid(tuple(row.slots for row in run), rectangular=True)
    return [grid, *(item for row in run for item in row.items if not isinstance(item, str))]


def _blocks(items: Sequence[_Item]) -> Iterator[Block]:
    """Lines become paragraphs, and runs of lines whose tabs draw a table become grids."""
    tabbed = [isinstance(item, str) and _TABBED.search(item) is not None for item in items]
    if any(tabbed):
        starts = [at for at, (before, here) in enumerate(pairwise([False, *tabbed])) if here != before]
        bounds = [0, *starts, len(items)]
        for low, high in pairwise(bounds):
            lines = [item for item in items[low:high] if isinstance(item, str)]
            if low < high and tabbed[low] and len(lines) >= _LEAST_TABBED:
                yield from extract_text("\n".join(lines)).blocks
            else:
                yield from map(_block, items[low:high])
    else:
        yield from map(_block, items)


def _block(item: _Item) -> Block:
    return Paragraph(" ".join(item.split())) if isinstance(item, str) else item


def _sign(element: etree._Element) -> str:
    code = element.get(w("char"), "")
    try:
        point = int(code[:8], 16)
    except ValueError:
        return UNKNOWN_SIGN
    if element.get(w("font"), "").lower() == _SYMBOL_FONT and point in _SYMBOL_SAME:
        return chr(point - 0xF000)
    return UNKNOWN_SIGN


def _is_small(value: str | None) -> bool:
    return value is not None and value.isascii() and value.isdigit() and int(value[:18]) <= _SMALL


def _is_diagram(element: etree._Element) -> bool:
    return any(data.get("uri", "").endswith(("/chart", "/diagram")) for data in element.iter(GRAPHIC_DATA))
