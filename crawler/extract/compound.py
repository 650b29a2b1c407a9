"""Compound files (OLE 2), the container of old Office and WPS files: the streams at their top."""

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
_SMALL_TABLE_AT = 60
_SMALL_STREAM = 4096  # bytes; shorter ones lie in sectors of 64 bytes within the stream of the root entry
_SMALL_SECTOR = 64


class _Entry(NamedTuple):
    name: str
    left: int
    right: int
    child: int
    start: int  # the first sector of its content
    length: int  # of its content, in bytes


def top_names(content: bytes) -> frozenset[str]:
    """Names of the streams and storages of the root storage; those of embedded objects lie deeper.

    Raises Unreadable where the container is damaged.
    """
    try:
        return frozenset(_top(_directory(content)))
    except (struct.error, IndexError):
        raise _damaged() from None


def stream(content: bytes, name: str) -> bytes:
    """The content of a stream of the root storage.

    Raises Unreadable where there is none of this name, or the container is damaged.
    """
    try:
        entries = _directory(content)
        entry = _top(entries).get(name)
        if entry is None or entry.length > len(content):
            raise _damaged()
        if entry.length >= _SMALL_STREAM:
            return _chain(content, entry.start, entry.length)
        root = entries[0]
        if root.length > len(content):
            raise _damaged()
        sectors = _chain(content, root.start, root.length)
        (first,) = struct.unpack_from("<I", content, _SMALL_TABLE_AT)
        table = _chain(content, first, len(sectors) // _SMALL_SECTOR * 4)
        parts = []
        sector = entry.start
        for _ in range(-(-entry.length // _SMALL_SECTOR)):
            parts.append(sectors[sector * _SMALL_SECTOR : (sector + 1) * _SMALL_SECTOR])
            (sector,) = struct.unpack_from("<I", table, 4 * sector)
        return b"".join(parts)[: entry.length]
    except (struct.error, IndexError):
        raise _damaged() from None


def _damaged() -> Unreadable:
    return Unreadable("文件损坏或不完整", "the file is damaged or cut short")


def _top(entries: list[_Entry]) -> dict[str, _Entry]:
    pending, seen = [entries[0].child], {_NO_STREAM}
    found = {}
    while pending:
        index = pending.pop()
        if index in seen:
            continue
        seen.add(index)
        entry = entries[index]
        found[entry.name] = entry
        pending += (entry.left, entry.right)
    return found


def _chain(content: bytes, sector: int, length: int) -> bytes:
    """`length` bytes from the chain of sectors that begins with `sector`."""
    (shift,) = struct.unpack_from("<H", content, 30)
    size = 1 << shift
    parts = []
    for _ in range(-(-length // size)):
        parts.append(content[(sector + 1) * size : (sector + 2) * size])
        sector = _next_sector(content, sector, size)
    return b"".join(parts)[:length]


def _directory(content: bytes) -> list[_Entry]:
    (shift,) = struct.unpack_from("<H", content, 30)
    if shift not in (9, 12):
        raise _damaged()
    size = 1 << shift
    (sector,) = struct.unpack_from("<I", content, 48)
    entries: list[_Entry] = []
    while sector < _LAST_SECTOR and len(entries) < MAX_DIRECTORY_ENTRIES:
        start = (sector + 1) * size
        entries += (_entry(content, at) for at in range(start, start + size, _ENTRY_SIZE))
        sector = _next_sector(content, sector, size)
    return entries


def _entry(content: bytes, at: int) -> _Entry:
    name, named, _, left, right, child, start, length = struct.unpack_from("<64sHHIII36xII", content, at)
    spelled = name[: max(0, min(named, 64) - 2)].decode("utf-16-le", "replace")
    return _Entry(spelled, left, right, child, start, length)


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
