"""The edition after a due date: who is late, who has published nothing, of whom it is not known. Pure.

Only what is proved is held against a body: `late` where the page states a later date, `missing` where
complete visits on several days after the due date did not show the report. All others whose report was not
found are told apart from these, with the reason why nothing can be said of them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from crawler.clock import local
from crawler.digest.compose import cut, scope_told, unvisited
from crawler.digest.contents import Unvisited
from crawler.digest.due import TOLD, Deadline, Duties, Owed, coverage
from crawler.digest.links import Links
from crawler.digest.scope import Scope
from crawler.digest.surroundings import Surroundings
from crawler.report.model import Bilingual
from storage.records import Coverage, ObligationRecord, ObligationStatus

MOST_BODIES = 40
"""Bodies of one list of one province that are named; the rest is a number."""
FEWER_BODIES = (MOST_BODIES, 25, 15, 10, 6, 4, 2, 1, 0)
"""What is tried one after the other where all of them are too much for a mail."""
MOST_NAMED = 240
"""Bodies that are named in the whole mail, in the order of its lists."""


@dataclass(frozen=True, slots=True)
class Named:
    """One body of a list, and what there is to say of it."""

    organ: str
    said: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class BodyList:
    """Bodies whose duties stand alike, as far as they are named. `count` is exact."""

    title: str
    count: int
    bodies: tuple[Named, ...]

    @property
    def more(self) -> int:
        """Those that are not named."""
        return self.count - len(self.bodies)


@dataclass(frozen=True, slots=True)
class ProvinceOwed:
    """One province: its lists, and of how many of its duties it is known how they were kept."""

    name: str
    coverage: Coverage
    on_time: int
    late: int
    missing: int
    lists: tuple[BodyList, ...]
    before: str = ""  # the same a year earlier, one line


@dataclass(frozen=True, slots=True)
class DeadlineDigest:
    """The edition after a due date."""

    lang: str
    day: date
    subject: str
    deadline: Deadline
    provinces: tuple[ProvinceOwed, ...]  # those with most that is proved first
    coverage: Coverage
    on_time: int
    late: int
    missing: int
    unjudged: int
    unvisited: tuple[Unvisited, ...] = ()
    more_unvisited: int = 0
    before: str = ""
    scope: str = ""
    leave_link: str | None = None


def compose_deadline(
    owed: Owed,
    around: Surroundings,
    *,
    day: date,
    lang: str = "zh",
    scope: Scope | None = None,
    links: Links | None = None,
) -> DeadlineDigest | None:
    """The edition of what was owed; None where nothing in the scope was."""
    counts = {province: duties for province, duties in owed.counts.items() if coverage(duties).total}
    if not counts:
        return None
    told: dict[str, list[ObligationRecord]] = {}
    for duty in owed.told:
        if scope is None or scope.about(duty.province, duty.organ):
            told.setdefault(duty.province, []).append(duty)
    provinces = tuple(
        _province(around.provinces.get(key, key), duties, told.get(key, ()), owed.before.get(key, {}), lang)
        for key, duties in sorted(counts.items(), key=_most_proved)
    )
    total = _sum(counts)
    known = coverage(total)
    portals, more_portals = unvisited(around, lang)
    return DeadlineDigest(
        lang=lang,
        day=day,
        subject=_subject(owed.deadline, total, lang),
        deadline=owed.deadline,
        provinces=provinces,
        coverage=known,
        on_time=_number(total, ObligationStatus.ON_TIME),
        late=_number(total, ObligationStatus.LATE),
        missing=_number(total, ObligationStatus.MISSING),
        unjudged=known.total - known.assessed,
        unvisited=portals,
        more_unvisited=more_portals,
        before=_a_year_before(_sum(owed.before), lang),
        scope=scope_told(scope, around.provinces, lang),
        leave_link=None if links is None else links.leave(),
    )


def narrowed(digest: DeadlineDigest, most: int) -> DeadlineDigest:
    """`digest` with no more than `most` bodies named in a list, and at most MOST_NAMED in all."""
    left = MOST_NAMED
    provinces = []
    for province in digest.provinces:
        lists = []
        for one in province.lists:
            shown = one.bodies[: min(most, left)]
            left -= len(shown)
            lists.append(replace(one, bodies=shown))
        provinces.append(replace(province, lists=tuple(lists)))
    return replace(digest, provinces=tuple(provinces))


def _most_proved(item: tuple[str, Duties]) -> tuple[int, int, str]:
    province, duties = item
    proved = _number(duties, ObligationStatus.MISSING), _number(duties, ObligationStatus.LATE)
    return (-proved[0], -proved[1], province)


def _province(
    name: str, duties: Duties, told: Sequence[ObligationRecord], before: Duties, lang: str
) -> ProvinceOwed:
    by_status: dict[ObligationStatus, list[ObligationRecord]] = {}
    for duty in told:
        by_status.setdefault(duty.status, []).append(duty)
    lists = []
    for status in TOLD:
        of_it = sorted(by_status.get(status, ()), key=lambda duty: (-(duty.days_late or 0), duty.organ))
        number = _number(duties, status)
        if number:
            shown = tuple(_named(duty, lang) for duty in of_it[:MOST_BODIES])
            lists.append(BodyList(_TITLES[status].pick(lang), number, shown))
    return ProvinceOwed(
        name,
        coverage(duties),
        _number(duties, ObligationStatus.ON_TIME),
        _number(duties, ObligationStatus.LATE),
        _number(duties, ObligationStatus.MISSING),
        tuple(lists),
        _a_year_before(before, lang),
    )


_TITLES = {
    ObligationStatus.MISSING: Bilingual("未发布（有据可查）", "Nothing published, as visits prove"),
    ObligationStatus.LATE: Bilingual("逾期发布", "Published late"),
    ObligationStatus.UNREACHABLE: Bilingual(
        "网站无法访问，尚不能判断", "Portal not reached, cannot be judged"
    ),
    ObligationStatus.NOT_ASSESSABLE: Bilingual("依据不足，尚不能判断", "Not enough evidence to judge"),
}


def _named(duty: ObligationRecord, lang: str) -> Named:
    english = lang == "en"
    if duty.status is ObligationStatus.MISSING:
        days = [f"{local(visit):%m-%d}" for visit in duty.visits]
        said = (
            f"due {duty.due}; not seen on {len(days)} complete visits: {', '.join(days)}"
            if english
            else f"应于 {duty.due} 前发布；{len(days)} 次完整访问均未见：{'、'.join(days)}"
        )
    elif duty.status is ObligationStatus.LATE:
        said = _late(duty, english)
    else:
        reason = duty.reason_en if english else duty.reason_zh
        said = reason or ("reason unknown" if english else "原因不明")
    return Named(cut("organ", duty.organ), cut("cause", said), duty.url or "")


def _late(duty: ObligationRecord, english: bool) -> str:
    days = duty.days_late or 0
    if duty.published is None:
        return f"due {duty.due}" if english else f"应于 {duty.due} 前发布"
    if english:
        return f"due {duty.due}, published on {duty.published} as its page states, {days:,} d late"
    return f"应于 {duty.due} 前发布，页面标注 {duty.published} 发布，逾期 {days:,} 天"


def _subject(deadline: Deadline, total: Duties, lang: str) -> str:
    """What is proved after the due date, and of how many it is known."""
    known = coverage(total)
    missing, late = _number(total, ObligationStatus.MISSING), _number(total, ObligationStatus.LATE)
    judged = f"{known.assessed:,} / {known.total:,}"
    if lang == "en":
        return (
            f"Reports of {deadline.year}, {deadline.whose.en}: {missing:,} missing, {late:,} late;"
            f" {judged} judged"
        )
    proved = f"{missing:,} 单位未发布，{late:,} 单位逾期"
    return f"{deadline.year}年度报告，{deadline.whose.zh}：{proved}；已判定 {judged}"


def _a_year_before(duties: Duties, lang: str) -> str:
    """How the same duties were kept a year earlier, as it is known by now; empty where nothing is."""
    known = coverage(duties)
    if not known.assessed:
        return ""
    missing, late = _number(duties, ObligationStatus.MISSING), _number(duties, ObligationStatus.LATE)
    judged = f"{known.assessed:,} / {known.total:,}"
    if lang == "en":
        return f"A year earlier: {missing:,} missing, {late:,} late ({judged} judged)"
    return f"上一年度：未发布 {missing:,}，逾期 {late:,}（已判定 {judged}）"


def _number(duties: Duties, status: ObligationStatus) -> int:
    return duties.get(status, 0)


def _sum(counts: Mapping[str, Duties]) -> Duties:
    return {status: sum(duties.get(status, 0) for duties in counts.values()) for status in ObligationStatus}
