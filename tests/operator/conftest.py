"""An installation with nights of invented portals on record."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr
from sqlalchemy import Engine

from crawler.clock import CHINA
from crawler.config import Settings
from storage.engine import open_engine
from storage.ledger import Ledger
from storage.records import PortalRecord, RunRecord, VisitRecord

FIRST = datetime(2024, 2, 1, 2, tzinfo=CHINA)


def morning(night: int) -> datetime:
    """When the operator is told, after a night."""
    return FIRST + timedelta(days=night, hours=5, minutes=30)


@dataclass
class House:
    """Settings, a database, and what its nights brought."""

    engine: Engine
    settings: Settings

    def register(self, *names: str, province: str = "yunling") -> None:
        portals = [PortalRecord(f"{n}", province, f"{n}人民政府", f"http://{n}.example/") for n in names]
        Ledger(self.engine).register(portals, [])

    def night(self, number: int, reports: Mapping[str, int], province: str = "yunling", **fields: Any) -> int:
        """One night; portals that listed nothing were not clean."""
        ledger, began = Ledger(self.engine), FIRST + timedelta(days=number)
        run = ledger.begin_run(RunRecord(None, "nightly", province, began))
        for portal, listed in reports.items():
            ledger.record_visit(
                VisitRecord(
                    run, portal, began, began + timedelta(minutes=5), clean=listed > 0, reports=listed,
                    lists=("http://x.example/nb/",), requests=20 + listed,
                    reason_zh="" if listed else "列出0份", reason_en="" if listed else "none shown",
                )
            )  # fmt: skip
        counts = {"requests": 40, **fields}
        ledger.end_run(run, began + timedelta(hours=1), "clean", {"counts": counts})
        return run


@pytest.fixture
def house(tmp_path: Path, sqlite_url: str) -> Iterator[House]:
    engine = open_engine(sqlite_url)
    (tmp_path / "provinces").mkdir()
    settings = Settings(
        provinces=tmp_path / "provinces",
        database_url=SecretStr(sqlite_url),
        operator_to=("op@office.example",),
        mail_from="nianbao@office.example",
        nightly_provinces=("yunling",),
    )
    yield House(engine, settings)
    engine.dispose()
