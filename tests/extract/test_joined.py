"""Articles over several pages."""

from crawler.extract.document import Attachment, Document, Format, Grid, Paragraph, Slot
from crawler.extract.joined import joined

TABLE = Grid(((Slot("规章"), Slot("3")),), rectangular=True)


def page(*blocks, **more) -> Document:
    return Document(
        Format.HTML, tuple(Paragraph(block) if isinstance(block, str) else block for block in blocks), **more
    )


def test_the_first_pages_head_and_everyones_body():
    first = page(
        "一、总体情况",
        TABLE,
        page_title="年度报告",
        meta=(("PubDate", "2024-01-18"),),
        continuations=("t_1.html",),
        attachments=(Attachment("/a.pdf", "附件"),),
    )
    second = page(
        TABLE,
        "二、其他",
        page_title="第二页",
        meta=(("PubDate", "2024-02-01"),),
        attachments=(Attachment("/a.pdf", "附件"), Attachment("/b.pdf", "另附")),
        notes=("bounded",),
    )
    whole = joined((first, second, page("三、完", notes=("bounded",))))
    assert whole.blocks == (
        Paragraph("一、总体情况"),
        TABLE,
        TABLE,
        Paragraph("二、其他"),
        Paragraph("三、完"),
    )
    assert (whole.page_title, whole.meta) == (first.page_title, first.meta)
    assert whole.attachments == (Attachment("/a.pdf", "附件"), Attachment("/b.pdf", "另附"))
    assert whole.continuations == ("t_1.html",)
    assert whole.notes == ("bounded",)


def test_a_title_printed_on_every_page_is_taken_once():
    whole = joined((page("云溪县年度报告", "一、总体情况", "甲"), page("云溪县年度报告", "二、其他", "甲")))
    assert [block.text for block in whole.blocks] == [
        "云溪县年度报告",
        "一、总体情况",
        "甲",
        "二、其他",
        "甲",
    ]


def test_the_same_table_on_two_pages_is_kept_twice():
    assert joined((page(TABLE, "甲"), page(TABLE, "乙"))).blocks.count(TABLE) == 2


def test_one_page_is_itself():
    only = page("一、总体情况")
    assert joined((only,)) is only


def test_what_stands_behind_a_shell_tells_what_the_article_is():
    told = (("ArticleTitle", "云溪县年度报告"),)
    assert joined((page(page_title="详情"), page("一、总体情况", data=told))).data == told
    first = page("甲", data=(("ArticleTitle", "第一页"),))
    assert joined((first, page("乙", data=told))).data == first.data
