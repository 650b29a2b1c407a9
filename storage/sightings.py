"""Which of two sightings counts where crawls overlap: the later one, whoever writes last."""

from __future__ import annotations

from datetime import datetime, timedelta

AHEAD = timedelta(days=1)
"""No two crawls under way at once are so far apart: what was seen that long after now, a wrong clock saw."""


def overtaken(seen: datetime, by: datetime) -> bool:
    """Whether what was seen at one moment was seen again, by another crawl, at a later one."""
    return timedelta(0) < by - seen <= AHEAD
