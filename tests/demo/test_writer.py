"""What the writer composes: the same for the same seed, true in itself, in time, worded differently."""

from __future__ import annotations

import re
from datetime import date
from difflib import SequenceMatcher
from itertools import pairwise

import pytest

from crawler.demo.pages import html_page
from crawler.demo.writer import ReportSpec, compose, compose_years
from crawler.report.model import Kind

KINDS = (Kind.GOVERNMENT, Kind.DEPARTMENT, Kind.TOWNSHIP, Kind.STREET, Kind.ZONE, Kind.GOVERNMENT_OFFICE)
APPLICANTS = (
    "natural_person",
    "business",
    "research",
    "public_interest",
    "legal_service",
    "other_organisation",
)
OUTCOMES = ("granted", "partly_granted", "denied_", "unavailable_", "unprocessed_", "other_")


def many() -> list[ReportSpec]:
    return [
        compose(f"柘泉县第{number}办事机构", kind, year, seed=number)
        for number in range(12)
        for kind in KINDS
        for year in (2019, 2020, 2021, 2023)
    ]


def test_the_same_seed_gives_the_same_bytes_and_another_seed_other_figures() -> None:
    first, again = (compose("棠港区教育局", Kind.DEPARTMENT, 2022, seed=5) for _ in range(2))
    other = compose("棠港区教育局", Kind.DEPARTMENT, 2022, seed=6)
    assert html_page(first) == html_page(again)
    assert first == again
    assert other.cells != first.cells


def test_table_three_balances_in_every_column_and_row() -> None:
    for spec in many():
        for column in (*APPLICANTS, "total"):

            def cell(row: str, spec: ReportSpec = spec, column: str = column) -> int:
                return int(spec.cells[f"applications.{row}.{column}"])

            assert cell("new_received") + cell("carried_in") == cell("results_total") + cell("carried_out")
            parts = [
                value
                for key, value in spec.cells.items()
                if key.startswith("applications.")
                and key.endswith(f".{column}")
                and key.split(".")[1].startswith(OUTCOMES)
            ]
            assert len(parts) == (21 if spec.form == "2021" else 19)
            assert cell("results_total") == sum(parts)
        rows = {key.split(".")[1] for key in spec.cells if key.startswith("applications.")}
        assert len(rows) == (25 if spec.form == "2021" else 23)
        for row in rows:
            columns = [spec.cells[f"applications.{row}.{column}"] for column in APPLICANTS]
            assert spec.cells[f"applications.{row}.total"] == sum(columns)


def test_table_four_adds_up_and_table_two_is_possible() -> None:
    for spec in many():
        for group in ("review", "litigation_direct", "litigation_after_review"):
            outcomes = [
                spec.cells[f"disputes.{group}.{outcome}"]
                for outcome in ("upheld", "corrected", "other_result", "pending")
            ]
            assert spec.cells[f"disputes.{group}.total"] == sum(outcomes)
        documents = "disclosure.normative_documents"
        if spec.form == "2021":
            assert spec.cells[f"{documents}.in_force"] >= spec.cells[f"{documents}.issued"] > 0
        else:
            assert (
                spec.cells[f"{documents}.total_disclosed"] >= spec.cells[f"{documents}.newly_disclosed"] > 0
            )
            for row in ("licences", "other_services", "penalties", "coercion"):
                items = spec.cells[f"disclosure.{row}.previous_items"]
                assert items + spec.cells[f"disclosure.{row}.items_change"] > 0
        assert all(value >= 0 for key, value in spec.cells.items() if not key.endswith("items_change"))


def test_every_report_counts_something() -> None:
    for spec in many():
        assert spec.cells["applications.new_received.total"] >= 4
        assert sum(1 for value in spec.cells.values() if value) >= 20


def test_a_year_takes_over_what_the_year_before_left() -> None:
    for number in range(8):
        years = compose_years("棠港区人民政府", Kind.GOVERNMENT, range(2021, 2024), seed=number)
        for before, after in pairwise(years):
            for column in (*APPLICANTS, "total"):
                left = before.cells[f"applications.carried_out.{column}"]
                assert after.cells[f"applications.carried_in.{column}"] == left
            documents = "disclosure.normative_documents"
            assert after.cells[f"{documents}.in_force"] == (
                before.cells[f"{documents}.in_force"]
                + after.cells[f"{documents}.issued"]
                - after.cells[f"{documents}.repealed"]
            )


@pytest.mark.parametrize(
    ("kind", "due"),
    [
        (Kind.GOVERNMENT, date(2024, 3, 31)),
        (Kind.DEPARTMENT, date(2024, 1, 31)),
        (Kind.TOWNSHIP, date(2024, 1, 31)),
    ],
)
def test_published_on_a_working_day_before_the_due_date_and_signed_before_that(kind: Kind, due: date) -> None:
    for seed in range(40):
        spec = compose("棠港区某机关", kind, 2023, seed=seed)
        assert date(2024, 1, 1) < spec.published < due
        assert spec.published.weekday() < 5
        assert 0 <= (spec.published - spec.signed).days <= 4


def test_the_text_states_the_figures_of_the_tables(three_years: tuple[ReportSpec, ...]) -> None:
    specs = [*three_years, *many()]
    for spec in specs:
        text = "".join(paragraph for section in spec.sections for paragraph in section.paragraphs)
        total = {row: spec.cells[f"applications.{row}.total"] for row in ("new_received", "carried_out")}
        assert re.search(rf"新收(?:政府信息公开)?申请{total['new_received']}件", text)
        suits = sum(
            spec.cells[f"disputes.{group}.total"]
            for group in ("litigation_direct", "litigation_after_review")
        )
        assert f"行政复议{spec.cells['disputes.review.total']}件、行政诉讼{suits}件" in text
        outcomes = re.search(
            r"(?:办结|答复|完毕)(\d+)件.{0,5}予以公开(\d+)件、部分公开(\d+)件、不予公开(\d+)件、"
            r"无法提供(\d+)件、不予处理(\d+)件、其他处理(\d+)件",
            text,
        )
        assert outcomes is not None
        done, *parts = map(int, outcomes.groups())
        assert done == sum(parts) == spec.cells["applications.results_total.total"]
        channels = re.search(
            r"公开(?:信息)?(\d+)条，其中门户网站(\d+)条、政务新媒体(\d+)条、公示栏(\d+)条", text
        )
        assert channels is not None
        whole, *shares = map(int, channels.groups())
        assert whole == sum(shares)
        assert "{" not in text


def test_what_the_form_asks_for_is_said() -> None:
    for spec in many():
        told = {section.key: "".join(section.paragraphs) for section in spec.sections}
        assert f"{spec.year}年1月1日" in spec.preface[0]
        assert f"{spec.year}年12月31日" in spec.preface[0]
        for aspect in ("主动公开", "依申请公开", "政府信息管理", "平台建设", "监督保障"):
            assert aspect in told["overview"]
        assert "信息处理费" in told["other_matters"]
        assert "改进" in told["problems"]
        if spec.kind in (Kind.GOVERNMENT, Kind.TOWNSHIP):
            for result in ("考核", "社会评议", "责任追究"):
                assert result in told["overview"]


def test_the_wording_changes_from_year_to_year(three_years: tuple[ReportSpec, ...]) -> None:
    for before, after in pairwise(three_years):
        for key in ("overview", "problems"):
            texts = [
                re.sub(r"\d+", "", "".join(section.paragraphs))
                for spec in (before, after)
                for section in spec.sections
                if section.key == key
            ]
            assert SequenceMatcher(None, *texts, autojunk=False).ratio() < 0.7


def test_years_without_a_form_are_refused() -> None:
    with pytest.raises(ValueError, match="2018"):
        compose("棠港区教育局", Kind.DEPARTMENT, 2018)
