"""What shows that a document holds a report: its own sections or tables, and the form that they print."""

from __future__ import annotations

from collections.abc import Mapping

from crawler.report.forms import FORM_2019
from crawler.report.model import Section, Table, TableState

LAST_YEAR_WITHOUT_FORM = FORM_2019.first_year - 1
NO_TABLE = (TableState.MISSING, TableState.IMAGE)
_OWN_SECTIONS = frozenset({"disclosure", "applications", "disputes"})
"""Sections that only disclosure reports have; 总体情况 and 存在的问题 stand in many others."""


def is_evident(sections: Mapping[str, Section], tables: Mapping[str, Table]) -> bool:
    """Whether the body alone shows a disclosure report: two of its headings, or one of its tables."""
    headed = len(sections) > 1 and not _OWN_SECTIONS.isdisjoint(sections)
    return headed or any(table.state not in NO_TABLE for table in tables.values())


def form_of(tables: Mapping[str, Table], year: int | None) -> str | None:
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
