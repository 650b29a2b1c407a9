"""Politeness as servers see it: turns, pauses, robots.txt, hosts that are left alone, hours of the night."""

from __future__ import annotations

import contextlib
import itertools
import time

import pytest

from tests.crawler.asking import ask, portal
from tests.crawler.hostile import Answer, Server, Wire, page, serving

OK = page()
FAILING = page(b"<p>500</p>", "500 Internal Server Error")
RUISHU = page(b"<script>$_ts=window['$_ts'];</script>", "412 Precondition Failed", "Content-Type: text/html")
ALL_OF_IT = page(b"User-agent: *\nDisallow: /\n", "200 OK", "Content-Type: text/plain")


def slow(path: str, wire: Wire) -> None:
    time.sleep(0.05)
    OK(path, wire)


def in_turn(*answers: Answer) -> Answer:
    """The answers one after the other; the last one for good."""
    waiting = itertools.chain(answers, itertools.repeat(answers[-1]))

    def answer(path: str, wire: Wire) -> None:
        next(waiting)(path, wire)

    return answer


def pages(server: Server) -> list[str]:
    return [path for path in server.paths if path != "/robots.txt"]


def test_many_hosts_at_once_and_each_is_asked_one_at_a_time() -> None:
    with contextlib.ExitStack() as stack:
        answers = {
            "*": slow,
            "/moved": page(b"", "302 Found", "Location: /3"),
            "/broken": FAILING,
            "/robots.txt": slow,
        }
        servers = [stack.enter_context(serving(answers)) for _ in range(12)]
        paths = ("/1", "/2", "/moved", "/broken", "/4")
        urls = [server.url(path) for path in paths for server in servers]
        asked = ask(urls, [portal(server.host) for server in servers], RETRY_TIMES=1)
    for server in servers:
        assert server.most_at_once == 1
        assert sorted(server.paths) == sorted(
            ["/robots.txt", "/1", "/2", "/moved", "/3", "/broken", "/broken", "/4"]
        )
        assert asked.outcomes[server.url("/moved")].status == 200


def test_requests_that_arrive_together_take_turns() -> None:
    with serving({"*": slow, "/robots.txt": OK}) as server:
        ask([server.url(f"/{n}") for n in range(30)], [portal(server.host)])
    assert len(pages(server)) == 30
    assert server.most_at_once == 1


def test_a_host_rests_after_every_answer_and_longer_after_slow_ones() -> None:
    def very_slow(path: str, wire: Wire) -> None:
        time.sleep(1.0)
        OK(path, wire)

    with serving({"*": OK, "/1": very_slow}) as server:
        ask([server.url("/1"), server.url("/2"), server.url("/3")], [portal(server.host, delay=0.4)])
    assert pages(server)[0] in ("/1", "/2", "/3")
    assert min(server.gaps()) >= 0.39
    after_slow = server.done.index(next(done for done in server.done if done[0] == "/1"))
    if after_slow < len(server.gaps()):
        assert server.gaps()[after_slow] >= 0.99


def test_robots_are_asked_for_once_and_obeyed() -> None:
    robots = page(
        b"User-agent: other\nDisallow: /\n\nUser-Agent: NianBao\nDisallow: /inner/\nCrawl-delay: 0.5\n"
        b"\nUser-agent: *\nDisallow: /\n"
    )
    with serving({"*": OK, "/robots.txt": robots}) as server:
        urls = [server.url(path) for path in ("/inner/a", "/a", "/b", "/c")]
        asked = ask(urls, [portal(server.host)])
    assert server.paths.count("/robots.txt") == 1
    assert sorted(pages(server)) == ["/a", "/b", "/c"]
    assert asked.problem(server.url("/inner/a")) == "Forbidden by robots.txt"
    assert asked.outcomes[server.url("/inner/a")].zh == "robots.txt不允许访问"
    assert min(server.gaps()) >= 0.49


FAILING_ROBOTS: dict[str, tuple[Answer, bool, str]] = {
    "404": (page(b"", "404 Not Found"), True, ""),
    "403": (page(b"", "403 Forbidden"), True, ""),
    "503": (
        page(b"", "503 Service Unavailable"),
        False,
        "robots.txt could not be had (HTTP 503), so the host is not visited",
    ),
    "challenge": (
        RUISHU,
        False,
        "robots.txt could not be had (blocked: 瑞数 412), so the host is not visited",
    ),
    "429": (
        page(b"", "429 Too Many Requests"),
        False,
        "robots.txt could not be had (HTTP 429), so the host is not visited",
    ),
    "nothing": (
        lambda path, wire: None,
        False,
        "robots.txt could not be had (connection closed without an answer), so the host is not visited",
    ),
    "page": (page(b"<html><title>404</title></html>", "200 OK", "Content-Type: text/html"), True, ""),
    "moved": (page(b"", "302 Found", "Location: /elsewhere"), False, "Forbidden by robots.txt"),
    "loop": (page(b"", "302 Found", "Location: /robots.txt"), True, ""),
    "large": (page(b"Disallow: /a\n" * 100_000), True, ""),  # more than is read, and nobody is meant
    "endless": (
        lambda path, wire: (wire.send(b"HTTP/1.1 200 OK\r\n\r\n"), wire.flood(b"#" * 65536))[1],
        False,
        "robots.txt could not be had (larger than the size limit), so the host is not visited",
    ),
}


def test_robots_that_fail() -> None:
    with contextlib.ExitStack() as stack:
        servers = {
            name: stack.enter_context(serving({"*": OK, "/robots.txt": robots, "/elsewhere": ALL_OF_IT}))
            for name, (robots, _, _) in FAILING_ROBOTS.items()
        }
        urls = [server.url("/a") for server in servers.values()]
        asked = ask(urls, [portal(server.host) for server in servers.values()], RETRY_TIMES=1)
    came = {name: ("/a" in server.paths, asked.problem(server.url("/a"))) for name, server in servers.items()}
    assert came == {name: (visited, says) for name, (_, visited, says) in FAILING_ROBOTS.items()}


def test_robots_that_stand_with_another_host_of_the_portal_hold_for_both() -> None:
    with serving({"*": OK, "/robots.txt": page(b"User-agent: *\nDisallow: /a\n")}) as other:
        robots = page(b"", "301 Moved Permanently", f"Location: {other.url('/robots.txt')}")
        with serving({"*": OK, "/robots.txt": robots}) as server:
            urls = [server.url("/a"), server.url("/b"), other.url("/a"), other.url("/b")]
            asked = ask(urls[:2], [portal(server.host, other.host)])
            later = ask(urls, [portal(server.host, other.host)])
    assert [asked.problem(url) for url in urls[:2]] == ["Forbidden by robots.txt", ""]
    assert [later.problem(url) for url in urls] == ["Forbidden by robots.txt", ""] * 2


def test_robots_that_stand_with_a_stranger_are_not_read_and_that_is_told() -> None:
    with serving({"*": ALL_OF_IT}) as other:
        robots = page(b"", "301 Moved Permanently", f"Location: {other.url('/robots.txt')}")
        with serving({"*": OK, "/robots.txt": robots}) as server:
            asked = ask([server.url("/a")], [portal(server.host), portal(other.host)])
    assert asked.outcomes[server.url("/a")].status == 200
    assert other.paths == []
    (notes,) = filter(None, asked.notes.values())
    assert notes == [f"{server.host}: robots.txt was not read (redirects to another host: {other.host})"]


def test_a_retry_waits_as_long_as_the_host_asks() -> None:
    later = page(b"", "503 Service Unavailable", "Retry-After: 2")
    with serving({"/a": in_turn(later, OK), "*": OK}) as server:
        asked = ask([server.url("/a"), server.url("/b")], [portal(server.host)])
    assert {outcome.status for outcome in asked.outcomes.values()} == {200}
    ended = next(when for path, when in server.done if path == "/a")
    assert all(began - ended >= 1.99 for _, began in server.asked if began > ended)


def test_a_host_that_asks_for_an_hour_is_left_alone() -> None:
    later = page(b"", "429 Too Many Requests", "Retry-After: 3600")
    with serving({"*": later}) as server:
        asked = ask([server.url(f"/{n}") for n in range(20)], [portal(server.host)])
    assert len(pages(server)) == 1
    answered = [outcome for outcome in asked.outcomes.values() if outcome.status == 429]
    withheld = [outcome for outcome in asked.outcomes.values() if outcome.kind == "HostLeftAlone"]
    assert (len(answered), len(withheld)) == (1, 19)
    assert {outcome.problem for outcome in withheld} == {
        "blocked: HTTP 429; asked to come back in 60 minutes, host left alone for this visit"
    }


@pytest.mark.parametrize(
    ("answer", "trouble"),
    [(RUISHU, "blocked: 瑞数 412"), (lambda path, wire: None, "connection closed without an answer")],
    ids=["blocked", "broken"],
)
def test_a_host_that_fails_five_times_in_a_row_is_left_alone(answer: Answer, trouble: str) -> None:
    with serving({"*": answer}) as server, serving({"*": OK}) as well:
        urls = [server.url(f"/{n}") for n in range(200)]
        asked = ask([*urls, well.url("/a")], [portal(server.host), portal(well.host)], RETRY_TIMES=0)
    assert len(pages(server)) == 5
    withheld = [outcome for outcome in asked.outcomes.values() if outcome.kind == "HostLeftAlone"]
    assert len(withheld) == 195
    assert {outcome.problem for outcome in withheld} == {
        f"5 failures in a row ({trouble}), host left alone for this visit"
    }
    assert asked.outcomes[well.url("/a")].status == 200


def test_challenges_are_not_tried_again_and_errors_are() -> None:
    with serving({"/blocked": RUISHU, "/broken": FAILING, "/gone": page(b"", "404 Not Found")}) as server:
        urls = [server.url(path) for path in ("/blocked", "/broken", "/gone")]
        asked = ask(urls, [portal(server.host)])
    assert sorted(pages(server)) == ["/blocked", "/broken", "/broken", "/broken", "/gone"]
    assert [asked.outcomes[url].status for url in urls] == [412, 500, 404]


@pytest.mark.parametrize(
    ("kind", "now", "visited"),
    [
        ("nightly", "2026-01-05T23:00:00", True),
        ("nightly", "2026-01-04T22:30:00+00:00", False),  # 06:30 in China
        ("crawl", "2026-01-05T12:00:00", True),
    ],
)
def test_the_night_has_its_hours(kind: str, now: str, visited: bool) -> None:
    with serving({"*": OK}) as server:
        window = {"from": "22:00", "to": "06:00"}
        asked = ask([server.url("/a")], [portal(server.host)], kind=kind, window=window, now=now)
    assert (server.paths != []) is visited
    if not visited:
        outcome = asked.outcomes[server.url("/a")]
        assert outcome.kind == "OutsideWindow"
        assert outcome.problem == "outside the hours of nightly visits (22:00–06:00)"
        assert outcome.zh == "不在夜间访问时段（22:00–06:00）内，留待下次"
