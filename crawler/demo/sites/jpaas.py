"""榆澜县: pages built of units on Hanweb JPaaS, whose menus and lists are fetched by script.

What it does on purpose: the menu of the disclosure section is a unit, so that no anchor of the page leads to
the column; the list is another one, of which the page shows nothing; a box of news has its first rows and its
pager in the page; parameters stand in single quotes and escaped in an attribute; parseType is misspelled; a
bare pageNo is ignored, only paramJson pages; old and new addresses of articles stand in one list; parameters
that are not the page's own are answered with an error in good JSON.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import date
from html import escape

from crawler.demo.pages import html_body
from crawler.demo.province import SampleReport
from crawler.demo.sites.hanweb_pages import article_content, labels, whole
from crawler.demo.sites.recipe import Recipe
from crawler.demo.web import Article, Response

BUILDER = "/api-gateway/jpaas-publish-server/front/page/build/unit"
COLUMN_ID = "1229800300"
COLUMN = f"/col/col{COLUMN_ID}/index.html"
SECTION_ID = "1229800100"
SECTION = f"/col/col{SECTION_ID}/index.html"
PAGE_ROWS = 15
MENU, LIST, NEWS = "左侧导航", "当前栏目_list", "右侧内容"
FIRST_NEW_YEAR = 2024
"""From this year of publication on articles have addresses of the new kind."""

_PLACE = "榆澜县"
_NAME = f"{_PLACE}人民政府"
_WEB_ID = "2945"
_TEMPLATES = "quSyqDUrFfjv1nGRQhEEH"
_OF_COLUMN = {"ColumnName": "政府信息公开年报", "ColumnType": "政府信息公开"}
_UTF_8 = (("Content-Type", "text/html; charset=utf-8"),)
_JSON = (("Content-Type", "application/json;charset=UTF-8"),)


class JpaasSite:
    """The portal of 榆澜县 with the given reports."""

    def __init__(self, reports: Sequence[SampleReport]) -> None:
        rows: list[tuple[Article, SampleReport | None]] = [
            (
                Article(
                    report.spec.title,
                    report.spec.published,
                    report.spec.organ,
                    html_body(report.spec, report.style),
                    report.spec.signed,
                ),
                report,
            )
            for report in reports
        ]
        rows += [(article, None) for article in _others()]
        rows.sort(key=lambda row: (row[0].day, row[0].title))
        self._articles: dict[str, Article] = {}
        self._reports: dict[str, SampleReport] = {}
        for number, (article, report) in reversed(list(enumerate(rows, 4001))):
            path = _path(article.day, number)
            self._articles[path] = article
            if report is not None:
                self._reports[path] = report
        self._rows = [_row(path, article) for path, article in self._articles.items()]

    @property
    def reports(self) -> Mapping[str, SampleReport]:
        """The reports by the paths of their articles."""
        return self._reports

    def respond(self, path: str, query: Mapping[str, str], headers: Mapping[str, str]) -> Response:
        """Answer to a request; nothing here depends on its headers."""
        del headers
        if path == BUILDER:
            return Response(200, _JSON, json.dumps(self._built(query), ensure_ascii=False).encode())
        page = _PAGES.get("/" if path == "/index.html" else path)
        if page is not None:
            return Response(200, _UTF_8, page.encode())
        article = self._articles.get(path)
        if article is not None:
            return Response(200, _UTF_8, _article_page(path, article).encode())
        return Response(404, _UTF_8, _short_page("404", "您访问的页面不存在或已删除。").encode())

    def _built(self, query: Mapping[str, str]) -> Mapping[str, object]:
        asked = (query.get("parseType"), query.get("webId"), query.get("tplSetId"), query.get("pageType"))
        if asked != ("bulidstatic", _WEB_ID, _TEMPLATES, "column"):
            return {"success": False, "code": "500", "data": None, "message": "参数错误"}
        html = ""
        match query.get("pageId"), query.get("tagId"):
            case (page, tag) if (page, tag) == (SECTION_ID, MENU):
                html = _menu()
            case (page, tag) if (page, tag) == (COLUMN_ID, LIST):
                html = self._list(query.get("paramJson", ""))
        return {"success": True, "code": "200", "data": {"html": html}, "message": "生成成功"}

    def _list(self, told: str) -> str:
        """One page of the list; the first, whatever stands outside of paramJson."""
        try:
            asked = json.loads(told or "{}")
        except ValueError:
            asked = {}
        asked = asked if isinstance(asked, dict) else {}
        page = max(1, whole(str(asked.get("pageNo", 1))) or 1)
        size = max(1, min(whole(str(asked.get("pageSize", PAGE_ROWS))) or PAGE_ROWS, 50))
        rows = "\n".join(self._rows[(page - 1) * size : page * size])
        return (
            f'<ul class="list">\n{rows}\n</ul>\n<div class="pagination" '
            f'queryData="{{\'pageId\':\'{COLUMN_ID}\'}}" rows="{size}" count="{len(self._rows)}" '
            f'pageNo="{page}"></div>'
        )


def _path(day: date, number: int) -> str:
    if day.year < FIRST_NEW_YEAR:
        return f"/art/{day.year}/{day.month}/{day.day}/art_{COLUMN_ID}_{number}.html"
    name = hashlib.sha256(f"{number}".encode()).hexdigest()[:32]
    return f"/col/col{COLUMN_ID}/art/{day.year}/art_{name}.html"


def _row(path: str, article: Article) -> str:
    title = escape(article.title)
    return (
        f'<li class="clearfix"><a href="{path}" title="{title}" target="_blank">{title}</a>'
        f"<span>[{article.day:%Y-%m-%d}]</span></li>"
    )


def _others() -> tuple[Article, ...]:
    office = f"{_PLACE}人民政府办公室"
    return (
        Article(
            "关于做好2023年度政府信息公开工作年度报告编制发布工作的通知",
            date(2023, 12, 29),
            office,
            "<p>各单位请按时完成年度报告的编制。</p>",
        ),
        Article(
            f"图解{_NAME}2022年政府信息公开工作年度报告",
            date(2023, 4, 4),
            office,
            '<p><img src="/picture/2.png" alt="图解"></p>',
        ),
        Article(
            f"{_PLACE}水务局2023年法治政府建设年度报告",
            date(2024, 3, 1),
            f"{_PLACE}水务局",
            "<p>一、工作开展情况</p><p>开展水法规宣传四次。</p>",
        ),
    )


def _unit(tag: str, page: str) -> str:
    data = {
        "parseType": "bulidstatic",
        "webId": _WEB_ID,
        "tplSetId": _TEMPLATES,
        "pageType": "column",
        "tagId": tag,
        "editType": "null",
        "pageId": page,
    }
    told = "{" + ",".join(f"'{key}':'{value}'" for key, value in data.items()) + "}"
    return (
        f'<div id="{tag}"><script src="/script/default/unitbuild.js?v=3" url="{BUILDER}" '
        f'queryData="{escape(told)}"></script></div>'
    )


def _frame(title: str, content: str, *, meta: str = "", trail: str = "") -> str:
    return f"""<!DOCTYPE html>
<html>
<head>
<meta charset="utf-8">
{meta}<title>{escape(title)}</title>
<meta name="SiteName" content="{_NAME}">
<meta name="SiteIDCode" content="9901520003">
</head>
<body>
<div class="head"><a href="/">首页</a> <a href="/col/col1229800001/index.html">新闻中心</a>
<a href="{SECTION}">政府信息公开</a> <a href="/col/col1229800002/index.html">办事服务</a>
<a href="/col/col1229800003/index.html">互动交流</a></div>
<div class="weizhi">您现在的位置：<a href="/">首页</a>{trail}</div>
{content}
<div class="foot">主办：{_PLACE}人民政府办公室　网站标识码：9901520003</div>
</body>
</html>
"""


def _short_page(title: str, text: str) -> str:
    return _frame(title, f"<h2>{escape(title)}</h2><p>{escape(text)}</p>")


def _menu() -> str:
    entries = (
        ("政府信息公开指南", "/col/col1229800101/index.html"),
        ("政府信息公开制度", "/col/col1229800102/index.html"),
        ("法定主动公开内容", "/col/col1229800103/index.html"),
        ("政府信息公开年报", COLUMN),
    )
    return "<ul>" + "".join(f'<li><a href="{path}">{name}</a></li>' for name, path in entries) + "</ul>"


def _section() -> str:
    news = "".join(
        f'<li><a href="/art/2025/3/{day}/art_1229800001_{day}.html">{title}</a>'
        f"<span>2025-03-{day}</span></li>"
        for day, title in ((28, "榆澜县春灌工作全面展开"), (26, "榆澜县图书馆新馆开放"))
    )
    return _frame(
        "政府信息公开",
        f"""{_unit(MENU, SECTION_ID)}
<div id="{NEWS}"><ul>{news}</ul>
<table class="pagination" querydata="{{'webId':'{_WEB_ID}','pageId':'{SECTION_ID}','tagId':'{NEWS}'}}"
 uniturl="{BUILDER}" count="2" rows="15" pageno="1"></table></div>""",
        trail=" &gt; 政府信息公开",
    )


def _column() -> str:
    return _frame(
        f"政府信息公开年报 - {_NAME}",
        f'<div class="main">{_unit(LIST, COLUMN_ID)}</div>',
        trail=" &gt; 政府信息公开 &gt; 政府信息公开年报",
    )


def _article_page(path: str, article: Article) -> str:
    return _frame(
        article.title,
        article_content(path, article, "990152000"),
        meta=labels(article, _OF_COLUMN),
        trail=" &gt; 政府信息公开 &gt; 政府信息公开年报",
    )


_PAGES: Mapping[str, str] = {
    "/": _frame(_NAME, '<div class="banner">榆澜欢迎您</div>'),
    SECTION: _section(),
    COLUMN: _column(),
    "/col/col1229800101/index.html": _short_page("政府信息公开指南", "说明公众如何获取政府信息。"),
    "/col/col1229800102/index.html": _short_page("政府信息公开制度", "此处公布信息公开制度。"),
    "/col/col1229800103/index.html": _short_page("法定主动公开内容", "机构职能、预算决算等。"),
}

RECIPE = Recipe(
    number=4,
    id="sample-jpaas",
    place=_PLACE,
    family="jpaas",
    bodies=10,
    years=range(2021, 2025),
    site=JpaasSite,
)
