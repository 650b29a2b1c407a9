"""Whether the installation is well, as a program asks every few seconds. Nothing of HTTP.

What stands in the database is asked each time, in a few bounded queries. Alarms are worked out from the
visits of every portal and are therefore kept for a while; a question never waits long for them.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import Counter
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as NotYet
from datetime import datetime
from typing import Any

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from crawler import clock
from crawler.alarms import Alarm, Code
from crawler.config import Settings
from crawler.crawls import AD_HOC
from crawler.holding import SCHEDULER
from crawler.operator import alarms
from crawler.operator.watching import calendars_of, last_due
from storage.engine import DatabaseUnusable, SchemaState, schema_state
from storage.operating import Nights, Operations

KEPT = 120.0
"""Seconds for which alarms are kept once they were worked out."""
PATIENCE = 2.0
"""Seconds that a question waits for the first alarms."""

_logger = logging.getLogger(__name__)


class AlarmsAtHand:
    """The alarms, worked out by a thread of their own and kept for a while."""

    def __init__(self, settings: Settings, engine: Engine) -> None:
        self._settings, self._engine = settings, engine
        self.calendars = calendars_of(settings)  # read once, as the night itself does
        self._worker = ThreadPoolExecutor(1, thread_name_prefix="alarms")
        self._lock = threading.Lock()
        self._known: Counter[Code] | None = None
        self._asked = -KEPT
        self._under_way: Future[None] | None = None

    def by_code(self) -> Counter[Code] | None:
        """How many alarms of each kind stand; None where that could not be told yet."""
        with self._lock:
            idle = self._under_way is None or self._under_way.done()
            if idle and time.monotonic() - self._asked >= KEPT:
                self._asked = time.monotonic()
                self._under_way = self._worker.submit(self._work_out)
            under_way, known = self._under_way, self._known
        if known is None and under_way is not None:
            try:
                under_way.result(PATIENCE)
            except NotYet:
                return None
        return self._known

    def close(self) -> None:
        """End the thread."""
        self._worker.shutdown(wait=False, cancel_futures=True)

    def _work_out(self) -> None:
        try:
            found: list[Alarm] = alarms(self._engine, self._settings, clock.now(), self.calendars)
            self._known = Counter(alarm.code for alarm in found)
        except Exception as error:  # told as not known; the next question tries again
            self._known, self._asked = None, time.monotonic() - KEPT
            _logger.error("alarms cannot be worked out: %s", type(error).__name__)


class Wellbeing:
    """Answers whether the installation is well. Never raises."""

    def __init__(self, engine: Engine, at_hand: AlarmsAtHand) -> None:
        self._engine, self._alarms = engine, at_hand

    def told(self, now: datetime, machine_now: datetime) -> tuple[bool, dict[str, Any]]:
        """Whether it is well, and the account of it; `machine_now` is what leases live by."""
        try:
            state = schema_state(self._engine)
            if state is not SchemaState.CURRENT:
                return False, {"status": "failing", "database": "usable", "schema": state.name.lower()}
            operations = Operations(self._engine)
            nights, lease = operations.nights(), operations.lease(SCHEDULER)
            due = last_due(self._alarms.calendars, now, operations.first_night())
        except (DatabaseUnusable, SQLAlchemyError):
            return False, {"status": "failing", "database": "unusable"}
        except Exception as error:  # whatever it is, the question is answered
            _logger.exception("the state of the installation cannot be told")
            return False, {"status": "failing", "problem": type(error).__name__}
        alive = None if lease is None else lease.expires > machine_now
        provinces = {
            name: _province(nights.get(name), due.get(name), now)
            for name in sorted((nights.keys() | due.keys()) - {AD_HOC})
        }
        good = [one.good for name, one in nights.items() if name != AD_HOC and one.good is not None]
        late = [name for name, one in provinces.items() if one["late"]]
        by_code = self._alarms.by_code()
        well = not late and alive is not False
        return well, {
            "status": "failing" if not well else "alarming" if by_code else "ok",
            "database": "usable",
            "schema": "current",
            **_moment("last_good", max(good, default=None), now),
            "scheduler": {
                "alive": alive,
                "renewed": None if lease is None else lease.renewed.isoformat(),
            },
            "late": late,
            "provinces": provinces,
            "alarms": None
            if by_code is None
            else {"total": by_code.total(), **{code.value: by_code[code] for code in Code if by_code[code]}},
        }


def _province(nights: Nights | None, due: datetime | None, now: datetime) -> dict[str, Any]:
    """When a province was crawled last; `late` where the night that was due last did not end well."""
    last, good = nights or Nights(None, None)
    return {
        **_moment("last", last, now),
        **_moment("last_good", good, now),
        "late": due is not None and (good is None or good < due),
    }


def _moment(name: str, at: datetime | None, now: datetime) -> dict[str, Any]:
    return {
        name: None if at is None else at.isoformat(),
        f"{name}_age_seconds": None if at is None else max(0, round((now - at).total_seconds())),
    }
