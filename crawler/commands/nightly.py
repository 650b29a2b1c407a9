"""`nianbao nightly`: the scheduler in the foreground."""

from __future__ import annotations

import logging
from collections.abc import Sequence

from crawler import schedule
from crawler.commands.problems import CallError
from crawler.config import Settings
from crawler.console import Screen
from crawler.database import opened
from crawler.portals import Province, read_provinces


def run(screen: Screen, settings: Settings, *, once: bool, provinces: Sequence[str]) -> int:
    """Run the night: once, or every night until told to end. 1 where a job of `once` did not end well."""
    chosen = choose(read_provinces(settings.provinces), provinces)
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


def choose(known: dict[str, Province], wanted: Sequence[str]) -> tuple[str, ...]:
    """The provinces of the night: those named, else all. The sample is only played where no real one stands.

    Raises CallError for a name that is not known, or where there is nothing to crawl.
    """
    for name in wanted:
        if name not in known:
            have = ", ".join(sorted(known)) or "-"
            raise CallError(
                f"没有这个省：{name}（有：{have}）", f"no such province: {name} (there are: {have})"
            )
    real = [name for name, province in known.items() if not province.sample]
    chosen = tuple(dict.fromkeys(wanted)) or tuple(real) or tuple(known)
    if not chosen:
        raise CallError("没有省份文件", "there is no province file")
    return chosen
