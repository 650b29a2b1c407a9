"""Leases: one owner at a time on both databases, over by themselves, never taken back from a new owner."""

from __future__ import annotations

import subprocess
import sys
import textwrap
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine

from storage.engine import open_engine
from storage.leases import Leases

NOW = datetime(2027, 1, 20, 2, 0, tzinfo=UTC)
LASTS = timedelta(minutes=2)


@pytest.fixture
def engine(url: str) -> Iterator[Engine]:
    engine = open_engine(url)
    yield engine
    engine.dispose()


def test_a_lease_has_one_owner_until_it_is_over(engine: Engine) -> None:
    leases = Leases(engine)
    taken = leases.take("scheduler", "mill/1", "the night", NOW, LASTS)
    assert taken is not None
    assert (taken.owner, taken.taken, taken.renewed, taken.expires) == ("mill/1", NOW, NOW, NOW + LASTS)
    just_before = NOW + LASTS - timedelta(seconds=1)
    assert leases.take("scheduler", "forge/2", "the night", just_before, LASTS) is None
    assert leases.holder("scheduler", just_before) == taken
    assert leases.holder("scheduler", NOW + LASTS) is None
    second = leases.take("scheduler", "forge/2", "the night", NOW + LASTS, LASTS)
    assert second is not None
    assert (second.owner, second.taken) == ("forge/2", NOW + LASTS)
    assert leases.holder("scheduler", NOW + LASTS) == second


def test_a_renewed_lease_keeps_the_moment_at_which_it_was_taken(engine: Engine) -> None:
    leases = Leases(engine)
    leases.take("scheduler", "mill/1", "the night", NOW, LASTS)
    later = NOW + timedelta(seconds=90)
    assert leases.renew("scheduler", "mill/1", later, LASTS)
    held = leases.holder("scheduler", NOW + timedelta(seconds=200))
    assert held is not None
    assert (held.taken, held.renewed, held.expires) == (NOW, later, later + LASTS)


def test_the_owner_takes_its_lease_again_and_it_began_when_it_began(engine: Engine) -> None:
    leases = Leases(engine)
    leases.take("scheduler", "mill/1", "the night", NOW, LASTS)
    again = leases.take("scheduler", "mill/1", "the night", NOW + timedelta(minutes=1), LASTS)
    assert again is not None
    assert (again.taken, again.expires) == (NOW, NOW + timedelta(minutes=3))


def test_a_lease_that_was_over_and_that_nobody_took_is_still_the_owners(engine: Engine) -> None:
    leases = Leases(engine)
    leases.take("scheduler", "mill/1", "the night", NOW, LASTS)
    late = NOW + timedelta(hours=3)
    assert leases.renew("scheduler", "mill/1", late, LASTS)
    assert leases.take("scheduler", "forge/2", "the night", late, LASTS) is None


def test_who_lost_a_lease_neither_renews_nor_gives_back_what_is_somebody_elses(engine: Engine) -> None:
    leases = Leases(engine)
    leases.take("scheduler", "mill/1", "the night", NOW, LASTS)
    later = NOW + timedelta(hours=1)
    second = leases.take("scheduler", "forge/2", "the night", later, LASTS)
    assert not leases.renew("scheduler", "mill/1", later, LASTS)
    leases.give_back("scheduler", "mill/1")
    leases.give_back_all("mill/1")
    assert leases.holder("scheduler", later) == second


def test_what_is_given_back_is_free_at_once(engine: Engine) -> None:
    leases = Leases(engine)
    leases.take("scheduler", "mill/1", "the night", NOW, LASTS)
    leases.give_back("scheduler", "mill/1")
    assert leases.holder("scheduler", NOW) is None
    assert leases.take("scheduler", "forge/2", "the night", NOW, LASTS) is not None


def test_of_several_those_that_are_free_are_taken_and_all_are_told(engine: Engine) -> None:
    leases = Leases(engine)
    leases.take("portal:qingshan", "mill/1", "a crawl", NOW, LASTS)
    leases.take("portal:songtao", "mill/1", "a crawl", NOW - timedelta(hours=1), LASTS)
    names = ("portal:qingshan", "portal:songtao", "portal:yunxi")
    standing = leases.take_all(names, "forge/2", "the night", NOW, LASTS)
    assert {name: lease.owner for name, lease in standing.items()} == {
        "portal:qingshan": "mill/1",
        "portal:songtao": "forge/2",
        "portal:yunxi": "forge/2",
    }
    assert leases.renew_all("forge/2", NOW, LASTS) == {"portal:songtao", "portal:yunxi"}
    leases.give_back_all("forge/2")
    assert leases.renew_all("forge/2", NOW, LASTS) == frozenset()
    assert leases.renew_all("mill/1", NOW, LASTS) == {"portal:qingshan"}


def test_of_processes_that_ask_at_once_one_has_it(url: str) -> None:
    lines = f"""
        import sys
        from datetime import datetime, timedelta, UTC
        from storage.engine import open_engine
        from storage.leases import Leases
        leases = Leases(open_engine({url!r}))
        sys.stdin.readline()
        had = leases.take("scheduler", sys.argv[1], "", datetime.now(UTC), timedelta(minutes=2))
        print(had is not None)
    """
    children = [
        subprocess.Popen(
            [sys.executable, "-c", textwrap.dedent(lines), f"mill/{number}"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for number in range(4)
    ]
    for child in children:
        assert child.stdin is not None
        child.stdin.write("\n")
        child.stdin.flush()
    said = [child.communicate(timeout=60)[0].strip() for child in children]
    assert sorted(said) == ["False", "False", "False", "True"]
