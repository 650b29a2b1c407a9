"""What a finding was fixed by, as people read it. An edit lies between two visits, and is told so."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from crawler.clock import local
from crawler.export.table import digits
from crawler.export.wording import CAUSES
from crawler.places import place
from crawler.report.model import Bilingual
from storage.records import Cause, ChangeRecord, Edit, Repair, Shown

_CELLS_TOLD = 5
_URL_TOLD = 300


def why(step: ChangeRecord) -> Bilingual | None:
    """Why a decision lapsed or a finding was withdrawn, or what it was fixed by; None where there is nothing
    to say.
    """
    return told(step.cause, step.repair)


def told(cause: Cause | None, repair: Repair | None) -> Bilingual | None:
    """The same of a cause, with what is on record of it."""
    if cause is None:
        return None
    if repair is None:
        return CAUSES[cause]
    if repair.edit is not None:
        return _edited(repair.edit)
    url = repair.url[:_URL_TOLD]
    match repair.cause:
        case Cause.REPLACED:
            return Bilingual(f"{CAUSES[cause].zh}：{url}", f"{CAUSES[cause].en}: {url}")
        case Cause.FILED:
            return _filed(repair)
    return CAUSES[cause]


def _edited(edit: Edit) -> Bilingual:
    between = span(edit.last_seen, edit.first_seen)
    zh = f"网页在{between.zh}之间有改动，问题随之消除"
    en = f"fixed by an edit of its page between {between.en}"
    changed = cells(edit.cells)
    if edit.published is not None:
        before, after = edit.published
        zh += f"；标注的发布日期由{before or '无'}改为{after or '无'}"
        en += f"; the stated date of publication was {before or 'none'}, now {after or 'none'}"
    if edit.cells:
        zh += f"；{changed.zh}"
        en += f"; {changed.en}"
    return Bilingual(zh, en)


def cells(changed: Mapping[str, tuple[Shown, Shown]], most: int = _CELLS_TOLD) -> Bilingual:
    """The cells that changed, under the names of the form, with what they showed and show."""
    named = list(changed.items())[:most]
    more = len(changed) - len(named)
    return Bilingual(
        "；".join(f"{place(key)}由{shown(was).zh}改为{shown(now).zh}" for key, (was, now) in named)
        + (f"；等{len(changed)}处" if more else ""),
        "; ".join(f"{place(key, 'en')} from {shown(was).en} to {shown(now).en}" for key, (was, now) in named)
        + (f"; {len(changed)} in all" if more else ""),
    )


def shown(value: Shown) -> Bilingual:
    """What a cell shows."""
    if value is None:
        return Bilingual("无此栏", "no such cell")
    if value == "":
        return Bilingual("空白", "blank")
    text = f"“{value[:30]}”" if isinstance(value, str) else digits(value)
    return Bilingual(text, text)


def _filed(repair: Repair) -> Bilingual:
    zh, en = "报告已发布", "the report has come"
    if repair.first_seen is not None:
        day = local(repair.first_seen).date()
        zh, en = f"{zh}：{day}首次见到", f"{en}: first seen on {day}"
    if repair.published is not None:
        zh, en = f"{zh}，页面标注{repair.published}发布", f"{en}, published on {repair.published} as it says"
    if repair.days_late:
        zh, en = f"{zh}，逾期{repair.days_late}天", f"{en}, {repair.days_late} d late"
    return Bilingual(zh, en)


def span(earlier: datetime, later: datetime) -> Bilingual:
    """Two moments in China's time, to the minute: an edit may be a matter of hours."""
    one, other = (f"{local(moment):%Y-%m-%d %H:%M}" for moment in (earlier, later))
    return Bilingual(f"{one}与{other}", f"{one} and {other}")


def end_object(step: ChangeRecord, lang: str) -> dict[str, Any]:
    """The step with which a finding ended, for programs."""
    said = why(step)
    return {
        "at": _moment(step.at),
        "kind": step.kind.value,
        "cause": None if step.cause is None else step.cause.value,
        "message": None if said is None else said.pick(lang),
        "repair": repair_object(step.repair, lang),
    }


def repair_object(repair: Repair | None, lang: str) -> dict[str, Any] | None:
    """What a finding was fixed by, for programs: `cells` are those of the finding that changed."""
    if repair is None:
        return None
    edit = repair.edit
    return {
        "cause": repair.cause.value,
        "url": repair.url or None,
        "first_seen": _moment(repair.first_seen),
        "published": _day(repair.published),
        "days_late": repair.days_late,
        "edit": None if edit is None else edit_object(edit, lang),
    }


def edit_object(edit: Edit, lang: str) -> dict[str, Any]:
    """An edit for programs."""
    return {
        "url": edit.url,
        "before": edit.before,
        "after": edit.after,
        "last_seen_before": _moment(edit.last_seen),
        "first_seen_after": _moment(edit.first_seen),
        "cells": [
            {"cell": key, "label": place(key, lang), "before": was, "after": now}
            for key, (was, now) in edit.cells.items()
        ],
        "published": None if edit.published is None else [_day(day) for day in edit.published],
    }


def _moment(moment: datetime | None) -> str | None:
    return None if moment is None else local(moment).isoformat()


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
