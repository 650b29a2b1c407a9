"""What follows from all that stands on record of a province: at the end of a crawl, and after a re-check.

Pages that were judged by anything else are judged again, then duties are assessed and reports compared.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection
from dataclasses import dataclass

from crawler import clock, comparisons, obligations, rejudging, yardstick
from crawler.columns_seen import columns_seen
from crawler.portals import Province
from crawler.recording import Sightings
from crawler.validator import RULES
from crawler.validator.finding import Fault, Verdict
from crawler.validator.policy import Policy
from storage.archive import Archive
from storage.ledger import Ledger
from storage.queries import Queries
from storage.records import ObligationStatus, PageRecord, PageSeen

AT_ONCE = 50
"""Pages that are judged again and recorded in one transaction."""

_logger = logging.getLogger(__name__)


def judged_by(policy: Policy, province: Province) -> str:
    """What pages are judged by; the rules that compare reports do not concern them."""
    return yardstick.of_pages(policy, RULES.keys() - comparisons.RULES_COMPARED.keys(), province)


def standing_doubts(queries: Queries, province: str) -> dict[str, int]:
    """How many duties could not be judged, and how many findings stand that tell of our own reading, as
    `not_assessable` and `extraction`.
    """
    duties = queries.duty_counts(province)
    return {
        "not_assessable": sum(
            number for (_, _, status), number in duties.items() if status is ObligationStatus.NOT_ASSESSABLE
        ),
        "extraction": sum(queries.open_counts(province, fault=Fault.EXTRACTION).values()),
    }


def standing_open(queries: Queries, province: str) -> dict[str, int]:
    """How many defects of publishers stand for certain, by severity: what mails tell the course of."""
    return queries.open_counts(province, fault=Fault.PUBLISHER, verdict=Verdict.FAIL)


@dataclass(frozen=True, slots=True)
class LookingBack:
    """The record of one province, what it is looked at with, and the run that looks."""

    run: int
    province: Province
    policy: Policy
    clean_visits: int
    ledger: Ledger
    queries: Queries
    stop: Callable[[], bool] = lambda: False  # whether to leave the rest to the next run

    def judge_again(self, archive: Archive) -> None:
        """Let changed settings, an ended soft start and a changed roster reach every page on record.

        Raises ArchiveUnusable.
        """
        province, queries = self.province, self.queries
        by = judged_by(self.policy, province)
        if not queries.judged_otherwise([portal.id for portal in province.portals], by):
            return
        pages = [page for portal in province.portals for page in queries.pages(portal.id).values()]
        known = Sightings(pages, queries.stated_dates(province.province))
        outdated = list(rejudging.outdated(pages, by))
        _logger.info("%d pages are judged again as the archive keeps them", len(outdated))
        for start in range(0, len(outdated), AT_ONCE):
            batch = outdated[start : start + AT_ONCE]
            judged: list[PageSeen] = []
            cannot: list[PageRecord] = []
            for page in batch:
                try:
                    judged.append(rejudging.judged_again(page, archive, province, self.policy, known, by))
                except rejudging.CANNOT as problem:
                    _logger.warning("%s cannot be judged again: %s", page.url, problem)
                    cannot.append(page)
            self.ledger.record(self.run, judged)
            self.ledger.read_anew(cannot)

    def conclude(self, clean: Collection[str], whole: Collection[str]) -> None:
        """Assess the duties of the province and compare its reports.

        Of the portals in `clean` the last visit was clean, in `whole` also of all years: what comparisons of
        other portals' reports no longer state is left as it is.
        """
        province, queries = self.province, self.queries
        today = clock.today()
        organs = queries.organs(province.province)
        years = province.report_years(today)
        reports = queries.filings(province.province)
        problems = queries.unread_pages([portal.id for portal in province.portals])
        doubts = obligations.Doubts(organs, reports, problems)
        every_visit = queries.visits(province=province.province)
        if organs:
            assessment = obligations.assess(
                organs,
                reports,
                every_visit,
                doubts,
                self.policy,
                queries.stated_dates(province.province),
                years=years,
                today=today,
                clean_visits=self.clean_visits,
            )
            self.ledger.assess(
                self.run, assessment.obligations, assessment.findings, whole_province=province.province
            )
        known = comparisons.Known(
            province.province,
            organs,
            every_visit,
            years,
            doubts.of,
            clean,
            whole,
            columns_seen(province, every_visit),
        )
        for results in comparisons.compare(queries, known, self.policy):
            self.ledger.record_comparisons(self.run, results)
            if self.stop():
                return
