"""The sample province: what the built-in file says, and that each planted finding has a body of its own."""

from __future__ import annotations

import importlib.resources
from collections import Counter
from pathlib import Path

from crawler.demo.defects import DEFECTS
from crawler.demo.province import LINXI, PORTALS, QINGSHAN, province_yaml, reports
from crawler.portals import read_province

BUILT_IN = Path(str(importlib.resources.files("spiders"))) / "provinces" / "demo.yml"


def test_the_built_in_file_is_the_one_for_the_usual_ports() -> None:
    assert BUILT_IN.read_text(encoding="utf-8") == province_yaml()


def test_the_file_reads_strictly_for_other_ports(tmp_path: Path) -> None:
    file = tmp_path / "demo.yml"
    file.write_text(province_yaml({QINGSHAN: 40001, LINXI: 40002}), encoding="utf-8")
    province = read_province(file)
    assert province.sample
    assert (province.years.first, province.years.last) == (2021, 2023)
    assert [portal.home for portal in province.portals] == [
        "http://127.0.0.1:40001/",
        "http://127.0.0.1:40002/",
    ]
    assert [portal.expected for portal in province.portals] == [18, 17]
    assert sum(len(portal.organs) for portal in province.portals) == 12
    renamed = province.organ_named("青杉市水利局", QINGSHAN)
    assert renamed is not None
    assert renamed.name == "青杉市水务局"


def test_twelve_bodies_owe_three_years_and_seven_defects_stand_on_seven_bodies() -> None:
    owed = [report for portal in PORTALS for report in reports(portal)]
    assert Counter(report.spec.year for report in owed) == {2021: 12, 2022: 12, 2023: 12}
    planted = {
        (report.body.name, report.spec.year): report.spec.defects for report in owed if report.spec.defects
    }
    assert planted == {
        ("青杉市文化旅游局", 2023): ("late",),
        ("青杉市市场监督管理局", 2023): ("unbalanced-applications",),
        ("青杉市雨燕街道办事处", 2022): ("damaged-applications",),
        ("临溪县教育局", 2023): ("missing",),
        ("临溪县自然资源局", 2023): ("unbalanced-disputes",),
        ("临溪县民政局", 2022): ("old-form",),
        ("临溪县雾禾镇人民政府", 2023): ("without-section-four",),
    }
    assert {name for names in planted.values() for name in names} == set(DEFECTS)


def test_each_portal_uses_every_page_style() -> None:
    for portal in PORTALS:
        used = Counter(report.style for report in reports(portal))
        assert len(used) == 6


def test_the_former_name_stands_in_the_whole_report_of_its_year() -> None:
    former = next(report for report in reports(PORTALS[0]) if report.spec.organ == "青杉市水利局")
    assert former.spec.title == "青杉市水利局2021年政府信息公开工作年度报告"
    assert former.body.name == "青杉市水务局"
    assert "青杉市水务局" not in "".join((*former.spec.preface, *(str(s) for s in former.spec.sections)))
