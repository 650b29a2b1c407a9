"""After a crawl: was this visit clean? Nothing may be concluded from one that was not."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

FAILED = "nianbao/failed"
"""Key of Scrapy's statistics that holds why a crawl broke off, in one line."""

MAX_FAILURES = 200
"""Failures kept with their address; the count goes on."""


class Stage(StrEnum):
    """What a page was fetched for."""

    HOME = "home"
    SECTION = "section"
    LIST = "list"
    ARTICLE = "article"


class Failure(NamedTuple):
    """One page that could not be had, or could not be trusted."""

    stage: Stage
    url: str
    problem: str


class Verdict(NamedTuple):
    """Whether a visit may count, and if not why, in one line."""

    clean: bool
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Counts:
    """What a visit came to.

    `outstanding` pages were asked for and never came back, neither as an answer nor as a failure.
    `lists` counts list pages that showed rows, `reports` the articles of the right kind on them.
    `expected` is the number that a healthy visit shows, None where it is unknown or only some years were
    looked for.
    """

    lists: int
    reports: int
    failures: tuple[Failure, ...] = ()
    failed: int = 0
    caps: tuple[str, ...] = ()
    outstanding: int = 0
    expected: int | None = None


_STAGES = {
    Stage.HOME: "home page",
    Stage.SECTION: "section page",
    Stage.LIST: "list page",
    Stage.ARTICLE: "article",
}


def judge(counts: Counts) -> Verdict:
    """Judge one visit: it is clean when every list was walked to its end and every article was had.

    The first reason found is given, in the order in which an operator would look.
    """
    if counts.failures:
        first = counts.failures[0]
        more = f" (and {counts.failed - 1} more)" if counts.failed > 1 else ""
        return Verdict(False, f"{_STAGES[first.stage]}: {first.problem}: {first.url}{more}")
    if counts.outstanding:
        return Verdict(False, f"interrupted with {counts.outstanding} pages outstanding")
    if counts.caps:
        return Verdict(False, f"limit reached: {', '.join(counts.caps)}")
    if not counts.lists:
        return Verdict(False, "annual-report column not found")
    if counts.expected is not None and counts.reports < counts.expected:
        return Verdict(False, f"{counts.reports} reports shown, {counts.expected} expected")
    return Verdict(True)


@dataclass(slots=True)
class Visit:
    """Counts of one portal's visit while it goes on."""

    portal: str
    started: datetime
    expected: int | None
    lists: OrderedDict[str, None] = field(default_factory=OrderedDict)
    requests: int = 0
    articles: int = 0
    reports: int = 0
    findings: int = 0
    outstanding: int = 0
    failed: int = 0
    _failures: list[Failure] = field(default_factory=list)
    _caps: OrderedDict[str, None] = field(default_factory=OrderedDict)

    def fail(self, stage: Stage, url: str, problem: str) -> None:
        """Note one failure; the first ones are kept with their address."""
        self.failed += 1
        if len(self._failures) < MAX_FAILURES:
            self._failures.append(Failure(stage, url[:500], " ".join(problem.split())[:300]))

    def cap(self, limit: str) -> None:
        """Note that a limit was reached, so that something was left out."""
        self._caps[limit] = None

    def counts(self) -> Counts:
        """The counts as they stand."""
        return Counts(
            lists=len(self.lists),
            reports=self.reports,
            failures=tuple(self._failures),
            failed=self.failed,
            caps=tuple(self._caps),
            outstanding=self.outstanding,
            expected=self.expected,
        )
