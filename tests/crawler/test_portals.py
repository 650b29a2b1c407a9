"""Province files: what they give, and one line with file and line for every flaw."""

from __future__ import annotations

import re
from datetime import date, time
from pathlib import Path

import pytest

from crawler.portals import Portal, ProvinceError, host_of, is_private, read_province, read_provinces
from crawler.report.model import Kind

GOOD = """\
province: yunling
name: 云岭省
years: {first: 2021, last: 2023}
portals:
  - id: qingshan
    name: 青杉市人民政府
    home: http://www.qingshan.example/
    hosts: ["www.qingshan.example", "www.qingshan.example:8080"]
    delay: 2
    organs:
      - {name: 青杉市水务局, kind: department, code: "990101", aliases: [青杉市水利局]}
      - name: 松涛镇人民政府
        kind: township
        since: 2022
"""


def write(folder: Path, text: str, name: str = "yunling.yml") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_a_sound_file_gives_its_values(tmp_path: Path) -> None:
    province = read_province(write(tmp_path, GOOD))
    assert (province.province, province.name, province.sample) == ("yunling", "云岭省", False)
    (portal,) = province.portals
    assert portal.hosts == ("www.qingshan.example", "www.qingshan.example:8080")
    assert (portal.delay, portal.family, portal.columns, portal.expected) == (2.0, None, (), None)
    assert [organ.kind for organ in portal.organs] == [Kind.DEPARTMENT, Kind.TOWNSHIP]
    assert portal.organs[0].code == "990101"
    assert portal.organs[1].since == 2022


def test_what_a_portal_needs_is_said_with_its_reason(tmp_path: Path) -> None:
    special = """\
    delay: 2
    expected: 40
    expected_most: 60
    legacy_tls: the server speaks nothing newer than TLS 1.0
    browser: lists are built by a script from data that is enciphered
    verified: 2026-10-02
"""
    (portal,) = read_province(write(tmp_path, GOOD.replace("    delay: 2\n", special))).portals
    assert (portal.expected, portal.expected_most) == (40, 60)
    assert portal.legacy_tls == "the server speaks nothing newer than TLS 1.0"
    assert portal.browser == "lists are built by a script from data that is enciphered"
    assert portal.verified == date(2026, 10, 2)
    quoted = special.replace("2026-10-02", '"2026-10-02"')
    assert read_province(write(tmp_path, GOOD.replace("    delay: 2\n", quoted))).portals == (portal,)


def test_what_a_portal_does_not_need_is_absent(tmp_path: Path) -> None:
    province = read_province(write(tmp_path, GOOD))
    (portal,) = province.portals
    assert (portal.expected_most, portal.legacy_tls, portal.browser, portal.verified) == (None,) * 4
    assert province.window is None


def test_a_portal_may_stand_without_bodies(tmp_path: Path) -> None:
    (portal,) = read_province(write(tmp_path, GOOD[: GOOD.index("    organs:")])).portals
    assert portal.organs == ()


@pytest.mark.parametrize(
    ("hours", "inside", "outside"),
    [
        ('{from: "22:00", to: "06:00"}', ["22:00", "23:59", "00:00", "05:59"], ["06:00", "12:00", "21:59"]),
        ('{from: "01:30", to: "05:00"}', ["01:30", "04:59"], ["01:29", "05:00", "23:00"]),
    ],
)
def test_the_window_of_a_province(tmp_path: Path, hours: str, inside: list[str], outside: list[str]) -> None:
    window = read_province(write(tmp_path, GOOD.replace("portals:", f"window: {hours}\nportals:"))).window
    assert all(window.holds(time.fromisoformat(moment)) for moment in inside)
    assert not any(window.holds(time.fromisoformat(moment)) for moment in outside)


def test_report_years_end_with_the_year_before_today(tmp_path: Path) -> None:
    province = read_province(write(tmp_path, GOOD))
    assert list(province.report_years(date(2024, 5, 1))) == [2021, 2022, 2023]
    assert list(province.report_years(date(2030, 1, 1))) == [2021, 2022, 2023]
    assert list(province.report_years(date(2023, 5, 1))) == [2021, 2022]


def test_organ_is_found_by_name_or_alias_without_its_spaces(tmp_path: Path) -> None:
    province = read_province(write(tmp_path, GOOD))
    assert province.organ_named("青杉市 水务局", "qingshan").name == "青杉市水务局"
    assert province.organ_named("青杉市水利局", "qingshan").name == "青杉市水务局"
    assert province.organ_named("青杉市水利局", "elsewhere") is None
    assert province.organ_named("松涛镇人民政府", "elsewhere").name == "松涛镇人民政府"
    assert province.organ_named("水务局", "qingshan") is None
    assert province.organ_named("青杉市水务局局", "qingshan") is None


@pytest.mark.parametrize(
    ("old", "new", "line", "says"),
    [
        ("    delay: 2\n", "    dealy: 2\n", 9, "unknown key: dealy"),
        ("    delay: 2\n", "    delay: 2\n    delay: 3\n", 10, "duplicate key: delay"),
        ("    delay: 2\n", '    delay: "2"\n', 9, "portals.0.delay: Input should be a valid number"),
        ("    delay: 2\n", "    delay: 601\n", 9, "less than or equal to 600"),
        ("    name: 青杉市人民政府\n", "", 5, "missing key: name"),
        ("kind: township", "kind: village", 13, "portals.0.organs.1.kind"),
        ("since: 2022", "since: 2022\n        until: 2021", 12, "until lies before since"),
        ("since: 2022", 'since: "2022"', 14, "valid integer"),
        ('code: "990101"', "code: 990101", 11, "valid string"),
        ('["www.qingshan.example", ', '["www.linxi.example", ', 8, "hosts lack the host of home"),
        ('["www.qingshan.example", ', '["www.qingshan.example", "10.0.0.8", ', 8, "private address"),
        ('"www.qingshan.example:8080"', '"http://x/"', 8, "not a host[:port]"),
        ("http://www.qingshan", "ftp://www.qingshan", 7, "portals.0.home"),
        ("province: yunling", "province: linxi", 1, "the file is named yunling"),
        ("last: 2023", "last: 2020", 3, "last lies before first"),
        ("name: 松涛镇人民政府", "name: 青杉市 水务局", 12, "duplicate organ"),
        ("        since: 2022", "        aliases: [青杉市水利局]", 14, "alias stands for two organs"),
        ("    delay: 2\n", "    delay: 2024-01-01\n", 9, "neither text nor number"),
        ("name: 云岭省", "name: 2024-01-01", 2, "neither text nor number"),
        ("    delay: 2\n", "    verified: 2026-10-02T08:00:00\n", 9, "neither text nor number"),
        ("    delay: 2\n", "    verified: 2026-13-02\n", 9, "neither text nor number"),
        ("    delay: 2\n", "    verified: soon\n", 9, "portals.0.verified"),
        ("    delay: 2\n", "    verified: 20261002\n", 9, "portals.0.verified"),
        ("    delay: 2\n", "    expected: 0\n", 9, "greater than or equal to 1"),
        (
            "    delay: 2\n",
            "    expected: 9\n    expected_most: 8\n",
            5,
            "expected_most is less than expected",
        ),
        ("    delay: 2\n", "    legacy_tls: true\n", 9, "valid string"),
        ("    delay: 2\n", "    browser: ''\n", 9, "at least 4"),
        ("portals:", "window: night\nportals:", 4, "window"),
        ("portals:", "window: {from: 22:00, to: '06:00'}\nportals:", 4, "not a time of day in quotes"),
        ("portals:", "window: {from: '24:00', to: '06:00'}\nportals:", 4, "not a time of day in quotes"),
        ("portals:", "window: {from: '06:00', to: '06:00'}\nportals:", 4, "window is empty"),
        ("portals:", "window: {start: '22:00', end: '06:00'}\nportals:", 4, "missing key: from"),
        ("    delay: 2\n", "    columns: ['http://elsewhere.example/nb/']\n", 9, "on none of the hosts"),
        ("    delay: 2\n", "    delay: [\n", 11, "did not find expected node content"),
    ],
)
def test_each_flaw_is_one_line_with_its_place(
    tmp_path: Path, old: str, new: str, line: int, says: str
) -> None:
    assert GOOD.count(old) == 1
    path = write(tmp_path, GOOD.replace(old, new))
    with pytest.raises(ProvinceError) as caught:
        read_province(path)
    message = str(caught.value)
    assert message.startswith(f"{path}:{line}: ")
    assert says in message
    assert "\n" not in message


def test_duplicate_portal_id_names_its_line(tmp_path: Path) -> None:
    second = """\
  - id: qingshan
    name: 临溪区人民政府
    home: http://www.linxi.example/
    hosts: ["www.linxi.example"]
"""
    path = write(tmp_path, GOOD + second)
    with pytest.raises(ProvinceError, match=r"yunling\.yml:15: duplicate portal id: qingshan"):
        read_province(path)


def test_aliases_of_yaml_are_refused(tmp_path: Path) -> None:
    path = write(tmp_path, GOOD.replace("name: 云岭省", "name: &a 云岭省").replace("松涛镇人民政府", "*a"))
    with pytest.raises(ProvinceError, match="anchors and aliases"):
        read_province(path)


@pytest.mark.parametrize(("content", "says"), [(b"", "empty"), (b"\xff\xfe\xfa", "YAML"), (b"\x00", "YAML")])
def test_files_that_are_no_text(tmp_path: Path, content: bytes, says: str) -> None:
    path = tmp_path / "yunling.yml"
    path.write_bytes(content)
    with pytest.raises(ProvinceError, match=says) as caught:
        read_province(path)
    assert "\n" not in str(caught.value)


def test_size_is_bounded(tmp_path: Path) -> None:
    path = tmp_path / "yunling.yml"
    path.write_bytes(b"#" * (4 * 1024 * 1024 + 1))
    with pytest.raises(ProvinceError, match="larger than"):
        read_province(path)


def test_missing_file_and_folder_are_told(tmp_path: Path) -> None:
    with pytest.raises(ProvinceError, match=r"none\.yml: No such file"):
        read_province(tmp_path / "none.yml")
    with pytest.raises(ProvinceError, match="no such folder"):
        read_provinces(tmp_path / "none")


def test_a_portal_id_belongs_to_one_province(tmp_path: Path) -> None:
    write(tmp_path, GOOD)
    write(tmp_path, GOOD.replace("province: yunling", "province: linhai"), "linhai.yml")
    with pytest.raises(ProvinceError, match=r"portal qingshan stands in linhai\.yml too"):
        read_provinces(tmp_path)


def test_a_host_belongs_to_one_portal(tmp_path: Path) -> None:
    second = """\
  - id: qingshan-port
    name: 青杉港管理局
    home: http://port.qingshan.example/
    hosts: [port.qingshan.example, "www.qingshan.example:8080"]
"""
    path = write(tmp_path, GOOD + second)
    with pytest.raises(ProvinceError, match=r"yunling\.yml:18: duplicate host: www\.qingshan\.example:8080"):
        read_province(path)
    write(tmp_path, GOOD)
    write(tmp_path, GOOD.replace("yunling", "linhai").replace("id: qingshan", "id: linhai"), "linhai.yml")
    with pytest.raises(ProvinceError, match=r"yunling\.yml: host www\.qingshan\.example stands in linhai"):
        read_provinces(tmp_path)


def test_a_host_belongs_to_one_province_whatever_its_port_and_www(tmp_path: Path) -> None:
    write(tmp_path, GOOD)
    other = GOOD.replace("yunling", "linhai").replace("id: qingshan", "id: linhai")
    write(tmp_path, other.replace("www.qingshan.example", "qingshan.example"), "linhai.yml")
    problem = r"yunling\.yml: host www\.qingshan\.example stands in linhai\.yml too as qingshan\.example$"
    with pytest.raises(ProvinceError, match=problem):
        read_provinces(tmp_path)


def test_the_portal_of_the_guide_is_sound(tmp_path: Path) -> None:
    guide = (Path(__file__).parents[2] / "docs" / "first-portal.md").read_text("utf-8")
    entry = guide.partition("```yaml\n")[2].partition("```")[0]
    head = "province: yunling\nname: 云岭省\nyears: {first: 2021}\n"
    window = 'window: {from: "22:00", to: "06:00"}'
    assert f"`{window}`" in guide
    province = read_province(write(tmp_path, f"{head}{window}\n{entry}"))
    assert [organ.name for organ in province.portals[0].organs] == [
        "云岭省青杉市人民政府",
        "云岭省青杉市水务局",
    ]
    keys = re.findall(r"^\| (`\w+`(?:, `\w+`)?) \|", guide.partition("### Many bodies")[0], re.MULTILINE)
    assert {name for key in keys for name in re.findall(r"\w+", key)} == (
        set(Portal.model_fields) - {"id", "name", "home", "hosts", "organs", "verified"}
    )


def test_built_in_provinces_are_sound() -> None:
    for name, province in read_provinces().items():
        assert name == province.province


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("http://www.qingshan.example/a", "www.qingshan.example"),
        ("http://WWW.qingshan.example:80/a", "www.qingshan.example"),
        ("https://www.qingshan.example:443", "www.qingshan.example"),
        ("http://www.qingshan.example:443", "www.qingshan.example:443"),
        ("http://[::1]:8080/", "[::1]:8080"),
        ("http://user@www.qingshan.example/", None),
        ("ftp://www.qingshan.example/", None),
        ("javascript:void(0)", None),
        ("http://www.qingshan.example:99999/", None),
        ("http://", None),
    ],
)
def test_host_of(url: str, host: str | None) -> None:
    assert host_of(url) == host


@pytest.mark.parametrize(
    ("host", "private"),
    [
        ("127.0.0.1:80", True),
        ("localhost", True),
        ("10.1.2.3", True),
        ("192.168.0.1:8080", True),
        ("169.254.1.1", True),
        ("[::1]:80", True),
        ("[fe80::1]", True),
        ("0x7f.1", True),
        ("2130706433", True),
        ("8.8.8.8", False),
        ("www.qingshan.example", False),
    ],
)
def test_is_private(host: str, private: bool) -> None:
    assert is_private(host) is private


def test_a_portal_allows_only_its_own_hosts() -> None:
    portal = Portal(
        id="a", name="甲", home="http://a.example/", hosts=("a.example", "a.example:8080"), organs=()
    )
    assert portal.allows("https://a.example/x")
    assert portal.allows("http://a.example:8080/x")
    assert not portal.allows("http://b.a.example/x")
    assert not portal.allows("http://a.example:81/x")
    assert not portal.allows("file:///etc/hostname")
