"""Who is late: a table worked out by hand, and that the rule and the matrix of duties never disagree.

Of a due day that was no working day the table holds the first one after it and the one that follows.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.clock import CHINA
from crawler.obligations import Doubts, assess
from crawler.report.model import DateSource, Kind, Report
from crawler.rulebook import policy
from crawler.rulebook.examples import sound_report
from crawler.validator import Verdict, check
from crawler.validator.context import Context
from crawler.validator.finding import Severity
from storage.records import ObligationRecord, ObligationStatus, OrganRecord, ReportRecord

ORGAN = "云溪县水务局"
POLICY = policy(today=date(2027, 12, 1))
HUAIHUA, BELOW_IT = "431200", "431202"  # the notice on record

ON_TIME, LATE, UNKNOWN = ObligationStatus.ON_TIME, ObligationStatus.LATE, ObligationStatus.NOT_ASSESSABLE


class Case(NamedTuple):
    kind: Kind
    year: int
    published: date | None
    source: DateSource | None = DateSource.LABEL
    contradicting: tuple[date, ...] = ()
    seen: date | None = None
    region: str | None = None


class Answer(NamedTuple):
    verdict: Verdict
    severity: Severity | None  # of the finding that fails
    duty: ObligationRecord


def answer(case: Case) -> Answer:
    stated = case.source if case.published is not None else None
    report: Report = replace(
        sound_report(case.year),
        published=case.published,
        published_from=stated,
        contradicting_dates=case.contradicting,
    )
    outcome = check(report, Context(POLICY, kind=case.kind, region=case.region, seen=case.seen))
    verdict = outcome.verdicts["filing-late"]
    failed = [found.severity for found in outcome.findings if found.rule == "filing-late"]
    first_seen = datetime.combine(case.seen or date(2027, 11, 1), time(12), CHINA)
    organ = OrganRecord(ORGAN, "demo", "p", case.kind.value, code=case.region)
    held = ReportRecord(
        organ=ORGAN,
        year=case.year,
        title="t",
        url="http://p.example/r.html",
        portal="p",
        province="demo",
        sha256="0" * 64,
        seen=first_seen,
        first_seen=first_seen,
        published=case.published,
        published_from=None if stated is None else stated.value,
        rules={verdict: ["filing-late"]},
    )
    found = assess(
        (organ,),
        [held],
        [],
        Doubts((organ,), [held], []),
        POLICY,
        years=range(case.year, case.year + 1),
        today=date(2027, 12, 1),
        clean_visits=3,
    )
    (duty,) = found.obligations
    return Answer(verdict, failed[0] if verdict is Verdict.FAIL else None, duty)


D, G, O = Kind.DEPARTMENT, Kind.GOVERNMENT, Kind.GOVERNMENT_OFFICE  # noqa: E741 - columns of a table
T, S, Z, A = Kind.TOWNSHIP, Kind.STREET, Kind.ZONE, Kind.AUTHORISED
ERROR, WARNING = Severity.ERROR, Severity.WARNING

IN_TIME = """
D 2019 2020-01-31 · D 2020 2021-01-31 · D 2021 2022-01-31 · D 2022 2023-01-31 · D 2023 2024-01-31
D 2024 2025-01-31 · D 2025 2026-01-31 · D 2026 2027-01-31 · G 2019 2020-03-31 · G 2019 2020-02-20
G 2023 2024-03-31 · G 2018 2019-03-31 · D 2018 2019-02-15 · D 2018 2019-03-31 · D 2008 2009-03-31
O 2018 2019-03-20 · O 2023 2024-01-31 · T 2023 2024-01-31 · S 2023 2024-01-31 · Z 2023 2024-01-31
A 2023 2024-01-31 · T 2018 2019-03-31
"""
LATE_DAYS = """
D 2019 2020-02-03 warning 3 · D 2019 2020-02-04 error 4 · D 2020 2021-02-01 warning 1
D 2020 2021-02-02 error 2 · D 2021 2022-02-07 warning 7 · D 2021 2022-02-08 error 8
D 2022 2023-02-01 error 1 · D 2023 2024-02-01 error 1 · D 2024 2025-02-05 warning 5
D 2024 2025-02-06 error 6 · D 2025 2026-02-02 warning 2 · D 2025 2026-02-03 error 3
D 2026 2027-02-01 warning 1 · D 2026 2027-02-10 warning 10 · D 2026 2027-02-11 error 11
G 2019 2020-04-01 error 1 · G 2021 2022-04-01 error 1 · G 2023 2024-04-01 warning 1
G 2023 2024-04-02 error 2 · G 2024 2025-04-01 error 1 · G 2018 2019-04-01 warning 1
D 2018 2019-06-01 warning 62 · T 2018 2019-04-02 warning 2 · A 2010 2011-04-05 warning 5
D 2008 2009-04-01 warning 1 · O 2018 2019-04-20 warning 20 · O 2023 2024-04-02 error 2
T 2023 2024-02-01 warning 1 · S 2023 2024-06-01 warning 122 · Z 2023 2024-06-01 warning 122
A 2023 2024-06-01 warning 122
"""


def rows(table: str) -> list[list[str]]:
    return [row.split() for line in table.strip().splitlines() for row in line.split("·")]


@pytest.mark.parametrize(("kind", "year", "day"), rows(IN_TIME))
def test_in_time(kind: str, year: str, day: str) -> None:
    found = answer(Case(globals()[kind], int(year), date.fromisoformat(day)))
    assert found.verdict is Verdict.PASS
    assert (found.duty.status, found.duty.days_late) == (ON_TIME, 0)


@pytest.mark.parametrize(("kind", "year", "day", "severity", "days"), rows(LATE_DAYS))
def test_late(kind: str, year: str, day: str, severity: str, days: str) -> None:
    found = answer(Case(globals()[kind], int(year), date.fromisoformat(day)))
    assert (found.verdict, found.severity) == (Verdict.FAIL, Severity(severity))
    assert (found.duty.status, found.duty.days_late) == (LATE, int(days))


JANUARY, FEBRUARY, MARCH = date(2024, 1, 10), date(2024, 2, 10), date(2024, 3, 10)


@pytest.mark.parametrize(
    ("case", "verdict", "severity", "status", "days"),
    [
        # local notices
        (Case(D, 2021, date(2022, 1, 28), region=HUAIHUA), Verdict.PASS, None, ON_TIME, 0),
        (Case(D, 2021, date(2022, 1, 29), region=HUAIHUA), Verdict.UNCERTAIN, None, ON_TIME, 0),
        (Case(D, 2021, date(2022, 1, 29), region=BELOW_IT), Verdict.PASS, None, ON_TIME, 0),
        (Case(D, 2021, date(2022, 2, 8), region=HUAIHUA), Verdict.FAIL, ERROR, LATE, 8),
        (Case(G, 2021, date(2022, 2, 20), region=BELOW_IT), Verdict.PASS, None, ON_TIME, 0),
        (Case(G, 2021, date(2022, 2, 21), region=BELOW_IT), Verdict.UNCERTAIN, None, ON_TIME, 0),
        (Case(G, 2021, date(2022, 4, 1), region=BELOW_IT), Verdict.FAIL, ERROR, LATE, 1),
        (Case(G, 2021, date(2022, 3, 1), region=HUAIHUA), Verdict.PASS, None, ON_TIME, 0),
        (Case(T, 2021, date(2022, 2, 20), region=BELOW_IT), Verdict.PASS, None, ON_TIME, 0),
        (Case(T, 2021, date(2022, 2, 21), region=BELOW_IT), Verdict.FAIL, WARNING, LATE, 1),
        (Case(T, 2022, date(2023, 2, 1), region=BELOW_IT), Verdict.FAIL, WARNING, LATE, 1),
        # visits
        (Case(D, 2023, MARCH, seen=date(2024, 1, 20)), Verdict.PASS, None, ON_TIME, 0),
        (Case(D, 2023, MARCH, seen=date(2024, 2, 5)), Verdict.FAIL, ERROR, LATE, 5),
        (Case(D, 2021, date(2022, 5, 1), seen=date(2022, 2, 7)), Verdict.FAIL, WARNING, LATE, 7),
        (Case(D, 2023, JANUARY, seen=date(2026, 1, 1)), Verdict.PASS, None, ON_TIME, 0),
        (Case(O, 2023, date(2024, 5, 1), seen=MARCH), Verdict.UNCERTAIN, None, UNKNOWN, None),
        (Case(D, 2023, None, None, seen=date(2024, 1, 20)), Verdict.PASS, None, ON_TIME, 0),
        # dates that contradict each other, dates that are not stated
        (Case(D, 2023, JANUARY, contradicting=(FEBRUARY,)), Verdict.UNCERTAIN, None, UNKNOWN, None),
        (Case(D, 2023, FEBRUARY, contradicting=(JANUARY,)), Verdict.UNCERTAIN, None, UNKNOWN, None),
        (Case(D, 2023, JANUARY, contradicting=(date(2024, 1, 31),)), Verdict.PASS, None, ON_TIME, 0),
        (Case(D, 2023, JANUARY, DateSource.URL), Verdict.UNCERTAIN, None, UNKNOWN, None),
        (Case(D, 2023, MARCH, DateSource.URL), Verdict.UNCERTAIN, None, UNKNOWN, None),
        (Case(D, 2023, MARCH, DateSource.SIGNATURE), Verdict.UNCERTAIN, None, UNKNOWN, None),
        (Case(D, 2023, None, None), Verdict.UNCERTAIN, None, UNKNOWN, None),
        # an office may publish the government's report
        (Case(O, 2023, date(2024, 2, 1)), Verdict.UNCERTAIN, None, UNKNOWN, None),
        (Case(O, 2023, date(2024, 3, 31)), Verdict.UNCERTAIN, None, UNKNOWN, None),
    ],
)
def test_what_else_decides(
    case: Case, verdict: Verdict, severity: Severity | None, status: ObligationStatus, days: int | None
) -> None:
    found = answer(case)
    assert (found.verdict, found.severity) == (verdict, severity)
    assert (found.duty.status, found.duty.days_late) == (status, days)


def test_an_office_is_late_by_the_day_of_the_governments_report() -> None:
    assert answer(Case(O, 2023, date(2024, 4, 2))).duty.due == date(2024, 3, 31)
    assert answer(Case(O, 2023, date(2024, 1, 2))).duty.due == date(2024, 1, 31)


YEARS = st.integers(2008, 2026)
DAYS_AFTER = st.integers(-400, 500)


@given(
    kind=st.sampled_from(sorted(Kind)),
    year=YEARS,
    after=DAYS_AFTER,
    source=st.sampled_from([DateSource.META, DateSource.LABEL, DateSource.DATA, DateSource.URL]),
    contradicting=st.none() | DAYS_AFTER,
    seen=st.none() | DAYS_AFTER,
    region=st.sampled_from([None, HUAIHUA, BELOW_IT, "990100"]),
)
def test_the_rule_and_the_matrix_never_disagree(
    kind: Kind,
    year: int,
    after: int,
    source: DateSource,
    contradicting: int | None,
    seen: int | None,
    region: str | None,
) -> None:
    zero = date(year + 1, 1, 31).toordinal()
    stated = source is not DateSource.URL
    case = Case(
        kind,
        year,
        date.fromordinal(zero + after),
        source,
        (date.fromordinal(zero + contradicting),) if contradicting is not None and stated else (),
        None if seen is None else date.fromordinal(zero + seen),
        region,
    )
    found = answer(case)
    duty = found.duty
    if found.verdict is Verdict.FAIL:
        assert duty.status is LATE
        assert duty.days_late is not None
        assert duty.days_late > 0
    elif found.verdict is Verdict.PASS:
        assert (duty.status, duty.days_late) == (ON_TIME, 0)
    elif duty.status is ON_TIME:
        notice = POLICY.deadlines.earlier(kind, year, region)
        assert notice is not None
        assert case.published is not None
        assert case.published > notice.day
    else:
        assert duty.status is UNKNOWN
