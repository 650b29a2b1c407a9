"""Portals written as YAML, and province files edited: what comes out is read back, and nothing else moves."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.portals import Organ, Portal, ProvinceError, parse_province, read_provinces
from crawler.portals.editing import Edit, with_bodies_changed, with_portal_added
from crawler.portals.writing import WIDTH, portal_yaml, province_yaml, scalar
from crawler.report.model import Kind

PATH = Path("yunling.yml")
FILE = """\
# by hand
province: yunling  # 云岭
name: 云岭省
years: {first: 2021}
portals:
  # the city
  - id: qingshan
    name: 青杉市人民政府
    home: http://www.qingshan.example/
    hosts: ["www.qingshan.example"]
    organs:
      # water
      - {name: 青杉市水务局, kind: department, code: "990100"}  # since the reform
      # a town
      - name: 青杉市松涛镇人民政府
        kind: township
        since: 2022

    delay: 2  # slow
  # braces
  - {id: linxi, name: 临溪县人民政府, home: "http://www.linxi.example/", hosts: [www.linxi.example]}
  - id: baizhi
    name: 白芷县人民政府
    home: http://www.baizhi.example/
    hosts: [www.baizhi.example]
    # the end
"""


def department(name: str, **more: object) -> Organ:
    return Organ(name=name, kind=Kind.DEPARTMENT, **more)


def edited(text: str, *edits: Edit) -> str:
    return with_bodies_changed(PATH, text.encode(), edits).decode()


def test_a_portal_is_written_as_the_built_in_files_are() -> None:
    portal = Portal(
        id="qingshan",
        name="青杉市人民政府",
        home="http://www.qingshan.example/",
        hosts=("www.qingshan.example", "xxgk.qingshan.example:8080"),
        family="trs",
        columns=("http://www.qingshan.example/zwgk/nb/",),
        delay=2.0,
        expected=3,
        expected_most=9,
        legacy_tls="its server is of 2008",
        verified=date(2026, 10, 2),
        organs=(
            department("青杉市水务局", code="990100", aliases=("青杉市水利局",)),
            Organ(
                name="云岭省青杉市松涛镇人民政府",
                kind=Kind.TOWNSHIP,
                aliases=(
                    "青杉市松涛镇人民政府",
                    "松涛镇人民政府",
                    "青杉市松涛镇",
                    "松涛镇",
                    "松涛乡人民政府",
                ),
                since=2022,
            ),
        ),
    )
    assert (
        portal_yaml(portal)
        == """\
  - id: qingshan
    name: 青杉市人民政府
    home: http://www.qingshan.example/
    hosts: [www.qingshan.example, xxgk.qingshan.example:8080]
    family: trs
    columns: [http://www.qingshan.example/zwgk/nb/]
    delay: 2
    expected: 3
    expected_most: 9
    legacy_tls: its server is of 2008
    verified: 2026-10-02
    organs:
      - {name: 青杉市水务局, kind: department, code: "990100", aliases: [青杉市水利局]}
      - name: 云岭省青杉市松涛镇人民政府
        kind: township
        aliases: [青杉市松涛镇人民政府, 松涛镇人民政府, 青杉市松涛镇, 松涛镇, 松涛乡人民政府]
        since: 2022
"""
    )
    text = province_yaml("yunling", "云岭省", 2021, (portal,))
    assert parse_province(PATH, text.encode()).portals == (portal,)


@pytest.mark.parametrize(
    "text",
    ["no", "2021", "1_000", "12:30", "- x", "a: b", "a #b", "#a", "{a}", "=1+1", "~", "a, b", "a\nb",
     "a\u2028b", "\U000e0001", "南\u3000埔", "'",
     '"', "\\", "\t", "!a", "&a", "*a", "2024-01-01", "0x1f", "<<", "😀", "\x85", "%"],
)  # fmt: skip
def test_text_that_yaml_would_take_for_something_else_stays_text(text: str) -> None:
    organ = department("甲", aliases=(f"{text}.",), successor=f".{text}")
    portal = Portal(id="a", name="甲", home="http://a.example/", hosts=("a.example",), organs=(organ,))
    [read] = parse_province(PATH, province_yaml("yunling", "云岭省", 2021, (portal,)).encode()).portals
    assert read == portal
    assert "\n" not in scalar(text)


@given(st.text(st.characters(codec="utf-8"), min_size=1, max_size=40).filter(str.strip))
def test_whatever_a_name_holds_it_is_read_back(name: str) -> None:
    portal = Portal(
        id="a", name=name, home="http://a.example/", hosts=("a.example",), organs=(department(name),)
    )
    assert parse_province(PATH, province_yaml("yunling", "云岭省", 2021, (portal,)).encode()).portals == (
        portal,
    )


def test_no_line_is_longer_than_it_needs_to_be() -> None:
    hosts = tuple(f"host-{number}.qingshan.example" for number in range(9))
    portal = Portal(id="a", name="甲", home=f"http://{hosts[0]}/", hosts=hosts)
    lines = portal_yaml(portal).splitlines()
    assert all(len(line) <= WIDTH for line in lines)
    assert "      - host-8.qingshan.example" in lines


def test_the_built_in_files_are_what_the_writer_writes() -> None:
    for name, province in read_provinces().items():
        text = province_yaml(name, province.name, province.years.first, province.portals)
        assert parse_province(Path(f"{name}.yml"), text.encode()).portals == province.portals


# ── edits ───────────────────────────────────────────────────────────────────


def test_an_edit_leaves_every_other_line_alone() -> None:
    after = edited(
        FILE,
        Edit(
            "qingshan",
            added=(department("青杉市财政局"),),
            replaced={"青杉市水务局": department("青杉市水利局", aliases=("青杉市水务局",))},
        ),
    )
    before = '      - {name: 青杉市水务局, kind: department, code: "990100"}  # since the reform\n'
    now = "      - {name: 青杉市水利局, kind: department, aliases: [青杉市水务局]}  # since the reform\n"
    town = "        since: 2022\n"
    assert after == FILE.replace(before, now).replace(
        town, f"{town}      - {{name: 青杉市财政局, kind: department}}\n"
    )


def test_bodies_are_added_where_a_portal_has_none() -> None:
    after = edited(
        FILE,
        Edit("linxi", added=(department("临溪县财政局"),)),
        Edit("baizhi", added=(department("白芷县财政局"),)),
    )
    assert after.startswith(FILE[: FILE.index("  - {id: linxi")])
    assert after.endswith("""\
  # braces
  - id: linxi
    name: 临溪县人民政府
    home: http://www.linxi.example/
    hosts: [www.linxi.example]
    organs:
      - {name: 临溪县财政局, kind: department}
  - id: baizhi
    name: 白芷县人民政府
    home: http://www.baizhi.example/
    hosts: [www.baizhi.example]
    organs:
      - {name: 白芷县财政局, kind: department}
    # the end
""")


def test_a_body_of_several_lines_goes_whole() -> None:
    after = edited(FILE, Edit("qingshan", removed=frozenset({"青杉市松涛镇人民政府"})))
    gone = "      - name: 青杉市松涛镇人民政府\n        kind: township\n        since: 2022\n"
    assert after == FILE.replace(gone, "")


def test_the_last_body_takes_the_list_with_it() -> None:
    both = frozenset({"青杉市松涛镇人民政府", "青杉市水务局"})
    [portal, *_] = parse_province(PATH, edited(FILE, Edit("qingshan", removed=both)).encode()).portals
    assert portal.organs == ()
    assert portal.delay == 2


@pytest.mark.parametrize(
    "text",
    [
        FILE.replace("\n", "\r\n"),
        "\ufeff" + FILE,
        FILE.rstrip(),
        FILE + "# tail\n\n",
        "\n".join(line.removeprefix("  ") for line in FILE.split("\n")),
    ],
)
def test_line_ends_marks_and_tails_stay(text: str) -> None:
    edit = Edit("qingshan", replaced={"青杉市水务局": department("青杉市水利局")})
    after = edited(text, edit)
    old, new = (
        '{name: 青杉市水务局, kind: department, code: "990100"}',
        "{name: 青杉市水利局, kind: department}",
    )
    assert after == text.replace(old, new)


def test_an_edit_that_makes_no_province_is_refused() -> None:
    twice = department("青杉市防汛办", aliases=("青杉市水务局",))
    with pytest.raises(ProvinceError, match="alias stands for two organs"):
        edited(FILE, Edit("qingshan", added=(twice,)))
    with pytest.raises(ProvinceError, match="duplicate organ"):
        edited(FILE, Edit("baizhi", added=(department("青杉市水务局"),)))


def test_portals_in_brackets_are_left_to_a_person() -> None:
    text = (
        "province: yunling\nname: 云岭省\nyears: {first: 2021}\n"
        'portals: [{id: a, name: 甲, home: "http://a.example/", hosts: [a.example]}]\n'
    )
    with pytest.raises(ProvinceError, match="write them below each other"):
        edited(text, Edit("a", added=(department("乙"),)))


def test_a_portal_is_added_at_the_end() -> None:
    portal = Portal(id="new", name="新县", home="http://new.example/", hosts=("new.example",))
    after = with_portal_added(PATH, FILE.encode(), portal).decode()
    written = "  - id: new\n    name: 新县\n    home: http://new.example/\n    hosts: [new.example]\n"
    assert after == FILE.replace("    # the end\n", f"{written}    # the end\n")
    with pytest.raises(ProvinceError, match="duplicate portal id"):
        with_portal_added(PATH, after.encode(), portal)
