"""robots.txt as RFC 9309 has it: no rules where there is no file, no visit where the file cannot be had.

In place of Scrapy's own, which lets a crawl in when the file fails, follows it to other hosts, and leaves
Crawl-delay to a setting that knows no portals.
"""

from __future__ import annotations

import asyncio
import logging
from typing import NamedTuple, Self
from urllib.parse import urlsplit

from protego import Protego
from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response
from scrapy.http.request import NO_CALLBACK

from crawler.answers import trouble_with
from crawler.challenges import product_of
from crawler.conduct import MAX_DELAY
from crawler.portals import host_of
from crawler.report.model import Bilingual
from crawler.throttle import Courtesy
from crawler.withheld import ForbiddenByRobots, RequestRefused, Withheld

logger = logging.getLogger(__name__)

PRODUCT = "nianbao"
"""The name by which a robots.txt speaks to this program."""
MAX_READ = 500 * 1024
"""Bytes of a robots.txt that are read; RFC 9309 asks for no less."""
MAX_SIZE = 5 * 1024 * 1024
"""Bytes that are taken in: a file beyond that is none."""
_FORBIDDEN = Bilingual("robots.txt不允许访问", "Forbidden by robots.txt")


class Rules(NamedTuple):
    """What a host asks of us. `refusal` says why nothing at all may be visited, None where something may;
    `delay` is its Crawl-delay in seconds, None where it has none.
    """

    refusal: Bilingual | None = None
    delay: float | None = None
    file: Protego | None = None

    def forbid(self, url: str) -> Bilingual | None:
        """Why `url` may not be visited; None where it may."""
        if self.refusal is not None:
            return self.refusal
        if self.file is not None and not self.file.can_fetch(url, PRODUCT):
            return _FORBIDDEN
        return None


NO_RULES = Rules()


def rules_in(response: Response) -> Rules:
    """The rules that an answer to the request for robots.txt comes to."""
    product = product_of(response)
    if product is not None:
        return unreachable(
            Bilingual(f"被拦截：{product} {response.status}", f"blocked: {product} {response.status}")
        )
    if response.status == 429 or response.status >= 500:
        return unreachable(Bilingual(f"HTTP {response.status}", f"HTTP {response.status}"))
    if not 200 <= response.status < 300:
        return NO_RULES
    return rules_of(response.body)


def rules_of(body: bytes) -> Rules:
    """The rules of a file, whatever it holds: what is no rule is passed over."""
    if len(body) > MAX_READ:
        body = body[:MAX_READ].rpartition(b"\n")[0]
    file = Protego.parse(body.decode("utf-8-sig", "replace"))
    delay = file.crawl_delay(PRODUCT)
    return Rules(file=file, delay=delay if delay is not None and delay > 0 else None)


def unreachable(trouble: Bilingual) -> Rules:
    """The rules of a host whose file could not be had: nobody knows what it forbids."""
    return Rules(
        Bilingual(f"无法取得robots.txt（{trouble.zh}）", f"robots.txt could not be had ({trouble.en})")
    )


class RobotsRules:
    """Downloader middleware. Asks every host once in a crawl, before its first page."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._courtesy = Courtesy.of(crawler)
        self._rules: dict[str, asyncio.Task[Rules]] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """For the hosts of the crawl."""
        return cls(crawler)

    async def process_request(self, request: Request) -> None:
        """Raises ForbiddenByRobots."""
        host = host_of(request.url)
        if host is None or "robots_of" in request.meta:
            return
        if host not in self._rules:
            self._rules[host] = asyncio.create_task(self._ask(request, host))
        rules = await asyncio.shield(self._rules[host])
        why = rules.forbid(request.url)
        if why is not None:
            raise ForbiddenByRobots(*why)

    async def _ask(self, request: Request, host: str) -> Rules:
        parts = urlsplit(request.url)
        robots = Request(
            f"{parts.scheme}://{parts.netloc}/robots.txt",
            callback=NO_CALLBACK,
            priority=1000,
            meta={"robots_of": host, "portal": request.meta.get("portal"), "download_maxsize": MAX_SIZE},
        )
        try:
            rules = rules_in(await self._crawler.engine.download_async(robots))
        except RequestRefused as error:  # it leads to another host, whose rules are its own
            logger.info("%s: %s", robots.url, error)
            rules = NO_RULES
        except Withheld as error:
            rules = Rules(error.reason)
        except IgnoreRequest as error:  # redirects without end: RFC 9309 takes that for no file
            logger.info("%s: %s", robots.url, error)
            rules = NO_RULES
        except Exception as error:
            rules = unreachable(trouble_with(error))
        self._note(request, host, rules)
        return rules

    def _note(self, request: Request, host: str, rules: Rules) -> None:
        if rules.refusal is not None:
            logger.warning("%s: %s", host, rules.refusal.en)
        slot = self._courtesy.slot_of(request.url)
        if rules.delay is None or slot is None:
            return
        if not self._courtesy.host(slot).asks_for(rules.delay):
            logger.warning(
                "%s: robots.txt asks for a pause of %.0f s between requests, %.0f s are kept",
                host,
                rules.delay,
                MAX_DELAY,
            )
