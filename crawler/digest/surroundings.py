"""What a digest says besides the changes: duties, what stands open and stood before, portals not visited.

It is read once for all readers of one moment; a reader of single bodies or rules, or with mutes, costs a few
statements more, which read no more than the scope or the mutes name.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cache, cached_property
from typing import NamedTuple

from sqlalchemy import Engine

from crawler import clock
from crawler.digest.contents import Standing, Trend
from crawler.digest.due import TOLD, Deadline, Duties, Owed, coverage
from crawler.digest.scope import Scope
from crawler.validator.finding import CULPRIT, SEVERITY_NAMES, Fault, Verdict, gravity
from storage.queries import Queries
from storage.records import Coverage, FindingRecord, ObligationStatus, VisitRecord
from storage.severities import folded
from storage.standing import Counted
from storage.standing import Standing as StandingReads

POINTS = 8
"""Weeks, or days where there are no weeks yet, of which it is told what stood open."""
_WEEK = timedelta(days=7)
_LOOKED_BACK = POINTS * _WEEK + timedelta(days=8)
"""A week more: out of season a province is visited once in it."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """All that a digest says besides the changes, of one reader's scope."""

    duties: Mapping[str, Duties] = field(default_factory=dict)  # by province
    open_by_severity: Mapping[str, int] = field(default_factory=dict)
    known: int = 0  # open, but the reader knows of it or has muted it
    trend: Trend = field(default_factory=Trend)
    unclean: tuple[VisitRecord, ...] = ()
    provinces: Mapping[str, str] = field(default_factory=dict)  # key of the file -> name for people
    portals: Mapping[str, str] = field(default_factory=dict)

    def number(self, status: ObligationStatus) -> int:
        """How many duties stand so."""
        return sum(duties.get(status, 0) for duties in self.duties.values())

    @property
    def coverage(self) -> Coverage:
        """Of how many duties that are due it is known how they were kept."""
        covered = [coverage(duties) for duties in self.duties.values()]
        return Coverage(sum(one.assessed for one in covered), sum(one.total for one in covered))


class Circumstances:
    """The surroundings of every digest of one moment."""

    def __init__(self, engine: Engine, now: datetime, provinces: Mapping[str, str]) -> None:
        self._queries = Queries(engine)
        self._reads = StandingReads(engine, fault=Fault.PUBLISHER, verdict=Verdict.FAIL)
        self._now = now
        self._names = provinces
        self._run_of = cache(self._reads.run_of)

    def of(self, scope: Scope | None, told_until: int = 0) -> Surroundings:
        """Those of a reader with this scope, who was last told the change `told_until`."""
        scope = Scope() if scope is None else scope
        whole, counted = self._open(scope)
        narrow = bool(scope.organs or scope.rules)
        return Surroundings(
            duties=self._duties(scope),
            open_by_severity=counted,
            known=sum(whole.values()) - sum(counted.values()),
            trend=Trend() if narrow else self._trend(scope, whole, told_until),
            unclean=self._unclean(scope),
            provinces=self._names,
            portals=self._portal_names,
        )

    def owed(self, scope: Scope | None, deadline: Deadline) -> Owed:
        """What the bodies of a reader with this scope owed by a due date."""
        scope = Scope() if scope is None else scope
        before = deadline.a_year_before
        return Owed(
            deadline,
            self._due(deadline, scope.provinces, scope.organs),
            self._reads.duties_between(
                deadline.since, deadline.until, TOLD, provinces=scope.provinces, organs=scope.organs
            ),
            self._due(before, scope.provinces, scope.organs),
        )

    # --- duties and portals

    def _due(
        self, deadline: Deadline, provinces: frozenset[str], organs: frozenset[str]
    ) -> dict[str, Counter[ObligationStatus]]:
        return self._reads.due_between(deadline.since, deadline.until, provinces=provinces, organs=organs)

    @cached_property
    def _all_duties(self) -> dict[str, Counter[ObligationStatus]]:
        found: dict[str, Counter[ObligationStatus]] = {}
        for (province, _, status), number in self._queries.duty_counts().items():
            found.setdefault(province, Counter())[status] += number
        return found

    def _duties(self, scope: Scope) -> dict[str, Duties]:
        if not scope.organs:
            return {key: duties for key, duties in self._all_duties.items() if _holds(scope.provinces, key)}
        found: dict[str, Counter[ObligationStatus]] = {}
        for duty in self._reads.duties(provinces=scope.provinces, organs=scope.organs):
            found.setdefault(duty.province, Counter())[duty.status] += 1
        return dict(found)

    @cached_property
    def _portals(self) -> dict[str, tuple[str, str]]:
        return {portal.id: (portal.province, portal.name) for portal in self._queries.portals()}

    @cached_property
    def _portal_names(self) -> dict[str, str]:
        return {portal: name for portal, (_, name) in self._portals.items()}

    @cached_property
    def _all_unclean(self) -> tuple[VisitRecord, ...]:
        return tuple(self._queries.last_visits(clean=False))

    def _unclean(self, scope: Scope) -> tuple[VisitRecord, ...]:
        """Portals of the scope whose last visit was not clean."""
        if not self._all_unclean:
            return ()
        owing = self._reads.portals_of(scope.organs) if scope.organs else frozenset()
        return tuple(
            visit
            for visit in self._all_unclean
            if _holds(scope.provinces, self._portals[visit.portal][0])
            and (not scope.organs or visit.portal in owing)
        )

    # --- what stands open

    @cached_property
    def _all_open(self) -> dict[str, Counter[str]]:
        return self._reads.counts()

    def standing(self, scope: Scope | None, most: int) -> list[FindingRecord]:
        """The findings that stand in the scope, worst first, at most so many and one."""
        scope = Scope() if scope is None else scope
        rules = {*scope.rules, CULPRIT} if scope.rules else ()
        rows = self._reads.findings(
            provinces=scope.provinces, organs=scope.organs, rules=rules, limit=most + 1
        )
        return _with_causes(rows, scope.counts_open)

    def _open(self, scope: Scope) -> tuple[dict[str, int], dict[str, int]]:
        """What stands of the scope by severity, and that less what the reader knows of or has muted."""
        if scope.organs or scope.rules:
            # what one cause explains is told beneath it, whichever rule found it
            rules = {*scope.rules, CULPRIT} if scope.rules else ()
            rows = self._reads.findings(provinces=scope.provinces, organs=scope.organs, rules=rules)
            return _ordered(_count(rows, scope.within)), _ordered(_count(rows, scope.counts_open))
        whole: Counter[str] = Counter()
        for province, counts in self._all_open.items():
            if _holds(scope.provinces, province):
                whole.update({name: number for name, number in counts.items() if _grave(scope, name)})
        beside = self._muted(scope)
        counted = whole.copy()
        counted.subtract(_count(beside, scope.within))
        counted.update(_count(beside, scope.counts_open))
        return _ordered(whole), _ordered(counted)

    def _muted(self, scope: Scope) -> list[FindingRecord]:
        """Everything in reports that mutes of this reader concern."""
        if not scope.muted and not scope.acknowledged:
            return []
        single = {mute.fingerprint for mute in scope.muted if mute.fingerprint is not None}
        alone = [mute for mute in scope.muted if mute.fingerprint is None]
        return self._reads.beside(
            fingerprints=single | set(scope.acknowledged),
            organs={mute.organ for mute in alone if mute.organ is not None},
            rules={mute.rule for mute in alone if mute.organ is None and mute.rule is not None},
        )

    # --- what stood open before

    @cached_property
    def _history(self) -> dict[str, _Course]:
        found: dict[str, list[Counted]] = {}
        for counted in self._reads.counted(self._now - _LOOKED_BACK):
            found.setdefault(counted.province, []).append(counted)
        return {province: _Course.of(ends) for province, ends in found.items()}

    def _trend(self, scope: Scope, now: Mapping[str, int], told_until: int) -> Trend:
        today = Standing(clock.local(self._now).date(), tuple(now.items()))
        run = self._run_of(told_until) if told_until else None
        weeks = self._course(scope, _WEEK)
        course = weeks if len(weeks) > 1 else self._course(scope, timedelta(days=1))
        return Trend(
            last=None if run is None else self._stood(scope, None, run),
            week=self._stood(scope, self._now - _WEEK, None),
            course=(*reversed(course), today) if course else (),
        )

    def _course(self, scope: Scope, step: timedelta) -> list[Standing]:
        """What stood one step ago, two steps ago, as far back as that is on record, latest first."""
        found = []
        for back in range(1, POINTS):
            stood = self._stood(scope, self._now - back * step, None)
            if stood is None:
                break
            found.append(stood)
        return found

    def _stood(self, scope: Scope, moment: datetime | None, run: int | None) -> Standing | None:
        """What stood then in the provinces of the scope; None where that is not on record of one of them."""
        known = self._history.keys() | self._all_open.keys()
        asked = {name for name in known if _holds(scope.provinces, name)}
        total: Counter[str] = Counter()
        latest: date | None = None
        for province in asked:
            course = self._history.get(province)
            counted = None if course is None else course.until(moment, run)
            if counted is None or counted.open is None:
                return None
            total.update({name: number for name, number in counted.open.items() if _grave(scope, name)})
            ended = clock.local(counted.at).date()
            latest = ended if latest is None else max(latest, ended)
        if latest is None:
            return None
        day = latest if moment is None else clock.local(moment).date()
        return Standing(day, tuple(_ordered(total).items()))


class _Course(NamedTuple):
    """The ends of a province's runs, oldest first."""

    moments: tuple[datetime, ...]
    runs: tuple[int, ...]
    ends: tuple[Counted, ...]

    @classmethod
    def of(cls, ends: Iterable[Counted]) -> _Course:
        given = tuple(ends)
        return cls(tuple(end.at for end in given), tuple(sorted(end.run for end in given)), given)

    def until(self, moment: datetime | None, run: int | None) -> Counted | None:
        """The last end until then, or of the runs until that one."""
        if moment is not None:
            place = bisect_right(self.moments, moment)
            return self.ends[place - 1] if place else None
        found = [end for end in self.ends if run is not None and end.run <= run]
        return found[-1] if found else None


def _count(rows: Iterable[FindingRecord], passes: Callable[[FindingRecord], bool]) -> Counter[str]:
    """How many of these count, by severity; what one cause explains counts with it, as one."""
    counted = _with_causes(rows, passes)
    return Counter(folded((row.fingerprint, row.group, row.severity) for row in counted).values())


def _with_causes(
    rows: Iterable[FindingRecord], passes: Callable[[FindingRecord], bool]
) -> list[FindingRecord]:
    """Those that pass, and the causes of any that does, in their order."""
    given = [(row, passes(row)) for row in rows]
    causes = {row.group for row, passed in given if passed}
    return [row for row, passed in given if passed or row.fingerprint in causes]


def _holds(names: frozenset[str], name: str) -> bool:
    return not names or name in names


def _grave(scope: Scope, severity: str) -> bool:
    return gravity(severity) <= gravity(scope.severity)


def _ordered(counts: Mapping[str, int]) -> dict[str, int]:
    """Worst first; what there is none of is left out."""
    return {name: counts[name] for name in SEVERITY_NAMES if counts.get(name)}
