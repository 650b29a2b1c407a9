"""The soak in short, and that what it is to find would be found. `make soak` is the long form."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from random import Random

import pytest
from sqlalchemy import text

from bench.soak import aging, killing, mails, rechecks, story, together
from bench.soak.figures import (
    BESIDE,
    CRAWL,
    DECISION,
    MAILS,
    RECHECK,
    TWO_CRAWLS,
    TWO_RECHECKS,
    UPGRADE,
    Soak,
    document,
)
from bench.soak.growth import Bound, Growth, excesses, grow
from bench.soak.installation import CRAWL as CRAWLING
from bench.soak.installation import NIANBAO, CommandFailed, Installation
from bench.soak.killing import Tally, Undisturbed
from bench.soak.moments import Aim
from bench.soak.state import bytes_without_rows, differences, state, unsound
from storage.engine import writing
from storage.records import Edition, MailRecord, MailState
from tests.digest.postoffice import Office

NIGHTS = story.NIGHTS[:2]
KILLS = range(1, 3)
PAGES = rechecks.BATCH + 5


@dataclass(frozen=True)
class Place:
    """One database: what its nights are when nobody disturbs them, and installations beside that."""

    portals: story.Portals
    base: Installation
    truth: Undisturbed
    new: Callable[[], Installation]
    copy: Callable[[], Installation]
    """Of what stands after the nights."""
    archive: Callable[[int], Installation]
    """With so many pages that an earlier version had read."""


@pytest.fixture(scope="module")
def portals() -> Iterator[story.Portals]:
    with story.served() as served:
        yield served


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def place(
    request: pytest.FixtureRequest, portals: story.Portals, tmp_path_factory: pytest.TempPathFactory
) -> Place:
    server = None if request.param == "sqlite" else request.getfixturevalue("postgres")
    folder, numbers = tmp_path_factory.mktemp(request.param), count()
    portals.write_province(folder / "provinces")

    def new() -> Installation:
        return Installation(folder / str(next(numbers)), folder / "provinces", server)

    base = new()
    base.run((*NIANBAO, "--version"), story.moment(0))
    truth = killing.undisturbed(base, portals, NIGHTS)
    return Place(
        portals,
        base,
        truth,
        new,
        lambda: base.copy(folder / str(next(numbers))),
        lambda pages: rechecks.archive(folder / str(next(numbers)), server, pages),
    )


@pytest.fixture(scope="module")
def unread(place: Place) -> tuple[Installation, rechecks.Reread]:
    """Pages that an earlier version had read, and what a re-check makes of them."""
    installation = place.archive(PAGES)
    copy = installation.copy(installation.folder.with_name("reread"))
    return installation, rechecks.reread(copy)


def test_the_nights_have_something_to_lose(place: Place) -> None:
    for shown in place.truth.states:
        assert len(shown["reports"]) == 15
        assert len(shown["obligations"]) == 16
        assert len(shown["visits"]) > 0
    first, second = place.truth.states
    assert len(second["findings"]) > len(first["findings"]) > 50
    told = "\n".join(second["changes"])
    for kind in ("new", "fixed", "changed"):
        assert f'"kind": "{kind}"' in told
    assert any('"status": "missing"' in duty for duty in second["obligations"])
    with place.base.engine() as engine:
        assert unsound(engine, place.base.archive) == []


def test_crawls_that_are_killed_end_as_if_nothing_had_been(place: Place) -> None:
    tally = killing.crawls(place.new(), place.portals, place.truth, Random("short"), KILLS)
    assert tally.problems == []
    assert tally.compared == len(NIGHTS)
    assert tally.kills.total() + tally.missed >= len(NIGHTS)


def test_upgrades_that_are_killed_end_as_if_nothing_had_been(place: Place) -> None:
    old = place.copy()
    assert aging.age(old, 10) > 2000
    upgraded = aging.upgraded(old.copy(old.folder.with_name("upgraded")))
    tally = aging.upgrades(old, upgraded, Random("short"))
    assert tally.problems == []
    assert tally.kills.total() + tally.missed >= 1
    assert tally.rows > 2000


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_digests_that_are_killed_reach_every_reader(
    database: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    server = None if database == "sqlite" else request.getfixturevalue("postgres")
    new = Installation(tmp_path / "mails", tmp_path / "provinces", server)
    tally = mails.mails(new, Random("short"), nights=1)
    assert tally.problems == []
    assert tally.rows == mails.READERS
    assert tally.kills.total() + tally.missed >= 1
    new.remove()


def test_a_mail_that_is_lost_or_doubled_is_found() -> None:
    at = datetime(2024, 5, 20, tzinfo=UTC)
    known = MailRecord(
        1, "a@a.example", Edition.CHANGES, "k", "<1@a.example>", "题", at, at, state=MailState.SENT
    )
    raw = b"Message-ID: <1@a.example>\r\n\r\ntext\r\n"
    here, other = ("a@a.example", raw), ("a@a.example", raw + b"more\r\n")
    stray = ("a@a.example", raw.replace(b"1", b"2"))
    unsettled = replace(known, unsettled=1)
    for mail, kept, expected in (
        (known, [here], []),
        (known, [], ["a@a.example: 题 never arrived: sent, "]),
        (known, [here, here], ["a@a.example: 题 arrived 2 times, 0 unsettled"]),
        (unsettled, [here, here], []),
        (replace(known, unsettled=2), [here] * 3, ["a@a.example: 题 arrived 3 times, 2 unsettled"]),
        (unsettled, [here, other], ["a@a.example: 题 arrived twice, and not as the same"]),
        (replace(known, state=MailState.SENDING), [here], ["a@a.example: 题 is sending"]),
        (known, [here, stray], ["<2@a.example> arrived, and is not on record"]),
    ):
        assert mails.wrong([mail], Office(kept=kept), 1) == expected
    assert mails.wrong([known], Office(kept=[here]), 2) == ["1 mails instead of 2"]


def test_a_recheck_has_something_to_lose(unread: tuple[Installation, rechecks.Reread]) -> None:
    told = "\n".join(unread[1].state["changes"])
    # recorded, then one found late and one withdrawn of each report
    assert told.count('"kind": "new"') == len(unread[1].state["findings"])
    assert told.count('"kind": "withdrawn"') == PAGES
    pages = unread[1].state["pages"]
    assert (len(pages), sum("earlier" in page for page in pages)) == (PAGES, 0)


def test_rechecks_that_are_killed_end_as_if_nothing_had_been(
    unread: tuple[Installation, rechecks.Reread],
) -> None:
    installation, truth = unread
    copy = installation.copy(installation.folder.with_name("killed"))
    tally = rechecks.rechecks(copy, truth, Random("short"), KILLS)
    assert tally.problems == []
    assert tally.kills.total() + tally.missed >= 1
    assert tally.compared == 1


def test_two_rechecks_at_once_end_as_one(unread: tuple[Installation, rechecks.Reread]) -> None:
    installation, truth = unread
    copy = installation.copy(installation.folder.with_name("twice"))
    tally = rechecks.two_rechecks(copy, truth, Random("short"))
    assert tally.problems == []
    assert tally.compared == 1


def test_a_crawl_during_a_recheck_ends_as_one_after_the_other(place: Place) -> None:
    tally = rechecks.beside_a_crawl(place.copy(), place.portals, Random("short"), NIGHTS)
    assert tally.problems == []
    assert tally.compared == 1


def test_of_two_ends_every_row_is_as_in_one() -> None:
    a, b, c, d = (json.dumps(dict.fromkeys("vwxyz", name)) for name in "abcd")
    one, other = {"findings": (a, b, b)}, {"findings": (a, c)}
    assert differences(one, {"findings": (a, b)}, other=other) == []
    assert differences(one, {"findings": (a, b, c)}, other=other) == []
    assert differences(one, {"findings": (b, c, d, c)}, other=other) == [
        f"findings: lost {a}",
        f"findings: added {c}",
        f"findings: added {d}",
    ]


def test_a_row_of_other_values_is_told_by_them() -> None:
    stands, apart = (
        json.dumps({"rule": "sections-complete", "organ": "甲局", "status": status, "quote": "", "v": 1})
        for status in ("open", "fixed")
    )
    assert differences({"findings": (stands,)}, {"findings": (apart,)}) == [
        'findings: other values in {"organ": "甲局", "rule": "sections-complete"}: status: open -> fixed'
    ]


def test_two_crawls_at_once_end_as_one(place: Place) -> None:
    tally = together.two_crawls(place.new(), place.portals, place.truth, Random("short"))
    assert tally.problems == []
    assert tally.compared == len(NIGHTS)


def test_a_decision_during_a_crawl_ends_as_one_before_it(place: Place) -> None:
    tally = together.a_decision(place.new(), place.portals, Random("short"))
    assert tally.problems == []
    assert tally.compared == 1


def test_quiet_nights_leave_nothing_but_their_runs_and_visits(portals: story.Portals, tmp_path: Path) -> None:
    portals.write_province(tmp_path / "provinces")
    tally = Tally()
    growth = grow(Installation(tmp_path / "quiet", tmp_path / "provinces"), portals, Bound(2, 120), tally)
    assert tally.problems == []
    assert growth is not None
    assert growth.nights == 2
    assert growth.rows == {"runs": 1, "visits": 2}


LOSSES = {
    "a step": ("DELETE FROM changes WHERE id = 1", "took no step", "changes: lost "),
    "a step again": (
        "INSERT INTO changes (run, at, kind, fingerprint, finding) "
        "SELECT run, at, kind, fingerprint, finding FROM changes WHERE id = 1",
        "is new twice",
        "changes: added ",
    ),
    "a status": ("UPDATE findings SET status = 'fixed'", "steps: ", "findings: other values in "),
    "a report": ("DELETE FROM reports WHERE year = 2023", "findings: ", "reports: lost "),
    "a visit": ("DELETE FROM visits", "", "visits: lost "),
    "a version": ("UPDATE versions SET digest = 'x'", "", "versions: other values in "),
}


@pytest.mark.parametrize(("statement", "contradiction", "difference"), LOSSES.values(), ids=LOSSES)
def test_what_is_lost_or_doubled_is_found(
    place: Place, statement: str, contradiction: str, difference: str
) -> None:
    harmed = place.copy()
    with harmed.engine() as engine:
        with writing(engine) as session:
            session.execute(text(statement))
        wrong = unsound(engine, harmed.archive)
        assert any(contradiction in line for line in wrong) if contradiction else wrong == []
        assert any(line.startswith(difference) for line in differences(place.truth.states[-1], state(engine)))
    harmed.remove()


def test_bytes_that_are_gone_or_others_are_found(place: Place) -> None:
    harmed = place.copy()
    gone, other, *_ = sorted(harmed.archive.rglob("*.gz"))
    content = other.read_bytes()
    gone.unlink()
    other.unlink()  # the copies share their bytes
    other.write_bytes(content[:-20])
    with harmed.engine() as engine:
        wrong = "\n".join(unsound(engine, harmed.archive))
        assert gone.name.removesuffix(".gz") in wrong
        assert other.name.removesuffix(".gz") in wrong
        stray = harmed.archive / "00" / "00" / f"{'0' * 64}.gz"
        stray.parent.mkdir(parents=True, exist_ok=True)
        stray.touch()
        assert bytes_without_rows(engine, harmed.archive) == 1
    harmed.remove()


def test_a_command_that_fails_undisturbed_is_told(place: Place) -> None:
    with pytest.raises(CommandFailed, match="exit code"):
        place.new().run((*CRAWLING, "-a", "portal=nowhere"), story.moment(0))


STEADY = Growth(50, (90_000, 91_000), (12, 12), (1, 2), (3, 3), 0, 0, {"runs": 1, "visits": 2})


def test_growth_is_told() -> None:
    assert excesses(STEADY) == []
    assert excesses(replace(STEADY, kilobytes=(90_000, 99_000))) == [
        "the scheduler's process grew by 9000 kB"
    ]
    assert excesses(replace(STEADY, files=(12, 61))) == ["50 nights: files 12 -> 61"]
    assert excesses(replace(STEADY, connections=(1, 6))) == ["6 connections to the database are kept"]
    assert excesses(replace(STEADY, threads=(3, 4))) == ["50 nights: threads 3 -> 4"]
    assert excesses(replace(STEADY, leftovers=2)) == [
        "2 leftovers in the temporary folder, 0 unfinished files"
    ]
    assert excesses(replace(STEADY, rows={"runs": 1, "visits": 2, "changes": 0.5})) == [
        "0.50 rows of changes a night"
    ]


def test_the_page_has_every_figure() -> None:
    soak = Soak("s1", "3.11.7", {"SQLite": "SQLite 3.40.1"}, "2026-11-22", seconds=600)
    killed = soak.tally(CRAWL, "SQLite")
    killed.kills.update({Aim.ANYWHERE: 3, Aim.WRITING: 4})
    killed.compared, killed.rows, killed.strays = 6, 12345, 7
    soak.tally(UPGRADE, "SQLite").problems.append("a row is gone")
    soak.tally(TWO_CRAWLS, "SQLite").compared = 3
    soak.tally(DECISION, "SQLite").compared = 1
    soak.tally(RECHECK, "SQLite").kills[Aim.WORKING] = 2
    soak.tally(BESIDE, "SQLite").rows = 1234
    soak.tally(TWO_RECHECKS, "SQLite").compared = 5
    told = soak.tally(MAILS, "SQLite")
    told.kills[Aim.WORKING], told.rows, told.twice, told.unsettled = 5, 24, 2, 3
    soak.growth["SQLite"] = STEADY
    page = document(soak)
    assert "SQLite 3.40.1, seed `s1`, in 10 minutes: **14 kills,\n1 wrong.**" in page
    assert "| crawl | SQLite | 3 | 0 | 4 | 0 | 6 | 12,345 | 7 | 0 | nothing wrong |" in page
    assert "| migration | SQLite | 0 | 0 | 0 | 0 | 0 | 0 | 0 | 0 | 1 wrong |" in page
    assert "| SQLite | 0 | 5 | 0 | 0 | 24 | 22 | 2 | 3 | nothing wrong |" in page
    assert "| two crawls of one province | SQLite | 3 | 0 | nothing wrong |" in page
    assert "| re-check | SQLite | 0 | 2 | 0 | 0 | 0 | 0 | 0 | 0 | nothing wrong |" in page
    assert "| a crawl during a re-check | SQLite | 0 | 1,234 | nothing wrong |" in page
    assert "| two re-checks | SQLite | 5 | 0 | nothing wrong |" in page
    assert "| SQLite | 50 | 87.9 → 88.9 MB | 12 → 12 | 1 → 2 | 3 → 3 | 0 | runs 1, visits 2 |" in page
    assert "$" not in page
