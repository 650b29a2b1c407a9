"""robots.txt as RFC 9309 has it: no rules where there is no file, no visit where the file cannot be had.

In place of Scrapy's own, which lets a crawl in when the file fails, follows it to other hosts, and leaves
Crawl-delay to a setting that knows no portals.
"""

from __future__ import annotations

import asyncio
import logging
import re
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
from crawler.withheld import ForbiddenByRobots, Interrupted, RequestRefused, Withheld

logger = logging.getLogger(__name__)

PRODUCT = "nianbao"
"""The name by which a robots.txt speaks to this program."""
MAX_READ = 500 * 1024
"""Bytes of a robots.txt that are read; RFC 9309 asks for no less."""
MAX_SIZE = 5 * 1024 * 1024
"""Bytes that are taken in: a file beyond that is none."""
_AGENT = re.compile(r"\s*user[-\s]*agent(?=[\s:]|$)\s*:?\s*([a-z_-]+|\*(?=[\s#]|$))?", re.I)
_FORBIDDEN = Bilingual("robots.txt不允许访问", "Forbidden by robots.txt")


class Rules(NamedTuple):
    """What a host asks of us. `refusal` says why nothing at all may be visited, None where something may;
    `delay` is its Crawl-delay in seconds, None where it has none; `notes` are for the operator.
    """

    refusal: Bilingual | None = None
    delay: float | None = None
    file: Protego | None = None
    notes: tuple[Bilingual, ...] = ()

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
    lines = body.decode("utf-8-sig", "replace").splitlines()
    file = Protego.parse("\n".join(map(_addressed, lines)))
    delay = file.crawl_delay(PRODUCT)
    if delay is None or delay <= 0:
        return Rules(file=file)
    if delay <= MAX_DELAY:
        return Rules(file=file, delay=delay)
    note = Bilingual(
        f"robots.txt要求间隔{delay:.10g}秒，实际间隔{MAX_DELAY:.0f}秒",
        f"robots.txt asks for a pause of {delay:.10g} s between requests, {MAX_DELAY:.0f} s are kept",
    )
    return Rules(file=file, delay=delay, notes=(note,))


def _addressed(line: str) -> str:
    """A line of the file, whose agents become ourselves, anybody, or somebody else.

    A file may name thousands of agents before thousands of rules, and every rule is kept for every agent.
    """
    agent = _AGENT.match(line)
    if agent is None:
        return line
    name = (agent[1] or "").lower()
    return f"User-agent: {name if name in (PRODUCT, '*') else 'another'}"


def unreachable(trouble: Bilingual) -> Rules:
    """The rules of a host whose file could not be had: nobody knows what it forbids."""
    return Rules(
        Bilingual(
            f"无法取得robots.txt（{trouble.zh}），按规则不访问该主机",
            f"robots.txt could not be had ({trouble.en}), so the host is not visited",
        )
    )


class RobotsRules:
    """Downloader middleware. Asks every host once in a crawl, before its first page.

    What is served in plain and encrypted are two services with a file each (RFC 9309, 2.3); where one file
    leads to the other, one request serves both.
    """

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._courtesy = Courtesy.of(crawler)
        self._rules: dict[str, asyncio.Task[Rules]] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """For the hosts of the crawl."""
        return cls(crawler)

    async def process_request(self, request: Request) -> None:
        """Raises ForbiddenByRobots, Interrupted."""
        host = host_of(request.url)
        if host is None or "robots_of" in request.meta:
            return
        service = _service(request.url, host)
        if service not in self._rules:
            self._rules[service] = asyncio.create_task(self._ask(request, host))
        asked = self._rules[service]
        rules = asked.result() if asked.done() else await asyncio.shield(asked)
        if rules.delay is not None:
            self._courtesy.host(request.meta["download_slot"]).asks_for(rules.delay)
        for note in rules.notes:
            self._courtesy.note(request, Bilingual(f"{host}：{note.zh}", f"{host}: {note.en}"))
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
            response = await self._crawler.engine.download_async(robots)
            rules = rules_in(response)
            self._holds_for(response)
        except RequestRefused as error:  # it leads where nothing is visited
            rules = Rules(
                notes=(
                    Bilingual(
                        f"robots.txt未读（{error.reason.zh}）", f"robots.txt was not read ({error.reason.en})"
                    ),
                )
            )
        except Interrupted:  # that says nothing of the host
            raise
        except Withheld as error:
            rules = Rules(error.reason)
        except IgnoreRequest as error:  # redirects without end: RFC 9309 takes that for no file
            logger.info("%s: %s", robots.url, error)
            rules = NO_RULES
        except Exception as error:
            rules = unreachable(trouble_with(error))
        for told in (*rules.notes, *filter(None, (rules.refusal,))):
            logger.warning("%s: %s", host, told.en)
        return rules

    def _holds_for(self, response: Response) -> None:
        """Where the file was found in the end, it holds as well."""
        host = host_of(response.url)
        task = asyncio.current_task()
        if host is not None and task is not None and urlsplit(response.url).path == "/robots.txt":
            self._rules.setdefault(_service(response.url, host), task)


def _service(url: str, host: str) -> str:
    return f"{urlsplit(url).scheme}://{host}"
