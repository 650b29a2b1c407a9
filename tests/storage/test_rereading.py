"""Pages that are read again from the archive: a newer reading wins, and nothing is told that is not so."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from storage.ledger import Ledger
from storage.queries import Queries
from storage.records import (
    RECHECK,
    Cause,
    ChangeKind,
    Compared,
    FindingStatus,
    ObligationRecord,
    ObligationStatus,
    Origin,
    PageRecord,
    PageSeen,
    RunRecord,
    SeenAgain,
)

URL = "http://a.example/1.html"
KEY = ("云溪县水务局", 2023)


@pytest.fixture
def held(ledger: Ledger, queries: Queries, nights: Any) -> PageRecord:
    """A page with one finding, as it stands on record; the night after it has begun."""
    nights.begin()
    nights.record(nights.page(nights.report(), nights.finding(), judged_by="old"))
    nights.begin()
    return queries.pages("yunxi")[URL]


def reread(nights: Any, page: PageRecord, *findings: Any, **values: Any) -> PageSeen:
    """The page read again as the archive has it, by what judges today."""
    report = nights.report(seen=page.seen, sha=page.sha256[0], **values)
    entry = nights.page(report, *findings)
    return replace(entry, page=replace(page, organ=report.organ, judged_by="new"), documents=(), reread=page)


def test_what_was_read_again_is_recorded(queries: Queries, nights: Any, held: PageRecord) -> None:
    entry = reread(nights, held, nights.finding(), nights.finding(2), form="2019")
    assert nights.ledger.record(nights.run, [entry]) == frozenset()
    (report,) = queries.reports()
    assert (report.form, report.seen, report.first_seen) == ("2019", held.seen, held.seen)
    assert queries.pages("yunxi")[URL].judged_by == "new"


def test_a_page_that_shows_something_else_by_now_is_left_as_it_is(
    queries: Queries, nights: Any, held: PageRecord
) -> None:
    entry = reread(nights, held, nights.finding(2), form="2019")
    nights.record(nights.page(nights.report(sha="2"), nights.finding(3), judged_by="old"))
    stands = (queries.reports(), queries.findings(include_fixed=True), queries.pages("yunxi"))
    assert nights.ledger.record(nights.run, [entry]) == {URL}
    assert (queries.reports(), queries.findings(include_fixed=True), queries.pages("yunxi")) == stands


def test_a_page_that_was_seen_again_meanwhile_keeps_the_later_moment(
    queries: Queries, nights: Any, held: PageRecord
) -> None:
    entry = reread(nights, held, nights.finding(2))
    nights.record(SeenAgain(URL, nights.at(), "another title", None))
    assert nights.ledger.record(nights.run, [entry]) == {URL}
    page = queries.pages("yunxi")[URL]
    assert (page.seen, page.listed_title, page.judged_by) == (nights.at(), "another title", "old")
    assert queries.reports()[0].seen == nights.at()


def test_of_two_that_read_a_page_again_the_first_is_recorded(
    queries: Queries, nights: Any, held: PageRecord
) -> None:
    first, second = reread(nights, held, nights.finding(2)), reread(nights, held, nights.finding(3))
    assert nights.ledger.record(nights.run, [first, second]) == {URL}
    assert nights.ledger.record(nights.run, [second]) == {URL}
    assert [finding.fingerprint for finding in queries.findings()] == [nights.finding(2).fingerprint]


def test_a_page_that_nobody_knows_is_not_made_by_reading_it_again(
    queries: Queries, nights: Any, held: PageRecord
) -> None:
    elsewhere = replace(held, url="http://a.example/2.html")
    entry = reread(nights, elsewhere, url=elsewhere.url)
    assert nights.ledger.record(nights.run, [entry]) == {elsewhere.url}
    assert list(queries.pages("yunxi")) == [URL]


def test_bytes_that_were_there_all_the_time_repair_nothing(
    queries: Queries, nights: Any, held: PageRecord
) -> None:
    """Not even where rules and settings are the same: another reader of pictures may have been installed."""
    entry = reread(nights, held)
    entry = replace(entry, page=replace(entry.page, judged_by="old"))
    nights.ledger.record(nights.run, [entry])
    (gone,) = queries.findings(include_fixed=True)
    assert gone.status is FindingStatus.WITHDRAWN
    (step, _) = queries.history([gone.fingerprint])[gone.fingerprint]
    assert (step.kind, step.cause, step.run) == (ChangeKind.WITHDRAWN, Cause.RULES, nights.run)


def test_what_old_bytes_are_found_to_hold_is_found_now(
    queries: Queries, nights: Any, held: PageRecord
) -> None:
    """And what was known keeps the moment at which its page was last visited."""
    nights.ledger.record(nights.run, [reread(nights, held, nights.finding(), nights.finding(2))])
    known, new = sorted(queries.findings(), key=lambda finding: finding.fingerprint)
    assert (known.first_seen, known.last_seen) == (held.seen, held.seen)
    assert (new.first_seen, new.last_seen, new.status) == (nights.at(), nights.at(), FindingStatus.NEW)
    assert queries.history([new.fingerprint])[new.fingerprint][0].at == nights.at()


def test_a_report_that_is_recognised_late_was_there_since_its_bytes_were(
    queries: Queries, nights: Any
) -> None:
    """Not since the last visit of its page: that would make it late."""
    nights.begin()
    first = nights.at()
    nights.record(nights.unread(URL))
    nights.begin()
    nights.record(SeenAgain(URL, nights.at()))
    page = queries.pages("yunxi")[URL]
    assert page.seen == nights.at() > first
    nights.begin()
    nights.ledger.record(nights.run, [reread(nights, page)])
    (report,) = queries.reports()
    assert (report.first_seen, report.seen) == (first, page.seen)


def test_a_report_that_is_recognised_no_longer_stays_with_what_was_found(
    queries: Queries, nights: Any, held: PageRecord
) -> None:
    page = replace(held, organ=None, year=None, problem="no annual report", judged_by="new")
    assert nights.ledger.record(nights.run, [PageSeen(page, reread=held)]) == frozenset()
    assert [(report.organ, report.year) for report in queries.reports()] == [KEY]
    assert [finding.status for finding in queries.findings()] == [FindingStatus.NEW]


def test_comparisons_without_a_visit_fix_nothing(ledger: Ledger, queries: Queries, nights: Any) -> None:
    nights.begin()
    nights.record(nights.page(nights.report(), judged_by="old"))
    said = nights.finding(7, stated_by=Origin.COMPARISON)
    ledger.record_comparisons(nights.run, [Compared(*KEY, rules={}, findings=(said,), by="same")])
    seen = queries.reports()[0].seen
    started = nights.at() + timedelta(days=30)
    run = ledger.begin_run(RunRecord(None, RECHECK, "yunling", started))
    ledger.record_comparisons(run, [Compared(*KEY, rules={}, findings=(said,), by="same")])
    assert queries.findings()[0].last_seen == seen
    ledger.record_comparisons(run, [Compared(*KEY, rules={}, by="same")])
    (gone,) = queries.findings(include_fixed=True)
    assert gone.status is FindingStatus.WITHDRAWN
    assert queries.history([gone.fingerprint])[gone.fingerprint][0].cause is Cause.RULES


def test_a_page_is_to_be_read_anew_unless_it_has_been(
    ledger: Ledger, queries: Queries, nights: Any, held: PageRecord
) -> None:
    nights.record(nights.page(nights.report(sha="2"), judged_by="old"))
    ledger.read_anew([held])
    now = queries.pages("yunxi")[URL]
    assert now.rules_version > 0
    ledger.read_anew([now])
    assert queries.pages("yunxi")[URL].rules_version == 0


def test_a_comparison_of_what_stands_otherwise_by_now_is_left_out(
    ledger: Ledger, queries: Queries, nights: Any, held: PageRecord
) -> None:
    """Somebody has recorded the report between the moment it was read for comparison and this one."""
    compared = queries.filings_of({KEY})[KEY]
    nights.record(nights.page(nights.report(sha="2"), judged_by="old"))
    said = nights.finding(7, stated_by=Origin.COMPARISON)
    ledger.record_comparisons(nights.run, [Compared(*KEY, {}, (said,), by="same", of=compared)])
    assert [finding.rule for finding in queries.findings() if finding.stated_by is Origin.COMPARISON] == []
    assert queries.uncompared("yunling", "same") == {KEY}
    now = queries.filings_of({KEY})[KEY]
    ledger.record_comparisons(nights.run, [Compared(*KEY, {}, (said,), by="same", of=now)])
    assert queries.uncompared("yunling", "same") == set()
    assert len(queries.findings()) == 1


def test_nobody_is_missing_whose_report_came_while_duties_were_assessed(
    ledger: Ledger, queries: Queries, nights: Any, held: PageRecord
) -> None:
    absent = nights.finding(8, rule="filing-missing", stated_by=Origin.DUTY, archived=None, url="")
    duty = ObligationRecord(
        *(KEY[0], "department", "yunling", KEY[1]), date(2024, 1, 31), ObligationStatus.MISSING
    )
    ledger.assess(nights.run, [duty], [absent], whole_province="yunling")
    assert queries.obligations() == []
    assert [finding.rule for finding in queries.findings()] == ["applications-balance"]
