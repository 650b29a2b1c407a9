"""Archives: every file once, under the name its sender gave it; bombs, litter and locks do no harm."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib

import pytest

from crawler.extract import extract
from crawler.extract.archive import MAX_MEMBERS, Member, members
from crawler.extract.document import Format, Unreadable
from crawler.extract.package import MAX_ENTRY_BYTES, Package
from crawler.extract.sniff import binary_format


def zipped(*files: tuple[str | zipfile.ZipInfo, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", method) as archive:
        for name, content in files:
            archive.writestr(name, content, compress_type=method)
    return stream.getvalue()


def renamed(content: bytes, stand_in: str, name: bytes) -> bytes:
    """`content` with raw bytes for a name, as old archivers write it: no flag says what they spell."""
    assert len(stand_in) == len(name)
    assert content.count(stand_in.encode()) == 2
    return content.replace(stand_in.encode(), name)


def docx() -> bytes:
    return zipped(("[Content_Types].xml", b"<Types/>"), ("word/document.xml", b"<w/>"))


def listed(content: bytes) -> list[tuple[str, bytes | None]]:
    return [(member.name, member.content) for member in members(content)]


def refusal(content: bytes) -> Unreadable:
    with pytest.raises(Unreadable) as error:
        list(members(content))
    assert "\n" not in error.value.zh + error.value.en
    assert error.value.en.isascii()
    return error.value


def test_files_in_their_order_without_folders_and_litter():
    content = zipped(
        ("年报/", b""),
        ("年报/b.txt", b"2"),
        ("年报/a.txt", b"1"),
        ("__MACOSX/年报/._b.txt", b"x"),
        ("年报/.DS_Store", b"x"),
        ("年报/Thumbs.db", b"x"),
    )
    assert listed(content) == [("年报/b.txt", b"2"), ("年报/a.txt", b"1")]


@pytest.mark.parametrize("charset", ["gb18030", "utf-8"])
def test_names_without_a_flag(charset):
    raw = "云溪县水务局年报.txt".encode(charset)
    content = renamed(zipped(("x" * len(raw), b"1")), "x" * len(raw), raw)
    assert listed(content) == [("云溪县水务局年报.txt", b"1")]


@pytest.mark.parametrize(("valid", "name"), [(True, "年报.txt"), (False, "old.txt")])
def test_the_name_that_info_zip_keeps_beside_the_old_one(valid, name):
    info = zipfile.ZipInfo("old.txt")
    crc = zlib.crc32(b"old.txt") if valid else 1
    field = struct.pack("<BI", 1, crc) + "年报.txt".encode()
    info.extra = struct.pack("<HH", 0x5455, 1) + b"\0" + struct.pack("<HH", 0x7075, len(field)) + field
    assert listed(zipped((info, b"1"))) == [(name, b"1")]


@pytest.mark.parametrize(
    ("name", "harmless"),
    [("../../etc/passwd", "etc/passwd"), ("/etc/passwd", "etc/passwd"), ("a\\..\\b.txt", "a/b.txt")],
)
def test_names_that_lead_out_of_the_folder(name, harmless):
    assert listed(zipped((name, b"1"))) == [(harmless, b"1")]


def test_a_name_that_stands_there_twice_is_two_files():
    with pytest.warns(UserWarning, match="Duplicate"):
        content = zipped(("a.txt", b"1"), ("a.txt", b"2"))
    assert listed(content) == [("a.txt", b"1"), ("a.txt", b"2")]


def test_archives_inside_archives():
    content = zipped(("年报.zip", zipped(("x.docx", docx()), ("deep.zip", zipped(("y.txt", b"y"))))))
    assert listed(content) == [("年报.zip!/x.docx", docx()), ("年报.zip!/deep.zip!/y.txt", b"y")]


def test_archives_nested_too_deep_are_told():
    content = b"end"
    for depth in range(5):
        content = zipped((f"{depth}.zip" if depth else "x.txt", content))
    [member] = members(content)
    assert (member.name, member.content) == ("4.zip!/3.zip!/2.zip", None)
    assert "嵌套" in str(member.problem)


def encrypted(content: bytes) -> bytes:
    """`content` with the flag of encryption on its first file."""
    flagged = bytearray(content)
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        flagged[content.index(mark) + offset] |= 1
    return bytes(flagged)


def test_a_locked_file_is_told_and_the_others_are_read():
    locked, free = members(encrypted(zipped(("a.docx", docx()), ("b.txt", b"1"))))
    assert (locked.name, locked.content) == ("a.docx", None)
    assert "密码" in str(locked.problem)
    assert free == Member("b.txt", b"1")


def test_a_damaged_file_is_told_and_the_others_are_read():
    content = bytearray(zipped(("a.txt", b"1" * 100), ("b.txt", b"1"), method=zipfile.ZIP_STORED))
    content[60] ^= 1
    damaged, sound = members(bytes(content))
    assert (damaged.name, damaged.content) == ("a.txt", None)
    assert "损坏" in str(damaged.problem)
    assert sound == Member("b.txt", b"1")


@pytest.mark.parametrize("method", [zipfile.ZIP_LZMA, zipfile.ZIP_BZIP2])
def test_methods_whose_output_cannot_be_bounded(method):
    [member] = members(zipped(("a.txt", b"1"), method=method))
    assert "压缩方法" in str(member.problem)


def test_a_bomb():
    [bomb, other] = members(zipped(("bomb.txt", b"\0" * 20_000_000), ("b.txt", b"1")))
    assert "压缩比" in str(bomb.problem)
    assert other.content == b"1"


def test_a_bomb_that_lies_about_its_size():
    honest = zipped(("bomb.txt", b"\0" * 20_000_000))
    assert honest.count(struct.pack("<I", 20_000_000)) == 2
    [bomb] = members(honest.replace(struct.pack("<I", 20_000_000), struct.pack("<I", 1000)))
    assert bomb.content is None


def test_a_file_that_is_too_large():
    [member] = members(zipped(("a.bin", b"\0" * (MAX_ENTRY_BYTES + 1)), method=zipfile.ZIP_STORED))
    assert "32 MB" in str(member.problem)


def test_all_files_together_are_bounded():
    """Five times the same thirty megabytes, each harmless by itself."""
    large = b"0123456789" * 100
    packed = zipped(*((f"{number}.bin", large * 30_000) for number in range(5)))
    problems = [member.problem for member in members(packed)]
    assert problems[0] is not None  # 30 MB from 100 KB
    mixed = bytes(range(256)) * 120_000
    stored = zipped(*((f"{number}.bin", mixed) for number in range(5)), method=zipfile.ZIP_STORED)
    assert [member.problem is None for member in members(stored)] == [True] * 4 + [False]


@pytest.mark.parametrize("count", [MAX_MEMBERS + 1, 3_000])
def test_too_many_files(count):
    assert "压缩" in refusal(zipped(*((f"{number}", b"") for number in range(count)))).zh


def test_a_hundred_thousand_files_are_refused_before_they_are_listed():
    assert "过多" in refusal(b"PK\x03\x04" + b"PK\x01\x02" * 100_000).zh


def test_too_many_files_over_several_archives():
    half = zipped(*((f"{number}", b"1") for number in range(MAX_MEMBERS // 2)))
    found = list(members(zipped(("a.zip", half), ("b.zip", half), ("c.txt", b"1"))))
    assert [member.name for member in found if member.content is None] == ["b.zip"]
    assert found[-1] == Member("c.txt", b"1")


@pytest.mark.parametrize("cut", [10, 60, -1])
def test_a_truncated_archive(cut):
    content = zipped(("a.txt", b"1" * 100))
    assert "损坏" in refusal(content[:cut]).zh
    with pytest.raises(Unreadable):
        extract(content[:cut])


def test_every_single_byte_may_be_wrong():
    content = zipped(("a.txt", b"11"), ("b.txt", b"22"))
    for place in range(len(content)):
        for value in (0, 0xFF, content[place] ^ 1):
            damaged = content[:place] + bytes([value]) + content[place + 1 :]
            try:
                found = [member.content for member in members(damaged)]
            except Unreadable:
                continue
            assert set(found) <= {b"11", b"22", None}


def test_an_archive_of_one_document_is_no_document():
    for method in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        content = zipped(("年报.docx", docx()), method=method)
        assert binary_format(content) is Format.ZIP
        with pytest.raises(Unreadable, match="压缩包"):
            extract(content)


def test_a_part_that_stands_twice_is_not_guessed():
    with pytest.warns(UserWarning, match="Duplicate"):
        package = Package(zipped(("a.xml", b"1"), ("a.xml", b"2")))
    with pytest.raises(Unreadable, match=r"多个 a\.xml"):
        package.read("a.xml")
    with pytest.raises(Unreadable, match=r"缺少 b\.xml"):
        package.read("b.xml")
