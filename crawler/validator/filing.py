"""When a report was published. Only dates that the publisher states can prove anything."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from crawler.report.deadlines import FIRST_YEAR_OF_REVISED_REGULATION, Deadline, deadline
from crawler.report.model import Bilingual, DateSource, Kind, Report
from crawler.validator.basis import ARTICLE_49, LOGIC, PRACTICE
from crawler.validator.body import Body, body_of
from crawler.validator.context import Context
from crawler.validator.finding import Fault
from crawler.validator.period import year_disputed
from crawler.validator.rule import ALL, NotApplicable, Statement, fail, rule, shorten, uncertain
from crawler.validator.working_days import first_working_day

Statements = Iterator[Statement | NotApplicable]

_WHERE = "filing"
_INDIRECT = {
    DateSource.URL: Bilingual("网址中的日期", "a date in the address"),
    DateSource.SIGNATURE: Bilingual("落款日期", "the date under the text"),
}


@rule(
    "filing-late",
    title_zh="逾期发布",
    norm_zh="年度报告在规定期限内公布：部门次年1月31日前，政府次年3月31日前，其他机关依当地惯例",
    basis=ARTICLE_49,
    forms=ALL,
)
def filing_late(report: Report, context: Context) -> Statements:
    """The report is published by its due date: departments by 31 January, governments by 31 March."""
    published, year = report.published, report.year
    if published is None or year is None:
        yield uncertain(
            _WHERE,
            f"未能确定{'报告年份' if year is None else '发布日期'}，无法判断是否逾期",
            f"The {'report year' if year is None else 'date of publication'} is unknown, "
            "so lateness cannot be judged",
        )
        return
    if year_disputed(report):
        yield _disputed_year(published)
        return
    body = body_of(report, context)
    if body is None and year >= FIRST_YEAR_OF_REVISED_REGULATION:
        name = context.organ or report.organ
        yield uncertain(
            _WHERE,
            f"从名称“{name}”不能判断机关类别，无法确定公布期限"
            if name
            else "机关名称未能读出，无法确定公布期限",
            f"The kind of body cannot be told from the name “{name}”, and so neither can its due date"
            if name
            else "The body's name could not be read, and so its due date is unknown",
            found=published.isoformat(),
        )
        return
    body = body or Body(Kind.DEPARTMENT, inferred=True)  # before 2019 one day was due for all
    due = deadline(body.kind, year)
    latest = deadline(Kind.GOVERNMENT, year) if body.kind is Kind.GOVERNMENT_OFFICE else due
    if report.published_from in _INDIRECT:
        yield _indirect(report.published_from, published, latest, body)
    elif any((day > latest.day) != (published > latest.day) for day in report.contradicting_dates):
        yield _contradicted(report, published, latest.day)
    elif published > latest.day:
        yield _late(published, latest, body, year)
    elif published > due.day:
        yield uncertain(
            _WHERE,
            f"{published}发布：如为本机关报告，应于{due.day}前公布；如为本级政府报告，应于{latest.day}前公布{body.note.zh}",
            f"Published {published}: due by {due.day} if it is the office's own report, by {latest.day} "
            f"if it is the government's{body.note.en}",
            expected=due.day.isoformat(),
            found=published.isoformat(),
            basis=latest.basis,
        )


@rule(
    "filing-date-too-early",
    title_zh="统计期未满即发布",
    norm_zh="报告在所报告的年度结束之后公布",
    basis=LOGIC,
)
def filing_date_too_early(report: Report, _context: Context) -> Statements:
    """The report is published after the year that it reports has ended."""
    published, year = report.published, report.year
    if published is None or year is None:
        yield uncertain(
            _WHERE,
            "未能确定报告年份或发布日期，无法判断",
            "The report year or the date of publication is unknown",
        )
    elif year_disputed(report) and published <= date(year, 12, 31):
        yield _disputed_year(published)
    elif published <= date(year, 12, 31) < max(report.contradicting_dates, default=published):
        yield _contradicted(report, published, date(year, 12, 31))
    elif published <= date(year, 12, 31):
        zh = f"{published}发布，早于所报告的{year}年度结束"
        en = f"Published {published}, before the reported year {year} had ended"
        expected, found = f"{year + 1}-01-01", published.isoformat()
        if report.published_from in _INDIRECT:
            source = _INDIRECT[report.published_from]
            yield uncertain(
                _WHERE, f"{zh}（日期取自{source.zh}）", f"{en} ({source.en})", expected=expected, found=found
            )
        else:
            yield fail(_WHERE, zh, en, expected=expected, found=found)


@rule(
    "filing-date-missing",
    title_zh="无发布日期",
    norm_zh="报告页面标明发布日期",
    basis=PRACTICE,
    lacking=True,
)
def filing_date_missing(report: Report, context: Context) -> Statements:
    """The page of the report says when it was published."""
    if report.published is not None and report.published_from is not DateSource.SIGNATURE:
        return
    if report.unread_date:
        yield uncertain(
            _WHERE,
            f"页面有发布日期的标注，但不能确定是哪一天（“{shorten(report.unread_date, 60)}”）",
            "The page labels a date of publication whose day is not certain "
            f"(“{shorten(report.unread_date, 60)}”)",
            quote=report.unread_date,
        )
    elif context.web_page:
        yield fail(_WHERE, "页面上未见发布日期", "The page shows no date of publication")
    else:
        yield uncertain(
            _WHERE,
            "所读文件中没有发布日期（可能在未读取的网页上）",
            "The file as read shows no date of publication (a web page that was not read may)",
        )


def _contradicted(report: Report, published: date, due: date) -> Statement:
    """The page states several dates of publication, which lie before and after the day that decides."""
    days = sorted({published, *report.contradicting_dates})
    told = "、".join(map(str, days))
    return uncertain(
        _WHERE,
        f"页面标明的发布日期互相矛盾（{told}），分别在{due}之前和之后，无法判断",
        f"The page states contradicting dates of publication ({', '.join(map(str, days))}), "
        f"before and after {due}",
        expected=due.isoformat(),
        found=told,
    )


def _disputed_year(published: date) -> Statement:
    return uncertain(
        _WHERE,
        f"报告年份与统计期限的年份不一致，无法判断{published}发布是否适时",
        "The report year and the statistical period differ, "
        f"so whether {published} is timely cannot be judged",
        found=published.isoformat(),
    )


def _late(published: date, due: Deadline, body: Body, year: int) -> Statement:
    """A breach of the due date; a due day that was no working day lessens it."""
    days = (published - due.day).days
    first = first_working_day(due.day)
    in_grace = first.day != due.day and published <= first.day
    zh = f"应于{due.day}前公布，实际{published}发布，逾期{days}天"
    en = f"Due by {due.day}, published {published}, {days} day{'s' if days != 1 else ''} late"
    if in_grace:
        zh += f"（期限届满日为休息日，{first.day}为其后首个工作日）"
        en += f" (the due day was no working day; {first.day} was the first one after it)"
    if not first.known:
        zh += "（当年放假安排未知，按周一至周五为工作日判断）"
        en += " (holidays of that year are not known; Monday to Friday were taken as working days)"
    note = body.note if year >= FIRST_YEAR_OF_REVISED_REGULATION else Bilingual("", "")
    return fail(
        _WHERE,
        zh + note.zh,
        en + note.en,
        fault=Fault.PUBLISHER,
        expected=due.day.isoformat(),
        found=published.isoformat(),
        case="first-working-day" if in_grace else None,
        basis=due.basis,
    )


def _indirect(source: DateSource, published: date, due: Deadline, body: Body) -> Statement:
    name = _INDIRECT[source]
    late = published > due.day
    return uncertain(
        _WHERE,
        f"页面未标明发布日期，仅有{name.zh}{published}，按此{'已逾期' if late else '未逾期'}"
        f"（期限{due.day}），但不能据此认定{body.note.zh}",
        f"No date of publication is stated; {name.en}, {published}, would be {'late' if late else 'in time'} "
        f"(due by {due.day}) but proves nothing{body.note.en}",
        expected=due.day.isoformat(),
        found=published.isoformat(),
        basis=due.basis,
    )
