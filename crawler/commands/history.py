"""`nianbao findings --history`: every step in the life of findings, and what they said then."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from crawler.clock import local
from crawler.console import Column, Screen
from crawler.export.repairs import repair_object, why
from crawler.export.wording import FINDING_STATUSES, STEPS
from crawler.places import place
from storage.records import ChangeRecord, FindingRecord

Steps = Mapping[str, Sequence[ChangeRecord]]
"""The steps of findings by fingerprint, newest first."""


def show(screen: Screen, rows: Sequence[FindingRecord], steps: Steps) -> None:
    """Each finding, and beneath it one line for every step."""
    pick = screen.pick
    for row in rows:
        said = (row.organ, str(row.year), row.rule, place(row.where, screen.lang), row.fingerprint)
        screen.line(f"{' '.join(said)}  [{FINDING_STATUSES[row.status].pick(screen.lang)}]", style="bold")
        screen.table(
            [
                Column(pick("日期", "date")),
                Column(pick("变化", "step")),
                Column(pick("应为", "expected"), align="right"),
                Column(pick("实为", "found"), align="right"),
                Column(pick("问题", "finding"), wrap=True),
            ],
            [_line(step, screen) for step in steps[row.fingerprint]],
        )
        screen.line()
    screen.say(f"共 {len(rows)} 项", f"{len(rows)} in all")


def objects(
    rows: Sequence[FindingRecord],
    steps: Steps,
    lang: str,
    finding_object: Callable[[FindingRecord, str], dict[str, Any]],
) -> list[dict[str, Any]]:
    """The findings as flat objects, each with its `history`."""
    return [
        {
            **finding_object(row, lang),
            "history": [_step_object(step, lang) for step in steps[row.fingerprint]],
        }
        for row in rows
    ]


def _line(step: ChangeRecord, screen: Screen) -> Sequence[str]:
    finding = step.finding
    word = STEPS[step.kind].pick(screen.lang)
    said = why(step)
    if said is not None:
        word += screen.pick(f"（{said.zh}）", f" ({said.en})")
    if step.waiver is not None:
        word += f" #{step.waiver}"
    return (
        local(step.at).date().isoformat(),
        word,
        "-" if finding.expected is None else str(finding.expected),
        "-" if finding.found is None else str(finding.found),
        screen.pick(finding.message_zh, finding.message_en),
    )


def _step_object(step: ChangeRecord, lang: str) -> dict[str, Any]:
    finding = step.finding
    return {
        "at": local(step.at).isoformat(),
        "kind": step.kind.value,
        "cause": None if step.cause is None else step.cause.value,
        "waiver": step.waiver,
        "status": finding.status.value,
        "expected": finding.expected,
        "found": finding.found,
        "message": finding.message_en if lang == "en" else finding.message_zh,
        "url": finding.url or None,
        "archived": finding.archived,
        "repair": repair_object(step.repair, lang),
    }
