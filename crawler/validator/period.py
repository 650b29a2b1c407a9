"""The statistical period that a report states."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from crawler.report.model import Bilingual, Period, PeriodBound, Report
from crawler.validator.basis import ARTICLE_49_YEAR, CONSISTENCY, PRACTICE
from crawler.validator.context import Context
from crawler.validator.finding import Fault
from crawler.validator.generation import before_the_forms
from crawler.validator.labels import section_label
from crawler.validator.lexicon import acting
from crawler.validator.reading import fold, prose_unreadable, sentences, years_in
from crawler.validator.rule import (
    NOT_APPLICABLE,
    NotApplicable,
    Statement,
    fail,
    rule,
    shorten,
    uncertain,
)

Statements = Iterator[Statement | NotApplicable]

_WHERE = "period"
_SECTIONS_OF_THE_YEAR = ("overview", "problems")
_MENTIONS = ("统计期限", "统计时限", "统计时间", "统计周期", "数据期限")


@rule(
    "period-not-full-year",
    title_zh="统计期限不是全年",
    norm_zh="统计期限为上一年度1月1日至12月31日",
    basis=ARTICLE_49_YEAR,
)
def period_not_full_year(report: Report, _context: Context) -> Statements:
    """The statistical period runs from 1 January to 31 December of one year."""
    period = report.period
    if period is None or _reversed(period):
        yield NOT_APPLICABLE  # period-missing and period-reversed tell it
        return
    start, end = period.start, period.end
    starts = start.month in (1, None) and start.day in (1, None)
    ends = end.month in (12, None) and end.day in (31, None)
    same_year = start.year is None or end.year is None or start.year == end.year
    if starts and ends and same_year and start.month is None and end.month is None:
        yield uncertain(
            _WHERE,
            f"统计期限“{period.quote}”的起止日期未能读出",
            f"The days of the statistical period “{period.quote}” could not be read",
            quote=period.quote,
        )
    elif not (starts and ends and same_year):
        yield fail(
            _WHERE,
            f"统计期限为{_zh(start)}至{_zh(end)}，不是1月1日至12月31日的完整年度",
            f"The statistical period runs from {_en(start)} to {_en(end)}, not from 1 January to 31 December",
            expected=f"{start.year or report.year}-01-01/{start.year or report.year}-12-31",
            found=f"{_en(start)}/{_en(end)}",
            quote=period.quote,
            basis=before_the_forms(report),
        )


@rule(
    "period-reversed",
    title_zh="统计期限起止颠倒",
    norm_zh="统计期限的止日不早于起日",
    basis=CONSISTENCY,
)
def period_reversed(report: Report, _context: Context) -> Statements:
    """The statistical period does not end before it begins."""
    period = report.period
    if period is None:
        yield NOT_APPLICABLE
    elif _reversed(period):
        yield fail(
            _WHERE,
            f"统计期限自{_zh(period.start)}起至{_zh(period.end)}止，止日早于起日",
            f"The statistical period begins {_en(period.start)} and ends {_en(period.end)}, before it begins",
            found=f"{_en(period.start)}/{_en(period.end)}",
            quote=period.quote,
        )


@rule(
    "period-year-mismatch",
    title_zh="期限年份与标题不符",
    norm_zh="统计期限的年份与标题的年份一致",
    basis=CONSISTENCY,
)
def period_year_mismatch(report: Report, _context: Context) -> Statements:
    """The statistical period lies in the year that the title names."""
    stated = stated_year(report.period)
    named = title_year(report)
    if stated is None or named is None:
        yield NOT_APPLICABLE
    elif stated != named and not confirmed_by_publication(report, stated):
        assert report.period is not None  # noqa: S101 - a stated year comes from a period
        yield fail(
            _WHERE,
            f"统计期限为{stated}年，标题为{named}年",
            f"The statistical period is {stated}, the title says {named}",
            expected=named,
            found=stated,
            quote=report.period.quote,
        )


@rule(
    "period-missing",
    title_zh="未说明统计期限",
    norm_zh="报告说明所列数据的统计期限",
    basis=PRACTICE,
    lacking=True,
)
def period_missing(report: Report, _context: Context) -> Statements:
    """The report states the period that its figures cover."""
    if report.period is not None:
        return
    text = fold(report.text)
    mention = next((word for word in _MENTIONS if word in text), None)
    if mention:
        yield uncertain(
            _WHERE,
            f"提到“{mention}”，但起止日期未能读出",
            f"“{mention}” (the statistical period) is mentioned, but its dates could not be read",
        )
    elif prose_unreadable(report):
        yield uncertain(
            _WHERE,
            "正文未能读取，无法确认是否说明统计期限",
            "The prose could not be read, so whether it states the period is unknown",
            fault=Fault.EXTRACTION,
        )
    else:
        yield fail(_WHERE, "未说明所列数据的统计期限", "The period that the figures cover is not stated")


@rule(
    "text-stale-year",
    title_zh="残留往年年份",
    norm_zh="总体情况和问题部分写报告年度的工作，下一步安排写以后的年度",
    basis=PRACTICE,
)
def text_stale_year(report: Report, _context: Context) -> Statements:
    """What the body did is told of the year reported, and what it plans of a later one."""
    year = report.year
    if year is None or year_disputed(report):
        yield NOT_APPLICABLE
        return
    for key in _SECTIONS_OF_THE_YEAR:
        section = report.sections.get(key)
        stale = list(_stale(section.text, year)) if section is not None else []
        if not stale:
            continue
        sure = [found for found in stale if found.sure]
        first, label = (sure or stale)[0], section_label(key)
        what = Bilingual("写成本机关的工作", "is told as the year of the body's work")
        if first.year == year:
            what = Bilingual("写成今后的安排", "is told as still to come")
        say, shown = fail if sure else uncertain, shorten(first.sentence, 60)
        yield say(
            f"sections.{key}",
            f"{label.zh}把{first.year}年{what.zh}，报告年度为{year}年：“{shown}”",
            f"In {label.en} {first.year} {what.en}, the report is for {year}: “{shown}”",
            expected=year if first.year != year else year + 1,
            found=first.year,
            quote=first.sentence,
        )


class _Stale(NamedTuple):
    sentence: str
    year: int
    sure: bool


def _stale(text: str, year: int) -> Iterator[_Stale]:
    """Sentences in which the body acts in one of the two years before `year`, or plans for `year` itself.

    Where the paragraph names `year` too, an earlier one may be told for its sake.
    """
    for paragraph in text.split("\n"):
        names_year = f"{year}年" in fold(paragraph)
        for sentence in sentences(paragraph):
            folded = fold(sentence)
            if acting.planned(year).search(folded) and not acting.QUOTED_PLAN.search(folded):
                yield _Stale(sentence, year, True)
            if acting.COMPARED.search(folded) or f"{year}年" in folded:
                continue
            for earlier in (year - 1, year - 2):
                if acting.acting(earlier).search(folded):
                    yield _Stale(sentence, earlier, not (names_year or acting.BACKGROUND.search(folded)))


def stated_year(period: Period | None) -> int | None:
    """The one year that a period names, None where it names none or two."""
    if period is None:
        return None
    years = {bound.year for bound in (period.start, period.end) if bound.year is not None}
    return years.pop() if len(years) == 1 else None


def title_year(report: Report) -> int | None:
    """The one year that the title names, None where it names none or several."""
    years = set(years_in(report.title or ""))
    return years.pop() if len(years) == 1 else None


def year_disputed(report: Report) -> bool:
    """Whether the stated period speaks against the report year, so that the year proves nothing."""
    stated = stated_year(report.period)
    return stated is not None and report.year is not None and stated != report.year


def confirmed_by_publication(report: Report, year: int) -> bool:
    """Whether the report was published in the year after `year`, as a report for `year` is."""
    return report.published is not None and report.published.year == year + 1


def _reversed(period: Period) -> bool:
    start, end = period.start, period.end
    if start.year is not None and end.year is not None and start.year != end.year:
        return end.year < start.year
    first, last = start.as_date(), end.as_date()
    return first is not None and last is not None and last < first


def _zh(bound: PeriodBound) -> str:
    parts = zip((bound.year, bound.month, bound.day), "年月日", strict=True)
    return "".join(f"{value}{unit}" for value, unit in parts if value is not None) or "（未读出）"


def _en(bound: PeriodBound) -> str:
    day = bound.as_date()
    if day is not None:
        return day.isoformat()
    return "-".join("?" if value is None else f"{value:02d}" for value in bound)
