"""Rates in percent that cannot exceed 100."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from crawler.parser.narrative.passages import Passage, Scope
from crawler.parser.narrative.words import REQUEST_BY_NAME
from crawler.report.narrative import Rate

_RATE = re.compile(
    r"(?P<name>[^,。;:、()\d%率]{0,8}(?:办结|答复|回复|办理|公开|受理|覆盖|满意|合格|准确|及时|反馈|知晓|到位|处理)率)"
    r"(?:均|都|已|分别)?(?:达到?了?|为|是|保持|保持在|实现|:)*(?P<percent>\d{1,5}(?:\.\d{1,4})?)%"
)
_OF_THOSE_DUE = re.compile(r"按时|按期|及时|限期|法定|时限|到期|规定|如期|期限")
_OF_CHANGE = re.compile(r"增长|提高|提升|增加|同比|环比|下降|较|比上|超额")


def rates(passage: Passage) -> Iterator[Rate]:
    """The rates of a passage; how much something grew is none."""
    if "率" not in passage.text or "%" not in passage.text:
        return
    for match in _RATE.finditer(passage.text):
        clause = passage.clause(match.start()) + match[0]
        scope = passage.scope(match.start())
        if scope is Scope.OUTSIDE or _OF_CHANGE.search(clause):
            continue
        concluded = (
            match["name"].endswith("办结率")
            and scope is Scope.OWN
            and _OF_THOSE_DUE.search(passage.text) is None
            and REQUEST_BY_NAME.search(passage.up_to_here) is not None
        )
        yield Rate(match["name"], Decimal(match["percent"]), passage.quote, concluded)
