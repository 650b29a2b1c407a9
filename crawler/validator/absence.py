"""What was not found: a report that is missing, a portal that could not be visited.

There is no report to check, so no check of one ever states these. They are stated when duties are assessed
after a crawl; their labels, their words and their grades stand here with those of all other rules.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from crawler.report.deadlines import Deadline
from crawler.report.model import Bilingual, Report
from crawler.validator.basis import ARTICLE_49, PRACTICE
from crawler.validator.context import Context, Need
from crawler.validator.finding import Fault
from crawler.validator.rule import NOT_APPLICABLE, NotApplicable, Statement, fail, rule, uncertain

Statements = Iterator[Statement | NotApplicable]

_WHERE = "filing"


@rule(
    "filing-missing",
    title_zh="未发布年度报告",
    norm_zh="名录所列机关在期限内公布上一年度的报告",
    basis=ARTICLE_49,
    needs=(Need.ABSENCE,),
)
def filing_missing(_report: Report, _context: Context) -> Statements:
    """Every body on the roster publishes its report of the past year by the due date."""
    yield NOT_APPLICABLE


@rule(
    "filing-unreachable",
    title_zh="网站无法完整访问",
    norm_zh="判断是否发布之前，网站的年报栏目已被完整查看",
    basis=PRACTICE,
    needs=(Need.ABSENCE,),
)
def filing_unreachable(_report: Report, _context: Context) -> Statements:
    """Before anything is said of a report that was not found, the column was looked through to its end."""
    yield NOT_APPLICABLE


def missing(organ: str, year: int, due: Deadline, days: Sequence[date]) -> Statement:
    """The report was not shown on any of `days`, those of the visits that prove it."""
    first, last, count = days[0], days[-1], len(days)
    return fail(
        _WHERE,
        f"{organ}{year}年度报告应于{due.day}前公布；{first}至{last}共{count}次完整查看年报栏目，均未见到",
        f"The {year} report of {organ} was due on {due.day}; "
        f"{count} complete visits of the column from {first} to {last} did not show it",
        basis=due.basis,
    )


def unreachable(organ: str, year: int, due: Deadline, reason: Bilingual) -> Statement:
    """Whether the report is there cannot be told: the last visit failed for `reason`."""
    return uncertain(
        _WHERE,
        f"{organ}{year}年度报告应于{due.day}前公布；网站未能完整访问（{reason.zh}），不能判断是否已公布",
        f"The {year} report of {organ} was due on {due.day}; the portal could not be visited to the end "
        f"({reason.en}), so whether it was published cannot be told",
        fault=Fault.EXTRACTION,
    )
