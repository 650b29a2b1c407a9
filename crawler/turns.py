"""In which order the scheduler's jobs have their turn: as they become due, so many at once."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from typing import Any

from apscheduler.executors.pool import BasePoolExecutor
from apscheduler.job import Job


class Turns(BasePoolExecutor):  # type: ignore[misc]
    """APScheduler's executor with a memory of what stood before each job."""

    def __init__(self, at_once: int) -> None:
        self._line = _Line(at_once)
        super().__init__(self._line)

    def wait_for_those_before(self, job: str) -> None:
        """Return when every job has ended that was due before this one. For a job that has its turn: those
        before it have begun, so that none of them waits for it.
        """
        wait(self._line.before.get(job, ()))


class _Line(ThreadPoolExecutor):
    """Begins jobs in the order in which they are given. They are given by one thread, the scheduler's."""

    def __init__(self, at_once: int) -> None:
        super().__init__(at_once)
        self.before: dict[str, tuple[Future[Any], ...]] = {}
        self._given: list[Future[Any]] = []

    def submit(self, work: Callable[..., Any], job: Job, /, *given: Any, **named: Any) -> Future[Any]:  # type: ignore[override]
        """Put a job at the end of the line."""
        self._given = [one for one in self._given if not one.done()]
        self.before[job.id] = tuple(self._given)
        future: Future[Any] = super().submit(work, job, *given, **named)
        self._given.append(future)
        return future
