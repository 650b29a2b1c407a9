"""PDF files, drawn line by line with reportlab: what is on the page is read, what is not certain is told."""

from __future__ import annotations

import io
import zlib
from collections.abc import Callable, Sequence

import pypdfium2
import pytest
from PIL import Image
from reportlab.lib.colors import Color
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.lib.utils import ImageReader
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

from crawler.extract import extract
from crawler.extract.document import Document, Grid, Paragraph, Picture, Unreadable
from crawler.extract.geometry import UNREADABLE
from crawler.extract.outside import Recognised, Snippet
from crawler.extract.pdf import MAX_PAGES, extract_pdf

WIDTH, HEIGHT = 595, 842
FONT = "STSong-Light"
TEXTS = [["项目", "上年", "本年"], ["规章", "12", "3"]]


@pytest.fixture(autouse=True)
def _font() -> None:
    if FONT not in pdfmetrics.getRegisteredFontNames():
        pdfmetrics.registerFont(UnicodeCIDFont(FONT))


class Sheet:
    """A file being drawn; y grows upwards, as in PDF."""

    def __init__(self, **options: object) -> None:
        self._out = io.BytesIO()
        self.canvas = Canvas(self._out, pagesize=(WIDTH, HEIGHT), **options)
        self.canvas.setFont(FONT, 12)

    def table(self, texts: Sequence[Sequence[str]] = TEXTS, x: float = 80, y: float = 600) -> None:
        for down, row in enumerate(texts):
            for across, text in enumerate(row):
                left, bottom = x + 100 * across, y - 30 * down
                self.canvas.rect(left, bottom, 100, 30)
                self.canvas.drawString(left + 10, bottom + 10, text)

    def next_page(self) -> None:
        self.canvas.showPage()
        self.canvas.setFont(FONT, 12)

    def bytes(self) -> bytes:
        self.canvas.showPage()
        self.canvas.save()
        return self._out.getvalue()


def texts(document: Document) -> list[list[list[str]]]:
    return [
        [[slot.text for slot in row] for row in block.rows]
        for block in document.blocks
        if isinstance(block, Grid)
    ]


def paragraphs(document: Document) -> list[str]:
    return [block.text for block in document.blocks if isinstance(block, Paragraph)]


def _grey() -> ImageReader:
    return ImageReader(Image.new("L", (60, 80), 200))


class Nobody:
    """Programs outside that recognise nothing; counts what it is asked."""

    def __init__(self) -> None:
        self.asked = 0

    def to_docx(self, content: bytes, source: object) -> bytes:
        raise AssertionError("not asked for")

    def recognise(self, snippets: Sequence[Snippet]) -> list[Recognised]:
        self.asked += len(snippets)
        return [Recognised("", 0.0) for _ in snippets]


def test_text_and_table_in_reading_order() -> None:
    sheet = Sheet()
    sheet.canvas.drawString(80, 700, "一、总体情况")
    sheet.table()
    sheet.canvas.drawString(80, 500, "二、以下没有表格")
    document = extract(sheet.bytes())
    assert [type(block) for block in document.blocks] == [Paragraph, Grid, Paragraph]
    assert document.format == "pdf"
    assert texts(document) == [TEXTS]
    assert paragraphs(document) == ["一、总体情况", "二、以下没有表格"]


@pytest.mark.parametrize("quarter", [0, 90, 180, 270])
def test_pages_that_are_shown_turned(quarter: int) -> None:
    sheet = Sheet()
    sheet.canvas.setPageRotation(quarter)  # and reportlab turns the paper with it
    if quarter == 90:
        sheet.canvas.translate(HEIGHT, 0)
    elif quarter == 180:
        sheet.canvas.translate(WIDTH, HEIGHT)
    elif quarter == 270:
        sheet.canvas.translate(0, WIDTH)
    sheet.canvas.rotate(quarter)
    sheet.table(y=400)
    assert texts(extract_pdf(sheet.bytes())) == [TEXTS]


@pytest.mark.parametrize("quarter", [90, 180, 270])
def test_tables_typed_sideways(quarter: int) -> None:
    sheet = Sheet()
    sheet.canvas.translate(WIDTH / 2, HEIGHT / 2)
    sheet.canvas.rotate(quarter)
    sheet.table(x=-200, y=0)
    assert texts(extract_pdf(sheet.bytes())) == [TEXTS]


def test_lines_and_text_in_nested_forms_with_matrices() -> None:
    sheet = Sheet()
    sheet.canvas.beginForm("inner")
    sheet.canvas.setFont(FONT, 12)
    sheet.table(x=0, y=0)
    sheet.canvas.endForm()
    sheet.canvas.beginForm("outer")
    sheet.canvas.translate(40, 50)
    sheet.canvas.doForm("inner")
    sheet.canvas.endForm()
    sheet.canvas.translate(60, 500)
    sheet.canvas.scale(0.9, 0.9)
    sheet.canvas.doForm("outer")
    assert texts(extract_pdf(sheet.bytes())) == [TEXTS]


def test_curves_and_slanting_lines_are_no_rules() -> None:
    sheet = Sheet()
    sheet.table()
    sheet.canvas.line(80, 560, 380, 640)
    sheet.canvas.circle(230, 600, 40)
    assert texts(extract_pdf(sheet.bytes())) == [TEXTS]


def test_a_watermark_across_the_page_is_not_read() -> None:
    sheet = Sheet()
    sheet.table()
    sheet.canvas.translate(150, 560)
    sheet.canvas.rotate(30)
    sheet.canvas.drawString(0, 0, "99样本99")
    document = extract_pdf(sheet.bytes())
    assert texts(document) == [TEXTS]
    assert paragraphs(document) == []


def test_text_that_no_reader_sees() -> None:
    sheet = Sheet()
    sheet.table()
    sheet.canvas.setFillColorRGB(1, 1, 1)
    sheet.canvas.drawString(200, 580, "77")
    sheet.canvas.setFillColorRGB(0, 0, 0)
    sheet.canvas.drawString(700, 600, "88")  # beside the paper
    hidden = sheet.canvas.beginText(260, 580)
    hidden.setTextRenderMode(3)
    hidden.textOut("66")
    sheet.canvas.drawText(hidden)
    document = extract_pdf(sheet.bytes())
    assert texts(document) == [TEXTS]
    assert paragraphs(document) == []


def test_white_text_on_a_dark_cell_is_seen() -> None:
    sheet = Sheet()
    sheet.canvas.setFillColorRGB(0.1, 0.2, 0.5)
    sheet.canvas.rect(80, 600, 300, 30, fill=1)
    sheet.canvas.setFillColorRGB(1, 1, 1)
    sheet.table(TEXTS[:1])
    sheet.canvas.setFillColorRGB(0, 0, 0)
    sheet.table(TEXTS[1:], y=570)
    assert texts(extract_pdf(sheet.bytes())) == [TEXTS]


def _lying_font(characters: bytes, shown: int) -> bytes:
    """A page whose font maps its codes to `characters` (UTF-16, in hexadecimal), `shown` of them."""
    mapping = (
        b"/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /X def "
        b"1 begincodespacerange <00> <FF> endcodespacerange 1 beginbfrange <20> <7E> <"
        + characters
        + b"> endbfrange endcmap end end"
    )
    text = b"BT /F 12 Tf 80 700 Td (" + b"A" * shown + b") Tj ET"
    parts = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R "
        b"/Resources << /Font << /F 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(text), text),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /ToUnicode 6 0 R >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(mapping), mapping),
    ]
    return _file(parts)


def _file(parts: Sequence[bytes]) -> bytes:
    out = b"%PDF-1.4\n"
    offsets = []
    for number, part in enumerate(parts, 1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, part)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(parts) + 1)
    out += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    return out + b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF" % (len(parts) + 1, start)


def test_a_font_of_private_characters_makes_the_page_unreadable() -> None:
    with pytest.raises(Unreadable):
        extract_pdf(_lying_font(b"E000", 40))


def test_kangxi_radicals_are_their_ideographs() -> None:
    # 0x41 - 0x20 = 0x21 further than the first: U+2F00 is the radical of 一
    document = extract_pdf(_lying_font(b"2EDF", 3))
    assert paragraphs(document) == ["一一一"]


def test_locked_files() -> None:
    sheet = Sheet(encrypt=StandardEncryption("secret", "owner"))
    sheet.table()
    with pytest.raises(Unreadable, match="加密"):
        extract_pdf(sheet.bytes())


def test_files_that_only_forbid_copying_are_read() -> None:
    sheet = Sheet(encrypt=StandardEncryption("", "owner", canCopy=0))
    sheet.table()
    assert texts(extract_pdf(sheet.bytes())) == [TEXTS]


@pytest.mark.parametrize("content", [b"%PDF-1.7\n", b"%PDF-1.4\n1 0 obj\n<<", b"%PDF-1.4 %%EOF" + b"\0" * 99])
def test_damaged_files(content: bytes) -> None:
    with pytest.raises(Unreadable):
        extract_pdf(content)


def test_files_cut_anywhere_give_what_they_print_or_nothing() -> None:
    sheet = Sheet()
    sheet.table()
    content = sheet.bytes()
    printed = {text for row in TEXTS for text in row} | {""}
    for end in range(0, len(content), 211):
        try:
            document = extract_pdf(content[:end])
        except Unreadable:
            continue
        assert {text for grid in texts(document) for row in grid for text in row} <= printed


def test_ten_thousand_pages_are_refused_at_once() -> None:
    kids = b" ".join(b"3 0 R" for _ in range(10_000))
    content = _file(
        [
            b"<< /Type /Catalog /Pages 2 0 R >>",
            b"<< /Type /Pages /Count 10000 /Kids [%s] >>" % kids,
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >>",
        ]
    )
    with pytest.raises(Unreadable, match=str(MAX_PAGES)):
        extract_pdf(content)


def test_streams_that_inflate_beyond_reason_are_refused() -> None:
    packer = zlib.compressobj(9)
    packed = b"".join(packer.compress(b" " * 10_000_000) for _ in range(45)) + packer.flush()
    content = _file(
        [
            b"<< /Type /Catalog /Pages 2 0 R >>",
            b"<< /Type /Pages /Count 1 /Kids [3 0 R] >>",
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R >>",
            b"<< /Length %d /Filter /FlateDecode >>\nstream\n%s\nendstream" % (len(packed), packed),
        ]
    )
    with pytest.raises(Unreadable, match="过大"):
        extract_pdf(content)


def test_forms_within_forms_without_end_are_bounded() -> None:
    parts = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Count 1 /Kids [3 0 R] >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R "
        b"/Resources << /XObject << /X 5 0 R >> >> >>",
        b"<< /Length 4 >>\nstream\n/X Do\nendstream",
    ]
    for number in range(5, 15):
        body = b"/X Do " * 20
        inner = b"/Resources << /XObject << /X %d 0 R >> >>" % (number + 1)
        parts.append(
            b"<< /Type /XObject /Subtype /Form /BBox [0 0 9 9] %s /Length %d >>\nstream\n%s\nendstream"
            % (inner, len(body), body)
        )
    parts.append(b"<< /Type /XObject /Subtype /Form /BBox [0 0 9 9] /Length 5 >>\nstream\n0 0 m\nendstream")
    with pytest.raises(Unreadable, match="嵌套"):  # 20 to the power of 10 forms would take days
        extract_pdf(_file(parts))


def test_forms_whose_resources_are_packed_are_bounded_too() -> None:
    parts = [b"<< /Type /Catalog >>"]
    for number in range(2, 12):
        body = b"/X Do " * 20
        parts.append(
            b"<< /Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources %d 0 R /Length %d >>\n"
            b"stream\n%s\nendstream" % (100 + number, len(body), body)
        )
    parts.append(b"<< /Type /XObject /Subtype /Form /BBox [0 0 9 9] /Length 5 >>\nstream\n0 0 m\nendstream")
    resources = [b"<< /XObject << /X %d 0 R >> >> " % (number + 1) for number in range(2, 12)]
    places = [sum(map(len, resources[:at])) for at in range(len(resources))]
    pairs = b" ".join(b"%d %d" % (102 + at, place) for at, place in enumerate(places)) + b" "
    packed = zlib.compress(pairs + b"".join(resources))
    parts.append(
        b"<< /Type /ObjStm /N %d /First %d /Filter /FlateDecode /Length %d >>\nstream\n%s\nendstream"
        % (len(resources), len(pairs), len(packed), packed)
    )
    with pytest.raises(Unreadable, match="嵌套"):
        extract_pdf(_file(parts))


def test_a_scan_needs_recognition() -> None:
    sheet = Sheet()
    sheet.canvas.drawImage(_grey(), 0, 0, WIDTH, HEIGHT)
    with pytest.raises(Unreadable, match="tesseract"):
        extract_pdf(sheet.bytes())


def test_a_scan_between_text_is_a_picture() -> None:
    sheet = Sheet()
    sheet.canvas.drawString(80, 700, "二、主动公开情况")
    sheet.next_page()
    sheet.canvas.drawImage(_grey(), 0, 0, WIDTH, HEIGHT)
    sheet.next_page()
    sheet.canvas.drawString(80, 700, "三、依申请公开情况")
    document = extract_pdf(sheet.bytes())
    assert document.blocks == (
        Paragraph("二、主动公开情况"),
        Picture("page 2", unread=True),
        Paragraph("三、依申请公开情况"),
    )
    assert document.notes == ("page 2 is a picture and was not recognised",)


def test_a_table_that_is_a_picture_stands_in_its_place() -> None:
    sheet = Sheet()
    sheet.canvas.drawString(80, 700, "二、主动公开情况")
    sheet.canvas.drawImage(_grey(), 80, 400, 400, 250)
    sheet.canvas.drawImage(_grey(), 400, 200, 60, 60)  # a seal
    sheet.canvas.drawString(80, 300, "三、依申请公开情况")
    assert extract_pdf(sheet.bytes()).blocks == (
        Paragraph("二、主动公开情况"),
        Picture("page 1", unread=True),
        Paragraph("三、依申请公开情况"),
    )


def _with_hidden_layer() -> bytes:
    sheet = Sheet()
    sheet.canvas.drawImage(_grey(), 0, 0, WIDTH, HEIGHT)
    sheet.table([["", "", ""], ["", "", ""]])
    hidden = sheet.canvas.beginText(80, 700)
    hidden.setFont(FONT, 12)
    hidden.setTextRenderMode(3)
    hidden.textLine("一、总体情况")
    hidden.textLine("规章 12 3")
    sheet.canvas.drawText(hidden)
    return sheet.bytes()


def test_what_a_scanner_recognised_is_no_table_and_not_sure() -> None:
    document = extract_pdf(_with_hidden_layer())
    assert texts(document) == []
    assert document.blocks[0] == Paragraph("一、总体情况", 0.5)
    assert isinstance(document.blocks[-1], Picture)


def test_scans_are_recognised_where_that_is_installed() -> None:
    outside = Nobody()
    sheet = Sheet()
    sheet.canvas.drawString(80, 700, "二、主动公开情况")
    sheet.next_page()
    drawing = io.BytesIO()
    page = Sheet()
    page.table()
    rendered = pypdfium2.PdfDocument(page.bytes())[0].render(scale=2).to_pil()
    rendered.save(drawing, "PNG")
    sheet.canvas.drawImage(ImageReader(io.BytesIO(drawing.getvalue())), 0, 0, WIDTH, HEIGHT)
    document = extract_pdf(sheet.bytes(), outside)
    assert outside.asked > 0
    assert document.notes == ()


def test_pages_of_impossible_sizes() -> None:
    content = _file(
        [
            b"<< /Type /Catalog /Pages 2 0 R >>",
            b"<< /Type /Pages /Count 1 /Kids [3 0 R] >>",
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 1e9 1e9] >>",
        ]
    )
    with pytest.raises(Unreadable):
        extract_pdf(content)


def _cell(*drawn: Callable[[Canvas], None]) -> str:
    """What is read in the one cell of figures of a table, at (190, 580), which `drawn` fills."""
    sheet = Sheet()
    sheet.table([["项目", "件数"], ["规章", ""]])
    for draw in drawn:
        draw(sheet.canvas)
    return texts(extract(sheet.bytes()))[0][1][1]


def _write(figures: str, x: float = 190, y: float = 580, size: float = 12) -> Callable[[Canvas], None]:
    def draw(canvas: Canvas) -> None:
        canvas.setFont(FONT, size)
        canvas.drawString(x, y, figures)

    return draw


def _box(colour: Color) -> Callable[[Canvas], None]:
    def draw(canvas: Canvas) -> None:
        canvas.saveState()
        canvas.setFillColor(colour)
        canvas.rect(185, 575, 40, 20, stroke=0, fill=1)
        canvas.restoreState()

    return draw


def _image(image: Image.Image) -> Callable[[Canvas], None]:
    return lambda canvas: canvas.drawImage(ImageReader(image), 185, 575, 40, 20, mask="auto")


WHITE, VEIL = Color(1, 1, 1), Color(1, 1, 0, alpha=0.4)
SEAL, PLATE = Image.new("RGBA", (40, 20), (255, 0, 0, 90)), Image.new("RGB", (40, 20), (255, 255, 255))


def test_figures_that_are_painted_over_are_not_made_out() -> None:
    assert _cell(_box(WHITE), _write("12")) == "12"
    assert _cell(_write("12"), _box(VEIL)) == "12"
    assert _cell(_write("12"), _box(WHITE)) == UNREADABLE * 2
    assert _cell(_write("12"), _image(SEAL)) == "12"
    assert _cell(_write("12"), _image(PLATE)) == UNREADABLE * 2


def test_a_figure_over_another_that_was_painted_over_is_not_sure() -> None:
    assert UNREADABLE in _cell(_write("19"), _box(WHITE), _write("12"))


def test_figures_that_are_cut_off_are_not_made_out() -> None:
    def cut(canvas: Canvas) -> None:
        canvas.saveState()
        path = canvas.beginPath()
        path.rect(185, 575, 12, 20)
        canvas.clipPath(path, stroke=0)
        _write("12")(canvas)
        canvas.restoreState()

    assert _cell(cut) == f"1{UNREADABLE}"


def test_pale_figures_are_no_figures() -> None:
    def ink(colour: Color) -> Callable[[Canvas], None]:
        def draw(canvas: Canvas) -> None:
            canvas.setFillColor(colour)
            _write("12")(canvas)

        return draw

    assert _cell(ink(Color(0.85, 0.85, 0.85))) == UNREADABLE * 2
    assert _cell(ink(Color(0, 0, 0, alpha=0.1))) == UNREADABLE * 2
    assert _cell(ink(Color(0.5, 0.5, 0.5))) == "12"


@pytest.mark.parametrize(("size", "rise"), [(7.0, 5.0), (10.8, 2.0), (12.0, 2.0), (10.8, 0.0)])
def test_a_mark_at_a_figure_is_no_digit_of_it(size: float, rise: float) -> None:
    assert _cell(_write("2"), _write("1", 196, 580 + rise, size)) in ("2 1", "1\n2")


def test_equal_digits_of_a_narrow_font_are_all_read() -> None:
    def narrow(canvas: Canvas) -> None:
        canvas.saveState()
        canvas.translate(190, 580)
        canvas.scale(0.2, 1)
        canvas.drawString(0, 0, "1588")
        canvas.restoreState()

    assert _cell(narrow) == "1588"


def test_what_is_filled_into_a_form_is_read() -> None:
    def field(canvas: Canvas) -> None:
        canvas.acroForm.textfield(name="count", value="12", x=190, y=576, width=40, height=16, borderWidth=0)

    assert _cell(field) == "12"
