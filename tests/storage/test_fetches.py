"""How bytes came is remembered: once for every change of what an address brings."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from sqlalchemy import Engine, text

from storage.engine import downgrade, upgrade
from storage.fetches import fetches_at
from storage.records import FetchRecord, PageSeen, PartRecord, SeenAgain

PAGE, FILE = "http://a.example/1.html", "http://a.example/files/报告.docx"
HEADERS = (
    ("Content-Type", "text/html"),
    ("Date", "Thu, 01 Feb 2024 18:00:00 GMT"),
    ("X-A", "1"),
    ("X-A", "2"),
)


def came(nights: Any, sha: str = "1", url: str = PAGE, **values: Any) -> FetchRecord:
    return replace(FetchRecord(url, sha * 64, nights.at(), 200, HEADERS), **values)


def page(nights: Any, sha: str = "1", *fetches: FetchRecord, part: str | None = None) -> PageSeen:
    parts = () if part is None else (PartRecord(FILE, "attachment", "附件", part * 64),)
    seen: PageSeen = nights.page(nights.report(PAGE, sha), nights.finding(), parts=parts)
    return replace(seen, fetches=fetches)


def test_a_fetch_comes_back_as_it_was_told(engine: Engine, nights: Any) -> None:
    odd = (("X-Odd", "é\u00a0–"), ("X-Empty", ""))
    east = datetime(2024, 2, 2, 2, 0, tzinfo=timezone(timedelta(hours=8)))
    fetch = FetchRecord(
        PAGE,
        "1" * 64,
        east,
        203,
        odd,
        left_out=3,
        answered="http://b.example/1.html?标题=年报",
        rendered=True,
    )
    nights.record(page(nights, "1", fetch))
    moment = datetime(2024, 2, 1, 18, 0, tzinfo=UTC)
    assert fetches_at(engine, [PAGE]) == {PAGE: [replace(fetch, fetched=moment, last_seen=moment)]}


def test_headers_that_were_not_kept_are_told_apart_from_none_at_all(engine: Engine, nights: Any) -> None:
    nights.record(page(nights, "1", came(nights, headers=None), came(nights, "2", FILE, headers=())))
    found = fetches_at(engine, [PAGE, FILE])
    assert (found[PAGE][0].headers, found[FILE][0].headers) == (None, ())


def test_the_same_bytes_again_only_move_the_last_look(engine: Engine, nights: Any) -> None:
    nights.record(page(nights, "1", came(nights)))
    first = nights.at()
    nights.begin()
    nights.record(page(nights, "1", came(nights, headers=(("Date", "later"),))))
    nights.begin()
    nights.record(SeenAgain(PAGE, nights.at()))
    [fetch] = fetches_at(engine, [PAGE])[PAGE]
    assert (fetch.fetched, fetch.headers, fetch.last_seen) == (first, HEADERS, nights.at())
    nights.record(SeenAgain(PAGE, first))  # told late
    assert fetches_at(engine, [PAGE])[PAGE][0].last_seen == nights.at()


def test_a_change_and_its_taking_back_are_three_rows(engine: Engine, nights: Any) -> None:
    moments = []
    for sha in ("1", "2", "1"):
        nights.begin()
        moments.append(nights.at())
        nights.record(page(nights, sha, came(nights, sha)))
        nights.record(SeenAgain(PAGE, nights.at(7)))
    told = fetches_at(engine, [PAGE])[PAGE]
    assert [fetch.sha256[0] for fetch in told] == ["1", "2", "1"]
    assert [fetch.fetched for fetch in told] == moments
    assert [fetch.last_seen for fetch in told] == [at + timedelta(minutes=7) for at in moments]


def test_several_changes_in_one_batch(engine: Engine, nights: Any) -> None:
    nights.record(
        page(nights, "1", came(nights)), SeenAgain(PAGE, nights.at(1)), page(nights, "2", came(nights, "2"))
    )
    told = fetches_at(engine, [PAGE])[PAGE]
    assert [(fetch.sha256[0], fetch.last_seen) for fetch in told] == [("1", nights.at(1)), ("2", nights.at())]


def test_parts_are_seen_again_with_their_page(engine: Engine, nights: Any) -> None:
    nights.record(page(nights, "1", came(nights), came(nights, "2", FILE), part="2"))
    nights.begin()
    nights.record(SeenAgain(PAGE, nights.at()))
    assert fetches_at(engine, [FILE])[FILE][0].last_seen == nights.at()
    nights.begin()
    nights.record(page(nights, "1", came(nights), came(nights, "3", FILE), part="3"))
    told = fetches_at(engine, [PAGE, FILE])
    assert [len(told[PAGE]), len(told[FILE])] == [1, 2]
    assert told[FILE][0].last_seen < told[FILE][1].fetched == nights.at()


def test_what_came_before_fetches_were_kept_stays_unknown(engine: Engine, nights: Any) -> None:
    nights.record(page(nights, "1", part="2"))
    nights.begin()
    nights.record(SeenAgain(PAGE, nights.at()))
    assert fetches_at(engine, [PAGE, FILE]) == {}
    nights.record(page(nights, "3", came(nights, "3"), part="2"))
    assert [fetch.sha256[0] for fetch in fetches_at(engine, [PAGE])[PAGE]] == ["3"]


def test_a_page_is_not_lost_for_a_part_whose_address_is_too_long(engine: Engine, nights: Any) -> None:
    long = "http://a.example/" + "报" * 700
    nights.record(page(nights, "1", came(nights), came(nights, "2", long)))
    assert list(fetches_at(engine, [PAGE, long])) == [PAGE]


def test_hostile_headers_are_storable(engine: Engine, nights: Any) -> None:
    nights.record(page(nights, "1", came(nights, headers=(("X", "a\x00b\udc80"),))))
    assert fetches_at(engine, [PAGE])[PAGE][0].headers == (("X", "a\ufffdb\ufffd"),)


def test_a_naive_moment_is_refused(nights: Any) -> None:
    with pytest.raises(ValueError, match="time zone"):
        nights.record(page(nights, "1", came(nights, fetched=datetime(2024, 2, 1))))  # noqa: DTZ001


def test_the_table_goes_and_comes_with_data_around_it(engine: Engine, nights: Any, queries: Any) -> None:
    nights.record(page(nights, "1", came(nights)))
    before = queries.reports()
    downgrade(engine, "0006")
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM pages")) == 1
    upgrade(engine)
    assert queries.reports() == before
    assert fetches_at(engine, [PAGE]) == {}
    nights.begin()
    nights.record(page(nights, "2", came(nights, "2")))
    assert len(fetches_at(engine, [PAGE])[PAGE]) == 1
