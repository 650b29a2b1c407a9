"""Hanweb's annual-report page: one address for each body and year, and the page is the report itself.

    /module/xxgk/xxgkAnnualReport.jsp?area=A07&fbtime=2020&showType=2

The years stand in a select, in links or in calls of a script; the other bodies in links, a select or a tree.
Where no year is offered, the years beside the one that is shown are tried: nothing announces them. A year
without a report answers with an empty page, which is neither a report nor a failure.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property
from typing import NamedTuple
from urllib.parse import parse_qsl, urlencode, urlsplit

from parsel import Selector
from scrapy.http import JsonResponse, TextResponse

from crawler import clock
from spiders.families.listing import Listing, Place
from spiders.links import Link, Row, absolute, anchor_nodes, title_of

RANK = 15
"""Before the other systems of the maker, whose folder it lies in."""

FIRST_YEAR = 2008
"""The year of the first reports."""
MAX_BODIES = 500
MAX_YEARS = 40
_REACH = 2
"""Years in a row that may be without a report before the search for others ends."""

_PATH = re.compile(r"/xxgkannualreport\.jsp$", re.I)
_YEAR = re.compile(r"(?<!\d)(20\d\d)(?!\d)")
_YEAR_TEXT = re.compile(
    r"(20\d\d)\s{0,5}年?\s{0,5}度?(?:政府)?(?:信息公开)?(?:工作)?(?:年报|年度报告|报告)?(?:全文)?"
)
_YEAR_OF_REPORT = re.compile(
    r"(?<!\d)(20\d\d)年?度?.{0,12}(?:信息公开|年度?报告?|\))|[(（](20\d\d)年度?[)）]"
)
_CALL = re.compile(r"(?<![\w$.])(?!void\b)[A-Za-z_$][\w$.]{0,60}\s{0,5}\(([^()]{1,300})\)")
_ARGUMENT = re.compile(r"[\"']([^\"']{0,100})[\"']|(\d{1,10})")
_AREA = re.compile(r"[\w.-]{1,60}")
_BODY_NAME = re.compile(r"[\u3400-\u9fff（）()·]{3,40}")
_NO_BODY = re.compile(
    r"年度?报告|年报|首页|返回|打印|关闭|指南|制度|目录|公开|更多|下载|上一|下一|搜索|查询|请选择|年份|登录|地图|帮助"
)
_TEXT_OF_A_REPORT = 150
"""Characters of its own text from which a page may be a report."""
_FURNITURE = " or ".join(f"ancestor::{tag}" for tag in ("a", "script", "style", "select", "head", "noscript"))
_SHOWN_ELSEWHERE = "|".join(
    (
        *("//iframe[@src]", "//embed[@src]", "//object[@data]", "//a[contains(@href, 'downfile')]"),
        *(f"//img[contains(@src, '{folder}')]" for folder in ("/picture/", "upload", "attach")),
        *(f"//a[contains(@href, '.{kind}')]" for kind in ("pdf", "doc", "wps", "ofd")),
    )
)

REPORT = "政府信息公开工作年度报告"


def recognises(response: TextResponse) -> bool:
    """By the page's own address."""
    return bool(_PATH.search(urlsplit(response.url).path))


def read(response: TextResponse, place: Place | None) -> tuple[Listing, ...]:
    """A row for each year that the page offers of its body, and for the page itself unless it is empty.

    One year that a menu leads to is no choice of years: then those beside the one shown are tried too.
    """
    page = _Page(response)
    rows = page.years()
    own = page.own_row()
    if own is not None and page.year not in rows and (page.year is not None or not page.chosen):
        rows[page.year or 0] = own
    shown = tuple(rows[year] for year in sorted(rows, reverse=True))
    if page.chosen or (own is None and place is not None):
        return (Listing(shown),)
    return tuple(Listing(shown, following) for following in page.beside(place)) or (Listing(shown),)


def links(response: TextResponse) -> tuple[Link, ...]:
    """The page itself and those of other bodies: each is a column of annual reports."""
    return tuple(Link(url, REPORT) for url in (response.url, *_Page(response).bodies()))


class _Offer(NamedTuple):
    """Something that leads to a page of the kind: whose, of which year, and where."""

    area: str
    year: int | None
    url: str


class _Page:
    """One page: which body and year it shows, and which others it leads to."""

    def __init__(self, response: TextResponse) -> None:
        self._response = response
        self._data = isinstance(response, JsonResponse)
        self._parts = urlsplit(response.url)
        self._query = _query_of(response.url)
        self.area = self._query.get("area", "")
        year = self._query.get("fbtime", "")
        self.year = int(year) if re.fullmatch(r"20\d\d", year) else None

    @property
    def chosen(self) -> bool:
        """Whether the page lets its reader choose a year."""
        return len(self.years().keys() - {self.year}) > 1

    def years(self) -> dict[int, Row]:
        """Rows of the years that the page offers of its own body."""
        found: dict[int, Row] = {}
        for offer in self._offers:
            if offer.area == self.area and offer.year is not None and len(found) < MAX_YEARS:
                found.setdefault(offer.year, Row(offer.url, _title(offer.year)))
        return found

    def bodies(self) -> tuple[str, ...]:
        """Addresses of other bodies' pages, one for each."""
        found: dict[str, str] = {}
        for offer in self._offers:
            if offer.area not in ("", self.area) and len(found) < MAX_BODIES:
                found.setdefault(offer.area, offer.url)
        return tuple(found.values())

    def own_row(self) -> Row | None:
        """The page itself as a row; None where it is empty."""
        if self._data:
            return None
        texts = self._response.xpath(f"//body//text()[not({_FURNITURE})]").getall()[:5000]
        length = sum(len(text.strip()) for text in texts)
        if length < _TEXT_OF_A_REPORT and not self._response.xpath(_SHOWN_ELSEWHERE):
            return None
        return Row(self._response.url, _title(self.year))

    def beside(self, place: Place | None) -> Iterator[Place]:
        """The years next to the one shown, and those after them: a single year may be without a report."""
        step = 0 if place is None else int(dict(place.query).get("step", 0))
        shown = self.year or self._year_told() or clock.today().year - 1
        for direction in (step,) if step else (-1, 1):
            for distance in range(1, _REACH + 1):
                year = shown + direction * distance
                if FIRST_YEAR <= year <= clock.today().year:
                    page = distance + (1 if place is None else place.page)
                    query = (("step", str(direction)),)
                    yield Place(self._address("fbtime", str(year)), page, certain=False, query=query)

    def _year_told(self) -> int | None:
        """The year that the page names as its report's."""
        if self._data:
            return None
        text = "".join(self._response.xpath(f"//body//text()[not({_FURNITURE})]").getall()[:200])[:5000]
        found = _YEAR_OF_REPORT.search("".join(text.split()))
        return int(found[1] or found[2]) if found else None

    @cached_property
    def _offers(self) -> list[_Offer]:
        """Whatever on the page leads to another page of the kind."""
        return [] if self._data else list(self._found())

    def _found(self) -> Iterator[_Offer]:
        for node, url in anchor_nodes(self._response, self._response.xpath("//a[@href]|//area[@href]")):
            if _PATH.search(urlsplit(url).path):
                yield self._printed(url, title_of(node))
        for select in self._response.xpath("//select")[:20]:
            yield from self._of_select(select)
        for node in self._response.xpath("//*[@onclick or starts-with(@href, 'javascript:')]")[:2000]:
            yield from self._of_call(node)

    def _printed(self, url: str, text: str) -> _Offer:
        query = _query_of(url)
        return _Offer(query.get("area", self.area), _year_in(query.get("fbtime", "") or text), url)

    def _of_select(self, select: Selector) -> Iterator[_Offer]:
        name = (select.root.get("name") or select.root.get("id") or "").strip()
        for option in select.xpath(".//option")[: MAX_BODIES + 1]:
            text = " ".join("".join(option.xpath(".//text()").getall()).split())[:100]
            value = option.root.get("value", text).strip()
            year = _year_of_text(value) or _year_of_text(text)
            if "xxgkannualreport.jsp" in value.lower():
                url = absolute(self._response, value)
                if url is not None:
                    yield self._printed(url, text)
            elif year is not None:
                # a value that is no year means something to the select's own field alone
                field = "fbtime" if _year_of_text(value) or not _AREA.fullmatch(name) else name
                yield _Offer(self.area, year, self._address(field, value or str(year)))
            elif ("area" in name.lower() or _is_body(text)) and _AREA.fullmatch(value):
                yield _Offer(value, self.year, self._address("area", value))

    def _of_call(self, node: Selector) -> Iterator[_Offer]:
        text = title_of(node)
        arguments = [
            quoted or bare
            for name in ("href", "onclick")
            for call in _CALL.findall(node.root.get(name, "")[:500])[:5]
            for quoted, bare in _ARGUMENT.findall(call)
        ]
        printed = next((told for told in arguments if "xxgkannualreport.jsp" in told.lower()), None)
        if printed is not None:
            url = absolute(self._response, printed)
            if url is not None:
                yield self._printed(url, text)
            return
        year = next((found for told in arguments if (found := _year_of_text(told)) is not None), None)
        area = next((told for told in arguments if _AREA.fullmatch(told) and not _year_of_text(told)), None)
        if year is not None and _year_in(text) == year:
            yield _Offer(self.area, year, self._address("fbtime", str(year)))
        elif area is not None and _is_body(text):
            yield _Offer(area, self.year, self._address("area", area))

    def _address(self, field: str, value: str) -> str:
        """The page's own address for another body or year."""
        query = {**self._query, field: value}
        return self._parts._replace(query=urlencode(query), fragment="").geturl()


def _title(year: int | None) -> str:
    return REPORT if year is None else f"{year}年{REPORT}"


def _is_body(text: str) -> bool:
    return bool(_BODY_NAME.fullmatch(text)) and not _NO_BODY.search(text)


def _year_of_text(text: str) -> int | None:
    """The year that a text names and nothing else."""
    found = _YEAR_TEXT.fullmatch(text.strip()[:60])
    return int(found[1]) if found else None


def _year_in(text: str) -> int | None:
    years = {int(year) for year in _YEAR.findall(text[:100])}
    return years.pop() if len(years) == 1 else None


def _query_of(url: str) -> dict[str, str]:
    try:
        return dict(parse_qsl(urlsplit(url).query, keep_blank_values=True, max_num_fields=50))
    except ValueError:
        return {}
