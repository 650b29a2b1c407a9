"""What is remembered of lists and told of visits, and what a clean visit without news does to findings."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import Engine, inspect, text

from storage.engine import downgrade, upgrade, writing
from storage.ledger import Ledger, UnknownRun
from storage.queries import Queries
from storage.records import FindingStatus, ListRecord, Origin, VisitRecord
from storage.storable import UnstorableKey

COLUMN, BRANCH = "http://a.example/nb/", "http://a.example/nb/2023/"


@pytest.fixture
def column(nights: Any) -> ListRecord:
    return ListRecord(
        "yunxi",
        COLUMN,
        "trs",
        ("政务公开", "年报"),
        2,
        nights.at(),
        walked=nights.at(),
        rows="ab",
        entries=31,
    )


def test_a_list_comes_back_as_it_was_given(ledger: Ledger, queries: Queries, column: ListRecord) -> None:
    bare = ListRecord("yunxi", BRANCH, None, (), None, column.seen)
    ledger.record_lists([column, bare])
    assert queries.lists("yunxi") == {COLUMN: column, BRANCH: bare}
    assert queries.lists("haizhou") == {}


def test_a_list_is_replaced_and_others_stay(ledger: Ledger, queries: Queries, column: ListRecord) -> None:
    ledger.record_lists([column, replace(column, url=BRANCH)])
    ledger.record_lists([replace(column, entries=None, walked=None)])
    lists = queries.lists("yunxi")
    assert (lists[COLUMN].entries, lists[COLUMN].walked) == (None, None)
    assert lists[BRANCH].entries == 31


def test_what_a_whole_visit_did_not_see_is_forgotten_on_its_own_portal_alone(
    ledger: Ledger, queries: Queries, column: ListRecord
) -> None:
    elsewhere = replace(column, portal="haizhou")
    ledger.record_lists([column, replace(column, url=BRANCH), elsewhere])
    ledger.record_lists([replace(column, url=BRANCH)], all_of="yunxi")
    assert set(queries.lists("yunxi")) == {BRANCH}
    assert queries.lists("haizhou") == {COLUMN: elsewhere}
    ledger.record_lists([], all_of="yunxi")
    assert queries.lists("yunxi") == {}


def test_texts_of_links_are_kept_as_far_as_a_database_keeps_them(
    ledger: Ledger, queries: Queries, column: ListRecord
) -> None:
    ledger.record_lists([replace(column, trail=("年\x00报\ud800",))])
    (told,) = queries.lists("yunxi").values()
    assert "\x00" not in told.trail[0]
    assert told.trail[0].startswith("年")


def test_an_address_that_cannot_be_a_key_leaves_everything_as_it_was(
    ledger: Ledger, queries: Queries, column: ListRecord
) -> None:
    ledger.record_lists([column])
    with pytest.raises(UnstorableKey):
        ledger.record_lists([replace(column, url="http://a.example/" + "x" * 9000)], all_of="yunxi")
    assert set(queries.lists("yunxi")) == {COLUMN}


def visit(nights: Any, **values: Any) -> VisitRecord:
    return replace(VisitRecord(nights.run, "yunxi", nights.at(), nights.at(9), clean=True), **values)


def register(engine: Engine) -> None:
    with writing(engine) as session:
        session.execute(
            text(
                "INSERT INTO portals (id, province, name, home) "
                "VALUES ('yunxi', 'yunling', '云溪县人民政府', 'http://a.example/')"
            )
        )


def test_a_visit_keeps_whether_it_was_whole_and_the_rest_of_its_verdict(
    ledger: Ledger, queries: Queries, nights: Any, engine: Engine
) -> None:
    register(engine)
    detail = {"states": {"200": 3}, "column": {"entries": ["指南"], "dead": None}, "notes": []}
    told = visit(nights, whole=False, detail=detail)
    ledger.record_visit(told)
    assert queries.visits() == [told]
    assert visit(nights).whole, "what says nothing walked its lists to their ends"


def test_the_table_of_lists_goes_down_and_up_with_data(
    engine: Engine, ledger: Ledger, queries: Queries, nights: Any, column: ListRecord
) -> None:
    register(engine)
    ledger.record_lists([column])
    ledger.record_visit(visit(nights, detail={"failed": 0}))
    nights.begin()
    ledger.record_visit(visit(nights, whole=False))
    downgrade(engine, "0003")
    assert "lists" not in inspect(engine).get_table_names()
    with engine.connect() as connection:
        # a visit that left lists out would prove absences to a program that cannot know of it
        assert connection.scalar(text("SELECT count(*) FROM visits")) == 1
    upgrade(engine)
    (kept,) = queries.visits()
    assert (kept.whole, kept.clean, kept.detail) == (True, True, {})
    assert queries.lists("yunxi") == {}
    ledger.record_lists([column])
    ledger.record_visit(visit(nights, whole=False, detail={"failed": 1}))
    assert queries.lists("yunxi") == {COLUMN: column}
    assert [(one.whole, one.detail) for one in queries.visits()] == [(True, {}), (False, {"failed": 1})]


def test_what_was_new_is_open_after_a_clean_visit_without_news(
    ledger: Ledger, queries: Queries, nights: Any
) -> None:
    nights.record(nights.page(nights.report(), nights.finding(1), nights.finding(2)))
    assert {found.status for found in queries.findings()} == {FindingStatus.NEW}
    before = queries.changes(0)
    run = nights.begin()
    ledger.grown_old(run, "haizhou")
    assert {found.status for found in queries.findings()} == {FindingStatus.NEW}
    ledger.grown_old(run, "yunxi")
    assert {found.status for found in queries.findings()} == {FindingStatus.OPEN}
    assert queries.changes(0) == before, "it is no step: nobody is told"


def test_what_this_very_run_states_stays_new(ledger: Ledger, queries: Queries, nights: Any) -> None:
    nights.record(nights.page(nights.report(), nights.finding(1)))
    run = nights.begin()
    other = nights.report(url="http://a.example/2.html", sha="2", year=2022)
    nights.record(nights.page(other, nights.finding(2, year=2022, url=other.url)))
    ledger.grown_old(run, "yunxi")
    assert {found.fingerprint[-1]: found.status for found in queries.findings()} == {
        "1": FindingStatus.OPEN,
        "2": FindingStatus.NEW,
    }


def test_what_is_fixed_stays_fixed(ledger: Ledger, queries: Queries, nights: Any) -> None:
    nights.record(nights.page(nights.report(), nights.finding(1)))
    nights.begin()
    nights.record(nights.page(nights.report(sha="2")))
    run = nights.begin()
    ledger.grown_old(run, "yunxi")
    assert queries.findings() == []
    (fixed,) = queries.findings(include_fixed=True)
    assert (fixed.status, fixed.stated_by) == (FindingStatus.FIXED, Origin.READING)


def test_an_unknown_run_makes_nothing_old(ledger: Ledger, queries: Queries, nights: Any) -> None:
    nights.record(nights.page(nights.report(), nights.finding(1)))
    with pytest.raises(UnknownRun):
        ledger.grown_old(99, "yunxi")
    assert [found.status for found in queries.findings()] == [FindingStatus.NEW]
