"""`nianbao recheck`: what it changes, that it can be stopped, killed and run beside others."""

from __future__ import annotations

import json
import os
import random
import signal
import threading
import time
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from bench.soak.state import differences, state, unsound
from crawler.recheck import Account, Recheck, Scope
from storage.records import Cause, ChangeKind, DocumentRecord, FindingStatus, ObligationStatus, SeenAgain
from storage.rehearsal import rehearsal
from storage.tables import Base
from tests.crawler.archived import SEEN, Archived, kill

NOW = "2024-05-20T09:00:00"


@pytest.fixture(autouse=True)
def _moment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NIANBAO_NOW", NOW)


@pytest.fixture
def archived(tmp_path: Path, url: str) -> Archived:
    return Archived(tmp_path / "one", url)


def recheck(archived: Archived, engine: Any = None, **values: Any) -> Account:
    stop = values.pop("stop", threading.Event())
    on_progress = values.pop("on_progress", lambda _done, _of: None)
    return Recheck(
        archived.settings,
        engine or archived.engine,
        {"yunling": archived.province},
        Scope(**values),
        workers=2,
        stop=stop,
        on_progress=on_progress,
    ).run()


def rows(archived: Archived) -> dict[str, list[Any]]:
    with archived.engine.connect() as connection:
        return {
            table.name: sorted(map(repr, connection.execute(select(table))))
            for table in Base.metadata.sorted_tables
        }


def test_what_changes_is_told_first_and_done_then(archived: Archived) -> None:
    """One report is none to today's reader, one is another year's, of two the bytes are gone or damaged."""
    notice = Path(__file__).parent.parent / "reports" / "notice-with-the-form.html"
    lost = replace(archived.page(0), page=archived.on_record(0))
    moved = archived.page(1)
    assert lost.report is not None and moved.report is not None
    sha256 = archived.archive.put(notice.read_bytes())
    archived.record(
        [
            replace(
                lost,
                page=replace(lost.page, sha256=sha256),
                report=replace(lost.report, sha256=sha256),
                documents=(DocumentRecord(sha256, 1, "text/html", SEEN),),
                version=None,
            )
        ]
    )
    archived.record(
        [
            replace(
                moved,
                page=replace(archived.on_record(1), year=2022),
                report=replace(moved.report, year=2022),
                findings=(),
                version=None,
            )
        ]
    )
    archived.original(2).unlink()
    archived.original(3).write_bytes(b"no gzip")
    before = rows(archived)

    with rehearsal(archived.engine) as copy:
        tried = recheck(archived, copy)
    assert rows(archived) == before
    done = recheck(archived)
    assert done == tried
    assert (done.pages, done.awaiting, done.busy) == (archived.bodies - 2, 0, 0)
    # of nine reports one finding is found, of eight the invented one withdrawn; the ninth's others had been
    # withdrawn when it was taken for another year's
    assert done.steps == {
        ChangeKind.NEW: 9,
        ChangeKind.WITHDRAWN: 8,
        ChangeKind.RETURNED: len(archived.page(1).findings) - 1,
    }
    assert [(lost.organ, lost.year, lost.url) for lost in done.lost] == [
        (archived.body(0), 2023, archived.url(0))
    ]
    assert [(moved.url, moved.before, moved.now) for moved in done.moved] == [
        (archived.url(1), (archived.body(1), 2022), (archived.body(1), 2023))
    ]
    gone, damaged = done.unread
    assert (gone.url, damaged.url) == (archived.url(2), archived.url(3))
    assert "holds no" in gone.problem and "is damaged" in damaged.problem
    # a report that is not recognised any more is not missing
    duties = {(duty.organ, duty.year): duty.status for duty in archived.queries.obligations()}
    assert duties[archived.body(0), 2023] is not ObligationStatus.MISSING
    assert archived.on_record(2).rules_version == archived.on_record(3).rules_version == 0
    (run, *_) = archived.queries.runs()
    assert (run.kind, run.verdict, run.detail["counts"]["pages"]) == ("recheck", "clean", done.pages)
    unheld = {archived.on_record(2).sha256, archived.on_record(3).sha256}
    told = unsound(archived.engine, archived.folder / "archive")
    assert [line for line in told if not any(sha256 in line for sha256 in unheld)] == []


def test_what_is_read_better_is_withdrawn_and_what_is_found_late_is_new_now(archived: Archived) -> None:
    recheck(archived)
    every = archived.queries.findings(include_fixed=True, organ=archived.body(5))
    histories = archived.queries.history([finding.fingerprint for finding in every])
    (invented,) = [finding for finding in every if finding.where == "applications.invented"]
    assert invented.status is FindingStatus.WITHDRAWN
    assert histories[invented.fingerprint][0].cause is Cause.RULES
    assert invented.last_seen == SEEN
    new = [
        finding for finding in every if finding.status is FindingStatus.NEW and finding.stated_by == "reading"
    ]
    assert [finding.first_seen for finding in new] == [archived.queries.runs()[0].started]
    assert archived.queries.reports(organ=archived.body(5))[0].first_seen == SEEN


def test_what_was_read_already_is_skipped_unless_all_is_asked_for(archived: Archived) -> None:
    assert recheck(archived, organ=archived.body(3)).pages == 1
    assert recheck(archived, year=2022).pages == 0
    assert recheck(archived).pages == archived.bodies - 1
    again = recheck(archived)
    assert (again.pages, again.steps.total()) == (0, 0)
    whole = recheck(archived, all=True)
    assert (whole.pages, whole.steps.total()) == (archived.bodies, 0)


def test_a_newer_reading_wins(archived: Archived) -> None:
    """Pages are seen by a crawl after the records that they are read by were taken, before they are written:
    one shows something else, one what it showed.
    """
    later = SEEN + timedelta(days=2)
    body = archived.archive.get(archived.on_record(7).sha256).replace("水".encode(), "河".encode())
    newer = archived.page(7, body=body, seen=later)

    class Overtaken(Recheck):
        """A crawl comes after the records were taken by which the pages are read."""

        def _records(self, urls: Any, province: Any) -> Any:
            pages = list(super()._records(urls, province))
            if len(pages) == archived.bodies:
                archived.record([newer])
                archived.ledger.record(archived.run, [SeenAgain(archived.url(8), later)])
            return iter(pages)

    account = Overtaken(
        archived.settings,
        archived.engine,
        {"yunling": archived.province},
        Scope(),
        workers=2,
        stop=threading.Event(),
    ).run()
    assert account.busy == 0
    assert archived.on_record(7).sha256 == newer.page.sha256
    assert archived.on_record(7).seen == archived.on_record(8).seen == later
    by = {page.judged_by for page in archived.queries.pages("yunxi").values()}
    assert by == {newer.page.judged_by}
    # the page that the crawl has read itself is not read again, the one it has only seen is
    assert account.pages == archived.bodies - 1


def test_killed_at_any_moment_it_is_finished_by_the_next(tmp_path: Path, url: str) -> None:
    killed, whole = (
        Archived(tmp_path / "one", url),
        Archived(tmp_path / "two", f"sqlite:///{tmp_path}/two.db"),
    )
    started = time.monotonic()
    assert whole.start().wait(120) == 0
    lasts = time.monotonic() - started
    moments = random.Random(20240520)
    for _ in range(6):
        child = killed.start()
        time.sleep(moments.uniform(0.3, 1.0) * lasts)
        kill(child)
    assert killed.start().wait(120) == 0
    assert unsound(killed.engine, killed.folder / "archive") == []
    assert differences(state(whole.engine), state(killed.engine)) == []


def test_two_at_once_end_as_one(tmp_path: Path, url: str) -> None:
    both, one = (
        Archived(tmp_path / "one", url),
        Archived(tmp_path / "two", f"sqlite:///{tmp_path}/two.db"),
    )
    assert one.start().wait(120) == 0
    children = [both.start(), both.start("--all")]
    assert [child.wait(120) for child in children] == [0, 0]
    assert unsound(both.engine, both.folder / "archive") == []
    assert differences(state(one.engine), state(both.engine)) == []


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
def test_told_to_stop_it_keeps_what_is_done(archived: Archived) -> None:
    child = archived.start("--format", "json", "--workers", "1")
    while archived.queries.runs()[0].kind != "recheck":
        assert child.poll() is None
        time.sleep(0.02)
    child.send_signal(signal.SIGTERM)
    out, err = child.communicate(timeout=60)
    told = json.loads(out)
    assert (child.returncode, told["stopped"]) == (130, True), err
    assert b"Traceback" not in err
    again = recheck(archived)
    assert told["pages"] + again.pages == archived.bodies


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
def test_a_worker_that_is_killed_ends_the_run_in_one_line(archived: Archived) -> None:
    child = archived.start()
    _kill_a_worker(child.pid)
    out, err = child.communicate(timeout=60)
    assert (child.returncode, out) == (1, b"")
    assert b"a worker was killed" in err and err.count(b"\n") == 1
    (run, *_) = archived.queries.runs()
    assert (run.kind, run.verdict) == ("recheck", "failed")
    assert recheck(archived).pages > 0


def _kill_a_worker(parent: int) -> None:
    """A process that the fork server, a child of `parent`, has made."""
    for _ in range(3000):
        for server in _children(parent):
            for worker in _children(server):
                os.kill(worker, signal.SIGKILL)
                return
        time.sleep(0.005)
    raise AssertionError("no worker was started")


def _children(process: int) -> list[int]:
    try:
        text = Path(f"/proc/{process}/task/{process}/children").read_text()
    except OSError:
        return []
    return [int(pid) for pid in text.split()]
