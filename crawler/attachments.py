"""Which files that an article links to may be the report, or the same report once more."""

from __future__ import annotations

import re
from urllib.parse import unquote, urldefrag, urljoin, urlsplit

from crawler.extract.document import Attachment, Document, Grid

MOST = 5
"""Files fetched for one article."""
MOST_PAGES = 20
"""Further pages fetched for one article."""
_MAX_URL = 2000

_NAMED = re.compile(r"年度?报告?|信息公开|nianbao|xxgk|annual", re.IGNORECASE)
_PLAIN = re.compile(
    r"^(?:点击|此处|这里|立即|附件|附表|附|正文|全文|文件|原文|查看|浏览|打开|下载|预览|[\s\d一二三四五六七八九十:：.、()（）\[\]【】])*"
    r"(?:\.(?:docx?|wps|pdf|ofd|xlsx?|et|zip|jpe?g|png|tiff?))?$",
    re.IGNORECASE,
)
"""A link that says nothing of what it leads to."""
_OTHER = re.compile(
    r"一图|图解|解读|指南|目录|申请表|申请书|制度|办法|通知|要点|法治政府|决算|预算|清单|名单|二维码|客户端|浏览器|阅读器|"
    r"logo|qrcode|erweima|ewm|banner|icon|favicon",
    re.IGNORECASE,
)
_TABLE = re.compile(r"统计表|附表|报表|汇总表|情况表")
"""A file of figures: the report's tables, where its page does not show them itself."""
_ORDER = ("docx", "doc", "wps", "pdf", "ofd", "xlsx", "xls", "et", "zip")
"""Formats of one report, the one first that is read best; a name without ending stands before pictures."""
_PICTURE = re.compile(r"\.(?:jpe?g|png|gif|bmp|tiff?|webp)$", re.IGNORECASE)
_NUMBERED_PAGE = re.compile(r"_\d{1,3}(\.[a-z]{3,6})$", re.IGNORECASE)
"""The end of the address of a further page, as content systems name it after the first."""
_FIGURES = re.compile(r"\s*[0-9０-９][0-9０-９.,]*\s*")
_LEAST_FIGURES = 30
"""Figures in its tables that make a page the report itself; table three alone prints more than a hundred."""


def worth_fetching(document: Document, base: str) -> tuple[Attachment, ...]:
    """The attachments of an article at `base`, absolute, that may hold its report; those named so come first.

    Where the page prints the tables itself, only what is named as the report or says nothing of itself may be
    the report once more; otherwise any file may be it, save what names itself as something else.
    """
    shown = _shows_tables(document)
    found: dict[str, tuple[int, int, Attachment]] = {}
    for attachment in document.attachments:
        url = _absolute(base, attachment.href)
        if url is None or url in found or url == base:
            continue
        name = f"{attachment.text} {unquote(urlsplit(url).path.rpartition('/')[2])}"
        if _OTHER.search(name) or (
            shown and (_PICTURE.search(urlsplit(url).path) or _TABLE.search(attachment.text))
        ):
            continue
        named = _NAMED.search(name) is not None
        if named or not shown or _PLAIN.match(attachment.text.strip()):
            found[url] = (0 if named else 1, _order(name, url), Attachment(url, attachment.text))
    ranked = sorted(found.values(), key=lambda entry: entry[:2])
    return tuple(attachment for *_, attachment in ranked[:MOST])


def further_pages(document: Document, base: str) -> tuple[str, ...]:
    """Absolute addresses of the further pages of the article at `base`, in order.

    None where `base` is not its first page.
    """
    urls = [url for href in document.continuations if (url := _absolute(base, href)) is not None]
    if base in urls:
        return tuple(dict.fromkeys(urls[1:]))[:MOST_PAGES] if urls[0] == base else ()
    later = (
        urls and _NUMBERED_PAGE.sub(r"\1", urls[0]) == urls[0] and _NUMBERED_PAGE.sub(r"\1", base) == urls[0]
    )
    return () if later else tuple(dict.fromkeys(urls))[:MOST_PAGES]


def _order(name: str, url: str) -> int:
    ending = re.search(r"\.([a-z]{2,4})\b", f"{name} {urlsplit(url).query}"[-_MAX_URL:].lower())
    if ending is not None and ending[1] in _ORDER:
        return _ORDER.index(ending[1])
    return len(_ORDER) + (_PICTURE.search(urlsplit(url).path) is not None)


def _shows_tables(document: Document) -> bool:
    grids = (block for block in document.blocks if isinstance(block, Grid))
    figures = 0
    for grid in grids:
        figures += sum(_FIGURES.fullmatch(slot.text) is not None for row in grid.rows for slot in row)
        if figures >= _LEAST_FIGURES:
            return True
    return False


def _absolute(base: str, href: str) -> str | None:
    try:
        url = urldefrag(urljoin(base, href.strip())).url
        parts = urlsplit(url)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname) and len(url) <= _MAX_URL
    except ValueError:
        return None
    return url if usable else None
