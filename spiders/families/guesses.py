"""Addresses at which the later pages of a static list may stand, where nothing on the page tells.

The order matters: what may be page 2 under one system is page 3 under another (`index_2.html`), so the form
that counts from 0 is tried first. A form that is wrong leads nowhere or shows the first page again.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple
from urllib.parse import parse_qsl, urlencode, urlsplit

_FILE = re.compile(r"(.{1,150})\.([a-z]{3,6})", re.I)
_NUMBER_AT_END = re.compile(r"(|.{0,140}[-_])(\d{1,3})")
_DYNAMIC = frozenset({"jsp", "asp", "aspx", "php", "do", "action", "jspx", "xp"})
_PAGE_KEYS = ("page", "pageNo", "pageIndex", "currPage", "pn")
_NAMES_OF_PAGE = frozenset(
    {
        *map(str.lower, _PAGE_KEYS),
        "pageindex",
        "currentpage",
        "curpage",
        "pagenum",
        "pageno",
        "p",
        "pagenumber",
    }
)


class _Address(NamedTuple):
    """The first page of a list, taken apart."""

    site: str
    folder: str
    stem: str
    extension: str
    query: tuple[tuple[str, str], ...]
    bare: bool  # a folder, or a name without extension

    def file(self, name: str) -> str:
        return f"{self.site}{self.folder}{name}"

    def asking(self, key: str, page: int) -> str:
        query = [(name, value) for name, value in self.query if name != key]
        parts = f"{self.folder}{self.stem}{self.extension}" if not self.bare else f"{self.folder}{self.stem}"
        return f"{self.site}{parts}?{urlencode([*query, (key, str(page))])}"


def guesses(
    first: str, page: int, *, stem: str | None = None, extension: str | None = None
) -> dict[str, str]:
    """Where page `page` of the list that begins at `first` may stand, by the name of the form, most likely
    first; `stem` and `extension` are what the list's own script names its files after.
    """
    address = _taken_apart(first)
    found: dict[str, str] = {}
    if address is None or page < 2:
        return found
    for name, url in _named(address, page, stem, extension):
        if url != first and url not in found.values():
            found[name] = url
    return found


def _taken_apart(first: str) -> _Address | None:
    try:
        parts = urlsplit(first)
        query = tuple(parse_qsl(parts.query, keep_blank_values=True, max_num_fields=50))
    except ValueError:
        return None
    folder, _, name = parts.path.rpartition("/")
    file = _FILE.fullmatch(name)
    site = f"{parts.scheme}://{parts.netloc}"
    if file:
        return _Address(site, f"{folder}/", file[1], f".{file[2]}", query, bare=False)
    return _Address(site, f"{folder}/", name, "", query, bare=True)


def _named(
    address: _Address, page: int, stem: str | None, extension: str | None
) -> Iterator[tuple[str, str]]:
    if stem is not None:
        for shift in (1, 0):
            yield f"told-{shift}", address.file(f"{stem}_{page - shift}.{extension}")
    asked = [key for key, _ in address.query if key.lower() in _NAMES_OF_PAGE]
    for key in asked[:1]:
        start = dict(address.query)[key]
        # a first page that is asked for as page 0 counts from there
        yield "query", address.asking(key, page - 1 if start == "0" else page)
    dynamic = bool(address.query) or address.extension[1:].lower() in _DYNAMIC
    if not dynamic:
        yield from _files(address, page)
    if dynamic or address.bare:
        for key in _PAGE_KEYS:
            yield f"?{key}", address.asking(key, page)


def _files(address: _Address, page: int) -> Iterator[tuple[str, str]]:
    ending = address.extension or ".html"
    if address.bare and address.stem:
        # a name without extension: the pages stand in a folder of that name, or behind the query
        yield "folder", address.file(f"{address.stem}/{page}")
        return
    stem = address.stem or "index"
    yield "stem_0", address.file(f"{stem}_{page - 1}{ending}")
    yield "stem_1", address.file(f"{stem}_{page}{ending}")
    numbered = _NUMBER_AT_END.fullmatch(address.stem)
    if numbered and not address.bare:
        yield "counting", address.file(f"{numbered[1]}{int(numbered[2]) + page - 1}{ending}")
    if stem != "index":
        yield "index_0", address.file(f"index_{page - 1}{ending}")
        yield "index_1", address.file(f"index_{page}{ending}")
    yield "stem-1", address.file(f"{stem}-{page}{ending}")
    if address.bare:
        yield "shtml_0", address.file(f"index_{page - 1}.shtml")
        yield "htm_0", address.file(f"index_{page - 1}.htm")
        yield "jhtml_1", address.file(f"index_{page}.jhtml")
        yield "list", address.file(f"list_{page}.shtml")
        yield "number", address.file(f"{page}{ending}")
        yield "folder", address.file(f"{page}")
    else:
        yield "below", address.file(f"{stem}/{page}{ending}")
