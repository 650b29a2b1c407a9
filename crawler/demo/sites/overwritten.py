"""石汀县: one address for each body, whose content is replaced every year.

What it does on purpose: the column lists bodies and no reports, under the names that they go by at home and
in groups; addresses have neither extension nor number nor year; one body has not replaced its page yet, so
last year's report still stands there; another page holds a notice, because its body is new; nothing tells
when a page was changed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

from crawler.demo.pages import html_body
from crawler.demo.province import SampleReport
from crawler.demo.sites.recipe import Recipe
from crawler.demo.web import Response
from crawler.report.model import Kind

DISCLOSURE = "/zwgk"
COLUMN = "/zwgk/zfxxgkgz/zfxxgknb"
SLOW = 3
"""Place on the roster of the body that replaces its page a year after the others."""

_NAME = "石汀县人民政府"
_PLACE = "石汀县"
_BODIES, _YEARS = 12, range(2021, 2025)
_NEW_BODY = f"{COLUMN}/zfnbhz/sjj"
_HTML = (("Content-Type", "text/html;charset=UTF-8"),)
_GROUPS = {
    Kind.GOVERNMENT: "县政府",
    Kind.DEPARTMENT: "县政府工作部门",
    Kind.TOWNSHIP: "乡镇",
}


class OverwrittenSite:
    """The portal of 石汀县 as it stands when the reports of `year` have come; without it, of their last."""

    def __init__(self, reports: Sequence[SampleReport], year: int | None = None) -> None:
        of_year = max(report.spec.year for report in reports) if year is None else year
        bodies = list(dict.fromkeys(report.body.name for report in reports))
        shown = {name: of_year - (place == SLOW) for place, name in enumerate(bodies)}
        self.reports: dict[str, SampleReport] = {
            f"{COLUMN}/zfnbhz/{_slug(bodies.index(report.body.name))}": report
            for report in reports
            if report.spec.year == shown[report.body.name]
        }
        self._pages = {
            "/": _frame(_NAME, f'<div class="menu"><a href="{DISCLOSURE}">政务公开</a></div>'),
            DISCLOSURE: _frame("政务公开", _menu()),
            f"{DISCLOSURE}/zn": _frame("政府信息公开指南", "<p>说明公众如何获取石汀县的政府信息。</p>"),
            f"{DISCLOSURE}/zd": _frame("政府信息公开制度", "<p>此处集中公布信息公开方面的制度。</p>"),
            COLUMN: _frame("政府信息公开年报", self._groups()),
            _NEW_BODY: _frame("数据局", "<p>本单位组建不足一年，尚无年度报告。</p>"),
        }

    def respond(self, path: str, query: Mapping[str, str], headers: Mapping[str, str]) -> Response:
        """Answer to a request; nothing here depends on its headers."""
        del query, headers
        path = path.rstrip("/") or "/"
        report = self.reports.get(path)
        if report is not None:
            return Response(200, _HTML, _article_page(report).encode())
        page = self._pages.get(path)
        if page is None:
            return Response(404, _HTML, _frame("404", "<p>没有这个网页</p>").encode())
        return Response(200, _HTML, page.encode())

    def _groups(self) -> str:
        """The column: bodies by kind."""
        boxes = []
        for kind, group in _GROUPS.items():
            items = "".join(
                f'<li><a href="{path}" target="_blank">{escape(_at_home(report.body.name))}</a></li>'
                for path, report in self.reports.items()
                if report.body.kind is kind
            )
            if kind is Kind.DEPARTMENT:
                items += f'<li><a href="{_NEW_BODY}" target="_blank">数据局</a></li>'
            boxes.append(f'<div class="box"><h3>{group}</h3><ul>{items}</ul></div>')
        return "\n".join(boxes)


def _slug(place: int) -> str:
    """The end of a body's address, which means nothing to a stranger."""
    return f"dw{chr(97 + place // 10)}{chr(97 + place % 10)}"


def _at_home(name: str) -> str:
    """What a body is called where everybody knows the county."""
    return name if name == _NAME else name.removeprefix(_PLACE).removesuffix("人民政府")


def _menu() -> str:
    return f"""<ul class="menu">
<li><a href="{DISCLOSURE}/zn">政府信息公开指南</a></li>
<li><a href="{DISCLOSURE}/zd">政府信息公开制度</a></li>
<li><a href="{COLUMN}">政府信息公开年报</a></li>
</ul>"""


def _frame(title: str, content: str) -> str:
    return f"""<!DOCTYPE html>
<html lang="zh">
<head>
<meta charset="UTF-8">
<title>{escape(title)} - {_NAME}</title>
</head>
<body>
<header>{_NAME}门户网站</header>
<nav><a href="/">首页</a> <a href="{DISCLOSURE}">政务公开</a></nav>
{content}
<footer>主办：{_NAME}办公室</footer>
</body>
</html>
"""


def _article_page(report: SampleReport) -> str:
    spec = report.spec
    return _frame(
        spec.title,
        f"""<article>
<h1>{escape(spec.title)}</h1>
<div class="time">发布时间：{spec.published:%Y-%m-%d}　来源：{escape(spec.organ)}</div>
<div class="detail-content">
{html_body(spec, report.style)}
</div>
</article>""",
    )


RECIPE = Recipe(
    number=11,
    id="sample-overwritten",
    place=_PLACE,
    family=None,
    bodies=_BODIES,
    years=_YEARS,
    site=OverwrittenSite,
    changing=2 + _BODIES,
)
