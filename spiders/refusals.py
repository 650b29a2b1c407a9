"""Answers that are no page: errors, challenges, soft 404s. They are labelled and left alone, never broken.

A portal that has nothing to show says so in a page of its own, with HTTP 200. Such a shell is told by how
little else there is to see: an article may speak of missing pages, of maintenance and of captchas.
"""

from __future__ import annotations

import re
from typing import NamedTuple, cast
from urllib.parse import urlsplit

from scrapy.http import Response, TextResponse
from twisted.python.failure import Failure

from crawler.answers import trouble_with
from crawler.challenges import blocked_by, visible_text
from crawler.report.model import Bilingual

_LARGEST_SHELL = 60_000
"""Bytes up to which a page may be a shell; a site's whole frame may stand around its one sentence."""
_FEW_WORDS = 250
_FEW_LINKS = 8


class _Shell(NamedTuple):
    """What a page says instead of what was asked for: `title` in its title, `words` in its few words or in a
    message box of its script.
    """

    label: Bilingual
    words: re.Pattern[str]
    title: re.Pattern[str] | None = None


_THING = r"(?:页面?|网页|文件|文章|信息|内容|链接|网址|栏目|资源|网站|路径|数据|稿件|记录)"
_SHELLS = (
    _Shell(
        Bilingual("页面不存在（却返回HTTP 200）", "page does not exist (answered with HTTP 200)"),
        re.compile(
            rf"{_THING}(?:已经?)?(?:不存在|未找到|没有找到|没找到|找不到|已?被?删除|已?丢失|已?失效|已?下线|无法找到)"
            rf"(?!的|答复|告知|情形|[:：、]|[0-9０-９一二三四五六七八九十]+[件条])"
            rf"|(?:找不到|无法找到|未找到|没有找到)(?:了|该|您|相关|指定|请求|你|所|此|的|要访问的|要查看的)*{_THING}"
            rf"|访问的{_THING}(?:地址)?(?:已|可能|不|暂)"
            r"|404notfound|errorpage404|error404|404error|http404|pagenotfound|filenotfound",
            re.I,
        ),
        re.compile(
            r"^(?:http)?(?:错误|error)?[-:：|]?404(?![0-9]*[条路件次号年个万元])|页面不存在|找不到(?:页面|网页)|pagenotfound",
            re.I,
        ),
    ),
    _Shell(
        Bilingual("网站维护中", "the site is down for maintenance"),
        re.compile(
            r"(?:网站|系统|平台|站点|服务器|页面|栏目)(?:正在|正|处于)?(?:进行)?(?:系统|改版|例行|停机)?"
            r"(?:维护|升级|改版|建设|检修)(?:升级|改造|维护)?"
            r"(?:中(?![心投发存的出遇所把对加注])|期间|状态)"
            r"|(?:正在|停机)(?:进行)?(?:系统|网站)?(?:维护|升级|建设)|暂停(?:访问|服务|开放)(?!窗口|大厅|期间|的)"
            r"|暂时(?:关闭|无法访问)",
        ),
        re.compile(r"(?:网站|系统)(?:正在)?(?:维护|升级|建设)中?$"),
    ),
    _Shell(
        Bilingual("仅限境内访问", "open to visitors from within China only"),
        re.compile(
            r"(?:仅限|只限|仅供|只允许|仅允许|限于)(?:中国)?(?:境内|国内|大陆|中国大陆|内地)"
            r"[^。]{0,6}(?:访问|浏览|打开|使用|用户|网络|IP)"
            r"|(?:境外|海外|国外)(?:的)?(?:IP|ip|用户|访问|地址)(?:访问)?(?:已?被?(?:禁止|限制|拦截)|无法|不能|暂)"
            r"|所在(?:的)?(?:地区|区域|国家)(?:无法|不能|暂不|不允许|禁止|已被限制)",
        ),
    ),
    _Shell(
        Bilingual("要求输入验证码", "asks for a captcha"),
        re.compile(
            r"(?:请|需要?)(?:先|您)?(?:输入|填写|完成|通过|进行)(?:下图|图中|图片|以下|下方|下面|右侧)?的?"
            r"(?:图形|图片|安全|滑动|滑块|人机)?(?:验证码?|校验码)"
            r"|(?:拖动|滑动|按住)(?:左边|下方|左侧)?滑块|人机(?:识别)?验证|访问验证|确认您?(?:是|不是)(?:真人|机器人)",
        ),
        re.compile(r"^(?:安全|访问|人机)验证"),
    ),
    _Shell(
        Bilingual("要求登录", "asks for a login"),
        re.compile(
            r"(?:请|需要?)(?:您)?先?(?:重新)?登录(?!.{0,8}(?:填|查|下载|提交))|(?:登录|会话)(?:已)?(?:超时|过期|失效)|统一身份认证|用户登录"
        ),
        re.compile(r"^(?:用户|统一|系统|后台)?(?:身份认证|登录)$"),
    ),
)
_TITLE = re.compile(r"<title[^<>]{0,200}>([^<]{0,300})</title", re.I)
_BOX = re.compile(r"(?:alert|layer\.msg|layer\.alert|confirm)\(\s*['\"]([^'\"\n]{1,200})['\"]")
_SHOWS_OTHERWISE = re.compile(
    r"<(?:script|iframe|frame|frameset|img|embed|object|video|meta\s[^<>]{0,100}refresh)\b", re.I
)
_NO_LIST = re.compile(r"<datastore>\s*(?:<[^<>]{1,40}>\s*){0,12}</datastore>", re.I)
_REPORT = re.compile(r"年报|年度报告|(?:关于|有关)[^。]{2,60}(?:公告|通告|通知|公示)")
"""What stands on a page that has something to say; a shell may have it in its title and its frame's links."""
_LINK = re.compile(r"<a\b[^<>]{0,1000}>([^<]{0,300})(?:<(?!/a)[^<>]{0,300}>[^<]{0,300}){0,6}</a", re.I)
_ROW = re.compile(r"(?:19|20)\d\d.{0,60}(?:年报|年度报告)|\.(?:pdf|docx?|xlsx?|wps|zip|rar)\b", re.I)
_HELD = re.compile(r"<(?:iframe|frame|embed|object|video)\b", re.I)
_PAGE_SUFFIXES = (".html", ".htm", ".shtml", ".jhtml", "/")


def problem_of(response: Response) -> Bilingual | None:
    """Why an answer is not the page asked for; None where it is one."""
    blocked = blocked_by(response)
    if blocked is not None:
        return blocked
    if response.status != 200:
        return Bilingual(f"HTTP {response.status}", f"HTTP {response.status}")
    if not response.body.strip():
        return Bilingual("返回内容为空", "empty answer")
    if not isinstance(response, TextResponse) or len(response.body) > _LARGEST_SHELL:
        return None
    return _shell(response)


def gone(response: Response) -> bool:
    """Whether the server itself says that nothing is there any more."""
    return response.status in (404, 410) and blocked_by(response) is None


def problem_with(failure: Failure) -> Bilingual:
    """Why no answer came, in a few words."""
    return trouble_with(cast(BaseException, failure.value))


def _shell(response: TextResponse) -> Bilingual | None:
    source = response.text
    start = source.lstrip("\ufeff \t\r\n")[:1]
    if start in ("{", "["):
        return None  # data: what it says is for the system that asked for it
    if _is_page(response) and _NO_LIST.fullmatch(source.strip()):
        return Bilingual("返回的是空列表而不是网页", "an empty list in place of a page")
    if source.count("</a") + source.count("</A") > _FEW_LINKS:
        return None
    seen = visible_text(source)
    if len(seen) > _FEW_WORDS:
        return None
    title = _TITLE.search(source)
    named = "" if title is None else "".join(title[1].split())
    said = seen.removeprefix(named)
    if not _has_content(source, said):
        # what a page's functions might say some day is not said by a page that shows something
        boxes = "" if said or _HELD.search(source) else "".join(match[1] for match in _BOX.finditer(source))
        for shell in _SHELLS:
            if shell.title is not None and shell.title.search(named):
                return shell.label
            if shell.words.search(seen) or shell.words.search(boxes):
                return shell.label
    if start == "<" and _is_page(response) and seen == named and not _SHOWS_OTHERWISE.search(source):
        return Bilingual("网页没有内容", "a page without content")
    return None


def _has_content(source: str, said: str) -> bool:
    """Whether a small page shows a report, a row of a list or a file."""
    links = "\n".join("".join(match[0].split()) for match in _LINK.finditer(source))
    own = _REPORT.search(said)
    return _ROW.search(links) is not None or (own is not None and own[0] not in links)


def _is_page(response: TextResponse) -> bool:
    """Whether the address is one of a page, and not of data that a page is made of."""
    path = urlsplit(response.url).path.lower()
    return not path or path.endswith(_PAGE_SUFFIXES)
