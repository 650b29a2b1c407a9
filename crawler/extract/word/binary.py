"""The binary format of Word 97 and later: as much of it as tells what a conversion has lost."""

from __future__ import annotations

import re
import struct

from crawler.extract import compound
from crawler.extract.document import Unreadable

MAX_PIECES = 100_000

_IDENT = 0xA5EC
_ENCRYPTED, _SECOND_TABLE = 0x0100, 0x0200
_FLAGS_AT, _TEXT_LENGTH_AT, _PIECES_AT = 0x0A, 0x4C, 0x01A2
_OLDEST = 193  # nFib of Word 97
_PROPERTIES, _PIECE_TABLE = 1, 2
_ONE_BYTE = 0x40000000

_CELL_END = "\x07"
_LINE_END = re.compile("[\r\x0b\x0c\x0e]")
_FIELD_CODE = re.compile("\x13[^\x13\x14\x15]*\x14?")
_UNPRINTED = re.compile("[\x00-\x06\x08\x15\x1f\\s]")


def rows_run_together(content: bytes) -> frozenset[str]:
    """What the lines of a document read as when its tables are lost: cells one after the other, no space
    in between or inside. Empty where the file is of an older format.

    Raises Unreadable where the document is encrypted or its container damaged.
    """
    found = set()
    for line in _LINE_END.split(_FIELD_CODE.sub("", _text(content))):
        cells = [_UNPRINTED.sub("", cell).replace("\x1e", "-") for cell in line.split(_CELL_END)]
        if sum(map(bool, cells)) > 1:
            found.add("".join(cells))
    return frozenset(found)


def _text(content: bytes) -> str:
    """The text of the body, with the marks that end its cells and paragraphs."""
    main = compound.stream(content, "WordDocument")
    try:
        ident, version = struct.unpack_from("<HH", main)
        if ident != _IDENT or version < _OLDEST:
            return ""
        (flags,) = struct.unpack_from("<H", main, _FLAGS_AT)
        if flags & _ENCRYPTED:
            raise Unreadable("文件已加密，需要密码", "the file is encrypted, it needs a password")
        (length,) = struct.unpack_from("<I", main, _TEXT_LENGTH_AT)
        at, size = struct.unpack_from("<II", main, _PIECES_AT)
        tables = compound.stream(content, "1Table" if flags & _SECOND_TABLE else "0Table")
        return _joined(main, tables[at : at + size], length)
    except struct.error:
        return ""


def _joined(main: bytes, pieces: bytes, length: int) -> str:
    """The first `length` characters of the pieces that the piece table lists."""
    length = min(length, len(main))
    at = 0
    while at < len(pieces) and pieces[at] == _PROPERTIES:
        (size,) = struct.unpack_from("<H", pieces, at + 1)
        at += 3 + size
    if at >= len(pieces) or pieces[at] != _PIECE_TABLE:
        return ""
    (size,) = struct.unpack_from("<I", pieces, at + 1)
    count = min((size - 4) // 12, MAX_PIECES)
    starts = struct.unpack_from(f"<{count + 1}I", pieces, at + 5)
    parts = []
    for piece in range(count):
        first, end = starts[piece], min(starts[piece + 1], length)
        if end <= first:
            break
        (where,) = struct.unpack_from("<I", pieces, at + 5 + 4 * (count + 1) + 8 * piece + 2)
        if where & _ONE_BYTE:
            low = (where & ~_ONE_BYTE) // 2
            parts.append(main[low : low + end - first].decode("cp1252", "replace"))
        else:
            parts.append(main[where : where + 2 * (end - first)].decode("utf-16-le", "replace"))
    return "".join(parts)[:length]
