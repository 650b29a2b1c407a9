"""Who must publish by when: 条例 (2019) art. 49 for departments and governments, practice for the rest.

For some places earlier days, or days for bodies without a statutory one, are on record from local notices.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
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
_BASIS_SETTING = Bilingual(
    "设置中规定的当地期限（条例未对此类机关规定日期）",
    "The local due date in the settings (the Regulation sets no date for this kind of body)",
)
_BASIS_OLD = Bilingual(
    "2007年《政府信息公开条例》第三十一条：每年3月31日前公布",
    "Disclosure Regulation of 2007, art. 31: published by 31 March",
)


class Deadline(NamedTuple):
    """A due date with its basis; `statutory` is False where a setting, a local notice or practice sets it."""

    day: date
    basis: Bilingual
    statutory: bool


class LocalDay(NamedTuple):
    """A day by which a local notice asked for the reports of one year."""

    region: str  # GB/T 2260 code of the place whose notice it is
    year: int  # the report year
    kinds: frozenset[Kind]
    below: bool  # asked of the bodies of the places below it, else of its own bodies
    day: date
    source: Bilingual  # the notice

    def concerns(self, kind: Kind, year: int, region: str | None) -> bool:
        """Whether it was asked of a body of `kind` in `region`; of one whose place is unknown it was not."""
        if region is None or kind not in self.kinds or year != self.year:
            return False
        own, place = _places(self.region), _places(region)
        return place.startswith(own) and place != own if self.below else place == own


def _places(code: str) -> str:
    """A GB/T 2260 code down to its county, without the zeros of levels that it leaves open."""
    county = code[:6]
    while county.endswith("00"):
        county = county[:-2]
    return county


CONFIGURABLE = frozenset({Kind.TOWNSHIP, Kind.STREET, Kind.ZONE})
"""Kinds of body without a statutory day, whose local day an installation may set."""


@dataclass(frozen=True, slots=True)
class Deadlines:
    """All that decides a due date besides the Regulation: what settings and local notices say.

    `days` are month and day by kind of body, for those of `CONFIGURABLE` alone.
    """

    days: Mapping[Kind, tuple[int, int]] = field(default_factory=lambda: MappingProxyType({}))
    notices: tuple[LocalDay, ...] = ()

    def due(self, kind: Kind, year: int, region: str | None = None) -> Deadline:
        """When a body must have published its report for `year`; the day itself is still in time.

        Where the Regulation sets no day, a setting comes before a local notice, and that before practice.
        """
        following = year + 1
        if year < FIRST_YEAR_OF_REVISED_REGULATION:
            return Deadline(date(following, *_MARCH), _BASIS_OLD, True)
        if kind is Kind.GOVERNMENT:
            return Deadline(date(following, *_MARCH), _BASIS_GOVERNMENT, True)
        if kind is Kind.DEPARTMENT:
            return Deadline(date(following, *_JANUARY), _BASIS_DEPARTMENT, True)
        if kind in CONFIGURABLE and kind in self.days:
            return Deadline(date(following, *self.days[kind]), _BASIS_SETTING, False)
        notice = self._notice(kind, year, region)
        if notice is not None:
            return Deadline(notice.day, _of_notice(notice), False)
        return Deadline(date(following, *_JANUARY), _BASIS_PRACTICE, False)

    def earlier(self, kind: Kind, year: int, region: str | None) -> LocalDay | None:
        """The local day before the statutory one, None where none is on record."""
        due = self.due(kind, year, region)
        notice = self._notice(kind, year, region) if due.statutory else None
        return notice if notice is not None and notice.day < due.day else None

    def _notice(self, kind: Kind, year: int, region: str | None) -> LocalDay | None:
        """The notice that concerns such a body; of several that of the nearest place."""
        found = [notice for notice in self.notices if notice.concerns(kind, year, region)]
        return max(found, key=lambda notice: len(_places(notice.region)), default=None)


def _of_notice(notice: LocalDay) -> Bilingual:
    return Bilingual(
        f"{notice.source.zh}：{notice.day}前（条例未对此类机关规定日期）",
        f"{notice.source.en}: by {notice.day} (the Regulation sets no date for this kind of body)",
    )


_STANDARD = Deadlines()


def deadline(kind: Kind, year: int) -> Deadline:
    """The due date by the Regulation and common practice alone."""
    return _STANDARD.due(kind, year)


_KIND_BY_ENDING: tuple[tuple[re.Pattern[str], Kind | None], ...] = (
    # Committees of a party, of residents and of villagers are no administrative bodies.
    (
        re.compile(
            r"(?:村|居|社区)(?:民)?委员会$|(?:党|团|工作)委员会$|[省市县区旗州盟党工团乡镇]委(?:员会)?$"
        ),
        None,
    ),
    # Nor are offices of a party, of a people's congress or of the consultative conference, and supervisors.
    (
        re.compile(
            r"^中共|[省市县区旗州盟]委(?!员会|托)|[党工]委|纪律检查|纪委|监察委|人大常|人民代表大会|"
            r"政协|政治协商|^共青团|团委"
        ),
        None,
    ),
    (re.compile(r"(?:[乡镇]|苏木)(?:(?:人民)?政府(?:党政)?(?:办公?室|办)?)?$"), Kind.TOWNSHIP),
    (re.compile(r"(?:人民政府|[省市县区旗州盟]政府|政府)办(?:公(?:厅|室))?$"), Kind.GOVERNMENT_OFFICE),
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
