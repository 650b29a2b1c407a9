"""What a visit saw of a portal's disclosure column, and whose it is."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from crawler.clock import CHINA
from crawler.columns_seen import columns_seen
from crawler.health import ColumnSeen, Visit
from crawler.portals import Organ, Portal, Province, Years
from crawler.report.model import Bilingual, Kind
from crawler.validator.context import Column
from storage.records import VisitRecord

NOW = datetime(2024, 5, 1, 2, tzinfo=CHINA)
HOME = "http://www.qingshan.example/"
GOVERNMENT = Organ(name="云岭省青杉市人民政府", kind=Kind.GOVERNMENT, aliases=("青杉市人民政府",))
WATER = Organ(name="青杉市水务局", kind=Kind.DEPARTMENT)
DEAD = ((HOME + "zd/", Bilingual("HTTP 404", "HTTP 404")),)


def province(*organs: Organ, name: str = "青杉市人民政府") -> Province:
    portal = Portal(id="qingshan", name=name, home=HOME, hosts=("www.qingshan.example",), organs=organs)
    return Province(province="yunling", name="云岭省", years=Years(first=2021), portals=(portal,))


def seen(
    *, entries: tuple[str, ...] = ("annual_reports", "guide"), menu: int = 2, clicks: int | None = 3,
    dead: Any = DEAD,
) -> dict[str, Any]:  # fmt: skip
    """As a visit tells it at its end, and storage keeps it."""
    visit = Visit("qingshan", NOW, None)
    visit.column = ColumnSeen(HOME + "nb/", clicks, ("公开", "年报"), frozenset(entries), menu, dead)
    return visit.detail()


def visit(detail: dict[str, Any], night: int = 0, **values: Any) -> VisitRecord:
    given: dict[str, Any] = {"clean": True, "whole": True, **values}
    at = NOW + timedelta(days=night)
    return VisitRecord(night, "qingshan", at, at, detail=detail, **given)


def test_the_column_is_the_bodys_that_keeps_the_portal() -> None:
    assert columns_seen(province(WATER, GOVERNMENT), [visit(seen())]) == {
        GOVERNMENT.name: Column(
            "青杉市人民政府",
            annual_reports=True,
            guide=True,
            system=False,
            statutory=False,
            clicks=3,
            dead=DEAD,
        )
    }


@pytest.mark.parametrize(
    ("organs", "name", "keeper"),
    [
        ((WATER,), "青杉市水务局", WATER.name),
        ((WATER, GOVERNMENT), "青杉市门户网站", GOVERNMENT.name),  # the only government
        ((WATER,), "青杉市人民政府", None),
        ((GOVERNMENT, Organ(name="松涛镇人民政府", kind=Kind.GOVERNMENT)), "青杉门户", None),
        ((), "青杉市人民政府", None),
    ],
)
def test_where_it_is_not_certain_whose_portal_it_is_nobody_is_accused(
    organs: tuple[Organ, ...], name: str, keeper: str | None
) -> None:
    assert list(columns_seen(province(*organs, name=name), [visit(seen())])) == [keeper] * bool(keeper)


def test_a_menu_that_showed_one_entry_tells_nothing_of_the_others() -> None:
    found = columns_seen(province(GOVERNMENT), [visit(seen(entries=("annual_reports",), menu=1))])
    column = found[GOVERNMENT.name]
    assert (column.annual_reports, column.guide, column.system, column.statutory) == (True, None, None, None)


def test_a_visit_that_opened_no_entry_leaves_what_an_earlier_one_found() -> None:
    found = columns_seen(province(GOVERNMENT), [visit(seen()), visit(seen(dead=None, clicks=1), night=1)])
    assert (found[GOVERNMENT.name].dead, found[GOVERNMENT.name].clicks) == (DEAD, 1)
    mended = columns_seen(province(GOVERNMENT), [visit(seen()), visit(seen(dead=()), night=1)])
    assert mended[GOVERNMENT.name].dead == ()


def test_entries_that_were_not_looked_at_are_not_dead() -> None:
    found = columns_seen(province(GOVERNMENT), [visit(seen(dead=None, clicks=None))])
    assert (found[GOVERNMENT.name].dead, found[GOVERNMENT.name].clicks) == (None, None)


@pytest.mark.parametrize(
    "values", [{"clean": False}, {"whole": False}, {"years": (2023,)}], ids=["unclean", "in part", "one year"]
)
def test_a_visit_that_proves_nothing_says_nothing_of_the_column(values: dict[str, Any]) -> None:
    assert columns_seen(province(GOVERNMENT), [visit(seen(), **values)]) == {}
    earlier = visit(seen(clicks=2), night=0)
    found = columns_seen(province(GOVERNMENT), [earlier, visit(seen(clicks=6), night=1, **values)])
    assert found[GOVERNMENT.name].clicks == 2


def test_the_latest_visit_counts_and_one_that_saw_no_way_leaves_what_was_seen() -> None:
    visits = [visit(seen(clicks=5)), visit(seen(clicks=3), night=1), visit({"column": None}, night=2)]
    assert columns_seen(province(GOVERNMENT), visits)[GOVERNMENT.name].clicks == 3
    assert columns_seen(province(GOVERNMENT), [visit({})]) == {}
