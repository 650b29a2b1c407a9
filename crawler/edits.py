"""What changed between two versions of one page: the cells of its tables, its sections, its date."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from crawler.report.forms import SECTIONS
from crawler.report.model import Cell, Report, Section
from crawler.validator.history import lines
from crawler.versions import report_of
from storage.records import Edit, Shown, VersionRecord


@dataclass(frozen=True, slots=True)
class Prose:
    """What changed in the text: `parts` are the sections concerned (keys of forms.SECTIONS) and "title";
    `added` and `removed` the lines that only one of the two has.
    """

    parts: tuple[str, ...] = ()
    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()


def edits(shown: Sequence[VersionRecord]) -> tuple[Edit, ...]:
    """What changed from each version of a page to its next; `shown` are all of one address, oldest first."""
    return tuple(edit(earlier, later) for earlier, later in pairwise(shown))


def edit(earlier: VersionRecord, later: VersionRecord) -> Edit:
    """What changed in cells and date; nothing is told of what an older program wrote down otherwise."""
    was, became = report_of(earlier), report_of(later)
    last_seen = earlier.last_seen or earlier.first_seen
    made = Edit(later.url, earlier.sha256, later.sha256, last_seen, later.first_seen)
    if was is None or became is None:
        return made
    dates = (was.published, became.published)
    return replace(made, cells=dict(_cells(was, became)), published=None if dates[0] == dates[1] else dates)


def prose(earlier: VersionRecord, later: VersionRecord) -> Prose:
    """What changed in the text, white space and what the page's own machinery writes left out."""
    was, became = report_of(earlier), report_of(later)
    if was is None or became is None:
        return Prose()
    old, new = lines(was), lines(became)
    return Prose(
        tuple(_parts(was, became)),
        tuple(line for folded, line in new.items() if folded not in old),
        tuple(line for folded, line in old.items() if folded not in new),
    )


def _cells(was: Report, became: Report) -> Iterator[tuple[str, tuple[Shown, Shown]]]:
    """Cells that show something else. Where a table was read in one version only, nobody knows of its cells
    that anything in them has changed.
    """
    for name, table in became.tables.items():
        before = was.tables.get(name)
        if before is None or not before.cells or not table.cells:
            continue
        for key in dict.fromkeys((*before.cells, *table.cells)):
            shown = (_shown(before.cells.get(key)), _shown(table.cells.get(key)))
            if shown[0] != shown[1]:
                yield key, shown


def _shown(cell: Cell | None) -> Shown:
    if cell is None:
        return None
    if cell.value is None:
        return "".join(cell.raw.split())
    return cell.value if isinstance(cell.value, int) else float(cell.value)


def _parts(was: Report, became: Report) -> Iterator[str]:
    if _folded(was.title) != _folded(became.title):
        yield "title"
    for section in SECTIONS:
        old, new = was.sections.get(section.key), became.sections.get(section.key)
        if _folded(_whole(old)) != _folded(_whole(new)):
            yield section.key


def _whole(section: Section | None) -> str:
    return "" if section is None else section.heading + section.text


def _folded(text: str | None) -> str:
    return "".join((text or "").split())
