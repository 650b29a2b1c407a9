"""One spider for all portals: from a home page to the reports, whatever the portal runs on.

home page → disclosure section → annual-report column → list pages → articles. What a list page is made of is
the family's knowledge (spiders.families); what is asked for next is decided in spiders.visiting, one visit a
portal. Here requests are sent, counted, and counted off when they have been dealt with.
"""

from __future__ import annotations

import os
from collections import Counter, deque
from collections.abc import AsyncIterator, Callable, Mapping
from datetime import date, timedelta
from typing import Any, ClassVar, NamedTuple, Self

from scrapy import Request, Spider
from scrapy.crawler import Crawler
from scrapy.http import Response
from twisted.python.failure import Failure

from crawler import __version__, clock, config
from crawler.health import Stage, Visit
from crawler.items import Item
from crawler.portals import Portal, Province
from crawler.rendering import COST, RENDERED
from crawler.report.model import Bilingual
from crawler.withheld import Interrupted, RequestRefused
from spiders import refusals
from spiders.aims import Aim
from spiders.articles import Articles
from spiders.asking import Limits
from spiders.families import FAMILIES
from spiders.visiting import Output, PortalVisit
from storage.records import LeaseRecord, ListRecord, PageRecord

REVISIT_DAYS = 14
"""How long a published report is left alone, on average, before it is looked at again."""
UNDER_WAY = 2
"""Requests of one portal that Scrapy holds at once: one is answered while the next waits for its turn."""
ONLY_FAMILIES = "NIANBAO_FAMILIES"
"""Scrapy setting: the families that may be recognised, all by default. For measuring what they bring."""

KINDS = ("crawl", "nightly", "demo")
KIND_VARIABLE = "NIANBAO_RUN_KIND"


class SpiderArgumentError(ValueError):
    """A spider argument that means nothing here. One line for the person."""


class Plan(NamedTuple):
    """What one crawl is about; `years` None means all report years, `kind` is what it is remembered as, and
    `thorough` that every list is to be walked to its end, whatever is remembered.
    """

    province: Province
    portals: tuple[Portal, ...]
    years: tuple[int, ...] | None
    kind: str
    thorough: bool


class PortalSpider(Spider):
    """Visits the portals of one province.

    The pipelines set `known`, what storage holds of the portals' pages, `lists`, what it remembers of their
    lists, `stated`, the dates of reports that stand at several addresses, `whole`, the portals whose lists
    are to be walked to their ends, `held`, those that another crawl is visiting and this one leaves to it,
    `revisit`, and `summary`, how the crawl ended.
    """

    province: Province
    LIMITS: ClassVar[Limits] = Limits()
    ARTICLES: ClassVar[type[Articles]] = Articles
    BROWSER: ClassVar[bool] = False
    """Whether pages may be shown by a browser of portals whose file does not say that they need one."""

    def __init__(self, name: str | None = None, **arguments: str) -> None:
        super().__init__(name)
        self.province, self.portals, self.years, self.kind, self.thorough = self.plan(**arguments)
        self.families = frozenset(FAMILIES)
        self.known: dict[str, dict[str, PageRecord]] = {}
        self.stated: dict[tuple[str, int], dict[str, date]] = {}
        self.lists: dict[str, dict[str, ListRecord]] = {}
        self.whole: dict[str, bool] = {}
        self.revisit = timedelta(days=REVISIT_DAYS)
        self.visits: dict[str, Visit] = {}
        self.held: Mapping[str, LeaseRecord] = {}
        self.summary: Mapping[str, Any] | None = None
        self._visiting: dict[str, PortalVisit] = {}
        self._waiting: dict[str, deque[Aim]] = {}
        self._under_way: Counter[str] = Counter()

    @classmethod
    def plan(cls, portal: str | None = None, **common: str) -> Plan:
        """What the spider's arguments ask for. Raises SpiderArgumentError."""
        years, kind, thorough = common_arguments(**common)
        if portal is None:
            return Plan(cls.province, cls.province.portals, years, kind, thorough)
        found = cls.province.portal(portal)
        if found is None:
            ids = ", ".join(p.id for p in cls.province.portals)
            raise SpiderArgumentError(f"{cls.province.province} has no portal {portal!r:.80}; it has {ids}")
        return Plan(cls.province, (found,), years, kind, thorough)

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        """The spider, under a name that says who asks."""
        spider = super().from_crawler(crawler, *args, **kwargs)
        contact = "".join(c for c in config.load().contact if c.isascii() and c.isprintable())
        agent = f"nianbao/{__version__}" + (f" (+{contact})" if contact else "")
        crawler.settings.set("USER_AGENT", agent, priority="spider")
        only = crawler.settings.getlist(ONLY_FAMILIES)
        spider.families = frozenset(only or FAMILIES)
        return spider

    async def start(self) -> AsyncIterator[Any]:
        """Ask for the first pages of every portal."""
        for portal in self.portals:
            if portal.id in self.held:
                continue
            for request in self._begin(portal):
                yield request

    def _begin(self, portal: Portal) -> list[Request]:
        now = clock.now()
        everything = self.years is None
        visit = Visit(
            portal.id,
            now,
            portal.expected if everything else None,
            portal.expected_most if everything else None,
        )
        self.visits[portal.id] = visit
        known = self.known.get(portal.id, {})
        articles = self.ARTICLES(visit, self.province.province, known, self.revisit, now)
        visiting = PortalVisit(
            portal,
            visit,
            articles,
            self.years,
            self.lists.get(portal.id, {}),
            self.thorough or not everything or self.whole.get(portal.id, False),
            self.LIMITS,
            self.families,
            self.BROWSER or portal.browser is not None,
        )
        self._visiting[portal.id], self._waiting[portal.id] = visiting, deque()
        self._take_up(portal, list(visiting.begin()))
        return self._next(portal)

    def _take_up(self, portal: Portal, aims: list[Aim]) -> None:
        """Let aims wait for their turn; the parts of an article come before other pages."""
        self.visits[portal.id].outstanding += len(aims)
        waiting = self._waiting[portal.id]
        waiting.extendleft(aim for aim in reversed(aims) if aim.stage is Stage.PART)
        waiting.extend(aim for aim in aims if aim.stage is not Stage.PART)

    def _next(self, portal: Portal) -> list[Request]:
        """Requests to be sent now: what waits is kept here, where it can be given up, and not by Scrapy."""
        waiting = self._waiting[portal.id]
        free = UNDER_WAY - self._under_way[portal.id]
        return [self._request(waiting.popleft()) for _ in range(min(free, len(waiting)))]

    def _request(self, aim: Aim) -> Request:
        portal = aim.portal
        self.visits[portal.id].requests += 1
        self._under_way[portal.id] += 1
        headers = self._visiting[portal.id].articles.conditions(aim)
        body, content_type = _posted(aim)
        if body is not None:
            headers["Content-Type"] = content_type
        return Request(
            aim.url,
            method="GET" if body is None else "POST",
            callback=self._answered,
            errback=self._failed,
            headers=headers,
            body=body,
            cb_kwargs={"aim": aim},
            meta={"portal": portal.id, "stage": aim.stage.value, RENDERED: aim.rendered},
            # what was asked before is known here; Scrapy's filter would drop a redirect without a word
            dont_filter=True,
        )

    def _answered(self, response: Response, aim: Aim) -> list[Request | Item]:
        self.visits[aim.portal.id].states[str(response.status)] += 1
        self.visits[aim.portal.id].requests += response.meta.get(COST, 0)
        visiting = self._visiting[aim.portal.id]
        return self._dealt_with(aim, lambda: list(visiting.read(response, aim)))

    def _failed(self, failure: Failure) -> list[Request | Item]:
        if isinstance(failure.value, Interrupted):
            return []  # it stays outstanding, as everything that waits here does
        aim: Aim = failure.request.cb_kwargs["aim"]  # type: ignore[attr-defined]
        self.visits[aim.portal.id].states["none"] += 1
        problem = refusals.problem_with(failure)
        lasting = isinstance(failure.value, RequestRefused) and aim.stage is Stage.PART
        visiting = self._visiting[aim.portal.id]
        return self._dealt_with(aim, lambda: list(visiting.lost(aim, problem, lasting=lasting)))

    def _dealt_with(self, aim: Aim, step: Callable[[], list[Output]]) -> list[Request | Item]:
        """Count the page off. A fault of our own is a failure of this page, not of the night."""
        visit, visiting = self.visits[aim.portal.id], self._visiting[aim.portal.id]
        failures = visit.failed
        try:
            found = step()
        except Exception as error:
            self.logger.exception("reading %s failed", aim.url)
            name = type(error).__name__
            found = list(visiting.lost(aim, Bilingual(f"程序内部错误：{name}", f"internal error: {name}")))
        if visit.failed > failures:
            self.logger.warning("%s %s: %s", aim.stage, aim.url, visit.last_problem)
        visiting.done_with(aim)
        self._under_way[aim.portal.id] -= 1
        visit.outstanding -= 1
        items = self._sorted(aim.portal, found)
        if not visit.outstanding:
            items += self._sorted(aim.portal, list(visiting.more()))
            if not visit.outstanding:
                visiting.close()
                self.ended(visiting)
        return [*items, *self._next(aim.portal)]

    def _sorted(self, portal: Portal, outputs: list[Output]) -> list[Request | Item]:
        """The items; the aims wait for their turn."""
        self._take_up(portal, [one for one in outputs if isinstance(one, Aim)])
        return [one for one in outputs if not isinstance(one, Aim)]

    def ended(self, visiting: PortalVisit) -> None:
        """The visit of one portal has ended; what it came to is recorded by the pipelines."""


def _posted(aim: Aim) -> tuple[bytes | None, str]:
    """What is posted, and its type; None where the page is asked for plainly."""
    if aim.article is not None:
        part = aim.article.parts[aim.part]
        return part.posted, part.posted_as
    return (None, "") if aim.place is None else (aim.place.body, aim.place.content_type)


def common_arguments(
    year: str | None = None, kind: str | None = None, whole: str | None = None, **unknown: str
) -> tuple[tuple[int, ...] | None, str, bool]:
    """Report years, kind of run and whether lists are to be walked to their ends: the arguments that every
    spider takes. Raises SpiderArgumentError.
    """
    if unknown:
        raise SpiderArgumentError(f"unknown argument: {', '.join(sorted(unknown))}")
    kind = kind or os.environ.get(KIND_VARIABLE) or KINDS[0]
    if kind not in KINDS:
        raise SpiderArgumentError(f"kind= is one of {', '.join(KINDS)}")
    if whole not in (None, "", "0", "1"):
        raise SpiderArgumentError("whole= is 1 or 0")
    thorough = whole == "1"
    if year is None:
        return None, kind, thorough
    if not (year.isascii() and year.isdigit() and 2008 <= int(year[:9]) <= clock.today().year):
        raise SpiderArgumentError(f"not a report year: {year!r:.40}")
    return (int(year),), kind, thorough


def known_families(provinces: Mapping[str, Province]) -> None:
    """Raises SpiderArgumentError for a portal whose `family` does not exist."""
    for province in provinces.values():
        for portal in province.portals:
            if portal.family is not None and portal.family not in FAMILIES:
                raise SpiderArgumentError(
                    f"{province.province}: portal {portal.id}: no family {portal.family!r}; "
                    f"there are {', '.join(FAMILIES)}"
                )
