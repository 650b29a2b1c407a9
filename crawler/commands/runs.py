"""`nianbao runs`: what was crawled and when, how it went, and what is alarming."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from crawler import clock
from crawler.alarms import ADVICE, BLAMES, MAIL_PATIENCE, TITLES, Alarm, Code, plain
from crawler.commands.problems import CallError
from crawler.config import Settings
from crawler.console import SEVERITY_STYLE, Column, Screen
from crawler.crawl_logs import log_of
from crawler.crawls import HELD
from crawler.database import opened_to_look
from crawler.operator import alarms
from crawler.report.model import Bilingual
from storage.operating import Operations
from storage.records import RECHECK, MailState, RunRecord, VisitRecord

MAILS_TOLD = timedelta(days=7)
"""Mails that met trouble for so long are told beneath the runs."""
_MOST_MAILS = 10

VERDICTS = {
    "clean": Bilingual("完整", "clean"),
    "partial": Bilingual("部分", "partial"),
    "failed": Bilingual("失败", "failed"),
    HELD: Bilingual("让行", "held"),
}
KINDS = {
    "nightly": Bilingual("夜间", "nightly"),
    "crawl": Bilingual("手动", "by hand"),
    "demo": Bilingual("演示", "demo"),
    RECHECK: Bilingual("复核", "recheck"),
}
_NO_END = Bilingual("未结束", "no end")
_STYLES = {"失败": "red", "failed": "red", "部分": "yellow", "partial": "yellow"}


def run(
    screen: Screen,
    settings: Settings,
    *,
    province: str | None,
    limit: int,
    since: date | None,
    form: str,
    alarming: bool,
) -> int:
    """List runs, newest first; with `alarming` the alarms instead, and 1 where there are any."""
    engine = opened_to_look(settings)
    if engine is None:
        if form == "json":
            screen.raw("[]")
        else:
            screen.say("还没有抓取过：nianbao crawl 省名", "nothing was crawled yet: nianbao crawl PROVINCE")
        return 0
    try:
        found = alarms(engine, settings, clock.now())
        if province is not None:
            found = [alarm for alarm in found if alarm.province in ("", province)]
        if alarming:
            _tell_alarms(screen, found, form)
            return 1 if found else 0
        operations = Operations(engine)
        start = None if since is None else datetime.combine(since, time(), clock.CHINA)
        runs = operations.runs(province, start, limit)
        if form == "json":
            screen.raw(json.dumps([told(one, settings) for one in runs], ensure_ascii=False, indent=2))
            return 0
        _table(screen, runs)
        _tell_mails(screen, operations)
        if found:
            screen.say(
                f"{len(found)} 项警报：nianbao runs --alarms",
                f"alarms: {len(found)}, see nianbao runs --alarms",
            )
        return 0
    finally:
        engine.dispose()


def show(screen: Screen, settings: Settings, number: int, *, form: str) -> int:
    """One run, and how every portal was visited in it. Raises CallError where there is none."""
    engine = opened_to_look(settings)
    operations = None if engine is None else Operations(engine)
    try:
        one = None if operations is None else operations.run(number)
        if one is None or operations is None:
            raise CallError(f"没有第 {number} 次抓取", f"there is no run {number}")
        visits = operations.visits_of(number)
    finally:
        if engine is not None:
            engine.dispose()
    if form == "json":
        answer = {**told(one, settings), "visits": [_visit(visit) for visit in visits]}
        screen.raw(json.dumps(answer, ensure_ascii=False, indent=2))
        return 0
    _table(screen, [one])
    log = log_of(settings.log_folder, one.province, one.started)
    if log is not None:
        screen.line(screen.pick(f"日志：{log}", f"log: {log}"))
    _visits(screen, visits)
    return 0


def told(one: RunRecord, settings: Settings) -> dict[str, Any]:
    """A run as JSON tells it."""
    why, counts = reason(one), _counts(one)
    log = log_of(settings.log_folder, one.province, one.started)
    return {
        "id": one.id,
        "kind": one.kind,
        "province": one.province,
        "started": one.started.isoformat(),
        "ended": None if one.ended is None else one.ended.isoformat(),
        "seconds": None if one.ended is None else round((one.ended - one.started).total_seconds()),
        "verdict": one.verdict,
        "reason_zh": why.zh,
        "reason_en": why.en,
        **{name: counts.get(name) for name in _COUNTED},
        "log": None if log is None else str(log),
    }


_COUNTED = (
    "requests",
    "pages",
    "reports",
    "unrecognised",
    "cells",
    "unread",
    "new",
    "changed",
    "fixed",
    "returned",
)


def reason(one: RunRecord) -> Bilingual:
    """Why a run was not clean, in one line; empty where it was."""
    problem = str(one.detail.get("problem") or "")
    if problem:
        return Bilingual(problem, problem)
    early, unclean = one.detail.get("ended_early"), _unclean(one)
    if not isinstance(early, dict):
        return unclean
    zh, en = str(early.get("zh", "")), str(early.get("en", ""))
    return Bilingual(f"{zh}；{unclean.zh}", f"{en}; {unclean.en}") if unclean.en else Bilingual(zh, en)


def _unclean(one: RunRecord) -> Bilingual:
    """How many portals were not visited to the end, and why the first was not; empty where all were."""
    visits = [visit for visit in one.detail.get("visits") or () if isinstance(visit, dict)]
    unclean = [visit for visit in visits if visit.get("clean") is not True]
    if not unclean:
        return Bilingual("", "")
    portal, why = unclean[0].get("portal"), unclean[0].get("reason") or {}
    return Bilingual(
        f"{len(unclean)}/{len(visits)} 个网站访问不完整：{portal}：{why.get('zh', '')}",
        f"{len(unclean)} of {len(visits)} portals not clean: {portal}: {why.get('en', '')}",
    )


def _table(screen: Screen, runs: Sequence[RunRecord]) -> None:
    pick = screen.pick
    screen.table(
        (
            Column("#", "right"),
            Column(pick("开始", "began")),
            Column(pick("时长", "took"), "right"),
            Column(pick("类别", "kind")),
            Column(pick("省", "province")),
            Column(pick("请求", "requests"), "right"),
            Column(pick("网页", "pages"), "right"),
            Column(pick("报告", "reports"), "right"),
            Column(pick("新/整改", "new/fixed"), "right"),
            Column(pick("结果", "verdict"), styles=_STYLES),
            Column(pick("原因", "reason"), wrap=True),
        ),
        [_row(screen, one) for one in runs],
    )


def _row(screen: Screen, one: RunRecord) -> tuple[str, ...]:
    counts = _counts(one)

    def counted(name: str) -> str:
        return str(counts[name]) if name in counts else "-"

    verdict = (
        _NO_END if one.verdict is None else VERDICTS.get(one.verdict, Bilingual(one.verdict, one.verdict))
    )
    return (
        str(one.id),
        f"{clock.local(one.started):%Y-%m-%d %H:%M}",
        "-" if one.ended is None else lasted(one.ended - one.started),
        KINDS.get(one.kind, Bilingual(one.kind, one.kind)).pick(screen.lang),
        one.province,
        counted("requests"),
        counted("pages"),
        counted("reports"),
        f"{counted('new')}/{counted('fixed')}",
        verdict.pick(screen.lang),
        reason(one).pick(screen.lang),
    )


def lasted(span: timedelta) -> str:
    """A duration as people read it: 1:02:03, 4:05."""
    seconds = max(0, round(span.total_seconds()))
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"


def _visits(screen: Screen, visits: Sequence[VisitRecord]) -> None:
    pick = screen.pick
    screen.line()
    screen.table(
        (
            Column(pick("网站", "portal"), style="bold"),
            Column(pick("完整", "clean")),
            Column(pick("请求", "requests"), "right"),
            Column(pick("列表", "lists"), "right"),
            Column(pick("报告", "reports"), "right"),
            Column(pick("原因", "reason"), wrap=True),
        ),
        [
            (
                visit.portal,
                pick("是", "yes") if visit.clean else pick("否", "no"),
                str(visit.requests),
                str(len(visit.lists)),
                str(visit.reports),
                pick(visit.reason_zh, visit.reason_en),
            )
            for visit in visits
        ],
    )


def _visit(visit: VisitRecord) -> dict[str, Any]:
    return {
        "portal": visit.portal,
        "started": visit.started.isoformat(),
        "ended": visit.ended.isoformat(),
        "clean": visit.clean,
        "whole": visit.whole,
        "reason_zh": visit.reason_zh,
        "reason_en": visit.reason_en,
        "requests": visit.requests,
        "reports": visit.reports,
        "lists": list(visit.lists),
        "states": dict(visit.detail.get("states") or {}),
        "failures": list(visit.detail.get("failures") or ()),
        "notes": list(visit.detail.get("notes") or ()),
    }


def _tell_alarms(screen: Screen, found: Iterable[Alarm], form: str) -> None:
    found = list(found)
    if form == "json":
        screen.raw(json.dumps([plain(alarm) for alarm in found], ensure_ascii=False, indent=2))
        return
    if not found:
        screen.line(screen.pick("没有警报", "nothing is alarming"))
        return
    for code in Code:
        alike = [alarm for alarm in found if alarm.code is code]
        if not alike:
            continue
        screen.line(f"{TITLES[code].pick(screen.lang)} · {len(alike)}", SEVERITY_STYLE["error"])
        screen.item(screen.pick("  怎么办：", "  what to do: "), ADVICE[code].pick(screen.lang))
        for alarm in alike:
            where = " · ".join(part for part in (alarm.province, alarm.portal) if part)
            since = f"{clock.local(alarm.since):%Y-%m-%d %H:%M}"
            note = screen.pick(f"始于 {since}", f"since {since}")
            screen.item(
                f"  - {where}  " if where else "  - ",
                alarm.message.pick(screen.lang),
                f"{note} · {BLAMES[alarm.blame].pick(screen.lang)}",
            )


def _tell_mails(screen: Screen, operations: Operations) -> None:
    """How many mails are how far, and the troubles of the last days."""
    states = operations.mails_by_state()
    if not states:
        return
    number = {state: sum(n for (_, one), n in states.items() if one is state) for state in MailState}
    waiting = number[MailState.WAITING] + number[MailState.SENDING]
    failed = number[MailState.REFUSED] + number[MailState.GIVEN_UP]
    screen.line()
    screen.line(
        screen.pick(
            f"邮件：已发 {number[MailState.SENT]} 封，待发 {waiting} 封，未送达 {failed} 封",
            f"mails: {number[MailState.SENT]} sent, {waiting} waiting, {failed} refused or given up",
        )
    )
    now = clock.now()
    troubled = operations.troubled_mails(now - MAILS_TOLD, now - MAIL_PATIENCE, _MOST_MAILS)
    for mail in troubled:
        at = f"{clock.local(mail.ended or mail.composed):%Y-%m-%d %H:%M}"
        screen.item(f"  - {mail.address}  ", mail.answer or mail.subject, f"{at} · {mail.state.value}")


def _counts(one: RunRecord) -> dict[str, int]:
    counts = one.detail.get("counts")
    if not isinstance(counts, dict):
        return {}
    return {name: number for name, number in counts.items() if type(number) is int}
