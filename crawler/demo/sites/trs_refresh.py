"""竹岚县: one long list as the TRS family builds it, behind pages that only send the reader on.

What it does on purpose: the home page and the column's root are jump shells, one by meta refresh and one by
script; the pager is one call of a function from another file; a page after the last one answers 200 and sends
the browser back; addresses are those of .shtml files; the list's newest rows are no reports.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

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
    past_the_end,
    refresh_shell,
    script_shell,
    static_page,
)
from crawler.demo.web import Article, Response

HOME = "/zlx/"
ROOT = "/zwgk/zfxxgknb_171215/"
COLUMN = f"{ROOT}ndbg_1/"
PAGE_ROWS = 20
FIRST_ID = 5001

_PAGES = TrsPages("竹岚县人民政府", "www.zhulan.example", "9901250001")
_NEWS = {"竹岚县春耕备耕物资到位": "2025-04-02", "竹溪步道三期开工": "2025-04-01"}


class TrsRefreshSite:
    """The portal of 竹岚县 with the given reports."""

    def __init__(self, reports: Sequence[SampleReport]) -> None:
        self.reports: dict[str, SampleReport] = {}
        self._articles: dict[str, Article] = {}  # all others
        entries: list[tuple[date, str, SampleReport | Article]] = [
            *((report.spec.published, report.spec.title, report) for report in reports),
            *((article.day, article.title, article) for article in _others()),
        ]
        entries.sort(key=lambda entry: entry[:2])
        rows = []
        for number, (day, title, entry) in enumerate(entries, FIRST_ID):
            href = f"{day:%Y%m}/t{day:%Y%m%d}_{number}.shtml"
            if isinstance(entry, Article):
                self._articles[COLUMN + href] = entry
            else:
                self.reports[COLUMN + href] = entry
            rows.append(Row(f"./{href}", title, day))
        rows.reverse()  # newest first
        self._pages = {
            "/": refresh_shell(f".{HOME}"),
            HOME: _PAGES.home(_NEWS, root=".."),
            DISCLOSURE: _PAGES.disclosure(f'<li><a href="{ROOT}">政府信息公开工作年度报告</a></li>'),
            **_PAGES.beside_reports(),
            NEWS: _PAGES.short_page("新闻中心", "竹岚县春耕备耕物资全部到位。"),
            ROOT: script_shell("./ndbg_1/"),
            **_PAGES.list_pages(COLUMN, rows, PAGE_ROWS, called),
        }

    def respond(self, path: str, query: Mapping[str, str], headers: Mapping[str, str]) -> Response:
        """Answer to a request: static files, all of them; there is no robots.txt."""
        del query
        report = self.reports.get(path)
        article = self._articles.get(path) if report is None else article_of(report)
        if article is not None:
            return dated_html(_PAGES.article_page(article), article.day, headers)
        return static_page(self._pages, path) or past_the_end(self._pages, path) or _PAGES.not_found()


def _others() -> tuple[Article, ...]:
    office = "竹岚县人民政府办公室"
    return (
        Article(
            "竹岚县政府信息公开工作年度报告公布情况",
            date(2025, 4, 8),
            office,
            "<p>全县应公布年度报告五十五份，均已公布。</p>",
        ),
        Article(
            "图解：竹岚县人民政府2024年政府信息公开工作年度报告",
            date(2025, 4, 7),
            office,
            '<p><img src="./P020250407_1.png" alt="图解"></p>',
        ),
        Article(
            "竹岚县人民政府2024年法治政府建设年度报告",
            date(2025, 3, 30),
            office,
            "<p>一、主要举措和成效</p><p>办理行政复议案件十一件。</p>",
        ),
        Article(
            "竹岚县政府信息公开年报制度",
            date(2020, 3, 2),
            office,
            "<p>第一条　各单位每年1月31日前公布上一年度报告。</p>",
        ),
    )


RECIPE = Recipe(
    number=2,
    id="sample-trs-refresh",
    place="竹岚县",
    family="trs",
    bodies=55,
    years=range(2019, 2025),
    site=TrsRefreshSite,
)
