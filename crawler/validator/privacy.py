"""Numbers that tell who a person is: identity numbers and mobile numbers, never given whole."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from crawler.report.model import Bilingual

IDENTITY = Bilingual("公民身份号码", "identity number")
MOBILE = Bilingual("手机号码", "mobile number")

_IDENTITY = re.compile(r"(?<![0-9A-Za-z])\d{6}[ -]?\d{8}[ -]?\d{3}[0-9Xx](?![0-9A-Za-z])")
_MOBILE = re.compile(
    r"(?<![0-9A-Za-z./_=-])1[3-9]\d[ -]?\d{4}[ -]?\d{4}(?![0-9A-Za-z/_%.-]|[元万亿件条个次号])"
)
_PROVINCES = frozenset(
    (
        *range(11, 16),
        *range(21, 24),
        *range(31, 38),
        *range(41, 47),
        *range(50, 55),
        *range(61, 66),
        71,
        81,
        82,
    )
)
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK = "10X98765432"
_CODE = re.compile(r"信用代码|机构代码|标识码|备案|许可证|编号|文号|账号|帐号|卡号|代码")
_PRIVATE = re.compile(
    r"(?:申请人|当事人|举报人|投诉人|起诉人|原告|村民|居民|市民|群众|家属|患者|业主|户主|学生|职工|先生|女士|某某?)"
    r"(?![^。；]{0,40}(?:可|拨打|请|咨询|如有|致电|我|本|办公|公开))[^。；]{0,20}$"
)
_OFFICE = re.compile(
    r"电话|热线|传真|咨询|办公|监督|举报|投诉|值班|服务|客服|联系|邮编|地址|微信|致电|来电|拨打|受理|信箱|邮箱"
)
_AROUND = 40
_MARGIN = 30
_MOST = 100
"""Numbers of one line that are told; a line with more is no prose."""


class PersonalNumber(NamedTuple):
    """One number, masked, with the words around it; `sure` where it can be no office's."""

    kind: Bilingual
    masked: str
    quote: str
    sure: bool


class _Hit(NamedTuple):
    start: int
    end: int
    kind: Bilingual
    sure: bool


def personal_numbers(text: str) -> Iterator[PersonalNumber]:
    """The numbers of persons in `text`; those that an office gives as its own are left out."""
    for line in unicodedata.normalize("NFKC", text).split("\n"):
        hits = list(_in_line(line))
        covered = _covered(line, hits)
        for start, end, kind, sure in hits[:_MOST]:
            quote = covered[max(0, start - _MARGIN) : end + _MARGIN]
            yield PersonalNumber(kind, covered[start:end], quote, sure)


def _covered(line: str, hits: list[_Hit]) -> str:
    """The line with every number masked, each character in its place."""
    pieces, last = [], 0
    for hit in sorted(hits):
        pieces += [line[last : hit.start], _masked(line[hit.start : hit.end])]
        last = hit.end
    return "".join((*pieces, line[last:]))


def _in_line(line: str) -> Iterator[_Hit]:
    for match in _IDENTITY.finditer(line):
        if _is_identity(match[0]) and not _CODE.search(line[max(0, match.start() - _AROUND) : match.start()]):
            yield _Hit(match.start(), match.end(), IDENTITY, True)
    for match in _MOBILE.finditer(line):
        before = line[max(0, match.start() - _AROUND) : match.start()]
        private = _PRIVATE.search(before) is not None
        if private or not (_OFFICE.search(before) or _CODE.search(before)):
            yield _Hit(match.start(), match.end(), MOBILE, private)


def _is_identity(printed: str) -> bool:
    """Whether the last digit agrees with the others, which name a province and a day."""
    number = re.sub(r"[ -]", "", printed).upper()
    try:
        date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return False
    if int(number[:2]) not in _PROVINCES or number[6:8] not in ("19", "20"):
        return False
    total = sum(int(digit) * weight for digit, weight in zip(number, _WEIGHTS, strict=False))
    return _CHECK[total % len(_CHECK)] == number[-1]


def _masked(printed: str) -> str:
    """The first three figures, the rest covered, no character more or less."""
    return printed[:3] + re.sub(r"[0-9Xx]", "*", printed[3:])
