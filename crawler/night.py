"""What is done in a night: provinces are crawled, each in a child process, and then mails are sent.

This process never imports Scrapy. When something is done is told by crawler.season, and kept by
crawler.schedule.
"""

from __future__ import annotations

import signal
from collections.abc import Callable, Collection, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from threading import Event
from types import FrameType

from sqlalchemy import Engine

from crawler import clock, crawls
from crawler.config import Settings
from crawler.crawl_logs import remove_old_logs
from crawler.holding import SCHEDULER, Holding, holder_told
from crawler.report.model import Bilingual, BilingualError
from crawler.season import Nights

DIGEST = "digest"
"""The job that sends mails; every other one is a province."""


class JobFailed(BilingualError):
    """A job did not do its work to the end; the next one tries again. One line."""


class AlreadyRunning(BilingualError):
    """Another process runs the night on this database. One line that says which, and since when."""


class LeaseLost(BilingualError):
    """Another process has taken the night over, and this one has ended its own. One line."""


class Watcher:
    """Is told what happens in a night; this one does not care. Called from several threads."""

    def begun(self, job: str) -> None:
        """A job has begun."""

    def heard(self, job: str, progress: crawls.Progress) -> None:
        """Its crawl has told how far it is."""

    def put_off(self, job: str, until: str) -> None:
        """It came outside the hours of its province, or shortly before its next visit."""

    def ended(self, job: str, problem: Bilingual | None) -> None:
        """A job has ended, well where there is no problem."""


@dataclass
class Night:
    """What the jobs of one process share. They come from several threads, where provinces are crawled side by
    side: no host belongs to two of them, so that none is asked any faster for it.
    """

    settings: Settings
    calendars: Mapping[str, Nights]
    watcher: Watcher
    stop: Event = field(default_factory=Event)
    """Set when the process is told to end; the crawls under way then end too."""
    unfinished: set[str] = field(default_factory=set)
    """Jobs that were told to stop, or that did not begin for that reason."""

    def visit(self, province: str) -> None:
        """Crawl one province. Raises JobFailed."""
        self._go_on(province)
        self.watcher.begun(province)
        try:
            ending = crawls.run(
                crawls.Crawl(province, kind="nightly"),
                self.settings,
                on_progress=partial(self.watcher.heard, province),
                stop=self.stop,
            )
        except OSError as error:  # no log, no space
            reason = f"{error.filename or self.settings.log_folder}: {error.strerror}"
            raise JobFailed(f"无法开始：{reason}", f"cannot begin: {reason}") from error
        if ending.stopped:
            self.unfinished.add(province)
        if not ending.well:
            why = crawls.failure(ending)
            raise JobFailed(f"{why.zh}；日志 {ending.log}", f"{why.en}; log {ending.log}")

    def deliver(self) -> None:
        """Send what is due to readers and operator. Raises where a mail was not accepted."""
        self._go_on(DIGEST)
        from crawler.digest.delivery import LINGERS, deliver_all  # the database is opened for the job alone

        self.watcher.begun(DIGEST)
        deliver_all(self.settings, clock.now(), stopped=self.stop.is_set, lingers=LINGERS)

    def _go_on(self, job: str) -> None:
        if self.stop.is_set():
            self.unfinished.add(job)
            raise JobFailed("未开始即被要求停止", "told to stop before it began")


def once(settings: Settings, calendars: Mapping[str, Nights], engine: Engine, watcher: Watcher) -> bool:
    """Visit the provinces now, then send what is due; True where all ended well.

    Raises AlreadyRunning, LeaseLost.
    """
    night = Night(settings, calendars, watcher)
    with the_only_one(night, engine), told_to_stop(night):
        remove_old_logs(settings.log_folder, settings.log_days, clock.now())

        def visited(province: str) -> bool:
            return _ended_well(night, province, partial(_visit_now, night, province))

        with ThreadPoolExecutor(settings.crawls_at_once) as crawlers:
            well = [*crawlers.map(visited, calendars), _ended_well(night, DIGEST, night.deliver)]
    return all(well)


def _visit_now(night: Night, province: str) -> None:
    nights, now = night.calendars[province], clock.now()
    if not nights.open_at(now):
        opening = f"{nights.opening(now):%m-%d %H:%M}"
        raise JobFailed(
            f"现在不在访问时段内，{opening} 起可以；要立即抓取：nianbao crawl {province}",
            f"outside its hours, which open at {opening}; to crawl at once: nianbao crawl {province}",
        )
    night.visit(province)


def _ended_well(night: Night, job: str, work: Callable[[], None]) -> bool:
    problem = None
    try:
        work()
    except Exception as error:  # whatever it is, the others have their turn
        problem = told(error)
    night.watcher.ended(job, problem)
    return problem is None


def told(error: BaseException) -> Bilingual:
    """A problem of a job, in one line."""
    if isinstance(error, BilingualError):
        return Bilingual(error.zh, error.en)
    text = " ".join(str(error).split()) or type(error).__name__
    return Bilingual(text, text)


@contextmanager
def the_only_one(night: Night, engine: Engine) -> Iterator[None]:
    """Be the one process that runs nights on the database. Raises AlreadyRunning, LeaseLost."""
    lost = Event()

    def taken_over(_: Collection[str]) -> None:
        lost.set()
        night.stop.set()

    with Holding(engine, taken_over) as holding:
        others = holding.take((SCHEDULER,), "nianbao nightly")
        if others:
            who = holder_told(others[SCHEDULER])
            raise AlreadyRunning(f"夜间任务已在运行：{who.zh}", f"the night is run already: by {who.en}")
        yield
    if lost.is_set():
        raise LeaseLost(
            "另一个进程已接管夜间任务，本进程的夜间任务已结束",
            "another process has taken the night over; this one has ended its own",
        )


@contextmanager
def told_to_stop(night: Night) -> Iterator[None]:
    """Let SIGTERM and SIGINT end the night; after SIGINT KeyboardInterrupt is raised, once all is down."""
    interrupted = False

    def end(number: int, _frame: FrameType | None) -> None:
        nonlocal interrupted
        interrupted = interrupted or number == signal.SIGINT
        night.stop.set()

    before = {number: signal.signal(number, end) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    if interrupted:
        raise KeyboardInterrupt
