"""Publication, signature and statistical period, each from its own place."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.extract.document import Block, Document
from crawler.parser.dates import is_signature, publication, signature, statistical_period, unread_publication
from crawler.report.model import DateSource, PeriodBound

Builder = Callable[..., Document]
BlocksBuilder = Callable[..., tuple[Block, ...]]
TITLE = "青杉市水务局2021年政府信息公开工作年度报告"


def published(
    document: Document,
    *,
    url: str | None = None,
    first_heading: int | None = None,
    signed: date | None = None,
) -> tuple[date | None, DateSource | None]:
    found = publication(document, url=url, title=TITLE, first_heading=first_heading, signed=signed)
    return found.day, found.source


@pytest.mark.parametrize(
    ("name", "content", "day"),
    [
        ("PubDate", "2022-01-18", date(2022, 1, 18)),
        ("PubDate", "2022-01-18 10:19", date(2022, 1, 18)),
        ("pubdate", "2022-01-18 11:32:34", date(2022, 1, 18)),
        ("PUBDATE", "2022年01月18日", date(2022, 1, 18)),
        (" PubDate ", "2022/1/18", date(2022, 1, 18)),
        ("PubDate", "20220118", date(2022, 1, 18)),
        ("PubDate", "2022-01-31T16:30:00Z", date(2022, 2, 1)),
        ("PubDate", "2022-01-31T23:30:00+08:00", date(2022, 1, 31)),
    ],
)
def test_the_meta_date_in_its_spellings(document: Builder, name: str, content: str, day: date) -> None:
    assert published(document(meta=((name, content),))) == (day, DateSource.META)


@pytest.mark.parametrize(
    "content", ["", "发布时间", "政府网站标识码", "2022-13-40", "2022-01", "{{PubDate}}"]
)
def test_an_empty_or_placeholder_meta_date_is_passed_over(document: Builder, content: str) -> None:
    page = document(meta=(("PubDate", content),), around=("发布日期：2022-01-20",))
    assert published(page) == (date(2022, 1, 20), DateSource.LABEL)


def test_two_meta_dates_that_differ_are_no_statement(document: Builder) -> None:
    page = document(meta=(("PubDate", "2022-01-18"), ("PubDate", "2022-02-18")))
    assert published(page) == (None, None)


@pytest.mark.parametrize("name", ["Maketime", "firstpublishedtime", "created_at", "first_publish_time"])
def test_other_meta_times_are_no_publication(document: Builder, name: str) -> None:
    assert published(document(meta=((name, "2022-01-18 10:00:00"),))) == (None, None)


@pytest.mark.parametrize(
    ("line", "day"),
    [
        ("发布日期：2022-01-20", date(2022, 1, 20)),
        ("发布时间:2022-01-20 10:22 来源：市水务局 浏览次数：12", date(2022, 1, 20)),
        ("发 布 日 期：2022年1月20日", date(2022, 1, 20)),
        ("【发布日期】2022.01.20", date(2022, 1, 20)),
        ("发表时间：2022/01/20", date(2022, 1, 20)),
        ("更新时间:2022-03-28 14:53 发布时间:2022-01-20 14:50 来源:", date(2022, 1, 20)),
        ("成文日期：2022-01-10 发布日期：2022-01-20 生成日期：2022-01-12", date(2022, 1, 20)),
        ("发布时间：２０２２－０１－２０", date(2022, 1, 20)),
        ("发布时间：2022-01-2010:22:33", date(2022, 1, 20)),
        ("来源：市水务局 时间：2022-01-20 10:22", date(2022, 1, 20)),
        ("日期：2022-01-20 浏览：18", date(2022, 1, 20)),
    ],
)
def test_visible_labels(document: Builder, line: str, day: date) -> None:
    assert published(document(around=("首页 > 年报", line, "版权所有"))) == (day, DateSource.LABEL)


@pytest.mark.parametrize(
    "line",
    [
        "更新时间：2022-01-20",
        "成文日期：2022-01-20 来源：市水务局",
        "生成日期：2022-01-20",
        "首次发布时间：2022-01-20",
        "今天是2022年1月20日 星期四",
        "时间：2022年1月20日 星期四 来源",
        "时间：2022-01-20",
        "当前时间：2022-01-20 浏览",
        "2022-01-20 10时25分浏览次数：3",
        "[2022-01-20]",
        "发布日期：01-20",
        "发布日期：2022-02-30",
        "版权所有 2022-01-20",
    ],
)
def test_other_dates_of_a_page_are_no_publication(document: Builder, line: str) -> None:
    assert published(document("一、总体情况", around=(line, *["导航"] * 5), page_title=TITLE)) == (None, None)


def test_a_plain_label_counts_beside_the_title(document: Builder) -> None:
    page = document(around=("首页", "工作动态", "导航", TITLE, "日期：2022-01-20", "正文"))
    assert published(page) == (date(2022, 1, 20), DateSource.LABEL)
    assert published(document(TITLE, "时间：2022-01-20")) == (date(2022, 1, 20), DateSource.LABEL)


def test_a_label_and_its_date_on_two_lines(document: Builder) -> None:
    page = document(around=("索引号：", "A-1", "发布日期：", "2022-01-20", "成文日期：", "2022-01-10"))
    assert published(page) == (date(2022, 1, 20), DateSource.LABEL)


def test_a_label_in_the_index_table_above_the_text(document: Builder) -> None:
    page = document([["索引号", "A-1", "发布日期", "2022-01-20"]], TITLE, "一、总体情况")
    assert published(page, first_heading=2) == (date(2022, 1, 20), DateSource.LABEL)


def test_a_label_in_the_prose_is_no_publication(document: Builder) -> None:
    page = document(TITLE, "一、总体情况", "政策发布时间：2021-05-06，已解读。", "甲", "乙", "丙", "丁")
    assert published(page, first_heading=1) == (None, None)


def test_two_labelled_dates_that_differ_are_decided_by_the_line_under_the_title(document: Builder) -> None:
    others = ("发布日期：2023-05-06", "发布日期：2023-06-07")
    told = document(around=("发布日期：2022-01-20 来源：市水务局", *others))
    assert published(told) == (date(2022, 1, 20), DateSource.LABEL)
    assert published(document(around=others)) == (None, None)


def test_a_label_below_the_article_may_be_that_of_another_article(document: Builder) -> None:
    line = "云溪县教育局2023年年度报告 发布时间：2022-04-20"
    page = document(around=("首页 > 年报", "相关文章", line, "版权所有"), apart=3)
    assert published(page) == (None, None)
    assert unread_publication(page, first_heading=None) == line


@pytest.mark.parametrize("word", ["更新", "最后", "重新", "修改", "更正"])
def test_the_time_of_a_later_publication_is_not_that_of_publication(document: Builder, word: str) -> None:
    page = document(around=(f"{word}发布时间：2022-04-20 来源：市水务局",))
    assert published(page) == (None, None)


@pytest.mark.parametrize(
    ("url", "day"),
    [
        ("http://a.example/nb/202201/t20220118_77976340.shtml", date(2022, 1, 18)),
        ("http://a.example/art/2022/1/8/art_1229710852_70896.html", date(2022, 1, 8)),
        ("http://a.example/xx/2022-01-18/5f3.html", date(2022, 1, 18)),
        ("http://a.example/2022/01-18/2677014.html", date(2022, 1, 18)),
        ("http://a.example/20220118/ab/c.html", date(2022, 1, 18)),
        ("http://a.example/2018/3/26/3618558579887.html", date(2018, 3, 26)),
        ("http://a.example/202201/W020220118399.pdf", date(2022, 1, 18)),
        ("http://a.example/202201/c04_163476.shtml", None),
        ("http://a.example/col/1640833208130/1641882598186.html", None),
        ("http://a.example/t20221399_1.html", None),
        ("http://a.example/2021-01-01/t20220118_1.html", None),
        ("http://a.example/", None),
    ],
)
def test_dates_in_addresses(document: Builder, url: str, day: date | None) -> None:
    assert published(document(), url=url) == (day, DateSource.URL if day else None)


def test_the_order_of_the_sources(document: Builder) -> None:
    url, signed = "http://a.example/t20220118_1.html", date(2022, 1, 16)
    label = ("发布日期：2022-01-20",)
    meta = (("PubDate", "2022-01-22"),)
    assert published(document(meta=meta, around=label), url=url, signed=signed)[1] is DateSource.META
    assert published(document(around=label), url=url, signed=signed)[1] is DateSource.LABEL
    assert published(document(), url=url, signed=signed)[1] is DateSource.URL
    assert published(document(), signed=signed) == (signed, DateSource.SIGNATURE)


@pytest.mark.parametrize(
    ("lines", "day"),
    [
        (["无。", "青杉市水务局", "2022年1月18日"], date(2022, 1, 18)),
        (["无。", "青杉市水务局 2022 年 1 月 18 日"], date(2022, 1, 18)),
        (["无。", "二〇二二年一月十八日"], date(2022, 1, 18)),
        (["无。", "二○二二年十二月三十一日"], date(2022, 12, 31)),
        (["无。", "2022年1月18日", "附件：统计表", "【打印】【关闭】"], date(2022, 1, 18)),
        (["无。", "2022年2月30日"], None),
        (["无。", "发布日期：2022年1月18日"], None),
        (["无。", "截至2021年12月31日"], None),
        (["我局于2022年1月18日召开会议。"], None),
        (["2022年1月18日", *["正文。"] * 20], None),
        ([], None),
    ],
)
def test_the_date_under_the_text(blocks: BlocksBuilder, lines: list[str], day: date | None) -> None:
    assert signature(blocks(*lines)) == day


def test_a_line_with_an_impossible_date_is_still_a_signature() -> None:
    assert is_signature("青杉市水务局 2022年2月30日")
    assert not is_signature("2022年1月18日，我局召开会议")


FULL_2020 = (PeriodBound(2020, 1, 1), PeriodBound(2020, 12, 31))


@pytest.mark.parametrize(
    "sentence",
    [
        "统计期限自2020年1月1日起至2020年12月31日止。",
        "所列数据统计期限自2020年1月1日 至2020年12月31日。",
        "数据统计期限为 2020 年 1 月 1 日至 2020 年 12 月 31 日。",
        "统计时限为2020年1月1日至12月31日。",
        "本报告所列数据的统计期限：2020.01.01-2020.12.31。",
        "统计时间：2020年1月1日—2020年12月31日",
        "统计期限自二〇二〇年一月一日起至二〇二〇年十二月三十一日止。",
        "统计期限为２０２０年１月１日至１２月３１日。",
        "本报告中的数据自2020年1月1日起至2020年12月31日止。",
        "现将2020年1月1日至12月31日政府信息公开工作情况报告如下。",
        "本年度报告的报告期为2020年度（1月1日至12月31日）。",
        "统计期限自2020年1月1日起到当年12月31日止。",
    ],
)
def test_a_full_year_in_its_spellings(sentence: str) -> None:
    period = statistical_period(["前言。", f"依照规定编制本报告。{sentence}欢迎查阅。"])
    assert period is not None
    assert (period.start, period.end) == FULL_2020
    assert period.quote == sentence if sentence.endswith("。") else period.quote.startswith(sentence)


@pytest.mark.parametrize(
    ("sentence", "start", "end"),
    [
        ("统计期限自2020年1月1日至12月21日。", (2020, 1, 1), (2020, 12, 21)),
        ("统计期限自2020年1月1日起至2019年12月31日止。", (2020, 1, 1), (2019, 12, 31)),
        ("统计期限自2020年1月1日至2020年12月32日。", (2020, 1, 1), (2020, 12, 32)),
        ("统计期限自2020年2月30日至2020年13月1日。", (2020, 2, 30), (2020, 13, 1)),
        ("统计期限为2020年1月至12月。", (2020, 1, None), (2020, 12, None)),
        ("统计期限为2020年1-12月。", (2020, 1, None), (2020, 12, None)),
        ("统计期限为1月1日至12月31日。", (None, 1, 1), (None, 12, 31)),
        ("统计期限为2020年度。", (2020, None, None), (2020, None, None)),
        ("统计期限自202011日起至20201231日止。", (None, None, None), (None, None, None)),
    ],
)
def test_a_period_is_kept_as_printed(
    sentence: str, start: tuple[int | None, ...], end: tuple[int | None, ...]
) -> None:
    period = statistical_period([sentence])
    assert period is not None
    assert (tuple(period.start), tuple(period.end), period.quote) == (start, end, sentence)


def test_dates_on_the_line_after_the_word() -> None:
    period = statistical_period(["统计期限：", "2020年1月1日至2020年12月31日"])
    assert period is not None
    assert (period.start, period.end) == FULL_2020


@pytest.mark.parametrize(
    "text",
    [
        "2020年3月1日至5月31日，我局开展专项整治。",
        "据统计，2020年1月1日至12月31日共接待群众300人次。",
        "公示期限自2020年3月1日至2020年3月10日。",
        "统计数据及时公开。",
        "加强统计时限管理。",
        "2020年全年公开信息126条。",
        "上年报告数据自2019年1月1日至2019年12月31日。",
        "",
    ],
)
def test_other_ranges_are_no_period(text: str) -> None:
    assert statistical_period([text]) is None


def test_the_sentence_that_names_the_period_comes_first() -> None:
    period = statistical_period(
        ["现将2020年1月1日至12月31日工作报告如下。", "统计期限自2020年1月1日至12月21日。"]
    )
    assert period is not None
    assert period.end == PeriodBound(2020, 12, 21)


@given(start=st.dates(date(2008, 1, 1), date(2099, 1, 1)), end=st.dates(date(2008, 1, 1), date(2099, 1, 1)))
def test_any_two_dates_come_back(start: date, end: date) -> None:
    period = statistical_period(
        [f"统计期限自{start.year}年{start.month}月{start.day}日起至{end.year}年{end.month}月{end.day}日止。"]
    )
    assert period is not None
    assert (period.start.as_date(), period.end.as_date()) == (start, end)


@given(st.lists(st.text(alphabet="统计期限自起至止年月日0123456789一二十。：- \n", max_size=40), max_size=5))
def test_no_text_breaks_the_reading_of_periods(lines: list[str]) -> None:
    period = statistical_period(lines)
    assert period is None or len(period.quote) <= 200
