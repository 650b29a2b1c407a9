"""Titles taken apart, the year's sources, and what is no report."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.extract.document import Attachment, Document
from crawler.parser.attribution import reported_year
from crawler.parser.identity import TitleSource, identify, read_title
from crawler.parser.not_a_report import NotAReport
from crawler.report.model import Period, PeriodBound

Builder = Callable[..., Document]


@pytest.mark.parametrize(
    ("printed", "organ", "year"),
    [
        ("青杉市水务局2023年政府信息公开工作年度报告", "青杉市水务局", 2023),
        ("青杉市水务局2023年度政府信息公开年度报告", "青杉市水务局", 2023),
        ("云溪县松涛镇人民政府 2022 年政府信息公开工作年度报告", "云溪县松涛镇人民政府", 2022),
        ("临溪区卫健委２０２０年政府信息公开工作年度报告", "临溪区卫健委", 2020),
        ("青杉市水务局二〇二三年政府信息公开工作年度报告", "青杉市水务局", 2023),
        ("青杉市水务局二○二一年度政府信息公开工作年度报告", "青杉市水务局", 2021),
        ("关于青杉市水务局2022年政府信息公开工作的年度报告", "青杉市水务局", 2022),
        ("青杉市水务局关于2019年度政府信息公开工作年度报告", "青杉市水务局", 2019),
        ("（更正版）青杉市水务局2022年政府信息公开工作年度报告", "青杉市水务局", 2022),
        ("青杉市水务局2022年政府信息公开工作年度报告（更正版）", "青杉市水务局", 2022),
        ("2022年青杉市水务局政府信息公开工作年度报告", "青杉市水务局", 2022),
        ("2022年度青杉市人民政府办公室政务公开工作年度报告", "青杉市人民政府办公室", 2022),
        ("青杉市水务局2023年度部门政府信息公开工作年度报告", "青杉市水务局", 2023),
        ("青杉市水务局政府信息公开工作年度报告（2021年度）", "青杉市水务局", 2021),
        ("青杉市水务局政府信息公开2021年度报告", "青杉市水务局", 2021),
        ("青杉市水务局2021政府信息公开工作年度报告", "青杉市水务局", 2021),
        ("《青杉市水务局2021年政府信息公开工作年度报告》", "青杉市水务局", 2021),
        ("青杉市发展和改革局（粮食局）2021年政府信息公开工作年度报告", "青杉市发展和改革局（粮食局）", 2021),
        ("青杉市水务局2017年信息公开工作报告", "青杉市水务局", 2017),
        ("青杉市水务局政务信息公开2012年年报", "青杉市水务局", 2012),
        ("青杉市水务局关于报送2022年政府信息公开工作年度报告的函", "青杉市水务局", 2022),
        ("青杉市水务局2022年政府信息公开工作年度报告（2023年1月18日）", "青杉市水务局", 2022),
        ("附件：青杉市水务局2022年政府信息公开工作年度报告.docx", "青杉市水务局", 2022),
        ("青杉市人民政府办公室关于青杉市2022年政府信息公开工作年度报告", "青杉市", 2022),
        ("青杉市水务局关于本局2022年政府信息公开工作年度报告", "青杉市水务局", 2022),
        ("青杉市水务局政府信息公开工作年度报告", "青杉市水务局", None),
        ("2022年政府信息公开工作年度报告", None, 2022),
        ("政府信息公开工作年度报告", None, None),
        ("青杉市水务局2021年至2022年政府信息公开工作年度报告", "青杉市水务局", None),
        ("青杉市水务局1998年政府信息公开工作年度报告", None, None),
    ],
)
def test_a_title_names_its_organ_and_year(printed: str, organ: str | None, year: int | None) -> None:
    title = read_title(printed)
    if organ is None and year is None and printed != "政府信息公开工作年度报告":
        assert title is None
        return
    assert title is not None
    assert (title.organ, title.year, title.text) == (organ, year, printed)


@pytest.mark.parametrize(
    "printed",
    [
        "青杉市水务局2023年法治政府建设年度报告",
        "青杉市水务局2023年政府信息公开工作年度报告文字解读",
        "文字解读：青杉市水务局2023年政府信息公开工作年度报告",
        "一图读懂青杉市水务局2023年政府信息公开工作年度报告",
        "关于做好2023年政府信息公开工作年度报告编制工作的通知",
        "现将青杉市水务局2023年政府信息公开工作年度报告公布如下，欢迎查阅。",
        "青杉市召开2023年政府信息公开工作年度报告编制会",
        "政府信息公开指南",
        "首页 > 政府信息公开 > 青杉市水务局2023年政府信息公开工作年度报告",
        "青杉市水务局2023年度部门决算",
        "青杉市水务局2023年预决算信息公开情况报告",
        "青杉市化工公司2023年环境信息公开年度报告",
        "",
    ],
)
def test_other_lines_are_no_title(printed: str) -> None:
    assert read_title(printed) is None


organs = st.builds(
    lambda place, ending: place + ending,
    st.sampled_from(["青杉市", "云溪县", "临溪区", "云岭省", "青杉市临溪区", "松岭自治州"]),
    st.sampled_from(
        ["水务局", "卫生健康委员会", "人民政府办公室", "松涛镇人民政府", "石桥街道办事处", "管委会"]
    ),
)
spaces = st.sampled_from(["", " ", "　", "\u00a0"])


@given(
    organ=organs,
    year=st.integers(2008, 2099),
    words=st.sampled_from(["政府信息公开工作年度报告", "政府信息公开年度报告", "政务公开工作年度报告"]),
    unit=st.sampled_from(["年", "年度"]),
    gap=spaces,
    other_gap=spaces,
)
def test_any_title_of_standard_words_gives_organ_and_year_back(
    organ: str, year: int, words: str, unit: str, gap: str, other_gap: str
) -> None:
    title = read_title(f"{organ}{gap}{year}{other_gap}{unit}{words}")
    assert title is not None
    assert (title.organ, title.year) == (organ, year)


@given(st.text(max_size=300))
def test_no_text_breaks_the_reading_of_titles(text: str) -> None:
    title = read_title(text)
    assert title is None or title.organ is None or len(title.organ) >= 2


def identified(document: Document, *, listed: str | None = None, evident: bool = True) -> str | None:
    title = identify(document, listed_title=listed, first_heading=None, evident=evident)
    return title.text if title else None


@pytest.mark.parametrize(
    ("lines", "joined"),
    [
        (
            ["青杉市水务局2020年度政府信息公开", "工作年度报告", "根据规定编制本报告。"],
            "青杉市水务局2020年度政府信息公开工作年度报告",
        ),
        (["青杉市水务局", "2020年政府信息公开工作年度报告"], "青杉市水务局2020年政府信息公开工作年度报告"),
        (
            ["青杉市水务局", "2020年", "政府信息公开工作年度报告"],
            "青杉市水务局2020年政府信息公开工作年度报告",
        ),
        (
            ["青杉市水务局 2021年政府信息", "公开工作年度报告"],
            "青杉市水务局 2021年政府信息公开工作年度报告",
        ),
        (
            ["公开目录", "打印", "青杉市水务局2020年度政府信息公开", "工作年度报告"],
            "青杉市水务局2020年度政府信息公开工作年度报告",
        ),
        (["政务公开", "2020年政府信息公开工作年度报告"], "2020年政府信息公开工作年度报告"),
    ],
)
def test_a_title_over_several_lines(document: Builder, lines: list[str], joined: str) -> None:
    assert identified(document(*lines)) == joined


def test_the_printed_title_comes_before_those_of_the_page(document: Builder) -> None:
    page = document(
        "云岭省水利厅2022年政府信息公开工作年度报告",
        headings=("青杉市水务局2022年政府信息公开工作年度报告",),
    )
    title = identify(page, listed_title=None, first_heading=None, evident=True)
    assert title is not None
    assert (title.organ, title.source) == ("云岭省水利厅", TitleSource.PRINTED)


def test_a_heading_with_organ_and_year_comes_before_a_printed_title_without(document: Builder) -> None:
    page = document(
        "政府信息公开工作年度报告", headings=("相关新闻", "青杉市水务局2022年政府信息公开工作年度报告")
    )
    assert identified(page) == "青杉市水务局2022年政府信息公开工作年度报告"


@pytest.mark.parametrize(
    ("page", "source"),
    [
        ({"meta": (("ArticleTitle", "青杉市水务局2022年政府信息公开工作年度报告"),)}, TitleSource.META),
        ({"meta": (("articletitle", "青杉市水务局2022年政府信息公开工作年度报告"),)}, TitleSource.META),
        ({"page_title": "青杉市水务局2022年政府信息公开工作年度报告-青杉市人民政府"}, TitleSource.PAGE),
        ({"page_title": "青杉市水务局2022年政府信息公开工作年度报告_年报_青杉市"}, TitleSource.PAGE),
    ],
)
def test_titles_of_the_page(document: Builder, page: dict[str, object], source: TitleSource) -> None:
    title = identify(document("正文", **page), listed_title=None, first_heading=None, evident=True)
    assert title is not None
    assert (title.organ, title.year, title.source) == ("青杉市水务局", 2022, source)


def test_a_title_beside_the_body_of_a_report(document: Builder) -> None:
    lines = ("首页", "青杉市水务局2022年政府信息公开", "工作年度报告", "时间：2023-01-18")
    page = document("一、总体情况", around=lines)
    title = identify(page, listed_title=None, first_heading=0, evident=True)
    assert title is not None
    assert (title.organ, title.year, title.source) == ("青杉市水务局", 2022, TitleSource.BESIDE)
    with pytest.raises(NotAReport):  # without sections or tables it may be a link
        identify(page, listed_title=None, first_heading=None, evident=False)


def test_several_titles_beside_the_body_are_links_to_others(document: Builder) -> None:
    around = tuple(f"青杉市水务局{year}年政府信息公开工作年度报告" for year in (2021, 2022))
    assert identified(document("一、总体情况", around=around), evident=True) is None


def test_a_report_that_lost_its_title_is_still_one(document: Builder) -> None:
    assert identified(document("本局高度重视信息公开。"), evident=True) is None


@pytest.mark.parametrize(
    ("headings", "lines", "evident", "reason"),
    [
        (("文字解读：青杉市水务局2023年政府信息公开工作年度报告",), ["正文"], True, "解读"),
        (("一图读懂：青杉市水务局2023年政府信息公开工作年度报告",), [], False, "解读"),
        (
            ("关于做好2023年政府信息公开工作年度报告编制工作的通知",),
            ["XX局2023年政府信息公开工作年度报告"],
            True,
            "通知",
        ),
        (("政府信息公开工作年度报告制度",), ["第一条"], True, "制度"),
        (("2022年政府信息公开工作年度报告公布情况",), ["各单位已公布。"], False, "公布情况"),
        (("青杉市召开政府信息公开年报编制培训会",), ["日前召开会议。"], False, "通知"),
        (("青杉市水务局2023年法治政府建设年度报告",), ["一、总体情况"], True, "另一种"),
        (("青杉市水务局2023年度部门决算公开报告",), ["决算"], False, "另一种"),
        ((), ["2023年法治政府建设情况报告", "法治政府建设年度报告"], True, "另一种"),
        ((), ["欢迎访问"], False, "未见"),
        ((), [], False, "未见"),
    ],
)
def test_what_is_no_report(
    document: Builder, headings: tuple[str, ...], lines: list[str], evident: bool, reason: str
) -> None:
    with pytest.raises(NotAReport) as caught:
        identified(document(*lines, headings=headings), evident=evident)
    assert reason in str(caught.value)
    assert caught.value.reason.zh == str(caught.value)
    assert "\n" not in caught.value.reason.en


def test_a_column_of_the_page_that_names_explanations_does_not_reject_its_report(document: Builder) -> None:
    page = document(
        "青杉市水务局2023年政府信息公开工作年度报告",
        headings=("青杉市水务局2023年政府信息公开工作年度报告", "年度报告解读"),
    )
    assert identified(page) == "青杉市水务局2023年政府信息公开工作年度报告"


def test_short_headings_at_the_side_do_not_reject_a_report(document: Builder) -> None:
    page = document(
        "青杉市水务局2023年政府信息公开工作年度报告", headings=("年报制度", "年报解读", "决算报告")
    )
    assert identified(page) == "青杉市水务局2023年政府信息公开工作年度报告"


def test_the_name_of_an_office_is_no_other_kind_of_report(document: Builder) -> None:
    page = document("一、总体情况", headings=("青杉市统计局年度报告", "青杉市审计局年度报告"))
    assert identified(page, evident=True) is None


def test_a_list_of_reports_is_no_report(document: Builder) -> None:
    rows = [f"青杉市水务局{year}年政府信息公开工作年度报告" for year in (2021, 2022, 2023)]
    with pytest.raises(NotAReport, match="列表页"):
        identified(document(*rows, headings=("政府信息公开年报",)), evident=False)


def test_a_column_page_is_no_report(document: Builder) -> None:
    with pytest.raises(NotAReport, match="未见"):
        identified(document("首页", "政府信息公开年报"), evident=False)


def test_a_page_that_only_links_to_the_report_is_one_by_its_title(document: Builder) -> None:
    page = document(
        "青杉市水务局2023年政府信息公开工作年度报告", attachments=(Attachment("a.docx", "年度报告.docx"),)
    )
    assert identified(page, evident=False) == "青杉市水务局2023年政府信息公开工作年度报告"


def period(first: int, last: int) -> Period:
    return Period(PeriodBound(first, 1, 1), PeriodBound(last, 12, 31), "统计期限")


@pytest.mark.parametrize(
    ("given_year", "title", "stated", "listed", "around", "expected"),
    [
        (2019, "青杉市水务局2020年政府信息公开工作年度报告", None, None, (), (2019, "given")),
        (None, "青杉市水务局2020年政府信息公开工作年度报告", period(2019, 2019), None, (), (2020, "title")),
        (
            None,
            "青杉市水务局政府信息公开工作年度报告",
            period(2021, 2021),
            "2022年年报",
            (),
            (2021, "period"),
        ),
        (None, "青杉市水务局政府信息公开工作年度报告", period(2021, 2020), "2022年年报", (), (2022, "page")),
        (
            None,
            "青杉市水务局政府信息公开工作年度报告",
            None,
            None,
            ("首页 > 政府信息公开年报 > 2021 > 街道办",),
            (2021, "page"),
        ),
        (None, "青杉市水务局政府信息公开工作年度报告", None, None, ("版权所有 2024",), (None, None)),
        (
            None,
            "青杉市水务局政府信息公开工作年度报告",
            None,
            None,
            ("首页 > 2021 > 2022年度",),
            (None, None),
        ),
    ],
)
def test_where_the_year_comes_from(
    document: Builder,
    given_year: int | None,
    title: str,
    stated: Period | None,
    listed: str | None,
    around: tuple[str, ...],
    expected: tuple[int | None, str | None],
) -> None:
    page = document(around=around)
    found = reported_year(page, given=given_year, title=read_title(title), period=stated, listed_title=listed)
    assert (found.value, found.source) == expected


def test_the_year_of_a_listed_title_is_the_pages(document: Builder) -> None:
    listed = "青杉市水务局2021年政府信息公开工作年度报告"
    title = read_title(listed, TitleSource.LISTED)
    found = reported_year(document(), given=None, title=title, period=None, listed_title=listed)
    assert found == (2021, "page")
