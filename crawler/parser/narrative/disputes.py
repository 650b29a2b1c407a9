"""Reviews and litigation over disclosure: their numbers, and that there were none."""

from __future__ import annotations

import re
from collections.abc import Iterator

from crawler.parser.narrative.passages import Passage, Scope
from crawler.parser.narrative.quantities import DIGITS, QUANTITY, exact
from crawler.report.narrative import Claim, Subject

_AND = r"(?:、|和|及|与|或|以及|并|或者|/)?"
_LED = r"(?:被|依法|因|而|申请|提起|提出|引发|引起|发生|产生|的|政府信息公开|信息公开|工作|类|涉及|要求){0,6}"
_THING = r"(?:案件|申请|事项|案)?"
_REVIEW = rf"{_LED}(?:行政)?复议(?!后|机关|决定|结果|期|前|机构|应诉){_THING}"
_SUIT = rf"{_LED}(?:行政)?(?:诉讼|应诉)(?!结果|期|判决|费){_THING}"
_BOTH = rf"(?:{_REVIEW}{_AND}{_SUIT}|{_SUIT}{_AND}{_REVIEW})"

_EITHER = rf"(?:(?P<both>{_BOTH})|(?P<review>{_REVIEW})|(?P<suit>{_SUIT}))"
_KINDS = r"(?:的)?(?:案件|情况|情形|事项|申请|案例|现象|问题|行为|记录|要求|件数|数量|案|数|等)*"
_ENDS = r"(?=[,;。:、!()”]|$|和|及|与|也|并|或|以及|其中)"
_NONE = (
    r"(?:未(?:曾|有)?(?:发生|出现|收到|接到|产生|引发|引起|涉及|存在|受到|提起|被|因)|(?<!有)无(?![法关效障正论须需人])|没有|不存在|从未"
    r"|尚未(?:发生|出现|收到|产生|引发)|0(?:件|起|例|宗))"
)
_BETWEEN = r"(?P<between>[^,;。:()\d]{0,40}?)"
_DENIED_BEFORE = re.compile(rf"{_NONE}{_BETWEEN}{_EITHER}{_KINDS}(?:发生)?{_ENDS}")
_DENIED_BEHIND = re.compile(
    rf"{_EITHER}{_KINDS}(?:均|都)?(?:为|:)?(?:未发生|无(?![法关效])|没有(?:发生)?|未出现|未产生|零)(?:发生)?{_ENDS}"
)
_COUNTED = re.compile(
    rf"{_EITHER}{_KINDS}(?P<how>[均都各共]|合计|共计|总计)?(?:为|有|是|发生|:|了)?{QUANTITY}{_ENDS}"
)
_COUNTED_BARE = re.compile(
    rf"{_EITHER}{_KINDS}(?:数|数量)?(?P<how>[均都各共]|合计|共计|总计)?(?:为|是|:)(?P<number>{DIGITS})(?=[,;。]|$)"
)
_COUNT_FIRST = re.compile(rf"{QUANTITY}(?P<how>)(?:因)?{_EITHER}{_KINDS}{_ENDS}")

_SURE_BETWEEN = re.compile(
    r"(?:发生|产生|出现|因|由于|被|关于|涉及|有关|相关|此类|任何|过|引起|引发|导致|政府|信息|公开|依|申请|答复|工作|问题|事项|情况|而|的"
    r"|公民|法人|其他组织|他人|群众|当事人|申请人|提起|提出|投诉|举报|信访|一[起件例]|对(?:本|我)?(?:局|镇|单位|机关|街道|办|委|厅)?"
    r"|本[局镇办委厅]|我[局镇办委厅]|本单位|本机关|被?纠错|收到|[、和与及或等])*"
)
_ABOUT_DISCLOSURE = re.compile(r"信息公开|依申请公开|公开申请|公开工作")
_LEADING_CAUSE = re.compile(r"(?:因|由|涉及)[^,;。]{0,20}(?:信息公开|依申请公开|公开申请)[^,;。]{0,12},$")
_OF_OTHERS = re.compile(r"办理|审理|审结|受理|立案|化解|承办|审查|调解|办结|应诉工作|代理|出庭")
"""What the authority that decides on reviews does, and what is said of cases of any kind."""
_AMONG_THEM = re.compile(r"[,(]?其中[^,;。]{0,12}(?:信息公开|公开申请)")
"""Right behind a count: it is of cases of any kind."""
_RECEIVING = re.compile(r"收到|接到|接收|其中")
_AS_A_PARTY = re.compile(r"被|因|引[起发]|作为被")
_A_PART = re.compile(
    r"直接|复议后|经复议|一审|二审|再审|上诉|抗诉|败诉|胜诉|纠错|纠正|撤销|维持|驳回|审结|结转|上年|往年"
)
_OTHER_SCOPE = re.compile(r"执法|处罚|许可|征收|征地|拆迁|强制|房屋|土地|工伤|民事|劳动")
_NOTHING = re.compile(
    r"(?:本年度?|20\d\d年度?|我[局镇委办厅]|本单位|本机关|,)*(?:暂?无|没有)(?:此类|相关|该类)?(?:情况|事项|情形)?[。.]?"
)


def disputes(passage: Passage) -> Iterator[Claim]:
    """What a passage says of reviews and litigation, held to be about disclosure where it says so or stands
    in the section on them.
    """
    if passage.section == "disputes" and _NOTHING.fullmatch(passage.sentence):
        yield Claim(Subject.REVIEW, None, passage.quote, ambiguous=True)
        yield Claim(Subject.LITIGATION, None, passage.quote, ambiguous=True)
        return
    text = passage.text
    if "复议" not in text and "诉" not in text:
        return
    taken: list[tuple[int, int]] = []
    for pattern in (_DENIED_BEFORE, _DENIED_BEHIND, _COUNT_FIRST, _COUNTED, _COUNTED_BARE):
        for match in pattern.finditer(text):
            noun = match.span(_noun(match))
            if any(start < noun[1] and noun[0] < end for start, end in taken):
                continue
            claims = tuple(_claims(passage, match))
            if claims:
                taken.append(noun)
                yield from claims


def _claims(passage: Passage, match: re.Match[str]) -> Iterator[Claim]:
    given = match.groupdict()
    text = passage.text
    number: int | None = None
    if given.get("number") is not None:
        number = exact(match, text)
        if number is None:
            return
    unclear = _unclear(passage, match)
    if unclear is None:
        return
    how = given.get("how")
    if given["both"] is None:
        subject = Subject.REVIEW if given["review"] is not None else Subject.LITIGATION
        yield Claim(subject, number, passage.quote, unclear)
    elif not number or how in ("均", "都", "各"):
        yield Claim(Subject.REVIEW, number, passage.quote, unclear)
        yield Claim(Subject.LITIGATION, number, passage.quote, unclear)
    else:
        yield Claim(Subject.DISPUTES, number, passage.quote, unclear or how in ("", None))


def _unclear(passage: Passage, match: re.Match[str]) -> bool | None:
    """Whether a statement can be read in two ways; None where it speaks of something else."""
    text = passage.text
    start, end = match.span()
    scope = passage.scope(match.start(_noun(match)))
    clause = passage.clause(start) + match[0]
    if scope is Scope.OUTSIDE or _A_PART.search(clause) or _A_PART.match(text, end):
        return None
    in_section = passage.section == "disputes"
    about = (
        in_section
        or _ABOUT_DISCLOSURE.search(clause) is not None
        or _LEADING_CAUSE.search(text[: start - len(passage.clause(start))]) is not None
    )
    if _AMONG_THEM.match(text, end):
        return None
    if _OF_OTHERS.search(clause):
        return True if about else None
    if _OTHER_SCOPE.search(clause) and not _ABOUT_DISCLOSURE.search(clause):
        return True if in_section else None
    counted = match.groupdict().get("number") is not None
    between = match.groupdict().get("between") or ""
    received = _RECEIVING.search(clause) is not None and _AS_A_PARTY.search(clause) is None
    return (
        not about
        or scope is Scope.UNSURE
        or (received and (counted or not in_section))
        or _SURE_BETWEEN.fullmatch(between) is None
        or (counted and (text.startswith("(", end) or "结转" in text))
    )


def _noun(match: re.Match[str]) -> str:
    return next(name for name in ("both", "review", "suit") if match.groupdict()[name] is not None)
