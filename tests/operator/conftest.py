"""An installation with nights of invented portals on record."""

from __future__ import annotations

import shutil
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
from storage.engine import open_engine, upgrade
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


@pytest.fixture(scope="session")
def tables(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with current tables, to be copied."""
    path = tmp_path_factory.mktemp("tables") / "empty.db"
    engine = open_engine(f"sqlite:///{path}")
    upgrade(engine)
    engine.dispose()
    return path


@pytest.fixture
def house(tmp_path: Path, tables: Path) -> Iterator[House]:
    shutil.copy(tables, tmp_path / "nianbao.db")
    address = f"sqlite:///{tmp_path}/nianbao.db"
    engine = open_engine(address)
    (tmp_path / "provinces").mkdir()
    settings = Settings(
        provinces=tmp_path / "provinces",
        database_url=SecretStr(address),
        operator_to=("op@office.example",),
        mail_from="nianbao@office.example",
        nightly_provinces=("yunling",),
    )
    yield House(engine, settings)
    engine.dispose()
