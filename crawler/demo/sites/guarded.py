"""霁川县: a portal that keeps machines out of some of its pages, and portals that keep them out of all.

What it does on purpose: single report pages answer with a challenge, a firewall's page, an excuse with status
200, next to nothing, or not at all; robots.txt forbids a folder. What stands there only a person with a
browser can see, so it is no part of the truth, and a visit can never be clean.

WALLS are portals of one answer to everything, one for each way to keep a machine out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from crawler.demo.province import SampleReport
from crawler.demo.sites.recipe import Recipe
from crawler.demo.sites.trs_pages import (
    DISCLOSURE,
    NEWS,
    Row,
    TrsPages,
    article_of,
    called,
    dated_html,
    robots,
    static_page,
)
from crawler.demo.web import Response

COLUMN = "/zwgk/zfxxgknb/bmnb/"
SILENT = "/zwgk/lnnb/"
"""Folder of a report that is never answered for."""
FORBIDDEN = "/zwgk/nbgk/"
"""Folder of a report that robots.txt forbids."""
PAGE_ROWS = 10
FIRST_ID = 7001

_HTML = (("Content-Type", "text/html; charset=utf-8"),)
_PAGES = TrsPages("霁川县人民政府", "www.jichuan.example", "9901260001")
_NEWS = {"霁川县水库除险加固完工": "2024-04-02", "全县河湖清漂行动收尾": "2024-04-01"}


def _shell(text: str, status: int, *headers: tuple[str, str]) -> Response:
    return Response(status, (*_HTML, *headers), text.encode())


WALLS: Mapping[str, Response] = MappingProxyType(
    {
        "script-412": _shell(
            '<!DOCTYPE html><html><head><meta charset="utf-8"><meta id="9DhefwqGPrzG" content="k3xR.q7Zt" '
            "r='m'><script type=\"text/javascript\" r='m'>$_ts=window['$_ts'];if(!$_ts)$_ts={};"
            '$_ts.nsd=54712;$_ts.cd="qlqr6GVcrAqqhsqmc1rr";if($_ts.lcd)$_ts.lcd();</script></head>'
            "<body></body></html>",
            412,
            ("Set-Cookie", "oQ2xJfDa7mVYS=60aR; Path=/; HttpOnly"),
        ),
        "cookie-521": _shell(
            "<script>document.cookie=('_')+('_')+('j')+('s')+('l')+('_')+('c')+('l')+('e')+('a')+('r')+"
            "('a')+('n')+('c')+('e')+('=')+(-~[]+'')+('7');location.href=location.pathname+location.search"
            "</script>",
            521,
            ("Set-Cookie", "__jsluid_h=0f5e1c; max-age=31536000; path=/; HttpOnly"),
        ),
        "bot-200": _shell(
            "<!DOCTYPE html><html><head><script>var WTKkN=7,bOYDu=3,wyeCN=11;"
            'function c(t){document.cookie="EO_Bot_Ssid="+t+";path=/"}c(WTKkN*bOYDu+wyeCN);'
            "location.reload();</script></head><body></body></html>",
            200,
            ("Set-Cookie", "__tst_status=1204#; Path=/"),
        ),
        "firewall-405": _shell(
            "<html><head><title>访问被拦截</title></head><body><h2>该网站正在使用云防护</h2>"
            "<p>您的请求可能存在威胁，已被拦截。</p></body></html>",
            405,
        ),
        "firewall-403": _shell(
            "<html><head><title>403</title></head><body><h2>该网站正在使用云防护服务</h2></body></html>", 403
        ),
        "excuse-200": _shell(
            "<html><head><title>提示</title></head><body><p>对不起，您访问的页面不存在或已被删除。</p>"
            "</body></html>",
            200,
        ),
        "empty-200": _shell("<html><head><title></title></head><body></body></html>", 200),  # 54 bytes
    }
)
"""Answers that are no page, by the way in which they keep a machine out."""


class WalledSite:
    """A portal that answers everything with the same wall."""

    reports: Mapping[str, SampleReport] = MappingProxyType({})

    def __init__(self, wall: str) -> None:
        self._answer = WALLS[wall]

    def respond(self, path: str, query: Mapping[str, str], headers: Mapping[str, str]) -> Response:
        """The wall, robots.txt included."""
        del path, query, headers
        return self._answer


class GuardedSite:
    """The portal of 霁川县 with the given reports; `closed` has robots.txt forbid all of it."""

    def __init__(self, reports: Sequence[SampleReport], *, closed: bool = False) -> None:
        self.reports: dict[str, SampleReport] = {}
        self.guarded: dict[str, SampleReport] = {}
        """Reports that a visitor who breaks nothing cannot see."""
        self._walls: dict[str, Response] = {}
        self._closed = closed
        rows = []
        ordered = sorted(reports, key=lambda report: (report.spec.published, report.spec.title))
        behind = _behind_walls(ordered)
        for number, report in enumerate(ordered, FIRST_ID):
            day = report.spec.published
            way = behind.get((report.body.name, report.spec.year), "")
            name = f"{day:%Y%m}/t{day:%Y%m%d}_{number}.html"
            path = f"{way if way.startswith('/') else COLUMN}{name}"
            if way in WALLS:
                self._walls[path] = WALLS[way]
            (self.guarded if way else self.reports)[path] = report
            rows.append(Row(path, report.spec.title, day))
        rows.reverse()  # newest first
        self._pages = {
            "/": _PAGES.home(_NEWS),
            DISCLOSURE: _PAGES.disclosure(f'<li><a href="{COLUMN}">政府信息公开年报</a></li>'),
            **_PAGES.beside_reports(),
            NEWS: _PAGES.short_page("新闻中心", "霁川县水库除险加固工程全部完工。"),
            **_PAGES.list_pages(COLUMN, rows, PAGE_ROWS, called),
        }

    def respond(self, path: str, query: Mapping[str, str], headers: Mapping[str, str]) -> Response:
        """Answer to a request, the wall where there is one. That SILENT hangs is for the server to do."""
        del query
        if path == "/robots.txt":
            return robots(
                "User-agent: *\nDisallow: /\n" if self._closed else f"User-agent: *\nDisallow: {FORBIDDEN}\n"
            )
        if path in self._walls:
            return self._walls[path]
        report = self.reports.get(path) or self.guarded.get(path)
        if report is not None:
            return dated_html(_PAGES.article_page(article_of(report)), report.spec.published, headers)
        return static_page(self._pages, path) or _PAGES.not_found()


def _behind_walls(ordered: Sequence[SampleReport]) -> dict[tuple[str, int], str]:
    """Which report is kept behind which wall, or in which folder."""
    ways = (*WALLS, SILENT, FORBIDDEN)
    hidden = ordered[1::2][: len(ways)]
    return {(report.body.name, report.spec.year): way for report, way in zip(hidden, ways, strict=False)}


_BODIES, _YEARS = 7, range(2021, 2024)
_GUARDS = len(WALLS) + 2

RECIPE = Recipe(
    number=12,
    id="sample-guarded",
    place="霁川县",
    family="trs",
    bodies=_BODIES,
    years=_YEARS,
    site=GuardedSite,
    changing=_GUARDS,
    clean=False,
    silent=(SILENT,),
)
