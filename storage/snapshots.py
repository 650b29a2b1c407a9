"""A finding, and what it was fixed by, as plain JSON and back: the memory of how it stood at one moment."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

from storage.records import Cause, Edit, FindingRecord, FindingStatus, Origin, Repair

_FIELDS = frozenset(field.name for field in dataclasses.fields(FindingRecord))
_MOMENTS = ("first_seen", "last_seen")


def to_snapshot(finding: FindingRecord) -> dict[str, Any]:
    """`finding` as JSON values; moments as ISO 8601 in UTC."""
    snapshot = {name: getattr(finding, name) for name in _FIELDS}
    for name in _MOMENTS:
        if snapshot[name] is not None:
            snapshot[name] = snapshot[name].astimezone(UTC).isoformat()
    snapshot["status"] = finding.status.value
    snapshot["stated_by"] = finding.stated_by.value
    snapshot["cells"] = list(finding.cells)
    return snapshot


def from_snapshot(snapshot: Mapping[str, Any]) -> FindingRecord:
    """The finding that `snapshot` was taken of; keys that this version does not know are passed over, and
    those that an older version did not write have their default.
    """
    values = {name: value for name, value in snapshot.items() if name in _FIELDS}
    for name in _MOMENTS:
        if values.get(name) is not None:
            values[name] = datetime.fromisoformat(values[name])
    values["status"] = FindingStatus(values["status"])
    if "stated_by" in values:
        values["stated_by"] = Origin(values["stated_by"])
    values["cells"] = tuple(values["cells"])
    return FindingRecord(**values)


def repair_snapshot(repair: Repair | None) -> dict[str, Any] | None:
    """`repair` as JSON values."""
    if repair is None:
        return None
    edit = repair.edit
    return {
        "cause": repair.cause.value,
        "url": repair.url,
        "first_seen": _said(repair.first_seen),
        "published": _said(repair.published),
        "days_late": repair.days_late,
        "edit": None
        if edit is None
        else {
            "url": edit.url,
            "before": edit.before,
            "after": edit.after,
            "last_seen": _said(edit.last_seen),
            "first_seen": _said(edit.first_seen),
            "cells": {key: list(shown) for key, shown in edit.cells.items()},
            "published": None if edit.published is None else [_said(day) for day in edit.published],
        },
    }


def repair_of(snapshot: Mapping[str, Any] | None) -> Repair | None:
    """What `snapshot` was taken of."""
    if snapshot is None:
        return None
    edit = snapshot.get("edit")
    return Repair(
        Cause(snapshot["cause"]),
        snapshot["url"],
        None if edit is None else _edit(edit),
        _moment(snapshot.get("first_seen")),
        _day(snapshot.get("published")),
        snapshot.get("days_late"),
    )


def _edit(snapshot: Mapping[str, Any]) -> Edit:
    published = snapshot["published"]
    return Edit(
        snapshot["url"],
        snapshot["before"],
        snapshot["after"],
        datetime.fromisoformat(snapshot["last_seen"]),
        datetime.fromisoformat(snapshot["first_seen"]),
        {key: (was, became) for key, (was, became) in snapshot["cells"].items()},
        None if published is None else (_day(published[0]), _day(published[1])),
    )


def _said(value: date | datetime | None) -> str | None:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    return None if value is None else value.isoformat()


def _moment(said: str | None) -> datetime | None:
    return None if said is None else datetime.fromisoformat(said)


def _day(said: str | None) -> date | None:
    return None if said is None else date.fromisoformat(said)
