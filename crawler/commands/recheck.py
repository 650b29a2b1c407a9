"""`nianbao recheck`: the archive read again, and what that changes."""

from __future__ import annotations

import json
import os
import signal
import threading
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Any

from sqlalchemy import Engine

from crawler.commands.bars import progress
from crawler.commands.problems import CallError
from crawler.config import Settings
from crawler.console import Screen
from crawler.database import opened
from crawler.export.wording import STEPS
from crawler.portals import read_provinces
from crawler.recheck import Account, Recheck, Scope
from crawler.rereading import ReadersLost
from crawler.validator import RULES
from storage.queries import Queries
from storage.records import ChangeKind
from storage.rehearsal import rehearsal

INTERRUPTED = 130
_TOLD = 20
"""Entries of a list that are told; JSON has them all."""


def run(
    screen: Screen, settings: Settings, scope: Scope, form: str, *, workers: int | None, dry_run: bool
) -> int:
    """Read again, tell what has changed: 1 where something could not be read again, 130 where it was stopped.

    Raises CallError.
    """
    provinces = read_provinces(settings.provinces)
    engine = opened(settings)
    try:
        _refuse(scope, engine)
        copy: AbstractContextManager[Engine] = rehearsal(engine) if dry_run else nullcontext(engine)
        stop = threading.Event()
        with _told_to(stop), progress(screen, "重读", "reading again") as show, copy as database:
            recheck = Recheck(
                settings,
                database,
                provinces,
                scope,
                workers=workers or _cores(),
                stop=stop,
                on_progress=show,
            )
            try:
                account = recheck.run()
            except ReadersLost as problem:
                screen.say(
                    f"nianbao: 重读中断：{problem}；已写入的都在，再运行一次即可继续",
                    f"nianbao: broke off: {problem}; what was written stays, run it again to go on",
                )
                return 1
    finally:
        engine.dispose()
    if form == "json":
        screen.raw(json.dumps(_object(account, dry_run=dry_run), ensure_ascii=False, indent=1))
    else:
        _tell(screen, account, dry_run=dry_run)
    if account.stopped:
        return INTERRUPTED
    return int(bool(account.unread or account.busy or account.unregistered))


def _refuse(scope: Scope, engine: Engine) -> None:
    portals = Queries(engine).portals()
    if scope.rule is not None and scope.rule not in RULES:
        raise CallError(
            f"没有这条规则：{scope.rule}（见 nianbao rules）",
            f"no such rule: {scope.rule}; see nianbao rules",
        )
    for wanted, known in (
        (scope.province, {portal.province for portal in portals}),
        (scope.portal, {portal.id for portal in portals}),
    ):
        if wanted is not None and wanted not in known:
            there = ", ".join(sorted(known)) or "-"
            raise CallError(
                f"没有抓取过 {wanted}（有：{there}）", f"{wanted} was never crawled (there are: {there})"
            )


def _cores() -> int:
    """Processor cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@contextmanager
def _told_to(stop: threading.Event) -> Iterator[None]:
    """SIGINT and SIGTERM end the work in order: what is read is written, the run says how far it came."""
    wanted = (signal.SIGINT, signal.SIGTERM)
    before = {number: signal.signal(number, lambda *_: stop.set()) for number in wanted}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _tell(screen: Screen, account: Account, *, dry_run: bool) -> None:
    pick = screen.pick
    kinds = "，".join(f"{STEPS[kind].zh} {account.steps[kind]}" for kind in ChangeKind)
    in_english = ", ".join(f"{account.steps[kind]:,} {STEPS[kind].en}" for kind in ChangeKind)
    screen.line(
        pick(
            f"重读 {account.pages:,} 页：{kinds}，认不出的报告 {len(account.lost)}",
            f"{account.pages:,} pages read again: {in_english}, {len(account.lost):,} lost",
        ),
        "bold",
    )
    if dry_run:
        screen.say("只是试算，什么都没有写入", "a dry run: nothing was written")
    _list(
        screen,
        pick(
            "原来收有、现在认不出的报告（仍保留）",
            "on record, and no report to this version; they stay",
        ),
        [f"{lost.organ} {lost.year} {lost.url}  {lost.problem}" for lost in account.lost],
    )
    _list(
        screen,
        pick("改认为另一单位或年度的报告", "now the report of another body or year"),
        [f"{' '.join(map(str, m.before))} → {' '.join(map(str, m.now))} {m.url}" for m in account.moved],
    )
    _list(
        screen,
        pick("未能重读，下次访问时重新抓取", "could not be read again; their next visit fetches them anew"),
        [f"{unread.url}  {unread.problem}" for unread in account.unread],
    )
    _list(
        screen,
        pick("网站已不在名册中，未重读", "portals that are registered no longer, not read again"),
        [f"{portal} {pages}" for portal, pages in sorted(account.unregistered.items())],
    )
    if account.awaiting:
        screen.say(
            f"{account.awaiting} 页抓取时就不完整，等下次访问",
            f"{account.awaiting} pages were not had whole when visited; they wait for the next visit",
        )
    if account.busy:
        screen.say(
            f"{account.busy} 页正在被抓取，请稍后再运行一次",
            f"{account.busy} pages were being crawled all the while; run it again later",
        )
    if account.stopped:
        screen.say(
            "已按要求停止；已写入的都在，再运行一次即可继续",
            "stopped as told; what was written stays, run it again to go on",
        )


def _list(screen: Screen, heading: str, entries: Sequence[str]) -> None:
    if not entries:
        return
    screen.say(f"{heading}：{len(entries)}", f"{heading}: {len(entries)}")
    for entry in entries[:_TOLD]:
        screen.say(f"  {entry}", f"  {entry}")
    if len(entries) > _TOLD:
        screen.say("  …（--format json 列出全部）", "  … (--format json has them all)")


def _object(account: Account, *, dry_run: bool) -> dict[str, Any]:
    return {
        "schema": 1,
        "dry_run": dry_run,
        "stopped": account.stopped,
        "provinces": account.provinces,
        "pages": account.pages,
        "changes": {kind.value: account.steps[kind] for kind in ChangeKind},
        "lost": [
            {
                "organ": lost.organ,
                "year": lost.year,
                "url": lost.url,
                "portal": lost.portal,
                "problem": lost.problem,
            }
            for lost in account.lost
        ],
        "moved": [
            {
                "url": moved.url,
                "before": dict(zip(("organ", "year"), moved.before, strict=True)),
                "now": dict(zip(("organ", "year"), moved.now, strict=True)),
            }
            for moved in account.moved
        ],
        "unread": [unread._asdict() for unread in account.unread],
        "awaiting_visit": account.awaiting,
        "busy": account.busy,
        "unregistered": account.unregistered,
    }
