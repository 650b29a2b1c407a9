"""An evidence pack: verified originals, a sum for every file, hostile names and texts without effect."""

from __future__ import annotations

import hashlib
import io
import json
import re
import shutil
import subprocess
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from lxml import html

from crawler.demo.defects import plant
from crawler.demo.pages import html_page
from crawler.demo.writer import compose
from crawler.export import pack as packing
from crawler.export.as_read import as_read
from crawler.export.pack import Evidence, folder_of, pack
from crawler.inspection import Given, inspect
from crawler.report.forms import FORM_2021, cell_keys
from crawler.report.model import Kind
from storage.archive import Archive
from storage.records import ReportRecord
from tests.export.conftest import ABSENT, NIGHT, ORGAN, URL, Installation, finding

Call = Callable[..., tuple[int, str, str]]


def packed(run: Call, path: Path, organ: str = ORGAN, code: int = 0) -> dict[str, bytes]:
    """Files of the pack by their names below its folder."""
    ended, stdout, _ = run("export", "pack", "--organ", organ, "--year", "2023", "--output", path)
    assert (ended, stdout) == (code, "")
    with zipfile.ZipFile(path) as made:
        folder = f"nianbao-{organ}-2023/"
        assert all(name.startswith(folder) for name in made.namelist())
        return {name.removeprefix(folder): made.read(name) for name in made.namelist()}


def test_originals_are_there_byte_for_byte_and_every_file_has_its_sum(
    installation: Installation, run: Call, tmp_path: Path
) -> None:
    installation.record(finding(1, archived=installation.page))
    path = tmp_path / "p.zip"
    files = packed(run, path)
    manifest = json.loads(files["manifest.json"])
    page, attached = manifest["originals"]
    assert (page["role"], page["sha256"], page["url"]) == ("page", installation.page, URL)
    assert page["headers"] == {"Content-Type": "text/html", "ETag": '"e1"'}
    assert page["first_seen"] == page["last_seen"] == "2024-02-02T02:00:00+08:00"
    assert files[page["file"]] == installation.archive.get(installation.page)
    assert page["file"].endswith(".html.txt")  # opening it runs nothing
    assert (attached["role"], attached["file"]) == ("attachment", "originals/002-attachment.pdf")
    sums = dict(reversed(line.split("  ")) for line in files["SHA256SUMS"].decode().splitlines())
    assert set(sums) == set(files) - {"SHA256SUMS"}
    assert all(hashlib.sha256(files[name]).hexdigest() == sha256 for name, sha256 in sums.items())
    assert [one["fingerprint"] for one in json.loads(files["findings.json"])] == [finding(1).fingerprint]
    assert "applications-balance" in files["rules/applications-balance.txt"].decode()
    assert "sha256sum -c SHA256SUMS" in files["README.txt"].decode()
    before = path.read_bytes()
    packed(run, path)
    assert path.read_bytes() == before


@pytest.mark.skipif(shutil.which("sha256sum") is None, reason="sha256sum is not installed")
def test_the_sums_are_what_sha256sum_reads(installation: Installation, run: Call, tmp_path: Path) -> None:
    installation.record(finding(1))
    run("export", "pack", "--organ", ORGAN, "--year", "2023", "--output", tmp_path / "p.zip")
    with zipfile.ZipFile(tmp_path / "p.zip") as made:
        made.extractall(tmp_path)
    done = subprocess.run(
        ["sha256sum", "--strict", "-c", "SHA256SUMS"],
        cwd=tmp_path / f"nianbao-{ORGAN}-2023",
        capture_output=True,
        text=True,
        check=True,
    )
    assert {line.rpartition(": ")[2] for line in done.stdout.splitlines()} == {"OK"}


@pytest.mark.parametrize("damage", ["gone", "other bytes", "no gzip"])
def test_a_lost_original_is_told_in_the_pack_and_by_the_exit_code(
    installation: Installation, run: Call, tmp_path: Path, damage: str
) -> None:
    installation.record(finding(1, archived=installation.page))
    [kept] = Path(installation.settings.archive_url).rglob(f"{installation.page}*")
    if damage == "gone":
        kept.unlink()
    elif damage == "other bytes":
        [other] = Path(installation.settings.archive_url).rglob(f"{installation.file}*")
        kept.write_bytes(other.read_bytes())
    else:
        kept.write_bytes(b"not packed")
    files = packed(run, tmp_path / "p.zip", code=1)
    page = json.loads(files["manifest.json"])["originals"][0]
    assert page["file"] is None and ("missing" if damage == "gone" else "damaged") in page["problem"]
    assert files["README.txt"].decode().count(installation.page) == 2
    assert [name for name in files if name.startswith("originals/")] == ["originals/002-attachment.pdf"]


def test_a_missing_report_comes_with_the_visits_that_prove_it(
    installation: Installation, run: Call, tmp_path: Path
) -> None:
    manifest = json.loads(packed(run, tmp_path / "p.zip", ABSENT)["manifest.json"])
    assert (manifest["report"], manifest["obligation"]["status"]) == (None, "missing")
    assert [visit["started"][:10] for visit in manifest["visits"]] == [
        "2024-02-02",
        "2024-02-03",
        "2024-02-04",
    ]
    assert all(visit["clean"] and visit["lists"] == ["http://a.example/list"] for visit in manifest["visits"])


def test_a_file_in_an_archive_is_cited_by_its_hash(
    installation: Installation, run: Call, tmp_path: Path
) -> None:
    inner = b"%PDF-1.4 inner"
    outer = io.BytesIO()
    with zipfile.ZipFile(outer, "w") as made:
        made.writestr("../../evil.pdf", inner)
    installation.file = installation.archive.put(outer.getvalue())
    cited = hashlib.sha256(inner).hexdigest()
    installation.record(finding(1, archived=cited))
    files = packed(run, tmp_path / "p.zip")
    attached = json.loads(files["manifest.json"])["originals"][1]
    assert attached["file"] == "originals/002-attachment.zip"
    assert [member["sha256"] for member in attached["members"]] == [cited]


def test_text_as_read_is_escaped_and_self_contained(
    installation: Installation, run: Call, tmp_path: Path
) -> None:
    installation.record(
        finding(
            1,
            message_zh="<img src=x onerror=alert(1)>\u202e",
            quote="全年新收申请21件",
            where="text",
            archived=installation.page,
        ),
    )
    page = packed(run, tmp_path / "p.zip")["text.html"].decode()
    tree = html.document_fromstring(page)
    assert not tree.xpath("//script|//img|//a|//link|//iframe|//@src|//@href|//@*[starts-with(name(),'on')]")
    assert "\u202e" not in page and "<script>alert" not in page
    assert [mark.text for mark in tree.iter("mark")] == ["全年新收申请21件"]
    assert tree.xpath("string(//meta[@http-equiv]/@content)").startswith("default-src 'none'")


def test_cells_of_findings_are_marked_and_unread_ones_say_so() -> None:
    spec = plant(compose("棠港区水务局", Kind.DEPARTMENT, 2023, seed=7), "damaged-applications")
    report = inspect(html_page(spec), Given()).report
    key = "disclosure.licences.decisions"
    lost = next(cell for cell in cell_keys(FORM_2021, "applications") if cell not in report.cells)
    rows = [
        finding(1, cells=(key,), where="applications.total"),
        finding(2, verdict="uncertain", cells=(), where=lost),
    ]
    tree = html.document_fromstring(as_read(report, rows, (), heading="x"))
    [hit] = tree.xpath("//td[@class='hit']")
    assert hit.text_content() == f"{report.cells[key].raw.strip()} [1]"
    [doubt] = tree.xpath("//td[@class='doubt']")
    assert doubt.find("sup").text == "[2]"
    printed = len(tree.xpath("//td[not(ancestor::table[@class])]"))
    unread = len(tree.xpath("//span[@class='unread']"))
    assert printed == len(report.cells) + unread
    assert unread > 50 and doubt.text_content() == "未读出 [2]"


@pytest.mark.parametrize(
    "organ",
    [
        "../../etc/passwd",
        "..",
        "C:\\x",
        "CON",
        "a\x00b",
        "\u202e局",
        "长" * 100_000,
        "",
        "/",
        "[]:*?",
        "\udcff",
    ],
)
def test_names_cannot_leave_the_folder(organ: str, tmp_path: Path) -> None:
    folder = folder_of(organ, 2023)
    assert re.fullmatch(r"nianbao-[\w-]{1,40}-2023", folder)
    out = io.BytesIO()
    row = finding(1, organ=organ, rule="../../evil", archived="../../etc/passwd", url="\udcff\x00")
    report = ReportRecord(organ, 2023, organ, "\x00\udcff", "p", "q", "0" * 64, NIGHT)
    evidence = Evidence(organ, 2023, NIGHT, [row], [{"rule": row.rule}], report)
    done = pack(evidence, Archive(tmp_path / "a"), out)
    assert len(done.problems) == 2
    with zipfile.ZipFile(out) as made:
        for info in made.infolist():
            assert info.filename.startswith(f"{folder}/") and ".." not in info.filename
            assert info.date_time == (1980, 1, 1, 0, 0, 0)


def test_the_pack_is_bounded(
    installation: Installation, run: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    installation.record(finding(1))
    monkeypatch.setattr(packing, "MOST_BYTES", 20)
    files = packed(run, tmp_path / "p.zip", code=1)
    page, attached = json.loads(files["manifest.json"])["originals"][:2]
    assert "too large" in page["problem"] and attached["file"] is not None


def test_a_year_without_anything_is_a_wrong_call(
    installation: Installation, run: Call, tmp_path: Path
) -> None:
    path = tmp_path / "p.zip"
    assert run("export", "pack", "--organ", ABSENT, "--year", "2015", "--output", path)[0] == 2
    assert not path.exists()
