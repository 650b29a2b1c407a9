"""`nianbao waive`: decisions of people that findings are not to be told, with reason, author and expiry."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from crawler import clock
from crawler.commands.lists import show_findings
from crawler.commands.problems import CallError
from crawler.commands.waivers import BROAD, STATES, State, over_broad, state, summary
from crawler.config import Settings
from crawler.console import Column, Screen, clean
from crawler.database import opened
from crawler.export.exact_json import dumps
from crawler.places import place
from crawler.validator import RULES
from storage.ledger import Ledger, UnknownWaiver
from storage.queries import Queries
from storage.records import WaiverRecord, WaiverUse

LONGEST = timedelta(days=3 * 366)
"""How long a decision may hold: reports are judged anew every year, and so is what was decided."""
USUAL_YEARS = 1
_MAX_TEXT = 1000
_MAX_NAME = 200


@dataclass(frozen=True, slots=True)
class Wanted:
    """A decision as it is asked for; what is None matches all."""

    rule: str
    reason: str
    author: str
    organ: str | None = None
    year: int | None = None
    where: str | None = None
    critical: bool = False
    until: date | None = None


def add(screen: Screen, settings: Settings, wanted: Wanted, *, dry_run: bool) -> None:
    """Record a decision, or with `dry_run` show what it would cover. Raises CallError."""
    waiver = _decision(wanted, clock.now())
    engine = opened(settings)
    try:
        rows = Queries(engine).would_be_covered(waiver)
        if dry_run:
            show_findings(screen, rows)
            screen.say("以上问题将被豁免；没有写入任何内容", "these would be waived; nothing was written")
            return
        number = Ledger(engine).add_waiver(waiver)
        [use] = [use for use in Queries(engine).waivers() if use.waiver.id == number]
        screen.raw(str(number))
        until = _last_day(waiver).isoformat()
        screen.say(
            f"豁免 {number} 已记下，有效至 {until}；现有 {use.covered} 项问题",
            f"waiver {number} holds until {until}; it covers {use.covered} findings now",
        )
        if over_broad(use):
            screen.say(
                f"注意：范围过宽（只指定了规则，或超过 {BROAD} 项）",
                f"mind: it is broad (a rule alone, or more than {BROAD} findings)",
            )
    finally:
        engine.dispose()


def withdraw(screen: Screen, settings: Settings, number: int) -> None:
    """End a decision; what it covered stands open again. Raises CallError."""
    engine = opened(settings)
    try:
        before = {use.waiver.id: use for use in Queries(engine).waivers()}
        use = before.get(number)
        if use is not None and state(use, clock.now()) in (State.EXPIRED, State.WITHDRAWN):
            screen.say(f"豁免 {number} 早已失效", f"waiver {number} had ended before")
            return
        try:
            Ledger(engine).withdraw_waiver(number, clock.now())
        except UnknownWaiver:
            raise CallError(f"没有这条豁免：{number}", f"there is no waiver {number}") from None
        after = {use.waiver.id: use for use in Queries(engine).waivers()}
        gone = 0 if use is None else use.covered - after[number].covered
        screen.say(
            f"豁免 {number} 已撤销；涉及 {gone} 项问题",
            f"waiver {number} is withdrawn; it covered {gone} findings",
        )
    finally:
        engine.dispose()


def show(screen: Screen, settings: Settings, form: str) -> None:
    """Every decision and how it stands, oldest first."""
    engine = opened(settings)
    try:
        uses = Queries(engine).waivers()
    finally:
        engine.dispose()
    now = clock.now()
    if form == "json":
        screen.raw(dumps([waiver_object(use, now) for use in uses]))
        return
    if uses:
        pick = screen.pick
        columns = [
            Column(pick("编号", "id"), align="right"),
            Column(pick("状态", "state")),
            Column(pick("规则", "rule")),
            Column(pick("单位", "body"), style="bold", wrap=True),
            Column(pick("年度", "year")),
            Column(pick("位置", "place"), wrap=True),
            Column(pick("问题数", "findings"), align="right"),
            Column(pick("至", "until")),
            Column(pick("决定人", "author")),
            Column(pick("理由", "reason"), wrap=True),
        ]
        screen.table(columns, [_row(use, now, screen) for use in uses])
    line = summary(uses, now)
    screen.say(line.zh, line.en)


def waiver_object(use: WaiverUse, now: datetime) -> dict[str, Any]:
    """A decision as the flat object of the JSON answer."""
    waiver = use.waiver
    return {
        "id": waiver.id,
        "rule": waiver.rule,
        "organ": waiver.organ,
        "year": waiver.year,
        "where": waiver.where,
        "critical": waiver.critical,
        "reason": waiver.reason,
        "author": waiver.author,
        "created": clock.local(waiver.created).isoformat(),
        "until": _last_day(waiver).isoformat(),
        "withdrawn": None if waiver.withdrawn is None else clock.local(waiver.withdrawn).isoformat(),
        "state": state(use, now).value,
        "over_broad": over_broad(use),
        "covered": use.covered,
        "outdated": use.outdated,
    }


def _decision(wanted: Wanted, now: datetime) -> WaiverRecord:
    if wanted.rule not in RULES:
        raise CallError(f"没有这条规则：{wanted.rule}（见 nianbao rules）", f"no such rule: {wanted.rule}")
    today = clock.local(now).date()
    until = _years_later(today, USUAL_YEARS) if wanted.until is None else wanted.until
    if not today <= until <= today + LONGEST:
        last = today + LONGEST
        raise CallError(
            f"有效期须在 {today} 至 {last} 之间，不能是 {until}",
            f"a decision holds until a day from {today} to {last}, not until {until}",
        )
    return WaiverRecord(
        id=None,
        rule=wanted.rule,
        reason=_text(wanted.reason, "--reason", _MAX_TEXT),
        author=_text(wanted.author, "--author", _MAX_NAME),
        created=now,
        expires=datetime.combine(until + timedelta(days=1), time(), clock.CHINA),
        organ=None if wanted.organ is None else _text(wanted.organ, "--organ", _MAX_NAME),
        year=wanted.year,
        where=None if wanted.where is None else _text(wanted.where, "--where", _MAX_NAME),
        critical=wanted.critical,
    )


def _text(given: str, option: str, limit: int) -> str:
    text = clean(given)
    if not text or len(text) > limit:
        raise CallError(f"{option} 应有 1 至 {limit} 字", f"{option} has 1 to {limit} characters")
    return text


def _years_later(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year + years)
    except ValueError:  # 29 February
        return day.replace(year=day.year + years, day=28)


def _last_day(waiver: WaiverRecord) -> date:
    """The last day of its time, in China."""
    return clock.local(waiver.expires - timedelta(microseconds=1)).date()


def _row(use: WaiverUse, now: datetime, screen: Screen) -> Sequence[str]:
    waiver = use.waiver
    word = STATES[state(use, now)].pick(screen.lang)
    if over_broad(use) and state(use, now) not in (State.EXPIRED, State.WITHDRAWN):
        word = screen.pick(f"{word}，过宽", f"{word}, too broad")
    return (
        str(waiver.id),
        word,
        waiver.rule,
        waiver.organ or "-",
        "-" if waiver.year is None else str(waiver.year),
        "-" if waiver.where is None else place(waiver.where, screen.lang),
        str(use.covered),
        _last_day(waiver).isoformat(),
        waiver.author,
        waiver.reason,
    )
