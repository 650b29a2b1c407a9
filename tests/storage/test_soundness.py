"""What `db check` asks: silent on what is sound, and each question finds what it is about."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, text

from storage.engine import downgrade, open_engine, upgrade, writing
from storage.ledger import Ledger
from storage.queries import Queries
from storage.records import (
    ObligationRecord,
    ObligationStatus,
    OrganRecord,
    PortalRecord,
    RunRecord,
    SubscriptionOrigin,
    SubscriptionRecord,
    VisitRecord,
    WaiverRecord,
)
from storage.soundness import EXAMPLES, Answer, Question, answer
from storage.subscriptions import Subscriptions
from tests.storage.damage import damaged

BODY = "云溪县水务局"
FINGERPRINT = "1".zfill(16)


@pytest.fixture
def told(engine: Engine, ledger: Ledger, nights: Any) -> Callable[[str], None]:
    """A night with a report, one beside it, a finding that is waived, one that is fixed, a duty and a digest,
    all of it sound; and a way to spoil it by SQL.
    """
    ledger.register(
        [PortalRecord("yunxi", "yunling", "云溪县", "http://a.example/")],
        [OrganRecord(BODY, "yunling", "yunxi", "department")],
    )
    report, twin = nights.report(), nights.report("http://a.example/2.html", "2", published=None)
    nights.record(nights.page(report, nights.finding(), nights.finding(2)), nights.page(twin))
    nights.record(nights.page(report, nights.finding()))
    at = nights.at()
    ledger.add_waiver(
        WaiverRecord(None, "applications-balance", "已电话核实", "王", at, at + timedelta(days=90))
    )
    ledger.record_visit(VisitRecord(nights.run, "yunxi", at, at, clean=True))
    due = at.date() - timedelta(days=1)
    duty = ObligationRecord(
        BODY, "department", "yunling", 2023, due, ObligationStatus.ON_TIME, url=report.url, days_late=0
    )
    ledger.assess(nights.run, [duty], [], whole_province="yunling")
    ledger.end_run(nights.run, at, "clean", {})
    Subscriptions(engine).add(
        SubscriptionRecord(
            None,
            "reader@a.example",
            SubscriptionOrigin.SETTINGS,
            at,
            told_until=Queries(engine).newest_change(),
        )
    )

    def spoil(statement: str) -> None:
        if engine.dialect.name == "sqlite":
            with engine.connect() as connection:
                connection.exec_driver_sql("ROLLBACK")
                connection.exec_driver_sql("PRAGMA foreign_keys = OFF")
                connection.exec_driver_sql(statement)
                connection.exec_driver_sql("PRAGMA foreign_keys = ON")
                connection.exec_driver_sql("BEGIN")
            return
        with writing(engine) as session:
            session.execute(text("SET LOCAL session_replication_role = replica"))  # looks at no foreign key
            session.execute(text(statement))

    return spoil


def test_what_the_ledger_writes_is_sound(engine: Engine, told: object) -> None:
    assert [found for question in Question if (found := answer(engine, question)).count] == []


@pytest.mark.parametrize(
    ("statement", "question", "examples"),
    [
        ("DROP INDEX ix_findings_organ_year", Question.SCHEMA, ("add_index ix_findings_organ_year",)),
        ("ALTER TABLE mails DROP COLUMN subject", Question.SCHEMA, ("add_column mails subject",)),
        ("DELETE FROM runs", Question.REFERENCES, ("changes.run 1", "findings.run 1", "visits.run 1")),
        (
            "DELETE FROM portals",
            Question.REFERENCES,
            ("organs.portal yunxi", "pages.portal yunxi", "visits.portal yunxi"),
        ),
        (
            "UPDATE duplicates SET url = 'http://a.example/1.html'",
            Question.REPORTS,
            (f"{BODY} 2023 http://a.example/1.html",),
        ),
        (
            "UPDATE duplicates SET year = 2022",
            Question.REPORTS,
            (f"{BODY} 2022 http://a.example/2.html",),
        ),
        (
            "DELETE FROM pages WHERE url LIKE '%1.html'",
            Question.REPORTS,
            (f"{BODY} 2023 http://a.example/1.html",),
        ),
        (
            "DELETE FROM documents WHERE sha256 LIKE '1%'",
            Question.ORIGINALS,
            tuple(
                sorted(
                    f"{place} {'1' * 64}" for place in ("findings.archived", "pages.sha256", "reports.sha256")
                )
            ),
        ),
        (
            "INSERT INTO fetches (url, sha256, fetched, last_seen, status, left_out, rendered) VALUES ("
            f"'http://a.example/1.html', '{'9' * 64}', '2024-02-01 00:00:00', '2024-02-01 00:00:00', "
            "200, 0, false)",
            Question.ORIGINALS,
            (f"fetches.sha256 {'9' * 64}",),
        ),
        ("UPDATE findings SET organ = '云溪县林业局'", Question.FINDINGS, (FINGERPRINT,)),
        ("DELETE FROM changes WHERE kind = 'waived'", Question.STEPS, (FINGERPRINT,)),
        (
            "UPDATE findings SET status = 'open' WHERE status = 'fixed'",
            Question.STEPS,
            ("2".zfill(16),),
        ),
        ("UPDATE findings SET waiver = NULL", Question.DECISIONS, (FINGERPRINT,)),
        ("UPDATE waivers SET withdrawn = created", Question.DECISIONS, (FINGERPRINT,)),
        ("DELETE FROM waivers", Question.DECISIONS, (FINGERPRINT,)),
        ("UPDATE subscriptions SET told_until = told_until + 1", Question.DIGESTS, ("reader@a.example 5",)),
    ],
    ids=lambda value: value[:40] if isinstance(value, str) else "",
)
def test_what_is_spoilt_is_found(
    statement: str,
    question: Question,
    examples: tuple[str, ...],
    engine: Engine,
    told: Callable[[str], None],
) -> None:
    told(statement)
    found = answer(engine, question)
    assert tuple(sorted(found.examples)) == examples
    assert found.count == len(examples)


def test_all_are_counted_and_some_are_told(engine: Engine, nights: Any, told: Callable[[str], None]) -> None:
    nights.begin()
    nights.record(nights.page(nights.report(), *(nights.finding(number) for number in range(10, 60))))
    told("DELETE FROM changes")
    found = answer(engine, Question.STEPS)
    assert (found.count, len(found.examples)) == (52, EXAMPLES)


def test_a_body_with_two_reports_of_a_year_is_found(engine: Engine, told: Callable[[str], None]) -> None:
    told("CREATE TABLE twice AS SELECT * FROM reports")
    told("INSERT INTO twice SELECT * FROM reports")
    told("DROP TABLE reports")
    told("ALTER TABLE twice RENAME TO reports")
    assert answer(engine, Question.REPORTS).examples == (f"{BODY} 2023",)


@pytest.mark.parametrize(
    ("status", "wrong"),
    [
        (ObligationStatus.MISSING, True),
        (ObligationStatus.UNREACHABLE, True),
        (ObligationStatus.NOT_ASSESSABLE, False),
        (ObligationStatus.LATE, False),
    ],
)
def test_a_duty_that_a_report_contradicts_is_found(
    status: ObligationStatus,
    wrong: bool,
    engine: Engine,
    ledger: Ledger,
    nights: Any,
    told: Callable[[str], None],
) -> None:
    told(f"UPDATE obligations SET status = '{status}'")  # the ledger would not write it
    ledger.end_run(nights.begin(), nights.at(), "clean", {})
    found = answer(engine, Question.DUTIES)
    assert found.examples == ((f"{BODY} 2023 {status.value}",) if wrong else ())
    assert found.left_out == ()


def test_a_duty_without_the_report_that_fulfilled_it_is_found(
    engine: Engine, told: Callable[[str], None]
) -> None:
    told("DELETE FROM reports")
    assert answer(engine, Question.DUTIES).examples == (f"{BODY} 2023 on_time",)


def test_a_report_that_is_held_under_another_name_of_the_body_fulfils_its_duty(
    engine: Engine, told: Callable[[str], None]
) -> None:
    told("UPDATE reports SET organ = '云溪县水利局'")
    assert answer(engine, Question.DUTIES).count == 0


@pytest.mark.parametrize("ended", [None, {"problem": "disk full"}, "recheck"])
def test_what_a_crawl_has_not_come_to_is_left_out_and_said(
    ended: Any, engine: Engine, ledger: Ledger, nights: Any, told: Callable[[str], None]
) -> None:
    """A crawl that was killed had held a report and not yet said whose duty it fulfils."""
    told("UPDATE obligations SET status = 'missing'")
    ledger.end_run(nights.begin(), nights.at(), "clean", {})
    assert answer(engine, Question.DUTIES).count == 1
    kind = "recheck" if ended == "recheck" else "nightly"
    run = ledger.begin_run(RunRecord(None, kind, "yunling", nights.at(minutes=60)))
    if ended is not None:
        ledger.end_run(run, nights.at(minutes=70), "failed", ended if isinstance(ended, dict) else {})
    assert answer(engine, Question.DUTIES) == Answer(Question.DUTIES, 0, (), ("yunling",))


def test_a_report_that_another_province_has_brought_since_is_no_fault(
    engine: Engine, ledger: Ledger, nights: Any, told: Callable[[str], None]
) -> None:
    told("UPDATE obligations SET status = 'missing'")
    told("DELETE FROM duplicates")
    told("DELETE FROM reports")
    nights.begin()
    run = ledger.begin_run(RunRecord(None, "nightly", "qingshan", nights.at()))
    ledger.record(run, [nights.page(nights.report(seen=nights.at()))])
    ledger.end_run(run, nights.at(), "clean", {})
    ledger.end_run(nights.run, nights.at(), "clean", {})
    with writing(engine) as session:  # the run of its own province was over before
        session.execute(text("DELETE FROM runs WHERE id = :id"), {"id": nights.run})
    assert answer(engine, Question.DUTIES).count == 0


def test_older_tables_are_told_and_not_asked(engine: Engine, told: object) -> None:
    downgrade(engine, "0004")
    assert answer(engine, Question.SCHEMA) == Answer(Question.SCHEMA, 1, ("older",))
    others = [answer(engine, question) for question in Question if question is not Question.SCHEMA]
    looked = {one.question for one in others if one.count is not None}
    assert looked == ({Question.FILE} if engine.dialect.name == "sqlite" else set())
    upgrade(engine)
    assert answer(engine, Question.SCHEMA).count == 0


def test_postgresql_has_no_question_about_its_files(engine: Engine) -> None:
    count = answer(engine, Question.FILE).count
    assert count == (0 if engine.dialect.name == "sqlite" else None)


def test_a_damaged_file_is_found_and_the_rest_still_asked(tmp_path: Path) -> None:
    file = tmp_path / "nianbao.db"
    engine = open_engine(f"sqlite:///{file}")
    upgrade(engine)
    damaged(engine, file)
    engine = open_engine(f"sqlite:///{file}")
    found = answer(engine, Question.FILE)
    assert found.count
    assert all("\n" not in example for example in found.examples)
    assert answer(engine, Question.DIGESTS).count == 0
    engine.dispose()
