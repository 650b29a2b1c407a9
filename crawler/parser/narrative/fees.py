"""Fees for handling requests: notices sent, sums charged and collected, or that there were none."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from crawler.parser.narrative.passages import Passage, Scope
from crawler.parser.narrative.quantities import DIGITS, value
from crawler.report.narrative import Claim, Subject

_MONEY = r"(?P<money>(?<![\d.])\d{1,9}(?:\.\d{1,6})?|零)(?P<ten_thousands>万)?(?:元|人民币)"
_SAYS = (
    r"(?:的|了|政府信息公开|信息公开|信息|处理费|费用|收费|总金额|金额|总额|数额"
    r"|共|合计|总计|计|为|是|人民币|:)*"
)
_PAID = (
    re.compile(rf"(?P<sure>实际|已|共|全年|本年度?|累计)?(?:收取|收缴|征收|缴纳){_SAYS}{_MONEY}"),
    re.compile(
        rf"(?:信息|公开|申请)处理费(?P<sure>)(?:的)?(?:实际)?(?:收取|收缴|征收)?(?:的)?(?:总?金额|总额)?(?:共计|共|合计|为|是|:)*{_MONEY}"
    ),
)
_CHARGED = re.compile(rf"(?:总金额|金额|总额)(?:共计|共|合计|为|是|:)*{_MONEY}")
_NOTICES = (
    re.compile(
        rf"收费通知(?:书|单)?(?:的)?(?:件数|数量|数)?(?:共计|共|合计|计|为|是|:)*(?P<number>{DIGITS})(?:件|份|次|张|个)"
    ),
    re.compile(rf"(?:发出|下达|送达|出具|制发|发送)(?:了)?(?P<number>{DIGITS})(?:件|份|次|张|个)收费通知"),
)
_NO = r"(?:未(?:曾|有)?|没有|无|不存在|从未|不)"
_NOT_PAID = re.compile(
    rf"{_NO}(?:对|向|因)?[^,。;]{{0,24}}?(?:收取|收缴|产生|发生|涉及|征收|收到)(?:过|到|了)?[^,。;]{{0,16}}?(?:处理费|(?:任何|相关)?费用)(?!标准|管理|通知|制度|减免|争议)"
    r"|处理费(?:的)?(?:收取|收缴|收费)?(?:情况)?(?::)?(?:无(?![法关效])|零|没有|未(?:产生|发生|收取))"
    r"|无(?:政府)?(?:信息公开)?(?:信息)?处理费(?:收取|收费)?(?:情况)?(?=[,;。]|$)"
)
_NO_NOTICES = re.compile(
    r"(?:未(?:曾)?|没有|无)(?:向[^,。;]{0,12})?(?:发出|下达|送达|出具|制发|发送)?(?:过|任何)?收费通知(?:书|单)?(?=[,;。、]|和|及|也|$)"
)
_FEE = re.compile(r"(?:信息|公开|申请)的?处理费|(?:收取|收缴|征收|产生|缴纳|任何|的)处理费|收费通知")
"""Of information; 垃圾处理费 is another matter."""
_TARIFF = re.compile(r"每|/件|/页|标准|元/|应收|应缴|拟收|减免|免收|退还|退回|逾期|上缴")


def fees(passage: Passage) -> Iterator[Claim]:
    """What a passage says of fees for handling requests; the tariff is no fee."""
    said = passage.up_to_here
    named = _FEE.search(said) is not None
    if "费" not in said or not (named or passage.section == "other_matters"):
        return
    text = passage.text
    for subject, patterns in (
        (Subject.FEE_NOTICES, _NOTICES),
        (Subject.FEE_CHARGED, (_CHARGED,)),
        (Subject.FEE_PAID, _PAID),
    ):
        for match in (found for pattern in patterns for found in pattern.finditer(text)):
            scope = passage.scope(match.start())
            clause = passage.clause(match.start()) + match[0] + text[match.end() : match.end() + 2]
            if scope is Scope.OUTSIDE or _TARIFF.search(clause) or _denied_before(clause, match):
                continue
            if subject is Subject.FEE_CHARGED and (
                "收费通知" not in said or "收取" in clause or "收缴" in clause
            ):
                continue
            number = _number(match)
            if number is not None:
                yield Claim(subject, number, passage.quote, scope is Scope.UNSURE or not named)
    for subject, denial in ((Subject.FEE_NOTICES, _NO_NOTICES), (Subject.FEE_PAID, _NOT_PAID)):
        for match in denial.finditer(text):
            scope = passage.scope(match.start())
            meant = named or re.search("信息|申请", match[0]) is not None
            if scope is not Scope.OUTSIDE and not _TARIFF.search(passage.clause(match.start()) + match[0]):
                yield Claim(subject, None, passage.quote, scope is Scope.UNSURE or not meant)


def _denied_before(clause: str, match: re.Match[str]) -> bool:
    return re.search(r"[未无没不]", clause[: clause.find(match[0])]) is not None


def _number(match: re.Match[str]) -> Decimal | int | None:
    given = match.groupdict()
    if "number" in given:
        return value(match["number"])
    money = Decimal(0) if match["money"] == "零" else Decimal(match["money"])
    return money * 10_000 if match["ten_thousands"] else money
