"""What the prose says against what the tables say."""

from __future__ import annotations

from collections.abc import Iterator

from crawler.report.model import Number, Report, RequestStatement
from crawler.validator.basis import CONSISTENCY
from crawler.validator.context import Context
from crawler.validator.labels import figure
from crawler.validator.relations import read
from crawler.validator.rule import (
    NOT_APPLICABLE,
    UNIFIED,
    NotApplicable,
    Statement,
    fail,
    rule,
    shorten,
    uncertain,
)

Statements = Iterator[Statement | NotApplicable]

_RECEIVED = "applications.new_received.total"
_CARRIED_IN = "applications.carried_in.total"


@rule(
    "narrative-no-requests",
    title_zh="正文“未收到申请”与表三矛盾",
    norm_zh="正文说未收到申请的，表三新收数为0；正文说收到申请的，表三不为0",
    basis=CONSISTENCY,
    forms=UNIFIED,
)
def narrative_no_requests(report: Report, _context: Context) -> Statements:
    """Where the prose says that no requests were received, table three shows none, and the reverse."""
    plain = [s for s in report.request_statements if not s.ambiguous]
    denials = [s for s in plain if s.denies or s.number == 0]
    counts = [s for s in plain if not s.denies and s.number]
    doubtful = [s for s in report.request_statements if s.ambiguous and (s.denies or s.number)]
    received = read(report.tables["applications"], _RECEIVED)
    if not denials and not counts and not doubtful:
        yield NOT_APPLICABLE
    elif denials and counts:
        yield _contradicts_itself(denials[0], counts[0])
    elif received is None:
        yield uncertain(
            _RECEIVED,
            "表三“本年新收”总计未能读出，无法与正文核对",
            "The total of requests received in table three could not be read and compared with the prose",
            cells=(_RECEIVED,),
            quote=(*denials, *counts, *doubtful)[0].quote,
        )
    elif denials and received > 0:
        yield _denied(denials[0], received)
    elif counts and received == 0:
        yield _claimed(counts[0], read(report.tables["applications"], _CARRIED_IN))
    elif not plain and doubtful and (received == 0) is not doubtful[0].denies:
        yield uncertain(
            _RECEIVED,
            f"正文“{shorten(doubtful[0].quote, 60)}”含义不明，"
            f"表三“本年新收”为{figure(received)}件，请人工核对",
            f"The prose is ambiguous (“{shorten(doubtful[0].quote, 60)}”); table three shows "
            f"{figure(received)} received; please look",
            cells=(_RECEIVED,),
            found=received,
            quote=doubtful[0].quote,
        )


def _denied(statement: RequestStatement, received: Number) -> Statement:
    return fail(
        _RECEIVED,
        f"正文称未收到申请（“{shorten(statement.quote, 60)}”），表三“本年新收”总计为{figure(received)}件",
        f"The prose says that no requests were received (“{shorten(statement.quote, 60)}”), "
        f"table three shows {figure(received)}",
        cells=(_RECEIVED,),
        expected=0,
        found=received,
        quote=statement.quote,
    )


def _claimed(statement: RequestStatement, carried_in: Number | None) -> Statement:
    """Requests told and none in the table; those carried in from last year may have been meant."""
    if carried_in == 0:
        return fail(
            _RECEIVED,
            f"正文称收到申请{statement.number}件（“{shorten(statement.quote, 60)}”），"
            "表三“本年新收”总计为0件",
            f"The prose says that {statement.number} requests were received "
            f"(“{shorten(statement.quote, 60)}”), table three shows none",
            cells=(_RECEIVED, _CARRIED_IN),
            expected=statement.number,
            found=0,
            quote=statement.quote,
        )
    carried = "未能读出" if carried_in is None else f"为{figure(carried_in)}件"
    carried_en = "could not be read" if carried_in is None else f"is {figure(carried_in)}"
    return uncertain(
        _RECEIVED,
        f"正文称收到申请{statement.number}件，表三“本年新收”为0件，但“上年结转”{carried}，可能指结转的申请",
        f"The prose tells of {statement.number} requests, table three shows none received, "
        f"but the number carried in {carried_en} and may be meant",
        cells=(_RECEIVED, _CARRIED_IN),
        quote=statement.quote,
    )


def _contradicts_itself(denial: RequestStatement, count: RequestStatement) -> Statement:
    return uncertain(
        _RECEIVED,
        f"正文既称未收到申请（“{shorten(denial.quote, 40)}”），"
        f"又称收到{count.number}件（“{shorten(count.quote, 40)}”），无法与表三核对",
        f"The prose both denies requests (“{shorten(denial.quote, 40)}”) and tells of {count.number} "
        f"(“{shorten(count.quote, 40)}”), so it cannot be held against table three",
        cells=(_RECEIVED,),
        quote=denial.quote,
    )
