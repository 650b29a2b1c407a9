"""What later comparison needs: versions, addresses that are gone, findings by their origin."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from sqlalchemy import Engine, text

from storage.engine import downgrade, upgrade, writing
from storage.ledger import Ledger
from storage.queries import Queries
from storage.records import Compared, FindingStatus, Origin, SeenAgain, VersionRecord

ORGAN = "云溪县水务局"
KEY = (ORGAN, 2023)
A, B = "http://a.example/1.html", "http://b.example/2.html"


@pytest.fixture
def showing(nights: Any) -> Callable[..., None]:
    """Record that an address shows a report with these numbers tonight."""

    def show(
        number: int | str, *, sha: str = "1", url: str = A, whole: bool = True, rules: int = 1, **values: Any
    ) -> None:
        report = nights.report(url=url, sha=sha, rules_version=rules, **values)
        version = VersionRecord(
            report.organ, report.year, url, report.sha256, nights.at(), rules,
            f"digest of {number}" if whole else "", {"数": number},
        )  # fmt: skip
        nights.record(replace(nights.page(report), version=version))

    return show


def shown(queries: Queries) -> list[Any]:
    return [(version.url, version.content["数"]) for version in queries.versions_of([KEY]).get(KEY, [])]


def test_what_an_address_showed_before_is_kept(
    queries: Queries, nights: Any, showing: Callable[..., None]
) -> None:
    showing(4, sha="1")
    first = nights.at()
    nights.begin()
    showing(5, sha="2")
    nights.begin()
    showing(4, sha="3")
    assert shown(queries) == [(A, 4), (A, 5), (A, 4)]
    (version, *_) = queries.versions_of([KEY])[KEY]
    assert (version.first_seen, version.sha256, version.digest) == (first, "1" * 64, "digest of 4")
    assert queries.versions_of([(ORGAN, 2022)]) == {}


def test_other_bytes_that_say_the_same_are_no_version(
    queries: Queries, nights: Any, showing: Callable[..., None]
) -> None:
    showing(4, sha="1")
    first = nights.at()
    nights.begin()
    showing(4, sha="2")
    (version,) = queries.versions_of([KEY])[KEY]
    assert (version.sha256, version.first_seen) == ("2" * 64, first)


def test_what_a_better_reading_finds_is_no_change_of_the_page(
    queries: Queries, nights: Any, showing: Callable[..., None]
) -> None:
    showing(4, rules=1)
    showing(5, rules=2)
    assert shown(queries) == [(A, 5)]


def test_a_reading_of_less_than_the_whole_proves_no_change(
    queries: Queries, showing: Callable[..., None]
) -> None:
    showing(4, sha="1")
    showing("half", sha="2", whole=False)
    assert shown(queries) == [(A, 4)]
    showing(5, sha="3")
    assert shown(queries) == [(A, 4), (A, 5)]
    showing("half", sha="4", url=B, whole=False)
    showing(6, sha="5", url=B)
    assert shown(queries) == [(A, 4), (A, 5), (B, 6)]


def test_twins_are_told_with_their_own_versions(queries: Queries, showing: Callable[..., None]) -> None:
    showing(4)
    showing(5, sha="2", url=B, published=date(2024, 1, 25))
    assert shown(queries) == [(A, 4), (B, 5)]
    assert [twin.url for twin in queries.twins_of([KEY])[KEY]] == [B]
    assert queries.filings_of([KEY])[KEY].url == A


def test_an_address_that_is_gone_and_comes_back(
    ledger: Ledger, queries: Queries, nights: Any, showing: Callable[..., None]
) -> None:
    showing(4)
    day = date(2024, 2, 2)
    ledger.record_gone(nights.run, {A: "404", "http://nobody.example/": "404"}, day)
    ledger.record_gone(nights.run, {A: "404"}, day)
    ledger.record_gone(nights.run, {A: "410"}, date(2024, 2, 3))
    page = queries.pages_at([A])[A]
    assert (page.gone_on, page.gone_as, page.first_seen) == ((day, date(2024, 2, 3)), "410", nights.at())
    for further in range(4, 28):
        ledger.record_gone(nights.run, {A: "404"}, date(2024, 2, further))
    assert len(queries.pages_at([A])[A].gone_on) == 10
    nights.record(SeenAgain(A, nights.at(5)))
    assert (queries.pages_at([A])[A].gone_on, queries.pages_at([A])[A].gone_as) == ((), "")
    ledger.record_gone(nights.run, {A: "404"}, day)
    nights.begin()
    showing(4, sha="2")
    assert queries.pages_at([A])[A].gone_on == ()


def comparison(nights: Any, number: int = 5, **values: Any) -> Any:
    return nights.finding(number, rule="yearly-carryover-total", stated_by=Origin.COMPARISON, **values)


def test_whatever_touches_a_report_lets_it_be_compared_again(
    ledger: Ledger, queries: Queries, nights: Any, showing: Callable[..., None]
) -> None:
    def compare() -> None:
        ledger.record_comparisons(nights.run, [Compared(ORGAN, 2023, {"pass": ["x"]})])
        assert queries.uncompared("yunling") == set()

    showing(4)
    assert queries.uncompared("yunling") == {KEY}
    assert queries.uncompared("haizhou") == set()
    compare()
    assert queries.filings_of([KEY])[KEY].rules == {"pass": ["x"]}
    nights.record(SeenAgain(A, nights.at()))
    assert queries.uncompared("yunling") == set()  # nothing has changed
    showing(5, sha="2", url=B, published=date(2024, 1, 25))  # a twin
    assert queries.uncompared("yunling") == {KEY}
    compare()
    ledger.record_gone(nights.run, {B: "404"}, date(2024, 2, 2))
    assert queries.uncompared("yunling") == {KEY}
    compare()
    nights.record(SeenAgain(B, nights.at()))
    assert queries.uncompared("yunling") == {KEY}
    compare()
    showing(6, sha="3")
    assert queries.uncompared("yunling") == {KEY}


def test_each_origin_states_and_resolves_its_own(ledger: Ledger, queries: Queries, nights: Any) -> None:
    def stand() -> dict[int, str]:
        return {int(f.fingerprint, 16): str(f.status) for f in queries.findings(include_fixed=True)}

    nights.record(nights.page(nights.report(), nights.finding(1)))
    ledger.record_comparisons(nights.run, [Compared(ORGAN, 2023, {}, (comparison(nights),))])
    assert stand() == {1: "new", 5: "new"}
    nights.begin()
    nights.record(nights.page(nights.report(sha="2")))  # the reading no longer says anything
    assert stand() == {1: "fixed", 5: "new"}
    nights.record(nights.page(nights.report(sha="2"), nights.finding(1)))
    ledger.record_comparisons(nights.run, [Compared(ORGAN, 2023, {})])
    assert stand() == {1: "returned", 5: "fixed"}
    assert [finding.stated_by for finding in queries.findings(include_fixed=True)] == [
        Origin.READING,
        Origin.COMPARISON,
    ]


def test_what_is_not_conclusive_fixes_nothing(ledger: Ledger, queries: Queries, nights: Any) -> None:
    nights.record(nights.page(nights.report()))
    ledger.record_comparisons(nights.run, [Compared(ORGAN, 2023, {"fail": ["x"]}, (comparison(nights),))])
    nights.begin()
    ledger.record_comparisons(nights.run, [Compared(ORGAN, 2023, {"pass": ["x"]}, (), conclusive=False)])
    (finding,) = queries.findings()
    assert finding.status is FindingStatus.NEW
    assert queries.filings_of([KEY])[KEY].rules == {"fail": ["x"]}
    assert queries.uncompared("yunling") == {KEY}  # to be looked at again
    ledger.record_comparisons(nights.run, [Compared(ORGAN, 2023, {"pass": ["x"]})])
    assert queries.findings() == []


def test_a_page_seen_again_keeps_what_comparison_says(ledger: Ledger, queries: Queries, nights: Any) -> None:
    nights.record(nights.page(nights.report()))
    ledger.record_comparisons(nights.run, [Compared(ORGAN, 2023, {}, (comparison(nights),))])
    nights.begin()
    nights.record(SeenAgain(A, nights.at()))
    (finding,) = queries.findings()
    assert (finding.status, finding.last_seen) == (FindingStatus.OPEN, nights.at())


def test_what_is_compared_without_being_seen_was_last_seen_when_the_report_was(
    ledger: Ledger, queries: Queries, nights: Any
) -> None:
    nights.record(nights.page(nights.report()))
    seen = nights.at()
    ledger.record_comparisons(nights.run, [Compared(ORGAN, 2023, {}, (comparison(nights),))])
    (stated,) = queries.findings()
    nights.begin()
    ledger.record_gone(nights.run, {A: "404"}, nights.at().date())
    ledger.record_comparisons(nights.run, [Compared(ORGAN, 2023, {}, (comparison(nights),))])
    (finding,) = queries.findings()
    assert finding.last_seen == stated.last_seen
    assert queries.reports()[0].seen == seen < nights.at()


def test_a_report_that_was_misread_takes_its_comparisons_with_it(
    ledger: Ledger, queries: Queries, nights: Any
) -> None:
    nights.record(nights.page(nights.report()))
    ledger.record_comparisons(nights.run, [Compared(ORGAN, 2023, {}, (comparison(nights),))])
    nights.begin()
    nights.record(nights.page(nights.report(year=2022)))
    assert queries.findings() == []
    ledger.record_comparisons(nights.run, [Compared(ORGAN, 2023, {}, (comparison(nights),))])
    assert queries.findings() == []  # it is no longer held: nothing can be said of it


def test_findings_of_other_origins_or_reports_are_refused(
    ledger: Ledger, queries: Queries, nights: Any
) -> None:
    nights.record(nights.page(nights.report()))
    for finding in (nights.finding(1), comparison(nights, year=2022)):
        with pytest.raises(ValueError, match="was not compared here"):
            ledger.record_comparisons(nights.run, [Compared(ORGAN, 2023, {}, (finding,))])
    assert queries.findings() == []


def test_the_group_of_a_finding_is_kept(queries: Queries, nights: Any) -> None:
    nights.record(nights.page(nights.report(), nights.finding(1, group="0" * 16), nights.finding(2)))
    assert [finding.group for finding in queries.findings()] == ["0" * 16, None]
    assert [change.finding.group for change in queries.changes(0)] == ["0" * 16, None]


def test_signatures_of_one_province_and_year(queries: Queries, nights: Any) -> None:
    for organ, signed, values in (
        ("乙局", b"\x00\xff", {}),
        ("甲局", b"\x01", {}),
        ("丙局", None, {}),
        ("丁局", b"\x02", {"year": 2022}),
        ("戊局", b"\x03", {"province": "haizhou"}),
    ):
        url = f"http://a.example/{organ}"
        nights.record(nights.page(nights.report(url=url, organ=organ, signature=signed, **values)))
    assert queries.signatures("yunling", 2023) == {"乙局": b"\x00\xff", "甲局": b"\x01"}
    assert queries.years_held("yunling") == {"乙局": {2023}, "甲局": {2023}, "丙局": {2023}, "丁局": {2022}}


def test_the_tables_go_down_and_up_with_data(
    engine: Engine, ledger: Ledger, queries: Queries, nights: Any, showing: Callable[..., None]
) -> None:
    showing(4)
    nights.record(nights.page(nights.report(), nights.finding(1)))
    downgrade(engine, "0002")
    with writing(engine) as session:
        session.execute(text("UPDATE findings SET rule = 'filing-missing'"))
    upgrade(engine)
    (finding,) = queries.findings()
    assert (finding.stated_by, finding.group) == (Origin.DUTY, None)
    assert queries.uncompared("yunling") == {KEY}
    assert queries.versions_of([KEY]) == {}
    page = queries.pages_at([A])[A]
    assert (page.first_seen, page.gone_on, page.gone_as) == (None, (), "")
    showing(4)
    assert shown(queries) == [(A, 4)]
    assert queries.pages_at([A])[A].first_seen is None  # it was there before; since when, nobody knows
