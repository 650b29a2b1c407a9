"""Which format the bytes are, and the text they spell; the bytes decide, not the name or the header."""

from __future__ import annotations

import re
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE
from typing import NamedTuple

from crawler.extract import compound
from crawler.extract.document import Format, Unreadable
from crawler.extract.package import Package

MAX_BYTES = 20_000_000
"""Longest text or page that is read; the longest real reports stay far below 2 MB."""


class Decoded(NamedTuple):
    """Text, the charset that gave it, and how many characters could not be decoded (now U+FFFD)."""

    text: str
    charset: str
    lost: int


def binary_format(content: bytes, name: str | None = None) -> Format | None:
    """The format of `content` where it is a binary one, None where it may be text.

    `name`, a file name or an address, only tells WPS from DOC and ET from XLS, which share their bytes.
    Raises Unreadable where `content` is empty or a format that is known and not read.
    """
    if not content.strip(b" \t\r\n\f\0"):
        raise Unreadable("文件是空的", "the file is empty")
    head = content[:1024].lstrip()
    for magic, format_ in _MAGIC:
        if head.startswith(magic):
            return format_
    # "BM" also begins ordinary words; a bitmap has zero bytes in its header
    if (head.startswith(b"BM") and b"\0" in head[:30]) or (
        head.startswith(b"RIFF") and head[8:12] == b"WEBP"
    ):
        return Format.IMAGE
    if content.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _zip_format(Package(content))
    if content.startswith(compound.MAGIC):
        return _compound_format(compound.top_names(content), name or "")
    if head.startswith(b"<?xml") and _WORD_XML in head:
        raise _unsupported("Word XML")  # its tables do not survive conversion
    for magic, title in _UNREAD:
        if head.startswith(magic):
            raise _unsupported(title)
    return None


def _zip_format(package: Package) -> Format:
    """Told by the parts that its directory lists: a file packed in it has parts of its own."""
    for part, format_ in _PACKAGES:
        if part in package:
            return format_
    for part, title in _UNREAD_PACKAGES:
        if part in package:
            raise _unsupported(title)
    return Format.ZIP


def _compound_format(names: frozenset[str], name: str) -> Format:
    if "EncryptedPackage" in names:
        raise Unreadable("文件已加密，需要密码", "the file is encrypted, it needs a password")
    if "WordDocument" in names:
        return Format.WPS if _WPS_NAME.search(name) else Format.DOC
    if not names.isdisjoint(("Workbook", "Book", "WORKBOOK")):
        return Format.ET if _ET_NAME.search(name) else Format.XLS
    if "PowerPoint Document" in names:
        raise _unsupported("PPT")
    raise Unreadable("暂不能读取此类 OLE 文件", "this kind of OLE file is not supported")


def _unsupported(title: str) -> Unreadable:
    return Unreadable(f"暂不能读取 {title} 格式", f"{title} is not supported yet")


def decode(content: bytes, content_type: str | None = None) -> Decoded:
    """The text of `content`.

    A byte order mark decides; then strict UTF-8, which other encodings hardly ever satisfy; then the declared
    charset, header before meta, as far as it decodes without a loss; then GB 18030. A few broken
    characters in a long text are replaced and counted. Raises Unreadable for anything else.
    """
    if len(content) > MAX_BYTES:
        raise Unreadable(
            f"文件过大：{len(content)} 字节，上限 {MAX_BYTES}",
            f"too large: {len(content)} bytes, the limit is {MAX_BYTES}",
        )
    decoded = _decode(content, content_type)
    if decoded is None:
        raise Unreadable("无法识别文字编码", "the character encoding is not recognised")
    sample = decoded.text[:_NOISE_SAMPLE]
    if len(_CONTROL.findall(sample)) * _NOISE_RATIO > len(sample):
        raise Unreadable("是二进制数据，不是文字", "binary data, not text")
    return decoded


def text_format(text: str) -> Format:
    """HTML where markup stands in the first part of `text`, else TEXT."""
    return Format.HTML if _MARKUP.search(text, 0, _SAMPLE) else Format.TEXT


_SAMPLE = 200_000
_NOISE_SAMPLE = 20_000
_NOISE_RATIO = 200  # one control character in so many is still text with a scar
_LOSS_RATIO = 200  # one broken character in so many is still a text
_HEAD = 4096
_LEAST_ZEROS = 4
_ZEROS_RATIO = 4

_CONTROL = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f-\x84\x86-\x9f\ue000-\uf8ff]")
_MARKUP = re.compile(
    r"<(?:!doctype\s+html|html|head|body|meta|title|script|frameset|iframe|table|tbody|tr|td|div|span|font|section|"
    r"article|center|blockquote|pre|form|ul|ol|li|dl|p|br|hr|img|a|b|i|em|u|strong|h[1-6])(?=[\s>/])",
    re.IGNORECASE,
)
_CHARSET = re.compile(rb"""charset\s*=\s*["']?\s*([\w.:-]{2,40})""", re.IGNORECASE)

_MAGIC = (
    (b"%PDF-", Format.PDF),
    (b"\x89PNG\r\n", Format.IMAGE),
    (b"\xff\xd8\xff", Format.IMAGE),
    (b"GIF8", Format.IMAGE),
    (b"II*\0", Format.IMAGE),
    (b"MM\0*", Format.IMAGE),
    (b"{\\rtf", Format.DOC),  # word processors save it under that name, and the same program reads both
)
_WORD_XML = b'<?mso-application progid="Word.Document"?>'
_UNREAD = (
    (b"Rar!", "RAR"),
    (b"7z\xbc\xaf", "7z"),
    (b"\x1f\x8b\x08", "gzip"),
)
_PACKAGES = (
    ("word/document.xml", Format.DOCX),
    ("word/document2.xml", Format.DOCX),  # as some servers of office suites name it
    ("xl/workbook.xml", Format.XLSX),
    ("OFD.xml", Format.OFD),
)
_UNREAD_PACKAGES = (
    ("xl/workbook.bin", "XLSB"),
    ("ppt/presentation.xml", "PPTX"),
    ("META-INF/manifest.xml", "ODF"),
)
_WPS_NAME = re.compile(r"\.wps(?=$|[?#&])", re.IGNORECASE)
_ET_NAME = re.compile(r"\.et(?=$|[?#&])", re.IGNORECASE)

_DECLARABLE = frozenset({"big5", "big5-hkscs", "utf-16", "utf-16le", "utf-16be"})


def _decode(content: bytes, content_type: str | None) -> Decoded | None:
    for mark, charset in ((BOM_UTF8, "utf-8-sig"), (BOM_UTF16_LE, "utf-16"), (BOM_UTF16_BE, "utf-16")):
        if content.startswith(mark):
            return _lossy(content, charset)
    unmarked = _unmarked_utf16(content)
    if unmarked is not None:
        return unmarked
    for charset in ("utf-8", *_declared(content, content_type), "gb18030"):
        text = _strict(content, charset)
        if text is not None and charset == "gb18030":
            # A UTF-8 page with one broken byte can pass for GB 18030 from end to end, as nonsense.
            damaged = _lossy(content, "utf-8")
            if damaged is not None:
                return damaged
        if text is not None:
            return Decoded(text, charset, 0)
    return _lossy(content, "utf-8") or _lossy(content, "gb18030")


def _unmarked_utf16(content: bytes) -> Decoded | None:
    """UTF-16 without a byte order mark: the zero bytes of its digits and line ends stand all at one side.

    Only few characters have a zero byte at the other side; 一 is one of them.
    """
    head = content[:_HEAD]
    if b"\0" not in head:
        return None
    first, second = head[::2].count(0), head[1::2].count(0)
    for charset, zeros, others in (("utf-16-le", second, first), ("utf-16-be", first, second)):
        if zeros >= _LEAST_ZEROS and zeros >= _ZEROS_RATIO * others:
            text = _strict(content, charset)
            return None if text is None else Decoded(text, charset, 0)
    return None


def _declared(content: bytes, content_type: str | None) -> list[str]:
    found = []
    for source in ((content_type or "").encode("ascii", "replace"), content[:_HEAD]):
        match = _CHARSET.search(source)
        if match is not None:
            name = match[1].decode("ascii", "replace").lower()
            if name in _DECLARABLE:
                found.append(name)
    return found


def _strict(content: bytes, charset: str) -> str | None:
    try:
        return content.decode(charset)
    except UnicodeDecodeError:
        return None


def _lossy(content: bytes, charset: str) -> Decoded | None:
    text = content.decode(charset, "replace")
    lost = text.count("\ufffd")
    foreign = len(text) - len(text.encode("ascii", "ignore"))
    if lost and lost * _LOSS_RATIO > foreign:
        # The last character of a page that was cut off is no reason to refuse the rest.
        cut = text.rstrip("\ufffd")
        if "\ufffd" in cut or len(text) - len(cut) > 2 or not cut.strip():
            return None
        return Decoded(cut, charset, lost)
    return Decoded(text, charset, lost)
