"""What the web page says of itself, where it stands, and whether its text can be read at all.

Labels are judged where the page was read from the web: a saved one may have lost or changed them.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import islice
from urllib.parse import urlsplit

from crawler.report.model import Bilingual, Kind, Report
from crawler.validator.basis import CONSISTENCY, LABELS, LOGIC, NOTICE_2017_DOMAIN
from crawler.validator.body import body_of
from crawler.validator.context import NEEDS, Context, Need, WebPage
from crawler.validator.finding import Fault
from crawler.validator.garbled import garbled
from crawler.validator.lexicon import foreign
from crawler.validator.reading import fold
from crawler.validator.rule import (
    NotApplicable,
    Statement,
    fail,
    not_applicable,
    rule,
    shorten,
    uncertain,
)

Statements = Iterator[Statement | NotApplicable]

_WHERE = "page"


# --- where it stands -------------------------------------------------------------------------------------


@rule(
    "site-domain-not-gov",
    title_zh="非 .gov.cn 网站发布",
    norm_zh="年度报告在 .gov.cn 域名的政府网站上发布",
    basis=NOTICE_2017_DOMAIN,
    needs=(Need.PAGE,),
)
def site_domain_not_gov(report: Report, context: Context) -> Statements:
    """The report is published on a government site under .gov.cn."""
    host = _host(context.page.url if context.page else None)
    body = body_of(report, context)
    if host is None or _is_internal(host):
        yield not_applicable("不是公网上的网页", "not a page of the public web")
    elif f".{host}".endswith(_GOVERNMENT) or (body is not None and body.kind is Kind.AUTHORISED):
        return  # bodies that a law authorises need not have a government site
    else:
        zh = f"报告发布在{host}，不是.gov.cn域名"
        en = f"The report is published at {host}, which is not under .gov.cn"
        if ".gov.cn." in host or host.startswith("gov.cn."):
            zh += "（网址中虽有gov.cn字样）"
            en += " (although gov.cn is part of its name)"
        # Of a body whose kind is not known it is not known either whether it must have such a site.
        state = uncertain if body is None else fail
        yield state(_WHERE, zh, en, expected="*.gov.cn", found=host)


_GOVERNMENT = (".gov.cn", ".政务.cn", ".政务", ".xn--zfr164b", ".xn--zfr164b.cn")
_RESERVED = frozenset({"localhost", "local", "internal", "intranet", "lan", "test", "example", "invalid"})


def _host(url: str | None) -> str | None:
    """The host of an address of the web, lower case; None where it is none."""
    try:
        parts = urlsplit((url or "").replace("\\", "/"))
        host = parts.hostname
    except ValueError:
        return None
    return (host or "").rstrip(".")[:253] or None if parts.scheme in ("http", "https") else None


def _is_internal(host: str) -> bool:
    """Whether the host is of no public net: a private address, a bare name, a reserved one."""
    try:
        return not ipaddress.ip_address(host).is_global
    except ValueError:
        return "." not in host or host.rpartition(".")[2] in _RESERVED


# --- labels ----------------------------------------------------------------------------------------------

_SITE = ("SiteName", "SiteDomain", "SiteIDCode")
_COLUMN = ("ColumnName", "ColumnType")  # whether Description and Keywords are required was not read
_ARTICLE = ("ArticleTitle", "PubDate", "ContentSource")


@rule(
    "meta-site-missing",
    title_zh="缺少网站标签",
    norm_zh="网页标签写明网站名称、域名和网站标识码",
    basis=LABELS,
    needs=(Need.PAGE,),
)
def meta_site_missing(_report: Report, context: Context) -> Statements:
    """The page's labels give the site's name, domain and identification code."""
    yield from _lacking(context, _SITE)


@rule(
    "meta-column-missing",
    title_zh="缺少栏目标签",
    norm_zh="网页标签写明栏目名称和栏目类别",
    basis=LABELS,
    needs=(Need.PAGE,),
)
def meta_column_missing(_report: Report, context: Context) -> Statements:
    """The page's labels give the name and the type of its column."""
    yield from _lacking(context, _COLUMN)


@rule(
    "meta-article-missing",
    title_zh="缺少内容页标签",
    norm_zh="网页标签写明文章标题、发布日期和来源",
    basis=LABELS,
    needs=(Need.PAGE,),
)
def meta_article_missing(_report: Report, context: Context) -> Statements:
    """The page's labels give the article's title, date of publication and source."""
    yield from _lacking(context, _ARTICLE)


def _lacking(context: Context, names: tuple[str, ...]) -> Statements:
    labels = _labels(context.page)
    if labels is None:
        yield _NOT_FROM_THE_WEB
        return
    absent = [name for name in names if name.lower() not in labels]
    empty = [name for name in names if labels.get(name.lower()) == ""]
    if absent or empty:
        zh = [f"缺少{'、'.join(absent)}"] if absent else []
        zh += [f"{'、'.join(empty)}为空"] if empty else []
        en = [f"no {', '.join(absent)}"] if absent else []
        en += [f"{', '.join(empty)} empty"] if empty else []
        yield fail(
            _WHERE,
            f"网页标签{'，'.join(zh)}",
            f"The page's labels: {'; '.join(en)}",
            expected=", ".join(names),
            found=", ".join(name for name in names if labels.get(name.lower())),
        )


_NOT_FROM_THE_WEB = not_applicable(
    "不是从网上读取的网页（所存文件的网页标签可能已改变）",
    "not a page read from the web (a saved one may have lost or changed its labels)",
)


def _labels(page: WebPage | None) -> dict[str, str] | None:
    """The first content that is not blank of each label, by its lower-case name; None for what is no page of
    the web: a file, or the bare answer of an interface.
    """
    if page is None or _host(page.url) is None or not (page.meta or page.title):
        return None
    labels: dict[str, str] = {}
    for name, content in page.meta:
        key = name.strip().lower()
        if not labels.get(key):
            labels[key] = content.strip()
    return labels


@rule(
    "meta-title-mismatch",
    title_zh="标签标题与页面标题不一致",
    norm_zh="网页标签ArticleTitle与报告标题一致",
    basis=CONSISTENCY,
    needs=(Need.PAGE,),
)
def meta_title_mismatch(report: Report, context: Context) -> Statements:
    """The label ArticleTitle gives the title that the page shows."""
    page = context.page
    labels = _labels(page)
    if page is None or labels is None:
        yield _NOT_FROM_THE_WEB
        return
    label = labels.get("articletitle", "")
    shown = [title for title in (report.title, *page.headings[:_HEADINGS], page.title) if title]
    if not label or not shown:
        yield not_applicable("没有可以比对的标题", "there are no two titles to compare")
    elif not any(_same_title(label, title) for title in shown):
        title = shown[0]
        yield fail(
            "title",
            f"网页标签ArticleTitle为“{shorten(label, 60)}”，页面标题为“{shorten(title, 60)}”",
            f"The label ArticleTitle says “{shorten(label, 60)}”, the page's title “{shorten(title, 60)}”",
            expected=title[:_LONGEST_TITLE],
            found=label[:_LONGEST_TITLE],
        )


_HEADINGS = 20
_LONGEST_TITLE = 200
_TRIFLES = re.compile(r"[\W_]|关于|工作|[年度的告]")


def _same_title(one: str, other: str) -> bool:
    """Whether titles are the same but for trifles, or one is the other shortened or with the site's name."""
    first, second = (_TRIFLES.sub("", fold(title[:_LONGEST_TITLE])) for title in (one, other))
    shorter, longer = sorted((first, second), key=len)
    return len(shorter) >= _SHORTEST_TITLE and shorter in longer


_SHORTEST_TITLE = 6


@rule(
    "meta-pubdate-format",
    title_zh="PubDate 格式不规范",
    norm_zh="网页标签PubDate写作“年-月-日 时:分”，如2024-01-20 09:00",
    basis=LABELS,
    needs=(Need.PAGE,),
)
def meta_pubdate_format(_report: Report, context: Context) -> Statements:
    """The label PubDate reads YYYY-MM-DD HH:MM, with seconds or without."""
    labels = _labels(context.page)
    given = "" if labels is None else labels.get("pubdate", "")
    if labels is None:
        yield _NOT_FROM_THE_WEB
    elif not given:
        yield not_applicable("没有PubDate标签", "there is no PubDate label")
    elif not _is_stamp(given):
        yield fail(
            _WHERE,
            f"网页标签PubDate为“{shorten(given, 40)}”，应写作“年-月-日 时:分”",
            f"The label PubDate says “{shorten(given, 40)}”; it should read YYYY-MM-DD HH:MM",
            expected="YYYY-MM-DD HH:MM",
            found=shorten(given, 40),
        )


def _is_stamp(given: str) -> bool:
    if not re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d(?::\d\d)?", given, re.ASCII):
        return False
    try:
        datetime.fromisoformat(given)
    except ValueError:
        return False
    return True


# --- its text --------------------------------------------------------------------------------------------


@rule(
    "text-encoding-damaged",
    title_zh="乱码",
    norm_zh="报告文字完好，没有乱码",
    basis=LOGIC,
)
def text_encoding_damaged(report: Report, context: Context) -> Statements:
    """The text of the report is whole, without characters lost or garbled by a wrong encoding."""
    text = report.text[:_LONGEST_TEXT]
    lost, passages = text.count("\ufffd"), list(garbled(text))
    count = lost + sum(map(len, passages))
    if not count:
        return
    first = passages[0] if passages else text[max(0, text.find("\ufffd") - 10) :][:40]
    zh = f"正文有{count}个字符为乱码（“{shorten(first, 40)}”）"
    en = f"{count} character{'s' if count != 1 else ''} of the text are garbled (“{shorten(first, 40)}”)"
    slight = count < context.policy.limit("text-encoding-damaged", "characters")
    case = "slight" if slight else None
    if context.web_page:
        # All encodings were tried on its bytes: what is lost is lost in the page itself.
        yield fail("text", zh, en, found=count, quote=first, case=case)
    else:
        yield uncertain(
            "text",
            f"{zh}，可能在转换文件时产生",
            f"{en}; converting the file may have caused it",
            found=count,
            quote=first,
            case=case,
        )


_LONGEST_TEXT = 1_000_000


# --- foreign matter --------------------------------------------------------------------------------------


@rule(
    "page-hijacked",
    title_zh="疑似被篡改或仿冒",
    norm_zh="政府网站的页面没有被植入无关的广告",
    basis=LOGIC,
)
def page_hijacked(_report: Report, context: Context) -> Statements:
    """The pages of a registered site carry no advertising that was put into them."""
    if context.page is None and context.column is None:
        yield NotApplicable(NEEDS[Need.PAGE])
        return
    fewest = context.policy.limit("page-hijacked", "words")
    places = {} if context.page is None else dict(_on_page(context.page, fewest))
    if context.column is not None:
        for address, what in context.column.hijacked:
            places.setdefault(_host(address) or context.column.portal, what)
    for place, what in places.items():
        yield fail(
            place,
            f"{place}的页面疑似被植入无关内容：{shorten(what.zh, 80)}",
            f"Pages of {place} seem to carry foreign matter: {shorten(what.en, 80)}",
            fault=Fault.UNKNOWN,
            quote=what.zh,
        )


_SAYS_OF_ITSELF = frozenset({"keywords", "description", "articletitle", "title", "sitename", "columnname"})
_FIRST_LINES = 5
_MOST_LABELS = 20
_LONGEST_LINE = 1000


def _on_page(page: WebPage, fewest: float) -> Iterator[tuple[str, Bilingual]]:
    """The host, with the line in which the page advertises: in its head, or before all official text.

    One word proves nothing: an office may name what it fights, and a name may hold a word by chance.
    """
    for line in _speaking_first(page):
        folded = fold(line[:_LONGEST_LINE])
        words = list(dict.fromkeys(foreign.ADVERTISED.findall(folded)))
        if len(words) >= fewest and not foreign.AGAINST.search(folded):
            yield _host(page.url) or _WHERE, Bilingual("、".join(words[:5]), ", ".join(words[:5]))
            return


def _speaking_first(page: WebPage) -> Iterable[str]:
    yield page.title
    labels = (content for name, content in page.meta if name.strip().lower() in _SAYS_OF_ITSELF)
    yield from islice(labels, _MOST_LABELS)
    yield from page.headings[:_FIRST_LINES]
    yield from page.around[:_FIRST_LINES]
