"""An evidence pack: everything that proves what was found of one body and year, in one ZIP file.

Originals are checked against their hashes as they are read; one that is missing or damaged is named in the
pack. The same evidence gives the same bytes. One original at a time is in memory.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from typing import IO, Any
from zipfile import ZipFile

from crawler import __version__
from crawler.clock import local
from crawler.export.as_read import as_read
from crawler.export.exact_json import dumps
from crawler.export.fixed_zip import entry
from crawler.export.pack_readme import readme
from crawler.export.plain import plain
from crawler.extract.archive import members
from crawler.extract.document import Format, Unreadable
from crawler.extract.sniff import binary_format
from crawler.inspection import RULES_VERSION
from crawler.rulebook.entry import Entry
from crawler.versions import report_of
from storage.archive import Archive, ArchiveDamaged, ArchiveMissing
from storage.records import (
    FetchRecord,
    Filing,
    FindingRecord,
    FindingStatus,
    ObligationRecord,
    PageRecord,
    ReportRecord,
    VersionRecord,
    VisitRecord,
)

MOST_ORIGINALS = 300
MOST_BYTES = 1 << 30
"""Originals of one pack, and bytes of all of them; what is beyond is named by its hash alone."""

_CITED = "cited"
_NOT_IN_NAMES = re.compile(r"[^\w-]+")
_LONGEST_NAME = 40


@dataclass(frozen=True, slots=True)
class Evidence:
    """What storage holds of one body and year."""

    organ: str
    year: int
    moment: datetime
    findings: Sequence[FindingRecord]
    finding_objects: Sequence[Mapping[str, Any]]  # the same, as the JSON answer gives them
    report: ReportRecord | None = None
    twins: Sequence[Filing] = ()
    versions: Sequence[VersionRecord] = ()
    pages: Mapping[str, PageRecord] = field(default_factory=dict)
    fetches: Mapping[str, Sequence[FetchRecord]] = field(default_factory=dict)  # by address
    obligation: ObligationRecord | None = None
    visits: Sequence[VisitRecord] = ()  # that did not show a report which is missing
    cards: Sequence[Entry] = ()


@dataclass(frozen=True, slots=True)
class Wanted:
    """Bytes that belong into the pack, and what is on record of how they came."""

    sha256: str
    role: str  # page, behind, attachment, other_page, earlier_version, cited
    url: str
    headers: Mapping[str, str] = field(default_factory=dict)
    first_seen: datetime | None = None
    last_seen: datetime | None = None


@dataclass(frozen=True, slots=True)
class Packed:
    """What became of the originals."""

    originals: int
    problems: tuple[str, ...]  # hashes that are missing, damaged or left out


def pack(evidence: Evidence, archive: Archive, out: IO[bytes]) -> Packed:
    """Write the pack. Raises ArchiveUnusable."""
    with ZipFile(out, "w") as made:
        return _Packing(evidence, archive, made).write()


def folder_of(organ: str, year: int) -> str:
    """Name of the pack's folder: letters and digits alone, whatever the body is called."""
    name = _NOT_IN_NAMES.sub("_", plain(organ)).strip("_")[:_LONGEST_NAME]
    return f"nianbao-{name or 'report'}-{year}"


class _Packing:
    def __init__(self, evidence: Evidence, archive: Archive, made: ZipFile) -> None:
        self._evidence, self._archive, self._zip = evidence, archive, made
        self._folder = folder_of(evidence.organ, evidence.year)
        self._sums: list[str] = []
        self._bytes_left = MOST_BYTES

    def write(self) -> Packed:
        originals = list(self._originals())
        problems = [one for one in originals if one["problem"] is not None]
        evidence = self._evidence
        self._put("text.html", _page(evidence))
        self._put("findings.json", f"{dumps(list(evidence.finding_objects))}\n")
        for card in evidence.cards:
            self._put(f"rules/{card.rule.id}.txt", _card(card))
        self._put("manifest.json", f"{dumps(_manifest(evidence, originals))}\n")
        self._put("README.txt", readme(evidence.organ, evidence.year, problems))
        self._write("SHA256SUMS", "".join(self._sums).encode())
        return Packed(len(originals) - len(problems), tuple(str(one["sha256"]) for one in problems))

    def _originals(self) -> Iterator[dict[str, Any]]:
        inside: set[str] = set()
        for number, wanted in enumerate(_wanted(self._evidence), start=1):
            if wanted.role == _CITED and wanted.sha256 in inside:
                continue  # a file of an archive, which its archive names
            told = self._original(number, wanted)
            inside |= {member["sha256"] for member in told.get("members", ())}
            yield told

    def _original(self, number: int, wanted: Wanted) -> dict[str, Any]:
        """What the manifest says of one original, once its bytes are in the pack."""
        told: dict[str, Any] = {
            "sha256": wanted.sha256,
            "role": wanted.role,
            "url": wanted.url,
            "headers": dict(wanted.headers),
            "fetches": [
                _fetch(fetch)
                for fetch in self._evidence.fetches.get(wanted.url, ())
                if fetch.sha256 == wanted.sha256
            ],
            "first_seen": _moment(wanted.first_seen),
            "last_seen": _moment(wanted.last_seen),
            "file": None,
            "size": None,
            "problem": None,
        }
        if number > MOST_ORIGINALS:
            return {**told, "problem": "left out: too many originals"}
        try:
            content = self._archive.get(wanted.sha256)
        except (ArchiveMissing, ValueError):
            return {**told, "problem": "missing from the archive"}
        except ArchiveDamaged:
            return {**told, "problem": "damaged in the archive: the bytes are not those of the hash"}
        if len(content) > self._bytes_left:
            return {**told, "size": len(content), "problem": "left out: the pack would become too large"}
        self._bytes_left -= len(content)
        form = _format(content)
        name = f"originals/{number:03}-{wanted.role}{_ENDINGS.get(form, '.bin') if form else '.html.txt'}"
        self._put(name, content)
        held = _members(content) if form is Format.ZIP else []
        return {**told, "file": name, "size": len(content), **({"members": held} if held else {})}

    def _put(self, name: str, content: bytes | str) -> None:
        made = content if isinstance(content, bytes) else content.encode("utf-8", "replace")
        self._write(name, made)
        self._sums.append(f"{hashlib.sha256(made).hexdigest()}  {name}\n")

    def _write(self, name: str, content: bytes) -> None:
        self._zip.writestr(entry(f"{self._folder}/{name}"), content)


_NO_ENDING = frozenset({Format.TEXT, Format.HTML, Format.IMAGE})
_ENDINGS: Mapping[Format, str] = {form: f".{form}" for form in Format if form not in _NO_ENDING}


def _wanted(evidence: Evidence) -> Iterator[Wanted]:
    """Every original once: the report's page and its parts, other pages that show it, earlier versions."""
    seen: set[str] = set()
    for wanted in _all_wanted(evidence):
        if wanted.sha256 not in seen:
            seen.add(wanted.sha256)
            yield wanted


def _all_wanted(evidence: Evidence) -> Iterator[Wanted]:
    shown: list[tuple[str, ReportRecord | Filing]] = []
    if evidence.report is not None:
        shown.append(("page", evidence.report))
    shown += [("other_page", twin) for twin in evidence.twins]
    for role, report in shown:
        page = evidence.pages.get(report.url)
        if page is not None and page.sha256 == report.sha256:
            yield Wanted(report.sha256, role, report.url, _headers(page), report.first_seen, page.seen)
        else:
            yield Wanted(report.sha256, role, report.url, {}, report.first_seen)
        if page is None:
            continue
        for part in page.parts:
            if part.sha256 is not None:
                yield Wanted(part.sha256, part.role, part.url, _headers(part), None, page.seen)
    for version in evidence.versions:
        yield Wanted(version.sha256, "earlier_version", version.url, {}, version.first_seen)
    inside = {row.archived: row for row in evidence.findings if row.archived}
    for sha256, row in sorted(inside.items()):
        yield Wanted(sha256, _CITED, row.url, {}, row.first_seen, row.last_seen)


def _headers(fetched: Any) -> dict[str, str]:
    """The headers that are on record of a page or a part."""
    named = {
        "Content-Type": fetched.content_type,
        "ETag": fetched.etag,
        "Last-Modified": fetched.last_modified,
    }
    return {name: value for name, value in named.items() if value}


def _fetch(fetch: FetchRecord) -> dict[str, Any]:
    """How an original came; `headers` is null where they were not kept."""
    return {
        "fetched": _moment(fetch.fetched),
        "last_seen": _moment(fetch.last_seen),
        "status": fetch.status,
        "headers": None if fetch.headers is None else [list(pair) for pair in fetch.headers],
        "headers_left_out": fetch.left_out,
        "answered": fetch.answered,
        "rendered": fetch.rendered,
    }


def _format(content: bytes) -> Format | None:
    """The format of a file; None for text and pages, which are packed so that opening them runs nothing."""
    try:
        form = binary_format(content, None)
    except Unreadable:
        return Format.IMAGE  # without an ending that a program would open it by
    return None if form in (Format.TEXT, Format.HTML) else form


def _members(content: bytes) -> list[dict[str, str]]:
    """Hashes of the files in an archive: a finding may cite one of them."""
    try:
        return [
            {"name": one.name, "sha256": hashlib.sha256(one.content).hexdigest()}
            for one in members(content)
            if one.content is not None
        ]
    except Unreadable:
        return []


def _page(evidence: Evidence) -> str:
    report, version = evidence.report, _current(evidence)
    facts = [("单位 Body", evidence.organ), ("年度 Year", str(evidence.year))]
    if report is not None:
        facts += [
            ("标题 Title", report.title),
            ("网页 Page", report.url),
            ("发布 Published", "" if report.published is None else report.published.isoformat()),
            ("首次见到 First seen", _moment(report.first_seen) or ""),
            ("SHA-256", report.sha256),
        ]
    standing = [row for row in evidence.findings if row.status is not FindingStatus.FIXED]
    read = None if version is None else report_of(version)
    return as_read(read, standing, facts, heading=f"{evidence.organ} {evidence.year}年度报告：读取结果")


def _current(evidence: Evidence) -> VersionRecord | None:
    """The version whose bytes the report on record was read from."""
    report = evidence.report
    if report is None:
        return None
    here = [version for version in evidence.versions if version.url == report.url]
    same = [version for version in here if version.sha256 == report.sha256]
    return same[-1] if same else None


def _card(card: Entry) -> str:
    lines = [f"{card.rule.id}  {card.rule.title.zh}  {card.rule.title.en}"]
    for fact in card.facts():
        lines += ["", f"{fact.label.zh} {fact.label.en}"]
        lines += [f"  {text}" for paragraph in fact.paragraphs for text in dict.fromkeys(paragraph)]
    return "\n".join(lines) + "\n"


def _manifest(evidence: Evidence, originals: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    report = evidence.report
    return {
        "schema": 1,
        "organ": evidence.organ,
        "year": evidence.year,
        "made": _moment(evidence.moment),
        "program": {"name": "nianbao", "version": __version__, "rules_version": RULES_VERSION},
        "report": None
        if report is None
        else {
            "title": report.title,
            "url": report.url,
            "portal": report.portal,
            "province": report.province,
            "sha256": report.sha256,
            "form": report.form,
            "published": _day(report.published),
            "published_from": report.published_from,
            "signed": _day(report.signed),
            "first_seen": _moment(report.first_seen),
            "last_seen": _moment(report.seen),
            "rules_version": report.rules_version,
            "tables": dict(report.tables),
            "rules": dict(report.rules),
        },
        "originals": list(originals),
        "versions": [
            {
                "url": version.url,
                "sha256": version.sha256,
                "first_seen": _moment(version.first_seen),
                "rules_version": version.rules_version,
            }
            for version in evidence.versions
        ],
        "obligation": None if evidence.obligation is None else _plain(asdict(evidence.obligation)),
        "visits": [_plain(asdict(visit)) for visit in evidence.visits],
    }


def _plain(value: Any) -> Any:
    """Records as JSON knows values."""
    if isinstance(value, Mapping):
        return {str(name): _plain(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    if isinstance(value, datetime):
        return _moment(value)
    return value.isoformat() if isinstance(value, date) else value


def _moment(moment: datetime | None) -> str | None:
    return None if moment is None else local(moment).isoformat()


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
