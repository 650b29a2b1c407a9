"""XLS and ET (BIFF8) -> worksheets, from their records: what cells show depends on formats, as in XLSX."""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from crawler.extract import compound
from crawler.extract.document import Unreadable
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

_STREAMS = ("Workbook", "WORKBOOK")
_BIFF8 = 0x0600

_BOF, _EOF, _CONTINUE = 0x0809, 0x000A, 0x003C
_FILEPASS, _BOUNDSHEET, _DATEMODE, _FONT, _FORMAT, _XF, _SST = 0x2F, 0x85, 0x22, 0x31, 0x41E, 0xE0, 0xFC
_ROW, _COLINFO, _MERGEDCELLS = 0x208, 0x7D, 0xE5
_NUMBER, _RK, _MULRK, _BLANK, _MULBLANK, _BOOLERR = 0x203, 0x27E, 0xBD, 0x201, 0xBE, 0x205
_LABEL, _RSTRING, _LABELSST, _FORMULA, _STRING = 0x204, 0xD6, 0xFD, 0x6, 0x207

_ERRORS = {
    0x00: "#NULL!",
    0x07: "#DIV/0!",
    0x0F: "#VALUE!",
    0x17: "#REF!",
    0x1D: "#NAME?",
    0x24: "#NUM!",
    0x2A: "#N/A",
}
_STALE = 0x3  # formulas to be worked out anew, always or when the file is opened
_WIDE, _PHONETIC, _RICH = 0x1, 0x4, 0x8  # flags of a string
_MISSING_FONT = 4  # the number that no font has


class _Record(NamedTuple):
    kind: int
    data: bytes
    further: Sequence[bytes] = ()  # what continues it


class _Text(NamedTuple):
    """A string and where in it another font begins: (character, font)."""

    text: str
    runs: tuple[tuple[int, int], ...] = ()


class _Globals:
    """What all worksheets share."""

    def __init__(self, records: Sequence[_Record]) -> None:
        self.sheets: list[tuple[int, bool]] = []  # place in the stream, whether it is shown
        self.strings: tuple[_Text, ...] = ()
        self.epoch = EPOCH_1900
        self.other_sheets = 0
        self.struck: list[bool] = []
        formats: dict[int, str] = {}
        looks: list[tuple[int, int, int]] = []
        for record in records:
            data = record.data
            if record.kind == _FILEPASS:
                raise Unreadable("文件已加密，需要密码", "the file is encrypted, it needs a password")
            if record.kind == _BOUNDSHEET:
                place, state, kind = struct.unpack_from("<IBB", data)
                if kind == 0:
                    self.sheets.append((place, state & 3 == 0))
                else:
                    self.other_sheets += 1
            elif record.kind == _DATEMODE and data[0]:
                self.epoch = EPOCH_1904
            elif record.kind == _FONT:
                self.struck.append(bool(data[2] & 0x8))
            elif record.kind == _FORMAT:
                formats[struct.unpack_from("<H", data)[0]] = _Strings((data[2:],)).next().text
            elif record.kind == _XF:
                font, code = struct.unpack_from("<HH", data)
                looks.append((font, code, struct.unpack_from("<H", data, 10)[0]))
            elif record.kind == _SST:
                (count,) = struct.unpack_from("<I", data, 4)
                if count > MAX_CELLS:
                    raise _too_many_cells()
                strings = _Strings((data[8:], *record.further))
                self.strings = tuple(strings.next() for _ in range(count))
        self.styles = [
            Style(formats.get(code) or BUILT_IN.get(code, f"#{code}"), self.is_struck(font), _ruled(lines))
            for font, code, lines in looks
        ]

    def is_struck(self, font: int) -> bool:
        at = font - 1 if font > _MISSING_FONT else font
        return at < len(self.struck) and self.struck[at]


def read_xls(content: bytes) -> Workbook:
    """The visible worksheets. Raises Unreadable."""
    names = compound.top_names(content)
    name = next((name for name in _STREAMS if name in names), None)
    if name is None:
        raise Unreadable(
            "暂不能读取 Excel 95 及更早的表格", "spreadsheets of Excel 95 and before are not supported"
        )
    stream = compound.stream(content, name)
    try:
        shared = _Globals(_substream(stream, 0))
        sheets, room = [], MAX_CELLS
        for place, visible in shared.sheets:
            if visible:
                sheets.append(_Reading(shared, room).read(_substream(stream, place)))
                room -= len(sheets[-1].cells)
    except (struct.error, IndexError, UnicodeDecodeError):
        raise Unreadable("表格文件损坏或不完整", "the spreadsheet is damaged or cut short") from None
    notes = ["a hidden worksheet was left out" for _, visible in shared.sheets if not visible]
    notes += ["a sheet that is no worksheet was left out"] * shared.other_sheets
    if any(sheet.hidden_rows or sheet.hidden_columns for sheet in sheets):
        notes.append("hidden rows or columns were left out")
    return Workbook(tuple(sheets), tuple(notes))


def _substream(stream: bytes, place: int) -> list[_Record]:
    """The records from the beginning at `place` to its end, without those of charts inside."""
    kind, length, version = struct.unpack_from("<HHH", stream, place)
    if kind != _BOF:
        raise IndexError
    if version != _BIFF8:
        raise Unreadable(
            "暂不能读取 Excel 95 及更早的表格", "spreadsheets of Excel 95 and before are not supported"
        )
    records: list[_Record] = []
    at, depth = place + 4 + length, 1
    while depth:
        kind, length = struct.unpack_from("<HH", stream, at)
        data = stream[at + 4 : at + 4 + length]
        if len(data) != length:
            raise IndexError
        at += 4 + length
        if kind == _BOF:
            depth += 1
        elif kind == _EOF:
            depth -= 1
        elif depth == 1:
            if kind != _CONTINUE:
                records.append(_Record(kind, data))
            elif records and records[-1].kind == _SST:
                last = records[-1]
                records[-1] = last._replace(further=[*last.further, data])
    return records


class _Strings:
    """Reads one string after another from a record and what continues it."""

    def __init__(self, parts: Sequence[bytes]) -> None:
        self._parts = parts
        self._part = 0
        self._at = 0

    def next(self) -> _Text:
        length, flags = struct.unpack("<HB", self._take(3))
        runs = struct.unpack("<H", self._take(2))[0] if flags & _RICH else 0
        phonetic = struct.unpack("<I", self._take(4))[0] if flags & _PHONETIC else 0
        pieces = []
        while length:
            if self._at == len(self._parts[self._part]):
                flags = self._next_part()[
                    0
                ]  # characters that go on in the next record may have another width
                self._at = 1
            width = 2 if flags & _WIDE else 1
            here = min(length, (len(self._parts[self._part]) - self._at) // width)
            if not here:
                raise IndexError
            raw = self._parts[self._part][self._at : self._at + here * width]
            pieces.append(raw.decode("utf-16-le" if width == 2 else "latin-1"))
            self._at += here * width
            length -= here
        spans = tuple(struct.iter_unpack("<HH", self._take(4 * runs)))
        self._take(phonetic)
        return _Text("".join(pieces), spans)

    def _next_part(self) -> bytes:
        self._part, self._at = self._part + 1, 0
        return self._parts[self._part]

    def _take(self, count: int) -> bytes:
        taken = b""
        while len(taken) < count:
            if self._at == len(self._parts[self._part]):
                self._next_part()
            piece = self._parts[self._part][self._at : self._at + count - len(taken)]
            self._at += len(piece)
            taken += piece
        return taken


class _Reading:
    """Collects the cells of one worksheet."""

    def __init__(self, shared: _Globals, room: int) -> None:
        self._shared = shared
        self._room = room
        self._cells: dict[tuple[int, int], SheetCell] = {}

    def read(self, records: Sequence[_Record]) -> Sheet:
        merges: list[Merge] = []
        hidden_rows: set[int] = set()
        hidden_columns: set[int] = set()
        for at, (kind, data, _) in enumerate(records):
            if kind == _ROW:
                row, height, options = struct.unpack_from("<H4xH4xH", data)
                if options & 0x20 or height & 0x7FFF == 0:
                    hidden_rows.add(row)
            elif kind == _COLINFO:
                first, last, width, _, options = struct.unpack_from("<5H", data)
                if options & 1 or width == 0:
                    hidden_columns.update(range(first, min(last, 255) + 1))
            elif kind == _MERGEDCELLS:
                (count,) = struct.unpack_from("<H", data)
                for top, bottom, left, right in struct.iter_unpack("<4H", data[2 : 2 + 8 * count]):
                    if bottom < top or right < left or len(merges) == MAX_MERGES:
                        raise IndexError
                    merges.append(Merge(top, left, bottom, right))
            elif kind == _FORMULA:
                self._formula(data, records[at + 1 : at + 4])
            else:
                for row, column, style, text in self._values(kind, data):
                    self._put(row, column, style, text)
        return Sheet(self._cells, tuple(merges), frozenset(hidden_rows), frozenset(hidden_columns))

    def _put(self, row: int, column: int, look: int, text: _Text | float) -> None:
        style = self._shared.styles[look] if look < len(self._shared.styles) else Style()
        if (row, column) in self._cells:
            raise IndexError
        if len(self._cells) == self._room:
            raise _too_many_cells()
        words = (
            shown(text, style.code, self._shared.epoch)
            if isinstance(text, float)
            else self._visible(text, style)
        )
        self._cells[row, column] = SheetCell(
            "" if style.struck and isinstance(text, float) else words, style.bordered
        )

    def _visible(self, text: _Text, style: Style) -> str:
        """The text without its struck-out parts."""
        starts = [(0, style.struck), *((at, self._shared.is_struck(font)) for at, font in text.runs)]
        ends = [at for at, _ in starts[1:]] + [len(text.text)]
        return "".join(
            text.text[at:end] for (at, struck), end in zip(starts, ends, strict=True) if not struck
        ).replace("\r\n", "\n")

    def _values(self, kind: int, data: bytes) -> Iterator[tuple[int, int, int, _Text | float]]:
        """Row, column, number of the style and value of each cell of a record."""
        if kind == _NUMBER:
            row, column, style, value = struct.unpack_from("<HHHd", data)
            yield row, column, style, value
        elif kind == _RK:
            row, column, style, packed = struct.unpack_from("<HHHI", data)
            yield row, column, style, _unpacked(packed)
        elif kind == _MULRK:
            row, column = struct.unpack_from("<HH", data)
            for at, (style, packed) in enumerate(struct.iter_unpack("<HI", data[4:-2])):
                yield row, column + at, style, _unpacked(packed)
        elif kind == _BLANK:
            row, column, style = struct.unpack_from("<HHH", data)
            yield row, column, style, _Text("")
        elif kind == _MULBLANK:
            row, column = struct.unpack_from("<HH", data)
            for at, (style,) in enumerate(struct.iter_unpack("<H", data[4:-2])):
                yield row, column + at, style, _Text("")
        elif kind == _BOOLERR:
            row, column, style, value, is_error = struct.unpack_from("<HHHBB", data)
            yield row, column, style, _Text(_ERRORS.get(value, "#N/A") if is_error else _truth(value))
        elif kind == _LABELSST:
            row, column, style, at = struct.unpack_from("<HHHI", data)
            yield row, column, style, self._shared.strings[at]
        elif kind in (_LABEL, _RSTRING):
            row, column, style = struct.unpack_from("<HHH", data)
            yield row, column, style, _Strings((data[6:],)).next()

    def _formula(self, data: bytes, following: Sequence[_Record]) -> None:
        row, column, style, result, flags = struct.unpack_from("<HHH8sH", data)
        text: _Text | float
        if flags & _STALE:
            text = _Text("=")
        elif result[6:] != b"\xff\xff":
            (text,) = struct.unpack("<d", result)
        elif result[0] == 0:
            found = next((record for record in following if record.kind == _STRING), None)
            if found is None:
                raise IndexError
            text = _Strings((found.data,)).next()
        elif result[0] == 1:
            text = _Text(_truth(result[2]))
        else:
            text = _Text(_ERRORS.get(result[2], "#N/A") if result[0] == 2 else "")
        self._put(row, column, style, text)


def _unpacked(packed: int) -> float:
    """A number that is stored in 30 bits."""
    if packed & 2:
        value = float((packed >> 2) - (1 << 30 if packed >> 31 else 0))
    else:
        (value,) = struct.unpack("<d", struct.pack("<Q", (packed & ~3) << 32))
    return value / 100 if packed & 1 else value


def _truth(value: int) -> str:
    return "TRUE" if value else "FALSE"


def _ruled(lines: int) -> bool:
    """Whether lines stand on opposite sides, as around the cells of a table."""
    left, right, top, bottom = (bool(lines >> shift & 0xF) for shift in (0, 4, 8, 12))
    return (left and right) or (top and bottom)


def _too_many_cells() -> Unreadable:
    return Unreadable(f"单元格超过 {MAX_CELLS} 个", f"more than {MAX_CELLS} cells")
