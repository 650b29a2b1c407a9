"""When a report was published. Only dates that the publisher states can prove anything."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import islice

from crawler.report.deadlines import FIRST_YEAR_OF_REVISED_REGULATION
from crawler.report.model import Bilingual, DateSource, Kind, Report, ShownDate
from crawler.validator.basis import ARTICLE_49, CONSISTENCY, LOCAL_LETTER, LOGIC, PRACTICE
from crawler.validator.body import Body, body_of
from crawler.validator.context import Context, WebPage
from crawler.validator.lateness import (
    INDIRECT,
    WHERE,
    after_local_day,
    either_way,
    indirect,
    late,
    no_later_than,
)
from crawler.validator.lexicon import letters
from crawler.validator.period import year_disputed
from crawler.validator.reading import fold
from crawler.validator.rule import (
    ALL,
    NotApplicable,
    Statement,
    fail,
    not_applicable,
    rule,
    shorten,
    uncertain,
)

Statements = Iterator[Statement | NotApplicable]


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
        if year is not None and not year_disputed(report) and _seen_in_time(report, context, year):
            return
        yield uncertain(
            WHERE,
            f"未能确定{'报告年份' if year is None else '发布日期'}，无法判断是否逾期",
            f"The {'report year' if year is None else 'date of publication'} is unknown, "
            "so lateness cannot be judged",
        )
        return
    if not context.owes:
        yield not_applicable(
            "名册载明该单位该年度不单独报告",
            "the roster says that the body owes no report of its own for that year",
        )
        return
    if year_disputed(report):
        yield _disputed_year(published)
        return
    body = body_of(report, context)
    if body is None and year >= FIRST_YEAR_OF_REVISED_REGULATION:
        name = context.organ or report.organ
        yield uncertain(
            WHERE,
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
    deadlines = context.policy.deadlines
    due = deadlines.due(body.kind, year, context.region)
    latest = deadlines.due(Kind.GOVERNMENT, year) if body.kind is Kind.GOVERNMENT_OFFICE else due
    notice = deadlines.earlier(body.kind, year, context.region)
    if _seen_in_time(report, context, year):
        return
    if report.published_from in INDIRECT:
        yield indirect(report.published_from, published, latest, body)
        return
    told = [no_later_than(day, context.seen) for day in (published, *report.contradicting_dates)]
    first = told[0]
    if any((other.day > latest.day) != (first.day > latest.day) for other in told):
        yield _contradicted(report, published, latest.day)
    elif first.day > latest.day:
        unknown_days = context.policy.limit("filing-late", "unknown_calendar_days")
        yield late(
            min(told, key=lambda told: told.day), latest, body, year, notice, unknown_days=unknown_days
        )
    elif first.day > due.day:
        yield either_way(first, due, latest, body)
    elif notice is not None and first.day > notice.day:
        yield after_local_day(first, due, notice)


def _seen_in_time(report: Report, context: Context, year: int) -> bool:
    """Whether a visit saw it by its due day, whatever its page says now or leaves out."""
    body = body_of(report, context)
    if body is None or context.seen is None:
        return False
    return context.seen <= context.policy.deadlines.due(body.kind, year, context.region).day


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
            WHERE,
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
        if report.published_from in INDIRECT:
            source = INDIRECT[report.published_from]
            yield uncertain(
                WHERE, f"{zh}（日期取自{source.zh}）", f"{en} ({source.en})", expected=expected, found=found
            )
        else:
            yield fail(WHERE, zh, en, expected=expected, found=found)


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
            WHERE,
            f"页面有发布日期的标注，但不能确定是哪一天（“{shorten(report.unread_date, 60)}”）",
            "The page labels a date of publication whose day is not certain "
            f"(“{shorten(report.unread_date, 60)}”)",
            quote=report.unread_date,
        )
    elif context.web_page:
        yield fail(WHERE, "页面上未见发布日期", "The page shows no date of publication")
    else:
        yield uncertain(
            WHERE,
            "所读文件中没有发布日期（可能在未读取的网页上）",
            "The file as read shows no date of publication (a web page that was not read may)",
        )


@rule(
    "filing-date-conflict",
    title_zh="发布日期不一致",
    norm_zh="网页标签、页面所注和页面数据中的发布日期一致",
    basis=CONSISTENCY,
)
def filing_date_conflict(report: Report, context: Context) -> Statements:
    """The dates of publication that the page states in its labels, its text and its data agree."""
    stated = [shown for shown in report.shown_dates if shown.source in _STATED]
    in_url = next((shown for shown in report.shown_dates if shown.source is DateSource.URL), None)
    if not stated or len(report.shown_dates) < 2:
        yield not_applicable("页面没有可以比对的两个发布日期", "the page shows no two dates of publication")
        return
    limit = timedelta(days=context.policy.limit("filing-date-conflict", "days"))
    days = [shown.day for shown in stated]
    first, last = min(days), max(days)
    if last - first > limit:
        yield _conflict(report, stated, _due_between(report, context, first, last))
    elif in_url is not None and (
        in_url.day - last > limit
        or (first - in_url.day > limit and _due_between(report, context, in_url.day, first) is not None)
    ):
        # A page that moved has a later address, one that waited for approval an earlier one.
        yield uncertain(
            WHERE,
            f"页面标明的发布日期为{last}，网址中的日期为{in_url.day}，相差{abs(in_url.day - last).days}天；"
            "网址日期可能因起草、迁移或重发而不同，不能据此认定",
            f"The page states {last} as its date of publication, its address bears {in_url.day}, "
            f"{abs(in_url.day - last).days} days apart; drafting, moving or publishing anew may explain it",
            expected=last.isoformat(),
            found=in_url.day.isoformat(),
        )


_STATED = {
    DateSource.META: Bilingual("网页标签PubDate", "the PubDate label"),
    DateSource.LABEL: Bilingual("页面所注", "the page's text"),
    DateSource.DATA: Bilingual("页面数据", "the page's data"),
}


def _conflict(report: Report, stated: list[ShownDate], due: date | None) -> Statement:
    """Several dates, each with where it stands; a correction that the report owns up to may explain them."""
    told = sorted(set(stated))
    zh = "、".join(f"{_STATED[shown.source].zh}{shown.day}" for shown in told)
    en = ", ".join(f"{_STATED[shown.source].en} {shown.day}" for shown in told)
    first, last = told[0].day, told[-1].day
    apart = (last - first).days
    also = (
        Bilingual(f"，分别在期限{due}前后", f", before and after the due day {due}")
        if due
        else Bilingual("", "")
    )
    corrected = letters.CORRECTED.search(f"{report.title or ''}\n{report.text[:_SEARCHED]}")
    if corrected:
        return uncertain(
            WHERE,
            f"页面标明的发布日期不一致：{zh}，相差{apart}天{also.zh}；报告称作过更正，可能因此不同",
            f"The dates of publication differ: {en}, {apart} days apart{also.en}; "
            "the report says that it was corrected, which may be why",
            expected=first.isoformat(),
            found=last.isoformat(),
            quote=corrected[0],
        )
    return fail(
        WHERE,
        f"页面标明的发布日期不一致：{zh}，相差{apart}天{also.zh}",
        f"The dates of publication differ: {en}, {apart} days apart{also.en}",
        expected=first.isoformat(),
        found=last.isoformat(),
        case="deadline" if due else None,
    )


def _due_between(report: Report, context: Context, first: date, last: date) -> date | None:
    """The due day where it lies between two dates, and so one is in time and the other is late."""
    body = body_of(report, context)
    if body is None or report.year is None:
        return None
    due = context.policy.deadlines.due(body.kind, report.year, context.region).day
    return due if first <= due < last else None


@rule(
    "filing-signature-date-conflict",
    title_zh="落款日期异常",
    norm_zh="落款日期不晚于发布日期，年份无误",
    basis=CONSISTENCY,
)
def filing_signature_date_conflict(report: Report, _context: Context) -> Statements:
    """The date under the text is no later than that of publication, and not long before the year's end."""
    signed, published, year = report.signed, report.published, report.year
    if signed is None:
        yield not_applicable("没有读到落款日期", "no date under the text was read")
        return
    if published is not None and report.published_from is not DateSource.SIGNATURE:
        latest = max((published, *report.contradicting_dates))
        if signed > latest:
            yield _signed_later(signed, latest, report.published_from)
            return
    if year is None or signed >= date(year, 12, 1):
        return
    zh = f"落款日期{signed}早于所报告的{year}年度结束，疑为年份误写"
    en = f"The text is dated {signed}, before the reported year {year} had ended; the year may be mistyped"
    state = uncertain if year_disputed(report) else fail
    yield state(WHERE, zh, en, found=signed.isoformat(), case="year")


def _signed_later(signed: date, published: date, source: DateSource | None) -> Statement:
    zh = f"落款日期{signed}晚于发布日期{published}"
    en = f"The text is dated {signed}, after its publication on {published}"
    expected, found = published.isoformat(), signed.isoformat()
    if source is DateSource.URL:
        name = INDIRECT[source]
        return uncertain(WHERE, f"{zh}（取自{name.zh}）", f"{en} ({name.en})", expected=expected, found=found)
    return fail(WHERE, zh, en, expected=expected, found=found)


@rule(
    "filing-is-cover-letter",
    title_zh="发布的是报送函",
    norm_zh="向社会公布的是年度报告本身，不是向上级报送年度报告的函",
    basis=LOCAL_LETTER,
)
def filing_is_cover_letter(report: Report, context: Context) -> Statements:
    """What is published is the annual report itself, not a letter that submits it to a higher body."""
    titles = (report.title, *_titles_of(context.page))
    for title in titles:
        if title and letters.TITLE.search(fold(title[:_SEARCHED])):
            yield fail(
                "title",
                f"标题“{shorten(title, 60)}”是报送年度报告的函件标题",
                f"The title “{shorten(title, 60)}” is that of a letter that submits the report",
                found=title[:_SEARCHED],
                quote=title,
            )
            return
    opening = _opening(report)
    submitted = letters.SUBMITTED.search(opening)
    if submitted and not letters.MADE_PUBLIC.search(submitted[0]):
        yield fail(
            "text",
            f"正文写有“{shorten(submitted[0], 60)}”，是向上级报送的函件用语",
            f"The text says “{shorten(submitted[0], 60)}”, as a letter to a higher body does",
            quote=submitted[0],
        )


_SEARCHED = 2000
_MOST_LABELS = 20


def _titles_of(page: WebPage | None) -> Iterator[str | None]:
    """What the page calls itself. Headings at its side may be those of other articles."""
    if page is not None:
        yield page.title
        yield page.listed_title
        labels = (content for name, content in page.meta if name.strip().lower() == "articletitle")
        yield from islice(labels, _MOST_LABELS)


def _opening(report: Report) -> str:
    """The text above the first section, and the last lines under the last one."""
    opening = report.text[:_SEARCHED]
    for section in report.sections.values():
        for part in (section.heading, section.text[:40]):
            at = opening.find(part) if len(part) > 3 else -1
            opening = opening[:at] if at >= 0 else opening
    return f"{opening}\n{report.text[-_CLOSING:]}"


_CLOSING = 200


def _contradicted(report: Report, published: date, due: date) -> Statement:
    """The page states several dates of publication, which lie before and after the day that decides."""
    days = sorted({published, *report.contradicting_dates})
    told = "、".join(map(str, days))
    return uncertain(
        WHERE,
        f"页面标明的发布日期互相矛盾（{told}），分别在{due}之前和之后，无法判断",
        f"The page states contradicting dates of publication ({', '.join(map(str, days))}), "
        f"before and after {due}",
        expected=due.isoformat(),
        found=told,
    )


def _disputed_year(published: date) -> Statement:
    return uncertain(
        WHERE,
        f"报告年份与统计期限的年份不一致，无法判断{published}发布是否适时",
        "The report year and the statistical period differ, "
        f"so whether {published} is timely cannot be judged",
        found=published.isoformat(),
    )
