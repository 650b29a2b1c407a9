"""`nianbao nightly`: the scheduler in the foreground."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from pathlib import Path

from crawler import schedule
from crawler.commands.problems import CallError
from crawler.config import Settings
from crawler.console import Screen
from crawler.database import opened
from crawler.portals import Province, built_in, read_provinces


def run(screen: Screen, settings: Settings, *, once: bool, provinces: Sequence[str]) -> int:
    """Run the night: once, or every night until told to end. 1 where a job of `once` did not end well."""
    known = read_provinces(settings.provinces)
    chosen = chosen_for_the_night(settings, known, provinces)
    if not (provinces or settings.nightly_provinces or _is_own(settings.provinces)):
        screen.say(
            f"没有选定省份，只抓 {'、'.join(chosen)}；请设 nightly_provinces，如 "
            "NIANBAO_NIGHTLY_PROVINCES=fujian,anhui",
            f"no province is chosen, {', '.join(chosen)} alone is crawled; set nightly_provinces, as "
            "NIANBAO_NIGHTLY_PROVINCES=fujian,anhui",
        )
    engine = opened(settings)
    # the scheduler's own words go through on_ended; its logger would print them twice, with tracebacks
    logging.getLogger("apscheduler").addHandler(logging.NullHandler())
    logging.getLogger("apscheduler").propagate = False

    def ended(job: str, problem: str | None) -> None:
        if problem is None:
            screen.say(f"{job}：完成", f"{job}: done")
        else:
            screen.say(f"{job}：没有完成：{problem}", f"{job}: not done: {problem}")

    try:
        if once:
            return 0 if schedule.once(chosen, digest=bool(settings.digest_to), on_ended=ended) else 1
        names = ", ".join(chosen)
        screen.say(
            f"每天 {settings.nightly_at}（北京时间）抓取：{names}",
            f"every day at {settings.nightly_at} (Asia/Shanghai): {names}",
        )
        schedule.nightly(settings, chosen, engine, ended)
        screen.say("已停止", "stopped")
        return 0
    finally:
        engine.dispose()


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
