"""How a person reads a sample portal in these tests: pages by address, links by their texts."""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import parse_qsl, urljoin, urlsplit

from crawler.demo.sites.recipe import RecipeSite
from crawler.demo.web import Response

_ANCHOR = re.compile(r'<a href="([^"]+)"[^>]*>([^<]+)</a>')
_ROW = re.compile(r'<li><a href="([^"]+)"[^>]*>([^<]+)</a><span>([^<]+)</span></li>')


def get(site: RecipeSite, address: str, **headers: str) -> Response:
    """The answer to a plain request; names of headers with underscores."""
    parts = urlsplit(address)
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return site.respond(parts.path, dict(parse_qsl(parts.query)), named)


def text(site: RecipeSite, address: str) -> str:
    """A page that is there."""
    answer = get(site, address)
    assert answer.status == 200, address
    return answer.body.decode()


def links(site: RecipeSite, address: str) -> dict[str, str]:
    """Where the links of a page lead, by their texts; absolute paths."""
    return {words: urljoin(address, href) for href, words in _ANCHOR.findall(text(site, address))}


def rows(site: RecipeSite, address: str) -> list[tuple[str, str, str]]:
    """The rows of a list page: absolute path, shown title, shown day."""
    return [(urljoin(address, href), title, day) for href, title, day in _ROW.findall(text(site, address))]


def walked(site: RecipeSite, folder: str, pages: Callable[[str], int]) -> list[tuple[str, str, str]]:
    """The rows of all pages of a list; `pages` reads their number from the first."""
    count = pages(text(site, folder))
    addresses = [folder, *(f"{folder}index_{number}.html" for number in range(1, count))]
    return [row for address in addresses for row in rows(site, address)]
