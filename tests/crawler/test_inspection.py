"""Page and attachments: which of them is the report, what is filled from where, what was not read."""

from __future__ import annotations

import hashlib
import io
import re
import zipfile
from dataclasses import replace
from datetime import date

import pytest

from crawler.demo.pages import html_body
from crawler.demo.writer import ReportSpec, compose
from crawler.extract.document import Document
from crawler.inspection import Attached, Body, Given, Inspection, NotAReport, Unreadable, inspect
from crawler.parser import Page, parse
from crawler.report.model import Bilingual, DateSource, Kind, Report, TableState
from crawler.validator import RULES
from crawler.validator.context import Need
from crawler.validator.finding import Fault, Verdict

ORGAN = "柘泉县民政局"
URL = "http://portal.example/art/1.html"
FILE = "http://portal.example/files/1.html"
TITLE = f"{ORGAN}2023年政府信息公开工作年度报告"
PUBLISHED = date(2024, 1, 29)
TABLES = {"disclosure", "applications", "disputes"}


def spec(seed: int = 5, organ: str = ORGAN, year: int = 2023) -> ReportSpec:
    return compose(organ, Kind.DEPARTMENT, year, seed=seed)


def body_of(report: ReportSpec) -> str:
    """Title, sections and tables as a word processor would have saved them."""
    return f"<p>{report.title}</p>{html_body(report)}"


LABELS = "".join(
    f'<meta name="{name}" content="{content}">'
    for name, content in (
        ("SiteName", "云溪县人民政府"),
        ("SiteDomain", "www.example.gov.cn"),
        ("SiteIDCode", "9901000001"),
        ("ColumnName", "政府信息公开年报"),
        ("ColumnType", "信息公开年报"),
        ("ContentSource", ORGAN),
    )
)


def page(body: str, title: str = TITLE) -> bytes:
    """A page of a portal as it stands around an article."""
    return (
        f'<html><head><title>{title}</title>{LABELS}<meta name="ArticleTitle" content="{title}">'
        f'<meta name="PubDate" content="{PUBLISHED} 09:00"></head><body><h1>{title}</h1>'
        f'<div class="content">{body}</div></body></html>'
    ).encode()


def file(body: str) -> bytes:
    """An attached file; HTML is what some offices save their documents as."""
    return f"<html><body>{body}</body></html>".encode()


def attached(content: bytes | None, url: str = FILE, text: str = "点击下载", **more: object) -> Attached:
    return Attached(url, text, content, **more)  # type: ignore[arg-type]


def read(content: bytes, *attachments: Attached, **more: object) -> Inspection:
    return inspect(content, Given(url=URL, attachments=attachments, **more))  # type: ignore[arg-type]


def accused(inspection: Inspection) -> set[str]:
    return {
        finding.rule
        for finding in inspection.outcome.findings
        if finding.verdict is Verdict.FAIL and finding.fault is Fault.PUBLISHER
    }


SEE_ATTACHMENT = page('<p>详见附件。</p><p><a href="/files/1.html">点击下载</a></p>')
WHOLE = spec()


def test_a_page_that_only_links_is_read_from_its_attachment() -> None:
    content = file(body_of(WHOLE))
    inspection = read(SEE_ATTACHMENT, attached(content))
    report = inspection.report
    assert {key: cell.value for key, cell in report.cells.items()} == dict(WHOLE.cells)
    assert (report.organ, report.year, report.title) == (ORGAN, 2023, WHOLE.title)
    assert (report.published, report.published_from) == (PUBLISHED, DateSource.META)
    assert inspection.read_from == (0, FILE, hashlib.sha256(content).hexdigest())
    assert inspection.sha256 == hashlib.sha256(SEE_ATTACHMENT).hexdigest()
    assert (inspection.problem, dict(inspection.taken)) == (None, {})
    assert [(read.url, read.problem) for read in inspection.attachments] == [(FILE, None)]


def test_a_page_that_holds_the_report_is_the_report() -> None:
    content = page(body_of(WHOLE))
    inspection = read(content, attached(file(body_of(WHOLE))))
    assert inspection.read_from == (None, URL, hashlib.sha256(content).hexdigest())
    assert inspection.problem is None
    assert accused(inspection) == set()


def test_what_the_attachment_does_not_say_of_itself_the_page_says() -> None:
    report = read(SEE_ATTACHMENT, attached(file(html_body(WHOLE)))).report
    assert (report.title, report.organ, report.year, report.year_from) == (TITLE, ORGAN, 2023, "period")
    assert report.form == "2021"


def test_an_attachment_of_another_body_or_year_is_not_the_report() -> None:
    for other in (spec(organ="柘泉县财政局"), spec(year=2022)):
        inspection = read(SEE_ATTACHMENT, attached(file(body_of(other))))
        assert inspection.report.cells == {}
        assert (inspection.report.organ, inspection.report.year) == (ORGAN, 2023)
        assert inspection.read_from.attachment is None
        assert inspection.problem is not None
        assert accused(inspection) == set()


def test_of_several_attachments_the_fullest_is_read() -> None:
    cut = re.sub(r"(?s)<table.*?</table>", "", body_of(WHOLE))
    inspection = read(
        SEE_ATTACHMENT,
        attached(file("<p>政府信息公开申请表</p>"), "http://portal.example/files/a.html", "申请表"),
        attached(file(cut), "http://portal.example/files/b.html"),
        attached(file(body_of(WHOLE)), "http://portal.example/files/c.html"),
    )
    assert inspection.read_from.attachment == 2
    assert [read.report is not None for read in inspection.attachments] == [False, True, True]


def test_tables_that_stand_in_an_attachment_alone_are_taken_from_there() -> None:
    prose = re.sub(r"(?s)<table.*?</table>", "<p>见附件。</p>", body_of(WHOLE))
    tables = "".join(re.findall(r"(?s)<table.*?</table>", body_of(WHOLE)))
    inspection = read(page(prose), attached(file(tables)))
    assert {key: cell.value for key, cell in inspection.report.cells.items()} == dict(WHOLE.cells)
    assert dict(inspection.taken) == dict.fromkeys(TABLES, 0)
    assert inspection.read_from.attachment is None
    assert "table-missing" not in inspection.outcome.rules(Verdict.FAIL)


def test_tables_that_two_attachments_print_differently_are_taken_from_neither() -> None:
    prose = re.sub(r"(?s)<table.*?</table>", "", body_of(WHOLE))
    one = "".join(re.findall(r"(?s)<table.*?</table>", body_of(WHOLE)))
    other = "".join(re.findall(r"(?s)<table.*?</table>", body_of(spec(seed=6))))
    inspection = read(page(prose), attached(file(one)), attached(file(other), FILE + "2"))
    assert inspection.report.tables["disclosure"].state is TableState.MISSING
    assert accused(inspection).isdisjoint({"table-missing", "row-missing", "section-missing"})


def test_prose_that_stands_in_an_attachment_alone_is_taken_from_there() -> None:
    tables = "".join(re.findall(r"(?s)<table.*?</table>", body_of(WHOLE)))
    prose = re.sub(r"(?s)<table.*?</table>", "", body_of(WHOLE))
    inspection = read(page(tables), attached(file(prose)))
    assert dict(inspection.taken) == {"prose": 0}
    assert set(inspection.report.sections) == set(WHOLE.section_keys)
    assert inspection.report.tables["applications"].state is TableState.COMPLETE


@pytest.mark.parametrize(
    "unread",
    [
        attached(None, problem=Bilingual("服务器答复404", "the server answered 404")),
        attached(None),
        attached(b""),
        attached(b"%PDF-1.7\n1 0 obj\n", "http://portal.example/files/1.pdf"),
        attached(b"{\\rtf1 }", "http://portal.example/files/1.doc"),
        attached(b"<html><body>404 Not Found</body></html>", "http://portal.example/files/1.docx"),
        attached(file('<img src="scan.jpg">'), FILE),
    ],
)
def test_an_attachment_that_was_not_read_is_told_and_proves_nothing_missing(unread: Attached) -> None:
    inspection = read(SEE_ATTACHMENT, unread)
    assert (inspection.report.organ, inspection.report.year) == (ORGAN, 2023)
    assert inspection.report.cells == {}
    assert inspection.problem is not None
    assert "点击下载" in inspection.problem.zh
    assert "点击下载" in inspection.problem.en
    assert accused(inspection) <= {"attachment-broken"}


def test_a_page_that_names_no_report_and_whose_attachment_was_not_read_is_unread() -> None:
    bare = page("<p>详见附件。</p>", title="通知公告")
    with pytest.raises(Unreadable, match="点击下载"):
        read(bare, attached(None))
    with pytest.raises(NotAReport):
        read(bare, attached(file("<p>政府信息公开申请表</p>")))
    with pytest.raises(NotAReport):
        read(bare)


def test_a_page_that_names_no_report_may_hold_one() -> None:
    inspection = read(page("<p>详见附件。</p>", title="通知公告"), attached(file(body_of(WHOLE))))
    assert (inspection.report.organ, inspection.report.year) == (ORGAN, 2023)
    assert inspection.report.published == PUBLISHED
    assert inspection.read_from.attachment == 0


def test_several_reports_attached_to_a_page_of_no_name_are_none_of_them() -> None:
    bare = page("<p>详见附件。</p>", title="通知公告")
    other = attached(file(body_of(spec(organ="柘泉县财政局"))), FILE + "2")
    with pytest.raises(NotAReport, match="多份"):
        read(bare, attached(file(body_of(WHOLE))), other)
    chosen = read(SEE_ATTACHMENT, other, attached(file(body_of(WHOLE))))
    assert chosen.read_from.attachment == 1


def test_what_explains_a_report_is_none_although_the_report_hangs_on_it() -> None:
    explained = page("<p>见附件。</p>", title=f"一图读懂{TITLE}")
    with pytest.raises(NotAReport):
        read(explained, attached(file(body_of(WHOLE))))


def test_an_archive_is_opened() -> None:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as opened:
        opened.writestr("说明.txt", "本压缩包内为年度报告。")
        opened.writestr("年报/报告.html", file(body_of(WHOLE)))
    inspection = read(SEE_ATTACHMENT, attached(archive.getvalue(), "http://portal.example/files/1.zip"))
    assert inspection.read_from.attachment == 1
    assert inspection.read_from.url == "http://portal.example/files/1.zip!/年报/报告.html"
    assert inspection.read_from.sha256 == hashlib.sha256(file(body_of(WHOLE))).hexdigest()
    assert {key: cell.value for key, cell in inspection.report.cells.items()} == dict(WHOLE.cells)


def test_further_pages_are_read_on() -> None:
    whole = body_of(WHOLE)
    cut = whole.index("<table", whole.index("<table") + 1)
    inspection = read(page(whole[:cut]), pages=(page(whole[cut:]),))
    assert {key: cell.value for key, cell in inspection.report.cells.items()} == dict(WHOLE.cells)
    assert accused(inspection) == set()


def test_a_further_page_that_cannot_be_read_leaves_the_report_unread() -> None:
    with pytest.raises(Unreadable, match="第2页"):
        read(page(body_of(WHOLE)), pages=(b"\x00\x01\x02",))


def test_the_same_file_that_is_unreadable_beside_a_whole_page_is_no_problem() -> None:
    inspection = read(page(body_of(WHOLE)), attached(None))
    assert inspection.problem is None
    assert inspection.attachments[0].problem is not None


def test_a_name_recognised_from_a_picture_is_a_body_where_the_roster_knows_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def recognised(document: Document, given: Page) -> Report:
        return replace(parse(document, given), organ=None, organ_from=None, organ_recognised=ORGAN)

    monkeypatch.setattr("crawler.inspection.parse", recognised)
    content = page(body_of(WHOLE))
    known = Body(ORGAN, Kind.DEPARTMENT)
    found = inspect(content, Given(url=URL, body_named=lambda name, _: {ORGAN: known}.get(name))).report
    assert (found.organ, found.organ_from) == (ORGAN, "roster")
    assert inspect(content, Given(url=URL, body_named=lambda *_: None)).report.organ is None


def test_rules_of_the_column_say_that_it_was_not_examined() -> None:
    """No page shows the column of its portal: nothing is passed there."""
    outcome = read(page(body_of(WHOLE))).outcome
    rules = [rule.id for rule in RULES.values() if Need.COLUMN in rule.needs]
    assert len(rules) == 6
    for rule in rules:
        assert outcome.verdicts[rule] is Verdict.NOT_APPLICABLE
        assert outcome.reasons[rule].zh == "未检查网站的公开专栏"
