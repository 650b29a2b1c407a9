"""Changes since the last digest -> what a reader is told. Pure.

A digest tells changes: what appeared, came back, changed and was put right; who is late or has published
nothing; which decisions of people no longer hold, and what is no longer held against anybody. What still
stands open is a count. What could not be visited is said, because silence there proves nothing. Only defects
of the publisher that are certain are told; the rest is the operator's. Hints are only counted. Findings with
one likely cause are told beneath it, as one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum

from crawler.clock import local
from crawler.digest.sums import Told, net
from crawler.export import repairs
from crawler.places import place
from crawler.report.model import Bilingual
from crawler.validator.finding import CULPRIT, SEVERITY_NAMES, Severity, gravity
from storage.records import (
    ChangeKind,
    ChangeRecord,
    Coverage,
    FindingRecord,
    ObligationRecord,
    ObligationStatus,
    VisitRecord,
)

DUTY_RULES = frozenset({"filing-late", "filing-missing"})
"""Rules about the duty to file itself; their findings stand in a part of their own."""

MOST_IN_REPORT = 8
"""Findings of one report that are spelled out; the rest is a number."""
MOST_REPORTS = 60
"""Reports of one part that are spelled out; the rest is a number."""


class PartKind(StrEnum):
    """The parts of a digest, in the order in which they stand."""

    NEW = "new"
    RETURNED = "returned"
    CHANGED = "changed"
    LAPSED = "lapsed"  # a person's decision no longer holds
    DUTY = "duty"  # late or missing
    FIXED = "fixed"
    WITHDRAWN = "withdrawn"  # nobody has repaired anything: it is we who judge otherwise


PART_TITLES = {
    PartKind.NEW: Bilingual("新问题", "New"),
    PartKind.RETURNED: Bilingual("再次出现", "Came back"),
    PartKind.CHANGED: Bilingual("有变化", "Changed"),
    PartKind.LAPSED: Bilingual("豁免失效", "Decisions that no longer hold"),
    PartKind.DUTY: Bilingual("逾期与未发布", "Late or missing"),
    PartKind.FIXED: Bilingual("已整改", "Fixed"),
    PartKind.WITHDRAWN: Bilingual("不再适用", "No longer applies"),
}


@dataclass(frozen=True, slots=True)
class Item:
    """One finding, in the reader's language; `under` are those of which it is the likely cause."""

    severity: str
    rule: str
    place: str
    message: str
    basis: str
    under: tuple[Item, ...] = ()
    cause: str = ""  # why a decision no longer holds, the finding no longer applies or is fixed


@dataclass(frozen=True, slots=True)
class ReportItems:
    """The findings of one report that belong to one part, worst first."""

    year: int
    url: str
    items: tuple[Item, ...]
    more: int = 0  # findings beyond those spelled out


@dataclass(frozen=True, slots=True)
class OrganItems:
    """One body and its reports."""

    organ: str
    reports: tuple[ReportItems, ...]


@dataclass(frozen=True, slots=True)
class ProvinceItems:
    """One province and its bodies, worst first."""

    name: str
    organs: tuple[OrganItems, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the digest. `count` is exact even where not every finding is spelled out; findings with one
    likely cause count as one.
    """

    kind: PartKind
    count: int
    provinces: tuple[ProvinceItems, ...]
    more_reports: int = 0


@dataclass(frozen=True, slots=True)
class Unvisited:
    """A portal whose last visit was not clean, and why."""

    portal: str
    day: date
    reason: str


@dataclass(frozen=True, slots=True)
class Digest:
    """What one reader is told. `last_change` is remembered once the mail was accepted."""

    lang: str
    day: date
    subject: str
    parts: tuple[Part, ...]
    still_open: tuple[tuple[str, int], ...]  # severity and number, worst first
    unvisited: tuple[Unvisited, ...]
    unreachable: int  # duties that no visit could settle
    not_assessable: int
    missing: int
    late: int
    coverage: Coverage
    last_change: int


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a digest says besides the changes."""

    obligations: Sequence[ObligationRecord] = ()
    open_by_severity: Mapping[str, int] = field(default_factory=dict)
    unclean: Sequence[VisitRecord] = ()
    coverage: Coverage = field(default_factory=lambda: Coverage(0, 0))
    provinces: Mapping[str, str] = field(default_factory=dict)  # key of the file -> name for people
    portals: Mapping[str, str] = field(default_factory=dict)


def compose(
    changes: Sequence[ChangeRecord], around: Surroundings, *, day: date, lang: str = "zh"
) -> Digest | None:
    """The digest of `changes`, all since the last one, oldest first; None where there is nothing to tell.

    Several steps of one finding are told as their sum: what appeared and was put right in between is not.
    """
    told = _folded(net(changes))
    if not told:
        return None
    names = around.provinces
    parts = tuple(_part(kind, findings, names, lang) for kind, findings in _by_part(told).items())
    statuses = Counter(obligation.status for obligation in around.obligations)
    counts = around.open_by_severity
    portals = around.portals
    return Digest(
        lang=lang,
        day=day,
        subject=_subject(told, names, lang),
        parts=parts,
        still_open=tuple((severity, counts[severity]) for severity in SEVERITY_NAMES if counts.get(severity)),
        unvisited=tuple(
            Unvisited(
                portals.get(visit.portal, visit.portal),
                local(visit.started).date(),
                visit.reason_en if lang == "en" else visit.reason_zh,
            )
            for visit in around.unclean
        ),
        unreachable=statuses[ObligationStatus.UNREACHABLE],
        not_assessable=statuses[ObligationStatus.NOT_ASSESSABLE],
        missing=statuses[ObligationStatus.MISSING],
        late=statuses[ObligationStatus.LATE],
        coverage=around.coverage,
        last_change=max(change.id for change in changes),
    )


def _folded(net: Sequence[Told]) -> tuple[Told, ...]:
    """What has one likely cause beneath that cause, where both are told in one part; hints left out."""
    causes = {(_part_of(told), told.finding.fingerprint) for told in net if told.finding.rule == CULPRIT}
    explained: dict[tuple[PartKind, str], list[FindingRecord]] = {}
    alone = []
    for told in net:
        cause = (_part_of(told), told.finding.group or "")
        if cause in causes:
            explained.setdefault(cause, []).append(told.finding)
        else:
            alone.append(told)
    folded = (
        replace(
            told,
            under=tuple(sorted(explained.get((_part_of(told), told.finding.fingerprint), ()), key=_order)),
        )
        for told in alone
    )
    return tuple(told for told in folded if told.severity != Severity.INFO)


_PARTS = {
    ChangeKind.NEW: PartKind.NEW,
    ChangeKind.RETURNED: PartKind.RETURNED,
    ChangeKind.CHANGED: PartKind.CHANGED,
    ChangeKind.LAPSED: PartKind.LAPSED,
    ChangeKind.FIXED: PartKind.FIXED,
    ChangeKind.WITHDRAWN: PartKind.WITHDRAWN,
}
_NO_DUTY = frozenset({ChangeKind.LAPSED, ChangeKind.FIXED, ChangeKind.WITHDRAWN})
"""Steps that are told in their own parts, even of findings about the duty to file."""


def _part_of(told: Told) -> PartKind:
    if told.finding.rule in DUTY_RULES and told.kind not in _NO_DUTY:
        return PartKind.DUTY
    return _PARTS[told.kind]


def _by_part(net: Sequence[Told]) -> dict[PartKind, list[Told]]:
    found = {kind: [told for told in net if _part_of(told) is kind] for kind in PartKind}
    return {kind: told for kind, told in found.items() if told}


def _grade(finding: FindingRecord) -> int:
    return gravity(finding.severity)


def _order(finding: FindingRecord) -> tuple[int, str, str]:
    return (_grade(finding), finding.rule, finding.where)


def _worst(told: Iterable[Told]) -> int:
    return min(gravity(one.severity) for one in told)


def _part(kind: PartKind, told: list[Told], names: Mapping[str, str], lang: str) -> Part:
    reports: dict[tuple[str, str, int], list[Told]] = {}
    for one in told:
        finding = one.finding
        reports.setdefault((finding.province, finding.organ, finding.year), []).append(one)
    shown = dict(
        sorted(reports.items(), key=lambda item: (_worst(item[1]), -len(item[1]), item[0]))[:MOST_REPORTS]
    )
    provinces: dict[str, dict[str, list[ReportItems]]] = {}
    for (province, organ, year), group in shown.items():
        provinces.setdefault(province, {}).setdefault(organ, []).append(_report(year, group, lang))
    return Part(
        kind=kind,
        count=len(told),
        provinces=tuple(
            ProvinceItems(
                names.get(province, province),
                tuple(OrganItems(organ, tuple(items)) for organ, items in organs.items()),
            )
            for province, organs in provinces.items()
        ),
        more_reports=len(reports) - len(shown),
    )


def _report(year: int, told: list[Told], lang: str) -> ReportItems:
    ordered = sorted(told, key=lambda one: (gravity(one.severity), one.finding.rule, one.finding.where))
    return ReportItems(
        year=year,
        url=next((one.finding.url for one in ordered if one.finding.url), ""),
        items=tuple(_item(one, lang) for one in ordered[:MOST_IN_REPORT]),
        more=max(0, len(ordered) - MOST_IN_REPORT),
    )


def _item(told: Told, lang: str) -> Item:
    finding, why = told.finding, repairs.told(told.cause, told.repair)
    return Item(
        severity=told.severity,
        rule=finding.rule,
        place=place(finding.where, lang),
        message=finding.message_en if lang == "en" else finding.message_zh,
        basis=finding.basis_en if lang == "en" else finding.basis_zh,
        under=tuple(_item(Told(told.kind, one), lang) for one in told.under),
        cause="" if why is None else why.pick(lang),
    )


def _subject(net: Sequence[Told], names: Mapping[str, str], lang: str) -> str:
    """What changed, by province: 云岭省 3 项新问题，2 项已整改，1 单位逾期."""
    provinces: dict[str, list[Told]] = {}
    for told in net:
        provinces.setdefault(told.finding.province, []).append(told)
    most = sorted(provinces.items(), key=lambda item: (-len(item[1]), item[0]))
    said = [f"{names.get(province, province)} {_changes(told, lang)}" for province, told in most[:2]]
    if len(most) > 2:
        rest = len(most) - 2
        said.append(f"and {rest} more provinces" if lang == "en" else f"另有 {rest} 省有变化")
    return ("; " if lang == "en" else "；").join(said)


def _changes(net: Sequence[Told], lang: str) -> str:
    parts = Counter(_part_of(told) for told in net)
    late = {told.finding.organ for told in net if _is_duty(told, "filing-late")}
    missing = {told.finding.organ for told in net if _is_duty(told, "filing-missing")}
    if lang == "en":
        said = [
            (parts[PartKind.NEW], "new"),
            (parts[PartKind.RETURNED], "returned"),
            (parts[PartKind.CHANGED], "changed"),
            (parts[PartKind.LAPSED], "no longer waived"),
            (parts[PartKind.FIXED], "fixed"),
            (parts[PartKind.WITHDRAWN], "no longer applicable"),
            (len(late), "late"),
            (len(missing), "missing"),
        ]
        return ", ".join(f"{count} {word}" for count, word in said if count)
    said = [
        (parts[PartKind.NEW], "项新问题"),
        (parts[PartKind.RETURNED], "项再次出现"),
        (parts[PartKind.CHANGED], "项有变化"),
        (parts[PartKind.LAPSED], "项豁免失效"),
        (parts[PartKind.FIXED], "项已整改"),
        (parts[PartKind.WITHDRAWN], "项不再适用"),
        (len(late), "单位逾期"),
        (len(missing), "单位未发布"),
    ]
    return "，".join(f"{count} {word}" for count, word in said if count)


def _is_duty(told: Told, rule: str) -> bool:
    return told.finding.rule == rule and _part_of(told) is PartKind.DUTY
