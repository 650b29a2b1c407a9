"""The formula of a card in people's words: keys of cells become what the form prints for them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType

from crawler.report.forms import FORMS, cell_keys
from crawler.report.model import Bilingual
from crawler.rulebook.cards import Text
from crawler.validator.labels import column_label, row_label

_TABLES = MappingProxyType(
    {
        "disclosure": Bilingual("表二", "table two"),
        "applications": Bilingual("表三", "table three"),
        "disputes": Bilingual("表四", "table four"),
    }
)
_FACTS = MappingProxyType(
    {
        "published": Bilingual("发布日期", "date of publication"),
        "due": Bilingual("公布期限", "due date"),
        "end_of_year": Bilingual("报告年度12月31日", "31 December of the report year"),
        "period": Bilingual("统计期限", "statistical period"),
        "start": Bilingual("统计期限起日", "first day of the period"),
        "end": Bilingual("统计期限止日", "last day of the period"),
        "whole_year": Bilingual("报告年度1月1日至12月31日", "1 January to 31 December of the report year"),
        "page": Bilingual("网页数字", "figure on the page"),
        "attachment": Bilingual("附件数字", "figure in the attachment"),
        "characters": Bilingual("字数", "number of characters"),
        "limit": Bilingual("界限", "threshold"),
        "numbers": Bilingual("每行数字个数", "numbers in a row"),
        "columns": Bilingual("格式列数", "columns of the form"),
        "clicks": Bilingual("从首页起的点击次数", "clicks from the home page"),
        "cell": Bilingual("任一单元格", "any cell"),
        "part": Bilingual("任一分项", "any part"),
        "whole": Bilingual("所属合计", "the whole that it belongs to"),
        "sum_of_results": Bilingual("各项办理结果之和", "sum of the single results"),
    }
)
"""What cards name besides cells."""

_NAME = re.compile(r"(?P<name>[a-z][a-z_]*(?:\.[a-z][a-z_]*)*)(?P<indices>(?:\[[^\[\]]{1,8}\])*)")
_SIGNS = MappingProxyType({"<=": "≤", ">=": "≥", "!=": "≠", "=>": "⇒", "*": "×", "...": "…"})
_SIGN = re.compile("|".join(map(re.escape, _SIGNS)))
_INDICES = MappingProxyType(
    {
        "c": Bilingual("（表三每一列）", " (every column of table three)"),
        "r": Bilingual("（表三每一行）", " (every row of table three)"),
    }
)
_YEARS = MappingProxyType(
    {
        "[Y]": Bilingual("本年度", "this year's "),
        "[Y-1]": Bilingual("上年度", "last year's "),
    }
)


def in_words(formula: str | Text) -> Bilingual:
    """`formula` with the form's labels for keys of cells; the letters c and r stand for columns and rows.

    A name that is neither a key nor a known fact stays as it is, and so does what is written in words.
    """
    if isinstance(formula, Text):
        return formula.both
    return Bilingual(_in_words(formula, "zh"), _in_words(formula, "en"))


def _in_words(formula: str, lang: str) -> str:
    said = _NAME.sub(lambda match: _name(match, lang), _SIGN.sub(lambda sign: _SIGNS[sign[0]], formula))
    over = [name.pick(lang) for index, name in _INDICES.items() if f"[{index}]" in formula]
    semicolon = "；" if lang == "zh" else "; "
    return re.sub(r"\s*;\s*", semicolon, said) + "".join(over)


def _name(match: re.Match[str], lang: str) -> str:
    parts = match["name"].split(".")
    if len(parts) == 1 and parts[0] in _FACTS:
        said = _FACTS[parts[0]].pick(lang)
    elif all(part in _LABELS for part in parts):
        said = " · ".join(_LABELS[part].pick(lang) for part in parts)
        said = f"“{said}”"
    else:
        return match[0]
    years = (year.pick(lang) for index, year in _YEARS.items() if index in match["indices"])
    return f"{''.join(years)}{said}"


def _all_labels() -> Mapping[str, Bilingual]:
    """Labels of every table, row and column by their keys."""
    labels: dict[str, Bilingual] = dict(_TABLES)
    for form in FORMS.values():
        for table in _TABLES:
            for key in cell_keys(form, table):
                _, row, column = key.split(".")
                labels[row] = row_label(row)
                labels[column] = column_label(column)
    return MappingProxyType(labels)


_LABELS = _all_labels()
