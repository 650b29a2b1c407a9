"""Of which body and year a report is, and by what evidence, where its title does not say both.

What a document shows besides its title is weaker: each piece of evidence names one body or year or nothing,
and pieces that contradict each other prove nothing together.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import PurePosixPath
from typing import NamedTuple

from crawler.extract.document import Block, Document, Paragraph
from crawler.parser.chinese import fold, sentences
from crawler.parser.dates import is_signature
from crawler.parser.identity import OF_THE_REPORT, Title, mentioned_years, plausible_year, read_title
from crawler.report.model import Period


class ReportYear(NamedTuple):
    """The reported year and where it was found: "given", "title", "period", "body", "page", "name"; both
    None if nowhere.
    """

    value: int | None
    source: str | None


class ReportOrgan(NamedTuple):
    """The body and where it was found: "title", "given", "page" (the list's or the browser's title), "body",
    "signature", "name", "breadcrumb"; both None if nowhere.
    """

    value: str | None
    source: str | None


_NOBODY = ReportOrgan(None, None)
_NO_YEAR = ReportYear(None, None)

_PREFACE_BLOCKS = 12
_TAIL_BLOCKS = 6
_LONGEST_SENTENCE = 300
_STEP = re.compile(r"[>›»→]")
_LONGEST_CRUMB = 400
_YEAR = r"20\d\d|二[〇○零Oo][一二三四五六七八九〇○零Oo]{2}"
_YEAR_STEP = re.compile(rf"({_YEAR})(?:年度?)?(?:(?:政府)?信息公开)?(?:年报|年度报告)?")
_YEAR_IN_NAME = re.compile(rf"(?<!\d)({_YEAR})(?!\d)")

_BODY = (
    r"[\u3400-\u9fff()·]{2,30}?"
    r"(?:局|委员会|委|厅|办公室|人民政府|街道办事处|街道办|管委会|中心|院|处|总队|支队|大队)"
)
_NAMED_BODY = re.compile(_BODY)
_BEFORE_YEAR = re.compile(rf"({_BODY})(?={_YEAR})")
_BEFORE_YEAR_IN_NAME = re.compile(rf"(?:附件\d*[:.、]?|\d+[._、-])?({_BODY})(?={_YEAR})")
_COMPILED_BY = re.compile(
    rf"本(?:年度?)?(?:报告|年报)(?:系|是)?由({_BODY})(?:负责)?(?:编制|编写|起草|汇总|发布)"
)
_ANNOUNCED = re.compile(
    rf"(?:现将|现)({_BODY})((?:{_YEAR})年)度?(?:政府|政务)?信息公开(?:工作)?(?:的)?(?:年度)?(?:报告|年报|情况)"
)
_NO_NAME = re.compile(
    r"^(?:本|我|各|该|全[市县区省镇乡]|有关|相关|上级|国务院|[省市县区]直)|部门|单位|栏目|首页|公开|年报|报告|政府办$"
)
_LEAST_NAME = 4
"""Characters of a name that tells bodies apart: 市水务局, not 水务局 alone."""
_OFFICE_OF_A_GOVERNMENT = re.compile(r"政府(?:办公[厅室]|办)$")
"""Signs for itself and for its government alike."""


def reported_organ(
    document: Document,
    *,
    given: str | None,
    title: Title | None,
    listed_title: str | None,
    name: str | None = None,
) -> ReportOrgan:
    """The body that the title names, else the one given, else the one that all other evidence agrees on."""
    if title is not None and title.organ is not None:
        return ReportOrgan(title.organ, "title" if title.source in OF_THE_REPORT else "page")
    if given is not None:
        return ReportOrgan(given, "given")
    found = [
        ReportOrgan(body, source)
        for source, body in (
            ("body", _named_in_preface(document.blocks)),
            ("signature", _signing(document.blocks)),
            ("page", _named_by_list(listed_title)),
            ("name", _named_by_file(name)),
            ("breadcrumb", _column_of(document)),
        )
        if body is not None
    ]
    if not found:
        return _NOBODY
    longest = max(found, key=lambda evidence: len(evidence.value or ""))
    agreed = all((longest.value or "").endswith(evidence.value or "") for evidence in found)
    return longest if agreed else _NOBODY


def reported_year(
    document: Document,
    *,
    given: int | None,
    title: Title | None,
    period: Period | None,
    listed_title: str | None,
    name: str | None = None,
) -> ReportYear:
    """The reported year: as given, else the title's, else the stated period's, else the one that all of the
    page, its preface and the file's name agree on.
    """
    if given is not None:
        return ReportYear(given, "given")
    if title is not None and title.year is not None and title.source in OF_THE_REPORT:
        return ReportYear(title.year, "title")
    if period is not None and period.start.year is not None and period.start.year == period.end.year:
        return ReportYear(period.start.year, "period")
    found = [
        ReportYear(years.pop(), source)
        for source, years in (
            ("body", _years_in_preface(document.blocks)),
            ("page", mentioned_years(fold(listed_title or ""))),
            ("page", mentioned_years(fold(document.page_title[:400]))),
            ("page", _breadcrumb_years(document)),
            ("name", _years_in_name(name)),
        )
        if len(years) == 1
    ]
    return found[0] if len({year for year, _ in found}) == 1 else _NO_YEAR


# --- the preface and the signature -----------------------------------------------------------------------


def _preface(blocks: Sequence[Block]) -> Iterator[str]:
    for block in blocks[:_PREFACE_BLOCKS]:
        if isinstance(block, Paragraph) and len(block.text) > _LEAST_NAME:
            yield from (fold(sentence) for sentence in sentences(block.text[:_LONGEST_SENTENCE]))


def _named_in_preface(blocks: Sequence[Block]) -> str | None:
    """本报告由甲局编制; 现将甲局2023年政府信息公开工作年度报告公布如下."""
    names = {
        match[1]
        for sentence in _preface(blocks)
        for pattern in (_COMPILED_BY, _ANNOUNCED)
        if (match := pattern.search(sentence)) is not None and _is_name(match[1])
    }
    return names.pop() if len(names) == 1 else None


def _years_in_preface(blocks: Sequence[Block]) -> set[int]:
    found = (_ANNOUNCED.search(sentence) for sentence in _preface(blocks))
    return {year for match in found if match is not None for year in mentioned_years(match[2])}


def _signing(blocks: Sequence[Block]) -> str | None:
    """The name above the date under the text, or before the date in its line."""
    tail = [block.text for block in blocks[-_TAIL_BLOCKS:] if isinstance(block, Paragraph)]
    for above, line in zip(["", *tail], tail, strict=False):
        if is_signature(line):
            own = _BEFORE_YEAR.match(fold(line))
            name = own[1] if own is not None else fold(above)
            if _NAMED_BODY.fullmatch(name) and _is_name(name) and not _OFFICE_OF_A_GOVERNMENT.search(name):
                return name
    return None


def _is_name(name: str) -> bool:
    return len(name) >= _LEAST_NAME and not _NO_NAME.search(name)


# --- the list, the file's name and the breadcrumb --------------------------------------------------------


def _named_by_list(listed_title: str | None) -> str | None:
    title = read_title(listed_title or "")
    return None if title is None else title.organ


def _stem(name: str) -> str:
    """A file's name without its folder and ending."""
    return PurePosixPath(name.replace("\\", "/")).stem[:_LONGEST_SENTENCE]


def _named_by_file(name: str | None) -> str | None:
    if not name:
        return None
    stem = fold(_stem(name))
    title = read_title(stem)
    if title is not None:
        return title.organ
    found = _BEFORE_YEAR_IN_NAME.match(stem)
    return found[1] if found is not None and _is_name(found[1]) else None


def _years_in_name(name: str | None) -> set[int]:
    found = _YEAR_IN_NAME.findall(fold(_stem(name or "")))
    return {year for printed in found if (year := plausible_year(printed)) is not None}


def _column_of(document: Document) -> str | None:
    """The one body that is a step of a breadcrumb; the site's own name is its first."""
    steps = {
        step
        for line in document.around
        for step in _steps(line)[1:]
        if _NAMED_BODY.fullmatch(step) and _is_name(step)
    }
    return steps.pop() if len(steps) == 1 else None


def _breadcrumb_years(document: Document) -> set[int]:
    """Years that are a step of a breadcrumb: 首页 > 年报 > 2021 > 街道."""
    found = (_YEAR_STEP.fullmatch(step) for line in document.around for step in _steps(line))
    return {year for match in found if match is not None and (year := plausible_year(match[1])) is not None}


def _steps(line: str) -> list[str]:
    if len(line) >= _LONGEST_CRUMB or not _STEP.search(line):
        return []
    return [fold(step) for step in _STEP.split(line)]
