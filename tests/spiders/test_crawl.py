"""Whole crawls in child processes, against the sample portals on free ports of loopback."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from crawler.demo.province import PORTALS as PLANNED
from crawler.demo.province import reports as reports_of
from crawler.demo.server import Fault, FaultKind, SamplePortals
from crawler.demo.sites.linxi import HanwebSite
from tests.spiders.installation import Crawl, Installation

PORTALS = QINGSHAN, LINXI = "demo-qingshan", "demo-linxi"
PLANS = {plan.id: plan for plan in PLANNED}
SECONDS = 120


@pytest.fixture
def installation(tmp_path: Path) -> Installation:
    return Installation(tmp_path)


@pytest.fixture(scope="module")
def portals() -> Iterator[SamplePortals]:
    with SamplePortals(ports={QINGSHAN: 0, LINXI: 0}) as served:
        yield served


@pytest.fixture
def faulty(installation: Installation, request: pytest.FixtureRequest) -> Iterator[SamplePortals]:
    with SamplePortals(ports={QINGSHAN: 0, LINXI: 0}, faults=request.param, hang=10.0) as served:
        installation.serve(served)
        yield served


def test_night_after_night(installation: Installation, portals: SamplePortals) -> None:
    installation.serve(portals)
    installation.clean_visits = 2
    first = installation.crawl("demo")
    asked_first = {portal: paths(portals, portal) for portal in PORTALS}
    assert first.exit_code == 0, first.log
    assert first.end["verdict"] == "clean"
    assert first.end["counts"]["new"] > 0
    reports = installation.queries.reports()
    assert len(reports) == first.end["counts"]["reports"]
    assert "filing-missing" not in {finding.rule for finding in installation.queries.findings()}

    # the sample withholds one report, and that is still to be proved: its portal is gone through again, but
    # for the articles; the other one is asked for what may have changed alone
    second = installation.crawl("demo", "-a", "kind=nightly", now="2024-05-02T02:00:00")
    assert second.exit_code == 0, second.log
    assert steps(second) == {"pages": 0, "new": 1, "changed": 0, "fixed": 0, "returned": 0}
    findings, obligations = installation.queries.findings(), installation.queries.obligations()
    assert [f.portal for f in findings if f.rule == "filing-missing"] == [LINXI]
    asked_second = {portal: paths(portals, portal)[len(asked_first[portal]) :] for portal in PORTALS}
    newest_first = ["/robots.txt", "/zwgk/zfxxgknb/", "/zwgk/zfxxgknb/bmnb/"]
    assert asked_second[QINGSHAN] == newest_first
    articles = HanwebSite(reports_of(PLANS[LINXI])).articles
    again = [path for path in asked_first[LINXI] if path not in articles]
    assert sorted(asked_second[LINXI]) == sorted(again)
    assert any(path.startswith("/module/") for path in again), "the list has further pages"

    # nothing is left to be proved, and nothing changes
    third = installation.crawl("demo", "-a", "kind=nightly", now="2024-05-03T02:00:00")
    assert third.exit_code == 0, third.log
    assert steps(third) == {"pages": 0, "new": 0, "changed": 0, "fixed": 0, "returned": 0}
    after = installation.queries
    assert [(r.organ, r.year, r.sha256, r.first_seen) for r in after.reports()] == [
        (r.organ, r.year, r.sha256, r.first_seen) for r in reports
    ]
    assert [(f.fingerprint, f.first_seen) for f in after.findings()] == [
        (f.fingerprint, f.first_seen) for f in findings
    ]
    assert [(o.organ, o.year, o.status) for o in after.obligations()] == [
        (o.organ, o.year, o.status) for o in obligations
    ]
    assert [run.kind for run in after.runs()] == ["nightly", "nightly", "crawl"]
    before = {portal: len(asked_first[portal]) + len(asked_second[portal]) for portal in PORTALS}
    asked_third = {portal: paths(portals, portal)[before[portal] :] for portal in PORTALS}
    assert asked_third[QINGSHAN] == newest_first
    assert len(asked_third[LINXI]) <= 5

    # weeks later published reports are looked at again; the TRS portal dates its pages, and sends none twice
    fourth = installation.crawl("demo", now="2024-06-01T02:00:00")
    assert fourth.end["counts"]["pages"] == 0
    assert "downloader/response_status_count/304" in fourth.log
    assert "downloader/response_status_count/304" not in first.log


def paths(portals: SamplePortals, portal: str) -> list[str]:
    return [one.path for one in portals.asked[portal]]


def steps(crawl: Crawl) -> dict[str, int]:
    return {kind: crawl.end["counts"][kind] for kind in ("pages", "new", "changed", "fixed", "returned")}


def test_one_portal_and_one_year(installation: Installation, portals: SamplePortals) -> None:
    installation.serve(portals)
    ended = installation.crawl("demo", "-a", "year=2023", "-a", f"portal={QINGSHAN}")
    assert ended.exit_code == 0, ended.log
    assert [visit["portal"] for visit in ended.end["visits"]] == [QINGSHAN]
    assert {report.year for report in installation.queries.reports()} == {2023}
    (visit,) = installation.queries.visits()
    assert (visit.portal, visit.years, visit.clean) == (QINGSHAN, (2023,), True)
    assert {line["portal"] for line in ended.progress[:-1]} == {QINGSHAN}
    assert {line["stage"] for line in ended.progress[:-1]} == {
        "home",
        "section",
        "list",
        "article",
        "entry",
        "recorded",
    }


def test_any_home_page(installation: Installation, portals: SamplePortals) -> None:
    (installation.folder / "provinces").mkdir()  # no province knows the portal
    home = portals.homes[LINXI]
    ended = installation.crawl("portal", "-a", f"home={home}", "-a", "allow_private=1")
    assert ended.exit_code == 0, ended.log
    (visit,) = ended.end["visits"]
    assert visit["clean"], visit["reason"]
    assert visit["reports"] == len(installation.queries.reports())
    assert visit["reports"] >= 17
    assert installation.queries.obligations() == []

    refused = installation.crawl("portal", "-a", f"home={home}")
    assert refused.exit_code == 2
    assert "is a private address" in refused.log


FAULTS = {
    "500": (FaultKind.ERROR_500, "HTTP 500", "HTTP 500"),
    "404": (FaultKind.NOT_FOUND, "HTTP 404", "HTTP 404"),
    "412": (FaultKind.CHALLENGE, "被拦截：瑞数 412", "blocked: 瑞数 412"),
    "redirect": (FaultKind.REDIRECT_TO_ITSELF, "循环跳转", "redirects without end"),
    "hang": (FaultKind.HANG, "连接超时", "timed out"),
    "cut": (FaultKind.CUT, "中途断开", "connection closed mid-body"),
}


QUICK = ("-s", "DOWNLOAD_TIMEOUT=1", "-s", "RETRY_TIMES=1")


def fault(name: str, portal: str, path: str = "/") -> Fault:
    return Fault(FAULTS[name][0], path, portal)


@pytest.mark.parametrize(
    ("faulty", "faults"),
    [
        pytest.param(
            tuple(fault(name, portal) for portal, name in faults.items()),
            faults,
            id="+".join(faults.values()),
        )
        for faults in (
            {QINGSHAN: "500"},
            {QINGSHAN: "hang", LINXI: "cut"},
            {QINGSHAN: "412", LINXI: "redirect"},
            {LINXI: "404"},
        )
    ],
    indirect=["faulty"],
)
def test_a_portal_that_fails_is_not_clean_and_nothing_follows(
    installation: Installation, faulty: SamplePortals, faults: dict[str, str]
) -> None:
    ended = installation.crawl("demo", *QUICK)
    assert ended.exit_code == 0, ended.log
    assert ended.end["verdict"] == ("failed" if len(faults) == 2 else "partial")
    queries = installation.queries
    for portal in (QINGSHAN, LINXI):
        organs = {organ.name for organ in queries.organs() if organ.portal == portal}
        statuses = {duty.status.value for duty in queries.obligations() if duty.organ in organs}
        if portal not in faults:
            assert ended.visit(portal)["clean"], "one portal's trouble is not the other's"
            assert "unreachable" not in statuses
            continue
        _, zh, en = FAULTS[faults[portal]]
        reason = {
            "zh": f"网站首页：{zh}：{faulty.homes[portal]}",
            "en": f"home page: {en}: {faulty.homes[portal]}",
        }
        assert ended.visit(portal)["reason"] == reason
        (visit,) = queries.visits(portal=portal)
        assert {"zh": visit.reason_zh, "en": visit.reason_en} == reason
        told = {(duty.reason_zh, duty.reason_en) for duty in queries.obligations() if duty.organ in organs}
        assert told == {(reason["zh"], reason["en"])}
        assert not ended.visit(portal)["clean"]
        findings = [finding for finding in queries.findings() if finding.portal == portal]
        assert {(finding.rule, finding.fault) for finding in findings} == {
            ("filing-unreachable", "extraction")
        }
        assert len(findings) == len([duty for duty in queries.obligations() if duty.organ in organs]), (
            "once for each body and year"
        )
        assert queries.reports(portal=portal) == []
        assert statuses == {"unreachable"}


@pytest.mark.parametrize(
    ("faulty", "reasons"),
    [
        pytest.param(
            (fault("500", QINGSHAN, "/zwgk/zfxxgknb/bmnb/index_1"), fault("cut", LINXI, "/module/")),
            {QINGSHAN: "500", LINXI: "cut"},
            id="500+cut",
        ),
        pytest.param(
            (fault("redirect", QINGSHAN, "/zwgk/zfxxgknb/bmnb/index_1"), fault("hang", LINXI, "/module/")),
            {QINGSHAN: "redirect", LINXI: "hang"},
            id="redirect+hang",
        ),
    ],
    indirect=["faulty"],
)
def test_a_list_read_by_half_proves_nothing(
    installation: Installation, faulty: SamplePortals, reasons: dict[str, str]
) -> None:
    ended = installation.crawl("demo", *QUICK)
    assert ended.exit_code == 0, ended.log
    queries = installation.queries
    for portal, name in reasons.items():
        _, zh, en = FAULTS[name]
        visit = ended.visit(portal)
        assert not visit["clean"]
        assert visit["reason"]["zh"].startswith(f"栏目列表页：{zh}：")
        assert visit["reason"]["en"].startswith(f"list page: {en}: ")
        assert queries.reports(portal=portal), "what was read is kept"
    assert [finding for finding in queries.findings() if finding.rule == "filing-missing"] == []


@pytest.mark.parametrize("faulty", [(fault("hang", LINXI),)], indirect=True, ids=["hang"])
def test_a_crawl_that_is_told_to_stop_ends_its_run(installation: Installation, faulty: SamplePortals) -> None:
    ended = installation.crawl("demo", "-s", "DOWNLOAD_TIMEOUT=3", stop_after=f'"{QINGSHAN}"')
    assert ended.exit_code == 0, ended.log
    (run,) = installation.queries.runs()
    assert run.ended is not None
    assert run.verdict in ("partial", "failed")
    assert not ended.visit(LINXI)["clean"]
    unproven = [
        f for f in installation.queries.findings() if f.rule == "filing-missing" and f.portal == LINXI
    ]
    assert unproven == []


def test_a_wrong_call_is_one_line(installation: Installation, portals: SamplePortals) -> None:
    installation.serve(portals)
    for options, says in (
        (("demo", "-a", "year=soon"), "not a report year: 'soon'"),
        (("demo", "-a", "portal=nowhere"), f"demo has no portal 'nowhere'; it has {QINGSHAN}, {LINXI}"),
        (("linhai",), "no province 'linhai'; there are: demo"),
    ):
        ended = installation.crawl(*options)
        assert ended.exit_code == 2
        assert ended.log == f"scrapy crawl: {says}\n"


def test_a_province_file_with_a_flaw_is_one_line(installation: Installation, portals: SamplePortals) -> None:
    installation.serve(portals)
    path = installation.folder / "provinces" / "demo.yml"
    path.write_text(path.read_text(encoding="utf-8").replace("delay:", "dealy:", 1), encoding="utf-8")
    ended = installation.crawl("demo")
    assert ended.exit_code == 2
    assert ended.log.count("\n") == 1
    assert "unknown key: dealy" in ended.log


def test_an_archive_that_cannot_be_used_stops_the_crawl_loudly(
    installation: Installation, portals: SamplePortals
) -> None:
    installation.serve(portals)
    (installation.folder / "archive").write_text("in the way", encoding="utf-8")
    ended = installation.crawl("demo")
    assert ended.exit_code == 1
    assert "Traceback" not in ended.log
    assert ended.log.splitlines()[-1].startswith("scrapy crawl: cannot use ")


def test_a_database_that_cannot_be_used_stops_the_crawl_loudly(
    installation: Installation, portals: SamplePortals
) -> None:
    installation.serve(portals)
    (installation.folder / "nianbao.db").write_bytes(b"not a database, but long enough to be looked at" * 40)
    ended = installation.crawl("demo")
    assert ended.exit_code == 1
    assert "Traceback" not in ended.log
    assert ended.log.splitlines()[-1].startswith("scrapy crawl: ")
