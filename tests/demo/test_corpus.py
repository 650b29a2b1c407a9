"""The corpus on disk: as many files as asked for, the same each time, with their truth beside them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from crawler.demo import corpus
from crawler.demo.pages import PAGE_STYLES


def test_files_and_truth(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert corpus.main([str(tmp_path / "out"), "--count", "24", "--seed", "3"]) == 0
    assert capsys.readouterr().out == f"24 reports in {tmp_path / 'out'}\n"
    files = sorted((tmp_path / "out").glob("*.html"))
    truth = json.loads((tmp_path / "out" / corpus.TRUTH).read_text(encoding="utf-8"))
    assert [file.name for file in files] == list(truth)
    assert {file.stem.split("-", 1)[1] for file in files} == set(PAGE_STYLES)
    for file in files:
        content = file.read_bytes()
        page = content.decode("gbk" if b'charset="gbk"' in content else "utf-8")
        told = truth[file.name]
        assert f"<h1>{told['title']}</h1>" in page
        assert f'content="{told["published"]} 09:00"' in page
        assert len(told["cells"]) in (200, 198, 185, 183)


def test_the_same_seed_gives_the_same_bytes() -> None:
    first, again, other = ([report.content for report in corpus.reports(12, seed)] for seed in (5, 5, 6))
    assert first == again
    assert all(a != b for a, b in zip(first, other, strict=True))


def test_some_reports_are_faulty_and_most_are_not() -> None:
    faulty = [report.spec.defects for report in corpus.reports(300, 1) if report.spec.defects]
    assert 15 <= len(faulty) <= 45
    assert len(set(faulty)) == 6


@pytest.mark.parametrize("count", ["0", "-1", "20001", "many"])
def test_a_senseless_count_is_refused(tmp_path: Path, count: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        corpus.main([str(tmp_path), "--count", count])
    assert ended.value.code == 2
    assert "--count" in capsys.readouterr().err


def test_a_folder_that_cannot_be_written_is_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(SystemExit) as ended:
        corpus.main([str(tmp_path / "file"), "--count", "1"])
    assert ended.value.code == 2
    assert "File exists" in capsys.readouterr().err.splitlines()[-1]
