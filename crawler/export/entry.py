"""One checked report as the plain object that every output format of `nianbao check` is made from.

Plain objects cross process borders, and all formats say the same because they all read this.
"""

from __future__ import annotations

from typing import NotRequired, TypedDict, final

from crawler.inspection import AttachmentReading, Inspection
from crawler.report.forms import SECTIONS
from crawler.report.model import Cell, Number, Period
from crawler.validator.context import WHOLE
from crawler.validator.finding import CULPRIT, Finding, Verdict, fingerprint

FAILING_SEVERITIES = frozenset({"critical", "error"})
"""Severities that make `nianbao check` end with 1 where the verdict is `fail`."""


class SectionEntry(TypedDict):
    """A section that was found."""

    heading: str
    numbered: bool
    empty: bool


class CellEntry(TypedDict):
    """A cell: the number it prints, or null and what it holds instead.

    `confidence`, 0 to 1, stands where a machine recognised it in a picture, `by_position` where its row was
    told by its place alone.
    """

    value: Number | None
    raw: str
    confidence: NotRequired[float]
    by_position: NotRequired[bool]


class ReadFromEntry(TypedDict):
    """The attachment that holds the report, or some parts of it ("prose", a table's key)."""

    url: str
    sha256: str | None
    parts: list[str]


class AttachmentEntry(TypedDict):
    """A file that the page links to, and why it was not read."""

    url: str
    sha256: str | None
    format: str | None
    problem: str | None


class FindingEntry(TypedDict):
    """One finding, its sentences in the chosen language."""

    rule: str
    severity: str
    verdict: str
    fault: str
    where: str
    cells: list[str]
    expected: Number | str | None
    found: Number | str | None
    message: str
    quote: str
    basis: str
    fingerprint: str
    group: NotRequired[str]  # fingerprint of the cell-likely-culprit that explains it


@final
class ReportEntry(TypedDict):
    """One report of `nianbao check`; the fields are promised to other programs.

    `recognised` stands where text was recognised in pictures; `organ_recognised` is the body's name as it was
    made out there, true or not.
    """

    source: str
    sha256: str
    format: str
    title: str | None
    organ: str | None
    organ_from: str | None
    year: int | None
    year_from: str | None
    form: str | None
    published: str | None
    published_from: str | None
    period: list[str] | None
    sections: dict[str, SectionEntry | None]
    tables: dict[str, str]
    cells: dict[str, CellEntry]
    rules: dict[str, list[str]]
    reasons: dict[str, str]  # why a rule was not applied
    findings: list[FindingEntry]
    read_from: NotRequired[list[ReadFromEntry]]
    attachments: NotRequired[list[AttachmentEntry]]
    problem: NotRequired[str]
    recognised: NotRequired[bool]
    organ_recognised: NotRequired[str]


@final
class ErrorEntry(TypedDict):
    """An input that could not be read, and why in one line."""

    source: str
    error: str


def report_entry(source: str, inspection: Inspection, organ: str | None, lang: str) -> ReportEntry:
    """The object for one inspection; `organ` is the name that a flag gave, which outranks the title's."""
    report, outcome = inspection.report, inspection.outcome
    name = organ or report.organ
    entry: ReportEntry = {
        "source": source,
        "sha256": inspection.sha256,
        "format": inspection.format.value,
        "title": report.title,
        "organ": name,
        "organ_from": "given" if organ else report.organ_from,
        "year": report.year,
        "year_from": report.year_from,
        "form": report.form,
        "published": None if report.published is None else report.published.isoformat(),
        "published_from": None if report.published_from is None else report.published_from.value,
        "period": _period(report.period),
        "sections": {
            section.key: (
                None
                if (found := report.sections.get(section.key)) is None
                else {"heading": found.heading, "numbered": found.numbered, "empty": found.empty}
            )
            for section in SECTIONS
        },
        "tables": {key: table.state.value for key, table in report.tables.items()},
        "cells": {key: _cell(cell) for key, cell in report.cells.items()},
        "rules": {verdict.value: list(outcome.rules(verdict)) for verdict in Verdict},
        "reasons": {rule: reason.pick(lang) for rule, reason in outcome.reasons.items()},
        "findings": [_finding(finding, name, report.year, lang) for finding in outcome.findings],
    }
    if inspection.attachments:
        entry["attachments"] = [_attachment(read, lang) for read in inspection.attachments]
    if read_from := _read_from(inspection):
        entry["read_from"] = read_from
    if inspection.problem is not None:
        entry["problem"] = inspection.problem.pick(lang)
    if report.recognised:
        entry["recognised"] = True
        if report.organ_recognised:
            entry["organ_recognised"] = report.organ_recognised
    return entry


def _cell(cell: Cell) -> CellEntry:
    entry: CellEntry = {"value": cell.value, "raw": cell.raw}
    if cell.confidence is not None:
        entry["confidence"] = cell.confidence
    if cell.by_position:
        entry["by_position"] = True
    return entry


def _read_from(inspection: Inspection) -> list[ReadFromEntry]:
    """Which attachments the report was read from; empty where it all stands on the page."""
    parts: dict[int, list[str]] = {}
    if inspection.read_from.attachment is not None:
        parts[inspection.read_from.attachment] = [WHOLE]
    for part, at in inspection.taken.items():
        parts.setdefault(at, []).append(part)
    files = inspection.attachments
    return [{"url": files[at].url, "sha256": files[at].sha256, "parts": named} for at, named in parts.items()]


def _attachment(read: AttachmentReading, lang: str) -> AttachmentEntry:
    return {
        "url": read.url,
        "sha256": read.sha256,
        "format": None if read.format is None else read.format.value,
        "problem": None if read.problem is None else read.problem.pick(lang),
    }


def _finding(finding: Finding, organ: str | None, year: int | None, lang: str) -> FindingEntry:
    entry: FindingEntry = {
        "rule": finding.rule,
        "severity": finding.severity.value,
        "verdict": finding.verdict.value,
        "fault": finding.fault.value,
        "where": finding.where,
        "cells": list(finding.cells),
        "expected": finding.expected,
        "found": finding.found,
        "message": finding.message.pick(lang),
        "quote": finding.quote,
        "basis": finding.basis.pick(lang),
        "fingerprint": fingerprint(organ or "", year, finding.rule, finding.where),
    }
    if finding.group is not None:
        entry["group"] = fingerprint(organ or "", year, CULPRIT, finding.group)
    return entry


def _period(period: Period | None) -> list[str] | None:
    if period is None:
        return None
    start, end = period.start.as_date(), period.end.as_date()
    return None if start is None or end is None else [start.isoformat(), end.isoformat()]


def fails(entry: ReportEntry) -> bool:
    """Whether the report has a finding with verdict `fail` at severity `error` or above."""
    return any(
        finding["verdict"] == Verdict.FAIL and finding["severity"] in FAILING_SEVERITIES
        for finding in entry["findings"]
    )
