"""What the operator is told, and how often."""

from __future__ import annotations

from datetime import timedelta
from email import message_from_bytes
from email.policy import default

import pytest

from crawler.alarms import Code
from crawler.digest.for_operator import compose_for_operator
from crawler.operator import OperatorNote, due
from storage.operating import Operations
from storage.outbox import Outbox
from storage.records import Edition, MailState
from tests.operator.conftest import House, morning

HEALTHY = {"a": 40, "b": 12}


def told(house: House, night: int) -> OperatorNote | None:
    """What is to be told that morning; it is then composed and sent."""
    note, now, outbox = (
        due(house.engine, house.settings, morning(night)),
        morning(night),
        Outbox(house.engine),
    )
    composed = compose_for_operator(house.settings, house.engine, now)
    assert composed == (0 if note is None else len(house.settings.operator_to))
    while (mail := outbox.claim("me", now, timedelta(hours=1))) is not None:
        outbox.sent(mail, "250", now)
    return note


def test_once_then_weekly_and_when_it_is_over(house: House) -> None:
    house.register("a", "b")
    heard: dict[int, tuple[int, int, tuple[str, ...]]] = {}
    for night in range(24):
        house.night(night, {**HEALTHY, "a": 0} if 4 <= night < 20 else HEALTHY)
        note = told(house, night)
        if note is not None:
            heard[night] = (len(note.new), len(note.standing), note.over)
    assert heard == {
        5: (1, 0, ()),
        12: (0, 1, ()),
        19: (0, 1, ()),
        20: (0, 0, ("a人民政府 · 失访",)),
    }


def test_what_is_new_is_told_beside_what_stands(house: House) -> None:
    house.register("a", "b", "c")
    for night in range(3):
        house.night(night, {"a": 40, "b": 12, "c": 9})
    for night in (3, 4):
        house.night(night, {"a": 0, "b": 12, "c": 9})
    first = told(house, 4)
    assert first is not None
    house.night(5, {"a": 0, "b": 0, "c": 9})
    assert told(house, 5) is None
    house.night(6, {"a": 0, "b": 0, "c": 9})
    second = told(house, 6)
    assert second is not None
    assert [alarm.portal for alarm in second.new] == ["b"]
    assert [alarm.portal for alarm in second.standing] == ["a"]
    assert second.subject == "nianbao：1 个网站一份报告也没列出"
    assert first.key != second.key


def test_a_new_alarm_does_not_wait_for_the_next_day(house: House) -> None:
    house.register("a", "b")
    for night in range(5):
        house.night(night, HEALTHY if night < 3 else {**HEALTHY, "a": 0})
    assert told(house, 4) is not None
    for number in range(2):
        house.night(5 + number, {"a": 0, "b": 0})
    note = due(house.engine, house.settings, morning(6))
    assert note is not None
    assert [alarm.code for alarm in note.new] == [Code.PROVINCE_SILENT]
    assert note.over == ("a人民政府 · 失访",)


def test_nobody_to_tell_nothing_told(house: House) -> None:
    house.register("a")
    for night in range(4):
        house.night(night, {"a": 40 if night < 2 else 0})
    silent = house.settings.model_copy(update={"operator_to": ()})
    assert due(house.engine, silent, morning(3)) is None
    assert due(house.engine, house.settings, morning(3)) is not None


def test_nothing_is_alarming_nothing_is_told(house: House) -> None:
    house.register("a", "b")
    assert told(house, 0) is None
    for night in range(4):
        house.night(night, HEALTHY)
        assert told(house, night) is None


def test_a_night_that_is_missed_is_told_the_day_after(house: House) -> None:
    house.register("a", "b")
    for night in range(4):
        house.night(night, HEALTHY)
    assert told(house, 4) is None
    note = told(house, 5)
    assert note is not None
    assert [alarm.code for alarm in note.new] == [Code.NIGHT_MISSED]


def test_an_installation_without_nights_misses_none(house: House) -> None:
    house.register("a", "b")
    assert due(house.engine, house.settings, morning(40)) is None


def test_composed_twice_it_is_one_mail_for_each(house: House) -> None:
    house.settings = house.settings.model_copy(update={"operator_to": ("a@x.example", "b@x.example")})
    house.register("a")
    for night in range(4):
        house.night(night, {"a": 40 if night < 2 else 0})
    assert compose_for_operator(house.settings, house.engine, morning(3)) == 2
    assert compose_for_operator(house.settings, house.engine, morning(3)) == 0
    mails = Outbox(house.engine).waiting()
    assert {mail.address for mail in mails} == {"a@x.example", "b@x.example"}
    assert {mail.edition for mail in mails} == {Edition.OPERATOR}
    assert len({mail.message_id for mail in mails}) == 2
    one = Outbox(house.engine).get(mails[0].id or 0)
    assert one is not None
    message = message_from_bytes(one.content or b"", policy=default)
    assert message["Subject"] == "nianbao：1 个网站一份报告也没列出"
    assert (message["From"], message["To"]) == ("nianbao@office.example", one.address)
    assert message["Message-ID"] == one.message_id
    assert "List-Unsubscribe" not in message


def test_an_address_that_is_none_is_shown_refused(house: House) -> None:
    house.settings = house.settings.model_copy(update={"operator_to": ("nobody",)})
    house.register("a")
    for night in range(4):
        house.night(night, {"a": 40 if night < 2 else 0})
    assert compose_for_operator(house.settings, house.engine, morning(3)) == 1
    [mail] = Operations(house.engine).operator_mails(5)
    assert mail.state is MailState.REFUSED
    assert "OPERATOR_TO" in mail.answer
    # that this mail was refused is itself alarming, once; nothing goes round in circles
    house.night(4, {"a": 0})
    assert compose_for_operator(house.settings, house.engine, morning(4)) == 1
    house.night(5, {"a": 0})
    assert compose_for_operator(house.settings, house.engine, morning(5)) == 0


def test_more_alarms_than_a_key_can_name_are_told_once_too(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("crawler.operator.note._MOST_MARKS", 10)
    names = [f"p{number:02}" for number in range(11)]
    house.register("well", *names)
    for night in range(4):
        house.night(night, {"well": 9, **dict.fromkeys(names, 9 if night < 2 else 0)})
    note = told(house, 3)
    assert note is not None
    assert len(note.new) == len(names)
    assert len(note.key) == len("operator:2024-02-04:") + 8
    house.night(4, {"well": 9, **dict.fromkeys(names, 0)})
    assert told(house, 4) is None
    later = due(house.engine, house.settings, morning(3) + timedelta(days=7))
    assert later is not None
    assert len(later.standing) == len(names)
