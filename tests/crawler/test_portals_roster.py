"""Rosters: read whatever a spreadsheet made of them, compared with the file, and never merged by likeness."""

from __future__ import annotations

from pathlib import Path

import pytest

from crawler.portals import Organ, Portal, Province, Years
from crawler.portals.changes import Changes, compare
from crawler.portals.nearness import is_near, may_be_renamed, near_pairs
from crawler.portals.roster import Roster, read_roster
from crawler.report.model import Kind


def department(name: str, **more: object) -> Organ:
    return Organ(name=name, kind=Kind.DEPARTMENT, **more)


def of(name: str, kind: str) -> Organ:
    return Organ(name=name, kind=Kind(kind))


def roster(folder: Path, text: str, encoding: str = "utf-8") -> Roster:
    path = folder / "roster.csv"
    path.write_bytes(text.encode(encoding))
    return read_roster(path)


# ── reading ─────────────────────────────────────────────────────────────────

ENGLISH = (
    "province,portal,organ,kind,code,aliases,since,until,successor\n"
    'yunling,qingshan,青杉市水务局,department,990100,"青杉市水利局;市水务局",2019,2023,青杉市水利厅\n'
)
CHINESE = (
    "序号,省份,网站,单位名称,类别,行政区划代码,别名,起始年度,终止年度,承接单位\r\n"
    "1,yunling,qingshan,青杉市水务局,政府部门,990100,青杉市水利局、市水务局,2019年,２０２３,青杉市水利厅\r\n"
)


@pytest.mark.parametrize("text", [ENGLISH, CHINESE, ENGLISH.replace(",", "\t"), "\n" + ENGLISH])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_one_roster_in_every_dress(tmp_path: Path, text: str, encoding: str) -> None:
    found = roster(tmp_path, text, encoding)
    assert found.flaws == ()
    [row] = found.rows
    assert (row.number, row.province, row.portal) == (3 if text[0] == "\n" else 2, "yunling", "qingshan")
    assert row.organ == department(
        "青杉市水务局",
        code="990100",
        aliases=("青杉市水利局", "市水务局"),
        since=2019,
        until=2023,
        successor="青杉市水利厅",
    )
    assert row.said == {"code", "since", "until", "successor"}


def test_what_a_row_does_not_say_is_not_said(tmp_path: Path) -> None:
    [row] = roster(tmp_path, "kind,organ\ntownship,松涛镇人民政府\n,\n").rows
    assert (row.province, row.portal, row.said) == ("", "", frozenset())
    assert row.organ == of("松涛镇人民政府", "township")


def test_a_formula_is_text(tmp_path: Path) -> None:
    text = 'organ,kind,aliases\n"=HYPERLINK(""http://x.example"")",department,+1\n@SUM(A1),部门,-2\n'
    first, second = roster(tmp_path, text).rows
    assert (first.organ.name, first.organ.aliases) == ('=HYPERLINK("http://x.example")', ("+1",))
    assert (second.organ.name, second.organ.aliases) == ("@SUM(A1)", ("-2",))


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ("青杉市水务局,village,,,", "kind: 'village' is none of department"),
        ("青杉市水务局,,,,", "kind: '' is none of"),
        (",department,,,", "organ: is empty"),
        ("青杉市水务局,department,9.901E+05,,", "code: String should match pattern"),
        ("青杉市水务局,department,9901,,", "code: String should match pattern"),
        ("青杉市水务局,department,,二〇一九,", "since: '二〇一九' is no year"),
        ("青杉市水务局,department,,2023,2019", "until lies before since"),
        ("青杉市水务局,department,,1999,", "since: Input should be greater"),
        ("青杉市水务局,department,,,,,,x", "more cells than there are headings"),
        (f"{'甲' * 101},department,,,", "organ: String should have at most 100"),
    ],
)
def test_a_row_that_cannot_be_read_is_told_by_its_number(tmp_path: Path, row: str, says: str) -> None:
    found = roster(
        tmp_path, f"organ,kind,code,since,until\n青杉市财政局,department,,,\n{row}\n甲局,department,,,\n"
    )
    assert [one.number for one in found.rows] == [2, 4]
    [flaw] = found.flaws
    assert flaw.number == 3
    assert says in flaw.message
    assert "\n" not in flaw.message


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "the file is empty"),
        (b"\n\n", "the file is empty"),
        (b"organ\nx\n", "no column kind"),
        ("单位,单位名称,类别\n".encode(), "two columns are organ"),
        (b"\x89PNG\x00\x01", "neither UTF-8 nor GBK"),
        (b"PK\x03\x04\x00", "neither UTF-8 nor GBK"),
        (b"organ,kind\n" + b"a" * 200_000 + b",department\n", "no CSV"),
        (b"#" * (16 * 1024 * 1024 + 1), "larger than"),
        (b"organ,kind\n" + b"a,b\n" * 100_001, "more than 100000 rows"),
    ],
)
def test_a_file_that_is_no_roster_is_one_flaw(tmp_path: Path, content: bytes, says: str) -> None:
    path = tmp_path / "roster.csv"
    path.write_bytes(content)
    [flaw] = read_roster(path).flaws
    assert flaw.number == 0
    assert says in flaw.message


# ── near names ──────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("one", "other", "kind", "near", "renamed"),
    [
        ("青杉市教育局", "青杉市教育体育局", "department", True, True),
        ("教育局", "青杉市教育局", "department", True, True),
        ("青杉市教育局", "云岭省青杉市教育局", "department", True, True),
        ("青杉市市场监管局", "青杉市市场监督管理局", "department", True, True),
        ("青杉市文化旅游局", "青杉市文化和旅游局", "department", True, True),
        ("青杉市水务局", "青杉市水利局", "department", False, True),
        ("青杉市统计局", "青杉市审计局", "department", False, True),
        ("青杉市教育局", "青杉市临溪区教育局", "department", False, False),
        ("青杉市教育局", "青杉市林业局", "department", False, False),
        ("青杉市公安局", "青杉市公安局交通警察支队", "department", False, False),
        ("青杉市人民政府", "云岭省青杉市人民政府", "government", True, True),
        ("青杉市人民政府", "青杉市临溪区人民政府", "government", False, False),
        ("青杉市临溪县人民政府", "青杉市临溪区人民政府", "government", False, True),
        ("临溪区雨燕街道", "临溪区雨燕街道办事处", "street", True, True),
        ("临溪区雨燕街道办事处", "临溪区星砂街道办事处", "street", False, False),
    ],
)
def test_names_that_a_person_should_look_at(
    one: str, other: str, kind: str, near: bool, renamed: bool
) -> None:
    for a, b in ((of(one, kind), of(other, kind)), (of(other, kind), of(one, kind))):
        assert is_near(a, b) is near
        assert may_be_renamed(a, b) is renamed


def test_bodies_of_two_kinds_are_two_bodies_but_for_a_town_that_became_a_street() -> None:
    assert not is_near(of("青杉市人民政府", "government"), of("青杉市人民政府办公室", "government_office"))
    town, street = of("青杉市白芷镇人民政府", "township"), of("青杉市白芷街道办事处", "street")
    assert may_be_renamed(town, street)
    assert not is_near(town, street)
    assert not may_be_renamed(town, of("青杉市雨燕街道办事处", "street"))


def test_pairs_are_those_that_comparing_each_with_each_would_find() -> None:
    words = ("教育", "教育体育", "体育", "水务", "市场监管", "市场监督管理", "文化旅游", "文化和旅游")
    bodies = [department(f"{place}{word}局") for place in ("", "青杉市", "青杉市临溪区") for word in words]
    new, old = bodies[::2], bodies[1::2]
    found = {(a.name, b.name) for a, b in near_pairs(new, old)}
    assert found == {(a.name, b.name) for a in new for b in old if is_near(a, b)}
    assert ("青杉市教育局", "青杉市教育体育局") in found


# ── comparing ───────────────────────────────────────────────────────────────

PROVINCE = Province(
    province="yunling",
    name="云岭省",
    years=Years(first=2021),
    portals=(
        Portal(
            id="qingshan",
            name="青杉市人民政府",
            home="http://www.qingshan.example/",
            hosts=("www.qingshan.example",),
            organs=(
                Organ(name="青杉市人民政府", kind=Kind.GOVERNMENT, code="990100"),
                department("青杉市水务局", code="990100", aliases=("青杉市水利局",)),
                department("青杉市教育局"),
                department("青杉市档案局", since=2021),
                Organ(name="青杉市松涛镇人民政府", kind=Kind.TOWNSHIP, code="990100101000"),
            ),
        ),
        Portal(
            id="linxi",
            name="临溪县人民政府",
            home="http://www.linxi.example/",
            hosts=("www.linxi.example",),
            organs=(department("临溪县财政局"),),
        ),
    ),
)
REST = (
    "qingshan,青杉市人民政府,government,,",
    "qingshan,青杉市水务局,department,,",
    "qingshan,青杉市教育局,department,,",
    "qingshan,青杉市档案局,department,,",
    "qingshan,青杉市松涛镇人民政府,township,,",
)
HEAD = "portal,organ,kind,code,aliases,since,until\n"


def changes(folder: Path, *rows: str, less: tuple[str, ...] = ()) -> Changes:
    """What rows would change that stand beside those of the file, but for `less`."""
    kept = [row for row in REST if not any(f",{name}," in row for name in less)]
    found = roster(folder, HEAD + "\n".join((*kept, *rows)) + "\n")
    assert found.flaws == ()
    [one], flaws = compare({"yunling": PROVINCE}, found.rows)
    assert flaws == []
    return one


def told(one: Changes) -> dict[str, list[tuple[str | None, str | None]]]:
    keys = ("added", "changed", "renamed", "by_alias", "perhaps_renamed", "removed", "near")
    names = {
        key: [(old.name if old else None, new.name if new else None) for _, old, new, _ in getattr(one, key)]
        for key in keys
    }
    return {key: pairs for key, pairs in names.items() if pairs}


def test_a_roster_that_is_the_file_changes_nothing(tmp_path: Path) -> None:
    one = changes(tmp_path)
    assert told(one) == {}
    assert one.edits() == ()
    assert not one.in_doubt


def test_a_new_body_and_one_that_is_not_in_the_roster(tmp_path: Path) -> None:
    one = changes(tmp_path, "qingshan,青杉市财政局,department,,", less=("青杉市松涛镇人民政府",))
    assert told(one) == {"added": [(None, "青杉市财政局")], "removed": [("青杉市松涛镇人民政府", None)]}
    assert [change.row for change in one.added] == [6]
    [edit] = one.edits()
    assert (edit.added, edit.removed) == ((department("青杉市财政局"),), frozenset())
    [edit] = one.edits(remove=True)
    assert edit.removed == {"青杉市松涛镇人民政府"}


def test_what_a_row_says_more_is_a_change_and_aliases_are_only_added(tmp_path: Path) -> None:
    one = changes(tmp_path, "qingshan,青杉市水务局,department,,市水务局,2022", less=("青杉市水务局",))
    [change] = one.changed
    assert change.new == department(
        "青杉市水务局", code="990100", aliases=("青杉市水利局", "市水务局"), since=2022
    )


def test_a_rename_that_the_row_states_keeps_the_former_name(tmp_path: Path) -> None:
    one = changes(tmp_path, "qingshan,青杉市教育体育局,department,,青杉市教育局", less=("青杉市教育局",))
    assert told(one) == {"renamed": [("青杉市教育局", "青杉市教育体育局")]}
    [edit] = one.edits()
    assert edit.replaced == {"青杉市教育局": department("青杉市教育体育局", aliases=("青杉市教育局",))}


def test_a_code_of_one_body_alone_states_a_rename_and_that_of_a_county_does_not(tmp_path: Path) -> None:
    one = changes(
        tmp_path, "qingshan,青杉市松桃镇人民政府,township,990100101000,", less=("青杉市松涛镇人民政府",)
    )
    assert told(one) == {"renamed": [("青杉市松涛镇人民政府", "青杉市松桃镇人民政府")]}
    one = changes(tmp_path, "qingshan,青杉市财政局,department,990100,", less=("青杉市水务局",))
    assert told(one) == {"added": [(None, "青杉市财政局")], "removed": [("青杉市水务局", None)]}


def test_a_name_that_only_sounds_alike_is_neither_added_nor_renamed(tmp_path: Path) -> None:
    one = changes(tmp_path, "qingshan,青杉市教育体育局,department,,", less=("青杉市教育局",))
    assert told(one) == {"perhaps_renamed": [("青杉市教育局", "青杉市教育体育局")]}
    assert one.in_doubt
    assert one.edits() == ()


def test_a_near_name_beside_the_other_is_added_and_told(tmp_path: Path) -> None:
    one = changes(tmp_path, "qingshan,青杉市教育体育局,department,,")
    assert told(one) == {
        "added": [(None, "青杉市教育体育局")],
        "near": [("青杉市教育局", "青杉市教育体育局")],
    }
    assert not one.in_doubt


def test_a_body_under_an_alias_of_the_file_keeps_its_name(tmp_path: Path) -> None:
    one = changes(tmp_path, "qingshan,青杉市水利局,department,,,2022", less=("青杉市水务局",))
    assert told(one) == {
        "changed": [("青杉市水务局", "青杉市水务局")],
        "by_alias": [("青杉市水务局", "青杉市水利局")],
    }
    [edit] = one.edits()
    assert edit.replaced["青杉市水务局"].since == 2022


@pytest.mark.parametrize(
    ("row", "less", "says"),
    [
        ("qingshan,青杉市教育局,department,,", (), "青杉市教育局 stands in row 4 too"),
        ("qingshan,临溪县财政局,department,,", (), "stands on portal linxi, not on qingshan"),
        (
            "qingshan,青杉市水利局,department,,",
            (),
            "is an alias of 青杉市水务局, which stands in the roster too",
        ),
        ("qingshan,青杉市财政局,department,,青杉市水利局", (), "青杉市水利局 is a name of 青杉市水务局"),
        (
            "qingshan,青杉市档案局,department,,,,2020",
            ("青杉市档案局",),
            "青杉市档案局: until lies before since",
        ),
        (
            "qingshan,青杉市大局,department,,青杉市教育局;青杉市档案局",
            ("青杉市教育局", "青杉市档案局"),
            "青杉市大局 is a name of several bodies of the file: 青杉市教育局, 青杉市档案局",
        ),
    ],
)
def test_a_conflict_is_told_by_its_row_and_left_out(
    tmp_path: Path, row: str, less: tuple[str, ...], says: str
) -> None:
    one = changes(tmp_path, row, less=less)
    [conflict] = one.conflicts
    assert conflict.number == 7 - len(less)
    assert says in conflict.message
    assert one.in_doubt
    assert one.edits() == () or all(not edit.added and not edit.replaced for edit in one.edits())


def test_a_portal_that_the_roster_does_not_name_is_left_alone(tmp_path: Path) -> None:
    found = roster(tmp_path, HEAD + "临溪县人民政府,临溪县教育局,department,,\n")
    [one], _ = compare({"yunling": PROVINCE}, found.rows)
    assert told(one) == {"added": [(None, "临溪县教育局")], "removed": [("临溪县财政局", None)]}


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ("yunling,nowhere,青杉市财政局,department", "portal: there is no 'nowhere'"),
        ("linhai,qingshan,青杉市财政局,department", "province: there is no 'linhai'"),
        ("yunling,,青杉市财政局,department", "portal: is empty, and no file has this body"),
    ],
)
def test_a_row_without_a_portal_is_a_flaw(tmp_path: Path, row: str, says: str) -> None:
    found = roster(tmp_path, f"province,portal,organ,kind\n{row}\n")
    _, [flaw] = compare({"yunling": PROVINCE}, found.rows)
    assert (flaw.number, flaw.message) == (2, says)


def test_rows_of_another_province_are_passed_over_where_one_is_asked_for(tmp_path: Path) -> None:
    other = PROVINCE.model_copy(update={"province": "linhai", "name": "临海省"})
    known = {"yunling": PROVINCE, "linhai": other}
    text = "province,portal,organ,kind\n云岭省,linxi,甲局,department\nlinhai,linxi,乙局,department\n"
    rows = roster(tmp_path, text).rows
    [one], flaws = compare(known, rows, "linhai")
    assert (one.province, [change.new.name for change in one.added], flaws) == ("linhai", ["乙局"], [])
    # a roster without the column is of the province that is asked for
    bare = roster(tmp_path, "portal,organ,kind\nlinxi,丙局,department\n").rows
    [one], flaws = compare(known, bare, "linhai")
    assert (one.province, flaws) == ("linhai", [])
    _, [flaw] = compare(known, bare)
    assert flaw.message == "portal: several are 'linxi'"
