"""Normative documents: issued, repealed, in force."""

from __future__ import annotations

import re
from collections.abc import Iterator

from crawler.parser.narrative.passages import Passage, Scope
from crawler.parser.narrative.quantities import QUANTITY, exact
from crawler.report.narrative import Claim, Subject

_NOUN = r"(?P<noun>行政规范性文件|规范性文件)"
_ISSUE = (
    r"(?:制定|印发|出台|制发|发布|公布|新制定|新制发|新出台|新印发"
    r"|制定(?:并|、|和)?(?:印发|出台|发布|公布)|印发(?:并|、)?公布)"
)
_GLUE = r"(?:数量|数|共|合计|总计|计|有|为|是|的|:|了)*"
_OWNERS = r"(?:了|各类|我[局县市区镇委]|本(?:级|机关|单位|局|县|市|区|镇))*"

_ISSUED = (
    re.compile(rf"(?P<verb>{_ISSUE}){_OWNERS}{_NOUN}{_GLUE}{QUANTITY}"),
    re.compile(
        rf"(?P<verb>{_ISSUE}){_OWNERS}(?:共)?{QUANTITY}(?:行政规范性文件|规范性文件)(?P<noun>)(?=[,;。、:()]|$)"
    ),
    re.compile(rf"{_NOUN}(?:本年度?|今年|当年|全年)?(?P<verb>{_ISSUE})(?:件)?{_GLUE}{QUANTITY}"),
)
_REPEALED = (
    re.compile(rf"(?P<verb>废止){_OWNERS}{_NOUN}{_GLUE}{QUANTITY}"),
    re.compile(rf"(?P<verb>废止){_OWNERS}{QUANTITY}(?P<noun>行政规范性文件|规范性文件)(?=[,;。、:()]|$)"),
)
_IN_FORCE = (
    re.compile(rf"(?P<verb>现行有效)(?:的)?{_OWNERS}{_NOUN}{_GLUE}{QUANTITY}"),
    re.compile(rf"{_NOUN}(?P<verb>现行有效)(?:的)?(?:件数)?{_GLUE}{QUANTITY}"),
    re.compile(rf"(?P<verb>现行有效)(?:的)?{QUANTITY}(?P<noun>行政规范性文件|规范性文件)(?=[,;。、:()]|$)"),
)
_NONE_ISSUED = re.compile(
    rf"(?:未|没有|无)(?:新)?{_ISSUE}(?:过|任何)?(?P<noun>行政规范性文件|规范性文件)(?:的情况)?(?=[,;。、)]|$)"
)
_PATTERNS = (
    (Subject.DOCUMENTS_ISSUED, _ISSUED),
    (Subject.DOCUMENTS_REPEALED, _REPEALED),
    (Subject.DOCUMENTS_IN_FORCE, _IN_FORCE),
)
_NOT_ITS_OWN = re.compile(
    r"联合|起草|代拟|草拟|提请|报请|拟(?!定)|参与|审核|审查|备案|协助|名义|解读|转发|上级|国家|省级|党内|党组|清理|失效|修改|计划|(?<!行政)规范性文件[^,;。]{0,4}(?:制定|管理)(?:程序|办法|规定)"
)
"""In the clause: drafted for others, checked, explained, or counted together with other things."""
_BY_OTHERS = re.compile(r"部门|政府|办公[室厅]|单位|乡镇|街道|科室|以|由|对|为")
_WITHOUT_ADMINISTRATIVE_UNTIL = 2020
"""Until then the form itself called the row 规范性文件; since then 行政规范性文件, which is narrower."""


def documents(passage: Passage) -> Iterator[Claim]:
    """What a passage says of the body's normative documents."""
    text = passage.text
    if "规范性文件" not in text:
        return
    for match in _NONE_ISSUED.finditer(text):
        if (unclear := _unclear(passage, match)) is not None:
            yield Claim(Subject.DOCUMENTS_ISSUED, None, passage.quote, unclear)
    for subject, patterns in _PATTERNS:
        for match in (found for pattern in patterns for found in pattern.finditer(text)):
            number = exact(match, text)
            unclear = _unclear(passage, match)
            if number is not None and unclear is not None:
                yield Claim(subject, number, passage.quote, unclear)


def _unclear(passage: Passage, match: re.Match[str]) -> bool | None:
    """Whether a statement can be read in two ways; None where it speaks of something else."""
    text = passage.text
    scope = passage.scope(match.start())
    clause = passage.clause(match.start()) + match[0]
    if scope is Scope.OUTSIDE or _NOT_ITS_OWN.search(clause) or text[: match.start()].endswith("、"):
        return None  # 制定政策文件、印发规范性文件12件
    loosely = "行政规范性文件" not in match[0] and not (
        passage.section == "disclosure"
        or (passage.year is not None and passage.year <= _WITHOUT_ADMINISTRATIVE_UNTIL)
    )
    followed = text.startswith(("(含", "(其中", "和", "及", "、修"), match.end())
    of_others = _BY_OTHERS.search(passage.clause(match.start())) is not None
    return loosely or followed or of_others or scope is Scope.UNSURE
