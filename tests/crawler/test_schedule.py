"""The night: jobs that survive a restart, one crawl after another, and an end when told to."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from datetime import time as hour
from pathlib import Path
from typing import Any

import pytest
from apscheduler.jobstores.sqlalchemy import SQLAlchemyJobStore
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.cron import CronTrigger
from sqlalchemy import Engine

from crawler import clock, night, schedule, season
from crawler.cli import main
from crawler.commands.nightly import choose, chosen_for_the_night
from crawler.commands.problems import CallError
from crawler.config import Settings
from crawler.crawls import Progress
from crawler.digest import delivery
from crawler.night_plan import Kind, Load, Planned, fullest, planned, spans
from crawler.portals import Province, Window, Years, built_in, read_provinces
from crawler.report.model import Bilingual
from crawler.season import Nights, Why
from crawler.trigger import NightTrigger
from storage.engine import open_engine, upgrade
from storage.leases import Leases
from storage.ledger import Ledger
from storage.records import RunRecord
from tests.crawler.waiting import wait_until

Play = Callable[[str], None]
ENDS_WELL = 'say(event="end", verdict="clean", visits=[], counts={})'
AT = hour(2, 0)
SECONDS = 60  # that a process may take to begin
WINDOW = Window.model_validate({"from": "22:00", "to": "06:00"})


def calendars(*provinces: str, window: Window | None = None) -> dict[str, Nights]:
    return {name: Nights.of(name, window, AT) for name in provinces}


class Heard(night.Watcher):
    """Everything that a night tells, in order."""

    def __init__(self) -> None:
        self.events: list[tuple[str, ...]] = []
        self.something = threading.Event()

    def begun(self, job: str) -> None:
        self.events.append(("begun", job))

    def heard(self, job: str, progress: Progress) -> None:
        self.events.append(("heard", job, progress.portal))

    def put_off(self, job: str, until: str) -> None:
        self.events.append(("put off", job, until))
        self.something.set()

    def ended(self, job: str, problem: Bilingual | None) -> None:
        self.events.append(("ended", job) if problem is None else ("failed", job, problem.en))
        self.something.set()


@pytest.fixture
def engine(settings: Settings) -> Iterator[Engine]:
    engine = open_engine(settings.database_url.get_secret_value())
    upgrade(engine)
    yield engine
    engine.dispose()


@pytest.fixture
def no_mails(monkeypatch: pytest.MonkeyPatch) -> list[datetime]:
    """The moments at which mails would have been sent."""
    sent: list[datetime] = []
    monkeypatch.setattr(delivery, "deliver_all", lambda _settings, moment, **_more: sent.append(moment))
    return sent


# ── once ────────────────────────────────────────────────────────────────────


@pytest.mark.usefixtures("no_mails")
def test_once_crawls_every_province_one_after_another(
    settings: Settings, engine: Engine, playing_scrapy: Play, tmp_path: Path
) -> None:
    record = tmp_path / "record"
    playing_scrapy(f"""
        def note(word):
            with open({str(record)!r}, "a") as file:
                file.write(f"{{word}} {{sys.argv[2]}} {{os.environ['NIANBAO_RUN_KIND']}}\\n")
        note("begin")
        say(event="progress", portal="one", stage="list")
        time.sleep(0.3)
        note("end")
        {ENDS_WELL}
    """)
    heard = Heard()
    assert night.once(settings, calendars("yunling", "songtao"), engine, heard)
    assert record.read_text().splitlines() == [
        "begin yunling nightly",
        "end yunling nightly",
        "begin songtao nightly",
        "end songtao nightly",
    ]
    assert heard.events == [
        ("begun", "yunling"),
        ("heard", "yunling", "one"),
        ("ended", "yunling"),
        ("begun", "songtao"),
        ("heard", "songtao", "one"),
        ("ended", "songtao"),
        ("begun", "digest"),
        ("ended", "digest"),
    ]


@pytest.mark.usefixtures("no_mails")
def test_once_crawls_as_many_provinces_side_by_side_as_are_allowed(
    settings: Settings, engine: Engine, playing_scrapy: Play, tmp_path: Path
) -> None:
    # a crawl ends when two have begun: alone, it would wait for its time limit
    playing_scrapy(f"""
        open(os.path.join({str(tmp_path)!r}, "begun-" + sys.argv[2]), "w")
        while len([name for name in os.listdir({str(tmp_path)!r}) if name.startswith("begun-")]) < 2:
            time.sleep(0.05)
        {ENDS_WELL}
    """)
    heard = Heard()
    pairs = settings.model_copy(update={"crawls_at_once": 2, "crawl_timeout": 30})
    assert night.once(pairs, calendars("yunling", "songtao", "linhai"), engine, heard)
    assert {event[1] for event in heard.events[:2]} == {"yunling", "songtao"}
    assert [event[0] for event in heard.events[:2]] == ["begun", "begun"]
    first = heard.events.index(("begun", "linhai"))
    assert {("ended", "yunling"), ("ended", "songtao")} & set(heard.events[:first])
    assert heard.events[-2:] == [("begun", "digest"), ("ended", "digest")]
    assert len(heard.events) == 8


@pytest.mark.parametrize(
    ("end", "told"),
    [
        ("sys.exit(3)", "broke off with exit code 3"),
        ("os.kill(os.getpid(), signal.SIGSEGV)", "was ended by SIGSEGV"),
        (
            "os.kill(os.getpid(), signal.SIGKILL)",
            "was ended by SIGKILL, perhaps because the machine ran out of memory",
        ),
        ('say(event="end", verdict="held")', "visited nothing: another crawl is visiting every portal"),
        (
            'open(os.environ["NIANBAO_PROGRESS"], "w").write("[" * 60_000 + "\\n")',
            "broke off with exit code 0",
        ),
    ],
    ids=["exit", "segfault", "out-of-memory", "held", "unreadable-progress"],
)
def test_a_child_that_fails_fails_the_night_but_not_the_other_provinces(
    settings: Settings,
    engine: Engine,
    playing_scrapy: Play,
    no_mails: list[datetime],
    end: str,
    told: str,
) -> None:
    playing_scrapy(f"""
        if sys.argv[2] == "yunling":
            {end}
            sys.exit(0)
        {ENDS_WELL}
    """)
    heard = Heard()
    assert not night.once(settings, calendars("yunling", "songtao"), engine, heard)
    [(_, _, problem)] = [event for event in heard.events if event[0] == "failed"]
    assert problem.startswith(f"{told}; log ")
    assert ("ended", "songtao") in heard.events
    assert len(no_mails) == 1


def test_a_log_that_cannot_be_written_fails_its_province_and_no_other_job(
    settings: Settings, engine: Engine, playing_scrapy: Play, no_mails: list[datetime], tmp_path: Path
) -> None:
    playing_scrapy(ENDS_WELL)
    (tmp_path / "log").write_text("a file where the folder is to be")
    heard = Heard()
    assert not night.once(settings, calendars("yunling"), engine, heard)
    log = tmp_path / "log"
    assert heard.events[1] == ("failed", "yunling", f"cannot begin: {log}: File exists")
    assert len(no_mails) == 1


def test_the_digest_waits_for_all_crawls(
    settings: Settings,
    engine: Engine,
    playing_scrapy: Play,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    record = tmp_path / "record"
    playing_scrapy(f"""
        time.sleep(0.3)
        open({str(record)!r}, "a").write(sys.argv[2] + "\\n")
        {ENDS_WELL}
    """)
    seen: list[str] = []
    monkeypatch.setattr(delivery, "deliver_all", lambda *_, **__: seen.append(record.read_text()))
    assert night.once(settings, calendars("yunling", "songtao"), engine, night.Watcher())
    assert seen == ["yunling\nsongtao\n"]


@pytest.mark.usefixtures("no_mails")
def test_once_keeps_to_the_hours_and_says_what_does_not(
    settings: Settings, engine: Engine, playing_scrapy: Play, monkeypatch: pytest.MonkeyPatch
) -> None:
    playing_scrapy(ENDS_WELL)
    monkeypatch.setenv(clock.OVERRIDE, "2027-02-10T12:00")
    heard = Heard()
    assert not night.once(settings, calendars("yunling", window=WINDOW), engine, heard)
    problem = "outside its hours, which open at 02-10 22:00; to crawl at once: nianbao crawl yunling"
    assert heard.events[0] == ("failed", "yunling", problem)
    monkeypatch.setenv(clock.OVERRIDE, "2027-02-11T05:59")
    assert night.once(settings, calendars("yunling", window=WINDOW), engine, heard)


def test_a_mail_that_cannot_be_sent_fails_the_night(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], playing_scrapy: Play
) -> None:
    from crawler.digest.mail import MailError

    def refused(*_: Any, **__: Any) -> None:
        raise MailError("没有发出", "was not sent")

    playing_scrapy(ENDS_WELL)
    monkeypatch.setattr(delivery, "deliver_all", refused)
    assert main(["nightly", "--once", "--province", "demo"]) == 1
    assert capsys.readouterr().err.splitlines() == [
        "demo：开始",
        "demo：完成",
        "简报：开始",
        "简报：没有完成：没有发出",
    ]


@pytest.mark.usefixtures("no_mails")
def test_nightly_once_ends_with_0_where_all_is_well(
    playing_scrapy: Play, capsys: pytest.CaptureFixture[str]
) -> None:
    playing_scrapy(ENDS_WELL)
    assert main(["nightly", "--once", "--province", "demo"]) == 0
    captured = capsys.readouterr()
    assert (captured.out, captured.err) == ("", "demo：开始\ndemo：完成\n简报：开始\n简报：完成\n")


@pytest.mark.usefixtures("no_mails")
def test_a_fresh_installation_visits_nobody_real_and_says_what_to_set(
    playing_scrapy: Play, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    record = tmp_path / "record"
    playing_scrapy(f"""
        with open({str(record)!r}, "a") as file:
            file.write(sys.argv[2] + "\\n")
        {ENDS_WELL}
    """)
    assert len(read_provinces()) == 33
    assert main(["nightly", "--once"]) == 0
    assert record.read_text() == "demo\n"
    assert capsys.readouterr().err.splitlines()[0] == (
        "没有选定省份，只抓 demo；请设 nightly_provinces，如 NIANBAO_NIGHTLY_PROVINCES=fujian,anhui"
    )


@pytest.mark.usefixtures("no_mails")
def test_the_night_is_chosen_by_a_setting(
    playing_scrapy: Play,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    record = tmp_path / "record"
    playing_scrapy(f"""
        with open({str(record)!r}, "a") as file:
            file.write(sys.argv[2] + " " + os.environ["NIANBAO_NIGHTLY_PROVINCES"] + "\\n")
        {ENDS_WELL}
    """)
    monkeypatch.setenv("NIANBAO_NIGHTLY_PROVINCES", "fujian, demo")
    assert main(["nightly", "--once"]) == 0
    assert record.read_text() == "fujian fujian,demo\ndemo fujian,demo\n"
    capsys.readouterr()
    monkeypatch.setenv("NIANBAO_NIGHTLY_PROVINCES", "fujien")
    assert main(["nightly", "--once"]) == 2
    assert capsys.readouterr().err.startswith("nianbao: 没有这个省：fujien（有：anhui, beijing, ")


# ── the stored jobs ─────────────────────────────────────────────────────────


class _Stored:
    """The stored jobs, as one process after another finds them."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    @contextmanager
    def process(self) -> Iterator[BackgroundScheduler]:
        """A scheduler that never runs a job: what it holds can be looked at without anything happening."""
        store = SQLAlchemyJobStore(engine=self.engine, tablename="apscheduler_jobs")
        scheduler = schedule.NightScheduler(jobstores={"default": store}, timezone=clock.CHINA)
        scheduler.start(paused=True)
        try:
            yield scheduler
        finally:
            scheduler.shutdown()

    def after(self, settings: Settings, nights: dict[str, Nights]) -> dict[str, datetime]:
        """Plan the nights; when each job is due then."""
        with self.process() as scheduler:
            schedule.plan(scheduler, settings, nights)
            return {job.id: job.next_run_time for job in scheduler.get_jobs()}

    def make_due(self, job: str, moment: datetime) -> None:
        """Pretend that the job has been due since `moment`."""
        with self.process() as scheduler:
            scheduler.modify_job(job, next_run_time=moment)


@pytest.fixture
def jobs(engine: Engine) -> _Stored:
    return _Stored(engine)


def now() -> datetime:
    return datetime.now(clock.CHINA)


def test_every_province_is_due_by_its_calendar_and_mails_in_the_morning(
    jobs: _Stored, settings: Settings
) -> None:
    nights = calendars("yunling", "songtao")
    begin = now()
    due = jobs.after(settings, nights)
    assert set(due) == {"nightly:yunling", "nightly:songtao", "digest"}
    for name, calendar in nights.items():
        assert due[f"nightly:{name}"] == calendar.next(begin).at
    assert (due["digest"].hour, due["digest"].minute, str(due["digest"].tzinfo)) == (7, 30, "Asia/Shanghai")
    assert schedule.stored(jobs.engine) == {
        name.removeprefix("nightly:"): moment for name, moment in due.items()
    }


def test_a_restart_keeps_a_visit_that_was_missed_or_put_off(jobs: _Stored, settings: Settings) -> None:
    jobs.after(settings, calendars("yunling", "songtao"))
    missed = now().replace(microsecond=0) - timedelta(hours=3)
    put_off = now().replace(microsecond=0) + timedelta(hours=3)
    jobs.make_due("nightly:yunling", missed)
    jobs.make_due("nightly:songtao", put_off)
    due = jobs.after(settings, calendars("yunling", "songtao"))
    assert (due["nightly:yunling"], due["nightly:songtao"]) == (missed, put_off)


def test_another_hour_or_other_provinces_change_the_plan_and_lose_no_missed_visit(
    jobs: _Stored, settings: Settings
) -> None:
    jobs.after(settings, calendars("yunling", "songtao", "wuhe"))
    missed = now().replace(microsecond=0) - timedelta(hours=3)
    jobs.make_due("nightly:songtao", missed)
    other = {name: Nights.of(name, None, hour(5, 30)) for name in ("songtao", "wuhe", "qingshan")}
    due = jobs.after(settings.model_copy(update={"digest_at": "09:15"}), other)
    assert set(due) == {"nightly:songtao", "nightly:wuhe", "nightly:qingshan", "digest"}
    assert due["nightly:songtao"] == missed
    assert due["nightly:wuhe"] == other["wuhe"].next(now()).at
    assert (due["digest"].hour, due["digest"].minute) == (9, 15)


def test_jobs_of_an_earlier_version_are_replaced_and_lose_no_missed_visit(
    jobs: _Stored, settings: Settings
) -> None:
    missed = now().replace(microsecond=0) - timedelta(hours=3)
    with jobs.process() as scheduler:
        for name, job in (("crawl_province", "nightly:yunling"), ("send_digests", "digest")):
            trigger = CronTrigger(hour=2, minute=0, timezone=clock.CHINA)
            arguments = ("yunling",) if job != "digest" else ()
            scheduler.add_job(f"crawler.schedule:{name}", trigger, args=arguments, id=job)
        scheduler.modify_job("nightly:yunling", next_run_time=missed)
    due = jobs.after(settings, calendars("yunling"))
    assert due["nightly:yunling"] == missed
    with jobs.process() as scheduler:
        job = scheduler.get_job("nightly:yunling")
        assert isinstance(job.trigger, NightTrigger)
        assert (job.coalesce, job.max_instances, job.misfire_grace_time) == (True, 1, 160 * 3600)
        assert scheduler.get_job("digest").misfire_grace_time == 20 * 3600


def test_a_job_that_a_newer_version_kept_is_planned_anew(
    jobs: _Stored, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("crawler.trigger._VERSION", 99)
    jobs.after(settings, calendars("yunling"))
    monkeypatch.undo()
    due = jobs.after(settings, calendars("yunling"))
    assert due["nightly:yunling"] == calendars("yunling")["yunling"].next(now()).at


# ── the plan that a person reads ────────────────────────────────────────────


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=clock.CHINA)


@pytest.mark.parametrize(
    "begin", ["2026-12-28T12:00", "2027-01-10T23:00", "2028-02-25T00:00", "2027-04-10T09:00"]
)
@pytest.mark.parametrize("window", [None, WINDOW], ids=["any-hour", "over-midnight"])
def test_the_plan_is_when_the_jobs_fire(begin: str, window: Window | None) -> None:
    nights = calendars("yunling", "songtao", window=window)
    start = moment(begin)
    told = {name: [] for name in nights}  # type: dict[str, list[datetime]]
    for one in planned(nights, hour(7, 30), {}, start, 14, 3):
        if one.kind is Kind.VISIT:
            told[one.province].append(one.at)
    for name, calendar in nights.items():
        trigger = NightTrigger(calendar)
        fired: list[datetime] = []
        due = trigger.get_next_fire_time(None, start)
        while due is not None and due <= start + timedelta(days=14):
            fired.append(due)
            due = trigger.get_next_fire_time(due, due + timedelta(hours=1))
        assert told[name] == fired


def test_the_plan_tells_mails_deadline_editions_and_what_is_caught_up() -> None:
    nights = calendars("yunling", window=WINDOW)
    begin = moment("2027-05-12T12:00")
    due = {"yunling": moment("2027-05-11T22:00"), "digest": moment("2027-05-12T07:30")}
    first, second = planned(nights, hour(7, 30), due, begin, 14, 3)[:2]
    assert (first.at, first.kind, first.catching_up) == (begin, Kind.DIGEST, True)
    assert (second.at, second.province, second.catching_up) == (moment("2027-05-12T22:00"), "yunling", True)
    editions = [
        one.at
        for one in planned(nights, hour(7, 30), {}, moment("2027-01-20T00:00"), 80, 3)
        if one.kind is Kind.DEADLINE
    ]
    assert editions == [moment("2027-02-04T07:30"), moment("2027-04-04T07:30")]


def _visit(province: str, at: str) -> Planned:
    return Planned(moment(at), Kind.VISIT, province, Why.SEASON)


def test_the_fullest_night_by_what_each_province_took(monkeypatch: pytest.MonkeyPatch) -> None:
    """From 22:00 to 06:00: 5 hours, 4 hours, and a province that nobody has timed (4.5, the mean)."""
    monkeypatch.setattr(season, "JITTER", timedelta())
    nights = calendars("yunling", "songtao", "linhai", window=WINDOW)
    begun = moment("2027-02-01T22:00")
    took = spans(
        {
            name: RunRecord(None, "nightly", name, begun, begun + timedelta(hours=hours))
            for name, hours in (("yunling", 5), ("songtao", 4), ("elsewhere", 20))
        },
        nights,
    )
    plan = [
        _visit("songtao", "2027-02-10T22:00"),
        Planned(moment("2027-02-11T07:30"), Kind.DIGEST),
        _visit("yunling", "2027-02-11T22:00"),
        _visit("songtao", "2027-02-11T22:00"),
        _visit("linhai", "2027-02-11T22:00"),
    ]

    def load(at_once: int) -> Load | None:
        return fullest(plan, nights, took, at_once)

    # one by one: yunling until 03:00, then songtao until 07:00, and linhai would begin after 06:00
    assert load(1) == Load(date(2027, 2, 11), 3, moment("2027-02-12T07:00"), 1)
    # two: songtao ends at 02:00, linhai follows until 06:30
    assert load(2) == Load(date(2027, 2, 11), 3, moment("2027-02-12T06:30"), 0)
    # three: yunling is the last, after its five hours
    assert load(3) == Load(date(2027, 2, 11), 3, moment("2027-02-12T03:00"), 0)
    assert fullest(plan, nights, spans({}, nights), 1) is None
    assert fullest([], nights, took, 1) is None


def test_the_plan_tells_how_full_the_night_is_and_what_to_do(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert main(["db", "upgrade"]) == 0
    engine = open_engine(f"sqlite:///{tmp_path / 'var' / 'nianbao.db'}")
    ledger = Ledger(engine)
    begun = moment("2027-02-03T02:00").astimezone(UTC)
    run = ledger.begin_run(RunRecord(None, "nightly", "demo", begun))
    ledger.end_run(run, begun + timedelta(hours=3), "clean", {})
    engine.dispose()
    capsys.readouterr()
    monkeypatch.setenv(clock.OVERRIDE, "2027-02-03T20:00")
    at = Nights.of("demo", None, AT).next(moment("2027-02-03T20:00")).at
    assert main(["nightly", "--plan", "--days", "1", "--province", "demo"]) == 0
    told = capsys.readouterr().err.splitlines()
    assert "同时访问 1 省（crawls_at_once）" in told[0]
    assert (
        told[2]
        == f"最忙的一夜 2027-02-03：访问 1 次，按上次所用时间约 {at + timedelta(hours=3):%m-%d %H:%M} 做完。"
    )


def test_nightly_plan_as_a_person_and_a_program_read_it(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    import json

    monkeypatch.setenv(clock.OVERRIDE, "2027-02-03T20:00")
    assert main(["nightly", "--plan", "--days", "1", "--province", "demo"]) == 0
    captured = capsys.readouterr()
    lines = [line.split() for line in captured.out.splitlines()]
    assert lines[0] == ["日期", "时间", "内容", "缘由", "时段", "上次完成"]
    assert lines[1][:2] == ["2027-02-04", "周四"]
    assert lines[1][3:] == ["demo", "旺季每日", "不限", "从未"]
    assert "平均每 14 天一次" in captured.err
    assert captured.err.splitlines()[-1] == "现在没有进程在运行夜间任务：nianbao nightly 未启动。"
    assert main(["nightly", "--plan", "--days", "1", "--province", "demo", "--format", "json"]) == 0
    objects = json.loads(capsys.readouterr().out)
    assert [(one["kind"], one["province"], one["why"]) for one in objects] == [
        ("visit", "demo", "season"),
        ("deadline_edition", None, None),
    ]
    assert main(["nightly", "--plan", "--once"]) == 2


# ── every night ─────────────────────────────────────────────────────────────


class _Nightly:
    """`schedule.nightly` in a thread of the test; told to stop, it ends."""

    def __init__(self, settings: Settings, nights: dict[str, Nights], engine: Engine) -> None:
        self.heard = Heard()
        self._arguments = (settings, nights, engine, self.heard)
        self._thread = threading.Thread(target=self._run)
        self.problem: BaseException | None = None

    def _run(self) -> None:
        try:
            schedule.nightly(*self._arguments)
        except BaseException as problem:
            self.problem = problem

    def __enter__(self) -> _Nightly:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def stop(self) -> None:
        if schedule._night is not None:
            schedule._night.stop.set()
        self._thread.join(60)
        assert not self._thread.is_alive()


@pytest.fixture
def in_a_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    """Signals are the main thread's."""
    monkeypatch.setattr(signal, "signal", lambda *_: signal.SIG_DFL)


@pytest.mark.usefixtures("in_a_thread", "no_mails")
def test_a_machine_that_was_off_for_three_days_catches_up_once(
    jobs: _Stored, settings: Settings, playing_scrapy: Play, tmp_path: Path
) -> None:
    record = tmp_path / "record"
    playing_scrapy(f"""
        open({str(record)!r}, "a").write(sys.argv[2] + "\\n")
        {ENDS_WELL}
    """)
    nights = calendars("yunling")
    jobs.after(settings, nights)
    # every day is a season's day of some calendar: the store is what matters here
    jobs.make_due("nightly:yunling", now() - timedelta(days=3))
    held_off = nights["yunling"].put_off(now()) is not None
    with _Nightly(settings, nights, jobs.engine) as running:
        assert running.heard.something.wait(60)
    if not held_off:
        assert record.read_text() == "yunling\n"
    due = jobs.after(settings, nights)["nightly:yunling"]
    assert due > now()
    assert running.problem is None


@pytest.mark.usefixtures("in_a_thread", "no_mails")
def test_what_comes_late_waits_for_the_hours_of_its_province(
    jobs: _Stored, settings: Settings, playing_scrapy: Play, tmp_path: Path
) -> None:
    record = tmp_path / "record"
    playing_scrapy(f"open({str(record)!r}, 'a')")
    begin = now()
    opens = (begin + timedelta(hours=3)).time().replace(second=0, microsecond=0)
    closes = (begin + timedelta(hours=5)).time().replace(second=0, microsecond=0)
    nights = {"yunling": Nights("yunling", opens, closes)}
    jobs.after(settings, nights)
    jobs.make_due("nightly:yunling", begin - timedelta(hours=2))
    with _Nightly(settings, nights, jobs.engine) as running:
        assert running.heard.something.wait(60)
    opening = nights["yunling"].opening(begin)
    assert running.heard.events[0] == ("put off", "yunling", f"{opening:%m-%d %H:%M}")
    assert not record.exists()
    assert jobs.after(settings, nights)["nightly:yunling"] == opening


@pytest.mark.usefixtures("in_a_thread", "no_mails")
def test_what_was_told_to_stop_and_what_waited_behind_it_is_due_for_the_next_process(
    jobs: _Stored, settings: Settings, playing_scrapy: Play, tmp_path: Path
) -> None:
    ready = tmp_path / "ready"
    playing_scrapy(f"""
        open({str(ready)!r}, "w")
        time.sleep(300)
    """)
    begin = now()
    nights = {name: Nights(name, (begin - timedelta(minutes=30)).time()) for name in ("yunling", "songtao")}
    jobs.after(settings, nights)
    for position, job in enumerate(("nightly:yunling", "nightly:songtao", "digest")):
        jobs.make_due(job, begin - timedelta(minutes=5 - position))
    with _Nightly(settings, nights, jobs.engine) as running:
        wait_until(ready.exists, SECONDS)
    stopped = [event for event in running.heard.events if event[0] == "failed"]
    assert [event[1] for event in stopped] == ["yunling", "songtao", "digest"]
    assert stopped[0][2].startswith("was told to stop; log ")
    assert {event[2] for event in stopped[1:]} == {"told to stop before it began"}
    due = jobs.after(settings, nights)
    assert all(begin <= due[job] <= now() for job in ("nightly:yunling", "nightly:songtao", "digest"))


@pytest.mark.usefixtures("in_a_thread")
def test_crawls_run_side_by_side_and_mails_wait_for_those_that_were_due_before(
    jobs: _Stored, settings: Settings, playing_scrapy: Play, no_mails: list[datetime], tmp_path: Path
) -> None:
    gate = tmp_path / "gate"
    playing_scrapy(f"""
        open(os.path.join({str(tmp_path)!r}, "begun-" + sys.argv[2]), "w")
        while sys.argv[2] == "yunling" and not os.path.exists({str(gate)!r}):
            time.sleep(0.05)
        {ENDS_WELL}
    """)
    begin = now()
    nights = {name: Nights(name, (begin - timedelta(minutes=30)).time()) for name in ("yunling", "songtao")}
    jobs.after(settings, nights)
    for position, job in enumerate(("nightly:yunling", "nightly:songtao", "digest")):
        jobs.make_due(job, begin - timedelta(minutes=5 - position))
    pairs = settings.model_copy(update={"crawls_at_once": 2})
    with _Nightly(pairs, nights, jobs.engine) as running:
        wait_until(lambda: ("ended", "songtao") in running.heard.events, SECONDS)
        time.sleep(0.5)  # a digest that did not wait would have been told by now
        assert ("begun", "digest") not in running.heard.events
        assert no_mails == []
        gate.touch()
        wait_until(lambda: ("ended", "digest") in running.heard.events, SECONDS)
    told = [event for event in running.heard.events if event[0] != "heard"]
    assert {told[0], told[1]} == {("begun", "yunling"), ("begun", "songtao")}
    assert told[2:] == [
        ("ended", "songtao"), ("ended", "yunling"), ("begun", "digest"), ("ended", "digest"),
    ]  # fmt: skip
    assert len(no_mails) == 1


@pytest.mark.parametrize(
    ("killed", "tries"), [(0, 0), (1, 1), (2, 0)], ids=["never-begun", "cut-short", "cut-short-twice"]
)
@pytest.mark.usefixtures("in_a_thread", "no_mails")
def test_a_visit_that_a_kill_cut_short_is_tried_once_more(
    jobs: _Stored, settings: Settings, playing_scrapy: Play, tmp_path: Path, killed: int, tries: int
) -> None:
    record = tmp_path / "record"
    playing_scrapy(f"""
        open({str(record)!r}, "a").write(sys.argv[2] + "\\n")
        {ENDS_WELL}
    """)
    begin = now()
    nights = {"yunling": Nights("yunling", (begin - timedelta(minutes=40)).time())}
    last = nights["yunling"].last(begin).at
    jobs.after(settings, nights)
    ledger = Ledger(jobs.engine)
    for number in range(killed):
        ledger.begin_run(RunRecord(None, "nightly", "yunling", last + timedelta(minutes=number)))
    with _Nightly(settings, nights, jobs.engine) as running:
        running.heard.something.wait(30 if tries else 2)
    held_off = nights["yunling"].put_off(begin) is not None
    began = record.read_text().count("yunling") if record.exists() else 0
    assert began == (0 if held_off else tries)


@pytest.mark.usefixtures("in_a_thread", "no_mails")
def test_the_scheduler_goes_on_where_the_database_could_not_be_used(
    jobs: _Stored, settings: Settings, playing_scrapy: Play, monkeypatch: pytest.MonkeyPatch
) -> None:
    playing_scrapy(ENDS_WELL)
    begin = now()
    nights = {"yunling": Nights("yunling", (begin - timedelta(minutes=20)).time())}
    jobs.after(settings, nights)
    jobs.make_due("nightly:yunling", begin - timedelta(minutes=5))
    update = SQLAlchemyJobStore.update_job
    broken = iter([True])

    def unusable(store: SQLAlchemyJobStore, job: object) -> None:
        if next(broken, False):
            raise OSError("the database is gone")
        update(store, job)

    monkeypatch.setattr(SQLAlchemyJobStore, "update_job", unusable)
    monkeypatch.setattr(schedule, "_RETRY", 0.2)
    with _Nightly(settings, nights, jobs.engine) as running:
        for _ in range(600):
            if ("ended", "yunling") in running.heard.events:
                break
            time.sleep(0.05)
        time.sleep(0.5)
    assert ("failed", "APScheduler", "the database is gone") in running.heard.events
    assert ("ended", "yunling") in running.heard.events
    assert jobs.after(settings, nights)["nightly:yunling"] > begin


# ── one scheduler on one database ───────────────────────────────────────────


def test_a_second_one_refuses_and_says_who_runs_the_night_and_since_when(
    settings: Settings, engine: Engine, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NIANBAO_DATABASE_URL", settings.database_url.get_secret_value())
    since = datetime(2027, 1, 20, 18, 0, tzinfo=UTC)
    owner = "mill/77/123/other-machine/a1"
    Leases(engine).take("scheduler", owner, "nianbao nightly", since, timedelta(days=9999))
    for command in (["nightly"], ["nightly", "--once"]):
        assert main([*command, "--province", "demo"]) == 2
        told = capsys.readouterr().err.splitlines()[-1]
        who = "mill 的进程 77（nianbao nightly），2027-01-21 02:00 起；若不续期，"
        assert told.startswith(f"nianbao: 夜间任务已在运行：{who}")


@pytest.mark.usefixtures("in_a_thread", "no_mails")
def test_one_that_lost_the_night_ends_its_own_loudly(
    jobs: _Stored, settings: Settings, playing_scrapy: Play, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ready = tmp_path / "ready"
    playing_scrapy(f"""
        open({str(ready)!r}, "w")
        time.sleep(300)
    """)
    monkeypatch.setattr("crawler.holding.EVERY", timedelta(seconds=0.2))
    begin = now()
    nights = {"yunling": Nights("yunling", (begin - timedelta(minutes=20)).time())}
    jobs.after(settings, nights)
    jobs.make_due("nightly:yunling", begin - timedelta(minutes=5))
    with _Nightly(settings, nights, jobs.engine) as running:
        wait_until(ready.exists, SECONDS)
        late = now() + timedelta(hours=1)
        assert Leases(jobs.engine).take("scheduler", "forge/2", "the night", late, timedelta(hours=1))
        running._thread.join(60)
    assert isinstance(running.problem, night.LeaseLost)
    assert any(event[:2] == ("failed", "yunling") for event in running.heard.events)
    held = Leases(jobs.engine).holder("scheduler", late)
    assert held is not None
    assert held.owner == "forge/2"


# ── the process ─────────────────────────────────────────────────────────────


def _nightly() -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "crawler", "nightly", "--province", "demo"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 0), (signal.SIGINT, 130)])
def test_a_signal_ends_the_night_and_its_crawl(
    number: signal.Signals,
    code: int,
    playing_scrapy: Play,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ready = tmp_path / "ready"
    playing_scrapy(f"""
        with open({str(ready) + ".part"!r}, "w") as file:
            file.write(str(os.getpid()))
        os.rename({str(ready) + ".part"!r}, {str(ready)!r})
        time.sleep(300)
    """)
    # the job stands in the store and is due: this process catches it up at once
    main(["db", "upgrade"])
    engine = open_engine(f"sqlite:///{tmp_path / 'var' / 'nianbao.db'}")
    jobs = _Stored(engine)
    begin = f"{now() - timedelta(minutes=20):%H:%M}"
    monkeypatch.setenv("NIANBAO_NIGHTLY_AT", begin)
    jobs.after(Settings(), schedule.calendars(Settings(), [read_provinces()["demo"]]))
    jobs.make_due("nightly:demo", now() - timedelta(minutes=5))
    engine.dispose()
    child = _nightly()
    try:
        wait_until(ready.exists, SECONDS)
        child.send_signal(number)
        out, err = child.communicate(timeout=60)
    finally:
        child.kill()
    assert child.returncode == code
    assert out == ""
    lines = err.splitlines()
    assert lines[0].startswith("按日程访问：demo；每天 07:30 发送简报（北京时间）；")
    assert lines[1] == "demo：开始"
    assert lines[2].startswith("demo：没有完成：被要求停止；日志 ")
    assert lines[3:] == ["已停止" if code == 0 else "已中断"]
    with pytest.raises(ProcessLookupError):
        os.kill(int(ready.read_text()), 0)


def test_the_scheduler_never_imports_scrapy(playing_scrapy: Play) -> None:
    """Nor Twisted: importing the scheduler and running a night leaves both alone."""
    playing_scrapy(ENDS_WELL)
    lines = """
        import sys
        from crawler import schedule
        from crawler.cli import main
        code = main(["nightly", "--once"])
        loaded = sorted({name.partition(".")[0] for name in sys.modules} & {"scrapy", "twisted"})
        print(code, loaded)
    """
    found = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(lines)], capture_output=True, text=True, timeout=120
    )
    assert found.stdout == "0 []\n"


# ── which provinces ─────────────────────────────────────────────────────────


def _province(name: str, *, sample: bool) -> Province:
    return Province.model_construct(
        province=name, name=name, years=Years(first=2021), sample=sample, portals=()
    )


def test_the_sample_is_only_crawled_where_nothing_else_stands() -> None:
    known = {"demo": _province("demo", sample=True), "yunling": _province("yunling", sample=False)}
    assert choose(known, (), own=True) == ("yunling",)
    assert choose(known, ("demo",), own=True) == ("demo",)
    assert choose({"demo": known["demo"]}, (), own=True) == ("demo",)
    with pytest.raises(CallError):
        choose({}, ())
    with pytest.raises(CallError):
        choose(known, ("atlantis",))


def test_of_the_built_in_provinces_only_those_that_were_chosen_are_crawled() -> None:
    known = {"demo": _province("demo", sample=True), "yunling": _province("yunling", sample=False)}
    assert choose(known, ()) == ("demo",)
    assert choose(known, ("yunling", "demo", "yunling")) == ("yunling", "demo")
    with pytest.raises(CallError, match="there is no province to crawl"):
        choose({"yunling": known["yunling"]}, ())


def test_a_folder_of_ones_own_is_a_choice_and_the_built_in_one_by_its_name_is_not(tmp_path: Path) -> None:
    known = {"demo": _province("demo", sample=True), "yunling": _province("yunling", sample=False)}
    assert chosen_for_the_night(Settings(provinces=tmp_path), known) == ("yunling",)
    assert chosen_for_the_night(Settings(provinces=built_in()), known) == ("demo",)
    assert chosen_for_the_night(Settings(), known) == ("demo",)
    assert chosen_for_the_night(Settings(nightly_provinces=("yunling",)), known) == ("yunling",)
