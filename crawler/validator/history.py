"""The report against what earlier visits saw of it and of its body."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from itertools import pairwise

from crawler.report.comparison import differing
from crawler.report.deadlines import FIRST_YEAR_OF_REVISED_REGULATION
from crawler.report.model import Bilingual, DateSource, Number, Report
from crawler.validator.basis import CONSISTENCY, PRACTICE
from crawler.validator.context import Context, History, Need
from crawler.validator.labels import cell_label, figure
from crawler.validator.rule import (
    NotApplicable,
    Statement,
    fail,
    not_applicable,
    rule,
    shorten,
    uncertain,
)

Statements = Iterator[Statement | NotApplicable]

FIRST_REPORT_YEAR = 2008
"""The first year that any body reported on."""

_WHERE = "filing"
_CELLS_TOLD = 5
_VISITS_TOLD = 6
_LONGEST_TEXT = 200_000
"""Characters of a text in which notes and changed lines are looked for."""

_NOTE = re.compile(
    r"更正(?:说明|版|后|公告|启事|如下|为)|(?:修订|修正|订正|勘误)(?:说明|版|后|稿|表|如下)|勘误|更新说明|重新(?:发布|公布|公开)"
    r"|(?:现|特|已)(?:予以?|作|做)?(?:更正|修订|修正|订正|更新)|(?:数据|数字|内容|表格|报告)[^。；\n]{0,12}(?:更正|订正|勘误|修正)"
    r"|(?:原|此前)(?:报告|版本|数据|表)[^。；\n]{0,12}(?:作废|有误|以本)"
)
"""Words with which a page itself says that it was corrected."""

_OF_PAGE = re.compile(
    r"(?:浏览|阅读|点击|访问|查看)(?:次数|人数|数|量|率)|[上下]一[篇条页个]|打印|关闭|分享到|扫一扫|责任编辑|返回顶部"
    r"|相关(?:链接|阅读|稿件)|字[体号][：:大]|今天是|当前位置"
)
_LINE_OF_PAGE = 60


@rule(
    "filing-changed-after-publication",
    title_zh="发布后改动",
    norm_zh="报告公布后内容不变；确需更正的，在页面上说明",
    basis=PRACTICE,
    needs=(Need.HISTORY,),
)
def filing_changed_after_publication(report: Report, context: Context) -> Statements:
    """A report stays as it was published; where it has to be corrected, its page says so."""
    history = _history(context)
    if not history.versions:
        return
    readings = (*(version.report for version in history.versions), report)
    steps = _steps(readings)
    told = _cells_told(steps)
    quote = ""
    if not told.zh:
        told, quote = _lines_told(readings)
    since = history.versions[0].seen
    zh, en = (
        f"自{since}首次查看以来，内容有改动：{told.zh}",
        f"Changed since it was first seen on {since}: {told.en}",
    )
    note = _new_note(readings)
    if note is not None:
        yield uncertain(
            _WHERE,
            f"{zh}；页面有说明（“{shorten(note, 60)}”），请人工核对是否一致",
            f"{en}; the page has a note (“{shorten(note, 60)}”), please look whether it covers this",
            cells=tuple(steps),
            quote=note,
        )
    else:
        yield fail(
            _WHERE,
            f"{zh}；页面未见更正说明",
            f"{en}; the page has no note of correction",
            cells=tuple(steps),
            quote=quote,
            case=None if steps else "text",
        )


@rule(
    "filing-withdrawn",
    title_zh="年报被撤下",
    norm_zh="已公布的报告持续可以查阅",
    basis=PRACTICE,
    needs=(Need.HISTORY,),
)
def filing_withdrawn(_report: Report, context: Context) -> Statements:
    """A report that was published stays there to be read."""
    history = _history(context)
    if history.gone_since is None or history.twins:
        return
    seen = history.first_seen
    zh = f"此前（{seen}）可以查阅的报告，" if seen else "此前可以查阅的报告，"
    en = f", there on {seen}," if seen else ", there before,"
    yield fail(
        _WHERE,
        f"{zh}自{history.gone_since}起原网址无法打开（HTTP {history.gone_as}），其他网址也未见到",
        f"The report{en} has been gone from its address since {history.gone_since} "
        f"(HTTP {history.gone_as}) and was seen at no other",
        found=history.gone_as,
    )


@rule(
    "filing-history-gap",
    title_zh="历年年报缺失",
    norm_zh="年报栏目展示历年报告，中间年度不缺",
    basis=PRACTICE,
    needs=(Need.HISTORY,),
)
def filing_history_gap(report: Report, context: Context) -> Statements:
    """The column shows the reports of all years, none between two of them is lacking."""
    history, year = _history(context), report.year
    earlier = [held for held in history.years_held if year is not None and FIRST_REPORT_YEAR <= held < year]
    if year is None or not earlier:
        yield not_applicable("此前没有报告在案", "no earlier report is on record")
        return
    if not history.lists_whole:
        yield not_applicable(
            "尚未完整查看列有历年报告的栏目", "the column with the reports of all years was not seen whole"
        )
        return
    before = max(earlier)
    lacking = [gap for gap in range(before + 1, year) if gap not in history.years_aside]
    certain = [gap for gap in lacking if gap >= FIRST_YEAR_OF_REVISED_REGULATION]
    if not lacking:
        return
    years = certain or lacking
    zh = f"年报栏目有{before}年度和{year}年度报告，未见{_list(years, '、')}年度报告"
    en = f"The column has the reports of {before} and {year}, but none of {_list(years, ', ')}"
    if certain:
        yield fail(_WHERE, zh, en)
    else:
        yield uncertain(
            _WHERE,
            f"{zh}（当时没有统一的标题格式，可能以其他标题发布）",
            f"{en} (titles were not uniform then, it may stand under another one)",
        )


@rule(
    "filing-duplicate-versions",
    title_zh="同一年度多版本不一致",
    norm_zh="同一机关同一年度的报告在各处数字一致",
    basis=CONSISTENCY,
    needs=(Need.HISTORY,),
)
def filing_duplicate_versions(report: Report, context: Context) -> Statements:
    """Wherever a body shows its report of one year, the figures are the same."""
    for twin in _history(context).twins:
        different = _differing(report, twin.report)
        if not different:
            continue
        url = shorten(twin.url, 200)
        told = [(cell_label(cell), figure(here), figure(there)) for cell, (here, there) in different.items()][
            :_CELLS_TOLD
        ]
        more = _more(len(different))
        zh = f"同一年度的报告另见于{url}，两处数字不同：" + "；".join(
            f"{label.zh}本页为{here}，该页为{there}" for label, here, there in told
        )
        en = f"The report of this year also stands at {url}, with other figures: " + "; ".join(
            f"{label.en} has {here} here, {there} there" for label, here, there in told
        )
        note = _note(report) or _note(twin.report)
        if note is None:
            yield fail(_WHERE, zh + more.zh, en + more.en, cells=tuple(different))
        else:
            yield uncertain(
                _WHERE,
                f"{zh}{more.zh}；其中一页有更正说明（“{shorten(note, 60)}”）",
                f"{en}{more.en}; one of them says that it was corrected (“{shorten(note, 60)}”)",
                cells=tuple(different),
                quote=note,
            )
        return


@rule(
    "filing-date-unseen",
    title_zh="标注日期与首次见到不符",
    norm_zh="自页面标注的发布之日起，年报栏目中能见到该报告",
    basis=PRACTICE,
    needs=(Need.HISTORY,),
)
def filing_date_unseen(report: Report, context: Context) -> Statements:
    """From the day on which a page says that it was published, the column shows it."""
    published, history = report.published, _history(context)
    if published is None or report.published_from in (DateSource.URL, DateSource.SIGNATURE, DateSource.FLAG):
        yield not_applicable("页面未标明发布日期", "the page states no date of publication")
        return
    grace = timedelta(days=context.policy.limit("filing-date-unseen", "grace_days"))
    visits = [visit for visit in history.unseen_on if visit.date() > published + grace]
    if not visits or history.first_seen is None:
        return
    moments = [f"{visit:%Y-%m-%d %H:%M}" for visit in visits[:_VISITS_TOLD]]
    shown = [*moments, *(["…"] if len(visits) > _VISITS_TOLD else [])]
    yield uncertain(
        _WHERE,
        f"页面标注{published}发布；此后{len(visits)}天完整查看年报栏目时未见到（{'、'.join(shown)}），"
        f"{history.first_seen}首次见到。原因可能不止一种，不据此认定迟发，请人工核对",
        f"The page says that it was published on {published}; complete visits of the column on "
        f"{len(visits)} later days did not show it ({', '.join(shown)}); it was first seen on "
        f"{history.first_seen}. There may be several reasons; nothing is held against the body, a person "
        "has to look",
        expected=published.isoformat(),
        found=history.first_seen.isoformat(),
    )


def lines(report: Report) -> dict[str, str]:
    """The lines of the text as printed, under what is left of them without white space; what the page's own
    machinery writes between them, counters and links to the next article, is left out.
    """
    text = "\n".join((report.title or "", report.text[:_LONGEST_TEXT]))
    return {
        folded: line
        for line in text.split("\n")
        if (folded := "".join(line.split()))
        and not (len(folded) <= _LINE_OF_PAGE and _OF_PAGE.search(folded))
    }


def _history(context: Context) -> History:
    return context.history or History()


def _differing(one: Report, other: Report) -> dict[str, tuple[Number, Number]]:
    """Cells of which both reports hold a number for certain, and not the same one."""
    sure = {
        key
        for key, cell in one.cells.items()
        if (twin := other.cells.get(key)) is not None
        and not any(c.by_position or c.confidence is not None for c in (cell, twin))
    }
    return {
        key: numbers
        for name, table in one.tables.items()
        if name in other.tables
        for key, numbers in differing(table, other.tables[name]).items()
        if key in sure
    }


def _steps(readings: Sequence[Report]) -> Mapping[str, list[Number]]:
    """The numbers that each changed cell has shown, in their order."""
    steps: dict[str, list[Number]] = {}
    for earlier, later in pairwise(readings):
        for cell, (was, became) in _differing(earlier, later).items():
            steps.setdefault(cell, [was]).append(became)
    return steps


def _cells_told(steps: Mapping[str, list[Number]]) -> Bilingual:
    told = [(cell_label(cell), [figure(value) for value in values]) for cell, values in steps.items()]
    more = _more(len(told))
    return Bilingual(
        "；".join(f"{label.zh}由{'改为'.join(values)}" for label, values in told[:_CELLS_TOLD])
        + (more.zh if told else ""),
        "; ".join(f"{label.en} from {' to '.join(values)}" for label, values in told[:_CELLS_TOLD])
        + (more.en if told else ""),
    )


def _lines_told(readings: Sequence[Report]) -> tuple[Bilingual, str]:
    """The last change of the text: a line that was not there before, else one that is there no more."""
    for earlier, later in reversed(list(pairwise(readings))):
        was, became = lines(earlier), lines(later)
        for line in became:
            if line not in was:
                return Bilingual("文字有增改", "text was added or altered"), became[line]
        for line in was:
            if line not in became:
                return Bilingual("文字有删减", "text was removed"), was[line]
    return Bilingual("数字以外的内容有改动", "something besides the figures was altered"), ""


def _new_note(readings: Sequence[Report]) -> str | None:
    """A note of correction that the first reading did not have."""
    first = lines(readings[0])
    for report in reversed(readings[1:]):
        for folded, line in lines(report).items():
            if folded not in first and _NOTE.search(folded):
                return line
    return None


def _note(report: Report) -> str | None:
    """A note of correction at the head of the report or in its title."""
    head = list(lines(report).items())[:3]
    return next((line for folded, line in head if _NOTE.search(folded[:200])), None)


def _more(count: int) -> Bilingual:
    if count <= _CELLS_TOLD:
        return Bilingual("", "")
    return Bilingual(f"等{count}处", f" … {count} in all")


def _list(values: Sequence[object], separator: str) -> str:
    return separator.join(map(str, values))
