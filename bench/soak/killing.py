"""kill -9 in the middle, started again, finished: the end must be that of a run that nobody disturbed."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from random import Random
from types import MappingProxyType

from bench.soak.installation import CRAWL, Child, CommandFailed, Installation
from bench.soak.moments import Aim, Pace, Writes, draw
from bench.soak.state import State, bytes_without_rows, differences, parts, state, unsound
from bench.soak.story import NIGHTS, Defects, Portals, moment

KILLS = range(2, 6)
"""How many kills of one run there may be before it is let finish."""
_STEP = 5
"""Minutes between two starts of one night."""


@dataclass
class Tally:
    """What a trial did, and what was wrong after it."""

    kills: Counter[Aim] = field(default_factory=Counter)
    missed: int = 0  # ended before the moment came
    compared: int = 0  # ends that were held against the undisturbed run
    rows: int = 0  # rows that were compared
    strays: int = 0  # bytes without rows
    unfinished: int = 0  # files of the archive that were never finished
    twice: int = 0  # mails that arrived two times
    unsettled: int = 0  # mails of which nobody could know, for a process ended at the one moment
    seconds: float = 0.0
    problems: list[str] = field(default_factory=list)

    def add(self, other: Tally) -> None:
        """Take another trial's figures in."""
        self.kills += other.kills
        self.missed += other.missed
        self.compared += other.compared
        self.rows += other.rows
        self.strays += other.strays
        self.unfinished += other.unfinished
        self.twice += other.twice
        self.unsettled += other.unsettled
        self.seconds += other.seconds
        self.problems += other.problems

    def check(
        self,
        installation: Installation,
        expected: State,
        name: str,
        *,
        but: Sequence[str] = (),
        other: State | None = None,
        without: Mapping[str, Collection[str]] = MappingProxyType({}),
    ) -> None:
        """Hold what stands in an installation against what should; `but` and `other` as for `differences`,
        `without` as for `state`.
        """
        with installation.engine() as engine:
            found = state(engine, without)
            wrong = [
                *differences(expected, found, but=but, other=other),
                *unsound(engine, installation.archive),
            ]
            self.strays += bytes_without_rows(engine, installation.archive)
        self.unfinished += parts(installation.archive)
        self.compared += 1
        self.rows += sum(map(len, found.values()))
        self.problems += [f"{name}: {line}" for line in wrong]


@contextmanager
def timed(tally: Tally) -> Iterator[Tally]:
    """Add the seconds of the block; a command that failed undisturbed is a problem."""
    begin = time.monotonic()
    try:
        yield tally
    except CommandFailed as problem:
        tally.problems.append(str(problem))
    finally:
        tally.seconds += time.monotonic() - begin


@dataclass(frozen=True, slots=True)
class Undisturbed:
    """The nights as they are when nobody disturbs them: the state after each, and what each took."""

    nights: Sequence[Defects]
    states: Sequence[State]
    paces: Sequence[Pace]


def undisturbed(
    installation: Installation, portals: Portals, nights: Sequence[Defects] = NIGHTS
) -> Undisturbed:
    """Crawl every night of the story once. Raises CommandFailed."""
    states, paces = [], []
    for night, defects in enumerate(nights):
        portals.show(defects)
        paces.append(measured(installation, CRAWL, moment(night), lambda: portals.asked))
        with installation.engine() as engine:
            states.append(state(engine))
        if any('"clean": false' in visit for visit in states[-1]["visits"]):
            raise CommandFailed(f"night {night}: a portal was not seen whole, nothing can be held against it")
    return Undisturbed(nights, states, paces)


def measured(
    installation: Installation,
    command: Sequence[str],
    now: datetime,
    alive: Callable[[], int] | None = None,
) -> Pace:
    """Run a command to its end; how long it took. `alive` as for `killed`. Raises CommandFailed."""
    writes = Writes(installation)
    begin = time.monotonic()
    child = installation.start(command, now)
    first = 0.0
    while not child.ended and not first:
        signs = writes() if alive is None else alive()
        first = time.monotonic() - begin if signs else 0.0
        time.sleep(0.01)
    child.finish()
    writes.close()
    return Pace(first, time.monotonic() - begin - first)


def killed(
    installation: Installation,
    command: Sequence[str],
    moments: Iterator[datetime],
    pace: Pace,
    rng: Random,
    tally: Tally,
    alive: Callable[[], int] | None = None,
    kills: range = KILLS,
) -> None:
    """Start a command and kill it, a few times over; then let it finish. Raises CommandFailed.

    `alive` counts its signs of life; without it, they are its transactions.
    """
    last = struck(installation, command, moments, pace, rng, tally, alive, kills)
    if last is None:
        installation.run(command, next(moments))
    else:
        last.finish()


def struck(
    installation: Installation,
    command: Sequence[str],
    moments: Iterator[datetime],
    pace: Pace,
    rng: Random,
    tally: Tally,
    alive: Callable[[], int] | None = None,
    kills: range = KILLS,
    more: Mapping[str, str] = MappingProxyType({}),
) -> Child | None:
    """The same without the finish; the child that came to its end before it could be killed, if one did."""
    for _ in range(rng.choice(kills)):
        at = draw(rng, pace)
        writes = Writes(installation)
        before = 0 if alive is None else alive()
        child = installation.start(command, next(moments), more)

        def signs(count: Callable[[], int] | None = alive, seen: int = before) -> int:
            return writes() if count is None else count() - seen  # noqa: B023 - called in this round only

        try:
            at.wait(child, {Aim.WORKING: signs, Aim.WRITING: writes})
        finally:
            died = child.kill()
            writes.close()
        if not died:
            tally.missed += 1
            return child
        tally.kills[at.aim] += 1
    return None


def crawls(
    installation: Installation, portals: Portals, truth: Undisturbed, rng: Random, kills: range = KILLS
) -> Tally:
    """The nights of the story, every crawl killed a few times and then let finish."""
    with timed(Tally()) as tally:
        for night, defects in enumerate(truth.nights):
            portals.show(defects)
            starts = (moment(night, _STEP * number) for number in range(kills.stop))
            pace = truth.paces[night]
            killed(installation, CRAWL, starts, pace, rng, tally, lambda: portals.asked, kills)
            tally.check(installation, truth.states[night], f"night {night}")
    return tally
