"""What is on record of mails: composed once, claimed by one, sent or not, on both databases."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine
from sqlalchemy.exc import IntegrityError

from storage.engine import open_engine
from storage.outbox import CONTENT_KEPT, LEFT, Outbox
from storage.records import Edition, MailRecord, MailState, SubscriptionOrigin, SubscriptionRecord
from storage.subscriptions import Subscriptions

NOW = datetime(2024, 2, 1, 0, 0, tzinfo=UTC)
LASTS = timedelta(minutes=30)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def outbox(engine: Engine) -> Outbox:
    return Outbox(engine)


@pytest.fixture
def reader(engine: Engine) -> int:
    return Subscriptions(engine).add(
        SubscriptionRecord(None, "reader@a.example", SubscriptionOrigin.SUBSCRIBED, NOW, told_until=5)
    )


def _mail(number: int = 1, **values: object) -> MailRecord:
    mail = MailRecord(
        None, "reader@a.example", Edition.CHANGES, f"key {number}", f"<{number}@a.example>",
        f"第 {number} 封", NOW, NOW, content=b"text",
    )  # fmt: skip
    return replace(mail, **values)  # type: ignore[arg-type]


def _put(outbox: Outbox, number: int = 1, **values: object) -> int:
    put = outbox.put(_mail(number, **values))
    assert put is not None
    return put


def _claimed(outbox: Outbox, owner: str = "a", at: datetime = NOW) -> MailRecord:
    mail = outbox.claim(owner, at, LASTS)
    assert mail is not None
    return mail


def _got(outbox: Outbox, number: int) -> MailRecord:
    mail = outbox.get(number)
    assert mail is not None
    return mail


def test_what_is_put_is_held_as_it_is_and_its_reader_is_told(
    outbox: Outbox, engine: Engine, reader: int
) -> None:
    number = _put(outbox, subscription=reader, told_until=9)
    assert outbox.get(number) == _mail(id=number, subscription=reader, told_until=9)
    told = Subscriptions(engine).get(reader)
    assert told is not None
    assert (told.told_until, told.looked) == (9, None)
    assert outbox.waiting() == [_mail(id=number, subscription=reader, told_until=9, content=None)]


def test_the_same_is_composed_once(outbox: Outbox, engine: Engine, reader: int) -> None:
    _put(outbox, subscription=reader, told_until=9)
    again = _mail(1, subscription=reader, told_until=12, message_id="<other@a.example>")
    assert outbox.put(again) is None
    assert outbox.put(_mail(2, subscription=reader, told_until=9)) is None
    told = Subscriptions(engine).get(reader)
    assert told is not None
    assert told.told_until == 9
    assert len(outbox.recent(10)) == 1


def test_for_a_subscription_that_has_become_another_nothing_is_put(
    outbox: Outbox, engine: Engine, reader: int
) -> None:
    subscriptions = Subscriptions(engine)
    composed_for = subscriptions.get(reader)
    assert composed_for is not None
    subscriptions.change(replace(composed_for, severity="error", told_until=0), NOW + MINUTE, anew=True)
    assert outbox.put(_mail(subscription=reader, told_until=9), reader=composed_for) is None
    now = subscriptions.get(reader)
    assert now is not None
    assert now.told_until == 0
    assert outbox.put(_mail(subscription=reader, told_until=9), reader=now) is not None


def test_for_a_reader_who_has_left_nothing_is_put(outbox: Outbox, engine: Engine, reader: int) -> None:
    Subscriptions(engine).end(reader, NOW)
    assert outbox.put(_mail(subscription=reader, told_until=9)) is None
    assert outbox.put(_mail(subscription=reader + 1, told_until=9)) is None
    assert outbox.recent(10) == []


def test_a_mail_that_cannot_be_recorded_leaves_its_reader_untold(
    outbox: Outbox, engine: Engine, reader: int
) -> None:
    _put(outbox, 1)
    with pytest.raises(IntegrityError):
        outbox.put(_mail(2, message_id="<1@a.example>", subscription=reader, told_until=9))
    told = Subscriptions(engine).get(reader)
    assert told is not None
    assert told.told_until == 5


def test_readers_for_whom_there_is_nothing_are_passed_over(
    outbox: Outbox, engine: Engine, reader: int
) -> None:
    subscriptions = Subscriptions(engine)
    other = subscriptions.add(
        SubscriptionRecord(None, "b@a.example", SubscriptionOrigin.SUBSCRIBED, NOW, told_until=7)
    )
    outbox.pass_over([reader, other], since=5, until=8, looked=NOW)
    assert [(one.told_until, one.looked) for one in subscriptions.all()] == [(8, NOW), (7, None)]


def test_the_one_that_has_waited_longest_is_claimed_first(outbox: Outbox) -> None:
    late, early, future = (
        _put(outbox, number, due=NOW + minutes * MINUTE) for number, minutes in ((1, 0), (2, -5), (3, 1))
    )
    assert [_claimed(outbox).id for _ in range(2)] == [early, late]
    assert outbox.claim("a", NOW, LASTS) is None
    first = _claimed(outbox, at=NOW + MINUTE)
    assert (first.id, first.state, first.owner, first.attempts) == (future, MailState.SENDING, "a", 1)
    assert first.content == b"text"


def test_a_claim_is_good_until_it_runs_out(outbox: Outbox) -> None:
    _put(outbox)
    lost = _claimed(outbox, "a")
    assert outbox.claim("b", NOW + LASTS - MINUTE, LASTS) is None
    again = _claimed(outbox, "b", NOW + LASTS)
    assert (again.id, again.attempts) == (lost.id, 2)
    # the first owner has been away: nothing that it says counts, but that a server has the mail
    assert outbox.handing_over(lost, NOW + LASTS) is False
    outbox.later(lost, "451 no", NOW)
    outbox.refused(lost, "550 no", NOW)
    assert outbox.give_up(lost, "tired", NOW) is False
    assert _got(outbox, 1) == again
    outbox.sent(lost, "250 kept", NOW)
    assert _got(outbox, 1).state is MailState.SENT
    assert outbox.handing_over(again, NOW + LASTS) is False


def test_handing_over_renews_the_claim_and_is_unsettled_until_the_server_speaks(outbox: Outbox) -> None:
    number = _put(outbox)
    mail = _claimed(outbox)
    assert outbox.handing_over(mail, NOW + 20 * MINUTE) is True
    assert outbox.claim("b", NOW + 45 * MINUTE, LASTS) is None
    assert _got(outbox, number).unsettled == 1
    outbox.sent(mail, "250 kept", NOW + 21 * MINUTE)
    sent = _got(outbox, number)
    assert (sent.state, sent.unsettled, sent.answer, sent.ended) == (
        MailState.SENT, 0, "250 kept", NOW + 21 * MINUTE,
    )  # fmt: skip
    assert (sent.owner, sent.claimed) == (None, None)


def test_what_was_never_settled_is_told_to_the_next(outbox: Outbox) -> None:
    _put(outbox)
    assert outbox.handing_over(_claimed(outbox, "a"), NOW)
    again = _claimed(outbox, "b", NOW + LASTS)
    assert again.unsettled == 1
    assert outbox.handing_over(again, NOW + LASTS)
    outbox.sent(again, "250 kept", NOW + LASTS)
    assert _got(outbox, 1).unsettled == 1  # of the first time nobody knows to this day


@pytest.mark.parametrize("settled", [True, False], ids=["settled", "unsettled"])
def test_later_means_later(outbox: Outbox, settled: bool) -> None:
    number = _put(outbox)
    mail = _claimed(outbox)
    assert outbox.handing_over(mail, NOW)
    outbox.later(mail, "451 busy", NOW + MINUTE, settled=settled)
    waits = _got(outbox, number)
    assert (waits.state, waits.due, waits.answer) == (MailState.WAITING, NOW + MINUTE, "451 busy")
    assert (waits.attempts, waits.unsettled, waits.owner) == (1, 0 if settled else 1, None)
    assert outbox.claim("a", NOW, LASTS) is None
    assert _claimed(outbox, at=NOW + MINUTE).attempts == 2


def test_what_had_nothing_to_do_with_the_mail_does_not_count(outbox: Outbox) -> None:
    number, other, future = _put(outbox, 1), _put(outbox, 2), _put(outbox, 3, due=NOW + 9 * MINUTE)
    outbox.later(_claimed(outbox), "no server", NOW + 5 * MINUTE, counts=False)
    outbox.hold_back("no server", NOW, NOW + 5 * MINUTE)
    assert [(mail.id, mail.attempts, mail.due, mail.answer) for mail in outbox.waiting()] == [
        (number, 0, NOW + 5 * MINUTE, "no server"),
        (other, 0, NOW + 5 * MINUTE, "no server"),
        (future, 0, NOW + 9 * MINUTE, ""),
    ]


def test_what_was_refused_is_a_problem_and_can_be_tried_again(outbox: Outbox) -> None:
    number = _put(outbox)
    mail = _claimed(outbox)
    outbox.refused(mail, "550 nobody", NOW)
    assert [problem.answer for problem in outbox.problems(NOW)] == ["550 nobody"]
    assert outbox.problems(NOW + MINUTE) == outbox.waiting() == []
    assert outbox.try_again(number, NOW + MINUTE)
    again = _claimed(outbox, at=NOW + MINUTE)
    assert (again.attempts, again.unsettled, again.ended, again.message_id) == (1, 0, None, "<1@a.example>")
    assert outbox.try_again(number, NOW) is False  # somebody is at it
    outbox.sent(again, "250 kept", NOW)
    assert outbox.try_again(number, NOW) is False
    assert outbox.try_again(number + 1, NOW) is False


def test_a_mail_whose_reader_has_left_is_not_sent_and_no_problem(
    outbox: Outbox, engine: Engine, reader: int
) -> None:
    number = _put(outbox, subscription=reader, told_until=9)
    other = _put(outbox, 2)
    Subscriptions(engine).end(reader, NOW)
    assert _claimed(outbox).id == other
    dropped = _got(outbox, number)
    assert (dropped.state, dropped.answer, dropped.attempts) == (MailState.GIVEN_UP, LEFT, 0)
    assert outbox.problems(NOW) == []
    assert outbox.try_again(number, NOW) is False


def test_a_waiting_mail_can_be_given_up_and_a_claimed_one_not_by_others(outbox: Outbox) -> None:
    number = _put(outbox)
    assert outbox.give_up(_got(outbox, number), "by hand", NOW)
    assert outbox.give_up(_got(outbox, number), "by hand", NOW) is False
    assert [problem.answer for problem in outbox.problems(NOW)] == ["by hand"]
    claimed = _put(outbox, 2)
    waiting = _got(outbox, claimed)
    _claimed(outbox)
    assert outbox.give_up(waiting, "by hand", NOW) is False


def test_texts_are_dropped_in_the_end_and_those_that_may_be_sent_never(outbox: Outbox) -> None:
    sent, waiting = _put(outbox, 1), _put(outbox, 2, due=NOW + MINUTE)
    outbox.sent(_claimed(outbox), "250 kept", NOW)
    outbox.forget_contents(NOW + CONTENT_KEPT)
    assert _got(outbox, sent).content == b"text"
    outbox.forget_contents(NOW + CONTENT_KEPT + MINUTE)
    assert _got(outbox, sent).content is None
    assert _got(outbox, waiting).content == b"text"
    assert outbox.try_again(sent, NOW) is False


def test_a_long_and_hostile_answer_is_kept_in_short(outbox: Outbox) -> None:
    number = _put(outbox)
    outbox.refused(_claimed(outbox), "550 \x00" + "长" * 5000, NOW)
    assert _got(outbox, number).answer == "550 " + "长" * 496


def _at_once(work: Callable[[int], None], workers: int) -> None:
    threads = [threading.Thread(target=work, args=(number,)) for number in range(workers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_no_two_get_the_same_mail(url: str, outbox: Outbox) -> None:
    for number in range(20):
        _put(outbox, number)
    claimed: Counter[int | None] = Counter()

    def work(number: int) -> None:
        engine = open_engine(url)
        mine = Outbox(engine)
        while mail := mine.claim(f"owner {number}", NOW, LASTS):
            claimed[mail.id] += 1
        engine.dispose()

    _at_once(work, 4)
    assert len(claimed) == 20
    assert set(claimed.values()) == {1}


def test_composed_by_several_at_once_it_is_put_once(url: str, outbox: Outbox, reader: int) -> None:
    put: list[int | None] = []

    def work(number: int) -> None:
        engine = open_engine(url)
        mail = _mail(1, message_id=f"<{number}@a.example>", subscription=reader, told_until=9 + number)
        put.append(Outbox(engine).put(mail))
        engine.dispose()

    _at_once(work, 4)
    assert sum(number is not None for number in put) == 1
    assert len(outbox.recent(10)) == 1
