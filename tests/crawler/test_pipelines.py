"""Archive, inspect, record: batches, acknowledgement, and what happens when nothing can be written."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from scrapy.exceptions import CloseSpider, DropItem
from scrapy.statscollectors import StatsCollector

from crawler import pipelines
from crawler.clock import CHINA
from crawler.health import FAILED, Visit
from crawler.items import PageItem, SeenAgainItem
from crawler.pipelines import ArchivePipeline, InspectPipeline, RecordedEntry, RecordPipeline
from crawler.portals import Organ, Portal, Province, Years
from crawler.recording import Reading, organ_records, portal_records
from crawler.report.model import Kind
from storage.engine import open_engine, upgrade
from storage.ledger import Ledger
from storage.queries import Queries
from storage.records import ListRecord, RunRecord, SeenAgain, VisitRecord

NOW = datetime(2024, 5, 1, 2, tzinfo=CHINA)
HOME = "http://www.qingshan.example/"
PORTAL = Portal(id="qingshan", name="青杉市人民政府", home=HOME, hosts=("www.qingshan.example",))
PROVINCE = Province(province="yunling", name="云岭省", years=Years(first=2021), portals=(PORTAL,))


def page(number: int) -> PageItem:
    return PageItem(
        url=f"{HOME}{number}",
        portal="qingshan",
        province="yunling",
        body=f"page {number}".encode(),
        status=200,
        etag=None,
        last_modified=None,
        content_type="text/html",
        fetched=NOW,
        listed_title=f"第{number}页",
        listed_date=None,
    )


class Road:
    """The three pipelines as Scrapy would run them, on a database and an archive of their own."""

    def __init__(self) -> None:
        visit = Visit("qingshan", NOW, None)
        visit.lists["list"] = None
        self.spider = SimpleNamespace(
            province=PROVINCE,
            portals=(PORTAL,),
            years=None,
            kind="crawl",
            known={},
            lists={},
            whole={},
            visits={"qingshan": visit},
            summary=None,
        )
        self.closed: list[str] = []
        crawler: Any = SimpleNamespace(
            spider=self.spider,
            stats=StatsCollector(SimpleNamespace(settings=SimpleNamespace(getbool=lambda _: False))),
            engine=SimpleNamespace(close_spider_async=self._close),
        )
        self.stats = crawler.stats
        self.archive = ArchivePipeline(crawler)
        self.inspect = InspectPipeline(crawler)
        self.record = RecordPipeline(crawler)

    async def _close(self, *, reason: str) -> None:
        self.closed.append(reason)

    async def open(self) -> None:
        await asyncio.gather(
            self.archive.open_spider(), self.inspect.open_spider(), self.record.open_spider()
        )

    async def item(self, item: Any) -> RecordedEntry:
        return await self.record.process_item(
            await self.inspect.process_item(await self.archive.process_item(item))
        )


@pytest.fixture
def road(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Road:
    monkeypatch.setenv("NIANBAO_DATABASE_URL", f"sqlite:///{tmp_path / 'nianbao.db'}")
    monkeypatch.setenv("NIANBAO_ARCHIVE_URL", str(tmp_path / "archive"))
    monkeypatch.setenv("NIANBAO_NOW", NOW.isoformat())
    monkeypatch.setattr(
        pipelines, "read", lambda item, province, policy, sightings: Reading(problem="no report")
    )
    return Road()


@pytest.fixture
def queries(tmp_path: Path) -> Queries:
    return Queries(open_engine(f"sqlite:///{tmp_path / 'nianbao.db'}"))


@pytest.fixture
def batches(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Sizes of the batches that are written."""
    sizes: list[int] = []
    write = Ledger.record

    def record(self: Ledger, run: int, entries: Any) -> None:
        sizes.append(len(entries))
        write(self, run, entries)

    monkeypatch.setattr(Ledger, "record", record)
    return sizes


def run(work: Callable[[], Awaitable[Any]]) -> Any:
    async def bounded() -> Any:
        return await asyncio.wait_for(work(), 60)

    return asyncio.run(bounded())


def test_a_batch_is_written_when_it_is_full(
    road: Road, queries: Queries, batches: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pipelines, "BATCH", 3)
    monkeypatch.setattr(pipelines, "BATCH_SECONDS", 3600.0)

    async def work() -> None:
        await road.open()
        await asyncio.gather(*(road.item(page(number)) for number in range(6)))
        await road.record.close_spider()

    run(work)
    assert batches == [3, 3]
    assert len(queries.pages("qingshan")) == 6


def test_a_batch_is_written_when_time_is_up_and_an_item_waits_for_it(
    road: Road, queries: Queries, batches: list[int]
) -> None:
    async def work() -> int:
        await road.open()
        await road.item(page(1))
        written = len(queries.pages("qingshan"))  # the item is done with: it stands in the database
        await road.record.close_spider()
        return written

    assert run(work) == 1
    assert batches == [1]


def test_what_is_recorded(road: Road, queries: Queries, tmp_path: Path) -> None:
    async def work() -> None:
        await road.open()
        await road.item(page(1))
        await road.item(SeenAgainItem(f"{HOME}1", "qingshan", NOW, "报告", None))
        await road.record.close_spider()

    run(work)
    (known,) = queries.pages("qingshan").values()
    assert (known.url, known.problem, known.listed_title) == (f"{HOME}1", "no report", "报告")
    assert road.archive._archive.get(known.sha256) == b"page 1"
    (recorded,) = queries.runs()
    assert (recorded.kind, recorded.province, recorded.verdict) == ("crawl", "yunling", "clean")
    assert recorded.detail["counts"]["pages"] == 1
    (visit,) = queries.visits()
    assert (visit.clean, visit.reason_zh, visit.reason_en, visit.lists) == (True, "", "", ("list",))
    assert road.spider.summary["verdict"] == "clean"


def test_the_spider_is_told_what_is_known(road: Road, tmp_path: Path) -> None:
    async def night(road: Road, *items: Any) -> None:
        await road.open()
        for item in items:
            await road.item(item)
        await road.record.close_spider()

    run(lambda: night(road, page(1)))
    assert road.spider.known == {"qingshan": {}}
    second = Road()
    run(lambda: night(second))
    assert list(second.spider.known["qingshan"]) == [f"{HOME}1"]


def test_a_batch_that_cannot_be_written_stops_the_crawl_and_acknowledges_nothing(
    road: Road, queries: Queries, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(self: Ledger, run: int, entries: Any) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(Ledger, "record", broken)

    async def work() -> list[Any]:
        await road.open()
        ended = await asyncio.gather(
            *(road.item(page(number)) for number in range(3)), return_exceptions=True
        )
        ended += await asyncio.gather(road.item(page(9)), return_exceptions=True)
        await road.record.close_spider()
        return ended

    ended = run(work)
    assert [type(item) for item in ended] == [DropItem] * 4
    assert road.closed == ["storage_failed"]
    assert road.stats.get_value(FAILED) == "disk full"
    assert queries.pages("qingshan") == {}
    (recorded,) = queries.runs()
    assert (recorded.verdict, recorded.detail["problem"]) == ("failed", "disk full")
    (visit,) = queries.visits()
    assert (visit.clean, visit.reason_zh) == (False, "抓取中断：disk full")
    assert visit.reason_en == "the crawl broke off: disk full"


def test_an_archive_that_cannot_take_a_page_stops_the_crawl(road: Road, tmp_path: Path) -> None:
    async def work() -> None:
        await road.open()
        for folder in "0123456789abcdef":
            for second in "0123456789abcdef":
                (tmp_path / "archive" / (folder + second)).write_text("in the way")
        with pytest.raises(DropItem, match="cannot write to the archive"):
            await road.item(page(1))
        await road.record.close_spider()

    run(work)
    assert road.closed == ["storage_failed"]


def test_a_database_of_another_program_ends_the_crawl_before_it_begins(road: Road, tmp_path: Path) -> None:
    (tmp_path / "nianbao.db").write_bytes(b"no database" * 500)
    with pytest.raises(CloseSpider):
        run(road.open)
    assert "\n" not in road.stats.get_value(FAILED)


def test_a_portal_that_was_never_visited_is_not_clean(road: Road, queries: Queries) -> None:
    road.spider.visits.clear()

    async def work() -> None:
        await road.open()
        await road.record.close_spider()

    run(work)
    (visit,) = queries.visits()
    assert (visit.clean, visit.reason_zh) == (False, f"网站首页：未访问：{HOME}")
    assert visit.reason_en == f"home page: not visited: {HOME}"
    assert road.spider.summary["visits"] == [
        {
            "portal": "qingshan",
            "clean": False,
            "reason": {"zh": f"网站首页：未访问：{HOME}", "en": f"home page: not visited: {HOME}"},
            "reports": 0,
        }
    ]
    assert road.spider.summary["verdict"] == "failed"


def test_a_page_seen_again_is_not_inspected(road: Road, monkeypatch: pytest.MonkeyPatch) -> None:
    def never(item: Any, province: Any, policy: Any, sightings: Any) -> Reading:
        raise AssertionError("inspected")

    monkeypatch.setattr(pipelines, "read", never)
    again = SeenAgainItem(f"{HOME}1", "qingshan", NOW, "报告", None)
    assert run(lambda: road.inspect.process_item(again)) == RecordedEntry(
        "qingshan", SeenAgain(f"{HOME}1", NOW, "报告", None)
    )


def gone_through(
    road: Road, *visits: VisitRecord, organs: tuple[Organ, ...] = (), lists: tuple[ListRecord, ...] = ()
) -> bool:
    """Whether the next visit of the portal walks its lists to their ends, by what is on record."""
    portal = PORTAL.model_copy(update={"organs": organs})
    province = PROVINCE.model_copy(update={"portals": (portal,)})
    engine = open_engine(os.environ["NIANBAO_DATABASE_URL"])
    upgrade(engine)
    ledger = Ledger(engine)
    ledger.register(portal_records(province), organ_records(province))
    for visit in visits:
        number = ledger.begin_run(RunRecord(None, "nightly", "yunling", visit.started))
        ledger.record_visit(replace(visit, run=number))
        ledger.end_run(number, visit.ended, "clean", {})
    ledger.record_lists(lists)
    road.spider.province, road.spider.portals = province, (portal,)
    run(road.open)
    asked: dict[str, bool] = road.spider.whole
    return asked["qingshan"]


def visited(days_ago: float, **values: Any) -> VisitRecord:
    started = NOW - timedelta(days=days_ago)
    return VisitRecord(0, "qingshan", started, started + timedelta(minutes=5), **{"clean": True, **values})


WATER = Organ(name="青杉市水务局", kind=Kind.DEPARTMENT, since=2023, until=2023)


@pytest.mark.parametrize(
    ("visits", "due"),
    [
        ((), True),
        ((visited(1),), False),
        ((visited(6.9),), False),
        ((visited(7),), True),
        ((visited(20), visited(1, whole=False)), True),
        ((visited(20), visited(2), visited(1, whole=False)), False),
        ((visited(1, years=(2023,)),), True),
    ],
    ids=["never", "yesterday", "not yet", "a week", "in part since", "whole since", "one year"],
)
def test_lists_are_walked_to_their_ends_now_and_then(
    road: Road, visits: tuple[VisitRecord, ...], due: bool
) -> None:
    assert gone_through(road, *visits) is due


def test_lists_are_walked_to_their_ends_while_an_absence_is_unproved(road: Road) -> None:
    assert gone_through(road, visited(1), organs=(WATER,)) is True


def test_lists_are_left_again_once_the_absence_is_proved(road: Road) -> None:
    assert gone_through(road, visited(3), visited(2), visited(1), organs=(WATER,)) is False


def test_visits_that_prove_nothing_do_not_end_the_search(road: Road) -> None:
    visits = (visited(3), visited(2, whole=False), visited(1, clean=False))
    assert gone_through(road, *visits, organs=(WATER,)) is True


def test_the_spider_is_handed_what_is_remembered_of_its_lists(road: Road) -> None:
    told = ListRecord("qingshan", f"{HOME}nb/", "trs", ("年报",), 1, NOW, NOW, "ab", 3)
    gone_through(road, visited(1), lists=(told, replace(told, portal="haizhou")))
    assert road.spider.lists == {"qingshan": {told.url: told}}
