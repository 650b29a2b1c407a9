"""Portals that tell nothing, or far less than they did."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import takewhile
from statistics import median

from crawler.alarms.alarm import Alarm, Blame, Code, Figure
from crawler.alarms.record import ProvinceRecord
from crawler.health import Stage
from crawler.report.model import Bilingual
from storage.records import PortalRecord, VisitRecord

IN_A_ROW = 2
"""Visits in a row that show a portal silent before it is told."""
LASTING = timedelta(days=3)
"""How long a single one has to stand before it is told: portals are visited once a week out of season."""
FEW = 3
"""Portals that list fewer reports are given one visit more: one report that is moved empties their list."""
FEWER_OF = 8
"""Reports that a portal has to have listed before half of them count as a fall."""
LIKE = 5
"""Earlier clean visits that the median is of."""
MANY_TIMES = 5
"""Requests for each report, against the median of earlier visits, that count as exploded."""
MANY_REQUESTS = 200
"""Fewer requests disturb nobody and prove nothing."""

_KEPT_OUT = ("被拦截", "要求输入验证码", "仅限境内访问")
"""How the labels of answers begin that keep visitors out."""


@dataclass(frozen=True, slots=True)
class _Portal:
    """One portal and its visits, newest first; those that a crawl broke off tell nothing of it."""

    record: ProvinceRecord
    portal: PortalRecord
    visits: Sequence[VisitRecord]
    clean: Sequence[VisitRecord]

    def alarm(
        self,
        code: Code,
        bad: Sequence[VisitRecord],
        told: Bilingual,
        blame: Blame,
        figures: Mapping[str, Figure],
    ) -> Alarm:
        since = bad[-1].started
        if len(bad) == len(self.visits) and self.clean and self.clean[0].ended < since:
            since = self.clean[0].ended  # it may be longer than the visits at hand go back
        count = len(bad)
        return Alarm(
            code,
            since,
            told,
            self.record.province,
            self.portal.id,
            self.portal.name,
            self.portal.home,
            blame,
            {"visits": count, **figures},
        )

    def lasts(self, bad: Sequence[VisitRecord], least: int = IN_A_ROW) -> bool:
        """Whether what these visits show stands for long enough to be told."""
        if not bad:
            return False
        return len(bad) >= least or self.record.now - bad[-1].started >= LASTING


def silences(record: ProvinceRecord) -> list[Alarm]:
    """The portals of a province that are silent, or that cost far more requests than they did."""
    found = []
    for portal in record.portals:
        visits = told_of(record, portal)
        if visits:
            one = _Portal(record, portal, visits, record.clean.get(portal.id, ()))
            found += [alarm for alarm in (_silence(one), _exploded(one)) if alarm is not None]
    return found


def told_of(record: ProvinceRecord, portal: PortalRecord) -> list[VisitRecord]:
    """The latest visits of a portal, newest first, but for those that a crawl broke off."""
    return [visit for visit in record.recent.get(portal.id, ()) if not visit.detail.get("broken_off")]


def mute(visit: VisitRecord) -> bool:
    """Whether a visit came back with nothing at all."""
    return visit.reports == 0 and not visit.clean


def told_by(visit: VisitRecord) -> Code | None:
    """How a visit that came back with nothing did so; None for one that brought something."""
    if not mute(visit):
        return None
    if visit.requests == 0:
        return Code.NOT_VISITED
    if kept_out(visit):
        return Code.BLOCKED
    if any(_failures(visit)):
        return Code.COLUMN_GONE if _answers(visit) else Code.UNREACHABLE
    return None if visit.lists else Code.COLUMN_GONE


def kept_out(visit: VisitRecord) -> bool:
    """Whether a protection answered in the portal's stead."""
    return any(str(failure.get("zh", "")).startswith(_KEPT_OUT) for failure in _failures(visit))


def _answers(visit: VisitRecord) -> bool:
    """Whether the portal gave any page, and its home page where that was asked for."""
    states = visit.detail.get("states")
    pages = states.get("200") if isinstance(states, Mapping) else None
    return bool(pages) and all(failure.get("stage") != Stage.HOME for failure in _failures(visit))


def _failures(visit: VisitRecord) -> Iterator[Mapping[str, object]]:
    for failure in visit.detail.get("failures") or ():
        if isinstance(failure, Mapping):
            yield failure


def _silence(one: _Portal) -> Alarm | None:
    """The worst that can be told of the portal's silence, or nothing."""
    return _empty_handed(one) or _fewer_listed(one) or _never_clean(one)


_HOW = {
    Code.NOT_VISITED: (Bilingual("没有发出一个请求", "no request was sent"), Blame.OURS),
    Code.UNREACHABLE: (Bilingual("打不开网站", "the site cannot be opened"), Blame.SOURCE),
    Code.BLOCKED: (Bilingual("被网站防护拦下", "the site's protection keeps us out"), Blame.SOURCE),
    Code.COLUMN_GONE: (
        Bilingual(
            "网站有应答，但读不到年报栏目", "the site answers, and no annual-report column can be read"
        ),
        Blame.EITHER,
    ),
    Code.NONE_LISTED: (
        Bilingual("列表都在，却没有一份报告", "the lists are there and show no report"),
        Blame.EITHER,
    ),
}


def _empty_handed(one: _Portal) -> Alarm | None:
    """Visits in a row that came back without one report; how the latest did so is what is told."""
    bad = list(takewhile(lambda visit: visit.reports == 0, one.visits))
    usual = _usual(one, bad)
    if not one.lasts(bad, IN_A_ROW if usual is None or usual >= FEW else IN_A_ROW + 1):
        return None
    latest = bad[0]
    code = told_by(latest) or Code.NONE_LISTED
    how, blame = _HOW[code]
    gone = _number(latest.detail.get("gone"))
    if code is Code.NONE_LISTED and gone:
        # a list that this program cannot read takes no report down
        blame = Blame.SOURCE
    before = _before(usual)
    zh = f"连续 {len(bad)} 次访问没有报告{before.zh}。最近一次：{how.zh}"
    en = f"no report in {_visits(bad)}{before.en}. The latest: {how.en}"
    if gone:
        zh, en = f"{zh}，{gone} 个已知网址失效", f"{en}, {gone} known addresses are gone"
    if latest.reason_zh:
        zh, en = f"{zh}；{latest.reason_zh}", f"{en}; {latest.reason_en}"
    return one.alarm(code, bad, Bilingual(zh, en), blame, {"before": usual or 0, "now": 0, "gone": gone})


def _fewer_listed(one: _Portal) -> Alarm | None:
    """Lists that were walked to their ends and show less than half of what they did."""
    whole = [visit for visit in one.visits if visit.whole]
    like = [visit.reports for visit in one.clean if visit.whole]
    bad: list[VisitRecord] = []
    for visit in whole:
        usual = _median([v.reports for v in one.clean if v.whole and v.started < visit.started])
        if usual is None or usual < FEWER_OF or visit.reports * 2 >= usual:
            break
        bad.append(visit)
    if not one.lasts(bad) or not like:
        return None
    usual = _median([v.reports for v in one.clean if v.whole and v.started < bad[-1].started])
    assert usual is not None  # noqa: S101 - it was for this very visit
    now = bad[0].reports
    told = Bilingual(
        f"列表翻到末页只有 {now} 份报告，此前为 {usual} 份",
        f"lists walked to their ends show {now} reports, {usual} before",
    )
    gone = _number(bad[0].detail.get("gone"))
    blame = Blame.SOURCE if gone * 2 >= usual - now else Blame.EITHER
    return one.alarm(Code.FEWER_LISTED, bad, told, blame, {"before": usual, "now": now, "gone": gone})


def _never_clean(one: _Portal) -> Alarm | None:
    """No clean visit for longer than is borne at this time of the year."""
    bad = list(takewhile(lambda visit: not visit.clean, one.visits))
    if not bad:
        return None
    now, last = one.record.now, one.clean[0] if one.clean else None
    since = bad[-1].started if last is None else last.ended
    days = (now - since).days
    if now - since < one.record.patience or len(bad) < IN_A_ROW:
        return None
    told = Bilingual(
        f"{days} 天没有一次完整访问。最近一次：{bad[0].reason_zh}",
        f"no clean visit for {days} days. The latest: {bad[0].reason_en}",
    )
    code = Code.BLOCKED if kept_out(bad[0]) else Code.NO_CLEAN_VISIT
    return one.alarm(code, bad, told, Blame.SOURCE if kept_out(bad[0]) else Blame.EITHER, {"days": days})


def _exploded(one: _Portal) -> Alarm | None:
    """Visits that cost many times the requests for each report that visits of their kind did."""

    def share(visit: VisitRecord) -> float:
        return visit.requests / max(visit.reports, 1)

    def usual(visit: VisitRecord) -> float | None:
        like = [share(v) for v in one.clean if v.whole == visit.whole and v.started < visit.started][:LIKE]
        return median(like) if len(like) >= FEW else None

    bad: list[VisitRecord] = []
    before = 0.0
    for visit in one.visits:
        expected = usual(visit)
        if (
            expected is None
            or visit.requests < MANY_REQUESTS
            or not visit.reports
            or share(visit) <= MANY_TIMES * expected
        ):
            break
        bad.append(visit)
        before = expected
    if not one.lasts(bad):
        return None
    now = share(bad[0])
    told = Bilingual(
        f"{bad[0].requests} 个请求只得 {bad[0].reports} 份报告，每份 {now:.1f} 个请求，此前 {before:.1f} 个",
        f"{bad[0].requests} requests for {bad[0].reports} reports: {now:.1f} for each, {before:.1f} before",
    )
    figures = {"requests": bad[0].requests, "reports": bad[0].reports, "each": now, "each_before": before}
    return one.alarm(Code.REQUESTS_EXPLODED, bad, told, Blame.EITHER, figures)


def _usual(one: _Portal, bad: Sequence[VisitRecord]) -> int | None:
    """How many reports clean visits listed before these; None where there was none. Where some of them walked
    the lists to their ends, these alone tell.
    """
    first = bad[-1].started if bad else one.record.now
    before = [visit for visit in one.clean if visit.started < first and visit.reports]
    return _median([visit.reports for visit in before if visit.whole] or [visit.reports for visit in before])


def _median(numbers: Sequence[int]) -> int | None:
    return round(median(numbers[:LIKE])) if numbers else None


def _before(usual: int | None) -> Bilingual:
    if usual is None:
        return Bilingual("（从未列出过）", " (none ever was)")
    return Bilingual(f"，此前列出 {usual} 份", f", {usual} reports before")


def _visits(bad: Sequence[VisitRecord]) -> str:
    return "the last visit" if len(bad) == 1 else f"{len(bad)} visits in a row"


def _number(given: object) -> int:
    return given if type(given) is int else 0
