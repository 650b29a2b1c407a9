"""After a crawl: reports against last year's, against those of other bodies, and against earlier visits.

Everything comes from storage. Compared are the reports that have changed since they were last compared, or
were compared by other settings or another roster, and those of which one of these is last year's, an earlier
year's, a child or a copy. What is said of a report follows from what stands in storage and from nothing else,
so neither the order of crawls nor their number matters.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any

from crawler import yardstick
from crawler.clock import local
from crawler.edits import edits
from crawler.likeness import own_prose, passages, printed_prose, similar_pairs, similarity
from crawler.obligations import unseen_visits
from crawler.recording import finding_record
from crawler.report.model import Bilingual, Kind, Report
from crawler.validator import RULES, check
from crawler.validator.context import Column, Context, History, Lookalike, Need, Peers, Twin, Version
from crawler.validator.finding import Outcome, Verdict
from crawler.validator.policy import Policy
from crawler.versions import report_of
from storage.queries import Queries
from storage.records import (
    Compared,
    Filing,
    OrganRecord,
    Origin,
    VersionRecord,
    VisitRecord,
)

OrganYear = tuple[str, int]

_NEEDS = frozenset({Need.PREVIOUS, Need.HISTORY, Need.PEERS, Need.COLUMN})
RULES_COMPARED = MappingProxyType(
    {rule.id: rule for rule in RULES.values() if not _NEEDS.isdisjoint(rule.needs)}
)
"""The rules that are applied here and not when a page is read."""

COPIES = "peers-text-duplicate"
GAP = "filing-history-gap"
_COLUMN_RULES = tuple(rule.id for rule in RULES.values() if Need.COLUMN in rule.needs)

_AT_ONCE = 100
"""Reports that are compared in one go."""
_SIDE_BY_SIDE = 3
"""Of those that are similar, the ones whose common passages are told."""
_CANDIDATES = 50
"""Bodies that seem similar whose texts are compared with one report, the most similar first."""
_VERSIONS = 20
"""Earlier versions of one report that are looked at, the latest."""


@dataclass(frozen=True, slots=True)
class Known:
    """What the comparison is told besides what is on record of the reports.

    `years` are the report years whose duties are assessed; `doubt` tells why the report of a body and year
    may be there unrecognised. Portals in `clean` had a clean visit in this run, one of all years where they
    are in `whole` too.
    """

    province: str
    organs: Sequence[OrganRecord]
    visits: Sequence[VisitRecord]  # oldest first
    years: range
    doubt: Callable[[OrganRecord, int], Bilingual | None]
    clean: Collection[str]
    whole: Collection[str]
    columns: Mapping[str, Column] = field(default_factory=dict)  # by the body that keeps the portal


def compare(queries: Queries, known: Known, policy: Policy) -> Iterator[list[Compared]]:
    """What comparison says of every report that it has to look at, some at a time."""
    by = yardstick.of_comparisons(policy, RULES_COMPARED, known.organs, known.years)
    fresh = queries.uncompared(known.province, by)
    fresh |= {(told.organ, told.year) for told in queries.findings(province=known.province, rule=GAP)}
    # of what was said of a column the report that was the newest then has to be freed
    told = {
        (found.organ, found.year)
        for rule in _COLUMN_RULES
        for found in queries.findings(province=known.province, rule=rule)
    }
    if not (fresh or told or known.columns):
        return
    everything = _Everything(queries, known, policy, by)
    held = everything.held
    affected = fresh | told | {(keeper, max(held[keeper])) for keeper in known.columns if held.get(keeper)}
    for organ, year in fresh:
        affected |= {(organ, later) for later in held.get(organ, ()) if later > year}
        affected |= {(now, year + 1) for now in everything.renamed.names_after(organ, year)}
        affected |= {(parent, year) for parent in everything.families.parents(organ)}
    for year in {year for _, year in fresh}:
        affected |= everything.copies.touched(year, {organ for organ, of in fresh if of == year})
    wanted = sorted(key for key in affected if key[1] in held.get(key[0], ()))
    for start in range(0, len(wanted), _AT_ONCE):
        yield _Group(everything, wanted[start : start + _AT_ONCE]).results()


class _Everything:
    """What all groups of reports share."""

    def __init__(self, queries: Queries, known: Known, policy: Policy, by: str) -> None:
        self.queries, self.known, self.policy, self.by = queries, known, policy, by
        self.organs = {organ.name: organ for organ in known.organs}
        self.held = queries.years_held(known.province)
        self.families = Families(known.organs)
        self.renamed = Renamed(known.organs)
        self.copies = _Copies(queries, known.province, policy)
        self.visits: dict[str, list[VisitRecord]] = {}
        for visit in known.visits:
            self.visits.setdefault(visit.portal, []).append(visit)


class _Group:
    """Some reports with what they are compared with."""

    def __init__(self, everything: _Everything, keys: Sequence[OrganYear]) -> None:
        self._all, self._keys = everything, keys
        queries = everything.queries
        self._before = {key: last for key in keys if (last := everything.renamed.before(*key))}
        before = set(self._before.values())
        self._records = queries.filings_of({*keys, *before})
        self._twins = queries.twins_of(keys)
        self._versions = queries.versions_of({*keys, *before})
        twins = [twin for twins in self._twins.values() for twin in twins]
        self._pages = queries.pages_at({record.url for record in (*self._records.values(), *twins)})

    def results(self) -> list[Compared]:
        """What is said of each; nothing of a report that is not on record whole."""
        return [result for key in self._keys if (result := self._result(key)) is not None]

    def _result(self, key: OrganYear) -> Compared | None:
        record = self._records.get(key)
        shown = [] if record is None else self._shown(key, record.url)
        report = _latest(shown)
        if record is None or report is None:
            return None
        organ = self._all.organs.get(record.organ)
        history = self._history(record, shown, organ)
        context = Context(
            self._all.policy,
            kind=None if organ is None else Kind(organ.kind),
            organ=record.organ,
            region=None if organ is None else organ.code,
            previous=self._previous(key, report),
            partial=not shown[-1].digest,
            column=self._column(record),
            history=history,
            peers=self._peers(key, report, organ),
        )
        outcome = check(report, context, RULES_COMPARED)
        return Compared(
            of=record,
            organ=record.organ,
            year=record.year,
            rules=_merged(record.rules, outcome),
            findings=tuple(
                finding_record(record, record.organ, record.year, finding, record.sha256, Origin.COMPARISON)
                for finding in outcome.findings
            ),
            conclusive=record.portal in self._all.known.clean,
            again=record.portal not in self._all.known.whole
            or (organ is not None and not history.lists_whole),
            by=self._all.by,
            edits=edits(shown[-_VERSIONS:]),
        )

    def _shown(self, key: OrganYear, url: str) -> list[VersionRecord]:
        return _shown_at(url, self._versions.get(key, ()))

    def _previous(self, key: OrganYear, report: Report) -> Report | None:
        """Last year's report, under the name that this year's prints: the roster knows them as one body."""
        before = self._before.get(key)
        record = None if before is None else self._records.get(before)
        previous = None if before is None or record is None else _latest(self._shown(before, record.url))
        return None if previous is None else replace(previous, organ=report.organ)

    def _column(self, record: Filing) -> Column | None:
        """The column of the body's own portal, for its newest report alone."""
        newest = record.year == max(self._all.held[record.organ])
        return self._all.known.columns.get(record.organ) if newest else None

    # history

    def _history(self, record: Filing, shown: Sequence[VersionRecord], organ: OrganRecord | None) -> History:
        page = self._pages.get(record.url)
        earlier = [(version, report_of(version)) for version in shown[:-1][-_VERSIONS:]]
        gone = page is not None and page.gone
        return History(
            first_seen=None if record.first_seen is None else local(record.first_seen).date(),
            versions=tuple(
                Version(local(version.first_seen).date(), version.sha256, report)
                for version, report in earlier
                if report is not None
            ),
            twins=tuple(self._live_twins(record)),
            unseen_on=()
            if page is None or page.first_seen is None
            else tuple(map(local, unseen_visits(record, self._all.visits.get(record.portal, ()), page))),
            years_held=tuple(sorted(self._all.held[record.organ])),
            years_aside=tuple(self._years_aside(organ)),
            lists_whole=organ is not None and self._lists_whole(organ, record.year),
            gone_since=min(page.gone_on) if page is not None and gone else None,
            gone_as=page.gone_as if page is not None and gone else "",
        )

    def _live_twins(self, record: Filing) -> Iterator[Twin]:
        """Other pages that show the report now: neither gone nor turned into something else."""
        key = (record.organ, record.year)
        for twin in self._twins.get(key, ()):
            page, shown = self._pages.get(twin.url), self._shown(key, twin.url)
            report = _latest(shown)
            if report is None or page is None or (page.organ, page.year) != key:
                continue
            if not page.gone:
                yield Twin(twin.url, report)

    def _years_aside(self, organ: OrganRecord | None) -> Iterator[int]:
        """Years whose absence is told when duties are assessed, and those that the body did not owe."""
        yield from self._all.known.years
        if organ is not None and organ.since is not None:
            yield from range(2008, organ.since)

    def _lists_whole(self, organ: OrganRecord, year: int) -> bool:
        """Whether a clean visit walked the lists of all years, and no unread page may be the body's."""
        visits = [
            visit
            for visit in self._all.visits.get(organ.portal, ())
            if visit.years is None and (visit.whole or not visit.clean)
        ]
        if not visits or not visits[-1].clean:
            return False
        earlier = max((held for held in self._all.held[organ.name] if held < year), default=year)
        return all(self._all.known.doubt(organ, gap) is None for gap in range(earlier + 1, year))

    # other bodies

    def _peers(self, key: OrganYear, report: Report, organ: OrganRecord | None) -> Peers:
        children = () if organ is None else self._all.families.children(organ.name)
        read = _read(self._all.queries, {(child, key[1]) for child in children})
        return Peers(
            lookalikes=tuple(self._all.copies.of(key, report)),
            children=tuple(read.values()),
            all_children=bool(children) and len(read) == len(children),
        )


def _shown_at(url: str, versions: Sequence[VersionRecord]) -> list[VersionRecord]:
    """What an address showed, oldest first."""
    return [version for version in versions if version.url == url]


def _latest(shown: Sequence[VersionRecord]) -> Report | None:
    """The report as last shown; None where it is not on record whole."""
    return report_of(shown[-1]) if shown else None


def _read(queries: Queries, keys: Collection[OrganYear]) -> dict[OrganYear, Report]:
    """The reports held of these bodies and years, as far as they are on record whole."""
    if not keys:
        return {}
    versions = queries.versions_of(keys)
    found = {}
    for key, record in sorted(queries.filings_of(keys).items()):
        report = _latest(_shown_at(record.url, versions.get(key, ())))
        if report is not None:
            found[key] = report
    return found


def _merged(known: Mapping[str, Any], outcome: Outcome) -> dict[str, list[str]]:
    """What the rules said of a report when it was read, and what they say now, in the registry's order."""
    verdicts = {rule: verdict for verdict, rules in known.items() for rule in rules}
    verdicts |= {rule: verdict.value for rule, verdict in outcome.verdicts.items()}
    return {
        verdict.value: [rule for rule in RULES if verdicts.get(rule) == verdict.value] for verdict in Verdict
    }


class _Copies:
    """Which bodies of a province have much the same own prose, year by year."""

    def __init__(self, queries: Queries, province: str, policy: Policy) -> None:
        self._queries, self._province = queries, province
        self._threshold = policy.limit(COPIES, "similarity")
        self._off = policy.rulings[COPIES].off
        self._found: dict[int, dict[str, dict[str, float]]] = {}

    def touched(self, year: int, fresh: Collection[str]) -> set[OrganYear]:
        """Who has to be told of the bodies in `fresh`, or may have to be told no longer."""
        near = {other for organ in fresh for other in self._near(year).get(organ, ())}
        told = self._queries.findings(province=self._province, year=year, rule=COPIES)
        return {(organ, year) for organ in (*near, *(finding.organ for finding in told))}

    def of(self, key: OrganYear, report: Report) -> Iterator[Lookalike]:
        """The bodies whose prose is like that of `report`, the most similar first."""
        organ, year = key
        near = self._near(year).get(organ, {})
        candidates = sorted(near, key=lambda other: (-near[other], other))[:_CANDIDATES]
        others = _read(self._queries, {(other, year) for other in candidates})
        mine = own_prose(report)
        alike = {other: similarity(mine, own_prose(text)) for (other, _), text in others.items()}
        near_enough = [other for other in alike if alike[other] >= self._threshold]
        near_enough.sort(key=lambda other: (-alike[other], other))
        for place, other in enumerate(near_enough):
            text = others[other, year]
            names = [name for name in (organ, report.organ, other, text.organ) if name]
            shared = (
                passages(printed_prose(report), printed_prose(text), names=names)
                if place < _SIDE_BY_SIDE
                else ()
            )
            yield Lookalike(other, alike[other], shared)

    def _near(self, year: int) -> Mapping[str, Mapping[str, float]]:
        """Of each body the others that seem similar, and how much so; nobody where the rule is off."""
        if self._off:
            return {}
        if year not in self._found:
            found = self._found[year] = {}
            signed = self._queries.signatures(self._province, year)
            for one, other, estimate in similar_pairs(signed.items(), self._threshold):
                found.setdefault(one, {})[other] = estimate
                found.setdefault(other, {})[one] = estimate
        return self._found[year]


class Renamed:
    """Under which name a body reported the year before, as far as the roster says so.

    A body that took in others has no one report of the year before: what it had and what they had would have
    to be added up.
    """

    def __init__(self, organs: Sequence[OrganRecord]) -> None:
        self._organs = {organ.name: organ for organ in organs}
        self._ended: dict[tuple[str, int], list[str]] = {}  # successor and last year: who ended then
        for organ in organs:
            if organ.successor is not None and organ.until is not None:
                self._ended.setdefault((organ.successor, organ.until), []).append(organ.name)

    def before(self, organ: str, year: int) -> OrganYear | None:
        """Whose report of the year before is last year's; None where there is none, or no single one."""
        ended = self._ended.get((organ, year - 1), ())
        if not ended:
            return organ, year - 1
        known = self._organs.get(organ)
        began = known is not None and known.since == year
        return (ended[0], year - 1) if began and len(ended) == 1 else None

    def names_after(self, organ: str, year: int) -> Iterator[str]:
        """The body that goes on after this one has ended with `year`."""
        known = self._organs.get(organ)
        if known is not None and known.until == year and known.successor is not None:
            yield known.successor


class Families:
    """Which bodies stand directly below which government, by the codes of their places (GB/T 2260)."""

    def __init__(self, organs: Sequence[OrganRecord]) -> None:
        self._organs = {organ.name: organ for organ in organs if organ.code is not None}
        self._governments: dict[str, list[str]] = {}  # of each place
        self._below: dict[str, list[str]] = {}  # of each place: its own bodies, governments one level down
        for organ in self._organs.values():
            if organ.kind == Kind.GOVERNMENT:
                self._governments.setdefault(_place(organ), []).append(organ.name)
            above = self._above(organ)
            if above is not None:
                self._below.setdefault(above, []).append(organ.name)

    def children(self, organ: str) -> Sequence[str]:
        """The bodies directly below a government; none for any other body."""
        known = self._organs.get(organ)
        if known is None or known.kind != Kind.GOVERNMENT:
            return ()
        return self._below.get(_place(known), ())

    def parents(self, organ: str) -> Sequence[str]:
        """The governments that a body stands directly below."""
        known = self._organs.get(organ)
        above = None if known is None else self._above(known)
        return () if above is None else self._governments.get(above, ())

    @staticmethod
    def _above(organ: OrganRecord) -> str | None:
        """The place whose government a body stands below: its own one, for a government the next larger."""
        place = _place(organ)
        if organ.kind != Kind.GOVERNMENT:
            return place
        for kept in (4, 2):
            larger = place[:kept].ljust(6, "0")
            if larger != place:
                return larger
        return None


def _place(organ: OrganRecord) -> str:
    return (organ.code or "")[:6]
