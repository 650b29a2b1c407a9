"""The night: every province crawled one after another, each in a child process, then the digest.

This process never imports Scrapy. Jobs stand in the configured database, so that a night that was due while
the host was down is caught up, once.
"""

from __future__ import annotations

import contextlib
import signal
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from threading import Event
from types import FrameType
from typing import Any

from apscheduler.events import (
    EVENT_JOB_ERROR,
    EVENT_JOB_EXECUTED,
    EVENT_JOB_MISSED,
    EVENT_SCHEDULER_STARTED,
    JobExecutionEvent,
)
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.jobstores.memory import MemoryJobStore
from apscheduler.jobstores.sqlalchemy import SQLAlchemyJobStore
from apscheduler.schedulers import SchedulerNotRunningError
from apscheduler.schedulers.blocking import BlockingScheduler
from apscheduler.triggers.cron import CronTrigger
from sqlalchemy import Engine

from crawler import clock, crawls
from crawler.config import Settings, load

GRACE = timedelta(hours=20)
"""How late a night may begin: after a long queue or a restart, but never into the next one."""
DIGEST = "digest"
_PREFIX = "nightly:"

_stop = Event()
"""Set when the process is told to end; the running crawl then ends too."""


class CrawlError(Exception):
    """A crawl did not do its work to the end; the scheduler tells it, the next night tries again."""


def crawl_province(province: str) -> None:
    """Job: one province's crawl. Raises CrawlError."""
    if _stop.is_set():
        raise CrawlError(f"{province}: told to stop before it began")
    settings = load()
    ending = crawls.run(crawls.Crawl(province, kind="nightly"), settings, stop=_stop)
    if not ending.well:
        raise CrawlError(f"{province}: {crawls.failure(ending).en}; log {ending.log}")


def send_digests() -> None:
    """Job: the digest to every configured reader. Raises where a reader's mail was not accepted."""
    if _stop.is_set():
        return
    from crawler.digest.delivery import deliver_all  # the database is opened for the job alone

    deliver_all(load(), clock.now())


def nightly(
    settings: Settings,
    provinces: Sequence[str],
    engine: Engine,
    on_ended: Callable[[str, str | None], None] = lambda _job, _problem: None,
) -> None:
    """Run every night until SIGTERM or SIGINT. `on_ended` hears each job's end and its problem, if any."""
    worker = _one_worker()
    scheduler = _scheduler(SQLAlchemyJobStore(engine=engine), worker)
    _listen(scheduler, on_ended)
    scheduler.add_listener(lambda _: _plan(scheduler, settings, provinces), EVENT_SCHEDULER_STARTED)
    _run(scheduler, worker)


def once(
    provinces: Sequence[str],
    *,
    digest: bool,
    on_ended: Callable[[str, str | None], None] = lambda _job, _problem: None,
) -> bool:
    """Run the night's jobs once, now, through a scheduler; True where every one of them ended well."""
    jobs = [f"{_PREFIX}{province}" for province in provinces] + ([DIGEST] if digest else [])
    if not jobs:
        return True
    left = {job.removeprefix(_PREFIX) for job in jobs}
    well = True
    worker = _one_worker()
    scheduler = _scheduler(MemoryJobStore(), worker)

    def ended(job: str, problem: str | None) -> None:
        nonlocal well
        on_ended(job, problem)
        well = well and problem is None
        left.discard(job)
        if not left:
            # from the worker's own thread, which cannot wait for itself
            _shut_down(scheduler)

    _listen(scheduler, ended)
    for position, province in enumerate(provinces):
        _add(scheduler, f"{_PREFIX}{province}", crawl_province, (province,), run_date=_soon(position))
    if digest:
        _add(scheduler, DIGEST, send_digests, (), run_date=_soon(len(provinces)))
    _run(scheduler, worker)
    return well and not left


def _soon(position: int) -> datetime:
    """Now, each job a moment after the one before it: jobs are run in the order of their times."""
    return datetime.now(clock.CHINA) + timedelta(milliseconds=position)


def _one_worker() -> ThreadPoolExecutor:
    """Provinces are crawled one after another, and the digest waits for all of them."""
    return ThreadPoolExecutor(max_workers=1)


def _scheduler(store: Any, worker: ThreadPoolExecutor) -> BlockingScheduler:
    return BlockingScheduler(
        jobstores={"default": store},
        executors={"default": worker},
        timezone=clock.CHINA,
    )


def _plan(scheduler: BlockingScheduler, settings: Settings, provinces: Sequence[str]) -> None:
    """Bring the stored jobs in line with the provinces and the hour, without touching those that fit.

    Adding a job anew would forget when it was due, and with it a night that was missed.
    """
    hour, minute = (int(part) for part in settings.nightly_at.split(":"))
    wanted: dict[str, tuple[Any, tuple[str, ...]]] = {
        f"{_PREFIX}{province}": (crawl_province, (province,)) for province in provinces
    }
    if settings.digest_to:
        wanted[DIGEST] = (send_digests, ())
    for job in scheduler.get_jobs():
        if job.id not in wanted:
            job.remove()
    for name, (function, arguments) in wanted.items():
        # due last, hence queued behind every crawl of the night
        late = timedelta(minutes=1) if name == DIGEST else timedelta()
        at = datetime(2000, 1, 1, hour, minute, tzinfo=clock.CHINA) + late
        trigger = CronTrigger(hour=at.hour, minute=at.minute, timezone=clock.CHINA)
        known = scheduler.get_job(name)
        if known is None:
            _add(scheduler, name, function, arguments, trigger=trigger)
        elif str(known.trigger) != str(trigger):
            scheduler.reschedule_job(name, trigger=trigger)


def _add(
    scheduler: BlockingScheduler,
    name: str,
    function: Callable[..., None],
    arguments: tuple[str, ...],
    trigger: Any = "date",
    **when: Any,
) -> None:
    # by its path, not by reference: the stored job must be found again by the next process
    path = f"{__name__}:{function.__name__}"
    scheduler.add_job(
        path,
        trigger,
        args=arguments,
        id=name,
        name=name,
        # said here, not as defaults of the scheduler: they are stored with the job
        coalesce=True,
        max_instances=1,
        misfire_grace_time=int(GRACE.total_seconds()),
        **when,
    )


def _listen(scheduler: BlockingScheduler, on_ended: Callable[[str, str | None], None]) -> None:
    def hear(event: JobExecutionEvent) -> None:
        problem = None
        if event.code == EVENT_JOB_MISSED:
            problem = f"missed its time, {event.scheduled_run_time:%Y-%m-%d %H:%M}"
        elif event.exception is not None:
            problem = " ".join(str(event.exception).split()) or type(event.exception).__name__
        on_ended(event.job_id.removeprefix(_PREFIX), problem)

    scheduler.add_listener(hear, EVENT_JOB_EXECUTED | EVENT_JOB_ERROR | EVENT_JOB_MISSED)


def _run(scheduler: BlockingScheduler, worker: ThreadPoolExecutor) -> None:
    """Run until the jobs are done or the process is told to end; then the running crawl is ended too.

    Returns after SIGTERM; after SIGINT, raises KeyboardInterrupt once everything is down.
    """
    _stop.clear()
    interrupted = False

    def end(number: int, _frame: FrameType | None) -> None:
        nonlocal interrupted
        interrupted = interrupted or number == signal.SIGINT
        _stop.set()
        _shut_down(scheduler)

    before = {number: signal.signal(number, end) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        scheduler.start()
        # the worker may still be ending its crawl
        worker.shutdown(wait=True)
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    if interrupted:
        raise KeyboardInterrupt


def _shut_down(scheduler: BlockingScheduler) -> None:
    with contextlib.suppress(SchedulerNotRunningError):  # told twice
        scheduler.shutdown(wait=False)
