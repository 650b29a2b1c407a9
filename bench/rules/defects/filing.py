"""When and how a report was published: its own dates, and what earlier visits have seen."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from random import Random

from bench.rules.defect import Defect, Found, filled, set_on
from bench.rules.page import SITE, Page
from bench.rules.sample import YEARS, Case
from crawler.demo.defects import late
from crawler.demo.writer import ReportSpec
from crawler.obligations import Doubts, assess
from crawler.report.deadlines import deadline
from crawler.report.model import Cell, Report
from crawler.rulebook import policy
from crawler.validator.context import Context, History, Twin, Version
from crawler.validator.finding import Verdict
from storage.records import OrganRecord, VisitRecord

_CELL = "applications.new_received.total"


def _late(spec: ReportSpec, _rng: Random) -> ReportSpec:
    return late(spec)


def _too_early(spec: ReportSpec, _rng: Random) -> ReportSpec:
    day = date(spec.year, 12, 20)
    return replace(spec, published=day, signed=day)


def _undated(page: Page, _case: Case) -> Page:
    return replace(
        page,
        url=f"{page.url.rpartition('/')[0].rpartition('/')[0]}/content.html",
        meta=tuple(label for label in page.meta if label[0] != "PubDate"),
        dated=page.dated.rpartition(" ")[2],
    )


def _dated_otherwise(days: int) -> Callable[[Page, Case], Page]:
    """The visible date lies so many days from the one in the page's labels."""

    def change(page: Page, case: Case) -> Page:
        day = case.spec.published
        return replace(page, dated=page.dated.replace(str(day), str(day + timedelta(days=days))))

    return change


def _with_history(history: Callable[[Report, Case], History]) -> Callable[[Context, Report, Case], Context]:
    return lambda context, report, case: replace(context, history=history(report, case))


def _other_figures(report: Report) -> Report:
    """The same report with another figure."""
    table = report.tables["applications"]
    number = int(table.cells[_CELL].value or 0) + 1
    changed = replace(table, cells={**table.cells, _CELL: Cell(number, str(number))})
    return replace(report, tables={**report.tables, "applications": changed})


def _changed_later(report: Report, case: Case) -> History:
    seen = case.spec.published + timedelta(days=3)
    return History(first_seen=seen, versions=(Version(seen, "0" * 64, _other_figures(report)),))


def _withdrawn(_report: Report, case: Case) -> History:
    seen = case.spec.published + timedelta(days=3)
    return History(first_seen=seen, gone_since=seen + timedelta(days=60), gone_as="404")


def _gap(_report: Report, case: Case) -> History:
    year = case.spec.year
    return History(years_held=(year - 4, year - 3, year), lists_whole=True)


def _twins(report: Report, _case: Case) -> History:
    return History(twins=(Twin(f"{SITE}/zfxxgknb/other.html", _other_figures(report)),))


def _unseen(_report: Report, case: Case) -> History:
    published = case.spec.published
    days = tuple(published + timedelta(days=after) for after in (10, 17, 24))
    return History(first_seen=published + timedelta(days=31), unseen_on=days)


def _assessed(clean: bool) -> Callable[[Case], Iterable[Found]]:
    """What the assessment of duties finds where no report is: after clean visits, or failed ones."""

    def found(case: Case) -> Iterable[Found]:
        sample = case.sample
        due = deadline(sample.kind, sample.year).day
        organ = OrganRecord(sample.organ, "qingshan", "sample", sample.kind.value)
        visits = []
        for number in range(3):
            moment = datetime(due.year, due.month, due.day, 4, tzinfo=UTC) + timedelta(days=7 * number + 1)
            visits.append(VisitRecord(number, "sample", moment, moment, clean, "超时", "timed out"))
        answer = assess(
            [organ],
            [],
            visits,
            Doubts([organ], [], []),
            policy(),
            years=range(sample.year, sample.year + 1),
            today=due + timedelta(days=40),
            clean_visits=3,
        )
        for finding in answer.findings:
            yield Found(finding.rule, finding.severity, finding.verdict, finding.where, finding.message_zh)

    return found


_LETTER = "青杉市人民政府办公室：现将《{organ}{year}年政府信息公开工作年度报告》随函报上，请审阅。"

DEFECTS = (
    Defect(rule="filing-missing", assessed=_assessed(clean=True)),
    Defect(rule="filing-unreachable", verdict=Verdict.UNCERTAIN, assessed=_assessed(clean=False)),
    Defect(rule="filing-late", spec=_late),
    Defect(rule="filing-date-too-early", spec=_too_early),
    Defect(rule="filing-date-missing", page=_undated),
    Defect(rule="filing-date-conflict", page=_dated_otherwise(40)),
    Defect(rule="filing-date-conflict", page=_dated_otherwise(-15)),
    Defect(
        rule="filing-signature-date-conflict",
        spec=lambda spec, _: replace(spec, signed=spec.published + timedelta(days=9)),
    ),
    Defect(rule="filing-changed-after-publication", context=_with_history(_changed_later)),
    Defect(rule="filing-withdrawn", context=_with_history(_withdrawn)),
    Defect(rule="filing-history-gap", context=_with_history(_gap), years=range(2021, YEARS.stop)),
    Defect(rule="filing-duplicate-versions", context=_with_history(_twins)),
    Defect(rule="filing-date-unseen", verdict=Verdict.UNCERTAIN, context=_with_history(_unseen)),
    Defect(
        rule="filing-is-cover-letter",
        spec=lambda spec, rng: replace(
            set_on(title="关于报送{organ}{year}年政府信息公开工作年度报告的函")(spec, rng),
            preface=(
                filled(_LETTER, spec),
                *spec.preface,
            ),
        ),
    ),
)
