"""The obligation matrix: what each state needs, worked out for a department due on 31 January 2024."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

import pytest

from crawler.clock import CHINA
from crawler.export.certainty import certain
from crawler.obligations import Assessment, Doubts, assess, proof_of_absence, unproven
from crawler.rulebook import policy
from crawler.validator.policy import Policy
from storage.records import (
    ObligationRecord,
    ObligationStatus,
    OrganRecord,
    PageRecord,
    ReportRecord,
    VisitRecord,
)

WATER = OrganRecord("云溪县水务局", "demo", "p", "department", aliases=("云溪县水利局",))
HEALTH = OrganRecord("云溪县卫生健康委员会", "demo", "p", "department")
TODAY = date(2024, 2, 10)


def at(month: int, day: int, hour: int = 3) -> datetime:
    return datetime(2024, month, day, hour, tzinfo=CHINA)


def visit(
    moment: datetime, *, clean: bool = True, zh: str = "", en: str = "", portal: str = "p"
) -> VisitRecord:
    return VisitRecord(1, portal, moment, moment, clean, zh, en)


def reason(obligation: ObligationRecord) -> tuple[str, str]:
    return obligation.reason_zh, obligation.reason_en


THREE_CLEAN = [visit(at(2, day)) for day in (5, 6, 7)]


def report(organ: str = WATER.name, **changes: object) -> ReportRecord:
    held = ReportRecord(
        organ=organ,
        year=2023,
        title="t",
        url="http://p.example/r.html",
        portal="p",
        province="demo",
        sha256="0" * 64,
        seen=at(2, 5),
        first_seen=at(2, 5),
        published=date(2024, 1, 20),
        published_from="label",
    )
    return replace(held, **changes)  # type: ignore[arg-type]


def page(title: str) -> PageRecord:
    return PageRecord(
        "http://p.example/x.pdf",
        "p",
        "1" * 64,
        at(2, 5),
        listed_title=title,
        problem="a PDF, which cannot be read",
    )


def matrix(
    reports: list[ReportRecord],
    visits: list[VisitRecord],
    problems: list[PageRecord] | None = None,
    *,
    organs: tuple[OrganRecord, ...] = (WATER,),
    today: date = TODAY,
    rules: Policy | None = None,
) -> Assessment:
    return assess(
        organs,
        reports,
        visits,
        Doubts(organs, reports, problems or []),
        rules or policy(today=today),
        years=range(2023, 2024),
        today=today,
        clean_visits=3,
    )


def status(assessment: Assessment) -> ObligationStatus:
    (obligation,) = assessment.obligations
    return obligation.status


def test_three_clean_visits_on_different_days_after_the_due_date_prove_an_absence() -> None:
    found = matrix([], THREE_CLEAN)
    (obligation,) = found.obligations
    assert obligation.status is ObligationStatus.MISSING
    assert obligation.due == date(2024, 1, 31)
    assert obligation.visits == (at(2, 5), at(2, 6), at(2, 7))
    (finding,) = found.findings
    assert (finding.rule, finding.severity, finding.where) == ("filing-missing", "critical", "filing")
    assert "2024-02-05至2024-02-07共3次" in finding.message_zh
    assert "2024-01-31" in finding.message_zh


@pytest.mark.parametrize(
    ("kind", "severity", "basis"),
    [
        ("department", "critical", "第四十九条"),
        ("government", None, ""),  # not due before the end of March
        ("township", "warning", "惯例"),
        ("authorised", "warning", "惯例"),
    ],
)
def test_the_table_grades_an_absence(kind: str, severity: str | None, basis: str) -> None:
    found = matrix([], THREE_CLEAN, organs=(replace(WATER, kind=kind),)).findings
    assert [finding.severity for finding in found] == ([] if severity is None else [severity])
    assert all(basis in finding.basis_zh for finding in found)


def test_settings_change_the_grade_the_day_and_whether_it_is_told() -> None:
    milder = policy({"filing-missing": {"severity": "info"}}, TODAY)
    assert [finding.severity for finding in matrix([], THREE_CLEAN, rules=milder).findings] == ["info"]
    off = matrix([], THREE_CLEAN, rules=policy({"filing-missing": {"off": True}}, TODAY))
    assert off.findings == ()
    assert status(off) is ObligationStatus.MISSING, "the duty itself is not a matter of settings"
    not_for_it = policy({"filing-missing": {"years": "2024.."}}, TODAY)
    assert matrix([], THREE_CLEAN, rules=not_for_it).findings == ()
    later = policy(None, TODAY, {"township": "03-31"})
    township = matrix([], THREE_CLEAN, organs=(replace(WATER, kind="township"),), rules=later)
    assert status(township) is ObligationStatus.NOT_DUE


def test_a_further_night_does_not_change_what_is_said_of_an_absence() -> None:
    proven = matrix([], THREE_CLEAN)
    later = matrix([], [*THREE_CLEAN, visit(at(2, 8))], today=date(2024, 2, 11))
    assert later.findings == proven.findings
    assert later.obligations[0].visits[-1] == at(2, 8)


@pytest.mark.parametrize(
    ("visits", "days"),
    [
        ([], 0),
        (THREE_CLEAN[:2], 2),
        ([visit(at(2, 5, hour)) for hour in (1, 9, 20)], 1),  # three times on one day
        ([visit(at(1, day)) for day in (28, 30, 31)], 0),  # not after the due date
        ([*THREE_CLEAN[:2], visit(at(2, 7), portal="other")], 2),
        ([*THREE_CLEAN[:2], replace(visit(at(2, 7)), years=(2022,))], 2),  # looked for another year only
    ],
    ids=["none", "two", "one day", "before due", "other portal", "other year"],
)
def test_less_proof_is_no_proof(visits: list[VisitRecord], days: int) -> None:
    found = matrix([], visits)
    assert status(found) is ObligationStatus.NOT_ASSESSABLE
    assert reason(found.obligations[0]) == (
        f"到期后完整访问{days}次，需3次",
        f"{days} of 3 clean visits after the due date",
    )
    assert found.findings == ()


def test_a_portal_that_cannot_be_visited_is_unreachable_and_says_why() -> None:
    failed = visit(at(2, 7), clean=False, zh="列表页：HTTP 500", en="HTTP 500 on the list page")
    found = matrix([], [*THREE_CLEAN[:2], failed])
    (obligation,) = found.obligations
    assert obligation.status is ObligationStatus.UNREACHABLE
    assert reason(obligation) == ("列表页：HTTP 500", "HTTP 500 on the list page")
    (finding,) = found.findings
    assert (finding.rule, finding.severity) == ("filing-unreachable", "info")
    assert (finding.verdict, finding.fault) == ("uncertain", "extraction")
    assert finding.message_zh == (
        "云溪县水务局2023年度报告应于2024-01-31前公布；"
        "网站未能完整访问（列表页：HTTP 500），不能判断是否已公布"
    )
    assert not certain(finding), "it never reaches a reader of the digest"


def test_nothing_is_missing_on_the_due_day_itself() -> None:
    assert status(matrix([], THREE_CLEAN, today=date(2024, 1, 31))) is ObligationStatus.NOT_DUE


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("云溪县水务局2023年政府信息公开工作年度报告", ObligationStatus.NOT_ASSESSABLE),
        ("云溪县水利局2023年政府信息公开工作年度报告", ObligationStatus.NOT_ASSESSABLE),
        (
            "县水务局2023年政府信息公开工作年度报告",
            ObligationStatus.NOT_ASSESSABLE,
        ),  # names nobody on the roster
        ("", ObligationStatus.NOT_ASSESSABLE),
        ("云溪县水务局2022年政府信息公开工作年度报告", ObligationStatus.MISSING),
        ("云溪县卫生健康委员会2023年政府信息公开工作年度报告", ObligationStatus.MISSING),
    ],
)
def test_an_unreadable_page_that_may_be_the_report_keeps_it_from_being_missing(
    title: str, expected: ObligationStatus
) -> None:
    found = matrix([report(HEALTH.name)], THREE_CLEAN, [page(title)], organs=(WATER, HEALTH))
    water = next(o for o in found.obligations if o.organ == WATER.name)
    assert water.status is expected
    assert reason(water) == (
        ("", "")
        if expected is ObligationStatus.MISSING
        else (
            f"报告可能在未能读取的页面：{page(title).url}",
            f"a page that may hold the report could not be read: {page(title).url}",
        )
    )


@pytest.mark.parametrize(
    ("printed", "expected"),
    [
        ("云溪县卫健委", ObligationStatus.NOT_ASSESSABLE),
        ("县卫生健康委员会", ObligationStatus.NOT_ASSESSABLE),
        ("云溪县水务局", ObligationStatus.MISSING),
        ("云岭省水利厅", ObligationStatus.MISSING),
    ],
)
def test_a_report_under_a_name_that_the_roster_lacks_may_be_this_bodys(
    printed: str, expected: ObligationStatus
) -> None:
    found = matrix([report(printed)], THREE_CLEAN, organs=(HEALTH,))
    assert status(found) is expected
    assert reason(found.obligations[0]) == (
        ("", "")
        if expected is ObligationStatus.MISSING
        else (
            f"以“{printed}”名义发布的报告可能属于该单位：{report(printed).url}",
            f"a report under the name {printed} may be this body's: {report(printed).url}",
        )
    )


def test_what_a_page_says_stands_in_a_reason_bounded_and_without_control_characters() -> None:
    printed = "云溪县卫生健康\x1b委员会" + "会" * 900
    stranger = replace(report(printed), url="http://yunxi.example/\u202e" + "a" * 900)
    (obligation,) = matrix([stranger], THREE_CLEAN, organs=(HEALTH,)).obligations
    name = ("云溪县卫生健康 委员会" + "会" * 900)[:100]
    url = ("http://yunxi.example/ " + "a" * 900)[:500]
    assert reason(obligation) == (
        f"以“{name}”名义发布的报告可能属于该单位：{url}",
        f"a report under the name {name} may be this body's: {url}",
    )


@pytest.mark.parametrize(
    ("published", "source", "expected", "late"),
    [
        (date(2024, 1, 31), "label", ObligationStatus.ON_TIME, 0),
        (date(2024, 2, 1), "meta", ObligationStatus.LATE, 1),
        (date(2024, 2, 26), "label", ObligationStatus.LATE, 26),
        (date(2024, 2, 26), "url", ObligationStatus.NOT_ASSESSABLE, None),
        (date(2024, 1, 10), "signature", ObligationStatus.NOT_ASSESSABLE, None),
        (None, None, ObligationStatus.NOT_ASSESSABLE, None),
    ],
)
def test_only_a_stated_date_makes_a_report_late_or_on_time(
    published: date | None, source: str | None, expected: ObligationStatus, late: int | None
) -> None:
    found = matrix([report(published=published, published_from=source, first_seen=at(6, 1))], [])
    (obligation,) = found.obligations
    assert (obligation.status, obligation.days_late) == (expected, late)
    assert reason(obligation) == (
        ("页面未载明发布日期", "the page states no publication date")
        if expected is ObligationStatus.NOT_ASSESSABLE
        else ("", "")
    )


@pytest.mark.parametrize("published", [None, date(2024, 2, 26)])
def test_a_report_that_we_saw_in_time_is_on_time_whatever_its_date(published: date | None) -> None:
    found = matrix([report(published=published, published_from="label", first_seen=at(1, 31, 23))], [])
    assert status(found) is ObligationStatus.ON_TIME


@pytest.mark.parametrize(
    ("kind", "day", "expected"),
    [
        ("government", date(2024, 3, 31), ObligationStatus.ON_TIME),
        ("government", date(2024, 4, 1), ObligationStatus.LATE),
        ("government_office", date(2024, 3, 1), ObligationStatus.NOT_ASSESSABLE),
        ("government_office", date(2024, 4, 1), ObligationStatus.LATE),
        ("township", date(2024, 2, 1), ObligationStatus.LATE),
    ],
)
def test_the_kind_of_body_decides_the_day(kind: str, day: date, expected: ObligationStatus) -> None:
    found = matrix([report(published=day, first_seen=at(6, 1))], [], organs=(replace(WATER, kind=kind),))
    assert status(found) is expected
    assert reason(found.obligations[0]) == (
        ("可能为政府本级报告", "may be the government's own report")
        if expected is ObligationStatus.NOT_ASSESSABLE
        else ("", "")
    )


def test_a_body_owes_nothing_outside_its_life() -> None:
    assert matrix([], THREE_CLEAN, organs=(replace(WATER, since=2024),)).obligations == ()
    assert matrix([], THREE_CLEAN, organs=(replace(WATER, until=2022),)).obligations == ()


def test_a_date_that_the_rules_doubt_makes_nobody_late() -> None:
    doubted = report(published=date(2024, 2, 26), rules={"uncertain": ["filing-late"]})
    (obligation,) = matrix([doubted], []).obligations
    assert (obligation.status, obligation.days_late) == (ObligationStatus.NOT_ASSESSABLE, None)
    assert obligation.reason_zh == "页面所载日期或年度互相矛盾"
    undoubted = report(published=date(2024, 2, 26), rules={"fail": ["filing-late"], "uncertain": ["x"]})
    assert status(matrix([undoubted], [])) is ObligationStatus.LATE


def test_a_report_below_another_one_may_be_anybodys() -> None:
    read_to_the_first = replace(
        page("云溪县卫生健康委员会2023年政府信息公开工作年度报告"), organ=HEALTH.name, year=2023
    )
    found = matrix([report(HEALTH.name)], THREE_CLEAN, [read_to_the_first], organs=(WATER, HEALTH))
    water = next(o for o in found.obligations if o.organ == WATER.name)
    assert water.status is ObligationStatus.NOT_ASSESSABLE
    assert found.findings == ()


def test_only_whole_visits_prove_an_absence() -> None:
    in_part = [replace(one, whole=False) for one in THREE_CLEAN]
    found = matrix([], in_part)
    assert status(found) is ObligationStatus.NOT_ASSESSABLE
    assert found.findings == ()
    (obligation,) = matrix([], [*THREE_CLEAN[:2], in_part[2]]).obligations
    assert (obligation.status, obligation.visits) == (
        ObligationStatus.NOT_ASSESSABLE,
        (at(2, 5), at(2, 6)),
    )
    assert status(matrix([], [*THREE_CLEAN, *in_part])) is ObligationStatus.MISSING


@pytest.mark.parametrize(
    ("changes", "counts"),
    [
        ({}, True),
        ({"clean": False}, False),
        ({"whole": False}, False),
        ({"years": (2023, 2024)}, True),
        ({"years": (2022,)}, False),
        ({"started": at(1, 31, 23)}, False),  # the due day itself
        ({"started": at(2, 1, 0)}, True),
    ],
)
def test_what_a_visit_proves(changes: dict[str, object], counts: bool) -> None:
    seen = replace(THREE_CLEAN[0], **changes)  # type: ignore[arg-type]
    assert proof_of_absence([seen], date(2024, 1, 31), 2023) == ((seen.started,) if counts else ())


def test_several_visits_of_one_day_are_one_proof() -> None:
    # 23:30 and 00:30 in China are two days, though both are one in UTC
    visits = [visit(at(2, 6, 9)), visit(at(2, 5, 23)), visit(at(2, 6, 0)), visit(at(2, 5, 3))]
    assert proof_of_absence(visits, date(2024, 1, 31), 2023) == (at(2, 5, 3), at(2, 6, 0))


def owing(
    visits: list[VisitRecord],
    held: dict[str, set[int]] | None = None,
    *,
    organs: tuple[OrganRecord, ...] = (WATER,),
    years: range = range(2023, 2024),
    today: date = TODAY,
) -> set[str]:
    return unproven(organs, held or {}, visits, policy(today=today), years=years, today=today, clean_visits=3)


def test_a_portal_is_gone_through_whole_until_an_absence_is_proved() -> None:
    assert owing([]) == {"p"}
    assert owing(THREE_CLEAN[:2]) == {"p"}
    assert owing(THREE_CLEAN) == set()
    assert owing([replace(one, whole=False) for one in THREE_CLEAN]) == {"p"}
    assert owing([replace(one, portal="q") for one in THREE_CLEAN]) == {"p"}


def test_what_is_held_not_due_or_not_owed_needs_no_proof() -> None:
    assert owing([], {WATER.name: {2023}}) == set()
    assert owing([], {WATER.name: {2022}}) == {"p"}
    assert owing([], today=date(2024, 1, 31)) == set()
    assert owing([], today=date(2024, 2, 1)) == {"p"}
    assert owing([], organs=(replace(WATER, since=2024),)) == set()
    assert owing([], organs=(replace(WATER, until=2022),)) == set()
    assert owing([], organs=(replace(WATER, since=2023, until=2023),)) == {"p"}
    assert owing([], organs=(replace(WATER, kind="government"),)) == set(), "due at the end of March"
    assert owing([], {WATER.name: {2023}}, years=range(2022, 2024)) == {"p"}
    other = replace(HEALTH, portal="q")
    assert owing([], {WATER.name: {2023}}, organs=(WATER, other)) == {"q"}
