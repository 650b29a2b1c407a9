"""`nianbao db`: the tables brought up to date, the database checked and copied."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn
from sqlalchemy import Engine

from crawler.commands.problems import CallError
from crawler.config import Settings
from crawler.console import SEVERITY_STYLE, Screen
from crawler.report.model import Bilingual
from storage import backup as copies
from storage.engine import (
    Migration,
    count_rows,
    exists,
    open_engine,
    pending,
    schema_version,
    sqlite_file,
)
from storage.engine import upgrade as upgrade_tables
from storage.soundness import EXAMPLES, Answer, Question, answer, repair

_QUESTIONS = {
    Question.FILE: Bilingual("数据库文件完整", "the file of the database is whole"),
    Question.SCHEMA: Bilingual("表结构与程序一致", "the tables are those of this program"),
    Question.REFERENCES: Bilingual("引用的记录都在", "every row that another one names is there"),
    Question.REPORTS: Bilingual(
        "每个单位每一年度一份报告，并有网页记录", "one report for a body and year, and its page is on record"
    ),
    Question.ORIGINALS: Bilingual("引用的原件都有记录", "every original that is named is on record"),
    Question.FINDINGS: Bilingual("现存问题都有所属报告", "what stands belongs to a report that is held"),
    Question.STEPS: Bilingual(
        "问题的状态与其最后一次变化一致", "every finding is what its last step made it"
    ),
    Question.DECISIONS: Bilingual(
        "已豁免的问题都有有效的豁免", "what is waived is covered by a decision that holds"
    ),
    Question.DUTIES: Bilingual("按时发布的判断与报告一致", "duties agree with the reports that are held"),
    Question.DIGESTS: Bilingual("通报没有超前", "no reader was told of more than is on record"),
    Question.COUNTS: Bilingual("汇总数与明细一致", "counts are what they count"),
}
_STATES = {
    "older": Bilingual("较旧，请运行 nianbao db upgrade", "older, run nianbao db upgrade"),
    "fresh": Bilingual("没有表，首次使用时建表", "no tables, they are made at first use"),
}
_UNASKED = {
    Question.FILE: Bilingual(
        "PostgreSQL 没有这项检查（可用 pg_amcheck）", "PostgreSQL has no such check (see pg_amcheck)"
    ),
}
_UNASKED_TABLES = Bilingual("表结构不是最新", "the tables are not up to date")


def upgrade(screen: Screen, settings: Settings, *, dry_run: bool) -> None:
    """Bring the tables up to date, or say what that would do."""
    with _engine(settings) as engine:
        steps = pending(engine)
        before = schema_version(engine) if exists(engine) else None
        if not steps:
            screen.line(screen.pick(f"表结构已是最新（{before}）", f"the tables are up to date ({before})"))
            return
        after = steps[-1].version
        if dry_run:
            _tell_plan(screen, engine, before, steps)
            return
        summaries = {step.version: step for step in steps}
        if before is not None:
            _tell_waiting(screen)
        upgrade_tables(engine, lambda version: _tell_step(screen, summaries.get(version)))
    if before is None:
        screen.line(screen.pick(f"已建表（{after}）", f"the tables were made ({after})"))
    else:
        screen.line(
            screen.pick(
                f"表结构已由 {before} 升级到 {after}", f"the tables were brought from {before} to {after}"
            )
        )


def check(screen: Screen, settings: Settings, form: str, *, mend: bool) -> int:
    """Ask everything; 1 where something is wrong. With `mend`, counts are made anew before.

    Raises CallError, DatabaseUnusable.
    """
    with _engine(settings) as engine:
        if not exists(engine):
            file = sqlite_file(engine)
            raise CallError(f"没有数据库 {file}", f"there is no database {file}")
        steps = pending(engine)  # a newer schema is nothing that this program could judge
        version = schema_version(engine)
        if mend:
            if steps:
                raise CallError(
                    "表结构不是最新，先运行 nianbao db upgrade",
                    "the tables are not up to date; run nianbao db upgrade first",
                )
            repair(engine)
            screen.say("汇总数已重新计算", "the counts were made anew")
        answers = []
        for number, question in enumerate(Question, start=1):
            said = screen.pick(_QUESTIONS[question].zh, _QUESTIONS[question].en)
            with _busy(screen, f"{number}/{len(Question)} {said}"):
                answers.append(answer(engine, question))
    sound = not any(one.count for one in answers)
    if form == "json":
        told = {"version": version, "sound": sound, "checks": [_object(one) for one in answers]}
        screen.raw(json.dumps(told, ensure_ascii=False, indent=1))
    else:
        for one in answers:
            _tell_answer(screen, one)
    return 0 if sound else 1


def backup(screen: Screen, settings: Settings, output: Path, *, overwrite: bool) -> None:
    """Write a copy. Raises BackupFailed, DatabaseUnusable."""
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    console = screen.notes
    with (
        _engine(settings) as engine,
        Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bars,
    ):
        bar = bars.add_task(screen.pick("备份", "copying"), total=None)
        size = copies.backup(
            engine,
            output,
            overwrite=overwrite,
            told=lambda copied, pages: bars.update(bar, completed=copied, total=pages),
        )
    mega = f"{size / 1_000_000:,.1f} MB"
    screen.say(
        f"{output}：{mega}，已核对；原件库请另行复制，并在此之后",
        f"{output}: {mega}, read again and whole; copy the archive too, and after this",
    )


@contextmanager
def _engine(settings: Settings) -> Iterator[Engine]:
    engine = open_engine(settings.database_url.get_secret_value())
    try:
        yield engine
    finally:
        engine.dispose()


@contextmanager
def _busy(screen: Screen, what: str) -> Iterator[None]:
    """Say what is under way, to whoever watches."""
    console = screen.notes
    if not console.is_terminal:
        yield
        return
    with console.status(what):
        yield


def _tell_plan(screen: Screen, engine: Engine, before: str | None, steps: tuple[Migration, ...]) -> None:
    after = steps[-1].version
    screen.line(
        screen.pick(f"表结构：{before or '无'} → {after}", f"tables: {before or 'none'} -> {after}"), "bold"
    )
    names = [name for step in steps for name in step.rewrites]
    rows = count_rows(engine, dict.fromkeys(names)) if exists(engine) else {}
    for step in steps:
        gone_through = [
            screen.pick(f"{name} {rows[name]:,} 行", f"{rows[name]:,} rows of {name}")
            for name in step.rewrites
            if rows.get(name)
        ]
        note = screen.pick("逐行改写 ", "goes through ") + ", ".join(gone_through) if gone_through else ""
        screen.item(f"{step.version}  ", screen.pick(step.summary_zh, step.summary_en), note)
    if before is not None:
        _tell_waiting(screen)


def _tell_waiting(screen: Screen) -> None:
    screen.say(
        "升级要么全部完成，要么不留痕迹；期间其他写入须等待。事前请备份：nianbao db backup --output FILE",
        "an upgrade is made whole or not at all, and other writers wait for it; make a copy before: "
        "nianbao db backup --output FILE",
    )


def _tell_step(screen: Screen, step: Migration | None) -> None:
    if step is not None:
        screen.say(f"{step.version}  {step.summary_zh}", f"{step.version}  {step.summary_en}")


def _tell_answer(screen: Screen, one: Answer) -> None:
    said = screen.pick(_QUESTIONS[one.question].zh, _QUESTIONS[one.question].en)
    if one.count is None:
        why = _UNASKED.get(one.question, _UNASKED_TABLES)
        word = screen.pick("未查", "not looked at")
        screen.line(f"{word}  {said}{screen.pick('：', ': ')}{why.pick(screen.lang)}")
        return
    if one.count == 0:
        screen.line(f"{screen.pick('正常', 'ok')}  {said}")
    else:
        word = screen.pick(f"有误 {one.count} 处", f"{one.count} wrong")
        screen.line(f"{word}  {said}", SEVERITY_STYLE["error"])
        for example in one.examples:
            state = _STATES.get(example) if one.question is Question.SCHEMA else None
            screen.line(f"  {example if state is None else state.pick(screen.lang)}")
        if one.count > EXAMPLES:
            more = one.count - EXAMPLES
            screen.line(screen.pick(f"  另有 {more} 处", f"  and {more} more"))
    if one.left_out:
        names = ", ".join(one.left_out)
        screen.line(
            screen.pick(
                f"  未查：{names}（最近一次抓取没有正常结束，或之后重新核对过）",
                f"  not looked at: {names} (the last crawl has not ended as it should, or pages were read "
                "again since)",
            )
        )


def _object(one: Answer) -> dict[str, Any]:
    return {
        "check": one.question.value,
        "looked": one.count is not None,
        "problems": one.count,
        "examples": list(one.examples),
        "left_out": list(one.left_out),
    }
