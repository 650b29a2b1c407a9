"""Each planted defect stands in the printed bytes, and nothing else changes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from crawler.demo.defects import DEFECTS, plant
from crawler.demo.pages import PAGE_STYLES, html_page, text_file
from crawler.demo.plaintext import STYLES
from crawler.demo.writer import ReportSpec

Read = Callable[[str], list[str]]


@pytest.fixture
def spec(three_years: tuple[ReportSpec, ...]) -> ReportSpec:
    return three_years[1]


def printed(spec: ReportSpec, style: str = "clean") -> str:
    return html_page(spec, style).decode()


def row_of(cells: list[str], label: str, width: int = 7) -> list[str]:
    at = cells.index(label)
    return cells[at + 1 : at + 1 + width]


def test_late(spec: ReportSpec) -> None:
    faulty = plant(spec, "late")
    assert faulty.published == date(2023, 2, 27)
    assert 'content="2023-02-27 09:00"' in printed(faulty)
    assert "发布日期：2023-02-27" in printed(faulty)
    assert "2023年2月26日" in printed(faulty)
    assert faulty.cells == spec.cells


def test_without_section_four(spec: ReportSpec, cells_of_html: Read) -> None:
    faulty = printed(plant(spec, "without-section-four"))
    assert "四、政府信息公开行政复议、行政诉讼情况" in printed(spec)
    assert "四、政府信息公开行政复议" not in faulty
    assert "结果维持" not in faulty
    assert "五、存在的主要问题及改进情况" in faulty
    assert "（七）总计" in cells_of_html(faulty)


def test_unbalanced_applications(spec: ReportSpec, cells_of_html: Read) -> None:
    right = [int(number) for number in row_of(cells_of_html(printed(spec)), "（七）总计")]
    wrong = [
        int(number)
        for number in row_of(cells_of_html(printed(plant(spec, "unbalanced-applications"))), "（七）总计")
    ]
    assert wrong[0] == right[0] + 3
    assert wrong[1:] == right[1:]
    assert sum(right[:6]) == right[6]
    assert sum(wrong[:6]) != wrong[6]


def test_unbalanced_disputes(spec: ReportSpec, cells_of_html: Read) -> None:
    cells = cells_of_html(printed(plant(spec, "unbalanced-disputes")))
    upheld, corrected, other, pending, total = (int(number) for number in cells[-15:-10])
    assert upheld + corrected + other + pending == total + 2
    before = cells_of_html(printed(spec))
    assert [a == b for a, b in zip(cells, before, strict=True)].count(False) == 1


def test_old_form(spec: ReportSpec, cells_of_html: Read) -> None:
    faulty = plant(spec, "old-form")
    cells = cells_of_html(printed(faulty))
    assert {"本年新制作数量", "上一年项目数量", "采购总金额"} <= set(cells)
    assert not {"本年制发件数", "现行有效件数", "3.其他"} & set(cells)
    assert faulty.form == "2019"
    assert faulty.title == spec.title
    split = ("other_overdue_correction", "other_overdue_fee", "other_misc")
    assert [int(number) for number in row_of(cells, "（六）其他处理")] == [
        sum(int(spec.cells[f"applications.{row}.{column}"]) for row in split)
        for column in (
            "natural_person",
            "business",
            "research",
            "public_interest",
            "legal_service",
            "other_organisation",
            "total",
        )
    ]
    assert row_of(cells, "（七）总计") == row_of(cells_of_html(printed(spec)), "（七）总计")


def test_damaged_applications(spec: ReportSpec, cells_of_html: Read) -> None:
    right, wrong = (cells_of_html(printed(each)) for each in (spec, plant(spec, "damaged-applications")))
    for lost in ("1.属于国家秘密", "8.属于行政查询事项", "2.重复申请"):
        assert lost in right
        assert lost not in wrong
    at = wrong.index("（五）不予处理")
    together = wrong[at + 2 : at + 9]
    assert wrong[at + 1] == ""
    assert [len(cell.split("\n")) for cell in together] == [5] * 7
    assert [cell.split("\n")[1] for cell in together] == row_of(right, "2.重复申请")
    assert row_of(wrong, "（七）总计") == row_of(right, "（七）总计")


def test_missing(spec: ReportSpec) -> None:
    assert plant(spec, "missing").withheld
    assert not spec.withheld


def test_each_defect_says_what_it_must_lead_to(spec: ReportSpec) -> None:
    told = {name: plant(spec, name) for name in DEFECTS}
    assert all(faulty.defects == (name,) for name, faulty in told.items())
    assert {name: faulty.planted[0].rule for name, faulty in told.items()} == {
        "late": "filing-late",
        "without-section-four": "section-missing",
        "unbalanced-applications": "applications-balance",
        "unbalanced-disputes": "disputes-total",
        "old-form": "template-wrong-generation",
        "damaged-applications": "table-damaged",
        "missing": "filing-missing",
    }


def test_defects_show_in_every_layout(spec: ReportSpec) -> None:
    for name in set(DEFECTS) - {"late", "missing"}:
        faulty = plant(spec, name)
        for style in PAGE_STYLES:
            assert html_page(faulty, style) != html_page(spec, style)
        for style in STYLES:
            assert text_file(faulty, style) != text_file(spec, style)


def test_an_unknown_defect_is_refused(spec: ReportSpec) -> None:
    with pytest.raises(KeyError):
        plant(spec, "typo")
