"""Reports as files: how a report is printed and in which markup, to bytes in UTF-8 or GBK."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from types import MappingProxyType
from typing import Literal, NamedTuple

from crawler.demo.markup import MARKUPS
from crawler.demo.plaintext import STYLES
from crawler.demo.printing import LAYOUTS, plain
from crawler.demo.writer import ReportSpec

Charset = Literal["utf-8", "gbk"]


class PageStyle(NamedTuple):
    """A layout of what is printed and the markup that it is in, by their names."""

    layout: str
    markup: str


PAGE_STYLES: Mapping[str, PageStyle] = MappingProxyType(
    {
        "clean": PageStyle("plain", "clean"),
        "word": PageStyle("plain", "word"),
        "padded-header": PageStyle("padded-header", "clean"),
        "layout-table": PageStyle("plain", "layout-table"),
        "split": PageStyle("split", "clean"),
        "broken-labels": PageStyle("broken-labels", "clean"),
    }
)
"""The pages of the sample portals: each prints every number so that it can be read."""


def html_body(spec: ReportSpec, style: str = "clean") -> str:
    """The report as the body of a page, without its title. KeyError where there is no such style."""
    layout, markup = PAGE_STYLES[style]
    return MARKUPS[markup](LAYOUTS[layout](spec))


def html_page(spec: ReportSpec, style: str = "clean", charset: Charset = "utf-8") -> bytes:
    """A page of its own, as saved from a portal: declared charset, meta tags, visible date, body.

    KeyError where there is no such style.
    """
    title = escape(spec.title)
    text = f"""<!DOCTYPE html>
<html lang="zh-CN">
<head>
<meta charset="{charset}">
<title>{title}</title>
<meta name="ArticleTitle" content="{title}">
<meta name="PubDate" content="{spec.published:%Y-%m-%d} 09:00">
</head>
<body>
<div class="position">当前位置：首页 &gt; 政府信息公开 &gt; 政府信息公开年报</div>
<h1>{title}</h1>
<div class="source">发布日期：{spec.published:%Y-%m-%d}</div>
<div class="article-content">
{html_body(spec, style)}
</div>
</body>
</html>
"""
    return text.encode(charset)


def text_file(spec: ReportSpec, style: str = "lines", charset: Charset = "utf-8") -> bytes:
    """A plain text file. KeyError where there is no such style."""
    return STYLES[style](plain(spec)).encode(charset)
