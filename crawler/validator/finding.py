"""A finding, and the outcome of checking one report."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

from crawler.report.model import Bilingual, Number

CULPRIT = "cell-likely-culprit"
"""The rule whose findings explain others, see Finding.group."""


class Severity(StrEnum):
    """How grave a finding is, worst first."""

    CRITICAL = "critical"
    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


SEVERITY_NAMES: Mapping[str, Bilingual] = MappingProxyType(
    {
        Severity.CRITICAL: Bilingual("严重", "critical"),
        Severity.ERROR: Bilingual("错误", "error"),
        Severity.WARNING: Bilingual("警告", "warning"),
        Severity.INFO: Bilingual("提示", "info"),
    }
)
"""What people read for them, worst first."""

_GRAVITY = {severity.value: rank for rank, severity in enumerate(Severity)}


def gravity(severity: str) -> int:
    """The rank of a severity, 0 the worst; one that is not known comes last."""
    return _GRAVITY.get(severity, len(_GRAVITY))


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
    """One statement of one rule about one place of one report; verdict is fail or uncertain.

    `group` is the place (`where`) of the `cell-likely-culprit` that explains this finding; None where none
    does.
    """

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
    group: str | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What all rules said: findings in the order of the registry, one verdict a rule, and for every rule that
    could not be applied the reason why.
    """

    findings: tuple[Finding, ...]
    verdicts: Mapping[str, Verdict] = field(default_factory=lambda: MappingProxyType({}))
    reasons: Mapping[str, Bilingual] = field(default_factory=lambda: MappingProxyType({}))

    def rules(self, verdict: Verdict) -> tuple[str, ...]:
        """Ids of the rules that ended with `verdict`, in the order of the registry."""
        return tuple(rule for rule, ended in self.verdicts.items() if ended is verdict)


def fingerprint(organ: str, year: int | None, rule: str, where: str) -> str:
    """Identity of a finding: 16 hexadecimal digits over organ, year, rule and where, nothing else."""
    text = "\x1f".join((organ, "" if year is None else str(year), rule, where))
    return hashlib.sha256(text.encode()).hexdigest()[:16]
