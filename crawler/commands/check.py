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
from dataclasses import dataclass, field, replace
from datetime import date
from multiprocessing import get_all_start_methods, get_context
from multiprocessing.context import BaseContext
from pathlib import Path
from typing import Any, NamedTuple

from crawler.commands.article import Article, article
from crawler.export.entry import ErrorEntry, ReportEntry, report_entry
from crawler.extract import members
from crawler.extract.document import Format
from crawler.extract.sniff import binary_format
from crawler.fetch import LIMIT, is_url
from crawler.inspection import Given, NotAReport, Unreadable, inspect
from crawler.report.model import BilingualError, Kind, Report
from crawler.rulebook import policy
from crawler.validator.policy import Policy

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
    region: str | None = None  # GB/T 2260 code
    allow_private: bool = False
    rules: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)  # as the settings change them
    deadlines: Mapping[str, str] = field(default_factory=dict)
    today: date | None = None

    @property
    def policy(self) -> Policy:
        """The policy in force. Raises RuleBookError."""
        return policy(self.rules, self.today, self.deadlines)


@dataclass(frozen=True, slots=True)
class Checked:
    """All inputs of one call, in the order given."""

    reports: tuple[ReportEntry, ...]
    errors: tuple[ErrorEntry, ...]
    passed_over: tuple[ErrorEntry, ...] = ()  # files of an archive that are no report, beside one that is


class Examined(NamedTuple):
    """What one source gave: a single entry, or one for every file of an archive."""

    reports: tuple[ReportEntry, ...] = ()
    errors: tuple[ErrorEntry, ...] = ()
    passed_over: tuple[ErrorEntry, ...] = ()


def _quiet(_: str) -> None:
    """For callers who want no progress."""


def check_all(
    sources: Sequence[str],
    options: Options,
    on_start: Callable[[str], None] = _quiet,
    on_done: Callable[[str], None] = _quiet,
) -> Checked:
    """Check every source. Raises InputError where --previous fails, RuleBookError where the settings do.

    `on_done` is called once with each source; `on_start` before each that this process reads itself, and
    before each file of an archive.
    """
    _ = options.policy  # what is wrong with it is told once, not with every file
    if options.previous is not None:
        _previous(options.previous, options.lang)
    results: list[Examined] = [Examined()] * len(sources)
    files = [index for index, source in enumerate(sources) if not is_url(source)]
    pooled = set(files) if len(files) > MANY and (os.cpu_count() or 1) > 1 else set()
    for index, source in enumerate(sources):
        if index not in pooled:
            on_start(source)
            results[index] = examine(source, options, on_start)
            on_done(source)
    for index, result in _in_pool([(index, sources[index]) for index in sorted(pooled)], options):
        results[index] = result
        on_done(sources[index])
    return Checked(
        tuple(entry for result in results for entry in result.reports),
        tuple(entry for result in results for entry in result.errors),
        tuple(entry for result in results for entry in result.passed_over),
    )


def examine(source: str, options: Options, on_start: Callable[[str], None] = _quiet) -> Examined:
    """Check one source. Never raises: whatever happens to it, the other inputs are not lost."""
    try:
        read = _read(source, options)
        if _is_archive(read.content):
            return _archive(source, read.content, options, on_start)
        given = Given(
            url=read.url,
            name=None if read.url else Path(source).name,
            content_type=read.content_type,
            pages=read.pages,
            attachments=read.attachments,
        )
        return Examined(reports=(_checked(source, read.content, given, options),))
    except Exception as problem:
        return Examined(errors=(_error(source, problem, options.lang),))


def _archive(source: str, content: bytes, options: Options, on_start: Callable[[str], None]) -> Examined:
    """Every file of an archive as an input of its own; beside a report, what is none is no error."""
    reports: list[ReportEntry] = []
    errors: list[ErrorEntry] = []
    others: list[ErrorEntry] = []
    try:
        for member in members(content):
            name = f"{source}!/{member.name}"
            on_start(name)
            try:
                if member.content is None:
                    raise member.problem or InputError(_pick(options.lang, "无法解压", "cannot be unpacked"))
                given = Given(name=member.name.rpartition("/")[2])
                reports.append(_checked(name, member.content, given, options))
            except NotAReport as problem:
                others.append(_error(name, problem, options.lang))
            except Exception as problem:
                errors.append(_error(name, problem, options.lang))
    except Unreadable as problem:  # of the archive itself
        errors.append(_error(source, problem, options.lang))
    if reports:
        return Examined(tuple(reports), tuple(errors), tuple(others))
    if not errors and not others:
        text = _pick(options.lang, "压缩包内没有文件", "no files in the archive")
        errors.append({"source": source, "error": text})
    return Examined(errors=(*errors, *others))


def _checked(source: str, content: bytes, given: Given, options: Options) -> ReportEntry:
    """Read and check one document. Raises Unreadable, NotAReport, InputError."""
    given = replace(
        given,
        published=options.published,
        kind=options.kind,
        organ=options.organ,
        year=options.year,
        region=options.region,
        policy=options.policy,
        previous=None if options.previous is None else _previous(options.previous, options.lang),
    )
    return report_entry(source, inspect(content, given), options.organ, options.lang)


def _error(source: str, problem: Exception, lang: str) -> ErrorEntry:
    if isinstance(problem, InputError | Unreadable | NotAReport | BilingualError):
        return {"source": source, "error": _one_line(problem, lang)}
    if isinstance(problem, MemoryError):
        return {"source": source, "error": _pick(lang, "内存不足", "out of memory")}
    # a defect of ours must not cost the other files
    text = f"{_pick(lang, '程序内部错误', 'internal error')} {type(problem).__name__}: {problem}"
    return {"source": source, "error": " ".join(text.split())[:300]}


def _is_archive(content: bytes) -> bool:
    try:
        return binary_format(content) is Format.ZIP
    except Unreadable:  # told by whoever reads it
        return False


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


def _read(source: str, options: Options) -> Article:
    """A source's bytes; of a web page also what belongs to it. Raises InputError, FetchError."""
    if not is_url(source):
        return Article(read_file(source, options.lang))
    found = article(source, allow_private=options.allow_private)
    if not found.content:
        raise InputError(_pick(options.lang, "网页是空的", "the page is empty"))
    return found


@functools.lru_cache(maxsize=1)
def _previous(source: str, lang: str) -> Report:
    """Last year's report, read once in each process. Raises InputError."""
    try:
        return inspect(read_file(source, lang), Given(name=Path(source).name)).report
    except (InputError, Unreadable, NotAReport) as problem:
        raise InputError(f"--previous {source}: {_one_line(problem, lang)}") from None


def _in_pool(tasks: Sequence[tuple[int, str]], options: Options) -> Iterator[tuple[int, Examined]]:
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
            yield index, Examined(errors=({"source": source, "error": text},))
            return
        middle = len(rest) // 2
        yield from _in_pool(rest[:middle], options)
        yield from _in_pool(rest[middle:], options)


def _pooled(tasks: Mapping[int, str], options: Options) -> Iterator[tuple[int, Examined]]:
    if not tasks:
        return
    workers = min(os.cpu_count() or 1, len(tasks))
    pool = ProcessPoolExecutor(workers, mp_context=_context(), initializer=_ignore_interrupts)
    try:
        pending: dict[Future[Examined], int] = {
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
