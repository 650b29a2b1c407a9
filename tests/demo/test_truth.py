"""Sample reports on the whole road: each layout reads as printed, and only planted findings come."""

from __future__ import annotations

from decimal import Decimal
from functools import cache

import pytest

from crawler.demo import corpus
from crawler.demo.pages import PAGE_STYLES, html_page, text_file
from crawler.demo.plaintext import STYLES
from crawler.demo.portals import sample_sites
from crawler.demo.province import PORTALS, SampleReport, reports
from crawler.demo.web import Site
from crawler.demo.writer import ReportSpec, compose
from crawler.inspection import Given, Inspection, inspect
from crawler.report.model import DateSource, Kind, TableState
from crawler.validator.finding import Severity, Verdict

GRAVE = frozenset({Severity.CRITICAL, Severity.ERROR, Severity.WARNING})
OWED = [report for portal in PORTALS for report in reports(portal) if not report.spec.withheld]


def read_as_printed(inspection: Inspection, spec: ReportSpec) -> None:
    """Every printed number is read as it is printed, and no other number is read."""
    report = inspection.report
    assert (report.title, report.organ, report.year, report.form) == (
        spec.title,
        spec.organ,
        spec.year,
        spec.form,
    )
    assert tuple(report.sections) == spec.section_keys
    assert report.signed == spec.signed
    assert report.period is not None
    assert (report.period.start.as_date(), report.period.end.as_date()) == spec.period
    values = {key: cell.value for key, cell in report.cells.items()}
    if spec.damaged_tables:
        read = {key: value for key, value in values.items() if value is not None}
        assert read == {key: spec.cells[key] for key in read}
    else:
        assert values == dict(spec.cells)
        assert all(isinstance(value, int | Decimal) for value in values.values())


def grave(inspection: Inspection) -> list[tuple[str, str, str]]:
    return [
        (finding.rule, finding.verdict.value, finding.where)
        for finding in inspection.outcome.findings
        if finding.severity in GRAVE
    ]


@cache
def sites() -> dict[str, Site]:
    return sample_sites()


@cache
def seen(title: str) -> Inspection:
    """The page of one report as its portal serves it, read and checked as on a crawl."""
    report = next(report for report in OWED if report.spec.title == title)
    site = sites()[report.portal]
    path = next(path for path, article in site.articles.items() if article.title == title)
    answer = site.respond(path, {}, {})
    given = Given(
        url=f"http://127.0.0.1:18641{path}",
        content_type=answer.header("Content-Type"),
        kind=report.body.kind,
        organ=report.body.name,
        listed_title=report.spec.title,
    )
    return inspect(answer.body, given)


@pytest.mark.parametrize("report", OWED, ids=lambda report: report.spec.title)
def test_the_pages_of_the_portals_read_as_printed(report: SampleReport) -> None:
    inspection = seen(report.spec.title)
    read_as_printed(inspection, report.spec)
    assert inspection.report.published == report.spec.published
    assert inspection.report.published_from in (DateSource.META, DateSource.LABEL)


@pytest.mark.parametrize(
    "report", [r for r in OWED if not r.spec.defects], ids=lambda report: report.spec.title
)
def test_faultless_reports_give_no_finding_above_info(report: SampleReport) -> None:
    assert grave(seen(report.spec.title)) == []


@pytest.mark.parametrize("report", [r for r in OWED if r.spec.defects], ids=lambda report: report.spec.title)
def test_planted_defects_are_found(report: SampleReport) -> None:
    found = grave(seen(report.spec.title))
    for planted in report.spec.planted:
        assert any(
            rule == planted.rule and verdict == Verdict.FAIL and where.startswith(planted.where)
            for rule, verdict, where in found
        ), found


def test_the_damaged_table_is_called_damaged_and_nothing_else_is() -> None:
    for report in OWED:
        for key, table in seen(report.spec.title).report.tables.items():
            if key in report.spec.damaged_tables:
                assert table.state is TableState.DAMAGED
            elif key == "disputes" and "without-section-four" in report.spec.defects:
                assert table.state is TableState.MISSING
            else:
                assert table.state is TableState.COMPLETE


@pytest.mark.parametrize("style", sorted(PAGE_STYLES))
@pytest.mark.parametrize("year", [2020, 2023])
def test_each_page_style_reads_as_printed(style: str, year: int) -> None:
    for organ, kind in (
        ("柘泉县人民政府", Kind.GOVERNMENT),
        ("柘泉县民政局", Kind.DEPARTMENT),
        ("柘泉县荻花镇人民政府", Kind.TOWNSHIP),
    ):
        spec = compose(organ, kind, year, seed=11)
        inspection = inspect(html_page(spec, style, "gbk"), Given(kind=kind))
        read_as_printed(inspection, spec)
        assert grave(inspection) == []


@pytest.mark.parametrize("style", sorted(STYLES))
@pytest.mark.parametrize("year", [2020, 2023])
def test_each_text_style_reads_as_printed(style: str, year: int) -> None:
    spec = compose("柘泉县民政局", Kind.DEPARTMENT, year, seed=12)
    inspection = inspect(text_file(spec, style), Given(kind=Kind.DEPARTMENT, published=spec.published))
    read_as_printed(inspection, spec)
    assert grave(inspection) == []


def test_a_corpus_reads_as_printed() -> None:
    for report in corpus.reports(60, seed=2):
        inspection = inspect(report.content, Given(kind=report.spec.kind))
        read_as_printed(inspection, report.spec)
        if not report.spec.defects:
            assert grave(inspection) == []
