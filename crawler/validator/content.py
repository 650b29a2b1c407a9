"""What the prose of the sections has to tell."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

from crawler.report.deadlines import KIND_NAMES
from crawler.report.forms import FORM_2019
from crawler.report.model import Bilingual, Kind, Report, Section
from crawler.validator.basis import (
    ARTICLE_50_ASSESSMENT,
    ARTICLE_50_PROBLEMS,
    NOTICE_2021_ASPECTS,
    NOTICE_2021_DILIGENCE,
    PRACTICE,
)
from crawler.validator.body import body_of
from crawler.validator.context import Context
from crawler.validator.fees import fee_statement
from crawler.validator.finding import Fault
from crawler.validator.generation import before_the_forms, generation
from crawler.validator.labels import section_label
from crawler.validator.lexicon import contents
from crawler.validator.lexicon.contacts import CONTACT
from crawler.validator.reading import fold, han_count, prose_unreadable, sentences
from crawler.validator.rule import (
    NOT_APPLICABLE,
    UNIFIED,
    NotApplicable,
    Statement,
    fail,
    rule,
    shorten,
    uncertain,
)

Statements = Iterator[Statement | NotApplicable]

_GOVERNMENTS = frozenset({Kind.GOVERNMENT, Kind.TOWNSHIP})
_OVERVIEW = "sections.overview"
_PROBLEMS = "sections.problems"
_OTHER_MATTERS = "sections.other_matters"


@rule(
    "overview-aspects-missing",
    title_zh="总体情况五方面不全",
    norm_zh="总体情况写明主动公开、依申请公开、政府信息管理、平台建设、监督保障五个方面",
    basis=NOTICE_2021_ASPECTS,
    forms=UNIFIED,
    lacking=True,
)
def overview_aspects_missing(report: Report, _context: Context) -> Statements:
    """The overview tells of disclosure, requests, information management, platforms and supervision.

    The notice that demands it is of 2021 and cannot be held against reports on the form of 2019.
    """
    section = report.sections.get("overview")
    if section is None or section.empty:
        yield NOT_APPLICABLE
        return
    if not section.text.strip():
        yield _no_prose("overview")
        return
    text = fold(section.text)
    absent = [name for name, words in contents.OVERVIEW_ASPECTS if not words.search(text)]
    if absent:
        count = len(contents.OVERVIEW_ASPECTS)
        yield fail(
            _OVERVIEW,
            f"总体情况应写明五个方面，未见{len(absent)}个：{'、'.join(name.zh for name in absent)}",
            f"Of the five aspects of the overview {len(absent)} are not told: "
            f"{', '.join(name.en for name in absent)}",
            expected=count,
            found=count - len(absent),
            basis=PRACTICE if generation(report) == FORM_2019.id else None,
        )


@rule(
    "overview-too-short",
    title_zh="总体情况过简",
    norm_zh="总体情况不过于简略（字数界限见规则表）",
    basis=NOTICE_2021_DILIGENCE,
    forms=("2021",),
    lacking=True,
)
def overview_too_short(report: Report, context: Context) -> Statements:
    """The overview is not shorter than what can be expected of one."""
    section = report.sections.get("overview")
    if section is None or section.empty:
        yield NOT_APPLICABLE
        return
    if not section.text.strip():
        yield _no_prose("overview")
        return
    count = han_count(section.text)
    minimum = int(context.policy.limit("overview-too-short", "characters"))
    if count < minimum:
        yield fail(
            _OVERVIEW,
            f"总体情况仅{count}字，不足{minimum}字",
            f"The overview has {count} Chinese characters, fewer than {minimum}",
            expected=minimum,
            found=count,
        )


@rule(
    "government-assessment-missing",
    title_zh="政府年报缺考核评议追责",
    norm_zh="各级人民政府的报告写明工作考核、社会评议和责任追究结果情况",
    basis=ARTICLE_50_ASSESSMENT,
    forms=UNIFIED,
    lacking=True,
)
def government_assessment_missing(report: Report, context: Context) -> Statements:
    """The report of a government tells of assessment, public review and accountability."""
    body = body_of(report, context)
    if body is None and not (context.organ or report.organ):
        yield uncertain(
            "text",
            "机关名称未能读出，无法判断是否为一级人民政府的报告",
            "The body's name could not be read, so whether it is a government cannot be told",
        )
        return
    if body is None or body.kind not in _GOVERNMENTS:
        yield NOT_APPLICABLE
        return
    if prose_unreadable(report):
        yield _no_prose_at_all()
        return
    if not contents.ASSESSMENT.search(fold(report.text)):
        kind = KIND_NAMES[body.kind]
        yield fail(
            "text",
            f"{kind.zh}的年度报告未提及工作考核、社会评议、责任追究中的任何一项{body.note.zh}",
            f"The report of a body of the kind “{kind.en}” tells neither of assessment nor of public review "
            f"nor of accountability{body.note.en}",
        )


@rule(
    "problems-empty",
    title_zh="问题部分为“无”或过短",
    norm_zh="“存在的主要问题及改进情况”写有实际内容",
    basis=ARTICLE_50_PROBLEMS,
    lacking=True,
)
def problems_empty(report: Report, context: Context) -> Statements:
    """The section on problems and improvement says something."""
    section = report.sections.get("problems")
    if section is None:
        yield NOT_APPLICABLE
        return
    text = fold(section.text)
    minimum = int(context.policy.limit("problems-empty", "characters"))
    if not text and not section.empty:
        yield _no_prose("problems")
    elif not text or contents.NOTHING.fullmatch(text):
        said = Bilingual(f"仅写“{shorten(text, 20)}”", f"says only “{shorten(text, 20)}”")
        said = said if text else Bilingual("没有内容", "is empty")
        yield fail(
            _PROBLEMS,
            f"“存在的主要问题及改进情况”{said.zh}",
            f"The section on problems and improvement {said.en}",
            found=text,
            quote=section.text,
            basis=before_the_forms(report),
        )
    elif len(text) < minimum:
        yield fail(
            _PROBLEMS,
            f"“存在的主要问题及改进情况”仅{len(text)}个字符，不足{minimum}",
            f"The section on problems and improvement has {len(text)} characters, fewer than {minimum}",
            expected=minimum,
            found=len(text),
            quote=section.text,
            case="thin",
            basis=before_the_forms(report),
        )


@rule(
    "problems-no-improvement",
    title_zh="只有问题没有改进，或只有改进没有问题",
    norm_zh="“存在的主要问题及改进情况”既写问题，也写改进",
    basis=ARTICLE_50_PROBLEMS,
    lacking=True,
)
def problems_no_improvement(report: Report, _context: Context) -> Statements:
    """The section on problems tells both the problems and how they are being remedied."""
    section = report.sections.get("problems")
    text = fold(section.text) if section is not None else ""
    if section is None or not text or contents.NOTHING.fullmatch(text):
        yield NOT_APPLICABLE  # problems-empty and section-missing tell it
        return
    told = [fold(sentence) for sentence in sentences(section.text)]
    remedies = (contents.REMEDY_WORDS, contents.WEAK_REMEDY_WORDS)
    if not contents.PROBLEM_WORDS.search(text) and any(
        not any(words.search(sentence) for words in remedies) for sentence in told
    ):
        yield uncertain(
            _PROBLEMS,
            "“存在的主要问题及改进情况”是否写了存在的问题需人工判断",
            "Whether the section names a problem needs a person's eye",
            quote=section.text,
            basis=before_the_forms(report),
        )
    elif not contents.PROBLEM_WORDS.search(text):
        yield fail(
            _PROBLEMS,
            "“存在的主要问题及改进情况”未写存在的问题",
            "The section on problems and improvement names no problem",
            quote=section.text,
            basis=before_the_forms(report),
        )
    elif not contents.REMEDY_WORDS.search(text):
        weak = contents.WEAK_REMEDY_WORDS.search(text) is not None
        if weak or not all(contents.PROBLEM_WORDS.search(sentence) for sentence in told):
            yield uncertain(
                _PROBLEMS,
                "“存在的主要问题及改进情况”写了问题，是否写了改进情况需人工判断",
                "Problems are named; whether remedies are told needs a person's eye",
                quote=section.text,
                basis=before_the_forms(report),
            )
        else:
            yield fail(
                _PROBLEMS,
                "“存在的主要问题及改进情况”只写问题，未写改进",
                "The section on problems and improvement names problems and no remedy",
                quote=section.text,
                basis=before_the_forms(report),
            )


@rule(
    "fee-statement-missing",
    title_zh="未报告信息处理费",
    norm_zh="报告写明收取政府信息公开信息处理费的情况，未收取的也写明",
    basis=PRACTICE,
    forms=("2021",),
    lacking=True,
)
def fee_statement_missing(report: Report, _context: Context) -> Statements:
    """The report says what fees for handling requests were charged, or that none were."""
    section = report.sections.get("other_matters")
    if contents.FEE_STATEMENT.search(fold(report.text)) or _fee_told(section):
        return
    if prose_unreadable(report):
        yield _no_prose_at_all()
    elif section is not None and not section.empty and not section.text.strip():
        yield _no_prose("other_matters")
    else:
        yield fail(
            _OTHER_MATTERS,
            "未报告收取政府信息公开信息处理费的情况（未收取的也应写明）",
            "Nothing is said of fees for handling requests (that none were charged is to be said too)",
            quote=section.text if section is not None else "",
        )


@rule(
    "fee-statement-incomplete",
    title_zh="收费情况要素不全",
    norm_zh="收取信息处理费的，写明发出收费通知的件数、总金额和实际收取的总金额",
    basis=PRACTICE,
    forms=("2021",),
    lacking=True,
)
def fee_statement_incomplete(report: Report, _context: Context) -> Statements:
    """Where fees were charged, the report tells the number of notices, their total and what was received."""
    told = fee_statement(report.text, report.year)
    if told is None:
        yield NOT_APPLICABLE
    elif told.absent:
        absent_zh = "、".join(element.zh for element in told.absent)
        absent_en = ", ".join(element.en for element in told.absent)
        say = uncertain if told.ambiguous else fail
        yield say(
            _OTHER_MATTERS,
            f"报告写明收取了信息处理费，未见{absent_zh}",
            f"Fees for handling requests were charged; not told: {absent_en}",
            expected=3,
            found=3 - len(told.absent),
            quote=told.quote,
        )


@rule(
    "contact-missing",
    title_zh="无联系方式",
    norm_zh="报告写明联系电话、地址、邮箱或网址",
    basis=PRACTICE,
    lacking=True,
)
def contact_missing(report: Report, context: Context) -> Statements:
    """The report tells how to reach the body: a telephone number, an address, mail or a link."""
    around = context.page.around if context.page is not None else ()
    if any(CONTACT.search(unicodedata.normalize("NFKC", text)) for text in (report.text, *around)):
        return
    if prose_unreadable(report):
        yield _no_prose_at_all()
    else:
        yield fail(
            "text",
            "报告中未见联系电话、地址、邮箱或网址",
            "The report names no telephone number, address, mail or link",
        )


def _fee_told(section: Section | None) -> bool:
    return section is not None and bool(contents.FEE_STATEMENT_IN_OTHER_MATTERS.search(fold(section.text)))


def _no_prose(key: str) -> Statement:
    label = section_label(key)
    return uncertain(
        f"sections.{key}",
        f"{label.zh}下没有可读的文字（可能为图片或表格），未能检查",
        f"No readable prose stands in {label.en} (perhaps a picture or a table), so it was not checked",
        fault=Fault.EXTRACTION,
    )


def _no_prose_at_all() -> Statement:
    return uncertain(
        "text",
        "正文未能读出，无法检查",
        "The prose could not be read, so it was not checked",
        fault=Fault.EXTRACTION,
    )
