"""`nianbao outbox` and `nianbao digest` at the prompt."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine

from crawler.cli import main
from crawler.clock import CHINA
from storage.engine import open_engine, upgrade
from storage.ledger import Ledger
from storage.outbox import Outbox
from storage.records import (
    Edition,
    MailRecord,
    MailState,
    ObligationRecord,
    ObligationStatus,
    RunRecord,
)
from tests.digest.postoffice import office

Capture = pytest.CaptureFixture[str]
NOW = datetime(2024, 5, 20, 8, 0, tzinfo=CHINA)


@pytest.fixture
def engine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Engine:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("NIANBAO_NOW", NOW.isoformat())
    monkeypatch.setenv("NIANBAO_MAIL_FROM", "watch@nianbao.example")
    opened = open_engine(f"sqlite:///{tmp_path / 'var' / 'nianbao.db'}")
    upgrade(opened)
    return opened


def _put(engine: Engine, number: int, content: bytes | None = b"Subject: a\r\n\r\nx\r\n") -> int:
    put = Outbox(engine).put(
        MailRecord(
            None, f"r{number}@a.example", Edition.CHANGES, f"k{number}", f"<{number}@a.example>",
            f"云岭省 {number} 项", NOW, NOW, content=content,
        )
    )  # fmt: skip
    assert put is not None
    return put


def test_what_waits_is_listed_sent_and_gone(
    engine: Engine, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    _put(engine, 1)
    _put(engine, 2)
    assert main(["outbox"]) == 0
    listed = capsys.readouterr()
    assert "r1@a.example" in listed.out
    assert "待发 2 封" in listed.err
    with office({"RCPT": ["550 nobody", "250 fine"]}) as at:
        monkeypatch.setenv("NIANBAO_SMTP_URL", at.url)
        assert main(["--lang", "en", "outbox", "send"]) == 1
    assert capsys.readouterr().out.splitlines() == [
        "r1@a.example: refused: 云岭省 1 项 (550 nobody)",
        "r2@a.example: sent: 云岭省 2 项",
    ]
    assert main(["outbox", "list", "--format", "json"]) == 1
    [failed] = json.loads(capsys.readouterr().out)
    assert (failed["id"], failed["state"], failed["answer"]) == (1, "refused", "550 nobody")


def test_what_was_refused_is_tried_again_by_hand(engine: Engine, capsys: Capture) -> None:
    outbox = Outbox(engine)
    number = _put(engine, 1)
    mail = outbox.claim("a", NOW, timedelta(minutes=30))
    assert mail is not None
    assert main(["--lang", "en", "outbox", "retry", str(number)]) == 2
    assert capsys.readouterr().err == "nianbao: mail 1 is sending: it is not tried again\n"
    outbox.refused(mail, "550 nobody", NOW)
    assert main(["outbox", "retry", str(number)]) == 0
    assert [waits.attempts for waits in outbox.waiting()] == [0]
    assert main(["--lang", "en", "outbox", "retry", "9"]) == 2
    assert capsys.readouterr().err.endswith("nianbao: there is no mail 9\n")


def test_nothing_is_given_up_without_a_yes(engine: Engine, capsys: Capture) -> None:
    number = _put(engine, 1)
    assert main(["outbox", "drop", str(number)]) == 0
    assert "未作改动" in capsys.readouterr().err
    assert len(Outbox(engine).waiting()) == 1
    assert main(["outbox", "drop", str(number), "--yes"]) == 0
    [dropped] = Outbox(engine).recent(1)
    assert dropped.state is MailState.GIVEN_UP
    assert main(["--lang", "en", "outbox", "drop", str(number), "--yes"]) == 2
    assert capsys.readouterr().err.endswith("nianbao: mail 1 is not waiting: given up\n")


def test_an_empty_outbox_is_said(engine: Engine, capsys: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NIANBAO_SMTP_URL", "smtp://127.0.0.1:1")
    assert main(["--lang", "en", "outbox", "send"]) == 0
    assert capsys.readouterr().out == "no mail waits\n"
    assert engine.url.database


def test_a_reader_who_has_left_is_not_sent_to(
    engine: Engine, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NIANBAO_SMTP_URL", "smtp://127.0.0.1:1")
    assert main(["subscribe", "wang@a.example"]) == 0
    assert main(["unsubscribe", "wang@a.example"]) == 0
    capsys.readouterr()
    assert main(["--lang", "en", "digest", "--to", "wang@a.example", "--to", "no address"]) == 1
    said = capsys.readouterr().err
    assert "wang@a.example: has unsubscribed, nothing sent" in said
    assert "--to: not a mail address: no address" in said
    assert Outbox(engine).recent(1) == []


def test_the_edition_after_a_due_date_is_only_looked_at(
    engine: Engine, capsys: Capture, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NIANBAO_NOW", "2024-02-05T09:00:00+08:00")
    ledger = Ledger(engine)
    run = ledger.begin_run(RunRecord(None, "crawl", "yunling", datetime(2024, 2, 4, 2, tzinfo=UTC)))
    late = ObligationRecord(
        "云溪县水务局", "department", "yunling", 2023, date(2024, 1, 31), ObligationStatus.LATE,
        published=date(2024, 2, 3), days_late=3, url="http://yunxi.example/1",
    )  # fmt: skip
    ledger.assess(run, [late], [])
    assert main(["--lang", "en", "digest", "--deadline", "--preview", "d.html"]) == 0
    page = (tmp_path / "d.html").read_text("utf-8")
    assert "云溪县水务局" in page and "2024-02-03" in page
    assert Outbox(engine).recent(1) == []
    capsys.readouterr()
    assert main(["--lang", "en", "digest", "--deadline"]) == 2
    assert capsys.readouterr().err == (
        "nianbao: --deadline is for previews: add --preview FILE.html or --eml FILE.eml\n"
    )
    monkeypatch.setenv("NIANBAO_NOW", "2023-02-05T09:00:00+08:00")
    assert main(["--lang", "en", "digest", "--deadline", "--preview", "e.html"]) == 0
    assert capsys.readouterr().out == "nobody owed a report by then, no file written\n"
    assert not (tmp_path / "e.html").exists()


def test_a_preview_of_nothing_writes_nothing(engine: Engine, capsys: Capture, tmp_path: Path) -> None:
    assert main(["--lang", "en", "digest", "--eml", "d.eml"]) == 0
    assert capsys.readouterr().out == "nothing new, no file written\n"
    assert not (tmp_path / "d.eml").exists()
    assert engine.url.database
