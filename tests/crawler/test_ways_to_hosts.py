"""Whole crawls on loopback, where addresses are many: names, shared machines, slow ways, and stops."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator

import pytest

from tests.crawler.asking import ask, portal
from tests.crawler.hostile import Answer, Server, Wire, page, serving

OK = page()


def slow(path: str, wire: Wire) -> None:
    time.sleep(0.1)
    OK(path, wire)


def piecemeal(pieces: int, every: float, size: int = 20_000) -> Answer:
    """A body that comes in pieces, with pauses between them."""

    def answer(path: str, wire: Wire) -> None:
        del path
        wire.send(
            b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: %d\r\n\r\n" % (pieces * size)
        )
        for _ in range(pieces):
            if wire.stopping.wait(every):
                return
            wire.send(b"x" * size)

    return answer


def named(name: str, server: Server) -> str:
    return f"{name}:{server.port}"


def test_many_names_of_one_machine_are_asked_two_at_a_time() -> None:
    with serving({"*": slow}) as server:
        names = [f"www.bm{n}.example" for n in range(12)]
        portals = [portal(named(name, server), private=False, delay=0.0) for name in names]
        asked = ask(
            [f"http://{named(name, server)}/a" for name in names],
            portals,
            names={name: [["127.0.0.1"]] for name in names},
            public=["127."],
        )
    assert {outcome.status for outcome in asked.outcomes.values()} == {200}
    assert server.most_at_once == 2


def test_machines_of_their_own_are_asked_side_by_side() -> None:
    with serving({"*": slow}, at="0.0.0.0") as server:
        names = {f"www.bm{n}.example": [[f"127.0.0.{n + 1}"]] for n in range(12)}
        portals = [portal(named(name, server), private=False, delay=0.0) for name in names]
        urls = [f"http://{named(name, server)}/a" for name in names]
        asked = ask(urls, portals, names=names, public=["127."])
    assert {outcome.status for outcome in asked.outcomes.values()} == {200}
    assert server.most_at_once > 2


def test_names_lead_where_they_lead() -> None:
    """To the newer kind of address alone; to another one when the first is dead; and nowhere inside."""
    with serving({"*": OK}) as server, _serving_newer() as newer:
        urls = [
            f"http://{named('newer.example', newer)}/a",
            f"http://[::1]:{newer.port}/a",
            f"http://{named('moved.example', server)}/a",
            "http://inside.example:9/a",
        ]
        portals = [portal(f"{host}:{newer.port}") for host in ("newer.example", "[::1]")]
        portals += [portal(named("moved.example", server))]
        portals += [portal("inside.example:9", private=False, delay=0.0)]
        asked = ask(
            urls,
            [{**given, "id": f"p{n}"} for n, given in enumerate(portals)],
            names={
                "newer.example": [["::1"]],
                "moved.example": [["127.0.0.77"], ["127.0.0.1"]],
                "inside.example": [["127.0.0.78"], ["10.0.0.1"]],
            },
            public=["127."],
        )
    assert [asked.outcomes[url].status for url in urls] == [200, 200, 200, None]
    assert asked.problem(urls[3]) == "inside.example leads to the private address 10.0.0.1"
    assert newer.paths.count("/a") == 2


def test_many_hosts_at_once() -> None:
    with contextlib.ExitStack() as stack:
        servers = [stack.enter_context(serving({"*": slow})) for _ in range(150)]
        urls = [server.url(path) for path in ("/a", "/b") for server in servers]
        asked = ask(urls, [portal(server.host) for server in servers])
    assert [asked.outcomes[url].status for url in urls] == [200] * 300
    assert {server.most_at_once for server in servers} == {1}


def test_slow_answers_are_waited_for_as_long_as_something_comes() -> None:
    answers = {
        "/slow-file": piecemeal(8, 0.4),
        "/silent": piecemeal(2, 30.0),
        "/drip": piecemeal(1000, 0.05, 1),
        "/longest": piecemeal(1000, 0.1),
    }
    with contextlib.ExitStack() as stack:
        servers = {path: stack.enter_context(serving({path: answer})) for path, answer in answers.items()}
        urls = [server.url(path) for path, server in servers.items()]
        asked = ask(
            urls,
            [portal(server.host) for server in servers.values()],
            DOWNLOAD_SILENCE=2,
            DOWNLOAD_TIMEOUT=15,
            RETRY_TIMES=0,
        )
    assert asked.outcomes[urls[0]].size == 160_000
    assert [asked.problem(url) for url in urls] == ["", "timed out", "timed out", "timed out"]


WAITS: tuple[dict[str, Answer], ...] = (
    {"*": page(b"", "503 Service Unavailable", "Retry-After: 500")},
    {"*": OK, "/robots.txt": page(b"User-agent: *\nCrawl-delay: 50\n")},
    {"*": piecemeal(10_000, 0.2, 1000)},
    {"*": lambda path, wire: wire.drip(b" ", 60.0)},
    {"/robots.txt": lambda path, wire: wire.drip(b" ", 60.0)},
)


def test_a_stop_waits_for_nothing_of_a_host() -> None:
    with contextlib.ExitStack() as stack:
        servers = [stack.enter_context(serving(answers)) for answers in WAITS]
        urls = [server.url(f"/{n}") for server in servers for n in range(5)]
        asked = ask(urls, [portal(server.host) for server in servers], stop_after=4.0)
    assert asked.ended_in is not None
    assert asked.ended_in < 20  # each of these waits would take longer
    assert {outcome.kind for outcome in asked.outcomes.values() if outcome.status is None} <= {"Interrupted"}


@contextlib.contextmanager
def _serving_newer() -> Iterator[Server]:
    try:
        served = serving({"*": OK}, at="::1")
        with served as server:
            yield server
    except OSError:
        pytest.skip("no IPv6 on this machine")
