"""TRS lists: rows, and a pager that exists only in JavaScript."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from spiders.families import recognise, trs

LIST = "http://www.qingshan.example/zwgk/zfxxgknb/"
ROWS = """
<ul>
<li><a href="./202401/t20240118_1001.html">青杉市水务局2023年政府信息公开工作年度报告</a>
  <span>2024-01-19</span></li>
<li><a href="../xw/202401/t20240120_1002.shtml"
  title="松涛镇人民政府2023年政府信息公开工作年度报告">松涛镇人民政府2023年…</a>
  <span>[2024年1月20日]</span></li>
<li><a href="./202401/P020240121_77.pdf">云溪县教育局2023年政府信息公开工作年度报告</a> 2024/1/21</li>
<li><a href="/">首页</a></li><li><a href="javascript:void(0)">打印</a></li>
</ul>
"""


def test_rows_are_articles_and_files_with_their_dates(page: Any) -> None:
    (listing,) = trs.read(page(ROWS, LIST), None)
    assert [(row.url, row.title, row.day) for row in listing.rows] == [
        (
            "http://www.qingshan.example/zwgk/zfxxgknb/202401/t20240118_1001.html",
            "青杉市水务局2023年政府信息公开工作年度报告",
            date(2024, 1, 19),
        ),
        (
            "http://www.qingshan.example/zwgk/xw/202401/t20240120_1002.shtml",
            "松涛镇人民政府2023年政府信息公开工作年度报告",
            date(2024, 1, 20),
        ),
        (
            "http://www.qingshan.example/zwgk/zfxxgknb/202401/P020240121_77.pdf",
            "云溪县教育局2023年政府信息公开工作年度报告",
            date(2024, 1, 21),
        ),
    ]
    assert listing.following is None


def test_count_page_leads_to_index_1_and_no_further_than_the_last(page: Any) -> None:
    body = ROWS + "<script>var currentPage = 0; var countPage = 3;</script>"
    first = trs.read(page(body, LIST), None)[0].following
    assert first is not None
    assert (first.url, first.page, first.certain, first.pages) == (LIST + "index_1.html", 2, True, 3)
    assert first.others == (LIST + "index_2.html",)  # some sites count from 1
    second = trs.read(page(body, LIST + "index_1.html"), first)[0].following
    assert second is not None
    assert (second.url, second.page, second.others) == (LIST + "index_2.html", 3, ())
    assert trs.read(page(body, LIST + "index_2.html"), second)[0].following is None


def test_create_page_html_names_stem_and_extension(page: Any) -> None:
    body = ROWS + '<script>createPageHTML(2, 0, "list", "shtml")</script>'
    following = trs.read(page(body, LIST), None)[0].following
    assert following is not None
    assert following.url == LIST + "list_1.shtml"
    assert following.certain


def test_a_file_name_gives_the_stem(page: Any) -> None:
    body = ROWS + "<script>countPage=2</script>"
    following = trs.read(page(body, LIST + "nb.shtml"), None)[0].following
    assert following is not None
    assert following.url == LIST + "nb_1.shtml"


def test_a_long_list_without_pager_is_tried_but_promises_nothing(page: Any) -> None:
    rows = "".join(f'<li><a href="./202401/t20240118_{n}.html">第{n}号文件</a></li>' for n in range(10))
    following = trs.read(page(rows, LIST), None)[0].following
    assert following is not None
    assert (following.url, following.certain) == (LIST + "index_1.html", False)


def test_a_hostile_page_count_is_bounded_by_what_answers(page: Any) -> None:
    body = ROWS + "<script>var countPage = 99999999999999;</script>"
    following = trs.read(page(body, LIST), None)[0].following
    assert following is None or following.page == 2


def test_recognised_by_pager_editor_or_article_addresses(page: Any) -> None:
    assert recognise(page("<script>createPageHTML(1,0)</script>")) == "trs"
    assert recognise(page(ROWS, LIST)) == "trs"
    assert recognise(page("<div class='TRS_Editor'></div>")) == "trs"
    assert recognise(page("<a href='/news/1.html'>x</a>")) is None


def test_a_pager_of_plain_links_is_followed(page: Any) -> None:
    body = ROWS + '<a href="javascript:void(0)">上一页</a><a href="list_2.html">下一页</a>'
    following = trs.read(page(body, LIST), None)[0].following
    assert following is not None
    assert (following.url, following.certain) == (LIST + "list_2.html", True)


def test_pages_that_are_announced_in_words_have_to_be_there(page: Any) -> None:
    (listing,) = trs.read(page(ROWS + "<div>共 <b>3</b> 页</div>", LIST), None)
    assert listing.following is not None
    assert (listing.following.url, listing.following.certain) == (LIST + "index_1.html", True)
    (single,) = trs.read(page(ROWS + "<div>共 1 页</div>", LIST), None)
    assert (single.following, single.doubt) == (None, None)


def test_a_site_that_counts_from_one_is_followed_as_it_counts(page: Any) -> None:
    body = ROWS + "<script>var countPage = 3;</script>"
    first = trs.read(page(body, LIST), None)[0].following
    assert first is not None
    otherwise = first.otherwise()
    assert otherwise is not None
    second = trs.read(page(body, otherwise.url), otherwise)[0].following
    assert second is not None
    assert (second.url, second.page, second.certain) == (LIST + "index_3.html", 3, True)


@pytest.mark.parametrize(
    "href",
    [
        "t800728.shtml",
        "./H1_/N1_/t15699357.shtml",
        "202301/t20230118_11520599_wap.html",
        "post_9861778.html",
        "content_184762.html",
        "/UserFiles/W020240115001.pdf",
    ],
)
def test_articles_of_all_generations_are_rows(page: Any, href: str) -> None:
    (listing,) = trs.read(page(f'<li><a href="{href}">县教育局</a></li>', LIST), None)
    assert [row.title for row in listing.rows] == ["县教育局"]


def test_a_report_that_lies_elsewhere_is_a_row(page: Any) -> None:
    title = "云岭省人民政府2023年政府信息公开工作年度报告"
    (listing,) = trs.read(page(f'<li><a href="/szf/nb/2023">{title}</a></li>', LIST), None)
    assert [row.url for row in listing.rows] == ["http://www.qingshan.example/szf/nb/2023"]
