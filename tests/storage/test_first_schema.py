"""A database of the first version, with something in every table: up to the newest, and back."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import Engine, inspect, select, text
from sqlalchemy.orm import Session

import storage
from storage.engine import (
    SchemaState,
    downgrade,
    open_engine,
    pending,
    schema_state,
    schema_version,
    upgrade,
    writing,
)
from storage.ledger import Ledger
from storage.queries import Queries
from storage.records import (
    ChangeKind,
    DocumentRecord,
    Edition,
    FindingRecord,
    FindingStatus,
    MailRecord,
    MailState,
    ObligationRecord,
    ObligationStatus,
    OrganRecord,
    Origin,
    PageRecord,
    PageSeen,
    PortalRecord,
    ReportRecord,
    Rhythm,
    RunRecord,
    SubscriptionOrigin,
    SubscriptionRecord,
    VisitRecord,
)
from storage.rows import to_record
from storage.soundness import Question, answer
from storage.tables import Mail, Subscription

NIGHT = datetime(2024, 2, 1, 18, 0, tzinfo=UTC)
NEXT = datetime(2024, 2, 2, 18, 0, 0, 250_000, tzinfo=UTC)
THIRD = datetime(2024, 2, 3, 18, 0, tzinfo=UTC)
BODY, OTHER = "云溪县水务局", "云溪县林业局"
URL, TWIN = "http://a.example/1.html", "http://a.example/2.html"
ONE, TWO = "1" * 64, "2" * 64
CELLS = {"applications.new_received.total": {"value": 21, "raw": "２１"}}
RULES = {"fail": ["applications-balance"], "pass": ["title-organ"]}


def _finding(fingerprint: str, **values: Any) -> dict[str, Any]:
    known = {
        "fingerprint": fingerprint, "organ": BODY, "year": 2023, "rule": "applications-balance",
        "severity": "error", "verdict": "fail", "fault": "publisher", "where": "applications.total",
        "message_zh": "收到 21 件，办结 20 件", "message_en": "21 received, 20 accounted for",
        "basis_zh": "样式表三", "basis_en": "form, table 3", "province": "yunling", "portal": "yunxi",
        "url": URL, "archived": ONE, "cells": ["applications.new_received.total"], "expected": 21,
        "found": 20, "quote": "“21”", "status": "open", "first_seen": NIGHT, "last_seen": NEXT,
    }  # fmt: skip
    return {**known, **values}


STANDING = _finding("a" * 16)
REPAIRED = _finding("b" * 16, rule="title-organ", where="title", expected=None, found=None, status="fixed")
ABSENT = _finding(
    "c" * 16, organ=OTHER, rule="filing-missing", where="filing", url="", archived=None, cells=[],
    expected=None, found=None, status="new", first_seen=NEXT,
)  # fmt: skip
READING = {
    "organ": BODY, "year": 2023, "title": "2023年政府信息公开工作年度报告", "url": URL, "portal": "yunxi",
    "province": "yunling", "sha256": ONE, "seen": NEXT, "published": date(2024, 1, 20),
    "published_from": "meta", "signed": None, "form": "2021", "tables": {"applications": "complete"},
    "sections": {"overview": {"heading": "一、总体情况"}}, "cells": CELLS, "rules": RULES,
    "rules_version": 4, "first_seen": NIGHT,
}  # fmt: skip
BESIDE = {**READING, "url": TWIN, "sha256": TWO, "published": date(2024, 1, 25), "first_seen": NEXT}


def _snapshot(finding: dict[str, Any], **values: Any) -> dict[str, Any]:
    """A finding as the first version wrote it into a step."""
    moments = {name: finding[name].isoformat() for name in ("first_seen", "last_seen")}
    return {**finding, **moments, **values}


def _page(url: str, sha256: str) -> dict[str, Any]:
    return {
        "url": url, "portal": "yunxi", "sha256": sha256, "seen": NEXT, "etag": '"e"',
        "last_modified": None, "content_type": "text/html", "listed_title": "年报",
        "listed_date": date(2024, 1, 20), "organ": BODY, "year": 2023, "rules_version": 4, "problem": "",
    }  # fmt: skip


ROWS: dict[str, list[dict[str, Any]]] = {
    "portals": [
        {"id": "yunxi", "province": "yunling", "name": "云溪县人民政府", "home": "http://a.example/"}
    ],
    "organs": [
        {
            "name": BODY, "province": "yunling", "portal": "yunxi", "kind": "department", "code": "999901",
            "aliases": ["县水务局"], "since": 2019, "until": None, "successor": None,
        },
        {
            "name": OTHER, "province": "yunling", "portal": "yunxi", "kind": "department", "code": None,
            "aliases": [], "since": None, "until": None, "successor": None,
        },
    ],
    "runs": [
        {
            "id": 1, "kind": "crawl", "province": "yunling", "started": NIGHT, "ended": NEXT,
            "verdict": "clean", "detail": {"counts": {"new": 2}},
        },
        {
            "id": 2, "kind": "nightly", "province": "yunling", "started": NEXT, "ended": NEXT,
            "verdict": "clean", "detail": {},
        },
    ],
    "visits": [
        {
            "run": run, "portal": "yunxi", "started": moment, "ended": moment, "clean": clean,
            "reason_zh": "" if clean else "首页打不开", "reason_en": "" if clean else "no home page",
            "years": years, "lists": ["http://a.example/nb/"], "requests": 7, "reports": 2,
        }
        for run, moment, clean, years in ((1, NIGHT, False, [2023]), (2, NEXT, True, None))
    ],
    "documents": [
        {"sha256": sha256, "size": 5_000_000_000, "content_type": "text/html", "first_seen": NIGHT}
        for sha256 in (ONE, TWO)
    ],
    "pages": [_page(URL, ONE), _page(TWIN, TWO)],
    "reports": [READING],
    "duplicates": [{**BESIDE, "findings": [_snapshot(STANDING, url=TWIN, archived=TWO)]}],
    "findings": [{**STANDING, "run": 1}, {**REPAIRED, "run": 2}, {**ABSENT, "run": 2}],
    "changes": [
        {"id": number, "run": run, "at": at, "kind": kind, "fingerprint": snapshot["fingerprint"],
         "finding": snapshot}
        for number, (run, at, kind, snapshot) in enumerate(
            (
                (1, NIGHT, "new", _snapshot(STANDING, status="new")),
                (1, NIGHT, "new", _snapshot(REPAIRED, status="new")),
                (2, NEXT, "fixed", _snapshot(REPAIRED)),
                (2, NEXT, "new", _snapshot(ABSENT)),
            ),
            start=1,
        )
    ],
    "obligations": [
        {
            "organ": BODY, "year": 2023, "organ_kind": "department", "province": "yunling",
            "due": date(2024, 1, 31), "status": "on_time", "published": date(2024, 1, 20),
            "first_seen": NIGHT, "days_late": 0, "url": URL, "visits": [], "reason_zh": "", "reason_en": "",
        },
        {
            "organ": OTHER, "year": 2023, "organ_kind": "department", "province": "yunling",
            "due": date(2024, 1, 31), "status": "missing", "published": None, "first_seen": None,
            "days_late": None, "url": None, "visits": [NIGHT.isoformat(), NEXT.isoformat()],
            "reason_zh": "", "reason_en": "",
        },
    ],
    "digests": [
        {"id": 1, "reader": "reader@a.example", "sent_at": NEXT, "last_change": 3, "subject": "年报变化"}
    ],
}  # fmt: skip
"""Tables in an order in which each finds what it refers to."""

JSON_COLUMNS = {
    "aliases", "detail", "years", "lists", "tables", "sections", "cells", "rules", "findings", "expected",
    "found", "finding", "visits",
}  # fmt: skip


def _written(value: Any, column: str, database: str) -> Any:
    """A value as the first version's columns hold it, in SQL's own words."""
    if isinstance(value, datetime):
        stamp = value.strftime("%Y-%m-%d %H:%M:%S.%f")
        return stamp if database == "sqlite" else f"{stamp}+00"
    if column in JSON_COLUMNS and value is not None:
        return json.dumps(value, ensure_ascii=False)
    return value.isoformat() if isinstance(value, date) else value


def _migrate(engine: Engine, version: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(storage.__path__[0], "migrations")))
    config.attributes["told"] = lambda _: None
    with writing(engine) as session:
        config.attributes["connection"] = session.connection()
        command.upgrade(config, version)


def _rows(engine: Engine) -> dict[str, list[dict[str, Any]]]:
    """Everything, as the driver gives it."""
    held: dict[str, list[dict[str, Any]]] = {}
    with engine.connect() as connection:
        for name in inspect(connection).get_table_names():
            rows = connection.execute(text(f'SELECT * FROM "{name}"')).mappings()
            held[name] = sorted((dict(row) for row in rows), key=repr)
    return held


@pytest.fixture
def first(empty_url: str) -> Iterator[Engine]:
    """A database of the first version."""
    engine = open_engine(empty_url)
    _migrate(engine, "0001")
    with writing(engine) as session:
        for name, rows in ROWS.items():
            for row in rows:
                names, places = ", ".join(f'"{key}"' for key in row), ", ".join(f":{key}" for key in row)
                values = {key: _written(value, key, engine.dialect.name) for key, value in row.items()}
                session.execute(text(f"INSERT INTO {name} ({names}) VALUES ({places})"), values)
        if engine.dialect.name == "postgresql":
            for name in ("runs", "changes", "digests"):  # as if it had counted them itself
                count = f"SELECT setval('{name}_id_seq', (SELECT max(id) FROM {name}))"
                session.execute(text(count))
    yield engine
    engine.dispose()


def test_every_table_of_the_first_version_is_filled(first: Engine) -> None:
    assert schema_version(first) == "0001"
    assert schema_state(first) is SchemaState.OLDER
    assert set(inspect(first).get_table_names()) == {"alembic_version", *ROWS}
    with first.connect() as connection:
        for name, rows in ROWS.items():
            assert connection.scalar(text(f"SELECT count(*) FROM {name}")) == len(rows)


def test_upgraded_it_holds_what_it_held(first: Engine) -> None:
    told: list[str] = []
    planned = [step.version for step in pending(first)]
    upgrade(first, told.append)
    assert told == planned
    assert planned[:2] == ["0002", "0003"]
    assert pending(first) == ()
    assert schema_state(first) is SchemaState.CURRENT
    queries = Queries(first)
    assert queries.portals() == [PortalRecord(**ROWS["portals"][0])]
    body, other = (OrganRecord(**{**row, "aliases": tuple(row["aliases"])}) for row in ROWS["organs"])
    assert queries.organs() == sorted([body, other], key=lambda organ: organ.name)
    assert queries.reports() == [ReportRecord(**READING)]
    (twin,) = queries.twins_of([(BODY, 2023)])[BODY, 2023]
    assert (twin.url, twin.sha256, twin.published, twin.rules) == (TWIN, TWO, BESIDE["published"], RULES)
    assert queries.pages("yunxi") == {
        url: PageRecord(**_page(url, sha256)) for url, sha256 in ((URL, ONE), (TWIN, TWO))
    }
    visits = [
        VisitRecord(**{**row, "years": row["years"] and tuple(row["years"]), "lists": tuple(row["lists"])})
        for row in ROWS["visits"]
    ]
    assert queries.visits() == visits
    assert all(visit.whole for visit in visits)  # every visit walked its lists to their ends then
    assert queries.obligations() == sorted(
        (
            ObligationRecord(
                **{
                    **row,
                    "status": ObligationStatus(row["status"]),
                    "visits": tuple(map(datetime.fromisoformat, row["visits"])),
                }
            )
            for row in ROWS["obligations"]
        ),
        key=lambda duty: (duty.organ, duty.year),
    )
    with Session(first) as session:
        reader = session.scalars(select(Subscription)).one()
        mail = session.scalars(select(Mail)).one()
        assert to_record(SubscriptionRecord, reader) == SubscriptionRecord(
            1, "reader@a.example", SubscriptionOrigin.ONCE, created=NEXT, told_until=3
        )
        assert to_record(MailRecord, mail) == MailRecord(
            1, "reader@a.example", Edition.CHANGES, "digest:1", "<digest-1@nianbao.invalid>", "年报变化",
            composed=NEXT, due=NEXT, subscription=1, told_until=3, state=MailState.SENT, attempts=1,
            ended=NEXT,
        )  # fmt: skip
    with first.connect() as connection:
        assert (
            connection.scalar(text("SELECT size FROM documents WHERE sha256 = :it"), {"it": ONE})
            == 5_000_000_000
        )
        runs = connection.execute(text("SELECT id, kind, verdict FROM runs ORDER BY id")).all()
    assert runs == [(1, "crawl", "clean"), (2, "nightly", "clean")]


def _record(finding: dict[str, Any], **values: Any) -> FindingRecord:
    status = FindingStatus(finding["status"])
    return FindingRecord(**{**finding, "status": status, "cells": tuple(finding["cells"]), **values})


def test_findings_keep_their_lives(first: Engine) -> None:
    upgrade(first)
    queries = Queries(first)
    held = {one.fingerprint: one for one in queries.findings(include_fixed=True)}
    assert held == {
        "a" * 16: _record(STANDING),
        "b" * 16: _record(REPAIRED),
        "c" * 16: _record(ABSENT, stated_by=Origin.DUTY),  # told by its rule
    }
    steps = queries.changes(0)
    assert [(step.id, step.run, step.at, step.kind, step.finding.fingerprint) for step in steps] == [
        (1, 1, NIGHT, ChangeKind.NEW, "a" * 16),
        (2, 1, NIGHT, ChangeKind.NEW, "b" * 16),
        (3, 2, NEXT, ChangeKind.FIXED, "b" * 16),
        (4, 2, NEXT, ChangeKind.NEW, "c" * 16),
    ]
    assert [step.finding.status.value for step in steps] == ["new", "new", "fixed", "new"]
    with first.connect() as connection:
        judged = connection.execute(text("SELECT fingerprint, judged_by FROM findings ORDER BY fingerprint"))
        assert judged.all() == [("a" * 16, "4:"), ("b" * 16, "4:"), ("c" * 16, "")]


def test_it_is_sound_and_goes_on_from_where_it_stood(first: Engine) -> None:
    upgrade(first)
    found = {question: answer(first, question) for question in Question}
    assert [one for one in found.values() if one.count] == []
    ledger, queries = Ledger(first), Queries(first)
    run = ledger.begin_run(RunRecord(None, "nightly", "yunling", THIRD))
    assert run == 3
    same = _record(STANDING, status=FindingStatus.NEW, first_seen=None, last_seen=None)
    page = PageRecord(**{**_page(URL, ONE), "seen": THIRD})
    report = ReportRecord(**{**READING, "seen": THIRD, "first_seen": None})
    ledger.record(run, [PageSeen(page, (DocumentRecord(ONE, 1, None, THIRD),), report, (same,))])
    assert queries.changes(4) == []
    (still,) = queries.findings(fingerprint="a" * 16)
    assert (still.status, still.first_seen, still.last_seen) == (FindingStatus.OPEN, NIGHT, THIRD)
    ledger.record(run, [PageSeen(page, (), report, ())])
    (gone,) = queries.changes(4)
    assert (gone.id, gone.kind) == (5, ChangeKind.FIXED)
    # the newer publication beside it was kept whole
    assert [one.url for one in queries.reports()] == [URL]


def test_back_at_the_first_version_every_row_is_as_it_was(first: Engine) -> None:
    before = _rows(first)
    upgrade(first)
    downgrade(first, "0001")
    assert _rows(first) == before
    upgrade(first)
    assert schema_state(first) is SchemaState.CURRENT
    assert {one.fingerprint for one in Queries(first).findings()} == {"a" * 16, "c" * 16}


MANY = "INSERT INTO digests VALUES (2, 'b@a.example', :at, 1, '甲'), (3, 'reader@a.example', :at, 4, '乙')"


def test_every_reader_is_one_and_every_digest_a_mail(first: Engine) -> None:
    with writing(first) as session:
        session.execute(text(MANY), {"at": _written(THIRD, "sent_at", first.dialect.name)})
    before = _rows(first)["digests"]
    upgrade(first)
    with Session(first) as session:
        readers = session.execute(
            select(Subscription.address, Subscription.created, Subscription.told_until).order_by("id")
        )
        assert readers.all() == [("reader@a.example", NEXT, 4), ("b@a.example", THIRD, 1)]
        mails = session.execute(select(Mail.subscription, Mail.told_until, Mail.subject).order_by(Mail.id))
        assert mails.all() == [(1, 3, "年报变化"), (2, 1, "甲"), (1, 4, "乙")]
    downgrade(first, "0010")
    assert [{**row, "id": 0} for row in _rows(first)["digests"]] == [{**row, "id": 0} for row in before]


def _mail(number: int, subscription: int, state: str, told_until: int | None, **values: Any) -> Mail:
    ended = None if state == "waiting" else THIRD
    known: dict[str, Any] = {
        "subscription": subscription, "address": "reader@a.example", "edition": "changes",
        "key": f"k{number}", "message_id": f"<{number}@a.example>", "subject": f"第 {number} 封",
        "composed": THIRD, "due": THIRD, "told_until": told_until, "state": state, "attempts": 1,
        "unsettled": 0, "ended": ended, "answer": "",
    }  # fmt: skip
    return Mail(**{**known, **values})


def test_on_the_way_back_nobody_is_taken_to_know_what_no_server_took(first: Engine) -> None:
    upgrade(first)
    lists: dict[str, Any] = {"provinces": (), "organs": (), "rules": (), "lang": "zh", "severity": "error"}
    with writing(first) as session:
        session.add(
            Subscription(
                id=7, address="late@a.example", origin=SubscriptionOrigin.SUBSCRIBED, rhythm=Rhythm.DAILY,
                workbook=False, created=THIRD, told_until=4, **lists,
            )
        )  # fmt: skip
        session.get_one(Subscription, 1).told_until = 9
        session.flush()
        session.add_all(
            [
                _mail(2, 1, "sent", 5),
                _mail(3, 1, "waiting", 7),
                _mail(4, 1, "refused", 9),
                _mail(5, 1, "sent", None, edition="deadline"),
            ]
        )
    downgrade(first, "0010")
    digests = _rows(first)["digests"]
    told = sorted((row["reader"], row["last_change"], row["subject"]) for row in digests)
    assert told == [
        ("late@a.example", 4, ""),
        ("reader@a.example", 3, "年报变化"),
        ("reader@a.example", 5, "第 2 封"),
    ]


def test_version_by_version_it_ends_as_in_one_go(first: Engine) -> None:
    steps = [step.version for step in pending(first)]
    for version in steps:
        _migrate(first, version)
    at_once = _rows(first)
    downgrade(first, "0001")
    upgrade(first)
    assert _rows(first) == at_once
