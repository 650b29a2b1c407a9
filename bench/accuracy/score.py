"""One file read and compared with what it prints."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from datetime import date

from bench.accuracy.cases import CUT, Case
from crawler.demo.printing import Printed
from crawler.extract import members
from crawler.inspection import Given, NotAReport, Unreadable, inspect
from crawler.report.model import Report

_IDENTITY = ("title", "organ", "year")


@dataclass(slots=True)
class Score:
    """Counts over files; `wrong` are numbers claimed that are not printed there."""

    reports: int = 0
    refused: int = 0  # files of which nothing was read
    cells: int = 0  # that can be read
    exact: int = 0
    wrong: int = 0
    identifiable: int = 0  # reports that print who they are
    identity: int = 0  # of these, those whose title, organ, year and date of publication are exact
    false_identity: int = 0  # of the others, those that claim something else than is printed
    notes: list[str] = field(default_factory=list)  # what was wrong or not read, for the person

    @property
    def unread(self) -> int:
        """Cells that can be read and were not."""
        return self.cells - self.exact

    def add(self, other: Score) -> None:
        """Count `other` in."""
        for each in fields(self):
            setattr(self, each.name, getattr(self, each.name) + getattr(other, each.name))


def score(case: Case, printed: Printed, content: bytes, name: str) -> Score:
    """What `content`, written after `printed`, is read as."""
    found = Score(reports=1, identifiable=int(case.damage != CUT))
    truth = printed.spec.cells
    readable = {} if case.damage == CUT else printed.readable
    found.cells = len(readable)
    try:
        report = _read(content, name, case)
    except (NotAReport, Unreadable) as problem:
        found.refused = 1
        if case.damage != CUT:
            found.notes.append(f"{_told(case)}: refused: {problem}")
        return found
    read = {key: cell.value for key, cell in report.cells.items() if cell.value is not None}
    for key, value in read.items():
        if key not in truth or key in printed.numberless or value != truth[key]:
            found.wrong += 1
            printed_as = "no number" if key in printed.numberless else truth.get(key, "nothing")
            found.notes.append(f"{_told(case)}: WRONG {key}: read {value}, printed {printed_as}")
    lost = [key for key in readable if key not in read]
    # a cell that is claimed wrongly is no exact one
    found.exact = sum(1 for key, value in readable.items() if read.get(key) == value)
    if lost:
        found.notes.append(f"{_told(case)}: {len(lost)} unread, the first is {lost[0]}")
    if case.damage != CUT:
        _add_identity(found, case, printed, report)
    return found


def _add_identity(found: Score, case: Case, printed: Printed, report: Report) -> None:
    read = {name: getattr(report, name) for name in _IDENTITY}
    differing = [name for name in _IDENTITY if read[name] != getattr(printed.spec, name)]
    if report.published not in _printed_days(case, printed):
        differing.append("published")
    found.identity = int(not differing)
    if differing:
        found.false_identity = int(any(getattr(report, name) is not None for name in differing))
        told = ", ".join(f"{name}={getattr(report, name)}" for name in differing)
        found.notes.append(f"{_told(case)}: identity: {told}")


def _printed_days(case: Case, printed: Printed) -> tuple[date | None, ...]:
    """What may be told as the day of publication: a page states it, a file is only signed."""
    spec = printed.spec
    match case.format:
        case "html":
            return (spec.published,)
        case "zip":  # which may hold a page
            return (spec.published, spec.signed, None)
        case _:
            return (spec.signed, None)


def _read(content: bytes, name: str, case: Case) -> Report:
    # every third page comes with a header that knows nothing of the charset
    header = "text/html; charset=ISO-8859-1" if case.format == "html" and case.seed % 3 == 0 else None
    for member, inside in _files(content, name):
        try:
            return inspect(inside, Given(name=member, content_type=header)).report
        except (NotAReport, Unreadable) as problem:
            last = problem
    raise last


def _files(content: bytes, name: str) -> Iterator[tuple[str, bytes]]:
    if not name.endswith(".zip"):
        yield name, content
        return
    held = [(member.name, member.content) for member in members(content) if member.content is not None]
    if not held:
        raise Unreadable("压缩包里没有文件", "no file in the archive")
    yield from held


def _told(case: Case) -> str:
    damage = f" {case.damage}" if case.damage else ""
    return f"{case.format} {case.layout}{damage} year={case.year} seed={case.seed}"
