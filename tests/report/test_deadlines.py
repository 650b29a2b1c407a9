"""Who must publish by when, and what a name tells of the kind of a body."""

from __future__ import annotations

from datetime import date

import pytest

from crawler.report.deadlines import KIND_NAMES, deadline, kind_of
from crawler.report.model import Kind


@pytest.mark.parametrize(
    ("kind", "year", "day", "statutory"),
    [
        (Kind.DEPARTMENT, 2023, date(2024, 1, 31), True),
        (Kind.GOVERNMENT, 2023, date(2024, 3, 31), True),
        (Kind.DEPARTMENT, 2019, date(2020, 1, 31), True),
        (Kind.GOVERNMENT, 2019, date(2020, 3, 31), True),
        (Kind.GOVERNMENT_OFFICE, 2023, date(2024, 1, 31), False),
        (Kind.TOWNSHIP, 2023, date(2024, 1, 31), False),
        (Kind.STREET, 2023, date(2024, 1, 31), False),
        (Kind.ZONE, 2023, date(2024, 1, 31), False),
        (Kind.AUTHORISED, 2023, date(2024, 1, 31), False),
        (Kind.DEPARTMENT, 2018, date(2019, 3, 31), True),
        (Kind.TOWNSHIP, 2018, date(2019, 3, 31), True),
    ],
)
def test_deadline(kind: Kind, year: int, day: date, statutory: bool) -> None:
    due = deadline(kind, year)
    assert (due.day, due.statutory) == (day, statutory)


def test_only_a_statutory_day_cites_an_article() -> None:
    for kind in Kind:
        due = deadline(kind, 2023)
        assert ("条例》第四十九条" in due.basis.zh) is due.statutory
        assert ("art. 49" in due.basis.en) is due.statutory


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("云溪县水务局", Kind.DEPARTMENT),
        ("云溪县 水务局 ", Kind.DEPARTMENT),
        ("云岭省司法厅", Kind.DEPARTMENT),
        ("云溪县卫生健康委员会", Kind.DEPARTMENT),
        ("云溪县卫健委", Kind.DEPARTMENT),
        ("青杉市人民政府国有资产监督管理委员会", Kind.DEPARTMENT),
        ("青杉市城市管理委员会", Kind.DEPARTMENT),
        ("青杉市人民政府外事办公室", Kind.DEPARTMENT),
        ("云溪县政府政务服务办公室", Kind.DEPARTMENT),
        ("云溪县人民政府", Kind.GOVERNMENT),
        ("云溪县政府", Kind.GOVERNMENT),
        ("云溪县人民政府办公室", Kind.GOVERNMENT_OFFICE),
        ("云岭省人民政府办公厅", Kind.GOVERNMENT_OFFICE),
        ("云溪县政府办", Kind.GOVERNMENT_OFFICE),
        ("云溪县松涛镇人民政府", Kind.TOWNSHIP),
        ("石湾乡政府", Kind.TOWNSHIP),
        ("松涛镇", Kind.TOWNSHIP),
        ("临溪区北桥街道办事处", Kind.STREET),
        ("北桥街道办", Kind.STREET),
        ("青杉高新技术产业开发区管理委员会", Kind.ZONE),
        ("青杉市经开区管委会", Kind.ZONE),
        ("云溪湖风景名胜区管理委员会", Kind.ZONE),
        ("中共云溪县委", None),
        ("北桥社区居民委员会", None),
        ("云溪县第一中学", None),
        ("云溪县水文测报中心", None),
        ("", None),
    ],
)
def test_kind_of(name: str, kind: Kind | None) -> None:
    assert kind_of(name) is kind


def test_every_kind_has_a_name_in_both_languages() -> None:
    assert set(KIND_NAMES) == set(Kind)
