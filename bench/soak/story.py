"""Two small portals of an invented province, and what they show night after night."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from types import MappingProxyType

from crawler.clock import CHINA
from crawler.demo.defects import plant
from crawler.demo.pages import html_page
from crawler.demo.server import SamplePortals
from crawler.demo.web import Response
from crawler.demo.writer import ReportSpec, compose
from crawler.report.model import Kind

PROVINCE = "yunling"
FIRST_NIGHT = date(2024, 4, 8)
"""Past every due date, so that an absence can be proved."""
APART = 10
"""Days between two nights."""
REVISIT_DAYS = 6
"""Every page is looked at again after one and a half times that at the latest, that is every night."""
YEARS = (2022, 2023)
CLEAN_VISITS = 2
BODIES: Mapping[str, Mapping[str, Kind]] = {
    "wuhe": {
        "雾禾区人民政府": Kind.GOVERNMENT,
        "雾禾区水务局": Kind.DEPARTMENT,
        "雾禾区教育局": Kind.DEPARTMENT,
        "雾禾区松竹街道办事处": Kind.STREET,
    },
    "baizhi": {
        "白芷县人民政府": Kind.GOVERNMENT,
        "白芷县民政局": Kind.DEPARTMENT,
        "白芷县自然资源局": Kind.DEPARTMENT,
        "白芷县河口镇人民政府": Kind.TOWNSHIP,
    },
}

COLUMN = "/zfxxgknb/"
ROWS = 5  # of a list page; every portal has two
_PAGE = (("Content-Type", "text/html; charset=utf-8"),)
_GONE = Response(404, _PAGE, "没有".encode())
_MISSING = "missing"
"""The report is not shown, neither in the list nor at its address."""

Report = tuple[str, int]
Defects = Mapping[Report, tuple[str, ...]]

NIGHTS: tuple[Defects, ...] = (
    # one report each: to be repaired, to be made worse, never there, of an old form
    {
        ("雾禾区水务局", 2023): ("unbalanced-applications",),
        ("雾禾区教育局", 2023): ("unbalanced-disputes",),
        ("白芷县民政局", 2023): (_MISSING,),
        ("白芷县自然资源局", 2023): ("without-section-four",),
        ("白芷县河口镇人民政府", 2022): ("old-form",),
    },
    # the first is repaired, the second says other values, a sound one breaks, one is taken away
    {
        ("雾禾区教育局", 2023): ("unbalanced-disputes", "unbalanced-disputes"),
        ("雾禾区松竹街道办事处", 2023): ("unbalanced-applications",),
        ("白芷县民政局", 2023): (_MISSING,),
        ("白芷县自然资源局", 2023): ("without-section-four",),
        ("白芷县自然资源局", 2022): (_MISSING,),
        ("白芷县河口镇人民政府", 2022): ("old-form",),
    },
    # the first breaks again, what was missing has come, what was taken away is back, the rest is repaired
    {
        ("雾禾区水务局", 2023): ("unbalanced-applications",),
        ("白芷县民政局", 2023): ("late",),
        ("白芷县河口镇人民政府", 2022): ("old-form",),
    },
)
"""What is wrong on the portals in each night of the story."""

QUIET: Defects = MappingProxyType({})
"""A night on which every report is there and sound."""


def moment(night: int, minutes: int = 0) -> datetime:
    """Two in the morning of a night, counted from 0, and so many minutes later."""
    begin = datetime.combine(FIRST_NIGHT, datetime.min.time(), CHINA)
    return begin + timedelta(days=APART * night, hours=2, minutes=minutes)


@dataclass
class Column:
    """A portal with one column of reports, newest first; counts what it is asked for."""

    pages: Mapping[str, bytes]
    pause: float = 0.0
    """Seconds that every answer takes."""
    asked: Counter[str] = field(default_factory=Counter)

    @property
    def articles(self) -> Mapping[str, object]:
        """The paths of its reports."""
        return self.pages

    def respond(self, path: str, query: Mapping[str, str], headers: Mapping[str, str]) -> Response:
        """The page at `path`."""
        del query, headers
        self.asked[path] += 1
        time.sleep(self.pause)
        if path == "/":
            return Response(200, _PAGE, f"<a href='{COLUMN}'>政府信息公开年报</a>".encode())
        lists = [COLUMN, *(f"{COLUMN}index_{number}.html" for number in range(1, self._lists))]
        if path in lists:
            return Response(200, _PAGE, self._list(lists.index(path)).encode())
        body = self.pages.get(path)
        return _GONE if body is None else Response(200, _PAGE, body)

    @property
    def _lists(self) -> int:
        return -(-len(self.pages) // ROWS)

    def _list(self, number: int) -> str:
        rows = "".join(
            f"<li><a href='{path}'>{_title(body)}</a><span>{path[len(COLUMN) :][:4]}-01-18</span></li>"
            for path, body in list(self.pages.items())[number * ROWS : (number + 1) * ROWS]
        )
        pager = f"<script>createPageHTML({self._lists}, {number}, 'index', 'html');</script>"
        return f"<html><body><ul>{rows}</ul>{pager}</body></html>"


def columns(defects: Defects) -> dict[str, Column]:
    """Both portals as they are with these defects. Addresses are the same whatever is wrong."""
    shown = {}
    for portal, bodies in BODIES.items():
        pages = {}
        for year in sorted(YEARS, reverse=True):
            for number, (name, kind) in enumerate(bodies.items()):
                wrong = defects.get((name, year), ())
                if _MISSING not in wrong:
                    path = f"{COLUMN}{year + 1}01/t{year + 1}0118_{number}.html"
                    pages[path] = html_page(_spec(name, kind, year, wrong))
        shown[portal] = Column(pages)
    return shown


def _spec(name: str, kind: Kind, year: int, defects: tuple[str, ...]) -> ReportSpec:
    spec = replace(compose(name, kind, year), published=date(year + 1, 1, 18), signed=date(year + 1, 1, 17))
    for defect in defects:
        spec = plant(spec, defect)
    return spec


def _title(page: bytes) -> str:
    return page.decode().partition("<title>")[2].partition("</title>")[0]


class Portals:
    """Both portals, served on loopback while the context is open."""

    def __init__(self, served: SamplePortals) -> None:
        self._served = served
        self._now = columns(QUIET)
        self._lock = threading.Lock()

    def show(self, defects: Defects, pause: float = 0.0) -> None:
        """Show these defects from now on."""
        with self._lock:
            self._now = columns(defects)
            for portal, column in self._now.items():
                column.pause = pause
                self._served.show(portal, column)

    @property
    def asked(self) -> int:
        """How often the portals were asked for anything since `show`."""
        return sum(column.asked.total() for column in self._now.values())

    def write_province(self, folder: Path) -> None:
        """Write the province file for the ports in use."""
        lines = [
            f"province: {PROVINCE}",
            "name: 云岭省",
            f"years: {{first: {YEARS[0]}, last: {YEARS[-1]}}}",
            "portals:",
        ]
        for portal, bodies in BODIES.items():
            host = f"127.0.0.1:{self._served.ports[portal]}"
            lines += [
                f"  - id: {portal}",
                f"    name: {next(iter(bodies))}",
                f"    home: http://{host}/",
                f'    hosts: ["{host}"]',
                "    private: true",
                "    delay: 0",
                "    organs:",
                *(f"      - {{name: {name}, kind: {kind}}}" for name, kind in bodies.items()),
            ]
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{PROVINCE}.yml").write_text("\n".join(lines) + "\n", encoding="utf-8")


@contextmanager
def served() -> Iterator[Portals]:
    """Serve both portals on free ports."""
    with SamplePortals(ports=dict.fromkeys(BODIES, 0), sites=dict(columns(QUIET))) as portals:
        shown = Portals(portals)
        shown.show(QUIET)
        yield shown
