"""梧溪县: static lists whose page numbers run down, and a dynamic one, as 博达 VSB builds them.

What it does on purpose: the second page of eight is zfxxgknb/7.htm, the last zfxxgknb/1.htm, and no link
leads there, only the words "1/8" and a call in a script; towns have a list of their own, list.jsp with
PAGENUM; some reports are nothing but a file behind download.jsp?…wbfileid=, an address without extension, and
some rows lead to such a file at once; notices, picture stories and meeting news stand between.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from html import escape
from typing import NamedTuple
from urllib.parse import quote

from crawler.demo.docx import docx_file
from crawler.demo.pages import html_body
from crawler.demo.printing import plain
from crawler.demo.province import SampleReport
from crawler.demo.sites.recipe import Recipe
from crawler.demo.web import Response, dated
from crawler.report.model import Kind

COLUMN = "/zfxxgk/zfxxgknb.htm"
TOWNS = "/list.jsp?urltype=tree.TreeTempUrl&wbtreeid=1155"
DOWNLOAD = "/system/_content/download.jsp?urltype=news.DownloadAttachUrl&owner=1523667&wbfileid="
PAGE_ROWS = 10
FIRST_ID = 62001

_NAME = "梧溪县人民政府"
_HTML = (("Content-Type", "text/html; charset=UTF-8"),)
_TREES = {False: 1154, True: 1155}
_FILE_ONLY, _ROW_IS_FILE = 7, 11
"""One report in so many is a file, behind its page or at its row."""


class _Entry(NamedTuple):
    """A row of a list and what it leads to."""

    title: str
    day: date
    href: str
    report: SampleReport | None = None


class VsbSite:
    """The portal of 梧溪县 with the given reports."""

    def __init__(self, reports: Sequence[SampleReport]) -> None:
        self.reports: dict[str, SampleReport] = {}
        self._articles: dict[str, _Entry] = {}
        self._files: dict[str, SampleReport] = {}
        lists = {towns: self._entries(reports, towns=towns) for towns in (False, True)}
        self._towns = lists[True]
        self._pages = {
            "/": _home(),
            "/index.htm": _home(),
            "/zfxxgk.htm": _disclosure(),
            "/xwzx.htm": _news(),
        }
        self._pages |= _falling(lists[False])

    def respond(self, path: str, query: Mapping[str, str], headers: Mapping[str, str]) -> Response:
        """Answer to a request: static files, the list of the towns and the files behind pages."""
        if path == "/list.jsp" and query.get("wbtreeid") == str(_TREES[True]):
            return _html(self._town_page(query.get("PAGENUM", "1")))
        if path == DOWNLOAD.partition("?")[0]:
            return self._file(query.get("wbfileid", ""), headers)
        page = self._pages.get(path)
        if page is not None:
            return _html(page)
        entry = self._articles.get(path)
        if entry is None:
            return _html(_frame("404", "<p>您访问的页面不存在。</p>"), 404)
        return dated(_html(self._article(entry)), entry.day, headers)

    def _entries(self, reports: Sequence[SampleReport], *, towns: bool) -> list[_Entry]:
        """The rows of one list, newest first, as it enters them."""
        own = [report for report in reports if (report.body.kind is Kind.TOWNSHIP) == towns]
        own.sort(key=lambda report: (report.spec.published, report.spec.title))
        entries = []
        for number, report in enumerate(own):
            file = str(17_000 + number + 500 * towns)
            article = f"/info/{_TREES[towns]}/{FIRST_ID + number}.htm"
            href = article if number % _ROW_IS_FILE != _ROW_IS_FILE - 1 else f"{DOWNLOAD}{file}"
            if href != article or number % _FILE_ONLY == _FILE_ONLY - 1:
                self._files[file] = report
            entry = _Entry(report.spec.title, report.spec.published, href, report)
            self.reports[href] = report
            self._articles[article] = entry
            entries.append(entry)
        for number, (title, day) in enumerate(_others(sorted({report.spec.year for report in own}), towns)):
            href = f"/info/{_TREES[towns]}/{FIRST_ID + 900 + number}.htm"
            self._articles[href] = _Entry(title, day, href)
            entries.append(self._articles[href])
        return sorted(entries, key=lambda entry: (entry.day, entry.title), reverse=True)

    def _town_page(self, asked: str) -> str:
        """A page of the dynamic list; a number that there is none for is the last or the first."""
        count = -(-len(self._towns) // PAGE_ROWS)
        number = max(
            1, min(int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 6 else 1, count)
        )
        rows = self._towns[(number - 1) * PAGE_ROWS : number * PAGE_ROWS]
        query = f"urltype=tree.TreeTempUrl&amp;wbtreeid={_TREES[True]}"
        onward = (
            f'<a href="?totalpage={count}&amp;PAGENUM={number + 1}&amp;{query}" class="Next">下页</a>'
            f'<a href="?totalpage={count}&amp;PAGENUM={count}&amp;{query}" class="Next">尾页</a>'
            if number < count
            else '<span class="NextDisabled">下页</span><span class="NextDisabled">尾页</span>'
        )
        pager = f"<tr><td>共{len(self._towns)}条&nbsp;&nbsp;{number}/{count}&nbsp;</td><td>{onward}</td></tr>"
        return _frame(
            "乡镇年报", f'{_rows(rows, "/")}<table class="headStyle">{pager}</table>', trail=" &gt; 乡镇年报"
        )

    def _article(self, entry: _Entry) -> str:
        report = entry.report
        if report is None:
            body = "<p>详情请见附件，或向县政府办公室了解。</p>"
        elif file := next((file for file, held in self._files.items() if held is report), None):
            name = escape(f"{entry.title}.docx")
            link = f'<a href="{escape(DOWNLOAD + file)}" target="_blank">{name}</a>'
            body = f"<p>全文见附件。</p>\n<p>附件【{link}】已下载次</p>"
        else:
            body = html_body(report.spec, report.style)
        title = escape(entry.title)
        return _frame(
            entry.title,
            f"""<form name="_newscontent_fromname"><div class="content-title"><h3>{title}</h3>
<i>时间：{entry.day:%Y-%m-%d}　　浏览：</i></div>
<div id="vsb_content_2"><div class="v_news_content">
{body}
</div></div></form>""",
            meta=(
                f'<META Name="keywords" Content="{_NAME},{title}" />\n'
                f'<meta name="PubDate" content="{entry.day:%Y-%m-%d} 09:12">\n'
                f'<meta name="ArticleTitle" content="{title}">\n'
            ),
            trail=" &gt; 政府信息公开年报 &gt; 正文",
        )

    def _file(self, number: str, headers: Mapping[str, str]) -> Response:
        report = self._files.get(number)
        if report is None:
            return _html(_frame("404", "<p>文件不存在。</p>"), 404)
        named = f"attachment; filename*=UTF-8''{quote(report.spec.title)}.docx"
        kind = (("Content-Type", "application/octet-stream"), ("Content-Disposition", named))
        return dated(Response(200, kind, docx_file(plain(report.spec))), report.spec.published, headers)


def _others(years: Sequence[int], towns: bool) -> list[tuple[str, date]]:
    """What stands in a list although it is no report."""
    found = []
    for year in years:
        found.append((f"梧溪县召开{year}年政府信息公开工作年度报告编制培训会", date(year + 1, 1, 8)))
        if not towns:
            found.append((f"关于报送{year}年度政府信息公开工作年度报告的通知", date(year, 12, 19)))
            found.append((f"一图读懂{_NAME}{year}年政府信息公开工作年度报告", date(year + 1, 4, 2)))
    return found


def _html(page: str, status: int = 200) -> Response:
    return Response(status, _HTML, page.encode())


def _frame(title: str, content: str, *, meta: str = "", trail: str = "") -> str:
    return f"""<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Transitional//EN"
 "http://www.w3.org/TR/xhtml1/DTD/xhtml1-transitional.dtd">
<HTML><HEAD><TITLE>{escape(title)}-{_NAME}</TITLE>
<META content="text/html; charset=UTF-8" http-equiv="Content-Type">
{meta}<!--Announced by Visual SiteBuilder 9-->
<script language="javascript" src="/system/resource/js/counter.js"></script>
<script language="javascript">var _jsq_ = 1; _sitegray_ = 0;</script>
</HEAD>
<BODY>
<div class="header">{_NAME}　2019年12月3日 星期二</div>
<ul class="nav"><li><a href="/index.htm">网站首页</a></li><li><a href="/xwzx.htm">新闻中心</a></li>
<li><a href="/zfxxgk.htm">政府信息公开</a></li></ul>
<div class="winstyle_position">您的位置：<a href="/index.htm">首页</a>{trail}</div>
{content}
<div class="footer">主办：{_NAME}办公室　网站标识码：9901280001
<a href="/wzdt.htm">网站地图和联系方式</a></div>
</BODY></HTML>
"""


def _rows(entries: Sequence[_Entry], root: str) -> str:
    """Rows of a list whose page lies at `root` of the portal, as relative links."""
    items = "\n".join(
        f'<li id="line_u8_{number}"><a href="{escape(root + entry.href[1:])}" target="_blank"'
        f' title="{escape(entry.title)}">{escape(entry.title)}</a><span>{entry.day:%Y-%m-%d}</span></li>'
        for number, entry in enumerate(entries)
    )
    return f'<ul class="list">\n{items}\n</ul>\n'


def _falling(entries: Sequence[_Entry]) -> dict[str, str]:
    """The pages of the static list by path; an old page keeps its number when newer ones come."""
    count = max(1, -(-len(entries) // PAGE_ROWS))
    pages = {}
    for number in range(1, count + 1):
        rows = entries[(number - 1) * PAGE_ROWS : number * PAGE_ROWS]
        path = COLUMN if number == 1 else COLUMN.replace(".htm", f"/{count - number + 1}.htm")
        pager = f"""<table class="headStyle"><tr>
<td nowrap id="fanye204302">共{len(entries)}条&nbsp;&nbsp;{number}/{count}&nbsp;</td>
<td><span class="NextDisabled">首页</span><input type="text" id="u8_goto"><a href="javascript:;"
 onclick="_simple_list_gotopage_fun({count},'u8_goto',2)">转到</a></td></tr></table>"""
        root = "../" if number == 1 else "../../"
        pages[path] = _frame(
            "政府信息公开年报",
            f'<div class="side"><a href="{escape(TOWNS)}">乡镇年报</a></div>\n{_rows(rows, root)}{pager}',
            trail=" &gt; 政府信息公开年报",
        )
    return pages


def _home() -> str:
    return _frame(
        "首页",
        '<div class="news"><ul>\n<li><a href="/xwzx.htm">防汛演练举行</a><span>04-02</span></li></ul></div>\n'
        '<div class="entrance"><a href="/zfxxgk.htm">政府信息公开</a></div>',
    )


def _news() -> str:
    return _frame("新闻中心", "<p>梧溪县举行防汛应急演练，三百余人参加。</p>", trail=" &gt; 新闻中心")


def _disclosure() -> str:
    return _frame(
        "政府信息公开",
        """<ul class="column"><li><a href="/zfxxgk/zn.htm">政府信息公开指南</a></li>
<li><a href="/zfxxgk/zd.htm">政府信息公开制度</a></li>
<li><a href="/zfxxgk/zfxxgknb.htm">政府信息公开年报</a></li></ul>""",
        trail=" &gt; 政府信息公开",
    )


RECIPE = Recipe(
    number=8,
    id="sample-vsb",
    place="梧溪县",
    family="vsb",
    bodies=16,
    years=range(2019, 2025),
    site=VsbSite,
    changing=2,
)
