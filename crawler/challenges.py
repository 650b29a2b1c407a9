"""Protections in front of portals: told by what they answer, labelled, and left alone. Never broken.

A product is known by marks in its scripts or by sentences of its block page. Neither says anything on a page
that has text of its own: reports are written about firewalls too, and some sites keep the script of their
protection in every real page.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from scrapy.http import Response, TextResponse

from crawler.report.model import Bilingual

LARGEST_SHELL = 300_000
"""Bytes up to which a page may be nothing but a challenge."""
_FEW_WORDS = 300
"""Characters that may be seen of a challenge, which a script is to solve."""
_BLOCK_PAGE = 800
"""Characters that may be seen of a page that says that the visit was blocked."""


class Product(NamedTuple):
    """A protection: `marks` stand in the source of its challenges, `words` on its block pages.

    One of them is enough. `headers` tell the product of an answer whose status blocks.
    """

    name: str
    marks: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    headers: tuple[tuple[str, str], ...] = ()


PRODUCTS = (
    Product("瑞数", ("$_ts=window['$_ts']", "$_ts = window['$_ts']", '$_ts=window["$_ts"]', "$_ts.nsd=")),
    Product(
        "加速乐",
        ("__jsl_clearance", 'go({"bts":', "document.cookie=('_')+('_')+('j')"),
        (),
        (("Set-Cookie", "__jsluid"),),
    ),
    Product("EdgeOne", ("EO_Bot_Ssid", "WTKkN", "__tst_status")),
    Product(
        "阿里云WAF",
        ("acw_sc__v2", "acw_sc__v3", "aliyun_waf_", "errors.aliyun.com", "_waf_bd8ce2ce37", "u_atoken"),
        ("由于您访问的URL有可能对网站造成安全威胁", "您的访问被阻断"),
    ),
    Product("创宇盾", ("365cyd.com", "yunaq.com", "创宇盾"), ("知道创宇云防御", "当前访问疑似黑客攻击")),
    Product("安全狗", ("safedog.cn", "safedogsite"), ("已被网站管理员设置拦截", "网站安全狗")),
    Product(
        "360网站卫士",
        ("wzws-waf-cgi", "wzwsconfirm", "wzwstemplate", "wangzhan.360.cn", "wzws_sessionid"),
        ("360网站卫士", "奇安信网站卫士"),
        (("WZWS-RAY", ""), ("Server", "360wzws")),
    ),
    Product("玄武盾", ("dbappwaf.cn", "websaas.cn"), ("玄武盾",)),
    Product("百度云加速", ("yunjiasu-nginx", "su.baidu.com"), ("百度云加速",), (("Server", "yunjiasu"),)),
    Product(
        "腾讯云WAF",
        ("waf.tencent-cloud.com", "TencentCaptcha(", "tencent_waf"),
        ("腾讯云Web应用防火墙", "腾讯T-Sec Web应用防火墙"),
    ),
    Product("华为云WAF", ("hwwafsesid", "HWWAFSESTIME"), ("华为云Web应用防火墙",), (("Server", "CloudWAF"),)),
    Product("雷池", ("safeline_bot_challenge", "/.safeline/"), ("长亭雷池", "雷池Web应用防火墙")),
    Product(
        "Cloudflare",
        ("/cdn-cgi/challenge-platform", "cf-browser-verification", "_cf_chl_opt"),
        (),
        (("cf-mitigated", "challenge"),),
    ),
    Product("云防护", (), ("云防护", "云安全防护平台", "云堤")),
    Product("Web应用防火墙", (), ("Web应用防火墙", "WEB应用防火墙", "网站防火墙", "网站应用级入侵防御系统")),
)
_BLOCKING = frozenset({202, 403, 405, 406, 412, 418, 429, 468, 521})
"""Statuses that no page has: whoever answers so has looked at the visitor, not at the address."""
_FULL = (b"</a>", b"</td>", b"</p>")
_MANY = 15
"""Links, cells or paragraphs that no challenge has; counting them is far cheaper than looking for marks."""
_TOLD = re.compile(
    r"(?:[您你]|访问|请求)[^。]{0,60}(?:拦截|阻断|禁止|拒绝)|已被[^。]{0,20}拦截|访问异常|疑似黑客攻击|禁止访问"
)
"""What a block page tells its visitor, where its status does not."""
_ASKED = re.compile(
    r"滑块|访问验证|安全验证|人机验证|请稍[候后]|安全检查|justamoment|checkingyourbrowser", re.I
)
_REPORT = re.compile(r"年报|年度报告")
_SHOWS = re.compile(r"<(?:a|li|td|p|div|h[1-6]|i?frame|frameset|embed|object|img|section|article)\b", re.I)
_JUMPS = re.compile(r"location(?:\.href)?\s{0,9}=\s{0,9}['\"][./\w]|location\.replace\(\s{0,9}['\"]", re.I)
"""What no script that only tests the visitor's browser has beside it: content, or the way to some."""
_HIDDEN = ("script", "style", "noscript", "textarea", "template")
_TAG = re.compile(r"<[^<>]{0,2000}>")


def product_of(response: Response) -> str | None:
    """Name of the protection that answered in the portal's stead; None where it was none that is known."""
    for product in PRODUCTS:
        if response.status in _BLOCKING and any(
            mark.lower() in value.decode("latin-1").lower()
            for name, mark in product.headers
            for value in response.headers.getlist(name)
        ):
            return product.name
    if not isinstance(response, TextResponse) or len(response.body) > LARGEST_SHELL:
        return None
    body = response.body
    if response.status == 200 and any(body.count(tag) > _MANY for tag in _FULL):
        return None
    suspects = [product for product in PRODUCTS if any(mark in body for mark in _BYTES[product])]
    if not suspects:
        return None
    source, seen = response.text, visible_text(response.text)
    if response.status in _BLOCKING:
        says_blocked = len(seen) <= _BLOCK_PAGE
        tests_visitor = len(seen) <= _FEW_WORDS
    else:  # pages that are let pass may keep the script of their protection, and may be short
        plain = len(seen) <= _FEW_WORDS and _REPORT.search(seen) is None
        says_blocked = plain and _TOLD.search(seen) is not None
        tests_visitor = says_blocked or (
            plain
            and (
                _ASKED.search(seen) is not None
                or not (_SHOWS.search(_without_scripts(source)) or _JUMPS.search(source))
            )
        )
    for product in suspects:
        if tests_visitor and any(mark in source for mark in product.marks):
            return product.name
        if says_blocked and any(words in seen for words in product.words):
            return product.name
    return None


def blocked_by(response: Response) -> Bilingual | None:
    """The label of an answer that blocks the visitor; None for any other."""
    product = product_of(response)
    if product is not None:
        return Bilingual(f"被拦截：{product} {response.status}", f"blocked: {product} {response.status}")
    if response.status in _BLOCKING:
        return Bilingual(f"被拦截：HTTP {response.status}", f"blocked: HTTP {response.status}")
    return None


def visible_text(source: str) -> str:
    """What a reader may see of a page, without white space; the head's title is part of it. Linear."""
    text = _TAG.sub(" ", _without_scripts(source))
    return "".join(text.replace("&nbsp;", " ").split())


def _without_scripts(source: str) -> str:
    lower = source.lower()
    if len(lower) != len(source):  # a few letters grow when lowered
        lower = source
    shown: list[str] = []
    at, opened = 0, dict.fromkeys(_HIDDEN, -1)
    while True:
        for name, found in opened.items():
            if found < at:
                opened[name] = _or_end(lower.find(f"<{name}", at), lower)
        name, start = min(opened.items(), key=lambda item: item[1])
        shown.append(source[at:start])
        at = lower.find(f"</{name}", start)
        if at < 0 or start == len(lower):
            break
    return "".join(shown)


def _or_end(found: int, text: str) -> int:
    return len(text) if found < 0 else found


_BYTES = {
    product: frozenset(
        text.encode(charset) for text in (*product.marks, *product.words) for charset in ("utf-8", "gb18030")
    )
    for product in PRODUCTS
}
