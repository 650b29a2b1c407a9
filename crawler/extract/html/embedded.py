"""Articles that a page or an interface keeps as data: HTML inside a string of JSON.

Some portals send an empty page and draw the article from a script (`{… "content": "\\u003Cp…"}`); their
interfaces answer with the same object. Its title and dates become pairs like those of meta tags.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta, timezone
from html import unescape
from itertools import islice
from typing import Any, NamedTuple

from crawler.extract.document import Attachment
from crawler.extract.html.entries import fold
from crawler.extract.html.links import attached_address

MAX_SCRIPTS = 1_000_000
"""Characters of scripts that are searched."""
MAX_VALUES = 100_000
"""Values of one answer that are looked at."""
MAX_ARTICLES = 8
"""Strings of HTML of one page that are read, the longest first."""
_MOST_OBJECTS_TRIED = 25
_LEAST_MARKUP = 40  # characters of the shortest string that may be an article

_MARKUP = re.compile(r"<(?:p|div|table|section|article|span|h[1-6]|br|a)[\s/>]", re.IGNORECASE)
_ESCAPED_MARKUP = re.compile(r"&lt;(?:p|div|table|section|span)[\s/&]", re.IGNORECASE)
_ANSWER = re.compile(r"\s*(?:[\w$.]{1,80}\s*\(\s*)?([{\[])")
"""An answer in JSON, or a call with one (JSONP)."""
_ASSIGNED = re.compile(
    r"""(?<![\w$])[A-Za-z_$][\w$]{0,60}+["']?\s*+[:=]\s*+(?:"((?:[^"\\]++|\\.)*+)"|'((?:[^'\\]++|\\.)*+)')""",
    re.DOTALL,
)
"""A string that a script gives a name."""

_TITLES = ("articletitle", "title", "realtitle", "infotitle", "doctitle")
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
)
_SOURCES = ("contentsource", "source", "publisher")
_PAIRS = (("ArticleTitle", _TITLES), ("PubDate", _DATES), ("ContentSource", _SOURCES))
"""Meta names and the keys that say the same, those that the reader is shown first."""
_ADDRESS = re.compile("url|path|href|link|file|src")
_MOST_FILES = 100
_CHINA = timezone(timedelta(hours=8))
_MOST_CHARACTERS = 500  # of a title or a date


class Article(NamedTuple):
    """HTML that was found as data, and what the object around it says of it, as meta tags say it."""

    html: str
    meta: tuple[tuple[str, str], ...] = ()
    files: tuple[Attachment, ...] = ()  # listed beside the HTML
    owner: int = 0  # tells articles of the same object from those of others


def answered(text: str) -> tuple[Article, ...] | None:
    """The articles of an answer that is JSON as a whole, the longest first; None where it is not JSON."""
    opening = _ANSWER.match(text)
    if opening is None:
        return None
    try:
        value, end = json.JSONDecoder(strict=False).raw_decode(text, opening.start(1))
    except (ValueError, RecursionError):
        return None
    if text[end:].strip(" \t\r\n);"):
        return None
    found = {article.html: article for article in _articles(value)}
    return tuple(found[html] for html in _longest(found))


def scripted(scripts: str) -> tuple[Article, ...]:
    """The articles that stand in the scripts of a page, the longest first."""
    scripts = scripts[:MAX_SCRIPTS]
    found: dict[str, tuple[int, int]] = {}
    for match in _ASSIGNED.finditer(scripts):
        quoted = match[1] if match[1] is not None else match[2]
        if len(quoted) >= _LEAST_MARKUP:
            html = _markup(_unquoted(quoted, double=match[1] is not None))
            if html is not None:
                found.setdefault(html, match.span())
    return tuple(Article(html, *_around(scripts, *found[html])) for html in _longest(found))


def _longest(texts: Iterable[str]) -> list[str]:
    return sorted(texts, key=len, reverse=True)[:MAX_ARTICLES]


def _articles(value: Any) -> Iterator[Article]:
    """The strings of HTML anywhere in `value`."""
    waiting = [value]
    looked = 0
    while waiting and looked < MAX_VALUES:
        at = waiting.pop()
        looked += 1
        if isinstance(at, dict):
            for part in at.values():
                html = _markup(part) if isinstance(part, str) else None
                if html is not None:
                    yield Article(html, _pairs(at), _files(at), id(at))
            waiting.extend(part for part in at.values() if isinstance(part, dict | list))
        elif isinstance(at, list):
            waiting.extend(part for part in at if isinstance(part, dict | list))


def _markup(text: str) -> str | None:
    """`text` where it is HTML, with its markup no longer escaped; else None."""
    if len(text) < _LEAST_MARKUP:
        return None
    if _MARKUP.search(text):
        return text
    return unescape(text) if _ESCAPED_MARKUP.search(text) else None


def _unquoted(quoted: str, *, double: bool) -> str:
    """What a string of a script says; empty where it cannot be told."""
    if not double:
        quoted = quoted.replace("\\'", "'").replace('\\"', '"').replace('"', '\\"')
    try:
        text: str = json.loads(f'"{quoted}"', strict=False)
    except ValueError:
        return ""
    return text


def _around(
    scripts: str, start: int, end: int
) -> tuple[tuple[tuple[str, str], ...], tuple[Attachment, ...], int]:
    """What the object around a string says, its files and where it begins; -1 where it is not JSON."""
    decoder = json.JSONDecoder(strict=False)
    at = start
    for _ in range(_MOST_OBJECTS_TRIED):
        at = scripts.rfind("{", 0, at)
        if at < 0:
            break
        try:
            value, stop = decoder.raw_decode(scripts, at)
        except (ValueError, RecursionError):
            continue
        if stop >= end and isinstance(value, dict):
            return _pairs(value), _files(value), at
    return (), (), -1


def _pairs(article: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    said = {key.lower().replace("_", "").replace("-", ""): value for key, value in article.items()}
    pairs = []
    for name, keys in _PAIRS:
        text = next((text for key in keys if (text := _said(said.get(key), dated=keys is _DATES))), "")
        if text:
            pairs.append((name, text))
    return tuple(pairs)


def _files(article: Mapping[str, Any]) -> tuple[Attachment, ...]:
    """The files in the lists of an object, like `"pdflist": [{"attachname": …, "attachurl": …}]`."""
    found: list[Attachment] = []
    entries = (entry for part in article.values() if isinstance(part, list) for entry in part)
    for entry in islice(entries, _MOST_FILES):
        if not isinstance(entry, dict):
            continue
        said = {key.lower(): value for key, value in entry.items() if isinstance(value, str)}
        addresses = (value for key, value in said.items() if _ADDRESS.search(key) and "name" not in key)
        address = next(filter(None, (attached_address({"href": value}) for value in addresses)), None)
        if address is not None:
            name = next((value for key, value in said.items() if "name" in key or "title" in key), "")
            found.append(Attachment(address, fold(name)))
    return tuple(found)


def _said(value: object, *, dated: bool) -> str:
    if dated and isinstance(value, int | str) and re.fullmatch(r"1\d{9}(?:\d{3})?", str(value)):
        seconds = int(str(value)[:10])
        return datetime.fromtimestamp(seconds, UTC).astimezone(_CHINA).strftime("%Y-%m-%d %H:%M:%S")
    return value.strip() if isinstance(value, str) and len(value) <= _MOST_CHARACTERS else ""
