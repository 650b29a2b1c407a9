"""A report as storage keeps it whole, and back: what later comparison works on without the archive."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from pydantic import TypeAdapter, ValidationError

from crawler.report.model import Report
from crawler.validator.history import lines
from storage.records import VersionRecord

_REPORT: TypeAdapter[Report] = TypeAdapter(Report)


def version_of(
    report: Report,
    *,
    organ: str,
    year: int,
    url: str,
    sha256: str,
    seen: datetime,
    rules_version: int,
    whole: bool,
) -> VersionRecord:
    """`report` as the address `url` shows it; `whole` tells that all of it was read."""
    content: dict[str, Any] = _REPORT.dump_python(
        report, mode="json", exclude_defaults=True, fallback=_plain, warnings=False
    )
    sure = whole and not report.recognised and all(cell.confidence is None for cell in report.cells.values())
    return VersionRecord(
        organ=organ,
        year=year,
        url=url,
        sha256=sha256,
        first_seen=seen,
        rules_version=rules_version,
        digest=_digest(report) if sure else "",
        content=content,
    )


def report_of(version: VersionRecord) -> Report | None:
    """The report as it was read; None where an older program wrote down what this one cannot understand."""
    try:
        return _REPORT.validate_python(version.content)
    except ValidationError:
        return None


def _plain(value: object) -> object:
    """Read-only mappings, which the parser makes, are not known to the serialiser."""
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(f"a report holds no {type(value).__name__}")


def _digest(report: Report) -> str:
    """What a change of the report alters: its lines and its figures, not how they are set."""
    parts = [*lines(report)]
    for key, cell in sorted(report.cells.items()):
        held = "".join(cell.raw.split()) if cell.value is None else Decimal(cell.value).normalize()
        parts.append(f"{key}={held}")
    return hashlib.sha256("\n".join(parts).encode(errors="replace")).hexdigest()
