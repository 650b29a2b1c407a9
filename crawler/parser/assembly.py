"""One report out of several files: a page and what is attached to it.

A report consists of parts: its prose (sections and text) and its three tables. Each part is taken whole from
one file, never cell by cell, and only from files that do not contradict each other on body and year:

* the page is the report where it shows one of its tables or its sections, and keeps every part that it has;
* where the page shows none, the fullest attached report stands in for it, and the page fills what that does
  not tell of itself: title, body, year, date of publication;
* a part that is still lacking is taken from an attached file, where all files that hold it say the same.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import NamedTuple

from crawler.parser.evidence import NO_TABLE, form_of, is_evident
from crawler.parser.narrative import read_narrative
from crawler.report.comparison import differing
from crawler.report.model import Report, Table

PROSE = "prose"
"""The part that is no table."""


class Assembled(NamedTuple):
    """A report, and which of the other files each of its parts was taken from."""

    report: Report
    taken: Mapping[str, int]  # "prose" or a table's key -> index of the file


def shows_report(report: Report) -> bool:
    """Whether a file holds a report rather than its title alone."""
    return is_evident(report.sections, report.tables)


def fullest(reports: Mapping[int, Report]) -> int:
    """The key of the report with the most tables; among equals one that no machine had to recognise, then
    the first. `reports` is not empty.
    """
    return min(reports, key=lambda at: (-_tables_read(reports[at]), reports[at].recognised, at))


def _tables_read(report: Report) -> int:
    return sum(table.state not in NO_TABLE for table in report.tables.values())


def standing_in(attached: Report, page: Report) -> Report:
    """An attached report with what its page says of it. Who publishes, and when, is the page's to say."""
    year = attached.year if attached.year is not None else page.year
    dated = page if page.published is not None else attached
    return replace(
        attached,
        title=attached.title or page.title,
        organ=attached.organ or page.organ,
        organ_from=attached.organ_from if attached.organ else page.organ_from,
        year=year,
        year_from=attached.year_from if attached.year is not None else page.year_from,
        form=form_of(attached.tables, year),
        narrative=read_narrative(attached.text, attached.sections, year, attached.organ or page.organ),
        published=dated.published,
        published_from=dated.published_from,
        contradicting_dates=dated.contradicting_dates,
        shown_dates=dated.shown_dates,
        unread_date=page.unread_date,
    )


def completed(report: Report, others: Mapping[int, Report]) -> Assembled:
    """`report` with the parts that it lacks, as the other files have them."""
    taken: dict[str, int] = {}
    tables = dict(report.tables)
    for key, table in report.tables.items():
        if table.state not in NO_TABLE:
            continue
        holding = {at: other for at, other in others.items() if other.tables[key].state not in NO_TABLE}
        if holding and _agree([other.tables[key] for other in holding.values()]):
            taken[key] = fullest(holding)
            tables[key] = holding[taken[key]].tables[key]
    with_prose = {at: other for at, other in others.items() if other.sections}
    if not report.sections and len({other.text for other in with_prose.values()}) == 1:
        taken[PROSE] = fullest(with_prose)
        report = _with_prose_of(report, with_prose[taken[PROSE]])
    if not taken:
        return Assembled(report, MappingProxyType({}))
    sections = {
        key: replace(section, empty=section.empty and key not in taken)
        for key, section in report.sections.items()
    }
    report = replace(
        report,
        tables=MappingProxyType(tables),
        sections=MappingProxyType(sections),
        form=form_of(tables, report.year),
    )
    return Assembled(report, MappingProxyType(taken))


def _with_prose_of(report: Report, other: Report) -> Report:
    return replace(
        report,
        sections=other.sections,
        extra_headings=other.extra_headings,
        text=other.text,
        narrative=other.narrative,
        period=other.period,
        signed=other.signed,
        recognised=other.recognised,
    )


def _agree(tables: Sequence[Table]) -> bool:
    return not any(differing(one, other) for one in tables for other in tables)


def lacks_what_stands_in(report: Report, other: Report) -> bool:
    """Whether another file of the same report has a section or a cell that `report` has not."""
    return bool(set(other.sections) - set(report.sections) or set(other.cells) - set(report.cells))
