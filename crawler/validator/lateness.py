"""What filing-late says of a date and the day that it is held against."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from crawler.report.deadlines import FIRST_YEAR_OF_REVISED_REGULATION, Deadline, LocalDay
from crawler.report.model import Bilingual, DateSource
from crawler.validator.body import Body
from crawler.validator.finding import Fault
from crawler.validator.rule import Statement, fail, uncertain
from crawler.validator.working_days import first_working_day

WHERE = "filing"

INDIRECT = {
    DateSource.URL: Bilingual("网址中的日期", "a date in the address"),
    DateSource.SIGNATURE: Bilingual("落款日期", "the date under the text"),
}
"""Dates that stand in for one that the page states, and prove nothing."""

_NOTHING = Bilingual("", "")


class Published(NamedTuple):
    """The day that counts as that of publication; `stated` is the page's where a visit came before it."""

    day: date
    stated: date | None = None

    @property
    def words(self) -> Bilingual:
        """How a message tells the day."""
        if self.stated is None:
            return Bilingual(f"{self.day}发布", f"published {self.day}")
        return Bilingual(
            f"不晚于{self.day}发布（当日访问已见到，页面现标{self.stated}）",
            f"published no later than {self.day} (a visit saw it that day; its page now says {self.stated})",
        )


def no_later_than(stated: date, seen: date | None) -> Published:
    """The stated day, or the earlier one on which a visit first saw the report."""
    return Published(stated) if seen is None or stated <= seen else Published(seen, stated)


def late(
    published: Published,
    due: Deadline,
    body: Body,
    year: int,
    notice: LocalDay | None,
    *,
    unknown_days: float,
) -> Statement:
    """A breach of the due date; a due day that was no working day lessens it.

    Up to `unknown_days` after a due day in a year whose holidays are not known, none can be ruled out.
    """
    days = (published.day - due.day).days
    calendar, case = _calendar(published.day, due.day, days <= unknown_days)
    local = _NOTHING if notice is None else _also_local(notice)
    note = body.note if year >= FIRST_YEAR_OF_REVISED_REGULATION else _NOTHING
    return fail(
        WHERE,
        f"应于{due.day}前公布，实际{published.words.zh}，逾期{'不超过' if published.stated else ''}{days}天"
        f"{calendar.zh}{local.zh}{note.zh}",
        f"Due by {due.day}, {published.words.en}, {'at most ' if published.stated else ''}"
        f"{days} day{'s' if days != 1 else ''} late{calendar.en}{local.en}{note.en}",
        fault=Fault.PUBLISHER,
        expected=due.day.isoformat(),
        found=published.day.isoformat(),
        case=case,
        basis=due.basis,
    )


def _calendar(published: date, due: date, soon: bool) -> tuple[Bilingual, str | None]:
    """What the calendar adds, and the case that it makes."""
    first = first_working_day(due)
    if first.day != due and published <= first.day:
        zh = f"（期限届满日为休息日，{first.day}为其后首个工作日"
        en = f" (the due day was no working day; {first.day} was the first one after it"
        if not first.known:
            zh += "；当年放假安排未知，按周一至周五为工作日判断"
            en += "; holidays of that year are not known, Monday to Friday were taken as working days"
        return Bilingual(f"{zh}）", f"{en})"), "first-working-day"
    if not first.known and soon:
        return Bilingual(
            "（当年放假安排未知，不能排除期限届满日适逢休息日）",
            " (holidays of that year are not known; the due day may have been one)",
        ), "calendar-unknown"
    return _NOTHING, None


def _also_local(notice: LocalDay) -> Bilingual:
    return Bilingual(
        f"（当地曾要求{notice.day}前公布：{notice.source.zh}）",
        f" (locally asked for by {notice.day}: {notice.source.en})",
    )


def after_local_day(published: Published, due: Deadline, notice: LocalDay) -> Statement:
    """In time by the Regulation, after the day of a local notice.

    Whether that notice bound this very body, or was changed later, is not on record.
    """
    return uncertain(
        WHERE,
        f"{published.words.zh}，未超过法定期限{due.day}；当地曾要求{notice.day}前公布（{notice.source.zh}），"
        "该要求是否适用于本机关需人工核对",
        f"{_sentence(published.words.en)}, within the statutory limit of {due.day}; "
        f"asked for locally by {notice.day} ({notice.source.en}); "
        "whether that holds for this body is for a person to check",
        expected=notice.day.isoformat(),
        found=published.day.isoformat(),
        case="local",
        basis=notice.source,
    )


def either_way(published: Published, due: Deadline, latest: Deadline, body: Body) -> Statement:
    """A government office may publish its own report or the government's, which is due later."""
    return uncertain(
        WHERE,
        f"{published.words.zh}：如为本机关报告，应于{due.day}前公布；"
        f"如为本级政府报告，应于{latest.day}前公布{body.note.zh}",
        f"{_sentence(published.words.en)}: due by {due.day} if it is the office's own report, "
        f"by {latest.day} if it is the government's{body.note.en}",
        expected=due.day.isoformat(),
        found=published.day.isoformat(),
        basis=latest.basis,
    )


def _sentence(words: str) -> str:
    return words[:1].upper() + words[1:]


def indirect(source: DateSource, published: date, due: Deadline, body: Body) -> Statement:
    """The page states no date; one that stands in for it is told, and proves nothing."""
    name = INDIRECT[source]
    is_late = published > due.day
    return uncertain(
        WHERE,
        f"页面未标明发布日期，仅有{name.zh}{published}，按此{'已逾期' if is_late else '未逾期'}"
        f"（期限{due.day}），但不能据此认定{body.note.zh}",
        f"No date of publication is stated; {name.en}, {published}, would be "
        f"{'late' if is_late else 'in time'} (due by {due.day}) but proves nothing{body.note.en}",
        expected=due.day.isoformat(),
        found=published.isoformat(),
        basis=due.basis,
    )
