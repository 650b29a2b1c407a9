"""`nianbao findings`, `reports` and `obligations`: what storage holds, as tables or flat objects."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeVar

from crawler import clock
from crawler.clock import local
from crawler.commands import history, matrix, tables, versions, waivers
from crawler.commands.problems import CallError
from crawler.config import Settings
from crawler.console import SEVERITY_STYLE, Column, Screen
from crawler.database import opened
from crawler.export.account import coverage_of, coverage_told
from crawler.export.exact_json import dumps
from crawler.export.repairs import end_object, why
from crawler.export.wording import FINDING_STATUSES, OBLIGATION_STATUSES
from crawler.places import place, told
from crawler.report.deadlines import KIND_NAMES
from crawler.report.model import Kind
from crawler.validator.finding import CULPRIT, SEVERITY_NAMES, gravity
from storage.queries import Queries
from storage.records import (
    ChangeRecord,
    FindingRecord,
    FindingStatus,
    ObligationRecord,
    ObligationStatus,
    ReportRecord,
    WaiverUse,
)

R = TypeVar("R")

Ends = Mapping[str, ChangeRecord]
"""By the fingerprint of a finding that does not stand any more, the step with which it ended."""

_NO_ENDS: Ends = MappingProxyType({})


def findings(
    screen: Screen,
    settings: Settings,
    form: str,
    *,
    output: Path | None = None,
    status: str | None = None,
    steps: bool = False,
    limit: int | None = None,
    **filters: Any,
) -> None:
    """Findings that stand (or those of one status), worst first, the first `limit` of them; with `steps` the
    history of all.
    """
    _known_status(status, FindingStatus)
    to_file = tables.asked(form, output, limit)
    if steps and to_file:
        raise CallError("--history 只能输出 text 或 json", "--history is told as text or json")
    queries = _queries(settings)
    every = steps or filters.get("fingerprint") is not None
    found = queries.findings(status=status, include_fixed=every, limit=_beyond(limit), **filters)
    rows = _first(screen, found, limit)
    if steps:
        taken = queries.history([row.fingerprint for row in rows])
        if form == "json":
            screen.raw(dumps(history.objects(rows, taken, screen.lang, finding_object)))
            return
        history.show(screen, rows, taken)
        tell_coverage(screen, queries, **filters)
        if filters.get("fingerprint") is not None:
            versions.beneath(screen, queries, {(row.organ, row.year) for row in rows})
        return
    if to_file:
        tables.findings(screen, queries, rows, form, output, {"status": status, **filters})
        tell_coverage(screen, queries, **filters)
        return
    ends = queries.ends(rows)
    if form == "json":
        screen.raw(dumps([finding_object(row, screen.lang, ends) for row in rows]))
        tell_coverage(screen, queries, **filters)
        return
    show_findings(screen, rows, ends)
    tell_coverage(screen, queries, **filters)
    tell_waivers(screen, queries.waivers())


def tell_waivers(screen: Screen, uses: Sequence[WaiverUse]) -> None:
    """How many decisions hold, and which ought to be looked at, in one line on stderr; none, no line."""
    if uses:
        line = waivers.summary(uses, clock.now())
        screen.say(f"{line.zh}（见 nianbao waive list）", f"{line.en}; see nianbao waive list")


def show_findings(screen: Screen, rows: Sequence[FindingRecord], ends: Ends = _NO_ENDS) -> None:
    """Findings as a table, with `ends` also what those that do not stand any more ended by; the number on
    stderr.
    """
    if rows:
        pick = screen.pick
        grades = {SEVERITY_NAMES[name].pick(screen.lang): style for name, style in SEVERITY_STYLE.items()}
        columns = [
            Column(pick("级别", "grade"), styles=grades),
            Column(pick("结论", "verdict")),
            Column(pick("单位", "body"), style="bold", wrap=True),
            Column(pick("年度", "year")),
            Column(pick("状态", "status")),
            Column(pick("规则", "rule")),
            Column(pick("位置", "place")),
            Column(pick("问题", "finding"), wrap=True),
        ]
        if screen.terminal:
            # a screen is narrow: the sentence names the place anyway, and takes the rule behind it
            table = [line for row, under in folded(rows) for line in _folded_rows(row, under, screen, ends)]
            columns = [*columns[:5], columns[7]]
        else:
            table = [_finding_row(row, screen, ends) for row in rows]
        screen.table(columns, table)
    fail = sum(row.verdict == "fail" for row in rows)
    screen.say(
        f"共 {len(rows)} 项：不符 {fail}，存疑 {len(rows) - fail}",
        f"{len(rows)} in all: {fail} fail, {len(rows) - fail} uncertain",
    )


def folded(rows: Sequence[FindingRecord]) -> list[tuple[FindingRecord, tuple[FindingRecord, ...]]]:
    """Each finding with those that it likely causes, which do not stand by themselves; worst first."""
    causes = {row.fingerprint for row in rows if row.rule == CULPRIT}
    under: dict[str, list[FindingRecord]] = {}
    for row in rows:
        if row.group in causes:
            under.setdefault(row.group or "", []).append(row)
    alone = [(row, tuple(under.get(row.fingerprint, ()))) for row in rows if row.group not in causes]
    return sorted(alone, key=lambda pair: min(gravity(one.severity) for one in (pair[0], *pair[1])))


def _folded_rows(
    row: FindingRecord, under: Sequence[FindingRecord], screen: Screen, ends: Ends
) -> list[list[str]]:
    """A likely cause is as grave as the worst that it explains; the sums stand beneath it."""
    worst = min((row, *under), key=lambda one: gravity(one.severity))
    cells = _finding_row(replace(row, severity=worst.severity), screen, ends)
    said = told(row.where, cells[7], screen.lang) if under else cells[7]
    return [
        [*cells[:5], f"{said} ({row.rule})"],
        *([""] * 5 + [f"- {screen.pick(one.message_zh, one.message_en)} ({one.rule})"] for one in under),
    ]


def _finding_row(row: FindingRecord, screen: Screen, ends: Ends) -> list[str]:
    end = ends.get(row.fingerprint)
    said = None if end is None else why(end)
    behind = "" if said is None else screen.pick(f"（{said.zh}）", f" ({said.en})")
    grade = SEVERITY_NAMES[row.severity].pick(screen.lang) if row.severity in SEVERITY_NAMES else row.severity
    return [
        grade,
        screen.pick("不符", "fail") if row.verdict == "fail" else screen.pick("存疑", "uncertain"),
        row.organ,
        str(row.year),
        FINDING_STATUSES[row.status].pick(screen.lang),
        row.rule,
        place(row.where, screen.lang),
        screen.pick(row.message_zh, row.message_en) + behind,
    ]


def reports(
    screen: Screen,
    settings: Settings,
    form: str,
    *,
    output: Path | None = None,
    limit: int | None = None,
    **filters: Any,
) -> None:
    """Every report held, or the first `limit` of them."""
    to_file = tables.asked(form, output, limit)
    queries = _queries(settings)
    rows = _first(screen, queries.reports(limit=_beyond(limit), **filters), limit)
    if to_file:
        tables.reports(screen, queries, rows, form, output, filters)
        tell_coverage(screen, queries, **filters)
        return
    if form == "json":
        screen.raw(dumps([report_object(row) for row in rows]))
        tell_coverage(screen, queries, **filters)
        return
    pick = screen.pick
    if rows:
        screen.table(
            (
                Column(pick("单位", "body"), style="bold"),
                Column(pick("年度", "year")),
                Column(pick("发布", "published")),
                Column(pick("格式", "form")),
                Column(pick("网站", "portal")),
                Column(pick("标题", "title"), wrap=True),
                Column(pick("网址", "address"), style="dim", wrap=True),
            ),
            [
                (
                    row.organ,
                    str(row.year),
                    "-" if row.published is None else row.published.isoformat(),
                    row.form or "-",
                    row.portal,
                    row.title,
                    row.url,
                )
                for row in rows
            ],
        )
    screen.say(f"共 {len(rows)} 份", f"{len(rows)} in all")
    tell_coverage(screen, queries, **filters)


def obligations(
    screen: Screen,
    settings: Settings,
    form: str,
    *,
    output: Path | None = None,
    status: str | None = None,
    limit: int | None = None,
    as_matrix: bool = False,
    **filters: Any,
) -> None:
    """Duties as last assessed, or the first `limit` of them, with how many of all could be judged."""
    _known_status(status, ObligationStatus)
    to_file = tables.asked(form, output, limit)
    if as_matrix and form != "text":
        raise CallError("--matrix 只能输出 text", "--matrix is shown as text")
    if as_matrix and limit is not None:
        raise CallError("--matrix 不与 --limit 连用", "--matrix does not go with --limit")
    queries = _queries(settings)
    rows = _first(screen, queries.obligations(status=status, limit=_beyond(limit), **filters), limit)
    if to_file:
        tables.obligations(screen, queries, rows, form, output, {"status": status, **filters})
        summarise_obligations(screen, queries, **filters)
        return
    if form == "json":
        screen.raw(dumps([obligation_object(row, screen.lang) for row in rows]))
        summarise_obligations(screen, queries, **filters)
        return
    pick = screen.pick
    if rows and as_matrix:
        matrix.show(screen, rows)
    elif rows:
        screen.table(
            (
                Column(pick("单位", "body"), style="bold"),
                Column(pick("类别", "kind")),
                Column(pick("年度", "year")),
                Column(pick("期限", "due")),
                Column(pick("状态", "status")),
                Column(pick("发布", "published")),
                Column(pick("说明", "reason"), wrap=True),
            ),
            [_obligation_row(row, screen) for row in rows],
        )
    summarise_obligations(screen, queries, **filters)


def summarise_obligations(screen: Screen, queries: Queries, **filters: Any) -> None:
    """How many duties stand how, and of how many that could be told; on stderr."""
    counts: Counter[ObligationStatus] = Counter()
    for (_, _, status), number in queries.duty_counts(**filters).items():
        counts[status] += number
    said = [
        OBLIGATION_STATUSES[one].pick(screen.lang) + f" {counts[one]}"
        for one in ObligationStatus
        if counts[one]
    ]
    coverage = coverage_told(queries.coverage(**filters)).pick(screen.lang)
    comma, semicolon = screen.pick("，", ", "), screen.pick("；", "; ")
    told = semicolon.join((comma.join(said), coverage) if said else (coverage,))
    screen.say(told, told)


def tell_coverage(screen: Screen, queries: Queries, **filters: Any) -> None:
    """Of how many reports that are due it is known how their duty was kept; on stderr, beside every count."""
    if filters.get("organ") is None and filters.get("portal") is None:
        coverage = queries.coverage(filters.get("province"), filters.get("year"))
    else:
        coverage = coverage_of(tables.duties_in_scope(queries, filters))
    told = coverage_told(coverage)
    screen.say(told.zh, told.en)


def _obligation_row(row: ObligationRecord, screen: Screen) -> Sequence[str]:
    kind = KIND_NAMES[Kind(row.organ_kind)].pick(screen.lang) if row.organ_kind in list(Kind) else "-"
    reason = screen.pick(row.reason_zh, row.reason_en)
    if row.status is ObligationStatus.MISSING:
        days = [f"{local(visit):%m-%d}" for visit in row.visits]
        reason = screen.pick(
            f"{len(days)} 次完整访问未见：", f"not seen on {len(days)} clean visits: "
        ) + " ".join(days)
    status = OBLIGATION_STATUSES[row.status].pick(screen.lang)
    if row.days_late:
        status = screen.pick(f"{status}{row.days_late}天", f"{status} {row.days_late} d")
    return (
        row.organ,
        kind,
        str(row.year),
        row.due.isoformat(),
        status,
        "-" if row.published is None else row.published.isoformat(),
        reason,
    )


def finding_object(row: FindingRecord, lang: str, ends: Ends = _NO_ENDS) -> dict[str, Any]:
    """A finding as the flat object of the JSON answer; `ended` says how it did where it does not stand."""
    end = ends.get(row.fingerprint)
    return {
        "rule": row.rule,
        "severity": str(row.severity),
        "verdict": str(row.verdict),
        "fault": str(row.fault),
        "where": row.where,
        "cells": list(row.cells),
        "expected": row.expected,
        "found": row.found,
        "message": row.message_en if lang == "en" else row.message_zh,
        "quote": row.quote,
        "basis": row.basis_en if lang == "en" else row.basis_zh,
        "fingerprint": row.fingerprint,
        "organ": row.organ,
        "year": row.year,
        "province": row.province,
        "portal": row.portal,
        "url": row.url or None,
        "status": row.status.value,
        "first_seen": _moment(row.first_seen),
        "last_seen": _moment(row.last_seen),
        "archived": row.archived,
        "group": row.group,
        "stated_by": row.stated_by.value,
        "waiver": row.waiver if row.status is FindingStatus.WAIVED else None,
        "ended": None if end is None else end_object(end, lang),
    }


def report_object(row: ReportRecord) -> dict[str, Any]:
    """A report as the flat object of the JSON answer."""
    return {
        "organ": row.organ,
        "year": row.year,
        "title": row.title,
        "url": row.url,
        "portal": row.portal,
        "province": row.province,
        "published": None if row.published is None else row.published.isoformat(),
        "published_from": row.published_from,
        "form": row.form,
        "sha256": row.sha256,
        "first_seen": _moment(row.first_seen),
        "rules_version": row.rules_version,
    }


def obligation_object(row: ObligationRecord, lang: str) -> dict[str, Any]:
    """A duty as the flat object of the JSON answer; `reason` says why it could not be judged."""
    return {
        "organ": row.organ,
        "organ_kind": row.organ_kind,
        "province": row.province,
        "year": row.year,
        "due": row.due.isoformat(),
        "status": row.status.value,
        "published": None if row.published is None else row.published.isoformat(),
        "first_seen": _moment(row.first_seen),
        "days_late": row.days_late,
        "url": row.url,
        "visits": [_moment(visit) for visit in row.visits],
        "reason": row.reason_en if lang == "en" else row.reason_zh,
    }


def _moment(moment: datetime | None) -> str | None:
    return None if moment is None else local(moment).isoformat()


def _beyond(limit: int | None) -> int | None:
    """One more than is shown: whether there is more is to be told."""
    return None if limit is None else limit + 1


def _first(screen: Screen, rows: list[R], limit: int | None) -> list[R]:
    """What is shown; that there is more is said on stderr."""
    if limit is None or len(rows) <= limit:
        return rows
    screen.say(
        f"只列前 {limit} 项，还有更多（--limit）",
        f"the first {limit} alone are listed, there are more (--limit)",
    )
    return rows[:limit]


def _known_status(status: str | None, known: type[FindingStatus] | type[ObligationStatus]) -> None:
    if status is not None and status not in [member.value for member in known]:
        have = ", ".join(member.value for member in known)
        raise CallError(
            f"没有这种状态：{status}（有：{have}）", f"no such status: {status} (there are: {have})"
        )


def _queries(settings: Settings) -> Queries:
    return Queries(opened(settings))
