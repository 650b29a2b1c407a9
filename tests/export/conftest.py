"""A small installation: two bodies, one report with a typo, one that is missing, and hostile texts."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from crawler.cli import main
from crawler.config import Settings, load
from crawler.database import opened
from crawler.inspection import Given, inspect
from crawler.versions import version_of
from storage.archive import Archive
from storage.ledger import Ledger
from storage.queries import Queries
from storage.records import (
    DocumentRecord,
    FindingRecord,
    ObligationRecord,
    ObligationStatus,
    OrganRecord,
    Origin,
    PageRecord,
    PageSeen,
    PartRecord,
    PortalRecord,
    ReportRecord,
    RunRecord,
    VisitRecord,
)

ORGAN, ABSENT, QUIET = "云溪县水务局", "云溪县教育局", "云溪县民政局"
URL = "http://a.example/1.html"
FILE = "http://a.example/f.pdf"
NIGHT = datetime(2024, 2, 1, 18, 0, tzinfo=UTC)
NOW = "2024-03-01T09:00:00"


def finding(number: int = 1, **values: Any) -> FindingRecord:
    known = FindingRecord(
        fingerprint=f"{number:015x}f",
        organ=ORGAN,
        year=2023,
        rule="applications-balance",
        severity="error",
        verdict="fail",
        fault="publisher",
        where="applications.natural_person",
        message_zh="自然人：新收21件，办结20件",
        message_en="natural persons: 21 received, 20 accounted for",
        basis_zh="年度报告格式表三",
        basis_en="form, table 3",
        province="yunling",
        portal="yunxi",
        url=URL,
        archived="1" * 64,
        cells=("applications.new_received.natural_person",),
        expected=21,
        found=20,
    )
    return replace(known, **values)


@dataclass
class Installation:
    """A database and an archive with what a few nights saw."""

    settings: Settings
    archive: Archive
    folder: Path
    page: str
    file: str

    @property
    def queries(self) -> Queries:
        return Queries(opened(self.settings))

    def record(self, *findings: FindingRecord) -> None:
        """What the page's report is found to be, from now on."""
        ledger = Ledger(opened(self.settings))
        run = ledger.begin_run(RunRecord(None, "nightly", "yunling", NIGHT))
        inspected = inspect(self.archive.get(self.page), Given(organ=ORGAN, year=2023))
        report = ReportRecord(
            organ=ORGAN, year=2023, title=f"{ORGAN}2023年政府信息公开工作年度报告", url=URL, portal="yunxi",
            province="yunling", sha256=self.page, seen=NIGHT, published=date(2024, 1, 20),
            published_from="meta", form="2021", rules_version=1,
            rules={"uncertain": ["section-missing"], "fail": ["applications-balance"]},
        )  # fmt: skip
        page = PageRecord(
            url=URL, portal="yunxi", sha256=self.page, seen=NIGHT, organ=ORGAN, year=2023, rules_version=1,
            etag='"e1"', content_type="text/html",
            parts=(PartRecord(FILE, "attachment", "附件", self.file, "application/pdf"),),
        )  # fmt: skip
        version = version_of(
            inspected.report, organ=ORGAN, year=2023, url=URL, sha256=self.page, seen=NIGHT, rules_version=1,
            whole=True,
        )  # fmt: skip
        document = DocumentRecord(self.page, 10, "text/html", NIGHT)
        ledger.record(run, [PageSeen(page, (document,), report, findings, version)])


PAGE = """<html><head><title>云溪县水务局2023年政府信息公开工作年度报告</title></head><body>
<h1>云溪县水务局2023年政府信息公开工作年度报告</h1><div class="content"><p>一、总体情况</p>
<p>全年新收申请21件。&lt;script&gt;alert(1)&lt;/script&gt;</p><p>二、主动公开政府信息情况</p>
<p>三、收到和处理政府信息公开申请情况</p><p>四、政府信息公开行政复议、行政诉讼情况</p>
<p>五、存在的主要问题及改进情况</p><p>改进不足。</p><p>六、其他需要报告的事项</p><p>无。</p></div></body></html>
"""


@pytest.fixture(scope="session")
def seen(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of an installation after three nights."""
    folder = tmp_path_factory.mktemp("seen")
    settings = load(database_url=f"sqlite:///{folder / 'x.db'}", archive_url=str(folder / "archive"))
    Archive(settings.archive_url)
    ledger = Ledger(opened(settings))
    ledger.register(
        [PortalRecord("yunxi", "yunling", "云溪县人民政府", "http://a.example/")],
        [OrganRecord(name, "yunling", "yunxi", "department") for name in (ORGAN, ABSENT, QUIET)],
    )
    visits = []
    for night in range(3):
        at = NIGHT + timedelta(days=night)
        run = ledger.begin_run(RunRecord(None, "nightly", "yunling", at))
        ledger.record_visit(
            VisitRecord(run, "yunxi", at, at, clean=True, lists=("http://a.example/list",), reports=1)
        )
        ledger.end_run(run, at, "clean", {})
        visits.append(at)
    absence = finding(
        900, organ=ABSENT, rule="filing-missing", severity="critical", where="filing", url="", archived=None,
        message_zh="三次完整访问均未见到", expected=None, found=None, cells=(), stated_by=Origin.DUTY,
    )  # fmt: skip
    due = date(2024, 1, 31)
    ledger.assess(
        run,
        [
            ObligationRecord(
                ORGAN, "department", "yunling", 2023, due, ObligationStatus.ON_TIME,
                published=date(2024, 1, 20), first_seen=NIGHT, url=URL,
            ),
            ObligationRecord(
                ABSENT, "department", "yunling", 2023, due, ObligationStatus.MISSING, visits=tuple(visits)
            ),
            ObligationRecord(
                QUIET, "department", "yunling", 2023, due, ObligationStatus.UNREACHABLE,
                reason_zh="网站无法访问", reason_en="the portal cannot be reached",
            ),
        ],
        [absence],
    )  # fmt: skip
    return folder


@pytest.fixture
def installation(seen: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Installation:
    """A copy of it, which is what the program's settings name."""
    folder = tmp_path / "seen"
    shutil.copytree(seen, folder)
    monkeypatch.setenv("NIANBAO_DATABASE_URL", f"sqlite:///{folder / 'x.db'}")
    monkeypatch.setenv("NIANBAO_ARCHIVE_URL", str(folder / "archive"))
    monkeypatch.setenv("NIANBAO_NOW", NOW)
    archive = Archive(folder / "archive")
    return Installation(load(), archive, tmp_path, archive.put(PAGE.encode()), archive.put(b"%PDF-1.4 x"))


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str, str]]:
    """A call of the program: exit code, stdout, stderr."""

    def call(*arguments: str | Path) -> tuple[int, str, str]:
        code = main([str(argument) for argument in arguments])
        said = capsys.readouterr()
        return code, said.out, said.err

    return call
