"""`nianbao demo`: three nights to every promised finding, a fourth to two changes, one more to none; and
whose files it touches.
"""

from __future__ import annotations

import json
import socket
import time
from datetime import date
from pathlib import Path

import pytest

from crawler.cli import main
from crawler.clock import local
from crawler.commands.problems import CallError
from crawler.config import load
from crawler.database import opened
from crawler.demo import play, server
from crawler.demo.play import Played, clear, nights_due, read, write
from crawler.demo.province import PORTALS, PORTS
from crawler.digest.contents import Digest
from crawler.digest.render import html
from storage.queries import Queries
from storage.records import ObligationStatus


@pytest.fixture(autouse=True)
def _own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def _ports_are_free() -> bool:
    for port in PORTS.values():
        with socket.socket() as tried:
            if tried.connect_ex(("127.0.0.1", port)) == 0:
                return False
    return True


PROMISED = {
    ("青杉市文化旅游局", 2023, "filing-late"),
    ("临溪县教育局", 2023, "filing-missing"),
    ("临溪县雾禾镇人民政府", 2023, "section-missing"),
    ("青杉市市场监督管理局", 2023, "applications-balance"),
    ("临溪县自然资源局", 2023, "disputes-total"),
    ("临溪县民政局", 2022, "template-wrong-generation"),
    ("青杉市雨燕街道办事处", 2022, "table-damaged"),
    ("临溪县人民政府", 2023, "yearly-carryover-total"),
    ("临溪县白芷乡人民政府", 2022, "peers-text-duplicate"),
    ("临溪县雾禾镇人民政府", 2022, "peers-text-duplicate"),
}
"""Every defect that the sample province plants, by the rule that must name it."""
UNREAD = ("青杉市雨燕街道办事处", 2022, "table-damaged")
"""It is shown, and told in no digest: what could not be read is no defect for certain."""


def test_the_promises_cover_every_planted_defect() -> None:
    bodies = [body for portal in PORTALS for body in portal.bodies]
    planted = {
        (body.name, year) for body in bodies for year in (*body.defects, *body.carries_more, *body.copies)
    }
    planted |= {(copied, year) for body in bodies for year, copied in body.copies.items()}
    assert {(organ, year) for organ, year, _ in PROMISED} == planted


EXPLAINED = (PROMISED - {("青杉市市场监督管理局", 2023, "applications-balance"), UNREAD}) | {
    ("青杉市市场监督管理局", 2023, "cell-likely-culprit")
}
"""The same as the digest tells it: three sums beneath the cell that breaks them, nothing unsure."""


def said(digest: Digest) -> set[tuple[str, str, int, str]]:
    """Every line of a digest: part, body, year and rule."""
    return {
        (part.kind.value, body.organ, report.year, item.rule)
        for part in digest.parts
        for province in part.provinces
        for body in province.organs
        for report in body.reports
        for item in report.items
    }


def _part_of(rule: str) -> str:
    return "duty" if rule.startswith("filing-") else "new"


def test_the_whole_play(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    # the sample's ports are fixed; another test may be serving on them just now
    for _ in range(600):
        if _ports_are_free():
            break
        time.sleep(0.2)
    told: list[Digest] = []
    monkeypatch.setattr(play, "html", lambda digest: told.append(digest) or html(digest))
    assert main(["demo"]) == 0
    first = capsys.readouterr()
    rows = [line.split() for line in first.out.splitlines()]
    shown = {(row[2], int(row[3]), row[5]) for row in rows if len(row) > 6 and row[3].isdigit()}
    assert shown >= PROMISED
    assert first.out.splitlines()[-4:] == [
        "变化通报：云岭省（示例） 7 项新问题，1 单位逾期，1 单位未发布",
        "变化通报文件：var/demo/digest-2024-04-10.html",
        "变化通报：云岭省（示例） 1 项新问题，1 项已整改",
        "变化通报文件：var/demo/digest-2024-04-11.html",
    ]
    assert "按时 34，逾期 1，未发布 1；到期应报 36 份，其中能判断 36 份" in first.err
    page = Path("var/demo/digest-2024-04-10.html").read_text(encoding="utf-8")
    assert "云岭省（示例）" in page
    assert "很可能应为28，表中为31" in page  # and the three sums that it breaks stand beneath it
    for organ in ("青杉市文化旅游局", "临溪县教育局", "临溪县雾禾镇人民政府", "临溪县民政局"):
        assert organ in page
    assert said(told[0]) == {(_part_of(rule), organ, year, rule) for organ, year, rule in EXPLAINED}
    assert said(told[1]) == {
        ("new", "青杉市水务局", 2023, "disputes-total"),
        ("fixed", "临溪县自然资源局", 2023, "disputes-total"),
    }

    settings = play.settings_of(play.FOLDER, "zh")
    engine = opened(settings)
    queries = Queries(engine)
    [missing] = queries.obligations(status="missing")
    assert (missing.organ, missing.year, missing.status) == ("临溪县教育局", 2023, ObligationStatus.MISSING)
    assert [local(visit).day for visit in missing.visits] == [8, 9, 10]
    changes = queries.newest_change()
    assert [run.kind for run in queries.runs()] == ["demo"] * 4
    engine.dispose()

    assert main(["demo"]) == 0
    second = capsys.readouterr()
    assert second.out.splitlines()[-1] == "没有新的变化，未写通报"
    engine = opened(settings)
    assert Queries(engine).newest_change() == changes
    engine.dispose()
    assert read(play.FOLDER).nights[-1] == date(2024, 4, 12)
    # the installation's own database was not made, let alone used
    assert sorted(path.name for path in Path("var").iterdir()) == ["demo"]


def test_a_port_that_somebody_else_has_is_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as stranger:
        port = stranger.getsockname()[1]
        taken = dict.fromkeys(PORTS, port)
        monkeypatch.setattr(play, "SamplePortals", lambda: server.SamplePortals(ports=taken))
        assert main(["demo"]) == 2
    captured = capsys.readouterr()
    assert captured.err.count("\n") == 1
    assert captured.err.startswith("nianbao: 样例网站无法启动：")
    assert str(port) in captured.err


# ── nights and files ────────────────────────────────────────────────────────


def _nights(*days: int) -> tuple[date, ...]:
    return tuple(date(2024, 4, day) for day in days)


@pytest.mark.parametrize(
    ("played", "due"),
    [
        ((), (8, 9, 10, 11)),
        ((8,), (9, 10, 11)),
        ((8, 9), (10, 11)),
        ((8, 9, 10), (11,)),
        ((8, 9, 10, 11), (12,)),
    ],
)
def test_nights_that_are_due(played: tuple[int, ...], due: tuple[int, ...]) -> None:
    assert nights_due(Played(_nights(*played))) == _nights(*due)


def test_what_was_played_is_remembered(tmp_path: Path) -> None:
    folder = tmp_path / "a" / "demo"
    assert read(folder) == Played()
    write(folder, Played(_nights(8, 9), 17))
    assert read(folder) == Played(_nights(8, 9), 17)
    clear(folder)
    assert not folder.exists()
    clear(folder)


@pytest.mark.parametrize(
    "content", ["", "{}", "[]", '{"nights": ["soon"], "told": 0}', '{"nights": 5, "told": 0}']
)
def test_a_damaged_memory_is_one_line(tmp_path: Path, content: str) -> None:
    folder = tmp_path / "demo"
    folder.mkdir()
    (folder / play.MARKER).write_text(content)
    with pytest.raises(CallError, match="is damaged; start over"):
        read(folder)
    clear(folder)


def test_a_folder_of_somebody_else_is_left_alone(tmp_path: Path) -> None:
    folder = tmp_path / "demo"
    folder.mkdir()
    (folder / "thesis.txt").write_text("years of work")
    for touch in (read, clear):
        with pytest.raises(CallError, match="leaves them alone"):
            touch(folder)
    assert (folder / "thesis.txt").read_text() == "years of work"


def test_a_link_or_a_file_is_not_followed_or_deleted(tmp_path: Path) -> None:
    real = tmp_path / "real"
    real.mkdir()
    (real / play.MARKER).write_text(json.dumps({"nights": [], "told": 0}))
    (tmp_path / "link").symlink_to(real)
    (tmp_path / "file").write_text("x")
    for name in ("link", "file"):
        with pytest.raises(CallError, match="is not a directory"):
            clear(tmp_path / name)
    assert (real / play.MARKER).exists()


def test_settings_of_the_demo_leave_the_installation_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NIANBAO_DATABASE_URL", "postgresql://u:p@127.0.0.1/real")
    monkeypatch.setenv("NIANBAO_ARCHIVE_URL", "/srv/archive")
    monkeypatch.setenv("NIANBAO_PROVINCES", "/srv/provinces")
    monkeypatch.setenv("NIANBAO_CLEAN_VISITS", "9")
    settings = play.settings_of(Path("var/demo"), "en")
    assert settings.database_url.get_secret_value() == "sqlite:///var/demo/nianbao.db"
    assert settings.archive_url == str(Path("var/demo/archive"))
    assert settings.provinces is not None
    assert (settings.provinces / "demo.yml").is_file()
    assert (settings.lang, settings.clean_visits) == ("en", 3)
    assert load().clean_visits == 9
