"""What a finding that is no longer stated was fixed by: an edit of its page, another page that is the report
now, or a change of what it was held against. Nothing is claimed that is not on record.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from storage import tables
from storage.records import (
    Cause,
    Edit,
    FindingRecord,
    ObligationRecord,
    PageSeen,
    Repair,
    ReportRecord,
    Shown,
)

_ELSEWHERE = Repair(Cause.ELSEWHERE)


@dataclass(frozen=True, slots=True)
class AsHeld:
    """A report as it stood on record, before what was seen now took its place."""

    url: str
    sha256: str
    seen: datetime
    published: date | None
    cells: Mapping[str, Any]

    @classmethod
    def of(cls, row: tables.Reading) -> AsHeld:
        """What `row` holds now."""
        return cls(row.url, row.sha256, row.seen, row.published, row.cells)


def of_reading(
    before: AsHeld, report: ReportRecord, *, edited: bool
) -> Callable[[FindingRecord], Repair | None]:
    """What fixed a finding of one page, now that `report` is held; `edited` tells that its page was."""

    def repair(known: FindingRecord) -> Repair:
        if before.url != report.url:
            return Repair(Cause.REPLACED, report.url, first_seen=report.first_seen or report.seen)
        if not edited:
            return replace(_ELSEWHERE, url=report.url)
        dates = (before.published, report.published)
        edit = Edit(
            report.url,
            before.sha256,
            report.sha256,
            before.seen,
            report.seen,
            _changed(known.cells, before.cells, report.cells),
            None if dates[0] == dates[1] else dates,
        )
        return Repair(Cause.EDITED, report.url, edit)

    return repair


def was_edited(
    entry: PageSeen, before: AsHeld | None, version: tables.Version | None, parts: Sequence[str | None]
) -> bool:
    """Whether the page shows the report otherwise than it did; `version` is what it showed, `parts` are the
    hashes of what was read together with it.

    Bytes differ every night where a page counts its readers: they are asked only where not all of the report
    could be read for certain.
    """
    report = entry.report
    if report is None or before is None:
        return False
    if before.published != report.published:
        return True
    if version is not None and entry.version is not None and version.digest and entry.version.digest:
        return version.digest != entry.version.digest
    return before.sha256 != report.sha256 or [*parts] != [part.sha256 for part in entry.page.parts]


def of_comparison(report: tables.Report, edits: Sequence[Edit]) -> Callable[[FindingRecord], Repair | None]:
    """What fixed a finding of a comparison; `edits` are those of the page of `report`, oldest first."""

    def repair(known: FindingRecord) -> Repair | None:
        if known.url != report.url:
            return Repair(Cause.REPLACED, report.url, first_seen=report.first_seen)
        since = next((at for at in reversed(range(len(edits))) if edits[at].before == known.archived), None)
        if since is None:
            unchanged = known.archived == report.sha256
            return replace(_ELSEWHERE, url=report.url) if unchanged else None
        edit = _sum(edits[since:], known.cells)
        # other cells may have been edited, and something else have ended the finding
        return None if known.cells and not edit.cells else Repair(Cause.EDITED, report.url, edit)

    return repair


def of_duty(duty: ObligationRecord) -> Callable[[FindingRecord], Repair | None]:
    """What ended an absence: the report has come."""
    repair = Repair(
        Cause.FILED,
        duty.url or "",
        first_seen=duty.first_seen,
        published=duty.published,
        days_late=duty.days_late,
    )
    return lambda _: repair


def _sum(edits: Sequence[Edit], keys: Sequence[str]) -> Edit:
    """Several edits as one, with the cells `keys` as far as they show something else in the end."""
    first, last = edits[0], edits[-1]
    cells: dict[str, tuple[Shown, Shown]] = {}
    for edit in edits:
        for key, (was, became) in edit.cells.items():
            cells[key] = (cells[key][0] if key in cells else was, became)
    dates = [edit.published for edit in edits if edit.published is not None]
    return replace(
        last,
        before=first.before,
        last_seen=first.last_seen,
        cells={key: cells[key] for key in keys if key in cells and cells[key][0] != cells[key][1]},
        published=(dates[0][0], dates[-1][1]) if dates and dates[0][0] != dates[-1][1] else None,
    )


def _changed(
    keys: Sequence[str], before: Mapping[str, Any], after: Mapping[str, Any]
) -> dict[str, tuple[Shown, Shown]]:
    shown = {key: (_shown(before.get(key)), _shown(after.get(key))) for key in keys}
    return {key: (was, became) for key, (was, became) in shown.items() if was != became}


def _shown(cell: Mapping[str, Any] | None) -> Shown:
    if cell is None:
        return None
    number: Shown = cell["value"]
    return str(cell["raw"]) if number is None else number
