"""`nianbao portals import`: what a roster would change in the province files, and on request the change."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from crawler.commands.problems import CallError
from crawler.config import Settings
from crawler.console import SEVERITY_STYLE, Column, Screen
from crawler.export.exact_json import dumps
from crawler.portals import Organ, built_in, read_provinces
from crawler.portals.changes import Change, Changes, compare
from crawler.portals.editing import with_bodies_changed
from crawler.portals.roster import RosterFlaw, read_roster

_MOST_FLAWS = 50
_LISTS = ("added", "changed", "renamed", "by_alias", "perhaps_renamed", "removed", "near")


def run(
    screen: Screen,
    settings: Settings,
    roster: Path,
    form: str,
    *,
    province: str | None,
    apply: bool,
    remove: bool,
) -> int:
    """Tell what would change, and with `apply` write it.

    0 done or to be done as told · 1 something is in doubt and was left out · 2 the roster cannot be read.
    Nothing is written where a row cannot be read. Raises CallError, ProvinceError.
    """
    known = read_provinces(settings.provinces)
    if province is not None and province not in known:
        have = ", ".join(sorted(known)) or "-"
        raise CallError(
            f"没有这个省：{province}（有：{have}）", f"no such province: {province} (there are: {have})"
        )
    read = read_roster(roster)
    changes, homeless = compare(known, read.rows, province)
    flaws = sorted((*read.flaws, *homeless), key=lambda flaw: flaw.number)
    folder = settings.provinces or built_in()
    written = [] if flaws or not apply else _write(folder, changes, remove=remove)
    if form == "json":
        screen.raw(dumps(_object(changes, flaws, written)))
    else:
        _show(screen, changes, remove=remove)
    _tell(screen, roster, changes, flaws, written, apply=apply)
    if flaws:
        return 2
    return 1 if any(one.in_doubt for one in changes) else 0


def _write(folder: Path, changes: Iterable[Changes], *, remove: bool) -> list[Path]:
    """Change the files: every one is prepared, and only then the first is replaced."""
    prepared = []
    for one in changes:
        path = folder / f"{one.province}.yml"
        content = path.read_bytes()
        changed = with_bodies_changed(path, content, one.edits(remove=remove))
        if changed != content:
            prepared.append((path, changed))
    for path, changed in prepared:
        replace_file(path, changed)
    return [path for path, _ in prepared]


def replace_file(path: Path, content: bytes) -> None:
    """Put `content` in the place of a file at once: whoever reads it meanwhile sees the one or the other."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        if path.exists():
            shutil.copymode(path, name)
        else:
            Path(name).chmod(0o644)
        Path(name).replace(path)
    except BaseException:
        with suppress(OSError):
            Path(name).unlink()
        raise


def _show(screen: Screen, changes: Sequence[Changes], *, remove: bool) -> None:
    pick = screen.pick
    words = {
        "added": pick("新增", "added"),
        "changed": pick("变更", "changed"),
        "renamed": pick("更名", "renamed"),
        "by_alias": pick("以别名列出", "by an alias"),
        "perhaps_renamed": pick("疑似更名", "perhaps renamed"),
        "removed": pick("名单中没有", "not in the roster"),
        "near": pick("名称相近", "near"),
        "conflict": pick("冲突", "conflict"),
    }
    doubt = {words[key]: SEVERITY_STYLE["error"] for key in ("perhaps_renamed", "conflict")}
    rows = [
        (
            words[key],
            one.province,
            change.portal,
            str(change.row or "-"),
            _named(change),
            _remark(screen, key, change, remove=remove),
        )
        for one in changes
        for key in _LISTS
        for change in getattr(one, key)
    ]
    rows += [
        (words["conflict"], one.province, "-", str(flaw.number), "-", flaw.message)
        for one in changes
        for flaw in one.conflicts
    ]
    if rows:
        screen.table(
            (
                Column(pick("变化", "change"), styles=doubt),
                Column(pick("省份", "province")),
                Column(pick("网站", "portal")),
                Column(pick("行", "row"), align="right"),
                Column(pick("单位", "body"), style="bold", wrap=True),
                Column(pick("说明", "remark"), wrap=True),
            ),
            rows,
        )


def _named(change: Change) -> str:
    organ = change.new or change.old
    return "-" if organ is None else organ.name


def _remark(screen: Screen, key: str, change: Change, *, remove: bool) -> str:
    pick, old, new = screen.pick, change.old, change.new
    if key == "removed":
        if remove:
            return pick("删除", "taken out")
        return pick("保留；已撤销的请写 until", "stays; where it is no more, say until when it was")
    if key == "changed" and old is not None and new is not None:
        return pick("；", "; ").join(
            f"{name} {_plain(before)} → {_plain(after)}"
            for name, (before, after) in _differences(old, new).items()
        )
    if old is None:
        return new.kind.value if new is not None else ""
    if key == "by_alias":
        return pick(f"即 {old.name}，名称不变", f"is {old.name}, which keeps its name")
    if key == "renamed":
        return pick(f"原名 {old.name}", f"was {old.name}")
    if key == "perhaps_renamed":
        return pick(
            f"可能原名 {old.name}：请在该行别名中写明，或两者都列入名单",
            f"perhaps was {old.name}: name it among the row's aliases, or keep both in the roster",
        )
    return pick(f"与 {old.name} 相近", f"near {old.name}")


def _plain(value: Any) -> str:
    if isinstance(value, list):
        return "、".join(map(_said, value)) or "-"
    return "-" if value is None else str(value)


def _said(item: Any) -> str:
    """A name, or a former name or an exclusion with what belongs to it."""
    return " ".join(str(held) for held in item.values() if held) if isinstance(item, dict) else str(item)


def _differences(old: Organ, new: Organ) -> dict[str, tuple[Any, Any]]:
    before, after = old.model_dump(mode="json"), new.model_dump(mode="json")
    return {name: (before[name], after[name]) for name in before if before[name] != after[name]}


def _tell(
    screen: Screen,
    roster: Path,
    changes: Sequence[Changes],
    flaws: Sequence[RosterFlaw],
    written: Sequence[Path],
    *,
    apply: bool,
) -> None:
    """The sums and every flaw, on stderr."""
    for flaw in flaws[:_MOST_FLAWS]:
        where = f"{roster}:{flaw.number}" if flaw.number else str(roster)
        screen.say(f"nianbao: {where}：{flaw.message}", f"nianbao: {where}: {flaw.message}")
    if len(flaws) > _MOST_FLAWS:
        more = len(flaws) - _MOST_FLAWS
        screen.say(f"还有 {more} 处", f"and {more} more")
    keys = ("added", "changed", "renamed", "perhaps_renamed", "removed", "near", "conflicts")
    a, c, r, p, g, n, x = (sum(len(getattr(one, key)) for one in changes) for key in keys)
    screen.say(
        f"新增 {a}，变更 {c}，更名 {r}，疑似更名 {p}，名单中没有 {g}，名称相近 {n}，冲突 {x}",
        f"{a} added, {c} changed, {r} renamed, {p} perhaps renamed, {g} not in the roster, {n} near, "
        f"{x} in conflict",
    )
    if flaws:
        screen.say("有读不懂的行，什么也没有写", "rows cannot be read; nothing was written")
    elif not apply:
        screen.say("只是预览；加 --apply 写入", "a preview; add --apply to write it")
    else:
        for path in written:
            screen.say(f"已写入 {path}", f"written: {path}")
        if not written:
            screen.say("没有要写的", "nothing to write")


def _object(
    changes: Sequence[Changes], flaws: Sequence[RosterFlaw], written: Sequence[Path]
) -> dict[str, Any]:
    def each(key: str) -> list[dict[str, Any]]:
        return [
            {"province": one.province, "portal": change.portal, **_change(key, change)}
            for one in changes
            for change in getattr(one, key)
        ]

    return {
        "schema": 1,
        "written": [str(path) for path in written],
        **{key: each(key) for key in _LISTS},
        "conflicts": [
            {"province": one.province, "row": flaw.number, "message": flaw.message}
            for one in changes
            for flaw in one.conflicts
        ],
        "errors": [{"row": flaw.number or None, "message": flaw.message} for flaw in flaws],
    }


def _change(key: str, change: Change) -> dict[str, Any]:
    old, new = change.old, change.new
    said: dict[str, Any] = {"organ": _named(change)}
    if change.row:
        said["row"] = change.row
    if key in ("near", "by_alias") and old is not None:
        said["other"] = old.name
    elif key in ("renamed", "perhaps_renamed") and old is not None:
        said["former"] = old.name
    elif key == "changed" and old is not None and new is not None:
        said["fields"] = {name: list(pair) for name, pair in _differences(old, new).items()}
    elif new is not None:
        said["kind"] = new.kind.value
    return said
