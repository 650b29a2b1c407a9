"""Figures that must agree within one report. All sums come from the relations of the form."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from crawler.report.forms import Sense
from crawler.report.model import Bilingual, Number, Report, TableState
from crawler.validator.basis import FORM_BALANCE, FORM_TOTALS, LOGIC, PRACTICE
from crawler.validator.bounds import Contradiction, contradiction
from crawler.validator.context import Context
from crawler.validator.finding import Fault
from crawler.validator.labels import TABLES, figure, named, row_label
from crawler.validator.relations import (
    Evaluation,
    Standing,
    evaluations,
    parts_above,
    read,
    rests_on_damage,
)
from crawler.validator.rule import (
    NOT_APPLICABLE,
    UNIFIED,
    NotApplicable,
    Statement,
    fail,
    rule,
    uncertain,
)
from crawler.validator.sums import (
    at_least_message,
    balance_message,
    impossible_message,
    items_message,
    ruled_out_message,
    total_message,
)

Statements = Iterator[Statement | NotApplicable]
_Message = Callable[[Evaluation], Bilingual]

_APPLICATIONS = "applications"


@rule(
    "applications-balance",
    title_zh="申请收办不平衡",
    norm_zh="表三每一列：本年新收与上年结转之和，等于办理结果总计与结转下年度之和",
    basis=FORM_BALANCE,
    forms=UNIFIED,
)
def applications_balance(report: Report, _context: Context) -> Statements:
    """Requests received and carried in equal those concluded and carried over, in every column."""
    yield from _judge(report, "applications-balance", balance_message)


@rule(
    "applications-results-total",
    title_zh="办理结果总计不等于各项之和",
    norm_zh="表三每一列：“（七）总计”等于各项办理结果之和",
    basis=FORM_TOTALS,
    forms=UNIFIED,
)
def applications_results_total(report: Report, _context: Context) -> Statements:
    """The total of results equals the sum of the single results, in every column of table three."""
    yield from _judge(report, "applications-results-total", total_message)


@rule(
    "applications-row-total",
    title_zh="横向总计不等于各类申请人之和",
    norm_zh="表三每一行：“总计”等于各类申请人之和",
    basis=FORM_TOTALS,
    forms=UNIFIED,
)
def applications_row_total(report: Report, _context: Context) -> Statements:
    """The total of a row equals the sum over the kinds of applicant, in every row of table three."""
    yield from _judge(report, "applications-row-total", total_message)


@rule(
    "disputes-total",
    title_zh="复议、诉讼总计不等于各项之和",
    norm_zh="表四每一组：“总计”等于结果维持、结果纠正、其他结果、尚未审结之和",
    basis=FORM_TOTALS,
    forms=UNIFIED,
)
def disputes_total(report: Report, _context: Context) -> Statements:
    """The total of reviews or of litigation equals the sum of its outcomes, in every group of table four."""
    yield from _judge(report, "disputes-total", total_message)


@rule(
    "applications-impossible-part",
    title_zh="分项大于合计",
    norm_zh="表三任何分项都不大于它所属的合计，结转下年度不大于新收与上年结转之和；未读出的格有数可填，使各项关系同时成立",
    basis=LOGIC,
    forms=UNIFIED,
)
def applications_impossible_part(report: Report, _context: Context) -> Statements:
    """No part of table three exceeds the total that it belongs to, and numbers exist for the unread cells."""
    judged = [e for e in evaluations(report) if e.relation.where.startswith(f"{_APPLICATIONS}.")]
    for evaluation in judged:
        if above := parts_above(evaluation):
            said = impossible_message(evaluation, above)
            yield fail(
                evaluation.relation.where,
                said.zh,
                said.en,
                cells=(*evaluation.relation.left, *(term.key for term in above)),
                expected=evaluation.left.known,
                found=max(term.value for term in above if term.value is not None),
            )
    ruled_out = contradiction(judged)
    if ruled_out is not None:
        yield _ruled_out(report, ruled_out)
    undecided = [evaluation for evaluation in judged if evaluation.unread]
    if undecided:
        yield _undecided(report, undecided)


@rule(
    "disclosure-in-force-below-issued",
    title_zh="现行有效件数小于本年制发件数",
    norm_zh="表二：现行有效件数不小于本年制发件数（当年制发又当年废止的除外）",
    basis=PRACTICE,
    forms=("2021",),
    table="disclosure",
)
def disclosure_in_force_below_issued(report: Report, _context: Context) -> Statements:
    """Documents in force are at least those issued this year, unless some were repealed at once."""
    yield from _judge(report, "disclosure-in-force-below-issued", at_least_message)


@rule(
    "disclosure-total-below-new",
    title_zh="对外公开总数量小于本年新公开数量",
    norm_zh="表二：对外公开总数量不小于本年新公开数量",
    basis=LOGIC,
    forms=("2019",),
    table="disclosure",
)
def disclosure_total_below_new(report: Report, _context: Context) -> Statements:
    """Documents disclosed in all are at least as many as those newly disclosed."""
    yield from _judge(report, "disclosure-total-below-new", at_least_message)


@rule(
    "disclosure-items-negative",
    title_zh="项目数量为负",
    norm_zh="表二：上一年项目数量加本年增减不为负",
    basis=LOGIC,
    forms=("2019",),
    table="disclosure",
)
def disclosure_items_negative(report: Report, _context: Context) -> Statements:
    """Last year's items plus this year's change are not below zero."""
    yield from _judge(report, "disclosure-items-negative", items_message)


@rule(
    "disclosure-new-above-produced",
    title_zh="新公开数量大于新制作数量",
    norm_zh="表二：本年新公开数量一般不大于本年新制作数量（公开往年制作的信息除外）",
    basis=PRACTICE,
    forms=("2019",),
    table="disclosure",
)
def disclosure_new_above_produced(report: Report, _context: Context) -> Statements:
    """Documents newly disclosed do not exceed those newly produced, unless older ones are disclosed."""
    unread: list[str] = []
    for row in ("regulations", "normative_documents"):
        produced, new = f"disclosure.{row}.produced", f"disclosure.{row}.newly_disclosed"
        made, disclosed = (read(report.tables["disclosure"], key) for key in (produced, new))
        if made is None or disclosed is None:
            unread += _unread_of(report, (produced, new))
        elif disclosed > made:
            label = row_label(row)
            yield fail(
                f"disclosure.{row}",
                f"{label.zh}：本年新公开数量{figure(disclosed)}大于本年新制作数量{figure(made)}，"
                "如含往年制作的信息请予核实",
                f"{label.en}: {figure(disclosed)} newly disclosed, {figure(made)} newly produced; "
                "please check whether older documents are included",
                cells=(produced, new),
                expected=made,
                found=disclosed,
            )
    yield from _unread_cells(report, "disclosure", tuple(unread))


@rule(
    "disclosure-decisions-without-items",
    title_zh="有处理决定而无项目",
    norm_zh="表二：有处理决定的事项，其项目数量不为零",
    basis=LOGIC,
    forms=("2019",),
    table="disclosure",
)
def disclosure_decisions_without_items(report: Report, _context: Context) -> Statements:
    """Where decisions were made, there are items that they belong to."""
    unread: list[str] = []
    for row in ("licences", "other_services", "penalties", "coercion"):
        keys = tuple(
            f"disclosure.{row}.{column}" for column in ("previous_items", "items_change", "decisions")
        )
        previous, change, decisions = (read(report.tables["disclosure"], key) for key in keys)
        if previous is None or change is None or decisions is None:
            unread += _unread_of(report, keys)
        elif previous + change == 0 and decisions > 0:
            label = row_label(row)
            yield fail(
                f"disclosure.{row}",
                f"{label.zh}：上一年项目数量{figure(previous)}、本年增/减{figure(change)}，项目数量为0，"
                f"但处理决定数量为{figure(decisions)}",
                f"{label.en}: {figure(previous)} items last year, changed by {figure(change)}, leave none, "
                f"but {figure(decisions)} decisions are reported",
                cells=keys,
                found=decisions,
            )
    yield from _unread_cells(report, "disclosure", tuple(unread))


@rule(
    "disclosure-coercion-equals-penalty",
    title_zh="行政强制与行政处罚项目数量相同",
    norm_zh="表二：行政强制的项目数量不照抄行政处罚的项目数量",
    basis=PRACTICE,
    forms=("2019",),
    table="disclosure",
)
def disclosure_coercion_equals_penalty(report: Report, _context: Context) -> Statements:
    """The items of coercive measures are not simply those of penalties repeated."""
    keys = ("disclosure.penalties.previous_items", "disclosure.coercion.previous_items")
    penalties, coercion = (read(report.tables["disclosure"], key) for key in keys)
    if penalties is None or coercion is None:
        yield from _unread_cells(report, "disclosure", tuple(_unread_of(report, keys)))
    elif penalties == coercion != 0:
        yield fail(
            "disclosure.coercion",
            f"行政处罚与行政强制的上一年项目数量均为{figure(coercion)}，请核实是否误填",
            f"Penalties and coercive measures both show {figure(coercion)} items last year; please check",
            cells=keys,
            found=coercion,
        )


def _judge(report: Report, rule_id: str, message: _Message) -> Statements:
    """Fail for every broken relation of `rule_id`; one uncertain statement for all that cannot be decided."""
    undecided: list[Evaluation] = []
    applies = False
    for evaluation in evaluations(report, rule_id):
        applies = True
        standing = evaluation.standing
        if standing is Standing.BROKEN:
            expected, found = _expected_and_found(evaluation)
            fault = Fault.UNKNOWN if rests_on_damage(report, evaluation) else Fault.PUBLISHER
            said = message(evaluation)
            yield fail(
                evaluation.relation.where,
                said.zh,
                said.en,
                fault=fault,
                cells=evaluation.cells,
                expected=expected,
                found=found,
            )
        elif standing is Standing.UNDECIDABLE:
            undecided.append(evaluation)
    if not applies:
        yield NOT_APPLICABLE
    if undecided:
        yield _undecided(report, undecided)


def _ruled_out(report: Report, ruled_out: Contradiction) -> Statement:
    """Rests on many cells of the table: where any of them is doubtful or lost, nobody is accused."""
    table = report.tables[_APPLICATIONS]
    doubtful = any(cell.confidence is not None or cell.by_position for cell in table.cells.values())
    said = ruled_out_message(ruled_out)
    return fail(
        ruled_out.evaluation.relation.where,
        said.zh,
        said.en,
        fault=Fault.UNKNOWN if doubtful or table.state is TableState.DAMAGED else Fault.PUBLISHER,
        cells=ruled_out.evaluation.cells,
    )


def _undecided(report: Report, evaluations: list[Evaluation]) -> Statement:
    where = evaluations[0].relation.where.partition(".")[0]
    if report.tables[where].state in (TableState.MISSING, TableState.IMAGE):
        return _no_table(report, where)
    unread = tuple(dict.fromkeys(key for evaluation in evaluations for key in evaluation.unread))
    if unread:
        return _unread(where, unread, len(evaluations))
    table = TABLES[where]
    return uncertain(
        where,
        f"{table.zh}中有格式之外或无法辨认的行，无法确定总计是否包含该行，{len(evaluations)}处合计未能核对",
        f"{table.en} has rows that the form lacks or that were not recognised; whether the totals "
        f"include them is unknown, so {len(evaluations)} sums were not checked",
    )


def _unread(where: str, unread: tuple[str, ...], relations: int) -> Statement:
    table, cells = TABLES[where], named(unread)
    return uncertain(
        where,
        f"{table.zh}有{len(unread)}格没有可采信的数字（{cells.zh}），{relations}处数量关系未能核对",
        f"{table.en}: {len(unread)} cells hold no number that can be relied upon ({cells.en}), "
        f"so {relations} relations were not checked",
        cells=unread,
    )


def _no_table(report: Report, where: str) -> Statement:
    table, picture = TABLES[where], report.tables[where].state is TableState.IMAGE
    return uncertain(
        where,
        f"{table.zh}{'为图片' if picture else '未见'}，其数量关系未能核对",
        f"{table.en} {'is a picture' if picture else 'was not found'}; its relations were not checked",
    )


def _unread_cells(report: Report, where: str, unread: tuple[str, ...]) -> Statements:
    if report.tables[where].state in (TableState.MISSING, TableState.IMAGE):
        yield _no_table(report, where)
    elif unread:
        table, cells = TABLES[where], named(unread)
        yield uncertain(
            where,
            f"{table.zh}有{len(unread)}格没有可采信的数字（{cells.zh}），未能全部核对",
            f"{table.en}: {len(unread)} cells hold no number that can be relied upon ({cells.en}); "
            "not all was checked",
            cells=unread,
        )


def _unread_of(report: Report, keys: tuple[str, ...]) -> list[str]:
    return [key for key in keys if read(report.tables["disclosure"], key) is None]


def _expected_and_found(evaluation: Evaluation) -> tuple[Number, Number]:
    """A printed total is what was found, its parts were expected; in a balance the receipts are expected."""
    left, right = evaluation.left.known, evaluation.right.known
    if evaluation.relation.sense is Sense.EQUAL and len(evaluation.relation.left) > 1:
        return left, right
    return right, left
