"""What a person sees of a night: one line an event, and on a terminal how far it is and how long it takes."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta

from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.text import Text
from sqlalchemy import Engine

from crawler.console import Screen, clean, harmless
from crawler.crawls import Progress as Heard
from crawler.night import DIGEST, Watcher
from crawler.portals import Province
from crawler.report.model import Bilingual
from storage.nights import last_good


class Lines(Watcher):
    """One line for each event, to stderr."""

    def __init__(self, screen: Screen) -> None:
        self._screen = screen

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
        self._screen.say(zh, en)


class Display(Lines):
    """On a terminal: a bar over the provinces, and one moving line for the one that is visited now."""

    def __init__(
        self, screen: Screen, bars: Progress, provinces: Mapping[str, Province], took: Mapping[str, float]
    ) -> None:
        super().__init__(screen)
        self._bars, self._provinces = bars, provinces
        self._took = took  # seconds that each took the last time, where that is known
        self._whole = bars.add_task("", total=len(provinces))
        self._line = bars.add_task("", total=None)
        self._ended = 0
        self._current = ""
        self._begun = time.monotonic()
        self._portals: dict[str, Heard] = {}

    def begun(self, job: str) -> None:
        """A bar says so."""
        self._current, self._begun, self._portals = job, time.monotonic(), {}
        self._show()

    def heard(self, job: str, progress: Heard) -> None:
        """The crawl has told how far it is."""
        del job  # one at a time
        if progress.portal:
            self._portals[progress.portal] = progress
        self._show()

    def ended(self, job: str, problem: Bilingual | None) -> None:
        """The line that stays."""
        self._ended += job in self._provinces
        self._current = ""
        self._show()
        super().ended(job, problem)

    def _say(self, zh: str, en: str) -> None:
        # above the bars: they would write over a line that goes past them
        self._bars.console.print(Text(harmless(self._screen.pick(zh, en))), soft_wrap=True)

    def _show(self) -> None:
        pick, of = self._screen.pick, len(self._provinces)
        left = self._left()
        number = min(self._ended + 1, of)
        about = (
            ""
            if left is None
            else pick(f" · 约剩 {told_span(left).zh}", f" · about {told_span(left).en} left")
        )
        told = pick(f"第 {number}/{of} 省{about}", f"province {number} of {of}{about}")
        self._bars.update(self._whole, description=told, completed=self._ended)
        self._bars.update(self._line, description=clean(self._now()))

    def _now(self) -> str:
        province = self._provinces.get(self._current)
        if province is None:
            return self._screen.pick(*_named(self._current)) if self._current else ""
        reports = sum(one.reports for one in self._portals.values())
        findings = sum(one.findings for one in self._portals.values())
        seen, of = len(self._portals), len(province.portals)
        return self._screen.pick(
            f"{province.name} · 网站 {seen}/{of} · 报告 {reports} · 问题 {findings}",
            f"{self._current} · {seen} of {of} portals · {reports} reports · {findings} findings",
        )

    def _left(self) -> float | None:
        """Seconds, by what each province took the last time; None where that is known of none."""
        if not self._took:
            return None
        usual = sum(self._took.values()) / len(self._took)
        names = list(self._provinces)[self._ended :]
        left = sum(self._took.get(name, usual) for name in names)
        if self._current in names:
            under_way = self._took.get(self._current, usual)
            left -= min(time.monotonic() - self._begun, under_way)
        return left


@contextmanager
def watching(screen: Screen, engine: Engine, provinces: Mapping[str, Province]) -> Iterator[Watcher]:
    """Who watches a night: a display on a terminal, else lines."""
    if not screen.err.isatty():
        yield Lines(screen)
        return
    took = {
        name: (run.ended - run.started).total_seconds()
        for name, run in last_good(engine).items()
        if run.ended is not None and name in provinces
    }
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(20), TimeElapsedColumn())
    with Progress(*columns, console=screen.notes, transient=True) as bars:
        yield Display(screen, bars, provinces, took)


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
