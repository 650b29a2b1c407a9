"""A rectification letter: only what is certain and open, each slip once, nothing obeyed."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from docx import Document
from lxml import etree

from crawler.export.letter import doubtful, holds, letter
from crawler.export.letter_docx import letter_docx
from storage.records import FindingStatus
from tests.export.conftest import ABSENT, ORGAN, QUIET, Installation, finding

Call = Callable[..., tuple[int, str, str]]
MOMENT = datetime(2024, 3, 1, 1, 0, tzinfo=UTC)


def text(content: bytes) -> str:
    """Every paragraph, those of tables after those of the body."""
    document = Document(io.BytesIO(content))
    lines = [paragraph.text for paragraph in document.paragraphs]
    lines += [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join(lines)


def written(run: Call, path: Path, *arguments: str) -> str:
    code, stdout, _ = run("export", "letter", "--output", path, *arguments)
    assert (code, stdout) == (0, "")
    return text(path.read_bytes())


def test_it_says_what_where_on_what_ground_and_how_to_repair(
    installation: Installation, run: Call, tmp_path: Path
) -> None:
    installation.record(finding(1, archived=installation.page))
    said = written(run, tmp_path / "l.docx", "--organ", ORGAN)
    for line in (
        f"{ORGAN}：",
        "问题：自然人：新收21件，办结20件",
        "位置：表三 · 自然人",
        "报告所载：20",
        "应为：21",
        "依据：年度报告格式表三",
        "请于____年__月__日前完成整改",
        "〔发函单位名称〕",
        "网页：http://a.example/1.html",
        installation.page,
    ):
        assert line in said
    assert "整改建议：" in said and "存在以下1项问题" in said
    assert "请核对的事项" not in said


def test_what_one_slip_explains_stands_beneath_it_and_counts_once(
    installation: Installation, run: Call, tmp_path: Path
) -> None:
    culprit = finding(
        50,
        rule="cell-likely-culprit",
        severity="info",
        message_zh="很可能应为12",
        where="applications.granted",
    )
    installation.record(
        finding(1, group=culprit.fingerprint, message_zh="甲不平"),
        finding(2, group=culprit.fingerprint, message_zh="乙不平", where="applications.total"),
        culprit,
    )
    said = written(run, tmp_path / "l.docx", "--organ", ORGAN)
    assert "存在以下1项问题" in said
    assert (
        said.index("很可能应为12")
        < said.index("由同一处笔误引起")
        < said.index("甲不平")
        < said.index("乙不平")
    )
    assert "疑似错误单元格（错误）" in said  # as grave as what it breaks


def test_a_missing_report_is_proved_by_its_visits(
    installation: Installation, run: Call, tmp_path: Path
) -> None:
    said = written(run, tmp_path / "l.docx", "--organ", ABSENT)
    assert "2024-02-02 02:00；2024-02-03 02:00；2024-02-04 02:00" in said


@pytest.mark.parametrize(
    "one",
    [
        finding(1, verdict="uncertain"),
        finding(1, fault="extraction"),
        finding(1, fault="unknown"),
    ],
)
def test_nothing_that_is_not_certain_makes_a_letter(
    installation: Installation, run: Call, tmp_path: Path, one: object
) -> None:
    installation.record(one)  # type: ignore[arg-type]
    path = tmp_path / "l.docx"
    code, stdout, stderr = run("export", "letter", "--organ", ORGAN, "--output", path, "--with-uncertain")
    assert (code, stdout, stderr.count("\n"), path.exists()) == (1, "", 1, False)


def test_what_was_repaired_is_not_told(installation: Installation, run: Call, tmp_path: Path) -> None:
    installation.record(finding(1))
    installation.record()
    path = tmp_path / "l.docx"
    assert run("export", "letter", "--organ", ORGAN, "--output", path)[0] == 1


@pytest.mark.parametrize("status", [FindingStatus.WAIVED, FindingStatus.FIXED])
def test_closed_findings_hold_nothing(status: FindingStatus) -> None:
    assert holds(finding(1)) and not holds(replace(finding(1), status=status))
    doubt = finding(1, verdict="uncertain")
    assert doubtful(doubt) and not doubtful(replace(doubt, status=status))


def test_doubts_stand_in_an_annex_of_their_own_when_asked(
    installation: Installation, run: Call, tmp_path: Path
) -> None:
    installation.record(finding(1), finding(2, verdict="uncertain", message_zh="未能核对", where="tables"))
    assert "未能核对" not in written(run, tmp_path / "1.docx", "--organ", ORGAN)
    said = written(run, tmp_path / "2.docx", "--organ", ORGAN, "--with-uncertain")
    assert "存在以下1项问题" in said
    assert said.index("请核对的事项") < said.index("未能核对")


def test_another_year_is_another_letter(installation: Installation, run: Call, tmp_path: Path) -> None:
    installation.record(finding(1))
    path = tmp_path / "l.docx"
    assert run("export", "letter", "--organ", ORGAN, "--year", "2022", "--output", path)[0] == 1
    assert "2023年度报告" in written(run, path, "--organ", ORGAN, "--year", "2023")


def test_a_body_that_nobody_knows_is_a_wrong_call(
    installation: Installation, run: Call, tmp_path: Path
) -> None:
    code, _, stderr = run("export", "letter", "--organ", "无此局", "--output", tmp_path / "l.docx")
    assert code == 2 and "无此局" in stderr
    assert run("export", "letter", "--organ", QUIET, "--output", tmp_path / "l.docx")[0] == 1


@pytest.mark.parametrize(
    "hostile",
    [
        "<w:p/>&amp;]]>",
        "NUL\x00\x0b\x1b\udcff\ufffe",
        "\u202e反转\u2066",
        "长" * 100_000,
        'HYPERLINK "http://evil.example" { PAGE }',
        "a\nb\tc\r\n",
    ],
)
def test_hostile_text_is_text(hostile: str) -> None:
    row = finding(
        1, message_zh=hostile, quote=hostile, url=hostile, organ=hostile, basis_zh=hostile, expected=hostile,
        where=hostile, rule=hostile, severity=hostile,
    )  # fmt: skip
    made = letter(hostile, [(row, (row,))], [(row, ())], [], MOMENT)
    content = letter_docx(made, MOMENT)
    assert content == letter_docx(made, MOMENT)
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        assert {info.date_time for info in package.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        body = package.read("word/document.xml")
        etree.fromstring(body)
        assert b"hyperlink" not in body and b"instrText" not in body and b"fldSimple" not in body
        assert b'TargetMode="External"' not in package.read("word/_rels/document.xml.rels")
    said = text(content)
    assert not set(said) & set("\x00\x0b\x1b\u202e\u2066\ufffe\t")
    assert len(said) < 60_000
