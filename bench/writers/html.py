"""What is printed -> an article page, as the content systems of portals serve it.

The seed chooses the page around the report, the markup of the report and how the page tells its charset;
neighbouring seeds differ in all three.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from html import escape
from typing import NamedTuple

from crawler.demo.markup import MARKUPS
from crawler.demo.printing import Line, Printed, Role


class _Charset(NamedTuple):
    """What the bytes are, and what the page says that they are."""

    encoding: str
    declared: str | None


_CHARSETS = (
    _Charset("utf-8", "utf-8"),
    _Charset("gbk", "gb2312"),
    _Charset("gbk", None),
    _Charset("utf-8", "gb2312"),
    _Charset("gb18030", "utf-8"),
    _Charset("utf-8-sig", None),
)


class _Article(NamedTuple):
    head: str
    title: str
    day: str
    organ: str
    body: str


def write(printed: Printed, *, seed: int = 0) -> bytes:
    """The page that reads as `printed`; seed 0 is a page of UTF-8 that says so, its tables clean."""
    shell = _SHELLS[seed % len(_SHELLS)]
    markup = list(MARKUPS.values())[seed % len(MARKUPS)]
    charset = _CHARSETS[seed // 2 % len(_CHARSETS)]
    spec = printed.spec
    title = next(b.text for b in printed.blocks if isinstance(b, Line) and b.role is Role.TITLE)
    declared = f'<meta http-equiv="Content-Type" content="text/html; charset={charset.declared}">\n'
    article = _Article(
        head=(declared if charset.declared else "") + f"<title>{escape(spec.title)}</title>",
        title=escape(title).replace("\n", "<br>"),
        day=f"{spec.published:%Y-%m-%d}",
        organ=escape(spec.organ),
        body=markup(printed),
    )
    return shell(article).encode(charset.encoding)


def _trs(article: _Article) -> str:
    return f"""<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Transitional//EN" "http://www.w3.org/TR/xhtml1/DTD/x">
<html xmlns="http://www.w3.org/1999/xhtml">
<head>
{article.head}
<meta name="ColumnName" content="政府信息公开年报">
<meta name="PubDate" content="{article.day} 09:12">
<meta name="ContentSource" content="{article.organ}">
<script src="/images/jquery.min.js"></script>
</head>
<body>
<div class="TRS_Editor"><a href="/"><img src="/images/banner.jpg" alt=""></a></div>
<div class="bread">您现在的位置：<a href="/">首页</a> &gt; <a href="../">政府信息公开年报</a></div>
<div class="title">{article.title}</div>
<div class="info">发布时间：{article.day} 09:12　来源：{article.organ}　【字体：大 中 小】</div>
<div class="view TRS_UEDITOR trs_paper_default trs_web"><div class="TRS_Editor">
{article.body}
</div></div>
<div class="related"><h3>相关文档</h3><ul><li><a href="t1.html">政府信息公开指南</a></li></ul></div>
<div class="footer">版权所有　网站标识码 3600000000</div>
</body>
</html>
"""


def _hanweb(article: _Article) -> str:
    return f"""<!doctype html>
<html>
<head>
{article.head}
<meta name='Maketime' content='{article.day} 10:01:22'>
<meta name="ArticleTitle" content="{article.title.replace("<br>", "")}">
<meta name="PubDate" content="{article.day} 10:01:22">
</head>
<body>
<table width="1000" align="center"><tr><td class="bt_link">当前位置：首页 &gt; 信息公开年报</td></tr></table>
<!--<$[信息名称]>begin--><p class="title">{article.title}</p><!--<$[信息名称]>end-->
<p class="sub">发布日期：{article.day} 10:01　浏览次数：<script>document.write("1")</script>次</p>
<div id="zoom"><!--ZJEG_RSS.content.begin-->
{article.body}
<!--ZJEG_RSS.content.end--></div>
<div class="share">打印本页　关闭窗口</div>
</body>
</html>
"""


def _ucap(article: _Article) -> str:
    return f"""<!DOCTYPE html>
<html>
<head>
{article.head}
<meta name="ArticleTitle" content="{article.title.replace("<br>", "")}"/>
<meta name="PubDate" content="{article.day} 16:40:05"/>
</head>
<body>
<div class="crumb">首页&nbsp;&gt;&nbsp;政务公开&nbsp;&gt;&nbsp;政府信息公开年报</div>
<ucaptitle><h1>{article.title}</h1></ucaptitle>
<ul class="info"><li>发布时间：{article.day}</li><li>信息来源：{article.organ}</li></ul>
<div id="UCAP-CONTENT" class="ucap-content"><ucapcontent>
{article.body}
</ucapcontent></div>
<p>附件：</p>
</body>
</html>
"""


def _gkmlpt(article: _Article) -> str:
    """The body stands in a script alone."""
    detail = {
        "id": 4312,
        "title": article.title.replace("<br>", ""),
        "publisher": article.organ,
        "content": article.body,
        "attachments": [],
    }
    told = json.dumps({"SID": "755031", "TREE": [], "DETAIL": detail}, ensure_ascii=False)
    told = told.replace("<", "\\u003C").replace(">", "\\u003E")
    return f"""<!DOCTYPE html>
<html>
<head>
{article.head}
<meta name="PubDate" content="{article.day} 11:20:00">
</head>
<body>
<div id="app"><div class="nav">首页 &gt; 政府信息公开年报</div></div>
<h1 class="title">{article.title}</h1>
<div class="date">发布日期：{article.day}</div>
<div class="article-content"></div>
<script>
    window._CONFIG = {told};
</script>
<script src="/gkmlpt/static/app.js"></script>
</body>
</html>
"""


_SHELLS: tuple[Callable[[_Article], str], ...] = (_trs, _hanweb, _ucap, _gkmlpt)
