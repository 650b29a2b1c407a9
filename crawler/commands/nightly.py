"""`nianbao nightly`: the nights in the foreground, once or for good, and the plan of those that come."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from pathlib import Path

from crawler import night, schedule
from crawler.commands import night_progress
from crawler.commands.problems import CallError
from crawler.config import Settings
from crawler.console import Screen
from crawler.database import opened
from crawler.portals import Province, built_in, read_provinces
from crawler.season import Nights


def run(screen: Screen, settings: Settings, *, once: bool, provinces: Sequence[str]) -> int:
    """Run the night: once, or every night until told to end. 1 where a job of `once` did not end well, and
    where another process took the night over.
    """
    chosen, calendars = calendars_of(screen, settings, provinces)
    engine = opened(settings)
    # the scheduler's own words go through the watcher; its logger would print them twice, with tracebacks
    logging.getLogger("apscheduler").addHandler(logging.NullHandler())
    logging.getLogger("apscheduler").propagate = False
    try:
        if once:
            with night_progress.watching(screen, engine, chosen, settings.crawls_at_once) as watcher:
                return 0 if night.once(settings, calendars, engine, watcher) else 1
        screen.say(
            f"按日程访问：{'、'.join(calendars)}；每天 {settings.digest_at} 发送简报（北京时间）；"
            "日程见 nianbao nightly --plan",
            f"by their calendars: {', '.join(calendars)}; digests every day at {settings.digest_at} "
            "(Asia/Shanghai); nianbao nightly --plan tells what comes",
        )
        schedule.nightly(settings, calendars, engine, night_progress.Lines(screen))
        screen.say("已停止", "stopped")
        return 0
    except night.AlreadyRunning as problem:
        raise CallError(problem.zh, problem.en) from None
    except night.LeaseLost as problem:
        screen.say(problem.zh, problem.en)
        return 1
    finally:
        engine.dispose()


def calendars_of(
    screen: Screen, settings: Settings, provinces: Sequence[str]
) -> tuple[Mapping[str, Province], dict[str, Nights]]:
    """The provinces of the night and their calendars; says so where nobody chose any. Raises CallError,
    ProvinceError, RuleBookError.
    """
    known = read_provinces(settings.provinces)
    chosen = chosen_for_the_night(settings, known, provinces)
    if not (provinces or settings.nightly_provinces or _is_own(settings.provinces)):
        screen.say(
            f"没有选定省份，只抓 {'、'.join(chosen)}；请设 nightly_provinces，如 "
            "NIANBAO_NIGHTLY_PROVINCES=fujian,anhui",
            f"no province is chosen, {', '.join(chosen)} alone is crawled; set nightly_provinces, as "
            "NIANBAO_NIGHTLY_PROVINCES=fujian,anhui",
        )
    named = {name: known[name] for name in chosen}
    return named, schedule.calendars(settings, named.values())


def chosen_for_the_night(
    settings: Settings, known: dict[str, Province], wanted: Sequence[str] = ()
) -> tuple[str, ...]:
    """The provinces that this installation's night crawls. Raises CallError."""
    return choose(known, wanted or settings.nightly_provinces, own=_is_own(settings.provinces))


def choose(known: dict[str, Province], wanted: Sequence[str], *, own: bool = False) -> tuple[str, ...]:
    """The provinces of the night: those wanted, else all of a folder of one's own.

    Nobody is visited without having been chosen: of the built-in provinces the sample alone, which is played
    too where nothing real stands. Raises CallError for a name that is not known, or with nothing to crawl.
    """
    for name in wanted:
        if name not in known:
            have = ", ".join(sorted(known)) or "-"
            raise CallError(
                f"没有这个省：{name}（有：{have}）", f"no such province: {name} (there are: {have})"
            )
    real = tuple(name for name, province in known.items() if not province.sample) if own else ()
    samples = tuple(name for name, province in known.items() if province.sample)
    chosen = tuple(dict.fromkeys(wanted)) or real or samples
    if not chosen:
        raise CallError("没有省份可抓", "there is no province to crawl")
    return chosen


def _is_own(folder: Path | None) -> bool:
    """Whether the operator keeps province files of their own; to name the built-in folder chooses nothing."""
    return folder is not None and folder.resolve() != built_in().resolve()
