"""How an answer came, as evidence: moment, address, status, and the headers as they were received.

crawler.wire notes it before it unpacks the body, and spiders take it with the page. Names of headers have
been put in one case on the way, which means nothing in HTTP, and fields of the connection alone (such as
Transfer-Encoding) have been taken out.
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import NamedTuple

from scrapy import Request
from scrapy.http import Headers, Response

from crawler import clock
from crawler.items import Received

MOST_HEADERS = 100
LONGEST_NAME, LONGEST_VALUE = 100, 4000
MOST_CHARACTERS = 16_000
"""What is kept of the headers of one answer; they are hostile text, and stand in the database."""

_KEY = "received"
_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")
_NOT_KEPT = frozenset({"set-cookie", "set-cookie2"})
"""Somebody's session, which proves nothing of the page."""


class _Noted(NamedTuple):
    at: datetime
    headers: tuple[tuple[str, str], ...]
    left_out: int


def note(request: Request, response: Response) -> None:
    """Keep how the answer to `request` came; a later answer to it, after a retry, takes its place."""
    request.meta[_KEY] = _Noted(clock.now(), *kept(response.headers))


def received(response: Response, *, rendered: bool) -> Received:
    """How this answer came; without a word about its headers where nobody has noted them."""
    noted: _Noted | None = response.meta.get(_KEY)
    at = clock.now() if noted is None else noted.at
    if noted is None or rendered:
        return Received(at, response.url, response.status, None, rendered=rendered)
    return Received(at, response.url, response.status, noted.headers, noted.left_out)


def kept(headers: Headers) -> tuple[tuple[tuple[str, str], ...], int]:
    """The headers that are kept, each whole and in the order received, and how many are left out."""
    found: list[tuple[str, str]] = []
    left_out, room = 0, MOST_CHARACTERS
    for raw_name, values in headers.items():
        name = raw_name.decode("latin-1")
        for raw in values:
            value = raw.decode("latin-1").strip()
            fit = (
                len(found) < MOST_HEADERS
                and len(name) <= LONGEST_NAME
                and len(value) <= LONGEST_VALUE
                and len(name) + len(value) <= room
                and name.lower() not in _NOT_KEPT
                and _TOKEN.fullmatch(name) is not None
                and _CONTROL.search(value) is None
            )
            if fit:
                found.append((name, value))
                room -= len(name) + len(value)
            else:
                left_out += 1
    return tuple(found), left_out
