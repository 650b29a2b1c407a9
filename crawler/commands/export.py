"""`nianbao export`: a rectification letter, or an evidence pack, of one body."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from crawler import clock
from crawler.commands.bodies import known_body
from crawler.commands.lists import finding_object, folded
from crawler.commands.problems import CallError
from crawler.commands.saving import saving
from crawler.config import Settings
from crawler.console import Screen
from crawler.database import opened
from crawler.export import letter as letters
from crawler.export.letter_docx import letter_docx
from crawler.export.pack import Evidence, pack
from crawler.rulebook import policy
from crawler.rulebook.entry import entries
from storage.archive import Archive
from storage.fetches import fetches_at
from storage.queries import Queries
from storage.records import FindingRecord, ObligationRecord, ObligationStatus, VisitRecord


def letter(
    screen: Screen,
    settings: Settings,
    *,
    organ: str,
    year: int | None,
    output: Path,
    with_uncertain: bool,
) -> int:
    """Write the letter; 1, and no file, where nothing is open. Raises CallError."""
    queries = Queries(opened(settings))
    duties = known_body(queries, organ, year)
    rows = queries.findings(organ=organ, year=year)
    told = [row for row in rows if letters.holds(row)]
    if not told:
        screen.say(
            f"{organ}：没有确定且未整改的问题，未写文件", f"{organ}: nothing certain is open, no file written"
        )
        return 1
    doubts = [row for row in rows if letters.doubtful(row)] if with_uncertain else []
    moment = clock.now()
    made = letters.letter(organ, folded(told), folded(doubts), duties, moment)
    content = letter_docx(made, moment)
    with saving(output) as file:
        file.write(content)
    screen.say(f"{output}：{made.count} 项问题", f"{output}: {made.count} to put right")
    return 0


def evidence(screen: Screen, settings: Settings, *, organ: str, year: int, output: Path) -> int:
    """Write the evidence pack; 1 where originals are missing. Raises CallError, ArchiveUnusable."""
    engine = opened(settings)
    queries = Queries(engine)
    duties = known_body(queries, organ, year)
    held = _evidence(screen, settings, queries, organ, year, duties[0] if duties else None)
    addresses = {
        url for page in held.pages.values() for url in (page.url, *(part.url for part in page.parts))
    }
    addresses |= {version.url for version in held.versions}
    held = replace(held, fetches=fetches_at(engine, addresses))
    if held.report is None and held.obligation is None and not held.findings:
        raise CallError(f"没有 {organ} {year}年度的记录", f"nothing is on record of {organ} for {year}")
    archive = Archive(settings.archive_url)
    with saving(output) as file:
        packed = pack(held, archive, file)
    screen.say(
        f"{output}：原件 {packed.originals} 份，问题 {len(held.findings)} 项",
        f"{output}: {packed.originals} originals, {len(held.findings)} findings",
    )
    for sha256 in packed.problems:
        screen.say(
            f"原件 {sha256} 缺失、损坏或过大，不在包内，包内已说明",
            f"the original {sha256} is missing, damaged or too large; it is not in the pack, which says so",
        )
    return 1 if packed.problems else 0


def _evidence(
    screen: Screen,
    settings: Settings,
    queries: Queries,
    organ: str,
    year: int,
    duty: ObligationRecord | None,
) -> Evidence:
    key = (organ, year)
    report = next(iter(queries.reports(organ=organ, year=year)), None)
    twins = queries.twins_of([key]).get(key, [])
    findings = queries.findings(organ=organ, year=year, include_fixed=True)
    ends = queries.ends(findings)
    concerned = {row.rule for row in findings}
    in_force = policy(settings.rules, clock.today(), settings.deadlines)
    shown = [one.url for one in (report, *twins) if one is not None]
    return Evidence(
        organ=organ,
        year=year,
        moment=clock.now(),
        findings=findings,
        finding_objects=[finding_object(row, screen.lang, ends) for row in findings],
        report=report,
        twins=twins,
        versions=queries.versions_of([key]).get(key, []),
        pages=queries.pages_at(shown),
        obligation=duty,
        visits=_visits(queries, organ, duty, findings),
        cards=[card for card in entries(in_force) if card.rule.id in concerned],
    )


def _visits(
    queries: Queries, organ: str, duty: ObligationRecord | None, findings: Sequence[FindingRecord]
) -> list[VisitRecord]:
    """The visits that prove that a report is missing."""
    if duty is None or duty.status is not ObligationStatus.MISSING:
        return []
    portals = {body.portal for body in queries.organs(name=organ)}
    portals |= {row.portal for row in findings}
    proof = set(duty.visits)
    return [
        visit
        for portal in sorted(portals)
        for visit in queries.visits(portal=portal)
        if {visit.started, visit.ended} & proof
    ]
