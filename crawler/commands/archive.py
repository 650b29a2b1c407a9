"""`nianbao archive`: do archive and database belong together, and what is garbage."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from crawler.commands.bars import progress
from crawler.commands.problems import CallError
from crawler.config import Settings
from crawler.console import Screen
from crawler.database import opened
from crawler.extract.archive import members
from crawler.extract.document import Format, Unreadable
from crawler.extract.sniff import binary_format
from storage.archive import Archive
from storage.holdings import Garbage, Holdings, Place, clear, look

_MANY_FILES, _MANY_SHARE = 100, 0.1
"""Garbage beyond that, in files and of all files, looks like the wrong database."""
_TOLD = 20
_WORKERS = max(4, os.cpu_count() or 1)


def check(screen: Screen, settings: Settings, *, deep: bool, form: str, older_than: int) -> int:
    """Tell what does not belong together: 1 where rows have lost their bytes. Raises ArchiveUnusable."""
    archive, found = _looked(screen, settings, older_than, deep=deep)
    if form == "json":
        screen.raw(json.dumps(_object(archive, found), ensure_ascii=False, indent=1))
    else:
        _tell(screen, archive, found)
    return 0 if found.sound else 1


def clean(screen: Screen, settings: Settings, *, yes: bool, many: bool, older_than: int) -> int:
    """Clear garbage away, or tell what would be. Raises CallError, ArchiveUnusable."""
    archive, found = _looked(screen, settings, older_than, deep=False)
    nothing = not (found.orphans.count or found.needed.count or found.outlived.count or found.unfinished)
    if nothing:
        screen.line(screen.pick("没有可清理的文件", "there is nothing to clear away"))
        return 0
    _tell_garbage(screen, found)
    garbage = found.orphans.count + found.outlived.count
    if garbage > _MANY_FILES and garbage > found.files * _MANY_SHARE and not many:
        raise CallError(
            f"没有记录的文件占原件库 {garbage}/{found.files}：数据库配置是否正确？确认无误请加 --many",
            f"{garbage} of {found.files} files have no row: is this the right database? If so, add --many",
        )
    if not yes:
        screen.line(screen.pick("以上均未改动；执行请加 --yes", "nothing was changed; add --yes to do it"))
        return 0
    with progress(screen, "清理", "clearing away") as show:
        done = clear(archive, found, show)
    screen.line(
        screen.pick(
            f"移入隔离区 {done.set_aside}，移回 {done.restored}，删除 {done.deleted}，残留 {done.unfinished}",
            f"set aside {done.set_aside}, brought back {done.restored}, deleted {done.deleted}, "
            f"leftovers {done.unfinished}",
        )
    )
    return 0


def _looked(screen: Screen, settings: Settings, older_than: int, *, deep: bool) -> tuple[Archive, Holdings]:
    engine = opened(settings)
    try:
        archive = Archive(settings.archive_url)
        with progress(screen, "核对原件", "verifying") as show:
            found = look(
                engine,
                archive,
                datetime.now(UTC),  # as the files' own moments, whatever day it is for the crawler
                older_than=timedelta(days=older_than),
                deep=deep,
                inside=_inside,
                workers=_WORKERS,
                show=show,
            )
    finally:
        engine.dispose()
    return archive, found


def _inside(content: bytes) -> Iterable[str]:
    """Hashes of the files in a ZIP file; none for anything else."""
    try:
        if binary_format(content) is not Format.ZIP:
            return
        for member in members(content):
            if member.content is not None:
                yield hashlib.sha256(member.content).hexdigest()
    except Unreadable:
        return


def _tell(screen: Screen, archive: Archive, found: Holdings) -> None:
    pick = screen.pick
    screen.line(
        pick(
            f"{archive.shown}：文件 {found.files} 个，{_size(found.size)}；记录引用 {found.rows} 份",
            f"{archive.shown}: {found.files} files, {_size(found.size)}; rows name {found.rows} originals",
        )
    )
    _tell_lost(screen, pick("有记录而缺文件", "rows without bytes"), found.missing, found.missing_named)
    cited = pick("问题引用而找不到的文件", "cited by findings, found nowhere")
    _tell_lost(screen, cited, found.cited, found.cited_named)
    if found.damaged is None:
        screen.line(pick("内容未核对（加 --deep）", "bytes were not verified (add --deep)"))
    else:
        _tell_lost(screen, pick("已损坏", "damaged"), found.damaged, found.damaged_named)
    _tell_garbage(screen, found)


def _tell_lost(screen: Screen, what: str, count: int, named: Mapping[str, Sequence[Place]]) -> None:
    screen.line(f"{what}{screen.pick('：', ': ')}{count}", "red" if count else "")
    for sha256, places in list(named.items())[:_TOLD]:
        screen.item("  ", sha256, "; ".join(f"{place.table} {place.about}" for place in places[:3]))
    if count > _TOLD:
        screen.line(screen.pick(f"  另有 {count - _TOLD}", f"  {count - _TOLD} more"))


def _tell_garbage(screen: Screen, found: Holdings) -> None:
    pick = screen.pick
    colon = pick("：", ": ")
    told = (
        (pick("有文件而无记录", "bytes without rows"), found.orphans),
        (pick("隔离区中又被引用，应移回", "set aside, but named by rows"), found.needed),
        (pick("隔离期满，可删除", "set aside long enough to be deleted"), found.outlived),
    )
    for what, garbage in told:
        size = f" ({_size(garbage.size)})" if garbage.count else ""
        screen.line(f"{what}{colon}{garbage.count}{size}")
    if found.recent:
        screen.line(
            pick(
                f"新近写入、尚无记录（可能正在抓取）：{found.recent}",
                f"written lately, without rows so far (a crawl may be under way): {found.recent}",
            )
        )
    screen.line(
        f"{pick('中断写入的残留', 'leftovers of writes that broke off')}{colon}{len(found.unfinished)}"
    )


def _object(archive: Archive, found: Holdings) -> dict[str, Any]:
    return {
        "schema": 1,
        "archive": archive.shown,
        "sound": found.sound,
        "rows": found.rows,
        "files": found.files,
        "bytes": found.size,
        "missing": _lost(found.missing, found.missing_named),
        "cited": _lost(found.cited, found.cited_named),
        "damaged": None if found.damaged is None else _lost(found.damaged, found.damaged_named),
        "orphans": _garbage(found.orphans),
        "recent": found.recent,
        "set_aside": found.aside,
        "needed": _garbage(found.needed),
        "outlived": _garbage(found.outlived),
        "unfinished": [
            {"name": left.name, "bytes": left.size, "since": left.written.isoformat()}
            for left in found.unfinished
        ],
    }


def _lost(count: int, named: Mapping[str, Sequence[Place]]) -> dict[str, Any]:
    examples = [
        {"sha256": sha256, "rows": [place._asdict() for place in places]} for sha256, places in named.items()
    ]
    return {"count": count, "examples": examples}


def _garbage(garbage: Garbage) -> dict[str, Any]:
    examples = [
        {"sha256": held.sha256, "bytes": held.size, "since": held.since.isoformat()}
        for held in garbage.files[:_TOLD]
    ]
    return {"count": garbage.count, "bytes": garbage.size, "examples": examples}


def _size(size: float) -> str:
    for unit in ("B", "KiB", "MiB", "GiB"):
        if size < 1024:
            return f"{size:.0f} {unit}" if unit == "B" else f"{size:.1f} {unit}"
        size /= 1024
    return f"{size:.1f} TiB"
