"""The obligation matrix: body and report year to what is known of its duty. Pure over storage's records.

Absence needs proof: a report is `missing` only after enough clean visits of its portal, on different days,
all after the due date, none of which showed it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from crawler.clock import local
from crawler.console import clean
from crawler.report.deadlines import Deadline, deadline
from crawler.report.model import Bilingual, Kind
from crawler.validator.finding import Fault, Severity, Verdict, fingerprint
from storage.records import (
    FindingRecord,
    ObligationRecord,
    ObligationStatus,
    OrganRecord,
    Origin,
    PageRecord,
    ReportRecord,
    VisitRecord,
)

MISSING_RULE = "filing-missing"
LATE_RULE = "filing-late"

_STATED = frozenset({"meta", "label", "data", "flag"})
"""Sources of a publication date that the publisher states; any other date proves nothing."""

_NO_REASON = Bilingual("", "")
_MAX_NAME = 100
_MAX_URL = 500
"""Characters of a page's own words and address that a reason quotes."""


@dataclass(frozen=True, slots=True)
class Assessment:
    """All duties of one province, and the findings that absences make."""

    obligations: tuple[ObligationRecord, ...]
    findings: tuple[FindingRecord, ...]


def assess(
    organs: Sequence[OrganRecord],
    reports: Iterable[ReportRecord],
    visits: Iterable[VisitRecord],
    problems: Iterable[PageRecord],
    *,
    years: range,
    today: date,
    clean_visits: int,
) -> Assessment:
    """Assess every body of `organs` for every report year of `years`.

    `problems` are pages that could not be read; one that may hold the report keeps it from being called
    missing. `today` is China's day.
    """
    held = {(report.organ, report.year): report for report in reports}
    roster = {organ.name for organ in organs}
    strangers: dict[str, list[ReportRecord]] = {}
    for stranger in held.values():
        if stranger.organ not in roster:
            strangers.setdefault(stranger.portal, []).append(stranger)
    named = {name for organ in organs for name in _names(organ)}
    by_portal: dict[str, list[VisitRecord]] = {}
    for visit in visits:
        by_portal.setdefault(visit.portal, []).append(visit)
    unread: dict[str, list[PageRecord]] = {}
    for page in problems:
        unread.setdefault(page.portal, []).append(page)

    obligations: list[ObligationRecord] = []
    findings: list[FindingRecord] = []
    for organ in organs:
        for year in years:
            if (organ.since is not None and year < organ.since) or (
                organ.until is not None and year > organ.until
            ):
                continue
            due = deadline(Kind(organ.kind), year)
            report = held.get((organ.name, year))
            if report is not None:
                obligations.append(_held(organ, year, due, report))
                continue
            doubt = _unread(unread.get(organ.portal, []), organ, year, named) or _other_name(
                strangers.get(organ.portal, []), organ, year
            )
            obligation = _absent(
                organ, year, due, by_portal.get(organ.portal, []), doubt, today, clean_visits
            )
            obligations.append(obligation)
            if obligation.status is ObligationStatus.MISSING:
                findings.append(_missing(organ, obligation, due, obligation.visits[:clean_visits]))
    return Assessment(tuple(obligations), tuple(findings))


def _held(organ: OrganRecord, year: int, due: Deadline, report: ReportRecord) -> ObligationRecord:
    published = report.published
    days_late: int | None = None
    reason = _NO_REASON
    seen_by = None if report.first_seen is None else local(report.first_seen).date()
    if seen_by is not None and seen_by <= due.day:
        # we saw it in time, whatever the page says, leaves out or was re-dated to
        status = ObligationStatus.ON_TIME
        days_late = 0
    elif published is not None and report.published_from in _STATED:
        status = ObligationStatus.LATE if published > due.day else ObligationStatus.ON_TIME
        days_late = max(0, (published - due.day).days)
    else:
        status = ObligationStatus.NOT_ASSESSABLE
        reason = Bilingual("页面未载明发布日期", "the page states no publication date")
    if status is ObligationStatus.LATE and LATE_RULE in report.rules.get(Verdict.UNCERTAIN, ()):
        status, days_late = ObligationStatus.NOT_ASSESSABLE, None
        reason = Bilingual(
            "页面所载日期或年度互相矛盾", "the dates or years that the page states contradict each other"
        )
    if status is ObligationStatus.LATE and organ.kind == Kind.GOVERNMENT_OFFICE:
        government = deadline(Kind.GOVERNMENT, year)
        if published is not None and published <= government.day:
            # the office may publish the government's own report, which is due in March
            status, days_late, reason = (
                ObligationStatus.NOT_ASSESSABLE,
                None,
                Bilingual("可能为政府本级报告", "may be the government's own report"),
            )
    return ObligationRecord(
        organ=organ.name,
        organ_kind=organ.kind,
        province=organ.province,
        year=year,
        due=due.day,
        status=status,
        published=published,
        first_seen=report.first_seen,
        days_late=days_late,
        url=report.url,
        reason_zh=reason.zh,
        reason_en=reason.en,
    )


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
    proof = _one_a_day(visit.started for visit in after_due if visit.clean)
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


def _one_a_day(moments: Iterable[datetime]) -> tuple[datetime, ...]:
    """The first moment of each day in China, in order."""
    first: dict[date, datetime] = {}
    for moment in sorted(moments):
        first.setdefault(local(moment).date(), moment)
    return tuple(first.values())


def _names(organ: OrganRecord) -> tuple[str, ...]:
    return tuple("".join(name.split()) for name in (organ.name, *organ.aliases))


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


def _other_name(strangers: Sequence[ReportRecord], organ: OrganRecord, year: int) -> Bilingual | None:
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


_SEVERITY = {Kind.DEPARTMENT: Severity.CRITICAL, Kind.GOVERNMENT: Severity.CRITICAL}


def _missing(
    organ: OrganRecord, obligation: ObligationRecord, due: Deadline, proof: Sequence[datetime]
) -> FindingRecord:
    # only the visits that proved it are told: later ones must not make the finding look changed every night
    first, last = (f"{local(moment):%Y-%m-%d}" for moment in (proof[0], proof[-1]))
    count = len(proof)
    message = Bilingual(
        f"{organ.name}{obligation.year}年度报告应于{due.day:%Y-%m-%d}前公布；"
        f"{first}至{last}共{count}次完整查看年报栏目，均未见到",
        f"The {obligation.year} report of {organ.name} was due on {due.day}; "
        f"{count} complete visits of the column from {first} to {last} did not show it",
    )
    return FindingRecord(
        fingerprint=fingerprint(organ.name, obligation.year, MISSING_RULE, "filing"),
        organ=organ.name,
        year=obligation.year,
        rule=MISSING_RULE,
        severity=_SEVERITY.get(Kind(organ.kind), Severity.WARNING),
        verdict=Verdict.FAIL,
        fault=Fault.PUBLISHER,
        where="filing",
        message_zh=message.zh,
        message_en=message.en,
        basis_zh=due.basis.zh,
        basis_en=due.basis.en,
        province=organ.province,
        portal=organ.portal,
        url="",
        archived=None,
        stated_by=Origin.DUTY,
    )
