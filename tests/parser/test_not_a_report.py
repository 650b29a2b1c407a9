"""Documents that are no annual disclosure report, each beside a report that uses the same words."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from crawler.extract.document import Attachment, Document
from crawler.parser import NotAReport, Page, parse

Builder = Callable[..., Document]

ORGAN = "青杉市水务局"
TITLE = f"{ORGAN}2023年政府信息公开工作年度报告"
SECTIONS = (
    "一、总体情况",
    "本局依法公开。",
    "二、主动公开政府信息情况",
    "详见下表。",
    "五、存在的主要问题及改进情况",
    "队伍不稳，将加强培训。",
)


def refused(document: Document) -> NotAReport:
    with pytest.raises(NotAReport) as caught:
        parse(document, Page())
    return caught.value


@pytest.mark.parametrize(
    ("title", "lines", "zh", "en"),
    [
        (f"一图读懂｜{TITLE}", [], "解读", "explains"),
        (f"长图：{TITLE}", [], "解读", "explains"),
        ("关于做好2023年度政府信息公开工作年度报告编制工作的通知", ["各单位："], "通知", "compiling"),
        ("关于报送2023年政府信息公开工作年度报告的通知", ["各单位："], "通知", "compiling"),
        ("关于编报2023年政府信息公开年报的提示", ["各单位："], "通知", "compiling"),
        ("青杉市2023年政府信息公开工作年度报告公布情况", ["已全部公布。"], "公布情况", "who published"),
        ("青杉市2023年度政府信息公开年报发布情况一览表", ["序号"], "公布情况", "who published"),
        ("青杉市政府信息公开年报制度", ["第一条"], "制度", "a rule"),
        ("政府信息公开工作年度报告编制说明", ["一、填报要求"], "制度", "a rule"),
        ("政府信息公开工作年度报告模板", ["一、总体情况"], "制度", "a rule"),
        ("青杉市水务局2023年法治政府建设年度报告", ["一、主要做法"], "另一种", "another kind"),
        ("青杉市水务局2022年度部门决算", ["一、部门概况"], "另一种", "another kind"),
        ("青杉市水务局2023年部门预算", ["一、部门概况"], "另一种", "another kind"),
        ("青杉市2023年统计年报", ["一、综合"], "另一种", "another kind"),
        ("青杉市2023年食品安全工作总结", ["一、主要做法"], "另一种", "another kind"),
        ("青杉市水务局2023年政府网站工作年度报表", ["网站名称"], "另一种", "another kind"),
        ("青杉市2023年政务公开工作要点", ["一、突出重点"], "要点", "a plan"),
        ("青杉市水务局政府信息公开指南", ["一、公开范围"], "要点", "a plan"),
        ("青杉市召开政府信息公开年报工作部署会", ["日前召开。"], "会议", "meeting"),
        ("通知公告", ["欢迎访问"], "未见", "no title"),
    ],
)
def test_what_says_that_it_is_something_else(
    document: Builder, title: str, lines: list[str], zh: str, en: str
) -> None:
    answer = refused(document(*lines, headings=(title,)))
    assert zh in answer.reason.zh
    assert en in answer.reason.en


@pytest.mark.parametrize(
    "title",
    [
        "青杉市机构编制委员会办公室2023年政府信息公开工作年度报告",
        "青杉市财政预算评审中心2023年政府信息公开工作年度报告",
        "青杉市会议中心2023年政府信息公开工作年度报告",
        "青杉市统计局2023年政府信息公开年报",
        "青杉市审计局2023年度政务公开工作年度报告",
        "青杉市食品药品监督管理局2017年政务信息公开工作报告",
        "青杉市法治政府建设办公室2023年政府信息公开工作年度报告",
        "青杉市水务局2017年信息公开工作报告",
        "青杉市水务局2023年政府信息公开工作年度报告（图文版）",
        "关于公布青杉市水务局2023年政府信息公开工作年度报告的通知",
        "青杉市水务局2023年政府信息公开工作年度报告公示",
        "1.青杉市水务局2023年政府信息公开工作年度报告",
    ],
)
def test_a_report_whose_title_bears_such_words(document: Builder, title: str) -> None:
    report = parse(document(*SECTIONS, headings=(title,)), Page())
    assert report.title == title
    assert report.organ is not None
    assert report.organ in title
    assert report.organ.startswith("青杉市")


@pytest.mark.parametrize(
    "line",
    [
        "根据法治政府建设年度报告、部门决算和统计年报的口径，编制本报告。",
        "按照《关于做好2023年政府信息公开工作年度报告编制工作的通知》，现报告如下。",
        "本机关同时公布了一图读懂和政策解读。",
        "现将青杉市水务局2023年政府信息公开工作年度报告予以上报，请审阅。",
    ],
)
def test_a_report_whose_text_speaks_of_other_papers(document: Builder, line: str) -> None:
    for titled in ((TITLE,), ()):
        report = parse(document(line, *SECTIONS, headings=titled), Page())
        assert set(report.sections) == {"overview", "disclosure", "problems"}


LETTER = "青杉市水务局关于报送2023年政府信息公开工作年度报告的函"


def test_a_letter_that_submits_a_report_is_none(document: Builder) -> None:
    answer = refused(document("市政府办公室：", "现将我局年度报告报送你办。" * 12, headings=(LETTER,)))
    assert "报送年度报告的函" in answer.reason.zh
    assert not answer.says_so  # what is attached to it may be the report


def test_a_letter_that_holds_the_report_is_one(document: Builder) -> None:
    report = parse(
        document("市政府办公室：", "现将年度报告报送你办。", *SECTIONS, headings=(LETTER,)), Page()
    )
    assert (report.organ, report.year) == (ORGAN, 2023)
    assert len(report.sections) == 3


ROWS = [
    ["第二十条第（一）项"],
    ["信息内容", "本年制发件数", "本年废止件数", "现行有效件数"],
    ["规章", "{}", "{}", "{}"],
    ["行政规范性文件", "{}", "{}", "{}"],
]


def table(figure: str) -> list[list[str]]:
    return [[text.format(figure) for text in row] for row in ROWS]


@pytest.mark.parametrize(
    "title", ["XX局2023年政府信息公开工作年度报告", "（单位名称）政府信息公开工作年度报告"]
)
def test_a_blank_form_is_no_report(document: Builder, title: str) -> None:
    lines = (title, "一、总体情况", "二、主动公开政府信息情况", table(""), "六、其他需要报告的事项")
    assert "空白" in refused(document(*lines)).reason.zh


@pytest.mark.parametrize(
    ("title", "figure"), [(TITLE, ""), (TITLE, "/"), ("政府信息公开工作年度报告", "0"), (TITLE, "0")]
)
def test_a_report_that_was_filled_in_or_names_its_body_is_no_blank_form(
    document: Builder, title: str, figure: str
) -> None:
    report = parse(document(title, "二、主动公开政府信息情况", table(figure)), Page())
    assert report.tables["disclosure"].cells


def test_what_is_attached_to_a_page_without_words_of_its_own_is_not_ruled_out(document: Builder) -> None:
    page = document("详见附件。", attachments=(Attachment("1.docx", "附件"),), headings=("通知公告",))
    assert not refused(page).says_so
