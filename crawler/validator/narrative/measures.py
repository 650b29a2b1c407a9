"""What the tables say of the subjects that the prose counts, and the comparison of both."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

from crawler.report.forms import FORM_2021
from crawler.report.model import Bilingual, Number, Report
from crawler.report.narrative import Claim, Subject
from crawler.validator.labels import figure, named
from crawler.validator.relations import read
from crawler.validator.rule import NOT_APPLICABLE, NotApplicable, Statement, fail, shorten, uncertain

Statements = Iterator[Statement | NotApplicable]

SHOWN = 60
"""Characters of a quoted sentence within a message; the whole travels with the finding."""


class Measure(NamedTuple):
    """What a subject is called in the prose and in the tables, and the cells whose sum is its number."""

    where: str
    subject: Bilingual
    place: Bilingual
    cells: tuple[str, ...]


def _totals(*rows: str) -> tuple[str, ...]:
    return tuple(f"applications.{row}.total" for row in rows)


def _rows(prefix: str) -> tuple[str, ...]:
    return _totals(*(row.key for row in FORM_2021.applications if row.key.startswith(prefix)))


NEW, CARRIED_IN, RESULTS, CARRIED_OUT = _totals("new_received", "carried_in", "results_total", "carried_out")
REVIEW = "disputes.review.total"
LITIGATION = ("disputes.litigation_direct.total", "disputes.litigation_after_review.total")

MEASURES = MappingProxyType(
    {
        Subject.RECEIVED: Measure(
            NEW,
            Bilingual("收到申请", "requests received"),
            Bilingual("表三“本年新收”", "table three, newly received,"),
            (NEW,),
        ),
        Subject.IN_HAND: Measure(
            NEW,
            Bilingual("收到申请（含上年结转）", "requests received, those carried in included"),
            Bilingual(
                "表三“本年新收”与“上年结转”合计", "table three, newly received and carried in together,"
            ),
            (NEW, CARRIED_IN),
        ),
        Subject.CARRIED_IN: Measure(
            CARRIED_IN,
            Bilingual("上年结转申请", "requests carried in"),
            Bilingual("表三“上年结转”", "table three, carried in,"),
            (CARRIED_IN,),
        ),
        Subject.CARRIED_OUT: Measure(
            CARRIED_OUT,
            Bilingual("结转下年度申请", "requests carried over"),
            Bilingual("表三“结转下年度继续办理”", "table three, carried over to next year,"),
            (CARRIED_OUT,),
        ),
        Subject.CONCLUDED: Measure(
            RESULTS,
            Bilingual("办结申请", "requests concluded"),
            Bilingual("表三“（七）总计”", "table three, total of results,"),
            (RESULTS,),
        ),
        Subject.GRANTED: Measure(
            "applications.granted.total",
            Bilingual("予以公开", "granted"),
            Bilingual("表三“（一）予以公开”", "table three, granted,"),
            _totals("granted"),
        ),
        Subject.PARTLY_GRANTED: Measure(
            "applications.partly_granted.total",
            Bilingual("部分公开", "partly granted"),
            Bilingual("表三“（二）部分公开”", "table three, partly granted,"),
            _totals("partly_granted"),
        ),
        Subject.DENIED: Measure(
            "applications.denied",
            Bilingual("不予公开", "denied"),
            Bilingual("表三“（三）不予公开”各项合计", "table three, denied, all rows together,"),
            _rows("denied_"),
        ),
        Subject.UNAVAILABLE: Measure(
            "applications.unavailable",
            Bilingual("无法提供", "unavailable"),
            Bilingual("表三“（四）无法提供”各项合计", "table three, unavailable, all rows together,"),
            _rows("unavailable_"),
        ),
        Subject.UNPROCESSED: Measure(
            "applications.unprocessed",
            Bilingual("不予处理", "not processed"),
            Bilingual("表三“（五）不予处理”各项合计", "table three, not processed, all rows together,"),
            _rows("unprocessed_"),
        ),
        Subject.OTHER_HANDLING: Measure(
            "applications.other",
            Bilingual("其他处理", "other handling"),
            Bilingual("表三“（六）其他处理”合计", "table three, other handling,"),
            _rows("other_"),
        ),
        Subject.REVIEW: Measure(
            REVIEW,
            Bilingual("行政复议", "administrative reviews"),
            Bilingual("表四行政复议“总计”", "table four, total of reviews,"),
            (REVIEW,),
        ),
        Subject.LITIGATION: Measure(
            "disputes.litigation",
            Bilingual("行政诉讼", "lawsuits"),
            Bilingual("表四行政诉讼两项“总计”之和", "table four, both totals of litigation together,"),
            LITIGATION,
        ),
        Subject.DISPUTES: Measure(
            "disputes",
            Bilingual("行政复议、行政诉讼", "reviews and lawsuits"),
            Bilingual("表四三项“总计”之和", "table four, its three totals together,"),
            (REVIEW, *LITIGATION),
        ),
        Subject.LICENCES: Measure(
            "disclosure.licences.decisions",
            Bilingual("行政许可决定", "licensing decisions"),
            Bilingual("表二“行政许可”处理决定数量", "table two, licences, decisions,"),
            ("disclosure.licences.decisions",),
        ),
        Subject.PENALTIES: Measure(
            "disclosure.penalties.decisions",
            Bilingual("行政处罚决定", "penalty decisions"),
            Bilingual("表二“行政处罚”处理决定数量", "table two, penalties, decisions,"),
            ("disclosure.penalties.decisions",),
        ),
        Subject.COERCION: Measure(
            "disclosure.coercion.decisions",
            Bilingual("行政强制决定", "coercive measures"),
            Bilingual("表二“行政强制”处理决定数量", "table two, coercive measures, decisions,"),
            ("disclosure.coercion.decisions",),
        ),
    }
)


def total(report: Report, cells: Sequence[str]) -> Number | None:
    """The sum of `cells`, None where one of them was not read."""
    values = [read(report.tables[key.partition(".")[0]], key) for key in cells]
    known = [value for value in values if value is not None]
    return sum(known) if len(known) == len(values) else None


def unread(report: Report, cells: Sequence[str]) -> tuple[str, ...]:
    """Those of `cells` that hold no number."""
    return tuple(key for key in cells if read(report.tables[key.partition(".")[0]], key) is None)


def told(claim: Claim, subject: Bilingual) -> Bilingual:
    """The claim with its sentence, as messages begin."""
    quote = shorten(claim.quote, SHOWN)
    if claim.denies:
        return Bilingual(
            f"正文称没有{subject.zh}（“{quote}”）",
            f"The prose says that there were no {subject.en} (“{quote}”)",
        )
    number = figure(claim.number or 0)
    return Bilingual(
        f"正文称{subject.zh}{number}件（“{quote}”）", f"The prose tells of {subject.en}: {number} (“{quote}”)"
    )


def compared(
    report: Report, claims: Sequence[Claim], measure: Measure, *, denial: str | None = None
) -> Iterator[Statement]:
    """What the claims about one subject, at least one, say against the cells: a plain one that differs fails,
    ambiguous ones are uncertain where neither one of them nor their sum agrees. `denial` names the case of a
    denied number that the table shows.
    """
    value = total(report, measure.cells)
    if value is None:
        yield not_read(measure, unread(report, measure.cells), claims[0])
        return
    plain = [claim for claim in claims if not claim.ambiguous]
    wrong = next((claim for claim in plain if (claim.number or 0) != value), None)
    if wrong is not None:
        yield differs(wrong, measure, value, case=denial if wrong.denies else None)
    elif not plain and not _agrees(claims, value):
        yield perhaps_differs(claims[0], measure, value)


def each_compared(
    report: Report, measures: Mapping[Subject, Measure], *, denial: str | None = None
) -> Statements:
    """What the claims about each subject of `measures` say against its cells, see compared."""
    if not report.narrative.of(*measures):
        yield NOT_APPLICABLE
    for subject, measure in measures.items():
        if claims := report.narrative.of(subject):
            yield from compared(report, claims, measure, denial=denial)


def _agrees(claims: Sequence[Claim], value: Number) -> bool:
    numbers = [claim.number or 0 for claim in claims]
    return value in numbers or sum(numbers) == value


def differs(claim: Claim, measure: Measure, value: Number, *, case: str | None = None) -> Statement:
    """The prose and the table say different numbers."""
    said = told(claim, measure.subject)
    return fail(
        measure.where,
        f"{said.zh}，{measure.place.zh}为{figure(value)}件",
        f"{said.en}; {measure.place.en} shows {figure(value)}",
        cells=measure.cells,
        expected=claim.number or 0,
        found=value,
        quote=claim.quote,
        case=case,
    )


def perhaps_differs(claim: Claim, measure: Measure, value: Number) -> Statement:
    """The numbers differ, but the sentence can be read in more than one way."""
    said = told(claim, measure.subject)
    return uncertain(
        measure.where,
        f"{said.zh}，{measure.place.zh}为{figure(value)}件；这句话可有不同理解，请人工核对",
        f"{said.en}; {measure.place.en} shows {figure(value)}; the sentence can be read in more than one way",
        cells=measure.cells,
        found=value,
        quote=claim.quote,
    )


def not_read(measure: Measure, cells: tuple[str, ...], claim: Claim) -> Statement:
    """The cells that would have to be read."""
    labels = named(cells)
    return uncertain(
        measure.where,
        f"{measure.place.zh}未能读出（{labels.zh}），无法与正文“{shorten(claim.quote, SHOWN)}”核对",
        f"{measure.place.en} could not be read ({labels.en}) and compared with the prose",
        cells=cells,
        quote=claim.quote,
    )
