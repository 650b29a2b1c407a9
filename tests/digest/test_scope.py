"""What one reader is told: by hand, and against a model that says it in other words."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.digest.scope import Scope, said
from storage.records import (
    FindingRecord,
    FindingStatus,
    MuteKind,
    MuteRecord,
    SubscriptionOrigin,
    SubscriptionRecord,
)
from tests.digest.conftest import FINDING, MOMENT

DAY = timedelta(days=1)
READER = SubscriptionRecord(1, "wang@yunling.example", SubscriptionOrigin.SUBSCRIBED, MOMENT)
STANDS = replace(FINDING, status=FindingStatus.OPEN)


def _mute(kind: str = "muted", **values: Any) -> MuteRecord:
    given: dict[str, Any] = {"created": MOMENT - DAY, "expires": MOMENT + DAY, **values}
    return MuteRecord(1, 1, MuteKind(kind), **given)


def _known(finding: FindingRecord = STANDS) -> MuteRecord:
    return _mute("acknowledged", fingerprint=finding.fingerprint, said=said(finding), expires=None)


def _scope(*mutes: MuteRecord, **reader: Any) -> Scope:
    return Scope.of(replace(READER, **reader), mutes, MOMENT)


@pytest.mark.parametrize(
    ("reader", "finding", "told"),
    [
        ({}, {}, True),
        ({"provinces": ("yunling",)}, {}, True),
        ({"provinces": ("beiling", "yunling")}, {}, True),
        ({"provinces": ("beiling",)}, {}, False),
        ({"organs": ("青杉市水务局",)}, {}, True),
        ({"organs": ("青杉市",)}, {}, False),
        ({"rules": ("applications-balance",)}, {}, True),
        ({"rules": ("filing-late",)}, {}, False),
        ({"provinces": ("beiling",), "organs": ("青杉市水务局",)}, {}, False),
        ({"severity": "error"}, {}, True),
        ({"severity": "critical"}, {}, False),
        ({"severity": "critical"}, {"severity": "critical"}, True),
        ({}, {"severity": "info"}, False),
        ({}, {"severity": "what is this"}, False),
    ],
)
def test_a_reader_is_told_what_was_asked_for(
    reader: dict[str, Any], finding: dict[str, Any], told: bool
) -> None:
    scope, one = _scope(**reader), replace(STANDS, **finding)
    assert scope.within(one) is told
    assert scope.tells(one) is told
    assert scope.counts_open(one) is told


@pytest.mark.parametrize(
    ("mute", "severity", "told"),
    [
        ({"fingerprint": "f1"}, "error", False),
        ({"fingerprint": "f1"}, "critical", False),
        ({"fingerprint": "f2"}, "error", True),
        ({"fingerprint": "f2", "organ": "青杉市水务局"}, "error", True),
        ({"organ": "青杉市水务局"}, "error", False),
        ({"organ": "青杉市水务局"}, "critical", False),
        ({"organ": "云溪县水务局"}, "error", True),
        ({"rule": "applications-balance"}, "error", False),
        ({"rule": "applications-balance"}, "critical", True),
        ({"rule": "applications-balance", "organ": "青杉市水务局"}, "critical", False),
        ({"rule": "applications-balance", "organ": "云溪县水务局"}, "error", True),
        ({"rule": "filing-late", "organ": "青杉市水务局"}, "error", True),
        ({}, "error", True),
        ({"organ": "青杉市水务局", "expires": MOMENT}, "error", True),
        ({"organ": "青杉市水务局", "expires": None}, "error", False),
        ({"organ": "青杉市水务局", "ended": MOMENT}, "error", True),
        ({"organ": "青杉市水务局", "subscription": 2}, "error", True),
    ],
)
@pytest.mark.parametrize("status", [FindingStatus.NEW, FindingStatus.FIXED, FindingStatus.RETURNED])
def test_what_is_muted_is_not_told_whatever_becomes_of_it(
    mute: dict[str, Any], severity: str, told: bool, status: FindingStatus
) -> None:
    scope = _scope(replace(_mute(), **mute))
    assert scope.tells(replace(STANDS, severity=severity, status=status)) is told


def test_mutes_are_counted_and_end_in_their_order() -> None:
    later, sooner = _mute(organ="a", expires=MOMENT + 9 * DAY), _mute(rule="b", expires=MOMENT + 2 * DAY)
    over = _mute(organ="c", expires=MOMENT - DAY)
    scope = _scope(later, _known(), over, sooner)
    assert scope.muted == (sooner, later)
    assert scope.mute_of(replace(STANDS, rule="b")) == sooner
    assert scope.mute_of(STANDS) is None


@pytest.mark.parametrize(
    ("finding", "told", "counted"),
    [
        ({}, False, False),
        ({"url": "http://elsewhere.example/", "archived": "e" * 64, "quote": "又一句"}, False, False),
        ({"found": 3}, True, True),
        ({"message_zh": "新收21＋结转1，办结20＋结转下年0"}, True, True),
        ({"severity": "critical"}, True, True),
        ({"status": FindingStatus.FIXED}, True, False),
        ({"status": FindingStatus.WITHDRAWN}, True, False),
        ({"status": FindingStatus.WAIVED}, False, False),
        ({"fingerprint": "f2"}, True, True),
        ({"fingerprint": "f2", "status": FindingStatus.WAIVED}, True, False),
    ],
)
def test_what_was_acknowledged_is_told_again_when_it_says_something_else(
    finding: dict[str, Any], told: bool, counted: bool
) -> None:
    scope = _scope(_known())
    one = replace(STANDS, **finding)
    assert (scope.tells(one), scope.counts_open(one)) == (told, counted)


def test_a_body_is_the_readers_or_not() -> None:
    scope = _scope(_mute(organ="青杉市水务局"), _mute(organ="云溪县水务局", rule="x"), provinces=("yunling",))
    assert not scope.about("yunling", "青杉市水务局")
    assert scope.about("yunling", "云溪县水务局")
    assert not scope.about("beiling", "云溪县水务局")


# against a model

NAMES = st.sampled_from(["a", "b", "c"])
SOME = st.lists(NAMES, max_size=2, unique=True).map(tuple)
MAYBE = st.none() | NAMES
SEVERITIES = ["critical", "error", "warning", "info"]

READERS = st.builds(
    lambda **values: replace(READER, **values),
    provinces=SOME,
    organs=SOME,
    rules=SOME,
    severity=st.sampled_from(SEVERITIES),
)
FINDINGS = st.builds(
    lambda **values: replace(FINDING, **values),
    fingerprint=NAMES,
    province=NAMES,
    organ=NAMES,
    rule=NAMES,
    severity=st.sampled_from(SEVERITIES),
    found=st.integers(0, 1),
    status=st.sampled_from(list(FindingStatus)),
)
MUTES = st.builds(
    lambda kind, fingerprint, organ, rule, found, expires, ended: MuteRecord(
        1,
        1,
        kind,
        MOMENT - DAY,
        fingerprint=fingerprint,
        organ=organ,
        rule=rule,
        said=said(replace(FINDING, found=found)),
        expires=expires,
        ended=ended,
    ),
    kind=st.sampled_from(list(MuteKind)),
    fingerprint=MAYBE,
    organ=MAYBE,
    rule=MAYBE,
    found=st.integers(0, 1),
    expires=st.sampled_from([None, MOMENT - DAY, MOMENT, MOMENT + DAY]),
    ended=st.sampled_from([None, None, MOMENT - DAY]),
)


def _told(reader: SubscriptionRecord, mutes: list[MuteRecord], one: FindingRecord) -> bool:
    """The same said at length: one reason after the other not to tell."""
    for wanted, value in (
        (reader.provinces, one.province),
        (reader.organs, one.organ),
        (reader.rules, one.rule),
    ):
        if wanted and value not in wanted:
            return False
    if SEVERITIES.index(one.severity) > SEVERITIES.index(reader.severity):
        return False
    known = None
    for mute in mutes:
        if mute.ended is not None or (mute.expires is not None and mute.expires <= MOMENT):
            continue
        if mute.kind is MuteKind.ACKNOWLEDGED:
            if mute.fingerprint == one.fingerprint:
                known = mute.said
            continue
        if mute.fingerprint is not None:
            if mute.fingerprint == one.fingerprint:
                return False
        elif mute.organ is not None:
            if mute.organ == one.organ and mute.rule in (None, one.rule):
                return False
        elif mute.rule == one.rule and one.severity != "critical":
            return False
    ended = one.status in (FindingStatus.FIXED, FindingStatus.WITHDRAWN)
    return ended or known != said(one)


@given(READERS, st.lists(MUTES, max_size=4), FINDINGS)
def test_a_scope_tells_what_the_model_tells(
    reader: SubscriptionRecord, mutes: list[MuteRecord], finding: FindingRecord
) -> None:
    scope = Scope.of(reader, mutes, MOMENT)
    expected = _told(reader, mutes, finding)
    assert scope.tells(finding) is expected
    gone = (FindingStatus.FIXED, FindingStatus.WITHDRAWN, FindingStatus.WAIVED)
    assert scope.counts_open(finding) is (expected and finding.status not in gone)


@given(READERS, st.lists(MUTES, max_size=4), FINDINGS)
def test_a_mute_never_adds_and_never_outlives_its_time(
    reader: SubscriptionRecord, mutes: list[MuteRecord], finding: FindingRecord
) -> None:
    free = Scope.of(reader, (), MOMENT)
    assert not Scope.of(reader, mutes, MOMENT).tells(finding) or free.tells(finding)
    over = [replace(mute, expires=MOMENT) for mute in mutes]
    assert Scope.of(reader, over, MOMENT).tells(finding) is free.tells(finding)
