"""Names for places of a report ("applications.new_received.total") in the words of the printed form."""

from __future__ import annotations

import re
from types import MappingProxyType

from crawler.report.forms import APPLICANTS, DISPUTE_COLUMNS, DISPUTE_GROUPS, FORMS, SECTIONS
from crawler.report.model import Bilingual
from crawler.validator.labels import section_label

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

_WHOLE = MappingProxyType(
    {
        "title": Bilingual("标题", "title"),
        "period": Bilingual("统计期", "period"),
        "filing": Bilingual("发布", "filing"),
        "text": Bilingual("正文", "text"),
        "page": Bilingual("网页", "web page"),
        "column": Bilingual("公开专栏", "disclosure column"),
        "sections": Bilingual("各部分", "sections"),
        "tables": Bilingual("各表", "tables"),
    }
)
_SECTIONS = {section.key: f"{section.number}、{section.heading}" for section in SECTIONS}


def _short(label: str) -> str:
    """A label without its explanation in brackets: （二）部分公开（区分处理的，…） -> （二）部分公开."""
    return re.sub(r"(?<=.)（[^（）]{4,}）$", "", label)


def _labels() -> dict[tuple[str, str], str]:
    found: dict[tuple[str, str], str] = {}
    # the newer form is read last: where both know a key, its wording stands
    for form in sorted(FORMS.values(), key=lambda form: form.first_year):
        for block in form.disclosure:
            found.update({("disclosure", row.key): row.label for row in block.rows})
            found.update({("disclosure", column.key): column.label for column in block.columns})
        found.update({("applications", row.key): _short(row.label) for row in form.applications})
    found.update({("applications", column.key): column.label for column in APPLICANTS})
    found.update({("disputes", group.key): group.label for group in DISPUTE_GROUPS})
    found.update({("disputes", column.key): column.label for column in DISPUTE_COLUMNS})
    return found


_LABELS = MappingProxyType(_labels())


def place(where: str, lang: str = "zh") -> str:
    """What `where` (a cell key, a prefix of one, "sections.<key>", "title" …) is called by people.

    English names are the keys' own words: the forms exist in Chinese alone.
    """
    head, *rest = where.split(".")
    if head == "sections" and rest:
        if rest[0] not in _SECTIONS:
            return rest[0]
        return section_label(rest[0]).en if lang == "en" else _SECTIONS[rest[0]]
    if head in TABLES:
        names = [_LABELS.get((head, part), part) if lang == "zh" else _words(part) for part in rest]
        return " / ".join((TABLES[head].pick(lang), *names))
    return _WHOLE[head].pick(lang) if head in _WHOLE else where


def _words(key: str) -> str:
    return key.replace("_", " ")
