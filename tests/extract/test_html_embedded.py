"""Articles that stand in scripts and in answers of interfaces, after what portals really send."""

import json

import pytest

from crawler.extract import extract
from crawler.extract.document import Format, Grid, Paragraph

TITLE = "云溪县水务局2023年政府信息公开工作年度报告"
BODY = (
    "<p>一、总体情况</p><p>全年平稳，各项工作有序推进。</p><p>二、主动公开政府信息情况</p>"
    "<table><tr><td>信息内容</td><td>数量</td></tr><tr><td>规章总数</td><td>3</td></tr></table>"
    '<p><a href="/files/2023.pdf">全文下载</a></p>'
)
BLOCKS = [
    "一、总体情况",
    "全年平稳，各项工作有序推进。",
    "二、主动公开政府信息情况",
    [["信息内容", "数量"], ["规章总数", "3"]],
    "全文下载",
]


def plain(document) -> list:
    return [
        [[slot.text for slot in row] for row in block.rows] if isinstance(block, Grid) else block.text
        for block in document.blocks
        if isinstance(block, Grid | Paragraph)
    ]


def escaped(value: object) -> str:
    """JSON as portals put it into scripts: no character of it is markup."""
    return json.dumps(value).replace("<", "\\u003C").replace(">", "\\u003E")


def page(script: str, seen: str = "<div id=app></div>") -> bytes:
    return (
        f"<html><head><title>{TITLE}</title></head><body><div class=crumb>当前位置：首页</div>{seen}"
        f"<script>{script}</script></body></html>"
    ).encode()


def test_the_article_of_a_configuration_object():
    detail = {
        "id": 4688997,
        "title": TITLE,
        "publisher": "云溪县水务局",
        "first_publish_time": 1705456800,
        "display_publish_time": 1705543200,
        "content": BODY,
        "txt_content": "一、总体情况 全年平稳",
    }
    script = (
        'window._CONFIG = {SID: \'2\', TREE: [{"id": 1, "name": "年报"}], DETAIL: ' + escaped(detail) + "};"
    )
    document = extract(page(script))
    assert document.format is Format.HTML
    assert plain(document) == BLOCKS
    assert document.page_title == TITLE
    assert document.meta == ()
    assert document.data == (
        ("ArticleTitle", TITLE),
        ("PubDate", "2024-01-18 10:00:00"),
        ("ContentSource", "云溪县水务局"),
    )
    assert [attachment.href for attachment in document.attachments] == ["/files/2023.pdf"]
    assert "当前位置：首页" in document.around


@pytest.mark.parametrize(
    "script",
    [
        f"var content = {escaped(BODY)}; show(content);",
        "new Vue({data: {html: '" + BODY.replace("'", "\\'") + "'}})",
        f"var article = {escaped({'body': BODY.replace('<', '&lt;').replace('>', '&gt;')})};",
    ],
)
def test_other_ways_to_write_a_string(script):
    assert plain(extract(page(script))) == BLOCKS


def test_what_is_seen_outranks_what_scripts_hold():
    script = f"var last = {escaped({'content': BODY})};"
    seen = "<div><p>一、总体情况</p><p>本页正文。</p></div>"
    assert plain(extract(page(script, seen))) == ["一、总体情况", "本页正文。"]


def test_of_several_articles_in_scripts_none_is_taken():
    script = f"var list = {escaped([{'content': BODY}, {'content': BODY.replace('3', '5')}])};"
    assert "一、总体情况" not in plain(extract(page(script)))


def test_strings_of_markup_that_are_no_article():
    script = (
        f"var menu = {escaped('<ul><li><a href=/1>公开指南</a></li><li><a href=/2>公开制度</a></li></ul>')};"
    )
    seen = "<div><p>云溪县召开工作部署会议，研究全年重点任务。</p></div>"
    assert plain(extract(page(script, seen))) == ["云溪县召开工作部署会议，研究全年重点任务。"]


def test_what_tags_say_and_what_the_data_say_stay_apart():
    script = f"var a = {escaped({'publishTime': '2024-03-01', 'content': BODY})};"
    content = page(script).replace(b"<head>", b'<head><meta name="pubdate" content="2024-01-18">')
    document = extract(content)
    assert document.meta == (("pubdate", "2024-01-18"),)
    assert document.data == (("PubDate", "2024-03-01"),)


@pytest.mark.parametrize("around", ["{}", "callback({});", " jQuery_12.cb( {} ) ", "\ufeff{}"])
def test_an_answer_in_json(around):
    data = {
        "status": True,
        "data": {
            "manuscriptId": "9f",
            "title": TITLE,
            "publishedTime": "2024-01-18 12:00:32",
            "content": BODY,
        },
    }
    document = extract(around.replace("{}", json.dumps(data)).encode(), content_type="application/json")
    assert document.format is Format.HTML
    assert plain(document) == BLOCKS
    assert document.data == (("ArticleTitle", TITLE), ("PubDate", "2024-01-18 12:00:32"))


def test_an_answer_whose_article_only_names_its_file():
    html = '<p>年度报告全文见附件。</p><p><a href="/module/download/downfile.jsp?filename=1.pdf">附件</a></p>'
    document = extract(json.dumps({"custom": {"data": {"title": TITLE, "infocontent": html}}}).encode())
    assert plain(document) == ["年度报告全文见附件。", "附件"]
    assert [attachment.text for attachment in document.attachments] == ["附件"]


def test_files_that_are_listed_beside_the_article():
    data = {
        "title": TITLE,
        "content": BODY,
        "attachments": [
            {"fileName": "年度报告.pdf", "url": "/attachment/1/1342.pdf"},
            {"attachname": "说明", "attachtype": ".docx", "attachurl": "/down?filename=2.docx"},
            {"name": "专题", "url": "/topic/index.html"},
            "x",
        ],
        "tags": [1, None],
    }
    expected = [
        ("/files/2023.pdf", "全文下载"),
        ("/attachment/1/1342.pdf", "年度报告.pdf"),
        ("/down?filename=2.docx", "说明"),
    ]
    answer = extract(json.dumps({"data": data}).encode())
    assert [(file.href, file.text) for file in answer.attachments] == expected
    scripted = extract(page(f"var _CONFIG = {{DETAIL: {escaped(data)}}};"))
    assert [(file.href, file.text) for file in scripted.attachments] == expected


@pytest.mark.parametrize(
    "content",
    [
        b"{",
        b'{"content": "<p>"',
        b"[" * 100_000,
        b'{"a":' * 50_000 + b"1" + b"}" * 50_000,
        b'{"t": 17055432000000000000000, "publishTime": 1e400, "content": "' + b"<p>a</p>" * 20 + b'"}',
        page("var a = " + "{" * 200_000 + "'content': '" + "<p>x</p>" * 50 + "'"),
        page('var a = "' * 50_000),
        page("a:'" + "\\" * 100_001),
    ],
)
def test_broken_data_is_borne(content):
    assert extract(content).format in (Format.TEXT, Format.HTML)


LISTED = [{"id": 7, "name": "年度报告.pdf", "url": "/attachment/0/251/251007/4.pdf", "ext": "pdf"}]
HREF = "/attachment/0/251/251007/4.pdf"


def hrefs(document) -> list:
    return [file.href for file in document.attachments]


def test_files_that_only_scripts_list_belong_to_the_article_that_is_seen():
    script = "window._CONFIG = {SID: '2', DETAIL: " + escaped(
        {
            "title": TITLE,
            "display_publish_time": 1705543200,
            "classify": {"id": 1, "post": {"title": "无关"}},
            "content": "<style>p.a {margin:0} p.b {margin:0}</style>" * 40 + BODY,
            "attachments": LISTED,
        }
    )
    document = extract(page(script + "};", f"<h1>{TITLE}</h1><div>{BODY}</div>"))
    assert plain(document)[-1] == "全文下载"
    assert hrefs(document) == ["/files/2023.pdf", HREF]
    assert document.data[1] == ("PubDate", "2024-01-18 10:00:00")


@pytest.mark.parametrize(
    "content", ["", "见附件", "<p>见附件</p>", f"<p><a href='{HREF}'>年度报告全文下载</a></p>"]
)
@pytest.mark.parametrize("seen", ["<div id=app></div>", f"<h1>{TITLE}</h1><div class=article-content></div>"])
def test_an_article_that_is_nothing_but_its_file(content, seen):
    detail = {"title": TITLE, "content": content, "attachments": [] if "href" in content else LISTED}
    document = extract(page(f"window._CONFIG = {{DETAIL: {escaped(detail)}}};", seen))
    assert hrefs(document) == [HREF]
    assert dict(document.data)["ArticleTitle"] == TITLE


def test_a_string_that_nobody_names_may_hold_the_file():
    document = extract(page(f"var content = '<p>全文：<a href=\"{HREF}\">年度报告全文下载</a></p>';"))
    assert hrefs(document) == [HREF]


@pytest.mark.parametrize(
    "details",
    [
        [{"title": "青杉市财政局2023年政府信息公开工作年度报告", "attachments": LISTED}],
        [{"title": TITLE, "attachments": LISTED}, {"title": TITLE, "attachments": LISTED}],
        [{"attachments": LISTED}],
    ],
    ids=["of-another", "of-two", "of-nobody"],
)
def test_files_of_other_articles_are_left_alone(details):
    script = "".join(f"show({escaped(detail)});" for detail in details)
    assert hrefs(extract(page(script, f"<h1>{TITLE}</h1><div>{BODY}</div>"))) == ["/files/2023.pdf"]


@pytest.mark.parametrize(
    "script",
    [
        '{"attachments": [{"url": "/a.pdf"' * 20_000,
        "{" * 200_000 + '"attachments": [{}]',
        '{"a": "' + "{" * 300_000 + '", "attachments": [{"url": "/a.pdf"}]',
        '"files":[{' * 50_000,
    ],
)
def test_broken_lists_of_files_are_borne(script):
    assert hrefs(extract(page(script, f"<h1>{TITLE}</h1><div>{BODY}</div>"))) == ["/files/2023.pdf"]
