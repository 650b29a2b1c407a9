"""APScheduler's view of a province's calendar: kept with its job, so that the next process finds it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, time
from typing import Any

from apscheduler.triggers.base import BaseTrigger

from crawler.season import Nights

_VERSION = 1


class NightTrigger(BaseTrigger):  # type: ignore[misc]
    """Fires when `Nights` says so. Its state is plain values under a version, not the classes of today."""

    def __init__(self, nights: Nights) -> None:
        self.nights = nights

    def get_next_fire_time(self, previous_fire_time: datetime | None, now: datetime) -> datetime | None:
        """The first visit due after the one before, of a new job the first from now on."""
        if previous_fire_time is None:
            return self.nights.next(now).at
        return self.nights.following(previous_fire_time).at

    def __getstate__(self) -> Mapping[str, Any]:
        nights = self.nights
        return {
            "version": _VERSION,
            "province": nights.province,
            "opens": nights.opens.isoformat(),
            "closes": None if nights.closes is None else nights.closes.isoformat(),
            "deadlines": [list(day) for day in nights.deadlines],
        }

    def __setstate__(self, state: Mapping[str, Any]) -> None:
        if state["version"] > _VERSION:
            # the store forgets a job that it cannot read, and it is planned anew
            raise ValueError(f"a newer nianbao kept this job (version {state['version']})")
        closes = state["closes"]
        self.nights = Nights(
            state["province"],
            time.fromisoformat(state["opens"]),
            None if closes is None else time.fromisoformat(closes),
            tuple((month, day) for month, day in state["deadlines"]),
        )

    def __str__(self) -> str:
        return f"nights[{self.nights.province}]"
