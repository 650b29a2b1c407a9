"""临溪县: a portal whose lists come from dataproxy.jsp, as the Hanweb jpage family builds them.

What it does on purpose: the first rows stand in a script of type text/xml; link texts are cut, the whole
title stands in the attribute; two lists share the page; further rows come only for the right column and unit,
and never more than 100 at once; pages are GBK, and articles do not say so; a table of metadata stands before
the report; there is neither robots.txt nor any validator for conditional requests.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from html import escape

from crawler.demo.pages import html_body
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
from crawler.demo.web import Article, Response

COLUMN_ID = "101"
UNIT_ID = "3301"
COLUMN = f"/col/col{COLUMN_ID}/index.html"
PAGE_ROWS = 8
MOST_ROWS = 100
FIRST_ID = 2001

_NAME = "临溪县人民政府"
_REPORTS = Unit(COLUMN_ID, UNIT_ID, "12", _NAME)
_NEWS = Unit("109", "3302", "12", _NAME)
_SHOWN = 22  # characters of a title that a list shows
_HTML = (("Content-Type", "text/html"),)
_OF_COLUMN = {"ColumnName": "政府信息公开年报", "ColumnType": "政务公开"}


class HanwebSite:
    """The portal of 临溪县 with the given reports; withheld ones are not there."""

    def __init__(self, reports: Sequence[SampleReport]) -> None:
        articles = sorted((*_reports(reports), *_others()), key=lambda article: (article.day, article.title))
        paths = [
            f"/art/{article.day.year}/{article.day.month}/{article.day.day}/art_{COLUMN_ID}_{number}.html"
            for number, article in enumerate(articles, FIRST_ID)
        ]
        self.articles: Mapping[str, Article] = dict(reversed(list(zip(paths, articles, strict=True))))
        self._records = [record(path, article, _SHOWN) for path, article in self.articles.items()]
        self._pages = {
            "/": _home(),
            "/col/col11/index.html": _disclosure_page(),
            "/col/col12/index.html": _short_page("政府信息公开指南", "说明公众如何获取临溪县的政府信息。"),
            "/col/col13/index.html": _short_page("政府信息公开制度", "此处集中公布信息公开方面的制度。"),
            "/col/col14/index.html": _short_page("法定主动公开内容", "机构职能、规划计划和预算决算等。"),
            COLUMN: _column_page(self._records),
        }

    def respond(self, path: str, query: Mapping[str, str], headers: Mapping[str, str]) -> Response:
        """Answer to a request; nothing here depends on its headers."""
        del headers
        if path == DATA_PROXY:
            return Response(200, XML, self._rows(query).encode())
        page = self._pages.get("/" if path == "/index.html" else path)
        if page is not None:
            return Response(200, _HTML, page.encode("gbk"))
        article = self.articles.get(path)
        if article is not None:
            return Response(200, _HTML, _article_page(path, article).encode("gbk"))
        return Response(404, _HTML, _short_page("404", "您访问的页面找不到了。").encode("gbk"))

    def _rows(self, query: Mapping[str, str]) -> str:
        """Rows `startrecord` to `endrecord`, else page `page` of `perpage` rows; none for another unit."""
        if query.get("columnid") != COLUMN_ID or query.get("unitid") != UNIT_ID:
            return NO_ROWS
        size = max(1, min(whole(query.get("perpage")) or PAGE_ROWS, MOST_ROWS))
        start, end = whole(query.get("startrecord")), whole(query.get("endrecord"))
        if start is None or end is None:
            page = max(1, whole(query.get("page")) or 1)
            start, end = (page - 1) * size + 1, page * size
        start = max(1, start)
        chosen = self._records[start - 1 : min(end, start - 1 + MOST_ROWS)]
        total = len(self._records)
        return _REPORTS.store(chosen, counts(total, size))


def _reports(reports: Sequence[SampleReport]) -> list[Article]:
    return [
        Article(
            report.spec.title,
            report.spec.published,
            report.spec.organ,
            html_body(report.spec, report.style),
            report.spec.signed,
            report.labelled,
        )
        for report in reports
        if not report.spec.withheld
    ]


def _others() -> tuple[Article, ...]:
    return (
        Article(
            "关于2022年度政府信息公开工作年度报告发布情况的通报",
            date(2023, 4, 6),
            "临溪县人民政府办公室",
            "<p>全县应发布年度报告六份，已全部发布。各单位要继续做好数据核对。</p>",
        ),
        Article(
            "图解：临溪县人民政府2023年政府信息公开工作年度报告",
            date(2024, 3, 22),
            "临溪县人民政府办公室",
            '<p><img src="/picture/0/2403221001.jpg" alt="图解"></p>',
        ),
        Article(
            "临溪县召开政府信息公开工作年度报告编制推进会",
            date(2024, 1, 4),
            "临溪融媒",
            "<p>1月4日，全县政府信息公开工作年度报告编制推进会召开。</p>",
        ),
    )


def _frame(title: str, content: str, *, meta: str = "", trail: str = "") -> str:
    return f"""<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Transitional//EN"
 "http://www.w3.org/TR/xhtml1/DTD/xhtml1-transitional.dtd">
<html>
<head>
{meta}<title>{escape(title)}</title>
<meta name="SiteName" content="{_NAME}">
<meta name="SiteDomain" content="www.linxi.example">
<meta name="SiteIDCode" content="9901230001">
</head>
<body>
<div class="top">欢迎访问{_NAME}门户网站</div>
<div class="nav"><a href="/">首页</a> | <a href="/col/col11/index.html">政务公开</a></div>
<div class="position">您的位置：<a href="/">首页</a>{trail}</div>
{content}
<div class="foot">主办：临溪县人民政府办公室　建站时间：2015年8月1日　网站标识码：9901230001</div>
</body>
</html>
"""


_DECLARED = '<meta http-equiv="Content-Type" content="text/html; charset=gb2312">\n'


def _home() -> str:
    return _frame(
        _NAME,
        '<div class="block"><a href="/col/col11/index.html">政府信息公开</a></div>',
        meta=_DECLARED,
    )


def _disclosure_page() -> str:
    return _frame(
        "政府信息公开",
        f"""<table><tr><td><a href="/col/col12/index.html">政府信息公开指南</a></td>
<td><a href="/col/col13/index.html">政府信息公开制度</a></td>
<td><a href="/col/col14/index.html">法定主动公开内容</a></td>
<td><a href="{COLUMN}">政府信息公开年报</a></td></tr></table>""",
        meta=_DECLARED,
        trail=" &gt;&gt; 政府信息公开",
    )


def _short_page(title: str, text: str) -> str:
    return _frame(title, f"<h2>{escape(title)}</h2><p>{escape(text)}</p>", meta=_DECLARED)


def _column_page(records: Sequence[str]) -> str:
    news = ['<li><a href="/" title="白芷乡开镰收割早稻">白芷乡开镰收割早稻</a><span>2024-04-03</span></li>']
    return _frame(
        f"政府信息公开年报 {_NAME}",
        f"""<table width="1000"><tr><td width="760" valign="top">
{_REPORTS.on_page(records[:PAGE_ROWS], len(records), PAGE_ROWS)}
</td><td valign="top">
{_NEWS.on_page(news, len(news), PAGE_ROWS)}
</td></tr></table>""",
        meta=_DECLARED,
        trail=" &gt;&gt; 政府信息公开 &gt;&gt; 政府信息公开年报",
    )


def _article_page(path: str, article: Article) -> str:
    return _frame(
        article.title,
        article_content(path, article, "990123000"),
        meta=labels(article, _OF_COLUMN),
        trail=" &gt;&gt; 政府信息公开 &gt;&gt; 政府信息公开年报",
    )
