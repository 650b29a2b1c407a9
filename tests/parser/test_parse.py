"""The report put together from one document."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crawler.extract.document import (
    Attachment,
    Block,
    Document,
    Format,
    Grid,
    Origin,
    Paragraph,
    Picture,
    Slot,
)
from crawler.parser import NotAReport, Page, parse
from crawler.report.model import DateSource, PeriodBound, TableState
from crawler.report.narrative import Subject

Builder = Callable[..., Document]

TITLE = "青杉市水务局2023年政府信息公开工作年度报告"
PREFACE = "本报告依照规定编制，数据统计期限自2023年1月1日起至2023年12月31日止。"
DISCLOSURE_2021 = [
    ["第二十条第（一）项", "", "", ""],
    ["信息内容", "本年制发件数", "本年废止件数", "现行有效件数"],
    ["规章", "0", "0", "0"],
    ["行政规范性文件", "2", "1", "7"],
    ["第二十条第（五）项", ""],
    ["信息内容", "本年处理决定数量"],
    ["行政许可", "46"],
    ["第二十条第（六）项", ""],
    ["信息内容", "本年处理决定数量"],
    ["行政处罚", "7"],
    ["行政强制", "0"],
    ["第二十条第（八）项", ""],
    ["信息内容", "本年收费金额（单位：万元）"],
    ["行政事业性收费", "3.5"],
]
DISCLOSURE_2019 = [
    ["第二十条第（一）项", "", "", ""],
    ["信息内容", "本年新制作数量", "本年新公开数量", "对外公开总数量"],
    ["规章", "0", "0", "0"],
    ["规范性文件", "1", "1", "8"],
    ["第二十条第（五）项", "", "", ""],
    ["信息内容", "上一年项目数量", "本年增/减", "处理决定数量"],
    ["行政许可", "34", "2", "978"],
    ["其他对外管理服务事项", "46", "0", "0"],
]
BODY = [
    TITLE,
    PREFACE,
    "一、总体情况",
    "2023年，本局主动公开政府信息126条。全年未收到政府信息公开申请。",
    "二、主动公开政府信息情况",
    DISCLOSURE_2021,
    "五、存在的主要问题及改进情况",
    "更新不够及时，下一步加强培训。",
    "六、其他需要报告的事项",
    "本年度未收取信息处理费。",
    "青杉市水务局",
    "2024年1月18日",
]


def test_a_report(document: Builder) -> None:
    page = document(*BODY, meta=(("PubDate", "2024-01-19 09:00"),), around=("版权所有 青杉市人民政府",))
    report = parse(page, Page(url="http://a.example/202401/t20240122_1.html", organ="青杉市水务局（移民局）"))
    assert report.title == TITLE
    assert report.organ == "青杉市水务局"  # as printed, whatever the roster calls it
    assert (report.year, report.year_from) == (2023, "title")
    assert report.form == "2021"
    assert (report.published, report.published_from) == (date(2024, 1, 19), DateSource.META)
    assert report.signed == date(2024, 1, 18)
    assert report.period is not None
    assert (report.period.start, report.period.end) == (PeriodBound(2023, 1, 1), PeriodBound(2023, 12, 31))
    assert list(report.sections) == ["overview", "disclosure", "problems", "other_matters"]
    assert report.extra_headings == ()
    assert report.cells["disclosure.normative_documents.in_force"].value == 7
    assert {key: table.state for key, table in report.tables.items() if key != "disclosure"} == {
        "applications": TableState.MISSING,
        "disputes": TableState.MISSING,
    }
    assert report.text.split("\n") == [line for line in BODY if isinstance(line, str)]
    assert [(s.number, s.denies, s.ambiguous) for s in report.narrative.of(Subject.RECEIVED)] == [
        (None, True, False)
    ]


def test_a_second_report_on_the_page_is_left_out_and_told(document: Builder) -> None:
    other = [
        part.replace("青杉市水务局", "青杉市松涛镇人民政府") if isinstance(part, str) else part
        for part in BODY
    ]
    other[5] = [["行政许可", "999"] if row[0] == "行政许可" else row for row in DISCLOSURE_2021]
    alone, both = parse(document(*BODY), Page()), parse(document(*BODY, *other), Page())
    assert (alone.others_below, both.others_below) == (False, True)
    assert both.organ == "青杉市水务局"
    assert both.cells == alone.cells
    assert both.cells["disclosure.licences.decisions"].value == 46
    assert both.text == alone.text


@pytest.mark.parametrize(
    ("labelled", "contradicting"), [("2024-02-26", (date(2024, 2, 26),)), ("2024-01-19", ())]
)
def test_another_stated_date_is_kept_beside_the_one_that_counts(
    document: Builder, labelled: str, contradicting: tuple[date, ...]
) -> None:
    page = document(*BODY, meta=(("PubDate", "2024-01-19"),), around=(f"发布日期：{labelled}",))
    report = parse(page, Page())
    assert (report.published, report.published_from) == (date(2024, 1, 19), DateSource.META)
    assert report.contradicting_dates == contradicting


def test_what_a_person_gives_outranks_the_document(document: Builder) -> None:
    page = document(*BODY, meta=(("PubDate", "2024-01-19"),))
    report = parse(page, Page(published=date(2024, 2, 5), year=2022))
    assert (report.published, report.published_from) == (date(2024, 2, 5), DateSource.FLAG)
    assert (report.year, report.year_from) == (2022, "given")


def test_a_report_without_title_takes_the_given_organ_and_the_periods_year(document: Builder) -> None:
    report = parse(document(*BODY[1:]), Page(organ="青杉市水务局"))
    assert report.title is None
    assert report.organ == "青杉市水务局"
    assert (report.year, report.year_from) == (2023, "period")


def test_a_reposted_report_is_the_other_bodys(document: Builder) -> None:
    printed = "云岭省水利厅2022年政府信息公开工作年度报告"
    page = document(printed, *BODY[2:], page_title="青杉市水务局2023年政府信息公开工作年度报告")
    report = parse(page, Page(listed_title=TITLE))
    assert (report.organ, report.year, report.title) == ("云岭省水利厅", 2022, printed)


def test_the_signature_stands_in_for_a_publication_date_and_says_so(document: Builder) -> None:
    report = parse(document(*BODY), Page())
    assert (report.published, report.published_from) == (date(2024, 1, 18), DateSource.SIGNATURE)


def test_a_date_above_the_text_is_no_signature(document: Builder) -> None:
    report = parse(
        document(TITLE, "2024年1月18日", "一、总体情况", "好。", "二、主动公开政府信息情况", "无"), Page()
    )
    assert report.signed is None


@pytest.mark.parametrize(
    ("title", "table", "form"),
    [
        ("青杉市水务局2023年政府信息公开工作年度报告", DISCLOSURE_2021, "2021"),
        ("青杉市水务局2023年政府信息公开工作年度报告", DISCLOSURE_2019, "2019"),
        ("青杉市水务局2020年政府信息公开工作年度报告", DISCLOSURE_2019, "2019"),
        ("青杉市水务局2018年政府信息公开工作年度报告", None, "legacy"),
        ("青杉市水务局2018年政府信息公开工作年度报告", DISCLOSURE_2019, "2019"),
        ("青杉市水务局2023年政府信息公开工作年度报告", None, None),
        ("政府信息公开工作年度报告", None, None),
    ],
)
def test_the_form_is_told_by_the_tables(
    document: Builder, title: str, table: list[list[str]] | None, form: str | None
) -> None:
    lines = [title, "一、总体情况", "好。", "二、主动公开政府信息情况", *([table] if table else []), "无"]
    assert parse(document(*lines), Page()).form == form


@pytest.mark.parametrize(
    ("extra", "page"),
    [
        ([None], {}),
        ([], {"attachments": (Attachment("a.docx", "年度报告.docx"),)}),
        (["点击下载"], {}),
    ],
)
def test_a_title_alone_is_a_report_of_which_nothing_was_read(
    document: Builder, extra: list[str | None], page: dict[str, object]
) -> None:
    report = parse(document(TITLE, *extra, **page), Page())
    assert (report.organ, report.year) == ("青杉市水务局", 2023)
    assert dict(report.sections) == {}
    assert {table.state for table in report.tables.values()} <= {TableState.MISSING, TableState.IMAGE}


def test_a_page_that_is_no_report(document: Builder) -> None:
    with pytest.raises(NotAReport) as caught:
        parse(document("欢迎访问青杉市人民政府门户网站", "新闻", "通知公告"), Page())
    assert caught.value.reason.en == "no title, section or table of an annual disclosure report"


slots = st.builds(
    Slot,
    st.one_of(st.text(max_size=12), st.sampled_from(["0", "总计", "规章", "一、总体情况", "7", "结果维持"])),
    st.sampled_from(Origin),
)
arbitrary_blocks = st.lists(
    st.one_of(
        st.builds(
            Paragraph, st.one_of(st.text(max_size=60), st.sampled_from([TITLE, PREFACE, "一、总体情况"]))
        ),
        st.builds(
            Grid,
            st.lists(st.lists(slots, max_size=9).map(tuple), max_size=6).map(tuple),
            st.just(False),
        ),
        st.builds(Picture, st.text(max_size=5)),
    ),
    max_size=15,
).map(tuple)


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(
    found=arbitrary_blocks,
    around=st.lists(st.text(max_size=40), max_size=4).map(tuple),
    title=st.text(max_size=40),
    listed=st.none() | st.text(max_size=40),
)
def test_parse_raises_nothing_but_not_a_report(
    found: tuple[Block, ...], around: tuple[str, ...], title: str, listed: str | None
) -> None:
    document = Document(
        Format.HTML, found, page_title=title, headings=around, meta=(("PubDate", title),), around=around
    )
    try:
        report = parse(document, Page(url=title, listed_title=listed))
    except NotAReport as answer:
        assert answer.reason.zh
        return
    assert set(report.tables) == {"disclosure", "applications", "disputes"}
    assert (report.published is None) == (report.published_from is None)


def test_a_heading_that_stands_in_a_table_is_told(document: Builder) -> None:
    assert parse(document(*BODY), Page()).headings_in_tables == frozenset()
    framed = document(*BODY, [["四、政府信息公开行政复议、行政诉讼情况\n本年度没有。", "三、本年度办理结果"]])
    assert parse(framed, Page()).headings_in_tables == {"disputes"}
