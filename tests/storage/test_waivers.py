"""Decisions of people over the nights, and findings that are withdrawn, on both databases."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, text

from storage import tables
from storage.engine import downgrade, open_engine, upgrade, writing
from storage.ledger import Ledger, UnknownWaiver
from storage.queries import Queries
from storage.records import (
    Cause,
    Compared,
    FindingStatus,
    ObligationRecord,
    ObligationStatus,
    Origin,
    RunRecord,
    SeenAgain,
    WaiverRecord,
)

A, B = "http://a.example/1.html", "http://b.example/2.html"
ORGAN = "云溪县水务局"


def _waiver(nights: Any, **values: Any) -> WaiverRecord:
    given: dict[str, Any] = {
        "id": None, "rule": "applications-balance", "organ": ORGAN, "year": 2023, "reason": "已核实",
        "author": "王某", "created": nights.at(30), "expires": nights.at() + timedelta(days=365),
    }  # fmt: skip
    return WaiverRecord(**{**given, **values})


def _kinds(queries: Queries) -> list[str]:
    return [f"{change.kind} {int(change.finding.fingerprint, 16)}" for change in queries.changes(0)]


def _causes(queries: Queries) -> list[tuple[str, str | None, int | None]]:
    return [(str(c.kind), c.cause and str(c.cause), c.waiver) for c in queries.changes(0)]


def _states(queries: Queries) -> dict[int, str]:
    return {int(f.fingerprint, 16): str(f.status) for f in queries.findings(include_fixed=True)}


def _tonight(nights: Any, *findings: Any, **report: Any) -> None:
    nights.record(nights.page(nights.report(**report), *findings))


# a decision's life


def test_a_decision_covers_what_stands_and_what_comes(ledger: Ledger, queries: Queries, nights: Any) -> None:
    _tonight(nights, nights.finding(1), nights.finding(9, rule="disputes-sum"))
    assert [f.fingerprint for f in queries.would_be_covered(_waiver(nights))] == [f"{1:016x}"]
    assert ledger.add_waiver(_waiver(nights)) == 1
    assert queries.would_be_covered(_waiver(nights)) == []
    assert _states(queries) == {1: "waived", 9: "new"}
    [_, _, step] = queries.changes(0)
    assert (step.kind, step.waiver, step.at, step.run) == ("waived", 1, nights.at(30), nights.run)
    assert step.finding.status is FindingStatus.WAIVED
    nights.begin()
    _tonight(nights, nights.finding(1), nights.finding(2, where="applications.business"))
    assert _states(queries) == {1: "waived", 2: "waived", 9: "fixed"}
    assert _causes(queries)[3:] == [("waived", None, 1), ("fixed", "elsewhere", None)]
    assert queries.open_counts() == {}


def test_a_decision_survives_the_nights_and_lapses_when_the_values_change(
    ledger: Ledger, queries: Queries, nights: Any
) -> None:
    _tonight(nights, nights.finding())
    ledger.add_waiver(_waiver(nights))
    for _ in range(2):
        nights.begin()
        _tonight(nights, nights.finding())
        nights.record(SeenAgain(A, nights.at()))
        ledger.grown_old(nights.run, "yunxi")
        assert _states(queries) == {1: "waived"}
    nights.begin()
    _tonight(nights, nights.finding(found=3))
    assert _states(queries) == {1: "changed"}
    assert queries.findings()[0].waiver is None
    # the decision still holds, but it was made about other values
    for _ in range(2):
        nights.begin()
        _tonight(nights, nights.finding(found=3))
        assert _states(queries) == {1: "open"}
    nights.begin()
    _tonight(nights, nights.finding(found=20))
    assert _states(queries) == {1: "changed"}
    assert _causes(queries) == [
        ("new", None, None), ("waived", None, 1), ("lapsed", "values", 1), ("changed", None, None),
    ]  # fmt: skip
    # somebody decides anew
    assert ledger.add_waiver(_waiver(nights)) == 2
    nights.begin()
    _tonight(nights, nights.finding(found=20))
    assert _states(queries) == {1: "waived"}
    assert [(u.waiver.id, u.covered, u.outdated) for u in queries.waivers()] == [(1, 0, 1), (2, 1, 0)]


def test_a_decision_that_expires_ends_when_the_next_run_begins(
    ledger: Ledger, queries: Queries, nights: Any
) -> None:
    _tonight(nights, nights.finding(1))
    ledger.add_waiver(_waiver(nights, expires=nights.at() + timedelta(hours=30)))
    nights.begin()  # a day later
    assert _states(queries) == {1: "waived"}
    run = nights.begin()
    assert _states(queries) == {1: "open"}
    step = queries.changes(0)[-1]
    assert (step.kind, step.cause, step.waiver, step.run) == ("lapsed", "expired", 1, run)
    assert queries.waivers()[0].waiver.lapsed == nights.at()
    _tonight(nights, nights.finding(1), nights.finding(2))
    assert _states(queries) == {1: "open", 2: "new"}
    nights.begin()
    assert len(queries.changes(0)) == 4  # it ends once


def test_a_decision_that_expires_under_a_run_covers_nothing_more(
    ledger: Ledger, queries: Queries, nights: Any
) -> None:
    _tonight(nights, nights.finding(1))
    ledger.add_waiver(_waiver(nights, expires=nights.at(60)))
    late = nights.report(seen=nights.at(61))
    nights.record(nights.page(late, nights.finding(1), nights.finding(2)))
    assert _causes(queries)[2:] == [("lapsed", "expired", 1), ("new", None, None)]
    assert _states(queries) == {1: "open", 2: "new"}


def test_a_page_of_the_archive_is_judged_by_the_decisions_of_tonight(
    ledger: Ledger, queries: Queries, nights: Any
) -> None:
    """What was fetched long ago is judged again: a decision that ended since does not cover it."""
    fetched = nights.at()
    ledger.add_waiver(_waiver(nights, expires=nights.at(60)))
    nights.begin()
    nights.record(nights.page(nights.report(seen=fetched), nights.finding(1)))
    assert _states(queries) == {1: "new"}


def test_a_decision_is_withdrawn(ledger: Ledger, queries: Queries, nights: Any) -> None:
    _tonight(nights, nights.finding())
    number = ledger.add_waiver(_waiver(nights))
    ledger.withdraw_waiver(number, nights.at(90))
    assert _states(queries) == {1: "open"}
    assert _causes(queries)[-1] == ("lapsed", "revoked", 1)
    ledger.withdraw_waiver(number, nights.at(95))  # once more: nothing
    assert queries.waivers()[0].waiver.withdrawn == nights.at(90)
    assert len(queries.changes(0)) == 3
    with pytest.raises(UnknownWaiver, match="there is no waiver 7"):
        ledger.withdraw_waiver(7, nights.at())


def test_another_decision_takes_over_without_a_step(ledger: Ledger, queries: Queries, nights: Any) -> None:
    _tonight(nights, nights.finding())
    first, second = ledger.add_waiver(_waiver(nights)), ledger.add_waiver(_waiver(nights, year=None))
    ledger.withdraw_waiver(first, nights.at(90))
    assert [(f.status, f.waiver) for f in queries.findings()] == [("waived", second)]
    assert _kinds(queries) == ["new 1", "waived 1"]
    ledger.withdraw_waiver(second, nights.at(95))
    assert _states(queries) == {1: "open"}


def test_what_is_repaired_is_fixed_and_decided_when_it_returns_as_it_was(
    ledger: Ledger, queries: Queries, nights: Any
) -> None:
    _tonight(nights, nights.finding())
    ledger.add_waiver(_waiver(nights))
    nights.begin()
    _tonight(nights, sha="2")
    nights.begin()
    _tonight(nights, nights.finding(), sha="3")
    assert _states(queries) == {1: "waived"}
    nights.begin()
    _tonight(nights, sha="4")
    nights.begin()
    _tonight(nights, nights.finding(found=5), sha="5")
    assert _states(queries) == {1: "returned"}
    assert _causes(queries)[2:] == [
        ("fixed", "edited", 1), ("waived", None, 1), ("fixed", "edited", 1), ("lapsed", "values", 1),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("values", "covered"),
    [
        ({}, True),
        ({"organ": None}, True),
        ({"rule": "disputes-sum"}, False),
        ({"organ": "云溪县水利局"}, False),
        ({"year": 2022}, False),
        ({"where": "applications.total"}, True),
        ({"where": "applications"}, False),
        ({"where": "applications.business"}, False),
    ],
)
def test_what_a_decision_covers(
    ledger: Ledger, queries: Queries, nights: Any, values: dict[str, Any], covered: bool
) -> None:
    ledger.add_waiver(_waiver(nights, **values))
    _tonight(nights, nights.finding())
    assert _states(queries) == {1: "waived" if covered else "new"}


@pytest.mark.parametrize(
    ("values", "covered"),
    [
        ({}, True),
        ({"organ": None}, False),
        ({"year": None}, False),
        ({"organ": None, "where": "applications.total"}, False),
        ({"organ": None, "year": None, "critical": True}, True),
    ],
)
def test_critical_findings_need_body_and_year_or_the_word(
    ledger: Ledger, queries: Queries, nights: Any, values: dict[str, Any], covered: bool
) -> None:
    grave = nights.finding(severity="critical")
    ledger.add_waiver(_waiver(nights, **values))
    _tonight(nights, grave)
    assert _states(queries) == {1: "waived" if covered else "new"}
    ledger.withdraw_waiver(1, nights.at())
    ledger.add_waiver(_waiver(nights, **values))  # and of what stands already
    assert (_states(queries) == {1: "waived"}) is covered


def test_what_becomes_critical_is_covered_no_longer(ledger: Ledger, queries: Queries, nights: Any) -> None:
    ledger.add_waiver(_waiver(nights, year=None))
    _tonight(nights, nights.finding())
    nights.begin()
    _tonight(nights, nights.finding(severity="critical"))
    assert _states(queries) == {1: "open"}
    assert _causes(queries)[-1] == ("lapsed", "graver", 1)


@pytest.mark.parametrize("origin", list(Origin))
def test_every_origin_is_covered(ledger: Ledger, queries: Queries, nights: Any, origin: Origin) -> None:
    ledger.add_waiver(_waiver(nights, rule="x"))
    finding = nights.finding(rule="x", stated_by=origin)
    if origin is not Origin.DUTY:
        _tonight(nights, *([finding] if origin is Origin.READING else []))
    else:
        ledger.assess(nights.run, [_duty(nights, ObligationStatus.MISSING)], [finding])
    if origin is Origin.COMPARISON:
        ledger.record_comparisons(nights.run, [Compared(ORGAN, 2023, {}, (finding,))])
    assert _states(queries) == {1: "waived"}


def test_an_inconclusive_comparison_resolves_nothing_that_is_decided(
    ledger: Ledger, queries: Queries, nights: Any
) -> None:
    ledger.add_waiver(_waiver(nights))
    _tonight(nights)
    finding = nights.finding(stated_by=Origin.COMPARISON)
    ledger.record_comparisons(nights.run, [Compared(ORGAN, 2023, {}, (finding,))])
    ledger.record_comparisons(nights.run, [Compared(ORGAN, 2023, {}, (), conclusive=False)])
    assert _states(queries) == {1: "waived"}


def test_history_is_newest_first(ledger: Ledger, queries: Queries, nights: Any) -> None:
    _tonight(nights, nights.finding(1), nights.finding(2))
    ledger.add_waiver(_waiver(nights))
    nights.begin()
    _tonight(nights, nights.finding(1, found=3), nights.finding(2))
    one, two, none = f"{1:016x}", f"{2:016x}", "f" * 16
    steps = queries.history([one, two, none])
    assert [(s.kind, s.finding.found) for s in steps[one]] == [("lapsed", 3), ("waived", 20), ("new", 20)]
    assert [s.kind for s in steps[two]] == ["waived", "new"]
    assert steps[none] == []
    assert [f.fingerprint for f in queries.findings(fingerprint="000000000000000")] == [one, two]
    assert queries.findings(fingerprint="%") == []


# several writers


def test_a_decision_and_a_batch_at_the_same_moment(
    ledger: Ledger, queries: Queries, nights: Any, url: str
) -> None:
    """Whichever comes first, what is stated tonight is waived in the end, once."""
    page = nights.page(nights.report(), nights.finding(1), nights.finding(2))
    waiver = _waiver(nights)
    start = threading.Barrier(4)

    def work(decides: bool) -> None:
        engine = open_engine(url)
        start.wait()
        if decides:
            Ledger(engine).add_waiver(waiver)
        else:
            Ledger(engine).record(nights.run, [page])
        engine.dispose()

    threads = [threading.Thread(target=work, args=(decides,)) for decides in (True, False, True, False)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert _states(queries) == {1: "waived", 2: "waived"}
    kinds = _kinds(queries)
    assert (kinds.count("waived 1"), kinds.count("waived 2")) == (1, 1)
    assert sum(use.covered for use in queries.waivers()) == 2


def test_two_runs_that_begin_at_once_end_a_decision_once(
    ledger: Ledger, queries: Queries, nights: Any, url: str
) -> None:
    _tonight(nights, nights.finding())
    ledger.add_waiver(_waiver(nights, expires=nights.at(60)))
    nights.night += 1
    run = RunRecord(None, "nightly", "yunling", nights.at())

    def begin() -> None:
        engine = open_engine(url)
        Ledger(engine).begin_run(run)
        engine.dispose()

    threads = [threading.Thread(target=begin) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert _kinds(queries) == ["new 1", "waived 1", "lapsed 1"]


# withdrawn, not fixed


def test_what_other_settings_no_longer_state_is_withdrawn(queries: Queries, nights: Any) -> None:
    nights.record(nights.page(nights.report(), nights.finding(), judged_by="table 1"))
    nights.begin()
    nights.record(nights.page(nights.report(), judged_by="table 2"))
    assert _states(queries) == {1: "withdrawn"}
    assert _causes(queries)[-1] == ("withdrawn", "rules", None)
    assert queries.findings() == []
    assert queries.findings(status="withdrawn")[0].rule == "applications-balance"
    assert queries.open_counts() == {}
    nights.begin()
    nights.record(nights.page(nights.report(), nights.finding(), judged_by="table 1"))
    assert _states(queries) == {1: "returned"}
    nights.begin()
    nights.record(nights.page(nights.report(sha="2"), judged_by="table 1"))
    assert _states(queries) == {1: "fixed"}


def test_a_repair_on_the_night_of_other_rules_is_not_told_as_one(queries: Queries, nights: Any) -> None:
    """Nobody can tell which of the two it was."""
    nights.record(nights.page(nights.report(), nights.finding()))
    nights.begin()
    nights.record(nights.page(nights.report(sha="2", rules_version=2)))
    assert _states(queries) == {1: "withdrawn"}


def test_what_is_stated_under_new_rules_too_is_fixed_when_it_is_repaired(
    queries: Queries, nights: Any
) -> None:
    nights.record(nights.page(nights.report(), nights.finding(), judged_by="table 1"))
    nights.record(nights.page(nights.report(), nights.finding(), judged_by="table 2"))
    nights.begin()
    nights.record(nights.page(nights.report(sha="2"), judged_by="table 2"))
    assert _kinds(queries) == ["new 1", "fixed 1"]


def test_the_page_that_steps_in_is_held_against_what_it_was_judged_by(queries: Queries, nights: Any) -> None:
    nights.record(nights.page(nights.report(), nights.finding(), judged_by="table 1"))
    nights.begin()
    earlier = nights.report(url=B, published=nights.at().date().replace(month=1, day=2))
    nights.record(nights.page(earlier, judged_by="table 2"))
    assert queries.reports()[0].url == B
    assert _states(queries) == {1: "withdrawn"}


@pytest.mark.parametrize(("by", "becomes"), [("roster 1", "fixed"), ("roster 2", "withdrawn")])
def test_comparisons_by_another_roster(
    ledger: Ledger, queries: Queries, nights: Any, by: str, becomes: str
) -> None:
    _tonight(nights)
    finding = nights.finding(stated_by=Origin.COMPARISON)
    ledger.record_comparisons(nights.run, [Compared(ORGAN, 2023, {}, (finding,), by="roster 1")])
    nights.begin()
    ledger.record_comparisons(nights.run, [Compared(ORGAN, 2023, {}, (), by=by)])
    assert _states(queries) == {1: becomes}


def _duty(nights: Any, status: ObligationStatus, **values: Any) -> ObligationRecord:
    return ObligationRecord(ORGAN, "department", "yunling", 2023, nights.at().date(), status, **values)


@pytest.mark.parametrize(
    ("status", "cause"),
    [
        (ObligationStatus.ON_TIME, Cause.FILED),
        (ObligationStatus.LATE, Cause.FILED),
        (ObligationStatus.NOT_DUE, Cause.RULES),
        (ObligationStatus.MISSING, Cause.RULES),
        (ObligationStatus.UNREACHABLE, Cause.UNPROVED),
        (ObligationStatus.NOT_ASSESSABLE, Cause.UNPROVED),
        (ObligationStatus.EXCLUDED, Cause.RULES),
    ],
)
def test_an_absence_is_fixed_by_a_report_and_by_nothing_else(
    ledger: Ledger, queries: Queries, nights: Any, status: ObligationStatus, cause: Cause
) -> None:
    absence = nights.finding(rule="filing-missing", archived=None, stated_by=Origin.DUTY)
    ledger.assess(nights.run, [_duty(nights, ObligationStatus.MISSING)], [absence])
    nights.begin()
    if cause is Cause.FILED:
        _tonight(nights)
    ledger.assess(nights.run, [_duty(nights, status, url=A)], [])
    assert queries.changes(0)[-1].cause is cause
    assert _states(queries) == {1: "fixed" if cause is Cause.FILED else "withdrawn"}


def test_a_report_that_was_here_when_it_was_missed_is_no_repair(
    ledger: Ledger, queries: Queries, nights: Any
) -> None:
    """It had been taken for something else, as for the report of a body that the roster did not know."""
    _tonight(nights, organ="云溪县水利局")
    nights.begin()
    absence = nights.finding(rule="filing-missing", archived=None, stated_by=Origin.DUTY)
    ledger.assess(nights.run, [_duty(nights, ObligationStatus.MISSING)], [absence])
    nights.begin()
    _tonight(nights)
    ledger.assess(nights.run, [_duty(nights, ObligationStatus.ON_TIME, url=A)], [])
    assert queries.changes(0)[-1].cause is Cause.MISREAD


# the schema


def test_down_and_up_with_decisions(engine: Engine, ledger: Ledger, queries: Queries, nights: Any) -> None:
    nights.record(nights.page(nights.report(), nights.finding(1), nights.finding(2), judged_by="table 1"))
    ledger.add_waiver(_waiver(nights, where="applications.total"))
    nights.begin()
    nights.record(nights.page(nights.report(), nights.finding(1), judged_by="table 2"))
    assert _states(queries) == {1: "waived", 2: "withdrawn"}
    downgrade(engine, "0004")
    with engine.connect() as connection:
        rows = connection.execute(text("SELECT status FROM findings ORDER BY fingerprint"))
        assert [status for (status,) in rows] == ["open", "fixed"]
        kinds = connection.execute(text("SELECT kind FROM changes ORDER BY id"))
        assert [kind for (kind,) in kinds] == ["new", "new", "fixed"]
    upgrade(engine)
    assert _states(queries) == {1: "open", 2: "fixed"}
    assert queries.changes(0)[-1].finding.status is FindingStatus.FIXED
    with writing(engine) as session:
        found = session.get_one(tables.Finding, f"{1:016x}")
        assert (found.judged_by, found.waiver, found.decided_before) == ("1:table 2", None, 0)
    nights.begin()
    nights.record(nights.page(nights.report(), judged_by="table 3"))
    assert _states(queries) == {1: "withdrawn", 2: "fixed"}
