"""A browser without a network: Debian's Chromium, driven by playwright.

Every name leads nowhere and every connection goes to a proxy that is not there, so that nothing is fetched
but what the caller of `page` hands over. No state is kept: each page has a context of its own, which ends
with it.
"""

from __future__ import annotations

import asyncio
import importlib.util
import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from playwright.async_api import Browser, BrowserContext, Page, Playwright

CLOSE_SECONDS = 10.0
"""Seconds in which a page, or the browser, is expected to close when told to."""
_PROGRAMS = ("chromium", "chromium-browser")
_NOWHERE = "http://127.0.0.1:9"
_SWITCHES = (
    "--host-resolver-rules=MAP * ~NOTFOUND",
    "--disable-quic",
    # what would pass by the proxy: WebRTC and WebTransport speak UDP
    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--disable-features=WebTransport,DialMediaRouteProvider,MediaRouter,OptimizationHints,Translate",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--dns-prefetch-disable",
    "--no-pings",
    "--no-first-run",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--js-flags=--max-old-space-size=512",
    "--renderer-process-limit=2",
)
_KEPT = ("PATH", "HOME", "LANG", "TMPDIR", "LD_LIBRARY_PATH", "XDG_RUNTIME_DIR")
_WITHOUT_PEERS = """
for (const [name, value] of [
  ["RTCPeerConnection", undefined], ["webkitRTCPeerConnection", undefined], ["WebTransport", undefined],
  ["open", () => null],
]) {
  try { Object.defineProperty(window, name, {value, configurable: false, writable: false}); } catch (_) {}
}
"""


class NoBrowser(Exception):
    """The browser is not there, or does not start; the reason is one line."""


def installed() -> bool:
    """Whether pages can be shown here: the extra `browser` and Debian's Chromium are both there."""
    return driver_installed() and program() is not None


def driver_installed() -> bool:
    """Whether the extra `browser` is installed."""
    return importlib.util.find_spec("playwright") is not None


def program() -> str | None:
    """The browser, None where there is none."""
    return next(filter(None, map(shutil.which, _PROGRAMS)), None)


class Chromium:
    """One browser, started when the first page is wanted and started anew when it has ended."""

    def __init__(self, user_agent: str) -> None:
        self._user_agent = user_agent
        self._starting = asyncio.Lock()
        self._driver: Playwright | None = None
        self._browser: Browser | None = None

    @asynccontextmanager
    async def page(self) -> AsyncIterator[Page]:
        """An empty page in a context of its own. Raises NoBrowser."""
        browser = await self._started()
        try:
            context = await browser.new_context(
                user_agent=self._user_agent,
                locale="zh-CN",
                timezone_id="Asia/Shanghai",
                service_workers="block",
                accept_downloads=False,
                # what comes is handed over by our own downloader, which judges certificates
                ignore_https_errors=True,
            )
        except Exception as error:
            await self.close()
            raise NoBrowser(_line(error)) from error
        try:
            await context.add_init_script(_WITHOUT_PEERS)
            page = await context.new_page()
            yield page
        finally:
            await self._closed(context)

    async def close(self) -> None:
        """End the browser and its driver, whatever they are doing."""
        browser, driver = self._browser, self._driver
        self._browser = self._driver = None
        if browser is not None:
            with suppress(Exception):
                await asyncio.wait_for(browser.close(), CLOSE_SECONDS)
        if driver is not None:
            with suppress(Exception):
                await asyncio.wait_for(driver.stop(), CLOSE_SECONDS)

    async def _started(self) -> Browser:
        async with self._starting:
            if self._browser is not None and self._browser.is_connected():
                return self._browser
            await self.close()
            executable = program()
            if executable is None or not driver_installed():
                raise NoBrowser("chromium or playwright is not installed")
            from playwright.async_api import async_playwright

            try:
                self._driver = await async_playwright().start()
                self._browser = await self._driver.chromium.launch(
                    executable_path=executable,
                    args=list(_SWITCHES),
                    chromium_sandbox=os.geteuid() != 0,  # Chromium has none for root
                    proxy={"server": _NOWHERE, "bypass": "<-loopback>"},
                    env=_environment(),
                    handle_sigint=False,  # the crawl ends it
                    handle_sigterm=False,
                    handle_sighup=False,
                )
            except Exception as error:
                await self.close()
                raise NoBrowser(_line(error)) from error
            return self._browser

    async def _closed(self, context: BrowserContext) -> None:
        try:
            await asyncio.wait_for(context.close(), CLOSE_SECONDS)
        except Exception:
            await self.close()  # a page that cannot be ended otherwise


def _environment() -> dict[str, str | float | bool]:
    return {name: os.environ[name] for name in _KEPT if name in os.environ}


def _line(error: Any) -> str:
    return str(error).strip().partition("\n")[0][:300] or type(error).__name__
