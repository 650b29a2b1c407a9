"""Document to Report. Pure; knows nothing of formats."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from crawler.extract.document import Document, Paragraph, Picture
from crawler.parser.attribution import ReportOrgan, ReportYear, reported_organ, reported_year
from crawler.parser.dates import (
    publication,
    signature,
    statistical_period,
    unread_publication,
)
from crawler.parser.evidence import form_of, is_evident
from crawler.parser.extent import own_report
from crawler.parser.identity import Title, identify
from crawler.parser.narrative import read_narrative
from crawler.parser.not_a_report import NotAReport, reject_blank_form
from crawler.parser.sections import headings_in_tables, read_sections
from crawler.parser.tables import read_tables
from crawler.report.forms import SECTIONS
from crawler.report.model import DateSource, Period, Report

__all__ = ["NotAReport", "Page", "parse", "untitled"]


def _attribution_in_characters(document: Document, page: Page) -> tuple[ReportOrgan, ReportYear]:
    """Body and year by what was not recognised from pictures. A body is not known by a name that was: a rare
    character is mistaken the same way wherever it stands.
    """
    blocks = tuple(
        block
        for block in document.blocks
        if not (isinstance(block, Paragraph) and block.confidence is not None)
    )
    document = replace(document, blocks=blocks)
    title = identify(document, listed_title=page.listed_title, first_heading=None, evident=True)
    period = statistical_period([block.text for block in blocks if isinstance(block, Paragraph)])
    return _attribution(document, page, title, period)


def _attribution(
    document: Document, page: Page, title: Title | None, period: Period | None
) -> tuple[ReportOrgan, ReportYear]:
    organ = reported_organ(
        document, given=page.organ, title=title, listed_title=page.listed_title, name=page.name
    )
    year = reported_year(
        document,
        given=page.year,
        title=title,
        period=period,
        listed_title=page.listed_title,
        name=page.name,
    )
    return organ, year


@dataclass(frozen=True, slots=True)
class Page:
    """What is known of a document from outside; a given `published` and `year` outrank what it says."""

    url: str | None = None
    name: str | None = None  # of the file
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
    evident = is_evident(outline.sections, tables)
    title = identify(
        document, listed_title=page.listed_title, first_heading=outline.first_heading, evident=evident
    )
    paragraphs = [block.text for block in document.blocks if isinstance(block, Paragraph)]
    text = "\n".join(paragraphs)
    period = statistical_period(paragraphs)
    organ, year = _attribution(document, page, title, period)
    recognised = any(
        block.unread if isinstance(block, Picture) else block.confidence is not None
        for block in own
        if isinstance(block, Paragraph | Picture)
    )
    organ_recognised = None
    if recognised:
        organ_recognised, read = organ.value, year
        organ, year = _attribution_in_characters(document, page)
        if year.value is None and title is not None and period is not None:
            agreed = title.year == period.start.year == period.end.year
            year = read if agreed else year
    reject_blank_form(tables, organ.value or organ_recognised, paragraphs[: outline.first_heading or 0])
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
        organ=organ.value,
        organ_from=organ.source,
        year=year.value,
        year_from=year.source,
        form=form_of(tables, year.value),
        published=page.published or published.day,
        published_from=DateSource.FLAG if page.published else published.source,
        signed=signed,
        period=period,
        sections=outline.sections,
        extra_headings=outline.extra_headings,
        tables=tables,
        text=text,
        headings_in_tables=frozenset()
        if len(outline.sections) == len(SECTIONS)
        else headings_in_tables(document.blocks),
        narrative=read_narrative(text, outline.sections, year.value, organ.value),
        contradicting_dates=() if page.published else published.contradicting,
        shown_dates=published.shown,
        others_below=others_below,
        recognised=recognised,
        organ_recognised=organ_recognised,
        unread_date=unread_publication(document, first_heading=outline.first_heading)
        if page.published is None and published.day is None
        else "",
    )


def untitled(document: Document, page: Page) -> Report:
    """What a page that holds no report says of one that is attached to it: when it was published."""
    day = publication(document, url=page.url, title=None, first_heading=None, signed=None)
    return Report(
        title=None,
        organ=page.organ,
        organ_from="given" if page.organ else None,
        year=page.year,
        year_from="given" if page.year else None,
        form=None,
        published=page.published or day.day,
        published_from=DateSource.FLAG if page.published else day.source,
        shown_dates=day.shown,
        signed=None,
        period=None,
        sections={},
        extra_headings=(),
        tables=read_tables(()),
        text="",
    )
