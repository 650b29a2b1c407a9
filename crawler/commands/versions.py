"""`nianbao versions`: what the pages of a body's report have shown, version by version, and what changed."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from itertools import pairwise
from typing import Any, NamedTuple

from crawler.clock import local
from crawler.commands.bodies import known_body
from crawler.config import Settings
from crawler.console import Screen
from crawler.database import opened
from crawler.edits import Prose, edit, prose
from crawler.export.exact_json import dumps
from crawler.export.repairs import cells, edit_object, span
from crawler.report.model import Bilingual
from crawler.validator.labels import section_label
from storage.queries import Queries
from storage.records import Edit, PageRecord, VersionRecord

_CELLS_TOLD = 20
_LINES_TOLD = 5
"""Cells and lines of one change that are spelled out on a screen; the JSON answer has them all."""
_LONGEST_LINE = 120


class Step(NamedTuple):
    """One version of a page, and what it changed; None where it is the first."""

    version: VersionRecord
    last_seen: datetime | None
    edit: Edit | None = None
    prose: Prose = Prose()


def run(screen: Screen, settings: Settings, form: str, *, organ: str, year: int | None) -> None:
    """Every version on record of the reports of one body. Raises CallError where there is no such body."""
    queries = Queries(opened(settings))
    known_body(queries, organ, year)
    years = {row.year for row in queries.reports(organ=organ, year=year)}
    steps = [step for key in sorted((organ, year) for year in years) for step in _steps(queries, key)]
    if form == "json":
        screen.raw(dumps([_object(step, screen.lang) for step in steps]))
        return
    _show(screen, steps)
    pages = len({(step.version.year, step.version.url) for step in steps})
    screen.say(
        f"共 {len(steps)} 个版本，{pages} 个网页；未发现改动不表示没有改动过：两次访问之间的改动看不到",
        f"{len(steps)} versions of {pages} pages; what changed and was changed back between two visits is "
        "not seen",
    )


def beneath(screen: Screen, queries: Queries, keys: Collection[tuple[str, int]]) -> None:
    """The versions of these reports, below something else."""
    steps = [step for key in sorted(keys) for step in _steps(queries, key)]
    if steps:
        screen.line(screen.pick("报告的各版本：", "Versions of the report:"), style="bold")
        _show(screen, steps)


def _steps(queries: Queries, key: tuple[str, int]) -> Iterator[Step]:
    """The versions of one report, page by page, each page's oldest first."""
    by_url: dict[str, list[VersionRecord]] = {}
    for version in queries.versions_of([key]).get(key, ()):
        by_url.setdefault(version.url, []).append(version)
    pages = queries.pages_at(by_url)
    for url, shown in sorted(by_url.items(), key=lambda item: (item[1][0].first_seen, item[0])):
        yield Step(shown[0], _last_seen(shown[0], shown, pages.get(url)))
        for earlier, later in pairwise(shown):
            last_seen = _last_seen(later, shown, pages.get(url))
            yield Step(later, last_seen, edit(earlier, later), prose(earlier, later))


def _last_seen(
    version: VersionRecord, shown: Sequence[VersionRecord], page: PageRecord | None
) -> datetime | None:
    """When a visit last saw a version; of the present one the page tells, as long as it shows that report."""
    if version is not shown[-1]:
        return version.last_seen
    stands = page is not None and (page.organ, page.year) == (version.organ, version.year)
    return page.seen if page is not None and stands else None


def _show(screen: Screen, steps: Sequence[Step]) -> None:
    pick = screen.pick
    before: tuple[int, str] | None = None
    for step in steps:
        version = step.version
        page = (version.year, version.url)
        if page != before:
            screen.line(f"{version.organ} {version.year}  {version.url}", style="bold")
            before = page
        first, last = _minute(version.first_seen), _minute(step.last_seen)
        screen.line(
            pick(f"  {first} 首次见到，最后见到 {last}", f"  first seen {first}, last seen {last}")
            + f"  sha256 {version.sha256}"
        )
        for line in _changes(step):
            screen.line(f"    {line.pick(screen.lang)}")


def _changes(step: Step) -> Iterator[Bilingual]:
    """What a version changed, in lines."""
    edit, text = step.edit, step.prose
    if edit is None:
        return
    between = span(edit.last_seen, edit.first_seen)
    yield Bilingual(f"改动在{between.zh}之间", f"edited between {between.en}")
    if edit.published is not None:
        was, now = edit.published
        yield Bilingual(
            f"标注的发布日期由{was or '无'}改为{now or '无'}",
            f"stated date of publication was {was or 'none'}, now {now or 'none'}",
        )
    if edit.cells:
        yield cells(edit.cells, _CELLS_TOLD)
    if text.parts:
        named = [
            section_label(part) if part != "title" else Bilingual("标题", "title") for part in text.parts
        ]
        yield Bilingual(
            f"文字有改动：{'、'.join(one.zh for one in named)}",
            f"text changed: {', '.join(one.en for one in named)}",
        )
    yield from _lines("+", text.added)
    yield from _lines("-", text.removed)
    if not (edit.published or edit.cells or text.parts or text.added or text.removed):
        yield Bilingual(
            "改动之处未能指明，请对照两份原件",
            "what changed cannot be named; please compare the two originals",
        )


def _lines(mark: str, lines: Sequence[str]) -> Iterator[Bilingual]:
    for line in lines[:_LINES_TOLD]:
        said = f"{mark} {' '.join(line.split())[:_LONGEST_LINE]}"
        yield Bilingual(said, said)
    if len(lines) > _LINES_TOLD:
        more = len(lines) - _LINES_TOLD
        yield Bilingual(f"{mark} 另有 {more} 行", f"{mark} and {more} more lines")


def _object(step: Step, lang: str) -> dict[str, Any]:
    version, text = step.version, step.prose
    return {
        "organ": version.organ,
        "year": version.year,
        "url": version.url,
        "sha256": version.sha256,
        "first_seen": local(version.first_seen).isoformat(),
        "last_seen": None if step.last_seen is None else local(step.last_seen).isoformat(),
        "edit": None if step.edit is None else edit_object(step.edit, lang),
        "sections": list(text.parts),
        "lines_added": list(text.added),
        "lines_removed": list(text.removed),
    }


def _minute(moment: datetime | None) -> str:
    return "-" if moment is None else f"{local(moment):%Y-%m-%d %H:%M}"
