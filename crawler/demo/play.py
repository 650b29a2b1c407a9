"""`nianbao demo`: the sample portals, three nights on a clock of their own, what was found, the digest.

Everything it keeps is under var/demo. Playing it again adds one more night, on which nothing has changed.
"""

from __future__ import annotations

import json
import os
import shutil
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path

from pydantic import SecretStr

from crawler import clock
from crawler.commands.crawl import crawl_with_display, summarise
from crawler.commands.lists import show_findings, summarise_obligations
from crawler.commands.problems import Problem
from crawler.config import Settings, load
from crawler.console import Screen
from crawler.crawls import Crawl
from crawler.database import opened
from crawler.demo.server import SamplePortals, SamplePortalsError
from crawler.digest.compose import certain
from crawler.digest.delivery import pending
from crawler.digest.render import html
from crawler.portals import read_provinces
from storage.queries import Queries

FOLDER = Path("var/demo")
MARKER = "demo.json"
PROVINCE = "demo"
FIRST_NIGHT = date(2024, 4, 8)
"""A week after the last due date of the sample's reports, so that absences can be proved at once."""
HOUR = time(2, 0)
_NOT_OURS = 2000  # more entries than a demo folder ever has beside the archive


@dataclass(frozen=True, slots=True)
class Played:
    """What is remembered between two plays: the nights, and the last change that a digest told."""

    nights: tuple[date, ...] = ()
    told: int = 0


def run(screen: Screen, *, fresh: bool = False, folder: Path = FOLDER) -> int:
    """Play the nights that are due and show what was found. Raises Problem."""
    if fresh:
        clear(folder)
    played = read(folder)
    settings = settings_of(folder, screen.lang)
    before = len(played.nights)
    due = nights_due(played, settings.clean_visits)
    try:
        with SamplePortals():
            for night in due:
                screen.say(f"{night:%Y-%m-%d} 夜间抓取", f"night of {night}")
                play_night(screen, settings, night)
                played = Played((*played.nights, night), played.told)
                write(folder, played)
    except SamplePortalsError as error:
        raise Problem(f"样例网站起不来：{error}", f"the sample portals cannot start: {error}") from None
    show(screen, settings, folder, played, first=before == 0)
    return 0
