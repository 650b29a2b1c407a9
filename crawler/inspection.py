"""The one road from bytes to findings; `nianbao check`, the pipelines and later the re-check take it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from crawler.convert import INSTALLED
from crawler.extract import extract
from crawler.extract.document import Format, Unreadable
from crawler.parser import NotAReport, Page, parse
from crawler.report.model import Bilingual, Kind, Report
from crawler.validator import check
from crawler.validator.finding import Context, Outcome

RULES_VERSION = 1
"""Raised whenever the reading or a rule changes what is found, so that unchanged pages are read again."""

__all__ = ["RULES_VERSION", "Attached", "Given", "Inspection", "NotAReport", "Unreadable", "inspect"]


class Body(NamedTuple):
    """A body as the roster knows it."""

    organ: str
    kind: Kind


class Attached(NamedTuple):
    """A file that an article links to. `content` is None where it could not be had, for the reason `problem`."""

    url: str
    text: str  # of the link
    content: bytes | None
    content_type: str | None = None
    problem: Bilingual | None = None


@dataclass(frozen=True, slots=True)
class Given:
    """What the caller knows of the document; each fact is optional and outranks what the document says.

    `name` is the file's name. `pages` are the further pages of the same article, in order, and `attachments`
    the files that it links to and that may be the report. `listed_title` is what the list page says; it never
    outranks the document. `body_named` finds the body that the document's title names; `organ` and `kind`
    outrank what it finds.
    """

    url: str | None = None
    name: str | None = None
    content_type: str | None = None
    pages: tuple[bytes, ...] = ()
    attachments: tuple[Attached, ...] = ()
    published: date | None = None
    kind: Kind | None = None
    organ: str | None = None
    year: int | None = None
    listed_title: str | None = None
    previous: Report | None = None
    body_named: Callable[[str], Body | None] | None = None


@dataclass(frozen=True, slots=True)
class Inspection:
    """One document, read and checked."""

    sha256: str
    format: Format
    report: Report
    outcome: Outcome


def inspect(content: bytes, given: Given) -> Inspection:
    """Read `content` and check it.

    Raises Unreadable where the bytes are no format that can be read, NotAReport where what they say is no
    annual report of this kind; both carry one line for the person.
    """
    document = extract(
        content, content_type=given.content_type, name=given.name or given.url, outside=INSTALLED
    )
    report = parse(
        document,
        Page(
            url=given.url,
            listed_title=given.listed_title,
            published=given.published,
            organ=given.organ,
            year=given.year,
        ),
    )
    body = None
    if given.body_named is not None and report.organ is not None:
        body = given.body_named(report.organ)
    context = Context(
        kind=given.kind or (body.kind if body else None),
        organ=given.organ or (body.organ if body else None),
        previous=given.previous,
        web_page=document.format is Format.HTML,
    )
    outcome = check(report, context)
    return Inspection(hashlib.sha256(content).hexdigest(), document.format, report, outcome)
