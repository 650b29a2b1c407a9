"""Only registered hosts are visited, and none that leads into a private network by surprise."""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from typing import Protocol, Self, cast
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import CannotResolveHostError, IgnoreRequest
from scrapy.resolver import dnscache

from crawler.portals import Portal, host_of, is_private
from crawler.report.model import Bilingual

RESOLVE_SECONDS = 20.0


class RequestRefused(IgnoreRequest):
    """A request goes where nothing is visited; `reason` says why in both languages."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.reason = Bilingual(zh, en)


class _PortalsSpider(Protocol):
    portals: tuple[Portal, ...]


class RegisteredHosts:
    """Downloader middleware. Redirects and robots.txt pass through it as every request does.

    A request names its portal in `meta["portal"]`; robots.txt, which Scrapy asks for by itself, belongs to
    whatever portal has the host. A refused request reaches its errback as RequestRefused.
    """

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._checked: set[str] = set()

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """For the portals of the crawl's spider."""
        return cls(crawler)

    async def process_request(self, request: Request) -> None:
        """Refuse what is not the portal's own; give the request the slot of its host.

        Raises RequestRefused, CannotResolveHostError.
        """
        host = host_of(request.url)
        if host is None:
            url = request.url[:200]
            raise RequestRefused(f"不是可访问的网址：{url}", f"not an address that is visited: {url}")
        portal = self._portal(request, host)
        if portal is None:
            if request.meta.get("redirect_times"):
                raise RequestRefused(f"跳转到其他网站：{host}", f"redirects to another host: {host}")
            raise RequestRefused(f"不属于该网站的主机：{host}", f"not a host of the portal: {host}")
        if not portal.private:
            if is_private(host):
                raise RequestRefused(f"内网地址：{host}", f"private address: {host}")
            await self._check_address(urlsplit(request.url).hostname or "")
        # a redirect comes with the slot of the host that sent it
        request.meta["download_slot"] = host

    def _portal(self, request: Request, host: str) -> Portal | None:
        portals = cast(_PortalsSpider, self._crawler.spider).portals
        named = request.meta.get("portal")
        return next(
            (portal for portal in portals if host in portal.hosts and named in (None, portal.id)),
            None,
        )

    async def _check_address(self, name: str) -> None:
        """Resolve a name once, refuse it if any of its addresses is private, and hold on to the first one:
        a second look-up by the downloader could be told another address.
        """
        if name in self._checked and name in dnscache:
            return
        try:
            ipaddress.ip_address(name)
            return  # a literal, judged already
        except ValueError:
            pass
        loop = asyncio.get_running_loop()
        try:
            found = await asyncio.wait_for(
                loop.getaddrinfo(name, None, family=socket.AF_INET, type=socket.SOCK_STREAM), RESOLVE_SECONDS
            )
        except (OSError, UnicodeError, TimeoutError):
            raise CannotResolveHostError(name) from None
        addresses = [str(address[4][0]) for address in found]
        refused = next((a for a in addresses if not ipaddress.ip_address(a).is_global), None)
        if refused is not None:
            raise RequestRefused(
                f"{name}指向内网地址{refused}", f"{name} leads to the private address {refused}"
            )
        dnscache[name] = addresses[0]
        self._checked.add(name)
