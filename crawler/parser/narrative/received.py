"""How many disclosure requests the prose says were received, or that there were none."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from crawler.parser.chinese import NUMBER, number
from crawler.parser.narrative.passages import Passage, Scope
from crawler.parser.narrative.words import (
    APPLICANTS,
    ATTRIBUTES_OF_DOCUMENTS,
    CHANNELS,
    MORE_THAN_A_YEAR,
    OTHERS,
    REQUEST_BY_NAME,
    UNIT,
)
from crawler.report.narrative import Claim, Subject

_RECEIVED = r"(?:收到|接到|收悉|受理|新收|接收)"
_ALSO_HANDLED = r"(?:收到|受理|接收)(?:和|并|及|、)(?:办理|处理|办结)"
_HANDLED = rf"(?:(?<!继续)(?<!和)(?<!并)(?<!及)(?<!、)共?办理|{_ALSO_HANDLED})"
_BETWEEN = r"([^,。;:]{0,30}?)"
# 申请人 is a person; 申请行政复议 and 申请提起诉讼 are another matter.
_REQUEST = r"(?:依申请公开(?:政府)?(?:信息)?的?(?:申请|事项|件)?|申请)(?!人|者|行政|复议|提起|减免|公开)"
_COUNT = rf"(?<![约近超逾足过])({NUMBER})(?:{UNIT}(?!左右|以上|以下|以内|多|余)|(?=[,。;]|$))"
_SAYS = r"(?:共计?|合计|总计|总数|总量|数量|件数|数|为|是|有|:|\()*"

_DENIAL = re.compile(rf"(?:未曾?|没有?|从未|尚未|没有曾|暂未){_RECEIVED}(?:过|到)?{_BETWEEN}{_REQUEST}")
_NO_REQUESTS = re.compile(
    r"(?:无|没有|未发生|未产生|未涉及|不存在)(?:任何|相关|此类)?(?:依申请公开|(?:政府)?信息公开申请|公开申请)(?:政府)?(?:信息)?的?"
    r"(?:件|事项|情况|申请|受理|要求|案件|数量)*(?=[,。;!]|、行政|$)"
)
_COUNT_BEHIND = re.compile(rf"(?<![未没曾]){_RECEIVED}{_BETWEEN}{_REQUEST},?{_SAYS}{_COUNT}")
_COUNT_BEFORE = re.compile(rf"(?<![未没曾]){_RECEIVED}(?:各类|共计?|了)*{_COUNT}{_BETWEEN}{_REQUEST}")
_COUNT_ALONE = re.compile(
    rf"依申请公开(?:政府)?(?:信息|事项)?(?:申请)?(?:数量|件数)?[为共:]*{_COUNT}(?=[,。;]|$)"
)
_HANDLED_BEHIND = re.compile(rf"{_HANDLED}{_BETWEEN}{_REQUEST},?{_SAYS}{_COUNT}")
_HANDLED_BEFORE = re.compile(rf"{_HANDLED}(?:各类|共计?|了)*{_COUNT}{_BETWEEN}{_REQUEST}")

_DISCLOSURE = re.compile(r"公开|信息")
_ANOTHER_MATTER = re.compile(
    r"复议|诉讼|投诉|举报|信访|补正|减免|收费|不予|许可|确认|征收|救助|登记|变更|撤[回销]"
)
_NEUTRAL = re.compile(
    r"(?:过|到|任何|一[件份宗]|(?:来自|由)?(?:公民|群众|公众|个人|自然人|法人|企业|单位|(?:其他|社会|有关)?组织|社会)"
    r"|[、,和与及或者以等]|其他|各类|各种|书面|当面|网上|有关|相关|关于|要求|提出|提交|递交|申报|请求|向?(?:本|我)(?:机关|单位|局|镇|乡|街道|办|委|厅)"
    r"|依法|依|申请|公开|政府|政务|信息|类|件|的)*"
)
"""What may stand between 未收到 and 申请 without making it less than all requests."""
_GOES_ON = re.compile(
    r"(?:$|[,。;:、!)(”]|[和与及或且也并均故](?!.{0,3}引)|的?(?:情况|情形|事项|案件|要求|件|表|书)|共?[0零〇]|数|总)"
)
"""What may follow 申请 as the thing received; anything else makes it the attribute of another thing."""
_CARRIED = re.compile(r"结转|遗留")
_NOT_ALL = re.compile(f"{_ANOTHER_MATTER.pattern}|{_CARRIED.pattern}")
_AND_HANDLED = re.compile(_ALSO_HANDLED)
_CONDITION = re.compile(r"(?:如果?|若|凡|对于?|逾期|期限内|一旦|是否)[^,。;]{0,6}$")
_PART = re.compile(
    rf"{CHANNELS}|{APPLICANTS}|上半年|下半年|季度|(?<!\d)(?:1[0-2]|[1-9])月|其[他它余](?!组织)|另外|以外|除"
)
"""One channel, one kind of applicant, a part of the year; in the clause itself."""
_WITH_CARRIED_IN = re.compile(
    rf"^(?:{UNIT})?(?:[,(]?(?:含|包含|包括|其中|内含|其中含|其中包括)(?:了)?|\()"
    rf"(?:(?:本年度?|当年|今年|20\d\d年度?)?新收(?:申请)?{NUMBER}{UNIT}[,、])?"
    r"(?:(?:上一?|去)年度?|往年|以前年度|20\d\d年度?)(?:的)?(?:结转|遗留|转入)"
)
"""Right behind a number: it counts what was carried in as well."""
_MORE = re.compile(r"(?:含|包括|其中|加上)[^,;。]{0,8}(?:结转|遗留)")
_NEW = "新收"
"""The table's own word: it never counts what was carried over, and it is said of nothing else here."""


class _Reading(NamedTuple):
    number: int | None
    start: int
    end: int
    sure: bool


def received(passage: Passage) -> Iterator[Claim]:
    """What a passage says of requests received, or "handled".

    Ambiguous are: one channel, one kind of applicant, a part of the year, a count with carry-over of which it
    is not said whether it includes it, other bodies, and a passage that says two things.
    """
    text = passage.text
    if "申" not in text or "请" not in text or not _DISCLOSURE.search(passage.paragraph):
        return
    if ATTRIBUTES_OF_DOCUMENTS.search(passage.up_to_here):
        return
    handled = tuple(_handled(passage))
    yield from handled
    readings = [r for r in _readings(text) if _acting(passage, r) is not Scope.OUTSIDE]
    if not readings or (handled and not readings[0].sure):
        return
    first = readings[0]
    readings = [r for r in readings if r is first or "其中" not in text[first.end : r.start]]
    named = REQUEST_BY_NAME.search(text) is not None or (
        REQUEST_BY_NAME.search(passage.paragraph) is not None
        and all(not r.number or _is_new(text, r) for r in readings)
    )
    unclear = (
        not named
        or not all(r.sure for r in readings)
        or len({r.number or 0 for r in readings}) > 1
        or any(_acting(passage, r) is Scope.UNSURE for r in readings)
        or OTHERS.search(text) is not None
    )
    for count in dict.fromkeys(r.number for r in readings):
        same = [r for r in readings if r.number == count]
        if count and any(_WITH_CARRIED_IN.search(text[r.end :]) for r in same):
            yield Claim(Subject.IN_HAND, count, passage.quote, unclear)
        else:
            of_a_part = any(_is_of_a_part(text, r) for r in same)
            yield Claim(Subject.RECEIVED, count, passage.quote, unclear or of_a_part)


def _handled(passage: Passage) -> Iterator[Claim]:
    text = passage.text
    for pattern, count, between in ((_HANDLED_BEHIND, 2, 1), (_HANDLED_BEFORE, 1, 2)):
        for match in pattern.finditer(text):
            value = number(match[count])
            scope = passage.scope(match.start())
            if value is None or scope is Scope.OUTSIDE or _NOT_ALL.search(match[between]):
                continue
            if between == 2 and not _is_received(text, match.end()):
                continue
            included = _WITH_CARRIED_IN.search(text[match.end() :]) is not None
            subject = Subject.IN_HAND if included else Subject.HANDLED
            of_a_part = _PART.search(passage.clause(match.end())) is not None
            named = REQUEST_BY_NAME.search(text) is not None
            yield Claim(subject, value, passage.quote, scope > Scope.OWN or of_a_part or not named)


def _acting(passage: Passage, reading: _Reading) -> Scope:
    return passage.scope(reading.start)


def _is_new(text: str, reading: _Reading) -> bool:
    return text.startswith(_NEW, reading.start)


def _is_of_a_part(text: str, reading: _Reading) -> bool:
    """Whether a reading covers less than the year's requests, or more."""
    clause = _clause(text, reading)
    if _PART.search(clause):
        return True
    return not _is_new(text, reading) and bool(
        _CARRIED.search(clause) or _MORE.search(text) or MORE_THAN_A_YEAR.search(text)
    )


def _readings(text: str) -> list[_Reading]:
    found = [
        _Reading(None, m.start(), m.end(), sure=goes_on and _NEUTRAL.fullmatch(m[1]) is not None)
        for m in _DENIAL.finditer(text)
        if not _ANOTHER_MATTER.search(m[1])
        and not _CONDITION.search(text[: m.start()])
        and ((goes_on := _is_received(text, m.end())) or not _ANOTHER_MATTER.search(_rest(text, m.end())))
    ]
    found += [_Reading(None, m.start(), m.end(), sure=True) for m in _NO_REQUESTS.finditer(text)]
    for pattern, count, between in ((_COUNT_BEHIND, 2, 1), (_COUNT_BEFORE, 1, 2)):
        found += [
            _Reading(number(m[count]), m.start(), m.end(), sure=_NEUTRAL.fullmatch(m[between]) is not None)
            for m in pattern.finditer(text)
            if not _ANOTHER_MATTER.search(m[between])
            and not _AND_HANDLED.match(text, m.start())
            and number(m[count]) is not None
            and (
                between == 1
                or _is_received(text, m.end())
                or not _ANOTHER_MATTER.search(_rest(text, m.end()))
            )
        ]
    if not found:  # may count what was disclosed rather than what was asked
        counts = _COUNT_ALONE.finditer(text)
        found = [_Reading(number(m[1]), m.start(), m.end(), sure=False) for m in counts]
    return sorted(found, key=lambda reading: reading.start)


def _is_received(text: str, end: int) -> bool:
    """Whether the request that ends at `end` is itself what was received, not 申请引起的复议."""
    return _GOES_ON.match(text, end) is not None


def _rest(text: str, start: int) -> str:
    """The clause from `start` on."""
    return re.split("[,。;:!]", text[start:], maxsplit=1)[0]


def _clause(text: str, reading: _Reading) -> str:
    start = max(text.rfind(mark, 0, reading.start) for mark in ",;:。")
    return text[start + 1 : reading.end]
