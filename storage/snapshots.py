"""A finding as plain JSON and back: the memory of how it stood at one moment."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from storage.records import FindingRecord, FindingStatus, Origin

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
