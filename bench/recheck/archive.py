"""An archive of HTML reports of invented bodies, each another one's, that nobody has read yet."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from crawler.config import Settings
from crawler.demo.pages import PAGE_STYLES, html_page
from crawler.demo.writer import compose
from crawler.portals import Portal, Province, Years
from crawler.recording import portal_records
from crawler.report.model import Kind
from storage.archive import Archive
from storage.engine import open_engine, upgrade
from storage.ledger import Ledger
from storage.records import DocumentRecord, PageRecord, PageSeen, RunRecord

HOME = "http://www.qingshan.example/"
PROVINCE = Province(
    province="yunling",
    name="云岭省",
    years=Years(first=2021, last=2021),
    portals=(Portal(id="qingshan", name="青杉市人民政府", home=HOME, hosts=("www.qingshan.example",)),),
)
_SEEN = datetime(2024, 3, 1, tzinfo=UTC)
_SIGNS = "杉榆枫桐槐柏桦柳松竹梅荷兰菊葵苇荻蓼芷蒲莲菱藻萍溪泉湖潭湾泽河川洲渚汀浦岭峰岩崖谷坡原冈"


def settings(folder: Path) -> Settings:
    """The installation in `folder`."""
    return Settings(database_url=f"sqlite:///{folder / 'nianbao.db'}", archive_url=str(folder / "archive"))


def fill(folder: Path, reports: int) -> None:
    """Archive so many pages; they stand on record as pages that nobody has read yet."""
    engine = open_engine(f"sqlite:///{folder / 'nianbao.db'}")
    upgrade(engine)
    ledger, archive = Ledger(engine), Archive(folder / "archive")
    ledger.register(portal_records(PROVINCE), ())
    run = ledger.begin_run(RunRecord(None, "crawl", "yunling", _SEEN))
    batch: list[PageSeen] = []
    for number, content in enumerate(_pages(reports)):
        sha256 = archive.put(content)
        page = PageRecord(
            f"{HOME}{number:06}.html", "qingshan", sha256, _SEEN, judged_by="earlier", rules_version=1
        )
        batch.append(PageSeen(page, (DocumentRecord(sha256, len(content), "text/html", _SEEN),)))
        if len(batch) == 500:
            ledger.record(run, batch)
            batch = []
    ledger.record(run, batch)
    ledger.end_run(run, _SEEN, "clean", {})
    engine.dispose()


def _pages(reports: int) -> Iterator[bytes]:
    styles = tuple(PAGE_STYLES)
    chosen = random.Random(1)
    for number in range(reports):
        place = "".join(_SIGNS[number // len(_SIGNS) ** digit % len(_SIGNS)] for digit in (0, 1, 2))
        spec = compose(f"{place}县水务局", Kind.DEPARTMENT, 2019 + chosen.randrange(5), seed=number)
        yield html_page(spec, styles[number % len(styles)], "utf-8")
