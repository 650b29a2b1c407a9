"""A whole crawl of a small portal whose reports come as files, in several pages, and twice."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bench.writers import docx
from crawler.demo.pages import html_page
from crawler.demo.printing import plain
from crawler.demo.web import Response
from crawler.demo.writer import ReportSpec, compose
from crawler.report.model import Kind
from storage.archive import Archive
from storage.records import ReportRecord
from tests.spiders import fixed
from tests.spiders.installation import Installation

WATER = compose("雾禾区水务局", Kind.DEPARTMENT, 2023, seed=3)
SCHOOLS = compose("雾禾区教育局", Kind.DEPARTMENT, 2023, seed=4)
ROADS = compose("雾禾区交通运输局", Kind.DEPARTMENT, 2023, seed=5)
CIVIL = compose("雾禾区民政局", Kind.DEPARTMENT, 2023, seed=6)
PUBLISHED = "<div class='source'>发布日期：2024-01-19</div>"


def shell(spec: ReportSpec, file: str) -> str:
    """A page that says nothing but where its report is."""
    return (
        f"<html><head><title>{spec.title}</title></head><body><h1>{spec.title}</h1>{PUBLISHED}"
        f"<div class='article'><p>报告全文见附件。</p><p><a href='{file}'>{spec.title}.docx</a></p></div>"
        "</body></html>"
    )


def in_two(spec: ReportSpec) -> tuple[str, str]:
    """The page of a report, cut before section three, with a pager between its halves."""
    page = html_page(spec).decode()
    at = page.index("<p><strong>三、")
    pager = "<div class='pages'><b>1</b> <a href='t20240119_3_1.html'>2</a></div>"
    head = page[: page.index('<div class="article-content">')]
    return page[:at] + pager + "</div></body></html>", f'{head}<div class="article-content">' + page[at:]


def changed(content: bytes, spec: ReportSpec) -> bytes:
    """The page with its figure of requests received in all raised by seven."""
    total = spec.cells["applications.new_received.total"]
    row = content.decode().partition("一、本年新收政府信息公开申请数量")
    before, _, after = row[2].partition("</tr>")
    assert before.rstrip().endswith(f">{total}</td>")
    cells = before.rpartition(f">{total}</td>")
    return (row[0] + row[1] + cells[0] + f">{int(total) + 7}</td>" + cells[2] + "</tr>" + after).encode()


def figures(report: ReportRecord) -> dict[str, float]:
    return {key: cell["value"] for key, cell in report.cells.items()}


def stored(spec: ReportSpec) -> dict[str, float]:
    """The figures of a report as JSON holds them."""
    return {key: value if isinstance(value, int) else float(value) for key, value in spec.cells.items()}


def pages() -> dict[str, bytes]:
    first, second = in_two(ROADS)
    civil = (
        html_page(CIVIL).decode().replace("</body>", "<p><a href='P4.docx'>附件.docx</a></p></body>").encode()
    )
    specs = {"1": WATER, "2": SCHOOLS, "3": ROADS, "4": CIVIL}
    rows = "".join(
        f"<li><a href='./t20240119_{name}.html'>{spec.title}</a><span>2024-01-19</span></li>"
        for name, spec in specs.items()
    )
    found = {
        "/": "<a href='/xxgk/'>政府信息公开</a><a href='/zfxxgknb/'>政府信息公开年报</a>",
        "/zfxxgknb/": f"<ul>{rows}</ul><script>var countPage = 1;</script>",
        "/zfxxgknb/t20240119_1.html": shell(WATER, "P1.docx"),
        "/zfxxgknb/t20240119_2.html": shell(SCHOOLS, "gone.docx"),
        "/zfxxgknb/t20240119_3.html": first,
        "/zfxxgknb/t20240119_3_1.html": second,
        "/zfxxgknb/t20240119_4.html": changed(civil, CIVIL),
        "/zfxxgknb/P1.docx": docx.write(plain(WATER)),
        "/zfxxgknb/P4.docx": docx.write(plain(CIVIL)),
    }
    return {path: page.encode() if isinstance(page, str) else page for path, page in found.items()}


@pytest.fixture(scope="module")
def served() -> dict[str, bytes]:
    return pages()


@pytest.fixture(scope="module")
def portal(served: dict[str, bytes]) -> Iterator[str]:
    """A portal on a free port of loopback; its host and port."""

    file = ("Content-Type", "application/octet-stream")
    answers = {
        path: Response(200, (file if path.endswith(".docx") else fixed.HTML,), body)
        for path, body in served.items()
    }
    with fixed.served(answers) as address:
        yield address


def test_reports_in_files_and_over_pages(portal: str, served: dict[str, bytes], tmp_path: Path) -> None:
    installation = Installation(tmp_path)
    folder = installation.folder / "provinces"
    folder.mkdir()
    organs = "\n".join(
        f"      - {{name: {spec.organ}, kind: department}}" for spec in (WATER, SCHOOLS, ROADS, CIVIL)
    )
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
{organs}
""",
        encoding="utf-8",
    )
    first = installation.crawl("yunling")
    assert first.exit_code == 0, first.log
    queries = installation.queries
    reports = {report.organ: report for report in queries.reports()}

    # the report in a file: its figures are the file's, its date is what the page states
    water = reports[WATER.organ]
    assert figures(water) == stored(WATER)
    assert water.published is not None
    assert (water.published.isoformat(), water.published_from) == ("2024-01-19", "label")
    assert water.url == f"http://{portal}/zfxxgknb/t20240119_1.html"
    rules = {finding.organ: set() for finding in queries.findings()}
    for finding in queries.findings():
        rules[finding.organ].add(finding.rule)
    assert "attachment-only" in rules[WATER.organ]

    # the report over two pages is one report
    roads = reports[ROADS.organ]
    assert figures(roads) == stored(ROADS)
    assert set(roads.sections) == set(ROADS.section_keys)

    # page and file differ in one figure
    (differs,) = [f for f in queries.findings() if f.rule == "attachment-differs-from-page"]
    total = CIVIL.cells["applications.new_received.total"]
    assert differs.organ == CIVIL.organ
    assert "applications.new_received.total" in differs.cells
    assert {differs.expected, differs.found} == {total, int(total) + 7}

    # a file that is gone: no report, and nobody may be called missing for it
    assert SCHOOLS.organ not in reports
    (duty,) = [duty for duty in queries.obligations() if duty.organ == SCHOOLS.organ]
    assert duty.status == "not_assessable"
    page = queries.pages("wuhe")[f"http://{portal}/zfxxgknb/t20240119_2.html"]
    assert page.problem
    assert [(part.role, part.sha256) for part in page.parts] == [("attachment", None)]

    # the bytes of every part stand in the archive
    archive = Archive(str(installation.folder / "archive"))
    (part,) = queries.pages("wuhe")[water.url].parts
    assert part.sha256 is not None
    assert archive.get(part.sha256) == served["/zfxxgknb/P1.docx"]

    second = installation.crawl("yunling", now="2024-05-01T03:00:00")
    assert second.exit_code == 0, second.log
    assert second.end["counts"]["pages"] == 0
