"""One page in the browser, from the answer that is its document until it has come to rest."""

from __future__ import annotations

import asyncio
import logging
import time
from collections import OrderedDict
from collections.abc import Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any, NamedTuple, Self
from urllib.parse import urldefrag

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import HtmlResponse, Response, TextResponse
from scrapy.http.request import NO_CALLBACK

from crawler.answers import trouble_of, trouble_with
from crawler.rendering.scripts import Answer, Scripts
from crawler.report.model import Bilingual
from crawler.withheld import NotRendered, RequestRefused

if TYPE_CHECKING:
    from playwright.async_api import Page, Route
    from playwright.async_api import Request as Wanted

logger = logging.getLogger(__name__)

RENDERED = "rendered"
"""Key of a request's meta that asks for it, and flag of a response that was shown by a browser."""
MOST_REQUESTS = 80
"""Requests that one page may make."""
MOST_BYTES = 40 * 1024 * 1024
"""Bytes that one page may fetch."""
MOST_CHARACTERS = 4 * 1024 * 1024
MOST_ELEMENTS = 100_000
"""Size of a page that is taken over."""
QUIET_SECONDS = 1.0
"""Seconds without a request after which a page is at rest."""
_MOST_POSTED = 256 * 1024
_MOST_HEADERS = 16 * 1024
_MOST_REFUSED = 20
_LOOKS = 10

_FETCHED = frozenset({"script", "xhr", "fetch"})
_METHODS = frozenset({"GET", "HEAD", "POST"})
_OURS = frozenset(
    {"accept-encoding", "connection", "content-length", "cookie", "host", "te", "upgrade", "user-agent"}
)
_NOT_PASSED_ON = frozenset(
    {"content-encoding", "content-length", "connection", "set-cookie", "transfer-encoding", "refresh", "link"}
)

_RESTLESS = Bilingual("网页在浏览器中一直没有加载完", "the page never came to rest in the browser")
_TOO_LARGE = Bilingual("网页在浏览器中超过大小上限", "the page grew beyond the size limit in the browser")
_TOO_MANY = Bilingual(f"网页请求超过{MOST_REQUESTS}次", f"the page made more than {MOST_REQUESTS} requests")

_TAKEN_OVER = """
(() => {
  const elements = document.getElementsByTagName("*").length;
  if (elements > %d || !document.documentElement) return {elements, html: null};
  const html = document.documentElement.outerHTML;
  return {elements, html: html.length > %d ? null : html, address: document.URL};
})()
"""
_ELEMENTS = 'document.getElementsByTagName("*").length'


class PageLoad:
    """One page in the browser, from the answer that is its document until it has come to rest."""

    def __init__(self, crawler: Crawler, request: Request, response: TextResponse, scripts: Scripts) -> None:
        self._crawler = crawler
        self._portal: str | None = request.meta.get("portal")
        self._request = request
        self._response = response
        self._scripts = scripts
        self._one_at_a_time = asyncio.Lock()
        self._document_given = False
        self._over = False
        self._waiting = 0
        self._quiet_since = time.monotonic()
        self._fetched = 0
        self._problem: Bilingual | None = None
        self._jump: str | None = None
        self._left = False
        self._page: Page | None = None
        self.requests = 0
        self.refused: OrderedDict[str, None] = OrderedDict()

    async def shown(self, page: Page, seconds: float) -> Response:
        """The page at rest. Raises NotRendered."""
        self._page = page
        await page.context.route("**/*", self._answered)
        try:
            async with asyncio.timeout(seconds):
                taken = await self._at_rest(page)
        except TimeoutError:
            raise NotRendered(*(self._problem or _RESTLESS)) from None
        except NotRendered:
            raise
        except Exception as error:  # the page, or the browser, has ended
            told = str(error).strip().partition("\n")[0][:200]
            raise NotRendered(f"浏览器出错：{told}", f"the browser failed: {told}") from error
        for host in self.refused:
            logger.info("%s: %s is not asked by a browser", self._response.url, host)
        if self._problem is not None:
            raise NotRendered(*self._problem)
        return self._as_response(taken)

    def end(self) -> None:
        """The page is given up, or done: what it still wants is not asked for."""
        self._over = True

    # coming to rest

    async def _at_rest(self, page: Page) -> dict[str, Any]:
        if not await self._opened(page):
            return {}
        isolated = await _Isolated.of(page)
        elements = -1
        for _ in range(_LOOKS):
            await self._quiet()
            if self._jump is not None or self._problem is not None:
                return {}
            before, elements = elements, int(await isolated.value(_ELEMENTS))
            if elements == before and self._waiting == 0:
                break
        taken = await isolated.value(_TAKEN_OVER % (MOST_ELEMENTS, MOST_CHARACTERS))
        if not isinstance(taken, dict) or not isinstance(taken.get("html"), str):
            raise NotRendered(*_TOO_LARGE)
        return taken

    async def _opened(self, page: Page) -> bool:
        """Until the document is there; False where it wants to go elsewhere before that: playwright may then
        wait for ever.
        """
        address = urldefrag(self._response.url).url
        opening = asyncio.ensure_future(page.goto(address, wait_until="domcontentloaded", timeout=0))
        try:
            while not opening.done() and not self._left:
                await asyncio.wait({opening}, timeout=0.1)
            if not opening.done():  # what stands there is cut off; it leads to itself where nowhere else
                self._jump = self._jump or address
            elif not self._left:
                opening.result()
        finally:
            opening.cancel()
            with suppress(asyncio.CancelledError, Exception):
                await opening
        return self._jump is None

    async def _quiet(self) -> None:
        """Until nothing was asked for during a while, or there is no use in waiting."""
        self._quiet_since = max(self._quiet_since, time.monotonic() - QUIET_SECONDS / 2)
        while self._problem is None and self._jump is None:
            rest = self._quiet_since + QUIET_SECONDS - time.monotonic()
            if not self._waiting and rest <= 0:
                return
            await asyncio.sleep(max(rest, 0.05) if not self._waiting else 0.05)

    def _as_response(self, taken: Mapping[str, Any]) -> Response:
        headers = {"Content-Type": "text/html; charset=utf-8"}  # its validators are those of the shell
        flags = [*self._response.flags, RENDERED]
        url = self._response.url
        if self._jump is not None:
            target = self._jump.replace("&", "&amp;").replace('"', "&quot;")
            body = f'<html><head><meta http-equiv="refresh" content="0;url={target}"></head></html>'
        else:
            body = f"<!DOCTYPE html>{taken['html']}"
            address = urldefrag(str(taken.get("address", ""))[:2000]).url
            if _origin(address) != _origin(url):
                raise NotRendered("浏览器中显示的不是此页", "the browser shows another page")
            url = address  # scripts may have changed it, and relative addresses stand on it
        return HtmlResponse(
            url,
            headers=headers,
            body=body.encode("utf-8", "replace"),
            encoding="utf-8",
            flags=flags,
            request=self._request,
        )

    def _given_up(self) -> bool:
        return self._over or self._problem is not None or self._jump is not None

    # what the page asks for

    async def _answered(self, route: Route, wanted: Wanted) -> None:
        """Every request of the page, and of any page that it opens, comes here and goes no other way."""
        if self._is_leaving(wanted):  # a page that reloads itself again and again is at rest all the same
            with suppress(Exception):
                await route.fulfill(status=204)
            return
        self._waiting += 1
        try:
            answer = await self._answer_to(wanted)
            if answer is None or self._over:
                await route.abort()
            else:
                await route.fulfill(status=answer.status, headers=answer.headers, body=answer.body)
        except Exception as error:  # the page has ended meanwhile
            logger.debug("%s: %s", self._response.url, error)
            with suppress(Exception):
                await route.abort()
        finally:
            self._waiting -= 1
            self._quiet_since = time.monotonic()

    async def _answer_to(self, wanted: Wanted) -> Answer | None:
        kind = wanted.resource_type
        if wanted.is_navigation_request():
            return self._document(wanted)
        if kind == "stylesheet":  # scripts may wait for it
            return Answer(200, {"content-type": "text/css"}, b"")
        if kind not in _FETCHED or wanted.method not in _METHODS or self._given_up():
            return None
        if kind == "script" and wanted.method == "GET":
            kept = self._scripts.get(self._portal, wanted.url)
            if kept is not None:
                return kept
        async with self._one_at_a_time:
            if self._given_up():
                return None
            return await self._fetch(wanted, kind)

    def _is_leaving(self, wanted: Wanted) -> bool:
        """Whether the page wants to go elsewhere. Where to is noted, and not gone to: it stays as it is. Were
        it refused, an error of the browser's own would take its place.
        """
        if not (wanted.is_navigation_request() and self._document_given and self._is_own(wanted)):
            return False
        self._left = True
        address = urldefrag(wanted.url).url
        if address != urldefrag(self._response.url).url and self._jump is None:
            self._jump = address[:2000]
        return True

    def _is_own(self, wanted: Wanted) -> bool:
        """Whether the page itself asks, and no frame in it or window beside it."""
        try:
            return self._page is not None and wanted.frame == self._page.main_frame
        except Exception:  # of a window that is about to open
            return False

    def _document(self, wanted: Wanted) -> Answer | None:
        """The answer that we have, once. Frames are pages of their own, which the spider looks at."""
        if self._document_given or not self._is_own(wanted):
            return None
        self._document_given = True
        content_type = f"text/html; charset={self._response.encoding}"
        return Answer(200, {"content-type": content_type}, self._response.body)

    async def _fetch(self, wanted: Wanted, kind: str) -> Answer | None:
        posted = wanted.post_data_buffer or b""
        headers = {
            name: value
            for name, value in wanted.headers.items()
            if name.lower() not in _OURS and not name.lower().startswith(("sec-", ":"))
        }
        if len(posted) > _MOST_POSTED or sum(len(n) + len(v) for n, v in headers.items()) > _MOST_HEADERS:
            self._problem = _TOO_LARGE
            return None
        if self.requests >= MOST_REQUESTS:
            self._problem = _TOO_MANY
            return None
        try:
            request = Request(
                wanted.url,
                method=wanted.method,
                headers=headers,
                body=posted,
                callback=NO_CALLBACK,
                meta={"portal": self._portal},
                dont_filter=True,
            )
            answer = await self._crawler.engine.download_async(request)
        except (RequestRefused, ValueError):
            if len(self.refused) < _MOST_REFUSED:
                self.refused[wanted.url[:200]] = None
            return None
        except Exception as error:
            self.requests += 1
            self._problem = trouble_with(error)
            return None
        self.requests += 1
        return self._passed_on(wanted, kind, answer)

    def _passed_on(self, wanted: Wanted, kind: str, answer: Response) -> Answer | None:
        trouble = trouble_of(answer)
        self._fetched += len(answer.body)
        if trouble is None and self._fetched > MOST_BYTES:
            trouble = _TOO_LARGE
        if trouble is not None:
            self._problem = trouble
            return None
        if 300 <= answer.status < 400:
            return None  # it would be followed past us
        headers = {
            name.decode("latin-1"): b", ".join(values).decode("latin-1")
            for name, values in answer.headers.items()
            if name.decode("latin-1").lower() not in _NOT_PASSED_ON
        }
        passed = Answer(answer.status, headers, answer.body)
        if kind == "script" and answer.status == 200 and wanted.method == "GET":
            self._scripts.keep(self._portal, wanted.url, passed)
        return passed


class _Isolated(NamedTuple):
    """A world of scripts beside the page's own: what it sees cannot be forged by the page."""

    session: Any
    frame: str

    @classmethod
    async def of(cls, page: Page) -> Self:
        session = await page.context.new_cdp_session(page)
        tree = await session.send("Page.getFrameTree")
        return cls(session, tree["frameTree"]["frame"]["id"])

    async def value(self, expression: str) -> Any:
        world = await self.session.send("Page.createIsolatedWorld", {"frameId": self.frame})
        told = await self.session.send(
            "Runtime.evaluate",
            {
                "expression": expression,
                "contextId": world["executionContextId"],
                "returnByValue": True,
            },
        )
        return told.get("result", {}).get("value")


def _origin(url: str) -> str:
    return "/".join(url.split("/", 3)[:3])
