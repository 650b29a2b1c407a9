"""A recipe: a sample portal with the traps of one content system, for any number of bodies and years."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from crawler.demo.pages import PAGE_STYLES
from crawler.demo.province import Body, SampleReport
from crawler.demo.web import Response
from crawler.demo.writer import SEED, compose_years
from crawler.report.model import Kind

_DEPARTMENTS = (
    "水务局 教育局 民政局 财政局 公安局 司法局 审计局 统计局 林业局 商务局 "
    "自然资源局 卫生健康局 市场监督管理局 农业农村局 交通运输局 文化旅游局 应急管理局 "
    "生态环境局 住房和城乡建设局 人力资源和社会保障局 医疗保障局 退役军人事务局 "
    "科学技术局 发展和改革委员会 信访局 乡村振兴局 行政审批服务局 城市管理局 "
    "民族宗教事务局 粮食和物资储备局"
)
_TOWNS = (
    "雾禾 白芷 荻花 鹭洲 青石 柘泉 棠梨 槐荫 苇塘 云锦 松涛 竹溪 桐岭 榆关 "
    "枫桥 兰渚 杏坪 栗园 芦湾 菱湖 莲峰 麦垄 柳浪 桂坊 梅坞 荷塘 蓼汀 樟岩 "
    "椿庄 杉坳"
)
MOST_BODIES = 1 + len(_DEPARTMENTS.split()) + len(_TOWNS.split())


class RecipeSite(Protocol):
    """A portal without a network whose reports are known."""

    @property
    def reports(self) -> Mapping[str, SampleReport]:
        """The reports that stand on the portal, by the path, with its query, of the page or file itself."""

    def respond(self, path: str, query: Mapping[str, str], headers: Mapping[str, str]) -> Response:
        """Answer to a request; the fields of a form or of a JSON object stand in `query` too.

        The same request always gets the same answer. Names in `headers` are in lower case.
        """


class Mirror(NamedTuple):
    """A stranger's copy of a portal, served beside it, that must not be asked for anything."""

    site: Callable[[Sequence[SampleReport]], RecipeSite]
    linked: Callable[[Sequence[SampleReport], str], RecipeSite]
    """The portal itself, with links that lead to the mirror at this address: http://HOST, no slash."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """One sample portal. `place` is the invented county or city; its government is the first body.

    `site` builds the portal for its reports; the family that has to recognise it is `family`, None where it
    is meant to be none.

    What a visit from the home page may come to: `changing` counts the pages any of which may bring something
    new in a night, because bodies or years have pages of their own; 0 where it is one newest-first list.
    `clean` tells whether such a visit can be clean. Requests whose path starts with one of `silent` are never
    answered; the server has to see to that.
    """

    number: int
    id: str
    place: str
    family: str | None
    bodies: int
    years: range
    site: Callable[[Sequence[SampleReport]], RecipeSite]
    changing: int = 0
    clean: bool = True
    silent: tuple[str, ...] = ()
    mirror: Mirror | None = None

    def reports(self) -> tuple[SampleReport, ...]:
        """The reports that its bodies publish, faultless all of them."""
        names = tuple(PAGE_STYLES)
        return tuple(
            SampleReport(self.id, body, spec, names[(place + spec.year) % len(names)])
            for place, body in enumerate(self.roster())
            for spec in compose_years(
                body.name,
                body.kind,
                self.years,
                seed=SEED + self.number,
                site=f"{self.place}人民政府门户网站",
            )
        )

    def roster(self) -> tuple[Body, ...]:
        """The government, then departments and towns in turn."""
        if not 1 <= self.bodies <= MOST_BODIES:
            raise ValueError(f"between 1 and {MOST_BODIES} bodies")
        departments = [Body(self.place + name, Kind.DEPARTMENT, "") for name in _DEPARTMENTS.split()]
        towns = [Body(f"{self.place}{name}镇人民政府", Kind.TOWNSHIP, "") for name in _TOWNS.split()]
        turns = [body for pair in zip(departments, towns, strict=True) for body in pair]
        return (Body(f"{self.place}人民政府", Kind.GOVERNMENT, ""), *turns)[: self.bodies]
