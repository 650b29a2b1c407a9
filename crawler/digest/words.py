"""Sentences of a digest that are made of figures, the same in its HTML and in its text. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from crawler.digest.contents import Digest, Standing
from crawler.report.model import Bilingual
from crawler.validator.finding import SEVERITY_NAMES
from storage.records import Coverage

HEADING = Bilingual("政府信息公开年度报告 · 变化通报", "Annual disclosure reports · what changed")
DEADLINE_HEADING = Bilingual(
    "政府信息公开年度报告 · 期限专报", "Annual disclosure reports · after the due date"
)
_WEEK_DAYS = 7


def trend(digest: Digest, lang: str) -> tuple[str, ...]:
    """How many stand open in all, and how many more or fewer that is than before."""
    return tuple(_trend(digest, lang))


def _trend(digest: Digest, lang: str) -> Iterator[str]:
    counted = sum(number for _, number in digest.still_open)
    now = counted + digest.known
    before = [
        (Bilingual("上次通报", "the last digest"), digest.trend.last),
        (Bilingual("一周前", "a week ago"), digest.trend.week),
    ]
    said = [
        _than(name.pick(lang), stood, now - stood.number, lang) for name, stood in before if stood is not None
    ]
    total = f"{counted:,} in all" if lang == "en" else f"共 {counted:,} 项"
    if digest.known:
        known = f"{digest.known:,}"
        yield (
            f"{total}; {known} more stand open that you know of or have muted"
            if lang == "en"
            else f"{total}；另有 {known} 项您已知悉或已静音，不计入"
        )
    elif counted:
        yield total
    if said:
        beside = ""
        if digest.known:
            beside = " (with those that you know of)" if lang == "en" else "（连同您已知悉的）"
        yield (", ".join(said) if lang == "en" else "，".join(said)) + beside


def _than(name: str, stood: Standing, more: int, lang: str) -> str:
    day = f"{stood.day:%m-%d}"
    if lang == "en":
        change = "as many as" if not more else f"{abs(more):,} {'more' if more > 0 else 'fewer'} than"
        return f"{change} {name} ({day})"
    change = "持平" if not more else f"{'增加' if more > 0 else '减少'} {abs(more):,} 项"
    return f"与{name}（{day}）相比{change}"


def duties(digest: Digest, lang: str) -> str:
    """Late and missing reports, beside of how many it is known."""
    known = f"{digest.coverage.assessed:,} / {digest.coverage.total:,}"
    if lang == "en":
        return f"{digest.late:,} late · {digest.missing:,} missing ({known} duties judged)"
    return f"逾期 {digest.late:,} 份 · 未发布 {digest.missing:,} 份（已判定 {known} 份）"


def judged(coverage: Coverage, lang: str) -> str:
    """Of how many duties that are due it is known how they were kept."""
    if lang == "en":
        return f"{coverage.total:,} reports due, {coverage.assessed:,} of them could be judged."
    return f"应报 {coverage.total:,} 份，其中能判断 {coverage.assessed:,} 份。"


def muted(number: int, lang: str) -> str:
    """That the reader does not want to hear of some things; empty where there is none."""
    if not number:
        return ""
    return f"You have muted {number:,}." if lang == "en" else f"您已静音 {number:,} 项。"


def step(course: Sequence[Standing], lang: str) -> str:
    """What one bar of the chart stands for."""
    weekly = len(course) > 1 and (course[1].day - course[0].day).days == _WEEK_DAYS
    if lang == "en":
        return "week" if weekly else "day"
    return "周" if weekly else "日"


def course(course: Sequence[Standing], lang: str) -> str:
    """The figures of the chart; empty where there is none."""
    if len(course) < 2:
        return ""
    comma, colon, between = (", ", ": ", "; ") if lang == "en" else ("，", "：", "；")
    told = []
    for standing in course:
        grades = comma.join(
            f"{SEVERITY_NAMES[name].pick(lang) if name in SEVERITY_NAMES else name} {number:,}"
            for name, number in standing.open
        )
        day = f"{standing.day.month}-{standing.day.day}"
        beside = "" if not grades else f" ({grades})" if lang == "en" else f"（{grades}）"
        told.append(f"{day} {standing.number:,}{beside}")
    by = step(course, lang)
    head = f"Open findings by {by}" if lang == "en" else f"未解决问题数（按{by}）"
    return f"{head}{colon}{between.join(told)}"
