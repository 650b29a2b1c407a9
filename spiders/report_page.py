"""Pages that are a report themselves where a list was expected: one address for each body, overwritten every
year, or one for each year in the query.
"""

from __future__ import annotations

import re

from scrapy.http import JsonResponse, TextResponse

_HEADINGS = (
    re.compile(r"总体情况"),
    re.compile(r"主动公开政府信息(?:的)?情况"),
    re.compile(r"(?:收到和处理|处理|依)(?:政府信息公开)?申请(?:公开)?(?:政府信息)?(?:的)?情况"),
    re.compile(r"行政复议.{0,12}情况"),
    re.compile(r"(?:存在的?)?(?:主要)?问题(?:及|和)改进(?:措施|情况)"),
    re.compile(r"其他需要报告的事项"),
)
_ENOUGH = 3
_EMPTY = re.compile(
    r"(?:暂无|尚无|暂未|尚未|还没有|目前没有|没有找到)(?:\w{0,6}的?)?(?:数据|内容|信息|记录|报告|年报|公开|发布)"
)
"""What a page says that has nothing to show; one that says nothing may wait for a script."""
_FILE = re.compile(
    r"\.(?:docx?|wps|pdf|ofd|xlsx?|et|rtf|zip|rar)(?:$|[?#&])|(?:downfile|download)\.jsp\?|wbfileid=", re.I
)
_MOST_FILES = 5000
_MUCH = 800
"""Characters of a text that is more than a menu."""
_MOST_TEXTS = 20_000
_MOST_CHARACTERS = 300_000
"""Texts of a page, and characters, in which the headings are looked for."""


def is_report(response: TextResponse) -> bool:
    """Whether the page prints the sections of a report. A notice that hands out the form looks the same; the
    parser tells the two apart.
    """
    if isinstance(response, JsonResponse) or _HEADINGS[0].search(response.text) is None:
        return False
    text = _own_text(response)
    return sum(heading.search(text) is not None for heading in _HEADINGS) >= _ENOUGH


def says_it_is_empty(response: TextResponse) -> bool:
    """Whether a page says itself that there is nothing to show as yet."""
    return not isinstance(response, JsonResponse) and _EMPTY.search(_own_text(response)) is not None


def may_be_report(response: TextResponse) -> bool:
    """Whether a page that shows no entries may be a report: it hands out a file, or has much to say."""
    if isinstance(response, JsonResponse):
        return False
    files = response.xpath("//a/@href|//iframe/@src|//embed/@src|//object/@data").getall()[:_MOST_FILES]
    return any(_FILE.search(address[:1000]) for address in files) or len(_own_text(response)) >= _MUCH


def _own_text(response: TextResponse) -> str:
    texts = response.xpath("//body//text()[not(ancestor::script or ancestor::style or ancestor::a)]").getall()
    return "".join("".join(texts[:_MOST_TEXTS])[:_MOST_CHARACTERS].split())
