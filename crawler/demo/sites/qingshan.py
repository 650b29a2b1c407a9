"""青杉市: a portal of static lists whose pager exists only in JavaScript, as the TRS family builds them.

What it does on purpose: the column's root is a jump shell; news, a notice, a picture story, a report of the
province above and another kind of annual report stand in the column; the page after the last one answers 200
and sends the browser back; the class of the report's container is used by the banner too; header and footer
print other dates; one link promises the column on a host that is not the portal's.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from html import escape

from crawler.demo.pages import html_body
from crawler.demo.province import SampleReport
from crawler.demo.web import Article, Response, dated
from crawler.demo.writer import compose
from crawler.report.model import Kind

PAGE_ROWS = 9
COLUMN = "/zwgk/zfxxgknb/bmnb/"
FIRST_ID = 1001

_NAME = "青杉市人民政府"
_UTF_8 = (("Content-Type", "text/html; charset=utf-8"),)


class TrsSite:
    """The portal of 青杉市 with the given reports; withheld ones are not there."""

    def __init__(self, reports: Sequence[SampleReport]) -> None:
        articles = sorted((*_reports(reports), *_others()), key=lambda article: (article.day, article.title))
        rows = [
            (f"{article.day:%Y%m}/t{article.day:%Y%m%d}_{number}.html", article)
            for number, article in enumerate(articles, FIRST_ID)
        ]
        rows.reverse()  # newest first
        self.articles: Mapping[str, Article] = {COLUMN + name: article for name, article in rows}
        self._pages = {
            "/": _home(),
            "/zwgk/zfxxgk/": _disclosure_page(),
            "/zwgk/zfxxgk/zn/": _short_page("政府信息公开指南", "本指南说明公众如何获取青杉市的政府信息。"),
            "/zwgk/zfxxgk/zd/": _short_page("政府信息公开制度", "此处集中公布青杉市的政府信息公开制度。"),
            "/zwgk/zfxxgk/fdzdgknr/": _short_page("法定主动公开内容", "机构职能、规划计划和预算决算等内容。"),
            "/zwgk/zfxxgknb/": _jump_shell(),
            "/xwzx/": _short_page("新闻中心", "青杉河绿道二期建成开放，全长六公里。"),
            **_list_pages(rows),
        }

    def respond(self, path: str, query: Mapping[str, str], headers: Mapping[str, str]) -> Response:
        """Answer to a request; a directory without its last slash is sent there."""
        del query  # static files
        if path == "/robots.txt":
            rules = b"User-agent: *\nDisallow: /search/\nAllow: /\n"
            return Response(200, (("Content-Type", "text/plain"),), rules)
        page = self._pages.get(path.removesuffix("index.html"), self._pages.get(path))
        if page is not None:
            return Response(200, _UTF_8, page.encode())
        if f"{path}/" in self._pages:
            return Response(301, (("Location", f"{path}/"),), b"")
        if path.startswith(f"{COLUMN}index_"):
            back = '<html><head><meta http-equiv="refresh" content="0;url=./"></head><body></body></html>'
            return Response(200, _UTF_8, back.encode())
        article = self.articles.get(path)
        if article is None:
            return Response(404, _UTF_8, _short_page("404", "您访问的页面不存在或已删除。").encode())
        return dated(Response(200, _UTF_8, _article_page(article).encode()), article.day, headers)


def _reports(reports: Sequence[SampleReport]) -> list[Article]:
    return [
        Article(
            report.spec.title,
            report.spec.published,
            report.spec.organ,
            html_body(report.spec, report.style),
        )
        for report in reports
        if not report.spec.withheld
    ]


def _others() -> tuple[Article, ...]:
    """What stands in the column although it is no report of this portal's bodies."""
    above = compose("云岭省人民政府", Kind.GOVERNMENT, 2023, site="云岭省人民政府门户网站")
    return (
        Article(
            "关于做好2023年度政府信息公开工作年度报告编制和发布工作的通知",
            date(2024, 1, 5),
            "青杉市人民政府办公室",
            "<p>各单位：请于1月20日前完成年度报告初稿，送市政府办公室审核后统一发布。</p>",
        ),
        Article(
            "一图读懂青杉市人民政府2023年政府信息公开工作年度报告",
            date(2024, 3, 18),
            "青杉市人民政府办公室",
            '<p><img src="./W020240318_1.png" alt="一图读懂"></p>',
        ),
        Article(
            "青杉市召开政府信息公开工作年度报告编制培训会",
            date(2023, 12, 28),
            "青杉日报",
            "<p>12月28日上午，全市政府信息公开工作年度报告编制培训会在市民中心举行，六十余人参加。</p>",
        ),
        Article(
            above.title,
            date(2024, 3, 25),
            above.organ,
            html_body(above),
        ),
        Article(
            "青杉市水务局2023年法治政府建设年度报告",
            date(2024, 2, 2),
            "青杉市水务局",
            "<p>一、主要举措和成效</p><p>组织学习水法规，办理水事纠纷九起。</p><p>二、存在的不足</p><p>执法力量偏弱。</p>",
        ),
    )


def _frame(title: str, content: str, *, meta: str = "", trail: str = "") -> str:
    return f"""<!DOCTYPE html>
<html>
<head>
<meta charset="utf-8">
<title>{escape(title)}</title>
<meta name="SiteName" content="{_NAME}">
<meta name="SiteDomain" content="www.qingshan.example">
<meta name="SiteIDCode" content="9901000001">
{meta}</head>
<body>
<div class="topbar">今天是2019年12月3日 星期二 晴</div>
<div class="banner"><div class="TRS_Editor"><img src="/images/banner.jpg" alt="{_NAME}"></div></div>
<div class="nav"><a href="/">首页</a> <a href="/xwzx/">新闻中心</a>
<a href="/zwgk/zfxxgk/">政府信息公开</a></div>
<div class="CurrChnlCls">当前位置：<a href="/">首页</a>{trail}</div>
{content}
<div class="footer">主办：青杉市人民政府办公室　网站标识码：9901000001　备案日期：2016年5月20日</div>
</body>
</html>
"""


def _home() -> str:
    news = "".join(
        f'<li><a href="/xwzx/">{title}</a><span>{day}</span></li>'
        for title, day in (
            ("青杉河绿道二期建成开放", "2024-04-02"),
            ("全市防汛演练在雨燕街道举行", "2024-04-01"),
        )
    )
    return _frame(
        _NAME,
        f"""<ul class="news">{news}</ul>
<div class="entrance"><a href="./zwgk/zfxxgk/">政府信息公开</a></div>
<div class="links"><a href="http://mirror.qingshan.invalid/zwgk/zfxxgknb/">政府信息公开年报</a></div>""",
    )


def _disclosure_page() -> str:
    return _frame(
        "政府信息公开",
        """<ul class="column">
<li><a href="./zn/">政府信息公开指南</a></li>
<li><a href="./zd/">政府信息公开制度</a></li>
<li><a href="./fdzdgknr/">法定主动公开内容</a></li>
<li><a href="../zfxxgknb/">政府信息公开年报</a></li>
</ul>""",
        trail=" &gt; 政府信息公开",
    )


def _jump_shell() -> str:
    return (
        '<html><head><meta charset="utf-8"><title>政府信息公开年报</title></head>\n'
        "<body><script>location.replace('./bmnb/')</script></body></html>\n"
    )


def _short_page(title: str, text: str) -> str:
    return _frame(title, f"<h1>{escape(title)}</h1><p>{escape(text)}</p>")


def _list_pages(rows: Sequence[tuple[str, Article]]) -> dict[str, str]:
    count = -(-len(rows) // PAGE_ROWS)
    pages = {}
    for number in range(count):
        items = "\n".join(
            f'<li><a href="./{name}" target="_blank">{escape(article.title)}</a>'
            f"<span>{article.day:%Y-%m-%d}</span></li>"
            for name, article in rows[number * PAGE_ROWS : (number + 1) * PAGE_ROWS]
        )
        name = f"index_{number}.html" if number else ""
        pages[COLUMN + name] = _frame(
            f"政府信息公开年报_{_NAME}",
            f"""<ul class="list">
{items}
</ul>
<div class="page"><script type="text/javascript">
var currentPage = {number};
var countPage = {count};
function createPageHTML(pages, current, stem, extension) {{
  for (var i = 0; i < pages; i++) {{
    document.write('<a href="' + stem + (i ? '_' + i : '') + '.' + extension + '">' + (i + 1) + '</a>');
  }}
}}
createPageHTML({count}, {number}, "index", "html");
</script></div>""",
            meta='<meta name="ColumnName" content="政府信息公开年报">\n',
            trail=" &gt; 政府信息公开 &gt; 政府信息公开年报",
        )
    return pages


def _article_page(article: Article) -> str:
    title = escape(article.title)
    return _frame(
        article.title,
        f"""<div class="article">
<h1>{title}</h1>
<div class="info">发布日期：{article.day:%Y-%m-%d}　来源：{escape(article.source)}　字号：大 中 小</div>
<div class="TRS_Editor">
{article.body}
</div>
</div>""",
        meta=(
            f'<meta name="ArticleTitle" content="{title}">\n'
            f'<meta name="PubDate" content="{article.day:%Y-%m-%d} 10:20">\n'
            f'<meta name="ContentSource" content="{escape(article.source)}">\n'
            '<meta name="ColumnName" content="政府信息公开年报">\n'
            '<meta name="ColumnType" content="政务公开">\n'
        ),
        trail=" &gt; 政府信息公开 &gt; 政府信息公开年报",
    )
