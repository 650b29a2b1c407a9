"""`nianbao export warc`, read back by the program that others read it with."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from warcio.archiveiterator import ArchiveIterator

from crawler.database import opened
from storage.ledger import Ledger
from storage.records import DocumentRecord, FetchRecord, PageRecord, PageSeen, PartRecord, RunRecord
from tests.export.conftest import FILE, NIGHT, ORGAN, PAGE, URL, Installation

Run = Callable[..., tuple[int, str, str]]
PACKED = (
    ("Content-Type", "text/html; charset=utf-8"),
    ("Content-Encoding", "gzip"),
    ("Content-Length", "123"),
    ("X-Answer", "一".encode().decode("latin-1")),
    ("X-Answer", "two"),
)


@dataclass
class Read:
    """One record as warcio reads it."""

    kind: str
    url: str | None
    fields: dict[str, str]
    status: str | None
    headers: list[tuple[str, str]]
    body: bytes = field(repr=False)


def records(file: Path) -> Iterator[Read]:
    with file.open("rb") as stream:
        for record in ArchiveIterator(stream, check_digests="raise"):
            http = record.http_headers
            yield Read(
                record.rec_type,
                record.rec_headers.get_header("WARC-Target-URI"),
                dict(record.rec_headers.headers),
                None if http is None else f"{http.protocol} {http.statusline}",
                [] if http is None else http.headers,
                record.content_stream().read(),
            )


def checked(file: Path) -> None:
    """warcio's own check of every digest."""
    done = subprocess.run(
        [sys.executable, "-c", "from warcio.cli import main; main()", "check", "-v", str(file)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout
    assert "digest pass" in done.stdout


def night(installation: Installation, *seen: PageSeen) -> None:
    ledger = Ledger(opened(installation.settings))
    ledger.record(ledger.begin_run(RunRecord(None, "nightly", "yunling", NIGHT)), seen)


def page(url: str, sha256: str, *fetches: FetchRecord, **values: Any) -> PageSeen:
    known = PageRecord(url, "yunxi", sha256, NIGHT, organ=ORGAN, year=2023, content_type="text/html")
    shown = replace(known, **values)
    hashes = {sha256} | {part.sha256 for part in shown.parts if part.sha256}
    documents = tuple(DocumentRecord(one, 1, shown.content_type, shown.seen) for one in sorted(hashes))
    return PageSeen(shown, documents, fetches=fetches)


def fetch(url: str, sha256: str, **values: Any) -> FetchRecord:
    return replace(FetchRecord(url, sha256, NIGHT, 200, PACKED), **values)


def test_a_page_with_its_headers_and_a_file_without(installation: Installation, run: Run) -> None:
    parts = (PartRecord(FILE, "attachment", "附件", installation.file, "application/pdf"),)
    night(installation, page(URL, installation.page, fetch(URL, installation.page, left_out=2), parts=parts))
    out = installation.folder / "evidence.warc.gz"
    code, answer, said = run("export", "warc", "--output", out)
    assert (code, answer) == (0, "")
    assert "带响应头的原件 1 份，未留响应头的 1 份" in said
    checked(out)
    info, response, resource = records(out)

    assert (info.kind, info.fields["WARC-Date"]) == ("warcinfo", "2024-03-01T01:00:00Z")
    assert b"software: nianbao/" in info.body

    assert (response.kind, response.url, response.status) == ("response", URL, "HTTP/1.1 200 OK")
    assert response.body == PAGE.encode()
    assert response.fields["WARC-Date"] == "2024-02-01T18:00:00Z"
    assert response.fields["WARC-Payload-Digest"] == f"sha256:{installation.page}"
    assert response.fields["Nianbao-Headers-Left-Out"] == "2"
    assert response.headers == [
        ("Content-Type", "text/html; charset=utf-8"),
        ("X-Crawl-Content-Encoding", "gzip"),
        ("X-Crawl-Content-Length", "123"),
        ("X-Answer", "一"),  # warcio reads the bytes as UTF-8
        ("X-Answer", "two"),
        ("Content-Length", str(len(PAGE.encode()))),
    ]

    assert (resource.kind, resource.url, resource.status) == ("resource", FILE, None)
    assert (resource.fields["WARC-Date"], resource.body) == ("2024-02-01T18:00:00Z", b"%PDF-1.4 x")


def test_the_same_records_give_the_same_bytes(installation: Installation, run: Run) -> None:
    night(installation, page(URL, installation.page, fetch(URL, installation.page)))
    one, two = installation.folder / "1.warc.gz", installation.folder / "2.warc.gz"
    assert run("export", "warc", "--output", one)[0] == run("export", "warc", "--output", two)[0] == 0
    assert one.read_bytes() == two.read_bytes()


def test_chinese_addresses_redirects_and_what_a_browser_made(installation: Installation, run: Run) -> None:
    asked, answered = "http://a.example/年报 1.html?标题=%E6%B0%B4", "http://a.example/落点.html"
    shown = "http://a.example/app#/2023"
    night(
        installation,
        page(asked, installation.page, fetch(asked, installation.page, answered=answered)),
        page(shown, installation.page, fetch(shown, installation.page, headers=None, rendered=True)),
    )
    out = installation.folder / "x.warc.gz"
    assert run("export", "warc", "--output", out)[0] == 0
    checked(out)
    _, rendered, redirected = sorted(
        records(out), key=lambda one: (one.kind != "warcinfo", one.kind == "response")
    )
    assert redirected.url == "http://a.example/%E8%90%BD%E7%82%B9.html"
    assert redirected.fields["Nianbao-Requested-URI"] == (
        "http://a.example/%E5%B9%B4%E6%8A%A5%201.html?%E6%A0%87%E9%A2%98=%E6%B0%B4"
    )
    assert (rendered.kind, rendered.url) == ("resource", shown)
    assert "browser" in rendered.fields["Nianbao-Rendered"]


def test_every_version_of_a_page_is_there_with_its_own_moment(installation: Installation, run: Run) -> None:
    later = NIGHT + timedelta(days=9, microseconds=250_000)
    new = installation.archive.put(b"<p>edited</p>")
    night(
        installation,
        page(URL, installation.page, fetch(URL, installation.page)),
        page(URL, new, fetch(URL, new, fetched=later), seen=later),
    )
    out = installation.folder / "x.warc.gz"
    assert run("export", "warc", "--output", out)[0] == 0
    checked(out)
    _, first, second = records(out)
    assert (first.body, second.body) == (PAGE.encode(), b"<p>edited</p>")
    assert (first.fields["WARC-Date"], second.fields["WARC-Date"]) == (
        "2024-02-01T18:00:00Z",
        "2024-02-10T18:00:00.250000Z",
    )
    assert first.fields["Nianbao-Last-Seen"] == "2024-02-01T18:00:00Z"


def test_a_body_that_came_before_headers_were_kept_keeps_its_first_moment(
    installation: Installation, run: Run
) -> None:
    installation.record()  # as an older program did: with a version, without a fetch
    later = datetime(2024, 2, 10, 18, tzinfo=UTC)
    new = installation.archive.put(b"<p>edited</p>")
    night(installation, page(URL, new, fetch(URL, new, fetched=later), seen=later))
    out = installation.folder / "x.warc.gz"
    assert run("export", "warc", "--output", out, "--organ", ORGAN, "--year", "2023")[0] == 0
    checked(out)
    told = [(one.kind, one.body, one.fields["WARC-Date"]) for one in records(out)][1:]
    assert told == [
        ("resource", PAGE.encode(), "2024-02-01T18:00:00Z"),
        ("response", b"<p>edited</p>", "2024-02-10T18:00:00Z"),
    ]


@pytest.mark.parametrize(
    ("options", "urls"),
    [
        ((), {"a", "b", "c"}),
        (("--year", "2022"), {"b"}),
        (("--organ", ORGAN), {"a", "b"}),
        (("--portal", "yunxi"), {"a", "b", "c"}),
        (("--province", "yunling", "--organ", ORGAN, "--year", "2023"), {"a"}),
    ],
    ids=["all", "year", "organ", "portal", "report"],
)
def test_filters(installation: Installation, run: Run, options: tuple[str, ...], urls: set[str]) -> None:
    shas = {name: installation.archive.put(name.encode()) for name in "abc"}
    told = {name: f"http://a.example/{name}" for name in "abc"}
    night(
        installation,
        page(told["a"], shas["a"], fetch(told["a"], shas["a"])),
        page(told["b"], shas["b"], fetch(told["b"], shas["b"]), year=2022),
        page(told["c"], shas["c"], fetch(told["c"], shas["c"]), organ=None, year=None, problem="no report"),
    )
    out = installation.folder / "x.warc.gz"
    assert run("export", "warc", "--output", out, *options)[0] == 0
    assert {one.body.decode() for one in records(out) if one.kind == "response"} == urls


def test_nothing_asked_for_is_on_record(installation: Installation, run: Run) -> None:
    out = installation.folder / "x.warc.gz"
    code, _, said = run("export", "warc", "--output", out, "--organ", "没有的局")
    assert (code, out.exists()) == (2, False)
    assert "没有符合条件的网页" in said


def test_lost_bytes_are_told_and_the_rest_is_written(installation: Installation, run: Run) -> None:
    lost = hashlib.sha256(b"never archived").hexdigest()
    night(
        installation,
        page("http://a.example/0", lost, fetch("http://a.example/0", lost)),
        page(URL, installation.page, fetch(URL, installation.page)),
    )
    out = installation.folder / "x.warc.gz"
    code, _, said = run("export", "warc", "--output", out)
    assert code == 1
    assert lost in said
    checked(out)
    assert [one.url for one in records(out)] == [None, URL]


@pytest.mark.parametrize(
    ("headers", "told"),
    [
        ((), [("Content-Length", "5")]),
        ((("content-length", "5"),), [("content-length", "5")]),
        (
            (("Content-Length", "5"), ("Content-Length", "5")),
            [("Content-Length", "5"), ("X-Crawl-Content-Length", "5")],
        ),
        (
            (("Transfer-Encoding", "chunked"), ("Content-Length", "-1")),
            [
                ("X-Crawl-Transfer-Encoding", "chunked"),
                ("X-Crawl-Content-Length", "-1"),
                ("Content-Length", "5"),
            ],
        ),
    ],
    ids=["none", "right", "twice", "chunked"],
)
def test_the_length_is_that_of_the_body(
    installation: Installation, run: Run, headers: Any, told: list[tuple[str, str]]
) -> None:
    sha256 = installation.archive.put(b"hello")
    night(installation, page(URL, sha256, fetch(URL, sha256, headers=headers, status=299)))
    out = installation.folder / "x.warc.gz"
    assert run("export", "warc", "--output", out)[0] == 0
    checked(out)
    _, response = records(out)
    assert (response.headers, response.body) == (told, b"hello")
    assert response.status == "HTTP/1.1 299"


def test_a_failure_leaves_the_file_that_was_there(installation: Installation, run: Run) -> None:
    night(installation, page(URL, installation.page, fetch(URL, installation.page)))
    out = installation.folder / "x.warc.gz"
    out.write_bytes(b"the one before")
    file = Path(installation.settings.archive_url) / installation.page[:2] / installation.page[2:4]
    kept = next(file.iterdir())
    kept.unlink()
    kept.mkdir()  # neither there nor missing: it cannot be read
    code, _, said = run("export", "warc", "--output", out)
    assert code == 2
    assert "原件库不可用" in said
    assert out.read_bytes() == b"the one before"
    assert [one.name for one in installation.folder.iterdir() if ".part" in one.name] == []


def test_the_pack_tells_how_its_originals_came(installation: Installation, run: Run) -> None:
    installation.record()
    night(installation, page(URL, installation.page, fetch(URL, installation.page, left_out=1)))
    out = installation.folder / "pack.zip"
    assert run("export", "pack", "--organ", ORGAN, "--year", "2023", "--output", out)[0] == 0
    with ZipFile(out) as packed:
        [name] = [one for one in packed.namelist() if one.endswith("manifest.json")]
        originals = json.loads(packed.read(name))["originals"]
    [told] = [one for one in originals if one["role"] == "page"]
    [came] = told["fetches"]
    assert came["headers"] == [list(pair) for pair in PACKED]
    assert (came["status"], came["headers_left_out"], came["answered"]) == (200, 1, None)
    assert came["fetched"] == came["last_seen"] == "2024-02-02T02:00:00+08:00"
