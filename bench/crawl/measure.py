"""One contestant's crawl in a process of its own, watched from outside."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from bench.crawl.pages import YEAR, Kind, other_pages
from bench.crawl.stopwatch import FILE
from crawler.comparisons import COPIES
from storage.engine import open_engine
from storage.queries import Queries

OURS = "ours"
BARE = "bare"

_PROVINCE = "bench"
_LOOK = 0.05  # seconds between two looks at the memory
_PATIENCE = 3600.0
_PAGE_SIZE = os.sysconf("SC_PAGE_SIZE")
_ROOT = Path(__file__).parents[2]


@dataclass(frozen=True, slots=True)
class Plan:
    """What is crawled: `pages` articles over so many portals, which ask for `delay` seconds between two
    requests. Without `copies` the reports are not searched for copies afterwards: of pages that are all much
    alike, each is one of dozens, which takes far longer than the crawl.
    """

    portals: int
    pages: int
    kind: Kind
    delay: float = 0.0
    copies: bool = True


@dataclass(frozen=True, slots=True)
class Crawl:
    """How one crawl went.

    `pages` are articles, home and list pages, dealt with in `seconds`; `whole` is until the process has
    ended. Time runs from the moment at which the spider was opened. `marks` tell how many answers had come by
    when, `memory` how many bytes the process and its children had in memory when. `processor` is the time
    that all of them took of it, start and end included. `most_at_once` is how many requests any portal
    had in hand together.
    """

    pages: int
    seconds: float
    whole: float
    marks: Sequence[tuple[int, float]]
    memory: Sequence[tuple[float, int]]
    processor: float
    most_at_once: int

    @property
    def rate(self) -> float:
        """Pages a second."""
        return self.pages / self.seconds

    @property
    def peak(self) -> int:
        """The most memory at any moment, in bytes."""
        return max(size for _, size in self.memory)

    def peak_until(self, answers: int) -> int:
        """The most memory until so many answers had come, in bytes."""
        end = next(moment for count, moment in self.marks if count >= answers)
        return max(size for moment, size in self.memory if moment <= end)


class CrawlFailed(Exception):
    """A contestant did not crawl what it should; one line."""


def crawl(contestant: str, plan: Plan) -> Crawl:
    """Let the contestant crawl fresh portals, ours into a fresh database and archive. Raises CrawlFailed."""
    with tempfile.TemporaryDirectory(prefix="bench-crawl-") as name, _Portals(plan) as portals:
        folder = Path(name)
        prepared = _ours if contestant == OURS else _bare
        arguments, environment = prepared(folder, portals.hosts, plan)
        marks, log = folder / "marks.json", folder / "log"
        before = _spent()
        with log.open("wb") as output:
            child = subprocess.Popen(
                [sys.executable, "-m", "scrapy", "crawl", *arguments],
                env={**_clean_environment(), **environment, FILE: str(marks)},
                cwd=_ROOT,
                stdout=output,
                stderr=output,
            )
            memory = _watched(child)
        spent = _spent() - before
        ended = time.monotonic()
        if child.returncode or not marks.exists():
            raise CrawlFailed(f"{contestant} ended with {child.returncode}: {_last_words(log)}")
        if contestant == OURS:
            _check_record(folder, plan)
        told: dict[str, Any] = json.loads(marks.read_text(encoding="utf-8"))
        seen = portals.close()
    pages = plan.pages + other_pages(plan.portals, plan.pages)
    asked = sum(count for _, count in seen.values()) - plan.portals  # robots.txt
    if asked != pages:
        raise CrawlFailed(f"{contestant} asked for {asked} pages of {pages}")
    opened = told["opened"]
    return Crawl(
        pages=pages,
        seconds=told["last"] - opened,
        whole=ended - opened,
        marks=[(count, moment - opened) for count, moment in told["marks"]],
        memory=[(moment - opened, size) for moment, size in memory],
        processor=spent,
        most_at_once=max(most for most, _ in seen.values()),
    )


class _Portals:
    """The portals, served by another process while the context is open."""

    def __init__(self, plan: Plan) -> None:
        options = {"portals": plan.portals, "pages": plan.pages, "kind": plan.kind}
        self._process = subprocess.Popen(
            [
                sys.executable,
                "-m",
                "bench.crawl.portals",
                *(f"--{name}={value}" for name, value in options.items()),
            ],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=_ROOT,
        )

    def __enter__(self) -> Self:
        assert self._process.stdout is not None
        self.hosts: list[str] = json.loads(self._process.stdout.readline())
        return self

    def close(self) -> Mapping[str, tuple[int, int]]:
        """End them; for each, how many requests it had in hand at once, and how many came."""
        answer, _ = self._process.communicate()
        seen: Mapping[str, tuple[int, int]] = json.loads(answer)
        return seen

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._process.poll() is None:
            self._process.kill()
        self._process.wait()


def _ours(folder: Path, hosts: Sequence[str], plan: Plan) -> tuple[list[str], dict[str, str]]:
    lines = [f"province: {_PROVINCE}", "name: 云岭省", f"years: {{first: {YEAR}, last: {YEAR}}}", "portals:"]
    for number, host in enumerate(hosts):
        lines += [
            f"- id: portal-{number}",
            f"  name: 云岭省第{number}网站",
            f"  home: http://{host}/",
            f"  hosts: ['{host}']",
            f"  delay: {float(plan.delay)}",
            "  private: true",
        ]
    provinces = folder / "provinces"
    provinces.mkdir()
    (provinces / "bench.yml").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return [_PROVINCE, "-s", f"DOWNLOAD_DELAY={plan.delay}"], {
        "SCRAPY_SETTINGS_MODULE": "bench.crawl.ours",
        "NIANBAO_DATABASE_URL": _database(folder),
        "NIANBAO_ARCHIVE_URL": str(folder / "archive"),
        "NIANBAO_PROVINCES": str(provinces),
        "NIANBAO_PROGRESS": str(folder / "progress"),
        "NIANBAO_RULES": json.dumps({} if plan.copies else {COPIES: {"off": True}}),
    }


def _bare(folder: Path, hosts: Sequence[str], plan: Plan) -> tuple[list[str], dict[str, str]]:
    homes = folder / "homes"
    homes.write_text("\n".join(f"http://{host}/" for host in hosts), encoding="utf-8")
    options = ["-a", f"homes={homes}", "-s", f"DOWNLOAD_DELAY={plan.delay}"]
    return ["bare", *options], {"SCRAPY_SETTINGS_MODULE": "bench.crawl.bare"}


def _database(folder: Path) -> str:
    return f"sqlite:///{folder / 'nianbao.db'}"


def _check_record(folder: Path, plan: Plan) -> None:
    """A crawl that was quick because it read nothing is none."""
    engine = open_engine(_database(folder))
    queries = Queries(engine)
    (run,) = queries.runs()
    pages = run.detail["counts"]["pages"]
    if run.verdict != "clean" or pages != plan.pages:
        raise CrawlFailed(f"the crawl ended {run.verdict} with {pages} pages on record of {plan.pages}")
    reports = sum(map(len, queries.years_held(_PROVINCE).values()))
    wanted = plan.pages if plan.kind is Kind.REPORT else 0
    if reports != wanted:
        raise CrawlFailed(f"{reports} reports were read where there are {wanted}")


def _clean_environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith(("NIANBAO_", "SCRAPY_"))}


def _last_words(log: Path) -> str:
    return log.read_text(encoding="utf-8", errors="replace").strip().rpartition("\n")[2][:300]


def _spent() -> float:
    """Seconds of the processor that ended children took, their own children included."""
    spent = resource.getrusage(resource.RUSAGE_CHILDREN)
    return spent.ru_utime + spent.ru_stime


# --- memory ----------------------------------------------------------------------------------------------


def _watched(child: subprocess.Popen[bytes]) -> list[tuple[float, int]]:
    """Wait for the child, looking at the memory of its tree meanwhile."""
    deadline = time.monotonic() + _PATIENCE
    memory = []
    try:
        while child.poll() is None and time.monotonic() < deadline:
            memory.append((time.monotonic(), tree_size(child.pid)))
            time.sleep(_LOOK)
    finally:
        if child.poll() is None:
            child.kill()
        child.wait()
    return memory


def tree_size(root: int) -> int:
    """Resident bytes of a process and of everything that it started, as far as they are its descendants."""
    parents: dict[int, int] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and (parent := _parent(entry)) is not None:
            parents[int(entry.name)] = parent
    family, size = {root}, len(parents)
    while size:
        more = {pid for pid, parent in parents.items() if parent in family} - family
        family |= more
        size = len(more)
    return sum(map(_resident, family))


def _parent(entry: Path) -> int | None:
    try:
        stat = (entry / "stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None  # it has ended
    return int(stat.rpartition(")")[2].split()[1])  # a name may hold brackets


def _resident(pid: int) -> int:
    try:
        return int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1]) * _PAGE_SIZE
    except (OSError, IndexError):
        return 0
