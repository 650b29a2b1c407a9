"""What clean visits saw of the portals' disclosure columns, as the rules about columns need it.

A column is the portal's and not a report's: it is held against the newest report of the body that keeps the
portal, and against no other.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from crawler.portals import Organ, Portal, Province, folded
from crawler.report.model import Bilingual, Kind
from crawler.validator.context import Column
from storage.records import VisitRecord

_READABLE_MENU = 2
"""Entries that one page has to show before the others count as absent: a menu may be made by a script."""


def columns_seen(province: Province, visits: Iterable[VisitRecord]) -> dict[str, Column]:
    """The column of each portal, by the name of the body that keeps it; `visits` are in order of time."""
    latest: dict[str, Mapping[str, Any]] = {}
    for visit in visits:
        seen = visit.detail.get("column")
        # a visit of one year alone may have gone past the lists that are nearest
        if visit.clean and visit.whole and visit.years is None and isinstance(seen, Mapping):
            # of links that a visit did not open it says nothing
            opened = seen if seen.get("dead") is not None else latest.get(visit.portal, {})
            latest[visit.portal] = {**seen, "dead": opened.get("dead")}
    found = {}
    for portal in province.portals:
        keeper = _keeper(portal)
        if keeper is not None and portal.id in latest:
            found[keeper.name] = _column(portal, latest[portal.id])
    return found


def _keeper(portal: Portal) -> Organ | None:
    """The body whose portal it is: the one of its name, else the only government on it."""
    for organ in portal.organs:
        if folded(portal.name) in map(folded, (organ.name, *organ.aliases)):
            return organ
    governments = [organ for organ in portal.organs if organ.kind is Kind.GOVERNMENT]
    return governments[0] if len(governments) == 1 else None


def _column(portal: Portal, seen: Mapping[str, Any]) -> Column:
    entries = frozenset(seen.get("entries") or ())
    readable = int(seen.get("menu") or 0) >= _READABLE_MENU
    dead = seen.get("dead")

    def there(entry: str) -> bool | None:
        return True if entry in entries else (False if readable else None)

    return Column(
        portal.name,
        annual_reports=there("annual_reports"),
        guide=there("guide"),
        system=there("system"),
        statutory=there("statutory"),
        clicks=seen.get("clicks"),
        dead=None if dead is None else tuple((one["url"], Bilingual(one["zh"], one["en"])) for one in dead),
    )
