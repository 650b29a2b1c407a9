"""What the prose of a report says in numbers.

Rules accuse on these readings, so a sentence that can be read in two ways is marked `ambiguous`, and one that
speaks of something else is left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from crawler.parser.chinese import NUMBER, fold, number, sentences
from crawler.report.model import RequestStatement

__all__ = ["request_statements", "sentences"]

_RECEIVED = r"(?:收到|接到|收悉|受理|新收|接收)"
_UNIT = r"(?:件|宗|份|例|条|起|次|封|笔)"
_BETWEEN = r"([^,。;:]{0,30}?)"
# 申请人 is a person; 申请行政复议 and 申请提起诉讼 are another matter.
_REQUEST = r"(?:依申请公开(?:政府)?(?:信息)?的?(?:申请)?|申请)(?!人|者|行政|复议|提起|减免|公开)"
_COUNT = rf"({NUMBER})(?:{_UNIT}|(?=[,。;]|$))"

_DENIAL = re.compile(rf"(?:未曾?|没有?|从未|尚未|没有曾){_RECEIVED}(?:过|到)?{_BETWEEN}{_REQUEST}")
_NO_REQUESTS = re.compile(
    r"(?:无|没有)(?:任何|相关|此类)?(?:依申请公开|(?:政府)?信息公开申请|公开申请)(?:政府)?(?:信息)?的?"
    r"(?:件|事项|情况|申请|受理|要求|案件|数量)*(?=[,。;!]|$)"
)
_COUNT_BEHIND = re.compile(
    rf"(?<![未没曾]){_RECEIVED}{_BETWEEN}{_REQUEST},?(?:共计?|合计|总计|总数|数量|件数|为|是|约|:|\()*{_COUNT}"
)
_COUNT_BEFORE = re.compile(rf"(?<![未没曾]){_RECEIVED}(?:各类|共计?|了)*{_COUNT}{_BETWEEN}{_REQUEST}")
_COUNT_ALONE = re.compile(
    rf"依申请公开(?:政府)?(?:信息|事项)?(?:申请)?(?:数量|件数)?[为共:]*{_COUNT}(?=[,。;]|$)"
)

_DISCLOSURE = re.compile(r"公开|信息")
_REQUEST_BY_NAME = re.compile(r"依申请公开|(?:公开|信息)的?申请")
_ANOTHER_MATTER = re.compile(r"复议|诉讼|投诉|举报|信访|补正|减免|收费|不予|许可|确认|征收|救助|登记")
_NEUTRAL = re.compile(
    r"(?:过|到|任何|一[件份宗]|(?:来自|由)?(?:公民|群众|公众|个人|自然人|法人|企业|单位|(?:其他|社会|有关)?组织|社会)"
    r"|[、,和与及或者以等]|其他|各类|各种|书面|当面|网上|有关|相关|关于|要求|提出|提交|递交|申报|请求|向?(?:本|我)(?:机关|单位|局|镇|乡|街道|办|委|厅)"
    r"|依法|依|申请|公开|政府|政务|信息|类|件|的)*"
)
"""What may stand between 未收到 and 申请 without making it less than all requests."""
_GOES_ON = re.compile(
    r"(?:$|[,。;:、!)(”]|[和与及或也且并均故](?!.{0,3}引)|的?(?:情况|情形|事项|案件|要求|件|表|书)|共?[0零〇]|数|总)"
)
"""What may follow 申请 as the thing received; anything else makes it the attribute of another thing."""
_CONDITION = re.compile(r"(?:如果?|若|凡|对于?|逾期|期限内|一旦|是否)[^,。;]{0,6}$")
_PART = re.compile(
    r"当面|现场|信函|邮寄|信件|传真|网络|网上|在线|电子|邮箱|电话|窗口|平台|系统|书面|口头"
    r"|自然人|企业|科研|公益|法律服务|上半年|下半年|季度|\d{1,2}月|其[他它余](?!组织)|另外|以外|除"
)
"""One channel, one kind of applicant, a part of the year; in the clause itself."""
_CARRIED = re.compile(r"结转|遗留")
_MORE = re.compile(r"(?:含|包括|其中|加上)[^,;。]{0,8}(?:结转|遗留)|累计|历年|以来|近[几两三]年")
_NEW = "新收"
"""The table's own word: it never counts what was carried over, and it is said of nothing else here."""
_OTHERS = re.compile(
    r"全[市县区省州旗镇乡街]|各(?:部门|单位|乡|镇|街|县|市|区|级|地)|下属|直属|所属|辖区|向[^,。;]{1,15}(?:提出|提交)"
)
_YEAR_WORD = re.compile(r"(?<!\d)(20\d\d)年|([去上前往])一?年|[今本]年")
_COMPARISON = re.compile(r"(?:较|比|同比|与)[^,。;]{0,4}$")
_LONGEST_SENTENCE = 1000


class _Reading(NamedTuple):
    number: int | None
    start: int
    end: int
    sure: bool


def request_statements(text: str, year: int | None) -> tuple[RequestStatement, ...]:
    """What `text` (paragraphs separated by line breaks) says of disclosure requests received in `year`.

    A denial has `denies` set and number None or 0; a count has its number. Sentences on other years, on
    reviews, fees or the procedure are left out. Ambiguous are: one channel, one kind of applicant, a part of
    the year, a count with carry-over, other bodies, and a sentence that says two things.
    """
    return tuple(
        statement
        for paragraph in text.split("\n")
        if "申" in paragraph
        for sentence in sentences(paragraph)
        for statement in _statements(sentence, paragraph, year)
    )


def _statements(sentence: str, paragraph: str, year: int | None) -> Iterator[RequestStatement]:
    if len(sentence) > _LONGEST_SENTENCE:
        return
    if "申" not in sentence or "请" not in sentence:
        return
    folded = fold(sentence)
    readings = [r for r in _readings(folded) if _in_year(folded, r.start, year)]
    if not readings:
        return
    first = readings[0]
    readings = [r for r in readings if r is first or "其中" not in folded[first.end : r.start]]
    around = fold(paragraph[:_LONGEST_SENTENCE])
    if not _DISCLOSURE.search(around):
        return  # applications for something else
    named = _REQUEST_BY_NAME.search(folded) is not None or (
        _REQUEST_BY_NAME.search(around) is not None
        and all(not r.number or _is_new(folded, r) for r in readings)
    )
    unclear = (
        not named
        or not first.sure
        or len({r.number or 0 for r in readings}) > 1
        or (year is None and _YEAR_WORD.search(folded) is not None)
        or _OTHERS.search(folded) is not None
    )
    for value in dict.fromkeys(r.number for r in readings):
        of_a_part = any(_is_of_a_part(folded, r) for r in readings if r.number == value)
        yield RequestStatement(
            " ".join(sentence.split()), value, denies=not value, ambiguous=unclear or of_a_part
        )


def _is_new(folded: str, reading: _Reading) -> bool:
    return folded.startswith(_NEW, reading.start)


def _is_of_a_part(folded: str, reading: _Reading) -> bool:
    """Whether a reading covers less than the year's requests, or more."""
    clause = _clause(folded, reading)
    if _PART.search(clause):
        return True
    return not _is_new(folded, reading) and bool(_CARRIED.search(clause) or _MORE.search(folded))


def _readings(folded: str) -> list[_Reading]:
    found = [
        _Reading(None, m.start(), m.end(), sure=goes_on and _NEUTRAL.fullmatch(m[1]) is not None)
        for m in _DENIAL.finditer(folded)
        if not _ANOTHER_MATTER.search(m[1])
        and not _CONDITION.search(folded[: m.start()])
        and ((goes_on := _is_received(folded, m.end())) or not _ANOTHER_MATTER.search(_rest(folded, m.end())))
    ]
    found += [_Reading(None, m.start(), m.end(), sure=True) for m in _NO_REQUESTS.finditer(folded)]
    for pattern, count, between in ((_COUNT_BEHIND, 2, 1), (_COUNT_BEFORE, 1, 2)):
        found += [
            _Reading(number(m[count]), m.start(), m.end(), sure=True)
            for m in pattern.finditer(folded)
            if not _ANOTHER_MATTER.search(m[between])
            and number(m[count]) is not None
            and (
                between == 1
                or _is_received(folded, m.end())
                or not _ANOTHER_MATTER.search(_rest(folded, m.end()))
            )
        ]
    if not found:  # may count what was disclosed rather than what was asked
        counts = _COUNT_ALONE.finditer(folded)
        found = [_Reading(number(m[1]), m.start(), m.end(), sure=False) for m in counts]
    return sorted(found, key=lambda reading: reading.start)


def _is_received(folded: str, end: int) -> bool:
    """Whether the request that ends at `end` is itself what was received, not 申请引起的复议."""
    return _GOES_ON.match(folded, end) is not None


def _rest(folded: str, start: int) -> str:
    """The clause from `start` on."""
    return re.split("[,。;:!]", folded[start:], maxsplit=1)[0]


def _clause(folded: str, reading: _Reading) -> str:
    start = max(folded.rfind(mark, 0, reading.start) for mark in ",;:。")
    return folded[start + 1 : reading.end]


def _in_year(folded: str, at: int, year: int | None) -> bool:
    """Whether the last year named before `at`, comparisons left out, is the reported one or none is named."""
    for word in reversed(list(_YEAR_WORD.finditer(folded, 0, at))):
        if _COMPARISON.search(folded[: word.start()]):
            continue
        if word[2]:
            return False
        return word[1] is None or year is None or int(word[1]) == year
    return True
