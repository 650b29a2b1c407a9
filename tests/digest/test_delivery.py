"""From the record to readers over a real SMTP connection: each is told each change once, whatever happens."""

from __future__ import annotations

import email.policy
import logging
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from email.parser import BytesParser
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr
from sqlalchemy import Engine

from crawler import clock
from crawler.config import Settings
from crawler.digest import composing, delivery
from crawler.digest.courier import Patience
from crawler.digest.delivery import (
    CLAIM_LASTS,
    PAUSES,
    TRIED_FOR,
    Sendings,
    compose_due,
    deliver_all,
    send_waiting,
)
from crawler.digest.mail import MailError
from storage.engine import open_engine, writing
from storage.ledger import Ledger
from storage.outbox import Outbox
from storage.records import (
    ChangeRecord,
    DocumentRecord,
    Edition,
    FindingRecord,
    MailRecord,
    MailState,
    ObligationRecord,
    ObligationStatus,
    OrganRecord,
    PageRecord,
    PageSeen,
    PortalRecord,
    ReportRecord,
    Rhythm,
    RunRecord,
    SubscriptionOrigin,
    SubscriptionRecord,
)
from storage.subscriptions import Subscriptions
from tests.digest.postoffice import CUT, Office, office

Make = Callable[..., ChangeRecord]
MOMENT = datetime(2024, 4, 30, 7, 30, tzinfo=clock.CHINA)  # a Tuesday
DAY = timedelta(days=1)
SHORT = Patience(silence=2, answer=2, whole=5)
WATER, WOODS = "青杉市水务局", "青杉市林业局"


@pytest.fixture
def engine(url: str) -> Iterator[Engine]:
    opened = open_engine(url)
    yield opened
    opened.dispose()


@pytest.fixture
def settings(url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.chdir(tmp_path)
    return Settings(database_url=SecretStr(url), mail_from="年报监测 <watch@nianbao.example>")


def _over(settings: Settings, at: Office, **more: Any) -> Settings:
    return settings.model_copy(update={"smtp_url": SecretStr(at.url), **more})


def _found(engine: Engine, *findings: FindingRecord, at: datetime = MOMENT, organ: str = WATER) -> None:
    """One run in which the report of a body has these findings and no others."""
    ledger = Ledger(engine)
    ledger.register(
        [PortalRecord("qingshan", "yunling", "青杉市人民政府", "http://qingshan.example/")],
        [OrganRecord(name, "yunling", "qingshan", "department") for name in (WATER, WOODS)],
    )
    run = ledger.begin_run(RunRecord(None, "crawl", "yunling", at))
    sha256 = f"{run:064x}"
    url = f"http://qingshan.example/{organ}/2023.html"
    page = PageRecord(url, "qingshan", sha256, at, organ=organ, year=2023)
    report = ReportRecord(organ, 2023, "题", url, "qingshan", "yunling", sha256, at)
    ledger.record(run, [PageSeen(page, (DocumentRecord(sha256, 1, None, at),), report, findings)])
    ledger.end_run(run, at, "clean", {})


def _reader(engine: Engine, address: str = "a@a.example", **values: Any) -> int:
    origin = values.pop("origin", SubscriptionOrigin.SUBSCRIBED)
    return Subscriptions(engine).add(SubscriptionRecord(None, address, origin, MOMENT - 90 * DAY, **values))


def _send(settings: Settings, engine: Engine, moment: datetime = MOMENT) -> Sendings:
    return send_waiting(settings, engine, moment, patience=SHORT)


def _mails(engine: Engine) -> list[MailRecord]:
    return sorted(Outbox(engine).recent(100), key=lambda mail: mail.id or 0)


def _subjects(at: Office) -> list[tuple[str, str]]:
    return [
        (reader, str(BytesParser(policy=email.policy.default).parsebytes(raw)["Subject"]).split(" ", 1)[1])
        for reader, raw in at.kept
    ]


def test_each_reader_is_told_each_change_once(settings: Settings, engine: Engine, change: Make) -> None:
    finding = change(1, "new").finding
    _found(engine, finding)
    _reader(engine, "a@a.example")
    _reader(engine, "b@a.example")
    with office() as at:
        given = _over(settings, at)
        assert compose_due(given, engine, MOMENT) == 2
        assert compose_due(given, engine, MOMENT) == 0
        assert _send(given, engine) == Sendings(sent=2)
        assert _send(given, engine) == Sendings()
        _found(engine, at=MOMENT + DAY)  # the finding is gone
        assert compose_due(given, engine, MOMENT + DAY) == 2
        assert _send(given, engine, MOMENT + DAY) == Sendings(sent=2)
    assert _subjects(at) == [
        ("a@a.example", "1 项新问题"), ("b@a.example", "1 项新问题"),
        ("a@a.example", "1 项已整改"), ("b@a.example", "1 项已整改"),
    ]  # fmt: skip
    assert len({mail.message_id for mail in _mails(engine)}) == 4
    assert at.connections == 2


def test_what_is_of_no_concern_to_a_reader_is_passed_over(
    settings: Settings, engine: Engine, change: Make
) -> None:
    _found(engine, change(1, "new").finding)
    number = _reader(engine, organs=(WOODS,))
    with office() as at:
        assert compose_due(_over(settings, at), engine, MOMENT) == 0
        told = Subscriptions(engine).get(number)
        assert told is not None
        assert (told.told_until, told.looked) == (1, MOMENT)
        _found(engine, change(2, "new", fingerprint="f2", organ=WOODS).finding, organ=WOODS)
        assert compose_due(_over(settings, at), engine, MOMENT) == 1
        assert _send(_over(settings, at), engine).sent == 1
    assert _subjects(at) == [("a@a.example", "1 项新问题")]


def test_nothing_new_nothing_composed(settings: Settings, engine: Engine) -> None:
    _reader(engine)
    with office() as at:
        assert compose_due(_over(settings, at), engine, MOMENT) == 0
        assert _send(_over(settings, at), engine) == Sendings()
    assert at.connections == 0


@pytest.mark.parametrize(
    ("weekday", "looked", "expected"),
    [
        (1, None, True),  # never looked: at once
        (1, MOMENT - 7 * DAY, True),  # its day has come
        (1, MOMENT - timedelta(hours=2), False),  # this morning, already
        (2, MOMENT - 6 * DAY, False),  # tomorrow is its day
        (0, MOMENT - DAY, False),  # was told yesterday
        (0, MOMENT - 2 * DAY, True),  # the machine was off yesterday
        (2, MOMENT - 8 * DAY, True),  # off for more than a week
    ],
)
def test_weekly_readers_are_due_once_a_week(weekday: int, looked: datetime | None, expected: bool) -> None:
    reader = SubscriptionRecord(
        1, "a@a.example", SubscriptionOrigin.SUBSCRIBED, MOMENT - 90 * DAY, rhythm=Rhythm.WEEKLY,
        weekday=weekday, looked=looked,
    )  # fmt: skip
    assert (composing.due([reader], MOMENT) == [reader]) is expected


def test_a_week_without_anything_to_tell_is_over_too(
    settings: Settings, engine: Engine, change: Make
) -> None:
    _reader(engine, rhythm=Rhythm.WEEKLY, weekday=1)
    with office() as at:
        assert compose_due(_over(settings, at), engine, MOMENT) == 0
        _found(engine, change(1, "new").finding, at=MOMENT + DAY)
        for days, expected in ((1, 0), (6, 0), (7, 1), (8, 0)):
            assert compose_due(_over(settings, at), engine, MOMENT + days * DAY) == expected


def _owed(engine: Engine, due: date) -> None:
    ledger = Ledger(engine)
    run = ledger.begin_run(RunRecord(None, "crawl", "yunling", MOMENT))
    duty = ObligationRecord(
        WATER, "department", "yunling", due.year - 1, due, ObligationStatus.LATE, days_late=3
    )
    ledger.assess(run, [duty], [], whole_province="yunling")
    ledger.end_run(run, MOMENT, "clean", {})


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2024, 1, 31), 0),  # not over yet
        (date(2024, 2, 3), 0),  # three visits on different nights prove an absence
        (date(2024, 2, 4), 2),
        (date(2024, 2, 21), 2),  # the machine was off
        (date(2024, 2, 22), 0),
        (date(2024, 4, 4), 0),  # nobody owed anything by then
    ],
)
def test_the_edition_after_a_due_date_is_sent_once_to_everybody(
    settings: Settings, engine: Engine, day: date, expected: int
) -> None:
    _found(engine, at=datetime(2024, 1, 20, tzinfo=clock.CHINA))
    _owed(engine, date(2024, 1, 31))
    _reader(engine, "a@a.example", rhythm=Rhythm.DEADLINES)
    _reader(engine, "b@a.example")
    moment = datetime(day.year, day.month, day.day, 7, 30, tzinfo=clock.CHINA)
    with office() as at:
        given = _over(settings, at)
        assert compose_due(given, engine, moment) == expected
        assert compose_due(given, engine, moment + timedelta(hours=1)) == 0
    assert {mail.edition for mail in _mails(engine)} <= {Edition.DEADLINE}


def test_one_refused_reader_does_not_cost_the_others(
    settings: Settings, engine: Engine, change: Make
) -> None:
    _found(engine, change(1, "new").finding)
    readers = ("a@a.example", "not an address", "b@a.example")
    with office({"RCPT": ["550 5.1.1 nobody", "250 fine"]}) as at:
        with pytest.raises(MailError, match="mails that did not go out: 1; see nianbao outbox"):
            deliver_all(_over(settings, at, digest_to=readers), MOMENT, patience=SHORT)
        assert [reader for reader, _ in at.kept] == ["b@a.example"]
        assert [(mail.address, mail.state, mail.answer) for mail in _mails(engine)] == [
            ("a@a.example", MailState.REFUSED, "550 5.1.1 nobody"),
            ("not an address", MailState.REFUSED, "--to: not a mail address: not an address"),
            ("b@a.example", MailState.SENT, "250 2.0.0 kept"),
        ]
        # it is told once, and others are not told again
        assert deliver_all(_over(settings, at, digest_to=readers), MOMENT, patience=SHORT) == Sendings()
        assert {mail.address for mail in Outbox(engine).problems(MOMENT)} == {"a@a.example", "not an address"}


def test_a_digest_that_cannot_be_composed_does_not_cost_the_others(
    settings: Settings, engine: Engine, change: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    _found(engine, change(1, "new").finding)
    broken = _reader(engine, "a@a.example")
    _reader(engine, "b@a.example")
    real = composing.compose

    def compose(*given: Any, **named: Any) -> Any:
        if named["links"].subscription == broken:
            raise ZeroDivisionError
        return real(*given, **named)

    monkeypatch.setattr(composing, "compose", compose)
    with office() as at:
        with pytest.raises(MailError, match=r"could not be composed: a@a\.example \(ZeroDivisionError\)"):
            deliver_all(_over(settings, at), MOMENT, patience=SHORT)
        assert [reader for reader, _ in at.kept] == ["b@a.example"]
        monkeypatch.undo()
        assert deliver_all(_over(settings, at), MOMENT, patience=SHORT).sent == 1
    assert [reader for reader, _ in at.kept] == ["b@a.example", "a@a.example"]


def test_greylisted_it_is_sent_when_its_time_has_come(
    settings: Settings, engine: Engine, change: Make
) -> None:
    _found(engine, change(1, "new").finding)
    _reader(engine)
    with office({"RCPT": ["451 4.7.1 greylisted", "250 fine"]}) as at:
        given = _over(settings, at)
        compose_due(given, engine, MOMENT)
        assert _send(given, engine) == Sendings(later=1)
        [waits] = Outbox(engine).waiting()
        assert (waits.answer, waits.attempts) == ("451 4.7.1 greylisted", 1)
        assert PAUSES[0] <= waits.due - MOMENT < PAUSES[1]
        assert _send(given, engine) == Sendings()
        at.script[0] = {}
        assert _send(given, engine, MOMENT + PAUSES[1]) == Sendings(sent=1)
    assert len(at.kept) == 1


def test_what_is_greylisted_for_moments_is_waited_for(
    settings: Settings, engine: Engine, change: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    _found(engine, change(1, "new").finding)
    _reader(engine)
    monkeypatch.setattr(delivery, "PAUSES", (timedelta(seconds=0.2), DAY))
    monkeypatch.setattr(delivery, "_LOOK", 0.05)
    with office({"RCPT": "451 4.7.1 greylisted"}, {}) as at:
        given = _over(settings, at)
        assert deliver_all(given, MOMENT, patience=SHORT, lingers=timedelta(minutes=1)) == Sendings(sent=1)
    assert (at.connections, len(at.kept)) == (2, 1)


def test_what_is_to_wait_for_long_is_left(settings: Settings, engine: Engine, change: Make) -> None:
    _found(engine, change(1, "new").finding)
    _reader(engine)
    with office({"RCPT": "451 4.7.1 greylisted"}) as at:
        given = _over(settings, at)
        assert deliver_all(given, MOMENT, patience=SHORT, lingers=PAUSES[0] / 2) == Sendings(later=1)
    assert at.connections == 1


def test_after_days_of_trying_it_is_given_up(settings: Settings, engine: Engine, change: Make) -> None:
    _found(engine, change(1, "new").finding)
    _reader(engine)
    with office({"RCPT": "452 4.2.2 mailbox full"}) as at:
        given = _over(settings, at)
        compose_due(given, engine, MOMENT)
        now, tries, waited = MOMENT, 0, []
        while Outbox(engine).waiting():
            done = _send(given, engine, now)
            tries += 1
            assert tries <= 30
            if done.later:
                [waits] = Outbox(engine).waiting()
                waited.append(waits.due - now)
                now = waits.due
    assert done == Sendings(given_up=1)
    assert TRIED_FOR <= now - MOMENT < TRIED_FOR + PAUSES[-1] + PAUSES[-1]
    assert [round(pause / timedelta(minutes=1)) for pause in waited[:7]] == [1, 5, 15, 60, 240, 240, 240]
    [problem] = Outbox(engine).problems(MOMENT)
    assert (problem.state, problem.answer) == (MailState.GIVEN_UP, "452 4.2.2 mailbox full")


def test_a_server_that_takes_nothing_costs_no_mail(settings: Settings, engine: Engine, change: Make) -> None:
    _found(engine, change(1, "new").finding)
    for name in "abc":
        _reader(engine, f"{name}@a.example")
    with office({"greeting": "554 5.3.2 not now"}) as at:
        given = _over(settings, at)
        compose_due(given, engine, MOMENT)
        for day in range(5):
            moment = MOMENT + day * DAY
            done = _send(given, engine, moment)
            assert str(done.trouble).endswith("does not serve: 554 5.3.2 not now")
            assert at.connections == day + 1  # not once for every mail
            assert {(mail.state, mail.attempts) for mail in _mails(engine)} == {(MailState.WAITING, 0)}
            assert all(mail.answer == str(done.trouble) for mail in _mails(engine))
        at.script[0] = {}
        assert _send(given, engine, MOMENT + 5 * DAY) == Sendings(sent=3)
    assert len(at.kept) == 3


def test_cut_after_the_last_byte_it_goes_out_once_more_as_the_same_mail(
    settings: Settings, engine: Engine, change: Make
) -> None:
    _found(engine, change(1, "new").finding)
    _reader(engine)
    with office({"end": CUT}, {}) as at:
        given = _over(settings, at)
        compose_due(given, engine, MOMENT)
        assert _send(given, engine) == Sendings(later=1)
        assert Outbox(engine).waiting()[0].unsettled == 1
        assert _send(given, engine, MOMENT + PAUSES[1]) == Sendings(sent=1)
    assert len(at.kept) == 2
    assert at.kept[0] == at.kept[1]


def test_where_the_server_never_says_it_is_handed_over_twice_and_no_more(
    settings: Settings, engine: Engine, change: Make
) -> None:
    _found(engine, change(1, "new").finding)
    _reader(engine)
    with office({"end": CUT}) as at:
        given = _over(settings, at)
        compose_due(given, engine, MOMENT)
        assert _send(given, engine) == Sendings(later=1)
        assert _send(given, engine, MOMENT + DAY) == Sendings(given_up=1)
        assert _send(given, engine, MOMENT + 2 * DAY) == Sendings()
    assert len(at.kept) == 2
    [problem] = Outbox(engine).problems(MOMENT)
    assert problem.answer.startswith("handed over twice, and the server never said whether it has it")


def test_a_process_that_ended_between_the_last_byte_and_the_answer_is_followed_by_another(
    settings: Settings, engine: Engine, change: Make
) -> None:
    _found(engine, change(1, "new").finding)
    _reader(engine)
    with office() as at:
        given = _over(settings, at)
        compose_due(given, engine, MOMENT)
        for number in range(2):
            dead = Outbox(engine).claim(f"dead {number}", MOMENT + number * CLAIM_LASTS, CLAIM_LASTS)
            assert dead is not None
            assert Outbox(engine).handing_over(dead, MOMENT + number * CLAIM_LASTS)
            if number == 0:
                assert _send(given, engine) == Sendings()  # it may still be at it
        assert _send(given, engine, MOMENT + 2 * CLAIM_LASTS) == Sendings(given_up=1)
    assert at.kept == []


def test_a_mail_that_was_claimed_by_another_meanwhile_is_not_handed_over(
    settings: Settings, engine: Engine, change: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    _found(engine, change(1, "new").finding)
    _reader(engine)
    real = Outbox.handing_over

    def after_a_long_sleep(self: Outbox, mail: MailRecord, now: datetime) -> bool:
        monkeypatch.undo()
        assert self.claim("another", now + CLAIM_LASTS, CLAIM_LASTS) is not None
        return real(self, mail, now)

    monkeypatch.setattr(Outbox, "handing_over", after_a_long_sleep)
    with office() as at:
        given = _over(settings, at)
        compose_due(given, engine, MOMENT)
        assert _send(given, engine) == Sendings(later=1)
    assert at.kept == []
    assert _mails(engine)[0].owner == "another"


def test_whoever_leaves_while_a_mail_waits_is_not_sent_it(
    settings: Settings, engine: Engine, change: Make
) -> None:
    _found(engine, change(1, "new").finding)
    number = _reader(engine)
    with office() as at:
        given = _over(settings, at)
        compose_due(given, engine, MOMENT)
        Subscriptions(engine).end(number, MOMENT)
        assert _send(given, engine) == Sendings()
        assert compose_due(given, engine, MOMENT + DAY) == 0
    assert at.kept == []


def test_told_to_stop_the_rest_waits(settings: Settings, engine: Engine, change: Make) -> None:
    _found(engine, change(1, "new").finding)
    for name in "abc":
        _reader(engine, f"{name}@a.example")
    with office() as at:
        given = _over(settings, at)
        compose_due(given, engine, MOMENT)
        done = send_waiting(given, engine, MOMENT, stopped=lambda: len(at.kept) == 2)
        assert done.sent == 2
        assert [mail.state for mail in Outbox(engine).waiting()] == [MailState.WAITING]


def test_without_a_server_nobody_is_taken_to_be_told(
    settings: Settings, engine: Engine, change: Make
) -> None:
    _found(engine, change(1, "new").finding)
    number = _reader(engine)
    with pytest.raises(MailError, match="NIANBAO_SMTP_URL is not set"):
        deliver_all(settings, MOMENT)
    unsigned = settings.model_copy(update={"smtp_url": SecretStr("smtp://127.0.0.1:25"), "mail_from": ""})
    with pytest.raises(MailError, match="NIANBAO_MAIL_FROM is not set"):
        deliver_all(unsigned, MOMENT)
    told = Subscriptions(engine).get(number)
    assert told is not None
    assert told.told_until == 0


def test_where_nobody_reads_nothing_need_be_set(settings: Settings, engine: Engine, change: Make) -> None:
    _found(engine, change(1, "new").finding)
    assert deliver_all(settings, MOMENT) == Sendings()


def test_with_links_a_mail_can_be_left_by_one_click(settings: Settings, engine: Engine, change: Make) -> None:
    _found(engine, change(1, "new").finding)
    number = _reader(engine)
    with office() as at:
        given = _over(
            settings, at, public_url="https://digest.nianbao.example/n", link_secret=SecretStr("s" * 40)
        )
        compose_due(given, engine, MOMENT)
        _send(given, engine)
    [(_, raw)] = at.kept
    parsed = BytesParser(policy=email.policy.default).parsebytes(raw)
    link = str(parsed["List-Unsubscribe"])
    assert link.startswith("<https://digest.nianbao.example/n/")
    token = link.strip("<>").rpartition("/")[2]
    signer = composing.signer(given)
    assert signer is not None
    assert signer.read(token, "leave", MOMENT)["s"] == number


SECRET = "Zq7-planted-secret"


def test_the_secret_is_nowhere_but_in_the_settings(
    settings: Settings, engine: Engine, change: Make, caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    caplog.set_level(logging.DEBUG)
    _found(engine, change(1, "new").finding)
    _reader(engine)
    login = "250-mx.nianbao.example\r\n250 AUTH PLAIN LOGIN"
    script = (
        {"EHLO": login, "AUTH": f"535 no {SECRET}"},
        {"EHLO": login, "AUTH": "235 yes", "RCPT": f"451 I know {SECRET}"},
        {"EHLO": login, "AUTH": "235 yes", "end": f"554 I know {SECRET}"},
    )
    said = []
    with office(*script) as at:
        url = f"smtp://watch:{SECRET}@127.0.0.1:{at.port}"
        given = settings.model_copy(update={"smtp_url": SecretStr(url)})
        for day in range(3):
            try:
                deliver_all(given, MOMENT + day * DAY, patience=SHORT)
            except MailError as error:
                said += [repr(error), error.zh, error.en, repr(error.__cause__)]
    assert at.connections == 3
    with writing(engine) as session:
        rows = [str(row) for row in session.connection().exec_driver_sql("SELECT * FROM mails")]
    assert rows
    everything = "\n".join([*said, *rows, caplog.text, repr(given)])
    assert SECRET not in everything
    assert "554 I know ***" in everything
