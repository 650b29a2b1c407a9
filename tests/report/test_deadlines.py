"""Who must publish by when, and what a name tells of the kind of a body."""

from __future__ import annotations

from datetime import date

import pytest

from crawler.report.deadlines import (
    CONFIGURABLE,
    KIND_NAMES,
    Deadlines,
    LocalDay,
    deadline,
    kind_of,
)
from crawler.report.model import Bilingual, Kind


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
        ("云溪镇人民政府办公室", Kind.TOWNSHIP),
        ("石湾乡政府党政办", Kind.TOWNSHIP),
        ("国家税务总局云溪县税务局", Kind.DEPARTMENT),
        ("云溪县委托加工管理局", Kind.DEPARTMENT),
        ("云溪区工信委", Kind.DEPARTMENT),
        ("中共云溪县委", None),
        ("中共云溪县委办公室", None),
        ("云溪县委老干部局", None),
        ("云溪县委县政府信访局", None),
        ("云溪县委员会", None),
        ("北桥街道党工委办公室", None),
        ("云溪县纪律检查委员会", None),
        ("云溪县监察委员会", None),
        ("云溪县人大常委会办公室", None),
        ("云溪县人民代表大会常务委员会", None),
        ("政协云溪县委员会", None),
        ("共青团云溪县委员会", None),
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


# --- local days ------------------------------------------------------------------------------------------

PLACE = "990300"


def notice(day: date, *kinds: Kind, region: str = PLACE, below: bool = False, name: str = "通知") -> LocalDay:
    return LocalDay(region, 2021, frozenset(kinds), below, day, Bilingual(name, "a notice"))


OWN = notice(date(2022, 1, 28), Kind.DEPARTMENT)
BELOW = notice(date(2022, 2, 20), Kind.GOVERNMENT, Kind.TOWNSHIP, below=True)
DEADLINES = Deadlines(notices=(OWN, BELOW))


@pytest.mark.parametrize(
    ("kind", "year", "region", "found"),
    [
        (Kind.DEPARTMENT, 2021, PLACE, OWN),
        (Kind.DEPARTMENT, 2021, "990302", None),  # asked of the bodies of the place itself
        (Kind.DEPARTMENT, 2021, "990000", None),
        (Kind.DEPARTMENT, 2021, "990400", None),
        (Kind.DEPARTMENT, 2021, None, None),
        (Kind.DEPARTMENT, 2022, PLACE, None),
        (Kind.DEPARTMENT, 2020, PLACE, None),
        (Kind.GOVERNMENT, 2021, "990302", BELOW),
        (Kind.GOVERNMENT, 2021, "990302105000", BELOW),
        (Kind.GOVERNMENT, 2021, "990302100000", BELOW),
        (Kind.GOVERNMENT, 2021, PLACE, None),
        (Kind.TOWNSHIP, 2021, "990302", None),  # no statutory day: the notice sets the due day itself
    ],
)
def test_a_local_day_concerns_those_whom_its_notice_names(
    kind: Kind, year: int, region: str | None, found: LocalDay | None
) -> None:
    assert DEADLINES.earlier(kind, year, region) is found


def test_a_local_day_never_moves_a_statutory_one() -> None:
    assert DEADLINES.due(Kind.DEPARTMENT, 2021, PLACE) == deadline(Kind.DEPARTMENT, 2021)
    assert DEADLINES.due(Kind.GOVERNMENT, 2021, "990302") == deadline(Kind.GOVERNMENT, 2021)


def test_a_local_day_after_the_statutory_one_is_not_told() -> None:
    later = Deadlines(notices=(notice(date(2022, 2, 20), Kind.DEPARTMENT),))
    assert later.earlier(Kind.DEPARTMENT, 2021, PLACE) is None
    assert later.due(Kind.DEPARTMENT, 2021, PLACE).day == date(2022, 1, 31)


def test_where_the_regulation_sets_no_day_a_notice_comes_before_practice_and_a_setting_before_both() -> None:
    noticed = DEADLINES.due(Kind.TOWNSHIP, 2021, "990302")
    assert (noticed.day, noticed.statutory) == (date(2022, 2, 20), False)
    assert noticed.basis.zh == "通知：2022-02-20前（条例未对此类机关规定日期）"
    assert DEADLINES.due(Kind.TOWNSHIP, 2021, "990400").day == date(2022, 1, 31)
    set_too = Deadlines({Kind.TOWNSHIP: (3, 31)}, DEADLINES.notices)
    assert set_too.due(Kind.TOWNSHIP, 2021, "990302").day == date(2022, 3, 31)
    assert "设置" in set_too.due(Kind.TOWNSHIP, 2021, "990302").basis.zh
    assert set_too.due(Kind.STREET, 2021).day == date(2022, 1, 31)


def test_the_notice_of_the_nearest_place_decides() -> None:
    province = notice(date(2022, 1, 15), Kind.DEPARTMENT, region="990000", below=True)
    county = notice(date(2022, 1, 20), Kind.DEPARTMENT, region="990302")
    both = Deadlines(notices=(province, county))
    assert both.earlier(Kind.DEPARTMENT, 2021, "990302") is county
    assert both.earlier(Kind.DEPARTMENT, 2021, "990303") is province


def test_settings_move_no_statutory_day_and_none_under_the_old_regulation() -> None:
    everything = Deadlines(dict.fromkeys(Kind, (6, 30)))
    for kind in Kind:
        moved = everything.due(kind, 2023).day == date(2024, 6, 30)
        assert moved is (kind in CONFIGURABLE)
        assert everything.due(kind, 2018).day == date(2019, 3, 31)
