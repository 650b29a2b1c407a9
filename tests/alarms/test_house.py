"""The scheduler, and mails that do not arrive."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from crawler.alarms import ADVICE, TITLES, Alarm, Blame, Code, House, alarms_of_house, plain
from storage.records import Edition, LeaseRecord, MailRecord, MailState
from tests.alarms.conftest import FIRST

NOW = FIRST + timedelta(days=10)


def _mail(number: int, state: MailState, **fields: Any) -> MailRecord:
    given = {
        "address": f"reader{number}@office.example",
        "composed": NOW - timedelta(hours=1),
        "due": NOW,
        "state": state,
        **fields,
    }
    return MailRecord(
        id=number, edition=Edition.CHANGES, key=str(number), message_id=str(number), subject="", **given
    )


def test_a_scheduler_that_is_silent_for_a_quarter_of_an_hour() -> None:
    lease = LeaseRecord("scheduler", "host/7", "the night", FIRST, NOW - timedelta(minutes=17), NOW)
    quarter = timedelta(minutes=15)
    assert alarms_of_house(House(NOW, NOW + quarter - timedelta(seconds=1), lease)) == []
    [alarm] = alarms_of_house(House(NOW, NOW + quarter, lease))
    assert (alarm.code, alarm.since, alarm.key) == (Code.SCHEDULER_GONE, NOW, "scheduler-gone//")
    assert "host/7" in alarm.message.en


def test_a_scheduler_that_never_was_or_left_is_no_alarm() -> None:
    assert alarms_of_house(House(NOW, NOW)) == []


def test_mails_that_were_refused_are_named() -> None:
    ended = NOW - timedelta(days=1)
    mails = [_mail(n, MailState.REFUSED, ended=ended, answer="550 no such user") for n in range(7)]
    [alarm] = alarms_of_house(House(NOW, NOW, mails=mails))
    assert (alarm.code, alarm.since) == (Code.MAIL_REFUSED, ended)
    assert alarm.figures == {"mails": 7, "addresses": 7}
    assert "reader4@office.example 等 7 个地址" in alarm.message.zh
    assert "reader5" not in alarm.message.zh
    assert "550 no such user" in alarm.message.en


def test_mails_that_wait_for_half_a_day() -> None:
    patient = _mail(1, MailState.WAITING, composed=NOW - timedelta(hours=11, minutes=59))
    stuck = _mail(2, MailState.WAITING, composed=NOW - timedelta(hours=12), answer="connection refused")
    assert alarms_of_house(House(NOW, NOW, mails=[patient])) == []
    [alarm] = alarms_of_house(House(NOW, NOW, mails=[patient, stuck]))
    assert (alarm.code, alarm.figures) == (Code.MAIL_WAITING, {"mails": 1, "hours": 12})
    assert "connection refused" in alarm.message.zh


def test_every_code_has_its_words_and_says_what_to_do() -> None:
    for code in Code:
        for words in (TITLES[code], ADVICE[code]):
            assert words.zh, code
            assert words.en, code
            assert not any("\u4e00" <= mark <= "\u9fff" for mark in words.en), code


def test_an_alarm_as_json_tells_it() -> None:
    [alarm] = alarms_of_house(House(NOW, NOW, mails=[_mail(1, MailState.GIVEN_UP, ended=NOW)]))
    told = plain(alarm)
    assert (told["code"], told["blame"]) == ("mail-refused", Blame.EITHER.value)
    assert told["province"] is told["portal"] is None
    assert told["since"] == NOW.isoformat()
    assert told["figures"] == {"mails": 1, "addresses": 1}


def test_what_an_alarm_is_about_does_not_follow_from_its_figures() -> None:
    def key(code: Code, portal: str = "") -> str:
        return Alarm(code, NOW, TITLES[code], "yunling", portal).key

    assert key(Code.BLOCKED, "a") == key(Code.NONE_LISTED, "a") != key(Code.BLOCKED, "b")
    assert key(Code.RUN_LOST) != key(Code.RUN_BROKEN)
