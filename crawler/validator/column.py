"""The disclosure column of the portal that publishes the report, as a clean crawl saw it."""

from __future__ import annotations

from collections.abc import Iterator

from crawler.report.model import Report
from crawler.validator.basis import COLUMNS, LOCAL_PROMINENT, LOGIC
from crawler.validator.context import Column, Context, Need
from crawler.validator.rule import NotApplicable, Statement, fail, not_applicable, rule, shorten

Statements = Iterator[Statement | NotApplicable]

_WHERE = "column"
_NOT_LOOKED = not_applicable("本次抓取没有查看", "the crawl did not look")
_LONGEST_ADDRESS = 300


@rule(
    "column-annual-report-missing",
    title_zh="专栏无年报栏目",
    norm_zh="政府信息公开专栏设有政府信息公开年报栏目",
    basis=COLUMNS,
    needs=(Need.COLUMN,),
)
def column_annual_report_missing(_report: Report, context: Context) -> Statements:
    """The disclosure column has an entry for annual reports."""
    yield from _entry(context.column, "annual_reports", "政府信息公开年报", "annual reports")


@rule(
    "column-guide-missing",
    title_zh="专栏无公开指南",
    norm_zh="政府信息公开专栏设有政府信息公开指南栏目",
    basis=COLUMNS,
    needs=(Need.COLUMN,),
)
def column_guide_missing(_report: Report, context: Context) -> Statements:
    """The disclosure column has an entry for the guide to disclosure."""
    yield from _entry(context.column, "guide", "政府信息公开指南", "the guide")


@rule(
    "column-system-missing",
    title_zh="专栏无公开制度",
    norm_zh="政府信息公开专栏设有政府信息公开制度栏目",
    basis=COLUMNS,
    needs=(Need.COLUMN,),
)
def column_system_missing(_report: Report, context: Context) -> Statements:
    """The disclosure column has an entry for the rules of disclosure."""
    yield from _entry(context.column, "system", "政府信息公开制度", "the rules of disclosure")


@rule(
    "column-statutory-missing",
    title_zh="专栏无法定主动公开内容",
    norm_zh="政府信息公开专栏设有法定主动公开内容栏目",
    basis=COLUMNS,
    needs=(Need.COLUMN,),
)
def column_statutory_missing(_report: Report, context: Context) -> Statements:
    """The disclosure column has an entry for what must be disclosed by law."""
    yield from _entry(context.column, "statutory", "法定主动公开内容", "what must be disclosed by law")


def _entry(column: Column | None, key: str, zh: str, en: str) -> Statements:
    seen = None if column is None else getattr(column, key)
    if column is None or seen is None:
        yield _NOT_LOOKED
    elif not seen:
        yield fail(
            f"{_WHERE}.{key}",
            f"{column.portal}的政府信息公开专栏中未见“{zh}”栏目",
            f"The disclosure column of {column.portal} shows no entry for {en}",
        )


@rule(
    "column-dead-link",
    title_zh="栏目空白或打不开",
    norm_zh="政府信息公开专栏的栏目能够打开，并有内容",
    basis=LOGIC,
    needs=(Need.COLUMN,),
)
def column_dead_link(_report: Report, context: Context) -> Statements:
    """The entries of the disclosure column open and are not empty."""
    column = context.column
    if column is None or column.dead is None:
        yield _NOT_LOOKED
        return
    for address, came in dict(column.dead).items():
        yield fail(
            f"{_WHERE} {address[:_LONGEST_ADDRESS]}",
            f"专栏的栏目{shorten(address, 80)}打不开或没有内容（{came.zh}）",
            f"The column's entry {shorten(address, 80)} does not open or is empty ({came.en})",
            found=came.zh,
        )


@rule(
    "column-not-prominent",
    title_zh="年报入口过深",
    norm_zh="从网站首页不多几次点击即可到达年报栏目",
    basis=LOCAL_PROMINENT,
    needs=(Need.COLUMN,),
)
def column_not_prominent(_report: Report, context: Context) -> Statements:
    """The list of annual reports is a few clicks from the portal's home page."""
    clicks = None if context.column is None else context.column.clicks
    most = context.policy.limit("column-not-prominent", "clicks")
    if context.column is None or clicks is None:
        yield _NOT_LOOKED
    elif clicks > most:
        yield fail(
            _WHERE,
            f"从{context.column.portal}首页到年报栏目要点击{clicks}次（以{int(most)}次为限）",
            f"From the home page of {context.column.portal} the annual reports are {clicks} clicks away "
            f"(at most {int(most)})",
            expected=int(most),
            found=clicks,
        )
