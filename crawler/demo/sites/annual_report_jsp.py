"""棠溪区: no list at all; one address for each body and year, and the page there is the report.

What it does on purpose: the section shows the page in a frame, for the government and the newest year alone;
years stand in a select for some bodies and nowhere for the others, so that only their neighbours can be
tried; other bodies are calls of a script or links; a year without a report answers with the same page without
any text; one body has a gap of a year; the title of the page names no year.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

from crawler.demo.pages import html_body
from crawler.demo.province import SampleReport
from crawler.demo.sites.recipe import Recipe
from crawler.demo.web import Response

PAGE = "/module/xxgk/xxgkAnnualReport.jsp"
SECTION = "/col/col25100/index.html"

_PLACE = "棠溪区"
_NAME = f"{_PLACE}人民政府"
_GAP = 3
"""The body, by its place on the roster, that published nothing for a year in the middle."""
_UTF_8 = (("Content-Type", "text/html;charset=UTF-8"),)


class AnnualReportSite:
    """The portal of 棠溪区 with the given reports."""

    def __init__(self, reports: Sequence[SampleReport]) -> None:
        names = list(dict.fromkeys(report.body.name for report in reports))
        self._areas = {name: f"tx{place:03d}" for place, name in enumerate(names)}
        years = sorted({report.spec.year for report in reports})
        gap = (names[_GAP], years[len(years) // 2]) if len(names) > _GAP and years else None
        self._held = {
            (self._areas[report.body.name], report.spec.year): report
            for report in reports
            if (report.body.name, report.spec.year) != gap
        }
        self._newest = max(years, default=0)

    @property
    def reports(self) -> Mapping[str, SampleReport]:
        """The reports by the addresses of their pages."""
        return {f"{PAGE}?area={area}&fbtime={year}": report for (area, year), report in self._held.items()}

    def respond(self, path: str, query: Mapping[str, str], headers: Mapping[str, str]) -> Response:
        """Answer to a request; nothing here depends on its headers."""
        del headers
        if path == PAGE:
            return _html(self._page(query.get("area", ""), query.get("fbtime", "")))
        if path in ("/", "/index.html"):
            return _html(_frame(_NAME, "<p>棠溪春早。</p>"))
        if path == SECTION:
            return _html(self._section())
        if path in _SHORT_PAGES:
            title = _SHORT_PAGES[path]
            return _html(_frame(title, f"<h2>{title}</h2><p>内容正在整理。</p>"))
        return Response(404, _UTF_8, _frame("404", "<p>页面不存在。</p>").encode())

    def _section(self) -> str:
        menu = "".join(f'<li><a href="{path}">{title}</a></li>' for path, title in _SHORT_PAGES.items())
        address = f"{PAGE}?area={self._areas.get(_NAME, '')}&amp;fbtime={self._newest}"
        return _frame(
            "政府信息公开",
            f"""<ul class="menu">{menu}<li><a href="{address}">政府信息公开年报</a></li></ul>
<iframe id="main" src="{address}" width="900" frameborder="0"></iframe>""",
        )

    def _page(self, area: str, year: str) -> str:
        """The page of a body and year, without any text where there is no report."""
        report = self._held.get((area, int(year))) if year.isdigit() and len(year) == 4 else None
        text = ""
        if report is not None:
            spec = report.spec
            text = f"""<h2>{escape(spec.organ)}政府信息公开工作年度报告</h2>
<h3>（{spec.year}年度）</h3>
<div class="info">发布日期：{spec.published:%Y-%m-%d}　来源：{escape(spec.organ)}</div>
{html_body(spec, report.style)}"""
        return f"""<!DOCTYPE html>
<html>
<head>
<meta charset="utf-8">
<title>政府信息公开工作年度报告</title>
<meta name="SiteIDCode" content="9901630004">
</head>
<body>
<div class="choice">{self._years(area, year)}{self._bodies(area, year)}</div>
<div id="zoom">{text}</div>
</body>
</html>
"""

    def _years(self, area: str, year: str) -> str:
        """A select of the years of the body; every second body has none."""
        if area not in self._areas.values() or int(area[2:]) % 2:
            return ""
        options = "".join(
            f'<option value="{held}"{" selected" if str(held) == year else ""}>{held}年</option>'
            for other, held in sorted(self._held, reverse=True)
            if other == area
        )
        return f'<select name="fbtime" onchange="choose(this.value)">{options}</select>'

    def _bodies(self, area: str, year: str) -> str:
        entries = []
        for name, other in self._areas.items():
            if other == area:
                entries.append(f"<li>{escape(name)}</li>")
            elif int(other[2:]) % 3:
                entries.append(
                    f'<li><a href="{PAGE}?area={other}&amp;fbtime={escape(year)}">{escape(name)}</a></li>'
                )
            else:
                call = f"showBody('{other}')"
                entries.append(f'<li><a href="javascript:void(0)" onclick="{call}">{escape(name)}</a></li>')
        return f"<ul>{''.join(entries)}</ul>"


_SHORT_PAGES: Mapping[str, str] = {
    "/col/col25101/index.html": "政府信息公开指南",
    "/col/col25102/index.html": "政府信息公开制度",
    "/col/col25103/index.html": "法定主动公开内容",
}


def _html(page: str) -> Response:
    return Response(200, _UTF_8, page.encode())


def _frame(title: str, content: str) -> str:
    return f"""<!DOCTYPE html>
<html>
<head>
<meta charset="utf-8">
<title>{escape(title)}</title>
<meta name="SiteName" content="{_NAME}">
<meta name="SiteIDCode" content="9901630004">
</head>
<body>
<div class="nav"><a href="/">首页</a> <a href="{SECTION}">政府信息公开</a></div>
{content}
<div class="foot">主办：{_PLACE}人民政府办公室　网站标识码：9901630004</div>
</body>
</html>
"""


_BODIES = 7
_YEARS = range(2020, 2024)

RECIPE = Recipe(
    number=7,
    id="sample-annual-report-jsp",
    place=_PLACE,
    family="annual_report_jsp",
    bodies=_BODIES,
    years=_YEARS,
    site=AnnualReportSite,
    changing=_BODIES * len(_YEARS),
)
