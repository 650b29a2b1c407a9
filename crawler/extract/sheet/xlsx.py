"""XLSX -> worksheets, from their XML: what cells show depends on formats that readers of values leave out."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from lxml import etree

from crawler.extract.document import Unreadable
from crawler.extract.package import Package
from crawler.extract.raised import set_apart
from crawler.extract.sheet.model import (
    EPOCH_1900,
    EPOCH_1904,
    MAX_CELLS,
    MAX_MERGES,
    Merge,
    Sheet,
    SheetCell,
    Style,
    Workbook,
)
from crawler.extract.sheet.shown import BUILT_IN, shown
from crawler.extract.xml import child, local, parse_xml

_WORKBOOK = "xl/workbook.xml"
_MAX_SHEETS = 100
_MAX_ROW, _MAX_COLUMN = 1_048_576, 16_384
_REFERENCE = re.compile(r"\$?([A-Za-z]{1,3})\$?([1-9][0-9]{0,6})")
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,3})?")
_TRUE = ("1", "true", "on")


class _Look(NamedTuple):
    """What all worksheets share."""

    strings: tuple[str, ...]
    styles: tuple[Style, ...]
    epoch: date
    stale: bool  # formulas are worked out anew when the file is opened: their stored values may be wrong


def read_xlsx(content: bytes) -> Workbook:
    """The visible worksheets. Raises Unreadable."""
    package = Package(content)
    root = parse_xml(package.read(_WORKBOOK))
    targets = _targets(package)
    properties, calculation = child(root, "workbookPr"), child(root, "calcPr")
    look = _Look(
        strings=_strings(package, targets),
        styles=_styles(package, targets),
        epoch=EPOCH_1904 if _flag(properties, "date1904") else EPOCH_1900,
        stale=_flag(calculation, "fullCalcOnLoad"),
    )
    sheets, notes, room = [], [], MAX_CELLS
    listed = child(root, "sheets")
    entries = [] if listed is None else [entry for entry in listed if local(entry) == "sheet"]
    if len(entries) > _MAX_SHEETS:
        raise Unreadable(f"工作表超过 {_MAX_SHEETS} 张", f"more than {_MAX_SHEETS} worksheets")
    for entry in entries:
        if entry.get("state", "visible") != "visible":
            notes.append("a hidden worksheet was left out")
            continue
        identity = next((value for key, value in entry.items() if str(key).endswith("}id")), "")
        kind, path = targets.get(str(identity), ("", ""))
        if kind != "worksheet":
            notes.append("a sheet that is no worksheet was left out")
            continue
        sheet = _sheet(parse_xml(package.read(path)), look, room)
        room -= len(sheet.cells)
        if sheet.hidden_rows or sheet.hidden_columns:
            notes.append("hidden rows or columns were left out")
        sheets.append(sheet)
    return Workbook(tuple(sheets), tuple(notes))


def _targets(package: Package) -> dict[str, tuple[str, str]]:
    """Kind and path of the parts that the workbook names, by their identities."""
    found = {}
    for entry in parse_xml(package.read("xl/_rels/workbook.xml.rels")):
        if entry.get("TargetMode") != "External":
            kind = str(entry.get("Type", "")).rpartition("/")[2]
            path = posixpath.normpath(posixpath.join("/xl", str(entry.get("Target", "")))).lstrip("/")
            found[str(entry.get("Id"))] = (kind, path)
    return found


def _part(package: Package, targets: dict[str, tuple[str, str]], kind: str) -> etree._Element | None:
    path = next((path for found, path in targets.values() if found == kind), None)
    return None if path is None else parse_xml(package.read(path))


def _strings(package: Package, targets: dict[str, tuple[str, str]]) -> tuple[str, ...]:
    root = _part(package, targets, "sharedStrings")
    return () if root is None else tuple(_rich_text(item) for item in root if local(item) == "si")


def _rich_text(item: etree._Element) -> str:
    """The text of a string item; struck-out runs and the readings above characters are no part of it."""
    text = []
    for part in item:
        if local(part) == "t":
            text.append(part.text or "")
        elif local(part) == "r":
            run = child(part, "t")
            properties = child(part, "rPr")
            if run is not None and not _struck(properties):
                text.append(set_apart(run.text or "") if _raised(properties) else run.text or "")
    return _ESCAPED.sub(lambda match: chr(int(match[1], 16)), "".join(text)).replace("\r\n", "\n")


def _styles(package: Package, targets: dict[str, tuple[str, str]]) -> tuple[Style, ...]:
    root = _part(package, targets, "styles")
    if root is None:
        return ()
    codes = {
        _whole(entry.get("numFmtId")): str(entry.get("formatCode", "")) for entry in _within(root, "numFmts")
    }
    struck = {at for at, font in enumerate(_within(root, "fonts")) if _struck(font)}
    bordered = {at for at, border in enumerate(_within(root, "borders")) if _drawn(border)}
    return tuple(
        Style(
            code=codes.get(number) or BUILT_IN.get(number, f"#{number}"),
            struck=_whole(entry.get("fontId")) in struck,
            bordered=_whole(entry.get("borderId")) in bordered,
        )
        for entry in _within(root, "cellXfs")
        for number in [_whole(entry.get("numFmtId"))]
    )


def _struck(properties: etree._Element | None) -> bool:
    strike = None if properties is None else child(properties, "strike")
    return strike is not None and strike.get("val", "1") in _TRUE


def _raised(properties: etree._Element | None) -> bool:
    align = None if properties is None else child(properties, "vertAlign")
    return align is not None and align.get("val") in ("superscript", "subscript")


def _drawn(border: etree._Element) -> bool:
    """Whether lines stand on opposite sides, as around the cells of a table."""
    sides = {local(side) for side in border if side.get("style", "none") != "none"}
    return {"left", "right"} <= sides or {"top", "bottom"} <= sides


def _sheet(root: etree._Element, look: _Look, room: int) -> Sheet:
    cells: dict[tuple[int, int], SheetCell] = {}
    hidden_rows: set[int] = set()
    next_row = 0
    for row in _within(root, "sheetData"):
        number = _whole(row.get("r"), next_row + 1) - 1
        next_row = number + 1
        if _hidden(row, "ht"):
            hidden_rows.add(number)
        next_column = 0
        for entry in row:
            if local(entry) != "c":
                continue
            place = _place(entry.get("r")) or (number, next_column)
            next_column = place[1] + 1
            if place in cells or place[0] != number:
                raise Unreadable("工作表中单元格的编号有误", "cells of the worksheet have wrong numbers")
            cells[place] = _cell(entry, look)
            if len(cells) > room:
                raise Unreadable(f"单元格超过 {MAX_CELLS} 个", f"more than {MAX_CELLS} cells")
    return Sheet(cells, tuple(_merges(root)), frozenset(hidden_rows), frozenset(_hidden_columns(root)))


def _cell(entry: etree._Element, look: _Look) -> SheetCell:
    at = _whole(entry.get("s"))
    style = look.styles[at] if at < len(look.styles) else Style()
    return SheetCell("" if style.struck else _text(entry, style, look), style.bordered)


def _text(entry: etree._Element, style: Style, look: _Look) -> str:
    kind = entry.get("t", "n")
    if kind == "inlineStr":
        inline = child(entry, "is")
        return "" if inline is None else _rich_text(inline)
    formula, value = child(entry, "f"), child(entry, "v")
    stored = "" if value is None else value.text or ""
    if formula is not None and (look.stale or not stored):
        return f"={formula.text or ''}"
    if kind == "s":
        at = _whole(stored, -1)
        if not 0 <= at < len(look.strings):
            raise Unreadable("工作表引用了不存在的文字", "the worksheet names a text that is not there")
        return look.strings[at]
    if kind == "b":
        return "TRUE" if stored in _TRUE else "FALSE"
    if kind == "n" and stored.strip():
        if _NUMBER.fullmatch(stored.strip()) is None:
            raise Unreadable("工作表中的数值有误", "a number of the worksheet is none")
        return shown(float(stored), style.code, look.epoch)
    return _ESCAPED.sub(lambda match: chr(int(match[1], 16)), stored)


def _merges(root: etree._Element) -> Iterable[Merge]:
    entries = list(_within(root, "mergeCells"))
    if len(entries) > MAX_MERGES:
        raise Unreadable(f"合并单元格超过 {MAX_MERGES} 处", f"more than {MAX_MERGES} merged ranges")
    for entry in entries:
        first, _, last = str(entry.get("ref", "")).partition(":")
        start, end = _place(first), _place(last or first)
        if start is None or end is None or end < start or end[1] < start[1]:
            raise Unreadable("合并单元格的范围有误", "a merged range is wrong")
        yield Merge(*start, *end)


def _hidden_columns(root: etree._Element) -> Iterable[int]:
    done = 0
    for entry in _within(root, "cols"):
        first, last = max(_whole(entry.get("min")) - 1, done), min(_whole(entry.get("max")), _MAX_COLUMN)
        if _hidden(entry, "width"):
            yield from range(first, last)
        done = max(done, last)


def _hidden(entry: etree._Element, size: str) -> bool:
    return entry.get("hidden", "0") in _TRUE or re.fullmatch(r"0+(?:\.0*)?", entry.get(size, "1")) is not None


def _within(root: etree._Element, name: str) -> Iterable[etree._Element]:
    """The children of the first child of this name."""
    found = child(root, name)
    return () if found is None else found


def _place(reference: str | None) -> tuple[int, int] | None:
    """Row and column of "B3", counted from 0."""
    match = _REFERENCE.fullmatch(reference or "")
    if match is None:
        return None
    column = 0
    for letter in match[1].upper():
        column = column * 26 + ord(letter) - 64
    row = int(match[2])
    return (row - 1, column - 1) if row <= _MAX_ROW and column <= _MAX_COLUMN else None


def _whole(text: str | None, otherwise: int = 0) -> int:
    return int(text) if text is not None and re.fullmatch(r"[0-9]{1,9}", text) else otherwise


def _flag(element: etree._Element | None, name: str) -> bool:
    return element is not None and element.get(name, "0") in _TRUE
