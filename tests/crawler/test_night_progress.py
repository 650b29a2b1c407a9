"""What a person at a terminal sees of a night."""

from __future__ import annotations

import io
from datetime import UTC, datetime, timedelta

import pytest
from rich.console import Console
from rich.progress import Progress as Bars

from crawler.commands import night_progress
from crawler.commands.night_progress import Display, told_span
from crawler.console import Screen
from crawler.crawls import Progress
from crawler.night import DIGEST
from crawler.night_plan import spans
from crawler.portals import Portal, Province, Years
from crawler.report.model import Bilingual
from storage.records import RunRecord

NAMES = {"yunling": "云岭省", "songtao": "松涛省", "linhai": "临海省"}


def _province(name: str, of: int) -> Province:
    hosts = [f"p{number}.{name}.example" for number in range(of)]
    portals = tuple(
        Portal(id=f"{name}-{number}", name=f"{name}{number}", home=f"http://{host}/", hosts=(host,))
        for number, host in enumerate(hosts)
    )
    return Province(province=name, name=NAMES[name], years=Years(first=2021), portals=portals)


class _Terminal:
    """A display whose lines are looked at, and a clock that stands until it is moved."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, minutes: dict[str, int], at_once: int) -> None:
        """`minutes` is how long each province took the last time."""
        self.seconds = 1000.0
        monkeypatch.setattr(night_progress.time, "monotonic", lambda: self.seconds)
        self.written = io.StringIO()
        self.bars = Bars(console=Console(file=self.written, width=100), auto_refresh=False)
        provinces = {name: _province(name, 2) for name in NAMES}
        begun = datetime(2027, 2, 1, 2, tzinfo=UTC)
        good = {
            name: RunRecord(None, "nightly", name, begun, begun + timedelta(minutes=passed))
            for name, passed in minutes.items()
        }
        took = {name: span.total_seconds() for name, span in spans(good, provinces).items()}
        self.display = Display(Screen(lang="zh"), self.bars, provinces, took, at_once)

    @property
    def lines(self) -> list[str]:
        return [task.description for task in self.bars.tasks]


def test_each_province_under_way_has_its_line(monkeypatch: pytest.MonkeyPatch) -> None:
    seen = _Terminal(monkeypatch, {}, 2)
    assert seen.lines == ["3 省已完成 0"]
    seen.display.begun("yunling")
    seen.display.begun("songtao")
    seen.display.heard("yunling", Progress("progress", "yunling-0", reports=3, findings=1))
    seen.display.heard("songtao", Progress("progress", "songtao-0", reports=2, findings=0))
    seen.display.heard("yunling", Progress("progress", "yunling-1", reports=1, findings=4))
    seen.display.heard("yunling", Progress("progress", "yunling-0", reports=4, findings=1))
    assert seen.lines == [
        "3 省已完成 0",
        "云岭省 · 网站 2/2 · 报告 5 · 问题 5",
        "松涛省 · 网站 1/2 · 报告 2 · 问题 0",
    ]
    seen.display.ended("yunling", None)
    seen.display.begun("linhai")
    seen.display.ended("songtao", Bilingual("超过时限，已终止", "took too long and was ended"))
    assert seen.lines == ["3 省已完成 2", "临海省 · 网站 0/2 · 报告 0 · 问题 0"]
    assert seen.written.getvalue().splitlines() == ["yunling：完成", "songtao：没有完成：超过时限，已终止"]
    seen.display.ended("linhai", None)
    seen.display.begun(DIGEST)
    assert seen.lines == ["3 省已完成 3", "简报"]
    seen.display.heard("linhai", Progress("progress", "linhai-0"))  # a word that came late
    assert seen.lines == ["3 省已完成 3", "简报"]


def test_what_is_left_is_told_by_what_each_took_the_last_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """30 and 90 minutes, and 60, their mean, for a province that was never crawled."""
    took = {"yunling": 30, "songtao": 90}
    one = _Terminal(monkeypatch, took, 1)
    assert one.lines == ["3 省已完成 0 · 约剩 3 小时 0 分钟"]
    two = _Terminal(monkeypatch, took, 2)
    assert two.lines == ["3 省已完成 0 · 约剩 1 小时 30 分钟"]
    two.display.begun("yunling")
    two.display.begun("songtao")
    two.seconds += 20 * 60
    two.display.heard("songtao", Progress("progress", "songtao-0"))
    # 10 + 70 + 60 minutes for two: no less than the longest of them
    assert two.lines[0] == "3 省已完成 0 · 约剩 1 小时 10 分钟"
    two.seconds += 200 * 60
    two.display.ended("yunling", None)
    assert two.lines[0] == "3 省已完成 1 · 约剩 1 小时 0 分钟"


@pytest.mark.parametrize(
    ("seconds", "zh", "en"),
    [
        (-5, "不到 1 分钟", "less than a minute"),
        (29, "不到 1 分钟", "less than a minute"),
        (95, "2 分钟", "2 min"),
        (3600, "1 小时 0 分钟", "1 h 0 min"),
        (29_999, "8 小时 20 分钟", "8 h 20 min"),
    ],
)
def test_a_span_as_a_person_says_it(seconds: float, zh: str, en: str) -> None:
    assert told_span(seconds) == Bilingual(zh, en)
