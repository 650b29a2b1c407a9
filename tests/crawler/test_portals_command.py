"""`nianbao portals`: what it prints, what it writes, and that it writes nothing where it should not."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from crawler import clock
from crawler.cli import main
from crawler.commands import portals
from crawler.commands.problems import CallError
from crawler.config import load
from crawler.console import Screen
from crawler.database import opened
from crawler.portals import ProvinceError, read_province, read_provinces
from storage.ledger import Ledger
from storage.records import RunRecord, VisitRecord

FILE = """\
# by hand
province: yunling
name: 云岭省
years: {first: 2021}
window: {from: "22:00", to: "06:00"}
portals:
  - id: qingshan
    name: 青杉市人民政府
    home: http://www.qingshan.example/
    hosts: [www.qingshan.example, xxgk.qingshan.example]
    family: trs
    columns: [http://xxgk.qingshan.example/nb/]
    expected: 3
    expected_most: 9
    legacy_tls: its server is of 2008
    verified: 2026-10-02
    organs:
      - {name: 青杉市水务局, kind: department, code: "990100", aliases: [青杉市水利局], since: 2022}  # kept
      - {name: 青杉市教育局, kind: department}
  - {id: linxi, name: 临溪县人民政府, home: "http://www.linxi.example/", hosts: [www.linxi.example]}
"""
Captured = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def file(monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of province files of one's own."""
    Path("provinces").mkdir()
    path = Path("provinces/yunling.yml")
    path.write_text(FILE, encoding="utf-8")
    monkeypatch.setenv("NIANBAO_PROVINCES", "provinces")
    return path


def roster(*rows: str, encoding: str = "utf-8") -> str:
    path = Path("roster.csv")
    path.write_bytes("\n".join(("网站,单位,类别,别名", *rows, "")).encode(encoding))
    return str(path)


KEPT = ("qingshan,青杉市水务局,部门,", "qingshan,青杉市教育局,部门,")


# ── list and show ───────────────────────────────────────────────────────────


def test_the_list_is_one_line_a_portal(capsys: Captured) -> None:
    assert main(["portals", "list"]) == 0
    captured = capsys.readouterr()
    assert [line.split() for line in captured.out.splitlines()] == [
        ["省份", "网站", "名称", "系统", "单位", "栏目", "核实"],
        ["yunling", "qingshan", "青杉市人民政府", "trs", "2", "1", "2026-10-02"],
        ["yunling", "linxi", "临溪县人民政府", "-", "0", "0", "-"],
    ]
    assert captured.err == "网站 2 个，单位 2 个；核实过的网站 1 个\n"


def test_the_list_as_json(capsys: Captured) -> None:
    assert main(["portals", "list", "--province", "yunling", "--format", "json"]) == 0
    first, second = json.loads(capsys.readouterr().out)
    assert first == {
        "province": "yunling",
        "id": "qingshan",
        "name": "青杉市人民政府",
        "home": "http://www.qingshan.example/",
        "private": False,
        "hosts": ["www.qingshan.example", "xxgk.qingshan.example"],
        "family": "trs",
        "columns": ["http://xxgk.qingshan.example/nb/"],
        "delay": 1.0,
        "expected": 3,
        "expected_most": 9,
        "legacy_tls": "its server is of 2008",
        "browser": None,
        "verified": "2026-10-02",
        "bodies": 2,
    }
    assert (second["id"], second["verified"], second["bodies"]) == ("linxi", None, 0)


def test_the_built_in_register_is_listed(capsys: Captured, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NIANBAO_PROVINCES")
    assert main(["portals", "list", "--format", "json"]) == 0
    listed = json.loads(capsys.readouterr().out)
    assert len(listed) == sum(len(province.portals) for province in read_provinces().values()) > 200


def test_everything_of_a_portal_that_was_never_visited(capsys: Captured) -> None:
    assert main(["--lang", "en", "portals", "show", "qingshan"]) == 0
    out = capsys.readouterr().out
    for line in (
        "portal: qingshan · 青杉市人民政府",
        "province: yunling · 云岭省",
        "hosts: www.qingshan.example, xxgk.qingshan.example",
        "visited between: 22:00–06:00",
        "reports expected: 3–9",
        "old TLS: its server is of 2008",
        "verified: 2026-10-02",
        "not visited yet",
    ):
        assert line in out.splitlines()
    assert ["青杉市水务局", "department", "990100", "2022–", "青杉市水利局", "-"] in [
        line.split() for line in out.splitlines()
    ]


def test_the_last_visits_newest_first(capsys: Captured) -> None:
    ledger = Ledger(opened(load()))
    begin = clock.now() - timedelta(days=9)
    for day in range(7):
        started = begin + timedelta(days=day)
        run = ledger.begin_run(RunRecord(None, "nightly", "yunling", started))
        ledger.record_visit(
            VisitRecord(
                run=run,
                portal="qingshan",
                started=started,
                ended=started + timedelta(minutes=5),
                clean=day % 2 == 0,
                reason_zh="" if day % 2 == 0 else "列表打不开",
                reason_en="" if day % 2 == 0 else "a list did not open",
                requests=10 + day,
                reports=day,
            )
        )
    assert main(["portals", "show", "qingshan", "--format", "json"]) == 0
    visits = json.loads(capsys.readouterr().out)["visits"]
    assert [visit["reports"] for visit in visits] == [6, 5, 4, 3, 2]
    assert [visit["clean"] for visit in visits] == [True, False, True, False, True]
    assert (visits[0]["reason"], visits[1]["reason"]) == (None, "列表打不开")
    assert main(["portals", "show", "qingshan"]) == 0
    assert "不完整" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["list", "--province", "atlantis"], "没有这个省：atlantis（有：yunling）"),
        (["show", "qingshen"], "没有这个网站：qingshen（相近的有：qingshan；nianbao portals list 列出全部）"),
        (["import", "none.csv"], "文件不可用：none.csv: No such file or directory"),
        (["import", "x.csv", "--province", "atlantis"], "没有这个省：atlantis（有：yunling）"),
        ([], "缺少命令；用法见 nianbao portals --help"),
    ],
)
def test_a_wrong_call_is_one_line(arguments: list[str], said: str, capsys: Captured) -> None:
    assert main(["portals", *arguments]) == 2
    assert capsys.readouterr() == ("", f"nianbao: {said}\n")


# ── import ──────────────────────────────────────────────────────────────────


def test_an_import_is_a_preview_until_it_is_applied(file: Path, capsys: Captured) -> None:
    rows = (*KEPT[:1], "qingshan,青杉市教育体育局,部门,青杉市教育局", "linxi,临溪县财政局,部门,")
    path = roster(*rows, encoding="gb18030")
    assert main(["portals", "import", path]) == 0
    captured = capsys.readouterr()
    assert [line.split()[:5] for line in captured.out.splitlines()[1:]] == [
        ["新增", "yunling", "linxi", "4", "临溪县财政局"],
        ["更名", "yunling", "qingshan", "3", "青杉市教育体育局"],
    ]
    assert captured.err.splitlines()[-1] == "只是预览；加 --apply 写入"
    assert file.read_text(encoding="utf-8") == FILE

    assert main(["portals", "import", path, "--apply"]) == 0
    assert capsys.readouterr().err.splitlines()[-1] == "已写入 provinces/yunling.yml"
    braces = FILE.splitlines()[-1]
    assert file.read_text(encoding="utf-8") == FILE.replace(
        "{name: 青杉市教育局, kind: department}",
        "{name: 青杉市教育体育局, kind: department, aliases: [青杉市教育局]}",
    ).replace(
        braces,
        "  - id: linxi\n    name: 临溪县人民政府\n    home: http://www.linxi.example/\n"
        "    hosts: [www.linxi.example]\n    organs:\n      - {name: 临溪县财政局, kind: department}",
    )

    assert main(["portals", "import", path, "--apply"]) == 0
    assert capsys.readouterr().err.splitlines()[-1] == "没有要写的"
    assert [entry.name for entry in file.parent.iterdir()] == ["yunling.yml"]


def test_what_is_in_doubt_is_left_out_and_said_by_the_exit_code(file: Path, capsys: Captured) -> None:
    path = roster(
        *KEPT[:1],
        "qingshan,青杉市教育体育局,部门,",
        "qingshan,青杉市财政局,部门,",
        "qingshan,青杉市财政局,部门,",
    )
    assert main(["portals", "import", path, "--apply", "--format", "json"]) == 1
    told: dict[str, Any] = json.loads(capsys.readouterr().out)
    place = {"province": "yunling", "portal": "qingshan"}
    assert told == {
        "schema": 1,
        "written": ["provinces/yunling.yml"],
        "added": [{**place, "organ": "青杉市财政局", "row": 4, "kind": "department"}],
        "changed": [],
        "renamed": [],
        "by_alias": [],
        "perhaps_renamed": [{**place, "organ": "青杉市教育体育局", "row": 3, "former": "青杉市教育局"}],
        "removed": [],
        "near": [],
        "conflicts": [{"province": "yunling", "row": 5, "message": "青杉市财政局 stands in row 4 too"}],
        "errors": [],
    }
    names = [organ.name for organ in read_province(file).portals[0].organs]
    assert names == ["青杉市水务局", "青杉市教育局", "青杉市财政局"]


def test_a_body_that_is_not_in_the_roster_goes_only_where_that_is_said(file: Path, capsys: Captured) -> None:
    path = roster(KEPT[1])
    assert main(["portals", "import", path, "--apply"]) == 0
    assert file.read_text(encoding="utf-8") == FILE
    assert main(["portals", "import", path, "--apply", "--remove"]) == 0
    assert [organ.name for organ in read_province(file).portals[0].organs] == ["青杉市教育局"]
    assert "名单中没有" in capsys.readouterr().out


def test_a_row_that_cannot_be_read_keeps_everything_from_being_written(file: Path, capsys: Captured) -> None:
    path = roster(*KEPT, "qingshan,青杉市财政局,部门,", "qingshan,青杉市某局,村,", "nowhere,甲局,部门,")
    assert main(["portals", "import", path, "--apply"]) == 2
    lines = capsys.readouterr().err.splitlines()
    assert lines[0].startswith("nianbao: roster.csv:5：kind: '村' is none of department, ")
    assert lines[1] == "nianbao: roster.csv:6：portal: there is no 'nowhere'"
    assert lines[-1] == "有读不懂的行，什么也没有写"
    assert file.read_text(encoding="utf-8") == FILE
    assert main(["portals", "import", path, "--format", "json"]) == 2
    assert [error["row"] for error in json.loads(capsys.readouterr().out)["errors"]] == [5, 6]


def test_a_change_that_the_file_cannot_take_leaves_it_as_it_is(file: Path, capsys: Captured) -> None:
    text = FILE.replace("  - id: qingshan\n", "  -\n    id: qingshan\n")
    file.write_text(text, encoding="utf-8")
    assert main(["portals", "import", roster(*KEPT, "qingshan,青杉市财政局,部门,"), "--apply"]) == 0
    after = read_province(file)
    assert [organ.name for organ in after.portals[0].organs][-1] == "青杉市财政局"
    bracketed = (
        "province: yunling\nname: 云岭省\nyears: {first: 2021}\n"
        'portals: [{id: a, name: 甲, home: "http://a.example/", hosts: [a.example]}]\n'
    )
    file.write_text(bracketed, encoding="utf-8")
    capsys.readouterr()
    assert main(["portals", "import", roster("a,乙局,部门,"), "--apply"]) == 2
    assert "write them below each other" in capsys.readouterr().err
    assert file.read_text(encoding="utf-8") == bracketed


def test_the_mode_of_the_file_stays(file: Path) -> None:
    file.chmod(0o640)
    assert main(["portals", "import", roster(*KEPT, "qingshan,青杉市财政局,部门,"), "--apply"]) == 0
    assert file.stat().st_mode & 0o777 == 0o640


# ── a new portal ────────────────────────────────────────────────────────────


class Found(NamedTuple):
    """What looking at a home page has told."""

    home: str = "http://www.baizhi.example/"
    hosts: tuple[str, ...] = ("www.baizhi.example", "xxgk.baizhi.example")
    family: str | None = "jpage"
    columns: tuple[str, ...] = ("http://xxgk.baizhi.example/col/col9/index.html",)
    private: bool = False


ENTRY = """\
  - id: baizhi-example
    name: www.baizhi.example
    home: http://www.baizhi.example/
    hosts: [www.baizhi.example, xxgk.baizhi.example]
    family: jpage
    columns: [http://xxgk.baizhi.example/col/col9/index.html]
"""


def add(found: Found, **given: str) -> None:
    portals.add(Screen(lang="en"), load(), found, **given)


def test_without_a_province_the_portal_is_printed(file: Path, capsys: Captured) -> None:
    add(Found())
    assert capsys.readouterr().out == ENTRY
    assert file.read_text(encoding="utf-8") == FILE


def test_a_new_portal_is_the_last_of_its_province(file: Path, capsys: Captured) -> None:
    add(Found(), province="yunling", portal_id="yunling-baizhi", name="白芷县人民政府")
    entry = ENTRY.replace("baizhi-example", "yunling-baizhi", 1).replace(
        "name: www.baizhi.example", "name: 白芷县人民政府"
    )
    assert file.read_text(encoding="utf-8") == FILE + entry
    assert capsys.readouterr().err == "written to provinces/yunling.yml: yunling-baizhi\n"


def test_a_province_without_a_file_gets_one() -> None:
    add(Found(), province="fujian")
    province = read_province(Path("provinces/fujian.yml"))
    assert (province.name, province.years.first) == ("福建省", 2019)
    assert [portal.id for portal in province.portals] == ["baizhi-example"]


@pytest.mark.parametrize(
    ("found", "given", "says"),
    [
        (
            Found(hosts=("www.baizhi.example", "www.linxi.example")),
            {},
            "www.linxi.example is registered already: linxi",
        ),
        (Found(), {"portal_id": "qingshan"}, "qingshan is registered already"),
        (Found(), {"portal_id": "Not An Id"}, "no portal: "),
        (Found(columns=("http://elsewhere.example/",)), {}, "column is on none of the hosts"),
        (Found(), {"province": "../etc"}, "no province file: "),
        (Found(), {"province": "portal"}, "reserved name: portal"),
    ],
)
def test_nothing_that_stands_is_written_over(
    file: Path, found: Found, given: dict[str, str], says: str
) -> None:
    with pytest.raises((CallError, ProvinceError)) as caught:
        add(found, **{"province": "yunling", **given})
    assert says in str(caught.value)
    assert "\n" not in str(caught.value)
    assert file.read_text(encoding="utf-8") == FILE
    assert [entry.name for entry in file.parent.iterdir()] == ["yunling.yml"]


def test_a_file_that_is_no_province_is_not_written_over() -> None:
    Path("provinces/linhai.yml").mkdir()
    with pytest.raises(Exception, match="linhai"):
        add(Found(), province="linhai")
