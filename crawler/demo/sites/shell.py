"""枕河区: a portal of no known system whose column is a frame, as old hand-made portals are.

What it does on purpose: everything is GBK, and the server does not say so; the column's page is nothing but
an <iframe>, beside one that counts visits; its rows are cells of a table, the day beside them without a year;
the pager calls a function, goto(2), that puts the address together; articles have no meta, their day is
printed "2018年03月29日" while the header shows a clock; where no page is, a small stub comes with status 200.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from html import escape
from typing import NamedTuple

from crawler.demo.pages import html_body
from crawler.demo.province import SampleReport
from crawler.demo.sites.recipe import Recipe
from crawler.demo.web import Response

COLUMN = "/gk/nb.htm"
FRAME = "/gk/nblist/list.htm"
PAGE_ROWS = 6
FIRST_ID = 501

_NAME = "枕河区人民政府"
_HTML = (("Content-Type", "text/html"),)
_STUB = "<html><body>没有更多内容</body></html>"


class _Entry(NamedTuple):
    """A row of the list; `report` is None for what is no report."""

    title: str
    day: date
    report: SampleReport | None


class ShellSite:
    """The portal of 枕河区 with the given reports."""

    def __init__(self, reports: Sequence[SampleReport]) -> None:
        entries = [_Entry(report.spec.title, report.spec.published, report) for report in reports]
        entries += _others(reports)
        entries.sort(key=lambda entry: (entry.day, entry.title), reverse=True)
        oldest_first = {id(entry): FIRST_ID + number for number, entry in enumerate(reversed(entries))}
        paths = [f"/gk/nbshow/{entry.day.year}/{oldest_first[id(entry)]}.htm" for entry in entries]
        self.reports = {
            path: entry.report for path, entry in zip(paths, entries, strict=True) if entry.report is not None
        }
        self._pages = {
            "/": _home(),
            "/gk/": _disclosure(),
            COLUMN: _shell(),
            "/gk/visitcount.htm": "<html><body>您是第318位访客</body></html>",
            **_list_pages(list(zip(paths, entries, strict=True))),
            **{path: _article(entry) for path, entry in zip(paths, entries, strict=True)},
        }

    def respond(self, path: str, query: Mapping[str, str], headers: Mapping[str, str]) -> Response:
        """Answer to a request: static files, in GBK."""
        del query, headers
        page = self._pages.get(path.removesuffix("index.htm"))
        if page is None and path.startswith("/gk/nblist/"):
            page = _STUB
        if page is None:
            return Response(404, _HTML, _frame("404", "<p>找不到网页</p>").encode("gbk"))
        return Response(200, _HTML, page.encode("gbk"))


def _others(reports: Sequence[SampleReport]) -> list[_Entry]:
    found = []
    for year in sorted({report.spec.year for report in reports}):
        found.append(_Entry(f"关于编制{year}年政府信息公开年度报告的通知", date(year, 12, 25), None))
        found.append(_Entry(f"枕河区召开政务公开工作会议总结{year}年工作", date(year + 1, 2, 10), None))
    return found


def _frame(title: str, content: str) -> str:
    return f"""<HTML><HEAD>
<META HTTP-EQUIV="Content-Type" CONTENT="text/html; charset=gb2312">
<TITLE>{escape(title)}</TITLE></HEAD>
<BODY>
<table width="980"><tr><td>{_NAME}</td><td id="clock">2026年5月6日 星期三 02:00:00</td></tr></table>
<table width="980" class="menu"><tr><td><a href="/">网站首页</a></td>
<td><a href="/gk/">政府信息公开</a></td></tr></table>
<table width="980"><tr><td>
{content}
</td></tr></table>
<table width="980" class="foot"><tr><td>版权所有：{_NAME}
<a href="/lxwm.htm">联系我们的方式</a></td></tr></table>
</BODY></HTML>
"""


def _home() -> str:
    return _frame(_NAME, '<ul><li><a href="/gk/">政府信息公开</a></li><li>枕河区老街修缮完工 04-02</li></ul>')


def _disclosure() -> str:
    return _frame(
        "政府信息公开",
        """<table><tr><td><a href="zn.htm">政府信息公开指南</a></td>
<td><a href="zd.htm">政府信息公开制度</a></td>
<td><a href="nb.htm">政府信息公开年报</a></td></tr></table>""",
    )


def _shell() -> str:
    return _frame(
        "政府信息公开年报",
        """<iframe src="nblist/list.htm" width="100%" height="800" frameborder="0"></iframe>
<iframe src="visitcount.htm" width="0" height="0"></iframe>""",
    )


def _list_pages(rows: Sequence[tuple[str, _Entry]]) -> dict[str, str]:
    count = max(1, -(-len(rows) // PAGE_ROWS))
    pages = {}
    for number in range(1, count + 1):
        items = "\n".join(
            f'<tr><td><img src="/images/dot.gif"></td><td><a href="{article}" target="_top">'
            f"{escape(entry.title)}</a></td><td>{entry.day:%m-%d}</td></tr>"
            for article, entry in rows[(number - 1) * PAGE_ROWS : number * PAGE_ROWS]
        )
        onward = f'<a href="javascript:goto({number + 1})">下一页</a>' if number < count else "下一页"
        path = FRAME if number == 1 else FRAME.replace(".htm", f"_{number}.htm")
        pages[path] = f"""<html><head>
<meta http-equiv="Content-Type" content="text/html; charset=gb2312">
<script language="JavaScript">
function goto(n) {{
  if (n == 1) {{ window.location.href = "list.htm"; }}
  else {{ window.location.href = "list_" + n + ".htm"; }}
}}
</script></head><body>
<table width="100%">
{items}
</table>
<div align="center">共{len(rows)}条 第{number}页 {onward}</div>
</body></html>
"""
    return pages


def _article(entry: _Entry) -> str:
    text = (
        "<p>请各单位按时完成。</p>"
        if entry.report is None
        else html_body(entry.report.spec, entry.report.style)
    )
    return _frame(
        entry.title,
        f"""<p align="center"><font size="4"><b>{escape(entry.title)}</b></font></p>
<p align="center">{entry.day:%Y年%m月%d日}　浏览次数：127　【关闭窗口】</p>
{text}""",
    )


RECIPE = Recipe(
    number=10,
    id="sample-shell",
    place="枕河区",
    family=None,
    bodies=6,
    years=range(2019, 2025),
    site=ShellSite,
)
