"""The dates that a page states: publication, signature, statistical period. They stay apart.

`published` is stated by a meta tag or a visible label. A date in the address or under the text may stand in
for it and is marked as such. Clocks in the header, footers, update times and the period never do.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta, timezone
from itertools import chain, islice, pairwise
from typing import NamedTuple
from unicodedata import normalize

from crawler.extract.document import Block, Document, Grid, Origin, Paragraph
from crawler.parser.chinese import NUMBER, fold, number, sentences
from crawler.report.model import DateSource, Period, PeriodBound, ShownDate

_CHINA = timezone(timedelta(hours=8))

# --- publication -----------------------------------------------------------------------------------------

_PUBLICATION_META = "pubdate"
_FIRST_PUBLICATIONS = 2008
_MOST_TAGS = 20

_DAY = r"((?:19|20)\d\d)\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})(?=\D|$|\d\d:\d\d)"
_COMPACT_DAY = re.compile(r"(20\d\d)(\d\d)(\d\d)(?=\D|$)")
_STAMP = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d)?(?:\.\d{1,6})?(?:Z|[+-]\d\d:?\d\d)")
_LEADING_DAY = re.compile(rf"\s*{_DAY}")

_LABEL = r"(?<!首次|更新|最后|最近|重新|再次|修改|修订|更正|评论)(?<!原)发\s*[布表]\s*(?:日\s*期|时\s*间)"
_LABELLED = re.compile(rf"{_LABEL}[\s:\])】|]*{_DAY}")
_PLAIN_LABELLED = re.compile(rf"(?<![\u3400-\u9fff])(?:时\s*间|日\s*期)\s*:\s*{_DAY}(?!\s*日?\s*星期)")
_LABEL_AT_END = re.compile(rf"(?:{_LABEL}|(?<![\u3400-\u9fff])(?:时间|日期))[\s:\])】|]*$")
_DATE_LINE = re.compile(r"来源|浏览|阅读|点击|访问|字号|字体|作者|编辑|打印|分享")
"""What stands beside the date in the line under a title, and not in lists of other articles."""

_HEAD_BLOCKS = 40
_TAIL_BLOCKS = 3
_LONGEST_DATE_LINE = 400

_URL_DAYS = (
    re.compile(r"(?:/|_)t(20\d\d)(\d\d)(\d\d)_\d"),  # /202401/t20240118_123.html
    re.compile(r"/[PW]0(20\d\d)(\d\d)(\d\d)\d"),  # attachments: W020240118….pdf
    re.compile(r"/art/(20\d\d)/(\d{1,2})/(\d{1,2})/"),
    re.compile(r"/(20\d\d)[-/](\d{1,2})[-/](\d{1,2})/"),
    re.compile(r"/(20\d\d)-?(\d\d)-?(\d\d)/"),
)


class Published(NamedTuple):
    """A publication date and where it was found; both None where the page states none.

    `contradicting` are other days that the page states as that of publication. `shown` are all the days that
    it states, and the one that its address bears.
    """

    day: date | None
    source: DateSource | None
    contradicting: tuple[date, ...] = ()
    shown: tuple[ShownDate, ...] = ()


def publication(
    document: Document, *, url: str | None, title: str | None, first_heading: int | None, signed: date | None
) -> Published:
    """The day on which the page says it was published, else what may stand in for it.

    `first_heading` is the block index of the first section heading: a label counts above it, not in the
    prose. Two dates stated in the same way that contradict each other are no statement.
    """
    in_meta, in_data = _tagged_days(document.meta), _tagged_days(document.data)
    labelled = _labelled_day(document, title, first_heading)
    in_url = _agreed(_url_days(url or ""))
    stated = [
        *(ShownDate(day, DateSource.META) for day in in_meta),
        *(() if labelled is None else (ShownDate(labelled, DateSource.LABEL),)),
        *(ShownDate(day, DateSource.DATA) for day in in_data),
    ]
    days = {seen.day for seen in stated}
    shown = tuple(dict.fromkeys(stated if in_url is None else [*stated, ShownDate(in_url, DateSource.URL)]))
    for day, source in (
        (_agreed(in_meta), DateSource.META),
        (labelled, DateSource.LABEL),
        (_agreed(in_data), DateSource.DATA),
        (in_url, DateSource.URL),
        (signed, DateSource.SIGNATURE),
    ):
        if day is not None:
            return Published(day, source, tuple(sorted(days - {day})) if day in days else (), shown)
    return Published(None, None, shown=shown)


_LABELLED_AT_ALL = re.compile(r"发\s*[布表]\s*(?:日\s*期|时\s*间)[\s:\])】|]*\D{0,4}\d")


def unread_publication(document: Document, *, first_heading: int | None) -> str:
    """The line that labels a date of publication although `publication` read none: two dates that contradict
    each other, 首次发布时间, 24-01-16, one below the article that may be another's. Empty where none is.
    """
    lines = (*_date_lines(document, first_heading), *document.around[_own(document) :])
    return next(
        (" ".join(line.split())[:_LONGEST_QUOTE] for line in lines if _LABELLED_AT_ALL.search(line)), ""
    )


def _agreed(days: Sequence[date]) -> date | None:
    return days[0] if len(set(days)) == 1 else None


def _calendar(year: str | int, month: str | int, day: str | int) -> date | None:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None


def _tagged_days(pairs: Sequence[tuple[str, str]]) -> list[date]:
    contents = (content for name, content in pairs if name.strip().lower() == _PUBLICATION_META)
    return [day for content in islice(contents, _MOST_TAGS) if (day := _stamped_day(content)) is not None]


def _stamped_day(content: str) -> date | None:
    """The day of a meta value; a time with an offset is told in China's time."""
    text = normalize("NFKC", content[:60]).strip()
    if stamp := _STAMP.match(text):
        try:
            return datetime.fromisoformat(stamp[0]).astimezone(_CHINA).date()
        except (ValueError, OverflowError):
            return None
    found = _LEADING_DAY.match(text) or _COMPACT_DAY.match(text)
    day = _calendar(*found.groups()) if found else None
    # 1970-01-01 and the like are what an empty field becomes; no such report is older than the duty.
    return day if day is not None and day.year >= _FIRST_PUBLICATIONS else None


def _url_days(url: str) -> list[date]:
    return [
        day
        for pattern in _URL_DAYS
        for match in pattern.finditer(url[:2000])
        if (day := _calendar(*match.groups())) is not None
    ]


def _labelled_day(document: Document, title: str | None, first_heading: int | None) -> date | None:
    lines = list(_date_lines(document, first_heading))
    found = [(day, line) for line in lines for day in _days(_LABELLED, line)]
    if not found:
        beside = _beside_title(lines, title)
        found = [
            (day, line)
            for index, line in enumerate(lines)
            if index in beside or _DATE_LINE.search(line)
            for day in _days(_PLAIN_LABELLED, line)
        ]
    day = _agreed([day for day, _ in found])
    # A page may show other articles with dates of their own; then the line under the title decides.
    return day or _agreed([day for day, line in found if _DATE_LINE.search(line)])


def _days(pattern: re.Pattern[str], line: str) -> list[date]:
    return [day for match in pattern.finditer(line) if (day := _calendar(*match.groups())) is not None]


def _beside_title(lines: Sequence[str], title: str | None) -> set[int]:
    """Places within two lines of the title."""
    folded = fold(title or "")
    if not folded:
        return set()
    at = [index for index, line in enumerate(lines) if folded in fold(line)]
    return {place for index in at for place in range(index - 2, index + 3)}


def _date_lines(document: Document, first_heading: int | None) -> Iterator[str]:
    """Lines that may carry a date label, half width; a label that ends a line gets the next line's start."""
    end = min(_HEAD_BLOCKS, len(document.blocks) if first_heading is None else first_heading)
    tail = document.blocks[max(end, len(document.blocks) - _TAIL_BLOCKS) :]
    raw = [*document.around[: _own(document)], *_block_lines(document.blocks[:end]), *_block_lines(tail)]
    folded = [normalize("NFKC", line[:_LONGEST_DATE_LINE]) for line in raw]
    for index, line in enumerate(folded):
        following = folded[index + 1] if index + 1 < len(folded) and _LABEL_AT_END.search(line) else ""
        yield f"{line} {following[:40]}" if _LEADING_DAY.match(following) else line


def _own(document: Document) -> int:
    """How many lines around the article may be its own: below it stand those of other articles."""
    return len(document.around) - document.apart


def _block_lines(blocks: Sequence[Block]) -> Iterator[str]:
    for block in blocks:
        if isinstance(block, Paragraph):
            yield block.text
        elif isinstance(block, Grid):  # the index table that some portals print above the text
            for row in block.rows[:_HEAD_BLOCKS]:
                yield " ".join(slot.text.strip() for slot in row if slot.origin is Origin.CELL)


# --- signature -------------------------------------------------------------------------------------------

_SIGNATURE = re.compile(
    rf"[\u3400-\u9fff()·]{{0,40}}?((?:19|20)\d\d|[二][〇○零Oo][一二三四五六七八九〇○零Oo]{{2}})年"
    rf"({NUMBER})月({NUMBER})[日号]?"
)
_NOT_SIGNED = re.compile(r"日期|时间|截至|截止|更新|发布|打印")
_LONGEST_SIGNATURE = 80
_SIGNATURE_BLOCKS = 12


def _signature(line: str) -> re.Match[str] | None:
    if len(line) > _LONGEST_SIGNATURE:
        return None
    folded = fold(line)
    return None if _NOT_SIGNED.search(folded) else _SIGNATURE.fullmatch(folded)


def is_signature(line: str) -> bool:
    """Whether the line is a date as it stands under a text, with or without the body's name before it."""
    return _signature(line) is not None


def signature(blocks: Sequence[Block]) -> date | None:
    """The date under the text: the last line near the end that is a date and nothing but the name."""
    for block in reversed(blocks[-_SIGNATURE_BLOCKS:]):
        match = _signature(block.text) if isinstance(block, Paragraph) else None
        if match is not None:
            parts = [number(part) for part in match.groups()]
            return _calendar(*(part or 0 for part in parts))
    return None


# --- statistical period ----------------------------------------------------------------------------------

_PERIOD_WORDS = re.compile(
    r"统计(?:数据)?的?(?:起止)?(?:期限|时限|时段|周期|期间|区间|时间|日期|范围|年限)|报告期|"
    r"数据的?(?:统计)?(?:起止)?(?:期限|时限|时段|周期|期间|区间)"
)
_REPORT_WORDS = re.compile(r"数据|统计|报告|年报|时间(?:范围|跨度)")
_OTHER_PERIOD = re.compile(r"据统计|上年|去年|同期|相比|较20|比20")
_YEAR = r"(?:(\d{4}|[一二][〇○零Oo一二九]{1}[〇○零Oo一二三四五六七八九]{2})年度?\(?)"
_JOIN = r"(?:开始|起)?,?(?:截至|截止到?|至|到|-+|—+|–|~)"
_MONTH = r"(?<!\d)(\d{1,2}|[一二三四五六七八九十]{1,3})"
_MONTH_AND_DAY = rf"{_MONTH}月(?:份|{_MONTH}[日号]?(?:(?:零|\d{{1,2}})[时点]|\d{{1,2}}:\d\d)?)?"
_RANGE = re.compile(rf"{_YEAR}?{_MONTH_AND_DAY}{_JOIN}(?:{_YEAR}|[同当本]年)?{_MONTH_AND_DAY}")
_NUMERIC_RANGE = re.compile(
    rf"(\d{{4}})[-./](\d{{1,2}})[-./](\d{{1,2}}){_JOIN}(?:(\d{{4}})[-./])?(\d{{1,2}})[-./](\d{{1,2}})(?!\d)"
)
_MONTHS = re.compile(rf"{_YEAR}(\d{{1,2}}){_JOIN}(\d{{1,2}})月")
_YEAR_ALONE = re.compile(rf"{_YEAR}")
_WHOLE_YEAR = re.compile(r"(\d{4})年?(?:全年|度?全年度)")
_CLOSED = re.compile(
    r"(?:统计|数据)[^,;。]{0,8}(?:截至|截止)(?:日期|时间)?(?:到|为|是|:)?(\d{4})年(12)月(31)日"
)
_LONGEST_QUOTE = 200
_LONGEST_SENTENCE = 2000
_NOT_PRINTED = PeriodBound(None, None, None)


def statistical_period(paragraphs: Sequence[str]) -> Period | None:
    """The period that the report's figures cover, as its prose states it.

    A sentence that names the period by its word comes first; else a sentence about the report or its data
    whose range begins on 1 January or ends on 31 December. Any other range of dates is something else.
    A period that is named but whose dates cannot be read has bounds without parts, and its quote.
    An end without a year has the year of its start: "2023年1月1日至12月31日".
    """
    unnamed: Period | None = None
    undated: Period | None = None
    printed = chain.from_iterable(map(sentences, paragraphs))
    for sentence, following in pairwise(chain(printed, ("",))):
        folded = fold(sentence[:_LONGEST_SENTENCE])
        if word := _PERIOD_WORDS.search(folded):
            bounds = _bounds(folded, word.end()) or _bounds(folded, 0)
            if bounds is None and word.end() >= len(folded) - 3:
                # 统计期限： and the dates on the next line
                bounds = _bounds(fold(following[:_LONGEST_QUOTE]), 0)
            if bounds is not None:
                return Period(*bounds, _quote(sentence))
            undated = undated or _undated(folded, word.end(), sentence)
        elif unnamed is None and _REPORT_WORDS.search(folded) and not _OTHER_PERIOD.search(folded):
            bounds = _bounds(folded, 0)
            if bounds is not None and (bounds[0][1:] == (1, 1) or bounds[1][1:] == (12, 31)):
                unnamed = Period(*bounds, _quote(sentence))
    return unnamed or undated


def _quote(sentence: str) -> str:
    return " ".join(sentence.split())[:_LONGEST_QUOTE]


def _bounds(folded: str, start: int) -> tuple[PeriodBound, PeriodBound] | None:
    if match := _RANGE.search(folded, start) or _NUMERIC_RANGE.search(folded, start):
        parts = [None if part is None else number(part) for part in match.groups()]
        first = PeriodBound(*parts[:3])
        last = PeriodBound(*parts[3:])
        return first, last if last.year is not None else last._replace(year=first.year)
    if match := _MONTHS.search(folded, start):
        year, first_month, last_month = (number(part) for part in match.groups())
        return PeriodBound(year, first_month, None), PeriodBound(year, last_month, None)
    if match := _WHOLE_YEAR.match(folded, start) or _WHOLE_YEAR.match(folded, start + 1):
        return PeriodBound(int(match[1]), 1, 1), PeriodBound(int(match[1]), 12, 31)
    if match := _CLOSED.search(folded, start):
        return _NOT_PRINTED, PeriodBound(*map(int, match.groups()))
    return None


def _undated(folded: str, start: int, sentence: str) -> Period | None:
    """A period that is named without readable dates: by its year, or by digits that say nothing."""
    if year := _YEAR_ALONE.search(folded, start):
        bound = PeriodBound(number(year[1]), None, None)
        return Period(bound, bound, _quote(sentence))
    if re.search(r"\d{4}", folded[start:]):
        return Period(_NOT_PRINTED, _NOT_PRINTED, _quote(sentence))
    return None
