"""What the sample portals share: a response, an article, and answers to conditional requests."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from email.utils import format_datetime
from typing import NamedTuple, Protocol


@dataclass(frozen=True, slots=True)
class Response:
    """An answer; `headers` in the order in which they are sent."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes

    def header(self, name: str) -> str | None:
        """The first header of that name, case ignored."""
        return next((value for key, value in self.headers if key.lower() == name.lower()), None)


class Site(Protocol):
    """A portal without a network: the same request always gets the same answer."""

    @property
    def articles(self) -> Mapping[str, Article]:
        """Pages behind the rows of the annual-report column by their paths, newest first."""

    def respond(self, path: str, query: Mapping[str, str], headers: Mapping[str, str]) -> Response:
        """Answer to a request. Names in `headers` are in lower case."""


class Article(NamedTuple):
    """A row of the annual-report column and the page behind it."""

    title: str
    day: date
    source: str  # the body that the page names as its source
    body: str  # HTML of the text alone
    signed: date | None = None
    labelled: bool = True  # whether the page has the labels that portals owe an article


def dated(response: Response, day: date, headers: Mapping[str, str]) -> Response:
    """`response` with ETag and Last-Modified, or 304 where the request shows that it has this version."""
    tag = f'"{hashlib.sha256(response.body).hexdigest()[:16]}"'
    moment = format_datetime(datetime.combine(day, time(1), UTC), usegmt=True)
    validators = (("ETag", tag), ("Last-Modified", moment))
    asked = headers.get("if-none-match")
    if asked == tag or (asked is None and headers.get("if-modified-since") == moment):
        return Response(304, validators, b"")
    return Response(response.status, (*response.headers, *validators), response.body)
