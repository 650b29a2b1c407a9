"""Who must publish by when: 条例 (2019) art. 49 for departments and governments, practice for the rest."""

from __future__ import annotations

import re
from datetime import date
from types import MappingProxyType
from typing import NamedTuple

from crawler.report.model import Bilingual, Kind

FIRST_YEAR_OF_REVISED_REGULATION = 2019
"""First report year under the revised 条例; earlier reports were all due on 31 March."""

_JANUARY = (1, 31)
_MARCH = (3, 31)

_BASIS_DEPARTMENT = Bilingual(
    "《政府信息公开条例》第四十九条：县级以上政府部门应在每年1月31日前公布上一年度报告",
    "Disclosure Regulation, art. 49: departments publish last year's report by 31 January",
)
_BASIS_GOVERNMENT = Bilingual(
    "《政府信息公开条例》第四十九条：本级政府年度报告应在每年3月31日前公布",
    "Disclosure Regulation, art. 49: the government-level report is published by 31 March",
)
_BASIS_PRACTICE = Bilingual(
    "各地惯例：1月31日前公布（条例未对此类机关规定日期）",
    "Local practice: published by 31 January (the Regulation sets no date for this kind of body)",
)
_BASIS_OLD = Bilingual(
    "2007年《政府信息公开条例》第三十一条：每年3月31日前公布",
    "Disclosure Regulation of 2007, art. 31: published by 31 March",
)


class Deadline(NamedTuple):
    """A due date with its basis; `statutory` is False where only practice sets it."""

    day: date
    basis: Bilingual
    statutory: bool


def deadline(kind: Kind, year: int) -> Deadline:
    """When a body of `kind` must have published its report for `year`; the day itself is still in time."""
    following = year + 1
    if year < FIRST_YEAR_OF_REVISED_REGULATION:
        return Deadline(date(following, *_MARCH), _BASIS_OLD, True)
    if kind is Kind.GOVERNMENT:
        return Deadline(date(following, *_MARCH), _BASIS_GOVERNMENT, True)
    if kind is Kind.DEPARTMENT:
        return Deadline(date(following, *_JANUARY), _BASIS_DEPARTMENT, True)
    return Deadline(date(following, *_JANUARY), _BASIS_PRACTICE, False)


_KIND_BY_ENDING: tuple[tuple[re.Pattern[str], Kind | None], ...] = (
    # Committees of a party, of residents and of villagers are no administrative bodies.
    (re.compile(r"(?:村|居|社区)(?:民)?委员会$|(?:党|团|工作)委员会$|[省市县区旗州党工团乡镇]委$"), None),
    (re.compile(r"(?:人民政府|[省市县区旗州盟]政府|政府)办(?:公(?:厅|室))?$"), Kind.GOVERNMENT_OFFICE),
    (re.compile(r"(?:[乡镇]|苏木)(?:(?:人民)?政府)?$"), Kind.TOWNSHIP),
    (re.compile(r"街道(?:办事处|办)?$"), Kind.STREET),
    # 城市管理委员会 and 监督管理委员会 are departments; a zone's name ends in the ground that it manages.
    (re.compile(r"管委会$|(?:区|园|城|港|岛|湖|山|基地|组团)管理委员会$"), Kind.ZONE),
    (re.compile(r"人民政府$|[省市县区旗州盟]政府$"), Kind.GOVERNMENT),
    (re.compile(r"(?:局|委员会|委|厅|办公室|办)$"), Kind.DEPARTMENT),
)

KIND_NAMES = MappingProxyType(
    {
        Kind.DEPARTMENT: Bilingual("政府部门", "department"),
        Kind.GOVERNMENT: Bilingual("人民政府", "government"),
        Kind.GOVERNMENT_OFFICE: Bilingual("政府办公厅（室）", "government office"),
        Kind.TOWNSHIP: Bilingual("乡镇", "township"),
        Kind.STREET: Bilingual("街道", "street office"),
        Kind.ZONE: Bilingual("管委会", "development zone"),
        Kind.AUTHORISED: Bilingual("法律法规授权组织", "authorised body"),
    }
)


def kind_of(organ: str) -> Kind | None:
    """The kind that a body's full name tells by its ending, None where it tells nothing."""
    name = re.sub(r"\s+", "", organ)
    return next((kind for pattern, kind in _KIND_BY_ENDING if pattern.search(name)), None)
