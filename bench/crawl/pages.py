"""What the portals show: a column of annual reports over as many list pages as it takes, and its articles.

Every report is another body's, so that none is another one's copy; every page has other bytes. Where none is
to be a report, the column lists yearly reports on the bodies' work under titles that do not say of what: they
are fetched and read. Cheaper ones are refused by their titles.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from enum import StrEnum
from functools import cache, partial

from crawler.demo.pages import PAGE_STYLES, html_page
from crawler.demo.writer import compose
from crawler.report.model import Kind as Body

ROWS = 20
"""Rows of a list page."""
COLUMN = "/zwgk/zfxxgknb/"
YEAR = 2023

_TEMPLATES = 480
_PLACE = "青石"  # the name that stands in the templates
_SIGNS = "杉榆枫桐槐柏桦柳松竹梅荷兰菊葵苇荻蓼芷蒲莲菱藻萍溪泉湖潭湾泽河川洲渚汀浦岭峰岩崖谷坡原冈"
_WORK = (
    "一年来，{place}县水务局组织人员到河道沿线巡查，对堤防、闸门和泵站逐一检查，现场交办问题二十余处，并要求"
    "有关单位限期整改。入汛以来全县水库水位总体平稳，各项值守措施均已落实到岗到人，全年未发生安全事故。"
)


_HOME = f"""<!DOCTYPE html><html><head><meta charset="utf-8"><title>县人民政府</title></head><body>
<div class="nav"><a href="{COLUMN}">政府信息公开年报</a></div></body></html>""".encode()


class Kind(StrEnum):
    """What stands behind the rows of the column."""

    REPORT = "report"
    OTHER = "other"


def portal_pages(portals: int, pages: int, kind: Kind) -> Callable[[int], Callable[[str], bytes | None]]:
    """For the number of a portal, the body under each of its paths; `pages` articles over all portals."""
    templates = _templates(kind)

    def of(number: int) -> Callable[[str], bytes | None]:
        own = _own(number, portals, pages)
        small = {"/robots.txt": b"User-agent: *\nAllow: /\n", "/": _HOME, **dict(_lists(own, kind))}
        return partial(_body, small, own, templates)

    return of


def other_pages(portals: int, pages: int) -> int:
    """Home and list pages of all portals together."""
    return portals + sum(-(-len(_own(number, portals, pages)) // ROWS) for number in range(portals))


def _own(number: int, portals: int, pages: int) -> range:
    """Numbers of the articles of one portal."""
    return range(number * pages // portals, (number + 1) * pages // portals)


def _body(
    small: dict[str, bytes], own: range, templates: tuple[tuple[bytes, ...], ...], path: str
) -> bytes | None:
    if path in small:
        return small[path]
    try:
        number = int(path.rpartition("_")[2].removesuffix(".html"))
    except ValueError:
        return None
    if number not in own:
        return None
    return _place(number).encode().join(templates[number % len(templates)])


def _lists(own: range, kind: Kind) -> Iterator[tuple[str, bytes]]:
    pages = [own[start : start + ROWS] for start in range(0, len(own), ROWS)]
    for at, rows in enumerate(pages):
        items = "\n".join(
            f'<li><a href="./202401/t20240122_{number}.html">{_title(_place(number), kind)}</a>'
            f"<span>2024-01-22</span></li>"
            for number in rows
        )
        text = f"""<!DOCTYPE html><html><head><meta charset="utf-8"><title>政府信息公开年报</title></head>
<body><div class="nav"><a href="/">首页</a></div><ul class="list">
{items}
</ul><script>createPageHTML({len(pages)}, {at}, "index", "html");</script></body></html>"""
        yield COLUMN + ("" if at == 0 else f"index_{at}.html"), text.encode()


@cache
def _place(number: int) -> str:
    """A name of three signs for each article."""
    high, low = divmod(number, len(_SIGNS))
    higher, middle = divmod(high, len(_SIGNS))
    return _SIGNS[higher % len(_SIGNS)] + _SIGNS[middle] + _SIGNS[low]


def _templates(kind: Kind) -> tuple[tuple[bytes, ...], ...]:
    """Pages cut where the name of the place stands."""
    styles = tuple(PAGE_STYLES)
    cut = _PLACE.encode()
    found = []
    for number in range(_TEMPLATES):
        spec = compose(f"{_PLACE}县水务局", Body.DEPARTMENT, YEAR, seed=number)
        page = html_page(spec, styles[number % len(styles)])
        found.append(tuple((page if kind is Kind.REPORT else _work(len(page))).split(cut)))
    return tuple(found)


def _title(place: str, kind: Kind) -> str:
    report = "政府信息公开工作年度报告" if kind is Kind.REPORT else "年度报告"
    return f"{place}县水务局{YEAR}年{report}".replace("年年", "年")


def _work(size: int) -> bytes:
    """A yearly report on work, of about as many bytes."""
    line = f"<p>{_WORK.format(place=_PLACE)}</p>\n"
    body = line * max(1, size // len(line.encode()))
    title = _title(_PLACE, Kind.OTHER)
    return f"""<!DOCTYPE html><html lang="zh-CN"><head><meta charset="utf-8"><title>{title}</title>
<meta name="ArticleTitle" content="{title}"><meta name="PubDate" content="2024-01-22 09:00"></head><body>
<div class="position">当前位置：首页 &gt; 工作报告</div><h1>{title}</h1>
<div class="source">发布日期：2024-01-22</div><div class="article-content">
{body}</div></body></html>
""".encode()
