"""Pages of invented portals: what is the body, what is a grid, what is left out."""

from contextlib import suppress

import pytest

from crawler.extract import extract
from crawler.extract.document import Attachment, Grid, Origin, Paragraph, Picture, Unreadable
from crawler.extract.html.grids import MAX_SLOTS

BODY = (
    "<p>一、总体情况</p><p>全年平稳。</p><p>二、主动公开政府信息情况</p>"
    "<table><tr><td>信息内容</td><td>数量</td></tr><tr><td>规章总数</td><td>3</td></tr></table>"
)
BODY_BLOCKS = [
    "一、总体情况",
    "全年平稳。",
    "二、主动公开政府信息情况",
    [["信息内容", "数量"], ["规章总数", "3"]],
]


def document(html: str):
    return extract(html.encode())


def plain(blocks) -> list:
    return [
        [[slot.text for slot in row] for row in block.rows]
        if isinstance(block, Grid)
        else block.text
        if isinstance(block, Paragraph)
        else block
        for block in blocks
    ]


def read(html: str) -> list:
    return plain(document(html).blocks)


def grid(rows: str) -> list:
    blocks = document(f"<table>{rows}</table>").blocks
    assert len(blocks) == 1
    marks = {Origin.CELL: "", Origin.FROM_LEFT: "<", Origin.FROM_ABOVE: "^"}
    return [[marks[slot.origin] + slot.text for slot in row] for row in blocks[0].rows]


# --- text ------------------------------------------------------------------------------------------------


def test_spans_do_not_part_words_and_blocks_and_breaks_do():
    assert read("<p><span>202</span><span>1年</span><b>1</b>月</p><div>甲<br>乙<p>丙</div>丁") == [
        "2021年1月",
        "甲",
        "乙",
        "丙",
        "丁",
    ]


def test_white_space_and_entities():
    assert read("<p>\n  甲&nbsp;&nbsp;乙\n丙&#12288;</p><p>&nbsp;</p><p> </p>") == ["甲 乙 丙"]


def test_hidden_text_scripts_and_comments_are_dropped():
    html = (
        "<div>甲<script>var a='一、总体情况'</script><style>p{}</style><!-- 乙 -->"
        "<p style='color:red; display: none'>丙</p><p style='DISPLAY:NONE'>丁</p><p hidden>戊</p>"
        "<noscript>己</noscript><select><option>庚</option></select></div>"
    )
    assert read(html) == ["甲"]


def test_title_and_meta():
    page = document(
        "<html><head><title> 云溪县\n水务局 </title><meta name='PubDate' content='2024-01-18 10:00'>"
        '<meta content="云溪县" name="SiteName"><meta name="Keywords" content=""><meta charset=utf-8></head>'
        "<body><p>正文</p></body></html>"
    )
    assert page.page_title == "云溪县 水务局"
    assert page.meta == (("PubDate", "2024-01-18 10:00"), ("SiteName", "云溪县"), ("Keywords", ""))


# --- body and furniture ----------------------------------------------------------------------------------


def test_body_is_where_the_headings_are_not_the_first_editor_box():
    page = document(
        "<body><div class=TRS_Editor><p>欢迎访问青杉市人民政府网站</p></div>"
        "<div class=nav><a href=/>首页</a><a href=/zw/>政务</a></div>"
        "<div class=box><h1>青杉市水务局2023年政府信息公开工作年度报告</h1>"
        "<div class=info>发布时间：2024-01-18 来源：市水务局</div>"
        f"<div class=TRS_Editor>{BODY}</div></div>"
        "<div class=foot>版权所有：青杉市人民政府 备案号</div></body>"
    )
    assert plain(page.blocks) == BODY_BLOCKS
    assert page.headings == ("青杉市水务局2023年政府信息公开工作年度报告",)
    assert page.around == (
        "欢迎访问青杉市人民政府网站",
        "首页政务",
        "青杉市水务局2023年政府信息公开工作年度报告",
        "发布时间：2024-01-18 来源：市水务局",
        "版权所有：青杉市人民政府 备案号",
    )


def test_a_preface_beside_the_sections_belongs_to_the_body():
    html = (
        "<body><div class=pos>当前位置：<a href=/>首页</a></div><div id=zoom><div><p>青杉市水务局年度报告</p>"
        f"<p>统计期限自2023年1月1日起至2023年12月31日止。</p></div><div>{BODY}</div><p>青杉市水务局</p></div>"
        "<div><a href=/a.html>上一篇</a></div></body>"
    )
    assert read(html) == [
        "青杉市水务局年度报告",
        "统计期限自2023年1月1日起至2023年12月31日止。",
        *BODY_BLOCKS,
        "青杉市水务局",
    ]


def test_furniture_inside_the_body_is_set_aside():
    page = document(
        "<div><p>发布日期：2024-01-18 浏览次数：5</p>"
        f"{BODY}<p>六、其他需要报告的事项</p><p>无。</p><p>【打印】【关闭窗口】</p>"
        "<div class=share>分享到</div></div>"
    )
    assert plain(page.blocks) == [*BODY_BLOCKS, "六、其他需要报告的事项", "无。"]
    assert page.around == ("发布日期：2024-01-18 浏览次数：5", "【打印】【关闭窗口】", "分享到")


@pytest.mark.parametrize(
    ("below", "apart"),
    [
        ("<p>发布日期：2024-01-18</p><p>分享到：微信</p>", 0),
        ("<p>发布日期：2024-01-18</p><h3>相关文章</h3><p>市教育局年报 发布时间：2024-04-20</p>", 2),
        ("<h3>相关文章</h3><p>发布时间：2024-04-20</p><p>版权所有：青杉市</p>", 3),
        ("<p>网友评论 发表时间：2024-06-01</p>", 1),
    ],
)
@pytest.mark.parametrize("box", ["<div id=zoom>{}</div>", "<div class=a><div>{}</div></div>"])
def test_what_stands_below_the_article_is_apart_from_its_own_lines(box: str, below: str, apart: int):
    top = "<p>当前位置：首页</p><p>发布时间：2024-01-18</p>"
    page = document(f"<body>{top}{box.format(BODY)}<div>{below}</div></body>")
    assert plain(page.blocks) == BODY_BLOCKS
    assert page.apart == apart
    assert page.around[:2] == ("当前位置：首页", "发布时间：2024-01-18")


def test_lists_without_a_container_of_their_own_are_apart():
    page = document(f"<body>{BODY}<p>青杉市教育局年报</p><p>发布时间：2024-04-20</p><p>交通局年报</p></body>")
    assert (page.around, page.apart) == (("发布时间：2024-04-20",), 1)


def test_a_page_without_headings_gives_its_densest_part():
    html = (
        "<div><a href=/1>公开指南</a> <a href=/2>公开制度</a></div>"
        "<div><p>云溪县召开工作部署会议，研究全年重点任务并作出安排。</p><p>会议要求各单位抓好落实。</p></div>"
        "<div>版权所有：云溪县</div>"
    )
    assert read(html) == ["云溪县召开工作部署会议，研究全年重点任务并作出安排。", "会议要求各单位抓好落实。"]


def test_attachments_and_pictures():
    page = document(
        "<div><p>一、总体情况</p><p>二、附件</p><a href='/f/2023.docx'>年报<b>全文</b></a>"
        "<a href='/module/download/downfile.jsp?filename=12.pdf&classid=0'>附件2</a>"
        "<a href='/2023.html'>网页</a><a href='/x.PDF?v=1' title='扫描件'></a>"
        "<iframe src='/viewer.html?file=/a/b.pdf'></iframe>"
        "<img src='/t3.png' alt=' 表三 '><img src='/dot.gif' width=1><img></div>"
    )
    assert page.attachments == (
        Attachment("/f/2023.docx", "年报全文"),
        Attachment("/module/download/downfile.jsp?filename=12.pdf&classid=0", "附件2"),
        Attachment("/x.PDF?v=1", "扫描件"),
        Attachment("/a/b.pdf", ""),
    )
    assert page.blocks[-1] == Picture("/t3.png", "表三")


# --- grids -----------------------------------------------------------------------------------------------


def test_spans_are_expanded():
    rows = (
        "<tr><td rowspan=2 colspan=2>甲</td><td>乙</td></tr><tr><td>丙</td></tr>"
        "<tr><td>丁</td><td colspan=2>1</td></tr>"
    )
    assert grid(rows) == [["甲", "<甲", "乙"], ["^甲", "^甲", "丙"], ["丁", "1", "<1"]]


def test_a_short_row_stays_short():
    assert grid("<tr><td>甲</td><td>1</td><td>2</td></tr><tr><td>乙</td><td>3</td></tr>") == [
        ["甲", "1", "2"],
        ["乙", "3"],
    ]


def test_spans_as_browsers_read_them():
    rows = (
        "<tr><td colspan='7%'>甲</td></tr><tr><td colspan=-2 rowspan=x>乙</td><td colspan='2.9'>丙</td></tr>"
    )
    assert grid(rows) == [["甲"] + ["<甲"] * 6, ["乙", "丙", "<丙"]]


def test_boundless_spans_end_with_the_table():
    rows = "<tr><td rowspan=99999999>甲</td><td colspan=99999999>乙</td></tr><tr><td>1</td></tr>"
    first, second = grid(rows)
    assert (first[:2], len(first)) == (["甲", "乙"], 101)
    assert second == ["^甲", "1"]


def test_the_budget_of_slots_holds():
    rows = (
        "<tr>"
        + "<td colspan=100 rowspan=60000>甲</td>" * 60
        + "</tr>"
        + "<tr><td>乙</td><td>1</td></tr>" * 3000
    )
    page = document(f"<table>{rows}</table>")
    assert sum(len(row) for row in page.blocks[0].rows) < 2 * MAX_SLOTS
    assert page.notes


def test_lines_within_cells():
    row = "<td><p>商业</p><p>企业</p></td><td>科研<br>机构</td><td>\n <p>0<o:p></o:p></p>\n</td>"
    (block,) = document(f"<table><tr>{row}</tr></table>").blocks
    assert [slot.text for slot in block.rows[0]] == ["商业\n企业", "科研\n机构", "0"]


def test_a_layout_table_is_unrolled():
    menu = "<table><tr><td><a href=/1>指南</a></td></tr><tr><td><a href=/2>年报</a></td></tr></table>"
    html = f"<table width=1006><tr><td>{menu}</td><td>{BODY}</td></tr></table>"
    assert read(html) == BODY_BLOCKS


def test_a_report_that_is_one_table_is_parted_into_text_and_grids():
    prose = "本单位认真贯彻落实条例，" * 30
    html = (
        f"<table><tr><td colspan=2>一、总体情况</td></tr><tr><td colspan=2>{prose}</td></tr>"
        "<tr><td colspan=2>二、主动公开政府信息情况</td></tr>"
        "<tr><td>信息内容</td><td>数量</td></tr><tr><td>规章</td><td>0</td></tr></table>"
    )
    assert read(html) == [
        "一、总体情况",
        prose,
        "二、主动公开政府信息情况",
        [["信息内容", "数量"], ["规章", "0"]],
    ]


def test_a_heading_printed_as_first_row_of_its_table():
    html = (
        "<table><tr><td colspan=2>二、主动公开政府信息情况</td></tr><tr><td>信息内容</td><td>数量</td></tr>"
        "<tr><td>规章</td><td>0</td></tr></table>"
    )
    assert read(html) == ["二、主动公开政府信息情况", [["信息内容", "数量"], ["规章", "0"]]]


# --- hostile ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "tag", ["div", "span", "b", "table><tr><td", "ul><li", "blockquote", "font", "em><p", "a href=x"]
)
@pytest.mark.parametrize("closed", [False, True])
def test_ten_thousand_levels(tag, closed):
    name = tag.split(">")[0].split()[0]
    html = f"<{tag}>" * 10_000 + "底部" + f"</{name}>" * 10_000 * closed
    try:
        blocks = read(html)
    except Unreadable:
        return
    assert blocks == ["底部"]


@pytest.mark.parametrize(
    "html",
    [
        "<div>" + "".join(f"<b class=a{n}>" for n in range(20_000)) + "</div>" + "<p>x</p>" * 20_000,
        "<div>" * 30_000 + "<p>x</p>" * 140_000,
        "<table>" + "<tr><td>1</td></tr>" * 80_000,  # many tags, none of them deep
    ],
)
def test_costly_nesting_is_refused(html):
    with pytest.raises(Unreadable) as error:
        document(html)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    "html",
    [
        "<html></html>",
        "<p></p>",
        "<table></table>",
        "<table><tr></tr></table>",
        "<td>1</td><tr>",
        "<frameset><frame src=a></frameset>",
        "<table><caption>表</caption>",
        "<p>\0\x01甲",
        "<p" * 5000,
        "<table><tr><td rowspan=3>甲</table><table><td>",
        "</table></td></div><p>甲",
    ],
)
def test_broken_markup_never_raises_anything_else(html):
    with suppress(Unreadable):
        document(html)
