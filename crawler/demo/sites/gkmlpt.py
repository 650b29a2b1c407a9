"""棠港市: one long list on the disclosure platform that the gkmlpt family knows, all of it from an interface.

What it does on purpose: columns stand only in the tree of a script and are no links, an older one jumps to
the column by its number; the list counts entries that it shows on no page, and a page past the last one is
empty; texts stand on the page, in the page's data, or nowhere but in a DOCX that only the data name; rows of
news, notices and picture stories stand between the reports; some addresses are those of another scheme.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta, timezone
from html import escape
from typing import Any, NamedTuple

from crawler.demo.docx import docx_file
from crawler.demo.pages import html_body
from crawler.demo.printing import plain
from crawler.demo.province import SampleReport
from crawler.demo.sites.recipe import Recipe
from crawler.demo.web import Response, dated

PLATFORM = "/gkmlpt"
COLUMN_ID = 2588
SITE_ID = "755031"
PAGE_ROWS = 100
HIDDEN = 7
"""Entries that the list counts and does not show."""
FIRST_ID = 9_472_001

_NAME = "棠港市人民政府"
_HTML = (("Content-Type", "text/html; charset=utf-8"),)
_JSON = (("Content-Type", "application/json; charset=utf-8"),)
_DOCX = (("Content-Type", "application/octet-stream"),)
_CHINA = timezone(timedelta(hours=8))
_ONLY_IN_DATA = 3  # of so many reports, one is not printed on its page
_ONLY_ATTACHED = 9  # and one is not in the data either


class _Post(NamedTuple):
    """An article of the column."""

    title: str
    day: date
    source: str
    report: SampleReport | None = None
    text: str = ""  # of what is no report


class GkmlptSite:
    """The portal of 棠港市 with the given reports."""

    def __init__(self, reports: Sequence[SampleReport]) -> None:
        posts = [*(_post(report) for report in reports), *_others(reports)]
        posts.sort(key=lambda post: (post.day, post.title))
        self._posts = dict(enumerate(posts, FIRST_ID))
        self._files = {
            _file_path(n): post.report for n, post in self._posts.items() if _only_attached(n, post)
        }
        self._newest_first = sorted(self._posts, reverse=True)
        self.reports: Mapping[str, SampleReport] = {
            _path(n): post.report for n, post in self._posts.items() if post.report is not None
        }
        self._by_path = {_path(n): n for n in self._posts}

    def respond(self, path: str, query: Mapping[str, str], headers: Mapping[str, str]) -> Response:
        """Answer to a request; the interface knows one column of one site."""
        if path in ("/", "/index.html"):
            return _page(_home())
        if path in (f"{PLATFORM}/index", f"{PLATFORM}/"):
            return _page(_index())
        if path.startswith(f"{PLATFORM}/api/all/"):
            known = path == f"{PLATFORM}/api/all/{COLUMN_ID}" and query.get("sid") == SITE_ID
            return self._listed(query.get("page", "1")) if known else _data({"articles": [], "total": 0})
        number = self._by_path.get(path)
        if number is not None:
            post = self._posts[number]
            return dated(_page(_article(number, post)), post.day, headers)
        report = self._files.get(path)
        if report is not None:
            return Response(200, _DOCX, docx_file(plain(report.spec)))
        return _page(_frame("404", "<p>您访问的页面不存在或已删除。</p>"), 404)

    def _listed(self, page: str) -> Response:
        number = int(page) if page.isascii() and page.isdigit() and len(page) < 6 else 1
        shown = self._newest_first[max(0, number - 1) * PAGE_ROWS :][:PAGE_ROWS]
        counted = len(self._posts) + HIDDEN
        return _data(
            {
                "articles": [_entry(n, self._posts[n]) for n in shown],
                "total": counted,
                "classify": {"id": COLUMN_ID, "name": "政府信息公开年报", "post_count": counted},
            }
        )


def _post(report: SampleReport) -> _Post:
    spec = report.spec
    return _Post(spec.title, spec.published, spec.organ, report)


def _others(reports: Sequence[SampleReport]) -> Iterator[_Post]:
    """What stands in the column although it is no report, year by year."""
    office = "棠港市人民政府办公室"
    for year in sorted({report.spec.year for report in reports}):
        yield _Post(
            f"棠港市召开{year}年政府信息公开工作年度报告编制培训会",
            date(year + 1, 1, 8),
            "棠港日报",
            text="<p>培训会在市民中心举行，各单位八十余人参加，会议由办公室主持。</p>",
        )
        yield _Post(
            f"关于公布{year}年政府信息公开工作年度报告的通知",
            date(year + 1, 1, 15),
            office,
            text="<p>各单位：请于1月底前在市政府门户网站统一公布年度报告，并报送公布情况。</p>",
        )
        yield _Post(
            f"图解：{_NAME}{year}年政府信息公开工作年度报告",
            date(year + 1, 3, 28),
            office,
            text='<p><img src="/img/0/75/7503280.png" alt="图解年度报告"></p>',
        )


def _path(number: int) -> str:
    return f"{PLATFORM}/content/{number // 1_000_000}/{number // 1_000}/post_{number}.html"


def _file_path(number: int) -> str:
    return f"/attachment/0/{number // 1_000}/{number}/1.docx"


def _only_attached(number: int, post: _Post) -> bool:
    return post.report is not None and number % _ONLY_ATTACHED == 0


def _at(day: date) -> int:
    return int(datetime.combine(day, time(10), _CHINA).timestamp())


def _address(number: int) -> dict[str, str]:
    """An entry's addresses; of some the first is that of a page that was, on another host."""
    if number % 5:
        return {"url": f"{_path(number)}#{COLUMN_ID}", "post_url": ""}
    return {"url": f"http://old.tanggang.invalid/post_{number}.html", "post_url": _path(number)}


def _entry(number: int, post: _Post) -> dict[str, Any]:
    return {
        "id": number,
        "title": post.title,
        **_address(number),
        "publisher": post.source,
        "identifier": f"990755031/{post.day.year}-{number % 100_000:05}",
        "document_number": "",
        "created_at": f"{post.day - timedelta(days=1):%Y-%m-%d} 17:40:11",
        "first_publish_time": _at(post.day),
        "display_publish_time": _at(post.day),
        "is_expired": False,
    }


def _script(value: object) -> str:
    """JSON as the platform puts it into scripts: no character of it is markup."""
    return json.dumps(value).replace("<", "\\u003C").replace(">", "\\u003E").replace("&", "\\u0026")


def _node(number: int, name: str, *children: dict[str, Any], jump: str = "") -> dict[str, Any]:
    return {"id": number, "name": name, "jump_url": jump, "children": list(children)}


_TREE = [
    _node(2580, "政府信息公开指南"),
    _node(2581, "政府信息公开制度"),
    _node(
        2582,
        "法定主动公开内容",
        _node(2583, "机构职能"),
        _node(2584, "部门预决算公开", _node(2585, "2023年部门决算报告")),
        _node(2586, "法治政府建设年度报告"),
    ),
    _node(2590, "信息公开年报", _node(COLUMN_ID, "政府信息公开年报"), jump=f"{PLATFORM}/index#{COLUMN_ID}"),
    _node(2591, "依申请公开", jump="/ysqgk/"),
]


def _config(**more: object) -> str:
    """The configuration that every page of the platform carries; its outer names are not quoted."""
    members = "".join(f",\n  {name}: {_script(value)}" for name, value in more.items())
    return f"""<script>
window._CONFIG = {{
  SID: '{SITE_ID}',
  SERVICE_AREA_ID: 755,
  TREE: {_script(_TREE)}{members}
}};
</script>
<script src="{PLATFORM}/static/app.js"></script>"""


def _frame(title: str, content: str, *, meta: str = "") -> str:
    return f"""<!DOCTYPE html>
<html lang="zh-CN">
<head>
<meta charset="utf-8">
<title>{escape(title)}</title>
<meta name="SiteName" content="{_NAME}">
<meta name="SiteDomain" content="www.tanggang.example">
<meta name="SiteIDCode" content="9907550001">
{meta}</head>
<body>
<div class="header"><a href="/">首页</a> <a href="{PLATFORM}/index">政府信息公开</a></div>
{content}
<div class="footer">主办：棠港市人民政府办公室　网站标识码：9907550001　改版日期：2018年6月1日</div>
</body>
</html>
"""


def _home() -> str:
    return _frame(
        _NAME,
        f"""<ul class="news"><li><a href="/xw/post_1.html">棠港渔火节开幕</a><span>2024-04-02</span></li></ul>
<div class="entrance"><a href="{PLATFORM}/index">政府信息公开</a></div>""",
    )


def _index() -> str:
    return _frame(f"政府信息公开目录_{_NAME}", f'<div id="app"></div>\n{_config()}')


def _article(number: int, post: _Post) -> str:
    files: list[dict[str, Any]] = []
    if post.report is None:
        body = printed = post.text
    elif _only_attached(number, post):
        body = "<p>年度报告全文见附件。</p>"
        printed = ""
        files = [{"id": number, "name": f"{post.title}.docx", "url": _file_path(number), "size": 21504}]
    else:
        body = html_body(post.report.spec, post.report.style)
        printed = "" if number % _ONLY_IN_DATA == 0 else body
    detail = {
        "id": number,
        "classify_id": COLUMN_ID,
        "title": post.title,
        "publisher": post.source,
        "first_publish_time": _at(post.day),
        "display_publish_time": _at(post.day),
        "content": body,
        "attachments": files,
    }
    title = escape(post.title)
    return _frame(
        post.title,
        f"""<div class="classify">当前位置：首页 &gt; 政府信息公开 &gt; 政府信息公开年报</div>
<table class="head"><tr><td>索引号</td><td>990755031/{post.day.year}-{number % 100_000:05}</td>
<td>发布机构</td><td>{escape(post.source)}</td></tr></table>
<h1 class="title">{title}</h1>
<div class="date">发布日期：{post.day:%Y-%m-%d}　浏览次数：- 次</div>
<div class="article-content">{printed}</div>
{_config(DETAIL=detail)}""",
        meta=f"""<meta name="ArticleTitle" content="{title}">
<meta name="PubDate" content="{post.day:%Y-%m-%d} 10:00">
<meta name="ContentSource" content="{escape(post.source)}">
""",
    )


def _page(text: str, status: int = 200) -> Response:
    return Response(status, _HTML, text.encode())


def _data(value: object) -> Response:
    return Response(200, _JSON, json.dumps(value, ensure_ascii=False).encode())


RECIPE = Recipe(
    number=5,
    id="sample-gkmlpt",
    place="棠港市",
    family="gkmlpt",
    bodies=54,
    years=range(2019, 2025),
    site=GkmlptSite,
)
