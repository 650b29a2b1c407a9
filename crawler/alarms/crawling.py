"""Crawls of a province that did not happen, broke off, or read worse than those before."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from itertools import takewhile
from statistics import median
from typing import NamedTuple

from crawler import clock
from crawler.alarms.alarm import Alarm, Blame, Code
from crawler.alarms.record import ProvinceRecord
from crawler.crawls import HELD
from crawler.report.model import Bilingual
from storage.records import RECHECK, RunRecord

ENOUGH = {"pages": 20, "cells": 1000, "due": 20}
"""How much has to be read or judged before a share of it proves anything; a report has some 190 cells."""
EARLIER = 3
"""Earlier runs that a median needs."""
BACK = timedelta(days=14)
"""How far back the latest runs are taken together until they have read enough."""
TIMES, POINTS = 2, 0.1
"""A share has jumped when it is more than so many times the median, and more than so much above it."""
MISREAD = 10
"""Suspected misreadings beyond the median, and beyond twice it, that count as a jump."""


def crawling(record: ProvinceRecord) -> list[Alarm]:
    """What the runs of a province say."""
    found = (
        _missed(record),
        _lost(record),
        _broken(record),
        *(_jumped(record, one) for one in _SHARES),
        _misreadings(record),
    )
    return [alarm for alarm in found if alarm is not None]


def crawls(record: ProvinceRecord) -> list[RunRecord]:
    """The runs that visited, newest first."""
    return [run for run in record.runs if run.kind != RECHECK]


def _missed(record: ProvinceRecord) -> Alarm | None:
    """A night that should have begun, and did not."""
    if record.due is None:
        return None
    begun = crawls(record)
    if begun and begun[0].started >= record.due:
        return None
    due = f"{clock.local(record.due):%Y-%m-%d %H:%M}"
    if begun:
        last = f"{clock.local(begun[0].started):%Y-%m-%d %H:%M}"
        before = Bilingual(f"最近一次开始于 {last}", f"the last one began at {last}")
    else:
        before = Bilingual("从未抓过", "there never was one")
    return Alarm(
        Code.NIGHT_MISSED,
        record.due,
        Bilingual(
            f"应于 {due} 开始的抓取没有进行；{before.zh}", f"the crawl due at {due} was not; {before.en}"
        ),
        record.province,
        blame=Blame.OURS,
    )


def _lost(record: ProvinceRecord) -> Alarm | None:
    """Runs that never ended: killed, out of memory, out of power. The one under way is none of them."""
    runs = crawls(record)
    lost = [
        run
        for place, run in enumerate(runs)
        if run.ended is None and (place > 0 or record.now - run.started > record.longest)
    ]
    since_ended = list(takewhile(lambda run: run.ended is None, runs))
    standing = [run for run in lost if run in since_ended]
    if not standing:
        return None
    began = f"{clock.local(standing[0].started):%Y-%m-%d %H:%M}"
    return Alarm(
        Code.RUN_LOST,
        standing[-1].started,
        Bilingual(
            f"第 {standing[0].id} 次抓取（{began} 开始）没有结束的记录"
            + (f"，连续 {len(standing)} 次" if len(standing) > 1 else ""),
            f"run {standing[0].id}, begun at {began}, has no end on record"
            + (f", nor have {len(standing)} in a row" if len(standing) > 1 else ""),
        ),
        record.province,
        blame=Blame.OURS,
        figures={"run": standing[0].id or 0, "runs": len(standing)},
    )


def _broken(record: ProvinceRecord) -> Alarm | None:
    """Runs that said themselves why they broke off, or that sent nothing at all. One that left every portal
    to another crawl is none of them.
    """
    ended = [run for run in crawls(record) if run.ended is not None and run.verdict != HELD]
    bad = list(takewhile(lambda run: run.detail.get("problem") or _counted(run, "requests") == 0, ended))
    if not bad:
        return None
    problem = str(bad[0].detail.get("problem") or "")
    told = (
        Bilingual(f"第 {bad[0].id} 次抓取中断：{problem}", f"run {bad[0].id} broke off: {problem}")
        if problem
        else Bilingual(
            f"第 {bad[0].id} 次抓取没有发出一个请求就结束了",
            f"run {bad[0].id} ended without sending a request",
        )
    )
    return Alarm(
        Code.RUN_BROKEN,
        bad[-1].started,
        told,
        record.province,
        blame=Blame.OURS,
        figures={"run": bad[0].id or 0, "runs": len(bad)},
    )


class _Share(NamedTuple):
    """A share that tells how well a run read, and how it is told."""

    code: Code
    part: str
    of: str
    zh: str
    en: str
    standing: bool = False  # of all that is on record, not of what the run read


_SHARES = (
    _Share(Code.CELLS_UNREAD, "unread", "cells", "的格子没有读出数字", "of the cells hold no number"),
    _Share(
        Code.PAGES_UNRECOGNISED,
        "unrecognised",
        "pages",
        "的网页认不出报告",
        "of the pages are not read as reports",
    ),
    _Share(
        Code.NOT_ASSESSABLE, "not_assessable", "due", "的单位无法判断", "of the bodies cannot be judged", True
    ),
)


def _jumped(record: ProvinceRecord, share: _Share) -> Alarm | None:
    """A share that is far above the median of the runs before."""
    told = [run for run in record.runs if run.ended is not None and _counted(run, share.of)]
    latest = _latest(told, share)
    part = sum(_counted(run, share.part) or 0 for run in latest)
    whole = sum(_counted(run, share.of) or 0 for run in latest)
    earlier = [
        (_counted(run, share.part) or 0) / (_counted(run, share.of) or 1)
        for run in told[len(latest) :]
        if (_counted(run, share.of) or 0) >= ENOUGH[share.of] / 4
    ]
    if whole < ENOUGH[share.of] or len(earlier) < EARLIER:
        return None
    now, before = part / whole, median(earlier)
    if now <= TIMES * before or now <= before + POINTS:
        return None
    return Alarm(
        share.code,
        latest[-1].started,
        Bilingual(
            f"{now:.0%} {share.zh}（{part}/{whole}），此前 {before:.0%}",
            f"{now:.0%} {share.en} ({part} of {whole}), {before:.0%} before",
        ),
        record.province,
        figures={"part": part, "of": whole, "share": round(now, 4), "before": round(before, 4)},
    )


def _latest(runs: Sequence[RunRecord], share: _Share) -> Sequence[RunRecord]:
    """The newest run, with as many before it as it takes to have read enough."""
    if share.standing or not runs:
        return runs[:1]
    whole = 0
    for place, run in enumerate(runs):
        if runs[0].started - run.started > BACK:
            return runs[:place]
        whole += _counted(run, share.of) or 0
        if whole >= ENOUGH[share.of]:
            return runs[: place + 1]
    return runs


def _misreadings(record: ProvinceRecord) -> Alarm | None:
    """Findings that tell of our own reading, where there are suddenly many."""
    told = [run for run in record.runs if run.ended is not None and _counted(run, "extraction") is not None]
    numbers = [_counted(run, "extraction") or 0 for run in told]
    if len(numbers) <= EARLIER:
        return None
    now, before = numbers[0], round(median(numbers[1:]))
    if now < before + MISREAD or now <= TIMES * before:
        return None
    return Alarm(
        Code.MISREADINGS,
        told[0].started,
        Bilingual(
            f"疑似误读 {now} 项，此前 {before} 项",
            f"{now} findings of our own reading stand, {before} before",
        ),
        record.province,
        blame=Blame.EITHER,
        figures={"now": now, "before": before},
    )


def _counted(run: RunRecord, name: str) -> int | None:
    counts = run.detail.get("counts")
    number = counts.get(name) if isinstance(counts, dict) else None
    return number if type(number) is int else None
