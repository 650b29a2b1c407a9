"""A small site held in memory, and one crawl of it by the portal spider."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import Any

from scrapy import Request
from scrapy.http import HtmlResponse, Response
from twisted.python.failure import Failure

from crawler.health import Verdict, judge
from crawler.portals import Organ, Portal, Province, Years
from crawler.report.model import Bilingual, Kind
from spiders.asking import Limits
from spiders.portal import PortalSpider
from storage.records import ListRecord, PageRecord

HOME = "http://www.qingshan.example/"
COLUMN = HOME + "zwgk/zfxxgknb/"
TITLE = "青杉市水务局2023年政府信息公开工作年度报告"
PAGER = "<script>var countPage = 1;</script>"

Site = dict[str, Any]


def row(number: int, title: str) -> str:
    return (
        f'<li><a href="/zwgk/zfxxgknb/202401/t20240118_{number}.html">{title}</a><span>2024-01-18</span></li>'
    )


def article(number: int) -> str:
    return f"{COLUMN}202401/t20240118_{number}.html"


def site(rows: str, **more: str) -> Site:
    """Home page, section, column with `rows`; further pages by address."""
    return {
        HOME: '<a href="/zwgk/">政府信息公开</a><a href="/news/">新闻</a>',
        HOME + "zwgk/": '<a href="/zwgk/zn/">政府信息公开指南</a><a href="zfxxgknb/">政府信息公开年报</a>',
        HOME + "zwgk/zn/": "<p>本指南说明怎样获取政府信息。</p>",
        COLUMN: rows + PAGER,
        **more,
    }


def unclean(zh: str, en: str) -> Verdict:
    return Verdict(False, Bilingual(zh, en))


class Walk:
    """One crawl of a site: every request is answered from the site, in the order in which it was made."""

    def __init__(
        self,
        pages: Site,
        *,
        known: Iterable[PageRecord] = (),
        lists: Iterable[ListRecord] = (),
        roster: dict[str, Any] | None = None,
        limits: dict[str, int] | None = None,
        **arguments: str,
    ) -> None:
        given = {"id": "qingshan", "name": "青杉市人民政府", "home": HOME, "hosts": ("www.qingshan.example",)}
        organ = Organ(name="青杉市水务局", kind=Kind.DEPARTMENT)
        province = Province(
            province="yunling",
            name="云岭省",
            years=Years(first=2021, last=2023),
            portals=(Portal(**{"organs": (organ,), **given, **(roster or {})}),),
        )
        spider_class = type(
            "Spider",
            (PortalSpider,),
            {"province": province, "name": "yunling", "LIMITS": Limits(**(limits or {}))},
        )
        self.spider = spider_class(**arguments)
        self.spider.known = {"qingshan": {record.url: record for record in known}}
        self.spider.lists = {"qingshan": {told.url: told for told in lists}}
        self.pages = pages
        self.requests: list[Request] = []
        self.asked: list[str] = []
        self.headers: dict[str, dict[str, str]] = {}
        self.items: list[Any] = []
        asyncio.run(self._run())

    async def _run(self) -> None:
        waiting = [request async for request in self.spider.start()]
        while waiting:
            request = waiting.pop(0)
            self.asked.append(request.url)
            self.requests.append(request)
            self.headers[request.url] = {k.decode(): v[0].decode() for k, v in request.headers.items()}
            for output in self._answer(request):
                (waiting if isinstance(output, Request) else self.items).append(output)

    def _answer(self, request: Request) -> list[Any]:
        found = self.pages.get(request.url, 404)
        if callable(found):  # an answer that depends on what is asked
            found = found(request)
        if isinstance(found, Exception):
            failure = Failure(found)
            failure.request = request  # as Scrapy does
            return request.errback(failure)
        if isinstance(found, int):
            found = Response(request.url, status=found)
        if isinstance(found, bytes):
            found = Response(request.url, body=found)
        if isinstance(found, str):
            found = HtmlResponse(request.url, body=found.encode(), encoding="utf-8")
        return request.callback(found.replace(request=request), **request.cb_kwargs)

    @property
    def verdict(self) -> Any:
        return judge(self.spider.visits["qingshan"].counts())
