"""Whole crawls, night after night, of a site that changes: what only comparison can tell."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

import pytest

from crawler.clock import CHINA
from crawler.demo.province import PORTALS, QINGSHAN, SampleReport, reports
from crawler.demo.server import SamplePortals
from crawler.demo.sites.qingshan import TrsSite
from crawler.demo.web import Article, Response
from crawler.digest import compose
from crawler.digest.composing import pending
from storage.engine import open_engine
from storage.records import FindingRecord
from tests.spiders.installation import Crawl, Installation

WATER, CULTURE, ZONE = "青杉市水务局", "青杉市文化旅游局", "青杉市星砂产业园管理委员会"
GOVERNMENT = "青杉市人民政府"


def planted() -> tuple[SampleReport, ...]:
    """The sample's reports, with a carry-over that does not follow from the year before, and a copy."""
    (plan,) = [plan for plan in PORTALS if plan.id == QINGSHAN]
    known = reports(plan)
    culture = next(r for r in known if (r.body.name, r.spec.year) == (CULTURE, 2023))
    return tuple(_altered(report, culture) for report in known)


def _altered(report: SampleReport, model: SampleReport) -> SampleReport:
    spec = report.spec
    if (report.body.name, spec.year) == (GOVERNMENT, 2022):
        cells = dict(spec.cells)
        for row in ("carried_in", "carried_out"):  # the year itself stays balanced
            for column in ("natural_person", "total"):
                cells[f"applications.{row}.{column}"] += 2
        return replace(report, spec=replace(spec, cells=cells))
    if (report.body.name, spec.year) == (ZONE, 2023):
        texts = {section.key: section.paragraphs for section in model.spec.sections}
        copied = tuple(
            section._replace(paragraphs=tuple(p.replace(CULTURE, ZONE) for p in texts[section.key]))
            if section.key in ("overview", "problems")
            else section
            for section in spec.sections
        )
        return replace(report, spec=replace(spec, sections=copied))
    return report


@dataclass
class Changing:
    """A site some of whose pages are gone, unlisted or altered."""

    site: TrsSite
    gone: frozenset[str] = frozenset()
    altered: Mapping[str, tuple[str, str]] = field(default_factory=dict)

    @property
    def articles(self) -> Mapping[str, Article]:
        return self.site.articles

    def respond(self, path: str, query: Mapping[str, str], headers: Mapping[str, str]) -> Response:
        if path in self.gone:
            return Response(404, (("Content-Type", "text/html"),), b"<html><body>404</body></html>")
        if path in self.altered:
            answer = self.site.respond(path, query, {})
            old, new = (text.encode() for text in self.altered[path])
            assert old in answer.body
            return Response(answer.status, answer.headers[:1], answer.body.replace(old, new))
        answer = self.site.respond(path, query, headers)
        for name in (gone.rpartition("/")[2] for gone in self.gone):
            row = rb"<li><a href=\"[^\"]*" + re.escape(name.encode()) + rb"\".*?</li>\n?"
            answer = replace(answer, body=re.sub(row, b"", answer.body))
        return answer

    def path(self, organ: str, year: int) -> str:
        title = f"{organ}{year}年政府信息公开工作年度报告"
        return next(path for path, article in self.articles.items() if article.title == title)


@pytest.fixture
def installation(tmp_path: Path, url: str) -> Installation:
    return Installation(tmp_path, url)


@pytest.fixture
def portals(installation: Installation) -> Iterator[SamplePortals]:
    with SamplePortals(ports={QINGSHAN: 0, "demo-linxi": 0}) as served:
        installation.serve(served)
        look_at_everything(installation)
        yield served


def look_at_everything(installation: Installation, *settings: str) -> None:
    """Every night every list is walked to its end, and every report looked at again."""
    lines = ("revisit_days = 0", "whole_days = 0", *settings)
    (installation.folder / "nianbao.toml").write_text("\n".join(lines), encoding="utf-8")


def night(installation: Installation, day: int, *options: str) -> Crawl:
    now = f"2024-05-{day:02}T02:00:00"
    ended = installation.crawl("demo", "-a", f"portal={QINGSHAN}", *options, now=now)
    assert ended.exit_code == 0, ended.log
    assert ended.visit(QINGSHAN)["clean"], ended.visit(QINGSHAN)["reason"]
    return ended


def told(installation: Installation, after: int, day: int) -> tuple[list[tuple[str, str, int]], int]:
    """What the digest of these changes tells: part, body and year with the rule; and the last change."""
    moment = datetime(2024, 5, day, 6, tzinfo=CHINA)
    engine = open_engine(installation.database)
    digest = pending(engine, after=after, provinces={}, moment=moment, lang="zh")
    engine.dispose()
    if digest is None:
        return [], after
    said = [
        (f"{part.kind} {item.rule}", body.organ, report.year)
        for part in digest.parts
        for province in part.provinces
        for body in province.organs
        for report in body.reports
        for item in report.items
    ]
    return said, digest.last_change


def only(findings: list[FindingRecord], rule: str) -> FindingRecord:
    (finding,) = [finding for finding in findings if finding.rule == rule]
    return finding


def test_what_only_looking_back_can_tell(
    installation: Installation, portals: SamplePortals, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(compose, "MOST_IN_REPORT", 99)  # spell out all
    site = TrsSite(planted())
    portals.show(QINGSHAN, site)
    night(installation, 1)
    findings = installation.queries.findings()
    carried = [f for f in findings if f.rule == "yearly-carryover-total"]
    assert [(f.organ, f.year, f.fault) for f in carried] == [
        (GOVERNMENT, 2022, "publisher"),
        (GOVERNMENT, 2023, "publisher"),
    ]
    copies = [f for f in findings if f.rule == "peers-text-duplicate"]
    assert [(f.organ, f.year) for f in copies] == [(CULTURE, 2023), (ZONE, 2023)]
    assert ZONE in copies[0].message_zh
    assert CULTURE in copies[1].message_zh
    first, seen = told(installation, 0, 1)
    for finding in (*carried, *copies):
        assert first.count((f"new {finding.rule}", finding.organ, finding.year)) == 1

    # an unchanged night tells nothing
    assert {kind: night(installation, 2).end["counts"][kind] for kind in ("new", "changed", "fixed")} == {
        "new": 0,
        "changed": 0,
        "fixed": 0,
    }
    assert told(installation, seen, 2) == ([], seen)

    # a figure changes without a word, and a report is taken down
    changing = Changing(site)
    water, withdrawn = changing.path(WATER, 2023), changing.path(CULTURE, 2021)
    spec = next(r.spec for r in planted() if (r.body.name, r.spec.year) == (WATER, 2023))
    licences = spec.cells["disclosure.licences.decisions"]
    page = site.respond(water, {}, {}).body.decode()
    row = re.search(rf"行政许可(?:<[^>]*>|\s)*{licences}(?=<)", page)
    assert row is not None
    changed = row[0].removesuffix(str(licences)) + str(licences + 7)
    changing.altered = {water: (row[0], changed)}
    changing.gone = frozenset({withdrawn})
    portals.show(QINGSHAN, changing)
    night(installation, 3)
    second, seen = told(installation, seen, 3)
    assert ("new filing-changed-after-publication", WATER, 2023) in second
    finding = only(installation.queries.findings(), "filing-changed-after-publication")
    assert f"由{licences}改为{licences + 7}" in finding.message_zh
    assert "自2024-05-01首次查看以来" in finding.message_zh
    assert "filing-withdrawn" not in {f.rule for f in installation.queries.findings()}  # once is no proof

    night(installation, 4)
    third, seen = told(installation, seen, 4)
    assert third == [("new filing-withdrawn", CULTURE, 2021)]
    finding = only(installation.queries.findings(), "filing-withdrawn")
    assert "自2024-05-03起原网址无法打开（HTTP 404）" in finding.message_zh
    held = installation.queries.filings_of([(CULTURE, 2021), (WATER, 2023)])
    assert "filing-withdrawn" in held[CULTURE, 2021].rules["fail"]
    assert "filing-withdrawn" in held[WATER, 2023].rules["pass"]

    # it is back; what was changed stays told
    changing.gone = frozenset()
    night(installation, 5)
    fourth, seen = told(installation, seen, 5)
    assert fourth == [("fixed filing-withdrawn", CULTURE, 2021)]
    night(installation, 6)
    assert told(installation, seen, 6) == ([], seen)


def test_settings_that_change_reach_pages_that_do_not(
    installation: Installation, portals: SamplePortals
) -> None:
    """From the archive: also a page that is gone by now, and one whose year is not visited."""

    def graded() -> dict[tuple[str, int], set[str]]:
        found: dict[tuple[str, int], set[str]] = {}
        for finding in installation.queries.findings():
            if finding.rule == rule:
                found.setdefault((finding.organ, finding.year), set()).add(finding.severity)
        return found

    rule = "filing-late"
    changing = Changing(TrsSite(planted()))
    portals.show(QINGSHAN, changing)
    night(installation, 1)
    before = graded()
    assert before
    assert set.union(*before.values()) == {"error"}
    (organ, year), *_ = before
    changing.gone = frozenset({changing.path(organ, year)})
    night(installation, 2)
    look_at_everything(
        installation,
        f"[rules.{rule}]",
        'severity = "error"',
        'grades = [{severity = "info", until = 2024-05-03}]',
    )
    counts = night(installation, 3, "-a", "year=2021").end["counts"]
    assert (counts["new"], counts["changed"], counts["pages"]) == (0, 0, 0)
    assert graded() == {key: {"info"} for key in before}
    night(installation, 4)
    assert graded() == before  # the soft start has ended, without any change of the settings
    look_at_everything(installation, f"[rules.{rule}]", "off = true")
    night(installation, 5)
    assert graded() == {}
    look_at_everything(installation)
    assert night(installation, 6).end["counts"]["returned"] == len(before)
    assert night(installation, 7).end["counts"]["returned"] == 0
