"""Links, titles, days, jumps and frames, as pages write them."""

from __future__ import annotations

from datetime import date

import pytest
from scrapy.http import HtmlResponse

from spiders.links import anchors, day_beside, day_in, frames, jump, title_of
from spiders.scripts import jump_in, opened_by

HERE = "http://www.qingshan.example/zwgk/list.html"
THERE = "http://www.qingshan.example/zwgk/nb/"


def page(body: str, url: str = HERE) -> HtmlResponse:
    return HtmlResponse(url, body=f"<html><body>{body}</body></html>".encode(), encoding="utf-8")


def whole(markup: str) -> HtmlResponse:
    return HtmlResponse(HERE, body=markup.encode(), encoding="utf-8")


TITLES = [
    ("<a href=/a>政府信息公开年报</a>", "政府信息公开年报"),
    ("<a href=/a><span>政府</span><span>信息</span>公开<b>年报</b></a>", "政府信息公开年报"),
    ("<a href=/a>\n  政府信息公开\n  年报 </a>", "政府信息公开 年报"),
    ("<a href=/a>政府<!-- x -->信息公开</a>", "政府信息公开"),
    (
        "<a href=/a title='云溪县教育局2023年政府信息公开工作年度报告'>云溪县教育局2023年政府…</a>",
        "云溪县教育局2023年政府信息公开工作年度报告",
    ),
    (
        "<a href=/a title='标题：云溪县教育局2023年政府信息公开年报 作者：佚名 更新时间：2024-01-18'>"
        "云溪县教育局2023...</a>",
        "云溪县教育局2023年政府信息公开年报",
    ),
    (
        "<a href=/a title='此链接将在新窗口打开，请点击进入'>2023年政府信息公开年报</a>",
        "2023年政府信息公开年报",
    ),
    ("<a href=/a title='年报'>云溪县教育局年报</a>", "云溪县教育局年报"),
    ("<a href=/a><img src=a.png alt='政府信息公开'></a>", "政府信息公开"),
    ("<a href=/a><img src=a.png title='政府信息公开年报'></a>", "政府信息公开年报"),
    ("<a href=/a title='政务公开'><img src=a.png></a>", "政务公开"),
    ("<a href=/a aria-label='政务公开'><i class=icon></i></a>", "政务公开"),
    ("<a href=/a><i class=icon></i></a>", ""),
    ("<a href=/a>政府信息公开<em style='display: none'>12</em></a>", "政府信息公开"),
    ("<a href=/a>政府信息公开<span hidden>新</span></a>", "政府信息公开"),
    ("<a href=/a>政府信息公开<script>count(3)</script></a>", "政府信息公开"),
    ("<a href=/a><span>[2024-01-18]</span>云溪县2023年政府信息公开年报</a>", "云溪县2023年政府信息公开年报"),
    ("<a href=/a>云溪县2023年政府信息公开年报<i>01-18</i></a>", "云溪县2023年政府信息公开年报"),
    ("<a href=/a><span>2024-01-18</span></a>", "2024-01-18"),
    ("<a href=/a>" + "长" * 5000 + "</a>", "长" * 300),
]


@pytest.mark.parametrize(("markup", "title"), TITLES)
def test_the_title_is_what_the_reader_takes_for_it(markup: str, title: str) -> None:
    assert title_of(page(markup).xpath("//a")[0]) == title


T = "云溪县教育局2023年政府信息公开工作年度报告"
A = f"<a href=/1.html>{T}</a>"
B = "<a href=/2.html>云溪县水务局2023年政府信息公开工作年度报告</a>"

DAYS = [
    (f"<li>{A}<span>2024-01-30</span></li>", date(2024, 1, 30)),
    (f"<li>{A}[2024-01-30]</li>", date(2024, 1, 30)),
    (f"<li>{A}<i>2024年1月30日</i></li>", date(2024, 1, 30)),
    (f"<li>{A}<i>2024/1/30</i></li>", date(2024, 1, 30)),
    (f"<li>{A}<i>2024.01.30</i></li>", date(2024, 1, 30)),
    (f"<li><span>2024-01-30 10:12</span>{A}</li>", date(2024, 1, 30)),
    (f"<li>{A}<span>01-30</span></li>", None),
    (f"<li>{A}<span>2024-13-30</span></li>", None),
    (f"<li>{A}</li>", None),
    (f"<table><tr><td>1</td><td>{A}</td><td>2024-01-30</td></tr></table>", date(2024, 1, 30)),
    (f"<table><tr><td><p>{A}</p></td><td><p>2024-01-30</p></td></tr></table>", date(2024, 1, 30)),
    (f"<dl><dt>{A}</dt><dd>2024-01-30</dd><dt>{B}</dt><dd>2024-02-01</dd></dl>", date(2024, 1, 30)),
    (f"<div><div class=t>{A}</div><div class=d>2024-01-30</div></div>", date(2024, 1, 30)),
    (f"<div>{A}<span>2024-01-30</span><br>{B}<span>2024-02-01</span></div>", date(2024, 1, 30)),
    (f"<div>{A} 2024-01-30<br>{B} 2024-02-01</div>", date(2024, 1, 30)),
    (f"<ul><li>{A}</li><li>{B}<span>2024-02-01</span></li></ul>", None),
    (f"<li>{A}<span>发布日期：2024-01-30</span><span>更新日期：2024-06-01</span></li>", date(2024, 1, 30)),
    (f"<li>{A}<span>成文日期：2023-12-30</span><span>2024-01-30</span></li>", date(2024, 1, 30)),
    (f"<li>{A}<span>2024-01-30</span><span>2024-06-01</span></li>", None),
    (f"<li>{A}<span>2024-01-30</span><span>2024-01-30</span></li>", date(2024, 1, 30)),
    (
        f"<table><tr><th>名称</th><th>生成日期</th><th>发布日期</th></tr>"
        f"<tr><td>{A}</td><td>2024-01-10</td><td>2024-01-30</td></tr></table>",
        date(2024, 1, 30),
    ),
    (f"<li><div><b>30</b><span>2024-01</span></div>{A}</li>", date(2024, 1, 30)),
    (f"<li><div><b>2024.01</b><span>30</span></div>{A}</li>", date(2024, 1, 30)),
    (f"<li><a href=/1.html><span>2024-01-30</span>{T}</a></li>", date(2024, 1, 30)),
    ("<li><a href=/1.html>截至2023-12-31的政府信息公开年报</a></li>", None),
    (f"<li><a href=/c/>[年报]</a>{A}<span>2024-01-30</span></li>", date(2024, 1, 30)),
]


@pytest.mark.parametrize(("markup", "day"), DAYS)
def test_the_day_is_the_one_of_the_row(markup: str, day: date | None) -> None:
    anchor = page(markup).xpath("//a[contains(@href, '/1.html')]")[0]
    assert day_beside(anchor) == day


def test_the_last_date_of_a_text_with_its_year() -> None:
    assert day_in("2024-01-30 至 2024年2月1日 3-4") == date(2024, 2, 1)
    assert day_in("2024-02-31") is None
    assert day_in("12024-01-30 2024-01-300") is None


LINKS = [
    ("<a href='nb/'>年报</a>", "年报"),
    ("<a href='javascript:void(0)' onclick=\"window.open('nb/')\">年报</a>", "年报"),
    ("<a href='#' onclick=\"window.open('./nb/', '_blank');return false\">年报</a>", "年报"),
    ("<a href=\"javascript:location.href='/zwgk/nb/'\">年报</a>", "年报"),
    ("<a href=\"javascript:window.open('/zwgk/nb/')\">年报</a>", "年报"),
    ("<a href=\"JavaScript:goTo('/zwgk/nb/')\">年报</a>", "年报"),
    ("<a data-url='nb/'>年报</a>", "年报"),
    ("<a href='javascript:;' data-href='/zwgk/nb/'>年报</a>", "年报"),
    ("<li onclick=\"location.href='nb/'\">年报</li>", "年报"),
    ("<div data-link='/zwgk/nb/'><span>年</span><span>报</span></div>", "年报"),
    ("<map><area href='nb/' alt='年报'></map>", "年报"),
    ("<noscript><a href='nb/'>年报</a></noscript>", "年报"),
    ("<select onchange='go(this.value)'><option value='/zwgk/nb/'>年报</option></select>", "年报"),
    ("<div class=hd><h3>政府信息公开年报</h3><a href='nb/'>更多&gt;&gt;</a></div>", "政府信息公开年报"),
    ("<div><div class=hd><span>年报</span></div><div><a href='nb/'>more</a></div></div>", "年报"),
    ("<h3>政府信息公开年报 <a href='nb/'><img src=more.gif></a></h3>", "政府信息公开年报"),
    ("<ul><li><a href='nb/'>更多</a></li></ul>", "更多"),
]


@pytest.mark.parametrize(("markup", "text"), LINKS)
def test_whatever_opens_an_address_is_a_link(markup: str, text: str) -> None:
    assert [(link.url, link.text) for link in anchors(page(markup))] == [(THERE, text)]


NO_LINKS = [
    "<a href='javascript:void(0)'>年报</a>",
    "<a href='#'>年报</a>",
    "<a href=\"javascript:getMainData('ndbg')\">年报</a>",
    "<a href='#' onclick=\"window.open('/zwgk/' + id)\">年报</a>",
    "<a href='#' onclick=\"window.open(base + '/zwgk/')\">年报</a>",
    "<a href='#' onclick=\"AddFavorite('http://www.qingshan.example/', '青杉')\">收藏</a>",
    "<a href='#' onclick=\"this.style.behavior='url(#default#homepage)';this.setHomePage('http://q/')\">设为首页</a>",
    "<a href='mailto:a@qingshan.example'>信箱</a>",
    "<a href='TEL:12345'>电话</a>",
    "<a>年报</a>",
    "<option value='2023'>2023年</option>",
    "<!-- <a href='nb/'>年报</a> -->",
    "<a href='http://[::1/'>年报</a>",
]


@pytest.mark.parametrize("markup", NO_LINKS)
def test_what_opens_no_plain_address_is_none(markup: str) -> None:
    assert anchors(page(markup)) == []


def test_relative_addresses_stand_on_the_base() -> None:
    markup = "<html><head><base href='/zwgk/nb/'></head><body><a href='2023/'>2023年</a></body></html>"
    assert [link.url for link in anchors(whole(markup))] == [THERE + "2023/"]


JUMPS = [
    "<script>location='nb/'</script>",
    "<script>location.href='nb/'</script>",
    '<script>window.location.href = "./nb/";</script>',
    '<script>window.location="/zwgk/nb/"</script>',
    "<script>top.location.href='nb/'</script>",
    "<script>self.location='nb/'</script>",
    "<script>parent.location.href='nb/'</script>",
    "<script>document.location.href='nb/'</script>",
    "<script>window.location.replace('nb/');</script>",
    "<script>location.assign( 'nb/' )</script>",
    "<script>window['location']='nb/'</script>",
    "<script>window.top.location.href = `nb/`</script>",
    "<script>window.navigate('nb/')</script>",
    "<script>window.open('nb/', '_self')</script>",
    "<script>var url = './nb/'; window.location.href = url;</script>",
    "<script>setTimeout(\"location.href='nb/'\", 0)</script>",
    "<script>setTimeout(\"javascript:location.href='nb/'\", 3000)</script>",
    "<script>setTimeout('window.location.href=\\'nb/\\'', 100)</script>",
    "<script>setTimeout(function(){ location.href='nb/' }, 100)</script>",
    "<script>window.onload = function(){ location.href='nb/' }</script>",
    "<script>function go(){ location.href='nb/'; } go();</script>",
    "<script>function go(){ location.href='nb/'; } setTimeout(go, 10)</script>",
    "<script>if (/Android/i.test(navigator.userAgent)) { location.href='/m/' } "
    "else { location.href='nb/' }</script>",
    "<script>if (isMobile()) { location.href='/m/'; }\nlocation.href='nb/';</script>",
    "<script>// location.href='/old/'\n/* location='/older/' */ location.href='nb/'</script>",
    "<script><!--\nlocation.href='nb/'\n//--></script>",
    "<meta http-equiv=refresh content='0;url=nb/'>",
    '<META HTTP-EQUIV="Refresh" CONTENT="0; URL=\'nb/\'">',
    "<meta content='3 ; url = nb/' http-equiv=REFRESH>",
    "<meta http-equiv=refresh content='0;nb/'>",
    "<meta http-equiv=refresh content='0.5;URL=nb/'>",
    "<meta http-equiv=refresh content='0 url=nb/'>",
]


@pytest.mark.parametrize("markup", JUMPS)
def test_shells_send_their_readers_on(markup: str) -> None:
    assert jump(whole(f"<html><head><title>年报</title>{markup}</head><body></body></html>")) == THERE


def test_a_jump_when_the_body_has_loaded() -> None:
    assert jump(whole("<body onload=\"location.href='nb/'\"><p>请稍候</p></body>")) == THERE


def test_a_page_that_reloads_itself_jumps_to_itself() -> None:
    assert jump(whole("<meta http-equiv=refresh content='0;url=list.html'>")) == HERE
    assert jump(whole("<meta http-equiv=refresh content='0;url=./'>")) == "http://www.qingshan.example/zwgk/"


NO_JUMPS = [
    "<noscript><meta http-equiv=refresh content='0;url=/m/'></noscript>",
    "<!-- <meta http-equiv=refresh content='0;url=/m/'> -->",
    "<meta http-equiv=refresh content='600;url=nb/'>",
    "<meta http-equiv=refresh content='0'>",
    "<script>function search(){ location.href='/search.jsp'; }</script>",
    "<script>$('.logo').click(function(){ location.href='/'; })</script>",
    "<script>$('#y').on('change', function(){ window.location.href='/y/' })</script>",
    "<script>document.getElementById('a').onclick = function(){ location.href='/'; }</script>",
    "<script>location.href = '/list/' + id + '.html'</script>",
    "<script>if (location.href == 'http://a/') { x() }</script>",
    "<script>if (navigator.userAgent.match(/mobile/i)) { location.href='/m/' }</script>",
    "<script>var mobile = /Android/i.test(navigator.userAgent); if (mobile) location.href='/m/';</script>",
    "<script>my.location = '/x/'; mylocation='/y/'</script>",
    "<script>// location.href='/old/'</script>",
    "<script>var s = location.href.split('/'); location.href=s;</script>",
    f"<script>location.href='nb/'</script><p>{'政府信息公开工作年度报告' * 20}</p>",
]


@pytest.mark.parametrize("markup", NO_JUMPS)
def test_pages_that_stay(markup: str) -> None:
    assert jump(whole(f"<html><head></head><body>{markup}</body></html>")) is None


FRAMES = [
    "<iframe src='nb/'></iframe>",
    "<IFRAME id=DataList name=DataList SRC='/zwgk/nb/'></IFRAME>",
    "<iframe data-src='nb/'></iframe>",
    "<embed src='nb/'>",
    "<object data='nb/'></object>",
    "<script>document.write('<iframe src=\"nb/\" width=100></iframe>')</script>",
    "<iframe id=myframe></iframe><script>document.getElementById('myframe').src='nb/'</script>",
    "<iframe id=f></iframe><script>$('#dataframe').attr('src', 'nb/')</script>",
    "<iframe src='nb/'></iframe><iframe src='nb/'></iframe><iframe src='list.html'></iframe>",
    "<iframe srcdoc='<a href=x>y</a>' src='nb/'></iframe>",
]


@pytest.mark.parametrize("markup", FRAMES)
def test_frames_are_found_once_each(markup: str) -> None:
    assert frames(page(markup)) == [THERE]


def test_a_frameset_is_frames() -> None:
    markup = "<html><frameset cols='20%,*'><frame src='/zwgk/tree.jsp'><frame src='nb/'></frameset></html>"
    assert frames(whole(markup)) == [THERE]


@pytest.mark.parametrize(
    "source",
    [
        "/visitcount.jsp?id=3",
        "/login.html",
        "/common/header.html",
        "/footer/",
        "/module/xxgk/tree.jsp?area=1",
        "/sharebar.html",
        "/search/index.html",
        "about:blank",
        "javascript:false",
        "/banner.swf",
        "/1.mp4",
        "/202401/P020240118.pdf",
        "/weather.html",
        "",
    ],
)
def test_idle_frames_are_left_alone(source: str) -> None:
    assert frames(page(f"<iframe src='{source}'></iframe>")) == []


@pytest.mark.parametrize(
    "source",
    [
        "/research/nb.html",
        "/module/xxgk/search.jsp?area=0101&infotypeId=A02",
        "/header/../list/nb.html",
        "/accounts/nb.html",
    ],
)
def test_frames_with_words_like_those_are_read(source: str) -> None:
    assert len(frames(page(f"<iframe src='{source}'></iframe>"))) == 1


@pytest.mark.parametrize(
    ("handler", "address"),
    [
        ("window.open('http://www.qingshan.example/a')", "http://www.qingshan.example/a"),
        ('location.href="a.html?id=3"', "a.html?id=3"),
        ("open('年报', '/zwgk/nb/')", "/zwgk/nb/"),
        ("toUrl(\\'/zwgk/nb/\\')", "/zwgk/nb/"),
        ("show('tab1')", None),
        ("login('/zwgk/')", None),
        ("open('//x/' + y)", None),
    ],
)
def test_addresses_in_handlers(handler: str, address: str | None) -> None:
    assert opened_by(handler) == address


NASTY = [
    "location" + " " * 200_000,
    "location='" + "x" * 200_000,
    "window." * 30_000 + "location",
    "function a(){" * 15_000 + "location='/x'",
    "location=a;" * 20_000,
    "/*" * 100_000,
    "//" * 100_000,
    "\\'" * 100_000,
    "<iframe src" * 20_000,
    "click(" * 40_000 + "function",
    "20" * 100_000,
    "2024-01-" * 25_000,
    "2024 " * 40_000,
]


@pytest.mark.parametrize("text", NASTY, ids=lambda text: text[:12])
def test_nasty_texts_are_gone_through(text: str) -> None:
    assert jump_in(text) in (None, "/x")
    opened_by(text)
    day_in(text)
    response = page(
        f'<script>{text}</script><li><a href="javascript:{text}" onclick="{text}">{text}</a> {text}</li>'
    )
    assert jump(response) is None
    assert len(frames(response)) <= 20
    assert len(anchors(response)) <= 1
    for anchor in response.xpath("//a"):
        assert len(title_of(anchor)) <= 300
        day_beside(anchor)


def test_deep_and_wide_pages_are_gone_through() -> None:
    deep = "<div>" * 5_000 + "<a href=nb/>更多</a>" + "</div>" * 5_000
    wide = "<p>" + "<a href=nb/>更多</a>x" * 20_000 + "</p>"
    assert len(anchors(page(deep))) <= 1
    assert len(anchors(page(wide))) == 5_000
    rows = page("<div>" + f"{A}<b>2024-01-30</b>" * 3_000 + "</div>")
    assert all(day_beside(anchor) == date(2024, 1, 30) for anchor in rows.xpath("//a")[:50])
