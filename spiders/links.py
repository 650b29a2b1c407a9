"""Links, frames and jumps of a page. All of it is hostile text: every count and length has a bound."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import NamedTuple
from urllib.parse import urldefrag, urljoin, urlsplit

from parsel import Selector, SelectorList
from scrapy.http import JsonResponse, TextResponse
from w3lib.url import safe_url_string

MAX_URL = 2000
MAX_LINKS = 5000
"""Links read from one page."""
MAX_TEXT = 300
_JUMP_PAGE = 50_000
"""Bytes up to which a page may be nothing but a jump to another one."""
_SHELL_TEXT = 200
"""Characters that such a page may show while it jumps."""

_DATE = re.compile(r"(?<!\d)(20\d\d)\s*[-./年]\s*(\d{1,2})\s*[-./月]\s*(\d{1,2})(?!\d)")
_SCRIPT_JUMP = re.compile(
    r"(?:(?:window|self|top|parent|document)\s*\.\s*)?location(?:\s*\.\s*href)?\s*"
    r"(?:=\s*|\.\s*(?:replace|assign)\s*\(\s*)([\"'])([^\"'<>\s]{1,1000})\1"
)
_REFRESH = re.compile(r"^\s*(\d{1,4})(?:\.\d*)?\s*[;,]\s*(?:url\s*=\s*)?[\"']?([^\"'\s][^\"']{0,1000})", re.I)
_MAX_REFRESH_SECONDS = 10
"""A page that waits longer before it reloads is a page to be read, not a jump."""
_IDLE_FRAME = re.compile(r"visitcount|login|tree\.jsp|share|footer|header|weather|search|counter", re.I)


class Row(NamedTuple):
    """One entry of a list."""

    url: str
    title: str
    day: date | None = None


class Link(NamedTuple):
    """One anchor of a page, absolute, with its text."""

    url: str
    text: str


def absolute(response: TextResponse, href: str, base: str | None = None) -> str | None:
    """The http(s) address that `href` means on this page, without fragment; None where it means none.

    Whoever asks for many gives the page's `base`: to look for it takes a walk over the page.
    """
    href = href.strip()
    if not href or len(href) > MAX_URL or href.startswith(("#", "javascript:", "mailto:", "data:")):
        return None
    try:
        # percent-encoded, as it will be asked for: a list may print raw characters
        url = safe_url_string(urldefrag(urljoin(base or base_of(response), href)).url)
        parts = urlsplit(url)
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or not parts.netloc or len(url) > MAX_URL:
        return None
    return url


def base_of(response: TextResponse) -> str:
    """What relative addresses of the page stand on: its <base>, else its own address."""
    base = None if isinstance(response, JsonResponse) else response.xpath("//base/@href").get()
    try:
        return urljoin(response.url, base.strip()[:MAX_URL]) if base else response.url
    except ValueError:
        return response.url


def anchors(response: TextResponse) -> list[Link]:
    """The anchors of the page that lead to an http(s) address, in reading order; none where it is data."""
    if isinstance(response, JsonResponse):
        return []
    return [Link(url, title_of(node)) for node, url in anchor_nodes(response, response.xpath("//a[@href]"))]


def anchor_nodes(response: TextResponse, nodes: SelectorList[Selector]) -> Iterator[tuple[Selector, str]]:
    """(anchor, absolute address) of those `nodes` that lead to an http(s) address, MAX_LINKS at most."""
    base = base_of(response)
    for node in nodes[:MAX_LINKS]:
        url = absolute(response, node.attrib.get("href", ""), base)
        if url is not None:
            yield node, url


def title_of(anchor: Selector) -> str:
    """The title of a row: the anchor's text, or its title attribute where that says more.

    Lists cut long texts short and leave the whole title in the attribute.
    """
    text = " ".join("".join(anchor.xpath(".//text()").getall()[:200]).split())[:MAX_TEXT]
    attribute = " ".join(anchor.attrib.get("title", "").split())[:MAX_TEXT]
    return attribute if len(attribute) > len(text.rstrip(".…")) else text


def day_beside(anchor: Selector) -> date | None:
    """The date that stands in the anchor's row: in its nearest li, tr, dd or p, else in its parent."""
    rows = anchor.xpath("(ancestor::li|ancestor::tr|ancestor::dd|ancestor::p)[last()]") or anchor.xpath("..")
    text = " ".join(rows.xpath(".//text()").getall()[:100])[:1000]
    return day_in(text.replace(title_of(anchor), " "))


def day_in(text: str) -> date | None:
    """The last date written in `text` with its year, None where there is none."""
    found = None
    for year, month, day in _DATE.findall(text[:1000]):
        try:
            found = date(int(year), int(month), int(day))
        except ValueError:
            continue
    return found


def jump(response: TextResponse) -> str | None:
    """Where the page sends its reader at once: by meta refresh, or by script where the page is a mere shell.

    A shell is small and holds no text of its own; its target may be the page itself.
    """
    if len(response.body) > _JUMP_PAGE or isinstance(response, JsonResponse):
        return None
    for meta in response.xpath("//meta[@http-equiv and @content]")[:50]:
        if meta.attrib["http-equiv"].strip().lower() == "refresh":
            match = _REFRESH.match(meta.attrib["content"])
            if match and int(match[1]) <= _MAX_REFRESH_SECONDS:
                return absolute(response, match[2]) or response.url
    if len(visible_text(response)) > _SHELL_TEXT:
        return None
    for script in response.xpath("//script/text()").getall()[:20]:
        found = _SCRIPT_JUMP.search(script[:_JUMP_PAGE])
        if found:
            return absolute(response, found[2])
    return None


def visible_text(response: TextResponse) -> str:
    """Text that a reader would see, white space folded; at most 5000 characters."""
    nodes = response.xpath("//body//text()[not(ancestor::script or ancestor::style)]").getall()[:2000]
    return " ".join(" ".join(nodes).split())[:5000]


def frames(response: TextResponse) -> list[str]:
    """Addresses of the page's frames, without those that hold counters, logins and the like."""
    found: list[str] = []
    if isinstance(response, JsonResponse):
        return found
    for source in response.xpath("//iframe/@src|//frame/@src").getall()[:20]:
        url = absolute(response, source)
        if url is not None and not _IDLE_FRAME.search(url):
            found.append(url)
    return found
