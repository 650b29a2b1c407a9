"""柏渡县: lists and articles that scripts fetch by POST, as the Epoint family builds them.

What it does on purpose: the column is named only in a script; pages are counted from 0 and nothing tells how
many there are; more than ten entries are never given at once, whatever is asked for; titles are cut and
marked up where the whole one stands beside them; every article has the same page, and its text comes from an
interface, which says that it sends HTML; the text of one report is nothing but a PDF whose address does not
look like one; notices and news stand between the reports.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from html import escape
from typing import Any, NamedTuple

from crawler.demo.pages import html_body
from crawler.demo.pdf import pdf_file
from crawler.demo.printing import plain
from crawler.demo.province import SampleReport
from crawler.demo.sites.recipe import Recipe
from crawler.demo.web import Response

COLUMN = "/zfxxgk/fdzdgknr/nb/"
PROJECT = "/EpointWebBuilder"
LIST = f"{PROJECT}/rest/lightfrontaction/getgovinfolist"
DETAIL = f"{PROJECT}/rest/commonapiaction/getgovinfodetail"
FILE = f"{PROJECT}/pages/attach/attachdown"
SITE_GUID = "7eb5f7f1-9041-43ad-8e13-8fcb82ea831a"
CATEGORY = "002003005"
MOST_ROWS = 10

_NAME = "柏渡县人民政府"
_HTML = (("Content-Type", "text/html;charset=UTF-8"),)
_JSON = (("Content-Type", "application/json;charset=UTF-8"),)
_FILE_TYPE = (("Content-Type", "application/octet-stream"),)
_SHOWN = 16  # characters of a title that the list shows
_ONLY_PDF = 2  # place of the body whose latest report is a PDF


class _Info(NamedTuple):
    """An article of the column."""

    title: str
    day: date
    report: SampleReport | None = None
    text: str = ""  # of what is no report

    @property
    def guid(self) -> str:
        """By which the portal knows it."""
        return str(uuid.uuid5(uuid.NAMESPACE_URL, f"{self.day}{self.title}"))


class EpointSite:
    """The portal of 柏渡县 with the given reports."""

    def __init__(self, reports: Sequence[SampleReport]) -> None:
        infos = [*(_Info(r.spec.title, r.spec.published, r) for r in reports), *_others(reports)]
        infos.sort(key=lambda info: (info.day, info.title), reverse=True)
        self._infos = {info.guid: info for info in infos}
        self._only_pdf = _only_pdf(reports)
        self.reports: Mapping[str, SampleReport] = {
            f"{COLUMN}showinfo.html?infoGuid={guid}": info.report
            for guid, info in self._infos.items()
            if info.report is not None
        }

    def respond(self, path: str, query: Mapping[str, str], headers: Mapping[str, str]) -> Response:
        """Answer to a request; nothing here depends on its headers."""
        del headers
        match path.removesuffix("index.html"):
            case "/":
                return _page(_home())
            case "/zfxxgk/":
                return _page(_disclosure())
            case _ if path in (COLUMN, f"{COLUMN}index.html"):
                return _page(_column())
        if path == f"{COLUMN}showinfo.html":
            return _page(_shell())
        if path == LIST:
            return self._listed(query)
        if path == DETAIL:
            return self._detail(query.get("params", ""))
        info = self._infos.get(query.get("attachGuid", ""))
        if path == FILE and info is not None and info.report is self._only_pdf and info.report is not None:
            return Response(200, _FILE_TYPE, pdf_file(plain(info.report.spec)))
        return _page(_frame("404", "<p>您访问的页面不存在或已删除。</p>"), 404)

    def _listed(self, query: Mapping[str, str]) -> Response:
        if query.get("siteGuid") != SITE_GUID or query.get("categorynum") != CATEGORY:
            return _data({"status": {"code": 1, "text": ""}, "custom": {"data": []}})
        index, size = _whole(query.get("pageIndex")), min(_whole(query.get("pageSize")), MOST_ROWS)
        infos = list(self._infos.values())[index * size : (index + 1) * size]
        return _data(
            {"status": {"code": 1, "text": ""}, "custom": {"data": [_entry(info) for info in infos]}}
        )

    def _detail(self, params: str) -> Response:
        try:
            asked = json.loads(params)
        except ValueError:
            asked = None
        known = isinstance(asked, dict) and asked.get("siteGuid") == SITE_GUID
        info = self._infos.get(str(asked.get("infoid"))) if known else None
        if info is None:
            answer: dict[str, Any] = {"status": {"code": 0, "text": "未找到该信息"}, "custom": {}}
        else:
            answer = {"status": {"code": 1, "text": ""}, "custom": {"data": self._told(info)}}
        # a byte order mark, and a type that is not that of data
        return Response(200, _HTML, b"\xef\xbb\xbf" + json.dumps(answer, ensure_ascii=False).encode())

    def _told(self, info: _Info) -> dict[str, Any]:
        only_pdf = info.report is not None and info.report is self._only_pdf
        told: dict[str, Any] = {
            "title": info.title,
            "infodate": f"{info.day:%Y-%m-%d}",
            "infotype": "pdf" if only_pdf else "html",
            "infocontent": "",
            "pdflist": [],
        }
        if only_pdf:
            address = f"{FILE}?attachGuid={info.guid}"
            told["pdflist"] = [
                {"attachname": f"{info.title}.pdf", "attachtype": ".pdf", "attachurl": address}
            ]
        else:
            report = info.report
            told["infocontent"] = info.text if report is None else html_body(report.spec, report.style)
        return told


def _only_pdf(reports: Sequence[SampleReport]) -> SampleReport | None:
    names = list(dict.fromkeys(report.spec.organ for report in reports))
    own = [report for report in reports if report.spec.organ in names[_ONLY_PDF : _ONLY_PDF + 1]]
    return max(own, key=lambda report: report.spec.year, default=None)


def _others(reports: Sequence[SampleReport]) -> Iterator[_Info]:
    """What stands in the column although it is no report, year by year."""
    for year in sorted({report.spec.year for report in reports}):
        yield _Info(
            f"柏渡县部署{year}年政府信息公开工作年度报告编制工作会议召开",
            date(year + 1, 1, 9),
            text="<p>会议在县政务服务中心召开，要求各单位按时完成年度报告编制。</p>",
        )
        yield _Info(
            f"{year}年政府信息公开工作年度报告公布情况",
            date(year + 1, 4, 2),
            text="<p>全县各单位均已按期公布年度报告，现将公布情况汇总如下，请社会监督。</p>",
        )


def _entry(info: _Info) -> dict[str, str]:
    shown = info.title if len(info.title) <= _SHOWN else f"{info.title[:_SHOWN]}…"
    return {
        "infourl": f"showinfo.html?infoGuid={info.guid}",
        "title": f"<font color='#333'>{shown}</font>",
        "realtitle": info.title,
        "infodate": f"{info.day:%Y-%m-%d}",
    }


def _whole(text: str | None) -> int:
    return int(text) if text is not None and text.isascii() and text.isdigit() and len(text) < 6 else 0


def _frame(title: str, content: str) -> str:
    return f"""<!DOCTYPE html>
<html>
<head>
<meta charset="utf-8">
<title>{escape(title)}</title>
<meta name="SiteName" content="{_NAME}">
<meta name="SiteIDCode" content="9904410003">
<link rel="stylesheet" href="/EWB-FRONT/css/common.css">
</head>
<body>
<div class="ewb-header"><a href="/">首页</a> <a href="/zfxxgk/">政府信息公开</a></div>
{content}
<div class="ewb-footer">主办：柏渡县人民政府办公室　网站标识码：9904410003</div>
</body>
</html>
"""


_SITE_INFO = f"""<script>
var siteInfo = {{ siteGuid: '{SITE_GUID}', projectName: '{PROJECT}' }};
</script>"""


def _home() -> str:
    return _frame(
        _NAME,
        """<ul class="ewb-news">
<li><a href="/xwzx/20240402/">柏渡桥改造工程通车</a><span>2024-04-02</span></li>
</ul>
<div class="ewb-entrance"><a href="/zfxxgk/">政府信息公开</a></div>""",
    )


def _disclosure() -> str:
    return _frame(
        "政府信息公开",
        f"""<ul class="ewb-menu">
<li><a href="/zfxxgk/zn/">政府信息公开指南</a></li>
<li><a href="/zfxxgk/zd/">政府信息公开制度</a></li>
<li><a href="/zfxxgk/fdzdgknr/">法定主动公开内容</a></li>
<li><a href="{COLUMN}">政府信息公开年报</a></li>
</ul>""",
    )


def _column() -> str:
    return _frame(
        f"政府信息公开年报_{_NAME}",
        f"""<div class="ewb-crumbs">当前位置：首页 &gt; 政府信息公开 &gt; 政府信息公开年报</div>
<ul class="ewb-list" id="infolist"></ul><div class="ewb-page" id="pager"></div>
{_SITE_INFO}
<script>
var categoryNum = "{CATEGORY}", deptCode = "", pageIndex = 0, pageSize = 15;
$.ajax({{ type: "POST", contentType: "application/json;charset=UTF-8",
  url: siteInfo.projectName + "/rest/lightfrontaction/getgovinfolist",
  data: JSON.stringify({{ siteGuid: siteInfo.siteGuid, categorynum: categoryNum, deptcode: deptCode,
    pageIndex: pageIndex, pageSize: pageSize }}), success: showList }});
</script>""",
    )


def _shell() -> str:
    return _frame(
        "信息公开详情",
        f"""<div class="ewb-crumbs">当前位置：首页 &gt; 政府信息公开 &gt; 政府信息公开年报</div>
<h1 id="title"></h1><div id="infodate"></div><div class="ewb-article" id="infocontent"></div>
{_SITE_INFO}
<script>
$.post(siteInfo.projectName + "/rest/commonapiaction/getgovinfodetail",
  {{ params: JSON.stringify({{ siteGuid: siteInfo.siteGuid, infoid: getQuery("infoGuid") }}) }}, showInfo);
</script>""",
    )


def _page(text: str, status: int = 200) -> Response:
    return Response(status, _HTML, text.encode())


def _data(value: object) -> Response:
    return Response(200, _JSON, json.dumps(value, ensure_ascii=False).encode())


RECIPE = Recipe(
    number=6,
    id="sample-epoint",
    place="柏渡县",
    family="epoint",
    bodies=6,
    years=range(2021, 2024),
    site=EpointSite,
)
