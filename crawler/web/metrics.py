"""What a Prometheus server reads: the record as it stands, in numbers.

Labels are bounded: provinces, and words that the program itself knows. Portals, bodies and addresses are not
among them.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from crawler.alarms import Code
from crawler.clock import CHINA
from crawler.crawls import HELD
from crawler.holding import SCHEDULER
from crawler.validator.finding import Fault, Severity
from crawler.web.wellbeing import AlarmsAtHand
from storage.engine import DatabaseUnusable
from storage.operating import Operations
from storage.queries import Queries
from storage.records import RECHECK, Edition, MailState, ObligationStatus, RunRecord

MOST_PROVINCES = 64
"""Provinces that get a label; China has 34."""
_KINDS = ("nightly", "crawl", "demo", RECHECK)
_VERDICTS = ("clean", "partial", "failed", HELD, "running")
_OTHER = "other"
_OF_A_RUN = {
    "requests": "Requests sent by the last crawl that ended",
    "pages": "Pages read by the last crawl that ended",
    "reports": "Reports listed to the last crawl that ended",
    "unrecognised": "Pages of the last crawl that ended that were not read as reports",
    "cells": "Cells that the forms of the reports read by the last crawl that ended have",
    "unread": "Those of them without a number",
    "due": "Duties that are due",
    "judged": "Those of them that could be judged",
}

_logger = logging.getLogger(__name__)


def exposition(engine: Engine, at_hand: AlarmsAtHand) -> bytes:
    """Everything, in Prometheus's text format."""
    registry = CollectorRegistry()
    registry.register(OnRecord(engine, at_hand))
    return generate_latest(registry)


class OnRecord(Collector):
    """Reads the database each time it is asked."""

    def __init__(self, engine: Engine, at_hand: AlarmsAtHand) -> None:
        self._engine, self._alarms = engine, at_hand

    def describe(self) -> Iterable[Metric]:
        """Nothing: to be registered takes no query."""
        return ()

    def collect(self) -> Iterator[Metric]:
        """All metrics; where the database cannot be used, only that."""
        try:
            found = [*self._runs(), *self._standing(), *self._sending()]
        except (DatabaseUnusable, SQLAlchemyError) as error:
            _logger.error("no metrics: %s", type(error).__name__)
            yield GaugeMetricFamily("nianbao_database_up", "Whether the database could be read", value=0)
            return
        yield GaugeMetricFamily("nianbao_database_up", "Whether the database could be read", value=1)
        yield from found

    def _runs(self) -> Iterator[Metric]:
        operations = Operations(self._engine)
        nights, last = operations.nights(), operations.last_runs()
        shown = set(sorted(nights)[:MOST_PROVINCES])
        total = CounterMetricFamily(
            "nianbao_runs", "Runs on record by verdict", labels=("province", "kind", "verdict")
        )
        runs: Counter[tuple[str, str, str]] = Counter()
        for (province, kind, verdict), number in operations.verdicts().items():
            labels = (
                province if province in shown else _OTHER,
                kind if kind in _KINDS else _OTHER,
                verdict if verdict in _VERDICTS else _OTHER,
            )
            runs[labels] += number
        for labels, number in sorted(runs.items()):
            total.add_metric(labels, number)
        yield total
        yield _by_province(
            "nianbao_last_run_timestamp_seconds",
            "When the last crawl began",
            {name: one.last.timestamp() for name, one in nights.items() if name in shown and one.last},
        )
        yield _by_province(
            "nianbao_last_good_run_timestamp_seconds",
            "When the last crawl began that did its work to the end",
            {name: one.good.timestamp() for name, one in nights.items() if name in shown and one.good},
        )
        ended = [run for run in last if run.province in shown and run.ended is not None]
        yield _by_province(
            "nianbao_last_run_duration_seconds",
            "How long the last crawl that ended took",
            {run.province: (run.ended - run.started).total_seconds() for run in ended if run.ended},
        )
        for name, what in _OF_A_RUN.items():
            yield _by_province(
                f"nianbao_last_run_{name}",
                what,
                {run.province: told for run in ended if (told := _counted(run, name)) is not None},
            )

    def _standing(self) -> Iterator[Metric]:
        queries = Queries(self._engine)
        findings = GaugeMetricFamily(
            "nianbao_open_findings",
            "Findings that stand, by fault and severity",
            labels=("fault", "severity"),
        )
        for fault in Fault:
            counts = queries.open_counts(fault=fault)
            for severity in Severity:
                findings.add_metric((fault.value, severity.value), counts.get(severity.value, 0))
        yield findings
        duties = GaugeMetricFamily("nianbao_duties", "Duties by how they stand", labels=("status",))
        by_status: Counter[ObligationStatus] = Counter()
        for (_, _, status), number in queries.duty_counts().items():
            by_status[status] += number
        for status in ObligationStatus:
            duties.add_metric((status.value,), by_status[status])
        yield duties
        by_code = self._alarms.by_code()
        if by_code is not None:
            alarming = GaugeMetricFamily("nianbao_alarms", "Alarms that stand, by code", labels=("code",))
            for code in Code:
                alarming.add_metric((code.value,), by_code[code])
            yield alarming

    def _sending(self) -> Iterator[Metric]:
        operations = Operations(self._engine)
        mails = GaugeMetricFamily("nianbao_mails", "Mails by edition and state", labels=("edition", "state"))
        states = operations.mails_by_state()
        for edition in Edition:
            for state in MailState:
                mails.add_metric((edition.value, state.value), states[edition, state])
        yield mails
        lease = operations.lease(SCHEDULER)
        alive = lease is not None and lease.expires > datetime.now(CHINA)
        yield GaugeMetricFamily(
            "nianbao_scheduler_alive", "Whether a scheduler holds its lease", value=float(alive)
        )


def _by_province(name: str, what: str, values: dict[str, float] | dict[str, int]) -> GaugeMetricFamily:
    metric = GaugeMetricFamily(name, what, labels=("province",))
    for province, value in sorted(values.items()):
        metric.add_metric((province,), value)
    return metric


def _counted(run: RunRecord, name: str) -> int | None:
    counts = run.detail.get("counts")
    number = counts.get(name) if isinstance(counts, dict) else None
    return number if type(number) is int else None
