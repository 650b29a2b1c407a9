"""云漪县: a portal with links to a stranger's copy of itself, and that copy.

What it does on purpose: the home page, a menu, a redirect, a meta refresh, a script, a frame, a page whose
<base> is not its own, a row of the column, an address with user information and an attachment all lead to a
host that is not the portal's, under the portal's own paths. The copy names another county and praises bets;
whoever asks it for anything has left the portal.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from urllib.parse import urlsplit

from crawler.demo.province import SampleReport
from crawler.demo.sites.recipe import Mirror, Recipe
from crawler.demo.sites.trs_pages import (
    DISCLOSURE,
    NEWS,
    Row,
    TrsPages,
    article_of,
    counted,
    dated_html,
    refresh_shell,
    script_shell,
    static_page,
)
from crawler.demo.web import Response

COLUMN = "/zwgk/zfxxgknb/"
REDIRECTED, REFRESHED, SCRIPTED, FRAMED, REBASED = (
    "/zwgk/lnnb/",
    "/zwgk/bmnb/",
    "/zwgk/xznb/",
    "/zwgk/jdnb/",
    "/zwgk/gknb/",
)
"""Columns of the portal that lead off it, each in its way."""
PAGE_ROWS = 12
FIRST_ID = 8001
ELSEWHERE = "http://mirror.yunyi.invalid"

_PLACE, _MIRRORED_PLACE = "云漪县", "云琦县"
_PAGES = TrsPages("云漪县人民政府", "www.yunyi.example", "9901270001")
_NEWS = {"云漪县古桥修缮完工": "2024-04-02", "全县中小学春季开学": "2024-04-01"}
_BAIT = "365体育投注_"
_MENU = {
    REDIRECTED: "历年年报",
    REFRESHED: "部门年报",
    SCRIPTED: "乡镇年报",
    FRAMED: "政府信息公开年度报告",
    REBASED: "公开年报",
}


class HijackedSite:
    """The portal of 云漪县 with the given reports; `elsewhere` is where the copy stands: http://HOST."""

    def __init__(self, reports: Sequence[SampleReport], elsewhere: str = ELSEWHERE) -> None:
        self._elsewhere = elsewhere
        ordered = sorted(reports, key=lambda report: (report.spec.published, report.spec.title))
        paths = [
            f"{COLUMN}{report.spec.published:%Y%m}/t{report.spec.published:%Y%m%d}_{number}.html"
            for number, report in enumerate(ordered, FIRST_ID)
        ]
        self.reports: dict[str, SampleReport] = dict(reversed(list(zip(paths, ordered, strict=True))))
        rows = [Row(path, report.spec.title, report.spec.published) for path, report in self.reports.items()]
        self._pages = {
            "/": _PAGES.home(_NEWS, self._friends()),
            DISCLOSURE: _PAGES.disclosure(self._menu()),
            **_PAGES.beside_reports(),
            NEWS: _PAGES.short_page("新闻中心", "云漪县古桥修缮工程完工。"),
            REFRESHED: refresh_shell(f"{elsewhere}{REFRESHED}"),
            SCRIPTED: script_shell(f"{elsewhere}{SCRIPTED}"),
            FRAMED: self._framed(),
            REBASED: self._rebased(rows),
            **_PAGES.list_pages(COLUMN, [*self._stray(rows), *rows], PAGE_ROWS, counted),
        }

    def respond(self, path: str, query: Mapping[str, str], headers: Mapping[str, str]) -> Response:
        """Answer to a request; a column is redirected to the copy."""
        del query
        if path == REDIRECTED:
            return Response(302, (("Location", f"{self._elsewhere}{REDIRECTED}"),), b"")
        report = self.reports.get(path)
        if report is not None:
            page = _PAGES.article_page(article_of(report), after=self._attachment(path))
            return dated_html(page, report.spec.published, headers)
        return static_page(self._pages, path) or _PAGES.not_found()

    def _friends(self) -> str:
        host = urlsplit(self._elsewhere).netloc
        return f"""
<div class="links"><a href="{self._elsewhere}{COLUMN}">政府信息公开年报</a>
<a href="//{host}{DISCLOSURE}">政府信息公开</a></div>"""

    def _menu(self) -> str:
        own = {f"..{path.removeprefix('/zwgk')}": text for path, text in _MENU.items()}
        links = {"../zfxxgknb/": "政府信息公开年报", **own}
        return "\n".join(f'<li><a href="{href}">{text}</a></li>' for href, text in links.items())

    def _framed(self) -> str:
        return _PAGES.frame("政府信息公开年度报告", f'<iframe src="{self._elsewhere}{COLUMN}"></iframe>')

    def _rebased(self, rows: Sequence[Row]) -> str:
        """A page of relative links that stand on another host."""
        items = "".join(
            f'<li><a href=".{row.href.removeprefix(COLUMN[:-1])}">{row.title}</a></li>' for row in rows
        )
        base = f'<base href="{self._elsewhere}{COLUMN}">\n'
        return _PAGES.frame("公开年报", f"<ul>{items}</ul>", meta=base)

    def _stray(self, rows: Sequence[Row]) -> list[Row]:
        """Rows of the column that lead to the copy: the newest report's, and that of a body of its own."""
        host = urlsplit(self._elsewhere).netloc
        newest = rows[0]
        return [
            Row(f"{self._elsewhere}{newest.href}", newest.title, newest.day),
            Row(
                f"http://www.yunyi.example@{host}{COLUMN}202401/t20240119_8999.html",
                f"{_PLACE}气象局2023年政府信息公开工作年度报告",
                newest.day,
            ),
        ]

    def _attachment(self, path: str) -> str:
        address = self._elsewhere + path.replace(".html", ".docx").replace("/t20", "/W020")
        return f'\n<p>附件：<a href="{address}">政府信息公开工作年度报告.docx</a></p>'


class MirrorSite:
    """The copy: the portal's own paths, another county's name, bets in its titles."""

    def __init__(self, reports: Sequence[SampleReport]) -> None:
        self._site = HijackedSite(reports)
        self.reports: Mapping[str, SampleReport] = {}

    def respond(self, path: str, query: Mapping[str, str], headers: Mapping[str, str]) -> Response:
        """Answer to a request: 200 wherever the portal has a page."""
        answer = self._site.respond(path, query, headers)
        text = answer.body.decode().replace(_PLACE, _MIRRORED_PLACE).replace("<title>", f"<title>{_BAIT}")
        plain = tuple(pair for pair in answer.headers if pair[0] == "Content-Type")
        return Response(answer.status, plain, text.encode())


RECIPE = Recipe(
    number=13,
    id="sample-hijacked",
    place=_PLACE,
    family="trs",
    bodies=9,
    years=range(2021, 2024),
    site=HijackedSite,
    changing=1 + len(_MENU),
    clean=False,
    mirror=Mirror(MirrorSite, HijackedSite),
)
