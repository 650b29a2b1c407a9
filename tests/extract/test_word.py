"""Documents of word processors: what their reader sees, as text and as grids, and what is never believed."""

from __future__ import annotations

import io
import re
import struct
import zipfile
from collections.abc import Mapping
from functools import cache
from random import Random

import pytest

from bench.writers import docx as writer
from crawler.demo.printing import Line, plain
from crawler.demo.sheets import Cover, Sheet, places
from crawler.demo.writer import compose
from crawler.extract import extract
from crawler.extract.document import Document, Format, Grid, Origin, Paragraph, Picture, Slot, Unreadable
from crawler.extract.word import MAX_PART_BYTES, MAX_TEXT_BYTES, binary, extract_doc, extract_docx, formatting
from crawler.extract.word.numerals import spell
from crawler.extract.word.reading import MAX_COLSPAN, MAX_SLOTS
from crawler.report.model import Kind

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
NAMESPACES = (
    f'xmlns:w="{W}" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" '
    'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math" '
    'xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office"'
)
RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
KINDS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def relations(*targets: tuple[str, str, str], mode: str = "") -> str:
    """A part of relations from (id, kind, target)."""
    listed = "".join(
        f'<Relationship Id="{key}" Type="{KINDS}/{kind}" Target="{target}"{mode}/>'
        for key, kind, target in targets
    )
    return f'<Relationships xmlns="{RELATIONS}">{listed}</Relationships>'


def package(parts: Mapping[str, str | bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as zipped:
        for name, content in parts.items():
            zipped.writestr(name, content)
    return out.getvalue()


def file(body: str, *, styles: str = "", numbering: str = "", also: Mapping[str, str] | None = None) -> bytes:
    """A file whose body is `body`, in WordprocessingML."""
    related = [("s", "styles", "styles.xml")] * bool(styles) + [("n", "numbering", "numbering.xml")]
    return package(
        {
            "_rels/.rels": relations(("r", "officeDocument", "word/document.xml")),
            "word/document.xml": f"<w:document {NAMESPACES}><w:body>{body}</w:body></w:document>",
            "word/_rels/document.xml.rels": relations(*related, ("p", "image", "media/image1.png")),
            "word/styles.xml": f"<w:styles {NAMESPACES}>{styles}</w:styles>",
            "word/numbering.xml": f"<w:numbering {NAMESPACES}>{numbering}</w:numbering>",
            **(also or {}),
        }
    )


def p(*runs: str, properties: str = "") -> str:
    return f"<w:p>{f'<w:pPr>{properties}</w:pPr>' if properties else ''}{''.join(map(r, runs))}</w:p>"


def r(text: str, properties: str = "") -> str:
    """A run, or what is markup already as it is."""
    if text.startswith("<"):
        return text
    preserved = f'<w:t xml:space="preserve">{text}</w:t>'
    return f"<w:r>{f'<w:rPr>{properties}</w:rPr>' if properties else ''}{preserved}</w:r>"


def tc(text: str, properties: str = "") -> str:
    content = text if text.startswith("<") else p(text)
    return f"<w:tc>{f'<w:tcPr>{properties}</w:tcPr>' if properties else ''}{content}</w:tc>"


def tr(*cells: str, properties: str = "") -> str:
    whole = "".join(cell if cell.startswith("<") else tc(cell) for cell in cells)
    return f"<w:tr>{f'<w:trPr>{properties}</w:trPr>' if properties else ''}{whole}</w:tr>"


def tbl(*rows: str, widths: tuple[int, ...] = ()) -> str:
    columns = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    return f"<w:tbl><w:tblGrid>{columns}</w:tblGrid>{''.join(rows)}</w:tbl>"


def span(columns: int) -> str:
    return f'<w:gridSpan w:val="{columns}"/>'


RESTART, CONTINUE = '<w:vMerge w:val="restart"/>', "<w:vMerge/>"
MARKS = {Origin.CELL: "", Origin.FROM_LEFT: "<", Origin.FROM_ABOVE: "^"}


def plainly(document: Document) -> list:
    return [
        [[MARKS[slot.origin] + slot.text for slot in row] for row in block.rows]
        if isinstance(block, Grid)
        else block.text
        if isinstance(block, Paragraph)
        else block
        for block in document.blocks
    ]


def read(body: str, **parts) -> list:
    return plainly(extract(file(body, **parts)))


def grid(*rows: str, widths: tuple[int, ...] = ()) -> list:
    (found,) = read(tbl(*rows, widths=widths))
    return found


def refusal(content: bytes) -> str:
    with pytest.raises(Unreadable) as caught:
        extract(content)
    assert caught.value.en.isascii()
    return caught.value.zh


# --- text ------------------------------------------------------------------------------------------------


def test_runs_make_a_paragraph_and_breaks_make_lines():
    broken = "<w:r><w:t>全年平稳。</w:t><w:br/><w:t>下一年</w:t><w:cr/><w:t>继续</w:t></w:r>"
    assert read(p("202", "3", "年") + p("  ") + p(broken) + "<w:p/>") == [
        "2023年",
        "全年平稳。",
        "下一年",
        "继续",
    ]


def test_white_space_tabs_and_hyphens():
    body = p("<w:r><w:t>甲</w:t><w:tab/><w:t>乙</w:t><w:noBreakHyphen/><w:t>1</w:t><w:softHyphen/></w:r>")
    stops = '<w:tabs><w:tab w:val="left" w:pos="400"/></w:tabs>'
    assert read(body + p(" 丙\u3000 丁\n戊 ", properties=stops)) == ["甲 乙-1", "丙 丁 戊"]


def test_what_is_not_printed_is_not_read():
    body = (
        p("甲", r("乙", "<w:vanish/>"), r("丙", '<w:vanish w:val="0"/>'))
        + p("<w:r><w:instrText>PAGE 7</w:instrText></w:r>", "丁")
        + p("<w:del><w:r><w:delText>旧</w:delText></w:r></w:del>", "<w:ins><w:r><w:t>新</w:t></w:r></w:ins>")
        + "<w:moveFrom><w:p><w:r><w:t>移走</w:t></w:r></w:p></w:moveFrom>"
        + p(
            "<w:moveFrom><w:r><w:t>移走</w:t></w:r></w:moveFrom>",
            "<w:moveTo><w:r><w:t>移来</w:t></w:r></w:moveTo>",
        )
    )
    assert read(body) == ["甲丙", "丁", "新", "移来"]


@pytest.mark.parametrize("struck", ["<w:strike/>", '<w:dstrike w:val="true"/>', "<w:b/><w:strike/>"])
def test_a_figure_that_was_struck_out_is_no_part_of_its_correction(struck):
    assert read(p(r("12", struck), "15", r("件", '<w:strike w:val="false"/>'))) == ["15件"]


def test_older_formatting_that_a_tracked_change_keeps_is_not_that_of_the_text():
    kept = "<w:b/><w:rPrChange><w:rPr><w:strike/></w:rPr></w:rPrChange>"
    assert read(p("数量", r("15", kept))) == ["数量15"]


@pytest.mark.parametrize("value", ["superscript", "subscript"])
def test_a_footnote_mark_is_no_digit(value):
    assert read(p("收到15", r("1", f'<w:vertAlign w:val="{value}"/>'), "件")) == ["收到15 ¹ 件"]


def test_a_reference_to_a_footnote_parts_what_stands_around_it():
    document = extract(file(p("收到15", '<w:r><w:footnoteReference w:id="2"/></w:r>', "20件")))
    assert plainly(document) == ["收到15 20件"]
    assert document.notes == ("footnotes are not read",)


def test_styles_hide_strike_and_raise():
    styles = (
        '<w:style w:type="character" w:styleId="gone"><w:rPr><w:vanish/></w:rPr></w:style>'
        '<w:style w:type="character" w:styleId="child"><w:basedOn w:val="gone"/></w:style>'
        '<w:style w:type="character" w:styleId="back"><w:basedOn w:val="gone"/>'
        '<w:rPr><w:vanish w:val="0"/></w:rPr></w:style>'
        '<w:style w:type="character" w:styleId="mark">'
        '<w:rPr><w:vertAlign w:val="superscript"/></w:rPr></w:style>'
        '<w:style w:type="paragraph" w:styleId="old"><w:rPr><w:strike/></w:rPr></w:style>'
        '<w:style w:type="paragraph" w:styleId="toc"><w:name w:val="toc 1"/></w:style>'
    )
    body = (
        p("甲", r("乙", '<w:rStyle w:val="child"/>'), r("丙", '<w:rStyle w:val="back"/>'))
        + p("5", r("1", '<w:rStyle w:val="mark"/>'))
        + p("作废", r("有效", '<w:strike w:val="0"/>'), properties='<w:pStyle w:val="old"/>')
        + p("一、总体情况\t1", properties='<w:pStyle w:val="toc"/>')
    )
    assert read(body, styles=styles) == ["甲丙", "5 ¹", "有效"]


def test_styles_based_on_each_other_in_a_circle():
    styles = "".join(
        f'<w:style w:styleId="{own}"><w:basedOn w:val="{base}"/></w:style>'
        for own, base in ("ab", "bc", "ca")
    )
    assert read(p("甲", properties='<w:pStyle w:val="a"/>'), styles=styles) == ["甲"]


def test_signs_of_symbol_fonts_are_never_digits():
    signs = (
        '<w:r><w:sym w:font="Wingdings" w:char="F031"/></w:r>',
        '<w:r><w:sym w:font="Symbol" w:char="F032"/></w:r>',
        '<w:r><w:sym w:font="Symbol" w:char="zz"/></w:r>',
    )
    fonts = '<w:rFonts w:ascii="Wingdings" w:hAnsi="Wingdings"/>'
    assert read(p("1", signs[0], "1") + p(signs[1]) + p(signs[2]) + p(r("52", fonts), r("是", fonts))) == [
        "1\ufffd1",
        "2",
        "\ufffd",
        "\ufffd\ufffd是",
    ]


def test_readings_over_characters_and_formulas():
    base = "<w:rubyBase><w:r><w:t>溪</w:t></w:r></w:rubyBase>"
    ruby = f"<w:ruby><w:rt><w:r><w:t>xi</w:t></w:r></w:rt>{base}</w:ruby>"
    formula = "<m:oMath><m:r><m:t>12</m:t></m:r></m:oMath>"
    assert read(p("云", f"<w:r>{ruby}</w:r>", "县") + p("共", formula, "件")) == ["云溪县", "共12件"]


def test_content_controls_fields_and_links_are_looked_through():
    control = f"<w:sdt><w:sdtPr><w:id w:val='1'/></w:sdtPr><w:sdtContent>{p('甲')}</w:sdtContent></w:sdt>"
    inline = "<w:sdt><w:sdtContent><w:r><w:t>乙</w:t></w:r></w:sdtContent></w:sdt>"
    link = '<w:hyperlink r:id="x"><w:r><w:t>丙</w:t></w:r></w:hyperlink>'
    field = '<w:fldSimple w:instr="DATE"><w:r><w:t>丁</w:t></w:r></w:fldSimple>'
    assert read(control + p(inline, link, field)) == ["甲", "乙丙丁"]


def text_box(content: str) -> str:
    """As Word writes it: a shape for itself, and the same for older programs."""
    choice = f"<w:drawing><wps:txbx><w:txbxContent>{content}</w:txbxContent></wps:txbx></w:drawing>"
    fallback = f"<w:pict><v:textbox><w:txbxContent>{content}</w:txbxContent></v:textbox></w:pict>"
    return (
        f'<w:r><mc:AlternateContent><mc:Choice Requires="wps">{choice}</mc:Choice>'
        f"<mc:Fallback>{fallback}</mc:Fallback></mc:AlternateContent></w:r>"
    )


def test_a_text_box_is_read_once_behind_its_paragraph():
    table = tbl(tr("收到", "15"), tr("办结", "14"))
    assert read(p(text_box(p("云溪县水务局") + table), "2023年度") + p("正文")) == [
        "2023年度",
        "云溪县水务局",
        [["收到", "15"], ["办结", "14"]],
        "正文",
    ]


def test_the_alternative_that_has_text_is_read():
    body = (
        '<w:r><mc:AlternateContent><mc:Choice Requires="new"/>'
        "<mc:Fallback><w:t>15</w:t></mc:Fallback></mc:AlternateContent></w:r>"
    )
    assert read(p("收到", body, "件")) == ["收到15件"]


def picture(relation: str, *, width: int = 4_000_000, alt: str = "表一") -> str:
    return (
        f'<w:r><w:drawing><wp:inline><wp:extent cx="{width}" cy="{width}"/><wp:docPr id="1" descr="{alt}"/>'
        f'<a:graphic><a:graphicData uri="p"><a:blip r:embed="{relation}"/></a:graphicData></a:graphic>'
        "</wp:inline></w:drawing></w:r>"
    )


def test_pictures_and_objects_stand_unread_where_they_are_and_icons_do_not():
    shape = '<v:shape><v:imagedata r:id="p"/></v:shape>'
    sheet = f'<w:object>{shape}<o:OLEObject ProgID="Excel.Sheet.12" r:id="o"/></w:object>'
    document = extract(
        file(p("甲", picture("p"), picture("p", width=300_000)) + p(f"<w:r>{sheet}</w:r>") + p("乙"))
    )
    assert document.blocks == (
        Paragraph("甲"),
        Picture("word/media/image1.png", "表一"),
        Picture(""),
        Paragraph("乙"),
    )
    assert document.notes == (
        "pictures in the text are not read",
        "an embedded object (Excel.Sheet.12) is not read",
    )


def test_lines_whose_tabs_draw_a_table():
    rows = [
        p(f"<w:r><w:t>{row}</w:t><w:tab/><w:t>{n}</w:t><w:tab/><w:t>{n}</w:t></w:r>")
        for row, n in zip("甲乙丙", "123", strict=True)
    ]
    (before, drawn, after) = extract(file(p("前") + "".join(rows) + p("后"))).blocks
    assert (before, after) == (Paragraph("前"), Paragraph("后"))
    assert isinstance(drawn, Grid)
    assert drawn.rectangular
    assert [[slot.text.strip() for slot in row] for row in drawn.rows] == [
        ["甲", "1", "1"],
        ["乙", "2", "2"],
        ["丙", "3", "3"],
    ]


# --- tables ----------------------------------------------------------------------------------------------


def test_merged_cells_are_expanded():
    assert grid(
        tr(tc("项目", RESTART + span(2)), tc("数量", span(2))),
        tr(tc("<w:p/>", CONTINUE + span(2)), "上年", "本年"),
        tr(tc("一", RESTART), "甲", "1", "2"),
        tr(tc("<w:p/>", CONTINUE), "乙", "3", "4"),
    ) == [
        ["项目", "<项目", "数量", "<数量"],
        ["^项目", "^项目", "上年", "本年"],
        ["一", "甲", "1", "2"],
        ["^一", "乙", "3", "4"],
    ]


def test_cells_merged_to_the_left_as_older_files_do():
    left = '<w:hMerge w:val="restart"/>', '<w:hMerge w:val="continue"/>'
    assert grid(tr(tc("甲", left[0]), tc("<w:p/>", left[1]), "1"), tr("乙", "2", "3")) == [
        ["甲", "<甲", "1"],
        ["乙", "2", "3"],
    ]


def test_a_merge_without_a_beginning_is_a_cell_of_its_own():
    assert grid(tr("甲", "1"), tr("乙", tc("2", CONTINUE))) == [["甲", "1"], ["乙", "2"]]


def test_a_merge_ends_where_its_column_is_left():
    assert grid(tr(tc("甲", RESTART), "1"), tr(tc("乙", span(2))), tr(tc("丙", CONTINUE), "3")) == [
        ["甲", "1"],
        ["乙", "<乙"],
        ["丙", "3"],
    ]


def test_rows_that_begin_late_or_end_early():
    assert grid(tr("甲", "乙", "丙"), tr("1", properties='<w:gridBefore w:val="2"/>'), tr("2")) == [
        ["甲", "乙", "丙"],
        ["", "", "1"],
        ["2"],
    ]


def test_rows_and_cells_in_content_controls_insertions_and_those_deleted():
    row = f"<w:sdt><w:sdtContent>{tr('乙', '2')}</w:sdtContent></w:sdt>"
    cell = f"<w:sdt><w:sdtContent>{tc('3')}</w:sdtContent></w:sdt>"
    deleted = tr("旧", "9", properties='<w:del w:id="1"/>') + tr("藏", "8", properties="<w:hidden/>")
    inserted = tr("丁", tc("<w:p/>", '<w:cellDel w:id="2"/>'), "4", properties='<w:ins w:id="3"/>')
    assert grid(tr("甲", "1"), row, tr("丙", cell), deleted, inserted) == [
        ["甲", "1"],
        ["乙", "2"],
        ["丙", "3"],
        ["丁", "4"],
    ]


def test_a_column_too_narrow_to_print_anything_is_none():
    """The border under 行政复议 and that under 总计 are one to their reader, and a hair apart in the file."""
    widths = (900, 900, 1, 900)
    assert grid(
        tr(tc("行政复议", span(2)), tc("行政诉讼", span(2))),
        tr("维持", tc("总计", span(2)), "维持"),
        tr("1", tc("2", span(2)), "3"),
        widths=widths,
    ) == [
        ["行政复议", "<行政复议", "行政诉讼"],
        ["维持", "总计", "维持"],
        ["1", "2", "3"],
    ]


def test_narrow_columns_that_have_text_are_columns_after_all():
    assert grid(tr("甲", "5", "乙"), tr("丙", "6", "丁"), widths=(900, 20, 900)) == [
        ["甲", "5", "乙"],
        ["丙", "6", "丁"],
    ]


def test_lines_of_a_cell_stay_lines():
    cell = tc(p("商业") + p(" ") + p("企业"))
    assert grid(tr(cell, "1"), tr("其他", "2")) == [["商业\n企业", "1"], ["其他", "2"]]


def test_a_table_within_a_cell_and_a_frame_around_everything():
    inner = tbl(tr("收到", "15"), tr("办结", "14"))
    framed = tbl(tr(tc(p("一、总体情况") + inner + p("二、其他"))))
    assert read(framed) == ["一、总体情况", [["收到", "15"], ["办结", "14"]], "二、其他"]


def test_prose_in_cells_is_text_and_so_is_a_heading_typed_into_its_table():
    assert read(tbl(tr("甲", "全年平稳。" * 70), tr("1", "2"))) == ["甲", "全年平稳。" * 70, [["1", "2"]]]
    heading = tc("三、收到和处理政府信息公开申请情况", span(2))
    assert read(tbl(tr(heading), tr("收到", "15"), tr("办结", "14"))) == [
        "三、收到和处理政府信息公开申请情况",
        [["收到", "15"], ["办结", "14"]],
    ]


def test_pictures_in_cells_follow_their_table():
    cell = tc(p("图", picture("p")))
    assert read(tbl(tr("甲", cell), tr("乙", "2"))) == [
        [["甲", "图"], ["乙", "2"]],
        Picture("word/media/image1.png", "表一"),
    ]


def test_text_that_a_merge_covers_is_told():
    document = extract(file(tbl(tr(tc("甲", RESTART), "1"), tr(tc("乙", CONTINUE), "2"))))
    assert plainly(document) == [[["甲", "1"], ["^甲", "2"]]]
    assert document.notes == ("text in cells that are merged away is not shown and not read",)


# --- numbers of lists ------------------------------------------------------------------------------------


def level(at: int, style: str, text: str, *, gap: str = "nothing", more: str = "", start: int = 1) -> str:
    return (
        f'<w:lvl w:ilvl="{at}"><w:start w:val="{start}"/><w:numFmt w:val="{style}"/>{more}'
        f'<w:suff w:val="{gap}"/><w:lvlText w:val="{text}"/></w:lvl>'
    )


def lists(*levels: str, nums: str = '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>') -> str:
    return f'<w:abstractNum w:abstractNumId="0">{"".join(levels)}</w:abstractNum>{nums}'


def item(text: str, at: int = 0, list_id: str = "1") -> str:
    member = f'<w:numPr><w:ilvl w:val="{at}"/><w:numId w:val="{list_id}"/></w:numPr>'
    return p(text, properties=member) if text else f"<w:p><w:pPr>{member}</w:pPr></w:p>"


def test_headings_whose_numbers_stand_in_no_text():
    numbering = lists(
        level(0, "chineseCountingThousand", "%1、"),
        level(1, "japaneseCounting", "（%2）"),
        level(2, "decimal", "%3.", gap="tab"),
    )
    body = (
        item("总体情况")
        + item("主动公开", 1)
        + item("依申请公开", 1)
        + item("渠道", 2)
        + item("主动公开政府信息情况")
        + item("概述", 1)
        + p("正文")
    )
    assert read(body, numbering=numbering) == [
        "一、总体情况",
        "（一）主动公开",
        "（二）依申请公开",
        "1. 渠道",
        "二、主动公开政府信息情况",
        "（一）概述",
        "正文",
    ]


def test_numbers_of_rows_and_of_paragraphs_without_text():
    numbering = lists(level(0, "decimal", "%1"))
    table = tbl(tr(tc(item("")), "甲"), tr(tc(item("")), "乙"))
    assert read(table, numbering=numbering) == [[["1", "甲"], ["2", "乙"]]]


def test_lists_that_go_on_and_lists_that_begin_anew():
    nums = (
        '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>'
        '<w:num w:numId="2"><w:abstractNumId w:val="0"/></w:num>'
        '<w:num w:numId="3"><w:abstractNumId w:val="0"/><w:lvlOverride w:ilvl="0">'
        '<w:startOverride w:val="5"/></w:lvlOverride></w:num>'
    )
    numbering = lists(level(0, "decimal", "%1.", gap="space"), nums=nums)
    body = item("甲") + item("乙", list_id="2") + item("丙", list_id="3") + item("丁", list_id="3")
    assert read(body, numbering=numbering) == ["1. 甲", "2. 乙", "5. 丙", "6. 丁"]


def test_levels_within_levels_in_decimal_and_levels_that_do_not_restart():
    numbering = lists(
        level(0, "chineseCounting", "%1、"),
        level(1, "decimal", "%1.%2 ", more="<w:isLgl/>"),
        level(2, "decimal", "(%3)", more='<w:lvlRestart w:val="0"/>'),
    )
    body = item("甲") + item("乙", 1) + item("丙", 2) + item("丁") + item("戊", 1) + item("己", 2)
    assert read(body, numbering=numbering) == ["一、甲", "1.1 乙", "(1)丙", "二、丁", "2.1 戊", "(2)己"]


def test_bullets_unknown_lists_and_lists_taken_away_print_nothing():
    numbering = lists(level(0, "bullet", "\uf0b7"), level(1, "none", "%2"))
    body = item("甲") + item("乙", 1) + item("丙", list_id="9") + item("丁", list_id="0")
    assert read(body, numbering=numbering) == ["甲", "乙", "丙", "丁"]


def test_numbers_that_come_with_a_style():
    styles = (
        '<w:style w:type="paragraph" w:styleId="1">'
        '<w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style>'
        '<w:style w:type="paragraph" w:styleId="2"><w:basedOn w:val="1"/>'
        '<w:pPr><w:numPr><w:ilvl w:val="1"/></w:numPr></w:pPr></w:style>'
    )
    numbering = lists(level(0, "chineseCounting", "%1、"), level(1, "chineseCounting", "（%2）"))
    off = '<w:pStyle w:val="1"/><w:numPr><w:numId w:val="0"/></w:numPr>'
    body = (
        p("甲", properties='<w:pStyle w:val="1"/>')
        + p("乙", properties='<w:pStyle w:val="2"/>')
        + p("丙", properties=off)
        + p("丁", properties='<w:pStyle w:val="1"/>')
    )
    assert read(body, styles=styles, numbering=numbering) == ["一、甲", "（一）乙", "丙", "二、丁"]


def test_a_deleted_paragraph_is_not_counted():
    gone = (
        '<w:p><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr><w:rPr><w:del w:id="1"/></w:rPr></w:pPr>'
        "<w:del><w:r><w:delText>旧</w:delText></w:r></w:del></w:p>"
    )
    assert read(item("甲") + gone + item("乙"), numbering=lists(level(0, "decimal", "%1、"))) == [
        "1、甲",
        "2、乙",
    ]


@pytest.mark.parametrize(
    ("number", "style", "spelled"),
    [
        (10, "chineseCounting", "十"),
        (11, "japaneseCounting", "十一"),
        (20, "chineseCountingThousand", "二十"),
        (101, "chineseCountingThousand", "一百零一"),
        (110, "chineseCountingThousand", "一百一十"),
        (1001, "chineseCountingThousand", "一千零一"),
        (10, "ideographDigital", "一〇"),
        (12, "chineseLegalSimplified", "壹拾贰"),
        (3, "ideographTraditional", "丙"),
        (11, "ideographTraditional", "11"),
        (2, "decimalEnclosedCircle", "②"),
        (21, "decimalEnclosedCircle", "21"),
        (12, "decimalFullWidth", "１２"),
        (7, "decimalZero", "07"),
        (14, "lowerRoman", "xiv"),
        (28, "upperLetter", "BB"),
        (10**9, "upperRoman", "1000000000"),
        (10**9, "chineseCounting", "一〇〇〇〇〇〇〇〇〇"),
        (0, "upperLetter", "0"),
        (5, "unheard-of", "5"),
    ],
)
def test_numbers_spelled(number, style, spelled):
    assert spell(number, style) == spelled


# --- the file around the text ----------------------------------------------------------------------------


def test_title_of_the_file_and_format():
    core = (
        "<cp:coreProperties "
        'xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title> 年度\n报告 </dc:title></cp:coreProperties>'
    )
    document = extract(file(p("甲"), also={"docProps/core.xml": core}))
    assert (document.format, document.meta) == (Format.DOCX, (("title", "年度 报告"),))
    assert extract(file(p("甲"), also={"docProps/core.xml": "<broken"})).meta == ()


def test_headers_and_footers_are_no_text():
    header = f"<w:hdr {NAMESPACES}>{p('内部资料')}</w:hdr>"
    assert read(p("甲"), also={"word/header1.xml": header, "word/footer1.xml": header}) == ["甲"]


def test_macros_are_passed_over():
    assert read(p("甲"), also={"word/vbaProject.bin": "Sub AutoOpen()"}) == ["甲"]


def test_strict_files_say_the_same_under_other_names():
    content = file(p("甲") + tbl(tr("收到", "15"), tr("办结", tc("14", RESTART))))
    with zipfile.ZipFile(io.BytesIO(content)) as zipped:
        parts = {name: zipped.read(name) for name in zipped.namelist()}
    for name, strict in (
        ("wordprocessingml/2006/main", "wordprocessingml/main"),
        ("officeDocument/2006/relationships", "officeDocument/relationships"),
    ):
        for part, text in parts.items():
            parts[part] = text.replace(
                f"http://schemas.openxmlformats.org/{name}".encode(),
                f"http://purl.oclc.org/ooxml/{strict}".encode(),
            )
    assert b"purl.oclc.org" in parts["word/document.xml"]
    assert plainly(extract(package(parts))) == ["甲", [["收到", "15"], ["办结", "14"]]]


def test_the_main_part_is_where_the_package_says():
    main = f"<w:document {NAMESPACES}><w:body>{p('甲')}</w:body></w:document>"
    other = f"<w:document {NAMESPACES}><w:body>{p('乙')}</w:body></w:document>"
    parts = {
        "_rels/.rels": relations(("r", "officeDocument", "/word/document2.xml")),
        "word/document.xml": other,
        "word/document2.xml": main,
    }
    assert plainly(extract(package(parts))) == ["甲"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_other_prefixes_and_encodings(encoding):
    main = (
        f'<?xml version="1.0" encoding="{encoding}"?><document xmlns="{W}" xmlns:q="{W}"><body>'
        '<p><pPr><jc q:val="left"/></pPr><r><rPr><strike/></rPr><t>12</t></r>'
        "<q:r><q:rPr><q:b/></q:rPr><q:t>15件</q:t></q:r></p></body></document>"
    )
    parts = {"word/document.xml": main.encode(encoding)}
    assert plainly(extract(package(parts))) == ["15件"]


SPEC = compose("云溪县水务局", Kind.DEPARTMENT, 2023, seed=3)


@cache
def written(seed: int = 0) -> bytes:
    return writer.write(plain(SPEC), seed=seed)


def test_formatting_decides_nothing(monkeypatch):
    """Dropping it before parsing is only faster: the text reads the same with all of it."""
    contents = [written(seed) for seed in range(4)]
    reduced = [extract(content) for content in contents]
    monkeypatch.setattr("crawler.extract.word.without_formatting", lambda content, telling: content)
    monkeypatch.setattr("crawler.extract.word.without_table_styles", lambda content: content)
    assert [extract(content) for content in contents] == reduced


def test_formatting_that_is_dropped():
    dropped = b'<w:p><w:pPr><w:pStyle w:val="x"/><w:jc w:val="left"/><w:rPr><w:b/></w:rPr></w:pPr></w:p>'
    assert formatting.without_formatting(dropped, ()) == b"<w:p></w:p>"
    assert (
        formatting.without_formatting(dropped, ("x",)) == b'<w:p><w:pPr><w:pStyle w:val="x"/></w:pPr></w:p>'
    )
    kept = b'<w:rPr><w:vanish/></w:rPr><w:rPr><w:rFonts w:ascii="Webdings"/></w:rPr><w:rPr><w:b/>'
    assert formatting.without_formatting(kept, ()) == kept


# --- round trips -----------------------------------------------------------------------------------------


def expected(sheet: Sheet) -> list[list[tuple[str, bool]]]:
    """Text of every place, and whether a cell begins there."""
    return [[(place.cell.text, place.cover is Cover.CELL) for place in row] for row in places(sheet)]


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("year", [2020, 2023])
def test_a_report_comes_back_as_it_was_printed(year, seed):
    printed = plain(compose("云溪县水务局", Kind.DEPARTMENT, year, seed=seed))
    blocks = extract(writer.write(printed, seed=seed)).blocks
    lines = [line for block in printed.blocks if isinstance(block, Line) for line in block.text.split("\n")]
    assert [block.text for block in blocks if isinstance(block, Paragraph)] == [
        " ".join(line.split()) for line in lines
    ]
    sheets = [expected(block) for block in printed.blocks if isinstance(block, Sheet)]
    grids = [
        [[(slot.text, slot.origin is Origin.CELL) for slot in row] for row in block.rows]
        for block in blocks
        if isinstance(block, Grid)
    ]
    assert grids == sheets


# --- hostile files ---------------------------------------------------------------------------------------


def test_a_bomb_is_not_unpacked():
    assert "压缩比" in refusal(package({"word/document.xml": b" " * 30_000_000}))
    assert "过大" in refusal(package({"word/document.xml": b" " * 60_000_000}))


@pytest.mark.parametrize(("bound", "unit"), [(MAX_PART_BYTES, "<w:b/>"), (MAX_TEXT_BYTES, "<w:p/>")])
def test_a_part_beyond_the_bound_is_not_parsed(bound, unit, monkeypatch):
    monkeypatch.setattr("crawler.extract.word.parse_xml", lambda content: pytest.fail("parsed"))
    main = f"<w:document {NAMESPACES}><w:body>{unit * (bound // len(unit) + 1)}</w:body></w:document>"
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as zipped:
        zipped.writestr("word/document.xml", main)
    assert "过大" in refusal(out.getvalue())


@pytest.mark.parametrize("depth", [60, 10_000])
def test_tables_within_tables_without_end(depth):
    body = "<w:tbl><w:tr><w:tc>" * depth + p("15") + "</w:tc></w:tr></w:tbl>" * depth
    if depth == 60:
        document = extract(file(body))
        assert document.blocks == (Paragraph("15"),)
        assert document.notes == ("tables nested deeper than 40 are read as text",)
    else:
        assert "XML" in refusal(file(body))


@pytest.mark.parametrize("value", ["1000000000", "9" * 5000, "-3", "x", ""])
def test_spans_beyond_reason(value):
    (row, _) = grid(tr(tc("甲", f'<w:gridSpan w:val="{value}"/>'), "1"), tr("乙", "2"))
    assert row[0] == "甲"
    assert row[-1] == "1"
    assert len(row) <= MAX_COLSPAN + 1


def test_slots_are_bounded():
    row = tr(*(tc("甲", span(100)) for _ in range(10)))
    (found,) = extract(file(tbl(*[row] * 400))).blocks
    assert isinstance(found, Grid)
    assert sum(map(len, found.rows)) <= MAX_SLOTS + 4_000


def test_entities_are_not_expanded_and_nothing_is_fetched(tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("机密")
    body = f"<w:document {NAMESPACES}><w:body>{p('甲&x;')}</w:body></w:document>"
    laughs = '<!DOCTYPE d [<!ENTITY a "哈"><!ENTITY x "&a;&a;&a;&a;">]>'
    outside = f'<!DOCTYPE d [<!ENTITY x SYSTEM "{secret.as_uri()}">]>'
    elsewhere = '<!DOCTYPE d SYSTEM "http://192.0.2.1/d.dtd">'
    for doctype in (laughs, outside, elsewhere):
        assert refusal(package({"word/document.xml": doctype + body}))


def test_a_picture_outside_is_named_and_not_fetched():
    related = relations(("x", "image", "http://192.0.2.1/a.png"), mode=' TargetMode="External"')
    document = extract(file(p("甲", picture("x")), also={"word/_rels/document.xml.rels": related}))
    assert document.blocks == (Paragraph("甲"), Picture("http://192.0.2.1/a.png", "表一"))


@pytest.mark.parametrize(
    "main",
    [
        "",
        "<w:document",
        f"<w:document {NAMESPACES}/>",
        f"<w:other {NAMESPACES}><w:body/></w:other>",
        f"<w:document {NAMESPACES}><w:body><w:p/><w:sectPr/></w:body></w:document>",
    ],
)
def test_a_main_part_without_text(main):
    assert refusal(package({"word/document.xml": main}))


def test_a_package_without_its_main_part():
    with pytest.raises(Unreadable, match=r"word/document\.xml"):
        extract_docx(package({"word/styles.xml": "<x/>"}))


def test_text_embedded_in_another_format_is_not_passed_over():
    assert "嵌入" in refusal(file('<w:altChunk r:id="x"/>'))
    assert extract(file(p("甲") + '<w:altChunk r:id="x"/>')).notes == (
        "a part embedded in another format is not read",
    )


def test_damaged_relations_make_a_damaged_file():
    assert refusal(file(p("甲"), also={"word/_rels/document.xml.rels": "<broken"}))


def test_cut_files_are_refused():
    content = written()
    for length in range(40, len(content), len(content) // 25):
        assert refusal(content[:length])


@pytest.mark.parametrize("seed", range(40))
def test_a_damaged_main_part_gives_no_figure_that_is_not_in_it(seed):
    """A tag dropped or doubled, or bytes cut out: read or refused, and every number stands in the bytes."""
    rng = Random(seed)
    with zipfile.ZipFile(io.BytesIO(written(seed % 3))) as zipped:
        main = zipped.read("word/document.xml")
    tags = list(re.finditer(rb"<[^<>]+>", main))
    at, other = sorted(rng.sample(range(len(tags)), 2))
    low, high = tags[at].span()
    damaged = rng.choice(
        (
            main[:low] + main[high:],
            main[:high] + main[low:],
            main[:low] + main[tags[other].start() :],
            main[:low] + tags[other][0] + main[high:],
        )
    )
    try:
        blocks = extract(package({"word/document.xml": damaged})).blocks
    except Unreadable:
        return
    printed = "".join(re.findall(r"<w:t[^>]*>([^<]*)", damaged.decode()))
    for block in blocks:
        for slot in (slot for row in block.rows for slot in row) if isinstance(block, Grid) else ():
            assert "".join(slot.text.split()) in "".join(printed.split())


def test_figures_of_a_damaged_paragraph_are_not_run_together():
    """No program writes a table right into a paragraph."""
    assert read(p("12", tbl(tr("3")))) == ["12", "3"]


# --- older formats ---------------------------------------------------------------------------------------


class Converter:
    """Stands for the program that converts: always the same answer."""

    def __init__(self, answer: bytes) -> None:
        self.answer = answer

    def to_docx(self, content: bytes, source: Format) -> bytes:
        return self.answer

    def recognise(self, snippets):
        raise AssertionError


def compound_file(streams: Mapping[str, bytes]) -> bytes:
    """A compound file with these streams, each padded beyond what counts as small."""
    names = ["Root Entry", *streams]
    sectors: list[bytes] = []
    starts = []
    table = [0xFFFFFFFD]
    directory_sectors = -(-len(names) // 4)
    table += [*range(2, 1 + directory_sectors), 0xFFFFFFFE]
    for content in streams.values():
        padded = content.ljust(4096, b"\0")
        count = -(-len(padded) // 512)
        starts.append(len(table))
        table += [*range(len(table) + 1, len(table) + count), 0xFFFFFFFE]
        sectors += [padded[at : at + 512].ljust(512, b"\0") for at in range(0, len(padded), 512)]
    entries = b""
    sizes = [0, *(max(4096, len(content)) for content in streams.values())]
    for at, name in enumerate(names):
        spelled = name.encode("utf-16-le")
        right = at + 1 if 0 < at < len(names) - 1 else 0xFFFFFFFF
        entries += struct.pack(
            "<64sHBBIII36xII4x",
            spelled,
            len(spelled) + 2,
            5 if at == 0 else 2,
            1,
            0xFFFFFFFF,
            right,
            1 if at == 0 else 0xFFFFFFFF,
            0xFFFFFFFE if at == 0 else starts[at - 1],
            sizes[at],
        )
    header = (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
        + b"\0" * 16
        + struct.pack(
            "<HHHHH6xIIIIIIIII", 62, 3, 0xFFFE, 9, 6, 0, 1, 1, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0
        )
    )
    header += struct.pack("<109I", 0, *[0xFFFFFFFF] * 108)
    allocated = struct.pack("<128I", *table, *[0xFFFFFFFF] * (128 - len(table)))
    return header + allocated + entries.ljust(512 * directory_sectors, b"\0") + b"".join(sectors)


def word_file(text: str, *, flags: int = 0, version: int = 193) -> bytes:
    """A binary document whose text is one piece."""
    main = bytearray(2048)
    struct.pack_into("<HH", main, 0, 0xA5EC, version)
    struct.pack_into("<H", main, 0x0A, flags)
    struct.pack_into("<I", main, 0x4C, len(text))
    pieces = b"\x01\x02\x00ab\x02" + struct.pack("<IIIHIH", 16, 0, len(text), 0, 2048, 0)
    struct.pack_into("<II", main, 0x1A2, 8, len(pieces))
    return compound_file(
        {"WordDocument": bytes(main) + text.encode("utf-16-le"), "0Table": b"\0" * 8 + pieces}
    )


TABLE_TEXT = "一、总体情况\r收到\x0715\x07\x07办结\x0714\x07\x07二、其他\r"


def test_what_the_lines_of_a_lost_table_read_as():
    assert binary.rows_run_together(word_file(TABLE_TEXT)) == {"收到15办结14二、其他"}
    assert binary.rows_run_together(word_file("\x13 PAGE \x145\x15页\x07 6 \x07\x07\r")) == {"5页6"}
    assert binary.rows_run_together(word_file("甲\x07\x07\r乙")) == frozenset()
    assert binary.rows_run_together(word_file(TABLE_TEXT, version=104)) == frozenset()


def test_a_table_that_the_conversion_lost_is_unread_and_its_figures_are_no_text():
    lost = file(p("一、总体情况") + p("收到15办结 14二、其他"))
    document = extract_doc(word_file(TABLE_TEXT), Format.WPS, Converter(lost))
    assert document.format is Format.WPS
    assert [type(block) for block in document.blocks] == [Paragraph, Picture]
    assert document.notes == ("1 lines of tables lost their cells in conversion and are not read",)
    kept = file(p("一、总体情况") + tbl(tr("收到", "15"), tr("办结", "14")) + p("二、其他"))
    document = extract_doc(word_file(TABLE_TEXT), Format.DOC, Converter(kept))
    assert plainly(document) == ["一、总体情况", [["收到", "15"], ["办结", "14"]], "二、其他"]
    assert document.notes == ()


def test_an_encrypted_document_is_told_before_it_is_converted():
    with pytest.raises(Unreadable, match="加密"):
        extract_doc(word_file("甲", flags=0x0100), Format.DOC, Converter(b""))


def test_old_documents_need_a_program():
    with pytest.raises(Unreadable, match="LibreOffice"):
        extract(word_file(TABLE_TEXT))


def test_damaged_binary_documents_never_break_the_reader():
    sound = word_file(TABLE_TEXT)
    answers = set()
    for place in range(0, 3000, 7):
        try:
            answers.add(binary.rows_run_together(sound[:place] + b"\xff\xff\xff\x7f" + sound[place + 4 :]))
        except Unreadable as refused:
            answers.add(refused.en)
    assert binary.rows_run_together(sound) in answers
    assert "the file is damaged or cut short" in answers


def test_documents_under_a_wrong_name():
    assert extract(file(p("甲")), name="report.doc").format is Format.DOCX
    page = "<html><body><p>甲</p></body></html>".encode()
    assert extract(page, name="report.doc").format is Format.HTML


def web_archive(encoding: str, body: bytes) -> bytes:
    head = (
        'MIME-Version: 1.0\r\nContent-Type: multipart/related;\r\n boundary="----=_Part"\r\n\r\n'
        "Preamble\r\n------=_Part\r\nContent-Location: a.xml\r\nContent-Type: text/xml\r\n\r\n<xml/>\r\n"
        f"------=_Part\r\nContent-Transfer-Encoding: {encoding}\r\n"
        'Content-Type: text/html;\r\n charset="gb2312"\r\n\r\n'
    )
    return head.encode() + body + b"\r\n------=_Part--\r\n"


@pytest.mark.parametrize(
    ("encoding", "body"),
    [
        ("quoted-printable", b"<html><body><p>=BC=D7=\r\n15</p></body></html>"),
        ("base64", b"PGh0bWw+PGJvZHk+PHA+vNcxNTwvcD48L2JvZHk+\r\nPC9odG1sPg=="),
        ("8bit", b"<html><body><p>\xbc\xd715</p></body></html>"),
    ],
)
def test_the_page_in_a_web_archive(encoding, body):
    document = extract(web_archive(encoding, body), name="report.doc")
    assert (document.format, document.blocks) == (Format.HTML, (Paragraph("甲15"),))


def test_slots_of_confidence_are_none():
    """What is read from characters is certain; only pictures give a confidence."""
    (found,) = extract(file(tbl(tr("甲", "1"), tr("乙", "2")))).blocks
    assert isinstance(found, Grid)
    assert found.rows[0] == (Slot("甲"), Slot("1"))
