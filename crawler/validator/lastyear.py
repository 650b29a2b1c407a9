"""What the comparisons with last year's report share: whether it is that report, and its figures."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import wraps
from typing import NamedTuple

from crawler.report.comparison import may_be_same
from crawler.report.model import Bilingual, Number, Report
from crawler.validator.context import Context
from crawler.validator.finding import Fault
from crawler.validator.generation import printed_form
from crawler.validator.labels import cell_label
from crawler.validator.rule import NotApplicable, Statement, uncertain

Statements = Iterator[Statement | NotApplicable]


class Entry(NamedTuple):
    """A cell of one of the two reports; `doubtful` where its number or its row is not certain."""

    year: int | None
    key: str
    value: Number | None
    doubtful: bool

    @classmethod
    def of(cls, report: Report, key: str) -> Entry:
        """The cell `key` of `report`, without a value where it was not read."""
        cell = report.tables[key.partition(".")[0]].cells.get(key)
        if cell is None:
            return cls(report.year, key, None, False)
        return cls(report.year, key, cell.value, cell.confidence is not None or cell.by_position)


def against_last_year(
    body: Callable[[Report, Report, Context], Statements],
) -> Callable[[Report, Context], Statements]:
    """A rule over this year's report and last year's, applied only where the other report is that."""

    @wraps(body)
    def guarded(report: Report, context: Context) -> Statements:
        doubt = not_last_years(report, context)
        if doubt is not None:
            yield NotApplicable(doubt)
        elif context.previous is not None:
            yield from body(report, context.previous, context)

    return guarded


def not_last_years(report: Report, context: Context) -> Bilingual | None:
    """Why the other report cannot be taken for the same body's of the year before; None where it can."""
    other = context.previous
    if other is None or report.year is None or other.year is None:
        return Bilingual("两份报告的年份未能都读出", "the year of one of the two reports could not be read")
    if other.year != report.year - 1:
        return Bilingual(
            f"用于比对的是{other.year}年度的报告，不是{report.year - 1}年度的",
            f"the report to compare with is that of {other.year}, not that of {report.year - 1}",
        )
    if not _same_body(report, other, context):
        return Bilingual(
            f"用于比对的报告机关名称为“{other.organ}”，与本报告“{report.organ}”不同",
            f"the report to compare with is that of “{other.organ}”, this one is that of “{report.organ}”",
        )
    return None


def _same_body(report: Report, other: Report, context: Context) -> bool:
    """By the names that both print, or because the roster knows both names as those of one body."""
    known = {context.organ, *(context.roster.own if context.roster else ())}
    return may_be_same(report, replace(other, year=report.year)) or {report.organ, other.organ} <= known


def same_fields(report: Report, other: Report, table: str) -> bool:
    """Whether the fields of `table` mean the same in both reports: table two changed with the form."""
    if table != "disclosure":
        return True
    here, there = (printed_form(each, table) for each in (report, other))
    return here is not None and here == there


def fault_of(*entries: Entry) -> Fault:
    """The publisher's, unless a number of last year's report is not certain."""
    return Fault.UNKNOWN if any(entry.doubtful for entry in entries) else Fault.PUBLISHER


def unread(where: str, report: Report, *entries: Entry) -> Statement:
    """What could not be compared because it was not read, in either report."""
    lacking = [entry for entry in entries if entry.value is None]
    first = lacking[0]
    label = cell_label(first.key)
    more_zh = f"等{len(lacking)}格" if len(lacking) > 1 else ""
    more_en = f" and {len(lacking) - 1} more" if len(lacking) > 1 else ""
    return uncertain(
        where,
        f"{first.year}年度报告{label.zh}{more_zh}没有可采信的数字，未能与另一年核对",
        f"{label.en} of the {first.year} report{more_en} holds no number to rely upon; not compared",
        cells=tuple(entry.key for entry in lacking if entry.year == report.year),
    )
