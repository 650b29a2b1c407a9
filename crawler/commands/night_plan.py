"""`nianbao nightly --plan`: what the coming nights bring, nobody being visited."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime, time
from typing import Any

from sqlalchemy import Engine

from crawler import clock
from crawler.commands.nightly import calendars_of
from crawler.config import Settings
from crawler.console import Column, Screen
from crawler.database import opened_to_look
from crawler.holding import SCHEDULER, holder_told
from crawler.night_plan import Kind, Load, Planned, fullest, planned, spans
from crawler.portals import Province
from crawler.schedule import stored
from crawler.season import Why
from storage.leases import Leases
from storage.nights import last_good
from storage.records import LeaseRecord, RunRecord

_WEEKDAYS = "一二三四五六日"
_WHY = {
    Why.SEASON: ("旺季每日", "season, daily"),
    Why.WEEKLY: ("平时每周", "weekly"),
    Why.DEADLINE: ("截止日前后，一日两次", "around a deadline, twice a day"),
}
_KINDS = {
    Kind.DIGEST: ("简报", "digests"),
    Kind.DEADLINE: ("简报，附截止日名单", "digests, with who missed the deadline"),
}


def show(screen: Screen, settings: Settings, provinces: Sequence[str], *, days: int, form: str) -> None:
    """Visits and mails of the coming days, in order. Raises CallError, ProvinceError, DatabaseUnusable."""
    chosen, calendars = calendars_of(screen, settings, provinces)
    now = clock.now()
    engine = opened_to_look(settings)
    good: Mapping[str, RunRecord] = {}
    due: Mapping[str, datetime] = {}
    running: LeaseRecord | None = None
    if engine is not None:
        good, due, running = _known(engine)
        engine.dispose()
    rows = planned(calendars, time.fromisoformat(settings.digest_at), due, now, days, settings.clean_visits)
    if form == "json":
        objects = [_object(one, chosen, _begun(good)) for one in rows]
        screen.raw(json.dumps(objects, ensure_ascii=False, indent=1))
        return
    screen.table(_columns(screen), [_row(screen, one, chosen, _begun(good)) for one in rows])
    load = fullest(rows, calendars, spans(good, chosen), settings.crawls_at_once)
    for zh, en in _notes(settings, load, running):
        screen.say(zh, en)


def _known(engine: Engine) -> tuple[Mapping[str, RunRecord], Mapping[str, datetime], LeaseRecord | None]:
    # leases go by the machine's clock, whatever the one of the night says
    running = Leases(engine).holder(SCHEDULER, datetime.now(clock.CHINA))
    return last_good(engine), stored(engine), running


def _begun(good: Mapping[str, RunRecord]) -> dict[str, datetime]:
    return {name: clock.local(run.started) for name, run in good.items()}


def _columns(screen: Screen) -> list[Column]:
    headings = (("日期", "day"), ("时间", "time"), ("内容", "what"), ("缘由", "why"), ("时段", "hours"))
    return [
        *(Column(screen.pick(zh, en)) for zh, en in headings),
        Column(screen.pick("上次完成", "last done")),
    ]


def _row(
    screen: Screen, one: Planned, provinces: Mapping[str, Province], good: Mapping[str, datetime]
) -> list[str]:
    weekday = screen.pick(f"周{_WEEKDAYS[one.at.weekday()]}", f"{one.at:%a}")
    when = [f"{one.at:%Y-%m-%d} {weekday}", f"{one.at:%H:%M}"]
    late = screen.pick("补做：", "caught up: ") if one.catching_up else ""
    if one.kind is not Kind.VISIT:
        return [*when, late + screen.pick(*_KINDS[one.kind]), "", "", ""]
    last = good.get(one.province)
    return [
        *when,
        one.province,
        late + (screen.pick(*_WHY[one.why]) if one.why is not None else ""),
        _hours(provinces[one.province]) or screen.pick("不限", "any"),
        f"{last:%Y-%m-%d %H:%M}" if last is not None else screen.pick("从未", "never"),
    ]


def _object(one: Planned, provinces: Mapping[str, Province], good: Mapping[str, datetime]) -> dict[str, Any]:
    visit = one.kind is Kind.VISIT
    last = good.get(one.province)
    return {
        "at": one.at.isoformat(timespec="seconds"),
        "kind": one.kind.value,
        "province": one.province if visit else None,
        "why": None if one.why is None else one.why.value,
        "window": _hours(provinces[one.province]) if visit else None,
        "catching_up": one.catching_up,
        "last_good": None if last is None else last.isoformat(timespec="seconds"),
    }


def _hours(province: Province) -> str | None:
    window = province.window
    return None if window is None else f"{window.start:%H:%M}-{window.end:%H:%M}"


def _notes(settings: Settings, load: Load | None, running: LeaseRecord | None) -> list[tuple[str, str]]:
    at_once = settings.crawls_at_once
    notes = [
        (
            f"北京时间。同时访问 {at_once} 省（crawls_at_once），其余排队；过了时段的，留到下一时段补做。",
            f"Asia/Shanghai. Provinces at a time: {at_once} (crawls_at_once); the others wait, what comes "
            "after its hours is caught up when they open again.",
        ),
        (
            f"已发布的报告全年随每次访问复看，平均每 {settings.revisit_days} 天一次；"
            f"每 {settings.whole_days} 天把列表走完一遍。",
            "Reports that are there are looked at again all year, with any visit, every "
            f"{settings.revisit_days} days on average; lists are walked to their ends every "
            f"{settings.whole_days} days.",
        ),
    ]
    if load is not None:
        notes.append(_load(load))
    if running is None:
        notes.append(
            (
                "现在没有进程在运行夜间任务：nianbao nightly 未启动。",
                "no process runs the nights now: nianbao nightly is not started.",
            )
        )
    else:
        who = holder_told(running)
        notes.append((f"夜间任务正在运行：{who.zh}", f"the nights are run by {who.en}"))
    return notes


def _load(load: Load) -> tuple[str, str]:
    """The fullest night, and what to do where it does not hold everything."""
    day, ends = f"{load.day:%Y-%m-%d}", f"{load.ends:%m-%d %H:%M}"
    zh = f"最忙的一夜 {day}：访问 {load.visits} 次，按上次所用时间约 {ends} 做完"
    en = f"The fullest night is {day} (visits: {load.visits}), done at about {ends} by what each took last"
    if not load.put_off:
        return f"{zh}。", f"{en}."
    return (
        f"{zh}；其中 {load.put_off} 次来不及，会推迟。内存和处理器有余时可调高 crawls_at_once。",
        f"{en}; {load.put_off} of them come too late and are put off. "
        "Raise crawls_at_once where memory and processors allow it.",
    )
