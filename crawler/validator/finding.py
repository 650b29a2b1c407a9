"""A finding, the context that rules may use, and the outcome of checking one report."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import NamedTuple

from crawler.extract.document import Format
from crawler.report.model import Bilingual, Kind, Number, Report


class Severity(StrEnum):
    """How grave a finding is, worst first."""

    CRITICAL = "critical"
    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


class Verdict(StrEnum):
    """What a rule says of a report."""

    FAIL = "fail"
    PASS = "pass"  # noqa: S105 - a verdict, no password
    UNCERTAIN = "uncertain"
    NOT_APPLICABLE = "not_applicable"


class Fault(StrEnum):
    """Whose defect a finding is; only the publisher's reach the compliance digest."""

    PUBLISHER = "publisher"
    EXTRACTION = "extraction"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Finding:
    """One statement of one rule about one place of one report; verdict is fail or uncertain."""

    rule: str
    severity: Severity
    verdict: Verdict
    fault: Fault
    where: str  # cell key, prefix of one, "sections.<key>", "title", "period", "filing", "text"
    message: Bilingual
    basis: Bilingual
    cells: tuple[str, ...] = ()
    expected: Number | str | None = None
    found: Number | str | None = None
    quote: str = ""


WHOLE = "report"
"""In `Context.taken`: the report as a whole."""


class AttachmentReading(NamedTuple):
    """What became of a file that the report's page links to.

    `report` is the report that it holds, of whichever body and year; None where it holds none, or where it
    could not be read for the reason `problem`. `broken`: its own bytes prove that nobody can open it.
    """

    url: str
    name: str  # the text of the link, or the file's name
    sha256: str | None = None  # None where it could not be had
    format: Format | None = None  # None where it was not read
    report: Report | None = None
    problem: Bilingual | None = None
    broken: bool = False


@dataclass(frozen=True, slots=True)
class Context:
    """What is known besides the report itself. Everything may be absent: a bare file has no roster.

    `taken` names the parts of the report ("report" for the whole, "prose", a table's key) that stand in an
    attachment and not on its page, each with the attachment's index.
    """

    kind: Kind | None = None  # as given by a flag or the roster, not inferred
    organ: str | None = None  # canonical name from the roster or a flag, else the report's
    previous: Report | None = None
    web_page: bool = False  # read from a web page itself, so what a page lacks is the publisher's omission
    attachments: tuple[AttachmentReading, ...] = ()
    taken: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    partial: bool = False  # not all of it was read: what is lacking may stand elsewhere


@dataclass(frozen=True, slots=True)
class Outcome:
    """What all rules said: findings in the order of the registry, and one verdict a rule."""

    findings: tuple[Finding, ...]
    verdicts: Mapping[str, Verdict] = field(default_factory=lambda: MappingProxyType({}))

    def rules(self, verdict: Verdict) -> tuple[str, ...]:
        """Ids of the rules that ended with `verdict`, in the order of the registry."""
        return tuple(rule for rule, ended in self.verdicts.items() if ended is verdict)


def fingerprint(organ: str, year: int | None, rule: str, where: str) -> str:
    """Identity of a finding: 16 hexadecimal digits over organ, year, rule and where, nothing else."""
    text = "\x1f".join((organ, "" if year is None else str(year), rule, where))
    return hashlib.sha256(text.encode()).hexdigest()[:16]
