"""What a visit leaves behind at its end: the lists to come back to, and what was seen of the column."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from crawler.health import ColumnSeen
from crawler.report.model import Bilingual
from spiders.aims import ListWalk
from spiders.discovery import Menu
from storage.records import ListRecord


def to_remember(
    portal: str, walks: Sequence[ListWalk], now: datetime, *, all_years: bool
) -> Iterator[ListRecord]:
    """The lists worth coming back to.

    One that broke off, or of which reports of other years were left out, counts as never walked: what it
    shows first is on record now, and would pass for nothing new.
    """
    for url, walk in {walk.url: walk for walk in walks if walk.telling}.items():
        before = walk.known.walked if walk.known is not None and walk.as_it_was else None
        yield ListRecord(
            portal=portal,
            url=url,
            family=walk.family,
            trail=walk.trail,
            clicks=walk.clicks,
            seen=now,
            walked=now if walk.to_its_end and all_years else before,
            rows=walk.first_rows,
            entries=walk.entries,
        )


def column_seen(
    walks: Sequence[ListWalk], menu: Menu, dead: Sequence[tuple[str, Bilingual]] | None
) -> ColumnSeen | None:
    """What was seen on the way from the home page; None where no way was gone. `dead` are entries of the
    section that do not open, None where nobody looked.
    """
    ways = [walk for walk in walks if walk.accepted and walk.clicks is not None]
    if not ways:
        return None
    nearest = min(ways, key=lambda walk: (walk.clicks or 0, walk.url))
    return ColumnSeen(
        nearest.url,
        nearest.clicks,
        nearest.trail,
        frozenset(menu.seen),
        menu.most,
        None if dead is None else tuple(dead),
    )
