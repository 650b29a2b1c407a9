"""How one host is treated: turns, pauses, and when it is left alone."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from crawler.conduct import (
    LONGEST_WAIT,
    MAX_DELAY,
    Host,
    least_delays,
    next_delay,
    retry_after,
    shared_slots,
    turns_with,
)
from crawler.portals import Portal
from crawler.report.model import Bilingual

ERROR = Bilingual("HTTP 500", "HTTP 500")


def portal(name: str, *hosts: str, delay: float = 1.0, private: bool = False) -> Portal:
    return Portal(id=name, name=name, home=f"http://{hosts[0]}/", hosts=hosts, delay=delay, private=private)


@pytest.mark.parametrize(
    ("delay", "latency", "least", "well", "expected"),
    [
        (1.0, 0.2, 1.0, True, 1.0),  # never below the portal's own
        (1.0, 5.0, 1.0, True, 5.0),  # up at once
        (5.0, 1.0, 1.0, True, 3.0),  # down by halves
        (5.0, 0.0, 1.0, False, 5.0),  # an error hurries nobody
        (5.0, 8.0, 1.0, False, 8.0),
        (0.0, 0.0, 0.0, True, 0.0),
        (1.0, 500.0, 1.0, True, MAX_DELAY),
        (1.0, 1.0, 120.0, True, 120.0),
    ],
)
def test_next_delay(delay: float, latency: float, least: float, well: bool, expected: float) -> None:
    assert next_delay(delay, latency, least, well=well) == expected


def test_a_name_is_one_host_whatever_its_port_and_its_www_only_where_both_are_registered() -> None:
    portals = [
        portal("a", "www.qs.example", "qs.example", "qs.example:8080", "zw.qs.example"),
        portal("b", "www.lx.example"),
        portal("c", "127.0.0.1:8001", private=True),
        portal("d", "127.0.0.1:8002", private=True),
        portal("e", "93.184.216.34:81"),
    ]
    assert shared_slots(portals) == {
        "www.qs.example": "qs.example",
        "qs.example": "qs.example",
        "qs.example:8080": "qs.example",
        "zw.qs.example": "zw.qs.example",
        "www.lx.example": "www.lx.example",
        "127.0.0.1:8001": "127.0.0.1:8001",
        "127.0.0.1:8002": "127.0.0.1:8002",
        "93.184.216.34:81": "93.184.216.34",
    }


def test_www_is_one_host_across_portals_and_the_longer_pause_counts() -> None:
    portals = [portal("a", "www.qs.example", delay=2.0), portal("b", "qs.example", delay=7.0)]
    assert set(shared_slots(portals).values()) == {"qs.example"}
    assert least_delays(portals) == {"qs.example": 7.0}


@pytest.mark.parametrize(
    ("host", "private", "turn"),
    [
        ("www.qs.example", False, "qs.example"),
        ("qs.example:8080", False, "qs.example"),
        ("zfxxgk.qs.example", False, "zfxxgk.qs.example"),
        ("127.0.0.1:8001", True, "127.0.0.1:8001"),
    ],
)
def test_what_a_host_takes_its_turn_with(host: str, private: bool, turn: str) -> None:
    assert turns_with(host, private=private) == turn


@pytest.mark.parametrize(
    ("delay", "private", "hurried", "expected"),
    [
        (0.0, False, False, 1.0),
        (0.2, False, True, 1.0),  # nobody hurries the public network
        (3.0, False, False, 3.0),
        (0.0, True, False, 0.0),
        (3.0, True, False, 3.0),
        (3.0, True, True, 0.0),
    ],
)
def test_the_least_pause(delay: float, private: bool, hurried: bool, expected: float) -> None:
    host = "127.0.0.1:8001" if private else "qs.example"
    delays = least_delays([portal("a", host, delay=delay, private=private)], hurried=hurried)
    assert list(delays.values()) == [expected]


NOW = datetime(2026, 1, 5, 4, 0, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({}, None),
        ({"Retry-After": "120"}, 120.0),
        ({"Retry-After": " 0 "}, 0.0),
        ({"Retry-After": "9" * 5000}, 999999999.0),
        ({"Retry-After": "-5"}, None),
        ({"Retry-After": "１２０"}, None),
        ({"Retry-After": "soon"}, None),
        ({"Retry-After": "Mon, 05 Jan 2026 04:02:00 GMT"}, 120.0),
        ({"Retry-After": "Mon, 05 Jan 2026 03:00:00 GMT"}, 0.0),
        # the host's clock is an hour fast
        ({"Retry-After": "Mon, 05 Jan 2026 05:02:00 GMT", "Date": "Mon, 05 Jan 2026 05:00:00 GMT"}, 120.0),
        ({"Retry-After": "Mon, 05 Jan 2026 04:02:00"}, 120.0),
        ({"Retry-After": "Mon, 99 Jan 2026 99:02:00 GMT"}, None),
    ],
)
def test_retry_after(headers: dict[str, str], expected: float | None) -> None:
    assert retry_after(headers, NOW) == expected


def test_the_pause_begins_when_the_answer_is_in() -> None:
    host = Host(1.0)
    host.answered(100.0, latency=0.3)
    assert host.free_at == 101.0
    host.answered(110.0, latency=4.0)
    assert host.free_at == 114.0


def test_a_retry_waits_longer_each_time() -> None:
    host = Host(1.0)
    host.failed(100.0, 0.1, ERROR)
    assert host.free_at == 104.0
    host.failed(104.0, 0.1, ERROR, attempt=1)
    assert host.free_at == 120.0
    private = Host(0.0)
    private.failed(100.0, 9.0, ERROR)
    assert private.free_at == 100.0


def test_what_the_host_asks_for_is_waited_for() -> None:
    host = Host(1.0)
    host.failed(100.0, 0.1, ERROR, wait=300.0)
    assert host.free_at == 400.0
    assert host.left is None


def test_a_host_that_wants_too_long_is_left_alone() -> None:
    host = Host(1.0)
    host.failed(100.0, 0.1, Bilingual("HTTP 503", "HTTP 503"), wait=LONGEST_WAIT + 1)
    assert host.left == Bilingual(
        "HTTP 503；要求10分钟后再来，本次不再访问该主机",
        "HTTP 503; asked to come back in 10 minutes, host left alone for this visit",
    )


def test_failures_in_a_row_end_the_visit_of_a_host() -> None:
    host = Host(1.0, patience=3)
    for _ in range(2):
        host.failed(100.0, 0.1, ERROR)
    host.answered(100.0, 0.1)
    for _ in range(2):
        host.failed(100.0, 0.1, ERROR)
    assert host.left is None
    host.failed(100.0, 0.1, ERROR)
    assert host.left == Bilingual(
        "连续3次失败（HTTP 500），本次不再访问该主机",
        "3 failures in a row (HTTP 500), host left alone for this visit",
    )


def test_attempts_of_one_request_are_one_failure() -> None:
    host = Host(1.0, patience=2)
    for attempt in range(3):
        host.failed(100.0, 0.1, ERROR, attempt=attempt)
    assert (host.failures, host.left) == (1, None)


def test_a_crawl_delay_is_obeyed_up_to_a_minute_and_shortens_nothing() -> None:
    host = Host(5.0)
    host.asks_for(2.0)
    assert host.least == 5.0
    host.asks_for(20.0)
    host.answered(100.0, 0.1)
    assert host.free_at == 120.0
    host.asks_for(float("inf"))
    host.answered(200.0, 0.1)
    assert host.free_at == 200.0 + MAX_DELAY
    patient = Host(120.0)
    patient.asks_for(10.0)
    assert patient.least == 120.0
