"""After a crawl: was this visit clean? Nothing may be concluded from one that was not."""

from __future__ import annotations

from collections import Counter, OrderedDict
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple

from crawler.console import clean
from crawler.report.model import Bilingual
from storage.records import ListRecord

FAILED = "nianbao/failed"
"""Key of Scrapy's statistics that holds why a crawl broke off, in one line."""

MAX_FAILURES = 200
"""Failures kept with their address; the count goes on."""
MAX_TOLD = 20
"""Failures and notes that are kept with the record of a visit."""
MAX_URL = 500
MAX_PROBLEM = 300
"""Characters of a failure's address and problem that are kept."""


class Stage(StrEnum):
    """What a page was fetched for."""

    HOME = "home"
    SECTION = "section"
    LIST = "list"
    ARTICLE = "article"
    PART = "part"
    ENTRY = "entry"  # another entry of the disclosure section, looked at to see whether it opens


class Failure(NamedTuple):
    """One page that could not be had, or could not be trusted."""

    stage: Stage
    url: str
    problem: Bilingual


class Verdict(NamedTuple):
    """Whether a visit may count, and if not why, in one line; of a clean one `reason` is empty."""

    clean: bool
    reason: Bilingual = Bilingual("", "")


@dataclass(frozen=True, slots=True)
class Counts:
    """What a visit came to.

    `outstanding` pages were asked for and never came back, neither as an answer nor as a failure.
    `lists` counts list pages that showed rows, `reports` the articles of the right kind on them.
    `expected` and `most` bound the number that a healthy visit shows, None where it is unknown or not all was
    looked at. `articles` were had; `gone` counts known addresses of reports that answered that nothing is
    there, `gone_unlisted` those of them that no list showed.
    """

    lists: int
    reports: int
    failures: tuple[Failure, ...] = ()
    failed: int = 0
    caps: tuple[Bilingual, ...] = ()
    outstanding: int = 0
    expected: int | None = None
    articles: int = 0
    gone: int = 0
    gone_unlisted: int = 0
    most: int | None = None


_FEW_GONE = 2
"""Reports that may be gone at once without a doubt about the site."""

_STAGES = {
    Stage.HOME: Bilingual("网站首页", "home page"),
    Stage.SECTION: Bilingual("公开专栏页", "section page"),
    Stage.LIST: Bilingual("栏目列表页", "list page"),
    Stage.ARTICLE: Bilingual("报告页", "article"),
    Stage.PART: Bilingual("报告续页或附件", "further page or attachment"),
    Stage.ENTRY: Bilingual("公开专栏的栏目", "entry of the section"),
}


def judge(counts: Counts) -> Verdict:
    """Judge one visit: it is clean when every list was walked to its end and every article was had.

    The first reason found is given, in the order in which an operator would look.
    """
    if counts.failures:
        return Verdict(False, _told(counts.failures[0], counts.failed - 1))
    if counts.outstanding:
        return _unclean(
            f"访问中断，还有{counts.outstanding}页未取回",
            f"interrupted with {counts.outstanding} pages outstanding",
        )
    if counts.caps:
        return _unclean(
            f"达到上限：{'、'.join(cap.zh for cap in counts.caps)}",
            f"limit reached: {', '.join(cap.en for cap in counts.caps)}",
        )
    if not counts.lists:
        return _unclean("未找到年报栏目", "annual-report column not found")
    if counts.expected is not None and counts.reports + counts.gone_unlisted < counts.expected:
        return _unclean(
            f"列出{counts.reports}份，应有{counts.expected}份",
            f"{counts.reports} reports shown, {counts.expected} expected",
        )
    if counts.most is not None and counts.reports > counts.most:
        return _unclean(
            f"列出{counts.reports}份，至多应有{counts.most}份",
            f"{counts.reports} reports shown, {counts.most} expected at most",
        )
    if counts.gone > max(_FEW_GONE, counts.articles):
        return _unclean(
            f"曾有报告的{counts.gone}个网址同时失效，网站可能已改版",
            f"{counts.gone} addresses that had reports are gone at once, the site may have been rebuilt",
        )
    return Verdict(True)


def broken_off(problem: str) -> Verdict:
    """The verdict on every visit of a crawl that broke off; `problem` is one line of whatever broke it."""
    return _unclean(f"抓取中断：{problem}", f"the crawl broke off: {problem}")


def _unclean(zh: str, en: str) -> Verdict:
    return Verdict(False, Bilingual(zh, en))


def _told(failure: Failure, more: int) -> Bilingual:
    stage, problem = _STAGES[failure.stage], failure.problem
    return Bilingual(
        f"{stage.zh}：{problem.zh}：{failure.url}" + (f"（另有{more}页）" if more else ""),
        f"{stage.en}: {problem.en}: {failure.url}" + (f" (and {more} more)" if more else ""),
    )


@dataclass(frozen=True, slots=True)
class ColumnSeen:
    """What a visit that began at the home page saw of the way to the annual reports.

    `url` is the list that shows reports with the fewest `clicks`, `trail` the texts of the links to it.
    `entries` are those of the disclosure section that were seen anywhere (see spiders.columns.entry_of), and
    `menu` how many of them stood on one page of the section. `dead` are entries that do not open.
    """

    url: str
    clicks: int | None
    trail: tuple[str, ...]
    entries: frozenset[str]
    menu: int
    dead: tuple[tuple[str, Bilingual], ...] | None = None


@dataclass(slots=True)
class Visit:
    """Counts of one portal's visit while it goes on.

    `stopped` counts lists whose rest was left out because nothing new was there. At its end a visit tells
    whether it was `whole`, which lists are to be remembered, and what it saw of the column.
    """

    portal: str
    started: datetime
    expected: int | None
    most: int | None = None
    lists: OrderedDict[str, None] = field(default_factory=OrderedDict)
    requests: int = 0
    articles: int = 0
    reports: int = 0
    findings: int = 0
    outstanding: int = 0
    failed: int = 0
    gone: dict[str, str] = field(default_factory=dict)  # known addresses, and what came instead: "404"
    gone_unlisted: int = 0
    stopped: int = 0
    whole: bool = False
    remembered: tuple[ListRecord, ...] = ()
    column: ColumnSeen | None = None
    states: Counter[str] = field(default_factory=Counter)  # how pages answered: status, or "none"
    _failures: list[Failure] = field(default_factory=list)
    _caps: OrderedDict[Bilingual, None] = field(default_factory=OrderedDict)
    _notes: OrderedDict[Bilingual, None] = field(default_factory=OrderedDict)

    def note(self, told: Bilingual) -> None:
        """Note what an operator should know although nothing has failed."""
        if len(self._notes) < MAX_FAILURES:
            self._notes[Bilingual(*(clean(text)[:MAX_PROBLEM] for text in told))] = None

    def fail(self, stage: Stage, url: str, problem: Bilingual) -> None:
        """Note one failure; the first ones are kept with their address, bounded and harmless to show."""
        self.failed += 1
        if len(self._failures) < MAX_FAILURES:
            told = Bilingual(*(clean(text)[:MAX_PROBLEM] for text in problem))
            self._failures.append(Failure(stage, clean(url)[:MAX_URL], told))

    def cap(self, limit: Bilingual) -> None:
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
            expected=None if self.stopped else self.expected,
            most=self.most,
            articles=self.articles,
            gone=len(self.gone),
            gone_unlisted=self.gone_unlisted,
        )

    @property
    def last_problem(self) -> str:
        """The failure noted last, for the log."""
        return self._failures[-1].problem.en if self._failures else ""

    def detail(self) -> dict[str, Any]:
        """The rest of the verdict, as plain values: states, reasons, notes, column."""
        column = self.column
        return {
            "states": dict(sorted(self.states.items())),
            "failed": self.failed,
            "failures": [
                {"stage": one.stage.value, "url": one.url, "zh": one.problem.zh, "en": one.problem.en}
                for one in self._failures[:MAX_TOLD]
            ],
            "limits": [{"zh": cap.zh, "en": cap.en} for cap in self._caps],
            "notes": [{"zh": note.zh, "en": note.en} for note in list(self._notes)[:MAX_TOLD]],
            "lists": {"shown": len(self.lists), "stopped": self.stopped},
            "expected": [self.expected, self.most],
            "gone": len(self.gone),
            "column": None
            if column is None
            else {
                "url": column.url,
                "clicks": column.clicks,
                "trail": list(column.trail),
                "entries": sorted(column.entries),
                "menu": column.menu,
                "dead": None
                if column.dead is None
                else [{"url": url, "zh": came.zh, "en": came.en} for url, came in column.dead],
            },
        }
