"""Articles in the answers of interfaces: an object with a title and, in it or beside it, a text or files.

    {"custom": {"data": {"title": …, "infocontent": "<p>…", "infodate": …, "pdflist": [{"attachurl": …}]}}}
    {"status": true, "data": {"title": …, "publishedTime": …, "content": "&lt;p&gt;…"}}
    {"data": {"title": …, "body": …, "dept": …}}

Some servers put a byte order mark before the answer, call a function with it, or send it, or a part of it, as
a string of JSON.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from crawler.extract.html.objects import Article, entitled, files, markup, pairs

MAX_VALUES = 100_000
"""Values of one answer that are looked at."""
MAX_ARTICLES = 8
"""Strings of HTML of one answer that are read, the longest first."""
_MOST_WRAPPINGS = 3

_LEAD = "\ufeff \t\r\n"
_OPENING = re.compile(r"(?:[\w$.]{1,80}\s*\(\s*)?(?=[{\[\"])")
"""An answer in JSON, or a call with one (JSONP)."""
_DECODER = json.JSONDecoder(strict=False)


def answered(text: str) -> tuple[Article, ...] | None:
    """What may be the article of an answer, the longest first; None where it is not JSON as a whole."""
    value = _value(text)
    if value is None:
        return None
    owners = list(_objects(value))
    found: dict[str, Article] = {}
    for owner in owners:
        for html in filter(None, (markup(part) for part in owner.values() if isinstance(part, str))):
            found.setdefault(html, Article(html, pairs(owner), files(owner), id(owner)))
    if not any(article.title for article in found.values()):
        short = (entitled(owner, id(owner)) for owner in owners)
        found |= {f"{article.owner} {article.title}": article for article in short if article is not None}
    return tuple(sorted(found.values(), key=lambda article: -len(article.html))[:MAX_ARTICLES])


def _value(text: str) -> dict[str, Any] | list[Any] | None:
    """The object or list that `text` says."""
    for _ in range(_MOST_WRAPPINGS):
        text = text.strip(_LEAD)
        opening = _OPENING.match(text)
        if opening is None:
            return None
        try:
            value, end = _DECODER.raw_decode(text, opening.end())
        except (ValueError, RecursionError):
            return None
        if text[end:].strip(" \t\r\n);"):
            return None
        if isinstance(value, dict | list):
            return value
        if not isinstance(value, str):
            return None
        text = value
    return None


def _objects(value: dict[str, Any] | list[Any]) -> Iterator[dict[str, Any]]:
    """The objects anywhere in `value`, those in strings of JSON included."""
    waiting: list[Any] = [value]
    looked = 0
    while waiting and looked < MAX_VALUES:
        at = waiting.pop()
        looked += 1
        if isinstance(at, dict):
            yield at
        parts = at.values() if isinstance(at, dict) else at
        for part in parts:
            inner = _value(part) if isinstance(part, str) and part.lstrip()[:1] in ("{", "[") else part
            if isinstance(inner, dict | list):
                waiting.append(inner)
