"""Signed links: what they hold, how long they are good for, and what is none."""

from __future__ import annotations

import base64
import zlib
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from crawler.config import Settings
from crawler.digest.links import MOST_NAMED, Links
from crawler.digest.signed import LASTS, LinkExpired, LinkForged, Purpose, Signer, signer
from tests.digest.conftest import MOMENT

SECRET = "a secret of the tests, forty characters!"
SIGNER = Signer(SECRET, "https://nianbao.example/readers/")
LINKS = Links(SIGNER, 7, "changes:7:wang@yunling.example", MOMENT)
SECOND = timedelta(seconds=1)


def _token(link: str | None) -> str:
    assert link is not None
    return link.rpartition("/")[2]


ACT = _token(LINKS.act("青杉市水务局", 2023, ["0123456789abcdef", "fedcba9876543210"]))


def test_a_link_says_whose_it_is_and_what_for() -> None:
    what = SIGNER.read(ACT, "act", MOMENT)
    assert (what["s"], what["o"], what["y"], what["f"]) == (7, "青杉市水务局", 2023, ["01234567", "fedcba98"])
    link = LINKS.leave()
    assert link is not None
    assert link.startswith("https://nianbao.example/readers/digest/leave/")
    assert set(SIGNER.read(_token(link), "leave", MOMENT)) == {"s", "m"}
    assert SIGNER.read(_token(LINKS.open()), "open", MOMENT)["s"] == 7


def test_links_hold_nothing_personal() -> None:
    for link in (LINKS.act("青杉市水务局", 2023), LINKS.leave(), LINKS.open()):
        token = _token(link)
        assert token.startswith("t")
        payload = token[1:].split(".")[-3]
        raw = base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4))
        shown = zlib.decompress(raw) if token.startswith("t.") else raw
        assert b"wang" not in shown
        assert b"@" not in shown
        assert b'"s":7' in shown


def test_without_a_signer_there_are_no_links() -> None:
    links = Links(None, 7, "k", MOMENT)
    assert (links.act("a", 2023), links.leave(), links.open()) == (None, None, None)
    secret = SecretStr(SECRET)
    assert signer(Settings(public_url="https://nianbao.example")) is None
    assert signer(Settings(link_secret=secret)) is None
    made = signer(Settings(public_url="https://nianbao.example", link_secret=secret))
    assert made is not None
    assert made.read(ACT, "act", MOMENT)["s"] == 7


@pytest.mark.parametrize("purpose", list(Purpose))
def test_links_end(purpose: Purpose) -> None:
    token = _token(SIGNER.link(purpose, 7, moment=MOMENT))
    until = MOMENT + LASTS[purpose]
    assert SIGNER.read(token, purpose, until)["s"] == 7
    assert SIGNER.read(token, purpose, MOMENT - timedelta(hours=1))["s"] == 7  # a clock that is behind
    with pytest.raises(LinkExpired):
        SIGNER.read(token, purpose, until + SECOND)


def test_leaving_is_possible_for_years_acting_for_a_season() -> None:
    assert LASTS[Purpose.LEAVE] >= timedelta(days=366)
    assert LASTS[Purpose.ACT] == timedelta(days=90)


@pytest.mark.parametrize("other", [purpose for purpose in Purpose if purpose is not Purpose.ACT])
def test_a_link_is_for_one_purpose(other: Purpose) -> None:
    with pytest.raises(LinkForged):
        SIGNER.read(ACT, other, MOMENT)
    with pytest.raises(LinkForged):
        Signer(SECRET[::-1], "https://nianbao.example").read(ACT, "act", MOMENT)


@given(st.integers(0, len(ACT) - 2), st.sampled_from("AZaz09-_.~/中\x00 "))
def test_no_altered_link_is_read(place: int, mark: str) -> None:
    # of the last character some bits stand for nothing; it is left alone
    altered = ACT[:place] + mark + ACT[place + 1 :]
    if altered == ACT:
        return
    with pytest.raises(LinkForged):
        SIGNER.read(altered, "act", MOMENT)


@given(st.integers(0, len(ACT) - 1) | st.text(max_size=40))
def test_no_cut_or_invented_link_is_read(what: int | str) -> None:
    with pytest.raises(LinkForged):
        SIGNER.read(ACT[:what] if isinstance(what, int) else what, "act", MOMENT)


@pytest.mark.parametrize("token", [ACT * 40, "." * 4000, "A" * 10_000_000], ids=["long", "dots", "huge"])
def test_long_ones_are_not_looked_at(token: str) -> None:
    with pytest.raises(LinkForged):
        SIGNER.read(token, "act", MOMENT)


def test_a_long_name_and_many_findings_make_no_long_link() -> None:
    link = LINKS.act("镇" * 170, 2023, [f"{number * 2654435761 % 2**64:016x}" for number in range(500)])
    assert link is not None
    assert len(link) < 2000  # what mail programs take as one
    assert len(SIGNER.read(_token(link), "act", MOMENT)["f"]) == MOST_NAMED


def test_links_stand_under_the_public_address() -> None:
    for base in ("http://127.0.0.1:8000", "https://nianbao.example/", "https://nianbao.example/a/b"):
        parts = urlsplit(Signer(SECRET, base).link("leave", 1, moment=MOMENT))
        assert parts.path.startswith(urlsplit(base).path.rstrip("/") + "/digest/leave/")
        assert not parts.query
        assert not parts.fragment
