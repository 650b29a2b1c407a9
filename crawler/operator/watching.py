"""From what is on record to what is alarming."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, time, timedelta

from sqlalchemy import Engine

from crawler.alarms import MAIL_PATIENCE, Alarm, House, ProvinceRecord, alarms_of_house, alarms_of_province
from crawler.clock import CHINA
from crawler.config import Settings
from crawler.crawls import AD_HOC
from crawler.holding import SCHEDULER
from crawler.portals import Province, ProvinceError, built_in, read_provinces
from crawler.season import Nights, Why
from storage.operating import Operations
from storage.queries import Queries
from storage.records import VisitRecord

LATE = timedelta(hours=26)
"""How late a night may be before it counts as missed: provinces wait for one another, each for hours."""
EARLY = timedelta(hours=12)
"""How long before its hour a crawl stands for the night: one that somebody started in the evening."""
IN_SEASON, OUT_OF_SEASON = timedelta(days=3), timedelta(days=15)
"""How long a portal may go without a clean visit."""
MAILS_TOLD = timedelta(days=7)
"""How long it is told that a mail was refused."""

_VISITS, _CLEAN, _RUNS, _MAILS = 8, 6, 40, 200
_ENDING = timedelta(minutes=15)  # what a crawl takes to end after its time is up


def alarms(
    engine: Engine, settings: Settings, now: datetime, known: Mapping[str, Nights] | None = None
) -> list[Alarm]:
    """Everything that is alarming, the whole installation first, then by province. `known` are the calendars
    of the night where they are at hand.
    """
    operations, queries = Operations(engine), Queries(engine)
    calendars = calendars_of(settings) if known is None else known
    begun = {province: nights.last for province, nights in operations.nights().items()}
    found = alarms_of_house(
        House(
            now,
            datetime.now(CHINA),  # leases live by the machine's clock
            operations.lease(SCHEDULER),
            operations.troubled_mails(now - MAILS_TOLD, now - MAIL_PATIENCE, _MAILS),
        )
    )
    first = operations.first_night()
    registered = {portal.province for portal in queries.portals()}
    for province in sorted((registered | begun.keys() | calendars.keys()) - {AD_HOC}):
        calendar = calendars.get(province)
        found += alarms_of_province(
            ProvinceRecord(
                province=province,
                now=now,
                portals=queries.portals(province),
                recent=operations.latest_visits(province, _VISITS),
                clean=_clean(operations, province),
                runs=operations.runs(province, limit=_RUNS),
                due=None if calendar is None else _due(calendar, now, first),
                patience=patience(province, calendar, now),
                longest=timedelta(seconds=settings.crawl_timeout) + _ENDING,
            )
        )
    return found


def _clean(operations: Operations, province: str) -> dict[str, list[VisitRecord]]:
    """The latest clean visits of every portal, and the latest of those that walked the lists to their ends,
    which are few: what a list shows at its end is compared with them alone.
    """
    clean = operations.latest_visits(province, _CLEAN, clean=True)
    for portal, visits in operations.latest_visits(province, _CLEAN, clean=True, whole=True).items():
        both = {visit.run: visit for visit in (*clean[portal], *visits)}
        clean[portal] = sorted(both.values(), key=lambda visit: (visit.started, visit.run), reverse=True)
    return clean


def last_due(
    calendars: Mapping[str, Nights], now: datetime, first: datetime | None
) -> Mapping[str, datetime]:
    """Of the provinces of the night, since when a crawl is to have been begun by now; none is before the
    `first` night of the installation.
    """
    due = {province: _due(calendar, now, first) for province, calendar in calendars.items()}
    return {province: at for province, at in due.items() if at is not None}


def patience(province: str, calendar: Nights | None, now: datetime) -> timedelta:
    """How long a portal of this province may go without a clean visit at this time of the year."""
    why = (calendar or Nights(province, time(2))).why(now.astimezone(CHINA).date())
    return IN_SEASON if why in (Why.SEASON, Why.DEADLINE) else OUT_OF_SEASON


def _due(calendar: Nights, now: datetime, first: datetime | None) -> datetime | None:
    """The last moment by which a crawl should have begun; None before this installation had a night."""
    due = calendar.last(now - LATE).at - EARLY
    return due if first is not None and first <= due else None


def calendars_of(settings: Settings) -> Mapping[str, Nights]:
    """Of the provinces that the settings choose for the night, when they are due.

    Province files that cannot be read are told elsewhere, loudly; here the calendar is then the default one.
    """
    try:
        known = read_provinces(settings.provinces)
    except ProvinceError:
        known = {}
    hour, minute = (int(part) for part in settings.nightly_at.split(":"))
    return {
        name: Nights.of(name, known[name].window if name in known else None, time(hour, minute))
        for name in _chosen(settings, known)
    }


def _chosen(settings: Settings, known: Mapping[str, Province]) -> tuple[str, ...]:
    if settings.nightly_provinces:
        return settings.nightly_provinces
    own = settings.provinces is not None and settings.provinces.resolve() != built_in().resolve()
    return tuple(name for name, province in known.items() if own and not province.sample)
