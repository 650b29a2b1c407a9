"""Only registered hosts are visited, and none that leads into a private network by surprise."""

from __future__ import annotations

from typing import Protocol, Self, cast
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.crawler import Crawler

from crawler.addresses import is_inside
from crawler.portals import Portal, host_of
from crawler.resolving import NAMES
from crawler.throttle import Courtesy
from crawler.withheld import RequestRefused as RequestRefused

MAX_URL = 4000
"""Characters of an address that is visited: a redirect may lead to any."""


class _PortalsSpider(Protocol):
    portals: tuple[Portal, ...]


class RegisteredHosts:
    """Downloader middleware. Redirects, retries and robots.txt pass through it as every request does.

    A request names its portal in `meta["portal"]`; one for robots.txt names its host in `meta["robots_of"]`,
    and may be led to another host of the same portal.
    A request that is not sent reaches its errback as Withheld.
    """

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._courtesy = Courtesy.of(crawler)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """For the portals of the crawl's spider."""
        return cls(crawler)

    async def process_request(self, request: Request) -> None:
        """Refuse what is not the portal's own; give the request the slot of its host.

        Raises Withheld, CannotResolveHostError.
        """
        host = host_of(request.url)
        if host is None or len(request.url) > MAX_URL:
            url = request.url[:200]
            raise RequestRefused(f"不是可访问的网址：{url}", f"not an address that is visited: {url}")
        portal = self._portal(request, host)
        slot = self._courtesy.slot_of(request.url)
        if portal is None or slot is None:
            if request.meta.get("redirect_times"):
                raise RequestRefused(f"跳转到其他网站：{host}", f"redirects to another host: {host}")
            raise RequestRefused(f"不属于该网站的主机：{host}", f"not a host of the portal: {host}")
        self._courtesy.check(slot)
        name = urlsplit(request.url).hostname or ""
        if not portal.private and is_inside(name):
            raise RequestRefused(f"内网地址：{host}", f"private address: {host}")
        found = NAMES.look_up(name, inside=portal.private)
        await (found if NAMES.held(name) else self._courtesy.unless_stopped(found))
        # a redirect comes with the slot of the host that sent it
        request.meta["download_slot"] = slot

    def _portal(self, request: Request, host: str) -> Portal | None:
        portals = cast(_PortalsSpider, self._crawler.spider).portals
        named = request.meta.get("portal")
        began = request.meta.get("robots_of", host)
        return next(
            (p for p in portals if host in p.hosts and began in p.hosts and named in (None, p.id)), None
        )
