"""A database with many findings that stand, and a night of changes that nobody was told; all invented."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from random import Random

from sqlalchemy import Engine

from crawler.clock import CHINA
from storage.engine import open_engine, upgrade
from storage.ledger import Ledger
from storage.queries import Queries
from storage.records import (
    FindingRecord,
    ObligationRecord,
    ObligationStatus,
    OrganRecord,
    PageRecord,
    PageSeen,
    PortalRecord,
    ReportRecord,
    Rhythm,
    RunRecord,
    SubscriptionOrigin,
    SubscriptionRecord,
)
from storage.standing import OPEN
from storage.subscriptions import Subscriptions

NIGHT = datetime(2024, 4, 9, 2, 0, tzinfo=CHINA)
MORNING = NIGHT + timedelta(days=1, hours=5)
YEAR = 2023
RULES = (
    "applications-balance",
    "applications-row-total",
    "disputes-total",
    "section-missing",
    "overview-too-short",
)
SEVERITIES = ("critical", "error", "error", "warning", "warning", "warning")
_AT_ONCE = 50


@dataclass(frozen=True, slots=True)
class Size:
    """How much of everything."""

    provinces: int = 31
    bodies: int = 1240  # each with one report
    standing: int = 8  # findings of a report that nobody has to be told
    changes: int = 5000
    readers: int = 500


def build(url: str, size: Size, seed: int) -> None:
    """Make and fill a database; its readers were told all but the last night."""
    engine = open_engine(url)
    upgrade(engine)
    rng, ledger = Random(seed), Ledger(engine)
    organs = _register(ledger, size)
    first = _run(ledger, "01", NIGHT)
    for chunk in _batches(organs):
        ledger.record(first, [_page(organ, range(size.standing), "1") for organ in chunk])
    ledger.assess(first, [_duty(rng, organ) for organ in organs], ())
    _end(engine, ledger, first, NIGHT)
    told = Queries(engine).newest_change()
    second = _run(ledger, "01", NIGHT + timedelta(days=1))
    a_report, rest = divmod(size.changes, len(organs))
    for begin, chunk in zip(range(0, len(organs), _AT_ONCE), _batches(organs), strict=True):
        pages = []
        for at, organ in enumerate(chunk, begin):
            changes = a_report + (at < rest)
            gone = min(changes // 2, size.standing)
            pages.append(_page(organ, range(gone, size.standing + changes - gone), "2"))
        ledger.record(second, pages)
    _end(engine, ledger, second, NIGHT + timedelta(days=1))
    subscriptions = Subscriptions(engine)
    for reader in _readers(rng, size, organs):
        subscriptions.add(replace(reader, told_until=told))
    engine.dispose()


def _batches(organs: list[OrganRecord]) -> Iterator[list[OrganRecord]]:
    return (organs[begin : begin + _AT_ONCE] for begin in range(0, len(organs), _AT_ONCE))


def _province(number: int) -> str:
    return f"{number:02}"


def _register(ledger: Ledger, size: Size) -> list[OrganRecord]:
    names = [_province(number + 1) for number in range(size.provinces)]
    organs = [
        OrganRecord(
            f"第{at:05}县水务局",
            names[at % size.provinces],
            f"portal-{names[at % size.provinces]}",
            "department",
        )
        for at in range(size.bodies)
    ]
    portals = [
        PortalRecord(f"portal-{name}", name, f"第{name}省", f"http://p{name}.example/") for name in names
    ]
    ledger.register(portals, organs)
    return organs


def _run(ledger: Ledger, province: str, moment: datetime) -> int:
    return ledger.begin_run(RunRecord(None, "nightly", province, moment))


def _end(engine: Engine, ledger: Ledger, run: int, moment: datetime) -> None:
    """One run a province ends, so that there is a course to tell."""
    queries = Queries(engine)
    ended = moment + timedelta(hours=1)
    ledger.end_run(run, ended, "clean", {})
    for portal in queries.portals():
        stood = queries.open_counts(portal.province, fault="publisher", verdict="fail")
        ledger.end_run(_run(ledger, portal.province, moment), ended, "clean", {OPEN: stood})


def _page(organ: OrganRecord, numbers: range, sha: str) -> PageSeen:
    url = f"http://p{organ.province}.example/{organ.name[1:6]}.html"
    report = ReportRecord(
        organ.name, YEAR, f"{organ.name}{YEAR}年政府信息公开工作年度报告", url, organ.portal, organ.province,
        sha * 64, NIGHT, published=date(2024, 1, 20), published_from="meta", form="2021", rules_version=1,
    )  # fmt: skip
    page = PageRecord(
        url, organ.portal, sha * 64, NIGHT, organ=organ.name, year=YEAR, rules_version=1
    )  # fmt: skip
    return PageSeen(page, (), report, tuple(_finding(organ, number, url) for number in numbers))


def _finding(organ: OrganRecord, number: int, url: str) -> FindingRecord:
    received = 20 + (37 * number + int(organ.name[1:6])) % 380
    return FindingRecord(
        fingerprint=f"{int(organ.name[1:6]):08x}{number:08x}",
        organ=organ.name,
        year=YEAR,
        rule=RULES[number % len(RULES)],
        severity=SEVERITIES[number % len(SEVERITIES)],
        verdict="fail",
        fault="publisher",
        where=f"applications.row{number}.natural_person",
        message_zh=f"自然人：新收{received}件 + 上年结转0件，办理结果{received + 2}件 + 结转下年1件",
        message_en=f"natural persons: {received} received, {received + 3} accounted for",
        basis_zh="2021年格式表三表头",
        basis_en="form of 2021, head of table 3",
        province=organ.province,
        portal=organ.portal,
        url=url,
        archived="1" * 64,
        cells=(f"applications.row{number}.natural_person",),
        expected=received,
        found=received + 3,
    )


def _duty(rng: Random, organ: OrganRecord) -> ObligationRecord:
    status = rng.choices(
        (ObligationStatus.ON_TIME, ObligationStatus.LATE, ObligationStatus.NOT_ASSESSABLE), (90, 4, 6)
    )[0]
    return ObligationRecord(organ.name, organ.kind, organ.province, YEAR, date(2024, 1, 31), status)


def _readers(rng: Random, size: Size, organs: list[OrganRecord]) -> Iterator[SubscriptionRecord]:
    """A fifth are told of everything, three fifths of one to four provinces, the rest of bodies or rules."""
    for number in range(size.readers):
        scope: dict[str, tuple[str, ...]] = {}
        if number % 5 == 1:
            scope = {"organs": tuple(organ.name for organ in rng.sample(organs, min(20, len(organs))))}
        elif number % 25 == 2:
            scope = {"rules": (rng.choice(RULES),), "provinces": (_province(rng.randint(1, size.provinces)),)}
        elif number % 5:
            chosen = rng.sample(range(1, size.provinces + 1), min(rng.randint(1, 4), size.provinces))
            scope = {"provinces": tuple(map(_province, chosen))}
        yield SubscriptionRecord(
            None,
            f"reader{number}@office.example",
            SubscriptionOrigin.SUBSCRIBED,
            NIGHT,
            severity=rng.choice(("error", "warning", "warning")),
            rhythm=Rhythm.DAILY,
            **scope,
        )
