"""`nianbao archive check` and `clean` as people call them."""

from __future__ import annotations

import hashlib
import io
import json
import os
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from crawler.cli import main
from crawler.config import load
from crawler.database import opened
from storage.archive import Archive
from storage.ledger import Ledger
from storage.records import (
    DocumentRecord,
    FindingRecord,
    PageRecord,
    PageSeen,
    PartRecord,
    ReportRecord,
    RunRecord,
)
from tests.archives import BucketPlace, S3Server, name_of

Run = Callable[..., tuple[int, str, str]]
URL, NIGHT = "http://a.example/1.html", datetime(2024, 2, 1, 18, tzinfo=UTC)


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    monkeypatch.chdir(tmp_path)

    def call(*arguments: str) -> tuple[int, str, str]:
        code = main([*arguments])
        said = capsys.readouterr()
        return code, said.out, said.err

    return call


@pytest.fixture
def archive(run: Run, tmp_path: Path) -> Archive:
    """With a page, and a ZIP file with the report that a finding cites."""
    archive = Archive(tmp_path / "var" / "archive")
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as bundle:
        bundle.writestr("报告.txt", "年度报告")
    page, bundle_hash = archive.put(b"<p>page</p>"), archive.put(packed.getvalue())
    cited = hashlib.sha256("年度报告".encode()).hexdigest()
    ledger = Ledger(opened(load()))
    report = ReportRecord("云溪县水务局", 2023, "年报", URL, "yunxi", "yunling", page, NIGHT)
    finding = FindingRecord(
        "a" * 16, "云溪县水务局", 2023, "applications-balance", "error", "fail", "publisher", "x", "", "",
        "", "", "yunling", "yunxi", URL, cited,
    )  # fmt: skip
    seen = PageSeen(
        PageRecord(
            URL, "yunxi", page, NIGHT, organ="云溪县水务局", year=2023,
            parts=(PartRecord("http://a.example/x.zip", "attachment", "附件", bundle_hash),),
        ),
        tuple(DocumentRecord(one, 1, None, NIGHT) for one in (page, bundle_hash)),
        report,
        (finding,),
    )  # fmt: skip
    ledger.record(ledger.begin_run(RunRecord(None, "nightly", "yunling", NIGHT)), [seen])
    return archive


def age(folder: Path, sha256: str, days: int, *, aside: bool = False) -> None:
    file = folder / "var" / "archive" / (f"quarantine/{name_of(sha256)}" if aside else name_of(sha256))
    moment = (datetime.now(UTC) - timedelta(days=days)).timestamp()
    os.utime(file, (moment, moment))


def test_what_is_sound_is_said_to_be(archive: Archive, run: Run) -> None:
    code, said, _ = run("archive", "check", "--deep")
    assert code == 0
    assert "文件 2 个" in said
    assert "有记录而缺文件：0" in said
    assert "已损坏：0" in said
    assert "问题引用而找不到的文件：0" in said  # it stands in the ZIP file
    assert run("archive", "clean") == (0, "没有可清理的文件\n", "")


def test_lost_and_damaged_originals_are_named_with_their_rows(
    archive: Archive, run: Run, tmp_path: Path
) -> None:
    page = hashlib.sha256(b"<p>page</p>").hexdigest()
    file = tmp_path / "var" / "archive" / name_of(page)
    file.write_bytes(b"no gzip")
    assert run("archive", "check")[0] == 0
    code, said, _ = run("archive", "check", "--deep", "--format", "json")
    told = json.loads(said)
    assert (code, told["sound"], told["damaged"]["count"], told["missing"]["count"]) == (1, False, 1, 0)
    assert {"table": "pages", "about": URL} in told["damaged"]["examples"][0]["rows"]
    file.unlink()
    code, said, _ = run("--lang", "en", "archive", "check")
    assert code == 1
    assert "rows without bytes: 1" in said
    assert page in said
    assert f"pages {URL}" in said
    assert "bytes were not verified" in said


def test_clearing_away_tells_first_and_keeps_a_way_back(archive: Archive, run: Run, tmp_path: Path) -> None:
    garbage = archive.put(b"nobody's")
    age(tmp_path, garbage, 29)
    assert "没有可清理的文件" in run("archive", "clean")[1]
    age(tmp_path, garbage, 31)
    code, said, _ = run("archive", "clean")
    assert code == 0
    assert "有文件而无记录：1" in said
    assert "--yes" in said
    assert archive.get(garbage) == b"nobody's"
    code, said, _ = run("archive", "clean", "--yes")
    assert (code, "移入隔离区 1" in said) == (0, True)
    assert archive.get(garbage) == b"nobody's"
    age(tmp_path, garbage, 31, aside=True)
    assert "删除 1" in run("archive", "clean", "--yes")[1]
    assert not archive.has(garbage)
    assert run("archive", "check", "--deep")[0] == 0


def test_the_wrong_database_does_not_empty_the_archive(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive = Archive(tmp_path / "var" / "archive")
    hashes = [archive.put(str(number).encode()) for number in range(101)]
    for sha256 in hashes:
        age(tmp_path, sha256, 40)
    code, _, said = run("archive", "clean", "--yes")
    assert code == 2
    assert "101/101" in said
    assert "--many" in said
    assert sum(held.aside for held in archive.held()) == 0
    assert run("archive", "clean", "--yes", "--many")[0] == 0
    assert sum(held.aside for held in archive.held()) == 101


def test_a_day_is_not_enough(run: Run) -> None:
    assert run("archive", "clean", "--older-than", "2")[0] == 0
    assert run("archive", "clean", "--older-than", "1")[0] == 2


def test_an_archive_that_cannot_be_looked_into_is_no_missing_original(
    archive: Archive, run: Run, monkeypatch: pytest.MonkeyPatch, s3: S3Server
) -> None:
    monkeypatch.setenv("NIANBAO_ARCHIVE_URL", "s3://nowhere-at-all/x")
    code, said, error = run("archive", "check")
    assert (code, said) == (2, "")
    assert "there is no such bucket" in error
    monkeypatch.setenv("NIANBAO_ARCHIVE_URL", BucketPlace(s3).address)
    code, said, _ = run("archive", "check")
    assert (code, "有记录而缺文件：2" in said) == (1, True)
    code, said, _ = run("doctor")
    assert "s3://" in said
    assert "可写" in said
