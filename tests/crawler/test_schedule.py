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
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from apscheduler.jobstores.sqlalchemy import SQLAlchemyJobStore
from apscheduler.schedulers.blocking import BlockingScheduler
from sqlalchemy import create_engine

from crawler import clock, schedule
from crawler.cli import main
from crawler.commands.nightly import choose, chosen_for_the_night
from crawler.commands.problems import CallError
from crawler.config import Settings
from crawler.portals import Province, Years, built_in, read_provinces

Play = Callable[[str], None]
ENDS_WELL = 'say(event="end", verdict="clean", visits=[], counts={})'


@pytest.fixture
def installed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Settings that a job finds by itself."""
    monkeypatch.setenv("NIANBAO_DATABASE_URL", f"sqlite:///{tmp_path / 'nianbao.db'}")
    monkeypatch.setenv("NIANBAO_LOG_FOLDER", str(tmp_path / "log"))
    monkeypatch.setenv("NIANBAO_CRAWL_TIMEOUT", "60")


# ── once ────────────────────────────────────────────────────────────────────


@pytest.mark.usefixtures("installed")
def test_once_crawls_every_province_one_after_another(playing_scrapy: Play, tmp_path: Path) -> None:
    record = tmp_path / "record"
    playing_scrapy(f"""
        def note(word):
            with open({str(record)!r}, "a") as file:
                file.write(f"{{word}} {{sys.argv[2]}} {{os.environ['NIANBAO_RUN_KIND']}}\\n")
        note("begin")
        time.sleep(0.3)
        note("end")
        {ENDS_WELL}
    """)
    heard: list[tuple[str, str | None]] = []
    assert schedule.once(["yunling", "songtao"], digest=False, on_ended=lambda *told: heard.append(told))
    assert record.read_text().splitlines() == [
        "begin yunling nightly",
        "end yunling nightly",
        "begin songtao nightly",
        "end songtao nightly",
    ]
    assert heard == [("yunling", None), ("songtao", None)]


@pytest.mark.usefixtures("installed")
def test_one_child_that_fails_fails_the_night_but_not_the_other_provinces(playing_scrapy: Play) -> None:
    playing_scrapy(f"""
        if sys.argv[2] == "yunling":
            sys.exit(3)
        {ENDS_WELL}
    """)
    heard: dict[str, str | None] = {}
    assert not schedule.once(["yunling", "songtao"], digest=False, on_ended=heard.__setitem__)
    assert heard["songtao"] is None
    assert str(heard["yunling"]).startswith("yunling: broke off with exit code 3; log ")


@pytest.mark.usefixtures("installed")
def test_the_digest_waits_for_all_crawls(
    playing_scrapy: Play, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    from crawler.digest import delivery

    record = tmp_path / "record"
    playing_scrapy(f"""
        time.sleep(0.3)
        open({str(record)!r}, "a").write(sys.argv[2] + "\\n")
        {ENDS_WELL}
    """)
    seen: list[str] = []
    monkeypatch.setattr(delivery, "deliver_all", lambda *_: seen.append(record.read_text()))
    assert schedule.once(["yunling", "songtao"], digest=True)
    assert seen == ["yunling\nsongtao\n"]


def test_a_digest_that_is_refused_fails_the_night(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], playing_scrapy: Play
) -> None:
    playing_scrapy(ENDS_WELL)
    monkeypatch.setenv("NIANBAO_DIGEST_TO", "reader@example.org")
    assert main(["nightly", "--once", "--province", "demo"]) == 1
    assert capsys.readouterr().err == "demo：完成\ndigest：没有完成：NIANBAO_SMTP_URL is not set: " + (
        "smtp+starttls://user:secret@host:587\n"
    )


def test_nightly_once_ends_with_0_where_all_is_well(
    playing_scrapy: Play, capsys: pytest.CaptureFixture[str]
) -> None:
    playing_scrapy(ENDS_WELL)
    assert main(["nightly", "--once", "--province", "demo"]) == 0
    captured = capsys.readouterr()
    assert (captured.out, captured.err) == ("", "demo：完成\n")


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
    assert capsys.readouterr().err.splitlines() == [
        "没有选定省份，只抓 demo；请设 nightly_provinces，如 NIANBAO_NIGHTLY_PROVINCES=fujian,anhui",
        "demo：完成",
    ]


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
    assert capsys.readouterr().err == "fujian：完成\ndemo：完成\n"
    monkeypatch.setenv("NIANBAO_NIGHTLY_PROVINCES", "fujien")
    assert main(["nightly", "--once"]) == 2
    assert capsys.readouterr().err.startswith("nianbao: 没有这个省：fujien（有：anhui, beijing, ")


# ── the plan ────────────────────────────────────────────────────────────────


class _Still(BlockingScheduler):
    """A scheduler that never runs a job: what it holds can be looked at without anything happening."""

    def _main_loop(self) -> None:
        pass


class _Plan:
    """The stored jobs, as one process after another finds them."""

    def __init__(self, path: Path) -> None:
        self._url = f"sqlite:///{path}"

    @contextmanager
    def _process(self) -> Iterator[_Still]:
        engine = create_engine(self._url)
        scheduler = _Still(jobstores={"default": SQLAlchemyJobStore(engine=engine)}, timezone=clock.CHINA)
        scheduler.start()
        try:
            yield scheduler
        finally:
            scheduler.shutdown()
            engine.dispose()

    def after(self, settings: Settings, provinces: list[str]) -> dict[str, datetime]:
        """Plan the night; when each job is due then."""
        with self._process() as scheduler:
            schedule._plan(scheduler, settings, provinces)
            return {job.id: job.next_run_time for job in scheduler.get_jobs()}

    def make_due(self, job: str, moment: datetime) -> None:
        """Pretend that the job has been due since `moment`."""
        with self._process() as scheduler:
            scheduler.modify_job(job, next_run_time=moment)


@pytest.fixture
def plan(tmp_path: Path) -> _Plan:
    return _Plan(tmp_path / "jobs.db")


def test_every_province_is_due_at_the_hour_in_china_and_the_digest_after_them(
    plan: _Plan, settings: Settings
) -> None:
    jobs = plan.after(
        settings.model_copy(update={"nightly_at": "23:59", "digest_to": ("a@example.org",)}),
        ["yunling", "songtao"],
    )
    assert set(jobs) == {"nightly:yunling", "nightly:songtao", "digest"}
    times = {name: (moment.hour, moment.minute, str(moment.tzinfo)) for name, moment in jobs.items()}
    assert times["nightly:yunling"] == times["nightly:songtao"] == (23, 59, "Asia/Shanghai")
    assert times["digest"] == (0, 0, "Asia/Shanghai")


def test_a_restart_keeps_a_night_that_was_missed(plan: _Plan, settings: Settings) -> None:
    plan.after(settings, ["yunling"])
    missed = datetime.now(clock.CHINA).replace(microsecond=0) - timedelta(hours=3)
    plan.make_due("nightly:yunling", missed)
    assert plan.after(settings, ["yunling"])["nightly:yunling"] == missed


def test_another_hour_or_other_provinces_change_the_plan(plan: _Plan, settings: Settings) -> None:
    plan.after(settings, ["yunling", "songtao"])
    jobs = plan.after(settings.model_copy(update={"nightly_at": "05:30"}), ["songtao", "qingshan"])
    assert set(jobs) == {"nightly:songtao", "nightly:qingshan"}
    assert {(moment.hour, moment.minute) for moment in jobs.values()} == {(5, 30)}


def test_a_night_may_begin_hours_late_but_never_twice() -> None:
    with _Plan(Path("jobs.db"))._process() as scheduler:
        schedule._plan(scheduler, Settings(), ["yunling"])
        [job] = scheduler.get_jobs()
        assert (job.coalesce, job.max_instances, job.misfire_grace_time) == (True, 1, 20 * 3600)


# ── the process ─────────────────────────────────────────────────────────────


def _nightly() -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "crawler", "nightly", "--province", "demo"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )


def _wait_for(path: Path) -> None:
    for _ in range(1200):
        if path.exists():
            return
        time.sleep(0.05)
    raise AssertionError(f"{path} never came")


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 0), (signal.SIGINT, 130)])
def test_a_signal_ends_the_night_and_its_crawl(
    number: signal.Signals, code: int, playing_scrapy: Play, tmp_path: Path
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
    plan = _Plan(tmp_path / "var" / "nianbao.db")
    plan.after(Settings(), ["demo"])
    plan.make_due("nightly:demo", datetime.now(clock.CHINA) - timedelta(hours=1))
    child = _nightly()
    try:
        _wait_for(ready)
        child.send_signal(number)
        out, err = child.communicate(timeout=60)
    finally:
        child.kill()
    assert child.returncode == code
    assert out == ""
    lines = err.splitlines()
    assert lines[0] == "每天 02:00（北京时间）抓取：demo"
    assert lines[1].startswith("demo：没有完成：demo: was told to stop; log ")
    assert lines[2:] == ["已停止" if code == 0 else "已中断"]
    with pytest.raises(ProcessLookupError):
        os.kill(int(ready.read_text()), 0)


def test_the_scheduler_never_imports_scrapy(playing_scrapy: Play) -> None:
    """Nor Twisted: importing the scheduler and running a night through it leaves both alone."""
    playing_scrapy(ENDS_WELL)
    lines = """
        import sys
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


def test_a_stop_before_a_crawl_begins_keeps_it_from_beginning(
    playing_scrapy: Play, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    playing_scrapy(f'open({str(tmp_path / "began")!r}, "w")')
    stopped = threading.Event()
    stopped.set()
    monkeypatch.setattr(schedule, "_stop", stopped)
    with pytest.raises(schedule.CrawlError, match="told to stop"):
        schedule.crawl_province("demo")
    assert not (tmp_path / "began").exists()
