"""Findings and changes of invented bodies."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

import pytest

from crawler.clock import CHINA
from storage.records import ChangeKind, ChangeRecord, FindingRecord

MOMENT = datetime(2024, 4, 10, 2, 0, tzinfo=CHINA)

FINDING = FindingRecord(
    fingerprint="f1",
    organ="青杉市水务局",
    year=2023,
    rule="applications-balance",
    severity="error",
    verdict="fail",
    fault="publisher",
    where="applications.natural_person",
    message_zh="新收21＋结转0，办结20＋结转下年0",
    message_en="21 + 0 received, 20 + 0 accounted for",
    basis_zh="2021年格式表三",
    basis_en="form 2021, table 3",
    province="yunling",
    portal="qingshan",
    url="http://qingshan.example/2023.html",
    archived=None,
)


@pytest.fixture(scope="session")
def change() -> Callable[..., ChangeRecord]:
    """Make one change: `change(1, "new", fingerprint=…, organ=…)`."""

    def make(number: int, kind: str, **fields: object) -> ChangeRecord:
        finding = replace(FINDING, **fields)  # type: ignore[arg-type]
        return ChangeRecord(number, 1, MOMENT, ChangeKind(kind), finding)

    return make
