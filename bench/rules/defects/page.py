"""The page that a report stands on, the portal's column, and the files attached."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from bench.rules.defect import Defect
from bench.rules.page import SITE, Page
from bench.rules.sample import Case
from bench.writers import docx
from crawler.demo.markup import MARKUPS
from crawler.demo.printing import LAYOUTS, Line
from crawler.demo.sheets import Sheet
from crawler.inspection import Attached, Given
from crawler.report.model import Bilingual, Report
from crawler.validator.context import Column, Context

_PORTAL = f"{SITE}/zfxxgk/"
_DEAD = ((f"{_PORTAL}nb/2017/", Bilingual("HTTP 404", "HTTP 404")),)
_FOREIGN = ((f"{_PORTAL}", Bilingual("整页博彩广告", "advertising for gambling")),)


def _without(*names: str) -> Callable[[Page, Case], Page]:
    """The page without some of its labels."""
    return lambda page, _: replace(page, meta=tuple(label for label in page.meta if label[0] not in names))


def _label(name: str, content: str) -> Callable[[Page, Case], Page]:
    """The page with another content of one label."""
    return lambda page, case: replace(
        page,
        meta=tuple(
            (key, content.format(day=case.spec.published) if key == name else value)
            for key, value in page.meta
        ),
    )


def _column(**seen: object) -> Callable[[Context, Report, Case], Context]:
    """A crawl that saw the column whole but for what is said."""
    whole: dict[str, object] = {
        "annual_reports": True,
        "guide": True,
        "system": True,
        "statutory": True,
        "clicks": 2,
    }
    column = Column(_PORTAL, **{**whole, **seen})  # type: ignore[arg-type]
    return lambda context, _report, _case: replace(context, column=column)


def _elsewhere(page: Page, _case: Case) -> Page:
    return replace(page, url=page.url.replace(SITE, "http://www.nianbao-sample.com.cn"))


_FILE = f"{SITE}/zfxxgknb/P0201.docx"


def _attached(content: Callable[[Case], bytes]) -> Callable[[Given, Case], Given]:
    """The report hangs on its page as a file as well."""

    def given(given: Given, case: Case) -> Given:
        file = Attached(_FILE, f"{case.spec.title}.docx", content(case))
        return replace(given, attachments=(file,))

    return given


def _as_docx(case: Case) -> bytes:
    return docx.write(LAYOUTS["plain"](case.spec), seed=0)


def _differing_docx(case: Case) -> bytes:
    key = "applications.new_received.total"
    spec = replace(case.spec, cells={**case.spec.cells, key: case.spec.cells[key] + 10})
    return docx.write(LAYOUTS["plain"](spec), seed=0)


def _emptied(page: Page, _case: Case) -> Page:
    return replace(page, body="<p>附件：</p>", below=f'<a href="{_FILE}">报告全文.docx</a>')


def _without_table_four(instead: str) -> Callable[[Page, Case], Page]:
    """The article without its table four; HTML in its place."""

    def change(page: Page, case: Case) -> Page:
        blocks = tuple(
            Line(_MARK) if isinstance(block, Sheet) and block.key == "disputes" else block
            for block in case.printed.blocks
        )
        body = MARKUPS["clean"](replace(case.printed, blocks=blocks))
        return replace(page, body=body.replace(f"<p>{_MARK}</p>", instead))

    return change


_MARK = "〔表四〕"


def _garbled(page: Page, _case: Case) -> Page:
    """A paragraph was saved in GBK, read as UTF-8, and saved again."""
    return replace(
        page,
        body="\n".join(
            line.encode("gbk", "replace").decode("utf-8", "replace") if "（二）依申请公开" in line else line
            for line in page.body.split("\n")
        ),
    )


DEFECTS = (
    Defect(rule="column-annual-report-missing", context=_column(annual_reports=False)),
    Defect(rule="column-guide-missing", context=_column(guide=False)),
    Defect(rule="column-system-missing", context=_column(system=False)),
    Defect(rule="column-statutory-missing", context=_column(statutory=False)),
    Defect(rule="column-dead-link", context=_column(dead=_DEAD)),
    Defect(rule="column-not-prominent", context=_column(clicks=7)),
    Defect(rule="page-hijacked", context=_column(hijacked=_FOREIGN)),
    Defect(rule="site-domain-not-gov", page=_elsewhere),
    Defect(rule="meta-site-missing", page=_without("SiteIDCode")),
    Defect(rule="meta-column-missing", page=_without("ColumnName")),
    Defect(rule="meta-article-missing", page=_without("ContentSource")),
    Defect(rule="meta-title-mismatch", page=_label("ArticleTitle", "青杉市政府信息公开指南")),
    Defect(rule="meta-pubdate-format", page=_label("PubDate", "{day:%Y年%m月%d日}")),
    Defect(rule="attachment-only", page=_emptied, given=_attached(_as_docx)),
    Defect(rule="attachment-broken", given=_attached(lambda _: b"")),
    Defect(rule="attachment-differs-from-page", given=_attached(_differing_docx)),
    Defect(
        rule="table-as-image",
        page=_without_table_four('<p><img src="/images/bs.png" alt=""></p>'),
        layouts=("plain", "units", "full-width-figures"),
    ),
    Defect(
        rule="table-missing",
        page=_without_table_four(""),
        layouts=("plain", "units", "signs"),
        beyond={"section-empty": "nothing else may stand in its section"},
    ),
    Defect(rule="text-encoding-damaged", page=_garbled),
)
