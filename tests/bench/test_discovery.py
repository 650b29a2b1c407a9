"""The bench that measures discovery: its judgement on made-up figures, and one portal measured for real."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from bench.discovery import nights
from bench.discovery.figures import COLUMNS, FLOORS, Figures, Night, misses, table
from crawler.demo.sites import recipes
from tests.demo.reading import get

GOOD = Night(requests=450, outside=0, at_once=1, found=400, others=0, clean=True)
QUIET = GOOD._replace(requests=5)
FIGURES = Figures("sample-one", 400, 0, True, GOOD, QUIET, GOOD)


def told(**changed: object) -> list[str]:
    return misses([replace(FIGURES, **changed)], whole=False)


def test_the_targets_are_the_floors() -> None:
    assert FLOORS == {
        "found": 1.0,
        "others": 0,
        "outside": 0,
        "at_once": 1,
        "second_night_of_one_list": 5,
        "second_night_beyond_changing": 4,
        "large": 300,
        "fewer_on_large": 14.0,
    }


def test_good_figures_miss_nothing() -> None:
    assert told() == []
    assert told(static=None) == []
    other = replace(FIGURES, portal="sample-two")
    assert misses([FIGURES, other], whole=True) == []


@pytest.mark.parametrize(
    ("first", "line"),
    [
        ({"found": 399}, "399 of 400 reports held after the first night"),
        ({"others": 1}, "1 others taken as reports in the first night"),
        ({"outside": 1}, "1 requests outside the portal"),
        ({"at_once": 2}, "2 requests at the same moment"),
        ({"clean": False, "reason": "HTTP 500"}, "the first visit should be clean: HTTP 500"),
        ({"clean": None, "reason": "more than 600 s"}, "the first night did not end: more than 600 s"),
    ],
)  # fmt: skip
def test_a_first_night_that_falls_short(first: dict[str, object], line: str) -> None:
    assert told(first=GOOD._replace(**first)) == [f"sample-one: {line}"]  # type: ignore[arg-type]


def test_a_report_that_is_lost_in_the_second_night() -> None:
    assert told(second=QUIET._replace(found=399)) == [
        "sample-one: 399 of 400 reports held after the second night"
    ]


@pytest.mark.parametrize(
    ("changing", "requests", "line"),
    [
        (0, 5, None),
        (0, 6, "6 requests in the second night, at most 5"),
        (19, 23, None),
        (19, 24, "24 requests in the second night, at most 23"),
        (1, 6, "6 requests in the second night, at most 5"),
    ],
)
def test_requests_of_a_night_with_nothing_new(changing: int, requests: int, line: str | None) -> None:
    found = told(changing=changing, second=QUIET._replace(requests=requests))
    assert found == ([] if line is None else [f"sample-one: {line}"])


def test_large_portals_take_fourteen_times_fewer_requests() -> None:
    wide = {"changing": 40, "second": QUIET._replace(requests=33)}
    assert told(**wide) == ["sample-one: 13.6 times fewer requests in the second night, at least 14.0"]
    assert told(changing=40, second=QUIET._replace(requests=32)) == []
    small = GOOD._replace(requests=330, found=299)
    assert (
        told(**wide | {"existing": 299, "first": small, "second": wide["second"]._replace(found=299)}) == []
    )


def test_a_whole_run_needs_two_large_portals() -> None:
    small = replace(FIGURES, existing=299, portal="sample-two")
    assert misses([FIGURES, small], whole=True) == ["1 portals with 300 reports, at least 2 are wanted"]
    assert misses([small], whole=False) == []


def test_a_portal_that_cannot_be_clean_must_not_be() -> None:
    assert told(can_be_clean=False) == [
        "sample-one: the first visit should be unclean",
        "sample-one: the second visit should be unclean",
    ]
    unclean = {"clean": False, "reason": "article: blocked"}
    nights_ = {"first": GOOD._replace(**unclean), "second": QUIET._replace(**unclean)}
    assert told(can_be_clean=False, **nights_) == []


def test_without_families_only_what_is_wrong_counts() -> None:
    assert told(static=GOOD._replace(found=3, clean=False, requests=9000)) == []
    assert told(static=GOOD._replace(others=2)) == ["sample-one: 2 others taken as reports without families"]
    assert told(static=GOOD._replace(outside=2)) == ["sample-one: 2 requests outside the portal"]


def test_the_table_has_a_line_a_portal_and_one_of_sums() -> None:
    lines = list(table([FIGURES, replace(FIGURES, portal="sample-second", static=None)]))
    assert len(lines) == 4
    assert len({len(line) for line in lines}) == 1
    assert lines[1].split() == ["sample-one", "400", "400", "0", "450", "1.12", "5", "5", "90.0x", "0", "1", "clean", "400"]  # noqa: E501  # fmt: skip
    assert lines[3].split()[:6] == ["all", "800", "800", "0", "900", "1.12"]
    assert lines[3].endswith("not measured")
    assert all(name in lines[0] for name in COLUMNS)
    assert all(line.isascii() for line in lines)


def test_every_recipe_is_served_with_its_mirror_and_its_truth() -> None:
    every = recipes()
    with nights.served(every) as at:
        homes = at.portals.homes
        assert set(at.truths) == {recipe.id for recipe in every}
        assert set(homes) - set(at.truths) == {recipe.id + "-mirror" for recipe in every if recipe.mirror}
        hijacked = next(recipe for recipe in every if recipe.mirror)
        assert set(at.truths[hijacked.id]) == set(hijacked.site(hijacked.reports()).reports)
        assert not any(at.portals.asked.values())


@pytest.mark.parametrize("recipe", recipes(), ids=lambda recipe: recipe.id)
def test_every_recipe_keeps_its_promises(recipe) -> None:  # type: ignore[no-untyped-def]
    """Two years and three bodies at least stand there, every report at its address, always the same."""
    reports = recipe.reports()
    site, again = recipe.site(reports), recipe.site(reports)
    assert set(site.reports) == set(again.reports)
    standing = {report.body.name for report in site.reports.values()}
    assert len(standing) >= 3
    assert len({report.spec.year for report in site.reports.values()}) >= 2
    assert recipe.years[-1] >= 2023
    for path in list(site.reports)[:12]:
        answer = get(site, path)
        assert answer.status == 200
        assert answer == get(again, path)
    assert get(site, "/").status in (200, 301, 302)


def test_one_portal_is_measured(tmp_path: Path) -> None:
    (recipe,) = (recipe for recipe in recipes() if recipe.id == "sample-hijacked")
    with nights.served((recipe,)) as at:
        figures = nights.measure(recipe, at, tmp_path, 120.0, with_static=False)
        assert nights.not_held(recipe, at, tmp_path) == ([], [])
    assert (figures.existing, figures.first.found, figures.first.others) == (27, 27, 0)
    assert (figures.first.outside, figures.second.outside) == (0, 0)
    assert figures.first.clean is figures.second.clean is False
    assert figures.first.requests >= 27
    assert figures.first.at_once == 1
