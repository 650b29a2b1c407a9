"""What a person sees of a night: one line an event, and on a terminal how far it is and how long it takes."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from threading import Lock

from rich.progress import BarColumn, Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn
from rich.text import Text
from sqlalchemy import Engine

from crawler.console import Screen, clean, harmless
from crawler.crawls import Progress as Heard
from crawler.night import DIGEST, Watcher
from crawler.night_plan import spans
from crawler.portals import Province
from crawler.report.model import Bilingual
from storage.nights import last_good


class Lines(Watcher):
    """One line for each event, to stderr."""

    def __init__(self, screen: Screen) -> None:
        self._screen = screen
        self._one_at_a_time = Lock()  # crawls tell how far they are from a thread each

    def begun(self, job: str) -> None:
        """A job has begun."""
        name = _named(job)
        self._say(f"{name.zh}：开始", f"{name.en}: begun")

    def put_off(self, job: str, until: str) -> None:
        """A visit came outside its hours."""
        self._say(f"{job}：不在访问时段，推迟到 {until}", f"{job}: not now, put off until {until}")

    def ended(self, job: str, problem: Bilingual | None) -> None:
        """A job has ended."""
        name = _named(job)
        if problem is None:
            self._say(f"{name.zh}：完成", f"{name.en}: done")
        else:
            self._say(f"{name.zh}：没有完成：{problem.zh}", f"{name.en}: not done: {problem.en}")

    def _say(self, zh: str, en: str) -> None:
        with self._one_at_a_time:
            self._screen.say(zh, en)


@dataclass(frozen=True, slots=True)
class _UnderWay:
    """A job that has begun: its moving line, the second it began, and what its portals have told last."""

    line: TaskID
    begun: float
    portals: dict[str, Heard] = field(default_factory=dict)


class Display(Lines):
    """On a terminal: a bar over the provinces, and one moving line for each that is visited now.

    `took` is how many seconds each takes, empty where that is not known; so many are crawled `at_once`.
    """

    def __init__(
        self,
        screen: Screen,
        bars: Progress,
        provinces: Mapping[str, Province],
        took: Mapping[str, float],
        at_once: int,
    ) -> None:
        super().__init__(screen)
        self._bars, self._provinces, self._took, self._at_once = bars, provinces, took, at_once
        self._whole = bars.add_task("", total=len(provinces))
        self._ended: set[str] = set()
        self._under_way: dict[str, _UnderWay] = {}
        self._show()

    def begun(self, job: str) -> None:
        """A moving line says so."""
        with self._one_at_a_time:
            line = self._bars.add_task("", total=None)
            self._under_way[job] = _UnderWay(line, time.monotonic())
            self._show()

    def heard(self, job: str, progress: Heard) -> None:
        """The crawl has told how far it is."""
        with self._one_at_a_time:
            under_way = self._under_way.get(job)
            if under_way is not None and progress.portal:
                under_way.portals[progress.portal] = progress
            self._show()

    def ended(self, job: str, problem: Bilingual | None) -> None:
        """The line that stays."""
        with self._one_at_a_time:
            under_way = self._under_way.pop(job, None)
            if under_way is not None:
                self._bars.remove_task(under_way.line)
            self._ended |= {job} & self._provinces.keys()
            self._show()
        super().ended(job, problem)

    def _say(self, zh: str, en: str) -> None:
        # above the bars: they would write over a line that goes past them
        self._bars.console.print(Text(harmless(self._screen.pick(zh, en))), soft_wrap=True)

    def _show(self) -> None:
        pick, of, ended = self._screen.pick, len(self._provinces), len(self._ended)
        left = self._left()
        about = (
            ""
            if left is None
            else pick(f" · 约剩 {told_span(left).zh}", f" · about {told_span(left).en} left")
        )
        told = pick(f"{of} 省已完成 {ended}{about}", f"{ended} of {of} provinces done{about}")
        self._bars.update(self._whole, description=told, completed=ended)
        for job, under_way in self._under_way.items():
            self._bars.update(under_way.line, description=clean(self._told(job, under_way.portals)))

    def _told(self, job: str, portals: Mapping[str, Heard]) -> str:
        province = self._provinces.get(job)
        if province is None:
            return self._screen.pick(*_named(job))
        reports = sum(one.reports for one in portals.values())
        findings = sum(one.findings for one in portals.values())
        seen, of = len(portals), len(province.portals)
        return self._screen.pick(
            f"{province.name} · 网站 {seen}/{of} · 报告 {reports} · 问题 {findings}",
            f"{job} · {seen} of {of} portals · {reports} reports · {findings} findings",
        )

    def _left(self) -> float | None:
        """Seconds, by what each province took the last time; None where that is known of none."""
        if not self._took:
            return None
        left = [self._rest(name) for name in self._provinces if name not in self._ended]
        return max(sum(left) / self._at_once, *left, 0.0)

    def _rest(self, province: str) -> float:
        whole, under_way = self._took[province], self._under_way.get(province)
        return whole if under_way is None else max(whole - (time.monotonic() - under_way.begun), 0.0)


@contextmanager
def watching(
    screen: Screen, engine: Engine, provinces: Mapping[str, Province], at_once: int
) -> Iterator[Watcher]:
    """Who watches a night: a display on a terminal, else lines."""
    if not screen.err.isatty():
        yield Lines(screen)
        return
    took = {name: span.total_seconds() for name, span in spans(last_good(engine), provinces).items()}
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}", markup=False),
        BarColumn(20),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=screen.notes, transient=True) as bars:
        yield Display(screen, bars, provinces, took, at_once)


def told_span(seconds: float) -> Bilingual:
    """A span of time as a person says it."""
    minutes = round(timedelta(seconds=max(seconds, 0)) / timedelta(minutes=1))
    hours, rest = divmod(minutes, 60)
    if hours:
        return Bilingual(f"{hours} 小时 {rest} 分钟", f"{hours} h {rest} min")
    return (
        Bilingual(f"{rest} 分钟", f"{rest} min") if rest else Bilingual("不到 1 分钟", "less than a minute")
    )


def _named(job: str) -> Bilingual:
    return Bilingual("简报", "digests") if job == DIGEST else Bilingual(job, job)
