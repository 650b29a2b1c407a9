"""`nianbao export warc`: what was fetched, as web archives keep it."""

from __future__ import annotations

from pathlib import Path

from crawler import clock
from crawler.commands.bars import progress
from crawler.commands.problems import CallError
from crawler.commands.saving import saving
from crawler.config import Settings
from crawler.console import Screen
from crawler.database import opened
from crawler.export.warc import WarcFile, Written
from storage.archive import Archive
from storage.evidence import Selection, captures, count_pages

_TOLD = 20
"""Lost originals that are named; all are counted."""


def run(screen: Screen, settings: Settings, selection: Selection, output: Path) -> int:
    """Write the file; 1 where originals are missing. Raises CallError, ArchiveUnusable."""
    engine = opened(settings)
    try:
        pages = count_pages(engine, selection)
        if not pages:
            raise CallError("没有符合条件的网页，未写文件", "no page on record is asked for, no file written")
        archive = Archive(settings.archive_url)
        with saving(output) as file, progress(screen, "写入", "writing") as show:
            warc = WarcFile(file, archive, clock.now(), _about(selection))
            for done, captured in enumerate(captures(engine, selection), start=1):
                warc.add(captured)
                show(done, max(done, pages))
    finally:
        engine.dispose()
    return _told(screen, output, warc.written)


def _told(screen: Screen, output: Path, written: Written) -> int:
    screen.say(
        f"{output}：带响应头的原件 {written.responses} 份，未留响应头的 {written.resources} 份",
        f"{output}: {written.responses} originals with their headers, {written.resources} without",
    )
    for sha256 in written.lost[:_TOLD]:
        screen.say(
            f"原件 {sha256} 缺失或损坏，不在文件内",
            f"the original {sha256} is missing or damaged; it is not in the file",
        )
    if len(written.lost) > _TOLD:
        more = len(written.lost) - _TOLD
        screen.say(f"另有 {more} 份缺失或损坏", f"{more} more are missing or damaged")
    return 1 if written.lost else 0


def _about(selection: Selection) -> str:
    """What was asked for, in one line of the file itself."""
    named = {
        "province": selection.province,
        "portal": selection.portal,
        "organ": selection.organ,
        "year": selection.year,
    }
    given = [f"{name} {' '.join(str(value).split())}" for name, value in named.items() if value is not None]
    return f"pages of annual disclosure reports: {', '.join(given) or 'all'}"
