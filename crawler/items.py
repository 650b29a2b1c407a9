"""What spiders yield."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class PageItem:
    """One article as fetched, to be archived, inspected and recorded.

    `url` is the address as the list gives it, redirects not applied, so that the next visit finds it again;
    `fetched` is aware; `listed_title` and `listed_date` are what the list says.
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


@dataclass(frozen=True, slots=True)
class SeenAgainItem:
    """An article that stands as it was when it was last inspected under the present rules."""

    url: str
    portal: str
    seen: datetime


Item = PageItem | SeenAgainItem
