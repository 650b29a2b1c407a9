"""桑澜市: static lists with a pager in a script, twins, shells over an interface, as UCAP 开普 builds them.

What it does on purpose: the pager is a call that names its box first and counts from 1, so that the second
page is zfxxgklby_nb_2.shtml; articles are c04_<number>.shtml or 32 hexadecimal digits; every page repeats the
first rows in a box, with ?ddtab=true, and articles have a twin for phones, _wap, to which some rows lead;
some articles are empty shells whose text is a manuscript of the interface, in JSON; a number after the last
page is answered with 404; there is no robots.txt.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import date
from html import escape
from typing import NamedTuple

from crawler.demo.pages import html_body
from crawler.demo.province import SampleReport
from crawler.demo.sites.recipe import Recipe
from crawler.demo.web import Response, dated

FOLDER = "/sls/c111202/"
COLUMN = f"{FOLDER}zfxxgklby_nb.shtml"
API = "/interface-cms/proxy/api"
GET_MANUSCRIPT = "manuscript/getManuscriptById"
PAGE_ROWS = 12
FIRST_ID = 163001
BOXED = 2
"""Rows that the box on every page repeats."""

_NAME = "桑澜市人民政府"
_HTML = (("Content-Type", "text/html;charset=utf-8"),)
_JSON = (("Content-Type", "application/json;charset=UTF-8"),)
_BY_HASH, _SHELL, _FOR_PHONES = 3, 4, 5
"""One article in so many has an address of digits only, is a shell, is linked by its twin."""


class _Entry(NamedTuple):
    """A row of the list and what it leads to."""

    title: str
    day: date
    path: str
    linked: str  # the path that its row leads to
    report: SampleReport | None
    manuscript: str  # its number in the interface, "" where the page holds the text


class UcapSite:
    """The portal of 桑澜市 with the given reports."""

    def __init__(self, reports: Sequence[SampleReport]) -> None:
        self.reports: dict[str, SampleReport] = {}
        self._articles: dict[str, _Entry] = {}
        self._manuscripts: dict[str, _Entry] = {}
        entries = self._entries(reports)
        self._pages = {
            "/": _home(),
            "/sls/zfxxgk/index.shtml": _disclosure(),
            "/sls/xwzx/index.shtml": _frame("新闻中心", "<p>桑澜市春茶开采。</p>"),
            **_list_pages(entries),
        }

    def respond(self, path: str, query: Mapping[str, str], headers: Mapping[str, str]) -> Response:
        """Answer to a request; a parameter that a page does not know changes nothing."""
        if path == API:
            return self._answer(query)
        page = self._pages.get("/" if path == "/index.shtml" else path)
        if page is not None:
            return _html(page)
        for_phones = path.endswith("_wap.shtml")
        entry = self._articles.get(path.replace("_wap.shtml", ".shtml"))
        if entry is None:
            return _html(_frame("404", "<p>抱歉，没有这个页面。</p>"), 404)
        return dated(_html(_article(entry, for_phones=for_phones)), entry.day, headers)

    def _entries(self, reports: Sequence[SampleReport]) -> list[_Entry]:
        rows: list[tuple[date, str, SampleReport | None]] = [
            (report.spec.published, report.spec.title, report) for report in reports
        ]
        rows += [(day, title, None) for title, day in _others(reports)]
        rows.sort(key=lambda row: (row[0], row[1]))
        entries = []
        for number, (day, title, report) in enumerate(rows):
            digits = hashlib.sha256(f"{number}|{title}".encode()).hexdigest()[:32]
            name = digits if number % _BY_HASH == 0 else f"c04_{FIRST_ID + number}"
            path = f"{FOLDER}{day:%Y%m}/{name}.shtml"
            linked = path.replace(".shtml", "_wap.shtml") if number % _FOR_PHONES == 0 else path
            shell = digits[::-1] if report is not None and number % _SHELL == 0 else ""
            entry = _Entry(title, day, path, linked, report, shell)
            self._articles[path] = entry
            if shell:
                self._manuscripts[shell] = entry
            if report is not None:
                self.reports[path] = report
            entries.append(entry)
        return entries[::-1]

    def _answer(self, query: Mapping[str, str]) -> Response:
        entry = self._manuscripts.get(query.get("manuscriptId", ""))
        if query.get("apiUrl") != GET_MANUSCRIPT or entry is None or entry.report is None:
            return Response(200, _JSON, b'{"status":false,"msg":"\xe6\x97\xa0\xe6\x95\xb0\xe6\x8d\xae"}')
        answer = {
            "status": True,
            "msg": "接口访问成功!",
            "data": {
                "manuscriptId": entry.manuscript,
                "channelId": "111202",
                "title": entry.title,
                "subTitle": "",
                "publishedTime": f"{entry.day:%Y-%m-%d} 10:31:32",
                "staticUrl": entry.path,
                "redirectUrl": "",
                "content": html_body(entry.report.spec, entry.report.style),
            },
        }
        return Response(200, _JSON, json.dumps(answer, ensure_ascii=False).encode())


def _others(reports: Sequence[SampleReport]) -> list[tuple[str, date]]:
    """What stands in the column although it is no report."""
    found = []
    for year in sorted({report.spec.year for report in reports}):
        found += [
            (f"桑澜市部署{year}年政府信息公开工作年度报告编制工作会议召开", date(year + 1, 1, 5)),
            (f"图解：{_NAME}{year}年政府信息公开工作年度报告", date(year + 1, 4, 8)),
            (f"桑澜市财政局{year}年度部门决算公开说明", date(year + 1, 8, 30)),
        ]
    return found


def _html(page: str, status: int = 200) -> Response:
    return Response(status, _HTML, page.encode())


def _frame(title: str, content: str, *, meta: str = "", trail: str = "") -> str:
    return f"""<!DOCTYPE html>
<html lang="zh-CN"><head>
<meta charset="utf-8">
<title>{escape(title)}_{_NAME}</title>
<meta name='SiteName' content='{_NAME}'>
<meta name='SiteIDCode' content='9901290001'>
{meta}</head>
<body>
<div class="header"><span id="clock">2019年12月3日 星期二</span></div>
<div class="navbar"><a href="/">首页</a> <a href="/sls/xwzx/index.shtml">新闻中心</a>
<a href="/sls/zfxxgk/index.shtml">政府信息公开</a></div>
<div class="BreadcrumbNav">当前位置：<a href="/">首页</a>{trail}</div>
{content}
<div class="footer">主办：{_NAME}办公室　承办：市政务服务中心</div>
<script id="_jiucuo_" sitecode="9901290001" src="/static/jiucuo.js"></script>
</body></html>
"""


def _list_pages(entries: Sequence[_Entry]) -> dict[str, str]:
    count = max(1, -(-len(entries) // PAGE_ROWS))
    pages = {}
    boxed = "\n".join(
        f'<li><a href="{entry.path}?ddtab=true">{escape(entry.title)}</a></li>' for entry in entries[:BOXED]
    )
    for number in range(1, count + 1):
        rows = "\n".join(
            f'<li class="texto"><a href="{entry.linked}" title="{escape(entry.title)}" target="_blank">'
            f"{escape(entry.title)}</a><span class='date'>{entry.day:%Y-%m-%d}</span></li>"
            for entry in entries[(number - 1) * PAGE_ROWS : number * PAGE_ROWS]
        )
        path = COLUMN if number == 1 else COLUMN.replace(".shtml", f"_{number}.shtml")
        call = f"createPageHTML('page_div',{count}, {number},'zfxxgklby_nb','shtml',{len(entries)});"
        pages[path] = _frame(
            "政府信息公开年报",
            f"""<div class="recommend"><h3>最新公开</h3><ul>
{boxed}
</ul></div>
<ul class="list">
{rows}
</ul>
<div id="page_div"></div>
<script type="text/javascript">{call}</script>""",
            meta='<meta name="ColumnName" content="政府信息公开年报">\n',
            trail=" &gt; 政府信息公开 &gt; 政府信息公开年报",
        )
    return pages


def _article(entry: _Entry, *, for_phones: bool) -> str:
    title = escape(entry.title)
    text = "<p>详见附图。</p>" if entry.report is None else html_body(entry.report.spec, entry.report.style)
    if entry.manuscript:
        text = ""
        script = f"""<script type="text/javascript">
var manuscriptId = '{entry.manuscript}';
$.get("{API}?apiUrl=manuscript%2FgetManuscriptById&manuscriptId=" + manuscriptId, function (answer) {{
  $("#UCAP-CONTENT").html(answer.data.content);
}});
</script>"""
    else:
        script = ""
    heading = f"<h1>{title}</h1>" if not for_phones else f'<h2 class="wap">{title}</h2>'
    return _frame(
        entry.title,
        f"""{heading}
<div class="pages-date">发布时间：{entry.day:%Y-%m-%d} 10:31　来源：{escape(_source(entry))}</div>
<div class="pages_content" id="UCAP-CONTENT">{text}</div>
{script}""",
        meta=(
            f"<meta name='ArticleTitle' content='{title}'>\n"
            f"<meta content='{entry.day:%Y-%m-%d} 10:31' name='PubDate'>\n"
        ),
        trail=" &gt; 政府信息公开年报 &gt; 正文",
    )


def _source(entry: _Entry) -> str:
    return _NAME if entry.report is None else entry.report.spec.organ


def _home() -> str:
    return _frame("首页", '<div class="entrance"><a href="/sls/zfxxgk/index.shtml">政府信息公开</a></div>')


def _disclosure() -> str:
    return _frame(
        "政府信息公开",
        f"""<ul><li><a href="/sls/zfxxgk/zn.shtml">政府信息公开指南</a></li>
<li><a href="/sls/zfxxgk/zd.shtml">政府信息公开制度</a></li>
<li><a href="{COLUMN}">政府信息公开年报</a></li></ul>""",
        trail=" &gt; 政府信息公开",
    )


RECIPE = Recipe(
    number=9,
    id="sample-ucap",
    place="桑澜市",
    family="ucap",
    bodies=9,
    years=range(2019, 2025),
    site=UcapSite,
)
