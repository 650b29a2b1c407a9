"""Bytes are told by what they are; what cannot be read is refused in one line."""

import io
import random
import struct
import zipfile

import pytest

from crawler.extract import extract
from crawler.extract.document import Format, Paragraph, Unreadable
from crawler.extract.sniff import MAX_BYTES, binary_format, decode

SENTENCE = "云溪县水务局2023年政府信息公开工作年度报告"
PAGE = f"<html><head><meta charset='{{}}'></head><body><p>{SENTENCE}</p></body></html>"


def refusal(content: bytes) -> str:
    with pytest.raises(Unreadable) as error:
        extract(content)
    assert str(error.value) == error.value.pick("zh")
    assert "\n" not in error.value.zh + error.value.en
    assert error.value.en.isascii()
    return error.value.zh


def package(*parts: str) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for part in parts:
            archive.writestr(part, "x")
    return stream.getvalue()


def compound(*names: str, deeper: tuple[str, ...] = ()) -> bytes:
    """A compound file: its header, one sector of the allocation table, its directory."""
    entries = [("Root Entry", 5, 1 if names else _NONE)]
    entries += [(name, 2, _NONE) for name in names]
    if deeper:
        entries[1] = (names[0], 1, len(entries))
        entries += [(name, 2, _NONE) for name in deeper]
    chained = {1: 2} | {at: at + 1 for at in range(2, len(names))}
    chained |= {at: at + 1 for at in range(len(names) + 1, len(entries) - 1)}
    directory = b"".join(
        struct.pack(
            "<64sHBBIII48x", name.encode("utf-16-le"), 2 * len(name) + 2, kind, 1, _NONE, right, child
        )
        for at, (name, kind, child) in enumerate(entries)
        for right in [chained.get(at, _NONE) if at != len(names) else _NONE]
    )
    sectors = [directory[at : at + 512].ljust(512, b"\0") for at in range(0, len(directory), 512)]
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHH", 0x3E, 3, 0xFFFE, 9)
    header = header.ljust(48, b"\0") + struct.pack("<I", 1)
    header = (
        header.ljust(68, b"\0") + struct.pack("<II", 0xFFFFFFFE, 0) + struct.pack("<109I", 0, *[_NONE] * 108)
    )
    table = [0xFFFFFFFD, *range(2, 2 + len(sectors) - 1), 0xFFFFFFFE]
    return header + struct.pack("<128I", *table, *[_NONE] * (128 - len(table))) + b"".join(sectors)


_NONE = 0xFFFFFFFF


@pytest.mark.parametrize(
    ("content", "name", "format_"),
    [
        (b"%PDF-1.7\n", None, Format.PDF),
        (package("word/document.xml"), None, Format.DOCX),
        (package("_rels/.rels", "word/document2.xml"), None, Format.DOCX),
        (package("xl/workbook.xml"), None, Format.XLSX),
        (package("OFD.xml"), None, Format.OFD),
        (package("readme", "a/word/document.xml"), None, Format.ZIP),
        (compound("WordDocument"), "年报.doc", Format.DOC),
        (compound("1Table", "Data", "CompObj", "Notes", "WordDocument"), "年报.WPS", Format.WPS),
        (compound("WordDocument"), "https://a.gov.cn/down.jsp?filename=1.wps&id=2", Format.WPS),
        (compound("Workbook"), None, Format.XLS),
        (compound("Book"), None, Format.XLS),
        (compound("Workbook"), "年报.et", Format.ET),
        (compound("MBD0018", "Workbook", deeper=("WordDocument",)), None, Format.XLS),
        (compound("ObjectPool", "WordDocument", deeper=("Workbook", "Ole")), None, Format.DOC),
        (b"\x89PNG\r\n\x1a\n", None, Format.IMAGE),
        (b"\xff\xd8\xff\xe0", None, Format.IMAGE),
        (b"GIF89a", None, Format.IMAGE),
        (b"RIFF\x10\x00\x00\x00WEBPVP8 ", None, Format.IMAGE),
        (b"BMW 2023", None, None),
        (b"<p>1</p>", "年报.doc", None),
    ],
)
def test_binary_formats_are_told_by_their_bytes(content, name, format_):
    assert binary_format(content, name) is format_


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (compound("EncryptionInfo", "EncryptedPackage"), "加密"),
        (compound("PowerPoint Document"), "PPT"),
        (compound("Contents"), "OLE"),
        (compound("WordDocument")[:900], "损坏"),
        (compound("WordDocument")[:40], "损坏"),
        (package("xl/workbook.bin"), "XLSB"),
        (package("ppt/presentation.xml"), "PPTX"),
        (package("mimetype", "content.xml", "META-INF/manifest.xml"), "ODF"),
        (package("word/document.xml")[:-1], "损坏"),
    ],
)
def test_containers_that_are_not_read_say_why(content, word):
    assert word in refusal(content)


def test_a_compound_file_whose_directory_runs_in_circles():
    content = bytearray(compound("WordDocument"))
    content[512 + 4 : 512 + 8] = struct.pack("<I", 1)
    assert binary_format(bytes(content)) is Format.DOC


def test_every_byte_of_a_compound_file_may_be_wrong():
    content = compound("ObjectPool", "WordDocument", deeper=("Workbook",))
    for place in range(8, 1400):
        damaged = content[:place] + b"\xa5" + content[place + 1 :]
        try:
            assert binary_format(damaged) in (Format.DOC, Format.XLS)
        except Unreadable:
            continue


WORD_XML = b'<?xml version="1.0"?>\n<?mso-application progid="Word.Document"?>\n<w:wordDocument/>'


@pytest.mark.parametrize(("content", "name"), [(b"Rar!\x1a\x07", "RAR"), (WORD_XML, "Word XML")])
def test_formats_that_are_not_read_are_named(content, name):
    assert name in refusal(content)


def test_rich_text_is_read_like_old_documents():
    assert binary_format(b"{\\rtf1\\ansi") is Format.DOC


@pytest.mark.parametrize("content", [b"", b"  \r\n\t ", b"\0\0\0"])
def test_an_empty_file(content):
    assert "空" in refusal(content)


def test_a_word_that_looks_like_a_bitmap_is_text():
    assert extract(b"BMW 2023").blocks == (Paragraph("BMW 2023"),)


@pytest.mark.parametrize("size", [200, 100_000])
def test_noise_is_refused(size):
    refusal(random.Random(7).randbytes(size))


def test_forty_megabytes_of_noise_are_refused_by_their_size():
    assert str(MAX_BYTES) in refusal(b"\x8f\x01zz" * 10_000_000)


def test_control_characters_are_no_text():
    refusal(bytes(range(1, 32)) * 50)


@pytest.mark.parametrize("charset", ["utf-8", "gb18030", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("declared", ["utf-8", "gb2312", "iso-8859-1", "no-such-charset"])
@pytest.mark.parametrize("header", [None, "text/html", "text/html; charset=utf-8", "text/html; charset=GBK"])
def test_charset_whatever_is_declared(charset, declared, header):
    document = extract(PAGE.format(declared).encode(charset), content_type=header)
    assert document.blocks == (Paragraph(SENTENCE),)
    assert document.format is Format.HTML


@pytest.mark.parametrize("charset", ["utf-16-le", "utf-16-be"])
@pytest.mark.parametrize(
    "text", [PAGE.format("utf-16"), f"{SENTENCE}\r\n\r\n一、总体情况\r\n全年平稳，收到申请8件\r\n"]
)
def test_utf16_without_a_mark(charset, text):
    assert extract(text.encode(charset)).blocks[0] == Paragraph(SENTENCE)
    assert extract(text.encode(charset), content_type="text/html; charset=GBK").blocks[0] == Paragraph(
        SENTENCE
    )


def test_zero_bytes_on_both_sides_are_no_text():
    refusal(SENTENCE.encode("utf-16-le") + SENTENCE.encode("utf-16-be") + bytes(40))


def test_rare_characters_of_gb18030():
    name = "云溪县\U00020bb7家镇\u4dae\u9fa6街道"
    page = f"<html><meta charset=gb2312><body><p>{name}</p></body></html>"
    assert extract(page.encode("gb18030"), content_type="text/html; charset=utf-8").blocks == (
        Paragraph(name),
    )


def test_a_declared_charset_outside_the_usual_ones():
    text = "<p>" + "資訊公開年度報告" * 20 + "</p>"
    document = extract(text.encode("big5"), content_type="text/html; charset=Big5")
    assert document.blocks == (Paragraph("資訊公開年度報告" * 20),)


def test_few_broken_characters_are_replaced_and_told():
    good = (SENTENCE * 40).encode()
    decoded = decode(good[:301] + b"\xff" + good[301:])
    assert decoded.charset == "utf-8"
    assert 1 <= decoded.lost <= 3
    assert decoded.text.count(SENTENCE) >= 38
    assert extract(good[:301] + b"\xff" + good[301:]).notes


def test_many_broken_characters_are_refused():
    refusal(b"\x81 \x82\xff\xfd\xe4" * 300)


def test_a_page_cut_inside_its_last_character():
    assert decode(SENTENCE.encode()[:-1]).text == SENTENCE[:-1]


def test_text_with_angle_brackets_is_text():
    assert extract("甲 < 乙，乙 > 丙".encode()).format is Format.TEXT
