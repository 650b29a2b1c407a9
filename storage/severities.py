"""How grave findings are, worst first, and findings that have one likely cause counted as one."""

from __future__ import annotations

from collections.abc import Iterable

SEVERITIES = ("critical", "error", "warning", "info")
"""Worst first; a severity that is not among them comes last."""


def grade(severity: str) -> int:
    """The smaller, the graver."""
    return SEVERITIES.index(severity) if severity in SEVERITIES else len(SEVERITIES)


def folded(findings: Iterable[tuple[str, str | None, str]]) -> dict[str, str]:
    """Fingerprint, group and severity of findings; those whose group is among them count as that one, as
    grave as the worst of them. Of each that counts its severity.
    """
    given = list(findings)
    standing = {fingerprint for fingerprint, _, _ in given}
    worst: dict[str, str] = {}
    for fingerprint, group, severity in given:
        one = fingerprint if group is None or group not in standing else group
        worst[one] = min(severity, worst.get(one, severity), key=lambda name: (grade(name), name))
    return worst
