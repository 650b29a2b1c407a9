"""What a process holds: told to others, renewed, lost loudly, free once the process is gone."""

from __future__ import annotations

import signal
import subprocess
import sys
import textwrap
import threading
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine

from crawler import holding
from crawler.clock import CHINA
from crawler.holding import Holding, Process, holder_told, of_portal
from storage.engine import DatabaseUnusable, open_engine, upgrade
from storage.leases import Leases
from storage.records import LeaseRecord

MINE, THEIRS = of_portal("qingshan"), of_portal("songtao")


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    engine = open_engine(f"sqlite:///{tmp_path / 'nianbao.db'}")
    upgrade(engine)
    yield engine
    engine.dispose()


def _lost_nothing(names: frozenset[str]) -> None:
    raise AssertionError(f"lost {names}")


def now() -> datetime:
    return datetime.now(CHINA)


def test_two_of_one_process_do_not_hold_the_same(engine: Engine) -> None:
    with Holding(engine, _lost_nothing) as first, Holding(engine, _lost_nothing) as second:
        assert first.take((MINE,), "a crawl") == {}
        others = second.take((MINE, THEIRS), "the night")
        assert set(others) == {MINE}
        assert others[MINE].purpose == "a crawl"
    assert Leases(engine).holder(MINE, now()) is None
    assert Leases(engine).holder(THEIRS, now()) is None


def test_a_lease_is_told_with_its_owner_and_its_times() -> None:
    taken = datetime(2027, 1, 20, 2, 0, tzinfo=CHINA)
    lease = LeaseRecord(
        MINE, "mill/77/123/boot:1/a1", "crawl yunling", taken, taken, taken + timedelta(minutes=2)
    )
    assert holder_told(lease) == (
        "mill 的进程 77（crawl yunling），2027-01-20 02:00 起；若不续期，02:02:00 失效",
        "process 77 on mill (crawl yunling) since 2027-01-20 02:00; over at 02:02:00 unless renewed",
    )


def test_what_is_held_is_renewed_until_it_is_given_back(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(holding, "EVERY", timedelta(seconds=0.05))
    with Holding(engine, _lost_nothing) as held:
        held.take((MINE,), "a crawl")
        first = Leases(engine).holder(MINE, now())
        for _ in range(200):
            later = Leases(engine).holder(MINE, now())
            assert first is not None
            assert later is not None
            if later.renewed > first.renewed:
                break
            threading.Event().wait(0.05)
        assert later.renewed > first.renewed
        assert later.taken == first.taken


def test_a_database_that_cannot_be_used_for_a_while_loses_nothing(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(holding, "EVERY", timedelta(seconds=0.05))
    renewed = threading.Event()
    tries = iter((DatabaseUnusable("busy"), DatabaseUnusable("gone")))
    renew = Leases.renew_all

    def renewing(leases: Leases, *arguments: object) -> frozenset[str]:
        problem = next(tries, None)
        if problem is not None:
            raise problem
        renewed.set()
        return renew(leases, *arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(Leases, "renew_all", renewing)
    with Holding(engine, _lost_nothing) as held:
        held.take((MINE,), "a crawl")
        assert renewed.wait(30)


def test_who_lost_a_lease_is_told_once(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(holding, "EVERY", timedelta(seconds=0.05))
    lost: list[frozenset[str]] = []
    told = threading.Event()

    def hear(names: frozenset[str]) -> None:
        lost.append(names)
        told.set()

    with Holding(engine, hear) as held:
        held.take((MINE, THEIRS), "a crawl")
        late = now() + timedelta(hours=1)
        assert Leases(engine).take(MINE, "forge/2", "a crawl", late, timedelta(hours=1))
        assert told.wait(30)
        threading.Event().wait(0.3)
    assert lost == [{MINE}]


def test_what_a_killed_process_held_is_taken_at_once(engine: Engine, tmp_path: Path) -> None:
    lines = f"""
        import time
        from crawler.holding import Holding
        from storage.engine import open_engine
        held = Holding(open_engine("sqlite:///{tmp_path / "nianbao.db"}"), print)
        print(len(held.take(({MINE!r},), "a crawl")), flush=True)
        time.sleep(300)
    """
    child = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(lines)], stdout=subprocess.PIPE, text=True
    )
    assert child.stdout is not None
    with child.stdout as said:
        assert said.readline() == "0\n"
    with Holding(engine, _lost_nothing) as second:
        assert set(second.take((MINE,), "the night")) == {MINE}
    child.send_signal(signal.SIGKILL)
    child.wait(60)
    with Holding(engine, _lost_nothing) as third:
        assert third.take((MINE,), "the night") == {}


@pytest.mark.parametrize(
    "owner",
    ["forge/2/1/boot:1/a1", "somebody", "a/b/c/d/e", "forge/99999999999999999999/1/boot:1/a1"],
    ids=["another-machine", "no-process", "no-number", "no-such-number"],
)
def test_what_cannot_be_proved_to_be_gone_is_not_taken(engine: Engine, owner: str) -> None:
    Leases(engine).take(MINE, owner, "a crawl", now(), holding.LASTS)
    with Holding(engine, _lost_nothing) as held:
        assert held.take((MINE,), "the night")[MINE].owner == owner


def test_a_later_process_with_the_same_number_is_another_one() -> None:
    this = Process.this()
    assert not this.gone
    assert this._replace(began="1").gone
    assert not this._replace(began="1", machine="another").gone
    assert not this._replace(began="1", machine="").gone
