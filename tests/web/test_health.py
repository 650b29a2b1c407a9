"""/healthz and /metrics, as programs ask them."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from pathlib import Path

import pytest
import yaml
from fastapi.testclient import TestClient
from prometheus_client.parser import text_string_to_metric_families
from pydantic import SecretStr
from sqlalchemy import Engine, text

from crawler.alarms import Code
from crawler.clock import CHINA
from crawler.config import Settings
from crawler.holding import SCHEDULER
from crawler.season import Nights
from crawler.web.app import create_app
from storage.engine import open_engine
from storage.leases import Leases
from storage.ledger import Ledger
from storage.records import PortalRecord, RunRecord, VisitRecord

FIRST = datetime(2024, 2, 1, 2, tzinfo=CHINA)
ALERTS = Path(__file__).parents[2] / "deploy" / "prometheus-alerts.yml"


@dataclass
class Served:
    """An installation, and somebody who asks how it is."""

    engine: Engine
    client: TestClient
    patch: pytest.MonkeyPatch

    def night(self, number: int, verdict: str | None = "clean", province: str = "yunling") -> None:
        ledger, began = Ledger(self.engine), FIRST + timedelta(days=number)
        run = ledger.begin_run(RunRecord(None, "nightly", province, began))
        ledger.record_visit(VisitRecord(run, "qingshan", began, began, clean=True, reports=9))
        if verdict is not None:
            counts = {"requests": 40, "pages": 12, "reports": 9, "cells": 2000, "unread": 50}
            ledger.end_run(run, began + timedelta(minutes=30), verdict, {"counts": counts})

    def morning(self, number: int) -> None:
        self.patch.setenv("NIANBAO_NOW", (FIRST + timedelta(days=number, hours=6)).isoformat())

    def metrics(self) -> dict[tuple[str, ...], float]:
        """Every sample by name and label values."""
        answer = self.client.get("/metrics")
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith("text/plain")
        return {
            (sample.name, *(value for _, value in sorted(sample.labels.items()))): sample.value
            for family in text_string_to_metric_families(answer.text)
            for sample in family.samples
        }


@pytest.fixture
def served(tmp_path: Path, sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Served]:
    monkeypatch.setattr("crawler.web.wellbeing.PATIENCE", 300.0)
    engine = open_engine(sqlite_url)
    Ledger(engine).register([PortalRecord("qingshan", "yunling", "青杉", "http://q.example/")], [])
    (tmp_path / "provinces").mkdir()
    settings = Settings(
        database_url=SecretStr(sqlite_url),
        provinces=tmp_path / "provinces",
        nightly_provinces=("yunling",),
    )
    client = TestClient(create_app(settings, engine), raise_server_exceptions=False)
    one = Served(engine, client, monkeypatch)
    one.morning(0)
    yield one
    engine.dispose()


def test_a_new_installation_is_well(served: Served) -> None:
    answer = served.client.get("/healthz")
    assert answer.status_code == 200
    told = answer.json()
    assert (told["status"], told["schema"], told["last_good"]) == ("ok", "current", None)
    assert told["scheduler"] == {"alive": None, "renewed": None}
    assert told["alarms"] == {"total": 0}


def test_the_last_good_night_and_its_age(served: Served) -> None:
    served.night(0)
    served.night(1, "partial")
    served.night(2, "failed")
    served.morning(2)
    answer = served.client.get("/healthz")
    assert answer.status_code == 200
    told = answer.json()["provinces"]["yunling"]
    assert datetime.fromisoformat(told["last"]) == FIRST + timedelta(days=2)
    assert datetime.fromisoformat(told["last_good"]) == FIRST + timedelta(days=1)
    assert told["last_good_age_seconds"] == 30 * 3600
    assert answer.json()["last_good_age_seconds"] == 30 * 3600


def test_a_night_without_a_good_run_is_no_health(served: Served) -> None:
    served.night(0)
    served.night(1, "failed")
    served.morning(1)
    assert served.client.get("/healthz").status_code == 200
    served.morning(2)
    answer = served.client.get("/healthz")
    assert answer.status_code == 503
    assert answer.json()["late"] == ["yunling"]
    assert answer.json()["status"] == "failing"


def test_out_of_season_a_week_is_no_delay(served: Served) -> None:
    due = Nights("yunling", time(2)).last(datetime(2024, 7, 31, tzinfo=CHINA)).at
    ledger, week = Ledger(served.engine), timedelta(days=7)
    for at in (due - week, due):
        ledger.end_run(ledger.begin_run(RunRecord(None, "nightly", "yunling", at)), at, "clean", {})
    served.patch.setenv("NIANBAO_NOW", (due + week + timedelta(hours=20)).isoformat())
    assert served.client.get("/healthz").json()["late"] == []
    served.patch.setenv("NIANBAO_NOW", (due + week + timedelta(hours=28)).isoformat())
    assert served.client.get("/healthz").json()["late"] == ["yunling"]


def test_a_scheduler_that_died(served: Served) -> None:
    served.night(0)
    now = datetime.now(CHINA)
    leases = Leases(served.engine)
    leases.take(SCHEDULER, "host/1", "the night", now, timedelta(minutes=2))
    assert served.client.get("/healthz").json()["scheduler"]["alive"] is True
    assert served.metrics()[("nianbao_scheduler_alive",)] == 1
    leases.renew(SCHEDULER, "host/1", now - timedelta(hours=1), timedelta(minutes=2))
    answer = served.client.get("/healthz")
    assert (answer.status_code, answer.json()["scheduler"]["alive"]) == (503, False)
    assert served.metrics()[("nianbao_scheduler_alive",)] == 0
    leases.give_back(SCHEDULER, "host/1")
    assert served.client.get("/healthz").status_code == 200


def test_a_database_that_is_gone(served: Served, tmp_path: Path) -> None:
    with served.engine.begin() as connection:
        connection.execute(text("DROP TABLE leases"))
    answer = served.client.get("/healthz")
    assert (answer.status_code, answer.json()) == (503, {"status": "failing", "database": "unusable"})
    assert served.metrics() == {("nianbao_database_up",): 0}


def test_older_tables(served: Served) -> None:
    with served.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0009'"))
    answer = served.client.get("/healthz")
    assert answer.status_code == 503
    assert answer.json()["status"] == "failing"


def test_metrics_of_nights(served: Served) -> None:
    served.night(0)
    served.night(1, "failed")
    served.night(2, None)
    served.morning(2)
    told = served.metrics()
    assert told["nianbao_runs_total", "nightly", "yunling", "clean"] == 1
    assert told["nianbao_runs_total", "nightly", "yunling", "failed"] == 1
    assert told["nianbao_runs_total", "nightly", "yunling", "running"] == 1
    assert told["nianbao_last_run_timestamp_seconds", "yunling"] == (FIRST + timedelta(days=2)).timestamp()
    assert told["nianbao_last_good_run_timestamp_seconds", "yunling"] == FIRST.timestamp()
    assert told["nianbao_last_run_duration_seconds", "yunling"] == 1800
    assert told["nianbao_last_run_requests", "yunling"] == 40
    assert told["nianbao_last_run_unread", "yunling"] == 50
    assert told["nianbao_last_run_cells", "yunling"] == 2000
    assert told["nianbao_open_findings", "publisher", "error"] == 0
    assert told["nianbao_mails", "operator", "sent"] == 0
    assert told["nianbao_database_up",] == 1
    assert {name[1] for name in told if name[0] == "nianbao_alarms"} == {code.value for code in Code}


def test_labels_are_bounded_whatever_is_on_record(served: Served) -> None:
    for number in range(80):
        served.night(0, "clean" if number % 2 else 'odd"verdict\n', province=f"p{number:02}")
    told = served.metrics()
    assert len({name for name in told if name[0] == "nianbao_last_run_timestamp_seconds"}) == 64
    assert told["nianbao_runs_total", "nightly", "other", "clean"] == 8
    assert {name[3] for name in told if name[0] == "nianbao_runs_total"} == {"clean", "other"}
    assert not any("qingshan" in part for name in told for part in name)


def test_alarms_are_counted_once_in_a_while(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    def counted(*_: object) -> list[object]:
        asked.append(1)
        return []

    monkeypatch.setattr("crawler.web.wellbeing.alarms", counted)
    for _ in range(5):
        assert served.client.get("/healthz").json()["alarms"] == {"total": 0}
    assert len(asked) == 1


def test_alarms_that_cannot_be_worked_out_are_not_known(
    served: Served, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object) -> list[object]:
        raise RuntimeError("a secret")

    monkeypatch.setattr("crawler.web.wellbeing.alarms", broken)
    answer = served.client.get("/healthz")
    assert (answer.status_code, answer.json()["alarms"]) == (200, None)
    assert "a secret" not in caplog.text
    assert not any(name[0] == "nianbao_alarms" for name in served.metrics())


def test_head_and_headers(served: Served) -> None:
    for path in ("/healthz", "/metrics"):
        answer = served.client.head(path)
        assert (answer.status_code, answer.content) == (200, b"")
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["cache-control"] == "no-store"
        assert "default-src 'none'" in answer.headers["content-security-policy"]
        assert served.client.post(path).status_code == 405


@pytest.mark.parametrize(
    "path", ["/", "/docs", "/redoc", "/openapi.json", "/healthz/x", "/digest/act", "/%00"]
)
def test_nothing_else_is_there(served: Served, path: str) -> None:
    answer = served.client.get(path)
    assert answer.status_code == 404
    assert answer.text == "404 Not Found\n"
    assert answer.headers["x-frame-options"] == "DENY"


def test_a_defect_of_ours_tells_a_visitor_nothing(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> bytes:
        raise RuntimeError("a secret")

    monkeypatch.setattr("crawler.web.app.exposition", broken)
    answer = served.client.get("/metrics")
    assert (answer.status_code, answer.text) == (500, "500 Internal Server Error\n")


def test_the_log_tells_no_token_and_no_query(served: Served, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, "nianbao.access"):
        served.client.get("/digest/act/secret-token?name=secret-query")
        served.client.get("/secret-path")
        served.client.get("/healthz?secret-query")
    lines = [record.getMessage() for record in caplog.records if record.name == "nianbao.access"]
    assert [re.sub(r"\d+ ms", "N ms", line) for line in lines][1:] == [
        "GET - 404 N ms",
        "GET /healthz 200 N ms",
    ]
    assert not any("secret" in line for line in lines)


def test_hosts_that_lie_change_nothing(served: Served) -> None:
    plain = served.client.get("/healthz")
    lying = served.client.get(
        "/healthz", headers={"Host": "evil.example", "X-Forwarded-Host": "evil.example"}
    )
    assert lying.status_code == plain.status_code
    assert "evil" not in lying.text


def test_the_example_of_alerts_names_metrics_that_there_are(served: Served) -> None:
    served.night(0)
    served.night(1)
    names = {name[0] for name in served.metrics()}
    rules = [
        rule
        for group in yaml.safe_load(ALERTS.read_text(encoding="utf-8"))["groups"]
        for rule in group["rules"]
    ]
    assert len({rule["alert"] for rule in rules}) == len(rules) > 5
    for rule in rules:
        assert set(rule) == {"alert", "expr", "for", "labels", "annotations"}
        assert re.fullmatch(r"\d+[smhd]", rule["for"])
        assert rule["labels"]["severity"] in ("warning", "critical")
        assert rule["annotations"].keys() == {"summary", "description"}
        used = set(re.findall(r"nianbao_\w+", rule["expr"]))
        assert used
        assert used <= names, rule["alert"]
        assert rule["expr"].count("(") == rule["expr"].count(")")
        for code in re.findall(r'code=~?"([^"]+)"', rule["expr"]):
            assert set(code.split("|")) <= {one.value for one in Code}
