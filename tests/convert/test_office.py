"""LibreOffice as it is called: what it gives back, and what it may not do."""

from __future__ import annotations

import os
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from bench.writers import docx, office
from crawler.convert import INSTALLED, child
from crawler.convert import office as converter
from crawler.demo.printing import plain
from crawler.demo.sheets import Sheet, places
from crawler.demo.writer import compose
from crawler.extract import extract
from crawler.extract.document import Format, Grid, Paragraph, Picture, Unreadable
from crawler.report.model import Kind

PRINTED = plain(compose("云溪县水务局", Kind.DEPARTMENT, 2023, seed=7))
RTF = rb"{\rtf1\ansi\ansicpg936 \u20316?\par\trowd\cellx900\cellx1800\intbl 5\cell 6\cell\row\pard 7\par}"


@pytest.fixture(scope="module")
def doc() -> bytes:
    (converted,) = office.convert([("report.docx", docx.write(PRINTED))], "doc")
    return converted


def printed_grids() -> list[list[list[str]]]:
    return [
        [[place.cell.text for place in row] for row in places(block)]
        for block in PRINTED.blocks
        if isinstance(block, Sheet)
    ]


@pytest.mark.parametrize(("name", "format_"), [("report.doc", Format.DOC), ("report.wps", Format.WPS)])
def test_an_old_document_reads_as_it_was_printed(doc, name, format_):
    document = extract(doc, name=name, outside=INSTALLED)
    assert document.format is format_
    grids = [block for block in document.blocks if isinstance(block, Grid)]
    assert [[[slot.text for slot in row] for row in grid.rows] for grid in grids] == printed_grids()
    assert document.blocks[0] == Paragraph(PRINTED.spec.title)
    assert document.notes == ()


def test_rich_text_is_converted_too():
    document = extract(RTF, name="report.doc", outside=INSTALLED)
    assert document.format is Format.DOC
    assert document.blocks[0] == Paragraph("作")
    assert isinstance(document.blocks[1], Grid)
    assert [slot.text for slot in document.blocks[1].rows[0]] == ["5", "6"]


def test_a_table_that_ends_its_document_is_lost_and_told():
    """LibreOffice writes no paragraph behind such a table, and then does not find the table again."""
    *blocks, sheet = [block for block in PRINTED.blocks if isinstance(block, Sheet)]
    cut = type(PRINTED)(PRINTED.spec, (*PRINTED.blocks[:1], sheet))
    assert blocks
    (converted,) = office.convert([("report.docx", docx.write(cut))], "doc")
    document = extract(converted, outside=INSTALLED)
    assert document.blocks[0] == Paragraph(PRINTED.spec.title)
    assert [type(block) for block in document.blocks[1:]] in ([Picture], [Grid])
    told = any("lost their cells" in note for note in document.notes)
    assert told == isinstance(document.blocks[1], Picture)


@pytest.mark.parametrize("length", [600, 9_000, 30_000])
def test_a_cut_document_is_refused(doc, length):
    with pytest.raises(Unreadable):
        extract(doc[:length], outside=INSTALLED)


def test_nothing_outside_is_fetched(doc):
    asked = []

    class Portal(BaseHTTPRequestHandler):
        def answer(self) -> None:
            asked.append(self.path)
            self.send_response(404)
            self.end_headers()

        do_GET = do_HEAD = do_OPTIONS = do_PROPFIND = answer  # noqa: N815

    with ThreadingHTTPServer(("127.0.0.1", 0), Portal) as portal:
        threading.Thread(target=portal.serve_forever, daemon=True).start()
        address = f"http://127.0.0.1:{portal.server_port}/picture.png"
        field = rb'{\field{\*\fldinst INCLUDEPICTURE "%s" \\d}{\fldrslt x}}' % address.encode()
        document = extract(RTF.replace(rb"\par}", field + rb"\par}"), outside=INSTALLED)
        portal.shutdown()
    assert document.blocks
    assert asked == []


def test_without_libreoffice_the_package_is_named(monkeypatch):
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(Unreadable, match="libreoffice-writer-nogui"):
        converter.to_docx(RTF, Format.DOC)


def test_time_is_bounded_and_nothing_is_left_behind(monkeypatch, tmp_path):
    (tmp_path / "soffice").write_text("#!/bin/sh\nsleep 300 & echo $! > $TMPDIR/../child\nsleep 300\n")
    (tmp_path / "soffice").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", None)
    monkeypatch.setattr(converter, "TIMEOUT", 1.0)
    with pytest.raises(Unreadable, match="超时"):
        converter.to_docx(RTF, Format.DOC)
    assert not _runs(int((tmp_path / "child").read_text()))
    assert {path.name for path in tmp_path.iterdir()} == {"soffice", "child"}


def test_an_answer_that_is_empty_or_missing_is_a_failure(monkeypatch, tmp_path):
    program = tmp_path / "soffice"
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    for script in ("exit 0", 'mkdir "$9"; : > "$9/document.docx"'):
        program.write_text(f"#!/bin/sh\n{script}\n")
        program.chmod(0o755)
        with pytest.raises(Unreadable, match="无法读取"):
            converter.to_docx(RTF, Format.DOC)


def test_the_profile_forbids_macros_and_links(tmp_path):
    converter._write_profile(tmp_path)
    settings = (tmp_path / "user" / "registrymodifications.xcu").read_text(encoding="utf-8")
    for name, value in (("MacroSecurityLevel", "3"), ("DisableMacrosExecution", "true"), ("Link", "2")):
        assert f'oor:name="{name}" oor:op="fuse"><value>{value}</value>' in settings


# --- child processes -------------------------------------------------------------------------------------


def _run(script: str, **limits: int) -> int:
    given = {"memory": 1 << 30, "file_bytes": 1 << 20} | limits
    return child.run(["/bin/sh", "-c", script], seconds=20, environment={"PATH": os.defpath}, **given)


def test_the_exit_code_and_an_environment_of_its_own(monkeypatch):
    monkeypatch.setenv("NIANBAO_SECRET", "1")
    assert _run("exit 7") == 7
    assert _run('test -z "$NIANBAO_SECRET"') == 0


def test_files_and_memory_are_bounded(tmp_path):
    long = tmp_path / "long"
    assert _run(f"head -c 3000000 /dev/zero > {long}") != 0
    assert long.stat().st_size <= 1 << 20
    assert _run("head -c 400000000 /dev/zero | sort > /dev/null", memory=1 << 26) != 0


def test_what_a_child_started_ends_with_it(tmp_path):
    assert _run(f"sleep 300 & echo $! > {tmp_path / 'left'}") == 0
    assert not _runs(int((tmp_path / "left").read_text()))


def test_a_program_that_is_not_there():
    assert child.run(["/nowhere"], seconds=5, memory=1 << 30, file_bytes=1 << 20, environment={}) == 127


def _runs(process: int) -> bool:
    """Whether a process still runs, some moments after it was killed."""
    for _ in range(100):
        try:
            state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
        except FileNotFoundError:
            return False
        if state == "Z":
            return False
        time.sleep(0.05)
    return True
