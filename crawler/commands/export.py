"""`nianbao export`: a rectification letter, or an evidence pack, of one body."""

from __future__ import annotations

from pathlib import Path

from crawler import clock
from crawler.commands.lists import folded
from crawler.commands.problems import CallError
from crawler.commands.saving import saving
from crawler.config import Settings
from crawler.console import Screen
from crawler.database import opened
from crawler.export import letter as letters
from crawler.export.letter_docx import letter_docx
from storage.queries import Queries
from storage.records import ObligationRecord


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


def known_body(queries: Queries, organ: str, year: int | None) -> list[ObligationRecord]:
    """The duties of a body. Raises CallError where nothing is on record of it."""
    duties = [duty for duty in queries.obligations(year=year) if duty.organ == organ]
    if (
        not duties
        and not queries.reports(organ=organ)
        and not queries.findings(organ=organ, include_fixed=True)
    ):
        known = any(body.name == organ for body in queries.organs())
        if not known:
            raise CallError(
                f"没有这个单位的记录：{organ}（用全称；nianbao obligations 列出全部）",
                f"nothing is on record of {organ} (the full name is needed; nianbao obligations lists all)",
            )
    return duties
