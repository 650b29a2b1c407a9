"""Decisions of the year: licences, penalties, coercive measures."""

from __future__ import annotations

import re
from collections.abc import Iterator
from types import MappingProxyType

from crawler.parser.narrative.passages import Passage, Scope
from crawler.parser.narrative.quantities import DIGITS, exact
from crawler.report.narrative import Claim, Subject

_NAMES = MappingProxyType(
    {"行政许可": Subject.LICENCES, "行政处罚": Subject.PENALTIES, "行政强制": Subject.COERCION}
)
_QUANTITY = rf"(?P<number>{DIGITS})(?P<unit>件|项|宗|个|起|份|例)"
_MADE = re.compile(
    rf"(?P<verb>作出|做出|办理|实施)(?:的|了|各类)*(?P<name>行政许可|行政处罚|行政强制)(?P<decision>处理决定|决定|措施)?"
    rf"(?:的|数量|案件|共|计|总计|为|:)*{_QUANTITY}(?=[,;。、:]|$)"
)
_OF_SOME = re.compile(
    r"公开|公示|公布|发布|录入|归集|当场|简易|一般程序|普通程序|网上|在线|其中|委托|不予|撤销"
)


def decisions(passage: Passage) -> Iterator[Claim]:
    """What a passage says of the decisions that the body made; of its cases otherwise it is ambiguous."""
    for match in _MADE.finditer(passage.text):
        number = exact(match, passage.text)
        scope = passage.scope(match.start())
        if number is None or scope is Scope.OUTSIDE or _OF_SOME.search(passage.clause(match.start())):
            continue
        decided = match["verb"] in ("作出", "做出") and match["decision"] in ("决定", "处理决定")
        yield Claim(_NAMES[match["name"]], number, passage.quote, not decided or scope is Scope.UNSURE)
