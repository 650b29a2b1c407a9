"""Requests: how many were received, carried over, and what became of them."""

from __future__ import annotations

from collections.abc import Sequence

from crawler.report.model import Bilingual, Number, Report
from crawler.report.narrative import Breakdown, Claim, Subject
from crawler.validator.basis import CONSISTENCY
from crawler.validator.context import Context
from crawler.validator.generation import printed_form
from crawler.validator.labels import figure
from crawler.validator.narrative.measures import (
    CARRIED_IN,
    MEASURES,
    NEW,
    RESULTS,
    SHOWN,
    Measure,
    Statements,
    compared,
    each_compared,
    not_read,
    perhaps_differs,
    total,
    unread,
)
from crawler.validator.relations import result_rows
from crawler.validator.rule import NOT_APPLICABLE, UNIFIED, Statement, fail, rule, shorten, uncertain

_HANDLED = Bilingual("办理申请", "requests handled")
_OUTCOMES = (
    Subject.GRANTED,
    Subject.PARTLY_GRANTED,
    Subject.DENIED,
    Subject.UNAVAILABLE,
    Subject.UNPROCESSED,
    Subject.OTHER_HANDLING,
)


@rule(
    "narrative-no-requests",
    title_zh="正文“未收到申请”与表三矛盾",
    norm_zh="正文说未收到申请的，表三新收数为0；正文说收到申请的，表三不为0",
    basis=CONSISTENCY,
    forms=UNIFIED,
)
def narrative_no_requests(report: Report, _context: Context) -> Statements:
    """Where the prose says that no requests were received, table three shows none, and the reverse."""
    claims = report.narrative.of(Subject.RECEIVED)
    plain = [claim for claim in claims if not claim.ambiguous]
    denials = [claim for claim in plain if claim.denies]
    counts = [claim for claim in plain if not claim.denies]
    value = total(report, (NEW,))
    if not claims:
        yield NOT_APPLICABLE
    elif denials and counts:
        yield _contradicts_itself(denials[0], counts[0])
    elif value is None:
        yield not_read(MEASURES[Subject.RECEIVED], (NEW,), (*denials, *counts, *claims)[0])
    elif denials and value > 0:
        yield _denied(denials[0], value)
    elif counts and value == 0:
        yield _claimed(counts[0], total(report, (CARRIED_IN,)))
    elif not plain and (value == 0) is not claims[0].denies:
        yield perhaps_differs(claims[0], MEASURES[Subject.RECEIVED], value)


def _denied(claim: Claim, value: Number) -> Statement:
    quote = shorten(claim.quote, SHOWN)
    return fail(
        NEW,
        f"正文称未收到申请（“{quote}”），表三“本年新收”总计为{figure(value)}件",
        f"The prose says that no requests were received (“{quote}”), table three shows {figure(value)}",
        cells=(NEW,),
        expected=0,
        found=value,
        quote=claim.quote,
    )


def _claimed(claim: Claim, carried_in: Number | None) -> Statement:
    """Requests told and none in the table; those carried in from last year may have been meant."""
    if carried_in == 0:
        quote = shorten(claim.quote, SHOWN)
        return fail(
            NEW,
            f"正文称收到申请{claim.number}件（“{quote}”），表三“本年新收”总计为0件",
            f"The prose says that {claim.number} requests were received (“{quote}”), table three shows none",
            cells=(NEW, CARRIED_IN),
            expected=claim.number,
            found=0,
            quote=claim.quote,
        )
    carried = "未能读出" if carried_in is None else f"为{figure(carried_in)}件"
    carried_en = "could not be read" if carried_in is None else f"is {figure(carried_in)}"
    return uncertain(
        NEW,
        f"正文称收到申请{claim.number}件，表三“本年新收”为0件，但“上年结转”{carried}，可能指结转的申请",
        f"The prose tells of {claim.number} requests, table three shows none received, "
        f"but the number carried in {carried_en} and may be meant",
        cells=(NEW, CARRIED_IN),
        quote=claim.quote,
    )


def _contradicts_itself(denial: Claim, count: Claim) -> Statement:
    return uncertain(
        NEW,
        f"正文既称未收到申请（“{shorten(denial.quote, 40)}”），"
        f"又称收到{count.number}件（“{shorten(count.quote, 40)}”），无法与表三核对",
        f"The prose both denies requests (“{shorten(denial.quote, 40)}”) and tells of {count.number} "
        f"(“{shorten(count.quote, 40)}”), so it cannot be held against table three",
        cells=(NEW,),
        quote=denial.quote,
    )


@rule(
    "narrative-new-received",
    title_zh="正文收到申请数与表三不符",
    norm_zh="正文所称收到的申请件数，与表三“本年新收”总计一致；写明含上年结转的，与两项合计一致",
    basis=CONSISTENCY,
    forms=UNIFIED,
)
def narrative_new_received(report: Report, _context: Context) -> Statements:
    """The requests that the prose tells are those of table three; with carry-over only where it says so."""
    narrative = report.narrative
    new, in_hand = total(report, (NEW,)), total(report, (NEW, CARRIED_IN))
    claims = [c for c in narrative.of(Subject.RECEIVED) if c.number] if new != 0 else []
    together = [c for c in narrative.of(Subject.IN_HAND) if c.number]
    handled = [c for c in narrative.of(Subject.HANDLED) if c.number]
    if not (claims or together or handled):
        yield NOT_APPLICABLE
    elif new is None or in_hand is None:
        measure = MEASURES[Subject.IN_HAND if new is not None else Subject.RECEIVED]
        yield not_read(measure, unread(report, measure.cells), (*claims, *together, *handled)[0])
    else:
        found = next(compared(report, claims, MEASURES[Subject.RECEIVED]), None) if claims else None
        if found is None and together:
            found = next(compared(report, together, MEASURES[Subject.IN_HAND]), None)
        if found is None and handled and not (claims or together):  # else those agree with the table
            found = _of_handled(handled, {new, in_hand, total(report, (RESULTS,))}, in_hand)
        if found is not None:
            yield found


def _of_handled(claims: Sequence[Claim], meant: set[Number | None], value: Number) -> Statement | None:
    """办理 may mean received, in hand or concluded; None where one of them agrees."""
    if None in meant or any(claim.number in meant for claim in claims):
        return None
    measure = MEASURES[Subject.IN_HAND]._replace(subject=_HANDLED)
    return perhaps_differs(claims[0], measure, value)


@rule(
    "narrative-carry",
    title_zh="正文结转数与表三不符",
    norm_zh="正文所称上年结转、结转下年度的件数，与表三一致",
    basis=CONSISTENCY,
    forms=UNIFIED,
)
def narrative_carry(report: Report, _context: Context) -> Statements:
    """The requests that the prose calls carried in or carried over are those of table three."""
    subjects = (Subject.CARRIED_IN, Subject.CARRIED_OUT)
    yield from each_compared(report, {subject: MEASURES[subject] for subject in subjects})


@rule(
    "narrative-outcomes",
    title_zh="正文各类办理结果与表三不符",
    norm_zh="正文所称予以公开、部分公开、不予公开、无法提供、不予处理、其他处理的件数，与表三一致",
    basis=CONSISTENCY,
    forms=UNIFIED,
)
def narrative_outcomes(report: Report, _context: Context) -> Statements:
    """The numbers of each outcome that the prose tells are those of table three."""
    subjects = (*_OUTCOMES, Subject.CONCLUDED)
    if not report.narrative.of(*subjects):
        yield NOT_APPLICABLE
    for subject in _OUTCOMES:
        if claims := report.narrative.of(subject):
            yield from compared(report, claims, measure_of(report, subject))
    if claims := report.narrative.of(Subject.CONCLUDED):
        yield from _of_concluded(report, claims)


def measure_of(report: Report, subject: Subject) -> Measure:
    """The measure of a subject in the rows of table three that the report prints."""
    measure = MEASURES[subject]
    form = printed_form(report, "applications")
    if subject is not Subject.OTHER_HANDLING or form is None:
        return measure
    rows = result_rows(form, report.tables["applications"])
    return measure._replace(
        cells=tuple(f"applications.{row}.total" for row in rows if row.startswith("other_"))
    )


def _of_concluded(report: Report, claims: Sequence[Claim]) -> Statements:
    """办结 may leave out what was withdrawn, or count what came in this year alone: a doubt at most."""
    value = total(report, (RESULTS,))
    measure = MEASURES[Subject.CONCLUDED]
    if value is None:
        yield not_read(measure, (RESULTS,), claims[0])
    elif all(claim.number not in (value, None) for claim in claims):
        yield perhaps_differs(claims[0], measure, value)


@rule(
    "narrative-outcome-sum",
    title_zh="正文办理结果分项与总数不符",
    norm_zh="同一句话中，各类办理结果之和与所称总数相合",
    basis=CONSISTENCY,
    forms=UNIFIED,
)
def narrative_outcome_sum(report: Report, _context: Context) -> Statements:
    """Within one sentence, the outcomes of requests add up to the total that it tells."""
    divided = [b for b in report.narrative.breakdowns if b.subject is not Subject.PUBLISHED]
    if not divided:
        yield NOT_APPLICABLE
    carried = total(report, (CARRIED_IN,))
    found = (_sum_of(breakdown, carried) for breakdown in divided)
    yield from [statement for statement in found if statement is not None][:1]


def _sum_of(breakdown: Breakdown, carried_in: Number | None) -> Statement | None:
    """Requests carried in may be among the outcomes; requests carried over may be among the parts."""
    concluded = sum(p.number for p in breakdown.parts if p.outcome is not Subject.CARRIED_OUT)
    everything = sum(p.number for p in breakdown.parts)
    if breakdown.total in (concluded, everything):
        return None
    listed = "＋".join(
        str(part.number) for part in breakdown.parts if part.outcome is not Subject.CARRIED_OUT
    )
    where, quote = "sections.overview", shorten(breakdown.quote, SHOWN)
    zh = f"正文所称总数为{breakdown.total}件，所列办理结果{listed}＝{concluded}件（“{quote}”）"
    en = f"The prose tells a total of {breakdown.total}, "
    en += f"its outcomes {listed} add up to {concluded} (“{quote}”)"
    of_new = breakdown.subject is Subject.RECEIVED
    too_many = concluded > breakdown.total + (0 if not of_new or carried_in is None else carried_in)
    if of_new and carried_in is None and concluded > breakdown.total:
        return uncertain(
            where, f"{zh}，可能含上年结转", f"{en}; those carried in may be among them", quote=breakdown.quote
        )
    if too_many or (breakdown.whole and not of_new):
        return fail(where, zh, en, expected=breakdown.total, found=concluded, quote=breakdown.quote)
    if breakdown.whole:
        return uncertain(where, f"{zh}，请人工核对", f"{en}; please look", quote=breakdown.quote)
    return None
