"""VSB: page numbers that run down, the dynamic list, files without an extension."""

from __future__ import annotations

from typing import Any

import pytest

from spiders.families import recognise, vsb

LIST = "http://www.wuxi.example/zfxxgk/zfxxgknb.htm"
REPORT = "梧溪县水务局2023年政府信息公开工作年度报告"
DOWNLOAD = "/system/_content/download.jsp?urltype=news.DownloadAttachUrl&owner=15&wbfileid=A7F"


def rows(count: int, first: int = 64000) -> str:
    return "".join(
        f'<li><a href="../info/1154/{first + n}.htm">梧溪县第{first + n}局2023年政府信息公开年度报告</a></li>'
        for n in range(count)
    )


@pytest.mark.parametrize(
    "markup",
    [
        '<div class="v_news_content"></div>',
        "<DIV id=vsb_content_2></DIV>",
        '<script src="/system/resource/js/counter.js"></script>',
        "<a href='list.jsp?urltype=tree.TreeTempUrl&amp;wbtreeid=1154'>x</a>",
        "<a href='../info/1050/64208.htm'>x</a>",
        "<script>_simple_list_gotopage_fun(3,'u8_goto',2)</script>",
    ],
)
def test_recognised(page: Any, markup: str) -> None:
    assert recognise(page(markup)) == "vsb"
    assert recognise(page("<a href='/information/1.html'>v_news</a>")) is None


def test_rows_are_articles_and_files(page: Any) -> None:
    body = (
        '<ul class="nav"><li><a href="/index.htm">网站的首页链接</a></li></ul>'
        f'<li><a href="../info/1154/64208.htm">{REPORT}</a><span>2024-01-19</span></li>'
        f'<li><a href="{DOWNLOAD}">{REPORT}（附件）</a></li>'
        '<li><a href="../content.jsp?urltype=news.NewsContentUrl&wbtreeid=1154&wbnewsid=99">公告</a></li>'
        '<li><a href="nb2023.pdf">年报</a></li>'
    )
    (listing,) = vsb.read(page(body, LIST), None)
    assert [row.url.removeprefix("http://www.wuxi.example") for row in listing.rows] == [
        "/info/1154/64208.htm",
        DOWNLOAD,
        "/content.jsp?urltype=news.NewsContentUrl&wbtreeid=1154&wbnewsid=99",
        "/zfxxgk/nb2023.pdf",
    ]
    assert [str(row.day) for row in listing.rows][:2] == ["2024-01-19", "None"]


@pytest.mark.parametrize(
    "pager",
    [
        "<td id='fanye204302'>共35条&nbsp;&nbsp;1/4&nbsp;</td>",
        "<span class='p_t'>共4页</span>",
        "<a href='javascript:;' onclick='_simple_list_gotopage_fun(4,&quot;u8_goto&quot;,2)'>转到</a>",
    ],
)
def test_numbers_run_down(page: Any, pager: str) -> None:
    body = rows(10) + f"<table><tr>{pager}</tr></table>"
    place, seen = None, []
    for number in range(4):
        url = LIST if place is None else place.url
        (listing,) = vsb.read(page(rows(10, 64000 + 100 * number) + body[len(rows(10)) :], url), place)
        seen.append(url.removeprefix("http://www.wuxi.example/zfxxgk/"))
        place = listing.following
        assert place is None or place.certain
    assert seen == ["zfxxgknb.htm", "zfxxgknb/3.htm", "zfxxgknb/2.htm", "zfxxgknb/1.htm"]
    assert place is None


def test_a_printed_pager_is_followed_as_it_stands(page: Any) -> None:
    body = rows(10) + (
        '<span class="p_no_d">1</span><span class="p_no"><a href="zfxxgknb/30.htm">2</a></span>'
        '<span class="p_next p_fun"><a href="zfxxgknb/30.htm">下页</a></span>'
        '<span class="p_last p_fun"><a href="zfxxgknb/1.htm">尾页</a></span><span>共31页</span>'
    )
    place = vsb.read(page(body, LIST), None)[0].following
    assert place is not None
    assert (place.url, place.certain) == ("http://www.wuxi.example/zfxxgk/zfxxgknb/30.htm", True)


def test_the_dynamic_list_is_asked_for_page_by_page(page: Any) -> None:
    url = "http://www.wuxi.example/list.jsp?urltype=tree.TreeTempUrl&wbtreeid=1154"
    link = '<a href="?totalpage=3&amp;PAGENUM=2&amp;urltype=tree.TreeTempUrl&amp;wbtreeid=1154">下页</a>'
    linked = vsb.read(page(rows(10) + link, url), None)[0].following
    assert linked is not None
    assert linked.url.endswith("/list.jsp?totalpage=3&PAGENUM=2&urltype=tree.TreeTempUrl&wbtreeid=1154")
    told = vsb.read(page(rows(10) + "<td>共25条&nbsp;&nbsp;1/3</td>", url), None)[0].following
    assert told is not None
    assert (told.url, told.certain) == (linked.url, True)


def test_without_a_pager_the_folder_is_walked_up_from_its_last_page(page: Any) -> None:
    first = vsb.read(page(rows(10), LIST), None)[0].following
    assert first is not None
    assert (first.url.rpartition("/zfxxgk/")[2], first.certain) == ("zfxxgknb/1.htm", False)
    second = vsb.read(page(rows(10, 63000), first.url), first)[0].following
    assert second is not None
    assert (second.url.rpartition("/zfxxgk/")[2], second.certain) == ("zfxxgknb/2.htm", False)
    assert vsb.read(page(rows(9), LIST), None)[0].following is None
