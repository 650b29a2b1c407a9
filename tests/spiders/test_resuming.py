"""Crawls that are stopped or killed in the middle, and what the next one makes of it."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import pytest
from pydantic import SecretStr

from crawler import crawls
from crawler.config import Settings
from crawler.demo.pages import html_page
from crawler.demo.server import SamplePortals
from crawler.demo.web import Response
from crawler.demo.writer import compose
from crawler.report.model import Kind
from tests.spiders.installation import Installation

PORTAL = "wuhe"
COLUMN = "/zfxxgknb/"
ON_A_PAGE = 20
PAGE = (("Content-Type", "text/html; charset=utf-8"),)
_NAMES = [
    f"雾禾区{street}街道办事处" for street in "松竹梅兰菊荷桂枫柳桃杏李梨枣榆槐椿桐柏杉樟榕桑棠棣樱橘柚栗榛"
]


def _reports(year: int) -> dict[str, bytes]:
    """A page for every body, by its address; the later, the newer."""
    specs = [compose(name, Kind.STREET, year, seed=number) for number, name in enumerate(_NAMES)]
    return {
        f"{COLUMN}{year + 1}01/t{year + 1}0118_{number}.html": html_page(spec)
        for number, spec in enumerate(specs, 100)
    }


class Site:
    """A column of pages with the newest reports first. `held` are addresses that are not answered until
    `released`, `ailing` those that ask to come back in five minutes.
    """

    def __init__(self, pages: Mapping[str, bytes]) -> None:
        self.pages = dict(pages)
        self.asked: list[str] = []
        self.held: frozenset[str] = frozenset()
        self.ailing: frozenset[str] = frozenset()
        self.released = threading.Event()

    def respond(self, path: str, query: Mapping[str, str], headers: Mapping[str, str]) -> Response:
        del query, headers
        self.asked.append(path)
        if path in self.held:
            self.released.wait(60)
        if path in self.ailing:
            return Response(503, (*PAGE, ("Retry-After", "300")), "稍后再来".encode())
        if path == "/":
            return Response(200, PAGE, f"<a href='{COLUMN}'>政府信息公开年报</a>".encode())
        if path in self.lists:
            return Response(200, PAGE, self._list(self.lists.index(path)).encode())
        body = self.pages.get(path)
        return Response(404, PAGE, "没有".encode()) if body is None else Response(200, PAGE, body)

    @property
    def lists(self) -> list[str]:
        count = -(-len(self.pages) // ON_A_PAGE)
        return [COLUMN, *(f"{COLUMN}index_{number}.html" for number in range(1, count))]

    @property
    def articles(self) -> list[str]:
        """What was asked for of the reports."""
        return [path for path in self.asked if path in self.pages]

    def _list(self, page: int) -> str:
        newest = list(reversed(self.pages.items()))[page * ON_A_PAGE : (page + 1) * ON_A_PAGE]
        rows = "".join(
            f"<li><a href='{path}'>{_title(body)}</a><span>{path[11:15]}-01-18</span></li>"
            for path, body in newest
        )
        pager = f"<script>createPageHTML({len(self.lists)}, {page}, 'index', 'html');</script>"
        return f"<html><body><ul>{rows}</ul>{pager}</body></html>"


def _title(page: bytes) -> str:
    return page.decode().partition("<title>")[2].partition("</title>")[0]


@pytest.fixture(scope="module")
def pages() -> dict[str, bytes]:
    """Sixty reports: thirty bodies, two years."""
    return {**_reports(2022), **_reports(2023)}


@pytest.fixture
def site(pages: dict[str, bytes]) -> Iterator[Site]:
    site = Site(pages)
    yield site
    site.released.set()


@pytest.fixture
def installation(tmp_path: Path, site: Site) -> Iterator[Installation]:
    with SamplePortals(ports={PORTAL: 0}, sites={PORTAL: site}) as served:
        folder = tmp_path / "provinces"
        folder.mkdir()
        host = f"127.0.0.1:{served.ports[PORTAL]}"
        text = f"""province: yunling
name: 云岭省
years: {{first: 2022, last: 2023}}
portals:
  - id: {PORTAL}
    name: 雾禾区人民政府
    home: http://{host}/
    hosts: ["{host}"]
    private: true
    delay: 0
"""
        (folder / "yunling.yml").write_text(text, encoding="utf-8")
        yield Installation(tmp_path)


def on_record(installation: Installation) -> set[str]:
    """Paths of the articles that storage holds."""
    return {COLUMN + url.partition(COLUMN)[2] for url in installation.queries.pages(PORTAL)}


GRACEFUL = (signal.SIGTERM, signal.SIGINT)


@pytest.mark.parametrize(
    ("at", "number", "options"),
    [
        (0, signal.SIGTERM, ()),
        (1, signal.SIGKILL, ()),
        (27, signal.SIGINT, ()),
        (33, signal.SIGKILL, ()),
        (33, signal.SIGTERM, ("-s", "JOBDIR=job")),
        (33, signal.SIGKILL, ("-s", "JOBDIR=job")),
        (56, signal.SIGTERM, ()),
    ],
)
def test_a_crawl_that_was_stopped_goes_on_where_it_was(
    installation: Installation, site: Site, at: int, number: signal.Signals, options: Sequence[str]
) -> None:
    # held at one report until the crawl has been told to stop
    newest = list(reversed(site.pages))
    site.held = frozenset(newest[at:])
    first = installation.crawl(
        "yunling",
        *options,
        stop_when=lambda: not site.held.isdisjoint(site.asked),
        by=number,
        then=site.released.set,
    )
    before, held = len(site.asked), on_record(installation)
    assert installation.queries.lists(PORTAL) == {}, "no list was walked"
    if number in GRACEFUL:
        assert first.exit_code == 0, first.log
        visit = first.visit(PORTAL)
        assert not visit["clean"]
        assert visit["reason"]["zh"].startswith("访问中断，还有"), visit
        assert visit["reason"]["en"].startswith("interrupted with "), visit
        assert set(site.articles) == held, "whatever came is on record"

    second = installation.crawl("yunling", *options, now="2024-05-01T03:00:00")
    assert second.exit_code == 0, second.log
    assert second.visit(PORTAL)["clean"], second.visit(PORTAL)["reason"]
    assert second.visit(PORTAL)["reports"] == 60
    assert held.isdisjoint(site.asked[before:]), "what is on record is not asked for again"
    assert on_record(installation) == set(site.pages)
    assert len(installation.queries.reports()) == 60


def test_the_run_of_a_crawl_that_was_ended_says_why(installation: Installation, site: Site) -> None:
    site.held = frozenset(list(reversed(site.pages))[5:])
    stop = threading.Event()

    def end_it() -> None:
        for _ in range(600):
            if not site.held.isdisjoint(site.asked):
                break
            time.sleep(0.1)
        stop.set()
        site.released.set()

    teller = threading.Thread(target=end_it)
    teller.start()
    ending = crawls.run(
        crawls.Crawl("yunling"),
        Settings(
            database_url=SecretStr(installation.database),
            archive_url=str(installation.folder / "archive"),
            provinces=installation.folder / "provinces",
            log_folder=installation.folder / "log",
        ),
        stop=stop,
    )
    teller.join()
    assert (ending.exit_code, ending.stopped) == (0, True)
    [run] = installation.queries.runs()
    assert run.detail["ended_early"] == {"zh": "被要求停止", "en": "was told to stop"}
    assert "problem" not in run.detail


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_what_a_stop_left_behind_the_first_page_is_found(
    installation: Installation, site: Site, number: signal.Signals
) -> None:
    """The first page of the list is on record when the crawl ends: no proof for the pages after it."""
    everything = dict(site.pages)
    site.pages = dict(list(everything.items())[:30])
    assert installation.crawl("yunling").visit(PORTAL)["clean"]
    site.pages = everything
    site.asked.clear()
    site.held = frozenset({site.lists[1]})
    installation.crawl(
        "yunling",
        now="2024-05-02T02:00:00",
        stop_when=lambda: site.lists[1] in site.asked and len(on_record(installation)) == 50,
        by=number,
        then=site.released.set,
    )
    assert len(on_record(installation)) == 50
    third = installation.crawl("yunling", now="2024-05-03T02:00:00")
    assert third.visit(PORTAL)["clean"], third.visit(PORTAL)["reason"]
    assert on_record(installation) == set(everything)
    # from then on no report is asked for again
    site.asked.clear()
    fourth = installation.crawl("yunling", now="2024-05-04T02:00:00")
    assert fourth.visit(PORTAL)["clean"]
    assert COLUMN in site.asked
    assert not set(site.asked) & set(everything)


def test_a_stop_does_not_wait_for_a_pause_that_a_host_asked_for(
    installation: Installation, site: Site
) -> None:
    """Longer than a crawl has for its end, and longer than this test waits for it."""
    ailing = list(reversed(site.pages))[10]
    site.ailing = frozenset({ailing})
    ended = installation.crawl("yunling", stop_when=lambda: ailing in site.asked)
    assert ended.exit_code == 0, ended.log
    assert ended.visit(PORTAL)["reason"]["en"].startswith("interrupted with ")
    (run,) = installation.queries.runs()
    assert run.ended is not None
