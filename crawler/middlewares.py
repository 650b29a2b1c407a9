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

RESOLVE_SECONDS = 20.0


class _PortalsSpider(Protocol):
    portals: tuple[Portal, ...]


class RegisteredHosts:
    """Downloader middleware. Redirects and robots.txt pass through it as every request does.

    A request names its portal in `meta["portal"]`; robots.txt, which Scrapy asks for by itself, belongs to
    whatever portal has the host. A refused request reaches its errback as IgnoreRequest.
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

        Raises IgnoreRequest, CannotResolveHostError.
        """
        host = host_of(request.url)
        if host is None:
            raise IgnoreRequest(f"not an address that is visited: {request.url[:200]}")
        portal = self._portal(request, host)
        if portal is None:
            how = (
                "redirects to another host"
                if request.meta.get("redirect_times")
                else "not a host of the portal"
            )
            raise IgnoreRequest(f"{how}: {host}")
        if not portal.private:
            if is_private(host):
                raise IgnoreRequest(f"private address: {host}")
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
            raise IgnoreRequest(f"{name} leads to the private address {refused}")
        dnscache[name] = addresses[0]
        self._checked.add(name)
