"""Of how many reports that are due it is known how their duty was kept stands beside every count."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import pytest

from crawler.cli import main
from crawler.clock import CHINA
from crawler.commands.crawl import summarise
from crawler.config import load
from crawler.console import Screen
from crawler.crawls import Crawl, Ending
from crawler.database import opened
from storage.ledger import Ledger
from storage.records import ObligationRecord, ObligationStatus, OrganRecord, PortalRecord, RunRecord

NOW = datetime(2024, 2, 10, 9, tzinfo=CHINA)
STATUSES = {
    "云溪县水务局": ObligationStatus.ON_TIME,
    "云溪县教育局": ObligationStatus.MISSING,
    "云溪县民政局": ObligationStatus.UNREACHABLE,
    "云溪县档案局": ObligationStatus.EXCLUDED,
    "云溪县人民政府": ObligationStatus.NOT_DUE,
}
ZH, EN = "到期应报 3 份，其中能判断 2 份", "3 reports due, 2 of them could be judged"


@pytest.fixture(autouse=True)
def _duties(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("NIANBAO_DATABASE_URL", f"sqlite:///{tmp_path}/x.db")
    monkeypatch.setenv("NIANBAO_NOW", NOW.isoformat())
    ledger = Ledger(opened(load()))
    portal = PortalRecord("yunxi", "yunling", "云溪县", "http://a.example/")
    bodies = [OrganRecord(name, "yunling", "yunxi", "department") for name in STATUSES]
    ledger.register([portal], bodies)
    run = ledger.begin_run(RunRecord(None, "nightly", "yunling", NOW))
    due = date(2024, 1, 31)
    ledger.assess(
        run,
        [ObligationRecord(name, "department", "yunling", 2023, due, is_) for name, is_ in STATUSES.items()],
        [],
    )


@pytest.mark.parametrize("form", ["text", "json", "csv", "xlsx"])
@pytest.mark.parametrize("command", ["findings", "reports", "obligations"])
@pytest.mark.parametrize(("lang", "told"), [("zh", ZH), ("en", EN)], ids=["zh", "en"])
def test_every_list_in_every_format(
    capsys: pytest.CaptureFixture[str], command: str, form: str, lang: str, told: str
) -> None:
    file = ["--output", f"out.{form}"] if form in ("csv", "xlsx") else []
    assert main(["--lang", lang, command, "--format", form, *file]) == 0
    assert told in capsys.readouterr().err


def test_a_history_and_a_matrix(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["findings", "--history"]) == 0
    assert ZH in capsys.readouterr().err
    assert main(["obligations", "--matrix"]) == 0
    shown = capsys.readouterr()
    assert ZH in shown.err
    signs = dict(line.split() for line in shown.out.splitlines()[:-1])
    assert signs == {
        "单位": "2023", "云溪县水务局": "+", "云溪县教育局": "X", "云溪县民政局": "~", "云溪县档案局": "-",
        "云溪县人民政府": ".",
    }  # fmt: skip
    assert "X 未发布" in shown.out.splitlines()[-1]


def test_a_filter_narrows_it(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["findings", "--organ", "云溪县民政局"]) == 0
    assert "到期应报 1 份，其中能判断 0 份" in capsys.readouterr().err


def test_the_summary_of_a_crawl(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    counts = {"reports": 5, "new": 1, "due": 3, "judged": 2}
    ending = Ending(Crawl("yunling"), verdict="clean", counts=counts, log=tmp_path / "log", exit_code=0)
    summarise(Screen(), ending)
    assert ZH in capsys.readouterr().out
