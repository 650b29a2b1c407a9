"""Addresses on pages: further pages of an article, never those of a list; files, however they are linked."""

import pytest

from crawler.extract import extract
from crawler.extract.document import Paragraph

ARTICLE = "<p>一、总体情况</p><p>全年平稳，各项工作有序推进，公开渠道不断完善。</p>"


def continuations(pager: str, article: str = ARTICLE) -> tuple[str, ...]:
    html = f"<html><body><div class=pos>当前位置</div><div id=zoom>{article}</div>{pager}</body></html>"
    return extract(html.encode()).continuations


@pytest.mark.parametrize(
    ("pager", "pages"),
    [
        ("<div>1 <a href=t2024_1.html>2</a> <a href=t2024_1.html>下一页</a></div>", ["t2024_1.html"]),
        (
            "<div><a href=#>1</a><a href=./t2024_1.html>2</a><a href=./t2024_2.html>3</a>"
            "<a href=./t2024_1.html>下一页</a></div>",
            ["./t2024_1.html", "./t2024_2.html"],
        ),
        (
            "<ul><li>1</li><li><a href=c04_163476_2.shtml>2</a></li>"
            "<li><a href=c04_163476_3.shtml>[3]</a></li></ul>",
            ["c04_163476_2.shtml", "c04_163476_3.shtml"],
        ),
        (
            "<p><a href=a_1.htm>2</a> … <a href=a_4.htm>5</a> <a href=a_1.htm>下一页</a></p>",
            ["a_1.htm", "a_2.htm", "a_3.htm", "a_4.htm"],
        ),
        ("<p><a href=/zw/t2024_1.html>下一页</a></p>", ["/zw/t2024_1.html"]),
        (
            '<script>createPageHTML(3, 0, "t2024_77", "html");</script>',
            ["t2024_77_1.html", "t2024_77_2.html"],
        ),
        ("<script>createPageHTML(2,0,'t2024_77','shtml')</script>", ["t2024_77_1.shtml"]),
    ],
)
def test_further_pages_of_an_article(pager, pages):
    assert list(continuations(pager)) == pages


@pytest.mark.parametrize(
    "pager",
    [
        "<p><a href=/zw/t2025_1.html>下一篇</a> <a href=/zw/t2023_1.html>上一篇</a></p>",
        "<p>下一篇：<a href=/zw/t2025_1.html>云溪县教育局2023年政府信息公开工作年度报告</a></p>",
        "<p><a href=index_1.html>2</a><a href=index_2.html>3</a><a href=index_1.html>下一页</a></p>",
        "<p><a href=/zw/list_2.html>下一页</a></p>",
        "<script>createPageHTML(56, 0, 'index', 'html');</script>",
        # this is a further page itself
        "<p><a href=t2024.html>1</a> 2 <a href=t2024_2.html>3</a> <a href=t2024_2.html>下一页</a></p>",
        "<p><a href=t2023.html>1</a> <a href=t2024_1.html>2</a></p>",
        '<script>createPageHTML(3, 1, "t2024_77", "html");</script>',
        "<p><a href=t2024.html>上一页</a></p>",
        # other numbers
        "<p><a href=/2019.html>1</a><a href=/2020.html>2</a><a href=/2021.html>3</a></p>",
        "<p><a href=t2024_1.html>2</a><a href=t2025_1.html>3</a></p>",
        "<p><a href=t2024_1.html>2</a><a href=t2025_1.html>下一页</a></p>",
        "<p><a href=javascript:next()>下一页</a><a href=#>2</a></p>",
        "",
    ],
)
def test_what_is_no_further_page(pager):
    assert continuations(pager) == ()


def test_a_page_without_an_article_has_no_further_pages():
    rows = "".join(f"<li><a href=/{n}.html>部门年度报告{n}</a></li>" for n in range(9))
    assert continuations("<p><a href=a_1.html>2</a><a href=a_1.html>下一页</a></p>", f"<ul>{rows}</ul>") == ()


def test_a_pager_that_links_every_page_gives_the_first_too():
    pager = "<p><a href=t2024.html>1</a> <a href=t2024_1.html>2</a> <a href=t2024_2.html>3</a></p>"
    assert continuations(pager) == ("t2024.html", "t2024_1.html", "t2024_2.html")


def test_the_pager_is_no_text_of_the_article():
    pager = "<p>共2页 [1] <a href=t2024_1.html>[2]</a> <a href=t2024_1.html>下一页</a></p>"
    document = extract(f"<div id=zoom>{ARTICLE}{pager}<p>2024年1月18日</p></div>".encode())
    assert document.continuations == ("t2024_1.html",)
    assert [block.text for block in document.blocks if isinstance(block, Paragraph)] == [
        "一、总体情况",
        "全年平稳，各项工作有序推进，公开渠道不断完善。",
        "2024年1月18日",
    ]


def test_no_more_pages_than_the_limit():
    assert len(continuations('<script>createPageHTML(9999, 0, "t2024_77", "html");</script>')) == 49
    assert (
        len(continuations("<p><a href=a_1.htm>2</a><a href=a_98.htm>99</a><a href=a_1.htm>下页</a></p>"))
        <= 49
    )


@pytest.mark.parametrize(
    ("markup", "address"),
    [
        ("<iframe src='/pdfjs/web/viewer.html?file=/files/2023.pdf'></iframe>", "/files/2023.pdf"),
        (
            "<iframe src='/pdfjs/web/viewer.html?file=%2Ffiles%2F%E5%B9%B4%E6%8A%A5.pdf#page=1'></iframe>",
            "/files/年报.pdf",
        ),
        (
            "<iframe src='/web/viewer.html?file=https%3A%2F%2Fgov.example%2Fa.pdf'></iframe>",
            "https://gov.example/a.pdf",
        ),
        ("<iframe src='/web/viewer.html?file=%252Ffiles%252F2023.pdf'></iframe>", "/files/2023.pdf"),
        ("<iframe src='/plugins/pdf/viewer.html?v=2&amp;file=../2023.PDF'></iframe>", "../2023.PDF"),
        ("<embed src='2023.pdf' type='application/pdf'>", "2023.pdf"),
        ("<object data='/a/2023.ofd'>请下载</object>", "/a/2023.ofd"),
        ("<a href='/module/download/downfile.jsp?classid=0&filename=1f.doc'>附件</a>", None),
        ("<a href='/system/_content/download.jsp?urltype=news.DownloadAttachUrl&wbfileid=77'>附件</a>", None),
        ("<a href='/openness/download/65a'>附件</a>", None),
        ("<a href='/preview?x=1&file=/a/b.html'>预览</a>", ""),
        ("<a href='/zw/2023.html'>网页</a>", ""),
        ("<a href='http://[/viewer.html?file=a.pdf'>坏</a>", "http://[/viewer.html?file=a.pdf"),
    ],
)
def test_files_that_a_page_gives(markup, address):
    """`address` None: as printed in the link; "": no file."""
    found = [a.href for a in extract(f"<div>{ARTICLE}{markup}</div>".encode()).attachments]
    printed = markup.partition("='")[2].partition("'")[0]
    assert found == ([] if address == "" else [printed if address is None else address])
