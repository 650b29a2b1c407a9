"""Bytes are told by what they are; what cannot be read is refused in one line."""

import random

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


@pytest.mark.parametrize(
    ("content", "name", "format_"),
    [
        (b"%PDF-1.7\n", None, Format.PDF),
        (b"PK\x03\x04....word/document.xml", None, Format.DOCX),
        (b"PK\x03\x04....xl/workbook.xml", None, Format.XLSX),
        (b"PK\x03\x04....OFD.xml", None, Format.OFD),
        (b"PK\x03\x04....readme", None, Format.ZIP),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "WordDocument".encode("utf-16-le"), "年报.doc", Format.DOC),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "WordDocument".encode("utf-16-le"), "年报.WPS", Format.WPS),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "Workbook".encode("utf-16-le"), None, Format.XLS),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "Workbook".encode("utf-16-le"), "年报.et", Format.ET),
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


@pytest.mark.parametrize(("content", "name"), [(b"{\\rtf1\\ansi", "RTF"), (b"Rar!\x1a\x07", "RAR")])
def test_formats_that_are_not_read_are_named(content, name):
    assert name in refusal(content)


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
