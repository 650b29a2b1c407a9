"""News and surroundings -> what a reader is told. Pure.

A digest tells changes: what appeared, came back, changed and was put right; who is late or has published
nothing; which decisions of people no longer hold, and what is no longer held against anybody. What still
stands open is a count. What could not be visited is said, because silence there proves nothing. Only defects
of the publisher that are certain are told; the rest is the operator's. Hints are only counted, unless a
reader asks for them. Findings with one likely cause are told beneath it, as one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from crawler.clock import local
from crawler.digest.contents import (
    PART_TITLES,
    Digest,
    Item,
    OrganItems,
    Part,
    PartKind,
    ProvinceItems,
    ProvinceState,
    ReportItems,
    Unvisited,
)
from crawler.digest.due import coverage
from crawler.digest.links import Links
from crawler.digest.news import News, order, part_of
from crawler.digest.scope import Scope
from crawler.digest.subject import subject
from crawler.digest.sums import Told
from crawler.digest.surroundings import Surroundings
from crawler.export import repairs
from crawler.export.plain import plain
from crawler.places import place
from crawler.validator.finding import SEVERITY_NAMES, gravity
from storage.records import ChangeRecord, ObligationStatus

__all__ = ["PART_TITLES", "Digest", "PartKind", "Surroundings", "compose"]

MOST_IN_REPORT = 8
"""Findings of one report that are spelled out; the rest is a number."""
MOST_REPORTS = 60
"""Reports of one part that are spelled out; the rest is a number."""
MOST_UNDER = 6
"""Findings with one likely cause that are spelled out beneath it; the rest is a number."""
MOST_UNVISITED = 10
"""Portals that are named with the reason why they could not be visited; the rest is a number."""

_LONGEST = {"organ": 60, "place": 120, "message": 260, "basis": 160, "cause": 300, "reason": 160}
"""Characters that are told of texts that pages may make as long as they like; what is cut ends with …"""

_OVER = frozenset({PartKind.FIXED, PartKind.WITHDRAWN})
"""Parts that hold nothing which a reader could still acknowledge."""


def compose(
    changes: Iterable[ChangeRecord] | News,
    around: Surroundings,
    *,
    day: date,
    lang: str = "zh",
    scope: Scope | None = None,
    links: Links | None = None,
) -> Digest | None:
    """The digest of `changes`, all since the last one, oldest first; None where there is nothing to tell.

    Several steps of one finding are told as their sum: what appeared and was put right in between is not.
    `around` is of the same scope.
    """
    news = changes if isinstance(changes, News) else News(changes)
    told = news.within(scope)
    if not told:
        return None
    writer = _Writer(lang, links, around.provinces, news.items)
    known = around.coverage
    counts = around.open_by_severity
    portals, more_portals = unvisited(around, lang)
    return Digest(
        lang=lang,
        day=day,
        subject=subject(told, around.provinces, known, lang),
        parts=tuple(writer.part(kind, findings) for kind, findings in _by_part(told).items()),
        still_open=tuple((severity, counts[severity]) for severity in SEVERITY_NAMES if counts.get(severity)),
        unvisited=portals,
        more_unvisited=more_portals,
        unreachable=around.number(ObligationStatus.UNREACHABLE),
        not_assessable=around.number(ObligationStatus.NOT_ASSESSABLE),
        missing=around.number(ObligationStatus.MISSING),
        late=around.number(ObligationStatus.LATE),
        coverage=known,
        last_change=news.last_change,
        provinces=_states(told, around),
        trend=around.trend,
        known=around.known,
        scope=scope_told(scope, around.provinces, lang),
        muted=0 if scope is None else len(scope.muted),
        open_link=None if links is None else links.open(),
        leave_link=None if links is None else links.leave(),
    )


def unvisited(around: Surroundings, lang: str) -> tuple[tuple[Unvisited, ...], int]:
    """The portals whose last visit was not clean, by name, as far as they are named; and how many more."""
    unclean = sorted(around.unclean, key=lambda visit: (around.portals.get(visit.portal, ""), visit.portal))
    told = tuple(
        Unvisited(
            cut("organ", around.portals.get(visit.portal, visit.portal)),
            local(visit.started).date(),
            cut("reason", visit.reason_en if lang == "en" else visit.reason_zh),
        )
        for visit in unclean[:MOST_UNVISITED]
    )
    return told, len(unclean) - len(told)


def _by_part(told: Sequence[Told]) -> dict[PartKind, list[Told]]:
    found: dict[PartKind, list[Told]] = {kind: [] for kind in PartKind}
    for one in told:
        found[part_of(one)].append(one)
    return {kind: of_it for kind, of_it in found.items() if of_it}


def _states(told: Sequence[Told], around: Surroundings) -> tuple[ProvinceState, ...]:
    """Every province of the scope that has news or owes reports, the one with most news first."""
    changes: dict[str, Counter[PartKind]] = {province: Counter() for province in around.duties}
    for one in told:
        changes.setdefault(one.finding.province, Counter())[part_of(one)] += 1
    return tuple(
        ProvinceState(
            cut("organ", around.provinces.get(province, province)),
            counts,
            coverage(around.duties.get(province, {})),
        )
        for province, counts in sorted(changes.items(), key=lambda item: (-item[1].total(), item[0]))
    )


def _worst(told: Iterable[Told]) -> int:
    return min(gravity(one.severity) for one in told)


@dataclass(frozen=True, slots=True)
class _Writer:
    """What is told, in the words of one reader."""

    lang: str
    links: Links | None
    provinces: Mapping[str, str]
    written: dict[tuple[str, str], Item]  # lines that are the same for all readers of this language

    def part(self, kind: PartKind, told: Sequence[Told]) -> Part:
        """One part, its provinces, bodies and reports with the worst first."""
        reports: dict[tuple[str, str, int], list[Told]] = {}
        for one in told:
            finding = one.finding
            reports.setdefault((finding.province, finding.organ, finding.year), []).append(one)
        ranked = sorted(reports.items(), key=lambda item: (_worst(item[1]), -len(item[1]), item[0]))
        shown = ranked[:MOST_REPORTS]
        provinces: dict[str, dict[str, list[ReportItems]]] = {}
        for (province, organ, year), group in shown:
            told_of_it = self._report(organ, year, group, acts=kind not in _OVER)
            provinces.setdefault(province, {}).setdefault(organ, []).append(told_of_it)
        return Part(
            kind=kind,
            count=len(told),
            provinces=tuple(
                ProvinceItems(
                    cut("organ", self.provinces.get(province, province)),
                    tuple(OrganItems(cut("organ", organ), tuple(items)) for organ, items in organs.items()),
                )
                for province, organs in provinces.items()
            ),
            more_reports=len(reports) - len(shown),
        )

    def _report(self, organ: str, year: int, told: Sequence[Told], *, acts: bool) -> ReportItems:
        ordered = sorted(told, key=lambda one: (gravity(one.severity), one.finding.rule, one.finding.where))
        shown = ordered[:MOST_IN_REPORT]
        items = tuple(self._item(one) for one in shown)
        return ReportItems(
            year=year,
            url=next((one.finding.url for one in ordered if one.finding.url), ""),
            items=items,
            more=len(ordered) - len(shown),
            act=self.links.act(organ, year, _fingerprints(ordered)) if acts and self.links else None,
        )

    def _item(self, told: Told) -> Item:
        """The line of a finding; that of a cause depends on how much of what it explains is told."""
        if told.under:
            return self._line(told)
        key = (told.finding.fingerprint, self.lang)
        if key not in self.written:
            self.written[key] = self._line(told)
        return self.written[key]

    def _line(self, told: Told) -> Item:
        finding, why = told.finding, repairs.told(told.cause, told.repair)
        english = self.lang == "en"
        return Item(
            severity=told.severity,
            rule=finding.rule,
            place=cut("place", place(finding.where, self.lang)),
            message=cut("message", finding.message_en if english else finding.message_zh),
            basis=cut("basis", finding.basis_en if english else finding.basis_zh),
            fingerprint=finding.fingerprint,
            url=finding.url,
            under=tuple(
                self._item(Told(told.kind, one)) for one in sorted(told.under, key=order)[:MOST_UNDER]
            ),
            more_under=max(0, len(told.under) - MOST_UNDER),
            cause="" if why is None else cut("cause", why.pick(self.lang)),
        )


def _fingerprints(told: Iterable[Told]) -> tuple[str, ...]:
    return tuple(one.fingerprint for group in told for one in (group.finding, *group.under))


def cut(what: str, text: str) -> str:
    """`text` on one line, no longer than such texts are told."""
    most = _LONGEST[what]
    said = plain(text)
    return said if len(said) <= most else f"{said[: most - 1]}…"


def scope_told(scope: Scope | None, names: Mapping[str, str], lang: str) -> str:
    """What the reader is told of, in words; empty where it is everything."""
    if scope is None:
        return ""
    comma, semicolon = (", ", "; ") if lang == "en" else ("、", "；")
    said = [
        _listed([names.get(name, name) for name in sorted(scope.provinces)], comma, lang),
        _listed(sorted(scope.organs), comma, lang),
        _listed(sorted(scope.rules), comma, lang),
    ]
    if scope.severity in ("critical", "error"):
        name = SEVERITY_NAMES[scope.severity].pick(lang)
        least = "only critical" if lang == "en" else "仅严重问题"
        said.append(least if scope.severity == "critical" else f"{name}{'+' if lang == 'en' else '以上'}")
    return semicolon.join(one for one in said if one)


def _listed(names: Sequence[str], comma: str, lang: str) -> str:
    most = 5
    listed = comma.join(cut("organ", name) for name in names[:most])
    if len(names) <= most:
        return listed
    return f"{listed}, {len(names)} in all" if lang == "en" else f"{listed}等 {len(names)} 个"
