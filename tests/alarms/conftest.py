"""Visits, runs and provinces of invented portals."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest

from crawler.alarms import Alarm, ProvinceRecord, alarms_of_province
from crawler.clock import CHINA
from storage.records import PortalRecord, RunRecord, VisitRecord

FIRST = datetime(2024, 2, 1, 2, tzinfo=CHINA)
PORTAL = PortalRecord("qingshan", "yunling", "青杉市人民政府", "http://qingshan.example/")
OTHER = PortalRecord("linxi", "yunling", "临溪县人民政府", "http://linxi.example/")

Nights = Callable[..., list[Alarm]]


def visit(night: int, reports: int, **fields: Any) -> VisitRecord:
    """The visit of one night: clean where it listed reports, unless said otherwise."""
    began = FIRST + timedelta(days=night)
    given: dict[str, Any] = {
        "run": night + 1,
        "portal": PORTAL.id,
        "started": began,
        "ended": began + timedelta(minutes=10),
        "clean": reports > 0,
        "reports": reports,
        "lists": ("http://qingshan.example/nb/",),
        "requests": 20 + reports,
        **fields,
    }
    return VisitRecord(**given)


def dead(night: int, **fields: Any) -> VisitRecord:
    """A visit whose home page never answered."""
    failures = [{"stage": "home", "url": PORTAL.home, "zh": "连接超时", "en": "timed out"}]
    detail = {"states": {"none": 3}, "failures": failures}
    reason = {"reason_zh": "网站首页：连接超时：http://x/", "reason_en": "home page: timed out: http://x/"}
    return visit(night, 0, **{"lists": (), "requests": 3, "detail": detail, **reason, **fields})


@pytest.fixture
def nights() -> Nights:
    """The alarms of a province with these visits, five hours after the last of them or later."""

    def judge(*visits: VisitRecord, others: Sequence[VisitRecord] = (), **fields: Any) -> list[Alarm]:
        newest = sorted(visits, key=lambda one: one.started, reverse=True)
        recent = {PORTAL.id: newest}
        portals = [PORTAL]
        if others:
            recent[OTHER.id] = sorted(others, key=lambda one: one.started, reverse=True)
            portals.append(OTHER)
        given: dict[str, Any] = {
            "now": newest[0].started + timedelta(hours=5),
            "portals": portals,
            "recent": recent,
            "clean": {portal: [one for one in them if one.clean] for portal, them in recent.items()},
            "patience": timedelta(days=15),
            **fields,
        }
        return alarms_of_province(ProvinceRecord("yunling", **given))

    return judge


def run(night: int, **fields: Any) -> RunRecord:
    """The crawl of one night; what is no field of a run is one of its counts."""
    began = FIRST + timedelta(days=night)
    own = {name: fields.pop(name) for name in ("kind", "ended", "verdict", "problem") if name in fields}
    detail: dict[str, Any] = {"counts": {"requests": 40, **fields}}
    if "problem" in own:
        detail["problem"] = own.pop("problem")
    given = {"kind": "nightly", "ended": began + timedelta(hours=1), "verdict": "clean", **own}
    return RunRecord(night + 1, given.pop("kind"), "yunling", began, detail=detail, **given)
