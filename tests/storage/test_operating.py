"""What the operator asks of the record, on both databases."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine

from storage.engine import open_engine
from storage.leases import Leases
from storage.ledger import Ledger
from storage.nights import GOOD
from storage.operating import Nights, Operations
from storage.outbox import LEFT, Outbox
from storage.records import RECHECK, Edition, MailRecord, MailState, PortalRecord, RunRecord, VisitRecord

FIRST = datetime(2024, 2, 1, 2, tzinfo=UTC)


@pytest.fixture
def engine(url: str) -> Iterator[Engine]:
    engine = open_engine(url)
    yield engine
    engine.dispose()


def day(number: int) -> datetime:
    return FIRST + timedelta(days=number)


def night(engine: Engine, number: int, verdict: str | None = "clean", kind: str = "nightly") -> int:
    ledger = Ledger(engine)
    run = ledger.begin_run(RunRecord(None, kind, "yunling", day(number)))
    if verdict is not None:
        ledger.end_run(run, day(number) + timedelta(hours=1), verdict, {"counts": {"requests": number}})
    return run


def test_latest_visits_of_every_portal(engine: Engine) -> None:
    portals = [PortalRecord(name, "yunling", name, f"http://{name}.example/") for name in ("a", "b", "c")]
    elsewhere = PortalRecord("d", "yunlin", "d", "http://d.example/")
    ledger = Ledger(engine)
    ledger.register([*portals, elsewhere], [])
    for number in range(8):
        run = night(engine, number)
        for portal in ("a", "d") if number > 1 else ("a", "b", "d"):
            at = day(number)
            ledger.record_visit(
                VisitRecord(
                    run, portal, at, at, clean=number % 2 == 0, whole=number < 3,
                    years=(2023,) if number == 7 else None,
                )
            )  # fmt: skip
    operations = Operations(engine)

    def days(**which: bool) -> dict[str, list[int]]:
        found = operations.latest_visits("yunling", 3, **which)
        return {portal: [visit.started.day for visit in visits] for portal, visits in sorted(found.items())}

    # the visit of the eighth day looked for one year alone
    assert days() == {"a": [7, 6, 5], "b": [2, 1]}
    assert days(clean=True) == {"a": [7, 5, 3], "b": [1]}
    assert days(clean=True, whole=True) == {"a": [3, 1], "b": [1]}


def test_runs_newest_first_and_bounded(engine: Engine) -> None:
    runs = [night(engine, number) for number in range(5)]
    operations = Operations(engine)
    assert [run.id for run in operations.runs(limit=3)] == runs[:1:-1]
    assert [run.id for run in operations.runs("yunling", since=day(3))] == [runs[4], runs[3]]
    assert operations.runs("nowhere") == []
    one = operations.run(runs[2])
    assert one is not None
    assert one.detail["counts"] == {"requests": 2}
    assert operations.run(10**6) is None


def test_last_and_last_good(engine: Engine) -> None:
    operations = Operations(engine)
    assert (operations.nights(), operations.last_runs(), operations.first_night()) == ({}, [], None)
    night(engine, 0, "partial")
    last = night(engine, 1, "failed")
    night(engine, 2, None)
    night(engine, 3, "clean", RECHECK)
    assert operations.nights() == {"yunling": Nights(day(2), day(0))}
    assert [run.id for run in operations.last_runs()] == [last]
    assert operations.first_night() == day(0)
    assert operations.verdicts() == {
        ("yunling", "nightly", "partial"): 1,
        ("yunling", "nightly", "failed"): 1,
        ("yunling", "nightly", "running"): 1,
        ("yunling", RECHECK, "clean"): 1,
    }


def test_last_runs_of_many_provinces_are_those_that_going_through_all_would_find(engine: Engine) -> None:
    ledger, operations = Ledger(engine), Operations(engine)
    drawn = random.Random(7)
    runs: list[RunRecord] = []
    for number in range(120):
        province = drawn.choice(("anhui", "fujian", "yunling", "zhongyang"))
        kind = drawn.choice(("crawl", "nightly", RECHECK))
        verdict = drawn.choice((None, "clean", "partial", "failed", "held"))
        run = ledger.begin_run(RunRecord(None, kind, province, day(number)))
        if verdict is not None:
            ledger.end_run(run, day(number), verdict, {})
        runs.append(RunRecord(run, kind, province, day(number), verdict=verdict))
    crawls = [run for run in runs if run.kind != RECHECK]
    expected: dict[str, Nights] = {}
    ended: dict[str, int | None] = {}
    for run in crawls:  # the later, the newer
        before = expected.get(run.province, Nights(None, None))
        good = run.started if run.verdict in GOOD else before.good
        expected[run.province] = Nights(run.started, good)
        if run.verdict is not None:
            ended[run.province] = run.id
    assert len(expected) == 4
    assert operations.nights() == expected
    assert [run.id for run in operations.last_runs()] == [ended[name] for name in sorted(ended)]
    assert operations.first_night() == next(run.started for run in runs if run.kind == "nightly")


def test_visits_of_a_run(engine: Engine) -> None:
    run, other = night(engine, 0), night(engine, 1)
    for portal, of in (("b", run), ("a", run), ("a", other)):
        Ledger(engine).record_visit(VisitRecord(of, portal, day(0), day(0), clean=True))
    assert [(visit.run, visit.portal) for visit in Operations(engine).visits_of(run)] == [
        (run, "a"),
        (run, "b"),
    ]


def _put(engine: Engine, number: int, edition: Edition = Edition.CHANGES) -> MailRecord:
    outbox = Outbox(engine)
    mail = MailRecord(
        None, f"r{number}@office.example", edition, f"k{number}", f"<{number}@x>", "题", day(number),
        day(number), content=b"text",
    )  # fmt: skip
    put = outbox.put(mail)
    assert put is not None
    claimed = outbox.claim("me", day(number) + timedelta(minutes=1), timedelta(hours=1))
    assert claimed is not None
    assert claimed.id == put
    return claimed


def test_mails_that_met_trouble(engine: Engine) -> None:
    outbox, operations = Outbox(engine), Operations(engine)
    outbox.refused(_put(engine, 0), "550 long ago", day(0))
    outbox.refused(_put(engine, 1), "550", day(8))
    outbox.sent(_put(engine, 2), "250", day(2))
    outbox.give_up(_put(engine, 3), LEFT, day(8))
    outbox.later(_put(engine, 4), "451", day(20))
    outbox.later(_put(engine, 9), "451", day(20))
    told = operations.troubled_mails(since=day(3), stuck=day(8), limit=10)
    assert [(mail.address, mail.answer) for mail in told] == [
        ("r4@office.example", "451"),
        ("r1@office.example", "550"),
    ]
    assert all(mail.content is None for mail in told)
    assert len(operations.troubled_mails(since=day(3), stuck=day(8), limit=1)) == 1
    assert operations.mails_by_state() == {
        (Edition.CHANGES, MailState.REFUSED): 2,
        (Edition.CHANGES, MailState.SENT): 1,
        (Edition.CHANGES, MailState.GIVEN_UP): 1,
        (Edition.CHANGES, MailState.WAITING): 2,
    }


def test_mails_to_the_operator(engine: Engine) -> None:
    for number, edition in enumerate((Edition.OPERATOR, Edition.CHANGES, Edition.OPERATOR)):
        Outbox(engine).sent(_put(engine, number, edition), "250", day(number))
    assert [mail.key for mail in Operations(engine).operator_mails(5)] == ["k2", "k0"]


def test_a_lease_is_told_when_it_is_over_too(engine: Engine) -> None:
    assert Operations(engine).lease("scheduler") is None
    Leases(engine).take("scheduler", "me", "the night", day(0), timedelta(minutes=2))
    lease = Operations(engine).lease("scheduler")
    assert lease is not None
    assert (lease.owner, lease.expires) == ("me", day(0) + timedelta(minutes=2))
