"""What hangs on the page of a report: whether it opens, whether it says the same, what stands there alone."""

from __future__ import annotations

from collections.abc import Iterator

from crawler.report.comparison import differing, may_be_same, surely_same
from crawler.report.model import Bilingual, Cell, Number, Report
from crawler.validator.basis import CONSISTENCY, PRACTICE
from crawler.validator.context import WHOLE, AttachmentReading, Context
from crawler.validator.labels import TABLES, cell_label, figure
from crawler.validator.rule import (
    NOT_APPLICABLE,
    UNIFIED,
    NotApplicable,
    Statement,
    fail,
    rule,
    shorten,
    uncertain,
)

Statements = Iterator[Statement | NotApplicable]

_WHERE = "filing"
_PROSE = "text"
_CELLS_TOLD = 10
"""Differing cells of one table that are told one by one; more are told together."""


@rule(
    "attachment-only",
    title_zh="仅以附件发布",
    norm_zh="报告的正文和表格都在网页上，而不只在附件里",
    basis=PRACTICE,
    forms=UNIFIED,
)
def attachment_only(_report: Report, context: Context) -> Statements:
    """Text and tables of the report stand on the page itself, not in an attachment alone."""
    if not context.attachments:
        yield NOT_APPLICABLE
    for part, index in context.taken.items():
        name = _name(context.attachments[index])
        if part == WHOLE:
            yield fail(
                _WHERE,
                f"报告全文只在附件“{name}”中，网页上没有正文",
                f"The whole report stands in the attachment “{name}” alone, the page has no text",
                quote=name,
            )
            return
        label = TABLES.get(part, Bilingual("报告文字", "the text"))
        yield fail(
            part if part in TABLES else _PROSE,
            f"{label.zh}只在附件“{name}”中，网页上没有",
            f"{label.en} stands in the attachment “{name}” alone, not on the page",
            quote=name,
        )


@rule(
    "attachment-broken",
    title_zh="附件打不开",
    norm_zh="页面所附的文件能够打开",
    basis=PRACTICE,
)
def attachment_broken(_report: Report, context: Context) -> Statements:
    """The files attached to the page can be opened."""
    if not context.attachments:
        yield NOT_APPLICABLE
    broken = [read for read in context.attachments if read.broken]
    unread = [read for read in context.attachments if read.problem is not None]
    if broken:
        told = _told(broken)
        yield fail(
            _WHERE,
            f"附件无法打开：{told.zh}",
            f"Attachments that nobody can open: {told.en}",
            found=len(broken),
            quote=_name(broken[0]),
        )
    elif unread:
        told = _told(unread)
        yield uncertain(
            _WHERE,
            f"附件未能读取，无法判断能否打开：{told.zh}",
            f"Attachments that were not read, so whether they open is unknown: {told.en}",
            found=len(unread),
            quote=_name(unread[0]),
        )


@rule(
    "attachment-differs-from-page",
    title_zh="附件与网页数据不一致",
    norm_zh="同一份报告在网页上和附件里的数字相同",
    basis=CONSISTENCY,
)
def attachment_differs_from_page(report: Report, context: Context) -> Statements:
    """The same report has the same figures on the page and in its attachments."""
    main = context.taken.get(WHOLE)
    others = [
        read
        for at, read in enumerate(context.attachments)
        if at != main and read.report is not None and may_be_same(report, read.report)
    ]
    if not others:
        yield NOT_APPLICABLE
        return
    here = Bilingual("网页", "the page")
    if main is not None:
        here = _as_place(context.attachments[main])
    for key in report.tables:
        if key not in context.taken:
            yield from _differences(report, key, here, others)


def _differences(report: Report, key: str, here: Bilingual, others: list[AttachmentReading]) -> Statements:
    """What differs in the table `key`; of several attachments, the first that differs in a cell is told."""
    cells = report.tables[key].cells
    told: dict[str, tuple[AttachmentReading, Number, Number]] = {}
    for read in others:
        if read.report is not None:
            for cell, (own, other) in differing(report.tables[key], read.report.tables[key]).items():
                told.setdefault(cell, (read, own, other))
    if len(told) > _CELLS_TOLD:
        read = next(iter(told.values()))[0]
        there = _as_place(read)
        yield (fail if _is_sure(report, read, *told) else uncertain)(
            key,
            f"{TABLES[key].zh}：{here.zh}与{there.zh}有{len(told)}格数字不同",
            f"{TABLES[key].en}: {len(told)} figures differ between {here.en} and {there.en}",
            cells=tuple(told),
            found=len(told),
            quote=_name(read),
        )
        return
    for cell, (read, own, other) in told.items():
        label, there = cell_label(cell), _as_place(read)
        twin = read.report.cells[cell] if read.report is not None else cells[cell]
        yield (fail if _is_sure(report, read, cell) else uncertain)(
            cell,
            f"{label.zh}：{here.zh}为{figure(own)}，{there.zh}为{figure(other)}",
            f"{label.en}: {figure(own)} on {here.en}, {figure(other)} in {there.en}",
            cells=(cell,),
            expected=other,
            found=own,
            quote=f"{cells[cell].raw.strip()} / {twin.raw.strip()}",
        )


def _is_sure(report: Report, read: AttachmentReading, *keys: str) -> bool:
    """Whether both are surely the same report and nobody had to guess a figure of the attachment."""
    other = read.report
    return (
        other is not None
        and surely_same(report, other)
        and not other.recognised
        and all(_surely_read(other.cells[key]) for key in keys if key in other.cells)
    )


def _surely_read(cell: Cell) -> bool:
    return cell.confidence is None and not cell.by_position


def _as_place(read: AttachmentReading) -> Bilingual:
    return Bilingual(f"附件“{_name(read)}”", f"the attachment “{_name(read)}”")


def _name(read: AttachmentReading) -> str:
    return shorten(read.name, 60)


def _told(readings: list[AttachmentReading]) -> Bilingual:
    unknown = Bilingual("未能读取", "not read")
    problems = [(f"“{_name(read)}”", read.problem or unknown) for read in readings]
    return Bilingual(
        "、".join(f"{name}（{problem.zh}）" for name, problem in problems),
        ", ".join(f"{name} ({problem.en})" for name, problem in problems),
    )
