"""OFD: characters stand where the file puts them, lines make the tables, and hostile packages do no harm."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence

import pytest

from crawler.extract import extract
from crawler.extract.document import Format, Grid, Origin, Paragraph, Picture, Unreadable
from crawler.extract.geometry import UNREADABLE, Page
from crawler.extract.ofd import MAX_PAGES, pages

SPACE = 'xmlns:ofd="http://www.ofdspec.org/2016"'
POINTS = 72 / 25.4


def packed(parts: dict[str, str]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as package:
        for name, text in parts.items():
            package.writestr(name, text)
    return stream.getvalue()


def parts(*contents: str, before: str = "", common: str = "") -> dict[str, str]:
    """The parts of a file whose pages hold `contents`, objects of one layer each."""
    listed = "".join(f'<ofd:Page ID="{at}" BaseLoc="Pages/P{at}.xml"/>' for at in range(len(contents)))
    found = {
        "OFD.xml": f"<ofd:OFD {SPACE}><ofd:DocBody><ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot>"
        "</ofd:DocBody></ofd:OFD>",
        "Doc_0/Document.xml": f"<ofd:Document {SPACE}><ofd:CommonData><ofd:PageArea>"
        f"<ofd:PhysicalBox>0 0 210 297</ofd:PhysicalBox></ofd:PageArea>{common}</ofd:CommonData>"
        f"<ofd:Pages>{listed}</ofd:Pages></ofd:Document>",
    }
    for at, content in enumerate(contents):
        found[f"Doc_0/Pages/P{at}.xml"] = layered(content, before)
    return found


def layered(content: str, before: str = "") -> str:
    return f"<ofd:Page {SPACE}>{before}<ofd:Content><ofd:Layer>{content}</ofd:Layer></ofd:Content></ofd:Page>"


def file(*contents: str, before: str = "", common: str = "") -> bytes:
    return packed(parts(*contents, before=before, common=common))


def _width(character: str, size: float) -> float:
    return size / 2 if character.isascii() else size


def text(
    words: str, x: float = 20, y: float = 20, size: float = 5, how: str = "", deltas: str | None = None
) -> str:
    steps = deltas if deltas is not None else " ".join(str(_width(word, size)) for word in words[:-1])
    return (
        f'<ofd:TextObject Boundary="{x} {y} {size * len(words)} {size * 1.2}" Size="{size}" {how}>'
        f'<ofd:TextCode X="0" Y="{size}" DeltaX="{steps}">{words}</ofd:TextCode></ofd:TextObject>'
    )


def path(x: float, y: float, data: str, how: str = "") -> str:
    return (
        f'<ofd:PathObject Boundary="{x} {y} 100 100" LineWidth="0.2" {how}>'
        f"<ofd:AbbreviatedData>{data}</ofd:AbbreviatedData></ofd:PathObject>"
    )


def only_page(content: bytes) -> Page:
    [page] = pages(content)
    return page


def written(page: Page) -> str:
    return "".join(char.text for char in page.chars)


def left_edges(page: Page) -> list[float]:
    return [round(char.x0 / POINTS, 2) for char in page.chars]


def rules(page: Page) -> list[tuple[float, ...]]:
    return [tuple(round(side / POINTS, 2) for side in rule) for rule in page.rules]


def refusal(content: bytes) -> Unreadable:
    with pytest.raises(Unreadable) as error:
        extract(content)
    assert "\n" not in error.value.zh + error.value.en
    assert error.value.en.isascii()
    return error.value


# ── characters ──────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("deltas", "edges"),
    [
        ("5 5 5", [20, 25, 30, 35]),
        ("g 3 6", [20, 26, 32, 38]),
        ("5 g 2 6.5", [20, 25, 31.5, 38]),
        ("g 99999 5", [20, 25, 30, 35]),
        ("10", [20, 30, 35, 40]),
        ("", [20, 25, 30, 35]),
        ("5 5 5 5 5 5 5 5", [20, 25, 30, 35]),
    ],
)
def test_steps_between_characters(deltas: str, edges: Sequence[float]) -> None:
    page = only_page(file(text("政府信息", deltas=deltas)))
    assert written(page) == "政府信息"
    assert left_edges(page) == edges


def test_digits_without_steps_are_half_as_wide() -> None:
    assert left_edges(only_page(file(text("12条", deltas="")))) == [20, 22.5, 25]


def test_a_character_stands_in_points_on_the_page() -> None:
    [char] = only_page(file(text("条", x=25.4, y=50.8, size=2.54))).chars
    assert (char.text, char.turn) == ("条", 0)
    assert (round(char.x0, 2), round(char.x1, 2)) == (72, 79.2)
    assert char.y0 == pytest.approx(144 + 7.2 * 0.12)
    assert char.y1 == pytest.approx(144 + 7.2 * 1.12)


def test_a_matrix_scales_and_moves() -> None:
    how = 'CTM="0.5 0 0 0.5 10 0"'
    assert left_edges(only_page(file(text("政府", how=how)))) == [30, 32.5]


@pytest.mark.parametrize(
    ("matrix", "turn"),
    [("0 1 -1 0 0 0", 1), ("-1 0 0 -1 0 0", 2), ("0 -1 1 0 0 0", 3), ("0.999 0.02 -0.02 0.999 0 0", 0)],
)
def test_turned_text(matrix: str, turn: int) -> None:
    assert [char.turn for char in only_page(file(text("政府", how=f'CTM="{matrix}"'))).chars] == [turn, turn]


def test_a_watermark_across_the_page_is_no_text() -> None:
    slanted = text("样稿99", how='CTM="0.7 0.7 -0.7 0.7 0 0"')
    assert written(only_page(file(slanted + text("政府")))) == "政府"


@pytest.mark.parametrize(
    "how", ['Visible="false"', 'Fill="false" Stroke="false"', 'Alpha="0"', 'Fill="false"']
)
def test_text_that_is_not_drawn(how: str) -> None:
    assert written(only_page(file(text("99", how=how) + text("政府")))) == "政府"


def test_text_whose_colour_is_transparent() -> None:
    hidden = text("99").replace("<ofd:TextCode", '<ofd:FillColor Alpha="0" Value="0 0 0"/><ofd:TextCode')
    assert written(only_page(file(hidden + text("政府")))) == "政府"


@pytest.mark.parametrize("code", ["¤", "\ue000", "\ufffd", "\U000f0001"])
def test_codes_that_stand_for_a_glyph_of_the_font_alone(code: str) -> None:
    assert written(only_page(file(text(f"1{code}件")))) == f"1{UNREADABLE}件"


def test_codes_that_share_glyphs_are_not_told() -> None:
    shared = text("12件").replace(
        "<ofd:TextCode", '<ofd:CGTransform CodePosition="0" CodeCount="2" GlyphCount="1"/><ofd:TextCode'
    )
    assert written(only_page(file(shared))) == f"{UNREADABLE}{UNREADABLE}件"
    single = text("12件").replace(
        "<ofd:TextCode",
        '<ofd:CGTransform CodePosition="0" CodeCount="3" GlyphCount="3"><ofd:Glyphs>7 8 9</ofd:Glyphs>'
        "</ofd:CGTransform><ofd:TextCode",
    )
    assert written(only_page(file(single))) == "12件"


def test_blocks_within_blocks_keep_their_order() -> None:
    nested = f"<ofd:PageBlock>{text('二')}<ofd:PageBlock>{text('三')}</ofd:PageBlock></ofd:PageBlock>"
    assert written(only_page(file(text("一") + nested + text("四")))) == "一二三四"


# ── lines ───────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("data", "how", "found"),
    [
        ("M 0 0 L 50 0", "", [(10, 20, 60, 20)]),
        ("S 0 0 M 0 5 L 0 50", "", [(10, 25, 10, 70)]),
        ("M 0 0 L 50 0 L 50 8", "", [(10, 20, 60, 20), (60, 20, 60, 28)]),
        ("M 0 0 L 50 30", "", []),
        ("M 0 0 L 50 0", 'Stroke="false"', []),
        ("M 0 0 L 50 0", 'CTM="2 0 0 2 0 0"', [(10, 20, 110, 20)]),
        ("M 0 0 B 1 1 2 2 50 0 L 60 0", "", [(60, 20, 70, 20)]),
        ("M 0 0 Q 1 1 50 0 A 1 1 0 0 1 60 0", "", []),
        ("M 0 0 L 50 0 L 50 0.2 L 0 0.2 C", 'Stroke="false" Fill="true"', [(10, 20, 60, 20.2)]),
        ("M 0 0 L 50 0 L 50 0.2 L 0 0.2 L 0 0 C", 'Stroke="false" Fill="true"', [(10, 20, 60, 20.2)]),
        ("M 0 0 L 0.2 0 L 0.2 50 L 0 50 L 0 0", 'Stroke="false" Fill="true"', [(10, 20, 10.2, 70)]),
        ("M 0 0 L 50 0 L 50 30 L 0 30 C", 'Stroke="false" Fill="true"', []),
        ("M 0 0 L 50 0", 'LineWidth="9"', []),
    ],
)
def test_ruled_lines(data: str, how: str, found: list[tuple[float, ...]]) -> None:
    drawn = path(10, 20, data, how)
    if "LineWidth" in how:
        drawn = drawn.replace('LineWidth="0.2" ', "")
    assert rules(only_page(file(drawn))) == found


def test_a_rectangle_is_four_lines() -> None:
    assert sorted(rules(only_page(file(path(10, 20, "M 0 0 L 50 0 L 50 30 L 0 30 C"))))) == [
        (10, 20, 10, 50),
        (10, 20, 60, 20),
        (10, 50, 60, 50),
        (60, 20, 60, 50),
    ]


def test_white_lines_are_not_seen() -> None:
    white = path(10, 20, "M 0 0 L 50 0").replace("<ofd:Abb", '<ofd:StrokeColor Value="255 255 255"/><ofd:Abb')
    assert rules(only_page(file(white))) == []


# ── pages ───────────────────────────────────────────────────────────────────


def frame(x: float, y: float, width: float, height: float) -> str:
    return path(x, y, f"M 0 0 L {width} 0 L {width} {height} L 0 {height} C")


def cell(words: str, x: float, y: float, width: float, height: float = 10) -> str:
    return frame(x, y, width, height) + text(words, x + 2, y + 2)


def test_a_table_by_its_lines() -> None:
    table = (
        cell("项目", 20, 40, 40, 20)
        + cell("申请人", 60, 40, 60)
        + cell("自然人", 60, 50, 30)
        + cell("合计", 90, 50, 30)
        + cell("总计", 20, 60, 40)
        + cell("12", 60, 60, 30)
        + cell("3", 90, 60, 30)
    )
    document = extract(file(text("年度报告") + table))
    assert document.format is Format.OFD
    [title, grid] = document.blocks
    assert title == Paragraph("年度报告")
    assert isinstance(grid, Grid)
    assert grid.rectangular
    assert [[(slot.text, slot.origin) for slot in row] for row in grid.rows] == [
        [("项目", Origin.CELL), ("申请人", Origin.CELL), ("申请人", Origin.FROM_LEFT)],
        [("项目", Origin.FROM_ABOVE), ("自然人", Origin.CELL), ("合计", Origin.CELL)],
        [("总计", Origin.CELL), ("12", Origin.CELL), ("3", Origin.CELL)],
    ]


def test_pages_keep_their_order_and_their_own_size() -> None:
    first, second = pages(
        file(
            text("一"),
            text("二"),
            before="<ofd:Area><ofd:PhysicalBox>10 10 100 200</ofd:PhysicalBox></ofd:Area>",
        )
    )
    assert [written(first), written(second)] == ["一", "二"]
    assert (first.width, first.height) == (100 * POINTS, 200 * POINTS)
    assert left_edges(first) == [10]


def test_a_template_is_part_of_its_pages() -> None:
    found = parts(
        text("一"),
        text("二"),
        before='<ofd:Template TemplateID="9" ZOrder="Background"/>',
        common='<ofd:TemplatePage ID="9" BaseLoc="Tpls/T.xml"/>',
    )
    found["Doc_0/Tpls/T.xml"] = layered(path(10, 20, "M 0 0 L 50 0") + text("抬头"))
    for page, own in zip(pages(packed(found)), "一二", strict=True):
        assert written(page) == f"抬头{own}"
        assert rules(page) == [(10, 20, 60, 20)]


def test_a_picture_is_told() -> None:
    picture = '<ofd:ImageObject Boundary="10 20 30 40" CTM="30 0 0 40 0 0" ResourceID="7"/>'
    page = only_page(file(text("一") + picture))
    [placed] = page.placed
    assert placed.blocks == (Picture("7"),)
    assert [round(side / POINTS, 2) for side in placed[1:]] == [10, 20, 40, 60]


@pytest.mark.parametrize("location", ["/Doc_0/Pages/P0.xml", "../Doc_0/Pages/P0.xml", "./Pages/P0.xml"])
def test_spellings_of_a_location(location: str) -> None:
    found = parts(text("一"))
    found["Doc_0/Document.xml"] = found["Doc_0/Document.xml"].replace("Pages/P0.xml", location)
    assert written(only_page(packed(found))) == "一"


def test_the_older_namespace() -> None:
    found = {name: xml.replace("/2016", "") for name, xml in parts(text("一")).items()}
    assert written(only_page(packed(found))) == "一"


# ── damaged and hostile ─────────────────────────────────────────────────────


@pytest.mark.parametrize("missing", ["Doc_0/Document.xml", "Doc_0/Pages/P1.xml"])
def test_a_missing_part_is_told_and_half_a_report_is_not_given(missing: str) -> None:
    found = parts(text("一"), text("二"))
    del found[missing]
    assert missing in refusal(packed(found)).zh


def test_a_missing_template() -> None:
    assert "模板" in refusal(file(text("一"), before='<ofd:Template TemplateID="9"/>')).zh


@pytest.mark.parametrize(
    "location", ["../../../etc/passwd", "http://127.0.0.1:9/x", "file:///etc/passwd", ""]
)
def test_nothing_outside_the_package_is_read(location: str) -> None:
    found = parts(text("一"))
    found["Doc_0/Document.xml"] = found["Doc_0/Document.xml"].replace("Pages/P0.xml", location)
    assert "缺少" in refusal(packed(found)).zh


def test_an_encrypted_file() -> None:
    assert "密码" in refusal(packed({**parts(text("一")), "Encryptions.xml": "<x/>"})).zh


@pytest.mark.parametrize(
    "head",
    [
        '<!DOCTYPE x [<!ENTITY a "1">]>',
        '<!DOCTYPE x SYSTEM "file:///etc/passwd">',
        '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>',
    ],
)
@pytest.mark.parametrize("part", ["OFD.xml", "Doc_0/Document.xml", "Doc_0/Pages/P0.xml"])
def test_document_types_are_refused(part: str, head: str) -> None:
    found = parts(text("一"))
    found[part] = head + found[part]
    refusal(packed(found))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('Boundary="20 20 5 6.0"', 'Boundary="20 20"'),
        ('Boundary="20 20 5 6.0"', 'Boundary="20 20 a b"'),
        ('Boundary="20 20 5 6.0"', 'Boundary="1e99 20 5 6"'),
        ('Boundary="20 20 5 6.0"', ""),
        ('Size="5"', 'Size="nan"'),
        ('Size="5"', 'Size="5" CTM="1 0 0"'),
        ('DeltaX=""', 'DeltaX="g"'),
        ('DeltaX=""', 'DeltaX="g -1 5"'),
        ('DeltaX=""', 'DeltaX="g 1000000000 5"'),
        ('DeltaX=""', 'DeltaX="inf"'),
        ("</ofd:TextCode>", ""),
    ],
)
def test_wrong_numbers_are_no_places(before: str, after: str) -> None:
    content = text("一")
    assert before in content
    refusal(file(content.replace(before, after)))


@pytest.mark.parametrize("data", ["M 0", "X 1 1", "M 0 0 L", "M 0 0 L 1 1e99", "L L L"])
def test_wrong_paths(data: str) -> None:
    refusal(file(text("一") + path(0, 0, data)))


def test_a_file_without_pages_or_without_anything_on_them() -> None:
    assert "没有页面" in refusal(file()).zh
    assert "没有可见" in refusal(file("")).zh


def test_too_many_pages() -> None:
    found = parts(text("一"))
    page = '<ofd:Page ID="0" BaseLoc="Pages/P0.xml"/>'
    found["Doc_0/Document.xml"] = found["Doc_0/Document.xml"].replace(page, page * (MAX_PAGES + 1))
    assert "过多" in refusal(packed(found)).zh


def test_a_page_that_draws_too_much() -> None:
    objects = text("一" * 1000) * 1000
    found = parts(objects)
    page = '<ofd:Page ID="0" BaseLoc="Pages/P0.xml"/>'
    found["Doc_0/Document.xml"] = found["Doc_0/Document.xml"].replace(page, page * 9)
    assert refusal(packed(found))


def test_blocks_ten_thousand_deep() -> None:
    refusal(file("<ofd:PageBlock>" * 10_000 + text("一") + "</ofd:PageBlock>" * 10_000))


@pytest.mark.parametrize("cut", range(1, 20))
def test_every_cut_is_refused(cut: int) -> None:
    content = file(text("政府信息") + frame(10, 10, 20, 20))
    refusal(content[: len(content) * cut // 20])


def _filled(x: float, y: float, width: float, height: float, colour: str) -> str:
    return (
        f'<ofd:PathObject Boundary="{x} {y} {width} {height}" Fill="true" Stroke="false">{colour}'
        f"<ofd:AbbreviatedData>M 0 0 L {width} 0 L {width} {height} L 0 {height} C</ofd:AbbreviatedData>"
        "</ofd:PathObject>"
    )


WHITE = '<ofd:FillColor Value="255 255 255"/>'
DARK = '<ofd:FillColor Value="#20 #20 #80"/>'


def _coloured(words: str, colour: str, y: float = 20) -> str:
    return text(words, y=y).replace("<ofd:TextCode", f"{colour}<ofd:TextCode", 1)


def _printed(*content: str) -> str:
    (page,) = pages(file("".join(content)))
    return "".join(char.text for char in page.chars)


def test_white_text_on_paper_is_not_seen_and_on_a_dark_area_is() -> None:
    assert _printed(_coloured("收到12件", WHITE), text("9", y=40)) == "9"
    assert _printed(_filled(10, 10, 100, 30, DARK), _coloured("收到12件", WHITE)) == "收到12件"


def test_figures_that_are_painted_over_are_not_made_out() -> None:
    assert _printed(text("收到12件"), _filled(10, 10, 100, 30, WHITE)) == f"收到{UNREADABLE * 2}件"
    assert _printed(_filled(10, 10, 100, 30, WHITE), text("收到12件")) == "收到12件"
    veil = DARK.replace("/>", ' Alpha="60"/>')
    assert _printed(text("收到12件"), _filled(10, 10, 100, 30, veil)) == "收到12件"


def test_pale_figures_are_a_watermark_or_nothing() -> None:
    assert _printed(_coloured("12", '<ofd:FillColor Value="215 215 215"/>')) == UNREADABLE * 2
    assert _printed(_coloured("12", '<ofd:FillColor Value="0 0 0" Alpha="30"/>')) == UNREADABLE * 2
    assert _printed(_coloured("12", '<ofd:FillColor Value="120 120 120"/>')) == "12"
