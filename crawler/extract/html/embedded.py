"""Articles that a page keeps as data in its scripts: HTML inside a string, files in a list beside it.

Some portals send an empty page and draw the article from a script (`{… "content": "\\u003Cp…"}`); others
print its text and draw only the list of its files.
"""

from __future__ import annotations

import json
import re
from itertools import islice
from typing import Any, NamedTuple

from crawler.extract.html.objects import LEAST_MARKUP, Article, entitled, files, markup, pairs

MAX_SCRIPTS = 1_000_000
"""Characters of scripts that are searched."""
MAX_ARTICLES = 8
"""Strings of HTML of one page that are read, the longest first."""
LISTS_OF_FILES = ("attachments", "attachment", "attachlist", "pdflist", "filelist", "files", "annexlist")
"""Names, in lower case, under which scripts list the files of an article."""
_MOST_LISTS = 20
_MOST_OBJECTS_TRIED = 2_000
_MOST_READ = 3_000_000
"""Braces before a string that are taken for the start of its object, and characters read in doing so."""

_ASSIGNED = re.compile(
    r"""(?<![\w$])[A-Za-z_$][\w$]{0,60}+["']?\s*+[:=]\s*+(?:"((?:[^"\\]++|\\.)*+)"|'((?:[^'\\]++|\\.)*+)')""",
    re.DOTALL,
)
"""A string that a script gives a name."""
_LIST = re.compile(
    rf"[\"'](?:{'|'.join(LISTS_OF_FILES)})[\"']\s{{0,20}}:\s{{0,20}}\[\s{{0,20}}[{{\"]", re.IGNORECASE
)


def scripted(scripts: str) -> tuple[Article, ...]:
    """The articles that stand in the scripts of a page, the longest first."""
    scripts = scripts[:MAX_SCRIPTS]
    found: dict[str, tuple[int, int]] = {}
    for match in _ASSIGNED.finditer(scripts):
        quoted = match[1] if match[1] is not None else match[2]
        if len(quoted) >= LEAST_MARKUP:
            html = markup(_unquoted(quoted, double=match[1] is not None))
            if html is not None:
                found.setdefault(html, match.span())
    longest = sorted(found, key=len, reverse=True)[:MAX_ARTICLES]
    return tuple(_article(html, _around(scripts, *found[html])) for html in longest)


def with_files(scripts: str) -> tuple[Article, ...]:
    """The articles of objects in the scripts that list files and have a title, however short their text."""
    scripts = scripts[:MAX_SCRIPTS]
    found: dict[int, Article] = {}
    for match in islice(_LIST.finditer(scripts), _MOST_LISTS):
        around = _around(scripts, *match.span())
        article = entitled(around.value, around.start) if around.start not in found else None
        if article is not None and article.files:
            found[around.start] = article
    return tuple(found.values())


def _article(html: str, around: _Object) -> Article:
    return Article(html, pairs(around.value), files(around.value), around.start)


def _unquoted(quoted: str, *, double: bool) -> str:
    """What a string of a script says; empty where it cannot be told."""
    if not double:
        quoted = quoted.replace("\\'", "'").replace('\\"', '"').replace('"', '\\"')
    try:
        text: str = json.loads(f'"{quoted}"', strict=False)
    except ValueError:
        return ""
    return text


class _Object(NamedTuple):
    """An object of JSON in a script, and where it begins; -1 where there is none."""

    value: dict[str, Any]
    start: int


def _around(scripts: str, start: int, end: int) -> _Object:
    """The innermost object of JSON that holds the place from `start` to `end`.

    Many a brace before it stands in a text, in styles most of all: those are found out within few characters.
    """
    decoder = json.JSONDecoder(strict=False)
    at, left = start, _MOST_READ
    for _ in range(_MOST_OBJECTS_TRIED):
        at = scripts.rfind("{", 0, at)
        if at < 0 or left < 0:
            break
        try:
            value, stop = decoder.raw_decode(scripts, at)
        except json.JSONDecodeError as broken:
            left -= max(1, broken.pos - at)
            continue
        except (ValueError, RecursionError):
            left -= len(scripts) - at
            continue
        left -= stop - at
        if stop >= end and isinstance(value, dict):
            return _Object(value, at)
    return _Object({}, -1)
