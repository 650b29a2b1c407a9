"""What an object of JSON says of an article: HTML, title, date and source, and the files listed beside it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta, timezone
from html import escape, unescape
from itertools import islice
from typing import Any, NamedTuple

from crawler.extract.document import Attachment
from crawler.extract.html.entries import fold
from crawler.extract.html.links import FILE_ENDING, MAX_SOURCE, attached_address

LEAST_MARKUP = 40
"""Characters of the shortest string of HTML that may be an article by itself."""
_MOST_FILES = 100
_MOST_CHARACTERS = 500  # of a title or a date
_CHINA = timezone(timedelta(hours=8))

_MARKUP = re.compile(r"<(?:p|div|table|section|article|span|h[1-6]|br|a)[\s/>]", re.IGNORECASE)
_ESCAPED_MARKUP = re.compile(r"&lt;(?:p|div|table|section|span)[\s/&]", re.IGNORECASE)
_TAG = re.compile(r"<[^<>]{0,300}>")

_TITLES = ("articletitle", "realtitle", "title", "infotitle", "doctitle")
_DATES = (
    "displaypublishtime",
    "publishedtime",
    "publishtime",
    "publisheddate",
    "publishdate",
    "pubdate",
    "pubtime",
    "infodate",
    "releasetime",
    "firstpublishtime",
)
_SOURCES = ("contentsource", "source", "publisher", "dept", "deptname")
_PAIRS = (("ArticleTitle", _TITLES), ("PubDate", _DATES), ("ContentSource", _SOURCES))
"""Meta names and the keys that say the same, those that the reader is shown first."""
_BODIES = (
    "infocontent",
    "content",
    "articlecontent",
    "doccontent",
    "htmlcontent",
    "body",
    "html",
    "text",
    "txtcontent",
)
_ADDRESS = re.compile("url|path|href|link|file|src")
_FILE_LIST = re.compile("attach|pdf|file|annex|enclosure|accessor|fujian")
_FILE_NAME = re.compile(FILE_ENDING + r"$", re.IGNORECASE)
_PAGE = re.compile(r"\.(?:s?html?|jsp|aspx?|php|do)(?:$|[?#])|/$", re.IGNORECASE)


class Article(NamedTuple):
    """HTML that was found as data, and what the object around it says of it, as meta tags say it."""

    html: str
    meta: tuple[tuple[str, str], ...] = ()
    files: tuple[Attachment, ...] = ()  # listed beside the HTML
    owner: int = 0  # tells articles of the same object from those of others

    @property
    def title(self) -> str:
        """What the object calls the article, "" where it does not."""
        return dict(self.meta).get("ArticleTitle", "")


def markup(text: str) -> str | None:
    """`text` where it is HTML, with its markup no longer escaped; else None."""
    if len(text) < LEAST_MARKUP:
        return None
    if _MARKUP.search(text):
        return text
    return unescape(text) if _ESCAPED_MARKUP.search(text) else None


def entitled(value: Mapping[str, Any], owner: int) -> Article | None:
    """The article of an object that has a title, and besides it files or a text, however short; else None."""
    meta, listed = pairs(value), files(value)
    if not any(name == "ArticleTitle" for name, _ in meta):
        return None
    said = _by_key(value)
    text = next((text for key in _BODIES if isinstance(text := said.get(key), str) and text.strip()), "")
    if not text and not listed:
        return None
    if not _MARKUP.search(text):
        text = unescape(text) if _ESCAPED_MARKUP.search(text) else "".join(_paragraphs(text))
    return Article(text, meta, listed, owner)


def pairs(value: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """Title, date and source as meta tags would name them."""
    said = _by_key(value)
    found = []
    for name, keys in _PAIRS:
        text = next((text for key in keys if (text := _said(said.get(key), dated=keys is _DATES))), "")
        if text:
            found.append((name, text))
    return tuple(found)


def files(value: Mapping[str, Any]) -> tuple[Attachment, ...]:
    """The files in the lists of an object, like `"pdflist": [{"attachname": …, "attachurl": …}]`.

    A list that is called one of files may give addresses that do not show it; then the name or the type does.
    """
    found: dict[str, Attachment] = {}
    lists = ((str(key).lower(), part) for key, part in value.items() if isinstance(part, list))
    entries = ((_FILE_LIST.search(key) is not None, entry) for key, part in lists for entry in part)
    for declared, entry in islice(entries, _MOST_FILES):
        if isinstance(entry, str):
            entry = {"url": entry}
        if not isinstance(entry, dict):
            continue
        said = {str(key).lower(): text for key, text in entry.items() if isinstance(text, str)}
        name = next((text for key, text in said.items() if "name" in key or "title" in key), "")
        kind = next((text for key, text in said.items() if "type" in key or "ext" in key), "")
        given = [text for key, text in said.items() if _ADDRESS.search(key) and "name" not in key]
        address = next(filter(None, (attached_address({"href": text}) for text in given)), None)
        if address is None and declared:
            typed = _FILE_NAME.search(name) or _FILE_NAME.search(f".{kind.strip('. ')}")
            address = next(filter(_may_be_file, given), None) if typed else None
        if address is not None:
            found.setdefault(address, Attachment(address, fold(name)))
    return tuple(found.values())


def _may_be_file(address: str) -> bool:
    address = address.strip()
    return 0 < len(address) <= MAX_SOURCE and _PAGE.search(address) is None


def _by_key(value: Mapping[str, Any]) -> dict[str, Any]:
    return {str(key).lower().replace("_", "").replace("-", ""): part for key, part in value.items()}


def _paragraphs(text: str) -> Iterator[str]:
    return (f"<p>{escape(line)}</p>" for line in text.splitlines() if line.strip())


def _said(value: object, *, dated: bool) -> str:
    if dated and isinstance(value, int | str) and re.fullmatch(r"1\d{9}(?:\d{3})?", str(value)[:20]):
        seconds = int(str(value)[:10])
        return datetime.fromtimestamp(seconds, UTC).astimezone(_CHINA).strftime("%Y-%m-%d %H:%M:%S")
    if not isinstance(value, str) or len(value) > _MOST_CHARACTERS:
        return ""
    return value.strip() if dated else unescape(_TAG.sub("", value)).strip()
