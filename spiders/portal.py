"""One spider for all portals: from a home page to the reports, whatever the portal runs on.

home page → disclosure section → annual-report column → list pages → articles. What a list page is made of is
the family's knowledge (spiders.families); everything else is decided here, once.

Nothing is lost silently: every page that is asked for is counted, and counted off when it has been dealt
with. A visit with pages outstanding, failed or left out is not clean (crawler.health).
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, ClassVar, NamedTuple, Self, cast

from scrapy import Request, Spider
from scrapy.crawler import Crawler
from scrapy.http import Response, TextResponse
from twisted.python.failure import Failure

from crawler import __version__, clock, config
from crawler.health import Stage, Visit
from crawler.inspection import RULES_VERSION
from crawler.items import Item, PageItem, Part, Role, SeenAgainItem
from crawler.middlewares import RequestRefused
from crawler.portals import Portal, Province, folded, host_of
from crawler.report.model import Bilingual
from spiders import columns, links, refusals
from spiders.families import FALLBACK, FAMILIES, links_in_data, recognise, text_behind
from spiders.families.listing import Listing, Place
from spiders.gathering import Gathering, wanted_parts
from spiders.links import Link, Row
from spiders.sieve import sift
from storage.records import PageRecord, PartRecord

Output = Request | Item

KINDS = ("crawl", "nightly", "demo")
KIND_VARIABLE = "NIANBAO_RUN_KIND"


class SpiderArgumentError(ValueError):
    """A spider argument that means nothing here. One line for the person."""


@dataclass(slots=True)
class _List:
    """One list while its pages are walked."""

    url: str
    family: str | None = None
    rows: set[str] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class _Aim:
    """What a request is for, and how it was come by."""

    portal: Portal
    stage: Stage
    url: str  # as the page before gave it
    depth: int = 0
    jumps: int = 0
    branch: bool = False  # part of a column, and not the column itself
    listing: _List | None = None
    place: Place | None = None
    row: Row | None = None
    unlisted: bool = False  # known from before, and shown by no list this time
    article: Gathering | None = None  # whose part it is
    part: int = 0  # its place among the parts


class Plan(NamedTuple):
    """What one crawl is about; `years` None means all report years, `kind` is what it is remembered as."""

    province: Province
    portals: tuple[Portal, ...]
    years: tuple[int, ...] | None
    kind: str


class PortalSpider(Spider):
    """Visits the portals of one province.

    The pipelines set `known`, what storage holds of the portals' pages, `stated`, the dates of reports that
    stand at several addresses, and `summary`, how the crawl ended.
    """

    province: Province

    MAX_DEPTH: ClassVar[int] = 6
    MAX_JUMPS: ClassVar[int] = 5
    MAX_SECTIONS: ClassVar[int] = 60
    MAX_LISTS: ClassVar[int] = 1000
    MAX_REQUESTS: ClassVar[int] = 20_000
    MAX_LIST_BYTES: ClassVar[int] = 5 * 1024 * 1024

    def __init__(self, name: str | None = None, **arguments: str) -> None:
        super().__init__(name)
        self.province, self.portals, self.years, self.kind = self.plan(**arguments)
        self.known: dict[str, dict[str, PageRecord]] = {}
        self.stated: dict[tuple[str, int], dict[str, date]] = {}
        self.visits: dict[str, Visit] = {}
        self.summary: Mapping[str, Any] | None = None
        self._asked: dict[str, set[tuple[Stage, str, bytes | None]]] = {}
        self._listed: dict[str, set[str]] = {}

    @classmethod
    def plan(cls, portal: str | None = None, **common: str) -> Plan:
        """What the spider's arguments ask for. Raises SpiderArgumentError."""
        years, kind = common_arguments(**common)
        if portal is None:
            return Plan(cls.province, cls.province.portals, years, kind)
        found = cls.province.portal(portal)
        if found is None:
            ids = ", ".join(p.id for p in cls.province.portals)
            raise SpiderArgumentError(f"{cls.province.province} has no portal {portal!r:.80}; it has {ids}")
        return Plan(cls.province, (found,), years, kind)

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        """The spider, with one download slot for each host of its portals, and a name that says who asks."""
        spider = super().from_crawler(crawler, *args, **kwargs)
        slots = {
            host: {"concurrency": 1, "delay": portal.delay, "jitter": 0.0}
            for portal in spider.portals
            for host in portal.hosts
        }
        crawler.settings.set("DOWNLOAD_SLOTS", slots, priority="spider")
        contact = "".join(c for c in config.load().contact if c.isascii() and c.isprintable())
        agent = f"nianbao/{__version__}" + (f" (+{contact})" if contact else "")
        crawler.settings.set("USER_AGENT", agent, priority="spider")
        return spider

    async def start(self) -> AsyncIterator[Any]:
        """Ask for the first page of every portal: its known columns, else its home page."""
        for portal in self.portals:
            expected = portal.expected if self.years is None else None
            self.visits[portal.id] = Visit(portal.id, clock.now(), expected)
            self._asked[portal.id], self._listed[portal.id] = set(), set()
            aims = [_Aim(portal, Stage.LIST, url, listing=_List(url)) for url in portal.columns]
            # all are counted before the first is answered: the visit ends when none is outstanding
            for request in [
                request
                for aim in aims or [_Aim(portal, Stage.HOME, portal.home)]
                for request in self._ask(aim)
            ]:
                yield request

    def _ask(self, aim: _Aim) -> Iterator[Request]:
        """The request for `aim`, unless it was asked for before or a limit is reached."""
        portal, visit = aim.portal, self.visits[aim.portal.id]
        asked = self._asked[portal.id]
        wanted = (aim.stage, aim.url, None if aim.place is None else aim.place.body)
        if wanted in asked or (aim.stage is Stage.SECTION and (Stage.HOME, aim.url, None) in asked):
            return
        if not portal.allows(aim.url):
            if aim.stage in (Stage.LIST, Stage.ARTICLE):
                visit.fail(
                    aim.stage,
                    aim.url,
                    Bilingual("不在该网站登记的主机上", "on none of the portal's hosts"),
                )
            return
        limit = self._limit(aim, visit)
        if limit is not None:
            visit.cap(limit)
            return
        asked.add(wanted)
        yield self._request(aim, self._validators(aim))

    def _request(self, aim: _Aim, validators: Mapping[str, str]) -> Request:
        visit, portal = self.visits[aim.portal.id], aim.portal
        headers = dict(validators)
        body, content_type = _posted(aim)
        if body is not None:
            headers["Content-Type"] = content_type
        visit.requests += 1
        visit.outstanding += 1
        return Request(
            aim.url,
            callback=self._answered,
            errback=self._failed,
            method="GET" if body is None else "POST",
            headers=headers,
            body=body,
            cb_kwargs={"aim": aim},
            meta={"portal": portal.id, "stage": aim.stage.value, "download_slot": host_of(aim.url)},
            # what was asked before is known here; Scrapy's filter would drop a redirect without a word
            dont_filter=True,
        )

    def _limit(self, aim: _Aim, visit: Visit) -> Bilingual | None:
        if visit.requests >= self.MAX_REQUESTS:
            return Bilingual(f"请求{self.MAX_REQUESTS}次", f"{self.MAX_REQUESTS} requests")
        if aim.depth > self.MAX_DEPTH:
            return Bilingual(f"深度{self.MAX_DEPTH}层", f"depth {self.MAX_DEPTH}")
        asked = self._asked[visit.portal]
        if aim.stage is Stage.LIST and sum(s is Stage.LIST for s, *_ in asked) >= self.MAX_LISTS:
            return Bilingual(f"列表页{self.MAX_LISTS}个", f"{self.MAX_LISTS} list pages")
        return None

    def _validators(self, aim: _Aim) -> dict[str, str]:
        """None for an article with parts: which ones it has now, only its page can tell."""
        known = self._page(aim)
        return {} if known is None or known.parts else _conditions(known)

    def _page(self, aim: _Aim) -> PageRecord | None:
        """The article as it stands in storage, if it was inspected under the present rules."""
        if aim.row is None:
            return None
        page = self.known.get(aim.portal.id, {}).get(aim.row.url)
        return page if page is not None and page.rules_version == RULES_VERSION else None

    def _held_report(self, aim: _Aim) -> bool:
        """Whether a report was had at this address before."""
        page = None if aim.row is None else self.known.get(aim.portal.id, {}).get(aim.row.url)
        return page is not None and page.organ is not None

    def _answered(self, response: Response, aim: _Aim) -> list[Output]:
        return self._dealt_with(aim, lambda: self._read(response, aim))

    def _failed(self, failure: Failure) -> list[Output]:
        aim: _Aim = failure.request.cb_kwargs["aim"]  # type: ignore[attr-defined]
        problem = refusals.problem_with(failure)
        if aim.article is not None:
            lasting = isinstance(failure.value, RequestRefused)
            return self._dealt_with(aim, lambda: self._part_lost(aim, problem, lasting=lasting))
        return self._dealt_with(aim, lambda: self._give_up(aim, problem))

    def _dealt_with(self, aim: _Aim, step: Callable[[], list[Output]]) -> list[Output]:
        """Count the page off. A fault of our own is a failure of this page, not of the night."""
        visit = self.visits[aim.portal.id]
        try:
            found = step()
        except Exception as error:
            self.logger.exception("reading %s failed", aim.url)
            name = type(error).__name__
            found = self._give_up(aim, Bilingual(f"程序内部错误：{name}", f"internal error: {name}"))
        visit.outstanding -= 1
        return found if visit.outstanding else [*found, *self._unlisted(aim.portal)]

    def _unlisted(self, portal: Portal) -> Iterator[Request]:
        """At the end of a visit without failure: is still there what no list showed this time?"""
        visit = self.visits[portal.id]
        counts = visit.counts()
        if counts.failed or counts.caps or not counts.lists:
            return
        for page in self.known.get(portal.id, {}).values():
            wanted = page.year is not None and (self.years is None or page.year in self.years)
            if not wanted or page.organ is None or not portal.allows(page.url):
                continue
            row = Row(page.url, page.listed_title, page.listed_date)
            aim = _Aim(portal, Stage.ARTICLE, page.url, row=row, unlisted=True)
            if self._limit(aim, visit) is None:
                yield from self._ask(aim)

    def _give_up(self, aim: _Aim, problem: Bilingual) -> list[Output]:
        if aim.place is not None and not aim.place.certain:
            return []  # a page that nothing announced: the list has ended
        if aim.unlisted:
            self.logger.info("%s, shown by no list: %s", aim.url, problem.en)
            return []  # nothing was said to be there
        self.visits[aim.portal.id].fail(aim.stage, aim.url, problem)
        self.logger.warning("%s %s: %s", aim.stage, aim.url, problem.en)
        return []

    def _read(self, response: Response, aim: _Aim) -> list[Output]:
        if aim.article is not None:
            return self._part(response, aim, aim.article)
        if response.status == 304 and self._page(aim) is not None:
            return [self._again(aim)]
        if aim.stage is Stage.ARTICLE and self._held_report(aim) and refusals.gone(response):
            visit = self.visits[aim.portal.id]
            visit.gone[cast(Row, aim.row).url] = str(response.status)
            visit.gone_unlisted += aim.unlisted
            return []
        problem = refusals.problem_of(response)
        if problem is None and aim.stage is not Stage.ARTICLE:
            if not isinstance(response, TextResponse):
                problem = Bilingual("不是网页", "not a page")
            elif len(response.body) > self.MAX_LIST_BYTES:
                problem = Bilingual(
                    f"超过{self.MAX_LIST_BYTES}字节", f"larger than {self.MAX_LIST_BYTES} bytes"
                )
        if problem is not None:
            return self._give_up(aim, problem)
        if isinstance(response, TextResponse):
            target = links.jump(response)
            if target is not None:
                return self._jump(response, aim, target)
        if aim.stage is Stage.ARTICLE:
            return self._article(response, aim)
        page = cast(TextResponse, response)  # anything else is a problem already
        return self._list(page, aim) if aim.stage is Stage.LIST else self._section(page, aim)

    def _jump(self, response: Response, aim: _Aim, target: str) -> list[Output]:
        if target.rstrip("/") in (response.url.rstrip("/"), aim.url.rstrip("/")) or aim.place is not None:
            # past its last page, a list may send the reader back to its first
            return self._give_up(aim, Bilingual("跳转回本页", "redirects to itself"))
        if aim.jumps >= self.MAX_JUMPS:
            return self._give_up(aim, Bilingual("循环跳转", "redirects without end"))
        if not aim.portal.allows(target):
            host = host_of(target)
            return self._give_up(
                aim,
                Bilingual(f"跳转到其他网站：{host or '无'}", f"redirects to another host: {host or 'none'}"),
            )
        listing = None if aim.listing is None else _List(target)
        followed = list(self._ask(replace(aim, url=target, jumps=aim.jumps + 1, listing=listing)))
        return list(followed)

    # sections

    def _section(self, response: TextResponse, aim: _Aim) -> list[Output]:
        """Look for the column, and for deeper sections as long as none has shown."""
        visit = self.visits[aim.portal.id]
        found: list[Output] = []
        anchors = self._links(response, aim.portal)
        for url in self._columns(anchors):
            if aim.portal.allows(url):
                found.extend(self._ask(_Aim(aim.portal, Stage.LIST, url, aim.depth + 1, listing=_List(url))))
        asked = self._asked[aim.portal.id]
        if any(stage is Stage.LIST for stage, *_ in asked):
            return found
        sections = [anchor.url for anchor in anchors if columns.is_section(anchor.text)]
        for url in (*sections, *links.frames(response)):
            if sum(stage is Stage.SECTION for stage, *_ in asked) >= self.MAX_SECTIONS:
                visit.cap(Bilingual(f"公开专栏页{self.MAX_SECTIONS}个", f"{self.MAX_SECTIONS} section pages"))
                break
            if aim.portal.allows(url) and aim.depth < self.MAX_DEPTH:
                found.extend(self._ask(_Aim(aim.portal, Stage.SECTION, url, aim.depth + 1)))
        return found

    def _links(self, response: TextResponse, portal: Portal) -> list[Link]:
        """All links of a page: its anchors, and those that its system keeps in data."""
        family = portal.family or recognise(response)
        return [*links.anchors(response), *links_in_data(family, response)]

    def _columns(self, anchors: list[Link]) -> list[str]:
        return [anchor.url for anchor in anchors if columns.is_column(anchor.text, anchor.url)]

    # lists

    def _list(self, response: TextResponse, aim: _Aim) -> list[Output]:
        visit, walked = self.visits[aim.portal.id], cast(_List, aim.listing)
        if walked.family is None:
            walked.family = aim.portal.family or recognise(response)
        listings = FAMILIES[walked.family or FALLBACK].read(response, aim.place)
        rows = {row.url: row for listing in listings for row in listing.rows}
        fresh = [row for row in rows.values() if row.url not in walked.rows]
        walked.rows.update(rows)
        if rows:
            visit.lists[response.url] = None
        found = self._branches(response, aim, set(rows))
        for row in fresh:
            found.extend(self._row(aim, row))
        if aim.place is not None and not fresh:
            page = aim.place.page
            self._give_up(
                aim,
                Bilingual(f"列表第{page}页没有新条目", f"page {page} of the list shows nothing new"),
            )
            return found
        for listing in self._worth_following(listings):
            found.extend(self._following(aim, walked, listing))
        if aim.place is None:
            self._doubt(aim, walked, bool(rows), bool(found))
        return found

    def _worth_following(self, listings: tuple[Listing, ...]) -> list[Listing]:
        """Of several lists on one page, those that show reports; news boxes stand beside them."""
        telling = [listing for listing in listings if any(sift(row.title).accepted for row in listing.rows)]
        return telling or list(listings)

    def _branches(self, response: TextResponse, aim: _Aim, rows: set[str]) -> list[Output]:
        """Parts of the column: by year, by kind of body, by body, in frames. Looked for on first pages."""
        if aim.place is not None:
            return []
        organs = [folded(name) for organ in aim.portal.organs for name in (organ.name, *organ.aliases)]
        urls = [
            anchor.url
            for anchor in self._links(response, aim.portal)
            if anchor.url not in rows
            and (columns.is_branch(anchor.text) or columns.names_body(anchor.text, organs))
        ]
        found: list[Output] = []
        for url in (*urls, *links.frames(response)):
            if aim.portal.allows(url):
                branch = _Aim(aim.portal, Stage.LIST, url, aim.depth + 1, branch=True, listing=_List(url))
                found.extend(self._ask(branch))
        return found

    def _row(self, aim: _Aim, row: Row) -> Iterator[Output]:
        sifted = sift(row.title)
        if not sifted.accepted:
            self.logger.debug("passed over %s: %s", row.title, sifted.reason)
            return
        if self.years is not None and sifted.year is not None and sifted.year not in self.years:
            return
        listed = self._listed[aim.portal.id]
        if row.url not in listed:
            listed.add(row.url)
            self.visits[aim.portal.id].reports += 1
        yield from self._ask(_Aim(aim.portal, Stage.ARTICLE, row.url, aim.depth, row=row))

    def _following(self, aim: _Aim, walked: _List, listing: Listing) -> Iterator[Request]:
        if listing.lacking:
            self._give_up(
                replace(aim, place=None),
                Bilingual(
                    f"列表标明的条目比列出的多{listing.lacking}条",
                    f"the list announces {listing.lacking} entries more than it shows",
                ),
            )
        if listing.doubt is not None:
            self._give_up(replace(aim, place=None), listing.doubt)
        place = listing.following
        if place is not None:
            yield from self._ask(replace(aim, url=place.url, jumps=0, listing=walked, place=place))

    def _doubt(self, aim: _Aim, walked: _List, shows_rows: bool, leads_on: bool) -> None:
        """A list that may hold more than it shows makes the visit unclean; a person has to look at it."""
        if not shows_rows and not leads_on and not (aim.branch and walked.family):
            self._give_up(aim, Bilingual("列表没有条目", "the list shows no entry"))
        elif shows_rows and walked.family is None:
            self._give_up(
                aim,
                Bilingual(
                    "未能识别网站系统，列表可能不全",
                    "content system not recognised, the list may be longer than it shows",
                ),
            )

    # articles

    def _article(self, response: Response, aim: _Aim) -> list[Output]:
        row = cast(Row, aim.row)
        known = self._page(aim)
        item = PageItem(
            url=row.url,
            portal=aim.portal.id,
            province=self.province.province,
            body=response.body,
            status=response.status,
            etag=_header(response, "ETag"),
            last_modified=_header(response, "Last-Modified"),
            content_type=_header(response, "Content-Type"),
            fetched=clock.now(),
            listed_title=row.title,
            listed_date=row.day,
        )
        same = known is not None and hashlib.sha256(response.body).hexdigest() == known.sha256
        if known is not None and same and not known.parts:
            return [self._again(aim)]
        gathering = Gathering(item, known, self._wanted(item, response, aim))
        requests = [self._ask_part(aim, gathering, place) for place in range(len(gathering.parts))]
        return [*filter(None, requests)] or self._gathered(aim, gathering)

    def _wanted(self, item: PageItem, response: Response, aim: _Aim) -> list[Part]:
        """What has to be fetched besides the page: the text behind a shell, else further pages and files."""
        if isinstance(response, TextResponse):
            behind = text_behind(aim.portal.family or recognise(response), response)
            if behind is not None:
                return [Part(behind.url, Role.BEHIND, posted=behind.body, posted_as=behind.content_type)]
        return list(wanted_parts(item, response.url))

    def _again(self, aim: _Aim) -> SeenAgainItem:
        self.visits[aim.portal.id].articles += 1
        return SeenAgainItem(cast(Row, aim.row).url, aim.portal.id, clock.now())

    # further pages and attachments of an article

    def _ask_part(
        self, aim: _Aim, gathering: Gathering, place: int, *, whole: bool = False
    ) -> Request | None:
        """The request for a part, unless it stands where nothing is visited; `whole` asks for its bytes."""
        part, visit = gathering.parts[place], self.visits[aim.portal.id]
        part_aim = replace(aim, stage=Stage.PART, url=part.url, article=gathering, part=place)
        if not aim.portal.allows(part.url):
            problem = Bilingual("不在该网站登记的主机上", "on none of the portal's hosts")
            gathering.arrived(place, replace(part, problem=problem, lasting=True))
            return None
        limit = self._limit(part_aim, visit)
        if limit is not None:
            visit.cap(limit)
            gathering.arrived(place, replace(part, problem=limit))
            gathering.broken = True
            return None
        gathering.outstanding.add(place)
        known = None if whole else gathering.known_part(place)
        return self._request(part_aim, {} if known is None else _conditions(known))

    def _part(self, response: Response, aim: _Aim, gathering: Gathering) -> list[Output]:
        part = gathering.parts[aim.part]
        if response.status == 304 and gathering.known_part(aim.part) is not None:
            gathering.unchanged.add(aim.part)
            gathering.arrived(aim.part, part)
            return self._gathered(aim, gathering)
        problem = refusals.problem_of(response)
        if problem is not None and response.status == 200 and not response.body.strip():
            problem = None  # an empty file is what the publisher put there
        if problem is not None:
            gone = response.status in (404, 410) and part.role is Role.ATTACHMENT
            return self._part_lost(aim, problem, lasting=gone)
        arrived = replace(
            part,
            body=response.body,
            content_type=_header(response, "Content-Type"),
            etag=_header(response, "ETag"),
            last_modified=_header(response, "Last-Modified"),
        )
        gathering.arrived(aim.part, arrived)
        if part.role is not Role.BEHIND:
            return self._gathered(aim, gathering)
        # the text has come that the shell stands for: its files and further pages are the article's
        requests = [
            self._ask_part(aim, gathering, place)
            for place in gathering.also(wanted_parts(gathering.text_of(arrived), response.url))
        ]
        return [*filter(None, requests)] or self._gathered(aim, gathering)

    def _part_lost(self, aim: _Aim, problem: Bilingual, *, lasting: bool) -> list[Output]:
        """A part could not be had: denied for good it is the article's fault, else the visit's failure."""
        gathering = cast(Gathering, aim.article)
        part = gathering.parts[aim.part]
        gathering.arrived(aim.part, replace(part, problem=problem, lasting=lasting))
        if not lasting:
            gathering.broken = True
            self._give_up(aim, problem)
        return self._gathered(aim, gathering)

    def _gathered(self, aim: _Aim, gathering: Gathering) -> list[Output]:
        """The article, once all of its parts have been dealt with."""
        if gathering.outstanding:
            return []
        if gathering.stands_as_before():
            return [self._again(aim)]
        if gathering.broken and gathering.known is not None:
            return []  # what stands on record was read from more than came this time
        missing = sorted(gathering.unchanged)
        gathering.unchanged.clear()
        requests = [self._ask_part(aim, gathering, place, whole=True) for place in missing]
        if any(requests):
            return [*filter(None, requests)]
        self.visits[aim.portal.id].articles += 1
        return [gathering.whole()]


def _posted(aim: _Aim) -> tuple[bytes | None, str]:
    """What is posted, and its type; None where the page is asked for plainly."""
    if aim.article is not None:
        part = aim.article.parts[aim.part]
        return part.posted, part.posted_as
    return (None, "") if aim.place is None else (aim.place.body, aim.place.content_type)


def _conditions(known: PageRecord | PartRecord) -> dict[str, str]:
    headers = {"If-None-Match": known.etag, "If-Modified-Since": known.last_modified}
    return {name: value for name, value in headers.items() if value}


def _header(response: Response, name: str) -> str | None:
    value: bytes | None = response.headers.get(name)
    return None if value is None else value.decode("latin-1")[:500]


def common_arguments(
    year: str | None = None, kind: str | None = None, **unknown: str
) -> tuple[tuple[int, ...] | None, str]:
    """Report years and kind of run, the arguments that every spider takes. Raises SpiderArgumentError."""
    if unknown:
        raise SpiderArgumentError(f"unknown argument: {', '.join(sorted(unknown))}")
    kind = kind or os.environ.get(KIND_VARIABLE) or KINDS[0]
    if kind not in KINDS:
        raise SpiderArgumentError(f"kind= is one of {', '.join(KINDS)}")
    if year is None:
        return None, kind
    if not (year.isascii() and year.isdigit() and 2008 <= int(year[:9]) <= clock.today().year):
        raise SpiderArgumentError(f"not a report year: {year!r:.40}")
    return (int(year),), kind


def known_families(provinces: Mapping[str, Province]) -> None:
    """Raises SpiderArgumentError for a portal whose `family` does not exist."""
    for province in provinces.values():
        for portal in province.portals:
            if portal.family is not None and portal.family not in FAMILIES:
                raise SpiderArgumentError(
                    f"{province.province}: portal {portal.id}: no family {portal.family!r}; "
                    f"there are {', '.join(FAMILIES)}"
                )
