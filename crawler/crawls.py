"""One child process for each crawl: the reactor can run once in a process, and a crash stays in the child."""

from __future__ import annotations

import contextlib
import json
import math
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event
from typing import Any

import psutil

from crawler import ended_early
from crawler.config import Settings, child_environment
from crawler.crawl_logs import new_log
from crawler.footprint import family, megabytes
from crawler.report.model import Bilingual

GRACE = 60.0
"""Seconds that a child has to end its run after it was told to stop. Pages on their way have a few of them
(crawler.throttle), a name that is being looked up may take longer, and then it writes down what it holds;
killed earlier, it would leave a run that never ended.
"""
_LOOK = 0.2  # seconds between two looks at child and progress file
_WEIGH = 3.0  # and at the memory it takes
_FAR_TOO_LARGE = 1.5
"""Times its limit that a child may take while it is ending; beyond that there is no time to ask."""
_LINE = 64 * 1024  # no line of the progress file is longer
_PROGRESS_LINES = 200_000  # more lines than any crawl writes; the rest is not read


@dataclass(frozen=True, slots=True)
class Crawl:
    """One crawl to be started: a province's name, or the address of a portal that no file knows."""

    target: str
    year: int | None = None
    portal: str | None = None
    allow_private: bool = False
    kind: str = "crawl"  # crawl, nightly, demo; what the run is remembered as
    probe: bool = False  # look at an address, and read and record nothing
    whole: bool = False  # walk every list to its end, whatever is remembered

    @property
    def is_url(self) -> bool:
        """Whether the target is an address rather than a province."""
        return self.target.lower().startswith(("http://", "https://"))

    def command(self, timeout: int) -> list[str]:
        """The child's command line. The target is never taken for an option."""
        arguments = {
            "home": self.target if self.is_url else None,
            "year": None if self.year is None else str(self.year),
            "portal": self.portal,
            "allow_private": "1" if self.allow_private else None,
            "whole": "1" if self.whole else None,
        }
        ad_hoc = PROBE if self.probe else AD_HOC
        command = [sys.executable, "-m", "scrapy", "crawl", ad_hoc if self.is_url else self.target]
        for name, value in arguments.items():
            if value is not None:
                command += ["-a", f"{name}={value}"]
        # should this process be killed, the child still ends by itself
        return [*command, "-s", f"CLOSESPIDER_TIMEOUT={timeout}"]


AD_HOC = "portal"
"""Name of the spider that visits an address which no province file knows."""
PROBE = "probe"
"""Name of the spider that looks at such an address, and reads nothing."""
HELD = "held"
"""Verdict of a crawl that visited nothing, for another one was visiting every portal."""


@dataclass(frozen=True, slots=True)
class Visit:
    """How one portal's visit ended, as the child reported it; `reason` is empty where it was clean."""

    portal: str
    clean: bool
    reason: Bilingual
    reports: int


@dataclass(frozen=True, slots=True)
class Ending:
    """How a crawl ended."""

    crawl: Crawl
    exit_code: int | None  # None: it could not be started
    log: Path
    timed_out: bool = False
    too_large: int = 0  # megabytes that it took, where that was more than it may
    stopped: bool = False  # ended because it was told to
    verdict: str | None = None  # clean, partial, failed; None: the child did not say
    problem: str = ""  # why it broke off, as the child said
    visits: tuple[Visit, ...] = ()
    counts: Mapping[str, int] = field(default_factory=dict)
    told: Mapping[str, Any] = field(default_factory=dict)  # the child's last words, as they are

    @property
    def well(self) -> bool:
        """Whether the child did its work to the end. A portal that could not be reached is its answer."""
        ended = self.exit_code == 0 and not self.timed_out and not self.too_large
        return ended and self.verdict in ("clean", "partial")


def failure(ending: Ending) -> Bilingual:
    """Why a crawl did not end well, in one line."""
    early = _early(stopped=ending.stopped, timed_out=ending.timed_out, too_large=ending.too_large)
    if early is not None:
        return early
    if ending.exit_code is None:
        return Bilingual("进程无法启动", "could not be started")
    if ending.verdict is None:
        return _broken_off(ending.exit_code)
    if ending.verdict == HELD:
        return Bilingual(
            "没有访问：所有网站正由另一次抓取访问", "visited nothing: another crawl is visiting every portal"
        )
    why = ending.problem or f"{ending.verdict}, exit code {ending.exit_code}"
    return Bilingual(f"没有完成：{why}", f"did not succeed: {why}")


def _early(*, stopped: bool, timed_out: bool, too_large: int) -> Bilingual | None:
    """Why a crawl was ended before its time; None where it was not."""
    if stopped:
        return Bilingual("被要求停止", "was told to stop")
    if timed_out:
        return Bilingual("超过时限，已终止", "took too long and was ended")
    if too_large:
        return Bilingual(
            f"占用内存 {too_large} MB，超过上限（crawl_memory），已终止",
            f"took {too_large} MB of memory, more than it may (crawl_memory), and was ended",
        )
    return None


def _broken_off(code: int) -> Bilingual:
    if code >= 0:
        return Bilingual(f"中途退出，退出码 {code}", f"broke off with exit code {code}")
    try:
        name = signal.Signals(-code).name
    except ValueError:
        name = str(-code)
    zh, en = f"被信号 {name} 终止", f"was ended by {name}"
    if -code == signal.SIGKILL:
        zh, en = f"{zh}（可能是系统内存不足）", f"{en}, perhaps because the machine ran out of memory"
    return Bilingual(zh, en)


@dataclass(frozen=True, slots=True)
class Progress:
    """One line of the child's progress file."""

    event: str
    portal: str = ""
    stage: str = ""
    lists: int = 0
    articles: int = 0
    reports: int = 0
    findings: int = 0


def run(
    crawl: Crawl,
    settings: Settings,
    *,
    on_progress: Callable[[Progress], None] = lambda _: None,
    stop: Event | None = None,
    environment: Mapping[str, str] | None = None,
) -> Ending:
    """Start the crawl and wait for its end, at most `settings.crawl_timeout` seconds.

    `stop` ends it early; `environment` adds variables for the child. A KeyboardInterrupt ends the child
    before it is passed on. Raises OSError where the log folder cannot be written.
    """
    log = new_log(settings.log_folder, crawl.target)
    with tempfile.TemporaryDirectory(prefix="nianbao-") as folder, log.open("wb") as output:
        progress = Path(folder) / "progress.jsonl"
        progress.touch()
        try:
            child = subprocess.Popen(
                crawl.command(settings.crawl_timeout),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env={
                    **child_environment(settings),
                    "SCRAPY_SETTINGS_MODULE": "crawler.settings",
                    ended_early.PROGRESS: str(progress),
                    "NIANBAO_RUN_KIND": crawl.kind,
                    "PYTHONUNBUFFERED": "1",
                    **(environment or {}),
                },
                start_new_session=True,  # a group of its own, to be ended whole
            )
        except OSError as error:
            output.write(f"cannot be started: {error}\n".encode())
            return Ending(crawl, None, log)
        return _watch(crawl, child, progress, log, settings, on_progress, stop or Event())


def _watch(
    crawl: Crawl,
    child: subprocess.Popen[bytes],
    progress: Path,
    log: Path,
    settings: Settings,
    on_progress: Callable[[Progress], None],
    stop: Event,
) -> Ending:
    deadline = time.monotonic() + settings.crawl_timeout
    weighed = time.monotonic()
    end: dict[str, Any] = {}
    timed_out = stopped = False
    too_large = 0
    try:
        with progress.open("rb") as stream:
            while child.poll() is None:
                for line in _lines(stream):
                    end = _heard(line, end, on_progress)
                timed_out = time.monotonic() > deadline
                stopped = stop.wait(_LOOK)
                if time.monotonic() - weighed >= _WEIGH:
                    weighed = time.monotonic()
                    too_large = _beyond(child, settings.crawl_memory)
                early = _early(stopped=stopped, timed_out=timed_out, too_large=too_large)
                if early is not None:
                    with contextlib.suppress(OSError):  # a full disk: it is ended without a word
                        ended_early.tell(progress, early)
                    _end(child, settings.crawl_memory)
            for line in _lines(stream):  # its last words
                end = _heard(line, end, on_progress)
    finally:
        _end(child)  # also on KeyboardInterrupt: no crawl outlives the call that started it
    return Ending(
        crawl,
        child.returncode,
        log,
        timed_out=timed_out,
        too_large=too_large,
        stopped=stopped,
        verdict=str(end["verdict"]) if isinstance(end.get("verdict"), str) else None,
        problem=str(end.get("problem") or ""),
        visits=tuple(_visits(end.get("visits"))),
        counts=_counts(end.get("counts")),
        told=end,
    )


def _heard(
    line: dict[str, Any], end: dict[str, Any], on_progress: Callable[[Progress], None]
) -> dict[str, Any]:
    if line.get("event") == "end":
        return line
    on_progress(_progress(line))
    return end


def _beyond(child: subprocess.Popen[bytes], limit: float) -> int:
    """Megabytes that the child takes with everything it started, 0 while they are within the limit."""
    taken = megabytes(child.pid)
    return taken if taken > limit else 0


def _end(child: subprocess.Popen[bytes], limit: float = math.inf) -> None:
    """End the child and everything that it started: asked first, then killed."""
    if child.poll() is None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGTERM)
        until = time.monotonic() + GRACE
        try:
            while child.poll() is None and time.monotonic() < until:
                if _beyond(child, _FAR_TOO_LARGE * limit):
                    break
                with contextlib.suppress(subprocess.TimeoutExpired):
                    child.wait(_LOOK if limit == math.inf else _WEIGH)
        finally:  # too long, or interrupted once more: nothing is left running
            if child.poll() is None:
                for process in family(child.pid):
                    with contextlib.suppress(psutil.Error):
                        process.kill()
                child.wait()


def _lines(stream: Any) -> Iterator[dict[str, Any]]:
    """Whole lines that were added since the last look; a half-written one waits for the next."""
    for _ in range(_PROGRESS_LINES):
        position = stream.tell()
        line = stream.readline(_LINE)
        if not line.endswith(b"\n"):
            if len(line) < _LINE:
                stream.seek(position)
                return
            continue  # longer than any line of ours: no progress, skipped piece by piece
        try:
            value = json.loads(line)
        except (ValueError, RecursionError):
            continue
        if isinstance(value, dict):
            yield value


def _progress(line: Mapping[str, Any]) -> Progress:
    numbers = _counts(line)
    return Progress(
        event=str(line.get("event") or ""),
        portal=str(line.get("portal") or ""),
        stage=str(line.get("stage") or ""),
        lists=numbers.get("lists", 0),
        articles=numbers.get("articles", 0),
        reports=numbers.get("reports", 0),
        findings=numbers.get("findings", 0),
    )


def _visits(given: object) -> Iterator[Visit]:
    for item in given if isinstance(given, list) else ():
        if isinstance(item, dict) and item.get("portal"):
            yield Visit(
                str(item["portal"]),
                item.get("clean") is True,
                _reason(item.get("reason")),
                _counts({"reports": item.get("reports")}).get("reports", 0),
            )


def _reason(given: object) -> Bilingual:
    told = given if isinstance(given, dict) else {}
    return Bilingual(str(told.get("zh") or ""), str(told.get("en") or ""))


def _counts(given: object) -> dict[str, int]:
    if not isinstance(given, dict):
        return {}
    return {str(name): value for name, value in given.items() if type(value) is int}
