"""What a digest tells, and what stands open, as a workbook in the words of an official notice. Pure.

Every text is written as text (crawler.export.xlsx_file): nothing of a report becomes a formula or a link.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from crawler.digest.contents import PART_TITLES, PartKind
from crawler.digest.news import order, part_of
from crawler.digest.sums import Told
from crawler.export.notice import findings_table
from crawler.export.table import Column, Table
from crawler.export.xlsx_file import xlsx_file
from crawler.report.model import Bilingual
from crawler.validator.finding import gravity
from storage.records import ChangeRecord, FindingRecord

MOST_ROWS = 5000
"""Rows of one sheet: a mail may weigh some megabytes, no more. A sheet that is cut says so."""

_CHANGES = Bilingual("本次变化", "Changes")
_OPEN = Bilingual("目前尚未解决", "Open at present")
_CHANGE = Bilingual("变化", "change")
_PARTS = list(PartKind)


def workbook(
    told: Sequence[Told], standing: Sequence[FindingRecord], *, moment: datetime, lang: str
) -> bytes:
    """The workbook: every finding that is told, causes before what they explain, and those that stand."""
    ordered = sorted(told, key=_place)
    changes = [(part_of(one), finding) for one in ordered for finding in _findings(one)]
    ends = {one.finding.fingerprint: _end(one, moment) for one in ordered if one.cause is not None}
    rows = findings_table([finding for _, finding in changes[:MOST_ROWS]], lang, ends)
    parts = [PART_TITLES[part].pick(lang) for part, _ in changes[:MOST_ROWS]]
    told_table = replace(
        rows,
        name=_CHANGES.pick(lang),
        columns=(Column(_CHANGE.pick(lang), 9), *rows.columns),
        rows=[(part, *row) for part, row in zip(parts, rows.rows, strict=True)],
        printed=rows.printed + 1,
    )
    open_table = replace(findings_table(standing[:MOST_ROWS], lang), name=_OPEN.pick(lang))
    tables = (
        _cut(told_table, len(changes) > MOST_ROWS, lang),
        _cut(open_table, len(standing) > MOST_ROWS, lang),
    )
    return xlsx_file(tables, title=_CHANGES.pick(lang), moment=moment)


def _place(told: Told) -> tuple[int, int, str, str, int, tuple[int, str, str]]:
    """By part, the worst first, then by province, body and report."""
    one = told.finding
    return (
        _PARTS.index(part_of(told)), gravity(told.severity), one.province, one.organ, one.year, order(one)
    )  # fmt: skip


def _findings(told: Told) -> Iterator[FindingRecord]:
    yield told.finding
    yield from told.under


def _end(told: Told, moment: datetime) -> ChangeRecord:
    """Why it is told, as the table of findings takes it."""
    return ChangeRecord(0, 0, moment, told.kind, told.finding, told.cause, None, told.repair)


def _cut(table: Table, is_cut: bool, lang: str) -> Table:
    """`table`, with a last row that says so where there is more."""
    if not is_cut:
        return table
    said = (
        f"only the first {MOST_ROWS:,} rows; all of them: nianbao findings --format xlsx"
        if lang == "en"
        else f"仅列前 {MOST_ROWS:,} 行；全部见 nianbao findings --format xlsx"
    )
    return replace(table, rows=[*table.rows, (said, *[None] * (len(table.columns) - 1))])
