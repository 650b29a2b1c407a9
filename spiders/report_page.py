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
_MOST_TEXTS = 20_000
_MOST_CHARACTERS = 300_000
"""Texts of a page, and characters, in which the headings are looked for."""


def is_report(response: TextResponse) -> bool:
    """Whether the page prints the sections of a report. A notice that hands out the form looks the same; the
    parser tells the two apart.
    """
    if isinstance(response, JsonResponse) or _HEADINGS[0].search(response.text) is None:
        return False
    texts = response.xpath("//body//text()[not(ancestor::script or ancestor::style or ancestor::a)]").getall()
    text = "".join("".join(texts[:_MOST_TEXTS])[:_MOST_CHARACTERS].split())
    return sum(heading.search(text) is not None for heading in _HEADINGS) >= _ENOUGH
