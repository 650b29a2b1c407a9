"""What a digest tells of a list of changes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.clock import CHINA
from crawler.digest.compose import MOST_IN_REPORT, MOST_REPORTS, compose
from crawler.digest.contents import Digest, Part, PartKind
from crawler.digest.render import html, text
from crawler.digest.scope import Scope, said
from crawler.digest.surroundings import Surroundings
from storage.records import Cause, ChangeRecord, Coverage, FindingStatus, ObligationStatus, VisitRecord

Make = Callable[..., ChangeRecord]
DAY = date(2024, 4, 10)
MOMENT = datetime(2024, 4, 10, 2, 0, tzinfo=CHINA)
AROUND = Surroundings(
    provinces={"yunling": "云岭省", "songtao": "松涛省"}, portals={"qingshan": "青杉市人民政府"}
)


def composed(*changes: ChangeRecord, around: Surroundings = AROUND, lang: str = "zh") -> Digest:
    digest = compose(changes, around, day=DAY, lang=lang)
    assert digest is not None
    return digest


def organs(part: Part) -> list[str]:
    return [organ.organ for province in part.provinces for organ in province.organs]


def test_nothing_changed_makes_no_digest() -> None:
    assert compose((), AROUND, day=DAY) is None


def test_the_subject_says_what_changed(change: Make) -> None:
    changes = (
        change(1, "new", fingerprint="a"),
        change(2, "new", fingerprint="b", where="applications.business"),
        change(3, "new", fingerprint="c", rule="section-missing", where="sections.disputes"),
        change(4, "fixed", fingerprint="d"),
        change(5, "fixed", fingerprint="e"),
        change(6, "new", fingerprint="f", rule="filing-late", where="filing", organ="临溪县教育局"),
    )
    digest = composed(*changes)
    assert digest.subject == "云岭省 3 项新问题，2 项已整改，1 单位逾期"
    assert composed(*changes, lang="en").subject == "云岭省 3 new, 2 fixed, 1 late"
    assert [(part.kind, part.count) for part in digest.parts] == [
        (PartKind.NEW, 3),
        (PartKind.DUTY, 1),
        (PartKind.FIXED, 2),
    ]
    assert digest.last_change == 6


def test_two_reports_of_one_late_body_are_one_body(change: Make) -> None:
    digest = composed(
        change(1, "new", fingerprint="a", rule="filing-late", where="filing", year=2022),
        change(2, "new", fingerprint="b", rule="filing-late", where="filing", year=2023),
        change(3, "new", fingerprint="c", rule="filing-missing", where="filing", organ="临溪县教育局"),
    )
    assert digest.subject == "云岭省 1 单位逾期，1 单位未发布"


def test_a_late_report_that_was_put_right_is_told_as_fixed(change: Make) -> None:
    digest = composed(change(1, "fixed", rule="filing-missing", where="filing"))
    assert [part.kind for part in digest.parts] == [PartKind.FIXED]
    assert digest.subject == "云岭省 1 项已整改"


def test_the_busiest_provinces_are_named_first_and_the_rest_counted(change: Make) -> None:
    digest = composed(
        change(1, "new", fingerprint="a", province="songtao"),
        change(2, "new", fingerprint="b", province="songtao"),
        change(3, "new", fingerprint="c"),
        change(4, "new", fingerprint="d", province="zz"),
    )
    assert digest.subject == "松涛省 2 项新问题；云岭省 1 项新问题；另有 1 省有变化"


@pytest.mark.parametrize(
    "fields",
    [
        {"verdict": "uncertain"},
        {"fault": "extraction"},
        {"fault": "unknown"},
        {"fault": "unknown", "verdict": "uncertain"},
    ],
)
def test_only_certain_defects_of_the_publisher_are_told(change: Make, fields: dict[str, str]) -> None:
    doubtful = change(1, "new", fingerprint="a", **fields)
    assert compose((doubtful,), AROUND, day=DAY) is None
    digest = composed(doubtful, change(2, "new", fingerprint="b"))
    assert digest.subject == "云岭省 1 项新问题"


@pytest.mark.parametrize(
    ("steps", "told"),
    [
        (["new"], "new"),
        (["returned"], "returned"),
        (["changed"], "changed"),
        (["fixed"], "fixed"),
        (["new", "changed"], "new"),
        (["new", "fixed"], None),
        (["new", "fixed", "returned"], "new"),
        (["returned", "fixed"], None),
        (["changed", "fixed"], "fixed"),
        (["fixed", "returned"], None),
        (["fixed", "returned", "changed"], None),
    ],
)
def test_several_steps_of_one_finding_are_told_as_their_sum(
    change: Make, steps: list[str], told: str | None
) -> None:
    changes = [change(number, step) for number, step in enumerate(steps, start=1)]
    digest = compose(changes, AROUND, day=DAY)
    assert (None if digest is None else [part.kind.value for part in digest.parts]) == (told and [told])


@pytest.mark.parametrize(
    ("steps", "told"),
    [
        ("waived", None),  # born under a decision, or covered since
        ("new waived", None),
        ("changed waived", None),
        ("waived fixed!", None),
        ("fixed!", None),  # it was under a decision before
        ("withdrawn!", None),
        ("fixed! waived", None),
        ("lapsed", "lapsed"),
        ("waived lapsed", "lapsed"),
        ("lapsed changed", "lapsed"),
        ("lapsed fixed", None),
        ("fixed! lapsed", "lapsed"),
        ("fixed! returned", "returned"),
        ("new waived lapsed", "new"),
        ("withdrawn", "withdrawn"),
        ("changed withdrawn", "withdrawn"),
        ("new withdrawn", None),
        ("withdrawn returned", None),
        ("withdrawn returned fixed", "fixed"),
    ],
)
def test_decisions_and_what_is_withdrawn(change: Make, steps: str, told: str | None) -> None:
    """A step with ! happens under a decision."""
    changes = []
    for number, step in enumerate(steps.split(), start=1):
        kind = step.rstrip("!")
        under = kind in ("waived", "lapsed") or step.endswith("!")
        changes.append(replace(change(number, kind), waiver=1 if under else None))
    digest = compose(changes, AROUND, day=DAY)
    assert (None if digest is None else [part.kind.value for part in digest.parts]) == (told and [told])


@pytest.mark.parametrize("rule", ["applications-balance", "filing-missing"])
def test_what_is_withdrawn_or_lapsed_says_why_and_is_never_fixed(change: Make, rule: str) -> None:
    gone = replace(change(1, "withdrawn", fingerprint="a", rule=rule), cause=Cause.RULES)
    back = replace(change(2, "lapsed", fingerprint="b", rule=rule), cause=Cause.VALUES, waiver=1)
    digest = composed(gone, back)
    assert digest.subject == "云岭省 1 项豁免失效，1 项不再适用"
    assert composed(gone, back, lang="en").subject == "云岭省 1 no longer waived, 1 no longer applicable"
    assert [(part.kind.value, part.count) for part in digest.parts] == [("lapsed", 1), ("withdrawn", 1)]
    written = text(digest)
    assert "豁免不再有效：数值有变" in written
    assert "[撤回]" in written
    assert "不再认定；并非整改" in written
    assert "已改" not in written
    assert "已整改" not in html(digest)


def test_fixed_and_back_with_other_numbers_is_a_change(change: Make) -> None:
    digest = composed(change(1, "fixed"), change(2, "returned", message_zh="新收22，办结20"))
    assert [part.kind for part in digest.parts] == [PartKind.CHANGED]
    assert digest.parts[0].provinces[0].organs[0].reports[0].items[0].message == "新收22，办结20"


def test_what_was_doubtful_and_became_certain_is_new(change: Make) -> None:
    digest = composed(change(1, "new", verdict="uncertain"), change(2, "changed"))
    assert [part.kind for part in digest.parts] == [PartKind.NEW]


_STEPS = st.lists(st.tuples(st.sampled_from("abcd"), st.booleans()), max_size=30)


@given(_STEPS)
def test_counts_agree_with_what_really_stands(change: Make, flips: list[tuple[str, bool]]) -> None:
    """Over any life of four findings, new minus fixed is the difference between before and after."""
    standing: set[str] = {"a", "b"}
    before, seen = set(standing), {"a", "b"}
    changes: list[ChangeRecord] = []
    for name, wanted in flips:
        if wanted == (name in standing):
            continue
        kind = "fixed" if not wanted else "returned" if name in seen else "new"
        seen.add(name)
        standing ^= {name}
        changes.append(change(len(changes) + 1, kind, fingerprint=name, where=f"applications.{name}"))
    digest = compose(changes, AROUND, day=DAY)
    parts = {part.kind: part.count for part in digest.parts} if digest else {}
    appeared = parts.get(PartKind.NEW, 0) + parts.get(PartKind.RETURNED, 0)
    assert appeared == len(standing - before)
    assert parts.get(PartKind.FIXED, 0) == len(before - standing)
    assert parts.get(PartKind.CHANGED, 0) == 0


def test_the_worst_stands_first(change: Make) -> None:
    digest = composed(
        change(
            1, "new", fingerprint="a", organ="青杉市甲局", severity="warning", rule="title-called-work-report"
        ),
        change(2, "new", fingerprint="b", organ="青杉市乙局", severity="warning", rule="period-missing"),
        change(3, "new", fingerprint="c", organ="青杉市丙局", severity="critical", rule="table-missing"),
        change(4, "new", fingerprint="d", organ="青杉市甲局", severity="error", rule="disputes-total"),
    )
    assert organs(digest.parts[0]) == ["青杉市丙局", "青杉市甲局", "青杉市乙局"]
    second = digest.parts[0].provinces[0].organs[1].reports[0]
    assert [item.severity for item in second.items] == ["error", "warning"]


def test_findings_with_one_likely_cause_are_one_line(change: Make) -> None:
    cause = {"fingerprint": "c", "rule": "cell-likely-culprit", "severity": "info", "message_zh": "应为3"}
    digest = composed(
        change(1, "new", fingerprint="a", rule="applications-balance", group="c", message_zh="不平"),
        change(2, "new", fingerprint="b", rule="applications-row-total", group="c", message_zh="合计不符"),
        change(3, "new", **cause),
        change(4, "new", fingerprint="d", rule="disputes-total"),
    )
    (part,) = digest.parts
    assert part.count == 2
    report = part.provinces[0].organs[0].reports[0]
    first, second = report.items
    assert (first.message, first.severity) == ("应为3", "error"), "as grave as the worst that it explains"
    assert [item.message for item in first.under] == ["不平", "合计不符"]
    assert (second.rule, second.under) == ("disputes-total", ())
    assert "2 项新问题" in digest.subject


def test_a_cause_that_is_not_told_hides_nothing(change: Make) -> None:
    digest = composed(change(1, "new", fingerprint="a", group="c"))
    assert [part.count for part in digest.parts] == [1]
    fixed = composed(
        change(1, "fixed", fingerprint="a", group="c"),
        change(2, "new", fingerprint="c", rule="cell-likely-culprit", severity="info"),
    )
    assert [(part.kind, part.count) for part in fixed.parts] == [(PartKind.FIXED, 1)]


def test_hints_and_what_is_the_operators_are_not_told(change: Make) -> None:
    assert compose([change(1, "new", severity="info")], AROUND, day=DAY) is None
    unreachable = {"rule": "filing-unreachable", "verdict": "uncertain", "fault": "extraction"}
    assert compose([change(1, "new", **unreachable)], AROUND, day=DAY) is None


def test_long_lists_are_cut_and_counted(change: Make) -> None:
    many = [
        change(number, "new", fingerprint=f"r{number}", where=f"applications.row{number:02}")
        for number in range(1, MOST_IN_REPORT + 4)
    ]
    bodies = [
        change(
            100 + number, "new", fingerprint=f"o{number}", organ=f"青杉市第{number:03}局", severity="warning"
        )
        for number in range(MOST_REPORTS + 4)
    ]
    digest = composed(*many, *bodies)
    [part] = digest.parts
    assert part.count == MOST_IN_REPORT + 3 + MOST_REPORTS + 4
    assert part.more_reports == 5
    assert len(organs(part)) == MOST_REPORTS
    first = part.provinces[0].organs[0].reports[0]
    assert (len(first.items), first.more) == (MOST_IN_REPORT, 3)


def test_places_are_named_as_the_form_prints_them(change: Make) -> None:
    assert composed(change(1, "new")).parts[0].provinces[0].organs[0].reports[0].items[0].place == (
        "表三 · 自然人"
    )
    english = composed(change(1, "new"), lang="en").parts[0].provinces[0].organs[0].reports[0].items[0]
    assert (english.place, english.message) == (
        "table 3 · natural persons",
        "21 + 0 received, 20 + 0 accounted for",
    )


def test_what_could_not_be_checked_is_said_with_its_reason(change: Make) -> None:
    visit = VisitRecord(
        1,
        "qingshan",
        MOMENT,
        MOMENT,
        clean=False,
        reason_zh="栏目列表页：HTTP 500",
        reason_en="list page: HTTP 500",
    )
    status = ObligationStatus
    around = Surroundings(
        duties={
            "yunling": {status.UNREACHABLE: 2, status.NOT_ASSESSABLE: 1, status.LATE: 1, status.NOT_DUE: 9},
            "songtao": {status.MISSING: 1, status.ON_TIME: 1, status.EXCLUDED: 4},
        },
        open_by_severity={"warning": 2, "critical": 1, "error": 0},
        unclean=(visit,),
        portals={"qingshan": "青杉市人民政府"},
    )
    digest = composed(change(1, "new"), around=around)
    assert [(item.portal, item.day, item.reason) for item in digest.unvisited] == [
        ("青杉市人民政府", date(2024, 4, 10), "栏目列表页：HTTP 500")
    ]
    in_english = composed(change(1, "new"), around=around, lang="en")
    assert [item.reason for item in in_english.unvisited] == ["list page: HTTP 500"]
    assert (digest.unreachable, digest.not_assessable, digest.late, digest.missing) == (2, 1, 1, 1)
    assert digest.still_open == (("critical", 1), ("warning", 2))
    assert digest.coverage == Coverage(3, 6)
    assert [(state.name, state.changes, state.coverage) for state in digest.provinces] == [
        ("yunling", {PartKind.NEW: 1}, Coverage(1, 4)),
        ("songtao", {}, Coverage(2, 2)),
    ]


def test_the_visit_day_is_a_day_in_china(change: Make) -> None:
    moment = datetime.fromisoformat("2024-04-09T18:00:00+00:00")
    visit = VisitRecord(1, "qingshan", moment, moment, clean=False)
    digest = composed(change(1, "new"), around=Surroundings(unclean=(visit,)))
    assert digest.unvisited[0].day == date(2024, 4, 10)


@pytest.mark.parametrize(("kind", "told"), [("returned", True), ("changed", False), ("new", False)])
def test_what_a_reader_knows_is_told_when_it_comes_back(change: Make, kind: str, told: bool) -> None:
    step = change(1, kind, status=FindingStatus(kind))
    scope = Scope(acknowledged={step.finding.fingerprint: said(step.finding)})
    digest = compose((step,), AROUND, day=DAY, scope=scope)
    assert (digest is not None) is told


def test_a_scope_takes_of_a_cause_what_it_lets_pass(change: Make) -> None:
    """The cause is told as long as anything beneath it is, and is as grave as the worst of that."""
    changes = (
        change(1, "new", fingerprint="a", group="c"),
        change(2, "new", fingerprint="b", group="c", rule="applications-row-total", severity="warning"),
        change(3, "new", fingerprint="c", rule="cell-likely-culprit", severity="info"),
        change(4, "new", fingerprint="d", province="songtao", organ="棠港区水务局"),
    )

    def lines(scope: Scope) -> list[tuple[str, int]]:
        digest = compose(changes, AROUND, day=DAY, scope=scope)
        parts = () if digest is None else digest.parts
        return [
            (item.severity, len(item.under))
            for part in parts
            for province in part.provinces
            for organ in province.organs
            for report in organ.reports
            for item in report.items
        ]

    assert lines(Scope(severity="warning")) == [("error", 0), ("error", 2)]
    assert lines(Scope(severity="error", provinces=frozenset({"yunling"}))) == [("error", 1)]
    assert lines(Scope(severity="warning", rules=frozenset({"applications-row-total"}))) == [("warning", 1)]
    assert lines(Scope(severity="critical")) == []
