"""Reviews and litigation."""

from __future__ import annotations

from crawler.report.model import Report
from crawler.report.narrative import Subject
from crawler.validator.basis import CONSISTENCY
from crawler.validator.context import Context
from crawler.validator.narrative.measures import MEASURES, Statements, each_compared
from crawler.validator.rule import UNIFIED, rule

_DENIED = "denied"


@rule(
    "narrative-review",
    title_zh="正文行政复议数与表四不符",
    norm_zh="正文所称因政府信息公开被申请行政复议的件数，与表四一致",
    basis=CONSISTENCY,
    forms=UNIFIED,
)
def narrative_review(report: Report, _context: Context) -> Statements:
    """The reviews over disclosure that the prose tells are those of table four."""
    yield from _against_table_four(report, Subject.REVIEW, Subject.DISPUTES)


@rule(
    "narrative-litigation",
    title_zh="正文行政诉讼数与表四不符",
    norm_zh="正文所称因政府信息公开被提起行政诉讼的件数，与表四未经复议直接起诉、复议后起诉两项总计之和一致",
    basis=CONSISTENCY,
    forms=UNIFIED,
)
def narrative_litigation(report: Report, _context: Context) -> Statements:
    """The lawsuits over disclosure that the prose tells are both totals of table four together."""
    yield from _against_table_four(report, Subject.LITIGATION)


def _against_table_four(report: Report, *subjects: Subject) -> Statements:
    measures = {subject: MEASURES[subject] for subject in subjects}
    yield from each_compared(report, measures, denial=_DENIED)
