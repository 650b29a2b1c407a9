"""A ledger and its queries on each database, and nights in which things are seen."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine

from storage.engine import open_engine, writing
from storage.ledger import Ledger
from storage.queries import Queries
from storage.records import DocumentRecord, FindingRecord, PageRecord, PageSeen, ReportRecord, RunRecord
from storage.tables import Base


@pytest.fixture
def engine(url: str) -> Iterator[Engine]:
    opened = open_engine(url)
    yield opened
    opened.dispose()


@pytest.fixture
def ledger(engine: Engine) -> Ledger:
    return Ledger(engine)


@pytest.fixture
def queries(engine: Engine) -> Queries:
    return Queries(engine)


@pytest.fixture
def empty_all(engine: Engine) -> Callable[[], None]:
    """Take every row out; for tests that play many stories in one database."""

    def empty() -> None:
        with writing(engine) as session:
            for table in reversed(Base.metadata.sorted_tables):
                session.execute(table.delete())

    return empty


class Nights:
    """Runs, a night apart, and the things that are seen in them. Places are invented."""

    START = datetime(2024, 2, 1, 18, 0, tzinfo=UTC)

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger
        self.night = 0
        self.run = 0

    def begin(self) -> int:
        self.night += 1
        self.run = self.ledger.begin_run(RunRecord(None, "nightly", "yunling", self.at()))
        return self.run

    def at(self, minutes: int = 0) -> datetime:
        """A moment of the present night."""
        return self.START + timedelta(days=self.night - 1, minutes=minutes)

    def report(self, url: str = "http://a.example/1.html", sha: str = "1", **values: Any) -> ReportRecord:
        known = ReportRecord(
            organ="云溪县水务局", year=2023, title="云溪县水务局2023年政府信息公开工作年度报告", url=url,
            portal="yunxi", province="yunling", sha256=sha * 64, seen=self.at(), published=date(2024, 1, 20),
            published_from="meta", form="2021", rules_version=1,
        )  # fmt: skip
        return replace(known, **values)

    def finding(self, number: int = 1, **values: Any) -> FindingRecord:
        known = FindingRecord(
            fingerprint=f"{number:016x}", organ="云溪县水务局", year=2023, rule="applications-balance",
            severity="error", verdict="fail", fault="publisher", where="applications.total",
            message_zh="收到 21 件，办结 20 件", message_en="21 received, 20 accounted for",
            basis_zh="样式表三", basis_en="form, table 3", province="yunling", portal="yunxi",
            url="http://a.example/1.html", archived="1" * 64,
            cells=("applications.new_received.total",), expected=21, found=20,
        )  # fmt: skip
        return replace(known, **values)

    def page(self, report: ReportRecord, *findings: FindingRecord, **values: Any) -> PageSeen:
        """The page that holds `report`, as seen tonight."""
        page = PageRecord(
            url=report.url, portal=report.portal, sha256=report.sha256, seen=report.seen,
            organ=report.organ, year=report.year, rules_version=report.rules_version,
        )  # fmt: skip
        documents = (DocumentRecord(report.sha256, 1234, "text/html", report.seen),)
        return PageSeen(replace(page, **values), documents, report, findings)

    def unread(self, url: str = "http://a.example/1.html", sha: str = "9") -> PageSeen:
        """A page that no report could be read from."""
        page = PageRecord(url, "yunxi", sha * 64, self.at(), problem="not an annual report")
        return PageSeen(page, (DocumentRecord(sha * 64, 10, None, self.at()),))

    def record(self, *entries: Any) -> None:
        self.ledger.record(self.run, entries)


@pytest.fixture
def nights(ledger: Ledger) -> Nights:
    """The first night has begun."""
    story = Nights(ledger)
    story.begin()
    return story
