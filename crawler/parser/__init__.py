"""Document to Report. Pure; knows nothing of formats."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from crawler.extract.document import Document, Paragraph
from crawler.parser.dates import (
    contradicting_dates,
    publication,
    signature,
    statistical_period,
    unread_publication,
)
from crawler.parser.extent import own_report
from crawler.parser.identity import NotAReport, identify, reported_year
from crawler.parser.narrative import request_statements
from crawler.parser.sections import Outline, read_sections
from crawler.parser.tables import read_tables
from crawler.report.forms import FORM_2019
from crawler.report.model import DateSource, Report, Table, TableState

__all__ = ["NotAReport", "Page", "parse"]

LAST_YEAR_WITHOUT_FORM = FORM_2019.first_year - 1
_OWN_SECTIONS = frozenset({"disclosure", "applications", "disputes"})
"""Sections that only disclosure reports have; 总体情况 and 存在的问题 stand in many others."""


@dataclass(frozen=True, slots=True)
class Page:
    """What is known of a document from outside; a given `published` and `year` outrank what it says."""

    url: str | None = None
    listed_title: str | None = None
    published: date | None = None
    organ: str | None = None
    year: int | None = None


def parse(document: Document, page: Page) -> Report:
    """Read the report that a document holds.

    `organ` is as the title prints it; the one given with the page stands in only where no title names one.
    Raises NotAReport, and nothing else, whatever the document holds.
    """
    own = own_report(document)
    others_below = len(own) < len(document.blocks)
    document = replace(document, blocks=own)
    outline = read_sections(document.blocks)
    tables = read_tables(document.blocks)
    evident = _is_evident(outline, tables)
    title = identify(
        document, listed_title=page.listed_title, first_heading=outline.first_heading, evident=evident
    )
    paragraphs = [block.text for block in document.blocks if isinstance(block, Paragraph)]
    text = "\n".join(paragraphs)
    period = statistical_period(paragraphs)
    year = reported_year(
        document, given=page.year, title=title, period=period, listed_title=page.listed_title
    )
    signed = signature(document.blocks[outline.first_heading or 0 :])
    published = publication(
        document,
        url=page.url,
        title=title.text if title else None,
        first_heading=outline.first_heading,
        signed=signed,
    )
    return Report(
        title=title.text if title else None,
        organ=(title.organ if title else None) or page.organ,
        year=year.value,
        year_from=year.source,
        form=_form(tables, year.value),
        published=page.published or published.day,
        published_from=DateSource.FLAG if page.published else published.source,
        signed=signed,
        period=period,
        sections=outline.sections,
        extra_headings=outline.extra_headings,
        tables=tables,
        text=text,
        request_statements=request_statements(text, year.value),
        contradicting_dates=()
        if page.published
        else contradicting_dates(
            document,
            title=title.text if title else None,
            first_heading=outline.first_heading,
            published=published.day,
        ),
        others_below=others_below,
        unread_date=unread_publication(document, first_heading=outline.first_heading)
        if page.published is None and published.day is None
        else "",
    )


def _is_evident(outline: Outline, tables: Mapping[str, Table]) -> bool:
    """Whether the body alone shows a disclosure report: two of its headings, or one of its tables."""
    headed = len(outline.sections) > 1 and not _OWN_SECTIONS.isdisjoint(outline.sections)
    return headed or any(
        table.state not in (TableState.MISSING, TableState.IMAGE) for table in tables.values()
    )


def _form(tables: Mapping[str, Table], year: int | None) -> str | None:
    """The form that the tables print. Table two tells it; table three printing （六） as one row does not,
    since later reports do so too.
    """
    disclosure, applications = tables["disclosure"].form, tables["applications"].form
    if disclosure is not None:
        return disclosure
    without_form = year is not None and year <= LAST_YEAR_WITHOUT_FORM
    if applications == FORM_2019.id and year is not None and not (without_form or FORM_2019.covers(year)):
        return None
    return applications or ("legacy" if without_form else None)
