"""A crawl of nothing but given addresses, each shown by a browser, in a child process."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any, ClassVar, NamedTuple

from crawler.convert import chromium

SECONDS = 600
_ROOT = Path(__file__).parents[2]


class Shown(NamedTuple):
    """What came of one address: the page with its flags and the requests that it made, or a problem."""

    url: str = ""
    text: str = ""
    flags: tuple[str, ...] = ()
    cost: int = 0
    headers: tuple[str, ...] = ()
    problem: str = ""
    zh: str = ""


def show(
    urls: Sequence[str], *hosts: str, environment: dict[str, str] | None = None, **constants: float
) -> dict[str, Shown]:
    """Show every address, all of one portal with these hosts; `constants` are those of crawler.rendering."""
    done = subprocess.run(
        command(urls, *hosts, **constants),
        cwd=_ROOT,
        env=os.environ | (environment or {}),
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-5000:]
    told = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(told) == len(urls), done.stderr[-5000:]
    return {asked: Shown(*rest) for asked, *rest in told}


def command(urls: Sequence[str], *hosts: str, **constants: float) -> list[str]:
    """The crawl as a child process."""
    task = {"urls": list(urls), "hosts": hosts, "constants": constants}
    return [sys.executable, "-m", "tests.crawler.showing", json.dumps(task)]


def require_browser() -> None:
    """Fail where there is none: these tests are about nothing else."""
    assert chromium.driver_installed(), "install the extra `browser`"
    assert chromium.program() is not None, "install Debian's package chromium"


def _main(task: dict[str, Any]) -> None:
    from scrapy import Request, Spider
    from scrapy.crawler import AsyncCrawlerProcess
    from scrapy.settings import Settings

    from crawler import clock, rendering
    from crawler.answers import trouble_with
    from crawler.health import Visit
    from crawler.portals import Portal
    from crawler.rendering import loading

    for name, value in task["constants"].items():
        for module in (rendering, loading):
            if hasattr(module, name):
                setattr(module, name, value)
    told = sys.stdout
    sys.stdout = sys.stderr

    def tell(url: str, shown: Shown) -> None:
        told.write(json.dumps([url, *shown]) + "\n")
        told.flush()

    hosts = tuple(task["hosts"])

    class Showing(Spider):
        name = "showing"
        kind = "crawl"
        portals = (
            Portal(id="p", name="某门户", home=f"http://{hosts[0]}/", hosts=hosts, private=True, delay=0.0),
        )
        visits: ClassVar = {"p": Visit("p", clock.now(), None)}

        class province:  # noqa: N801 - as the attribute of a spider
            window = None

        async def start(self) -> AsyncIterator[Any]:
            for url in task["urls"]:
                meta = {"portal": "p", "asked": url, rendering.RENDERED: True}
                yield Request(url, callback=self.answered, errback=self.failed, meta=meta, dont_filter=True)

        def answered(self, response: Any) -> None:
            names = tuple(sorted(name.decode() for name in response.headers))
            cost = response.meta.get(rendering.COST, 0)
            shown = Shown(response.url, response.text, tuple(response.flags), cost, names)
            tell(response.meta["asked"], shown)

        def failed(self, failure: Any) -> None:
            trouble = trouble_with(failure.value)
            tell(failure.request.meta["asked"], Shown(problem=trouble.en, zh=trouble.zh))

    settings = Settings()
    settings.setmodule("crawler.settings")
    settings.update(
        {"ITEM_PIPELINES": {}, "EXTENSIONS": {"crawler.throttle.Courtesy": 1}, "DOWNLOAD_DELAY": 0}
    )
    process = AsyncCrawlerProcess(settings)
    process.crawl(Showing)
    process.start()


if __name__ == "__main__":
    _main(json.loads(sys.argv[1]))
