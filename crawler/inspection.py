"""The one road from bytes to findings; `nianbao check`, the pipelines and the re-check take it.

A page and its attachments are read together. Which of them is the report, and what is made of a report that
stands in several files, is told in crawler.parser.assembly. A page that itself says that it is something else
(an explanation, a notice, a list) is no report, whatever hangs on it.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import combinations
from types import MappingProxyType
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

from crawler.convert import INSTALLED
from crawler.extract import extract
from crawler.extract.archive import members
from crawler.extract.broken import proven_defect
from crawler.extract.document import Document, Format, Picture, Unreadable
from crawler.extract.joined import joined
from crawler.extract.sniff import binary_format
from crawler.parser import NotAReport, Page, parse, untitled
from crawler.parser.assembly import (
    completed,
    fullest,
    lacks_what_stands_in,
    shows_report,
    standing_in,
)
from crawler.parser.evidence import NO_TABLE
from crawler.report.comparison import may_be_same, surely_same
from crawler.report.model import Bilingual, Kind, Report
from crawler.rulebook import policy
from crawler.validator import check
from crawler.validator.context import WHOLE, AttachmentReading, Context, Roster, WebPage
from crawler.validator.finding import Outcome
from crawler.validator.policy import Policy

RULES_VERSION = 4
"""Raised whenever the reading or a rule changes what is found, so that unchanged pages are read again."""

__all__ = [
    "RULES_VERSION",
    "Attached",
    "AttachmentReading",
    "Body",
    "Given",
    "Inspection",
    "NotAReport",
    "ReadFrom",
    "Unreadable",
    "inspect",
]

MAX_ATTACHED_FILES = 40
"""Files of all attachments of a page, those in archives included, that are read."""


class Body(NamedTuple):
    """A body as the roster knows it."""

    organ: str
    kind: Kind
    region: str | None = None  # GB/T 2260 code
    roster: Roster | None = None
    owes: bool = True  # a report of its own for the year in question


class Attached(NamedTuple):
    """A file that an article links to. `content` is None where it could not be had, as `problem` says."""

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
    outranks the document. `body_named` finds the body that the document's title names; `organ`, `kind` and
    `region` outrank what it finds. `first_seen` tells on which day a visit first saw the report of a body and
    year. `policy` is the table of severities and thresholds; the project's own where None. `document` is
    what `extract` made of the content, where that was done before.
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
    body_named: Callable[[str, int | None], Body | None] | None = None
    region: str | None = None  # GB/T 2260 code
    first_seen: Callable[[str, int], date | None] | None = None
    policy: Policy | None = None
    document: Document | None = field(default=None, repr=False)


class ReadFrom(NamedTuple):
    """The file that holds the report: the page, or one of the attachments by its index in the inspection."""

    attachment: int | None
    url: str | None
    sha256: str


@dataclass(frozen=True, slots=True)
class Inspection:
    """One document, read and checked.

    `sha256` and `format` are those of the document that was given. `read_from` is the file that the report as
    a whole was read from; `taken` holds the parts of it ("prose", a table's key) that stand in an attachment
    instead, by the attachment's index. `attachments` tells of each file, those in an archive one by one, and
    `problem` why some of the report, or all but its title, was not read: such a report is not missing.
    """

    sha256: str
    format: Format
    report: Report
    outcome: Outcome
    read_from: ReadFrom
    taken: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    attachments: tuple[AttachmentReading, ...] = ()
    problem: Bilingual | None = None


def inspect(content: bytes, given: Given) -> Inspection:
    """Read `content` with its further pages and its attachments, and check the report that they hold.

    Raises Unreadable where the bytes are no format that can be read, or where the report may stand in an
    attachment that was not read and the page does not say whose report of which year it is. Raises NotAReport
    where what they say is no annual report of this kind. Both carry one line for the person.
    """
    first = given.document or extract(
        content, content_type=given.content_type, name=given.name or given.url, outside=INSTALLED
    )
    document = joined((first, *_further_pages(given)))
    attachments = tuple(_attachments(given))
    source = _assembled(document, attachments, given)
    report = source.report
    body = None
    name = report.organ or report.organ_recognised
    if given.body_named is not None and name is not None:
        body = given.body_named(name, report.year)
        if body is not None and report.organ is None:
            report = replace(report, organ=name, organ_from="roster")
    problem = _problem(report, attachments)
    context = Context(
        given.policy or policy(),
        kind=given.kind or (body.kind if body else None),
        organ=given.organ or (body.organ if body else None),
        seen=_first_seen(report, body, given),
        previous=given.previous,
        region=given.region or (body.region if body else None),
        roster=body.roster if body else None,
        owes=body.owes if body else True,
        web_page=source.attachment is None and document.format is Format.HTML,
        page=_web_page(document, given) if document.format is Format.HTML else None,
        attachments=attachments,
        taken=source.taken if source.attachment is None else {WHOLE: source.attachment, **source.taken},
        partial=problem is not None
        or len(first.continuations) > len(given.pages)
        or _more_stands_in(attachments, report),
    )
    sha256 = hashlib.sha256(content).hexdigest()
    return Inspection(
        sha256=sha256,
        format=document.format,
        report=report,
        outcome=check(report, context),
        read_from=_read_from(source.attachment, attachments, given.url, sha256),
        taken=source.taken,
        attachments=attachments,
        problem=problem,
    )


def _first_seen(report: Report, body: Body | None, given: Given) -> date | None:
    organ = report.organ if body is None else body.organ
    if given.first_seen is None or organ is None or report.year is None:
        return None
    return given.first_seen(organ, report.year)


def _web_page(document: Document, given: Given) -> WebPage:
    return WebPage(
        url=given.url,
        title=document.page_title,
        meta=document.meta,
        headings=document.headings,
        around=document.around,
        listed_title=given.listed_title,
    )


def _further_pages(given: Given) -> Iterator[Document]:
    for number, content in enumerate(given.pages, start=2):
        try:
            yield extract(content, content_type=given.content_type, name=given.url, outside=INSTALLED)
        except Unreadable as problem:
            raise Unreadable(
                f"第{number}页未能读取：{problem.zh}", f"page {number} could not be read: {problem.en}"
            ) from None


def _read_from(
    attachment: int | None, attachments: Sequence[AttachmentReading], url: str | None, sha256: str
) -> ReadFrom:
    if attachment is None:
        return ReadFrom(None, url, sha256)
    read = attachments[attachment]
    return ReadFrom(attachment, read.url, read.sha256 or "")


# --- the report among the files --------------------------------------------------------------------------


class _Source(NamedTuple):
    report: Report
    attachment: int | None  # the one that holds the report as a whole, None for the page
    taken: Mapping[str, int]


def _assembled(document: Document, attachments: Sequence[AttachmentReading], given: Given) -> _Source:
    held = {at: read.report for at, read in enumerate(attachments) if read.report is not None}
    try:
        page = parse(document, _page(given))
    except NotAReport as answer:
        if answer.says_so or not attachments:
            raise
        if not held:
            raise _unread(attachments) or answer from None
        if not _all_may_be_same(held.values()):
            raise NotAReport(_SEVERAL_ATTACHED) from None
        page = untitled(document, _page(given))
    same = {at: report for at, report in held.items() if may_be_same(page, report)}
    if not _all_may_be_same(same.values()):
        same = {at: report for at, report in same.items() if surely_same(page, report)}
    if shows_report(page) or not same:
        return _Source(*_completed(page, same, None))
    main = fullest(same)
    return _Source(*_completed(standing_in(same[main], page), same, main))


def _completed(
    report: Report, same: Mapping[int, Report], main: int | None
) -> tuple[Report, int | None, Mapping[str, int]]:
    assembled = completed(report, {at: other for at, other in same.items() if at != main})
    return assembled.report, main, assembled.taken


def _page(given: Given) -> Page:
    return Page(
        url=given.url,
        name=given.name,
        listed_title=given.listed_title,
        published=given.published,
        organ=given.organ,
        year=given.year,
    )


def _all_may_be_same(reports: Iterable[Report]) -> bool:
    return all(may_be_same(one, other) for one, other in combinations(reports, 2))


_SEVERAL_ATTACHED = Bilingual("附件是多份不同的年度报告", "several different annual reports are attached")
_NOT_ATTACHED = Bilingual(
    "页面没有报告正文，所附文件也不是这份报告", "the page holds no report, nor does any file attached to it"
)


def _problem(report: Report, attachments: Sequence[AttachmentReading]) -> Bilingual | None:
    """Why some of the report was not read; None where it is whole or no attachment may hold the rest."""
    whole = shows_report(report) and all(table.state not in NO_TABLE for table in report.tables.values())
    if whole or not attachments:
        return None
    unread = _unread(attachments)
    if unread is not None:
        return Bilingual(unread.zh, unread.en)
    return None if shows_report(report) else _NOT_ATTACHED


def _unread(attachments: Sequence[AttachmentReading]) -> Unreadable | None:
    for read in attachments:
        if read.problem is not None:
            name = read.name[:_LONGEST_NAME]
            return Unreadable(
                f"附件“{name}”未能读取：{read.problem.zh}",
                f"the attachment “{name}” could not be read: {read.problem.en}",
            )
    return None


def _more_stands_in(attachments: Sequence[AttachmentReading], report: Report) -> bool:
    return any(
        read.report is not None
        and may_be_same(report, read.report)
        and lacks_what_stands_in(report, read.report)
        for read in attachments
    )


# --- attachments -----------------------------------------------------------------------------------------

_LONGEST_NAME = 80
_NOT_HAD = Bilingual("未能取得", "it could not be had")
_A_PAGE = Bilingual("得到的是网页，不是文件", "a web page came instead of the file")
_PICTURES = Bilingual("内容为图片，未能读取", "it consists of pictures, which were not read")
_TOO_MANY = Bilingual(
    f"附件超过 {MAX_ATTACHED_FILES} 个文件，其余未读", f"only the first {MAX_ATTACHED_FILES} files were read"
)
_FILE_NAME = re.compile(r"\.(?:docx?|wps|pdf|ofd|xlsx?|et|zip|jpe?g|png|tiff?)(?=$|[?#&])", re.IGNORECASE)


def _attachments(given: Given) -> Iterator[AttachmentReading]:
    """Every attached file, those in archives one by one."""
    count = 0
    for attached in given.attachments:
        for read in _opened(attached):
            if count == MAX_ATTACHED_FILES:
                yield AttachmentReading(attached.url, _name(attached), problem=_TOO_MANY)
                return
            yield read
            count += 1


def _opened(attached: Attached) -> Iterator[AttachmentReading]:
    name = _name(attached)
    content = attached.content
    if content is None:
        yield AttachmentReading(attached.url, name, problem=attached.problem or _NOT_HAD)
        return
    try:
        archive = binary_format(content, attached.url) is Format.ZIP
    except Unreadable:
        archive = False  # told when it is read
    if not archive:
        yield _read(attached.url, name, content, attached.content_type)
        return
    try:
        for member in members(content):
            url = f"{attached.url}!/{member.name}"
            if member.content is None:
                problem = member.problem or Unreadable(*_NOT_HAD)
                yield AttachmentReading(url, member.name, problem=Bilingual(problem.zh, problem.en))
            else:
                yield _read(url, member.name, member.content, None)
    except Unreadable as problem:
        yield _unreadable(attached.url, name, content, problem)


def _read(url: str, name: str, content: bytes, content_type: str | None) -> AttachmentReading:
    sha256 = hashlib.sha256(content).hexdigest()
    try:
        document = extract(
            content, content_type=content_type, name=urlsplit(url).path or name, outside=INSTALLED
        )
    except Unreadable as problem:
        return _unreadable(url, name, content, problem)
    read = AttachmentReading(url, name, sha256, document.format)
    try:
        report = parse(document, Page(name=name))
    except NotAReport as answer:
        if document.format is Format.HTML and _FILE_NAME.search(url):
            return read._replace(problem=_A_PAGE)
        pictures = not answer.says_so and _is_pictures(document)
        return read._replace(problem=_PICTURES if pictures else None)
    if shows_report(report):
        return read._replace(report=report)
    return read._replace(problem=_PICTURES if _is_pictures(document) else None)


def _unreadable(url: str, name: str, content: bytes, problem: Unreadable) -> AttachmentReading:
    defect = proven_defect(content)
    told = defect or problem
    return AttachmentReading(
        url,
        name,
        hashlib.sha256(content).hexdigest(),
        problem=Bilingual(told.zh, told.en),
        broken=defect is not None,
    )


def _is_pictures(document: Document) -> bool:
    return any(isinstance(block, Picture) for block in document.blocks)


def _name(attached: Attached) -> str:
    """The link's text, else the file's name in the address."""
    text = " ".join(attached.text.split())
    return text or unquote(urlsplit(attached.url).path.rpartition("/")[2]) or attached.url
