"""Which label of the forms a cell prints, however it is spaced, bracketed, numbered or broken."""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import Enum, auto
from functools import lru_cache
from types import MappingProxyType
from typing import NamedTuple

from crawler.parser.chinese import fold, number
from crawler.report.forms import APPLICANTS, DISPUTE_COLUMNS, DISPUTE_GROUPS, FORMS, OTHER_HANDLING, Row

LONGEST_LABEL = 120


class Part(Enum):
    """What a label labels."""

    ARTICLE = auto()  # 第二十条第（一）项, in table two
    MEASURE = auto()  # a column of table two
    ITEM = auto()  # a row of table two
    APPLICANT = auto()  # a column of table three
    APPLICANT_GROUP = auto()  # the merged heads above those columns
    RESULT_GROUP = auto()  # the merged labels before the rows of table three
    ROW = auto()  # a row of table three
    DISPUTE_GROUP = auto()
    DISPUTE_COLUMN = auto()


_TABLE = MappingProxyType(
    {
        Part.ARTICLE: "disclosure",
        Part.MEASURE: "disclosure",
        Part.ITEM: "disclosure",
        Part.APPLICANT: "applications",
        Part.APPLICANT_GROUP: "applications",
        Part.RESULT_GROUP: "applications",
        Part.ROW: "applications",
        Part.DISPUTE_GROUP: "disputes",
        Part.DISPUTE_COLUMN: "disputes",
    }
)


class Label(NamedTuple):
    """One reading of a printed label; `key` is the contract's, or a group's."""

    part: Part
    key: str

    @property
    def table(self) -> str:
        """The table that the label belongs to."""
        return _TABLE[self.part]


RESULTS = "results"
"""Group of all rows under 三、本年度办理结果."""

ALL_APPLICANTS = "applicants"
ORGANISATIONS = "organisations"
LITIGATION = "litigation"
_APPLICANT_HEADS = MappingProxyType({"申请人情况": ALL_APPLICANTS, "法人或其他组织": ORGANISATIONS})

APPLICANT_LABELS = MappingProxyType(
    {
        **{column.label: Label(Part.APPLICANT, column.key) for column in APPLICANTS},
        **{label: Label(Part.APPLICANT_GROUP, key) for label, key in _APPLICANT_HEADS.items()},
    }
)
"""Every label in the header of table three."""

_PUNCTUATION = re.compile(r"[\W_]+")
_ENUMERATOR = re.compile(r"^(?:[一二三四五六七八九十]{1,2}|[0-9]{1,2})")
_REMARK = re.compile(r"\([^()]*\)$")
_ARTICLE = re.compile(r"第(?:二十|20)条第?([一二三四五六七八九十]{1,2}|[0-9]{1,2})项")
_LONGEST_ARTICLE = 40


def words(text: str) -> str:
    """`text` without spaces, punctuation and quotes, in half width: what labels are compared by."""
    return _PUNCTUATION.sub("", fold(text))


def _core(text: str) -> str:
    """The words of a label without its number."""
    return _ENUMERATOR.sub("", words(text))


def printed_number(text: str) -> int | None:
    """The number that a label begins with: 3 in "3.其他", 7 in "（七）总计"."""
    match = _ENUMERATOR.match(words(text))
    return number(match[0]) if match else None


def _result_groups() -> dict[str, str]:
    """Group label -> key: "（三）不予公开" -> "denied", with which the keys of its rows begin."""
    groups: dict[str, str] = {}
    for form in FORMS.values():
        for row in form.applications:
            for depth, label in enumerate(row.groups):
                groups[label] = row.key.partition("_")[0] if depth else RESULTS
    return groups


RESULT_GROUPS = MappingProxyType(_result_groups())
ROWS: Mapping[str, Row] = MappingProxyType(
    {row.key: row for form in FORMS.values() for row in form.applications}
)
"""Every row of table three of either form."""

OTHER = next(key for label, key in RESULT_GROUPS.items() if _core(label) == _core(OTHER_HANDLING.label))
"""Group of （六）其他处理, which may also be a row."""


def group_of(row: str) -> str | None:
    """The innermost group of a row of table three, None for the rows outside 三、本年度办理结果."""
    groups = ROWS[row].groups
    return RESULT_GROUPS[groups[-1]] if groups else None


def _index() -> Mapping[str, tuple[Label, ...]]:
    found: dict[str, dict[Label, None]] = {}

    def add(text: str, part: Part, key: str) -> None:
        for spelling in dict.fromkeys((_core(text), _core(_REMARK.sub("", fold(text))))):
            found.setdefault(spelling, {})[Label(part, key)] = None

    for form in FORMS.values():
        for block in form.disclosure:
            for column in block.columns:
                add(column.label, Part.MEASURE, column.key)
            for item in block.rows:
                add(item.label, Part.ITEM, item.key)
        for row in form.applications:
            add(row.label, Part.ROW, row.key)
    for label, key in RESULT_GROUPS.items():
        add(label, Part.RESULT_GROUP, key)
    for text, applicant in APPLICANT_LABELS.items():
        add(text, applicant.part, applicant.key)
    for group in DISPUTE_GROUPS:
        head, _, own = group.label.rpartition("·")
        add(own, Part.DISPUTE_GROUP, group.key)
        if head:
            add(head, Part.DISPUTE_GROUP, LITIGATION)
    for column in DISPUTE_COLUMNS:
        add(column.label, Part.DISPUTE_COLUMN, column.key)
    return MappingProxyType({spelling: tuple(labels) for spelling, labels in found.items()})


_INDEX = _index()
_ARTICLES = MappingProxyType(
    {
        int(block.article.partition("(")[2].rstrip(")")): block.article
        for form in FORMS.values()
        for block in form.disclosure
    }
)


def recognise(text: str) -> tuple[Label, ...]:
    """Every reading of `text` as a label of the forms; several only for words like 其他 and 总计."""
    return _recognise(text) if len(text) <= LONGEST_LABEL else ()


@lru_cache(maxsize=4096)
def _recognise(text: str) -> tuple[Label, ...]:
    folded = fold(text)
    for spelling in (folded, _REMARK.sub("", folded)):
        plain = _PUNCTUATION.sub("", spelling)
        if not plain:
            return ()
        labels = _INDEX.get(plain) or _INDEX.get(_ENUMERATOR.sub("", plain))
        if labels:
            return labels
    if len(folded) <= _LONGEST_ARTICLE:
        match = _ARTICLE.match(_PUNCTUATION.sub("", folded))
        article = _ARTICLES.get(number(match[1]) or 0) if match else None
        if article is not None:
            return (Label(Part.ARTICLE, article),)
    return ()


def prints_as(text: str, label: str) -> bool:
    """Whether `text` prints exactly the words of `label`, its number aside."""
    return _core(text) == _core(label)


_NEGATIONS = frozenset("不未无非免")


def is_variant(text: str, label: str) -> bool:
    """Whether `text` is `label` with few characters lost, added or mistaken, and none that negates."""
    printed, wanted = _core(text), _core(label)
    if abs(len(printed) - len(wanted)) > len(wanted) // 2 or len(printed) < 3:
        return False
    if sorted(_NEGATIONS.intersection(printed)) != sorted(_NEGATIONS.intersection(wanted)):
        return False
    if _is_subsequence(printed, wanted) and 5 * len(printed) >= 3 * len(wanted):
        return True
    return _distance(printed, wanted) <= len(wanted) // 5


def _is_subsequence(short: str, long: str) -> bool:
    rest = iter(long)
    return all(character in rest for character in short)


def _distance(one: str, other: str) -> int:
    """Edit distance; both are labels and short."""
    row = list(range(len(other) + 1))
    for i, a in enumerate(one, 1):
        before, row[0] = row[0], i
        for j, b in enumerate(other, 1):
            before, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, before + (a != b))
    return row[-1]
