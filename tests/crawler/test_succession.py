"""Renamed, merged, excluded bodies: who is owed a report under which name, worked out by hand."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from crawler.clock import CHINA
from crawler.obligations import Doubts, assess, unproven
from crawler.portals import Organ, Portal, Province, ProvinceError, Years, parse_province
from crawler.report.model import Kind
from crawler.rulebook import policy
from storage.records import (
    Exclusion,
    Filing,
    FormerName,
    ObligationRecord,
    ObligationStatus,
    OrganRecord,
    VisitRecord,
)

TODAY = date(2024, 4, 20)
FARM, WATER, BOTH = "云溪县农业局", "云溪县水利局", "云溪县农业农村水利局"


def body(name: str, **values: object) -> OrganRecord:
    return OrganRecord(name, "demo", "p", "department", **values)  # type: ignore[arg-type]


def filing(organ: str, year: int, published: str, title: str = "", **values: object) -> Filing:
    return Filing(
        organ, year, f"http://p.example/{year}", "p", "demo", "0" * 64,
        date.fromisoformat(published), "label", title=title or f"{organ}{year}年年度报告", **values,  # type: ignore[arg-type]
    )  # fmt: skip


def clean(day: date) -> VisitRecord:
    moment = datetime(day.year, day.month, day.day, 3, tzinfo=CHINA)
    return VisitRecord(1, "p", moment, moment + timedelta(minutes=5), True, lists=("l",))


VISITS = [clean(date(2024, 4, day)) for day in (10, 11, 12)]


def matrix(
    organs: Sequence[OrganRecord],
    reports: Sequence[Filing],
    years: range = range(2021, 2024),
    visits: Sequence[VisitRecord] = VISITS,
) -> tuple[dict[tuple[str, int], ObligationRecord], list[str]]:
    found = assess(
        organs, reports, visits, Doubts(organs, reports, []), policy(today=TODAY),
        years=years, today=TODAY, clean_visits=3,
    )  # fmt: skip
    return {(duty.organ, duty.year): duty for duty in found.obligations}, [f.organ for f in found.findings]


def test_two_bodies_merged_with_both_old_pages_standing() -> None:
    organs = [
        body(FARM, until=2022, successor=BOTH),
        body(WATER, until=2022, successor=BOTH),
        body(BOTH, since=2023),
    ]
    reports = [
        filing(FARM, 2021, "2022-01-20"),
        filing(FARM, 2022, "2023-01-20"),
        filing(WATER, 2023, "2024-01-20"),  # by an office that was no more
    ]
    duties, missing = matrix(organs, reports)
    statuses = {key: duty.status.value for key, duty in duties.items()}
    assert statuses == {
        (FARM, 2021): "on_time", (FARM, 2022): "on_time",
        (WATER, 2021): "missing", (WATER, 2022): "not_assessable",
        (BOTH, 2023): "not_assessable",
    }  # fmt: skip
    assert missing == [WATER]
    last, first = duties[WATER, 2022], duties[BOTH, 2023]
    assert last.reason_zh == f"该单位至2022年度为止，由“{BOTH}”承接；末年报告由谁发布无法认定"
    assert WATER in first.reason_zh
    assert "http://p.example/2023" in first.reason_zh
    # what the successor has published of that year is named
    duties, _ = matrix(organs, [filing(BOTH, 2022, "2023-01-20")])
    assert "http://p.example/2022" in duties[WATER, 2022].reason_en


def test_the_last_year_of_a_body_without_a_successor_proves_nothing_either() -> None:
    duties, missing = matrix([body(FARM, until=2023)], [], range(2023, 2024))
    assert duties[FARM, 2023].status is ObligationStatus.NOT_ASSESSABLE
    assert "末年报告由谁发布无法认定" in duties[FARM, 2023].reason_zh
    assert missing == []


@pytest.mark.parametrize(
    ("year", "printed", "told"),
    [
        pytest.param(2021, WATER, False, id="under the old name in its time"),
        pytest.param(2021, BOTH, False, id="of an old year, under the new name"),
        pytest.param(2022, BOTH, False, id="renamed in the middle of the year, published under the new name"),
        pytest.param(2022, WATER, True, id="renamed in the middle of the year, published under the old name"),
    ],
)
def test_a_report_under_the_old_name_after_the_renaming_is_told(year: int, printed: str, told: bool) -> None:
    organ = body(BOTH, former=(FormerName(WATER, 2021),))
    held = filing(BOTH, year, f"{year + 1}-01-20", f"{printed}{year}年年度报告")
    duties, _ = matrix([organ], [held], range(year, year + 1))
    duty = duties[BOTH, year]
    assert duty.status is ObligationStatus.ON_TIME
    said = f"以曾用名“{WATER}”发布（名册载明该名称用至2021年度）"
    assert duty.reason_zh == (said if told else "")


def test_an_excluded_body_is_never_missing_nor_late_and_counts_in_no_rate() -> None:
    reason = "与县政府办公室合并填报"
    organ = body(FARM, excluded=(Exclusion(reason, 2022, 2023),))
    duties, missing = matrix([organ], [filing(FARM, 2023, "2024-03-20")])
    assert [duties[FARM, year].status.value for year in (2021, 2022, 2023)] == [
        "missing", "excluded", "excluded"
    ]  # fmt: skip
    assert missing == [FARM]  # for 2021
    assert duties[FARM, 2022].reason_zh == reason
    assert (duties[FARM, 2023].published, duties[FARM, 2023].days_late) == (date(2024, 3, 20), None)
    everything = {"years": range(2022, 2024), "today": TODAY, "clean_visits": 3}
    assert unproven([organ], {}, [], policy(today=TODAY), **everything) == set()  # type: ignore[arg-type]


def test_a_back_dated_report_is_told_with_the_visits_that_did_not_see_it_and_judged_by_its_date() -> None:
    seen = datetime(2024, 4, 15, 3, tzinfo=CHINA)
    held = filing(FARM, 2023, "2024-01-20", first_seen=seen)
    duties, missing = matrix([body(FARM)], [held], range(2023, 2024), [*VISITS, clean(date(2024, 4, 15))])
    assert duties[FARM, 2023].status is ObligationStatus.ON_TIME
    assert "未见到（2024-04-10、2024-04-11、2024-04-12）；仅作说明" in duties[FARM, 2023].reason_zh
    assert missing == []


def _province(*organs: Organ) -> Province:
    home = "http://p.example/"
    portal = Portal(id="p", name="云溪县", home=home, hosts=("p.example",), organs=organs)
    return Province(province="demo", name="云岭省", years=Years(first=2016), portals=(portal,))


REUSED = (
    Organ(name=BOTH, kind=Kind.DEPARTMENT, former=({"name": WATER, "until": 2019},)),  # type: ignore[arg-type]
    Organ(name=WATER, kind=Kind.DEPARTMENT, since=2023),
)


@pytest.mark.parametrize(
    ("year", "bearer"), [(2018, BOTH), (2019, BOTH), (2021, None), (2023, WATER), (None, None)]
)
def test_a_name_that_another_body_took_later(year: int | None, bearer: str | None) -> None:
    found = _province(*REUSED).organ_named(WATER, "p", year)
    assert (None if found is None else found.name) == bearer


def test_whose_report_it_is_between_two_bearers_of_a_name_is_held_against_neither() -> None:
    organs = [body(BOTH, former=(FormerName(WATER, 2019),)), body(WATER, since=2023)]
    duties, missing = matrix(organs, [filing(WATER, 2021, "2022-01-20")], range(2021, 2022))
    assert duties[BOTH, 2021].status is ObligationStatus.NOT_ASSESSABLE
    assert "属于哪个单位无法认定" in duties[BOTH, 2021].reason_zh
    assert missing == []


FILE = """province: demo
name: 云岭省
years: {{first: 2016}}
portals:
  - id: p
    name: 云溪县
    home: http://p.example/
    hosts: [p.example]
    organs:
      - {{name: 云溪县农业局, kind: department, {of_first}}}
      - {{name: 云溪县水利局, kind: department, {of_second}}}
"""


@pytest.mark.parametrize(
    ("of_first", "of_second", "problem"),
    [
        ("former: [{name: 云溪县水利局, until: 2019}]", "since: 2020", None),
        ("former: [{name: 云溪县水利局, until: 2019}]", "since: 2019", "in the same years"),
        ("former: [{name: 甲, until: 2019}, {name: 乙, until: 2018}]", "since: 2019", "order"),
        ("former: [{name: 甲, until: 2019}], until: 2019", "since: 2019", "lasts as long"),
        ("excluded: [{reason: 与县政府办公室合并填报, since: 2019}]", "since: 2019", None),
        ("excluded: [{reason: 无}]", "since: 2019", "reason"),
    ],
)
def test_what_the_file_may_say(of_first: str, of_second: str, problem: str | None) -> None:
    content = FILE.format(of_first=of_first, of_second=of_second).encode()
    if problem is None:
        assert parse_province(Path("demo.yml"), content).portals[0].organs
    else:
        with pytest.raises(ProvinceError, match=problem):
            parse_province(Path("demo.yml"), content)
