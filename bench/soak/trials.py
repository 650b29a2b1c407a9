"""One database's share of a soak: its own portals, its own folder, one trial after another."""

from __future__ import annotations

import time
from contextlib import ExitStack
from itertools import count
from pathlib import Path
from random import Random
from typing import Self

from bench.soak import aging, figures, growth, killing, mails, rechecks, story, together
from bench.soak.installation import NIANBAO, Installation, Server

_COPIES = 100
"""How often the rows of three nights stand in the database that is upgraded."""
_UPGRADES = 4
"""Upgrades for every story of crawls: they take a fraction of its time."""
_RECHECKS = 2


class Lane:
    """The trials of one database. Its context makes what all of them are compared with."""

    def __init__(self, database: str, soak: figures.Soak, folder: Path, server: Server | None) -> None:
        self._name, self._soak, self._folder, self._server = database, soak, folder, server
        self._numbers = count(1)
        self._rng = Random(f"{soak.seed}|{database}")
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        with ExitStack() as stack:
            self._portals = stack.enter_context(story.served())
            self._folder.mkdir(parents=True)
            self._portals.write_province(self._folder / "provinces")
            base = self._new()
            base.run((*NIANBAO, "--version"), story.moment(0))  # loads what every command is forked from
            self._truth = killing.undisturbed(base, self._portals)
            self._three_nights = self._copy(base)
            aging.age(base, _COPIES)
            self._old = base
            self._upgraded = aging.upgraded(self._copy(base))
            self._archive = rechecks.archive(self._folder / "archive", self._server)
            self._reread = rechecks.reread(self._copy(self._archive))
            self._stack = stack.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def until(self, deadline: float) -> None:
        """Trials until then (time.monotonic); each kind at least once, whatever it takes."""
        self.decision()
        self.two_crawls()
        while True:
            self.beside_a_crawl()
            self.two_rechecks()
            self.crawls()
            for _ in range(_RECHECKS):
                self.recheck()
            for _ in range(_UPGRADES):
                self.upgrade()
            self.mails()
            if time.monotonic() > deadline:
                return

    def crawls(self) -> None:
        """Three nights of killed crawls."""
        new = self._new()
        self._add(figures.CRAWL, new, killing.crawls(new, self._portals, self._truth, self._rng))

    def upgrade(self) -> None:
        """One killed upgrade."""
        old = self._copy(self._old)
        self._add(figures.UPGRADE, old, aging.upgrades(old, self._upgraded, self._rng))

    def recheck(self) -> None:
        """One killed re-check."""
        unread = self._copy(self._archive)
        self._add(figures.RECHECK, unread, rechecks.rechecks(unread, self._reread, self._rng))

    def mails(self) -> None:
        """Two nights of killed digests."""
        new = self._new()
        self._add(figures.MAILS, new, mails.mails(new, self._rng))

    def two_rechecks(self) -> None:
        """Two re-checks at once."""
        unread = self._copy(self._archive)
        self._add(figures.TWO_RECHECKS, unread, rechecks.two_rechecks(unread, self._reread, self._rng))

    def beside_a_crawl(self) -> None:
        """A re-check while a crawl is under way."""
        read = self._copy(self._three_nights)
        self._add(figures.BESIDE, read, rechecks.beside_a_crawl(read, self._portals, self._rng))

    def two_crawls(self) -> None:
        """Three nights, each crawled twice at once."""
        new = self._new()
        self._add(figures.TWO_CRAWLS, new, together.two_crawls(new, self._portals, self._truth, self._rng))

    def decision(self) -> None:
        """A decision while a crawl is under way."""
        new = self._new()
        self._add(figures.DECISION, new, together.a_decision(new, self._portals, self._rng))

    def _add(self, what: str, used: Installation, tally: killing.Tally) -> None:
        self._soak.tally(what, self._name).add(tally)
        used.remove()

    def _new(self) -> Installation:
        return Installation(self._folder / str(next(self._numbers)), self._folder / "provinces", self._server)

    def _copy(self, known: Installation) -> Installation:
        return known.copy(self._folder / str(next(self._numbers)))


def grow(database: str, soak: figures.Soak, folder: Path, server: Server | None, bound: growth.Bound) -> None:
    """Quiet nights of one scheduler process, beside the other trials."""
    with story.served() as portals:
        portals.write_province(folder / "provinces")
        new = Installation(folder / "nights", folder / "provinces", server)
        found = growth.grow(new, portals, bound, soak.tally(figures.GROWTH, database))
        if found is not None:
            soak.growth[database] = found
