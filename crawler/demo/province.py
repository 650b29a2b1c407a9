"""The sample province as data: its portals, its bodies, and which report has which defect.

All names are invented.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from crawler.demo.defects import plant
from crawler.demo.pages import PAGE_STYLES
from crawler.demo.writer import SEED, ReportSpec, compose_years
from crawler.report.model import Kind

NAME = "demo"
TITLE = "云岭省（示例）"
YEARS = range(2021, 2024)

QINGSHAN = "demo-qingshan"
LINXI = "demo-linxi"
PORTS: Mapping[str, int] = MappingProxyType({QINGSHAN: 18641, LINXI: 18642})
"""Port of each sample portal on 127.0.0.1, by portal id; the built-in province file names the same."""


@dataclass(frozen=True, slots=True)
class Body:
    """One body: its name on the roster, other names it prints in some years, the defects of some years.

    What shows only when reports are held against each other: into the years `carries_more` more applications
    come over than the year before carried out, and `copies` tells whose words a year's report uses. The pages
    of the years `unlabelled` lack the labels of an article; those of the years `corrected` say that they are.
    """

    name: str
    kind: Kind
    code: str
    names: Mapping[int, str] = field(default_factory=lambda: MappingProxyType({}))
    defects: Mapping[int, str] = field(default_factory=lambda: MappingProxyType({}))
    carries_more: Mapping[int, int] = field(default_factory=lambda: MappingProxyType({}))
    copies: Mapping[int, str] = field(default_factory=lambda: MappingProxyType({}))
    unlabelled: frozenset[int] = frozenset()
    corrected: frozenset[int] = frozenset()

    @property
    def aliases(self) -> tuple[str, ...]:
        """Names other than the roster's that its reports print."""
        return tuple(dict.fromkeys(self.names.values()))


@dataclass(frozen=True, slots=True)
class PortalPlan:
    """One portal and its bodies."""

    id: str
    name: str
    family: str
    bodies: tuple[Body, ...]


PORTALS = (
    PortalPlan(
        QINGSHAN,
        "青杉市人民政府",
        "trs",
        (
            Body("青杉市人民政府", Kind.GOVERNMENT, "990100"),
            Body("青杉市水务局", Kind.DEPARTMENT, "990100", names={2021: "青杉市水利局"}),
            Body("青杉市文化旅游局", Kind.DEPARTMENT, "990100", defects={2023: "late"}),
            Body(
                "青杉市市场监督管理局", Kind.DEPARTMENT, "990100", defects={2023: "unbalanced-applications"}
            ),
            Body("青杉市雨燕街道办事处", Kind.STREET, "990102", defects={2022: "damaged-applications"}),
            Body("青杉市星砂产业园管理委员会", Kind.ZONE, "990171"),
        ),
    ),
    PortalPlan(
        LINXI,
        "临溪县人民政府",
        "jpage",
        (
            Body("临溪县人民政府", Kind.GOVERNMENT, "990123", carries_more={2023: 2}),
            Body("临溪县教育局", Kind.DEPARTMENT, "990123", defects={2023: "missing"}),
            Body("临溪县自然资源局", Kind.DEPARTMENT, "990123", defects={2023: "unbalanced-disputes"}),
            Body("临溪县民政局", Kind.DEPARTMENT, "990123", defects={2022: "old-form"}),
            Body("临溪县雾禾镇人民政府", Kind.TOWNSHIP, "990123", defects={2023: "without-section-four"}),
            Body(
                "临溪县白芷乡人民政府",
                Kind.TOWNSHIP,
                "990123",
                copies={2022: "临溪县雾禾镇人民政府"},
                unlabelled=frozenset({2021}),
            ),
        ),
    ),
)


EDITS: Mapping[str, Mapping[int, str | None]] = MappingProxyType(
    {
        "临溪县自然资源局": MappingProxyType({2023: None}),
        "青杉市水务局": MappingProxyType({2023: "unbalanced-disputes"}),
    }
)
"""What becomes of reports after the first digest, by body and year: one is put right, one gets a defect."""
CORRECTION = "更正说明：本报告第四部分的数据已于2024年4月10日更正。"


def edited(portal: PortalPlan) -> PortalPlan:
    """The portal after the first digest."""
    return replace(portal, bodies=tuple(_edited(body) for body in portal.bodies))


def _edited(body: Body) -> Body:
    edits = EDITS.get(body.name, {})
    defects = {year: defect for year, defect in {**body.defects, **edits}.items() if defect is not None}
    return replace(body, defects=MappingProxyType(defects), corrected=frozenset(edits))


@dataclass(frozen=True, slots=True)
class SampleReport:
    """A report of the sample province: the body that owes it, the text, and how its page prints it."""

    portal: str
    body: Body
    spec: ReportSpec
    style: str

    @property
    def labelled(self) -> bool:
        """Whether its page has the labels that portals owe an article."""
        return self.spec.year not in self.body.unlabelled


def reports(portal: PortalPlan, *, seed: int = SEED) -> tuple[SampleReport, ...]:
    """All reports that the bodies of one portal owe, those never published included."""
    names = tuple(PAGE_STYLES)
    found = []
    for place, body in enumerate(portal.bodies):
        for spec in compose_years(
            body.name,
            body.kind,
            YEARS,
            seed=seed,
            site=f"{portal.name}门户网站",
            carried_more=body.carries_more,
            worded_as=body.copies,
        ):
            printed = spec
            if spec.year in body.names:
                printed = _renamed(spec, body.names[spec.year])
            if spec.year in body.defects:
                printed = plant(printed, body.defects[spec.year])
            if spec.year in body.corrected:
                printed = replace(printed, preface=(*printed.preface, CORRECTION))
            style = names[(place + spec.year) % len(names)]
            found.append(SampleReport(portal.id, body, printed, style))
    return tuple(found)


def province_yaml(ports: Mapping[str, int] = PORTS) -> str:
    """The province file for portals that listen on `ports`, by portal id."""
    lines = [
        "# The sample province: invented places, served on this machine by `nianbao demo`.",
        f"province: {NAME}",
        f"name: {TITLE}",
        f"years: {{first: {YEARS[0]}, last: {YEARS[-1]}}}",
        "sample: true",
        "portals:",
    ]
    for portal in PORTALS:
        host = f"127.0.0.1:{ports[portal.id]}"
        owed = [spec for report in reports(portal) if not (spec := report.spec).withheld]
        lines += [
            f"  - id: {portal.id}",
            f"    name: {portal.name}",
            f"    home: http://{host}/",
            f'    hosts: ["{host}"]',
            "    private: true  # loopback",
            f"    family: {portal.family}",
            "    delay: 0  # nobody else is served here",
            f"    expected: {len(owed)}",
            "    organs:",
        ]
        for body in portal.bodies:
            aliases = f", aliases: [{', '.join(body.aliases)}]" if body.aliases else ""
            lines.append(f'      - {{name: {body.name}, kind: {body.kind}, code: "{body.code}"{aliases}}}')
    return "\n".join(lines) + "\n"


def _renamed(spec: ReportSpec, name: str) -> ReportSpec:
    """The same report under the name that the body had then."""

    def new(text: str) -> str:
        return text.replace(spec.organ, name)

    return replace(
        spec,
        organ=name,
        title=new(spec.title),
        preface=tuple(new(text) for text in spec.preface),
        sections=tuple(
            section._replace(paragraphs=tuple(new(text) for text in section.paragraphs))
            for section in spec.sections
        ),
    )
