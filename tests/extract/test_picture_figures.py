"""The witness that knows no characters: count, sizes, heights and holes of ink."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from crawler.extract.picture.figures import agrees, shapes, without_figures
from crawler.extract.picture.ink import Grey, pieces

_FONTS = ("DejaVuSans.ttf", "DejaVuSerif.ttf", "NotoSerifCJK-Regular.ttc", "NotoSansCJK-Regular.ttc")


def _drawn(text: str, font: str, size: int) -> Grey:
    face = ImageFont.truetype(font, size)
    left, top, right, bottom = face.getbbox(text)
    image = Image.new("L", (int(right - left) + 4, int(bottom - top) + 4), 255)
    ImageDraw.Draw(image).text((2 - left, 2 - top), text, font=face, fill=0)
    return np.asarray(image, dtype=np.uint8)


def _allows(ink: Grey, text: str) -> bool:
    return agrees(text, shapes(ink))


@pytest.mark.parametrize("font", _FONTS)
@pytest.mark.parametrize("size", [22, 40])
def test_ink_allows_what_it_prints_and_not_what_it_does_not(font: str, size: int) -> None:
    for printed, others in {
        "0": ("8", "3", "00", "1", "O"),
        "8": ("0", "3", "6", "88"),
        "16": ("1", "6", "18", "166", "11"),
        "4110": ("410", "4100", "41100", "4118"),
        "307": ("37", "30", "387"),
        "576.94": ("57694", "576,94", "57.694", "576.9"),
        "1,208": ("1208", "1.208", "1,288"),
        "-3": ("3", "-8", "33"),
    }.items():
        ink = _drawn(printed, font, size)
        assert _allows(ink, printed) or size < 40, (printed, font, size)  # small holes may have closed
        assert [other for other in others if _allows(ink, other)] == []


def test_touching_digits_are_no_number() -> None:
    ink = _drawn("88", "DejaVuSans.ttf", 40).copy()
    ink[20:23, 10:40] = 0
    assert shapes(ink) == ()


@pytest.mark.parametrize("font", _FONTS)
def test_two_numbers_whose_line_between_is_gone_are_no_number(font: str) -> None:
    assert shapes(_drawn("3  0", font, 40)) == ()
    assert _allows(_drawn("1117", font, 40), "1117")


def test_holes_are_counted_for_each_piece() -> None:
    ring = np.zeros((9, 20), dtype=np.bool_)
    ring[1:8, 1:8] = True
    ring[3:6, 3:6] = False
    ring[1:8, 11:14] = True
    assert [(piece.left, piece.holes) for piece in pieces(ring)] == [(1, 1), (11, 0)]


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("3件", "\ufffd件"),
        ("251000元", "\ufffd元"),
        ("一", "\ufffd"),
        ("1 2", "\ufffd \ufffd"),
        ("1.属于国家秘密", "1.属于国家秘密"),
        ("3.其他", "3.其他"),
        ("（七）总计", "（七）总计"),
        ("第二十条第（一）项", "第二十条第（一）项"),
        ("无", "无"),
        ("/", "/"),
    ],
)
def test_figures_recognised_once_are_no_numbers(text: str, kept: str) -> None:
    assert without_figures(text) == kept
