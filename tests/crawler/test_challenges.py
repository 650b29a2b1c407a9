"""Protections are told by name, and no page that has text of its own is taken for one."""

from __future__ import annotations

import pytest
from scrapy.http import HtmlResponse, Response

from crawler.challenges import PRODUCTS, blocked_by, product_of, visible_text

REPORT = (
    "<h1>某县水务局2023年政府信息公开工作年度报告</h1><h2>一、总体情况</h2>"
    + "<div>全年收到申请十二件。</div>" * 60
)


def answer(
    body: str, status: int = 200, headers: dict[str, str] | None = None, charset: str = "utf-8"
) -> HtmlResponse:
    return HtmlResponse(
        "http://www.qs.example/a.html",
        status=status,
        headers=headers or {},
        body=body.encode(charset),
        encoding=charset,
    )


PAGES = [
    (
        "瑞数",
        412,
        "<!DOCTYPE html><html><head><meta id='9Kx' content='q2lX' r='m'><script r='m'>"
        "$_ts=window['$_ts'];if(!$_ts)$_ts={};$_ts.nsd=74310;</script></head><body></body></html>",
        {},
    ),
    ("瑞数", 202, "<html><script>$_ts=window['$_ts'];if(!$_ts)$_ts={};$_ts.cd='qE'</script></html>", {}),
    (
        "加速乐",
        521,
        "<script>document.cookie=('_')+('_')+('j')+('s')+('l');location.href=location.pathname</script>",
        {},
    ),
    (
        "加速乐",
        200,
        '<script>var x=0;function go(a){};go({"bts":["17|0|a","B%3D"],"chars":"aXc","ct":"5f","ha":"sha1",'
        '"tn":"__jsl_clearance_s","vt":"3600"})</script>',
        {},
    ),
    ("加速乐", 521, "", {"Set-Cookie": "__jsluid_s=5d1; max-age=31536000; path=/; HttpOnly"}),
    (
        "EdgeOne",
        200,
        "<html><script>function a(){var WTKkN=1;document.cookie='__tst_status='+WTKkN}</script></html>",
        {},
    ),
    (
        "阿里云WAF",
        200,
        "<html><script>var arg1='0A1B';function set(){document.cookie='acw_sc__v2=1'}</script></html>",
        {},
    ),
    (
        "阿里云WAF",
        405,
        "<html><title>405</title><p>很抱歉，由于您访问的URL有可能对网站造成安全威胁，您的访问被阻断。</p>"
        "<p>您的请求ID是：76b2</p></html>",
        {},
    ),
    (
        "创宇盾",
        403,
        "<html><p>当前访问疑似黑客攻击，已被拦截</p><img src='http://x.365cyd.com/a.png'></html>",
        {},
    ),
    (
        "安全狗",
        404,
        "<html><title>提示</title><p>您的请求带有不合法参数，已被网站管理员设置拦截！</p></html>",
        {},
    ),
    ("360网站卫士", 403, "<html><form action='/wzws-waf-cgi/'></form></html>", {"WZWS-RAY": "1"}),
    ("玄武盾", 403, "<p>访问被玄武盾拦截</p>", {}),
    ("百度云加速", 403, "<p>error</p>", {"Server": "yunjiasu"}),
    ("腾讯云WAF", 403, "<p>拦截</p><script src='https://waf.tencent-cloud.com/a.js'></script>", {}),
    ("华为云WAF", 418, "<p>访问被拦截</p>", {"Server": "CloudWAF"}),
    ("雷池", 468, "<script src='/.safeline/static/a.js'></script>", {}),
    ("Cloudflare", 403, "<p>Just a moment</p>", {"cf-mitigated": "challenge"}),
    ("云防护", 405, "<html><p>该网站正在使用电信云防护，您的请求被拦截</p></html>", {}),
    ("云防护", 403, "<p>本站由某某云防护平台保护，访问异常</p>", {}),
    ("Web应用防火墙", 403, "<p>您的访问被Web应用防火墙拦截</p>", {}),
]


@pytest.mark.parametrize(("product", "status", "body", "headers"), PAGES)
@pytest.mark.parametrize("charset", ["utf-8", "gb18030"])
def test_each_product(product: str, status: int, body: str, headers: dict[str, str], charset: str) -> None:
    response = answer(body, status, headers, charset)
    assert product_of(response) == product
    label = blocked_by(response)
    assert label is not None
    assert (label.zh, label.en) == (f"被拦截：{product} {status}", f"blocked: {product} {status}")


def test_every_product_has_a_page_here() -> None:
    assert {product for product, *_ in PAGES} == {product.name for product in PRODUCTS}


@pytest.mark.parametrize("status", [202, 403, 405, 412, 418, 429, 468, 521])
def test_a_status_that_blocks_is_told_without_a_name(status: int) -> None:
    label = blocked_by(answer("<p>403</p>", status))
    assert label is not None
    assert label.en == f"blocked: HTTP {status}"
    assert blocked_by(Response("http://www.qs.example/a", status=status, body=b"\x00\xff")) == label


@pytest.mark.parametrize(("product", "status", "body", "headers"), PAGES)
def test_a_real_page_may_hold_the_script_of_its_protection(
    product: str, status: int, body: str, headers: dict[str, str]
) -> None:
    del product, status
    assert blocked_by(answer(f"<html>{body}{REPORT}</html>", 200, headers)) is None


@pytest.mark.parametrize(
    "body",
    [
        "<h1>关于采购加速乐和创宇盾服务的公告</h1>"
        + "<p>本单位采购加速乐、知道创宇云防御、网站安全狗各一套。</p>" * 40,
        REPORT + "<p>本年度部署Web应用防火墙，启用云防护，拦截攻击三百次。</p>",
        REPORT + "<script>var acw_sc__v2='';" + "/* */" * 20_000 + "</script>",
        "<p>本镇2023年无申请。</p><p>网站已接入云防护，启用Web应用防火墙。</p>",
        REPORT + "<footer>本站由加速乐 __jsl_clearance 提供防护</footer>",
        "<table>" + "<tr><td>0</td></tr>" * 40 + "</table><p>云防护</p>",
        "",
        "<html></html>",
    ],
)
def test_pages_that_speak_of_protections(body: str) -> None:
    assert blocked_by(answer(body)) is None
    assert blocked_by(answer(body, 404)) is None


def test_files_are_not_searched() -> None:
    assert (
        blocked_by(Response("http://www.qs.example/a.pdf", body=b"%PDF acw_sc__v2 $_ts=window['$_ts']"))
        is None
    )


@pytest.mark.parametrize(
    ("source", "seen"),
    [
        ("<p>甲 乙</p>\n<b>丙&nbsp;</b>", "甲乙丙"),
        ("甲<script>乙</script>丙<STYLE>丁</STYLE>戊", "甲丙戊"),
        ("甲<script>乙", "甲"),
        ("甲<noscript>请启用JavaScript</noscript>", "甲"),
        ("a < b > c", "ac"),
        ("İ<script>x</script>甲", "İ甲"),
        ("", ""),
    ],
)
def test_visible_text(source: str, seen: str) -> None:
    assert visible_text(source) == seen


@pytest.mark.parametrize(
    "nasty", ["<script>", "<", "<a ", "</script>", "<style><script>", "<!--", "<script></script>"]
)
def test_nasty_text_takes_no_time(nasty: str) -> None:
    visible_text(nasty * (300_000 // len(nasty)))
    assert product_of(answer("acw_sc__v2" + nasty * (280_000 // len(nasty)))) in (None, "阿里云WAF")
