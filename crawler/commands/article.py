"""A web page that a person named, with what belongs to it: its further pages and the files it links to."""

from __future__ import annotations

import time
from typing import NamedTuple
from urllib.parse import urlsplit

from crawler.attachments import further_pages, worth_fetching
from crawler.extract import extract
from crawler.extract.document import Attachment, Document, Unreadable
from crawler.extract.sniff import binary_format
from crawler.fetch import Fetched, FetchError, fetch
from crawler.inspection import Attached
from crawler.report.model import Bilingual

TIME_LIMIT = 180.0
"""Seconds after which nothing more of one article is asked for."""


class Article(NamedTuple):
    """The bytes of an input; `url` where it came from the web, with what belongs to the page there."""

    content: bytes
    url: str | None = None
    content_type: str | None = None
    pages: tuple[bytes, ...] = ()
    attachments: tuple[Attached, ...] = ()


def article(url: str, *, allow_private: bool = False) -> Article:
    """Get the page at `url`, and from the same host its further pages and the files that may be its report.

    Raises FetchError where the page or a further one cannot be had: half a report would seem to lack the
    other half. A file that cannot be had is told as such.
    """
    deadline = time.monotonic() + TIME_LIMIT
    first = fetch(url, allow_private=allow_private)
    found = Article(first.content, first.url, first.content_type)
    document = _page(first)
    if document is None:
        return found
    pages = []
    for number, address in enumerate(further_pages(document, first.url), 2):
        try:
            pages.append(_fetch(address, first.url, allow_private, deadline).content)
        except FetchError as problem:
            raise FetchError(f"第{number}页：{problem.zh}", f"page {number}: {problem.en}") from None
    files = tuple(
        _attached(attachment, first.url, allow_private, deadline)
        for attachment in worth_fetching(document, first.url)
    )
    return found._replace(pages=tuple(pages), attachments=files)


def _page(fetched: Fetched) -> Document | None:
    """The page's document; None where it is a file or cannot be read, which whoever checks it will tell."""
    try:
        if binary_format(fetched.content, fetched.url) is not None:
            return None
        return extract(fetched.content, content_type=fetched.content_type)
    except Unreadable:
        return None


def _attached(attachment: Attachment, base: str, allow_private: bool, deadline: float) -> Attached:
    try:
        fetched = _fetch(attachment.href, base, allow_private, deadline)
    except FetchError as problem:
        return Attached(attachment.href, attachment.text, None, None, Bilingual(problem.zh, problem.en))
    return Attached(attachment.href, attachment.text, fetched.content, fetched.content_type)


def _fetch(url: str, base: str, allow_private: bool, deadline: float) -> Fetched:
    if urlsplit(url).netloc.lower() != urlsplit(base).netloc.lower():
        raise FetchError("在另一个网站上，未取", "on another host, not fetched")
    if time.monotonic() > deadline:
        raise FetchError("整篇用时过长，未取", "the article took too long, not fetched")
    return fetch(url, allow_private=allow_private)
