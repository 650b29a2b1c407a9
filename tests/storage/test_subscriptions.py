"""Who is sent digests and what they do not want to hear, on both databases."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine

from storage.outbox import Outbox
from storage.records import (
    Edition,
    MailRecord,
    MuteKind,
    MuteRecord,
    Rhythm,
    SubscriptionOrigin,
    SubscriptionRecord,
)
from storage.subscriptions import (
    AlreadySubscribed,
    Subscriptions,
    UnknownSubscription,
    same_address,
    scope_of,
)

NOW = datetime(2024, 2, 1, 1, 30, tzinfo=UTC)
DAY = timedelta(days=1)
READER = "wang@yunling.example"
SUBSCRIBED, SETTINGS, ONCE = (
    SubscriptionOrigin.SUBSCRIBED,
    SubscriptionOrigin.SETTINGS,
    SubscriptionOrigin.ONCE,
)


@pytest.fixture
def readers(engine: Engine) -> Subscriptions:
    return Subscriptions(engine)


def _wanted(address: str = READER, **values: Any) -> SubscriptionRecord:
    given: dict[str, Any] = {"origin": SUBSCRIBED, "created": NOW, **values}
    return SubscriptionRecord(None, address, **given)


def _origins(readers: Subscriptions) -> dict[str, str]:
    return {record.address: str(record.origin) for record in readers.all()}


def test_what_was_asked_for_stands_on_record(readers: Subscriptions) -> None:
    wanted = _wanted(
        provinces=("yunling", "beiling", "yunling"), organs=("青杉市水务局",), rules=("filing-late",),
        severity="error", rhythm=Rhythm.WEEKLY, weekday=2, workbook=True, lang="en", told_until=7,
    )  # fmt: skip
    number = readers.add(wanted)
    assert readers.get(number) == replace(wanted, id=number, provinces=("beiling", "yunling"))
    assert readers.get(number + 1) is None


def test_one_address_may_hold_several_and_leaves_one_of_them(readers: Subscriptions) -> None:
    first = readers.add(_wanted(provinces=("yunling",), severity="error"))
    second = readers.add(_wanted(provinces=("beiling",), rhythm=Rhythm.WEEKLY, weekday=0))
    other = readers.add(_wanted("li@yunling.example", provinces=("yunling",)))
    assert readers.end(first, NOW + DAY)
    assert not readers.end(first, NOW + 2 * DAY)
    assert not readers.end(99, NOW)
    assert [record.id for record in readers.all()] == [second, other]
    assert [(record.id, record.ended) for record in readers.of(READER)] == [
        (first, NOW + DAY),
        (second, None),
    ]


@pytest.mark.parametrize(
    ("again", "same"),
    [
        ({"provinces": ("b", "a"), "rhythm": Rhythm.WEEKLY}, True),
        ({"provinces": ("a", "b"), "address": "WANG@Yunling.Example"}, True),
        ({"provinces": ("a", "b"), "address": "王 <wang@yunling.example>"}, True),
        ({"provinces": ("a",)}, False),
        ({"provinces": ("a", "b"), "rules": ("x",)}, False),
        ({"provinces": (), "organs": ("a", "b")}, False),
        ({"provinces": ("a", "b"), "address": "wang@beiling.example"}, False),
    ],
)
def test_of_one_scope_an_address_has_one(readers: Subscriptions, again: dict[str, Any], same: bool) -> None:
    number = readers.add(_wanted(provinces=("a", "b")))
    wanted = _wanted(**again)
    if not same:
        assert readers.add(wanted) != number
        return
    with pytest.raises(AlreadySubscribed) as told:
        readers.add(wanted)
    assert told.value.held.id == number
    readers.end(number, NOW)
    assert readers.add(wanted) != number


def test_two_at_once_make_one(readers: Subscriptions) -> None:
    barrier, ended = threading.Barrier(4), []

    def subscribe() -> None:
        barrier.wait()
        try:
            ended.append(readers.add(_wanted()))
        except AlreadySubscribed as already:
            ended.append(already.held.id)

    threads = [threading.Thread(target=subscribe) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    [record] = readers.all()
    assert ended == [record.id] * 4


def test_single_digests_become_the_subscription_and_are_not_told_again(readers: Subscriptions) -> None:
    once = readers.add(_wanted(origin=ONCE, told_until=40))
    assert readers.add(_wanted(origin=ONCE)) == once
    assert readers.add(_wanted(created=NOW + DAY, rhythm=Rhythm.WEEKLY, weekday=4)) == once
    stands = readers.get(once)
    assert stands is not None
    assert (stands.origin, stands.told_until, stands.weekday) == (SUBSCRIBED, 40, 4)
    other = readers.add(_wanted("li@yunling.example", origin=ONCE, told_until=40))
    readers.add(_wanted("li@yunling.example", told_until=55))
    assert readers.get(other).told_until == 55  # type: ignore[union-attr]


def test_a_change_keeps_number_and_memory(readers: Subscriptions) -> None:
    number = readers.add(_wanted(provinces=("a", "b"), told_until=40))
    held = readers.get(number)
    assert held is not None
    readers.change(
        replace(held, provinces=("a",), severity="error", told_until=0, created=NOW + DAY), NOW + DAY
    )
    stands = readers.get(number)
    assert stands == replace(held, provinces=("a",), severity="error")
    readers.change(replace(stands, provinces=(), told_until=0), NOW + DAY, anew=True)
    assert readers.get(number) == replace(stands, provinces=(), told_until=0, created=NOW + DAY)


def test_a_change_needs_one_that_stands_and_no_twin(readers: Subscriptions) -> None:
    first = readers.add(_wanted(provinces=("a",)))
    second = readers.add(_wanted(provinces=("b",)))
    once = readers.add(_wanted(origin=ONCE))
    held = readers.get(first)
    assert held is not None
    with pytest.raises(AlreadySubscribed):
        readers.change(replace(held, provinces=("b",)), NOW)
    readers.change(replace(held, provinces=()), NOW)
    assert [record.id for record in readers.all()] == [first, second]
    assert readers.get(once).ended == NOW  # type: ignore[union-attr]
    readers.end(first, NOW)
    for gone in (held, replace(held, id=99), replace(held, id=None)):
        with pytest.raises(UnknownSubscription):
            readers.change(gone, NOW)


def test_an_end_can_be_taken_back_unless_another_took_its_place(readers: Subscriptions) -> None:
    number = readers.add(_wanted())
    assert not readers.resume(number, NOW)
    readers.end(number, NOW)
    assert readers.resume(number, NOW)
    assert readers.get(number).ended is None  # type: ignore[union-attr]
    readers.end(number, NOW)
    other = readers.add(_wanted())
    assert not readers.resume(number, NOW)
    assert [record.id for record in readers.all()] == [other]
    assert not readers.resume(99, NOW)


def test_a_mail_that_was_given_up_for_an_end_is_sent_when_that_is_taken_back(
    engine: Engine, readers: Subscriptions
) -> None:
    outbox = Outbox(engine)
    number = readers.add(_wanted())
    for key in ("a", "b"):
        mail = MailRecord(
            None, READER, Edition.CHANGES, key, f"<{key}@x.example>", "s", NOW, NOW, subscription=number,
            content=b"text", told_until=10 if key == "a" else 20,
        )  # fmt: skip
        assert outbox.put(mail) is not None
    first = outbox.claim("somebody", NOW, DAY)
    assert first is not None
    outbox.sent(first, "250 ok", NOW)
    readers.end(number, NOW)
    assert outbox.claim("somebody", NOW, DAY) is None
    assert outbox.waiting() == []
    assert readers.resume(number, NOW + DAY)
    waits = outbox.claim("somebody", NOW + DAY, DAY)
    assert waits is not None
    assert (waits.key, waits.content, waits.due, waits.ended) == ("b", b"text", NOW + DAY, None)
    assert outbox.claim("somebody", NOW + DAY, DAY) is None


# the settings


def test_the_settings_are_followed(readers: Subscriptions) -> None:
    assert readers.reconcile(["a@x.example", "b@x.example", "A@X.example"], NOW, "en") == []
    assert _origins(readers) == {"A@X.example": "settings", "b@x.example": "settings"}
    record = readers.of("b@x.example")[0]
    assert (record.lang, record.severity, record.rhythm) == ("en", "warning", Rhythm.DAILY)
    assert not any(scope_of(record))
    assert readers.reconcile(["a@x.example"], NOW + DAY) == []
    assert _origins(readers) == {"A@X.example": "settings", "b@x.example": "once"}
    assert readers.of("a@x.example")[0].lang == "zh"


def test_one_that_the_settings_name_again_goes_on_where_it_was(readers: Subscriptions) -> None:
    once = readers.add(_wanted("a@x.example", origin=ONCE, told_until=12))
    readers.reconcile(["a@x.example"], NOW)
    readers.reconcile([], NOW)
    readers.reconcile(["a@x.example"], NOW)
    [record] = readers.all()
    assert (record.id, record.origin, record.told_until) == (once, SETTINGS, 12)


def test_who_has_left_is_left_alone_until_a_person_subscribes_them(readers: Subscriptions) -> None:
    readers.reconcile([READER], NOW)
    [record] = readers.all()
    readers.end(record.id or 0, NOW)
    assert readers.reconcile([READER], NOW) == [READER]
    readers.reconcile([], NOW)
    assert readers.reconcile([READER], NOW) == [READER]
    assert readers.all() == []
    number = readers.add(_wanted())
    assert readers.reconcile([READER], NOW) == []
    assert _origins(readers) == {READER: "subscribed"}
    readers.end(number, NOW)
    assert readers.reconcile([READER], NOW) == [READER]


def test_what_was_subscribed_is_not_the_settings_to_end(readers: Subscriptions) -> None:
    readers.add(_wanted(provinces=("a",)))
    readers.reconcile([READER], NOW)
    assert [(record.provinces, str(record.origin)) for record in readers.all()] == [
        (("a",), "subscribed"),
        ((), "settings"),
    ]
    readers.reconcile([], NOW)
    assert [str(record.origin) for record in readers.all()] == ["subscribed", "once"]


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("a@x.example", "A@X.EXAMPLE", True),
        ("王 <a@x.example>", "a@x.example", True),
        ("a@x.example", "a@y.example", False),
        ("a+b@x.example", "a@x.example", False),
        ("", "a@x.example", False),
        ("no address", "no address", True),
    ],
)
def test_one_address_or_two(one: str, other: str, same: bool) -> None:
    assert same_address(one, other) is same


# mutes


def _mute(number: int, kind: str = "muted", **values: Any) -> MuteRecord:
    return MuteRecord(None, number, MuteKind(kind), **{"created": NOW, **values})


def test_a_mute_holds_until_its_time_is_over(readers: Subscriptions) -> None:
    number = readers.add(_wanted())
    wanted = _mute(number, organ="青杉市水务局", expires=NOW + 30 * DAY)
    mute = readers.mute(wanted)
    assert readers.mutes(number, NOW) == [replace(wanted, id=mute)]
    assert readers.mutes(number, NOW + 30 * DAY - timedelta(seconds=1))
    assert readers.mutes(number, NOW + 30 * DAY) == []
    assert readers.mutes(number + 1, NOW) == []


def test_said_twice_it_is_one_and_the_last_word_counts(readers: Subscriptions) -> None:
    number = readers.add(_wanted())
    first = readers.mute(_mute(number, rule="filing-late", expires=NOW + 90 * DAY))
    again = readers.mute(_mute(number, rule="filing-late", expires=NOW + 30 * DAY, created=NOW + DAY))
    of_body = readers.mute(_mute(number, rule="filing-late", organ="青杉市水务局", expires=NOW + DAY))
    assert first == again != of_body
    assert [mute.expires for mute in readers.mutes(number, NOW)] == [NOW + 30 * DAY, NOW + DAY]
    readers.unmute(first, NOW + DAY)
    readers.unmute(first, NOW + 2 * DAY)
    readers.unmute(999, NOW)
    assert [mute.id for mute in readers.mutes(number, NOW)] == [of_body]
    assert readers.mute(_mute(number, rule="filing-late", expires=NOW + 90 * DAY)) == first
    assert [mute.id for mute in readers.mutes(number, NOW)] == [first, of_body]


def test_what_one_reader_says_is_nobody_elses(readers: Subscriptions) -> None:
    first, second = readers.add(_wanted(provinces=("a",))), readers.add(_wanted(provinces=("b",)))
    readers.mute(_mute(first, fingerprint="f" * 16, expires=NOW + DAY))
    assert readers.mutes(second, NOW) == []
    with pytest.raises(UnknownSubscription):
        readers.mute(_mute(99, organ="x"))
    with pytest.raises(ValueError, match="of something"):
        readers.mute(_mute(first))


def test_what_was_acknowledged_is_known_until_the_finding_ends(readers: Subscriptions, nights: Any) -> None:
    number = readers.add(_wanted())
    print_of = "0000000000000001"
    nights.record(nights.page(nights.report(), nights.finding()))
    acknowledged = _mute(number, "acknowledged", fingerprint=print_of, said="abc", created=nights.at(5))
    muted = _mute(number, fingerprint=print_of, expires=nights.at() + 365 * DAY)
    readers.mute(acknowledged)
    readers.mute(muted)

    def kinds() -> list[str]:
        return [str(mute.kind) for mute in readers.mutes(number, nights.at(10))]

    assert kinds() == ["acknowledged", "muted"]
    nights.begin()
    nights.record(nights.page(nights.report(sha="2"), nights.finding(found=3)))
    assert kinds() == ["acknowledged", "muted"]
    nights.begin()
    nights.record(nights.page(nights.report(sha="3")))
    assert kinds() == ["muted"]
    nights.begin()
    nights.record(nights.page(nights.report(sha="4"), nights.finding()))
    assert kinds() == ["muted"]
    readers.mute(replace(acknowledged, created=nights.at(5)))
    assert kinds() == ["acknowledged", "muted"]
