"""The title and what it says of the body and the year."""

from __future__ import annotations

from collections.abc import Iterator

from crawler.report.model import Report
from crawler.validator.basis import CONSISTENCY, FORM, LOCAL_TITLE, PRACTICE
from crawler.validator.bodies import foreign_bodies, named_among
from crawler.validator.body import body_of
from crawler.validator.context import Context, Need, Roster
from crawler.validator.finding import Fault
from crawler.validator.generation import before_the_forms
from crawler.validator.lexicon import titles
from crawler.validator.lexicon.others import CHANGED_NAME
from crawler.validator.period import confirmed_by_publication, stated_year, title_year
from crawler.validator.reading import fold, sentences, years_in
from crawler.validator.rule import NOT_APPLICABLE, NotApplicable, Statement, fail, rule, shorten, uncertain

Statements = Iterator[Statement | NotApplicable]

_WHERE = "title"


@rule(
    "title-nonstandard",
    title_zh="标题不规范",
    norm_zh="标题为“机关名称＋年份＋政府信息公开工作年度报告”",
    basis=FORM,
)
def title_nonstandard(report: Report, _context: Context) -> Statements:
    """The title names the body and the year, then reads 政府信息公开工作年度报告."""
    if report.title is None:
        yield _no_title()
        return
    title = fold(report.title)
    if titles.WORK_REPORT.search(title) and not titles.REPORT_AS_TITLE.search(title):
        yield NOT_APPLICABLE  # title-called-work-report tells it
    elif not titles.STANDARD_TITLE.fullmatch(title):
        yield fail(
            _WHERE,
            f"标题“{report.title}”与“机关名称＋年份＋政府信息公开工作年度报告”不一致",
            f"The title “{report.title}” does not follow “body, year, 政府信息公开工作年度报告”",
            found=report.title,
            quote=report.title,
            basis=before_the_forms(report),
        )


@rule(
    "title-called-work-report",
    title_zh="把“年度报告”写成“工作报告”或“总结”",
    norm_zh="标题称“年度报告”，不称“工作报告”“工作总结”",
    basis=LOCAL_TITLE,
)
def title_called_work_report(report: Report, _context: Context) -> Statements:
    """The title calls the report an annual report, not a work report or a summary of work."""
    if report.title is None:
        yield _no_title()
        return
    title = fold(report.title)
    called = titles.WORK_REPORT.search(title)
    if called and not titles.REPORT_AS_TITLE.search(title):
        yield fail(
            _WHERE,
            f"标题“{report.title}”称“{called[0]}”，应为“年度报告”",
            f"The title “{report.title}” calls it “{called[0]}”, not 年度报告 (annual report)",
            expected="年度报告",
            found=called[0],
            quote=report.title,
        )


@rule(
    "title-year-missing",
    title_zh="标题缺少年份",
    norm_zh="标题写明所报告的年份",
    basis=FORM,
)
def title_year_missing(report: Report, _context: Context) -> Statements:
    """The title names the year that is reported."""
    if report.title is None:
        yield _no_title()
    elif not years_in(report.title):
        yield fail(
            _WHERE,
            f"标题“{report.title}”未写明年份",
            f"The title “{report.title}” names no year",
            quote=report.title,
            basis=before_the_forms(report),
        )


@rule(
    "title-year-mismatch",
    title_zh="标题年份错误",
    norm_zh="标题的年份与报告内容的年份一致",
    basis=CONSISTENCY,
)
def title_year_mismatch(report: Report, _context: Context) -> Statements:
    """The year in the title is the year that the report covers."""
    named = title_year(report)
    if named is None:
        yield NOT_APPLICABLE
        return
    stated = stated_year(report.period)
    if stated is not None:
        if stated != named and not confirmed_by_publication(report, named):
            yield fail(
                _WHERE,
                f"标题为{named}年，报告所述统计期限为{stated}年",
                f"The title says {named}, the statistical period is {stated}",
                expected=stated,
                found=named,
                quote=report.title or "",
            )
    elif report.year_from == "given" and report.year is not None and report.year != named:
        yield uncertain(
            _WHERE,
            f"标题为{named}年，所给年份为{report.year}年",
            f"The title says {named}, the year given for the report is {report.year}",
            expected=report.year,
            found=named,
            quote=report.title or "",
        )
    elif report.published is not None and not confirmed_by_publication(report, named):
        yield uncertain(
            _WHERE,
            f"标题为{named}年，报告于{report.published}发布，请核对年份",
            f"The title says {named}, the report was published {report.published}; please check the year",
            expected=report.published.year - 1,
            found=named,
            quote=report.title or "",
        )


@rule(
    "title-organ-abbreviated",
    title_zh="机关名称用简称",
    norm_zh="标题使用机关全称",
    basis=PRACTICE,
)
def title_organ_abbreviated(report: Report, context: Context) -> Statements:
    """The title gives the full name of the body."""
    if report.organ is None:
        yield uncertain(
            _WHERE, "标题中的机关名称未能读出", "The body's name could not be read from the title"
        )
        return
    organ = fold(report.organ)
    short = next((ending for ending in titles.ABBREVIATED_ORGANS if organ.endswith(ending)), None)
    if short is not None and organ != fold(context.organ or ""):
        full = titles.ABBREVIATED_ORGANS[short]
        yield fail(
            _WHERE,
            f"机关名称“{report.organ}”使用简称“{short}”，全称一般为“{full}”",
            f"The body's name “{report.organ}” uses the short form “{short}”; in full it is usually “{full}”",
            expected=full,
            found=short,
            quote=report.title or "",
        )


@rule(
    "title-organ-mismatch",
    title_zh="标题机关与发布机关不符",
    norm_zh="标题中的机关是发布该报告的机关",
    basis=CONSISTENCY,
    needs=(Need.ROSTER,),
)
def title_organ_mismatch(report: Report, context: Context) -> Statements:
    """The body that the title names is the one that publishes the report."""
    roster = context.roster
    if roster is None or not roster.own or report.organ is None or report.organ_from not in (None, "title"):
        yield NOT_APPLICABLE
        return
    named, own = report.organ, roster.own[0]
    if named_among(named, roster.own) or named_among(named, roster.above):
        yield from _source_of_page(context, roster)
        return
    prose = fold(report.text)
    listed = any(fold(named) == fold(other) for other in roster.others)
    said = any(fold(name) in prose for name in roster.own) and fold(named) not in prose
    told = uncertain if not listed or _tells_of_new_name(report, (named, *roster.own)) else fail
    yield told(
        _WHERE,
        f"标题中的机关为“{named}”，发布机关为“{own}”，请核实标题或发布栏目",
        f"The title names “{named}”, the report is published by “{own}”; please check title and column",
        fault=Fault.PUBLISHER if said and told is fail else Fault.UNKNOWN,
        expected=own,
        found=named,
        quote=report.title or "",
    )


def _tells_of_new_name(report: Report, names: tuple[str, ...]) -> bool:
    """Whether a sentence tells that one of the bodies was renamed, merged or reorganised."""
    named = ("机构改革", *map(fold, names))
    return any(
        CHANGED_NAME.search(sentence) and any(name in sentence for name in named)
        for sentence in map(fold, sentences(report.text))
    )


def _source_of_page(context: Context, roster: Roster) -> Statements:
    """Where the page names another body of the roster as its source; offices publish for others too."""
    meta = dict(context.page.meta) if context.page is not None else {}
    source = meta.get("ContentSource", "").strip()
    if source and any(fold(source) == fold(other) for other in roster.others):
        yield uncertain(
            _WHERE,
            f"网页标注的来源为“{source}”，标题中的机关为“{roster.own[0]}”，请核实",
            f"The page names “{source}” as its source, the title “{roster.own[0]}”; please check",
            expected=roster.own[0],
            found=source,
        )


@rule(
    "text-foreign-organ",
    title_zh="正文出现其他单位名称",
    norm_zh="正文以本机关的名义叙述，不残留其他单位的名称",
    basis=CONSISTENCY,
    needs=(Need.ROSTER,),
)
def text_foreign_organ(report: Report, context: Context) -> Statements:
    """The prose speaks for this body and leaves no other body's name in its place."""
    if context.roster is None or not context.roster.own:
        yield NOT_APPLICABLE
        return
    body = body_of(report, context)
    found = list(foreign_bodies(report.text, context.roster, body.kind if body else None))
    sure = [foreign for foreign in found if foreign.sure]
    if found:
        first, told = (sure or found)[0], fail if sure else uncertain
        yield told(
            "text",
            f"正文以“{first.name}”代本机关叙述：“{shorten(first.sentence, 60)}”",
            f"The prose has “{first.name}” in the place of this body: “{shorten(first.sentence, 60)}”",
            expected=context.roster.own[0],
            found=first.name,
            quote=first.sentence,
        )


def _no_title() -> Statement:
    return uncertain(_WHERE, "标题未能读出", "The title could not be read")
