"""What the sample portals on Hanweb's systems share: how rows are stored and paged, what an article is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import NamedTuple
from urllib.parse import quote

from crawler.demo.web import Article

DATA_PROXY = "/module/web/jpage/dataproxy.jsp"
NO_ROWS = "<datastore><recordset></recordset></datastore>"
XML = (("Content-Type", "text/xml;charset=UTF-8"),)


class Unit(NamedTuple):
    """One list on a page, and the names by which the proxy knows it."""

    column: str
    unit: str
    web: str
    name: str  # of the portal

    def next_group(self) -> str:
        """Where the store says that further rows are."""
        return (
            f'<a href="{DATA_PROXY}?page=1&appid=1&webid={self.web}&path=/&columnid={self.column}'
            f'&unitid={self.unit}&webname={quote(self.name)}&permissiontype=0"></a>'
        )

    def store(self, records: Sequence[str], counts: str = "") -> str:
        """Rows as the page and the proxy give them; the page's own counts stand in its script."""
        rows = "\n".join(f"<record><![CDATA[\n{record}]]></record>" for record in records)
        return (
            f"<datastore>\n{counts}<nextgroup><![CDATA[{self.next_group()}]]></nextgroup>\n"
            f"<recordset>\n{rows}\n</recordset></datastore>"
        )

    def on_page(self, records: Sequence[str], total: int, page_rows: int) -> str:
        """The list as its column page holds it: the first rows, and the script that pages them."""
        return f"""<div id="{self.unit}" class="default_pgContainer">
<script type="text/xml">{self.store(records)}</script>
</div>
<script type="text/javascript">
$(function () {{ $("#{self.unit}").jpage({{
  totalRecord: {total}, perPage: {page_rows}, openCookies: true, showMode: 'full',
  proxyUrl: '{DATA_PROXY}',
  params: {{ col: 1, appid: '1', webid: '{self.web}', path: '/', columnid: '{self.column}',
    sourceContentType: '1', unitid: '{self.unit}', webname: '{self.name}', permissiontype: 0 }}
}}); }});
</script>"""


def record(path: str, article: Article, shown: int) -> str:
    """A row; its text is cut after `shown` characters, the whole title stands in the attribute."""
    title = article.title
    text = title if len(title) <= shown else f"{title[:shown]}..."
    return (
        f'<li><a href="{path}" title="{escape(title)}" target="_blank">{escape(text)}</a>'
        f"<span>{article.day:%Y-%m-%d}</span></li>"
    )


def counts(total: int, size: int) -> str:
    """What the proxy says of the length of a list."""
    return f"<totalrecord>{total}</totalrecord><totalpage>{-(-total // size)}</totalpage>"


def whole(text: str | None) -> int | None:
    """A parameter as a number, None where it is none."""
    return int(text) if text is not None and text.isascii() and text.isdigit() and len(text) < 10 else None


def labels(article: Article, column: Mapping[str, str]) -> str:
    """The labels of an article; a page made with a template of its own may lack those that are its own."""
    named = {"Maketime": f"{article.day:%Y-%m-%d} 10:22:31", **column}
    if article.labelled:
        named |= {
            "ArticleTitle": article.title,
            "PubDate": f"{article.day:%Y-%m-%d} 10:22",
            "ContentSource": article.source,
        }
    return "".join(f'<meta name="{name}" content="{escape(text)}">\n' for name, text in named.items())


def article_content(path: str, article: Article, code: str) -> str:
    """An article between its frame: a table of metadata, then the text between the system's marks."""
    signed = article.signed or article.day
    number = path.rsplit("_", 1)[1].removesuffix(".html")
    return f"""<table class="xxgk" border="1" width="100%">
<tr><td>索引号</td><td>{code}/{article.day.year}-0{number}</td>
<td>组配分类</td><td>政府信息公开年报</td></tr>
<tr><td>发布机构</td><td>{escape(article.source)}</td>
<td>生成日期</td><td>{signed:%Y-%m-%d}</td></tr>
</table>
<h2 class="title">{escape(article.title)}</h2>
<div class="info">发布日期：{article.day:%Y-%m-%d}　浏览次数：318　【打印】</div>
<div id="zoom">
<!--ZJEG_RSS.content.begin--><meta name="ContentStart">
{article.body}
<meta name="ContentEnd"><!--ZJEG_RSS.content.end-->
</div>"""
