"""A sound report of an invented body, and the changes that examples make to it.

A change is a mapping, as the cards and the cases of the tests write it: `cells`, `sections`, `tables`, `set`,
`add_text`, `context` and so on; every one stands in `_CHANGES`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from crawler.likeness import Passage
from crawler.parser.narrative import read_narrative
from crawler.report.forms import FORMS, SECTIONS, Form, cell_keys, form_for
from crawler.report.model import (
    AlteredLabel,
    Bilingual,
    Cell,
    Damage,
    DamageKind,
    DateSource,
    ExtraRow,
    Kind,
    Period,
    PeriodBound,
    Report,
    Section,
    ShownDate,
    Table,
    TableState,
)
from crawler.rulebook.table import policy
from crawler.validator.context import (
    AttachmentReading,
    Column,
    Context,
    History,
    Lookalike,
    Peers,
    Roster,
    Twin,
    Version,
    WebPage,
)

ORGAN = "云溪县水务局"

PROSE = {
    "overview": (
        "本年度，我局认真贯彻落实《中华人民共和国政府信息公开条例》，各项工作平稳有序。\n"
        "（一）主动公开。围绕供水保障、河湖治理、水旱灾害防御等群众关心的事项，全年发布各类文件和公告，及时回应社会关切。\n"
        "（二）依申请公开。畅通当面、信函和网络三种渠道，逐件登记、按期答复，答复前由法制机构复核；"
        "被申请复议、被提起诉讼的，均依法应对。\n"
        "（三）政府信息管理。落实发布前保密审查制度，对已公开的文件定期清理，标注效力状态。\n"
        "（四）平台建设。依托县政府门户网站的公开专栏发布信息，专人维护栏目，全年未出现信息更新中断的情况。\n"
        "（五）监督保障。把公开工作列入年度考核，组织两次业务培训，接受社会评议，全年没有责任追究的情形。"
    ),
    "disclosure": "",
    "applications": "申请的来源和办理结果如下表。",
    "disputes": "因政府信息公开引发的行政复议、行政诉讼，均依法应对，结果如下表。",
    "problems": (
        "存在的主要问题是：政策解读的形式较为单一，部分栏目更新不及时，业务人员对新要求的理解还不够深入。\n"
        "改进情况：一是增加图表解读；二是建立栏目更新台账，每月检查；三是安排新进人员跟班学习。"
    ),
    "other_matters": "本年度未发出收费通知，未收取政府信息公开信息处理费。",
}
CONTACT = "对本报告如有疑问，请与本局办公室联系，电话：0000-5550123。"
PREAMBLE = "本报告根据条例编制，所列数据的统计期限自{year}年1月1日至{year}年12月31日。"

# New 3 + 1 and carried in 1 of natural persons; concluded 4, carried over 1.
FIGURES_OF_APPLICATIONS = {
    "new_received": {"natural_person": 3, "business": 1, "total": 4},
    "carried_in": {"natural_person": 1, "total": 1},
    "granted": {"natural_person": 2, "business": 1, "total": 3},
    "denied_third_party_rights": {"natural_person": 1, "total": 1},
    "results_total": {"natural_person": 3, "business": 1, "total": 4},
    "carried_out": {"natural_person": 1, "total": 1},
}
FIGURES_OF_DISPUTES = {
    "review": {"upheld": 2, "corrected": 1, "total": 3},
    "litigation_direct": {"pending": 1, "total": 1},
}
FIGURES_OF_DISCLOSURE: dict[str, dict[str, dict[str, int | Decimal]]] = {
    "2019": {
        "normative_documents": {"produced": 2, "newly_disclosed": 2, "total_disclosed": 6},
        "licences": {"previous_items": 10, "items_change": -1, "decisions": 30},
        "penalties": {"previous_items": 5, "items_change": 0, "decisions": 2},
        "coercion": {"previous_items": 2, "items_change": 0, "decisions": 0},
        "procurement": {"projects": 1, "amount": Decimal("12.5")},
    },
    "2021": {
        "normative_documents": {"issued": 2, "repealed": 1, "in_force": 5},
        "licences": {"decisions": 12},
        "penalties": {"decisions": 3},
        "fees": {"amount_10k_cny": Decimal("1.5")},
    },
}

# What last year's sound report has instead, so that this year's follows from it: 3 new + 0 carried in = 2
# concluded + 1 carried over; 4 documents in force + 2 issued - 1 repealed = 5.
CELLS_OF_LAST_YEAR: dict[str, dict[str, Any]] = {
    "2019": {
        "disclosure.normative_documents.total_disclosed": 4,
        "disclosure.licences.previous_items": 8,
        "disclosure.licences.items_change": 2,
        "disclosure.licences.decisions": 26,
        "disclosure.procurement.amount": 10.5,
    },
    "2021": {
        "disclosure.normative_documents.issued": 1,
        "disclosure.normative_documents.repealed": 0,
        "disclosure.normative_documents.in_force": 4,
        "disclosure.licences.decisions": 10,
        "disclosure.fees.amount_10k_cny": 1.2,
    },
    "both": {
        "applications.new_received.natural_person": 2,
        "applications.new_received.total": 3,
        "applications.carried_in.natural_person": 0,
        "applications.carried_in.total": 0,
        "applications.granted.natural_person": 1,
        "applications.granted.total": 2,
        "applications.denied_third_party_rights.natural_person": 0,
        "applications.denied_third_party_rights.total": 0,
        "applications.results_total.natural_person": 1,
        "applications.results_total.total": 2,
        "disputes.review.corrected": 0,
        "disputes.review.total": 2,
    },
}

PROBLEMS_OF_LAST_YEAR = (
    "不足之处有两点：公开目录的分类不够细，群众查找不便；与申请人的沟通偏少，个别答复书说理不充分。\n"
    "改进措施：重新编排目录并补上细目，建立申请件回访制度，由法律顾问逐份审看答复书。"
)

HEADINGS_OF_MONEY = {
    "disclosure.procurement.amount": "信息内容 采购项目数量 采购总金额（万元）",
    "disclosure.fees.amount_10k_cny": "信息内容 本年收费金额（单位：万元）",
}


def sound_tables(form: Form) -> dict[str, Table]:
    """The three tables of `form`, filled so that every relation holds."""
    figures: dict[str, Mapping[str, Mapping[str, int | Decimal]]] = {
        "disclosure": FIGURES_OF_DISCLOSURE[form.id],
        "applications": FIGURES_OF_APPLICATIONS,
        "disputes": FIGURES_OF_DISPUTES,
    }
    tables = {}
    for table, rows in figures.items():
        cells = {}
        for key in cell_keys(form, table):
            _, row, column = key.split(".")
            value = rows.get(row, {}).get(column, 0)
            cells[key] = Cell(value, str(value))
        printed = None if table == "disputes" else form.id
        headings = {key: heading for key, heading in HEADINGS_OF_MONEY.items() if key in cells}
        tables[table] = Table(
            table, TableState.COMPLETE, printed, cells, headings_of_money=MappingProxyType(headings)
        )
    return tables


def sound_report(year: int = 2023, form: Form | None = None) -> Report:
    """A report for `year` without any defect, on the form of its year or on `form`."""
    due = form_for(year)
    used = form or due
    missing = {key: Table(key, TableState.MISSING) for key in ("disclosure", "applications", "disputes")}
    text = "\n".join((PREAMBLE.format(year=year), *(part for part in PROSE.values() if part), CONTACT))
    return Report(
        title=f"{ORGAN}{year}年政府信息公开工作年度报告",
        organ=ORGAN,
        year=year,
        year_from="title",
        form=used.id if used else "legacy",
        published=date(year + 1, 1, 20),
        published_from=DateSource.META,
        signed=None,
        period=Period(
            PeriodBound(year, 1, 1), PeriodBound(year, 12, 31), f"{year}年1月1日至{year}年12月31日"
        ),
        sections={
            section.key: Section(
                key=section.key,
                heading=f"{section.number}、{section.heading}",
                numbered=True,
                variant=False,
                text=PROSE[section.key],
                empty=False,
                order=order,
            )
            for order, section in enumerate(SECTIONS)
        },
        extra_headings=(),
        tables=sound_tables(used) if used else missing,
        text=text,
    )


def changed(change: Mapping[str, Any]) -> tuple[Report, Context]:
    """The sound report with the changes of one case, and the context that the case gives."""
    change = dict(change)
    form = FORMS[change.pop("form")] if "form" in change else None
    year = change.pop("year", 2023)
    report = sound_report(year, form)
    context = _context(change.pop("context", {}), year)
    for key, value in change.items():
        report = _CHANGES[key](report, value)
    narrative = read_narrative(report.text, report.sections, report.year, report.organ)
    return replace(report, narrative=narrative), context


def _context(given: Mapping[str, Any], year: int) -> Context:
    values: dict[str, Any] = dict(given)
    if "kind" in values:
        values["kind"] = Kind(values["kind"])
    values["attachments"] = tuple(_attachment(file) for file in values.get("attachments", ()))
    if "previous" in values:
        values["previous"] = _last_year(values["previous"], year - 1)
    if "peers" in values:
        values["peers"] = _peers(values["peers"], year)
    if "roster" in values:
        values["roster"] = Roster(**{key: tuple(names) for key, names in values["roster"].items()})
    if "page" in values:
        values["page"] = sound_page(year, **values["page"])
    if "column" in values:
        values["column"] = _column(values["column"])
    if "history" in values:
        values["history"] = _history(values["history"])
    return Context(policy(**values.pop("policy", {})), **values)


def _last_year(given: Mapping[str, Any], year: int) -> Report:
    """Last year's sound report, from which this year's follows, with the changes given."""
    change = dict(given)
    base: dict[str, Any] = {key: change.pop(key) for key in ("year", "form") if key in change}
    due = form_for(base.setdefault("year", year))
    form = base.get("form", due and due.id)
    cells = {**CELLS_OF_LAST_YEAR[form], **CELLS_OF_LAST_YEAR["both"]} if form else {}
    report, _ = changed({**base, "cells": cells, "sections": {"problems": {"text": PROBLEMS_OF_LAST_YEAR}}})
    for key, value in change.items():
        report = _CHANGES[key](report, value)
    return report


def _peers(given: Mapping[str, Any], year: int) -> Peers:
    """Reports of other bodies: `lookalikes` by their values, `children` as changes of the sound report."""
    lookalikes = tuple(
        Lookalike(**{**each, "passages": tuple(Passage(*p) for p in each.get("passages", ()))})
        for each in given.get("lookalikes", ())
    )
    children = tuple(changed({"year": year, **child})[0] for child in given.get("children", ()))
    return Peers(lookalikes, children, given.get("all_children", False))


def sound_page(year: int = 2023, **given: Any) -> WebPage:
    """The page of the sound report, with what is changed of it. `meta` changes labels by name: a content, or
    null for a label that is not there.
    """
    values: dict[str, Any] = {key: tuple(v) if isinstance(v, list) else v for key, v in given.items()}
    title = f"{ORGAN}{year}年政府信息公开工作年度报告"
    labels = {
        "SiteName": "云溪县人民政府",
        "SiteDomain": "www.example.gov.cn",
        "SiteIDCode": "9901000001",
        "ColumnName": "政府信息公开年报",
        "ColumnDescription": "各单位历年政府信息公开工作年度报告",
        "ColumnKeywords": "年度报告",
        "ColumnType": "信息公开年报",
        "ArticleTitle": title,
        "PubDate": f"{year + 1}-01-20 09:00",
        "ContentSource": ORGAN,
        **given.get("meta", {}),
    }
    values["meta"] = tuple((name, content) for name, content in labels.items() if content is not None)
    url = f"http://www.example.gov.cn/xxgk/nb/{year + 1}01/t{year + 1}0120_1.html"
    return WebPage(**{"url": url, "title": title, "headings": (title,), **values})


def _column(given: Mapping[str, Any]) -> Column:
    """What a clean crawl of a sound portal saw, changed; `dead` are an address and two lines each."""
    values = dict(given)
    for key in ("dead", "hijacked"):
        values[key] = tuple((address, Bilingual(*told)) for address, *told in values.get(key, ()))
    whole = dict.fromkeys(("annual_reports", "guide", "system", "statutory"), True)
    return Column(**{"portal": "云溪县人民政府", **whole, "clicks": 2, **values})


def _history(given: Mapping[str, Any]) -> History:
    """What earlier visits saw; `versions` and `twins` change the sound report, beside their other values."""
    values: dict[str, Any] = {
        key: tuple(value) if isinstance(value, list) else value for key, value in given.items()
    }
    values["versions"] = tuple(
        Version(version["seen"], "0" * 64, changed(version.get("report", {}))[0])
        for version in values.get("versions", ())
    )
    values["twins"] = tuple(
        Twin(twin["url"], changed(twin.get("report", {}))[0]) for twin in values.get("twins", ())
    )
    return History(**values)


def _attachment(given: Mapping[str, Any]) -> AttachmentReading:
    """A file by its name; `report` is what changes the sound report that it holds, `problem` two lines."""
    values = dict(given)
    if "report" in values:
        values["report"], _ = changed(values["report"])
    if "problem" in values:
        values["problem"] = Bilingual(*values["problem"])
    return AttachmentReading("http://portal.example/file", **values)


def _set(report: Report, values: Mapping[str, Any]) -> Report:
    given = dict(values)
    if given.get("published_from"):
        given["published_from"] = DateSource(given["published_from"])
    if "period" in given and given["period"] is not None:
        start, end = (PeriodBound(*bound) for bound in given["period"])
        given["period"] = Period(start, end, "期限原文")
    return replace(report, **given)


def _sections(report: Report, values: Mapping[str, Mapping[str, Any] | None]) -> Report:
    """Change sections; the prose of the report follows the text of its sections."""
    sections, text = dict(report.sections), report.text
    for key, value in values.items():
        old = sections.pop(key)
        new = replace(old, **value) if value is not None else None
        if old.text:
            text = text.replace(old.text, new.text if new else "")
        elif new and new.text:
            text += "\n" + new.text
        if new:
            sections[key] = new
    return replace(report, sections=sections, text=text)


def _cells(report: Report, values: Mapping[str, Any]) -> Report:
    """Set cells: a number, a text that is none, null for a cell that was not found, or fields of the cell."""
    tables = dict(report.tables)
    for key, value in values.items():
        name = key.partition(".")[0]
        cells = dict(tables[name].cells)
        if value is None:
            cells.pop(key, None)
        elif isinstance(value, str):
            cells[key] = Cell(None, value)
        elif isinstance(value, dict):
            cells[key] = cells[key]._replace(**value)
        else:
            number = Decimal(str(value)) if isinstance(value, float) else value
            cells[key] = Cell(number, str(number))
        tables[name] = replace(tables[name], cells=cells)
    return replace(report, tables=tables)


def _tables(report: Report, values: Mapping[str, Mapping[str, Any]]) -> Report:
    tables = dict(report.tables)
    for name, value in values.items():
        given, table = dict(value), tables[name]
        cells = dict(table.cells)
        for row in given.pop("without", ()):
            cells = {key: cell for key, cell in cells.items() if not key.startswith(f"{name}.{row}")}
        for row in given.pop("zero_rows", ()):
            columns = [key.rpartition(".")[2] for key in cells if key.startswith(f"{name}.results_total.")]
            cells |= {f"{name}.{row}.{column}": Cell(0, "0") for column in columns}
        if "state" in given:
            given["state"] = TableState(given["state"])
            if given["state"] in (TableState.MISSING, TableState.IMAGE):
                cells, given["form"] = {}, None
        given["damages"] = tuple(Damage(DamageKind(d[0]), d[1], *d[2:]) for d in given.get("damages", ()))
        given["extra_rows"] = tuple(ExtraRow(r[0], tuple(r[1])) for r in given.get("extra_rows", ()))
        given["altered_labels"] = tuple(AlteredLabel(*a) for a in given.get("altered_labels", ()))
        tables[name] = replace(table, cells=cells, **given)
    return replace(report, tables=tables)


def _order(report: Report, keys: list[str]) -> Report:
    sections = {key: replace(section, order=keys.index(key)) for key, section in report.sections.items()}
    return replace(report, sections=sections)


_CHANGES: Mapping[str, Callable[[Report, Any], Report]] = {
    "set": _set,
    "sections": _sections,
    "cells": _cells,
    "tables": _tables,
    "all_zero": lambda report, _: _cells(report, dict.fromkeys(report.cells, 0)),
    "order": _order,
    "shown_dates": lambda report, shown: replace(
        report, shown_dates=tuple(ShownDate(day, DateSource(source)) for source, day in shown)
    ),
    "add_text": lambda report, text: replace(report, text=f"{report.text}\n{text}"),
    "no_contact": lambda report, _: replace(report, text=report.text.replace(CONTACT, "")),
    "no_period": lambda report, _: replace(
        report, period=None, text=report.text.replace(PREAMBLE.format(year=report.year), "")
    ),
    "extra_headings": lambda report, headings: replace(report, extra_headings=tuple(headings)),
}
