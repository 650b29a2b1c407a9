"""Two at once: what is left must be what one after the other leaves."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from datetime import datetime
from random import Random
from types import MappingProxyType

from bench.soak.installation import CRAWL, NIANBAO, Installation
from bench.soak.killing import Tally, Undisturbed, timed
from bench.soak.state import state
from bench.soak.story import NIGHTS, Portals, moment

_APART = 2.0
"""Seconds that the second may begin after the first."""
_WAIVE = (
    *NIANBAO, "waive", "add", "--rule", "applications-balance", "--organ", "雾禾区松竹街道办事处",
    "--year", "2023", "--reason", "已电话核实，等待更正", "--author", "审核员",
)  # fmt: skip


def two_crawls(installation: Installation, portals: Portals, truth: Undisturbed, rng: Random) -> Tally:
    """The nights of the story, crawled twice at the same time each; as if it had been once. A portal that the
    first has taken is left to it by the second.
    """
    with timed(Tally()) as tally:
        for night, defects in enumerate(truth.nights):
            portals.show(defects)
            at_once(installation, (CRAWL, CRAWL), (moment(night), moment(night, 1)), rng)
            tally.check(installation, truth.states[night], f"night {night} crawled twice at once")
    return tally


def a_decision(installation: Installation, portals: Portals, rng: Random) -> Tally:
    """A person decides while a crawl finds what the decision is about, before it is found or after."""
    with timed(Tally()) as tally:
        portals.show(NIGHTS[0])
        installation.run(CRAWL, moment(0))
        first = installation.copy(installation.folder.with_name(f"{installation.folder.name}-first"))
        try:
            portals.show(NIGHTS[1])
            first.run(_WAIVE, moment(1))
            first.run(CRAWL, moment(1, 1))
            with first.engine() as engine:
                expected = state(engine)
        finally:
            first.remove()
        at_once(installation, (CRAWL, _WAIVE), (moment(1, 1), moment(1)), rng)
        # the finding is new and then waived, or waived from its first day: either is true
        tally.check(installation, expected, "waived during a crawl", but=("changes",))
    return tally


def at_once(
    installation: Installation,
    commands: Sequence[Sequence[str]],
    starts: Sequence[datetime],
    rng: Random,
    *,
    apart: float = _APART,
    more: Mapping[str, str] = MappingProxyType({}),
) -> None:
    """Run commands at once, each begun at most `apart` seconds after the one before; `more` are further
    environment variables. Raises CommandFailed.
    """
    children = []
    for command, now in zip(commands, starts, strict=True):
        if children:
            time.sleep(rng.uniform(0, apart))
        children.append(installation.start(command, now, more))
    for child in children:
        child.finish()
