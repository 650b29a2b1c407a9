"""The likely cause behind broken sums: the smallest set of cells whose change restores them all."""

from __future__ import annotations

from collections.abc import Iterator

from crawler.report.model import Bilingual, Report
from crawler.validator.basis import LOGIC
from crawler.validator.context import Context
from crawler.validator.finding import CULPRIT, Fault
from crawler.validator.labels import cell_label, figure
from crawler.validator.relations import Standing, evaluations, rests_on_damage
from crawler.validator.repair import Correction, Repair, repairs
from crawler.validator.rule import UNIFIED, NotApplicable, Statement, fail, not_applicable, rule

_PART = "applications-impossible-part"


@rule(
    CULPRIT,
    title_zh="疑似错误单元格",
    norm_zh="表三、表四不成立的数量关系，能由唯一一组最少的单元格解释的，指出这些单元格及使关系成立的数值",
    basis=LOGIC,
    forms=UNIFIED,
)
def cell_likely_culprit(report: Report, _context: Context) -> Iterator[Statement | NotApplicable]:
    """Where one smallest set of cells explains what is broken, it is named, with the numbers that restore."""
    judged = list(evaluations(report))
    found = repairs(judged)
    printed = {cell: order for order, cell in enumerate(report.cells)}
    for repair in found:
        yield _told(report, repair, sorted(repair.corrections, key=lambda one: printed[one.cell]))
    standings = {evaluation.standing for evaluation in judged}
    if not found and Standing.BROKEN in standings:
        yield not_applicable(
            "不成立的数量关系没有唯一的最简单解释", "what is broken has no single simplest explanation"
        )
    elif not found and Standing.UNDECIDABLE in standings:
        yield not_applicable("有数量关系未能核对", "some relations were not checked")


def _told(report: Report, repair: Repair, corrections: list[Correction]) -> Statement:
    first, *others = corrections
    said = [_said(correction) for correction in corrections]
    count = len(repair.restored)
    corrected = Bilingual("一并改正", "with these") if others else Bilingual("改正", "with that")
    holds = (
        Bilingual("全部成立", f"the {count} relations affected hold")
        if count > 1
        else Bilingual("成立", "the relation affected holds")
    )
    return fail(
        first.cell,
        f"{'；'.join(one.zh for one in said)}：{corrected.zh}后，受影响的{count}处数量关系{holds.zh}",
        f"{'; '.join(one.en for one in said)}; {corrected.en}, {holds.en}",
        fault=_fault(report, repair),
        cells=tuple(correction.cell for correction in corrections),
        expected=first.expected,
        found=first.found,
        explains=_explained(repair),
    )


def _said(correction: Correction) -> Bilingual:
    label = cell_label(correction.cell)
    expected, found = figure(correction.expected), figure(correction.found)
    return Bilingual(
        f"{label.zh}很可能应为{expected}，表中为{found}",
        f"{label.en} should probably be {expected}; the table has {found}",
    )


def _explained(repair: Repair) -> tuple[tuple[str, str], ...]:
    """The findings about the sums restored; a part above its total is told of the same place as its sum."""
    sums = tuple((e.relation.rule, e.relation.where) for e in repair.restored)
    return sums + tuple((_PART, where) for _, where in sums)


def _fault(report: Report, repair: Repair) -> Fault:
    """What rests on doubtful cells anywhere in the sums accuses nobody."""
    cells = report.cells
    doubtful = any(
        (cell := cells.get(key)) is not None and (cell.confidence is not None or cell.by_position)
        for evaluation in repair.restored
        for key in evaluation.cells
    )
    damaged = any(rests_on_damage(report, evaluation) for evaluation in repair.restored)
    return Fault.UNKNOWN if doubtful or damaged else Fault.PUBLISHER
