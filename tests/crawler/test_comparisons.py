"""Comparison from what stands in storage: what it is told, and that neither order nor repetition matters."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest

from crawler import yardstick
from crawler.clock import CHINA
from crawler.comparisons import COPIES, RULES_COMPARED, Families, Known, Renamed, compare
from crawler.extract.document import Format
from crawler.inspection import Inspection, ReadFrom
from crawler.items import PageItem
from crawler.obligations import Doubts
from crawler.recording import Reading, page_seen
from crawler.report.model import Cell, Report
from crawler.rulebook import policy
from crawler.rulebook.examples import changed
from crawler.validator import RULES
from crawler.validator.context import Column
from crawler.validator.finding import Outcome, Verdict
from crawler.validator.policy import Policy
from storage.engine import open_engine, upgrade
from storage.ledger import Ledger
from storage.queries import Queries
from storage.records import OrganRecord, PageRecord, PortalRecord, RunRecord, SeenAgain, VisitRecord

NO_COLUMNS: Mapping[str, Column] = MappingProxyType({})
PORTAL = "yunxi"
LISTS = ("http://www.example.gov.cn/nb/",)
GOVERNMENT = OrganRecord("云溪县人民政府", "yunling", PORTAL, "government", code="990321")
BODIES = tuple(
    OrganRecord(f"云溪县{name}局", "yunling", PORTAL, "department", code="990321")
    for name in ("水务", "教育", "民政", "财政")
)
WATER, EDUCATION, *_ = BODIES
FIRST = datetime(2024, 2, 5, 2, tzinfo=CHINA)


def report(organ: str, year: int, change: dict[str, Any] | None = None) -> Report:
    """A sound report under another body's name, with prose of its own."""
    made, _ = changed({"year": year, **(change or {})})

    start = year + hash_of(organ)

    def own(text: str) -> str:
        """Every sentence says something else for each body and year."""
        return "".join(c + ORNAMENT[(i * 7 + start) % len(ORNAMENT)] for i, c in enumerate(text))

    sections = {k: replace(s, text=own(s.text)) for k, s in made.sections.items()}
    return replace(
        made,
        organ=organ,
        title=f"{organ}{year}年政府信息公开工作年度报告",
        sections=sections,
        text="\n".join(s.text for s in sections.values()),
    )


ORNAMENT = "山川湖海草木花鸟风云雷电春夏秋冬东西南北金石丝竹"


def copied(organ: str) -> Report:
    """A report for 2023 with the prose that others have too."""
    made, _ = changed({})
    sections = {key: replace(s, text=s.text.replace("我局", organ) * 2) for key, s in made.sections.items()}
    text = "\n".join(section.text for section in sections.values())
    return replace(
        made, organ=organ, title=f"{organ}2023年政府信息公开工作年度报告", sections=sections, text=text
    )


def with_cells(shown: Report, values: dict[str, int]) -> Report:
    tables = dict(shown.tables)
    for key, value in values.items():
        table = tables[key.partition(".")[0]]
        tables[table.key] = replace(table, cells={**table.cells, key: Cell(value, str(value))})
    return replace(shown, tables=tables)


def hash_of(text: str) -> int:
    return sum(map(ord, text))


class Story:
    """Nights of a portal whose pages are recorded and then compared."""

    def __init__(self, url: str) -> None:
        engine = open_engine(url)
        self.ledger, self.queries = Ledger(engine), Queries(engine)
        self.organs = (GOVERNMENT, *BODIES)
        self.ledger.register(
            [PortalRecord(PORTAL, "yunling", "云溪县人民政府", "http://www.example.gov.cn/")], self.organs
        )
        self.night = self.compared = 0
        self.rules: dict[str, dict[str, Any]] = {}  # as the settings change them
        self.owed = range(2023, 2024)

    @property
    def now(self) -> datetime:
        return FIRST + timedelta(days=self.night)

    def crawl(
        self,
        *seen: Report | str,
        clean: bool = True,
        years: tuple[int, ...] | None = None,
        gone: Sequence[str] = (),
        unread: Sequence[PageRecord] = (),
        owed: range | None = None,
        lists: tuple[str, ...] = LISTS,
        whole: bool = True,
        columns: Mapping[str, Column] = NO_COLUMNS,
    ) -> None:
        """One night: pages that show a report, or, by their address, stand as they were."""
        self.night += 1
        self.owed = owed or self.owed
        run = self.ledger.begin_run(RunRecord(None, "nightly", "yunling", self.now))
        for what in seen:
            entry = SeenAgain(what, self.now) if isinstance(what, str) else self._entry(what)
            self.ledger.record(run, [entry])
        visit = VisitRecord(
            run,
            PORTAL,
            self.now,
            self.now + timedelta(hours=1),
            clean,
            years=years,
            lists=lists,
            whole=whole,
        )
        self.ledger.record_visit(visit)
        if clean:
            self.ledger.record_gone(run, dict.fromkeys(gone, "404"), self.now.date())
        doubts = Doubts(self.organs, self.queries.reports(), unread)
        portals = {PORTAL} if clean else set()
        every = portals if years is None else set()
        known = Known(
            "yunling", self.organs, self.queries.visits(), self.owed, doubts.of, portals, every, columns
        )
        self.compared = 0
        for results in compare(self.queries, known, self.policy):
            self.compared += len(results)
            self.ledger.record_comparisons(run, results)

    @property
    def policy(self) -> Policy:
        return policy(self.rules, today=self.now.date())

    def uncompared(self) -> set[tuple[str, int]]:
        by = yardstick.of_comparisons(self.policy, RULES_COMPARED, self.organs, self.owed)
        return self.queries.uncompared("yunling", by)

    def show(self, shown: Report, url: str) -> None:
        """A page with the report at another address, between two crawls."""
        run = self.ledger.begin_run(RunRecord(None, "nightly", "yunling", self.now))
        self.ledger.record(run, [self._entry(shown, url)])

    def _entry(self, shown: Report, url: str | None = None) -> Any:
        item = PageItem(
            url=url or url_of(shown),
            portal=PORTAL,
            province="yunling",
            body=repr(shown).encode(),
            status=200,
            etag=None,
            last_modified=None,
            content_type="text/html",
            fetched=self.now,
            listed_title=shown.title or "",
            listed_date=None,
        )
        outcome = Outcome((), dict.fromkeys(RULES, Verdict.NOT_APPLICABLE))
        sha256 = f"{hash_of(repr(shown)):064x}"
        inspection = Inspection(sha256, Format.HTML, shown, outcome, ReadFrom(None, None, sha256))
        return page_seen(item, sha256, (), Reading(inspection, shown.organ or ""))

    def standing(self) -> list[tuple[str, str, int]]:
        return sorted((f.rule, f.organ, f.year) for f in self.queries.findings() if f.fault == "publisher")

    def state(self) -> Any:
        """All that a person may see, days aside."""
        return (
            sorted((f.fingerprint, f.message_zh, f.verdict, f.severity) for f in self.queries.findings()),
            {(r.organ, r.year): r.rules for r in self.queries.reports()},
        )


def url_of(shown: Report, place: str = "") -> str:
    return f"http://www.example.gov.cn/nb/{place}{hash_of(shown.organ or '')}-{shown.year}.html"


@pytest.fixture
def story(url: str) -> Story:
    return Story(url)


@pytest.fixture
def stories(tmp_path: Path) -> Callable[[], Story]:
    numbers = itertools.count()

    def make() -> Story:
        folder = tmp_path / str(next(numbers))
        folder.mkdir()
        url = f"sqlite:///{folder / 'nianbao.db'}"
        upgrade(open_engine(url))
        return Story(url)

    return make


CARRIED = {
    "cells": {
        "applications.carried_out.natural_person": 3,
        "applications.carried_out.total": 3,
        "applications.new_received.natural_person": 5,
        "applications.new_received.total": 6,
    }
}


def test_what_was_carried_over_does_not_arrive(story: Story) -> None:
    key = (WATER.name, 2023)
    story.crawl(report(WATER.name, 2022, CARRIED), report(*key))
    assert ("yearly-carryover-total", *key) in story.standing()
    rules = story.queries.filings_of([key])[key].rules
    assert "yearly-carryover-total" in rules["fail"]
    assert sorted(RULES) == sorted(rule for listed in rules.values() for rule in listed)
    before = story.queries.filings_of([(WATER.name, 2022)])[WATER.name, 2022].rules
    assert "yearly-carryover-total" in before["not_applicable"]
    # last year's report is put right: this year's page has not changed, and yet is cleared
    story.crawl(report(WATER.name, 2022), url_of(report(*key)))
    assert ("yearly-carryover-total", *key) not in story.standing()
    assert "yearly-carryover-total" in story.queries.filings_of([key])[key].rules["pass"]


def test_a_visit_that_was_not_clean_states_but_does_not_resolve(story: Story) -> None:
    key = (WATER.name, 2023)
    story.crawl(report(WATER.name, 2022, CARRIED), report(*key), clean=False)
    assert ("yearly-carryover-total", *key) in story.standing()
    story.crawl(report(WATER.name, 2022), clean=False)
    assert ("yearly-carryover-total", *key) in story.standing()
    story.crawl()  # the next clean one looks again, though nothing has changed since
    assert ("yearly-carryover-total", *key) not in story.standing()
    assert story.uncompared() == set()


def test_a_copy_is_told_of_both_until_one_of_them_is_rewritten(story: Story) -> None:
    water, education = copied(WATER.name), copied(EDUCATION.name)
    story.crawl(water, report(BODIES[2].name, 2023))
    assert not [found for found in story.standing() if found[0] == COPIES]
    story.crawl(education)
    copies = [found for found in story.standing() if found[0] == COPIES]
    assert copies == sorted([(COPIES, WATER.name, 2023), (COPIES, EDUCATION.name, 2023)])
    story.crawl(report(EDUCATION.name, 2023))
    assert not [found for found in story.standing() if found[0] == COPIES]


def test_a_report_is_kept_as_it_was_when_it_changes_and_when_it_is_gone(story: Story) -> None:
    first = report(WATER.name, 2023)
    story.crawl(first)
    story.crawl(with_cells(first, {"disclosure.licences.decisions": 13}))
    (finding,) = [f for f in story.queries.findings() if f.rule == "filing-changed-after-publication"]
    assert "由12改为13" in finding.message_zh
    assert finding.cells == ("disclosure.licences.decisions",)
    for _ in range(2):
        story.crawl(gone=[url_of(first)], clean=False)
    story.crawl(gone=[url_of(first)])
    assert "filing-withdrawn" not in {f[0] for f in story.standing()}, "one clean visit is no proof"
    story.crawl(gone=[url_of(first)])
    assert ("filing-withdrawn", WATER.name, 2023) in story.standing()
    story.crawl(url_of(first))
    assert "filing-withdrawn" not in {f[0] for f in story.standing()}
    assert "filing-changed-after-publication" in {f[0] for f in story.standing()}


def test_what_moved_is_held_where_it_stands_now(story: Story) -> None:
    """The old address is gone: what it said no longer stands, what the new one says does."""
    shown = report(WATER.name, 2023)
    key, old, new = (WATER.name, 2023), url_of(shown), url_of(shown, "z/")
    moved = replace(shown, published=date(2024, 3, 1))
    story.crawl(shown)
    story.show(moved, new)
    story.crawl(gone=[old])
    assert story.queries.filings_of([key])[key].url == old, "one clean visit is no proof"
    story.crawl(gone=[old], clean=False)
    story.crawl(gone=[old])
    assert story.queries.filings_of([key])[key].url == new
    assert story.queries.pages_at([new])[new].judged_by == ""  # to be judged again, knowing of the old one
    assert "filing-withdrawn" not in {found[0] for found in story.standing()}
    story.crawl(old)  # it is back
    assert story.queries.filings_of([key])[key].url == old


def test_last_years_report_of_a_body_that_was_renamed(story: Story) -> None:
    key = (WATER.name, 2023)
    old = OrganRecord("云溪县水利局", "yunling", PORTAL, "department", "990321", until=2022)
    story.organs = (*story.organs, old)
    story.crawl(report(old.name, 2022, CARRIED), report(*key))
    assert ("yearly-carryover-total", *key) not in story.standing(), "the roster does not say so"
    now = replace(WATER, since=2023)
    story.organs = (GOVERNMENT, now, *BODIES[1:], replace(old, successor=WATER.name))
    story.crawl()
    assert ("yearly-carryover-total", *key) in story.standing()
    story.crawl(report(old.name, 2022))
    assert ("yearly-carryover-total", *key) not in story.standing()


def test_a_body_that_took_in_others_has_no_one_report_of_the_year_before() -> None:
    one = OrganRecord("甲局", "yunling", PORTAL, "department", until=2022, successor="丙局")
    other = replace(one, name="乙局")
    both = OrganRecord("丙局", "yunling", PORTAL, "department", since=2023)
    assert Renamed((one, both)).before("丙局", 2023) == ("甲局", 2022)
    assert Renamed((one, both)).before("丙局", 2024) == ("丙局", 2023)
    assert Renamed((one, both)).before("甲局", 2022) == ("甲局", 2021)
    assert Renamed((one, other, both)).before("丙局", 2023) is None
    assert Renamed((one, replace(both, since=None))).before("丙局", 2023) is None, "it was there before"
    assert Renamed((one, replace(both, since=2022))).before("丙局", 2023) is None
    assert Renamed((replace(one, until=None), both)).before("丙局", 2023) == ("丙局", 2022)
    assert list(Renamed((one, both)).names_after("甲局", 2022)) == ["丙局"]
    assert list(Renamed((one, both)).names_after("甲局", 2021)) == []


def test_changed_settings_reach_what_was_compared(story: Story) -> None:
    key = (WATER.name, 2023)
    story.crawl(report(WATER.name, 2022, CARRIED), report(*key))

    def severity() -> str:
        (found,) = [f for f in story.queries.findings() if f.rule == "yearly-carryover-total"]
        return found.severity

    assert severity() == "error"
    story.crawl()
    assert story.compared == 0, "nothing has changed"
    soft = {"severity": "error", "grades": [{"severity": "warning", "until": date(2024, 2, 8)}]}
    story.rules = {"yearly-carryover-total": soft}
    story.crawl()
    assert (story.now.date(), severity()) == (date(2024, 2, 8), "warning")
    story.crawl()
    assert severity() == "error", "the soft start has ended"
    story.rules["yearly-carryover-total"] = {"off": True}
    story.crawl()
    assert "yearly-carryover-total" not in {found[0] for found in story.standing()}
    story.rules["section-missing"] = {"off": True}
    story.crawl()
    assert story.compared == 0, "a rule that compares nothing"


def test_a_gap_is_told_once_all_years_were_looked_for(story: Story) -> None:
    def gaps() -> list[tuple[str, int]]:
        return [found[1:] for found in story.standing() if found[0] == "filing-history-gap"]

    years = [report(WATER.name, year) for year in (2019, 2022)]
    for shown in years:
        story.crawl(shown, years=(shown.year or 0,))
    assert gaps() == []
    story.crawl(*map(url_of, years), owed=range(2022, 2024))
    assert gaps() == [(WATER.name, 2022)]
    story.crawl(report(WATER.name, 2021))
    assert gaps() == [(WATER.name, 2021)]
    story.crawl(report(WATER.name, 2020))
    assert gaps() == []


def test_a_gap_that_may_be_an_unread_page_is_none(story: Story) -> None:
    unread = PageRecord("http://www.example.gov.cn/nb/x.pdf", PORTAL, "0" * 64, FIRST, problem="no text")
    years = [report(WATER.name, year) for year in (2019, 2022)]
    story.crawl(*years, unread=[replace(unread, listed_title="2020年政府信息公开工作年度报告")])
    assert "filing-history-gap" not in {found[0] for found in story.standing()}


def test_a_date_before_visits_that_did_not_show_it(story: Story) -> None:
    def unseen() -> list[str]:
        return [f.message_zh for f in story.queries.findings() if f.rule == "filing-date-unseen"]

    late = replace(report(WATER.name, 2023), published=date(2024, 2, 2))
    story.crawl()
    story.crawl(lists=("http://www.example.gov.cn/other/",))
    story.crawl(clean=False)
    story.crawl(years=(2022,))
    story.crawl(whole=False)  # it may have stood behind what was looked at
    story.crawl(late)
    (message,) = unseen()
    assert "此后1天完整查看年报栏目时未见到（2024-02-06 02:00），2024-02-11首次见到" in message
    # a report that was there all the time, under a page that could not be read at first
    story.crawl(replace(report(EDUCATION.name, 2023), published=date(2024, 2, 12)))
    assert len(unseen()) == 1


def test_a_date_before_visits_is_told_after_a_crawl_that_was_killed(story: Story) -> None:
    """The crawl that saw the page first recorded no visit; the next one that walks everything does."""

    def unseen() -> list[str]:
        return [f.message_zh for f in story.queries.findings() if f.rule == "filing-date-unseen"]

    late = replace(report(WATER.name, 2023), published=date(2024, 2, 2))
    story.crawl()
    story.crawl(lists=("http://www.example.gov.cn/other/",))
    story.night += 1
    story.show(late, url_of(late))
    story.crawl(url_of(late), clean=False, lists=())
    story.crawl(url_of(late), years=(2022,))
    assert unseen() == [], "which lists show it is not known yet"
    story.crawl(url_of(late))
    (message,) = unseen()
    assert "此后1天完整查看年报栏目时未见到（2024-02-06 02:00），2024-02-08首次见到" in message


def test_another_page_with_other_figures(story: Story) -> None:
    shown = report(WATER.name, 2023)
    other = with_cells(shown, {"disputes.review.upheld": 3, "disputes.review.total": 4})
    story.crawl(shown)
    elsewhere = url_of(shown, "z/")
    story.show(other, elsewhere)
    story.crawl()
    assert ("filing-duplicate-versions", WATER.name, 2023) in story.standing()
    for _ in range(2):
        story.crawl(gone=[elsewhere])
    assert "filing-duplicate-versions" not in {found[0] for found in story.standing()}


def test_the_years_in_any_order_or_twice_end_in_the_same_state(stories: Callable[[], Story]) -> None:
    by_year = {
        2020: [report(WATER.name, 2020), report(EDUCATION.name, 2020, CARRIED)],
        2021: [report(WATER.name, 2021, CARRIED), report(EDUCATION.name, 2021)],
        2023: [report(WATER.name, 2023), copied(EDUCATION.name), copied(BODIES[2].name)],
    }

    def told(orders: Sequence[int]) -> Any:
        story = stories()
        for year in orders:
            story.crawl(*by_year[year], years=(year,))
        story.crawl()
        return story.state()

    at_once = stories()
    at_once.crawl(*itertools.chain.from_iterable(by_year.values()))
    expected = at_once.state()
    rules = {rule for rule, *_ in at_once.standing()}
    assert {"yearly-carryover-total", COPIES, "filing-history-gap"} <= rules
    twice = ((2020, 2020, 2023, 2021, 2023), (2023, 2021, 2020, 2021))
    for orders in (*itertools.permutations(by_year), *twice):
        assert told(orders) == expected


def test_what_a_roll_up_is_made_of(story: Story) -> None:
    """A government's children are the bodies of its own place and the governments one level down."""
    families = Families((*story.organs, CITY, TOWN_OF_ANOTHER))
    assert families.children(GOVERNMENT.name) == [body.name for body in BODIES]
    assert families.children(CITY.name) == [GOVERNMENT.name]
    assert families.children(WATER.name) == ()
    assert families.parents(WATER.name) == [GOVERNMENT.name]
    assert families.parents(GOVERNMENT.name) == [CITY.name]
    assert families.parents(TOWN_OF_ANOTHER.name) == ()


CITY = OrganRecord("青杉市人民政府", "yunling", PORTAL, "government", code="990300")
TOWN_OF_ANOTHER = OrganRecord("雾禾镇人民政府", "yunling", PORTAL, "township", code="990322")


def test_only_rules_that_need_it_are_compared() -> None:
    assert {"yearly-carryover-total", "filing-withdrawn", COPIES} <= set(RULES_COMPARED)
    assert "filing-late" not in RULES_COMPARED
    assert "filing-missing" not in RULES_COMPARED


# columns


def column(*, guide: bool = True, clicks: int | None = 2) -> dict[str, Column]:
    """What was seen of the government's portal."""
    return {
        GOVERNMENT.name: Column(
            "云溪县人民政府", annual_reports=True, guide=guide, system=True, statutory=True, clicks=clicks
        )
    }


def of_columns(story: Story) -> list[tuple[str, str, int]]:
    return [found for found in story.standing() if found[0].startswith("column-")]


def test_a_column_is_held_against_the_keepers_newest_report_alone(story: Story) -> None:
    bodies = (GOVERNMENT.name, WATER.name)
    story.crawl(
        *(report(body, year) for body in bodies for year in (2022, 2023)), columns=column(guide=False)
    )
    assert of_columns(story) == [("column-guide-missing", GOVERNMENT.name, 2023)]


def test_what_the_column_lacked_is_fixed_when_it_is_seen_though_no_report_has_changed(story: Story) -> None:
    story.crawl(report(GOVERNMENT.name, 2023), columns=column(guide=False, clicks=9))
    assert {rule for rule, _, _ in of_columns(story)} == {"column-guide-missing", "column-not-prominent"}
    story.crawl(columns=column(clicks=9))
    assert [rule for rule, _, _ in of_columns(story)] == ["column-not-prominent"]
    story.crawl(columns=column())
    assert of_columns(story) == []
    story.crawl(columns=column(guide=False))
    assert [rule for rule, _, _ in of_columns(story)] == ["column-guide-missing"], "it returns"


def test_a_visit_that_was_not_clean_does_not_clear_the_column(story: Story) -> None:
    story.crawl(report(GOVERNMENT.name, 2023), columns=column(guide=False))
    story.crawl(columns=column(), clean=False)
    assert [rule for rule, _, _ in of_columns(story)] == ["column-guide-missing"]


def test_what_was_not_looked_at_is_not_lacking(story: Story) -> None:
    unknown = {GOVERNMENT.name: Column("云溪县人民政府", annual_reports=True)}
    story.crawl(report(GOVERNMENT.name, 2023), columns=unknown)
    assert of_columns(story) == []


def test_the_next_report_takes_the_column_over(story: Story) -> None:
    story.crawl(report(GOVERNMENT.name, 2022), columns=column(guide=False))
    assert of_columns(story) == [("column-guide-missing", GOVERNMENT.name, 2022)]
    story.crawl(report(GOVERNMENT.name, 2023), columns=column(guide=False))
    assert of_columns(story) == [("column-guide-missing", GOVERNMENT.name, 2023)]


def test_a_keeper_without_a_report_is_not_spoken_of(story: Story) -> None:
    story.crawl(report(WATER.name, 2023), columns=column(guide=False))
    assert of_columns(story) == []


def test_a_portal_that_is_nobodys_any_more_accuses_nobody(story: Story) -> None:
    story.crawl(report(GOVERNMENT.name, 2023), columns=column(guide=False))
    story.crawl()
    assert of_columns(story) == []
