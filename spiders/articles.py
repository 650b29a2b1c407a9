"""Articles of one portal: which of them are asked for, and what becomes of those that come."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import cast

from scrapy.http import Response

from crawler import clock
from crawler.health import Stage, Visit
from crawler.inspection import RULES_VERSION
from crawler.items import Item, PageItem, Part, Received, Role, SeenAgainItem
from crawler.received import received
from crawler.rendering import RENDERED
from crawler.report.model import Bilingual
from spiders import refusals
from spiders.aims import Aim
from spiders.families.listing import Place
from spiders.gathering import Gathering, opened, wanted_parts
from spiders.links import Row
from spiders.twins import canonical
from storage.records import PageRecord, PartRecord

Output = Aim | Item


@dataclass
class Articles:
    """What is known of the portal's articles. `revisit` is how long a published report is left alone."""

    visit: Visit
    province: str
    known: Mapping[str, PageRecord]
    revisit: timedelta
    now: datetime

    def __post_init__(self) -> None:
        self._addresses = {canonical(url): url for url in self.known}
        self._listed: set[str] = set()

    def as_known(self, row: Row) -> Row:
        """The row with the address under which its document was met first, in an earlier visit or in this."""
        return row._replace(url=self._addresses.setdefault(canonical(row.url), row.url))

    def take_up(self, row: Row) -> bool:
        """A list shows an article, by the address as `as_known` gives it; whether none did before."""
        before = len(self._listed)
        self._listed.add(row.url)
        return len(self._listed) > before

    def give_up(self, row: Row) -> bool:
        """What a list shows is no article after all; whether it was taken for one."""
        if row.url not in self._listed:
            return False
        self._listed.remove(row.url)
        return True

    def is_listed(self, url: str) -> bool:
        """Whether a list shows the article with this address, as `as_known` gives it."""
        return url in self._listed

    def record(self, row: Row | None) -> PageRecord | None:
        """The article as it stands on record, if it was inspected under the present rules."""
        page = None if row is None else self.known.get(row.url)
        return page if page is not None and page.rules_version == RULES_VERSION else None

    def had_report(self, row: Row | None) -> bool:
        """Whether a report was had at this address before."""
        page = None if row is None else self.known.get(row.url)
        return page is not None and page.organ is not None

    def familiar(self, row: Row) -> bool:
        """Whether the list shows the article as it did when it was last read."""
        page = self.record(row)
        if page is None or page.gone_on:
            return False
        same_day = page.listed_date == row.day or None in (page.listed_date, row.day)
        return same_day and _same_title(page.listed_title, row.title)

    def stands(self, row: Row) -> bool:
        """Whether the article is familiar, and need not be looked at again yet."""
        page = self.record(row)
        return page is not None and self.familiar(row) and self.now - page.seen < self._rest(row.url)

    def _rest(self, url: str) -> timedelta:
        """Between half and one and a half of `revisit`, for each address its own: what was found in one night
        does not all come due in one night.
        """
        share = int.from_bytes(hashlib.sha256(url.encode(errors="replace")).digest()[:4], "big") / 2**32
        return self.revisit * (0.5 + share)

    def conditions(self, aim: Aim) -> dict[str, str]:
        """Headers that ask for an article or a part only where it has changed.

        None for an article with parts: which ones it has now, only its page can tell.
        """
        if aim.article is not None:
            known = aim.article.known_part(aim.part)
            whole = aim.part in aim.article.wanted_whole
            return {} if known is None or whole else _conditions(known)
        page = self.record(aim.row)
        return {} if page is None or page.parts else _conditions(page)

    # pages

    def page(self, response: Response, aim: Aim, behind: Place | None) -> Iterator[Output]:
        """An article has come: what has to be fetched besides it, else the article. `behind` is where its
        text comes from if its page is a mere shell.
        """
        row = cast(Row, aim.row)
        known = self.record(row)
        item = PageItem(
            url=row.url,
            portal=aim.portal.id,
            province=self.province,
            body=response.body,
            status=response.status,
            etag=_header(response, "ETag"),
            last_modified=_header(response, "Last-Modified"),
            content_type=_header(response, "Content-Type"),
            fetched=clock.now(),
            listed_title=row.title,
            listed_date=row.day,
            received=_received(response),
        )
        same = known is not None and hashlib.sha256(response.body).hexdigest() == known.sha256
        if known is not None and same and not known.parts:
            yield self.again(aim)
            return
        if behind is not None:
            # the text behind a shell tells of files and further pages
            parts = [Part(behind.url, Role.BEHIND, posted=behind.body, posted_as=behind.content_type)]
        else:
            page = opened(item, response.url)
            parts = list(wanted_parts(page, response.url))
            item = item if parts else page  # what waits for parts stays small
        gathering = Gathering(item, known, parts, response.url)
        yield from self._ask(aim, gathering, range(len(gathering.parts)))

    def again(self, aim: Aim) -> SeenAgainItem:
        """The article stands as it was."""
        self.visit.articles += 1
        row = cast(Row, aim.row)
        return SeenAgainItem(row.url, aim.portal.id, clock.now(), row.title, row.day)

    # parts

    def part(self, response: Response, aim: Aim, gathering: Gathering) -> Iterator[Output]:
        """A further page or a file has come; raises Lost where it is no such thing."""
        part = gathering.parts[aim.part]
        if response.status == 304 and gathering.known_part(aim.part) is not None:
            gathering.unchanged.add(aim.part)
            gathering.arrived(aim.part, part)
            yield from self.gathered(aim, gathering)
            return
        problem = refusals.problem_of(response)
        if problem is not None and response.status == 200 and not response.body.strip():
            problem = None  # an empty file is what the publisher put there
        if problem is not None:
            raise Lost(problem, lasting=response.status in (404, 410) and part.role is Role.ATTACHMENT)
        arrived = replace(
            part,
            body=response.body,
            content_type=_header(response, "Content-Type"),
            etag=_header(response, "ETag"),
            last_modified=_header(response, "Last-Modified"),
            received=_received(response),
        )
        gathering.arrived(aim.part, arrived)
        if part.role is not Role.BEHIND:
            yield from self.gathered(aim, gathering)
            return
        # the text has come that the shell stands for: its files and further pages are the article's
        further = gathering.also(wanted_parts(gathering.text_of(arrived), gathering.base))
        yield from self._ask(aim, gathering, further)

    def part_lost(self, aim: Aim, problem: Bilingual, *, lasting: bool) -> Iterator[Output]:
        """A part could not be had. Denied for good, it is the article's fault; else the visit has failed."""
        gathering = cast(Gathering, aim.article)
        gathering.arrived(aim.part, replace(gathering.parts[aim.part], problem=problem, lasting=lasting))
        gathering.broken |= not lasting
        yield from self.gathered(aim, gathering)

    def gathered(self, aim: Aim, gathering: Gathering) -> Iterator[Output]:
        """The article, once all of its parts have been dealt with."""
        if gathering.outstanding:
            return
        if gathering.stands_as_before():
            yield self.again(aim)
            return
        if gathering.broken and gathering.known is not None:
            return  # what stands on record was read from more than came this time
        missing = sorted(gathering.unchanged)
        if missing:
            gathering.unchanged.clear()
            gathering.wanted_whole.update(missing)
            yield from self._ask(aim, gathering, missing)
            return
        self.visit.articles += 1
        yield gathering.whole()

    def _ask(self, aim: Aim, gathering: Gathering, places: range | list[int]) -> Iterator[Output]:
        """Ask for parts; where there are none to ask for, the article is complete."""
        gathering.outstanding.update(places)
        for place in places:
            part = gathering.parts[place]
            yield replace(aim, stage=Stage.PART, url=part.url, article=gathering, part=place, place=None)
        if not places:
            yield from self.gathered(aim, gathering)


class Lost(Exception):
    """A part of an article could not be had; `lasting` where the server itself denies it."""

    def __init__(self, problem: Bilingual, *, lasting: bool) -> None:
        super().__init__(problem.en)
        self.problem, self.lasting = problem, lasting


def _same_title(one: str, other: str) -> bool:
    """Whether two lists mean the same title: one of them may cut it short, and say so by dots."""
    one, other = ("".join(title.split()) for title in (one, other))
    if len(one) > len(other):
        one, other = other, one
    cut = one.rstrip(".…")
    return one == other or (cut != one and bool(cut) and other.startswith(cut))


def _conditions(known: PageRecord | PartRecord) -> dict[str, str]:
    headers = {"If-None-Match": known.etag, "If-Modified-Since": known.last_modified}
    return {name: value for name, value in headers.items() if value}


def _received(response: Response) -> Received:
    return received(response, rendered=RENDERED in response.flags)


def _header(response: Response, name: str) -> str | None:
    value: bytes | None = response.headers.get(name)
    return None if value is None else value.decode("latin-1")[:500]
