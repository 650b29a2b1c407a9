"""`nianbao demo`: the sample portals, three nights on a clock of their own, what was found, the digest; then
one report is put right and another one broken, and a fourth night's digest tells these two.

Everything it keeps is under var/demo. Playing it again adds one more night, on which nothing has changed.
"""

from __future__ import annotations

import importlib.resources
import json
import shutil
import sys
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path

from pydantic import SecretStr

from crawler import clock
from crawler.commands.crawl import crawl_with_display, summarise
from crawler.commands.lists import show_findings, summarise_obligations
from crawler.commands.problems import CallError
from crawler.config import Settings, load
from crawler.console import Screen
from crawler.crawls import Crawl, Ending
from crawler.database import opened
from crawler.demo.portals import sample_sites
from crawler.demo.server import SamplePortals, SamplePortalsError
from crawler.digest.composing import pending, province_names
from crawler.digest.render import html
from storage.queries import Queries
from storage.records import FindingRecord

FOLDER = Path("var/demo")
MARKER = "demo.json"
PROVINCE = "demo"
FIRST_NIGHT = date(2024, 4, 8)
"""A week after the last due date of the sample's reports, so that an absence can be proved."""
NIGHTS = 3
"""Nights before the first digest: as many clean visits as prove that a report is missing."""
PLAYED_FIRST = NIGHTS + 1
"""Nights of the first play; before the last of them two reports are edited."""
HOUR = time(2, 0)
MORNING = time(7, 0)
"""When the digest of a night is written."""
CRAWL_TIMEOUT = 120
"""Seconds; the sample needs a few."""
_SHOWN = frozenset({"critical", "error", "warning"})


@dataclass(frozen=True, slots=True)
class Played:
    """What is remembered between two plays: the nights, and the last change that the digest told."""

    nights: tuple[date, ...] = ()
    told: int = 0


def run(screen: Screen, *, fresh: bool = False, folder: Path = FOLDER) -> int:
    """Play the nights that are due and show what was found; 1 where a crawl broke off. Raises CallError."""
    if fresh:
        clear(folder)
    played = read(folder)
    settings = settings_of(folder, screen.lang)
    try:
        with SamplePortals() as portals:
            for night in nights_due(played):
                if len(played.nights) == NIGHTS:
                    played = _show(screen, settings, folder, played)
                    screen.say(
                        "随后，一份报告改正了错误，另一份改出了错误",
                        "then one report is put right, and another one gets a defect",
                    )
                if len(played.nights) >= NIGHTS:
                    for portal, site in sample_sites(after_edits=True).items():
                        portals.show(portal, site)
                ending = _crawl(screen, settings, night, again=len(played.nights) >= NIGHTS)
                if not ending.well:
                    summarise(screen, ending)
                    return 1
                played = Played((*played.nights, night), played.told)
                write(folder, played)
    except SamplePortalsError as error:
        raise CallError(f"样例网站无法启动：{error}", f"the sample portals cannot start: {error}") from None
    _tell(screen, settings, folder, played)
    _next_steps(screen, settings)
    return 0


def nights_due(played: Played) -> tuple[date, ...]:
    """The nights of this play: the first four, or what is left of them, or one more."""
    begin = len(played.nights)
    first = played.nights[-1] + timedelta(days=1) if played.nights else FIRST_NIGHT
    return tuple(first + timedelta(days=day) for day in range(max(1, PLAYED_FIRST - begin)))


def settings_of(folder: Path, lang: str) -> Settings:
    """Settings of the demo: nothing of the installation's own database, archive or provinces."""
    return load(
        lang=lang,
        database_url=SecretStr(f"sqlite:///{folder.as_posix()}/nianbao.db"),
        archive_url=str(folder / "archive"),
        log_folder=folder / "log",
        provinces=Path(str(importlib.resources.files("spiders"))) / "provinces",
        clean_visits=NIGHTS,
        crawl_timeout=CRAWL_TIMEOUT,
    )


def read(folder: Path) -> Played:
    """What was played before in `folder`. Raises CallError for a folder that is somebody else's."""
    _ours(folder)
    try:
        kept = json.loads((folder / MARKER).read_text(encoding="utf-8"))
        nights = tuple(date.fromisoformat(night) for night in kept["nights"])
        return Played(nights, int(kept["told"]))
    except FileNotFoundError:
        return Played()
    except (ValueError, KeyError, TypeError):
        raise CallError(
            f"{folder / MARKER} 损坏；nianbao demo --fresh 重新开始",
            f"{folder / MARKER} is damaged; start over with nianbao demo --fresh",
        ) from None


def write(folder: Path, played: Played) -> None:
    """Remember what was played; whole or not at all."""
    folder.mkdir(parents=True, exist_ok=True)
    kept = {"nights": [night.isoformat() for night in played.nights], "told": played.told}
    part = folder / f"{MARKER}.part"
    part.write_text(json.dumps(kept), encoding="utf-8")
    part.replace(folder / MARKER)


def clear(folder: Path) -> None:
    """Delete the demo's folder, known by its marker. Raises CallError for any other folder."""
    _ours(folder)
    if folder.exists():
        shutil.rmtree(folder)


def _ours(folder: Path) -> None:
    """Make sure that `folder` is the demo's own, or free to become it; leaves its marker there."""
    if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
        raise CallError(f"{folder} 不是目录", f"{folder} is not a directory")
    if folder.is_dir() and not (folder / MARKER).exists() and any(folder.iterdir()):
        raise CallError(
            f"{folder} 里有别的文件，样例不会动它", f"{folder} holds other files; the demo leaves them alone"
        )


def _crawl(screen: Screen, settings: Settings, night: date, *, again: bool) -> Ending:
    """One night: one child process whose clock stands at two in the morning. Pages that have been read are
    looked at `again`.
    """
    if again:
        settings = settings.model_copy(update={"revisit_days": 0})
    screen.say(f"{night} 夜间抓取样例网站", f"night of {night}: crawling the sample portals")
    moment = datetime.combine(night, HOUR, tzinfo=clock.CHINA)
    environment = {clock.OVERRIDE: moment.isoformat()}
    return crawl_with_display(screen, settings, Crawl(PROVINCE, kind="demo"), environment)


def _show(screen: Screen, settings: Settings, folder: Path, played: Played) -> Played:
    """What was found in the first nights, and their digest."""
    engine = opened(settings)
    try:
        queries = Queries(engine)
        findings = queries.findings(province=PROVINCE)
        causes = {finding.group for finding in findings if _worth_showing(finding)}
        shown = [one for one in findings if _worth_showing(one) or one.fingerprint in causes]
        show_findings(screen, shown)
        if hidden := len(findings) - len(shown):
            screen.say(f"另有提示与存疑 {hidden} 项未列出", f"{hidden} more are hints or uncertain")
        summarise_obligations(screen, queries, province=PROVINCE)
    finally:
        engine.dispose()
    return _tell(screen, settings, folder, played)


def _tell(screen: Screen, settings: Settings, folder: Path, played: Played) -> Played:
    """The digest of what was not told before, as a file and its subject; what is told by then."""
    night = played.nights[-1]
    engine = opened(settings)
    try:
        digest = pending(
            engine,
            after=played.told,
            provinces=province_names(settings),
            moment=datetime.combine(night, MORNING, tzinfo=clock.CHINA),
            lang=screen.lang,
        )
    finally:
        engine.dispose()
    if digest is None:
        screen.line(screen.pick("没有新的变化，未写通报", "nothing new, no digest written"), "bold")
        return played
    path = folder / f"digest-{night}.html"
    path.write_text(html(digest), encoding="utf-8")
    told = Played(played.nights, digest.last_change)
    write(folder, told)
    screen.line(screen.pick(f"变化通报：{digest.subject}", f"digest: {digest.subject}"), "bold")
    screen.line(screen.pick(f"变化通报文件：{path}", f"digest file: {path}"))
    return told


def _worth_showing(finding: FindingRecord) -> bool:
    return finding.verdict == "fail" and finding.severity in _SHOWN


def _next_steps(screen: Screen, settings: Settings) -> None:
    database = settings.database_url.get_secret_value()
    nianbao = _as_typed()
    screen.say("下一步：", "next:")
    for command, zh, en in (
        (f"{nianbao} check FILE", "核对手头的一份报告", "check a report in hand"),
        (f"{nianbao} crawl URL", "抓取一个网站", "crawl a portal"),
        (
            f"NIANBAO_DATABASE_URL={database} {nianbao} obligations",
            "逐单位看样例",
            "the sample, body by body",
        ),
        (f"{nianbao} demo", "再过一夜（没有新变化）", "one more night (nothing new)"),
    ):
        screen.say(f"  {command}  # {zh}", f"  {command}  # {en}")


def _as_typed() -> str:
    """The program as this person can type it: by its name where the shell finds it, else by its path."""
    installed = Path(sys.executable).parent / "nianbao"
    found = shutil.which("nianbao")
    if not installed.exists():
        return "python -m crawler"
    if found and Path(found) == installed:
        return "nianbao"
    here = Path.cwd()
    return str(installed.relative_to(here) if installed.is_relative_to(here) else installed)
