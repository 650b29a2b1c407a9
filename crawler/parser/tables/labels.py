"""Which label of the forms a cell prints, however it is spaced, bracketed, numbered, broken or misread."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import NamedTuple

from crawler.parser.chinese import fold, number
from crawler.report.forms import APPLICANTS, DISPUTE_COLUMNS, DISPUTE_GROUPS, FORMS, OTHER_HANDLING, Row

LONGEST_LABEL = 120

RESULTS = "results"
"""Group of all rows under 三、本年度办理结果."""

ALL_APPLICANTS = "applicants"
ORGANISATIONS = "organisations"
LITIGATION = "litigation"


class Reading(NamedTuple):
    """What a printed label labels, by the contract's key or a group's.

    Only words like 其他 and 总计 have several meanings; `table` is None where they belong to several tables.
    """

    table: str | None
    article: str | None = None  # 第二十条第（一）项, in table two
    measure: str | None = None  # a column of table two
    item: str | None = None  # a row of table two
    applicant: str | None = None  # a column of table three
    applicant_group: str | None = None  # a merged head above those columns
    result_group: str | None = None  # a merged label before the rows of table three
    row: str | None = None  # a row of table three
    dispute_group: str | None = None
    dispute_column: str | None = None


_TABLES = MappingProxyType(
    {
        "article": "disclosure",
        "measure": "disclosure",
        "item": "disclosure",
        "applicant": "applications",
        "applicant_group": "applications",
        "result_group": "applications",
        "row": "applications",
        "dispute_group": "disputes",
        "dispute_column": "disputes",
    }
)

_PUNCTUATION = re.compile(r"[\W_]+")
_ENUMERATOR = re.compile(r"^(?:[一二三四五六七八九十]{1,2}|[0-9]{1,2}|[A-Za-z]{1,2})")
_REMARK = re.compile(r"\([^()]*\)$")
_ARTICLE = re.compile(r"第(?:二十|20)条第?([一二三四五六七八九十]{1,2}|[0-9]{1,2})项")
_LONGEST_ARTICLE = 40
# Characters that no label holds, for the ones that they are written or recognised in place of.
_LOOK_ALIKES = MappingProxyType(dict(zip("它末入清己巳木埋弟夏巿", "他未人请已已本理第复市", strict=True)))
_SPELLING = str.maketrans(dict(_LOOK_ALIKES))


# "行政强制¹", "规章[注1]", "总计①": the mark of a note is no part of the label before it.
_NOTE_MARK = re.compile(
    r"""(?<=[\u4e00-\u9fff)）”])\s*
    (?:[⁰¹²³⁴⁵⁶⁷⁸⁹]{1,2} | [①-⑳] | [*＊※]{1,3} | 注[0-9⁰¹²³⁴⁵⁶⁷⁸⁹①-⑳]{1,2}
    |[(（\[【〔](?:注[0-9⁰¹²³⁴⁵⁶⁷⁸⁹①-⑳]{0,2} | [①-⑳⁰¹²³⁴⁵⁶⁷⁸⁹])[)）\]】〕]
    |[\[【〔][0-9⁰¹²³⁴⁵⁶⁷⁸⁹]{1,2}[\]】〕])\s*$""",
    re.VERBOSE,
)


def _unmarked(text: str) -> str:
    """`text` without the mark of a note at its end."""
    return _NOTE_MARK.sub("", text)


def _words(text: str) -> str:
    """Folded `text` without punctuation, brackets and quotes."""
    return _PUNCTUATION.sub("", text)


def _core(text: str) -> str:
    """The words of a label without its number, in half width."""
    return _ENUMERATOR.sub("", _words(fold(_unmarked(text))))


def printed_number(text: str) -> int | None:
    """The number that a label begins with: 3 in "3.其他", 7 in "（七）总计"; None in "l.其他"."""
    match = _ENUMERATOR.match(_words(fold(text)))
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

_GROUP_OF = MappingProxyType(
    {key: RESULT_GROUPS[row.groups[-1]] if row.groups else None for key, row in ROWS.items()}
)


def group_of(row: str) -> str | None:
    """The innermost group of a row of table three, None for rows outside 三、本年度办理结果."""
    return _GROUP_OF.get(row)


class _Spelling(NamedTuple):
    """One way in which a form spells a label."""

    core: str
    part: str  # field of Reading
    key: str
    number: int | None
    characters: frozenset[str]


def _printed() -> Iterator[tuple[str, str, str]]:
    """(label, part, key) of everything that the forms print in their tables, articles aside."""
    for form in FORMS.values():
        for block in form.disclosure:
            for column in block.columns:
                yield column.label, "measure", column.key
            for item in block.rows:
                yield item.label, "item", item.key
        for row in form.applications:
            yield row.label, "row", row.key
    for label, key in RESULT_GROUPS.items():
        yield label, "result_group", key
    for column in APPLICANTS:
        yield column.label, "applicant", column.key
    yield "申请人情况", "applicant_group", ALL_APPLICANTS
    yield "法人或其他组织", "applicant_group", ORGANISATIONS
    for group in DISPUTE_GROUPS:
        head, _, own = group.label.rpartition("·")
        yield own, "dispute_group", group.key
        if head:
            yield head, "dispute_group", LITIGATION
    for column in DISPUTE_COLUMNS:
        yield column.label, "dispute_column", column.key


def _spellings() -> tuple[_Spelling, ...]:
    found: dict[_Spelling, None] = {}
    for label, part, key in _printed():
        for core in (_core(label), _core(_REMARK.sub("", fold(label)))):
            found[_Spelling(core, part, key, printed_number(label), frozenset(core))] = None
    return tuple(found)


_SPELLINGS = _spellings()


def _index() -> Mapping[str, Reading]:
    found: dict[str, dict[str, str]] = {}
    for spelling in _SPELLINGS:
        found.setdefault(spelling.core, {})[spelling.part] = spelling.key
    return MappingProxyType({core: _reading(parts) for core, parts in found.items()})


def _reading(parts: Mapping[str, str]) -> Reading:
    tables = {_TABLES[part] for part in parts}
    return Reading(tables.pop() if len(tables) == 1 else None, **parts)


_INDEX = _index()
_ARTICLES = MappingProxyType(
    {
        int(block.article.partition("(")[2].rstrip(")")): _reading({"article": block.article})
        for form in FORMS.values()
        for block in form.disclosure
    }
)
_BY_TABLE = MappingProxyType(
    {
        table: tuple(spelling for spelling in _SPELLINGS if _TABLES[spelling.part] == table)
        for table in ("disclosure", "applications", "disputes")
    }
)


def recognise(text: str) -> Reading | None:
    """What `text` labels, where it prints the words of a label of the forms and no others."""
    return _recognise(text) if len(text) <= LONGEST_LABEL else None


@lru_cache(maxsize=4096)
def _recognise(text: str) -> Reading | None:
    folded = fold(_unmarked(text)).translate(_SPELLING)
    for spelling in (folded, _REMARK.sub("", folded)):
        plain = _words(spelling)
        if not plain:
            return None
        reading = _INDEX.get(plain) or _INDEX.get(_ENUMERATOR.sub("", plain))
        if reading:
            return reading
    if len(folded) <= _LONGEST_ARTICLE:
        match = _ARTICLE.match(_words(folded))
        if match:
            return _ARTICLES.get(number(match[1]) or 0)
    return None


@lru_cache(maxsize=1024)
def prints_as(text: str, label: str) -> bool:
    """Whether `text` prints exactly the words of `label`, its number aside."""
    return _core(text) == _core(label)


def nearest(text: str, part: str) -> str | None:
    """The key of the one label of `part` that `text` is a damaged spelling of: a few characters lost, added
    or mistaken. None where it might be another label of the same table as well, or bears another's number.
    """
    return _nearest(text, part) if len(text) <= LONGEST_LABEL else None


_SHORTEST = 3


@lru_cache(maxsize=4096)
def _nearest(text: str, part: str) -> str | None:
    printed = _core(text).translate(_SPELLING)
    if len(printed) < _SHORTEST:
        return None
    near = [spelling for spelling in _BY_TABLE[_TABLES[part]] if _is_variant(printed, spelling)]
    if len({(spelling.part, spelling.key) for spelling in near}) != 1 or near[0].part != part:
        return None
    stated = printed_number(text)
    if stated is not None and near[0].number is not None and stated != near[0].number:
        return None
    if not any(_negations(printed) == _negations(spelling.core) for spelling in near):
        return None
    return near[0].key


_NEGATIONS = frozenset("不未无非免")


def _negations(text: str) -> list[str]:
    return sorted(_NEGATIONS.intersection(text))


def _is_variant(printed: str, spelling: _Spelling) -> bool:
    wanted = spelling.core
    if abs(len(printed) - len(wanted)) > len(wanted) // 2:
        return False
    if 2 * len(spelling.characters.intersection(printed)) < len(spelling.characters):
        return False
    if 5 * len(printed) >= 3 * len(wanted) and _is_subsequence(printed, wanted):
        return True
    most = max(len(wanted) // 5, 1) if len(wanted) > _SHORTEST else 0
    return _distance(printed, wanted, most) <= most


def _is_subsequence(short: str, long: str) -> bool:
    rest = iter(long)
    return all(character in rest for character in short)


def _distance(one: str, other: str, most: int) -> int:
    """Edit distance of two labels; only told as "more" where it is above `most`."""
    if abs(len(one) - len(other)) > most:
        return most + 1
    row = list(range(len(other) + 1))
    for i, a in enumerate(one, 1):
        before, row[0] = row[0], i
        for j, b in enumerate(other, 1):
            before, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, before + (a != b))
        if min(row) > most:
            return most + 1
    return row[-1]
