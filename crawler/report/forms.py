"""The two table forms, cell by cell: keys, labels and the relations that must hold between cells.

Sources: 国办公开办函〔2019〕60号 (report years 2019 and 2020) and 国办公开办函〔2021〕30号 (from 2021).
The keys are the contract's and never change.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from types import MappingProxyType
from typing import NamedTuple


class Column(NamedTuple):
    """A column: its key and the label that the form prints."""

    key: str
    label: str


class Row(NamedTuple):
    """A row: its key, its label, and the merged labels that stand before it, outermost first."""

    key: str
    label: str
    groups: tuple[str, ...] = ()


class Block(NamedTuple):
    """A part of table two: one item of article 20 with columns of its own."""

    article: str
    label: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]


class Sense(StrEnum):
    """How the two sides of a relation stand to each other."""

    EQUAL = "="
    AT_LEAST = ">="


@dataclass(frozen=True, slots=True)
class Relation:
    """Sum of `left` cells `sense` sum of `right` cells, each a cell key of the contract."""

    rule: str  # id of the rule that reports a breach
    where: str  # "applications.natural_person": the column or row that the breach is told for
    sense: Sense
    left: tuple[str, ...]
    right: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Form:
    """One generation of the three tables."""

    id: str
    authority: str
    first_year: int
    last_year: int | None
    disclosure: tuple[Block, ...]
    applications: tuple[Row, ...]

    def covers(self, year: int) -> bool:
        """Whether reports of `year` must use this form."""
        return self.first_year <= year and (self.last_year is None or year <= self.last_year)


@dataclass(frozen=True, slots=True)
class SectionForm:
    """One of the six sections, in the wording of the form."""

    key: str
    number: str
    heading: str


SECTIONS = (
    SectionForm("overview", "一", "总体情况"),
    SectionForm("disclosure", "二", "主动公开政府信息情况"),
    SectionForm("applications", "三", "收到和处理政府信息公开申请情况"),
    SectionForm("disputes", "四", "政府信息公开行政复议、行政诉讼情况"),
    SectionForm("problems", "五", "存在的主要问题及改进情况"),
    SectionForm("other_matters", "六", "其他需要报告的事项"),
)

APPLICANTS = (
    Column("natural_person", "自然人"),
    Column("business", "商业企业"),
    Column("research", "科研机构"),
    Column("public_interest", "社会公益组织"),
    Column("legal_service", "法律服务机构"),
    Column("other_organisation", "其他"),
    Column("total", "总计"),
)
TOTAL = APPLICANTS[-1].key

DISPUTE_GROUPS = (
    Column("review", "行政复议"),
    Column("litigation_direct", "行政诉讼 · 未经复议直接起诉"),
    Column("litigation_after_review", "行政诉讼 · 复议后起诉"),
)
DISPUTE_COLUMNS = (
    Column("upheld", "结果维持"),
    Column("corrected", "结果纠正"),
    Column("other_result", "其他结果"),
    Column("pending", "尚未审结"),
    Column("total", "总计"),
)

_RESULTS = "三、本年度办理结果"
_DENIED = (_RESULTS, "（三）不予公开")
_UNAVAILABLE = (_RESULTS, "（四）无法提供")
_UNPROCESSED = (_RESULTS, "（五）不予处理")
_OTHER = (_RESULTS, "（六）其他处理")

_APPLICATIONS_HEAD = (
    Row("new_received", "一、本年新收政府信息公开申请数量"),
    Row("carried_in", "二、上年结转政府信息公开申请数量"),
    Row("granted", "（一）予以公开", (_RESULTS,)),
    Row("partly_granted", "（二）部分公开（区分处理的，只计这一情形，不计其他情形）", (_RESULTS,)),
    Row("denied_state_secret", "1.属于国家秘密", _DENIED),
    Row("denied_prohibited_by_law", "2.其他法律行政法规禁止公开", _DENIED),
    Row("denied_security_stability", "3.危及“三安全一稳定”", _DENIED),
    Row("denied_third_party_rights", "4.保护第三方合法权益", _DENIED),
    Row("denied_internal_affairs", "5.属于三类内部事务信息", _DENIED),
    Row("denied_deliberative_process", "6.属于四类过程性信息", _DENIED),
    Row("denied_enforcement_file", "7.属于行政执法案卷", _DENIED),
    Row("denied_administrative_inquiry", "8.属于行政查询事项", _DENIED),
    Row("unavailable_not_held", "1.本机关不掌握相关政府信息", _UNAVAILABLE),
    Row("unavailable_requires_creation", "2.没有现成信息需要另行制作", _UNAVAILABLE),
    Row("unavailable_still_unclear", "3.补正后申请内容仍不明确", _UNAVAILABLE),
    Row("unprocessed_petition", "1.信访举报投诉类申请", _UNPROCESSED),
    Row("unprocessed_repeated", "2.重复申请", _UNPROCESSED),
    Row("unprocessed_publication", "3.要求提供公开出版物", _UNPROCESSED),
    Row("unprocessed_excessive", "4.无正当理由大量反复申请", _UNPROCESSED),
    Row("unprocessed_reissue", "5.要求行政机关确认或重新出具已获取信息", _UNPROCESSED),
)
_APPLICATIONS_FOOT = (
    Row("results_total", "（七）总计", (_RESULTS,)),
    Row("carried_out", "四、结转下年度继续办理"),
)
OTHER_HANDLING = Row("other_handling", "（六）其他处理", (_RESULTS,))
_OTHER_HANDLING_SPLIT = (
    Row(
        "other_overdue_correction", "1.申请人无正当理由逾期不补正、行政机关不再处理其政府信息公开申请", _OTHER
    ),
    Row(
        "other_overdue_fee",
        "2.申请人逾期未按收费通知要求缴纳费用、行政机关不再处理其政府信息公开申请",
        _OTHER,
    ),
    Row("other_misc", "3.其他", _OTHER),
)

FORM_2019 = Form(
    id="2019",
    authority="国办公开办函〔2019〕60号",
    first_year=2019,
    last_year=2020,
    disclosure=(
        Block(
            "20(1)",
            "第二十条第（一）项",
            (
                Column("produced", "本年新制作数量"),
                Column("newly_disclosed", "本年新公开数量"),
                Column("total_disclosed", "对外公开总数量"),
            ),
            (
                Row("regulations", "规章"),
                Row("normative_documents", "规范性文件"),
            ),
        ),
        Block(
            "20(5)",
            "第二十条第（五）项",
            (
                Column("previous_items", "上一年项目数量"),
                Column("items_change", "本年增/减"),
                Column("decisions", "处理决定数量"),
            ),
            (
                Row("licences", "行政许可"),
                Row("other_services", "其他对外管理服务事项"),
            ),
        ),
        Block(
            "20(6)",
            "第二十条第（六）项",
            (
                Column("previous_items", "上一年项目数量"),
                Column("items_change", "本年增/减"),
                Column("decisions", "处理决定数量"),
            ),
            (
                Row("penalties", "行政处罚"),
                Row("coercion", "行政强制"),
            ),
        ),
        Block(
            "20(8)",
            "第二十条第（八）项",
            (
                Column("previous_items", "上一年项目数量"),
                Column("items_change", "本年增/减"),
            ),
            (Row("fees", "行政事业性收费"),),
        ),
        Block(
            "20(9)",
            "第二十条第（九）项",
            (
                Column("projects", "采购项目数量"),
                Column("amount", "采购总金额"),
            ),
            (Row("procurement", "政府集中采购"),),
        ),
    ),
    applications=(*_APPLICATIONS_HEAD, OTHER_HANDLING, *_APPLICATIONS_FOOT),
)
FORM_2021 = Form(
    id="2021",
    authority="国办公开办函〔2021〕30号",
    first_year=2021,
    last_year=None,
    disclosure=(
        Block(
            "20(1)",
            "第二十条第（一）项",
            (
                Column("issued", "本年制发件数"),
                Column("repealed", "本年废止件数"),
                Column("in_force", "现行有效件数"),
            ),
            (
                Row("regulations", "规章"),
                Row("normative_documents", "行政规范性文件"),
            ),
        ),
        Block(
            "20(5)",
            "第二十条第（五）项",
            (Column("decisions", "本年处理决定数量"),),
            (Row("licences", "行政许可"),),
        ),
        Block(
            "20(6)",
            "第二十条第（六）项",
            (Column("decisions", "本年处理决定数量"),),
            (
                Row("penalties", "行政处罚"),
                Row("coercion", "行政强制"),
            ),
        ),
        Block(
            "20(8)",
            "第二十条第（八）项",
            (Column("amount_10k_cny", "本年收费金额（单位：万元）"),),
            (Row("fees", "行政事业性收费"),),
        ),
    ),
    applications=(*_APPLICATIONS_HEAD, *_OTHER_HANDLING_SPLIT, *_APPLICATIONS_FOOT),
)
FORMS = MappingProxyType({form.id: form for form in (FORM_2019, FORM_2021)})

DECIMAL_COLUMNS = frozenset({"amount", "amount_10k_cny"})
"""Columns that hold money; every other cell is a count."""

SIGNED_COLUMNS = frozenset({"items_change"})
"""Columns that may be negative."""


@lru_cache(maxsize=128)
def form_for(year: int) -> Form | None:
    """The form that reports of `year` must use; None before 2019, when there was none."""
    return next((form for form in FORMS.values() if form.covers(year)), None)


def leaf_rows(rows: Collection[str]) -> tuple[str, ...]:
    """Row keys of table three whose sum is results_total, for a table that prints `rows`.

    A table that prints （六） as one row is summed with that row in place of its three lines.
    """
    split = tuple(row.key for row in _OTHER_HANDLING_SPLIT)
    tail = (OTHER_HANDLING.key,) if OTHER_HANDLING.key in rows else split
    return (*(row.key for row in _APPLICATIONS_HEAD if row.groups), *tail)


def relations(form: Form, rows: Collection[str]) -> tuple[Relation, ...]:
    """Every relation that `form` demands of its three tables.

    `rows` are the row keys of table three that the report prints; they decide how （六） is summed.
    """
    found: list[Relation] = []
    leaves = leaf_rows(rows)
    for column in APPLICANTS:
        c = column.key
        found.append(
            Relation(
                "applications-balance",
                f"applications.{c}",
                Sense.EQUAL,
                (f"applications.new_received.{c}", f"applications.carried_in.{c}"),
                (f"applications.results_total.{c}", f"applications.carried_out.{c}"),
            )
        )
        found.append(
            Relation(
                "applications-results-total",
                f"applications.results_total.{c}",
                Sense.EQUAL,
                (f"applications.results_total.{c}",),
                tuple(f"applications.{row}.{c}" for row in leaves),
            )
        )
    found.extend(
        Relation(
            "applications-row-total",
            f"applications.{row}",
            Sense.EQUAL,
            (f"applications.{row}.{TOTAL}",),
            tuple(f"applications.{row}.{c.key}" for c in APPLICANTS[:-1]),
        )
        for row in ("new_received", "carried_in", *leaves, "results_total", "carried_out")
    )
    found.extend(
        Relation(
            "disputes-total",
            f"disputes.{group.key}",
            Sense.EQUAL,
            (f"disputes.{group.key}.total",),
            tuple(f"disputes.{group.key}.{c.key}" for c in DISPUTE_COLUMNS[:-1]),
        )
        for group in DISPUTE_GROUPS
    )
    found.extend(_disclosure_relations(form))
    return tuple(found)


def _disclosure_relations(form: Form) -> list[Relation]:
    if form is FORM_2019:
        pairs = [
            ("disclosure-total-below-new", row, "total_disclosed", "newly_disclosed") for row in _DOCUMENTS
        ]
    else:
        pairs = [("disclosure-in-force-below-issued", row, "in_force", "issued") for row in _DOCUMENTS]
    found = [
        Relation(
            rule,
            f"disclosure.{row}",
            Sense.AT_LEAST,
            (f"disclosure.{row}.{more}",),
            (f"disclosure.{row}.{less}",),
        )
        for rule, row, more, less in pairs
    ]
    if form is FORM_2019:
        found.extend(
            Relation(
                "disclosure-items-negative",
                f"disclosure.{row.key}",
                Sense.AT_LEAST,
                (f"disclosure.{row.key}.previous_items", f"disclosure.{row.key}.items_change"),
                (),
            )
            for block in form.disclosure
            if any(column.key == "items_change" for column in block.columns)
            for row in block.rows
        )
    return found


_DOCUMENTS = ("regulations", "normative_documents")


def cell_keys(form: Form, table: str) -> tuple[str, ...]:
    """Every cell key that `form` has in `table` (disclosure, applications, disputes), in printed order."""
    if table == "disclosure":
        return tuple(
            f"disclosure.{row.key}.{column.key}"
            for block in form.disclosure
            for row in block.rows
            for column in block.columns
        )
    if table == "applications":
        return tuple(f"applications.{row.key}.{c.key}" for row in form.applications for c in APPLICANTS)
    if table == "disputes":
        return tuple(f"disputes.{g.key}.{c.key}" for g in DISPUTE_GROUPS for c in DISPUTE_COLUMNS)
    raise ValueError(f"no such table: {table}")
