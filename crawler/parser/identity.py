"""Whose report of which year a document is, by its title, and whether it is such a report at all."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import IntEnum
from functools import lru_cache

from crawler.extract.document import Block, Document, Paragraph
from crawler.parser.chinese import fold, fold_with_origin, number
from crawler.parser.not_a_report import (
    A_LIST,
    ABOUT_REPORTS,
    NO_REPORT,
    ON_REPORTS,
    OTHER_REPORTS,
    NotAReport,
    reject,
    reject_letter,
)

FIRST_YEAR = 2007
"""No report covers an earlier year: the duty to report began with 2008."""
_LAST_YEAR = 2099


class TitleSource(IntEnum):
    """Where a title stands, the surest first."""

    PRINTED = 0  # above the text, over up to three lines
    HEADING = 1  # h1 to h3 of the page
    META = 2  # ArticleTitle, in a meta tag or in the data of the article
    BESIDE = 3  # a line of the page outside the body, where no heading tag marks the title
    LISTED = 4  # the list page's link text
    PAGE = 5  # <title>


OF_THE_REPORT = (TitleSource.PRINTED, TitleSource.HEADING, TitleSource.META, TitleSource.BESIDE)


@dataclass(frozen=True, slots=True)
class Title:
    """A title that names a disclosure report, taken apart."""

    text: str  # as printed, lines joined, spaces folded
    organ: str | None
    year: int | None
    source: TitleSource = TitleSource.PRINTED


# --- one title -------------------------------------------------------------------------------------------

_YEAR = r"20\d\d|二[〇○零Oo][一二三四五六七八九〇○零Oo]{2}"
_YEAR_MENTION = re.compile(rf"(?<!\d)({_YEAR})(?:年度?|(?=政府|政务|信息公开))")
_YEAR_ALONE = re.compile(rf"({_YEAR})(?:年度?)?")
_YEAR_MARK = "\n"
"""Stands for a year while a title is taken apart; folded text holds no line break of its own."""
# 工作报告 and 总结 are wrong names for an annual report, but publishers use them.
_REPORT_NAME = re.compile(
    rf"(?:(?:政府|政务)?信息公开|政务公开)(?:工作|情况|年度|{_YEAR_MARK}|的)*(?:报告|年报|总结|汇报)"
)
_NOTE = re.compile(r"[(\[【]([^()\[\]【】]{0,12})[)\]】]")
_EDITION = re.compile(
    rf"(?:更正|修[订改正]|最终|公[开示]|正式|全文|文字|图文)(?:版|稿|公告)?|(?:{_YEAR})(?:年度?)?"
    r"|20\d\d年\d{1,2}月(?:\d{1,2}日)?"
)
_OPENING = re.compile(r"(?:附件\d*:?|\d{1,2}[.、])?(?:关于)?(?:公[布开示]|发布|印发|报送|上报|呈报)?[《“\"]?")
_BEFORE_REPORT = re.compile(r"(?:关于)?(?:公[布开示]|发布|印发|报送|上报|呈报)?[《“\"]?的?$")
_CLOSING = re.compile(
    r"[》”\"]?(?:的?(?:公告|公示|通告|函|报告)|(的?通知))?(?:\.(?:docx?|pdf|wps|ofd|html?))?"
)
_MADE_PUBLIC = re.compile(r"公[布开示]|发布")
"""A notice that makes a report public bears it; any other notice is about reports."""
_ORGAN = re.compile(r"[\u3400-\u9fff·()、]{2,40}")
_ORGAN_ENDING = re.compile(
    r"(?:局|委|会|厅|办|办公室|政府|街道|镇|乡|苏木|中心|院|处|所|队|司|署|部|行|社|站|公司|集团|学校"
    r"|县|市|区|旗|州|盟|省|场|馆|台|海关)$"
)
_NO_ORGAN = re.compile(
    r"报告|年报|公开(?:工作|专栏|目录|栏目)?$|首页|位置|索引|来源|标题|打印|字体|日期|时间"
)
_NO_TITLE = re.compile(
    r"解读|读懂|图解|图说|动漫|(?<!机构)编制|编写|做好|填报|撰写|召开|会议(?!中心)|预算(?!评审|编审)|决算"
    r"|(?:环境|财[政务]|信用|企业)$"
)
"""What stands before the name of something else than a report; some bodies bear such words in theirs."""
_LONGEST_TITLE = 120


def read_title(text: str, source: TitleSource = TitleSource.PRINTED) -> Title | None:
    """The title that `text` is from end to end, None where it is no title of such a report.

    Openings (关于…), editions in brackets (更正版) and title marks are left out of the organ.
    """
    if len(text) > 2 * _LONGEST_TITLE or "公" not in text or "开" not in text:
        return None
    title = _title(text)
    return title if title is None or title.source is source else replace(title, source=source)


@lru_cache(maxsize=512)
def _title(text: str) -> Title | None:
    folded = fold(text)
    unnoted = _NOTE.sub(lambda note: "" if _EDITION.fullmatch(note[1]) else note[0], folded)
    marked = _YEAR_MENTION.sub(_YEAR_MARK, unnoted)
    name = _REPORT_NAME.search(marked)
    if name is None or len(folded) > _LONGEST_TITLE:
        return None
    closing = _CLOSING.fullmatch(marked, name.end())
    if closing is None or (closing[1] and not _MADE_PUBLIC.search(marked[: name.start()])):
        return None
    head = _OPENING.sub("", marked[: name.start()], count=1)
    if _NO_TITLE.search(head):
        return None
    organ = _organ(head)
    if organ is None and _BEFORE_REPORT.sub("", head.replace(_YEAR_MARK, "")):
        return None  # something else stands before the report's name
    years = mentioned_years(unnoted) or _noted_years(folded)
    printed = None if organ is None else _as_printed(organ, text)
    return Title(" ".join(text.split()), printed, years.pop() if len(years) == 1 else None)


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
    if folded in text:
        return folded
    source = fold_with_origin(text)
    at = source.text.find(folded)
    if at < 0:
        return folded
    return "".join(text[source.origin[at] : source.origin[at + len(folded) - 1] + 1].split())


def mentioned_years(folded: str) -> set[int]:
    return {year for m in _YEAR_MENTION.finditer(folded) if (year := plausible_year(m[1])) is not None}


def _noted_years(folded: str) -> set[int]:
    """Years that stand alone in brackets: （2021年度）, (2021)."""
    notes = (_YEAR_ALONE.fullmatch(note[1]) for note in _NOTE.finditer(folded))
    return {year for note in notes if note is not None and (year := plausible_year(note[1])) is not None}


def plausible_year(printed: str) -> int | None:
    year = number(printed)
    return year if year is not None and FIRST_YEAR <= year <= _LAST_YEAR else None


# --- the titles of a document ----------------------------------------------------------------------------

_TITLE_BLOCKS = 40
_TITLE_LINES = 3
_LINES_BESIDE = 500
_LIST_LENGTH = 3
_FIRST_LINES = 5
_SHORTEST_HEADING = 12
_PROSE = 80
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
    over_lines = sorted(_titles_over_lines(document.headings[:_TITLE_BLOCKS]), key=lambda found: found[0])
    yield from ((title.text, TitleSource.HEADING) for count, title in over_lines if count > 1)
    for name, content in (*document.meta, *document.data):
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
    return [title for title in _read_all(_page_titles(document, None)) if title.source in OF_THE_REPORT]


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
        reject((text for text, source in named if _names_the_page(text, source)), ABOUT_REPORTS)
    printed = _printed_titles(document.blocks, first_heading)
    if not evident and len({title.text for title in printed}) >= _LIST_LENGTH:
        raise NotAReport(A_LIST)
    titles = [*printed[:1], *of_page]
    if evident:
        titles += _beside(document)
    title = _best([t for t in titles if t.source in OF_THE_REPORT]) or _best(titles)
    if title is not None and not evident:
        reject_letter(title.text)
    if title is not None and (evident or title.year is not None or _has_substance(document)):
        return title
    first_lines = (block.text for block in document.blocks[:_FIRST_LINES] if isinstance(block, Paragraph))
    texts = [*(text for text, _ in named), *first_lines]
    reject(texts, OTHER_REPORTS if evident else (*ABOUT_REPORTS, *ON_REPORTS, *OTHER_REPORTS))
    if not evident:
        raise NotAReport(NO_REPORT, says_so=False)
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
