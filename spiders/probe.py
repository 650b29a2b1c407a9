"""Looks at a portal without reading or remembering anything: what a crawl would find, and how."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar, cast

from scrapy.http import Response

from crawler.health import judge
from spiders.aims import Aim
from spiders.articles import Articles, Output
from spiders.asking import Limits
from spiders.families.listing import Place
from spiders.links import Row
from spiders.loader import PROBE, HomeSpider
from spiders.visiting import PortalVisit

_MOST_ROWS = 200
_MOST_LISTS = 50


class _LeftAlone(Articles):
    """Articles that are listed and never asked for; `rows` are those that the lists show."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.rows: dict[str, Row] = {}

    def take_up(self, row: Row) -> bool:
        """Kept, to be told."""
        self.rows.setdefault(row.url, row)
        return super().take_up(row)

    def give_up(self, row: Row) -> bool:
        """Not told."""
        self.rows.pop(row.url, None)
        return super().give_up(row)

    def stands(self, row: Row) -> bool:
        """Every one is left as it is."""
        del row
        return True

    def page(self, response: Response, aim: Aim, behind: Place | None) -> Iterator[Output]:
        """Not even one that came because it stands where a list was looked for."""
        del response, aim, behind
        return iter(())


class ProbeSpider(HomeSpider):
    """From a home page to the first page of every list of reports; no article, no database, no archive."""

    name = PROBE
    custom_settings = {"ITEM_PIPELINES": {}}  # noqa: RUF012 - Scrapy declares it so
    LIMITS: ClassVar[Limits] = Limits(first_pages_only=True)
    ARTICLES: ClassVar[type[Articles]] = _LeftAlone

    def ended(self, visiting: PortalVisit) -> None:
        """Tell what was found, as the last line of the progress file."""
        visit, portal = visiting.visit, visiting.portal
        lists = [walk for walk in visiting.walks if walk.telling]
        verdict = judge(visit.counts())
        rows = cast(_LeftAlone, visiting.articles).rows
        self.summary = {
            "portal": portal.id,
            "home": portal.home,
            "hosts": list(portal.hosts),
            "clean": verdict.clean,
            "reason": {"zh": verdict.reason.zh, "en": verdict.reason.en},
            "requests": visit.requests,
            "lists": [
                {
                    "url": walk.url,
                    "family": walk.family,
                    "trail": list(walk.trail),
                    "clicks": walk.clicks,
                    "reports": walk.accepted,
                    "parts": walk.branches,
                    "entries": walk.entries,
                }
                for walk in lists[:_MOST_LISTS]
            ],
            "reports": [
                {"title": row.title, "url": row.url, "day": None if row.day is None else row.day.isoformat()}
                for row in list(rows.values())[:_MOST_ROWS]
            ],
            "listed": len(rows),
        }
