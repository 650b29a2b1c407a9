"""Whose report of which year a document is, by its title, and whether it is such a report at all."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import IntEnum
from typing import NamedTuple

from crawler.extract.document import Block, Document, Paragraph
from crawler.parser.chinese import fold, fold_with_origin, number
from crawler.report.model import Bilingual, Period

FIRST_YEAR = 2007
"""No report covers an earlier year: the duty to report began with 2008."""
_LAST_YEAR = 2099


class NotAReport(Exception):
    """The document is no annual report of this kind; `reason` is one line for the person.

    `says_so`: the document itself says that it is something else, rather than nothing of a report.
    """

    def __init__(self, reason: Bilingual, *, says_so: bool = True) -> None:
        super().__init__(reason.zh)
        self.reason = reason
        self.says_so = says_so

    def __str__(self) -> str:
        return self.reason.zh

    def pick(self, lang: str) -> str:
        """The line in `lang` ("zh" or "en")."""
        return self.reason.pick(lang)


class TitleSource(IntEnum):
    """Where a title stands, the surest first."""

    PRINTED = 0  # above the text, over up to three lines
    HEADING = 1  # h1 to h3 of the page
    META = 2  # ArticleTitle
    BESIDE = 3  # a line of the page outside the body, where no heading tag marks the title
    LISTED = 4  # the list page's link text
    PAGE = 5  # <title>


_OF_THE_REPORT = (TitleSource.PRINTED, TitleSource.HEADING, TitleSource.META, TitleSource.BESIDE)


@dataclass(frozen=True, slots=True)
class Title:
    """A title that names a disclosure report, taken apart."""

    text: str  # as printed, lines joined, spaces folded
    organ: str | None
    year: int | None
    source: TitleSource = TitleSource.PRINTED


class ReportYear(NamedTuple):
    """The reported year and where it was found: "given", "title", "period", "page"; both None if nowhere."""

    value: int | None
    source: str | None


# --- one title -------------------------------------------------------------------------------------------

_YEAR = r"20\d\d|二[〇○零Oo][一二三四五六七八九〇○零Oo]{2}"
_YEAR_MENTION = re.compile(rf"(?<!\d)({_YEAR})(?:年度?|(?=政府|政务|信息公开))")
_YEAR_STEP = re.compile(rf"({_YEAR})(?:年度?)?")
_YEAR_MARK = "\n"
"""Stands for a year while a title is taken apart; folded text holds no line break of its own."""
# 工作报告 and 总结 are wrong names for an annual report, but publishers use them.
_REPORT_NAME = re.compile(
    rf"(?:(?:政府|政务)?信息公开|政务公开)(?:工作|情况|年度|{_YEAR_MARK}|的)*(?:报告|年报|总结|汇报)"
)
_NOTE = re.compile(r"[(\[【]([^()\[\]【】]{0,12})[)\]】]")
_EDITION = re.compile(
    rf"(?:更正|修[订改正]|最终|公[开示]|正式|全文|文字)(?:版|稿|公告)?|(?:{_YEAR})(?:年度?)?"
    r"|20\d\d年\d{1,2}月(?:\d{1,2}日)?"
)
_OPENING = re.compile(r"(?:附件\d*:?)?(?:关于)?(?:公[布开示]|发布|印发|报送|上报|呈报)?[《“\"]?")
_BEFORE_REPORT = re.compile(r"(?:关于)?(?:公[布开示]|发布|印发|报送|上报|呈报)?[《“\"]?的?$")
_CLOSING = re.compile(r"[》”\"]?(?:的?(?:公告|函|报告))?(?:\.(?:docx?|pdf|wps|ofd|html?))?")
_ORGAN = re.compile(r"[\u3400-\u9fff·()、]{2,40}")
_ORGAN_ENDING = re.compile(
    r"(?:局|委|会|厅|办|办公室|政府|街道|镇|乡|苏木|中心|院|处|所|队|司|署|部|行|社|站|公司|集团|学校"
    r"|县|市|区|旗|州|盟|省|场|馆|台|海关)$"
)
_NO_ORGAN = re.compile(
    r"报告|年报|公开(?:工作|专栏|目录|栏目)?$|首页|位置|索引|来源|标题|打印|字体|日期|时间"
)
_NO_TITLE = re.compile(
    r"解读|读懂|图解|图说|动漫|编制|编写|做好|填报|撰写|召开|会议|预算|决算|(?:环境|财[政务]|信用|企业)$"
)
_LONGEST_TITLE = 120


def read_title(text: str, source: TitleSource = TitleSource.PRINTED) -> Title | None:
    """The title that `text` is from end to end, None where it is no title of such a report.

    Openings (关于…), editions in brackets (更正版) and title marks are left out of the organ.
    """
    if len(text) > 2 * _LONGEST_TITLE:
        return None
    folded = fold(text)
    unnoted = _NOTE.sub(lambda note: "" if _EDITION.fullmatch(note[1]) else note[0], folded)
    marked = _YEAR_MENTION.sub(_YEAR_MARK, unnoted)
    name = _REPORT_NAME.search(marked)
    if name is None or len(folded) > _LONGEST_TITLE or not _CLOSING.fullmatch(marked, name.end()):
        return None
    head = _OPENING.sub("", marked[: name.start()], count=1)
    if _NO_TITLE.search(head):
        return None
    organ = _organ(head)
    if organ is None and _BEFORE_REPORT.sub("", head.replace(_YEAR_MARK, "")):
        return None  # something else stands before the report's name
    years = _mentioned_years(unnoted) or _noted_years(folded)
    printed = None if organ is None else _as_printed(organ, text)
    return Title(" ".join(text.split()), printed, years.pop() if len(years) == 1 else None, source)


def _organ(head: str) -> str | None:
    """The body's name: what stands before the year, else what stands behind it.

    "甲关于乙2023年…" is the report of 乙, unless nothing that names a body stands behind 关于.
    """
    for part in head.split(_YEAR_MARK):
        organ = _BEFORE_REPORT.sub("", part.strip("、·-—:"))
        issuer, about, subject = organ.rpartition("关于")
        if about:
            organ = subject if _ORGAN_ENDING.search(subject) and subject[0] not in "本我" else issuer
        if organ and not (_ORGAN.fullmatch(organ) and not _NO_ORGAN.search(organ)):
            return None
        if organ:
            return organ
    return None


def _as_printed(folded: str, text: str) -> str:
    """A folded piece of `text` in the source's own width, without white space."""
    source = fold_with_origin(text)
    at = source.text.find(folded)
    if at < 0:
        return folded
    return "".join(text[source.origin[at] : source.origin[at + len(folded) - 1] + 1].split())


def _mentioned_years(folded: str) -> set[int]:
    return {year for m in _YEAR_MENTION.finditer(folded) if (year := _plausible(m[1])) is not None}


def _noted_years(folded: str) -> set[int]:
    """Years that stand alone in brackets: （2021年度）, (2021)."""
    notes = (_YEAR_STEP.fullmatch(note[1]) for note in _NOTE.finditer(folded))
    return {year for note in notes if note is not None and (year := _plausible(note[1])) is not None}


def _plausible(printed: str) -> int | None:
    year = number(printed)
    return year if year is not None and FIRST_YEAR <= year <= _LAST_YEAR else None


# --- the titles of a document ----------------------------------------------------------------------------

_TITLE_BLOCKS = 40
_TITLE_LINES = 3
_LINES_BESIDE = 500
_SITE_SEPARATOR = re.compile(r"\s*[_|>»｜]\s*|\s*[-—–]{1,2}\s*")


def _printed_lines(blocks: Sequence[Block], first_heading: int | None) -> list[str]:
    end = _TITLE_BLOCKS if first_heading is None else min(first_heading, _TITLE_BLOCKS)
    return [block.text if isinstance(block, Paragraph) else "" for block in blocks[:end]]


def _titles_over_lines(lines: Sequence[str]) -> Iterator[tuple[int, Title]]:
    """Titles among `lines` with the number of lines that each takes.

    Lines are joined only to a title that names a body by a name's usual ending: a short line above a title
    (a column's name, a button) is no part of it.
    """
    for index in range(len(lines)):
        for count in range(1, _TITLE_LINES + 1):
            parts = lines[index : index + count]
            if not all(parts) or len(parts) < count or sum(map(len, parts)) > 2 * _LONGEST_TITLE:
                break
            title = read_title("".join(parts))
            if title is None or (count > 1 and not _ORGAN_ENDING.search(title.organ or "")):
                continue
            yield count, title
            break


def _page_titles(document: Document, listed_title: str | None) -> Iterator[tuple[str, TitleSource]]:
    for heading in document.headings:
        yield heading, TitleSource.HEADING
    for name, content in document.meta:
        if name.strip().lower() == "articletitle":
            yield content, TitleSource.META
    if listed_title:
        yield listed_title, TitleSource.LISTED
    if document.page_title:
        yield from ((part, TitleSource.PAGE) for part in _SITE_SEPARATOR.split(document.page_title[:400]))


def _printed_titles(blocks: Sequence[Block], first_heading: int | None) -> list[Title]:
    """Titles above the first section, the fullest first."""
    found = sorted(
        _titles_over_lines(_printed_lines(blocks, first_heading)),
        key=lambda found: (found[1].organ is None, found[1].year is None, found[0]),
    )
    return [title for _, title in found]


def printed_title(blocks: Sequence[Block], first_heading: int | None) -> Title | None:
    """The title that stands above the first section, None where there is none."""
    return next(iter(_printed_titles(blocks, first_heading)), None)


def titles_of_page(document: Document) -> list[Title]:
    """Titles of such reports that the page's own headings and tags give."""
    return [title for title in _read_all(_page_titles(document, None)) if title.source in _OF_THE_REPORT]


def _read_all(named: Iterable[tuple[str, TitleSource]]) -> list[Title]:
    return [title for text, source in named if (title := read_title(text, source)) is not None]


def identify(
    document: Document, *, listed_title: str | None, first_heading: int | None, evident: bool
) -> Title | None:
    """The title of the report that the document is; None where it lost its title.

    `evident` says that sections or tables of such a report were found. Raises NotAReport.
    """
    named = list(_page_titles(document, listed_title))
    of_page = _read_all(named)
    if not of_page:
        _reject((text for text, source in named if _names_the_page(text, source)), _ABOUT_REPORTS)
    printed = _printed_titles(document.blocks, first_heading)
    if not evident and len({title.text for title in printed}) >= _LIST_LENGTH:
        raise NotAReport(_A_LIST)
    titles = [*printed[:1], *of_page]
    if evident:
        titles += _beside(document)
    title = _best([t for t in titles if t.source in _OF_THE_REPORT]) or _best(titles)
    if title is not None and (evident or title.year is not None or _has_substance(document)):
        return title
    first_lines = (block.text for block in document.blocks[:_FIRST_LINES] if isinstance(block, Paragraph))
    texts = [*(text for text, _ in named), *first_lines]
    _reject(texts, _OTHER_REPORTS if evident else (*_ABOUT_REPORTS, *_ON_REPORTS, *_OTHER_REPORTS))
    if not evident:
        raise NotAReport(_NO_REPORT, says_so=False)
    return title


def _beside(document: Document) -> list[Title]:
    """The one title among the lines outside the body; where there are more, they are links to others."""
    found = {title.text: title for _, title in _titles_over_lines(document.around[:_LINES_BESIDE])}
    return [replace(t, source=TitleSource.BESIDE) for t in found.values()] if len(found) == 1 else []


def _names_the_page(text: str, source: TitleSource) -> bool:
    """Whether a text speaks for the page; short headings are those of columns at its side."""
    if source is TitleSource.HEADING:
        return len(fold(text[:_LONGEST_TITLE])) >= _SHORTEST_HEADING
    return source in (TitleSource.META, TitleSource.LISTED)


def _best(titles: Sequence[Title]) -> Title | None:
    return min(titles, key=lambda t: (t.organ is None, t.year is None, t.source), default=None)


def _has_substance(document: Document) -> bool:
    """Whether a page holds more than links: prose, pictures or files."""
    return bool(document.attachments) or any(
        not isinstance(block, Paragraph) or len(block.text) > _PROSE for block in document.blocks
    )


# --- documents that are no such report -------------------------------------------------------------------

_LIST_LENGTH = 3
_FIRST_LINES = 5
_SHORTEST_HEADING = 12
_PROSE = 80
_Reasons = tuple[tuple[re.Pattern[str], Bilingual], ...]

_NAMES_REPORT = re.compile(r"年报|年度(?:工作)?报告|工作报告|决算|总结")

# Titles of the page itself that outrank a title printed in its body: the body may quote or hold a form.
_ABOUT_REPORTS: _Reasons = (
    (
        re.compile(r"解读|读懂|图解|图说|动漫"),
        Bilingual("这是对年度报告的解读，不是年度报告", "explains an annual report, is none itself"),
    ),
    (
        re.compile(r"(?:年报|年度报告)(?:发布|编制|公布|工作)?(?:制度|办法|规定|规范|格式|模板|样式|要求)"),
        Bilingual("这是关于年度报告的制度或格式，不是年度报告", "a rule or a form for annual reports"),
    ),
    (
        re.compile(r"(?:编制|编写|做好|开展|填报|撰写|组织).*通知"),
        Bilingual("这是编制或报送年度报告的通知，不是年度报告", "a notice about compiling annual reports"),
    ),
)
_ON_REPORTS: _Reasons = (
    (
        re.compile(r"通知|通报|编制|填报|报送"),
        Bilingual("这是有关年度报告的通知，不是年度报告", "a notice about annual reports"),
    ),
    (
        re.compile(r"(?:公[布开示]|发布|审核|完成)情况|统计表|汇总|一览表"),
        Bilingual("这是年度报告公布情况的说明，不是年度报告", "tells who published annual reports"),
    ),
    (
        re.compile(r"会议?$|召开|培训|座谈|部署"),
        Bilingual("这是会议或工作动态，不是年度报告", "news of a meeting"),
    ),
)
_OTHER_REPORTS: _Reasons = (
    (
        re.compile(
            r"^(?!.*(?:信息公开|政务公开)).*"
            r"(?:法治|依法行政|决算|预算|财务|绩效|社会责任|环境信息|安全生产|公报|信用|网站|普法|权责|审计工作)"
        ),
        Bilingual("这是另一种报告，不是政府信息公开年度报告", "an annual report of another kind"),
    ),
)
_A_LIST = Bilingual("这是年度报告的列表页，不是一份年度报告", "a list of annual reports")
_NO_REPORT = Bilingual(
    "未见政府信息公开年度报告的标题、栏目或表格", "no title, section or table of an annual disclosure report"
)


def _reject(texts: Iterator[str] | Sequence[str], reasons: _Reasons) -> None:
    for text in texts:
        folded = fold(text[: 2 * _LONGEST_TITLE])
        if len(folded) > _LONGEST_TITLE or not _NAMES_REPORT.search(folded):
            continue
        for pattern, reason in reasons:
            if pattern.search(folded):
                raise NotAReport(reason)


# --- year ------------------------------------------------------------------------------------------------

_BREADCRUMB = re.compile(r"[>›»→]")


def reported_year(
    document: Document,
    *,
    given: int | None,
    title: Title | None,
    period: Period | None,
    listed_title: str | None,
) -> ReportYear:
    """The reported year: as given, else the title's, else the stated period's, else the page's."""
    if given is not None:
        return ReportYear(given, "given")
    if title is not None and title.year is not None and title.source in _OF_THE_REPORT:
        return ReportYear(title.year, "title")
    if period is not None and period.start.year is not None and period.start.year == period.end.year:
        return ReportYear(period.start.year, "period")
    sources = (
        _mentioned_years(fold(listed_title or "")),
        _mentioned_years(fold(document.page_title[:400])),
        _breadcrumb_years(document),
    )
    for years in sources:
        if len(years) == 1:
            return ReportYear(years.pop(), "page")
    return ReportYear(None, None)


def _breadcrumb_years(document: Document) -> set[int]:
    """Years that are a step of a breadcrumb: 首页 > 年报 > 2021 > 街道."""
    steps = (fold(s) for line in document.around if len(line) < 400 for s in _steps(line))
    return {year for step in steps if (m := _YEAR_STEP.fullmatch(step)) and (year := _plausible(m[1]))}


def _steps(line: str) -> list[str]:
    return _BREADCRUMB.split(line) if _BREADCRUMB.search(line) else []
