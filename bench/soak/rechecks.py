"""`nianbao recheck`, killed, twice at once, and beside a crawl.

The archive that is killed over holds more pages than one batch. What stands on record of them was read by an
earlier version: of every report one finding was not found, and one that there is not was.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from random import Random

from bench.soak.installation import CRAWL, NIANBAO, Installation, Server
from bench.soak.killing import KILLS, Tally, killed, measured, timed
from bench.soak.moments import Pace
from bench.soak.state import State, state
from bench.soak.story import NIGHTS, Defects, Portals, moment
from bench.soak.together import at_once
from crawler.recheck import BATCH
from tests.crawler.archived import SEEN, Archived

RECHECK = (*NIANBAO, "recheck")
PAGES = 3 * BATCH + 10
_NOW = datetime(2024, 5, 20, 9, tzinfo=SEEN.tzinfo)
_OTHER_RULES: Mapping[str, str] = {"NIANBAO_RULES": json.dumps({"meta-site-missing": {"off": True}})}
"""Every report of the story breaks this rule, so that every page is judged otherwise without it."""
_BY_WHOM: Mapping[str, tuple[str, ...]] = {"reports": ("compared_by",)}
"""While a crawl is under way a re-check leaves what it compares to be compared again: more work, no loss."""


@dataclass(frozen=True, slots=True)
class Reread:
    """What a re-check that nobody disturbed makes of an archive, and what it takes."""

    state: State
    pace: Pace


def archive(folder: Path, server: Server | None, pages: int = PAGES) -> Installation:
    """An installation with so many reports in its archive, read by an earlier version."""
    installation = Installation(folder, folder / "provinces", server)
    Archived(folder, installation.url, pages).engine.dispose()
    return installation


def reread(installation: Installation) -> Reread:
    """Read an archive again. Raises CommandFailed."""
    pace = measured(installation, RECHECK, _NOW)
    with installation.engine() as engine:
        return Reread(state(engine), pace)


def rechecks(installation: Installation, truth: Reread, rng: Random, kills: range = KILLS) -> Tally:
    """A re-check killed a few times and then let finish."""
    with timed(Tally()) as tally:
        killed(installation, RECHECK, iter([_NOW] * kills.stop), truth.pace, rng, tally, kills=kills)
        tally.check(installation, truth.state, "after a re-check")
    return tally


def two_rechecks(installation: Installation, truth: Reread, rng: Random) -> Tally:
    """The archive read again twice at the same time; as if it had been once."""
    with timed(Tally()) as tally:
        commands = (RECHECK, (*RECHECK, "--all"))
        at_once(installation, commands, (_NOW, _NOW), rng, apart=truth.pace.working)
        tally.check(installation, truth.state, "read again twice at once")
    return tally


def beside_a_crawl(
    installation: Installation, portals: Portals, rng: Random, nights: Sequence[Defects] = NIGHTS
) -> Tally:
    """A province crawled and read again at once, by other rules than it was. `installation` has had these
    nights; the one that comes is as the last but one was.

    Who comes first shows in moments, and in what a page that was repaired meanwhile is said to have been:
    repaired, or judged by other rules. So two ends are right, and every row is as in one of them.
    """
    begins, commands = moment(len(nights)), [RECHECK, CRAWL]
    portals.show(nights[-2])
    with timed(Tally()) as tally:
        ends = [_one_after_the_other(installation, order, begins) for order in (commands, commands[::-1])]
        rng.shuffle(commands)
        at_once(installation, commands, (begins, begins), rng, more=_OTHER_RULES)
        tally.check(installation, ends[0], "read again during a crawl", other=ends[1], without=_BY_WHOM)
    return tally


def _one_after_the_other(
    installation: Installation, commands: Sequence[Sequence[str]], begins: datetime
) -> State:
    copy = installation.copy(installation.folder.with_name(f"{installation.folder.name}-in-turn"))
    try:
        for command in commands:
            copy.start(command, begins, _OTHER_RULES).finish()
        with copy.engine() as engine:
            return state(engine, _BY_WHOM)
    finally:
        copy.remove()
