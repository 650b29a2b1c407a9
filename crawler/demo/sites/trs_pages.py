"""What the sample portals on TRS WCM share: how it prints pages, and how its static files are served."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from html import escape
from typing import NamedTuple

from crawler.demo.pages import html_body
from crawler.demo.province import SampleReport
from crawler.demo.web import Article, Response, dated

DISCLOSURE = "/zwgk/zfxxgk/"
NEWS = "/xwzx/"
COLUMN_TRAIL = " &gt; 政府信息公开 &gt; 政府信息公开年报"

_UTF_8 = (("Content-Type", "text/html; charset=utf-8"),)
_BACK = '<html><head><meta http-equiv="refresh" content="0;url=./"></head><body></body></html>'


class Row(NamedTuple):
    """A row of a list: where it leads, relative to the list's folder, and what it shows."""

    href: str
    title: str
    day: date


Pager = Callable[[int, int], str]
"""From the number of pages and the place of this one, from 0, to what the page's script says."""


def counted(count: int, number: int) -> str:
    """A pager that knows nothing but variables; the code that prints links reads them."""
    return f"""var currentPage = {number};
var countPage = {count};
for (var i = 0; i < countPage; i++) {{
  document.write('<a href="index' + (i ? '_' + i : '') + '.html">' + (i + 1) + '</a>');
}}"""


def called(count: int, number: int) -> str:
    """A pager that is one call of a function from another file."""
    return f'createPageHTML({count}, {number}, "index", "html");'


def counted_and_called(count: int, number: int) -> str:
    """Variables, the function and its call on the page itself."""
    return f"""var currentPage = {number};
var countPage = {count};
function createPageHTML(pages, current, stem, extension) {{
  for (var i = 0; i < pages; i++) {{
    document.write('<a href="' + stem + (i ? '_' + i : '') + '.' + extension + '">' + (i + 1) + '</a>');
  }}
}}
{called(count, number)}"""


@dataclass(frozen=True, slots=True)
class TrsPages:
    """The pages of one portal: who it is, and how each kind of page is printed."""

    name: str
    domain: str
    code: str  # the portal's identification, as its footer prints it

    def frame(self, title: str, content: str, *, meta: str = "", trail: str = "") -> str:
        """A page with the portal's header and footer; both print dates that are nobody's."""
        return f"""<!DOCTYPE html>
<html>
<head>
<meta charset="utf-8">
<title>{escape(title)}</title>
<meta name="SiteName" content="{self.name}">
<meta name="SiteDomain" content="{self.domain}">
<meta name="SiteIDCode" content="{self.code}">
{meta}</head>
<body>
<div class="topbar">今天是2019年12月3日 星期二 晴</div>
<div class="banner"><div class="TRS_Editor"><img src="/images/banner.jpg" alt="{self.name}"></div></div>
<div class="nav"><a href="/">首页</a> <a href="{NEWS}">新闻中心</a>
<a href="{DISCLOSURE}">政府信息公开</a></div>
<div class="CurrChnlCls">当前位置：<a href="/">首页</a>{trail}</div>
{content}
<div class="footer">主办：{self.name}办公室　网站标识码：{self.code}　备案日期：2016年5月20日</div>
</body>
</html>
"""

    def short_page(self, title: str, text: str) -> str:
        """A page of one sentence."""
        return self.frame(title, f"<h1>{escape(title)}</h1><p>{escape(text)}</p>")

    def home(self, news: Mapping[str, str], more: str = "", root: str = ".") -> str:
        """The home page: headlines with their days, and by way of `root` to the disclosure section."""
        rows = "".join(
            f'<li><a href="{NEWS}">{title}</a><span>{day}</span></li>' for title, day in news.items()
        )
        return self.frame(
            self.name,
            f"""<ul class="news">{rows}</ul>
<div class="entrance"><a href="{root}{DISCLOSURE}">政府信息公开</a></div>{more}""",
        )

    def disclosure(self, columns: str) -> str:
        """The disclosure section: what the law wants there, and the `columns` of reports."""
        return self.frame(
            "政府信息公开",
            f"""<ul class="column">
<li><a href="./zn/">政府信息公开指南</a></li>
<li><a href="./zd/">政府信息公开制度</a></li>
<li><a href="./fdzdgknr/">法定主动公开内容</a></li>
{columns}
</ul>""",
            trail=" &gt; 政府信息公开",
        )

    def beside_reports(self) -> dict[str, str]:
        """Pages of the disclosure section that hold no report, by path."""
        place = self.name.removesuffix("人民政府")
        rules = f"此处集中公布{place}的政府信息公开制度。"
        return {
            f"{DISCLOSURE}zn/": self.short_page(
                "政府信息公开指南", f"本指南说明公众如何获取{place}的政府信息。"
            ),
            f"{DISCLOSURE}zd/": self.short_page("政府信息公开制度", rules),
            f"{DISCLOSURE}fdzdgknr/": self.short_page(
                "法定主动公开内容", "机构职能、规划计划和预算决算等内容。"
            ),
        }

    def list_pages(
        self,
        folder: str,
        rows: Sequence[Row],
        size: int,
        pager: Pager,
        *,
        title: str = "政府信息公开年报",
        trail: str = COLUMN_TRAIL,
        shown: int = 1000,
    ) -> dict[str, str]:
        """The pages of a list by path, with `size` rows each; titles longer than `shown` are cut."""
        count = max(1, -(-len(rows) // size))
        pages = {}
        for number in range(count):
            items = "\n".join(
                f'<li><a href="{row.href}" target="_blank">{escape(_cut(row.title, shown))}</a>'
                f"<span>{row.day:%Y-%m-%d}</span></li>"
                for row in rows[number * size : (number + 1) * size]
            )
            name = f"index_{number}.html" if number else ""
            pages[folder + name] = self.frame(
                f"{title}_{self.name}",
                f"""<ul class="list">
{items}
</ul>
<div class="page"><script type="text/javascript">
{pager(count, number)}
</script></div>""",
                meta=f'<meta name="ColumnName" content="{title}">\n',
                trail=trail,
            )
        return pages

    def article_page(self, article: Article, *, trail: str = COLUMN_TRAIL, after: str = "") -> str:
        """An article; `after` stands below its text."""
        title = escape(article.title)
        return self.frame(
            article.title,
            f"""<div class="article">
<h1>{title}</h1>
<div class="info">发布日期：{article.day:%Y-%m-%d}　来源：{escape(article.source)}　字号：大 中 小</div>
<div class="TRS_Editor">
{article.body}
</div>{after}
</div>""",
            meta=(
                f'<meta name="ArticleTitle" content="{title}">\n'
                f'<meta name="PubDate" content="{article.day:%Y-%m-%d} 10:20">\n'
                f'<meta name="ContentSource" content="{escape(article.source)}">\n'
                '<meta name="ColumnName" content="政府信息公开年报">\n'
                '<meta name="ColumnType" content="政务公开">\n'
            ),
            trail=trail,
        )

    def not_found(self) -> Response:
        """What stands where nothing is."""
        return html(self.short_page("404", "您访问的页面不存在或已删除。"), 404)


def script_shell(target: str) -> str:
    """A page that is nothing but a jump, by script."""
    return (
        '<html><head><meta charset="utf-8"><title>政府信息公开年报</title></head>\n'
        f"<body><script>location.replace('{target}')</script></body></html>\n"
    )


def refresh_shell(target: str) -> str:
    """A page that is nothing but a jump, by meta refresh."""
    return (
        f'<html>\n<head><META HTTP-EQUIV="REFRESH" CONTENT="0; URL={target}"></head>\n<body></body></html>\n'
    )


def article_of(report: SampleReport) -> Article:
    """The article that holds a report."""
    spec = report.spec
    return Article(spec.title, spec.published, spec.organ, html_body(spec, report.style))


def html(page: str, status: int = 200) -> Response:
    """A page as it is answered."""
    return Response(status, _UTF_8, page.encode())


def static_page(pages: Mapping[str, str], path: str) -> Response | None:
    """The file at `path`, or what a web server says of a folder without its last slash; None for no file."""
    page = pages.get(path.removesuffix("index.html"), pages.get(path))
    if page is not None:
        return html(page)
    return Response(301, (("Location", f"{path}/"),), b"") if f"{path}/" in pages else None


def past_the_end(pages: Mapping[str, str], path: str) -> Response | None:
    """What comes for a page after a list's last one: 200, and the browser is sent back to the first."""
    folder, _, name = path.rpartition("/")
    return html(_BACK) if name.startswith("index_") and f"{folder}/" in pages else None


def dated_html(page: str, day: date, headers: Mapping[str, str]) -> Response:
    """A page that the server may say is as it was."""
    return dated(html(page), day, headers)


def robots(rules: str = "User-agent: *\nDisallow: /search/\nAllow: /\n") -> Response:
    """The portal's robots.txt."""
    return Response(200, (("Content-Type", "text/plain"),), rules.encode())


def _cut(title: str, shown: int) -> str:
    return title if len(title) <= shown else f"{title[:shown]}…"
