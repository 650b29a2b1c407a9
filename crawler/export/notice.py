"""What storage holds, as tables in the words of an official notice: findings, duties, reports."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple, TypeVar

from crawler.clock import local
from crawler.export.certainty import certain
from crawler.export.repairs import why
from crawler.export.table import Column, Table, Value
from crawler.export.wording import (
    DATE_SOURCES,
    FAULTS,
    FINDING_STATUSES,
    OBLIGATION_STATUSES,
    VERDICTS,
    said,
)
from crawler.places import TABLE_STATES, TABLES, place
from crawler.report.deadlines import KIND_NAMES
from crawler.report.forms import FORMS
from crawler.report.model import Bilingual
from crawler.rulebook.cards import cards
from crawler.validator.finding import CULPRIT, SEVERITY_NAMES
from storage.records import ChangeRecord, FindingRecord, ObligationRecord, ObligationStatus, ReportRecord

FINDINGS = Bilingual("问题清单", "Findings")
OBLIGATIONS = Bilingual("应报情况", "Duties")
REPORTS = Bilingual("报告清单", "Reports")

R = TypeVar("R")


class _Field(NamedTuple):
    heading: Bilingual
    width: int
    value: Callable[..., Value]  # of (record, language)


_NO_ENDS: Mapping[str, ChangeRecord] = MappingProxyType({})


def findings_table(
    rows: Sequence[FindingRecord], lang: str, ends: Mapping[str, ChangeRecord] = _NO_ENDS
) -> Table:
    """Findings in their order, one a row; what does not accuse the publisher for certain stands faint. `ends`
    are the steps with which those ended that do not stand any more, by fingerprint.
    """
    numbers = {row.fingerprint: number for number, row in enumerate(rows, start=1) if row.rule == CULPRIT}
    made = []
    for number, row in enumerate(rows, start=1):
        cause = None if row.group is None else numbers.get(row.group)
        told, beside = ([one.value(row, lang) for one in fields] for fields in (_NOTICE, _BESIDE))
        made.append((number, *told, cause, *beside, _end(ends.get(row.fingerprint), lang)))
    columns = (
        Column(_either("序号", "No.", lang), 6),
        *_columns(_NOTICE, lang),
        Column(_either("同因序号", "explained by No.", lang), 9),
        *_columns(_BESIDE, lang),
        Column(_either("如何消除", "how it ended", lang), 40),
    )
    faint = frozenset(at for at, row in enumerate(rows) if not certain(row))
    return Table(FINDINGS.pick(lang), columns, made, faint, printed=len(_NOTICE) + 2)


def obligations_table(rows: Sequence[ObligationRecord], lang: str) -> Table:
    """Duties, one a row; a missing report with the visits that prove it."""
    return _table(OBLIGATIONS, _OBLIGATION, rows, lang)


def reports_table(rows: Sequence[ReportRecord], lang: str) -> Table:
    """Reports held, one a row."""
    return _table(REPORTS, _REPORT, rows, lang)


def repair(rule: str, lang: str) -> str:
    """How to put a breach of `rule` right; empty for a rule that this program does not know."""
    card = cards().get(rule)
    return "" if card is None else card.repair.both.pick(lang)


def proof(row: ObligationRecord, lang: str) -> str:
    """The visits that prove an absence; empty where none is proved."""
    if row.status is not ObligationStatus.MISSING:
        return ""
    return ("; " if lang == "en" else "；").join(f"{local(visit):%Y-%m-%d %H:%M}" for visit in row.visits)


def _table(name: Bilingual, fields: Sequence[_Field], rows: Sequence[R], lang: str) -> Table:
    made = [tuple(field.value(row, lang) for field in fields) for row in rows]
    return Table(name.pick(lang), _columns(fields, lang), made)


def _columns(fields: Sequence[_Field], lang: str) -> tuple[Column, ...]:
    return tuple(Column(field.heading.pick(lang), field.width) for field in fields)


def _end(step: ChangeRecord | None, lang: str) -> str:
    said = None if step is None else why(step)
    return "" if said is None else said.pick(lang)


def _either(zh: str, en: str, lang: str) -> str:
    return en if lang == "en" else zh


def _advice(row: FindingRecord, lang: str) -> str:
    if not certain(row):
        return _either("请先对照原件核对", "look at the original first", lang)
    return repair(row.rule, lang)


_NOTICE: tuple[_Field, ...] = (
    _Field(Bilingual("单位", "body"), 16, lambda row, _: row.organ),
    _Field(Bilingual("年度", "year"), 6, lambda row, _: row.year),
    _Field(Bilingual("级别", "grade"), 7, lambda row, lang: said(SEVERITY_NAMES, row.severity, lang)),
    _Field(Bilingual("结论", "verdict"), 7, lambda row, lang: said(VERDICTS, row.verdict, lang)),
    _Field(Bilingual("问题", "finding"), 42, lambda row, lang: _either(row.message_zh, row.message_en, lang)),
    _Field(Bilingual("报告中位置", "place in the report"), 20, lambda row, lang: place(row.where, lang)),
    _Field(Bilingual("应为", "expected"), 10, lambda row, _: row.expected),
    _Field(Bilingual("报告所载", "found"), 10, lambda row, _: row.found),
    _Field(Bilingual("依据", "basis"), 24, lambda row, lang: _either(row.basis_zh, row.basis_en, lang)),
    _Field(Bilingual("整改建议", "how to put it right"), 32, _advice),
)
_BESIDE: tuple[_Field, ...] = (
    _Field(Bilingual("状态", "status"), 8, lambda row, lang: FINDING_STATUSES[row.status].pick(lang)),
    _Field(Bilingual("归因", "whose defect"), 9, lambda row, lang: said(FAULTS, row.fault, lang)),
    _Field(Bilingual("原文", "quote"), 24, lambda row, _: row.quote),
    _Field(Bilingual("网页", "page"), 30, lambda row, _: row.url),
    _Field(Bilingual("首次发现", "first seen"), 16, lambda row, _: row.first_seen),
    _Field(Bilingual("最近核查", "last seen"), 16, lambda row, _: row.last_seen),
    _Field(Bilingual("存档哈希", "hash of the archived original"), 20, lambda row, _: row.archived),
    _Field(Bilingual("省份", "province"), 10, lambda row, _: row.province),
    _Field(Bilingual("网站", "portal"), 14, lambda row, _: row.portal),
    _Field(Bilingual("规则", "rule"), 20, lambda row, _: row.rule),
    _Field(Bilingual("问题编号", "fingerprint"), 18, lambda row, _: row.fingerprint),
)

_OBLIGATION: tuple[_Field, ...] = (
    _Field(Bilingual("单位", "body"), 24, lambda row, _: row.organ),
    _Field(Bilingual("类别", "kind"), 14, lambda row, lang: said(KIND_NAMES, row.organ_kind, lang)),
    _Field(Bilingual("年度", "year"), 6, lambda row, _: row.year),
    _Field(Bilingual("期限", "due"), 12, lambda row, _: row.due),
    _Field(Bilingual("状态", "status"), 12, lambda row, lang: OBLIGATION_STATUSES[row.status].pick(lang)),
    _Field(Bilingual("发布日期", "published"), 12, lambda row, _: row.published),
    _Field(Bilingual("逾期天数", "days late"), 9, lambda row, _: row.days_late),
    _Field(Bilingual("首次见到", "first seen"), 16, lambda row, _: row.first_seen),
    _Field(Bilingual("未见报告的完整访问", "clean visits that did not show it"), 34, proof),
    _Field(Bilingual("说明", "reason"), 36, lambda row, lang: _either(row.reason_zh, row.reason_en, lang)),
    _Field(Bilingual("网页", "page"), 34, lambda row, _: row.url),
    _Field(Bilingual("省份", "province"), 10, lambda row, _: row.province),
)


def _form(form: str | None, lang: str) -> str:
    if form in FORMS:
        return _either(f"{form}年格式", f"form of {form}", lang)
    return _either("旧条例", "before the forms", lang) if form == "legacy" else form or ""


def _state(table: str) -> _Field:
    name = TABLES[table]
    return _Field(name, 8, lambda row, lang: said(TABLE_STATES, row.tables.get(table, ""), lang))


_REPORT: tuple[_Field, ...] = (
    _Field(Bilingual("单位", "body"), 24, lambda row, _: row.organ),
    _Field(Bilingual("年度", "year"), 6, lambda row, _: row.year),
    _Field(Bilingual("标题", "title"), 40, lambda row, _: row.title),
    _Field(Bilingual("发布日期", "published"), 12, lambda row, _: row.published),
    _Field(
        Bilingual("日期来源", "date from"),
        12,
        lambda row, lang: said(DATE_SOURCES, row.published_from or "", lang),
    ),
    _Field(Bilingual("落款日期", "signed"), 12, lambda row, _: row.signed),
    _Field(Bilingual("首次见到", "first seen"), 16, lambda row, _: row.first_seen),
    _Field(Bilingual("格式", "form"), 11, lambda row, lang: _form(row.form, lang)),
    *(_state(table) for table in TABLES),
    _Field(Bilingual("网页", "page"), 36, lambda row, _: row.url),
    _Field(Bilingual("存档哈希", "hash of the archived original"), 20, lambda row, _: row.sha256),
    _Field(Bilingual("省份", "province"), 10, lambda row, _: row.province),
    _Field(Bilingual("网站", "portal"), 14, lambda row, _: row.portal),
)
