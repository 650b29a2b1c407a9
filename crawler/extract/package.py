"""Zip files, read within bounds: the packages of OOXML and OFD, and archives. Nothing is written anywhere."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections import Counter

from crawler.extract.document import Unreadable

MAX_ENTRIES = 2_000
"""Entries of one zip file; reports with a picture on every page stay below 300."""
MAX_ENTRY_BYTES = 32 * 1024 * 1024
"""Inflated size of one entry."""
MAX_TOTAL_BYTES = 128 * 1024 * 1024
"""Inflated size of all that is read of one file, what is packed in it included."""
MAX_RATIO = 250
"""Inflated size over packed size. XML of thousands of empty cells reaches 100, a bomb 1000."""

_ENTRY_MARK = b"PK\x01\x02"
_MAX_MARKS = 50_000  # packed files may hold marks of their own; each costs the directory's reader memory
_RATIO_FREE = 1024 * 1024  # inflated bytes below which no ratio matters
_ENCRYPTED = 0x1
_UTF8 = 0x800
_UNICODE_PATH = 0x7075
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)


class Budget:
    """How many bytes may still be inflated, over all zip files that one input holds."""

    def __init__(self, left: int = MAX_TOTAL_BYTES) -> None:
        self.left = left


class Package:
    """One zip file. Entries keep their order; their names are decoded, and otherwise as the file spells them.

    Raises Unreadable where the directory is damaged or has more than MAX_ENTRIES entries.
    """

    def __init__(self, content: bytes, budget: Budget | None = None) -> None:
        if content.count(_ENTRY_MARK) > _MAX_MARKS:
            raise _too_many()
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(content))
        except _DAMAGE:
            raise Unreadable("压缩文件损坏或不完整", "the zip file is damaged or cut short") from None
        infos = self._zip.infolist()
        if len(infos) > MAX_ENTRIES:
            raise _too_many()
        self._budget = budget or Budget()
        self._entries = [(_name(info), info) for info in infos]
        self._repeated = {name for name, count in Counter(self.names).items() if count > 1}
        self._index = dict(self._entries)

    @property
    def names(self) -> tuple[str, ...]:
        """Names of all entries, in the order of the directory; a name may stand there twice."""
        return tuple(name for name, _ in self._entries)

    def __contains__(self, name: str) -> bool:
        return name in self._index

    def read(self, name: str) -> bytes:
        """The entry of this name.

        Raises Unreadable where there is none or more than one, where it is encrypted, damaged, packed by a
        method that is not read, or larger than the bounds.
        """
        if name not in self._index:
            raise Unreadable(f"文件不完整：缺少 {name}", f"the file is incomplete: {_ascii(name)} is missing")
        if name in self._repeated:
            raise Unreadable(
                f"文件有误：有多个 {name}", f"the file is ambiguous: {_ascii(name)} stands twice"
            )
        return self._inflate(self._index[name])

    def read_at(self, position: int) -> bytes:
        """The entry at this place of `names`, whether its name is repeated or not. Raises as `read` does."""
        return self._inflate(self._entries[position][1])

    def _inflate(self, info: zipfile.ZipInfo) -> bytes:
        if info.flag_bits & _ENCRYPTED:
            raise Unreadable("已加密，需要密码", "encrypted, it needs a password")
        if info.compress_type not in _METHODS:
            raise Unreadable("压缩方法不受支持", "the method of compression is not supported")
        limit = min(MAX_ENTRY_BYTES, self._budget.left)
        if info.file_size > limit:
            raise _too_large()
        if info.file_size > max(_RATIO_FREE, MAX_RATIO * info.compress_size):
            raise Unreadable(
                "压缩比异常，不予解压", "packed too densely to be a document; it is not unpacked"
            )
        try:
            with self._zip.open(info) as stream:
                content = stream.read(limit + 1)
        except _DAMAGE:
            raise Unreadable("压缩文件损坏或不完整", "the zip file is damaged or cut short") from None
        if len(content) > limit:
            raise _too_large()
        self._budget.left -= len(content)
        return content


_DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    OSError,
    ValueError,
    OverflowError,
    NotImplementedError,
    RuntimeError,
)


def _name(info: zipfile.ZipInfo) -> str:
    """The name as its writer meant it: zipfile takes every name without the UTF-8 flag for code page 437."""
    if info.flag_bits & _UTF8:
        return info.filename
    raw = info.orig_filename.encode("cp437", "replace")
    stated = _unicode_path(info.extra, raw)
    if stated is not None:
        return stated
    for charset in ("utf-8", "gb18030"):
        try:
            return raw.decode(charset)
        except UnicodeDecodeError:
            continue
    return info.filename


def _unicode_path(extra: bytes, raw: bytes) -> str | None:
    """The name that Info-ZIP keeps beside the old one; void where the old one was changed since."""
    while len(extra) >= 4:
        kind, length = struct.unpack_from("<HH", extra)
        field, extra = extra[4 : 4 + length], extra[4 + length :]
        if kind == _UNICODE_PATH and len(field) > 5 and field[0] == 1:
            if struct.unpack_from("<I", field, 1)[0] != zlib.crc32(raw):
                return None
            try:
                return field[5:].decode("utf-8")
            except UnicodeDecodeError:
                return None
    return None


def _ascii(name: str) -> str:
    return name.encode("ascii", "replace").decode()


def _too_many() -> Unreadable:
    return Unreadable(
        f"压缩文件内的文件过多，上限 {MAX_ENTRIES} 个",
        f"too many files in the zip file, the limit is {MAX_ENTRIES}",
    )


def _too_large() -> Unreadable:
    return Unreadable(
        f"解压后过大，上限 {MAX_ENTRY_BYTES >> 20} MB",
        f"too large when unpacked, the limit is {MAX_ENTRY_BYTES >> 20} MB",
    )
