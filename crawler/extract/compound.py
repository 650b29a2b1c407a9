"""Compound files (OLE 2), the container of old Office and WPS files: the names at their top."""

from __future__ import annotations

import struct
from typing import NamedTuple

from crawler.extract.document import Unreadable

MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
MAX_DIRECTORY_ENTRIES = 16_384

_TABLE_CHAIN_AT = 68
_TABLES_AT = 76
_HEADER_TABLES = 109
_MAX_HOPS = 64
_ENTRY_SIZE = 128
_NO_STREAM = 0xFFFFFFFF
_LAST_SECTOR = 0xFFFFFFFA  # numbers from here on name no sector


class _Entry(NamedTuple):
    name: str
    left: int
    right: int
    child: int


def top_names(content: bytes) -> frozenset[str]:
    """Names of the streams and storages of the root storage; those of embedded objects lie deeper.

    Raises Unreadable where the container is damaged.
    """
    try:
        entries = _directory(content)
        pending, seen = [entries[0].child], {_NO_STREAM}
        names = set()
        while pending:
            index = pending.pop()
            if index in seen:
                continue
            seen.add(index)
            entry = entries[index]
            names.add(entry.name)
            pending += (entry.left, entry.right)
        return frozenset(names)
    except (struct.error, IndexError):
        raise Unreadable("文件损坏或不完整", "the file is damaged or cut short") from None


def _directory(content: bytes) -> list[_Entry]:
    (shift,) = struct.unpack_from("<H", content, 30)
    if shift not in (9, 12):
        raise Unreadable("文件损坏或不完整", "the file is damaged or cut short")
    size = 1 << shift
    (sector,) = struct.unpack_from("<I", content, 48)
    entries: list[_Entry] = []
    while sector < _LAST_SECTOR and len(entries) < MAX_DIRECTORY_ENTRIES:
        start = (sector + 1) * size
        entries += (_entry(content, at) for at in range(start, start + size, _ENTRY_SIZE))
        sector = _next_sector(content, sector, size)
    return entries


def _entry(content: bytes, at: int) -> _Entry:
    name, length, _, left, right, child = struct.unpack_from("<64sHHIII", content, at)
    return _Entry(name[: max(0, min(length, 64) - 2)].decode("utf-16-le", "replace"), left, right, child)


def _next_sector(content: bytes, sector: int, size: int) -> int:
    """What the allocation table says comes after `sector`."""
    table, place = divmod(sector, size // 4)
    if table < _HEADER_TABLES:
        listed = _TABLES_AT + 4 * table
    else:  # the header lists the first parts of the table, a chain of sectors the others
        hops, slot = divmod(table - _HEADER_TABLES, size // 4 - 1)
        (at,) = struct.unpack_from("<I", content, _TABLE_CHAIN_AT)
        for _ in range(min(hops, _MAX_HOPS)):
            (at,) = struct.unpack_from("<I", content, (at + 2) * size - 4)
        listed = (at + 1) * size + 4 * slot
    (part,) = struct.unpack_from("<I", content, listed)
    (following,) = struct.unpack_from("<I", content, (part + 1) * size + 4 * place)
    return int(following)
