"""Lists of no known system: which anchors are rows, where the pager leads, what is guessed and told."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from scrapy.http import TextResponse

from spiders.families import static
from spiders.families.listing import Listing, Place
from spiders.families.paging import MAX_PAGES

LIST = "http://www.qingshan.example/zwgk/nb/list.html"
FOLDER = "http://www.qingshan.example/zwgk/nb/"
REPORT = "青杉市水务局2023年政府信息公开工作年度报告"


def rows(count: int, folder: str = "./2024/", first: int = 1000) -> str:
    items = (
        f'<li><a href="{folder}{first + n}.html">青杉市第{first + n}局2023年政府信息公开工作年度报告</a></li>'
        for n in range(count)
    )
    return f"<ul>{''.join(items)}</ul>"


def read(page: Any, body: str, url: str = LIST, place: Place | None = None) -> Listing:
    (listing,) = static.read(page(body, url), place)
    return listing


def following(page: Any, body: str, url: str = LIST) -> Place:
    place = read(page, rows(3) + body, url).following
    assert place is not None
    return place


class TestRows:
    def test_furniture_is_no_row(self, page: Any) -> None:
        body = (
            '<div class="nav"><a href="/news/10234.html">青杉市新闻中心首页</a></div>'
            '<div class="crumbs"><a href="/zwgk/20011.html">政府信息公开专栏</a></div>'
            '<a href="/zwgk/index.html">政务公开的各个栏目</a><a href="/zwgk/nb/">信息公开年报列表</a>'
            '<div id="footer"><a href="/about/20012.html">关于本网站的说明</a></div>' + rows(2)
        )
        assert [row.url for row in read(page, body).rows] == [
            FOLDER + "2024/1000.html",
            FOLDER + "2024/1001.html",
        ]

    def test_a_report_is_a_row_even_in_a_box_that_is_named_as_furniture(self, page: Any) -> None:
        (row,) = read(page, f'<div class="nav"><a href="/nb/10001.html">{REPORT}</a></div>').rows
        assert row.title == REPORT

    def test_years_that_lead_to_lists_are_no_rows_and_those_that_lead_to_articles_are(
        self, page: Any
    ) -> None:
        body = (
            '<a href="./2023/">2023年政府信息公开年度报告</a><a href="nb2022.html">2022年年报</a>'
            '<a href="./202201/20220118001.html">2021年政府信息公开年度报告</a>'
        )
        assert [row.url for row in read(page, body).rows] == [FOLDER + "202201/20220118001.html"]

    @pytest.mark.parametrize(
        ("markup", "day"),
        [
            ("<tr><td><a href='7001.html'>{t}</a></td><td>2024-01-30</td></tr>", date(2024, 1, 30)),
            ("<tr><td>2024年1月30日</td><td><a href='7001.html'>{t}</a></td></tr>", date(2024, 1, 30)),
            ("<dl><dt><a href='7001.html'>{t}</a></dt><dd>2024/01/30</dd></dl>", date(2024, 1, 30)),
            ("<a href='7001.html'>{t}</a> [2024.01.30]<br>", date(2024, 1, 30)),
            ("<li><a href='20240130/7001.html'>{t}</a><span>01-30</span></li>", date(2024, 1, 30)),
            ("<li><a href='20240129/7001.html'>{t}</a><span>01-30</span></li>", None),
            ("<li><a href='7001.html'>{t}</a><span>01-30</span></li>", None),
            ("<li><a href='7001.html'>{t}</a></li>", None),
        ],
    )
    def test_the_day_beside_a_row(self, page: Any, markup: str, day: date | None) -> None:
        table = f"<table>{markup}</table>" if markup.startswith("<tr") else markup
        (row,) = read(page, table.format(t=REPORT)).rows
        assert (row.title, row.day) == (REPORT, day)

    def test_each_row_has_its_own_day(self, page: Any) -> None:
        body = "".join(
            f"<tr><td><a href='{n}001.html'>{REPORT}</a></td><td>2024-01-{n}</td></tr>" for n in (10, 11, 12)
        )
        days = [row.day for row in read(page, f"<table>{body}</table>").rows]
        assert days == [date(2024, 1, 10), date(2024, 1, 11), date(2024, 1, 12)]

    @pytest.mark.parametrize(
        "markup",
        [
            "<li><a href='../25162/39633/index.htm'>{t}</a></li>",
            "<li><a href='../25162/39633/index.htm'><img alt='{t}'></a></li>",
            "<li onclick=\"window.open('../25162/39633/index.htm')\">{t}</li>",
            "<li><a href=\"javascript:show('../25162/39633/index.htm')\">{t}</a></li>",
        ],
    )
    def test_a_report_is_a_row_however_it_is_linked(self, page: Any, markup: str) -> None:
        (row,) = read(page, markup.format(t=REPORT)).rows
        assert (row.url, row.title) == ("http://www.qingshan.example/zwgk/25162/39633/index.htm", REPORT)

    def test_a_link_that_says_nothing_has_its_title_beside_it(self, page: Any) -> None:
        body = f"<table><tr><td>{REPORT}</td><td><a href='7001.pdf'>[查看]</a></td></tr></table>"
        (row,) = read(page, body).rows
        assert (row.url, row.title) == (FOLDER + "7001.pdf", REPORT)


class TestPagers:
    @pytest.mark.parametrize(
        "markup",
        [
            '<a href="list_7.html">下一页</a>',
            '<a href="list_7.html">下页&gt;&gt;</a>',
            "<a HREF=list_7.html title='下一页'><i></i></a>",
            '<p><span>1</span><a href="list_7.html">2</a><a href="list_8.html">3</a></p>',
            '<p>[1] <a href="list_7.html">[2]</a> <a href="list_9.html">尾页</a></p>',
            '<select><option value="list.html">1</option><option value="list_7.html">第2页</option></select>',
            "<a onclick=\"queryArticleByCondition(this,'/zwgk/nb/list_7.html')\">下一页</a>",
            "<input type=button value=下一页 onclick=\"location.href='list_7.html'\">",
            "<span onclick=\"window.location='./list_7.html'\">下一页</span>",
            "<a href=\"javascript:goPage('list_7.html');\">下一页</a>",
            "<script>function goto(n){location.href='list_'+n+'.html'}</script>"
            "<a href='javascript:goto(7)'>下一页</a>",
            "<script>function toPage(n){if(n==1){location='list.html';}"
            'else{window.location.href="list_"+(n-1)+".html";}}'
            "</script><a href='#' onclick='toPage(8)'>下一页</a>",
            "<script>var base = 'list_';var go = function(k){ location.assign(base + k + '.html'); }</script>"
            "<a onclick='go(7)'>下一页</a>",
        ],
    )
    def test_a_pager_leads_on(self, page: Any, markup: str) -> None:
        place = following(page, markup)
        assert (place.url, place.page, place.certain, place.others) == (FOLDER + "list_7.html", 2, True, ())

    def test_a_form_is_sent_with_its_fields(self, page: Any) -> None:
        place = following(
            page,
            '<form name="f" method="post" action="/list.do">'
            '<input type="hidden" name="pageNo" id="pn" value="1">'
            '<input type="hidden" name="col" value="17"><input type="submit" name="ok" value="go"></form>'
            "<script>function turn(p){document.getElementById('pn').value = p; document.f.submit();}</script>"
            '<a href="javascript:turn(2)">下一页</a>',
        )
        assert (place.url, place.body) == ("http://www.qingshan.example/list.do", b"pageNo=2&col=17")

    def test_a_postback_carries_the_state(self, page: Any) -> None:
        place = following(
            page,
            '<form method="post" action="list.aspx?id=40">'
            '<input type="hidden" name="__VIEWSTATE" value="/wE+=">'
            '<input type="hidden" name="__EVENTTARGET" value=""></form>'
            "<a href=\"javascript:__doPostBack('Pager$1','2')\">下一页</a>",
        )
        assert place.url == FOLDER + "list.aspx?id=40"
        assert place.body == b"__EVENTTARGET=Pager%241&__EVENTARGUMENT=2&__VIEWSTATE=%2FwE%2B%3D"

    @pytest.mark.parametrize(
        "markup",
        [
            "",
            '<a href="list.html">下一页</a>',
            '<a href="#">下一页</a>',
            '<a class="disabled" href="list_1.html">下一页</a>',
            "<span>下一页</span>",
            "<div>共1页</div>",
            "<div>第1页/共1页 <a href='javascript:turn(1)'>下一页</a></div>",
            "<table><tr><td>日</td><td>一</td></tr><tr><td><a href='/c/1.html'>1</a></td>"
            "<td><a href='/c/2.html'>2</a></td></tr><tr><td>8</td><td>9</td></tr></table>",
        ],
    )
    def test_a_short_list_without_a_further_page_is_complete(self, page: Any, markup: str) -> None:
        listing = read(page, rows(3) + markup)
        assert (len(listing.rows), listing.following, listing.doubt) == (3, None, None)

    def test_the_last_page_of_a_pager_is_the_end(self, page: Any) -> None:
        second = following(page, '<a href="list_2.html">下一页</a>')
        last = read(page, rows(12) + '<a href="list.html">上一页</a>', second.url, second)
        assert (last.following, last.doubt) == (None, None)

    @pytest.mark.parametrize(
        "markup",
        [
            "共<b>4</b>页",
            "页次：1/4",
            "<span>1</span>/<span>4</span>页",
            "共35条&nbsp;&nbsp;1/4",
            "总页数：4",
            "<script>var totalPage = '4';</script>",
            '<script>$("#p").pagination({pageCount: 4})</script>',
            "<script>var m_nRecordCount = 35; var m_nPageSize = 10;</script>",
        ],
    )
    def test_announced_pages_have_to_be_there(self, page: Any, markup: str) -> None:
        place = following(page, f"<div>{markup}</div>")
        assert (place.url, place.certain, place.pages) == (FOLDER + "list_1.html", True, 4)
        assert place.others[:2] == (FOLDER + "list_2.html", FOLDER + "index_1.html")

    @pytest.mark.parametrize(
        "markup",
        [
            "<div>共 35 条</div>",
            "<a href='javascript:load()'>下一页</a>",
            "<button onclick='more()'>加载更多</button>",
            "<div><a>1</a> <a onclick='x(2)'>2</a> <a onclick='x(3)'>3</a></div>",
        ],
    )
    def test_a_pager_that_cannot_be_read_is_tried_and_never_passed_over(self, page: Any, markup: str) -> None:
        assert following(page, markup).certain

    def test_an_empty_box_for_a_pager_is_doubted_where_the_list_may_fill_a_page(self, page: Any) -> None:
        box = '<div id="pagination"></div>'
        assert read(page, rows(3) + box).following is None
        place = read(page, rows(8) + box).following
        assert place is not None
        assert place.certain

    def test_an_endless_list_is_told(self, page: Any) -> None:
        place = Place(LIST, MAX_PAGES, certain=True)
        listing = read(page, rows(3) + "<div>共999999页</div>", LIST, place)
        assert listing.following is None
        assert listing.doubt is not None


class TestGuesses:
    def first(self, page: Any, url: str = LIST) -> Place:
        place = read(page, rows(12), url).following
        assert place is not None
        return place

    def test_a_long_list_without_pager_is_tried_but_promises_nothing(self, page: Any) -> None:
        place = self.first(page)
        assert not place.certain
        assert (place.url, *place.others) == (
            FOLDER + "list_1.html",
            FOLDER + "list_2.html",
            FOLDER + "index_1.html",
            FOLDER + "index_2.html",
            FOLDER + "list-2.html",
            FOLDER + "list/2.html",
        )

    @pytest.mark.parametrize(
        ("url", "tried"),
        [
            (FOLDER, "index_1.html"),
            (FOLDER, "index_2.html"),
            (FOLDER, "index_1.shtml"),
            (FOLDER, "list_2.shtml"),
            (FOLDER, "2.html"),
            (FOLDER, "2"),
            (FOLDER, "?page=2"),
            (FOLDER + "1.html", "2.html"),
            (FOLDER + "column-index-1.shtml", "column-index-2.shtml"),
            (FOLDER + "list.jsp?col=7", "list.jsp?col=7&pageNo=2"),
            (FOLDER + "list.jsp?PageIndex=1&col=7", "list.jsp?col=7&PageIndex=2"),
            (FOLDER + "list.jsp?page=0", "list.jsp?page=1"),
            (FOLDER + "xxgk", "xxgk?pn=2"),
            (FOLDER + "xxgk", "xxgk/2"),
        ],
    )
    def test_the_usual_addresses_are_among_them(self, page: Any, url: str, tried: str) -> None:
        place = self.first(page, url)
        assert FOLDER + tried in (place.url, *place.others)

    def test_the_form_that_counts_from_zero_comes_first(self, page: Any) -> None:
        place = self.first(page)
        tried = (place.url, *place.others)
        assert tried.index(FOLDER + "list_1.html") < tried.index(FOLDER + "list_2.html")

    def test_the_form_that_worked_is_kept(self, page: Any) -> None:
        place = self.first(page).otherwise()
        assert place is not None
        assert place.url == FOLDER + "list_2.html"
        third = read(page, rows(12, first=2000), place.url, place).following
        assert third is not None
        assert (third.url, third.others, third.page, third.certain) == (FOLDER + "list_3.html", (), 3, False)

    def test_a_page_of_other_things_is_no_page_of_the_list(self, page: Any) -> None:
        news = "".join(f'<li><a href="/xw/9{n}00.html">青杉市举行第{n}场活动</a></li>' for n in range(10))
        place = self.first(page)
        assert read(page, news, place.url, place) == Listing(())

    def test_what_is_no_report_and_lies_elsewhere_is_left_out_of_a_guessed_page(self, page: Any) -> None:
        place = self.first(page)
        mixed = rows(2, first=3000) + '<li><a href="/xw/90001.html">青杉市举行植树活动</a></li>'
        assert len(read(page, mixed, place.url, place).rows) == 2

    def test_reports_that_lie_elsewhere_are_taken_and_the_list_is_looked_for_further(self, page: Any) -> None:
        place = self.first(page)
        listing = read(page, rows(4, folder="/jyj/"), place.url, place)
        assert len(listing.rows) == 4
        assert listing.following == place.otherwise()


def test_data_is_no_list() -> None:
    for body in (b"[]", b'{"a": ' + b"[" * 20_000):
        response = TextResponse(LIST, body=body, headers={"Content-Type": "application/json"})
        (listing,) = static.read(response, None)
        assert (listing.rows, listing.following) == ((), None)
        assert listing.doubt is not None
