"""The obligation matrix: body and report year to what is known of its duty. Pure over storage's records.

Absence needs proof: a report is `missing` only after enough clean visits of its portal, on different days,
all after the due date, none of which showed it.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from types import MappingProxyType

from crawler.clock import local
from crawler.console import clean
from crawler.report.deadlines import Deadline
from crawler.report.model import Bilingual, Kind
from crawler.succession import Successions, exclusion, under_former_name
from crawler.validator.absence import filing_missing, filing_unreachable, missing, unreachable
from crawler.validator.finding import Verdict, fingerprint
from crawler.validator.policy import Policy
from crawler.validator.rule import Rule, Statement
from storage.records import (
    Filing,
    FindingRecord,
    ObligationRecord,
    ObligationStatus,
    OrganRecord,
    Origin,
    PageRecord,
    ReportRecord,
    VisitRecord,
)

LATE_RULE = "filing-late"

_STATED = frozenset({"meta", "label", "data", "flag"})
"""Sources of a publication date that the publisher states; any other date proves nothing."""

_NO_REASON = Bilingual("", "")
_MAX_NAME = 100
_MAX_URL = 500
"""Characters of a page's own words and address that a reason quotes."""


_DAYS_TOLD = 6
"""Days of visits that a remark lists."""

_Held = Filing | ReportRecord
"""A report on record, with what it holds or without."""


@dataclass(frozen=True, slots=True)
class Assessment:
    """All duties of one province, and the findings that absences make."""

    obligations: tuple[ObligationRecord, ...]
    findings: tuple[FindingRecord, ...]


def assess(
    organs: Sequence[OrganRecord],
    reports: Collection[_Held],
    visits: Iterable[VisitRecord],
    doubts: Doubts,
    policy: Policy,
    stated: Mapping[tuple[str, int], Mapping[str, date]] = MappingProxyType({}),
    *,
    years: range,
    today: date,
    clean_visits: int,
) -> Assessment:
    """Assess every body of `organs` for every report year of `years`. `today` is China's day.

    `stated` are the dates that its addresses state where a report has several: the first of them counts.
    """
    held = {(report.organ, report.year): report for report in reports}
    by_portal: dict[str, list[VisitRecord]] = {}
    for visit in visits:
        by_portal.setdefault(visit.portal, []).append(visit)

    obligations: list[ObligationRecord] = []
    findings: list[FindingRecord] = []
    for organ in organs:
        for year in years:
            if (organ.since is not None and year < organ.since) or (
                organ.until is not None and year > organ.until
            ):
                continue
            due = policy.deadlines.due(Kind(organ.kind), year, organ.code)
            report = held.get((organ.name, year))
            excluded = exclusion(organ, year)
            if excluded is not None:
                obligations.append(_excluded(organ, year, due.day, report, excluded))
                continue
            if report is not None:
                government = policy.deadlines.due(Kind.GOVERNMENT, year)
                notice = policy.deadlines.earlier(Kind(organ.kind), year, organ.code)
                dates = stated.get((organ.name, year), {}).values()
                local_day = None if notice is None else notice.day
                duty = _held(organ, year, due.day, government.day, local_day, report, dates)
                unseen = _unseen_since(duty.published, report, by_portal.get(report.portal, ()), policy)
                obligations.append(_remarked(duty, organ, report, unseen))
                continue
            obligation = _absent(
                organ,
                year,
                due,
                by_portal.get(organ.portal, []),
                doubts.of(organ, year),
                today,
                clean_visits,
            )
            obligations.append(obligation)
            findings.extend(_findings(organ, obligation, due, clean_visits, policy))
    return Assessment(tuple(obligations), tuple(findings))


class Doubts:
    """Why a body's report may be there although none is on record: pages that could not be read, and reports
    under names that the roster lacks.
    """

    def __init__(
        self,
        organs: Iterable[OrganRecord],
        reports: Iterable[_Held],
        problems: Iterable[PageRecord],
    ) -> None:
        known = tuple(organs)
        names = {organ.name: _names(organ) for organ in known}
        self._named = {name for own in names.values() for name in own}
        held: dict[tuple[str, int], _Held] = {}
        self._strangers: dict[str, list[_Held]] = {}
        for report in reports:
            held[report.organ, report.year] = report
            if report.organ not in names:
                self._strangers.setdefault(report.portal, []).append(report)
        self._successions = Successions(known, held)
        self._unread: dict[str, list[PageRecord]] = {}
        for page in problems:
            self._unread.setdefault(page.portal, []).append(page)

    def of(self, organ: OrganRecord, year: int) -> Bilingual | None:
        """Why the report of `organ` for `year` may be there; None where nothing speaks for it."""
        return (
            _unread(self._unread.get(organ.portal, ()), organ, year, self._named)
            or _other_name(self._strangers.get(organ.portal, ()), organ, year)
            or self._successions.doubt(organ, year)
        )


def _held(
    organ: OrganRecord,
    year: int,
    due: date,
    governments: date,
    local_day: date | None,
    report: _Held,
    stated: Collection[date],
) -> ObligationRecord:
    """What filing-late says of the report, as a state.

    `governments` is the day of the government's own report, which an office may publish; `local_day` an
    earlier one of a local notice, which makes nobody late.
    """
    days = set(stated)
    if report.published is not None and report.published_from in _STATED:
        days.add(report.published)
    published = min(days, default=report.published)
    days_late: int | None = None
    reason = _NO_REASON
    seen_by = None if report.first_seen is None else local(report.first_seen).date()
    if seen_by is not None and seen_by <= due:
        # we saw it in time, whatever the page says, leaves out or was re-dated to
        status = ObligationStatus.ON_TIME
        days_late = 0
    elif published is not None and days:
        counted = published if seen_by is None else min(published, seen_by)
        is_office = organ.kind == Kind.GOVERNMENT_OFFICE
        doubted = LATE_RULE in report.rules.get(Verdict.UNCERTAIN, ())
        if is_office and due < counted <= governments:
            status = ObligationStatus.NOT_ASSESSABLE
            reason = Bilingual("可能为政府本级报告", "may be the government's own report")
        elif doubted and (counted > due or _own_date_is_doubted(report, local_day)):
            status = ObligationStatus.NOT_ASSESSABLE
            reason = Bilingual(
                "页面所载日期或年度互相矛盾", "the dates or years that the page states contradict each other"
            )
        else:
            status = ObligationStatus.LATE if counted > due else ObligationStatus.ON_TIME
            due = governments if is_office and counted > due else due
            days_late = max(0, (counted - due).days)
    else:
        status = ObligationStatus.NOT_ASSESSABLE
        reason = Bilingual("页面未载明发布日期", "the page states no publication date")
    return ObligationRecord(
        organ=organ.name,
        organ_kind=organ.kind,
        province=organ.province,
        year=year,
        due=due,
        status=status,
        published=published,
        first_seen=report.first_seen,
        days_late=days_late,
        url=report.url,
        reason_zh=reason.zh,
        reason_en=reason.en,
    )


def _excluded(
    organ: OrganRecord, year: int, due: date, report: _Held | None, reason: str
) -> ObligationRecord:
    """A body that owes no report of its own; one that it has published all the same is told, not judged."""
    return ObligationRecord(
        organ=organ.name,
        organ_kind=organ.kind,
        province=organ.province,
        year=year,
        due=due,
        status=ObligationStatus.EXCLUDED,
        published=None if report is None else report.published,
        first_seen=None if report is None else report.first_seen,
        url=None if report is None else report.url,
        reason_zh=reason,
        reason_en=reason,
    )


def _remarked(
    duty: ObligationRecord, organ: OrganRecord, report: _Held, unseen: Sequence[datetime]
) -> ObligationRecord:
    """The duty with what else there is to say of its report, which changes nothing of how it stands."""
    remarks = [Bilingual(duty.reason_zh, duty.reason_en)]
    former = under_former_name(organ, duty.year, report.title)
    if former is not None:
        remarks.append(former)
    published = duty.published
    if duty.status is ObligationStatus.ON_TIME and report.published_from in _STATED and unseen:
        days = [f"{local(moment):%Y-%m-%d}" for moment in unseen]
        more = len(days) > _DAYS_TOLD
        told = [*days[:_DAYS_TOLD], *(["…"] if more else [])]
        remarks.append(
            Bilingual(
                f"页面标注{published}发布，此后{len(days)}天完整查看栏目时未见到（{'、'.join(told)}）；仅作说明",
                f"its page says {published}; complete visits on {len(days)} later days did not show it "
                f"({', '.join(told)}); told, not judged",
            )
        )
    said = [remark for remark in remarks if remark.zh]
    return replace(
        duty, reason_zh="；".join(one.zh for one in said), reason_en="; ".join(one.en for one in said)
    )


def _unseen_since(
    published: date | None, report: _Held, visits: Sequence[VisitRecord], policy: Policy
) -> list[datetime]:
    """Visits that did not see a report said to be published on that day, as filing-date-unseen counts."""
    if published is None:
        return []
    begin = published + timedelta(days=policy.limit("filing-date-unseen", "grace_days"))
    return [moment for moment in unseen_visits(report, visits) if local(moment).date() > begin]


def unseen_visits(
    report: Filing | ReportRecord, visits: Sequence[VisitRecord], page: PageRecord | None = None
) -> tuple[datetime, ...]:
    """Clean visits before the first sight of a report that walked the same lists to their ends, the first of
    each day: one that stopped where nothing was new may not have reached its page. `visits` are those of its
    portal, oldest first.
    """
    moments = [report.first_seen, None if page is None else page.first_seen]
    known = [moment for moment in moments if moment is not None]
    if not known:
        return ()
    first = min(known)
    walked = [
        visit
        for visit in visits
        if visit.clean and visit.whole and (visit.years is None or report.year in visit.years)
    ]
    during = (visit for visit in visits if visit.started <= first <= visit.ended)
    # a crawl that was killed recorded no visit: the next one that walked everything knows the lists
    after = (visit for visit in walked if visit.started > first)
    finding = next(itertools.chain(during, after), None)
    if finding is None:
        return ()
    return _one_a_day(
        visit.started for visit in walked if visit.ended < first and set(finding.lists) <= set(visit.lists)
    )


def _own_date_is_doubted(report: _Held, local_day: date | None) -> bool:
    """Whether the doubt of filing-late concerns the date itself, and not a local day that was missed."""
    if report.published is None or report.published_from not in _STATED:
        return False
    return local_day is None or report.published <= local_day


def _absent(
    organ: OrganRecord,
    year: int,
    due: Deadline,
    visits: Sequence[VisitRecord],
    doubt: Bilingual | None,
    today: date,
    clean_visits: int,
) -> ObligationRecord:
    after_due = [
        visit
        for visit in visits
        if local(visit.started).date() > due.day and (visit.years is None or year in visit.years)
    ]
    proof = proof_of_absence(visits, due.day, year)
    reason = _NO_REASON
    if today <= due.day:
        status = ObligationStatus.NOT_DUE
    elif doubt is not None:
        status, reason = ObligationStatus.NOT_ASSESSABLE, doubt
    elif len(proof) >= clean_visits:
        status = ObligationStatus.MISSING
    elif after_due and not after_due[-1].clean:
        last = after_due[-1]
        status, reason = ObligationStatus.UNREACHABLE, Bilingual(last.reason_zh, last.reason_en)
    else:
        status = ObligationStatus.NOT_ASSESSABLE
        reason = Bilingual(
            f"到期后完整访问{len(proof)}次，需{clean_visits}次",
            f"{len(proof)} of {clean_visits} clean visits after the due date",
        )
    return ObligationRecord(
        organ=organ.name,
        organ_kind=organ.kind,
        province=organ.province,
        year=year,
        due=due.day,
        status=status,
        visits=proof,
        reason_zh=reason.zh,
        reason_en=reason.en,
    )


def proof_of_absence(visits: Iterable[VisitRecord], due: date, year: int) -> tuple[datetime, ...]:
    """The clean visits after the due date that walked the lists of `year` to their ends, one a day."""
    return _one_a_day(
        visit.started
        for visit in visits
        if visit.clean
        and visit.whole
        and local(visit.started).date() > due
        and (visit.years is None or year in visit.years)
    )


def unproven(
    organs: Iterable[OrganRecord],
    held: Mapping[str, Collection[int]],
    visits: Iterable[VisitRecord],
    policy: Policy,
    *,
    years: range,
    today: date,
    clean_visits: int,
) -> set[str]:
    """Portals of bodies whose report is due and not on record, and not yet proved to be missing.

    `held` are the years of the reports on record, by body.
    """
    by_portal: dict[str, list[VisitRecord]] = {}
    for visit in visits:
        by_portal.setdefault(visit.portal, []).append(visit)
    return {
        organ.portal
        for organ in organs
        for year in years
        if (organ.since is None or year >= organ.since)
        and (organ.until is None or year <= organ.until)
        and exclusion(organ, year) is None
        and year not in held.get(organ.name, ())
        and (due := policy.deadlines.due(Kind(organ.kind), year, organ.code).day) < today
        and len(proof_of_absence(by_portal.get(organ.portal, ()), due, year)) < clean_visits
    }


def _one_a_day(moments: Iterable[datetime]) -> tuple[datetime, ...]:
    """The first moment of each day in China, in order."""
    first: dict[date, datetime] = {}
    for moment in sorted(moments):
        first.setdefault(local(moment).date(), moment)
    return tuple(first.values())


def _names(organ: OrganRecord) -> tuple[str, ...]:
    names = (organ.name, *organ.aliases, *(former.name for former in organ.former))
    return tuple("".join(name.split()) for name in names)


def _unread(pages: Sequence[PageRecord], organ: OrganRecord, year: int, named: set[str]) -> Bilingual | None:
    """Why an unreadable page may hold this body's report for `year`; None where none may.

    A page whose listed title names no body of the roster may be anybody's; so may a report that was not read
    because it stands below another one on the same page.
    """
    for page in pages:
        title = "" if page.organ is not None else "".join(page.listed_title.split())
        years = set(re.findall(r"(?:19|20)\d\d", title))
        if years and str(year) not in years:
            continue
        if any(name in title for name in _names(organ)) or not any(name in title for name in named):
            url = clean(page.url)[:_MAX_URL]
            return Bilingual(
                f"报告可能在未能读取的页面：{url}",
                f"a page that may hold the report could not be read: {url}",
            )
    return None


def _other_name(strangers: Sequence[_Held], organ: OrganRecord, year: int) -> Bilingual | None:
    """Why a report under a name that the roster lacks may be this body's; None where none may.

    Short names drop characters and keep their order (卫健委 for 卫生健康委员会), so one name is looked for
    as a subsequence of the other.
    """
    for report in strangers:
        printed = "".join(report.organ.split())
        if report.year == year and any(
            _is_subsequence(printed, name) or _is_subsequence(name, printed) for name in _names(organ)
        ):
            name, url = clean(report.organ)[:_MAX_NAME], clean(report.url)[:_MAX_URL]
            return Bilingual(
                f"以“{name}”名义发布的报告可能属于该单位：{url}",
                f"a report under the name {name} may be this body's: {url}",
            )
    return None


def _is_subsequence(short: str, long: str) -> bool:
    rest = iter(long)
    return all(character in rest for character in short)


def _findings(
    organ: OrganRecord, duty: ObligationRecord, due: Deadline, clean_visits: int, policy: Policy
) -> Iterator[FindingRecord]:
    """What the absence of a report makes: it is missing, or whether it is cannot be told."""
    if duty.status is ObligationStatus.MISSING:
        # only the visits that proved it are told: later ones must not make it look changed every night
        days = [local(moment).date() for moment in duty.visits[:clean_visits]]
        rule, said = filing_missing, missing(organ.name, duty.year, due, days)
    elif duty.status is ObligationStatus.UNREACHABLE:
        reason = Bilingual(duty.reason_zh, duty.reason_en)
        rule, said = filing_unreachable, unreachable(organ.name, duty.year, due, reason)
    else:
        return
    if _applies(policy, rule, duty.year):
        yield _finding(organ, duty, rule, said, policy)


def _finding(
    organ: OrganRecord, duty: ObligationRecord, rule: Rule, said: Statement, policy: Policy
) -> FindingRecord:
    basis = said.basis or rule.basis
    return FindingRecord(
        fingerprint=fingerprint(organ.name, duty.year, rule.id, said.where),
        organ=organ.name,
        year=duty.year,
        rule=rule.id,
        severity=policy.severity(rule.id, said.case, Kind(organ.kind), duty.year),
        verdict=said.verdict,
        fault=said.fault,
        where=said.where,
        message_zh=said.message.zh,
        message_en=said.message.en,
        basis_zh=basis.zh,
        basis_en=basis.en,
        province=organ.province,
        portal=organ.portal,
        url="",
        archived=None,
        stated_by=Origin.DUTY,
    )


def _applies(policy: Policy, rule: Rule, year: int) -> bool:
    ruling = policy.rulings[rule.id]
    return not ruling.off and (ruling.years is None or year in ruling.years)
