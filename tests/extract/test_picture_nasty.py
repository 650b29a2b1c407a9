"""Image files that lie, break off or hold nothing: one clear line, never another exception."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Sequence

import pytest
from PIL import Image

from crawler.extract.document import Document, Format, Unreadable
from crawler.extract.outside import Recognised, Script, Snippet
from crawler.extract.picture import extract_picture


class Blind:
    """Recognises nothing, and counts the lines of text that it was shown first."""

    def __init__(self) -> None:
        self.shown = 0

    def to_docx(self, content: bytes, source: Format) -> bytes:
        raise AssertionError

    def recognise(self, snippets: Sequence[Snippet]) -> list[Recognised]:
        self.shown += sum(snippet.script is not Script.RAW_LINE for snippet in snippets)
        return [Recognised("", 0.0)] * len(snippets)


def _file(image: Image.Image, format_: str = "PNG", **options: object) -> bytes:
    file = io.BytesIO()
    image.save(file, format_, **options)
    return file.getvalue()


def _declared(width: int, height: int) -> bytes:
    """A PNG that declares so many pixels and holds none."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")
    )


def _read(content: bytes) -> Document:
    return extract_picture(content, Blind())


def test_too_many_pixels_are_refused_before_they_are_decoded() -> None:
    with pytest.raises(Unreadable, match="图片"):
        _read(_declared(50_000, 50_000))
    with pytest.raises(Unreadable, match="过大"):
        _read(_declared(9_000, 9_000))


@pytest.mark.parametrize(
    "content",
    [
        _file(Image.new("L", (1, 1))),
        _file(Image.effect_noise((400, 400), 80), "JPEG")[:900],
        _file(Image.new("L", (300, 300)))[:40],
        b"\x89PNG\r\n\x1a\n",
        b"GIF89a",
        b"II*\0" + b"\xff" * 60,
        b"RIFF\x10\0\0\0WEBPVP8 ",
    ],
    ids=["one pixel", "cut jpeg", "cut png", "magic alone", "cut gif", "false tiff", "cut webp"],
)
def test_damaged_files_are_unreadable(content: bytes) -> None:
    with pytest.raises(Unreadable) as caught:
        _read(content)
    assert caught.value.zh
    assert caught.value.en


@pytest.mark.parametrize("colour", ["white", "black", "grey"])
def test_a_page_of_one_colour_holds_nothing(colour: str) -> None:
    assert _read(_file(Image.new("L", (600, 800), colour))).blocks == ()


def test_a_photo_has_no_tables() -> None:
    blind = Blind()
    photo = Image.radial_gradient("L").resize((900, 700))
    assert extract_picture(_file(photo, "JPEG"), blind).blocks == ()


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16", "CMYK", "F"])
def test_every_kind_of_pixel_is_taken(mode: str) -> None:
    page = Image.new("L", (400, 300), 255)
    image = Image.new("I;16", page.size, 65_535) if mode == "I;16" else page.convert(mode)
    format_ = {"CMYK": "JPEG", "F": "TIFF"}.get(mode, "PNG")
    assert _read(_file(image, format_)).blocks == ()


def test_transparent_paper_is_white() -> None:
    blind = Blind()
    assert extract_picture(_file(Image.new("RGBA", (400, 300), (0, 0, 0, 0))), blind).blocks == ()
    assert blind.shown == 0


def test_a_film_is_its_first_frame_and_a_tiff_all_its_pages() -> None:
    frames = [Image.new("L", (300, 200), 255) for _ in range(3)]
    for frame in frames:
        frame.paste(0, (40, 40, 200, 60))  # a bar: one line of text for all that is known
    films = []
    for format_ in ("GIF", "TIFF"):
        blind = Blind()
        for at, frame in enumerate(frames):
            frame.paste(0, (0, 0, 1 + at, 1))  # equal frames would be stored once
        extract_picture(_file(frames[0], format_, save_all=True, append_images=frames[1:]), blind)
        films.append(blind.shown)
    assert films == [1, 3]


def test_without_a_program_that_recognises_it_is_said_what_is_missing() -> None:
    with pytest.raises(Unreadable, match="tesseract"):
        extract_picture(_file(Image.new("L", (300, 200), 255)), None)
