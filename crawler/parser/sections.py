"""The six sections of a report: their headings, however worn, and what stands below each.

A heading is recognised by its wording and ranked by how it is printed. Where the same section is headed
more than once, the best rank wins, then the first that has something below it, then the first; the others
stay text of the section they stand in. So a sub-heading （一）主动公开情况 inside section one never takes
the place of 二、主动公开政府信息情况.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from functools import lru_cache
from itertools import pairwise
from types import MappingProxyType
from typing import NamedTuple

from crawler.extract.document import Block, Grid, Origin, Paragraph, Slot
from crawler.parser.chinese import fold, fold_with_origin, number
from crawler.parser.dates import is_signature
from crawler.report.forms import SECTIONS
from crawler.report.model import Section

_CANONICAL = MappingProxyType({fold(form.heading): form.key for form in SECTIONS})
_ORDINALS = MappingProxyType({form.key: position for position, form in enumerate(SECTIONS, start=1)})

# Wordings that are accepted for each section, on folded text without number. 、和 及 与 are interchangeable
# in practice, 的 comes and goes, and reports up to 2018 had wordings of their own.
_AND = r"(?:、|,|和|及|与|或|以及|并)?"
_WORDINGS: Mapping[str, re.Pattern[str]] = MappingProxyType(
    {
        "overview": re.compile(
            r"(?:20\d\d年度?)?(?:本(?:机关|单位|局|镇|乡|街道))?(?:政[府务]信息公开|政务公开)?(?:工作)?的?"
            r"(?:总体|整体|基本)(?:工作)?情况(?:概述)?|(?:工作|总体)?概[述况]"
        ),
        "disclosure": re.compile(
            r"(?:本?行政机关|本机关|本单位)?(?:政府信息)?主动公开的?(?:政府信息|信息)?(?:工作)?的?(?:基本)?情况"
        ),
        "applications": re.compile(
            rf"(?:本?行政机关|本机关|本单位)?(?:收到|受理|接收){_AND}(?:处理|办理|答复)?的?(?:政府)?信息公开的?申请的?"
            r"(?:处理|办理|受理)?的?情况"
            r"|(?:政府信息)?依申请公开的?(?:政府信息|信息)?(?:工作)?的?(?:办理|处理|受理)?的?情况"
            rf"|(?:政府)?信息公开申请的?(?:收到|受理)?{_AND}(?:受理|办理|处理|答复)的?情况"
        ),
        "disputes": re.compile(
            rf"(?:本?行政机关|本机关|本单位)?因?(?:政府)?信息公开(?:工作)?(?:而)?被?(?:申请|提起|引发|发生)?的?行政复议"
            rf"{_AND}被?(?:提起)?的?(?:行政)?诉讼的?(?:案件)?的?(?:基本)?情况"
        ),
        "problems": re.compile(
            r"(?:政[府务]信息公开|政务公开)?(?:工作)?中?(?:存在)?的?(?:主要)?的?(?:问题|困难|不足)"
            rf"(?:{_AND}(?:困难|不足|原因))?{_AND}(?:下一步|今后|下步)?(?:工作)?的?(?:改进|整改|解决)的?"
            r"(?:工作)?(?:的)?(?:情况|措施|打算|办法|意见|方向|计划|思路|建议)"
        ),
        "other_matters": re.compile(
            r"(?:其[他它]|还)(?:需要?|应当?|须|要)?(?:报告|说明|公开)?的?(?:有关)?(?:事项|情况)"
            r"|(?:需要?|应当?|须)(?:报告|说明)的?(?:其[他它])?的?(?:有关)?(?:事项|情况)"
        ),
    }
)

_ENDINGS = tuple(
    "情况 概况 概述 事项 措施 打算 办法 意见 方向 计划 思路 建议".split()  # noqa: SIM905
)
"""Every accepted wording ends in one of these, which most lines do not."""

# A chapter-numbered line of other wording still heads the section whose subject it names; first hit wins.
_SUBJECTS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("disputes", re.compile(r"复议|诉讼")),
    ("applications", re.compile(r"申请")),
    ("problems", re.compile(r"问题|不足|困难|整改")),
    ("disclosure", re.compile(r"主动公开")),
    ("other_matters", re.compile(r"^其[他它]$|其[他它].*(?:事项|情况)|(?:需要?|应当?)(?:报告|说明)")),
    ("overview", re.compile(r"总体|概述|概况|基本情况")),
)

# Rows of table three that begin with 一、 … 四、 and are no headings.
_TABLE_ROW = re.compile(r"本年新收|上年结转|本年度?办理结果|结转下年|勾稽关系")

_NUMERALS = "一二三四五六七八九十"
_CHAPTER = re.compile(rf"(?:第([{_NUMERALS}]{{1,3}})(?:部分|章)|([{_NUMERALS}]{{1,3}}))([、.,:·]?)")
_NUMBER_BEGINS = frozenset(
    f"{_NUMERALS}第⼀⼆⼋⼗〸㆒㆓㆔㆕㊀㊁㊂㊃㊄㊅㊆㊇㊈㊉\uf9d1🈔🈩🈪"
    "\u00ad\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\ufeff"
)
"""What a line with a chapter's number may begin with before it is folded: numerals in all their spellings,
and marks without width.
"""
_LOWER = re.compile(rf"\(([{_NUMERALS}]{{1,3}})\)[、.]?|\(?(\d{{1,2}})[、.)]")
_LONGEST_HEADING = 40
_LONGEST_CELL = 20_000
"""Folded characters; what is longer is a sentence."""
_SENTENCE_MARK = re.compile(r"[。;,!?]|(?<!^):(?!$)")
_TAIL = re.compile(r"(?:[:。.;、,]|\([^()]{0,20}\))+$")
"""What may follow the wording: a colon, a full stop, a bracketed unit or note."""

# A numbered heading inside a paragraph, where line breaks were lost: after a sentence end or white space.
_SAYS_NONE = re.compile(r"[^、.]{0,5}[、.](?:本年度?|今年)?(?:无|没有|暂无)")
"""六、无其他需要报告的事项: the heading is its own content."""
_INSIDE = re.compile(r"(?:(?<=[。！？!?\s])|^)(?=第?[一二三四五六七八九十]{1,3}\s*(?:部分|章|[、.．:：,，]))")
_NUMBERED_AT_ALL = re.compile(r"[一二三四五六七八九十]\s*(?:部分|章|[、.．:：,，])")
"""For a first look at a paragraph: whether `_INSIDE` may match at all."""
_SET_OFF = re.compile(r"([^:：。]{4,40})[:：。]\s*")
_LEAST_SURE = 3
"""Sections that are surely headed, so that a line that runs on can be taken for the heading of another."""
_ENUMERATION_GAP = 8
"""Headings with no more than so many characters between them are a list of contents, not headings."""

_ORGAN_LINE = re.compile(r"^[\u3400-\u9fff（）()·]{3,30}$")
_FURNITURE = re.compile(
    r"^[\[【(]?(?:打印(?:本页|此页)?|关闭(?:窗口|本页)?|返回顶部|分享(?:到|至)?|收藏|上一[篇条]|下一[篇条]|责任编辑"
    r"|扫一扫|相关(?:链接|附件|文章)|字体|字号)(?=$|[\]】):]|打印|关闭|大|小|中)"
)
"""Buttons of the page that extraction may leave at the end of the body; on folded text."""


class Rank(IntEnum):
    """How surely a line heads a section, best first."""

    NUMBERED = 0  # 二、主动公开政府信息情况
    NUMBERED_OWN_WORDS = 1  # 二、 and other words that name its subject
    MISNUMBERED = 2  # 三、主动公开政府信息情况
    BARE = 3  # 主动公开政府信息情况
    RUN_ON = 4  # 二、主动公开政府信息情况本局全年……: the text follows without any mark
    OWN_WORDS_MISNUMBERED = 5
    LOWER_NUMBERED = 6  # （二）主动公开政府信息情况, in a report that numbers all its sections so


class _Style(StrEnum):
    CHAPTER = "chapter"
    LOWER = "lower"
    NONE = "none"


class _Number(NamedTuple):
    value: int | None
    style: _Style
    separated: bool
    length: int  # folded characters


@dataclass(frozen=True, slots=True)
class _Candidate:
    key: str
    rank: Rank
    heading: str
    number: int | None
    canonical: bool


@dataclass(frozen=True, slots=True)
class _Line:
    """One step through the body: text, or something else that is content (a table, a picture)."""

    text: str = ""
    content: bool = False
    candidate: _Candidate | None = None


class Outline(NamedTuple):
    """The sections of a report and what else is headed like one."""

    sections: Mapping[str, Section]
    extra_headings: tuple[str, ...]
    first_heading: int | None  # index of the block that holds the first heading


def read_sections(blocks: Sequence[Block]) -> Outline:
    """Find the six sections in the blocks of a document's body."""
    lines: list[_Line] = []
    block_of: list[int] = []
    for index, line in _lines(blocks):
        lines.append(line)
        block_of.append(index)
    chosen = _choose(lines)
    extras = _extra_headings(lines, chosen)
    boundaries = sorted({*chosen, *extras})
    tail = _tail(lines)
    sections: dict[str, Section] = {}
    for order, start in enumerate(sorted(chosen)):
        following = [b for b in boundaries if b > start]
        end = following[0] if following else max(tail, start + 1)
        candidate = lines[start].candidate
        assert candidate is not None  # noqa: S101 - `chosen` holds only lines with a candidate
        below = lines[start + 1 : end]
        sections[candidate.key] = Section(
            key=candidate.key,
            heading=candidate.heading,
            numbered=candidate.number is not None,
            variant=not candidate.canonical,
            text="\n".join(line.text for line in below if line.text),
            empty=not any(line.content or _is_content(line.text) for line in below),
            order=order,
        )
    first = block_of[min(chosen)] if chosen else None
    return Outline(
        MappingProxyType(sections), tuple(" ".join(lines[at].text.split()) for at in sorted(extras)), first
    )


def _is_content(text: str) -> bool:
    return bool(text) and not _FURNITURE.match(fold(text))


# --- lines -----------------------------------------------------------------------------------------------


def _lines(blocks: Sequence[Block]) -> Iterator[tuple[int, _Line]]:
    index = 0
    while index < len(blocks):
        block = blocks[index]
        if isinstance(block, Paragraph):
            after = blocks[index + 1] if index + 1 < len(blocks) else None
            joined = _joined_heading(block.text, after.text) if isinstance(after, Paragraph) else None
            if joined is not None:
                yield index, _Line(joined.heading, candidate=joined)
                index += 2
                continue
            for line in _split(block.text):
                yield index, line
        elif isinstance(block, Grid):
            for line in _grid_lines(block):
                yield index, line
        else:
            yield index, _Line(content=True)
        index += 1


def _joined_heading(first: str, second: str) -> _Candidate | None:
    """A numbered heading that was broken over two lines, the number alone on its line or not."""
    if len(first) > 2 * _LONGEST_HEADING or len(second) > 2 * _LONGEST_HEADING:
        return None
    if first[:1] not in _NUMBER_BEGINS:
        return None
    folded = fold(first)
    printed = _printed_number(folded)
    if printed.style is not _Style.CHAPTER or not printed.separated or _in_known_words(_whole_heading(first)):
        return None
    whole = _whole_heading(f"{first}{second}")
    if whole is None or not _in_known_words(whole):
        return None
    # The second line may be a numbered heading itself.
    return None if _printed_number(fold(second)).style is _Style.CHAPTER else whole


def _in_known_words(heading: _Candidate | None) -> bool:
    return heading is not None and heading.rank in (Rank.NUMBERED, Rank.MISNUMBERED)


def _grid_lines(grid: Grid) -> Iterator[_Line]:
    """A table is content; a row of it that holds a numbered heading and nothing else is that heading."""
    content = False
    for row in grid.rows:
        text, alone = _text_of(row)
        heading = _whole_heading(" ".join(text.split())) if alone else None
        if heading is not None and heading.rank is Rank.NUMBERED:
            if content:
                yield _Line(content=True)
            content = False
            yield _Line(heading.heading, candidate=heading)
        else:
            content = content or bool(text)
    if content:
        yield _Line(content=True)


def _text_of(row: Sequence[Slot]) -> tuple[str, bool]:
    """The first text of a row, and whether no other stands there."""
    first = ""
    for slot in row:
        text = slot.text.strip()
        if text and text != first:
            if first:
                return first, False
            first = text
    return first, bool(first)


def _split(text: str) -> list[_Line]:
    """A paragraph as lines: headings that share it with text are set apart from it."""
    whole = _whole_heading(text)
    if whole is not None:
        line = _Line(text, candidate=whole)
        return [line, _Line(text)] if _SAYS_NONE.match(fold(text)) else [line]
    found = [
        (match.start(), *heading)
        for match in (_INSIDE.finditer(text) if _NUMBERED_AT_ALL.search(text) else ())
        if (heading := _leading_heading(text, match.start())) is not None
    ]
    gaps = [after[0] - before[1] for before, after in pairwise(found)]
    if not found or (gaps and sorted(gaps)[len(gaps) // 2] <= _ENUMERATION_GAP):
        bare = _canonical_with_text(text) if not found else None
        return [_Line(text)] if bare is None else [bare[0], _Line(bare[1])]
    lines: list[_Line] = []
    cursor = 0
    for start, end, candidate in found:
        if before := text[cursor:start].strip():
            lines.append(_Line(before))
        lines.append(_Line(candidate.heading, candidate=candidate))
        cursor = end
    if rest := text[cursor:].lstrip(" :：。.;；、—-").strip():
        lines.append(_Line(rest))
    return lines


# --- one heading -----------------------------------------------------------------------------------------


def _printed_number(folded: str) -> _Number:
    if chapter := _CHAPTER.match(folded):
        value = number(chapter[1] or chapter[2])
        return _Number(value, _Style.CHAPTER, bool(chapter[1] or chapter[3]), chapter.end())
    if lower := _LOWER.match(folded):
        return _Number(number(lower[1] or lower[2]), _Style.LOWER, True, lower.end())
    return _Number(None, _Style.NONE, False, 0)


def _whole_heading(text: str) -> _Candidate | None:
    """The heading that a line is from end to end."""
    return _heading(text) if len(text) <= 3 * _LONGEST_HEADING else None


@lru_cache(maxsize=2048)
def _heading(text: str) -> _Candidate | None:
    folded = fold(text)
    if not folded or len(folded) > _LONGEST_HEADING + 12:
        return None
    heading = " ".join(text.split())
    printed = _printed_number(folded)
    core = _TAIL.sub("", folded[printed.length :])
    key = _key_of(core)
    if key is not None:
        return _Candidate(key, _rank(printed, key), heading, printed.value, core in _CANONICAL)
    if printed.style is not _Style.CHAPTER or not printed.separated or not _heads(core):
        return None
    key = next((key for key, subject in _SUBJECTS if subject.search(core)), None)
    if key is None:
        return None
    rank = Rank.NUMBERED_OWN_WORDS if printed.value == _ORDINALS[key] else Rank.OWN_WORDS_MISNUMBERED
    return _Candidate(key, rank, heading, printed.value, canonical=False)


def _key_of(core: str) -> str | None:
    """The section whose accepted wording folded `core` is, without number and tail."""
    if not core.endswith(_ENDINGS):
        return None
    return next((key for key, wording in _WORDINGS.items() if wording.fullmatch(core)), None)


def headings_in_tables(blocks: Sequence[Block]) -> frozenset[str]:
    """The sections whose heading, with its chapter's number, is a line of a table's cell: a frame around the
    text, or lines of a page that were taken for a table's, may have drawn it in.
    """
    found = set()
    for block in blocks:
        if not isinstance(block, Grid):
            continue
        for slot in (slot for row in block.rows for slot in row if slot.origin is Origin.CELL):
            for line in slot.text[:_LONGEST_CELL].split("\n"):
                heading = heading_of(line)
                if heading is not None and heading[1]:
                    found.add(heading[0])
    return frozenset(found)


def heading_of(text: str) -> tuple[str, bool] | None:
    """The section that a line heads in accepted words, and whether its chapter's number stands before it."""
    heading = _whole_heading(text)
    if heading is None or heading.rank not in (Rank.NUMBERED, Rank.BARE, Rank.LOWER_NUMBERED):
        return None
    return heading.key, heading.rank is Rank.NUMBERED


def _heads(core: str) -> bool:
    """Whether the words after a number can be a heading at all: short, no sentence, no row of a table."""
    return (
        1 < len(core) <= _LONGEST_HEADING and not _SENTENCE_MARK.search(core) and not _TABLE_ROW.search(core)
    )


def _rank(printed: _Number, key: str) -> Rank:
    if printed.style is _Style.NONE:
        return Rank.BARE
    if printed.style is _Style.LOWER:
        return Rank.LOWER_NUMBERED
    return Rank.NUMBERED if printed.value == _ORDINALS[key] else Rank.MISNUMBERED


def _leading_heading(text: str, start: int) -> tuple[int, _Candidate] | None:
    """A numbered heading at `start` with text after it: (where the text goes on, the heading).

    The wording must end at white space, a colon or a full stop, or run into "2023年"; a sentence that goes
    on otherwise may merely begin with the words, so only the form's own number and words count there, and
    least.
    """
    folded = fold_with_origin(text[start : start + 3 * _LONGEST_HEADING])
    printed = _printed_number(folded.text)
    if printed.style is not _Style.CHAPTER or not printed.separated:
        return None
    matches = (
        (match.end(), key)
        for key, wording in _WORDINGS.items()
        if (match := wording.match(folded.text, printed.length)) is not None
    )
    length, key = max(matches, default=(0, ""))
    if not key:
        return None
    end = start + folded.origin[length - 1] + 1
    rest = text[end:]
    core = folded.text[printed.length : length]
    rank = _rank(printed, key)
    if rest and not re.match(r"\s|[:：。；;—]|20\d\d\s*年", rest):
        if rank is not Rank.NUMBERED or core not in _CANONICAL:
            return None
        rank = Rank.RUN_ON
    heading = " ".join(text[start:end].split())
    return end, _Candidate(key, rank, heading, printed.value, core in _CANONICAL)


def _canonical_with_text(text: str) -> tuple[_Line, str] | None:
    """总体情况：text, without a number: only the form's own words, set off by a colon or a full stop."""
    head = _SET_OFF.match(text)
    key = None if head is None else _CANONICAL.get(fold(head[1]))
    if head is None or key is None or not text[head.end() :]:
        return None
    heading = " ".join(head[1].split())
    candidate = _Candidate(key, Rank.BARE, heading, None, canonical=True)
    return _Line(heading, candidate=candidate), text[head.end() :]


# --- choice ----------------------------------------------------------------------------------------------


def _choose(lines: Sequence[_Line]) -> set[int]:
    """Indices of the lines that head the six sections, one a section at most."""
    contents = _table_of_contents(lines)
    at: dict[str, list[tuple[Rank, bool, int]]] = {}
    for index, line in enumerate(lines):
        if line.candidate is not None and index not in contents:
            followed = index + 1 < len(lines) and lines[index + 1].candidate is None
            at.setdefault(line.candidate.key, []).append((line.candidate.rank, not followed, index))
    best = {key: min(places) for key, places in at.items()}
    chapters = any(rank <= Rank.MISNUMBERED for rank, _, _ in best.values())
    sure = {index: _ORDINALS[key] for key, (rank, _, index) in best.items() if rank <= Rank.BARE}
    chosen = set(sure)
    for key, (rank, _, index) in best.items():
        if rank is Rank.LOWER_NUMBERED:
            candidate = lines[index].candidate
            own = candidate is not None and candidate.number == _ORDINALS[key]
            if own and not chapters:
                chosen.add(index)
        elif rank is Rank.RUN_ON and len(sure) < _LEAST_SURE:
            continue
        elif rank in (Rank.RUN_ON, Rank.OWN_WORDS_MISNUMBERED) and _in_order(_ORDINALS[key], index, sure):
            chosen.add(index)
    return chosen


def _in_order(ordinal: int, index: int, sure: Mapping[int, int]) -> bool:
    return all((at < index) == (other < ordinal) for at, other in sure.items())


def _table_of_contents(lines: Sequence[_Line]) -> set[int]:
    """Headings that follow one another with nothing between and come again later: a table of contents."""
    last: dict[str, int] = {}
    for index, line in enumerate(lines):
        if line.candidate is not None:
            last[line.candidate.key] = index
    contents: set[int] = set()
    run: list[int] = []
    for index, line in enumerate([*lines, _Line()]):
        if line.candidate is not None:
            run.append(index)
            continue
        again = {c.key for at in run if (c := lines[at].candidate) is not None and last[c.key] > run[-1]}
        # The first heading of the text itself may follow its table of contents without a line between.
        if len(run) > 2 and len(again) > 2:
            contents.update(at for at in run if (c := lines[at].candidate) is not None and last[c.key] > at)
        run = []
    return contents


def _extra_headings(lines: Sequence[_Line], chosen: Iterable[int]) -> set[int]:
    """Chapter-numbered lines that continue the count of the sections and belong to none of the six.

    A list inside a section counts from 一 again; its lines are none, nor is a line that could be either.
    """
    headings = {at: _ordinal(lines[at]) for at in chosen}
    extras: set[int] = set()
    count: int | None = None
    inner: int | None = None
    for index, line in enumerate(lines):
        if index in headings:
            count, inner = headings[index], None
            continue
        if count is None or line.content or not line.text:
            continue
        if line.text[:1] not in _NUMBER_BEGINS:
            continue
        folded = fold(line.text[: 3 * _LONGEST_HEADING])
        printed = _printed_number(folded)
        if printed.style is not _Style.CHAPTER or not printed.separated or printed.value is None:
            continue
        upcoming = min((n for at, n in headings.items() if at > index), default=None)
        if inner is not None and printed.value == inner + 1:
            inner = printed.value
        elif (
            printed.value == count + 1
            and (upcoming is None or printed.value < upcoming)
            and len(line.text) <= 2 * _LONGEST_HEADING
            and _heads(_TAIL.sub("", folded[printed.length :]))
        ):
            extras.add(index)
            count = printed.value
        else:
            inner = printed.value
    return extras


def _ordinal(line: _Line) -> int:
    assert line.candidate is not None  # noqa: S101 - called for headings only
    return line.candidate.number or _ORDINALS[line.candidate.key]


def _tail(lines: Sequence[_Line]) -> int:
    """Where the report's text ends: before the signature, its date and the buttons of the page."""
    end = len(lines)
    while end and not lines[end - 1].content and lines[end - 1].candidate is None:
        text = lines[end - 1].text
        if _FURNITURE.match(fold(text)) or is_signature(text):
            end -= 1
        elif end < len(lines) and is_signature(lines[end].text) and _ORGAN_LINE.match(fold(text)):
            end -= 1  # the name above the date
        else:
            break
    return end
