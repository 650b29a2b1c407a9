"""A report beside those of other bodies of its year."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from bench.rules.defect import NEW_FORM_YEARS, Defect, added
from bench.rules.sample import Case, read
from crawler.demo.writer import compose
from crawler.likeness import Passage
from crawler.report.model import Cell, Kind, Report
from crawler.validator.context import Context, Lookalike, Peers

_RECEIVED = "applications.new_received.total"
_ROLLS_UP = "本报告数据为全市汇总数据，包括市政府各部门和各县区。"


def _with_peers(peers: Callable[[Report, Case], Peers]) -> Callable[[Context, Report, Case], Context]:
    return lambda context, report, case: replace(context, peers=peers(report, case))


def _lookalike(report: Report, _case: Case) -> Peers:
    text = report.sections["overview"].text[:200]
    return Peers(lookalikes=(Lookalike("雨燕市水务局", 0.97, (Passage(text, text),)),))


def _child(organ: str, case: Case, received: int) -> Report:
    spec = compose(organ, Kind.DEPARTMENT, case.spec.year, seed=case.sample.seed)
    report = read(spec)
    table = report.tables["applications"]
    held = {**table.cells, _RECEIVED: Cell(received, str(received))}
    return replace(report, tables={**report.tables, "applications": replace(table, cells=held)})


def _larger_child(_report: Report, case: Case) -> Peers:
    more = int(case.spec.cells[_RECEIVED]) + 30
    return Peers(children=(_child("青杉市水务局", case, received=more),))


def _other_sum(_report: Report, case: Case) -> Peers:
    few = int(case.spec.cells[_RECEIVED]) * 3 // 4
    names = ("青杉市水务局", "青杉市教育局")
    return Peers(children=tuple(_child(name, case, received=few) for name in names), all_children=True)


DEFECTS = (
    Defect(rule="peers-text-duplicate", context=_with_peers(_lookalike)),
    Defect(
        rule="peers-parent-lt-child",
        spec=added("overview", _ROLLS_UP),
        context=_with_peers(_larger_child),
        kinds=(Kind.GOVERNMENT,),
        years=NEW_FORM_YEARS,
    ),
    Defect(
        rule="peers-aggregate-sum",
        spec=added("overview", _ROLLS_UP),
        context=_with_peers(_other_sum),
        kinds=(Kind.GOVERNMENT,),
        years=NEW_FORM_YEARS,
    ),
)
