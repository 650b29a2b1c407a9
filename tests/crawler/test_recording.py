"""From a page to records: under whose name, and what becomes of pages that are no report."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest

from crawler import recording
from crawler.clock import CHINA
from crawler.extract.document import Format
from crawler.inspection import RULES_VERSION, Inspection, NotAReport, ReadFrom, Unreadable
from crawler.items import PageItem
from crawler.likeness import own_prose, signature
from crawler.portals import Organ, Portal, Province, Years
from crawler.report.model import Bilingual, Cell, DateSource, Kind, Report, Section, Table, TableState
from crawler.rulebook import policy
from crawler.rulebook.examples import changed
from crawler.validator.finding import Fault, Finding, Outcome, Severity, Verdict, fingerprint
from crawler.versions import report_of
from storage.records import VersionRecord

URL = "http://www.qingshan.example/zfxxgknb/t20240118_1.html"
PROVINCE = Province(
    province="yunling",
    name="云岭省",
    years=Years(first=2021),
    portals=(
        Portal(
            id="qingshan",
            name="青杉市人民政府",
            home="http://www.qingshan.example/",
            hosts=("www.qingshan.example",),
            organs=(Organ(name="青杉市水务局", kind=Kind.DEPARTMENT, aliases=("青杉市水利局",)),),
        ),
    ),
)
ITEM = PageItem(
    url=URL,
    portal="qingshan",
    province="yunling",
    body=b"<p>report</p>",
    status=200,
    etag='"a"',
    last_modified=None,
    content_type="text/html",
    fetched=datetime(2024, 2, 1, 2, tzinfo=CHINA),
    listed_title="青杉市水务局2023年政府信息公开工作年度报告",
    listed_date=date(2024, 1, 18),
)
FINDING = Finding(
    rule="applications-balance",
    severity=Severity.ERROR,
    verdict=Verdict.FAIL,
    fault=Fault.PUBLISHER,
    where="applications.total",
    message=Bilingual("收到21件，处理20件", "21 received, 20 accounted for"),
    basis=Bilingual("表三", "table 3"),
    cells=("applications.new_received.total",),
    expected=21,
    found=Decimal("20.5"),
    quote="20.5",
)


def report(**given: Any) -> Report:
    fields: dict[str, Any] = dict.fromkeys(Report.__dataclass_fields__)
    fields |= {
        "title": "青杉市水利局2023年政府信息公开工作年度报告",
        "organ": "青杉市水利局",
        "year": 2023,
        "form": "2021",
        "published": date(2024, 1, 18),
        "published_from": DateSource.META,
        "sections": {"overview": Section("overview", "一、总体情况", True, False, "", False, 0)},
        "extra_headings": (),
        "tables": {
            "applications": Table(
                "applications",
                TableState.PARTIAL,
                cells={"applications.new_received.total": Cell(21, "21")},
            )
        },
        "text": "",
    }
    return Report(**{**fields, **given})


@pytest.fixture
def inspected(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Makes `inspect` give (or raise) the first of the list, and tells which body it was told of."""
    answer: list[Any] = [report()]
    outcome = Outcome((FINDING,), {"applications-balance": Verdict.FAIL, "title-wording": Verdict.PASS})

    def inspect(content: bytes, given: Any) -> Inspection:
        assert (content, given.url, given.listed_title) == (ITEM.body, ITEM.url, ITEM.listed_title)
        assert (given.organ, given.kind, given.year) == (None, None, None)
        if isinstance(answer[0], Exception):
            raise answer[0]
        answer.append(None if answer[0].organ is None else given.body_named(answer[0].organ, answer[0].year))
        return Inspection("0" * 64, Format.HTML, answer[0], outcome, ReadFrom(None, None, "ab" * 32))

    monkeypatch.setattr(recording, "inspect", inspect)
    return answer


def test_a_body_of_the_roster_is_recorded_by_its_roster_name(inspected: list[Any]) -> None:
    reading = recording.read(ITEM, PROVINCE, policy())
    body, roster = inspected[1], inspected[1].roster
    assert (body.organ, body.kind, body.region) == ("青杉市水务局", Kind.DEPARTMENT, None)
    assert roster.own == ("青杉市水务局", "青杉市水利局")
    seen = recording.page_seen(ITEM, "ab" * 32, (), reading)
    assert (seen.page.organ, seen.page.year, seen.page.problem) == ("青杉市水务局", 2023, "")
    assert (seen.page.rules_version, seen.page.etag, seen.page.sha256) == (RULES_VERSION, '"a"', "ab" * 32)
    assert (seen.documents[0].size, seen.documents[0].first_seen) == (13, ITEM.fetched)
    record = seen.report
    assert record is not None
    assert (record.organ, record.year, record.url, record.sha256) == ("青杉市水务局", 2023, URL, "ab" * 32)
    assert (record.published, record.published_from, record.form) == (date(2024, 1, 18), "meta", "2021")
    assert record.title == "青杉市水利局2023年政府信息公开工作年度报告"
    assert record.cells == {"applications.new_received.total": {"value": 21, "raw": "21"}}
    assert record.tables == {"applications": "partial"}
    assert record.sections == {"overview": {"heading": "一、总体情况", "numbered": True, "empty": False}}
    assert record.rules["fail"] == ["applications-balance"]
    assert record.rules["pass"] == ["title-wording"]
    (finding,) = seen.findings
    assert finding.fingerprint == fingerprint(
        "青杉市水务局", 2023, "applications-balance", "applications.total"
    )
    assert (finding.archived, finding.url, finding.portal) == ("ab" * 32, URL, "qingshan")
    assert (finding.expected, finding.found) == (21, Decimal("20.5"))
    assert (finding.severity, finding.verdict, finding.fault) == ("error", "fail", "publisher")


def test_a_report_is_kept_whole_with_what_later_comparison_needs(inspected: list[Any]) -> None:
    def recorded(change: dict[str, Any]) -> VersionRecord:
        inspected[0], _ = changed(change)
        seen = recording.page_seen(ITEM, "ab" * 32, (), recording.read(ITEM, PROVINCE, policy()))
        assert seen.version is not None
        assert seen.report is not None
        assert seen.report.signature == signature(own_prose(inspected[0]))
        assert report_of(seen.version) == inspected[0]
        return seen.version

    cell = "disclosure.licences.decisions"
    version = recorded({"add_text": "浏览次数：17"})
    assert (version.organ, version.year, version.url) == ("云溪县水务局", 2023, URL)
    assert (version.sha256, version.first_seen) == ("ab" * 32, ITEM.fetched)
    assert version.rules_version == RULES_VERSION
    for same in (
        {"add_text": "浏览次数：18"},
        {"add_text": "下一篇：云溪县教育局2023年政府信息公开工作年度报告"},
        {"cells": {cell: {"value": Decimal("12.0"), "raw": "１２"}}},
        {"set": {"published": date(2024, 1, 21)}},
    ):
        assert recorded(same).digest == version.digest
    for other in (
        {"add_text": "本年度增设政务公开专区两处。"},
        {"cells": {cell: 13}},
        {"cells": {cell: "/"}},
        {"set": {"title": "云溪县水务局2023年政府信息公开工作年度报告（更正版）"}},
    ):
        assert recorded(other).digest not in ("", version.digest)
    for unsure in (  # what may have been read wrongly, or in part, proves no change
        {"set": {"recognised": True}},
        {"set": {"others_below": True}},
        {"cells": {cell: {"value": 13, "confidence": 0.9}}},
    ):
        assert recorded(unsure).digest == ""


def test_what_was_written_by_another_program_is_no_report() -> None:
    written = VersionRecord("甲局", 2023, URL, "0" * 64, ITEM.fetched, 9, "x", {"title": 7, "tables": []})
    assert report_of(written) is None


def test_a_page_that_was_read_to_its_first_report_says_so(inspected: list[Any]) -> None:
    inspected[0] = report(others_below=True)
    reading = recording.read(ITEM, PROVINCE, policy())
    assert reading.organ == "青杉市水务局"
    assert reading.problem == "another report stands below this one and was not read"
    seen = recording.page_seen(ITEM, "ab" * 32, (), reading)
    assert seen.report is not None
    assert (seen.page.organ, seen.page.problem) == (reading.organ, reading.problem)


def test_another_body_is_recorded_as_printed(inspected: list[Any]) -> None:
    inspected[0] = report(organ="云岭省人民政府")
    reading = recording.read(ITEM, PROVINCE, policy())
    assert (reading.organ, reading.problem) == ("云岭省人民政府", "")
    assert inspected[1] is None


@pytest.mark.parametrize(
    ("outcome", "problem", "version"),
    [
        (Unreadable("读不了\n 任何格式", "no format"), "读不了 任何格式", RULES_VERSION),
        (NotAReport(Bilingual("不是年度报告", "no annual report")), "不是年度报告", RULES_VERSION),
        (report(organ=None), "the report's body could not be read", RULES_VERSION),
        (report(year=None), "the report's year could not be read", RULES_VERSION),
        (report(organ="局" * 200), "the report's body could not be read", RULES_VERSION),
        # our own fault: read again next time
        (RuntimeError("boom"), "internal error: RuntimeError", 0),
    ],
)
def test_a_page_that_is_no_report_is_kept_with_its_problem(
    inspected: list[Any], outcome: Any, problem: str, version: int
) -> None:
    inspected[0] = outcome
    seen = recording.page_seen(ITEM, "ab" * 32, (), recording.read(ITEM, PROVINCE, policy()))
    assert (seen.page.problem, seen.page.rules_version) == (problem, version)
    assert (seen.page.organ, seen.page.year) == (None, None)
    assert seen.page.listed_title == ITEM.listed_title
    assert (seen.report, seen.findings) == (None, ())


def test_a_report_without_a_title_of_its_own_has_the_listed_one(inspected: list[Any]) -> None:
    inspected[0] = report(title=None)
    seen = recording.page_seen(ITEM, "ab" * 32, (), recording.read(ITEM, PROVINCE, policy()))
    assert seen.report is not None
    assert seen.report.title == ITEM.listed_title


def test_the_roster_as_records() -> None:
    (portal,) = recording.portal_records(PROVINCE)
    assert (portal.id, portal.province, portal.home) == (
        "qingshan",
        "yunling",
        "http://www.qingshan.example/",
    )
    (organ,) = recording.organ_records(PROVINCE)
    assert (organ.name, organ.kind, organ.portal, organ.aliases) == (
        "青杉市水务局",
        "department",
        "qingshan",
        ("青杉市水利局",),
    )


def test_the_body_does_not_swell_a_log_line() -> None:
    assert "body" not in repr(replace(ITEM, body=b"x" * 1000))
