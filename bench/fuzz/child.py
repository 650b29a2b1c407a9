"""Reads files in a child process and tells how each went, so that a hang or a crash harms nobody else."""

from __future__ import annotations

import multiprocessing
import re
import resource
import time
import traceback
from multiprocessing.connection import Connection
from pathlib import Path
from types import TracebackType
from typing import NamedTuple

from crawler.extract import extract, members
from crawler.extract.document import Format, Unreadable
from crawler.extract.sniff import binary_format
from crawler.parser import NotAReport, Page, parse

MAX_SECONDS = 5.0
"""Of the processor, for one file; other processes of a busy machine do not count."""
MAX_MEMORY = 500 * 2**20
"""Bytes that the process may have held at any time, its modules included."""

_ADDRESS_SPACE = 3 * 2**30  # far above MAX_MEMORY: what is reserved and never used does not count
_PATIENCE = 12  # times MAX_SECONDS until a child that does not answer is killed


class Outcome(NamedTuple):
    """How the reading of one file went; `failure` is "" where it was read or refused as it should be."""

    failure: str
    seconds: float = 0.0
    memory: int = 0  # the most that the child has held so far, in bytes


class Child:
    """One process that reads file after file; a new one takes its place where it dies or hangs."""

    def __enter__(self) -> Child:
        self._start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop()

    def read(self, content: bytes, name: str) -> Outcome:
        """Read `content`, a file called `name`, and parse what it holds."""
        try:
            self._pipe.send((content, name))
            if self._pipe.poll(MAX_SECONDS * _PATIENCE):
                outcome: Outcome = self._pipe.recv()
            else:
                outcome = Outcome(f"no answer in {MAX_SECONDS * _PATIENCE:.0f} s")
        except (EOFError, OSError):
            self._process.join()
            outcome = Outcome(f"the process ended with {self._process.exitcode}")
        if outcome.failure:
            self._stop()
            self._start()
        return outcome

    def _start(self) -> None:
        context = multiprocessing.get_context("spawn")
        self._pipe, theirs = context.Pipe()
        self._process = context.Process(target=_serve, args=(theirs,), daemon=True)
        self._process.start()
        theirs.close()

    def _stop(self) -> None:
        self._pipe.close()
        self._process.kill()
        self._process.join()


def _serve(pipe: Connection) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (_ADDRESS_SPACE, _ADDRESS_SPACE))
    while True:
        try:
            content, name = pipe.recv()
        except EOFError:
            return
        pipe.send(_read(content, name))


def _read(content: bytes, name: str) -> Outcome:
    started = time.process_time()
    failure = ""
    try:
        if binary_format(content, name) is Format.ZIP:
            files = [(member.name, member.content) for member in members(content)]
        else:
            files = [(name, content)]
        for member, inside in files:
            if inside is not None:
                _parse(inside, member)
    except Unreadable:
        pass
    except Exception:  # what must not be is what is looked for
        failure = traceback.format_exc(limit=-4)
    seconds = time.process_time() - started
    memory = _most_held()
    if not failure and seconds > MAX_SECONDS:
        failure = f"took {seconds:.1f} s"
    if not failure and memory > MAX_MEMORY:
        failure = f"held {memory // 2**20} MB"
    return Outcome(failure, seconds, memory)


def _most_held() -> int:
    """Bytes that this process has held at most. What getrusage tells begins with the parent's figure."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(re.search(r"VmHWM:\s+(\d+) kB", status)[1]) * 1024  # type: ignore[index]


def _parse(content: bytes, name: str) -> None:
    try:
        parse(extract(content, name=name), Page(name=name))
    except (Unreadable, NotAReport):
        return
