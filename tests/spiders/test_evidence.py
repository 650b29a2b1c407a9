"""A whole crawl keeps how every answer came: what a server says of packed, redirected and linked bytes."""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bench.writers import docx
from crawler.demo.pages import html_page
from crawler.demo.printing import plain
from crawler.demo.server import MARK
from crawler.demo.web import Response
from crawler.demo.writer import compose
from crawler.report.model import Kind
from storage.archive import Archive
from storage.engine import open_engine
from storage.fetches import fetches_at
from tests.spiders import fixed
from tests.spiders.installation import Installation

WATER = compose("雾禾区水务局", Kind.DEPARTMENT, 2023, seed=3)
PAGE, MOVED, FILE = "/zfxxgknb/t20240119_1.html", "/zfxxgknb/moved.html", "/zfxxgknb/P1.docx"


@pytest.fixture(scope="module")
def served() -> dict[str, bytes]:
    page = html_page(WATER).decode().replace("</body>", "<p><a href='P1.docx'>附件：年报.docx</a></p></body>")
    rows = f"<li><a href='./t20240119_1.html'>{WATER.title}</a><span>2024-01-19</span></li>"
    return {
        "/": "<a href='/zfxxgknb/'>政府信息公开年报</a>".encode(),
        "/zfxxgknb/": f"<ul>{rows}</ul><script>var countPage = 1;</script>".encode(),
        MOVED: page.encode(),
        FILE: docx.write(plain(WATER)),
    }


@pytest.fixture(scope="module")
def portal(served: dict[str, bytes]) -> Iterator[str]:
    packed = (
        fixed.HTML,
        ("Content-Encoding", "gzip"),
        ("X-Answer", "one"),
        ("X-Answer", "二".encode().decode("latin-1")),
        ("Set-Cookie", "session=somebody"),
    )
    answers = {path: Response(200, (fixed.HTML,), body) for path, body in served.items()}
    answers |= {
        PAGE: Response(302, (("Location", MOVED), ("X-Answer", "the redirect")), b""),
        MOVED: Response(200, packed, gzip.compress(served[MOVED], mtime=0)),
        FILE: Response(200, (("Content-Type", "application/msword"),), served[FILE]),
    }
    with fixed.served(answers) as address:
        yield address


def test_what_a_crawl_keeps_of_its_answers(portal: str, served: dict[str, bytes], tmp_path: Path) -> None:
    installation = Installation(tmp_path)
    folder = installation.folder / "provinces"
    folder.mkdir()
    (folder / "yunling.yml").write_text(
        f"""province: yunling
name: 云岭省
years: {{first: 2023, last: 2023}}
portals:
  - id: wuhe
    name: 雾禾区人民政府
    home: http://{portal}/
    hosts: ["{portal}"]
    private: true
    family: trs
    delay: 0
    organs:
      - {{name: {WATER.organ}, kind: department}}
""",
        encoding="utf-8",
    )
    crawl = installation.crawl("yunling", now="2024-05-01T02:00:00")
    assert crawl.exit_code == 0, crawl.log
    page, file = f"http://{portal}{PAGE}", f"http://{portal}{FILE}"
    told = fetches_at(open_engine(installation.database), [page, file])
    [of_page], [of_file] = told[page], told[file]
    archive = Archive(installation.folder / "archive")
    first = datetime(2024, 4, 30, 18, 0, tzinfo=UTC)  # the clock of the crawl, in China

    # the page: behind a redirect, packed, with a header twice and a cookie that is nobody's business
    assert of_page.sha256 == hashlib.sha256(served[MOVED]).hexdigest()
    assert archive.get(of_page.sha256) == served[MOVED]
    assert (of_page.status, of_page.answered, of_page.rendered) == (200, f"http://{portal}{MOVED}", False)
    assert of_page.headers is not None
    headers = [(name, value) for name, value in of_page.headers if name not in ("Server", "Date", MARK)]
    assert sorted(headers) == sorted(
        [
            ("Content-Encoding", "gzip"),
            ("Content-Length", str(len(gzip.compress(served[MOVED], mtime=0)))),
            ("Content-Type", "text/html; charset=utf-8"),
            ("X-Answer", "one"),
            ("X-Answer", "二".encode().decode("latin-1")),
        ]
    )
    assert {"Server", "Date"} < {name for name, _ in of_page.headers}
    assert of_page.left_out == 1
    assert abs((of_page.fetched - first).total_seconds()) < 600

    # the file
    assert archive.get(of_file.sha256) == served[FILE]
    assert (of_file.status, of_file.answered, of_file.left_out) == (200, None, 0)
    assert ("Content-Type", "application/msword") in (of_file.headers or ())

    # nothing new: one more look at each
    later = installation.crawl("yunling", now="2024-06-15T02:00:00")
    assert later.exit_code == 0, later.log
    again = fetches_at(open_engine(installation.database), [page, file])
    assert [len(again[page]), len(again[file])] == [1, 1]
    assert again[page][0].fetched == of_page.fetched
    assert again[page][0].last_seen == again[file][0].last_seen
    assert again[page][0].last_seen is not None
    assert again[page][0].last_seen.date().isoformat() == "2024-06-14"
