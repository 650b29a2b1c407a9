"""Pages read again from the archive by a pool of processes, as many at a time as there are to read them.

A worker is given records and hashes and gives records back; bytes it takes from the archive itself. What all
pages of a province have in common it reads once from a file.
"""

from __future__ import annotations

import multiprocessing
import os
import pickle
import signal
import sys
import threading
import time
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from multiprocessing.connection import wait as wait_for
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from crawler import rejudging
from crawler.portals import Province
from crawler.recording import Sightings
from crawler.rulebook import policy
from crawler.validator.policy import Policy
from storage.archive import Archive
from storage.records import PageRecord, PageSeen

PAGES = 8
"""Pages that a worker is given at a time."""
_WAITING = 3
"""Such portions for each worker that are begun or wait for it."""
_LOOK = 0.2  # seconds between two looks whether to stop
_LEAVE = 10.0
"""Seconds in which a worker must have ended the programs that it runs, once it is told to end."""
_SILENCE = 900.0
"""Seconds in which some worker must have finished something: programs outside have limits of their own."""


class ReadersLost(Exception):
    """Workers ended that nobody had told to, or finish nothing any more; carries one line."""


@dataclass(frozen=True, slots=True)
class Terms:
    """What the pages of one province are read again with."""

    province: Province
    rules: Mapping[str, Mapping[str, Any]]  # what the settings change in the table of rules
    deadlines: Mapping[str, str]
    today: date
    sightings: Sightings
    judged_by: str
    archive: str

    def policy(self) -> Policy:
        """The table of rules. Raises RuleBookError."""
        return policy(self.rules, self.today, self.deadlines)


@dataclass(frozen=True, slots=True)
class Reread:
    """What became of one page: what is to be recorded, or why it could not be read again."""

    page: PageRecord
    entry: PageSeen | None
    problem: str = ""
    awaits_visit: bool = False  # a visit could not have all of it: nothing is wrong with the archive


class Readers:
    """The pool; its processes start with the first page and end with the context."""

    def __init__(self, workers: int) -> None:
        self.workers = workers
        self._pool: ProcessPoolExecutor | None = None
        self._others: set[int | None] = set()  # children that are none of its processes

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End all workers, whatever they are at: a page that is not recorded is read again next time."""
        if self._pool is None:
            return
        self._pool.shutdown(wait=False, cancel_futures=True)
        workers = [child for child in multiprocessing.active_children() if child.pid not in self._others]
        for worker in workers:
            worker.terminate()
        left = {worker.sentinel: worker for worker in workers}
        until = time.monotonic() + _LEAVE
        while left and time.monotonic() < until:
            for sentinel in wait_for(list(left), until - time.monotonic()):
                del left[sentinel]  # type: ignore[arg-type]
        for worker in left.values():
            worker.kill()

    def read(self, terms: Path, pages: Iterable[PageRecord], stop: threading.Event) -> Iterator[list[Reread]]:
        """What became of the pages, portion by portion as they are finished; ends early once `stop` is set.

        Raises ReadersLost, and ArchiveUnusable.
        """
        portions = _portions(pages)
        under_way: dict[Future[list[Reread]], list[PageRecord]] = {}
        silence = 0.0
        while not stop.is_set():
            while len(under_way) < self.workers * _WAITING:
                portion = next(portions, None)
                if portion is None:
                    break
                under_way[self._submit(terms, portion)] = portion
            if not under_way:
                return
            done, _ = wait(under_way, timeout=_LOOK, return_when=FIRST_COMPLETED)
            silence = 0.0 if done else silence + _LOOK
            if silence > _SILENCE:
                raise ReadersLost(f"nothing was finished for {_SILENCE:.0f} s; {_among(under_way.values())}")
            for future in done:
                try:
                    result = future.result()
                except BrokenProcessPool:
                    raise ReadersLost(
                        f"a worker was killed, perhaps for want of memory; {_among(under_way.values())}"
                    ) from None
                del under_way[future]
                yield result

    def _submit(self, terms: Path, portion: list[PageRecord]) -> Future[list[Reread]]:
        if self._pool is None:
            self._others = {process.pid for process in multiprocessing.active_children()}
            self._pool = ProcessPoolExecutor(self.workers, _context(), initializer=_begin)
        try:
            return self._pool.submit(_read, str(terms), portion)
        except BrokenProcessPool:
            raise ReadersLost("a worker was killed, perhaps for want of memory") from None


def written(terms: Terms, folder: Path) -> Path:
    """A file in `folder` that holds `terms` for the workers."""
    file = folder / f"{terms.province.province}-{terms.province.portals[0].id}.terms"
    file.write_bytes(pickle.dumps(terms))
    return file


def _portions(pages: Iterable[PageRecord]) -> Iterator[list[PageRecord]]:
    portion: list[PageRecord] = []
    for page in pages:
        portion.append(page)
        if len(portion) == PAGES:
            yield portion
            portion = []
    if portion:
        yield portion


def _among(portions: Iterable[list[PageRecord]]) -> str:
    """Names pages, the first of every portion that was under way."""
    urls = [portion[0].url[:200] for portion in portions]
    return f"among what was being read: {' '.join(urls[:3])}"


def _context() -> Any:
    """Processes that inherit nothing of this one: neither its threads nor its connections to the database."""
    if "forkserver" not in multiprocessing.get_all_start_methods():
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([__name__])
    return context


# --- in a worker ------------------------------------------------------------------------------------------


def _begin() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches all; the parent says when to end
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    """A parent that was killed cannot tell its workers to end."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait_for([parent.sentinel])
        os._exit(1)


@lru_cache(maxsize=1)
def _terms(file: str) -> tuple[Terms, Policy, Archive]:
    terms: Terms = pickle.loads(Path(file).read_bytes())  # noqa: S301 - written by our own parent
    return terms, terms.policy(), Archive(terms.archive)


def _read(file: str, pages: list[PageRecord]) -> list[Reread]:
    try:
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))  # not at once: programs outside are ended first
        try:
            terms, in_force, archive = _terms(file)
            return [_reread(page, terms, in_force, archive) for page in pages]
        finally:
            signal.signal(signal.SIGTERM, signal.SIG_DFL)
    except SystemExit:
        # the pool would take it for a result, go on and wait for ever for more to do
        os._exit(0)


def _reread(page: PageRecord, terms: Terms, in_force: Policy, archive: Archive) -> Reread:
    try:
        entry = rejudging.judged_again(
            page, archive, terms.province, in_force, terms.sightings, terms.judged_by
        )
    except rejudging.CANNOT as problem:
        return Reread(page, None, str(problem), isinstance(problem, rejudging.AwaitsVisit))
    return Reread(page, entry)
