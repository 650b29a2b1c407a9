"""Further pages and attachments of an article: which are asked for, and what becomes of those that fail."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest
from scrapy import Request
from scrapy.exceptions import DownloadTimeoutError
from scrapy.http import Response

from crawler.clock import now
from crawler.inspection import RULES_VERSION
from crawler.items import PageItem, Role, SeenAgainItem
from spiders.gathering import opened, wanted_parts
from storage.records import PageRecord, PartRecord
from tests.spiders.walk import COLUMN, TITLE, Walk, article, row, site, unclean

FILE = COLUMN + "202401/P020240118.docx"
PAGE = f"<h1>{TITLE}</h1><p>报告见附件。</p><p><a href='./P020240118.docx'>附件：{TITLE}.docx</a></p>"
CELLS = "".join(f"<td>{figure}</td>" for figure in range(40))


def sha(content: str | bytes) -> str:
    return hashlib.sha256(content.encode() if isinstance(content, str) else content).hexdigest()


def walk(answer: Any, *, page: str = PAGE, known: PageRecord | None = None, **more: Any) -> Walk:
    pages = site(row(1, TITLE), **{article(1): page, FILE: answer, **more})
    return Walk(pages, known=[known] if known else [])


def known_page(page: str = PAGE, file: bytes | None = b"old") -> PageRecord:
    part = PartRecord(FILE, "attachment", "附件", None if file is None else sha(file), etag='"e1"')
    return PageRecord(
        article(1), "qingshan", sha(page), now(), etag='"p1"', rules_version=RULES_VERSION, parts=(part,)
    )


def test_a_file_that_may_be_the_report_is_fetched_with_its_page() -> None:
    visit = walk(Response(FILE, headers={"ETag": '"e2"', "Content-Type": "application/msword"}, body=b"PK.."))
    assert [url for url in visit.asked if url in (article(1), FILE)] == [article(1), FILE]
    (item,) = visit.items
    assert isinstance(item, PageItem)
    (part,) = item.parts
    assert (part.url, part.role, part.body, part.etag) == (FILE, Role.ATTACHMENT, b"PK..", '"e2"')
    assert part.text == f"附件：{TITLE}.docx"
    assert visit.verdict.clean
    assert visit.spider.visits["qingshan"].articles == 1


def test_a_file_that_its_server_denies_is_told_with_the_page() -> None:
    visit = walk(404)
    (item,) = visit.items
    (part,) = item.parts
    assert part.body is None
    assert part.problem == ("HTTP 404", "HTTP 404")
    assert part.lasting
    assert visit.verdict.clean


def test_an_empty_file_is_what_the_publisher_put_there() -> None:
    (item,) = walk(b"").items
    assert item.parts[0].body == b""
    assert item.parts[0].problem is None


def test_a_file_that_does_not_come_fails_the_visit() -> None:
    visit = walk(DownloadTimeoutError())
    (item,) = visit.items
    assert item.parts[0].body is None
    assert not item.parts[0].lasting
    assert visit.verdict == unclean(
        f"报告续页或附件：连接超时：{FILE}", f"further page or attachment: timed out: {FILE}"
    )


def test_a_file_on_another_host_is_not_asked_for() -> None:
    elsewhere = "http://files.linxi.example/P1.docx"
    visit = walk(404, page=PAGE.replace("./P020240118.docx", elsewhere))
    assert elsewhere not in visit.asked
    (item,) = visit.items
    assert item.parts[0].problem == ("不在该网站登记的主机上", "on none of the portal's hosts")
    assert item.parts[0].lasting
    assert visit.verdict.clean


@pytest.mark.parametrize("unchanged", [304, b"old"])
def test_an_article_whose_parts_stand_as_before_is_seen_again(unchanged: Any) -> None:
    visit = walk(unchanged, known=known_page())
    assert [type(item) for item in visit.items] == [SeenAgainItem]
    assert "If-None-Match" not in visit.headers[article(1)]
    assert visit.headers[FILE]["If-None-Match"] == '"e1"'
    assert visit.verdict.clean


def test_a_file_that_is_still_missing_makes_nothing_new() -> None:
    assert [type(item) for item in walk(404, known=known_page(file=None)).items] == [SeenAgainItem]


def test_a_replaced_file_makes_the_article_new_although_its_page_is_not() -> None:
    (item,) = walk(b"new", known=known_page()).items
    assert item.parts[0].body == b"new"


def test_a_changed_page_needs_the_bytes_of_its_unchanged_file() -> None:
    def server(request: Request) -> Response:
        if b"If-None-Match" in request.headers:
            return Response(FILE, status=304)
        return Response(FILE, body=b"old")

    visit = walk(server, known=known_page("earlier"))
    assert [url for url in visit.asked if url in (article(1), FILE)] == [article(1), FILE, FILE]
    (item,) = visit.items
    assert item.parts[0].body == b"old"
    assert visit.verdict.clean


def test_what_stands_on_record_is_not_replaced_by_less() -> None:
    visit = walk(DownloadTimeoutError(), known=known_page())
    assert visit.items == []
    assert not visit.verdict.clean


def wanted(body: str) -> list[tuple[str, str]]:
    item = PageItem(
        article(1), "qingshan", "yunling", body.encode(), 200, None, None, None, now(), TITLE, None
    )
    page = opened(item, article(1))
    return [(part.role.value, part.url.removeprefix(COLUMN)) for part in wanted_parts(page, article(1))]


@pytest.mark.parametrize(
    ("link", "fetched"),
    [
        (f"<a href='a.pdf'>{TITLE}</a>", True),
        ("<a href='a.pdf'>附件1</a>", True),
        ("<a href='a.pdf'>点击下载.pdf</a>", True),
        ("<a href='a.pdf'>青杉市水务局</a>", True),
        ("<a href='a.pdf'>政府信息公开指南</a>", False),
        ("<a href='a.pdf'>一图读懂2023年政府信息公开年报</a>", False),
        ("<a href='a.pdf'>政府信息公开申请表</a>", False),
        ("<a href='a.mp4'>年报</a>", False),
        ("<a href='a.html'>年报</a>", False),
    ],
)
def test_a_page_without_tables_may_have_its_report_in_any_file(link: str, fetched: bool) -> None:
    assert wanted(f"<h1>{TITLE}</h1><p>见附件。</p>{link}") == (
        [("attachment", "202401/a.pdf")] if fetched else []
    )


@pytest.mark.parametrize(
    ("link", "fetched"),
    [
        (f"<a href='a.pdf'>{TITLE}</a>", True),
        ("<a href='a.pdf'>附件</a>", True),
        ("<a href='a.jpg'>政府信息公开年报</a>", False),
        ("<a href='a.pdf'>水务发展规划</a>", False),
    ],
)
def test_beside_the_report_only_what_may_be_the_same_is_fetched(link: str, fetched: bool) -> None:
    page = f"<h1>{TITLE}</h1><table><tr>{CELLS}</tr></table>{link}"
    assert wanted(page) == ([("attachment", "202401/a.pdf")] if fetched else [])


def test_files_are_bounded_and_those_named_as_the_report_come_first() -> None:
    links = "".join(f"<a href='{n}.pdf'>附件{n}</a>" for n in range(9)) + f"<a href='r.pdf'>{TITLE}</a>"
    found = wanted(f"<p>见附件</p>{links}")
    assert len(found) == 5
    assert found[0] == ("attachment", "202401/r.pdf")


def test_a_file_has_no_parts() -> None:
    assert wanted("%PDF-1.7 <a href='a.pdf'>附件</a>") == []


@pytest.mark.parametrize(
    ("pager", "pages"),
    [
        ("1 <a href='./t20240118_1_1.html'>2</a>", ["202401/t20240118_1_1.html"]),
        (
            "<a href='t20240118_1.html'>1</a> <a href='t20240118_1_1.html'>2</a>",
            ["202401/t20240118_1_1.html"],
        ),
        # another page of the same article than its first
        ("<a href='t20240118.html'>1</a> 2 <a href='t20240118_2.html'>3</a>", []),
        ("<a href='t20240118.html'>1</a> <a href='t20240118_1.html'>2</a>", []),
    ],
)
def test_further_pages_are_those_behind_the_first(pager: str, pages: list[str]) -> None:
    page = f"<div><p>一、总体情况</p><p>全年平稳，各项工作有序推进。</p></div><div>{pager}</div>"
    assert wanted(page) == [("page", page_url) for page_url in pages]
