"""柳泉县: a tree of lists, year by year and kind by kind, as the TRS family builds them with t-dates.

What it does on purpose: only the variable countPage tells of further pages; folder names follow no rule;
years and kinds of bodies are links whose texts are nothing but that; long titles are cut and no attribute
holds the rest; the date in an article's address is days behind the one that it shows, and that of a whole
year is the day of a migration; meeting news, notices and picture stories stand in the lists; the province's
own report is posted again, outside the column's folder; some tables are faulty.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from types import MappingProxyType

from crawler.demo.defects import plant
from crawler.demo.province import Body, SampleReport
from crawler.demo.sites.recipe import Recipe
from crawler.demo.sites.trs_pages import (
    COLUMN_TRAIL,
    DISCLOSURE,
    NEWS,
    Row,
    TrsPages,
    article_of,
    counted,
    dated_html,
    html,
    robots,
    static_page,
)
from crawler.demo.web import Article, Response
from crawler.demo.writer import compose
from crawler.report.model import Kind

COLUMN = "/zwgk/zfxxgknb/"
PAGE_ROWS = 15
MIGRATED = 2020
"""The report year whose articles stand at the day on which they were moved here."""

_MOVED_ON = date(2023, 8, 21)
_BODIES, _YEARS = 61, range(2019, 2025)
_FOLDERS = MappingProxyType(
    {
        2019: "xxgknb2019_list",
        2020: "nb_2020n",
        2021: "2021_gx",
        2022: "2022n_5930973",
        2023: "2023nb",
        2024: "gb2024",
    }
)
_KINDS = {"bm": "县直部门", "xz": "乡镇"}
_SHOWN = 22  # characters of a title that a list shows
_DAYS_BEHIND = (0, 4, 1)  # of an address's date, in turn
_DEFECTS = ("unbalanced-applications", "old-form", "damaged-applications", "unbalanced-disputes", "late")
_FAULTY = 23  # one report in so many has a defect
_ABOVE = Body("云岭省人民政府", Kind.GOVERNMENT, "")
_ABOVE_FOLDER = "/szfxx/nb/"
_ABOVE_YEARS = range(2022, 2025)
_PAGES = TrsPages("柳泉县人民政府", "www.liuquan.example", "9901240001")
_NEWS = {"柳泉县新茶开采": "2025-04-02", "全县乡村公路养护完成过半": "2025-04-01"}


class TDateSite:
    """The portal of 柳泉县 with the given reports."""

    def __init__(self, reports: Sequence[SampleReport]) -> None:
        self.reports: dict[str, SampleReport] = {}
        self._articles: dict[str, Article] = {}  # all others
        years = sorted({report.spec.year for report in reports}, reverse=True)
        self._pages = {
            "/": _PAGES.home(_NEWS),
            DISCLOSURE: _PAGES.disclosure('<li><a href="../zfxxgknb/">政府信息公开年报</a></li>'),
            **_PAGES.beside_reports(),
            NEWS: _PAGES.short_page("新闻中心", "柳泉县新茶开采，首日下青一千二百斤。"),
            COLUMN: _folder("政府信息公开年报", {f"./{_folder_of(y)}/": f"{y}年" for y in years}),
        }
        planted = [_planted(number, report) for number, report in enumerate(reports)]
        for year in years:
            folder = f"{COLUMN}{_folder_of(year)}/"
            self._pages[folder] = _folder(f"{year}年", {f"./{key}/": text for key, text in _KINDS.items()})
            of_year = [report for report in planted if report.spec.year == year]
            for key in _KINDS:
                self._add_list(f"{folder}{key}/", key, year, of_year)

    def respond(self, path: str, query: Mapping[str, str], headers: Mapping[str, str]) -> Response:
        """Answer to a request: static files, all of them."""
        del query
        if path == "/robots.txt":
            return robots()
        report = self.reports.get(path)
        article = self._articles.get(path) if report is None else article_of(report)
        if article is not None:
            return dated_html(_PAGES.article_page(article), article.day, headers)
        return static_page(self._pages, path) or html("<html><body>404</body></html>", 404)

    def _add_list(self, folder: str, key: str, year: int, of_year: Sequence[SampleReport]) -> None:
        entries: list[SampleReport | Article] = [
            report for report in of_year if (report.body.kind is Kind.TOWNSHIP) == (key == "xz")
        ]
        if key == "bm" and year in _ABOVE_YEARS:
            entries.append(_report_above(year))
        entries += _others(year, key)
        entries.sort(key=_day_and_title, reverse=True)
        rows = []
        for number, entry in enumerate(entries):
            day, title = _day_and_title(entry)
            if isinstance(entry, Article):
                href = _address(day, number)
                self._articles[folder + href] = entry
            elif entry.body == _ABOVE:
                name = _address(day, number)
                self.reports[_ABOVE_FOLDER + name] = entry
                href = f"../../../..{_ABOVE_FOLDER}{name}"
            else:
                posted = _MOVED_ON if year == MIGRATED else day + timedelta(_DAYS_BEHIND[number % 3])
                href = _address(posted, number)
                self.reports[folder + href] = entry
            rows.append(Row(href if href.startswith("..") else f"./{href}", title, day))
        trail = f"{COLUMN_TRAIL} &gt; {year}年 &gt; {_KINDS[key]}"
        self._pages |= _PAGES.list_pages(
            folder, rows, PAGE_ROWS, counted, title=_KINDS[key], trail=trail, shown=_SHOWN
        )


def _folder_of(year: int) -> str:
    return _FOLDERS.get(year, f"nb{year}")


def _folder(title: str, links: Mapping[str, str]) -> str:
    """A page that only leads on."""
    items = "\n".join(f'<li><a href="{href}">{text}</a></li>' for href, text in links.items())
    return _PAGES.frame(title, f'<ul class="tree">\n{items}\n</ul>', trail=COLUMN_TRAIL)


def _address(day: date, number: int) -> str:
    return f"{day:%Y%m}/t{day:%Y%m%d}_{4100 + number}.html"


def _planted(number: int, report: SampleReport) -> SampleReport:
    if number % _FAULTY:
        return report
    defect = _DEFECTS[number // _FAULTY % len(_DEFECTS)]
    if defect == "old-form" and report.spec.year < 2021:
        return report  # that was the form of the year
    return replace(report, spec=plant(report.spec, defect))


def _day_and_title(entry: SampleReport | Article) -> tuple[date, str]:
    if isinstance(entry, Article):
        return entry.day, entry.title
    return entry.spec.published, entry.spec.title


def _report_above(year: int) -> SampleReport:
    spec = compose(_ABOVE.name, _ABOVE.kind, year, site="云岭省人民政府门户网站")
    return SampleReport(RECIPE.id, _ABOVE, spec, "word")


def _others(year: int, key: str) -> Iterator[Article]:
    """What stands in a list although it is no report."""
    office = "柳泉县人民政府办公室"
    yield Article(
        f"柳泉县召开{year}年政府信息公开工作年度报告编制推进会",
        date(year + 1, 1, 6),
        "柳泉融媒",
        "<p>会议要求各单位如实填报，按时公布。六十余人参加。</p>",
    )
    if key == "xz":
        return
    yield Article(
        f"关于做好{year}年政府信息公开工作年度报告编制工作的通知",
        date(year, 12, 20),
        office,
        "<p>各单位：请于1月20日前报送年度报告初稿。</p>",
    )
    yield Article(
        f"一图读懂柳泉县人民政府{year}年政府信息公开工作年度报告",
        date(year + 1, 4, 3),
        office,
        '<p><img src="./W020250403_1.png" alt="一图读懂"></p>',
    )


RECIPE = Recipe(
    number=1,
    id="sample-tdate",
    place="柳泉县",
    family="trs",
    bodies=_BODIES,
    years=_YEARS,
    site=TDateSite,
    changing=1 + len(_YEARS) * (1 + len(_KINDS)),
)
