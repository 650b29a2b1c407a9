"""The report against those of other bodies."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import wraps
from typing import NamedTuple

from crawler.likeness import own_prose
from crawler.report.forms import DISPUTE_GROUPS, FORM_2021, SIGNED_COLUMNS, TOTAL
from crawler.report.model import Bilingual, Number, Report
from crawler.validator.basis import LOGIC, NOTICE_2021_COPIES, PRACTICE
from crawler.validator.context import Context, Need, Peers
from crawler.validator.copied import percent, side_by_side
from crawler.validator.finding import Fault
from crawler.validator.generation import generation
from crawler.validator.labels import cell_label, figure, named
from crawler.validator.lastyear import Entry, fault_of, same_fields
from crawler.validator.rollup import Scope, aggregation_scope
from crawler.validator.rule import (
    NOT_APPLICABLE,
    UNIFIED,
    NotApplicable,
    Statement,
    fail,
    not_applicable,
    rule,
    shorten,
    uncertain,
)

Statements = Iterator[Statement | NotApplicable]

_QUOTED = 60


@rule(
    "peers-text-duplicate",
    title_zh="文字与其他机关雷同",
    norm_zh="总体情况、存在的主要问题及改进情况如实反映本机关工作，不与其他机关雷同",
    basis=NOTICE_2021_COPIES,
    needs=(Need.PEERS,),
)
def peers_text_duplicate(report: Report, context: Context) -> Statements:
    """A report's own prose is not that of another body, names, years and numbers aside."""
    limit = context.policy.limit
    if len(own_prose(report)) < limit("peers-text-duplicate", "characters"):
        yield not_applicable(
            "自行撰写的文字过短，不足以判断雷同", "too little prose of its own to tell a copy"
        )
        return
    least = limit("peers-text-duplicate", "similarity")
    alike = (
        [other for other in context.peers.lookalikes if other.similarity >= least] if context.peers else []
    )
    if not alike:
        return
    alike.sort(key=lambda other: (-other.similarity, other.organ))
    closest, *more = alike
    told = side_by_side(
        closest.passages, Bilingual("本报告", "this report"), Bilingual("对方报告", "the other report")
    )
    others = (
        Bilingual(f"，另有{len(more)}个机关的报告也达到界限", f", and {len(more)} more reach the threshold")
        if more
        else Bilingual("", "")
    )
    yield fail(
        "text",
        f"除去名称、年份、数字和通用表述，自行撰写的文字与{closest.organ}同年度报告的相似度为"
        f"{percent(closest.similarity)}{others.zh}，谁先谁后、是否用了同一范本，报告本身不能说明{told.zh}",
        f"Names, years, numbers and common phrases aside, its prose and that of {closest.organ} for the same "
        f"year are {percent(closest.similarity)} alike{others.en}; which came first, or whether both used "
        f"one model, the reports do not tell{told.en}",
        basis=None if generation(report) == FORM_2021.id else PRACTICE,
        found=percent(closest.similarity),
        quote=closest.passages[0].here if closest.passages else "",
    )


class _Below(NamedTuple):
    """One cell: the parent's figure, and those of the bodies below it that were read."""

    parent: Entry
    children: tuple[tuple[str, Entry], ...]  # the body's name, its figure
    complete: bool  # every body's figure was read

    @property
    def sum(self) -> Number:
        """What the bodies below come to at least."""
        return sum([entry.value for _, entry in self.children if entry.value is not None])

    @property
    def largest(self) -> tuple[str, Entry] | None:
        """The body with the greatest figure."""
        return max(self.children, key=lambda child: child[1].value or 0, default=None)

    @property
    def child_above(self) -> bool:
        """Whether a single body has more than the parent."""
        value, largest = self.parent.value, self.largest
        return value is not None and largest is not None and (largest[1].value or 0) > value


def _where_it_rolls_up(
    body: Callable[[Report, Peers, str], Statements],
) -> Callable[[Report, Context], Statements]:
    """A rule over a report and those below it, applied where the report says that it sums them up."""

    @wraps(body)
    def guarded(report: Report, context: Context) -> Statements:
        scope, quote = aggregation_scope(report)
        if context.peers is None or not context.peers.children:
            yield not_applicable(
                "没有下级机关的报告可供核对", "there is no report of a body below to compare with"
            )
        elif scope is not Scope.AGGREGATE:
            said = quote and Bilingual(f"（“{shorten(quote, _QUOTED)}”）", f" (“{shorten(quote, _QUOTED)}”)")
            zh, en = said or ("", "")
            yield not_applicable(
                f"报告未说明其数据由下级汇总{zh}",
                f"the report does not say that it sums up others' figures{en}",
            )
        else:
            yield from body(report, context.peers, quote)

    return guarded


_SUMMED = (
    *(
        f"applications.{row}.{TOTAL}"
        for row in ("new_received", "carried_in", "results_total", "carried_out")
    ),
    *(f"disputes.{group.key}.{TOTAL}" for group in DISPUTE_GROUPS),
    *(f"disclosure.{row}.decisions" for row in ("licences", "penalties", "coercion")),
)
"""The figures that add up over bodies; documents are often issued jointly, and amounts are rounded."""


@rule(
    "peers-aggregate-sum",
    title_zh="汇总数与下级之和不符",
    norm_zh="说明汇总下级数据的报告，其数据不小于下级各机关数据之和",
    basis=PRACTICE,
    forms=UNIFIED,
    needs=(Need.PEERS,),
)
@_where_it_rolls_up
def peers_aggregate_sum(report: Report, peers: Peers, quote: str) -> Statements:
    """Where a report says that it sums up the bodies below, its figures are not less than their sum."""
    cells = [below for below in _cells_below(report, peers) if below.parent.key in _SUMMED]
    yield from _unread(cells)
    for below in cells:
        parent = below.parent
        if parent.value is None or not below.children:
            continue
        label, count = cell_label(parent.key), len(below.children)
        if below.child_above or below.sum == parent.value:
            continue  # peers-parent-lt-child tells the former
        facts_zh = f"{label.zh}：本报告为{figure(parent.value)}，{count}个下级机关合计{figure(below.sum)}"
        facts_en = f"{label.en}: {figure(parent.value)} here, {figure(below.sum)} in the {count} bodies below"
        if below.sum > parent.value:
            yield fail(
                parent.key,
                f"{facts_zh}，本报告称“{shorten(quote, _QUOTED)}”，两者不符，请双方核对",
                f"{facts_en}; it says “{shorten(quote, _QUOTED)}”; please check both",
                case="states-roll-up",
                fault=_fault(below),
                cells=(parent.key,),
                expected=below.sum,
                found=parent.value,
                quote=quote,
            )
        elif below.complete:
            yield uncertain(
                parent.key,
                f"{facts_zh}，多出的部分可能属于本级机关自身或垂直管理部门，请人工核对",
                f"{facts_en}; the rest may be the office's own or that of other systems, please look",
                cells=(parent.key,),
                expected=below.sum,
                found=parent.value,
                quote=quote,
            )
    if not all(below.complete for below in cells):
        yield not_applicable(
            "下级机关的报告不齐，或者有数字未读出，已知部分之和未超过汇总数",
            "some reports or figures of the bodies below are lacking; what is known does not exceed the sum",
        )


@rule(
    "peers-parent-lt-child",
    title_zh="汇总数小于单个下级",
    norm_zh="说明汇总下级数据的报告，其任何一格不小于任何一个下级机关的同一格",
    basis=LOGIC,
    forms=UNIFIED,
    needs=(Need.PEERS,),
)
@_where_it_rolls_up
def peers_parent_lt_child(report: Report, peers: Peers, quote: str) -> Statements:
    """Where a report says that it sums up the bodies below, none of them has more than it has in any cell."""
    cells = list(_cells_below(report, peers))
    yield from _unread(cells)
    for below in cells:
        if not below.child_above or below.largest is None or below.parent.value is None:
            continue
        (organ, child), label = below.largest, cell_label(below.parent.key)
        yield fail(
            below.parent.key,
            f"{label.zh}：本报告为{figure(below.parent.value)}，{organ}一家即为{figure(child.value or 0)}，"
            f"而本报告称“{shorten(quote, _QUOTED)}”，请双方核对",
            f"{label.en}: {figure(below.parent.value)} here, {figure(child.value or 0)} in {organ} alone, "
            f"while this report says “{shorten(quote, _QUOTED)}”; please check both",
            fault=_fault(below),
            cells=(below.parent.key,),
            expected=child.value,
            found=below.parent.value,
            quote=quote,
        )
    if not any(below.children for below in cells):
        yield NOT_APPLICABLE


def _unread(cells: Sequence[_Below]) -> Statements:
    """Cells of the parent that were not read while a body below has something there."""
    unread = tuple(
        below.parent.key for below in cells if below.parent.value is None and below.largest and below.sum > 0
    )
    if unread:
        label = named(unread)
        yield uncertain(
            unread[0].partition(".")[0],
            f"本报告有{len(unread)}格没有可采信的数字（{label.zh}），未能与下级机关核对",
            f"{len(unread)} cells of this report hold no number to rely upon ({label.en}); "
            "they were not compared with the bodies below",
            cells=unread,
        )


def _cells_below(report: Report, peers: Peers) -> Iterator[_Below]:
    """Every cell of the report with those of the children of its year, where the fields mean the same."""
    for name, table in report.tables.items():
        children = [
            child
            for child in peers.children
            if child.year == report.year and same_fields(report, child, name)
        ]
        for key in table.cells:
            if key.rpartition(".")[2] in SIGNED_COLUMNS:
                continue
            entries = [(child.organ or "", Entry.of(child, key)) for child in children]
            read = tuple((organ, entry) for organ, entry in entries if entry.value is not None)
            complete = peers.all_children and len(read) == len(peers.children)
            yield _Below(Entry.of(report, key), read, complete)


def _fault(below: _Below) -> Fault:
    return fault_of(*(entry for _, entry in below.children))


@rule(
    "peers-normative-list",
    title_zh="现行有效件数与文件库不符",
    norm_zh="行政规范性文件现行有效件数与门户网站文件库所列现行有效文件数一致（尚待实现，需要文件库数据）",
    basis=PRACTICE,
    forms=("2021",),
    needs=(Need.OUTSIDE,),
)
def peers_normative_list(_report: Report, _context: Context) -> Statements:
    """Documents in force are as many as the portal's library lists (planned: needs that library)."""
    yield NOT_APPLICABLE


@rule(
    "peers-issued-list",
    title_zh="本年制发件数与文件库不符",
    norm_zh="行政规范性文件本年制发件数与门户网站文件库所列当年文件数一致（尚待实现，需要文件库数据）",
    basis=PRACTICE,
    forms=("2021",),
    needs=(Need.OUTSIDE,),
)
def peers_issued_list(_report: Report, _context: Context) -> Statements:
    """Documents issued are as many as the portal's library dates in it (planned: needs that library)."""
    yield NOT_APPLICABLE


@rule(
    "peers-court-review",
    title_zh="复议、诉讼数与公开的裁判、决定不符",
    norm_zh="表四的复议、诉讼数不少于已公开的复议决定和裁判文书数（尚待实现，需要裁判文书等外部数据）",
    basis=PRACTICE,
    forms=UNIFIED,
    needs=(Need.OUTSIDE,),
)
def peers_court_review(_report: Report, _context: Context) -> Statements:
    """Reviews and suits are no fewer than the decisions published (planned: needs those decisions)."""
    yield NOT_APPLICABLE
