"""Which files of an article may be its report: pages written as portals write them."""

from __future__ import annotations

import pytest

from crawler.attachments import MOST, worth_fetching
from crawler.extract import extract

HOST = "http://www.qingshan.example"
HERE = HOST + "/zwgk/202401/t20240118_1.html"
TITLE = "云溪县教育局2023年政府信息公开工作年度报告"
TABLES = "<p>一、总体情况</p><table>" + ("<tr>" + "<td>0</td>" * 10 + "</tr>") * 4 + "</table>"


def wanted(body: str) -> list[str]:
    page = (
        f"<html><head><title>{TITLE}</title></head><body><img src='/images/logo.png'>"
        f"<h1>{TITLE}</h1><div id='zoom'>{body}</div>"
        "<div class='foot'><a href='/images/ewm.jpg'>微信</a><a href='/qrcode.png'></a></div></body></html>"
    )
    return [file.href.removeprefix(HOST) for file in worth_fetching(extract(page.encode()), HERE)]


DOWNLOADS = [
    "/module/download/downfile.jsp?classid=0&filename=2401181.docx",
    "/system/_content/download.jsp?urltype=news.DownloadAttachUrl&owner=1&wbfileid=33",
    "/api-gateway/jpaas-web-server/front/document/download?fileUrl=%2Fa%2Fb&fileName=x",
    "/attachment/1/1342/1342711/10800873",
    "/attachment/1/1342/1342711/10800873.pdf",
    "/openness/download?id=65a8",
    "/public/downloadFile?fileId=65a8",
    "/file/download.do?id=65a8",
    "/common/down.html?attachId=3",
    "/upload/P1.PDF?v=3",
    "/upload/report.wps",
    "/upload/report.ofd",
]


@pytest.mark.parametrize("address", DOWNLOADS)
@pytest.mark.parametrize("text", ["附件", "点击下载", "2023年年度报告", TITLE, "1"])
def test_a_download_may_be_the_report_whatever_its_address_looks_like(address: str, text: str) -> None:
    assert wanted(f"<p>见附件。</p><p><a href='{address}'>{text}</a></p>") == [address]


FILE = "/zwgk/202401/P1.pdf"


@pytest.mark.parametrize(
    "markup",
    [
        "<iframe src='./P1.pdf'></iframe>",
        "<iframe src='/pdfjs/web/viewer.html?file=/zwgk/202401/P1.pdf'></iframe>",
        "<iframe src='/zwgk/pdf/viewer.html?file=%2Fzwgk%2F202401%2FP1.pdf#page=1'></iframe>",
        "<embed src='P1.pdf' type='application/pdf'>",
        "<object data='P1.pdf'></object>",
        "<a href='javascript:void(0)' onclick=\"downFile('/zwgk/202401/P1.pdf')\">附件下载</a>",
        "<a href='#' onclick=\"window.open('P1.pdf');return false\">附件下载</a>",
        "<a href=\"javascript:openPdf('P1.pdf')\">附件下载</a>",
        "<a href='#' data-href='P1.pdf'>附件下载</a>",
        "<div id='pdf'></div><script>PDFObject.embed('./P1.pdf', '#pdf')</script>",
        "<script>var pdfUrl = \"P1.pdf\"; new Pdfh5('#pdf', {pdfurl: pdfUrl})</script>",
        "<script>loadViewer({file: '/zwgk/202401/P1.pdf'})</script>",
    ],
)
def test_a_file_that_the_page_shows_is_its_report(markup: str) -> None:
    assert wanted(markup) == [FILE]


@pytest.mark.parametrize(
    "markup",
    [
        "<a href='/upload/W1.xls'>附件：表彰名单.xls</a>",
        "<a href='/upload/W1.doc'>政府信息公开申请表.doc</a>",
        "<a href='/upload/W1.pdf'>政府信息公开指南.pdf</a>",
        "<a href='/upload/W1.pdf'>2022年度部门决算.pdf</a>",
        "<a href='/app.zip'>客户端下载</a>",
        "<a href='/upload/W1.jpg'>一图读懂</a>",
        "<a href='/images/banner.jpg'></a>",
        "<a href='javascript:void(0)'>附件</a>",
        "<a href='#'>附件</a>",
        "<a href='/download/'>下载中心</a>",
        "<a href='#' onclick=\"downFile('/upload/' + id + '.pdf')\">附件</a>",
        "<script>show(base + '/a.pdf')</script>",
        "<a href='http://[::1/a.pdf'>附件</a>",
    ],
)
def test_what_is_no_report_is_not_fetched(markup: str) -> None:
    assert wanted(f"<p>见附件。</p>{markup}") == []


def test_one_report_in_several_formats_comes_best_format_first() -> None:
    formats = "".join(f"<a href='P1.{end}'>{TITLE}.{end}</a>" for end in ("ofd", "pdf", "doc", "docx"))
    assert wanted(formats) == [f"/zwgk/202401/P1.{end}" for end in ("docx", "doc", "pdf", "ofd")]


def test_what_is_named_as_the_report_comes_before_what_is_not() -> None:
    others = "".join(f"<a href='W{n}.pdf'>附件{n}</a>" for n in range(9))
    found = wanted(f"{others}<a href='P1.ofd'>{TITLE}</a>")
    assert found[0] == "/zwgk/202401/P1.ofd"
    assert len(found) == MOST


def test_the_same_file_linked_twice_is_one() -> None:
    assert wanted("<embed src='P1.pdf'><a href='./P1.pdf#page=2'>下载</a><a href='P1.pdf'>PDF</a>") == [FILE]


@pytest.mark.parametrize(
    ("link", "fetched"),
    [
        (f"<a href='P1.pdf'>{TITLE}.pdf</a>", True),
        ("<a href='P1.pdf'>附件下载</a>", True),
        ("<a href='P1.pdf'>附件：2023年政府信息公开情况统计表</a>", False),
        ("<a href='P1.pdf'>重点项目进展</a>", False),
        ("<a href='P1.jpg'>附件</a>", False),
    ],
)
def test_beside_a_report_in_full_only_the_same_report_is_fetched(link: str, fetched: bool) -> None:
    assert wanted(TABLES + link) == ([link.split("'")[1].join(["/zwgk/202401/", ""])] if fetched else [])


def test_tables_in_a_file_of_their_own_are_the_reports() -> None:
    assert wanted("<p>一、总体情况</p><a href='P1.xls'>附件：统计表.xls</a>") == ["/zwgk/202401/P1.xls"]


@pytest.mark.parametrize(
    "text",
    [
        "'" * 100_000,
        "pdf='" + "x" * 200_000,
        "file('a.pdf" * 20_000,
        "/down?" * 40_000,
        "data-url='a.pdf" * 9_000,
    ],
    ids=lambda text: text[:8],
)
def test_nasty_scripts_and_addresses_are_gone_through(text: str) -> None:
    found = wanted(f'<script>{text}</script><a href="{text}" onclick="{text}">附件</a>')
    assert len(found) <= MOST
