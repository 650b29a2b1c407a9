"""Fees for handling requests."""

from __future__ import annotations

from decimal import Decimal

from crawler.report.model import Report
from crawler.report.narrative import Claim, Subject
from crawler.validator.basis import CONSISTENCY
from crawler.validator.context import Context
from crawler.validator.labels import figure
from crawler.validator.narrative.measures import SHOWN, Statements
from crawler.validator.relations import read
from crawler.validator.rule import NOT_APPLICABLE, Statement, fail, rule, shorten, uncertain

_AMOUNT = "disclosure.fees.amount_10k_cny"
_OVERDUE = "applications.other_overdue_fee.total"
_CNY = 10_000


@rule(
    "narrative-fee",
    title_zh="收费说明与表二、表三不符",
    norm_zh="实际收取的信息处理费计入表二“行政事业性收费”；表三逾期未缴费而不再处理的件数不多于发出的收费通知",
    basis=CONSISTENCY,
    forms=("2021",),
)
def narrative_fee(report: Report, _context: Context) -> Statements:
    """Fees collected are within table two; no more requests lapsed unpaid than notices were sent."""
    paid = [claim for claim in report.narrative.of(Subject.FEE_PAID) if claim.number]
    notices = [claim for claim in report.narrative.of(Subject.FEE_NOTICES) if claim.number]
    if not paid and not notices:
        yield NOT_APPLICABLE  # that nothing was charged is held against table three by another rule
    if paid:
        yield from _collected(report, max(paid, key=lambda claim: Decimal(claim.number or 0)))
    if notices:
        yield from _lapsed(report, max(notices, key=lambda claim: claim.number or 0))


def _collected(report: Report, claim: Claim) -> Statements:
    cell = report.tables["disclosure"].cells.get(_AMOUNT)
    if cell is None or cell.value is None:
        yield _unread(
            _AMOUNT, "表二“行政事业性收费”收费金额", "The amount of administrative fees in table two", claim
        )
        return
    paid, shown = Decimal(claim.number or 0), Decimal(cell.value) * _CNY
    if paid <= shown:
        return
    quote = shorten(claim.quote, SHOWN)
    zh = f"正文称实际收取信息处理费{figure(paid)}元（“{quote}”），"
    zh += f"表二“行政事业性收费”为{figure(cell.value)}万元"
    en = f"The prose says that {figure(paid)} CNY were collected (“{quote}”), "
    en += f"table two shows fees of {figure(cell.value)} (10,000 CNY)"
    # An amount of less than a hundred yuan, or one that the table prints rounded, is no contradiction.
    exponent = Decimal(cell.value).as_tuple().exponent
    step = Decimal(_CNY).scaleb(exponent if isinstance(exponent, int) else 0)
    if claim.ambiguous or paid < 100 or (shown > 0 and paid - shown < step):
        yield uncertain(
            _AMOUNT, f"{zh}，请人工核对", f"{en}; please look", cells=(_AMOUNT,), quote=claim.quote
        )
    else:
        yield fail(
            _AMOUNT, zh, en, cells=(_AMOUNT,), expected=paid / _CNY, found=cell.value, quote=claim.quote
        )


def _lapsed(report: Report, claim: Claim) -> Statements:
    value = read(report.tables["applications"], _OVERDUE)
    sent = claim.number or 0
    if value is None:
        if _OVERDUE in report.tables["applications"].cells:
            yield _unread(_OVERDUE, "表三逾期未缴费一行总计", "The row of unpaid fees in table three", claim)
    elif value > sent:
        quote = shorten(claim.quote, SHOWN)
        zh = f"正文称发出收费通知{figure(sent)}件（“{quote}”），表三因逾期未缴费不再处理{figure(value)}件"
        en = f"The prose tells of {figure(sent)} notices to pay (“{quote}”), "
        en += f"table three shows {figure(value)} lapsed unpaid"
        if claim.ambiguous:
            yield uncertain(
                _OVERDUE, f"{zh}，请人工核对", f"{en}; please look", cells=(_OVERDUE,), quote=claim.quote
            )
        else:
            yield fail(_OVERDUE, zh, en, cells=(_OVERDUE,), expected=sent, found=value, quote=claim.quote)


def _unread(key: str, zh: str, en: str, claim: Claim) -> Statement:
    return uncertain(
        key,
        f"{zh}未能读出，无法与正文核对",
        f"{en} could not be read and compared with the prose",
        cells=(key,),
        quote=claim.quote,
    )
