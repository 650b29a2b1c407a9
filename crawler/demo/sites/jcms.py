"""芦汀县: one long list on Hanweb JCMS, newest first, of many bodies and years.

What it does on purpose: the first store holds three screens of rows, and what the script calls a page is one;
the proxy reads `page` and `perpage` alone and ignores startrecord, gives no more than 100 rows at once, and
answers an empty store without any count for whoever asks past the end; notices and stories stand among the
reports; the reports of some bodies are a line of text and a document, whose address ends in .jsp and has the
file's name in its query; a table of metadata stands before every text; a second list of news shares the page.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from html import escape

from crawler.demo.docx import docx_file
from crawler.demo.pages import html_body
from crawler.demo.printing import plain
from crawler.demo.province import SampleReport
from crawler.demo.sites.hanweb_pages import (
    DATA_PROXY,
    NO_ROWS,
    XML,
    Unit,
    article_content,
    counts,
    labels,
    record,
    whole,
)
from crawler.demo.sites.recipe import Recipe
from crawler.demo.web import Article, Response

COLUMN_ID = "1229710852"
COLUMN = f"/col/col{COLUMN_ID}/index.html"
DOWNLOAD = "/module/download/downfile.jsp"
PAGE_ROWS = 15
FIRST_ROWS = 3 * PAGE_ROWS
MOST_ROWS = 100
FIRST_ID = 70001

_PLACE = "芦汀县"
_NAME = f"{_PLACE}人民政府"
_REPORTS = Unit(COLUMN_ID, "7418529", "3176", _NAME)
_NEWS = Unit("1229710860", "7418530", "3176", _NAME)
_SHOWN = 24
_AS_FILE = 5
"""Every so many-th report is published as a file."""
_UTF_8 = (("Content-Type", "text/html;charset=UTF-8"),)
_BINARY = (("Content-Type", "application/octet-stream"),)
_OF_COLUMN = {"ColumnName": "政府信息公开年报", "ColumnType": "政务公开"}


class JcmsSite:
    """The portal of 芦汀县 with the given reports."""

    def __init__(self, reports: Sequence[SampleReport]) -> None:
        rows: list[tuple[date, str, SampleReport | Article]] = [
            (report.spec.published, report.spec.title, report) for report in reports
        ]
        rows += [(article.day, article.title, article) for article in _others(reports)]
        rows.sort(key=lambda row: row[:2])
        self._entries: dict[str, SampleReport | Article] = {}
        self._files: dict[str, SampleReport] = {}
        for number, (day, _, entry) in enumerate(rows, FIRST_ID):
            path = f"/art/{day.year}/{day.month}/{day.day}/art_{COLUMN_ID}_{number}.html"
            self._entries[path] = entry
            if isinstance(entry, SampleReport) and number % _AS_FILE == 0:
                self._files[f"{day:%y%m%d}{number}.docx"] = entry
        self._names = {id(report): name for name, report in self._files.items()}
        newest = reversed(self._entries.items())
        self._records = [record(path, self._article(entry), _SHOWN) for path, entry in newest]
        total = len(self._records)
        self._pages = {
            "/": _home(),
            "/col/col1229710800/index.html": _disclosure_page(),
            "/col/col1229710850/index.html": _short_page("政府信息公开指南", "说明公众如何获取政府信息。"),
            "/col/col1229710851/index.html": _short_page("政府信息公开制度", "此处公布信息公开制度。"),
            "/col/col1229710853/index.html": _short_page("法定主动公开内容", "机构职能、预算决算等。"),
            COLUMN: _column_page(self._records, total),
        }
        self._total = total

    @property
    def reports(self) -> Mapping[str, SampleReport]:
        """The reports by the paths of their articles."""
        return {path: entry for path, entry in self._entries.items() if isinstance(entry, SampleReport)}

    def respond(self, path: str, query: Mapping[str, str], headers: Mapping[str, str]) -> Response:
        """Answer to a request; nothing here depends on its headers."""
        del headers
        if path == DATA_PROXY:
            return Response(200, XML, self._rows(query).encode())
        if path == DOWNLOAD:
            report = self._files.get(query.get("filename", ""))
            if report is not None:
                return Response(200, _BINARY, docx_file(plain(report.spec)))
        page = self._pages.get("/" if path == "/index.html" else path)
        if page is not None:
            return Response(200, _UTF_8, page.encode())
        entry = self._entries.get(path)
        if entry is not None:
            return Response(200, _UTF_8, _article_page(path, self._article(entry, whole=True)).encode())
        return Response(404, _UTF_8, _short_page("404", "您访问的页面找不到了。").encode())

    def _rows(self, query: Mapping[str, str]) -> str:
        """Page `page` of `perpage` rows; nothing at all past the end, or for another list."""
        if query.get("columnid") != COLUMN_ID or query.get("unitid") != _REPORTS.unit:
            return NO_ROWS
        size = max(1, min(whole(query.get("perpage")) or PAGE_ROWS, MOST_ROWS))
        page = max(1, whole(query.get("page")) or 1)
        chosen = self._records[(page - 1) * size : page * size]
        return _REPORTS.store(chosen, counts(self._total, size)) if chosen else NO_ROWS

    def _article(self, entry: SampleReport | Article, *, whole: bool = False) -> Article:
        """The article of an entry; its text only where it is asked for, for there are many."""
        if isinstance(entry, Article):
            return entry
        spec = entry.spec
        body = ""
        name = self._names.get(id(entry))
        if name is not None:
            address = f"{DOWNLOAD}?classid=0&amp;filename={name}"
            body = f'<p>附件：<a href="{address}">{escape(spec.title)}.docx</a></p>'
        elif whole:
            body = html_body(spec, entry.style)
        return Article(spec.title, spec.published, spec.organ, body, spec.signed)


def _others(reports: Sequence[SampleReport]) -> list[Article]:
    """What stands among the reports, every year."""
    office = f"{_PLACE}人民政府办公室"
    found = []
    for year in sorted({report.spec.year for report in reports}):
        found += [
            Article(
                f"{_PLACE}召开{year}年度政府信息公开工作年度报告编制培训会",
                date(year, 12, 27),
                f"{_PLACE}融媒体中心",
                "<p>培训会讲解了年度报告的格式和统计口径。</p>",
            ),
            Article(
                f"一图读懂：{_NAME}{year}年政府信息公开工作年度报告",
                date(year + 1, 4, 2),
                office,
                '<p><img src="/picture/0/1.png" alt="一图读懂"></p>',
            ),
            Article(
                f"关于{year}年度政府信息公开工作年度报告公布情况的通报",
                date(year + 1, 4, 9),
                office,
                "<p>全县各单位均已按时公布年度报告。</p>",
            ),
        ]
    return found


def _frame(title: str, content: str, *, meta: str = "", trail: str = "") -> str:
    return f"""<!DOCTYPE html>
<html lang="zh-CN">
<head>
<meta charset="UTF-8">
<title>{escape(title)}</title>
{meta}<meta name="SiteName" content="{_NAME}">
<meta name="SiteDomain" content="www.luting.example">
<meta name="SiteIDCode" content="9901410002">
</head>
<body>
<div class="top">{_NAME}门户网站</div>
<div class="nav"><a href="/">首页</a> <a href="/col/col1229710800/index.html">政府信息公开</a></div>
<div class="position">当前位置：<a href="/">首页</a>{trail}</div>
{content}
<div class="foot">主办：{_PLACE}人民政府办公室　网站标识码：9901410002</div>
</body>
</html>
"""


def _home() -> str:
    return _frame(_NAME, '<div class="news"><a href="/col/col1229710860/index.html">芦汀要闻</a></div>')


def _disclosure_page() -> str:
    return _frame(
        "政府信息公开",
        f"""<ul class="menu">
<li><a href="/col/col1229710850/index.html">政府信息公开指南</a></li>
<li><a href="/col/col1229710851/index.html">政府信息公开制度</a></li>
<li><a href="/col/col1229710853/index.html">法定主动公开内容</a></li>
<li><a href="{COLUMN}">政府信息公开年报</a></li>
</ul>""",
        trail=" &gt; 政府信息公开",
    )


def _short_page(title: str, text: str) -> str:
    return _frame(title, f"<h2>{escape(title)}</h2><p>{escape(text)}</p>")


def _column_page(records: Sequence[str], total: int) -> str:
    news = ['<li><a href="/" title="芦汀河湿地公园开园">芦汀河湿地公园开园</a><span>2025-04-03</span></li>']
    return _frame(
        f"政府信息公开年报_{_NAME}",
        f"""<div class="right">
{_NEWS.on_page(news, len(news), PAGE_ROWS)}
</div>
<div class="left">
{_REPORTS.on_page(records[:FIRST_ROWS], total, PAGE_ROWS)}
</div>""",
        trail=" &gt; 政府信息公开 &gt; 政府信息公开年报",
    )


def _article_page(path: str, article: Article) -> str:
    return _frame(
        article.title,
        article_content(path, article, "990141000"),
        meta=labels(article, _OF_COLUMN),
        trail=" &gt; 政府信息公开 &gt; 政府信息公开年报",
    )


RECIPE = Recipe(
    number=3,
    id="sample-jcms",
    place=_PLACE,
    family="jpage",
    bodies=51,
    years=range(2019, 2025),
    site=JcmsSite,
)
