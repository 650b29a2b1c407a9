"""The workbook of a digest: what is told, what stands open, and nothing that a spreadsheet would obey."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable
from dataclasses import replace
from io import BytesIO
from typing import Any

import pytest

from crawler.digest import workbook as workbooks
from crawler.digest.news import News
from crawler.digest.workbook import workbook
from storage.records import Cause, ChangeRecord
from tests.digest.conftest import FINDING, MOMENT
from tests.export.workbooks import sheets

Make = Callable[..., ChangeRecord]


def _sheets(changes: list[ChangeRecord], standing: list[Any], lang: str = "zh") -> dict[str, list[list[Any]]]:
    content = workbook(News(changes).within(None), standing, moment=MOMENT, lang=lang)
    with zipfile.ZipFile(BytesIO(content)) as package:
        for name in package.namelist():
            assert not re.search(rb"<f[ >]|<hyperlink", package.read(name)), name
    return {name: [[told for _, told in row] for row in rows] for name, rows in sheets(content).items()}


def test_changes_by_part_and_what_stands(change: Make) -> None:
    gone = replace(change(2, "fixed", fingerprint="b", organ="临溪县教育局"), cause=Cause.FILED)
    cause = {"fingerprint": "c", "rule": "cell-likely-culprit", "severity": "info", "message_zh": "应为3"}
    made = _sheets(
        [gone, change(3, "new", fingerprint="a", group="c"), change(4, "new", **cause)], [FINDING] * 2
    )
    told, standing = made.values()
    assert list(made) == ["本次变化", "目前尚未解决"]
    assert told[0][:4] == ["变化", "序号", "单位", "年度"]
    assert [(row[0], row[2]) for row in told[1:]] == [
        ("新问题", "青杉市水务局"),  # the cause, then what it explains
        ("新问题", "青杉市水务局"),
        ("已整改", "临溪县教育局"),
    ]
    assert told[1][6] == "应为3"
    assert told[3][-1] == "报告已发布"
    assert len(standing) == 3


@pytest.mark.parametrize("hostile", ["=cmd|' /C calc'!A0", "@SUM(1)", "+1+1", "http://evil.example/"])
def test_no_text_becomes_a_formula_or_a_link(change: Make, hostile: str) -> None:
    told = _sheets([change(1, "new", message_zh=hostile, organ=hostile)], [])["本次变化"]
    assert hostile in told[1]


def test_what_is_cut_says_so(change: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbooks, "MOST_ROWS", 3)
    changes = [change(number, "new", fingerprint=f"{number}") for number in range(1, 6)]
    told, standing = _sheets(changes, [FINDING] * 3, "en").values()
    assert len(told) == 1 + 3 + 1
    assert str(told[-1][0]).startswith("only the first 3 rows")
    assert len(standing) == 1 + 3
