"""Archives: the files that a zip file holds, those of zip files inside it included."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from crawler.extract.document import Format, Unreadable
from crawler.extract.package import Budget, Package
from crawler.extract.sniff import binary_format

MAX_MEMBERS = 200
"""Files of one archive, those of archives inside it included."""
MAX_DEPTH = 3
"""Archives inside one another, the outermost included."""

_LITTER = frozenset({".ds_store", "thumbs.db", "desktop.ini"})
_LITTER_FOLDER = "__MACOSX"


class Member(NamedTuple):
    """A file of an archive. `content` is None where it could not be unpacked, for the reason `problem`.

    `name` is its path, harmless to print and never absolute; that of a file in an inner archive is
    "inner.zip!/folder/name.docx".
    """

    name: str
    content: bytes | None
    problem: Unreadable | None = None


def members(content: bytes) -> Iterator[Member]:
    """The files of a zip archive in their order, one in memory at a time; folders and litter are left out.

    A file that cannot be unpacked is a member with a problem. Raises Unreadable where the archive itself is
    damaged or holds more than MAX_MEMBERS files.
    """
    yield from _Unpacking().members(content, depth=1)


class _Unpacking:
    """What all archives inside one another share: how many files and bytes are left to them."""

    def __init__(self) -> None:
        self.budget = Budget()
        self.members_left = MAX_MEMBERS

    def members(self, content: bytes, depth: int) -> Iterator[Member]:
        package = Package(content, self.budget)
        places = [(place, path) for place, name in enumerate(package.names) if (path := _path(name))]
        self.members_left -= len(places)
        if self.members_left < 0:
            raise Unreadable(
                f"压缩包内的文件超过 {MAX_MEMBERS} 个", f"more than {MAX_MEMBERS} files in the archive"
            )
        for place, path in places:
            try:
                yield from self._opened(path, package.read_at(place), depth)
            except Unreadable as problem:
                yield Member(path, None, problem)

    def _opened(self, path: str, content: bytes, depth: int) -> Iterator[Member]:
        if not _is_archive(content):
            yield Member(path, content)
        elif depth == MAX_DEPTH:
            raise Unreadable(f"压缩包嵌套超过 {MAX_DEPTH} 层", f"archives nested deeper than {MAX_DEPTH}")
        else:
            for inner in self.members(content, depth + 1):
                yield inner._replace(name=f"{path}!/{inner.name}")


def _is_archive(content: bytes) -> bool:
    try:
        return binary_format(content) is Format.ZIP
    except Unreadable:  # told by whoever reads the member
        return False


def _path(name: str) -> str:
    """`name` without what would lead out of a folder; empty where it is no file that was meant."""
    if name.endswith(("/", "\\")):
        return ""
    parts = [part for part in name.replace("\\", "/").split("/") if part not in ("", ".", "..")]
    if not parts or parts[0] == _LITTER_FOLDER or parts[-1].lower() in _LITTER:
        return ""
    return "/".join(parts)
