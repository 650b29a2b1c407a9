"""Further pages of an article that a portal prints over several, never the pages of a list.

Content systems name them after the article: `t20240118_77_1.html` is the second page of `t20240118_77.html`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

MAX_PAGES = 50
MAX_LINKS = 500

_NEXT = re.compile(r"(?:下一?页|后一?页|下一頁)[\s>»›]*")
_NUMBER = re.compile(r"[\[【(（第\s]*([1-9]\d?)[\]】)）页\s]*")
_PAGE = re.compile(r"(?P<stem>[^?#]*[^?#/_])_(?P<number>\d{1,3})(?P<ending>\.[a-z]{3,6})", re.IGNORECASE)
_WRITTEN = re.compile(
    r"""createPageHTML\s*\(\s*(\d{1,4})\s*,\s*(\d{1,4})\s*,\s*["']([^"'<>\s]{1,200})["']\s*,\s*["'](\w{3,6})["']""",
    re.IGNORECASE,
)
_LIST = re.compile(r"(?:^|/)(?:index|list|default|col|column)[^/]*$", re.IGNORECASE)
"""Names of pages that list articles."""

PAGER_LINE = re.compile(
    r"(?:[\s\d\[\]【】()（）<>«»‹›|/.…·-]|上一?页|下一?页|前一?页|后一?页|首页|尾页|末页|共|第|页|当前|跳转|到)+"
)
"""A line that is nothing but a pager."""


class PageLink(NamedTuple):
    """A link that may be one of a pager; `entry` is the number of the line it stands in."""

    text: str
    href: str
    entry: int


def is_page_link(text: str) -> bool:
    """Whether the text of a link is that of a pager's."""
    return len(text) <= 8 and (_NUMBER.fullmatch(text) or _NEXT.fullmatch(text)) is not None


def written_pages(scripts: str) -> tuple[str, ...]:
    """The further pages that the pager in a script would link to, where this is the first page."""
    found = set(_WRITTEN.findall(scripts))
    if len(found) != 1:
        return ()
    count, current, stem, ending = found.pop()
    if int(current) != 0 or _LIST.search(stem):
        return ()
    return tuple(f"{stem}_{number}.{ending}" for number in range(1, min(int(count), MAX_PAGES)))


def linked_pages(links: Sequence[PageLink]) -> tuple[str, ...]:
    """The further pages that the links of a pager lead to, in order, where this is the first page.

    A pager without a link to the next page may link every page, its own too: then the first is among them.
    """
    numbered: dict[int, str] = {}
    following: set[str] = set()
    for link in links:
        if link.href.lower().startswith(("javascript:", "#")):
            continue
        number = _NUMBER.fullmatch(link.text)
        if number is None:
            following.add(link.href)
        elif numbered.setdefault(int(number[1]), link.href) != link.href:
            return ()  # two pagers
    if len(following) > 1:
        return ()
    second = numbered.get(2) or next(iter(following), None)
    part = _PAGE.fullmatch(second) if second else None
    if second is None or part is None or _LIST.search(part["stem"]):
        return ()
    shift = 2 - int(part["number"])
    if shift not in (0, 1) or (following and following != {second}):
        return ()  # the second page is not the next one: this is not the first
    first = numbered.get(1) if not following else None
    if first is not None and first != part["stem"] + part["ending"]:
        return ()
    last = max(numbered, default=2)
    pages = {
        number: f"{part['stem']}_{number - shift}{part['ending']}"
        for number in range(2, min(max(last, 2), MAX_PAGES) + 1)
    }
    if any(number > 1 and pages.get(number) != href for number, href in numbered.items()):
        return ()  # numbers of something else
    # where the first page is linked too, only its address tells whether this is it
    return tuple(pages.values()) if first is None else (first, *pages.values())
