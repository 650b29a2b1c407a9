"""What pages, the digest, exports and commands ask storage, with the filters that they ask it with."""

from __future__ import annotations

import random
from collections.abc import Callable, Sized
from typing import Any, NamedTuple

from bench.storage.million import YEARS, Country, Portal
from crawler.comparisons import COPIES, GAP
from crawler.validator.finding import Fault, Verdict
from storage.queries import Queries

PAGE = 50
"""Rows of a page, and of `--limit` where somebody looks."""


class Read(NamedTuple):
    """One question: `ask` asks it with filters drawn anew, and gives what came.

    `page` tells that somebody waits for it; others are asked once a night.
    """

    name: str
    ask: Callable[[random.Random], Any]
    page: bool = True


class Reads:
    """Every question to one database."""

    def __init__(self, queries: Queries, country: Country) -> None:
        self._queries, self._country = queries, country
        self._newest = queries.newest_change()

    def all(self) -> list[Read]:
        """In the order in which the table shows them."""
        return [*self._counts(), *self._findings(), *self._reports(), *self._rest(), *self._nightly()]

    def _counts(self) -> list[Read]:
        ask = self._queries
        told = {"fault": Fault.PUBLISHER, "verdict": Verdict.FAIL}
        return [
            Read("coverage", lambda _: ask.coverage()),
            Read("coverage, province", lambda by: ask.coverage(self._province(by))),
            Read("coverage, province and year", lambda by: ask.coverage(self._province(by), _year(by))),
            Read("duty_counts", lambda _: ask.duty_counts()),
            Read("open_counts", lambda _: ask.open_counts()),
            Read("open_counts, what is told", lambda _: ask.open_counts(**told)),
            Read("open_counts, province", lambda by: ask.open_counts(province=self._province(by), **told)),
            Read("open_counts, portal", lambda by: ask.open_counts(portal=self._portal(by).id, **told)),
        ]

    def _findings(self) -> list[Read]:
        ask = self._queries

        def second_page(by: random.Random) -> Sized:
            province = self._province(by)
            first = ask.findings(province=province, limit=PAGE)
            return ask.findings(province=province, limit=PAGE, after=first[-1].fingerprint)

        return [
            Read("findings, page", lambda _: ask.findings(limit=PAGE)),
            Read("findings, page, rule", lambda by: ask.findings(rule=_rule(by), limit=PAGE)),
            Read("findings, page, year", lambda by: ask.findings(year=_year(by), limit=PAGE)),
            Read(
                "findings, page, province", lambda by: ask.findings(province=self._province(by), limit=PAGE)
            ),
            Read("findings, two pages, province", second_page),
            Read(
                "findings, page, province and year",
                lambda by: ask.findings(province=self._province(by), year=_year(by), limit=PAGE),
            ),
            Read(
                "findings, page, province and rule",
                lambda by: ask.findings(province=self._province(by), rule=_rule(by), limit=PAGE),
            ),
            Read(
                "findings, page, province and status",
                lambda by: ask.findings(province=self._province(by), status="new", limit=PAGE),
            ),
            Read("findings, portal", lambda by: ask.findings(portal=self._portal(by).id)),
            Read("findings, body", lambda by: ask.findings(organ=self._organ(by))),
            Read("findings, body, all", lambda by: ask.findings(organ=self._organ(by), include_fixed=True)),
        ]

    def _reports(self) -> list[Read]:
        ask = self._queries
        return [
            Read("reports, page", lambda _: ask.reports(limit=PAGE)),
            Read("reports, page, year", lambda by: ask.reports(year=_year(by), limit=PAGE)),
            Read("reports, page, province", lambda by: ask.reports(province=self._province(by), limit=PAGE)),
            Read(
                "reports, page, province and year",
                lambda by: ask.reports(province=self._province(by), year=_year(by), limit=PAGE),
            ),
            Read("reports, page, portal", lambda by: ask.reports(portal=self._portal(by).id, limit=PAGE)),
            Read("reports, body", lambda by: ask.reports(organ=self._organ(by))),
            Read("obligations, page", lambda _: ask.obligations(limit=PAGE)),
            Read("obligations, page, status", lambda _: ask.obligations(status="missing", limit=PAGE)),
            Read("obligations, page, none such", lambda _: ask.obligations(status="unreachable", limit=PAGE)),
            Read("obligations, page, province", lambda by: ask.obligations(self._province(by), limit=PAGE)),
            Read("obligations, province and year", lambda by: ask.obligations(self._province(by), _year(by))),
            Read("obligations, body", lambda by: ask.obligations(organ=self._organ(by))),
        ]

    def _rest(self) -> list[Read]:
        ask = self._queries

        def history(by: random.Random) -> Sized:
            return ask.history([one.fingerprint for one in ask.findings(organ=self._organ(by))])

        def key(by: random.Random) -> list[tuple[str, int]]:
            return [(self._organ(by), _year(by))]

        return [
            Read("history of a body's findings", history),
            Read("versions of a report", lambda by: ask.versions_of(key(by))),
            Read("twins of a report", lambda by: ask.twins_of(key(by))),
            Read("changes, a day", lambda by: self._changes(by, 300)),
            Read("steps of a run", lambda by: ask.steps(by.randrange(1, self._country.run_count))),
            Read("runs", lambda _: ask.runs()),
            Read("waivers", lambda _: ask.waivers()),
            Read("last_visits, unclean", lambda _: ask.last_visits(clean=False)),
            Read("last_visits, province", lambda by: ask.last_visits(province=self._province(by))),
            Read("newest_change", lambda _: (ask.newest_change(),)),
            Read("portals", lambda by: ask.portals(self._province(by))),
            Read("pages of a portal", lambda by: ask.pages(self._portal(by).id)),
            Read("lists of a portal", lambda by: ask.lists(self._portal(by).id)),
            Read("last_crash", lambda by: ask.last_crash(self._province(by))),
        ]

    def _nightly(self) -> list[Read]:
        """What a crawl asks of its whole province, once."""
        ask = self._queries

        def portals(by: random.Random) -> list[str]:
            province = self._province(by)
            return [portal.id for portal in self._country.portals if portal.province == province]

        return [
            Read("obligations, province", lambda by: ask.obligations(self._province(by)), page=False),
            Read("organs, province", lambda by: ask.organs(self._province(by)), page=False),
            Read("years_held, province", lambda by: ask.years_held(self._province(by)), page=False),
            Read("filings, province", lambda by: ask.filings(self._province(by)), page=False),
            Read(
                "uncompared, province",
                lambda by: ask.uncompared(self._province(by), "yardstick-1"),
                page=False,
            ),
            Read("stated_dates, province", lambda by: ask.stated_dates(self._province(by)), page=False),
            Read(
                "signatures, province and year",
                lambda by: ask.signatures(self._province(by), _year(by)),
                page=False,
            ),
            Read("unread_pages, province", lambda by: ask.unread_pages(portals(by)), page=False),
            Read(
                "judged_otherwise, province",
                lambda by: ask.judged_otherwise(portals(by), "yardstick-1"),
                page=False,
            ),
            Read(
                "findings, gaps", lambda by: ask.findings(province=self._province(by), rule=GAP), page=False
            ),
            Read(
                "findings, copies of a year",
                lambda by: ask.findings(province=self._province(by), rule=COPIES, year=_year(by)),
                page=False,
            ),
            Read(
                "visits, sixty nights", lambda _: ask.visits(province=self._country.provinces[1]), page=False
            ),
        ]

    def _changes(self, by: random.Random, number: int) -> Sized:
        after = by.randrange(max(1, self._newest - number))
        return self._queries.changes(after, until=after + number)

    def _province(self, by: random.Random) -> str:
        return by.choice(self._country.provinces)

    def _portal(self, by: random.Random) -> Portal:
        return by.choice(self._country.portals)

    def _organ(self, by: random.Random) -> str:
        return by.choice(self._portal(by).organs)


def _year(by: random.Random) -> int:
    return by.choice(YEARS)


def _rule(by: random.Random) -> str:
    return by.choice(("applications-balance", "filing-late", "title-nonstandard", "meta-site-missing"))
