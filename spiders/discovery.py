"""From a home page to the annual-report columns: the likeliest link first, as a patient person would go.

A page is looked at for links to columns (all of them are opened) and to disclosure sections (kept, and opened
one by one, best first, for as long as there is no column that shows reports). Where the column found shows
reports of one body alone, or not of all that the roster names, the sections and the pages of bodies that were
seen on the way are opened as well: there are portals where each body keeps a column of its own.
"""

from __future__ import annotations

import heapq
import itertools
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from crawler.health import Stage
from crawler.portals import Portal, folded
from spiders import columns
from spiders.aims import Aim, ListWalk
from spiders.links import Link

MAX_COLUMNS = 40
"""Links to columns that are opened from one page."""
MAX_PENDING = 500
"""Links to sections and to bodies that wait to be opened; a page that offers more offers too many."""
MAX_ELSEWHERE = 50
_SURE_COLUMN = 70
"""Score of texts that columns of annual reports on disclosure bear, and nothing else does."""
_HIGHER = re.compile(r"省|国务院|全国|中央|上级")


@dataclass
class Menu:
    """What disclosure sections of the portal showed of the entries that the layout demands."""

    seen: set[str] = field(default_factory=set)
    most: int = 0  # entries on one page: with two there is a menu that can be read
    links: dict[str, str] = field(default_factory=dict)  # entry: address


class Discovery:
    """The way to the columns of one portal: what was seen on it, and what is to be opened next."""

    def __init__(self, portal: Portal, names_body: Callable[[str], bool]) -> None:
        """`names_body` tells texts that are names of the portal's roster, or their ends."""
        self._portal = portal
        self._home = portal.home.rstrip("/")
        self._sections: list[tuple[int, int, int, Aim]] = []  # a heap, the likeliest on top
        self._bodies: dict[str, Aim] = {}
        self._order = itertools.count()
        self._names_body = names_body
        self.menu = Menu()
        self.elsewhere: dict[str, str] = {}  # columns on other hosts, with their texts
        self.overfull = False

    def columns_on(self, page: Aim, found: Sequence[Link], frames: Sequence[str]) -> list[Aim]:
        """Remember the sections and bodies that a page leads to; the columns on it, to be opened now."""
        self._look_at_menu(page, found)
        allowed = [link for link in found if self._portal.allows(link.url)]
        opened: list[Aim] = []
        scored = sorted(
            ((columns.column_score(link.text, link.url), link) for link in allowed),
            key=lambda pair: -pair[0],
        )
        for score, link in scored:
            if score > 0 and len(opened) < MAX_COLUMNS:
                opened.append(self._list(page, link))
        for link in found:
            if self._is_own_column(link) and not self._portal.allows(link.url):
                self.lies_elsewhere(link)
        taken = {aim.url for aim in opened}
        for link in allowed:
            if link.url in taken or link.url.rstrip("/") == self._home:
                continue
            score = columns.section_score(link.text, link.url)
            if score > 0:
                self._add_section(page, link, score)
            elif page.stage is Stage.SECTION and self._is_body(link.text):
                self._add_body(page, link)
        for url in frames:
            if self._portal.allows(url):
                self._push(_section(page, Link(url, ""), clicked=False), 1)
        return opened

    def lies_elsewhere(self, link: Link) -> None:
        """Remember a column on a host that is not the portal's, where an office may publish at all: on a
        government's host, or one of the same domain. Links to strangers' mirrors are no place to look.
        """
        host = urlsplit(link.url).hostname or ""
        own = {
            ".".join((urlsplit(f"//{host}").hostname or "").split(".")[-2:]) for host in self._portal.hosts
        }
        if not host.endswith(".gov.cn") and ".".join(host.split(".")[-2:]) not in own:
            return
        if len(self.elsewhere) < MAX_ELSEWHERE:
            self.elsewhere.setdefault(link.url, link.text)

    def next_section(self, least: int = 0) -> Aim | None:
        """The likeliest section that has not been opened, of those with a score of `least` and more."""
        if not self._sections or -self._sections[0][0] < least:
            return None
        return heapq.heappop(self._sections)[-1]

    def next_bodies(self, wanted: Callable[[str], bool] | None) -> Iterator[Aim]:
        """Pages of bodies that have not been opened; only of those `wanted`, where that is known."""
        for text in list(self._bodies):
            if wanted is None or wanted(text):
                yield self._bodies.pop(text)

    def _is_own_column(self, link: Link) -> bool:
        """Whether a link is called a column of annual reports, and not one of a higher government."""
        others = _HIGHER.search(link.text)
        higher = others is not None and others[0] not in self._portal.name
        return columns.column_score(link.text, "") >= _SURE_COLUMN and not higher

    def _is_body(self, text: str) -> bool:
        return self._names_body(text) or columns.is_body(text)

    def _list(self, page: Aim, link: Link) -> Aim:
        clicks, trail = page.following(link.text)
        walk = ListWalk(link.url, clicks=clicks, trail=trail)
        return Aim(self._portal, Stage.LIST, link.url, page.depth + 1, clicks, trail, listing=walk)

    def _add_section(self, page: Aim, link: Link, score: int) -> None:
        self._push(_section(page, link), score)

    def _push(self, aim: Aim, score: int) -> None:
        if len(self._sections) >= MAX_PENDING:
            self.overfull = True
            return
        heapq.heappush(self._sections, (-score, aim.depth, next(self._order), aim))

    def _add_body(self, page: Aim, link: Link) -> None:
        text = columns.folded(link.text)
        if len(self._bodies) >= MAX_PENDING:
            self.overfull = True
        elif text not in self._bodies and folded(self._portal.name) != text:
            self._bodies[text] = _section(page, link)

    def _look_at_menu(self, page: Aim, found: Sequence[Link]) -> None:
        """Entries count wherever they are seen; how many a page shows, on pages of the section alone."""
        here = {entry: link.url for link in found if (entry := columns.entry_of(link.text)) is not None}
        self.menu.seen |= set(here)
        if page.stage is Stage.SECTION:
            self.menu.most = max(self.menu.most, len(here))
            for entry, url in here.items():
                self.menu.links.setdefault(entry, url)


def _section(page: Aim, link: Link, *, clicked: bool = True) -> Aim:
    clicks, trail = page.following(link.text) if clicked else (page.clicks, page.trail)
    # what stands in the page itself is no deeper
    return Aim(page.portal, Stage.SECTION, link.url, page.depth + clicked, clicks, trail)


def below(url: str, column: str) -> bool:
    """Whether `url` lies in the folder of `column`, or differs from it in its query alone."""
    one, other = urlsplit(url), urlsplit(column)
    folder = other.path.rpartition("/")[0] + "/"
    return one.netloc == other.netloc and (
        one.path.startswith(folder) if folder != "/" else one.path == other.path
    )
