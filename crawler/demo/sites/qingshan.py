"""青杉市: a portal of static lists whose pager exists only in JavaScript, as the TRS family builds them.

What it does on purpose: the column's root is a jump shell; news, a notice, a picture story, a report of the
province above and another kind of annual report stand in the column; the page after the last one answers 200
and sends the browser back; the class of the report's container is used by the banner too; header and footer
print other dates; one link promises the column on a host that is not the portal's.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from crawler.demo.pages import html_body
from crawler.demo.province import SampleReport
from crawler.demo.sites.trs_pages import (
    DISCLOSURE,
    NEWS,
    Row,
    TrsPages,
    article_of,
    counted_and_called,
    dated_html,
    past_the_end,
    robots,
    script_shell,
    static_page,
)
from crawler.demo.web import Article, Response
from crawler.demo.writer import compose
from crawler.report.model import Kind

PAGE_ROWS = 9
COLUMN = "/zwgk/zfxxgknb/bmnb/"
FIRST_ID = 1001

_PAGES = TrsPages("青杉市人民政府", "www.qingshan.example", "9901000001")
_NEWS = {"青杉河绿道二期建成开放": "2024-04-02", "全市防汛演练在雨燕街道举行": "2024-04-01"}
_ELSEWHERE = """
<div class="links"><a href="http://mirror.qingshan.invalid/zwgk/zfxxgknb/">政府信息公开年报</a></div>"""


class TrsSite:
    """The portal of 青杉市 with the given reports; withheld ones are not there."""

    def __init__(self, reports: Sequence[SampleReport]) -> None:
        published = [article_of(report) for report in reports if not report.spec.withheld]
        articles = sorted((*published, *_others()), key=lambda article: (article.day, article.title))
        rows = [
            (f"{article.day:%Y%m}/t{article.day:%Y%m%d}_{number}.html", article)
            for number, article in enumerate(articles, FIRST_ID)
        ]
        rows.reverse()  # newest first
        self.articles: Mapping[str, Article] = {COLUMN + name: article for name, article in rows}
        listed = [Row(f"./{name}", article.title, article.day) for name, article in rows]
        self._pages = {
            "/": _PAGES.home(_NEWS, _ELSEWHERE),
            DISCLOSURE: _PAGES.disclosure('<li><a href="../zfxxgknb/">政府信息公开年报</a></li>'),
            **_PAGES.beside_reports(),
            "/zwgk/zfxxgknb/": script_shell("./bmnb/"),
            NEWS: _PAGES.short_page("新闻中心", "青杉河绿道二期建成开放，全长六公里。"),
            **_PAGES.list_pages(COLUMN, listed, PAGE_ROWS, counted_and_called),
        }

    def respond(self, path: str, query: Mapping[str, str], headers: Mapping[str, str]) -> Response:
        """Answer to a request; a directory without its last slash is sent there."""
        del query  # static files
        if path == "/robots.txt":
            return robots()
        article = self.articles.get(path)
        if article is not None:
            return dated_html(_PAGES.article_page(article), article.day, headers)
        return static_page(self._pages, path) or past_the_end(self._pages, path) or _PAGES.not_found()


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
