"""Reports as files: a spec and a layout to bytes, in UTF-8 or GBK."""

from __future__ import annotations

from html import escape
from typing import Literal

from crawler.demo import layouts
from crawler.demo.writer import ReportSpec

Charset = Literal["utf-8", "gbk"]


def html_page(spec: ReportSpec, layout: str = "clean", charset: Charset = "utf-8") -> bytes:
    """A page of its own, as saved from a portal: declared charset, meta tags, visible date, body.

    KeyError where there is no such layout.
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
{layouts.HTML[layout](spec)}
</div>
</body>
</html>
"""
    return text.encode(charset)


def text_file(spec: ReportSpec, layout: str = "lines", charset: Charset = "utf-8") -> bytes:
    """A plain text file. KeyError where there is no such layout."""
    return layouts.TEXT[layout](spec).encode(charset)
