"""Names for places of a report ("applications.new_received.total") in the words of the printed form."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType

from crawler.report.forms import APPLICANTS, DISPUTE_COLUMNS, DISPUTE_GROUPS, FORMS, SECTIONS, Form, Row
from crawler.report.model import Bilingual
from crawler.validator.labels import cell_label, column_label, place_label, row_label, section_label

TABLES = MappingProxyType(
    {
        "disclosure": Bilingual("表二", "table 2"),
        "applications": Bilingual("表三", "table 3"),
        "disputes": Bilingual("表四", "table 4"),
    }
)
"""The three tables under the numbers of their sections."""

TABLE_STATES = MappingProxyType(
    {
        "complete": Bilingual("完整", "complete"),
        "partial": Bilingual("部分", "partial"),
        "damaged": Bilingual("损坏", "damaged"),
        "missing": Bilingual("缺失", "missing"),
        "image": Bilingual("图片", "picture"),
    }
)

BETWEEN = " · "
"""Between the parts of a place: 表三 · （三）不予公开 · 1.属于国家秘密 · 自然人."""

_WHOLE = MappingProxyType(
    {
        "title": Bilingual("标题", "title"),
        "filing": Bilingual("发布", "filing"),
        "period": Bilingual("统计期", "period"),
        "sections": Bilingual("各部分", "sections"),
        "tables": Bilingual("各表", "tables"),
        "text": Bilingual("正文", "text"),
        "report": Bilingual("全文", "the whole report"),
        "page": Bilingual("网页", "web page"),
        "column": Bilingual("公开专栏", "disclosure column"),
        "rule": Bilingual("核对程序", "the check itself"),
    }
)
_SECTIONS = {section.key: f"{section.number}、{section.heading}" for section in SECTIONS}
_CHAPTERS = ("title", "filing", "period", "sections", *_SECTIONS, "tables", "text")


def place(where: str, lang: str = "zh", form: str | None = None) -> str:
    """What `where` (a cell key, a prefix of one, "sections.<key>", "title" …) is called by people.

    The labels are those of `form`, or of the newest that has them. English names are ours: the forms exist in
    Chinese alone.
    """
    head, *rest = where.split(".")
    if head == "sections" and rest:
        if rest[0] not in _SECTIONS:
            return rest[0]
        return section_label(rest[0]).en if lang == "en" else _SECTIONS[rest[0]]
    if head in TABLES:
        names = [name for part in rest for name in _named(head, part, lang, form)]
        return BETWEEN.join((TABLES[head].pick(lang), *names))
    return _WHOLE[head].pick(lang) if head in _WHOLE else where


def chapter(where: str) -> str:
    """The part of a report that `where` belongs to: a place that holds others, see chapter_order."""
    head, _, rest = where.partition(".")
    if head in TABLES or (head == "sections" and rest in _SECTIONS):
        return f"sections.{rest if head == 'sections' else head}"
    return head


def chapter_order(name: str) -> int:
    """Where a chapter stands in a report as printed; what is not part of its text comes last."""
    key = name.partition(".")[2] or name
    return _CHAPTERS.index(key) if key in _CHAPTERS else len(_CHAPTERS)


def told(where: str, message: str, lang: str = "zh", form: str | None = None) -> str:
    """`message` after the name of its place, which it does not repeat; nor is a whole chapter named."""
    name = place(where, lang, form)
    colon = ": " if lang == "en" else "："
    if where == chapter(where) or where in TABLES:
        return message
    repeated = [name.rpartition(BETWEEN)[2] + colon, _last_label(where).pick(lang) + colon]
    repeated.append(
        cell_label(where).pick(lang) if where.count(".") == 2 else place_label(where).pick(lang) + colon
    )
    for beginning in repeated:
        if message.lower().startswith(beginning.lower()):
            return f"{name}{colon}{message[len(beginning) :].lstrip()}"
    return f"{name}{colon}{message}"


def _last_label(where: str) -> Bilingual:
    """What messages call the row or the column that `where` ends with."""
    last = where.rpartition(".")[2]
    row = row_label(last)
    return row if row.zh != last else column_label(last)


def _named(table: str, key: str, lang: str, form: str | None) -> tuple[str, ...]:
    """The label of a row or of a column, after those that it stands under."""
    if lang == "en":
        row = row_label(key).en
        return (row if row != key else column_label(key).en,)
    newest_first = sorted(FORMS.values(), key=lambda known: -known.first_year)
    for known in sorted(newest_first, key=lambda known: known.id != form):
        if (table, key) in (labels := _labels(known.id)):
            return labels[table, key]
    return (row_label(key).zh,)


@lru_cache(maxsize=len(FORMS))
def _labels(form_id: str) -> Mapping[tuple[str, str], tuple[str, ...]]:
    form: Form = FORMS[form_id]
    found: dict[tuple[str, str], tuple[str, ...]] = {}
    for block in form.disclosure:
        found |= {("disclosure", row.key): (row.label,) for row in block.rows}
        found |= {("disclosure", column.key): (column.label,) for column in block.columns}
    found |= {("applications", column.key): (column.label,) for column in APPLICANTS}
    found |= {("applications", row.key): _path(row) for row in form.applications}
    found |= {("disputes", named.key): (named.label,) for named in (*DISPUTE_GROUPS, *DISPUTE_COLUMNS)}
    return MappingProxyType(found)


def _path(row: Row) -> tuple[str, ...]:
    """（三）不予公开, 1.属于国家秘密; what a label explains in brackets is left out."""
    return (*row.groups[1:], re.sub(r"(?<=.)（[^（）]{4,}）$", "", row.label))
