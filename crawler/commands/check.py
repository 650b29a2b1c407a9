"""`nianbao check`: read files or pages, check them, answer."""

from __future__ import annotations

import functools
import os
import signal
import stat
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from datetime import date
from multiprocessing import get_all_start_methods, get_context
from multiprocessing.context import BaseContext
from pathlib import Path

from crawler.export.entry import ErrorEntry, ReportEntry, report_entry
from crawler.fetch import LIMIT, FetchError, fetch, is_url
from crawler.inspection import Given, NotAReport, Unreadable, inspect
from crawler.report.model import Kind, Report

MANY = 8
"""Up to so many files one process is faster than starting several."""


class InputError(Exception):
    """An input that could not be read. One line, in the person's language."""


@dataclass(frozen=True, slots=True)
class Options:
    """What the person said of all inputs of one call."""

    lang: str = "zh"
    published: date | None = None
    kind: Kind | None = None
    organ: str | None = None
    year: int | None = None
    previous: str | None = None
    allow_private: bool = False


@dataclass(frozen=True, slots=True)
class Checked:
    """All inputs of one call, in the order given."""

    reports: tuple[ReportEntry, ...]
    errors: tuple[ErrorEntry, ...]


def check_all(
    sources: Sequence[str], options: Options, on_done: Callable[[], None] = lambda: None
) -> Checked:
    """Check every source; `on_done` is called once for each. Raises InputError where --previous fails."""
    if options.previous is not None:
        _previous(options.previous, options.lang)
    results: list[ReportEntry | ErrorEntry | None] = [None] * len(sources)
    files = [index for index, source in enumerate(sources) if not is_url(source)]
    pooled = set(files) if len(files) > MANY and (os.cpu_count() or 1) > 1 else set()
    for index, source in enumerate(sources):
        if index not in pooled:
            results[index] = examine(source, options)
            on_done()
    for index, result in _in_pool([(index, sources[index]) for index in sorted(pooled)], options):
        results[index] = result
        on_done()
    done = [result for result in results if result is not None]
    return Checked(
        tuple(result for result in done if "sha256" in result),
        tuple(result for result in done if "error" in result),
    )


def examine(source: str, options: Options) -> ReportEntry | ErrorEntry:
    """Check one source. Never raises: whatever happens to it, the other inputs are not lost."""
    try:
        content, url, content_type = _read(source, options)
        given = Given(
            url=url,
            content_type=content_type,
            published=options.published,
            kind=options.kind,
            organ=options.organ,
            year=options.year,
            previous=None if options.previous is None else _previous(options.previous, options.lang),
        )
        inspection = inspect(content, given)
        return report_entry(source, inspection, options.organ, options.lang)
    except (InputError, Unreadable, NotAReport) as problem:
        return {"source": source, "error": _one_line(problem, options.lang)}
    except FetchError as problem:
        return {"source": source, "error": problem.pick(options.lang)}
    except MemoryError:
        return {"source": source, "error": _pick(options.lang, "内存不足", "out of memory")}
    except Exception as problem:  # a defect of ours must not cost the other files
        where = f"{type(problem).__name__}: {problem}"
        text = _pick(options.lang, "程序内部错误", "internal error")
        return {"source": source, "error": " ".join(f"{text} {where}".split())[:300]}


def read_file(source: str, lang: str) -> bytes:
    """The bytes of a file. Raises InputError: no such file, a directory, a device, empty, too large."""
    path = Path(source)
    try:
        status = path.stat()
        if stat.S_ISDIR(status.st_mode):
            raise InputError(_pick(lang, "是目录，不是文件", "is a directory, not a file"))
        if not stat.S_ISREG(status.st_mode):
            raise InputError(_pick(lang, "不是普通文件", "is not a regular file"))
        if status.st_size == 0:
            raise InputError(_pick(lang, "文件是空的", "is empty"))
        if status.st_size > LIMIT:
            raise InputError(
                _pick(lang, f"超过{LIMIT >> 20} MB，不会是年度报告", f"is larger than {LIMIT >> 20} MB")
            )
        with path.open("rb") as stream:
            return stream.read(LIMIT)
    except FileNotFoundError:
        raise InputError(_pick(lang, "没有这个文件", "no such file")) from None
    except PermissionError:
        raise InputError(_pick(lang, "没有读取权限", "permission denied")) from None
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else None
        raise InputError(_pick(lang, "读不了：", "cannot be read: ") + (reason or str(error))) from None


def _read(source: str, options: Options) -> tuple[bytes, str | None, str | None]:
    """Bytes, address and content type of a source."""
    if not is_url(source):
        return read_file(source, options.lang), None, None
    fetched = fetch(source, allow_private=options.allow_private)
    if not fetched.content:
        raise InputError(_pick(options.lang, "网页是空的", "the page is empty"))
    return fetched.content, fetched.url, fetched.content_type


@functools.lru_cache(maxsize=1)
def _previous(source: str, lang: str) -> Report:
    """Last year's report, read once in each process. Raises InputError."""
    try:
        return inspect(read_file(source, lang), Given()).report
    except (InputError, Unreadable, NotAReport) as problem:
        raise InputError(f"--previous {source}: {_one_line(problem, lang)}") from None


def _in_pool(
    tasks: Sequence[tuple[int, str]], options: Options
) -> Iterator[tuple[int, ReportEntry | ErrorEntry]]:
    """Results as they come. A file that kills its process is one error; the others are done again."""
    left = dict(tasks)
    try:
        for index, result in _pooled(left, options):
            del left[index]
            yield index, result
    except BrokenProcessPool:
        # some file killed a worker, and which one cannot be told: halves, until it stands alone
        rest = sorted(left.items())
        if len(rest) == 1:
            [(index, source)] = rest
            text = _pick(options.lang, "读取它的进程异常终止", "the process that read it was killed")
            yield index, {"source": source, "error": text}
            return
        middle = len(rest) // 2
        yield from _in_pool(rest[:middle], options)
        yield from _in_pool(rest[middle:], options)


def _pooled(tasks: Mapping[int, str], options: Options) -> Iterator[tuple[int, ReportEntry | ErrorEntry]]:
    if not tasks:
        return
    workers = min(os.cpu_count() or 1, len(tasks))
    pool = ProcessPoolExecutor(workers, mp_context=_context(), initializer=_ignore_interrupts)
    try:
        pending: dict[Future[ReportEntry | ErrorEntry], int] = {
            pool.submit(examine, source, options): index for index, source in tasks.items()
        }
        for future in as_completed(pending):
            yield pending[future], future.result()
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _context() -> BaseContext:
    """Workers that inherit neither threads nor open files; forked from one that has read the rules."""
    if "forkserver" not in get_all_start_methods():
        return get_context("spawn")
    context = get_context("forkserver")
    context.set_forkserver_preload([__name__])
    return context


def _ignore_interrupts() -> None:
    """Ctrl-C is the parent's to answer; a worker would only print a traceback."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # a worker's own words (a library's warning) belong to nobody's answer
    sys.stdout = sys.stderr


def _one_line(problem: Exception, lang: str) -> str:
    """What the problem says; some carry it in both languages."""
    pick = getattr(problem, "pick", None)
    text = str(pick(lang)) if callable(pick) else str(problem)
    return " ".join(text.split()) or type(problem).__name__


def _pick(lang: str, zh: str, en: str) -> str:
    return en if lang == "en" else zh
