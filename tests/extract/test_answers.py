"""Answers of the interfaces behind portals: JSON in place of a page."""

import json

import pytest

from crawler.extract import extract
from crawler.extract.document import Format, Grid, Paragraph, Unreadable
from crawler.extract.html.objects import LEAST_MARKUP

TITLE = "云溪县水务局2023年政府信息公开工作年度报告"
BODY = (
    "<p>一、总体情况</p><p>全年平稳，各项工作有序推进。</p><p>二、主动公开政府信息情况</p>"
    "<table><tr><td>信息内容</td><td>数量</td></tr><tr><td>规章总数</td><td>3</td></tr></table>"
)
BLOCKS = [
    "一、总体情况",
    "全年平稳，各项工作有序推进。",
    "二、主动公开政府信息情况",
    [["信息内容", "数量"], ["规章总数", "3"]],
]
DETAIL = {
    "title": TITLE,
    "infocontent": BODY,
    "infotype": "html",
    "infodate": "2024-01-18",
    "pdflist": [],
}


def plain(document) -> list:
    return [
        [[slot.text for slot in row] for row in block.rows] if isinstance(block, Grid) else block.text
        for block in document.blocks
        if isinstance(block, Grid | Paragraph)
    ]


def files(document) -> list:
    return [(file.href, file.text) for file in document.attachments]


def refused(content: bytes, **given: str) -> Unreadable:
    with pytest.raises(Unreadable) as told:
        extract(content, **given)
    return told.value


@pytest.mark.parametrize(
    ("answer", "data"),
    [
        (
            {"status": {"code": 1, "text": ""}, "custom": {"data": DETAIL}},
            (("ArticleTitle", TITLE), ("PubDate", "2024-01-18")),
        ),
        (
            {"custom": {"data": [DETAIL], "total": 1}, "controls": []},
            (("ArticleTitle", TITLE), ("PubDate", "2024-01-18")),
        ),
        (
            {
                "status": True,
                "msg": "接口访问成功!",
                "data": {
                    "manuscriptId": "9f2c",
                    "title": TITLE,
                    "subTitle": "",
                    "publishedTime": "2024-01-18 12:00:32",
                    "redirectUrl": "",
                    "content": BODY,
                },
            },
            (("ArticleTitle", TITLE), ("PubDate", "2024-01-18 12:00:32")),
        ),
        (
            {"code": 200, "data": {"id": 71, "title": TITLE, "body": BODY, "dept": "云溪县水务局"}},
            (("ArticleTitle", TITLE), ("ContentSource", "云溪县水务局")),
        ),
    ],
    ids=["epoint", "epoint-list-of-one", "ucap", "fengxian"],
)
@pytest.mark.parametrize(
    "sent",
    [
        lambda text: text,
        lambda text: "\ufeff" + text,
        lambda text: f"\r\n callback({text});\r\n",
        json.dumps,
        lambda text: json.dumps(json.dumps(text)),
    ],
    ids=["plain", "byte-order-mark", "jsonp", "string", "string-of-a-string"],
)
def test_the_article_of_an_answer_however_it_is_sent(answer, data, sent):
    for ascii_only in (True, False):
        text = sent(json.dumps(answer, ensure_ascii=ascii_only))
        document = extract(text.encode(), content_type="text/html;charset=UTF-8")
        assert document.format is Format.HTML
        assert plain(document) == BLOCKS
        assert document.data == data


def test_a_part_of_the_answer_is_a_string_of_json():
    answer = {"custom": json.dumps({"data": json.dumps(DETAIL)})}
    document = extract(json.dumps(answer).encode())
    assert plain(document) == BLOCKS
    assert dict(document.data)["ArticleTitle"] == TITLE


def test_an_answer_in_gb18030_says_the_same():
    text = json.dumps({"custom": {"data": DETAIL}}, ensure_ascii=False)
    assert plain(extract(text.encode("gb18030"))) == BLOCKS


@pytest.mark.parametrize("text", ["", "  ", "<p></p>", "见附件", "全文见附件。\n请下载。"])
def test_an_article_that_is_nothing_but_its_file(text):
    detail = {
        **DETAIL,
        "infocontent": text,
        "infotype": "pdf",
        "pdflist": [
            {"attachname": "年度报告.pdf", "attachtype": ".pdf", "attachurl": "/files/2023/report.pdf"},
            {"attachname": "年度报告", "attachtype": "docx", "attachurl": "/attach/down?attachGuid=7f"},
            {"attachname": "说明.doc", "attachurl": "attach.action?id=3"},
            {"attachname": "相关专题", "attachtype": "", "attachurl": "/zt/index.html"},
            {"attachname": "图.pdf", "attachurl": "/zt/index.html"},
            {"attachname": "无地址.pdf"},
            "/files/2023/other.wps",
            None,
        ],
    }
    document = extract(json.dumps({"custom": {"data": detail}}).encode())
    assert document.data == (("ArticleTitle", TITLE), ("PubDate", "2024-01-18"))
    assert files(document) == [
        ("/files/2023/report.pdf", "年度报告.pdf"),
        ("/attach/down?attachGuid=7f", "年度报告"),
        ("attach.action?id=3", "说明.doc"),
        ("/files/2023/other.wps", ""),
    ]
    assert plain(document) == [line for line in text.replace("<p></p>", "").split("\n") if line.strip()]


def test_text_without_markup_keeps_its_lines_and_its_angle_brackets():
    detail = {"title": TITLE, "content": "一、总体情况\n受理申请 3 < 5 件。"}
    assert plain(extract(json.dumps({"data": detail}).encode())) == ["一、总体情况", "受理申请 3 < 5 件。"]


def test_a_long_text_that_belongs_to_nobody_does_not_stand_for_the_article():
    answer = {
        "tip": "<div>" + "本站内容未经许可不得转载。" * 5 + "</div>",
        "custom": {"data": {**DETAIL, "infocontent": "", "pdflist": ["/a/1.pdf"]}},
    }
    assert len(answer["tip"]) > LEAST_MARKUP
    document = extract(json.dumps(answer).encode())
    assert files(document) == [("/a/1.pdf", "")]
    assert plain(document) == []


def test_the_whole_title_without_its_markup():
    detail = {"realtitle": f"<font color='red'>{TITLE}</font>", "title": "云溪县…", "content": BODY}
    assert extract(json.dumps({"data": detail}).encode()).data == (("ArticleTitle", TITLE),)


@pytest.mark.parametrize(
    "answer",
    [
        {},
        [],
        {"status": {"code": 0, "text": "未找到该信息"}, "custom": {}},
        {"custom": {"data": {"title": TITLE, "infocontent": "", "pdflist": []}}},
        {"articles": [{"title": TITLE, "url": "/gkmlpt/content/1/1/post_1.html"}], "total": 1},
        {"code": 500, "message": "系统繁忙，请稍后再试", "data": None},
        "{}",
    ],
)
def test_an_answer_without_an_article_is_refused_in_one_line(answer):
    problem = refused(json.dumps(answer).encode(), content_type="text/html")
    assert (problem.zh, problem.en) == (
        "是接口返回的数据，其中没有文章",
        "data of an interface, with no article in it",
    )


def test_an_answer_with_several_articles_is_nobodys():
    data = [{"title": "甲", "content": BODY}, {"title": "乙", "content": BODY.replace("3", "5")}]
    assert "several articles" in refused(json.dumps(data).encode()).en


@pytest.mark.parametrize("text", ['"一份报告"', "[2023] 3号", "{一}总体情况", '{"a": 1} 之后还有正文'])
def test_what_only_begins_like_data_is_text(text):
    assert extract(text.encode()).format is Format.TEXT


@pytest.mark.parametrize(
    "content",
    [
        b'{"a":' * 10_000 + b'"<p>x</p>"' + b"}" * 10_000,
        json.dumps({"a": "[" * 100_000, "b": ["{" * 1_000] * 100, "title": "甲", "content": BODY}).encode(),
        json.dumps({"pdflist": [{"url": "/a.pdf" * 10_000}] * 1_000, "title": "甲", "content": "x"}).encode(),
        json.dumps([[{"title": 1e300, "infodate": 10**18, "content": ["<p>"]}]] * 1_000).encode(),
        b'{"n": ' + b"9" * 5_000 + b"}",
        json.dumps(json.dumps(json.dumps(json.dumps(json.dumps({"title": "x", "body": BODY}))))).encode(),
    ],
)
def test_hostile_answers_are_read_or_refused(content):
    try:
        assert extract(content).format in (Format.TEXT, Format.HTML)
    except Unreadable as problem:
        assert problem.zh
