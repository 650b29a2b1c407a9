"""What spiders yield."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from crawler.extract.document import Document
from crawler.report.model import Bilingual


class Role(StrEnum):
    """What a part of an article is."""

    PAGE = "page"  # a further page of the same article
    BEHIND = "behind"  # the text of an article whose page is a mere shell
    ATTACHMENT = "attachment"  # a file that it links to


@dataclass(frozen=True, slots=True)
class Received:
    """One answer without its body, as evidence. `url` is where it came from, redirects applied.

    Of a page that was `rendered` the body is what a browser made of the answer, and the headers are None.
    `left_out` counts headers that were not kept.
    """

    at: datetime
    url: str
    status: int
    headers: tuple[tuple[str, str], ...] | None
    left_out: int = 0
    rendered: bool = False


@dataclass(frozen=True, slots=True)
class Part:
    """A further page of an article, or a file that it links to and that may be the report.

    `body` is None where it could not be had, for the reason `problem`. `lasting` tells a part that the server
    itself denies (404, another host): asking again at the next visit would bring nothing.
    """

    url: str
    role: Role
    text: str = ""  # of the link
    body: bytes | None = field(default=None, repr=False)
    content_type: str | None = None
    etag: str | None = None
    last_modified: str | None = None
    problem: Bilingual | None = None
    lasting: bool = False
    posted: bytes | None = field(default=None, repr=False)
    """What is sent to get it; None where it is asked for plainly."""
    posted_as: str = ""
    received: Received | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class PageItem:
    """One article as fetched, to be archived, inspected and recorded.

    `url` is the address as the list gives it, redirects not applied, so that the next visit finds it again;
    `fetched` is aware; `listed_title` and `listed_date` are what the list says. `parts` stand in the order in
    which the page names them.

    `document` is what the page was read as when its parts were looked for, None where it was not: pages are
    read once.
    """

    url: str
    portal: str
    province: str
    body: bytes = field(repr=False)
    status: int
    etag: str | None
    last_modified: str | None
    content_type: str | None
    fetched: datetime
    listed_title: str
    listed_date: date | None
    parts: tuple[Part, ...] = ()
    document: Document | None = field(default=None, repr=False, compare=False)
    received: Received | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class SeenAgainItem:
    """An article that stands as it was when it was last inspected under the present rules."""

    url: str
    portal: str
    seen: datetime
    listed_title: str
    listed_date: date | None


Item = PageItem | SeenAgainItem
