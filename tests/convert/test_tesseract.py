"""The real tesseract, on a few snippets."""

from __future__ import annotations

import io
import tempfile
from pathlib import Path

import pytest
from PIL import Image, ImageDraw, ImageFont

from crawler.convert import tesseract
from crawler.convert.tesseract import recognise
from crawler.extract.document import Unreadable
from crawler.extract.outside import Script, Snippet


def _snippet(text: str, script: Script) -> Snippet:
    font = ImageFont.truetype("NotoSansCJK-Regular.ttc", 38)
    image = Image.new("L", (int(font.getlength(text)) + 40, 80), 255)
    ImageDraw.Draw(image).text((20, 8), text, font=font, fill=0)
    file = io.BytesIO()
    image.save(file, "PNG")
    return Snippet(file.getvalue(), script)


def test_texts_come_in_the_order_of_their_snippets(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    label, number = _snippet("行政许可", Script.LINE), _snippet("4208", Script.FIGURES)
    other = _snippet("39", Script.FIGURES)
    blank = _snippet("", Script.LINE)
    read = recognise([number, label, other, blank, number])
    assert [text for text, _ in read] == ["4208", "行政许可", "39", "", "4208"]
    assert [0.5 < confidence <= 1 for _, confidence in read] == [True, True, True, False, True]
    assert list(tmp_path.iterdir()) == []


def test_nothing_to_recognise_starts_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    assert recognise([]) == []


def test_a_missing_program_is_named_with_its_packages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(Unreadable, match="tesseract-ocr-chi-sim") as caught:
        recognise([_snippet("1", Script.FIGURES)])
    assert "install tesseract-ocr" in caught.value.en


def test_missing_chinese_data_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tesseract, "_languages", lambda program: frozenset({"eng", "osd"}))
    with pytest.raises(Unreadable, match="tesseract-ocr-chi-sim"):
        recognise([_snippet("1", Script.FIGURES)])


def test_a_program_that_fails_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(Unreadable, match="出错"):
        recognise([Snippet(b"no picture", Script.FIGURES)])


def test_it_is_ended_when_its_time_is_over(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tesseract, "_SECONDS_TO_START", 0)
    monkeypatch.setattr(tesseract, "_SECONDS_EACH", dict.fromkeys(Script, 0.001))
    with pytest.raises(Unreadable, match="超时"):
        recognise([_snippet("1", Script.FIGURES)])


def test_calls_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tesseract, "MAX_SNIPPETS", 1)
    with pytest.raises(Unreadable, match="过多"):
        recognise([_snippet("1", Script.FIGURES), _snippet("2", Script.FIGURES)])
