"""Marks of notes in each format: never digits of the number that they stand at."""

from __future__ import annotations

import pytest

from crawler.extract import extract
from crawler.extract.document import Grid
from crawler.extract.raised import set_apart


def first_cell(inner: str) -> str:
    page = f"<table><tr><td>{inner}</td><td>甲</td></tr><tr><td>乙</td><td>丙</td></tr></table>"
    grid = next(
        block for block in extract(page.encode(), content_type="text/html").blocks if isinstance(block, Grid)
    )
    return grid.rows[0][0].text


def test_raised_digits_stay_raised_and_apart():
    assert set_apart("1") == " ¹ "


@pytest.mark.parametrize(
    ("inner", "text"),
    [
        ("18<sup>2</sup>", "18 ²"),
        ('18<span style="vertical-align: super">2</span>', "18 ²"),
        ('<span style="text-decoration: line-through">9</span>18', "18"),
        ('<span style="font-size:0">8</span>18', "18"),
        ('<span style="font-size:0"><b style="font-size:12px">18</b></span>', "18"),
        ("<ruby>18<rt>9</rt></ruby>", "18"),
        ('<input type="text" value="18">', "18"),
        ('<input type="hidden" value="9"><input type="checkbox" value="1">18', "18"),
        ("<textarea>18</textarea>", "18"),
    ],
)
def test_a_cell_holds_what_its_reader_sees(inner, text):
    assert first_cell(inner) == text
