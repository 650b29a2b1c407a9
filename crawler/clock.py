"""The one clock. Portals and due dates live in China's time; the demo plays its nights on its own."""

from __future__ import annotations

import os
from datetime import date, datetime
from zoneinfo import ZoneInfo

CHINA = ZoneInfo("Asia/Shanghai")
OVERRIDE = "NIANBAO_NOW"
"""Environment variable that replaces the present moment (ISO 8601); for the demo and for tests."""


def now() -> datetime:
    """The present moment, aware, in China's time."""
    given = os.environ.get(OVERRIDE)
    if given:
        moment = datetime.fromisoformat(given)
        return moment.replace(tzinfo=CHINA) if moment.tzinfo is None else moment.astimezone(CHINA)
    return datetime.now(CHINA)


def today() -> date:
    """The present day in China."""
    return now().date()


def local(moment: datetime) -> datetime:
    """`moment` in China's time."""
    return moment.astimezone(CHINA)
