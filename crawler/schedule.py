"""The nights, one after the other: APScheduler lets each province's visit begin when its calendar says so.

Jobs stand in the configured database, so that a visit that was due while the host was down is caught up,
once. Of two schedulers on one database the second does not begin.

A visit that comes late, after a restart or a long queue, keeps to the hours of its province: outside them it
is put off to their next opening. One that was told to stop, or that a kill cut short, is taken up by the next
process.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Mapping
from datetime import datetime, time, timedelta

from apscheduler.events import (
    EVENT_JOB_ERROR,
    EVENT_JOB_EXECUTED,
    EVENT_JOB_MAX_INSTANCES,
    EVENT_JOB_MISSED,
    JobExecutionEvent,
    JobSubmissionEvent,
)
from apscheduler.jobstores.sqlalchemy import SQLAlchemyJobStore
from apscheduler.schedulers import SchedulerNotRunningError
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.schedulers.base import STATE_RUNNING
from apscheduler.triggers.base import BaseTrigger
from apscheduler.triggers.cron import CronTrigger
from sqlalchemy import Engine, Float, Text, column, inspect, select, table

from crawler import clock
from crawler.config import Settings
from crawler.crawl_logs import remove_old_logs
from crawler.night import DIGEST, Night, Watcher, the_only_one, told, told_to_stop
from crawler.portals import Province
from crawler.report.model import Bilingual
from crawler.rulebook import policy
from crawler.season import Nights
from crawler.trigger import NightTrigger
from crawler.turns import Turns
from storage import nights as on_record

GRACE = timedelta(hours=160)
"""How late a visit may begin, after a long queue or days without power: up to the next week's."""
DIGEST_GRACE = timedelta(hours=20)
"""How late mails may go out; later, those of the next morning tell the same."""
PREFIX = "nightly:"
"""Before a province's name, the id of its job."""
LEFT_OUT = Bilingual("上一次还没有结束，这一次略过", "still at the one before, this one is left out")
"""What is told of a visit that comes while the one before is under way."""
_TRIES = 2
"""Crawls that a visit gets where they are cut short: no third one follows by itself."""
_JOBS = "apscheduler_jobs"
"""APScheduler's own table."""
_RETRY = 30.0
"""Seconds until the stored jobs are looked at again where the database could not be used."""

_night: Night | None = None
_scheduler: NightScheduler | None = None
"""Stored jobs are found by their path and bring nothing along; this is where they find the rest."""


def calendars(settings: Settings, provinces: Iterable[Province]) -> dict[str, Nights]:
    """The calendars of provinces, as the settings have them. Raises RuleBookError."""
    at = time.fromisoformat(settings.nightly_at)
    local = set(policy(days=settings.deadlines).deadlines.days.values())
    return {
        province.province: Nights.of(province.province, province.window, at, local) for province in provinces
    }


def crawl_province(province: str) -> bool:
    """Job: one province's visit; False where it was put off. Raises JobFailed."""
    night = _at_work()
    if not night.stop.is_set():
        later = night.calendars[province].put_off(_now())
        if later is not None:
            if _scheduler is not None:
                _scheduler.modify_job(f"{PREFIX}{province}", next_run_time=later)
            night.watcher.put_off(province, f"{later:%m-%d %H:%M}")
            return False
    night.visit(province)
    return True


def send_digests() -> None:
    """Job: mails to readers and operator, behind the crawls that were due before. Raises where a mail was not
    accepted.
    """
    if _scheduler is not None:
        _scheduler.turns.wait_for_those_before(DIGEST)
    _at_work().deliver()


def nightly(settings: Settings, nights: Mapping[str, Nights], engine: Engine, watcher: Watcher) -> None:
    """Run every night until SIGTERM or SIGINT. Raises AlreadyRunning, LeaseLost."""
    global _night, _scheduler
    night = Night(settings, nights, watcher)
    turns = Turns(settings.crawls_at_once)
    scheduler = NightScheduler(
        jobstores={"default": SQLAlchemyJobStore(engine=engine, tablename=_JOBS)},
        executors={"default": turns},
        timezone=clock.CHINA,
    )
    scheduler.watcher, scheduler.turns = watcher, turns
    with the_only_one(night, engine), told_to_stop(night):
        _night, _scheduler = night, scheduler
        try:
            _listen(scheduler, watcher)
            scheduler.start(paused=True)
            plan(scheduler, settings, nights)
            _catch_up(scheduler, nights, engine)
            remove_old_logs(settings.log_folder, settings.log_days, clock.now())
            scheduler.resume()
            night.stop.wait()
            scheduler.pause()
            turns.shutdown(wait=True)  # the crawls under way end; what waits behind them does not begin
            for job in night.unfinished:
                _due_now(scheduler, job if job == DIGEST else f"{PREFIX}{job}")
        finally:
            night.stop.set()
            with contextlib.suppress(SchedulerNotRunningError):  # it could not begin
                scheduler.shutdown(wait=True)
            _night = _scheduler = None


def plan(scheduler: BackgroundScheduler, settings: Settings, nights: Mapping[str, Nights]) -> None:
    """Bring the stored jobs in line with provinces, calendars and settings.

    A visit that is overdue stays due, whatever else of its job changes; so does one that was put off.
    """
    hour, minute = (int(part) for part in settings.digest_at.split(":"))
    wanted: dict[str, BaseTrigger] = {
        f"{PREFIX}{province}": NightTrigger(calendar) for province, calendar in nights.items()
    }
    wanted[DIGEST] = CronTrigger(hour=hour, minute=minute, timezone=clock.CHINA)
    for job in scheduler.get_jobs():
        if job.id not in wanted:
            job.remove()
    for name, trigger in wanted.items():
        known = scheduler.get_job(name)
        if known is not None and _same(known.trigger, trigger):
            continue
        due = None if known is None else known.next_run_time
        overdue = {"next_run_time": due} if due is not None and due <= _now() else {}
        scheduler.add_job(
            # by its path, not by reference: the stored job must be found again by the next process
            f"{__name__}:{(send_digests if name == DIGEST else crawl_province).__name__}",
            trigger,
            args=() if name == DIGEST else (name.removeprefix(PREFIX),),
            id=name,
            name=name,
            replace_existing=True,
            # said here, not as defaults of the scheduler: they are stored with the job
            coalesce=True,
            max_instances=1,
            misfire_grace_time=int((DIGEST_GRACE if name == DIGEST else GRACE).total_seconds()),
            **overdue,
        )


def stored(engine: Engine) -> dict[str, datetime]:
    """When each stored job is due next, by province or `DIGEST`; empty where no night was ever run here."""
    with engine.connect() as connection:
        if not inspect(connection).has_table(_JOBS):
            return {}
        wanted = select(column("id", Text), column("next_run_time", Float)).select_from(table(_JOBS))
        jobs = connection.execute(wanted)
        return {
            job.id.removeprefix(PREFIX): datetime.fromtimestamp(job.next_run_time, clock.CHINA)
            for job in jobs
            if job.next_run_time is not None
        }


class NightScheduler(BackgroundScheduler):  # type: ignore[misc]
    """One that goes on where the database cannot be used for a while: its thread would end without a word.

    Nor does it take up, while it is shut down, jobs that nobody runs any more: they would pass for done.
    """

    watcher: Watcher
    turns: Turns

    def _process_jobs(self) -> float | None:
        if self.state != STATE_RUNNING:
            return None
        try:
            seconds: float | None = super()._process_jobs()
        except Exception as error:
            self.watcher.ended("APScheduler", told(error))
            return _RETRY
        return seconds


def _catch_up(scheduler: BackgroundScheduler, nights: Mapping[str, Nights], engine: Engine) -> None:
    """Let visits be due that a kill cut short: their jobs, begun once, are due next time only."""
    now = _now()
    for province, calendar in nights.items():
        tried = on_record.runs_of(engine, province, since=calendar.last(now).at)
        if 0 < len(tried) < _TRIES and all(run.ended is None for run in tried):
            _due_now(scheduler, f"{PREFIX}{province}")


def _due_now(scheduler: BackgroundScheduler, job: str) -> None:
    if scheduler.get_job(job) is not None:
        scheduler.modify_job(job, next_run_time=_now())


def _listen(scheduler: BackgroundScheduler, watcher: Watcher) -> None:
    def hear(event: JobExecutionEvent) -> None:
        problem = None
        if event.code == EVENT_JOB_MISSED:
            due = f"{clock.local(event.scheduled_run_time):%Y-%m-%d %H:%M}"
            problem = Bilingual(f"错过了 {due} 这一次", f"missed its time, {due}")
        elif event.exception is not None:
            problem = told(event.exception)
        elif event.retval is False:
            return  # put off, and told
        watcher.ended(event.job_id.removeprefix(PREFIX), problem)

    def left_out(event: JobSubmissionEvent) -> None:
        watcher.ended(event.job_id.removeprefix(PREFIX), LEFT_OUT)

    scheduler.add_listener(hear, EVENT_JOB_EXECUTED | EVENT_JOB_ERROR | EVENT_JOB_MISSED)
    scheduler.add_listener(left_out, EVENT_JOB_MAX_INSTANCES)


def _at_work() -> Night:
    if _night is None:
        raise RuntimeError("jobs run where nights are run")
    return _night


def _same(one: BaseTrigger, other: BaseTrigger) -> bool:
    if isinstance(one, NightTrigger) and isinstance(other, NightTrigger):
        return one.nights == other.nights
    return str(one) == str(other)


def _now() -> datetime:
    """The machine's own moment, by which APScheduler goes."""
    return datetime.now(clock.CHINA)
