"""Lists as CSV and workbooks: the figures are those of the list, and no text is obeyed."""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from crawler.export.csv_file import csv_file
from crawler.export.plain import MOST, inert, plain
from crawler.export.table import Column, Table, Value
from crawler.export.wording import FINDING_STATUSES, OBLIGATION_STATUSES
from crawler.export.xlsx_file import xlsx_file
from storage.records import FindingStatus, ObligationStatus
from tests.export.conftest import ABSENT, ORGAN, QUIET, Installation, finding
from tests.export.workbooks import sheets

Call = Callable[..., tuple[int, str, str]]
MOMENT = datetime(2024, 3, 1, 1, 0, tzinfo=UTC)
HOSTILE = (
    '=HYPERLINK("http://evil.example","看")',
    "=cmd|'/c calc'!A1",
    "+1+1",
    "-2+3",
    "@SUM(A1)",
    "\t=1+1",
    "\r=1+1",
    "  =1+1",
    "\u200b=1+1",
    "\u202e=1+1",
    "\ufeff=1+1",
    "＝1+1",
    "＋1",
    "－1",
    "＠SUM(A1)",
    "\u2212" + "1",
    "\ufe63" + "1",
    "正常;=1+1",
    '正常"; "=1+1',
    "a\n=1+1",
    "http://evil.example/",
    "mailto:a@b.example",
    "{=1+1}",
    "_x0041_",
    "<b>&amp;</b>",
    "NUL\x00\x01\x1b[31m",
    "\udcff\ufffe\uffff",
    "[]:*?/\\'",
    "长" * 100_000,
    "1-2",
    "0012",
    "1e5",
)


def table(*rows: tuple[Value, ...]) -> Table:
    width = max(map(len, rows))
    return Table("表", tuple(Column(f"栏{at}", 10) for at in range(width)), rows)


@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_is_obeyed_in_a_workbook(text: str) -> None:
    content = xlsx_file((table((text, 1)),), title=text, moment=MOMENT)
    [_, row] = sheets(content)["表"]
    assert row[0][0] == "s"
    # the format has an escape of its own for what looks like one of its escapes
    assert row[0][1].replace("_x005F_", "_") == plain(text)
    assert row[1] == ("n", "1")
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        parts = {name for name in package.namelist() if "rels" not in name}
        told = b"".join(package.read(name) for name in package.namelist())
    assert b"<hyperlink" not in told and b"TargetMode" not in told
    assert not any("external" in name or "vba" in name for name in parts)


def starts(cell: str) -> str:
    """The first character of a cell that anything would look at."""
    return re.sub(r"^[\s\u200b-\u200f\u2028-\u202f\u2060-\u206f\ufeff\x00-\x20\"]+", "", cell)[:1]


SIGNS = "=+-@＝＋－＠\u2212\ufe62\ufe63\ufe66\ufe6b"


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("text", HOSTILE)
def test_no_cell_of_csv_begins_like_a_formula_whatever_parts_the_cells(text: str, delimiter: str) -> None:
    content = csv_file(table(("单位", text, 5), (text, "二", -5))).decode("utf-8-sig")
    assert content.count("\r\n") == content.count("\n") == 3
    for row in list(csv.reader(io.StringIO(content), delimiter=delimiter))[1:]:
        for cell in row:
            assert cell == "-5" or not starts(cell) or starts(cell) not in SIGNS


@given(st.text(alphabet=st.characters(codec=None), max_size=40))
@example("=1")
@example("\u00a0\u200d；;  ＝")
def test_text_in_csv_comes_back_as_it_was_said_or_behind_a_mark(text: str) -> None:
    content = csv_file(table((text, "二")))
    assert content.startswith(b"\xef\xbb\xbf")
    [_, row] = csv.reader(io.StringIO(content.decode("utf-8-sig")))
    assert row[0].replace("'", "") == plain(text).replace("'", "")
    assert not starts(row[0]) or starts(row[0]) not in SIGNS


@pytest.mark.parametrize("text", ["1-2", "3/4", "0012", "1e5", "2024年1月", "123456789012e456", "12%"])
def test_text_that_a_spreadsheet_would_take_for_a_figure_is_marked(text: str) -> None:
    assert inert(text) == f"'{text}"


@pytest.mark.parametrize("text", ["云溪县水务局", "表三 · 自然人", "http://a.example/1.html?a=1", "21件", ""])
def test_ordinary_text_stands_as_it_is(text: str) -> None:
    assert inert(text) == text


def test_numbers_stay_numbers_and_keep_every_digit() -> None:
    rows = table((21, -3, 341.5, Decimal("0.10"), 10**15, 10**15 - 1, 0.1, Decimal("1E+3")))
    [_, row] = csv_file(rows).decode("utf-8-sig").split("\r\n")[:2]
    assert row == '21,-3,341.5,0.10,"\'1000000000000000",999999999999999,0.1,1000'
    [_, cells] = sheets(xlsx_file((rows,), title="", moment=MOMENT))["表"]
    assert [kind for kind, _ in cells] == ["n", "n", "n", "n", "s", "n", "n", "n"]
    assert cells[4][1] == "1000000000000000"
    assert [Decimal(value) for _, value in cells] == [Decimal(str(value)) for value in rows.rows[0]]


def test_days_and_moments_stand_in_the_time_of_china() -> None:
    rows = table((date(2024, 1, 31), datetime(2024, 1, 31, 18, 30, tzinfo=UTC), None))
    assert csv_file(rows).decode("utf-8-sig").split("\r\n")[1] == '"2024-01-31","2024-02-01 02:30:00",""'
    [_, cells] = sheets(xlsx_file((rows,), title="", moment=MOMENT))["表"]
    # days since 1899-12-30; 02:30 is 2.5/24
    assert [float(value) for _, value in cells[:2]] == pytest.approx([45322, 45323 + 2.5 / 24])


def test_a_long_text_is_cut_and_says_so() -> None:
    told = plain("长" * 100_000)
    assert told.startswith("长" * MOST) and told.endswith("…（共100000字，此处截断）")
    assert len(plain("𠮷" * 100_000).encode("utf-16-le")) // 2 <= 32_767


def out(call: Call, path: Path, *arguments: str) -> bytes:
    code, stdout, _ = call(*arguments, "--output", path)
    assert (code, stdout) == (0, "")
    return path.read_bytes()


def findings_of_all_kinds(installation: Installation) -> None:
    culprit = finding(50, rule="cell-likely-culprit", severity="info", where="applications.granted.total")
    installation.record(
        finding(1, group=culprit.fingerprint),
        culprit,
        finding(2, verdict="uncertain", fault="extraction", where="tables", message_zh="=未能读出"),
        finding(3, severity="warning", where="title", organ=ORGAN, quote="\u202e=1+1", expected="＝1"),
    )


def test_the_workbook_of_findings_has_the_figures_of_the_list(
    installation: Installation, run: Call, tmp_path: Path
) -> None:
    findings_of_all_kinds(installation)
    told = json.loads(run("findings", "--format", "json")[1])
    _, _, counted = run("findings")
    made = sheets(out(run, tmp_path / "f.xlsx", "findings", "--format", "xlsx"))
    assert list(made) == ["问题清单", "说明", "应报情况"]
    heading, *rows = [[value for _, value in row] for row in made["问题清单"]]
    at = {name: place for place, name in enumerate(heading)}
    assert heading[:12] == [
        "序号", "单位", "年度", "级别", "结论", "问题", "报告中位置", "应为", "报告所载", "依据", "整改建议",
        "同因序号",
    ]  # fmt: skip
    assert [row[at["问题编号"]] for row in rows] == [one["fingerprint"] for one in told]
    assert [row[at["问题"]] for row in rows] == [one["message"] for one in told]
    assert [row[at["年度"]] for row in rows] == [str(one["year"]) for one in told]
    by_rule = {row[at["规则"]]: row for row in rows}
    culprit = by_rule["cell-likely-culprit"]
    explained = next(row for row in rows if row[at["问题编号"]] == finding(1).fingerprint)
    assert explained[at["同因序号"]] == culprit[0]
    doubtful = next(row for row in rows if row[at["结论"]] == "存疑")
    assert (doubtful[at["整改建议"]], doubtful[at["归因"]]) == ("请先对照原件核对", "读取")
    notes = {row[0][1]: row[1][1] for row in made["说明"]}
    counts, covered = counted.splitlines()
    assert notes["问题"] == "共 5 项：不符 4，存疑 1" == counts
    assert covered == "到期应报 3 份，其中能判断 2 份"
    assert notes["能判断"].startswith("能判断 2/3（")
    assert "不表示报告合格" in notes["注意"]
    assert notes["未能判断的单位"] == f"{QUIET} 2023年度：无法访问。网站无法访问"
    assert "缺少部分（section-missing）：1 份报告" in notes["未能判定的规则"]
    [_, [*missing]] = [[value for _, value in row] for row in made["应报情况"]]
    assert missing[0] == ABSENT and missing[4] == "未发布"
    assert missing[8] == "2024-02-02 02:00；2024-02-03 02:00；2024-02-04 02:00"


@pytest.mark.parametrize("kind", ["findings", "obligations", "reports"])
@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_the_same_records_give_the_same_bytes(
    installation: Installation, run: Call, tmp_path: Path, kind: str, form: str
) -> None:
    findings_of_all_kinds(installation)
    first = out(run, tmp_path / "1", kind, "--format", form)
    assert out(run, tmp_path / "2", kind, "--format", form) == first
    rows = json.loads(run(kind, "--format", "json")[1])
    if form == "csv":
        assert len(list(csv.reader(io.StringIO(first.decode("utf-8-sig"))))) == len(rows) + 1
    else:
        assert len(next(iter(sheets(first).values()))) == len(rows) + 1


def test_headings_follow_the_language(installation: Installation, run: Call, tmp_path: Path) -> None:
    installation.record(finding(1))
    path = tmp_path / "f.xlsx"
    assert run("--lang", "en", "findings", "--format", "xlsx", "--output", path)[0] == 0
    made = sheets(path.read_bytes())
    assert list(made) == ["Findings", "Notes", "Duties"]
    assert not re.search("[一-鿿]", "".join(value for _, value in made["Findings"][0]))
    assert "no approval" in made["Notes"][-1][1][1]


def test_every_status_of_a_duty_has_a_row(installation: Installation, run: Call, tmp_path: Path) -> None:
    content = out(run, tmp_path / "o.csv", "obligations", "--format", "csv").decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(content)))
    assert {row["单位"]: row["状态"] for row in rows} == {ORGAN: "按时", ABSENT: "未发布", QUIET: "无法访问"}
    assert len(ObligationStatus) >= len({row["状态"] for row in rows})


def test_filters_narrow_the_list_and_what_is_said_of_it(
    installation: Installation, run: Call, tmp_path: Path
) -> None:
    installation.record(finding(1))
    content = out(run, tmp_path / "f.xlsx", "findings", "--organ", ORGAN, "--format", "xlsx")
    notes = {row[0][1]: row[1][1] for row in sheets(content)["说明"]}
    assert notes["范围"] == f"单位 {ORGAN}"
    assert notes["问题"] == "共 1 项：不符 1，存疑 0"
    assert notes["能判断"].startswith("能判断 1/1（")


@pytest.mark.parametrize(
    "arguments",
    [
        ("findings", "--format", "csv"),
        ("reports", "--format", "xlsx"),
        ("findings", "--output", "f.csv"),
        ("findings", "--format", "csv", "--output", "."),
        ("findings", "--format", "csv", "--output", "no/such/folder/f.csv"),
    ],
)
def test_a_wrong_call_is_one_line(
    installation: Installation,
    run: Call,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    arguments: tuple[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    code, stdout, stderr = run(*arguments)
    assert (code, stdout, stderr.count("\n")) == (2, "", 1)
    assert not list(tmp_path.glob("*.csv")) and not list(tmp_path.glob(".*part"))


def test_a_status_that_is_known_has_a_name() -> None:
    assert set(FINDING_STATUSES) == set(FindingStatus) and set(OBLIGATION_STATUSES) == set(ObligationStatus)
