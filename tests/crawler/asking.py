"""A crawl of nothing but given addresses, in a child process: what each of them came to."""

from __future__ import annotations

import itertools
import json
import os
import subprocess
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from pathlib import Path
from typing import Any, ClassVar, NamedTuple

SECONDS = 120
_ROOT = Path(__file__).parents[2]


class Outcome(NamedTuple):
    """`problem` is the English label of what came instead of an answer, `zh` the Chinese one."""

    status: int | None
    size: int = 0
    problem: str = ""
    zh: str = ""
    kind: str = ""


class Asked(NamedTuple):
    """What each address came to, the log, the most memory that the process took, in MB, what was noted of
    each portal, and how many seconds the crawl went on after it was told to end.
    """

    outcomes: dict[str, Outcome]
    log: str
    peak: float
    notes: dict[str, list[str]]
    ended_in: float | None

    def problem(self, url: str) -> str:
        """Why an address gave no answer; empty where it gave one."""
        return self.outcomes[url].problem


def ask(
    urls: Sequence[str],
    portals: Sequence[Mapping[str, Any]],
    *,
    kind: str = "crawl",
    window: Mapping[str, str] | None = None,
    now: str = "2026-01-05T03:00:00",
    names: Mapping[str, Sequence[Sequence[str]]] | None = None,
    public: Sequence[str] = (),
    stop_after: float | None = None,
    **settings: object,
) -> Asked:
    """Ask for every address at once, as a spider of these portals.

    `names` lead to the given addresses, the first time to the first and so on; those that begin as one of
    `public` pass for public ones; after `stop_after` seconds the process is told to end.
    """
    task = {
        "urls": list(urls),
        "portals": list(portals),
        "kind": kind,
        "window": window,
        "settings": settings,
        "names": names or {},
        "public": list(public),
        "stop_after": stop_after,
    }
    environment = {name: value for name, value in os.environ.items() if not name.startswith("NIANBAO_")}
    done = subprocess.run(
        [sys.executable, "-m", "tests.crawler.asking", json.dumps(task)],
        cwd=_ROOT,
        env=environment | {"NIANBAO_NOW": now},
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-5000:]
    *lines, last = done.stdout.splitlines()
    told = [json.loads(line) for line in lines]
    return Asked({url: Outcome(*rest) for url, *rest in told}, done.stderr, *json.loads(last))


def portal(*hosts: str, scheme: str = "http", **keys: Any) -> dict[str, Any]:
    """A private portal with these hosts, asked without a pause unless `delay` says otherwise."""
    name = "p-" + "".join(character if character.isalnum() else "-" for character in hosts[0])
    return {
        "id": name,
        "name": "某门户",
        "home": f"{scheme}://{hosts[0]}/",
        "hosts": hosts,
        "private": True,
        "delay": 0.0,
        **keys,
    }


def _main(task: Mapping[str, Any]) -> None:
    import signal
    import threading
    import time

    from scrapy import Request, Spider
    from scrapy.crawler import AsyncCrawlerProcess
    from scrapy.settings import Settings

    from crawler import clock, resolving
    from crawler.answers import trouble_with
    from crawler.health import Visit
    from crawler.portals import Portal, host_of
    from crawler.portals.values import Window

    told = sys.stdout
    sys.stdout = sys.stderr

    def tell(url: str, outcome: Outcome) -> None:
        told.write(json.dumps([url, *outcome]) + "\n")

    stopped: list[float] = []

    def stop() -> None:
        stopped.append(time.monotonic())
        os.kill(os.getpid(), signal.SIGTERM)

    class Asking(Spider):
        name = "asking"
        portals = tuple(Portal(**{**given, "hosts": tuple(given["hosts"])}) for given in task["portals"])
        visits: ClassVar = {one.id: Visit(one.id, clock.now(), None) for one in portals}
        kind = task["kind"]

        class province:  # noqa: N801 - as the attribute of a spider
            window = None if task["window"] is None else Window(**task["window"])

        async def start(self) -> AsyncIterator[Any]:
            if task["stop_after"] is not None:
                threading.Timer(task["stop_after"], stop).start()
            for url in task["urls"]:
                owner = next((p.id for p in self.portals if host_of(url) in p.hosts), self.portals[0].id)
                meta = {"portal": owner, "asked": url}
                yield Request(url, callback=self.answered, errback=self.failed, meta=meta, dont_filter=True)

        def answered(self, response: Any) -> None:
            tell(response.meta["asked"], Outcome(response.status, len(response.body)))

        def failed(self, failure: Any) -> None:
            trouble = trouble_with(failure.value)
            outcome = Outcome(None, 0, trouble.en, trouble.zh, type(failure.value).__name__)
            tell(failure.request.meta["asked"], outcome)

    leading = {name: itertools.chain(led, itertools.repeat(led[-1])) for name, led in task["names"].items()}
    looked_up = resolving._getaddrinfo

    def lead(name: str) -> list[Any]:
        if name not in leading:
            return looked_up(name)
        return [(0, 0, 0, "", (address, 0)) for address in next(leading[name])]

    resolving._getaddrinfo = lead
    judged = resolving.is_public
    resolving.is_public = lambda address: str(address).startswith(tuple(task["public"])) or judged(address)
    settings = Settings()
    settings.setmodule("crawler.settings")
    settings.update(
        {"ITEM_PIPELINES": {}, "EXTENSIONS": {"crawler.throttle.Courtesy": 1}, **task["settings"]}
    )
    process = AsyncCrawlerProcess(settings)
    process.crawl(Asking)
    process.start()
    ended_in = time.monotonic() - stopped[0] if stopped else None
    # not ru_maxrss: it begins with what the parent had when it forked
    status = Path("/proc/self/status").read_text(encoding="ascii")
    peak = int(status.split("VmHWM:")[1].split()[0]) / 1024
    notes = {name: [note["en"] for note in visit.detail()["notes"]] for name, visit in Asking.visits.items()}
    told.write(json.dumps([peak, notes, ended_in]) + "\n")


if __name__ == "__main__":
    _main(json.loads(sys.argv[1]))
