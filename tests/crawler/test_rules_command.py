"""`nianbao rules`: the list, what narrows it, the card of one rule."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from crawler.cli import main
from crawler.rulebook.cards import Source, cards
from crawler.rulebook.names import FAMILIES
from crawler.validator import RULES
from crawler.validator.context import Need


@pytest.fixture(autouse=True)
def somewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An empty folder, so that no settings of this machine matter."""
    monkeypatch.chdir(tmp_path)


def ids(capsys: pytest.CaptureFixture[str], *arguments: str) -> list[str]:
    assert main(["rules", *arguments]) == 0
    return [line.split()[0] for line in capsys.readouterr().out.splitlines()[1:]]


def test_the_list_has_every_rule_family_by_family(capsys: pytest.CaptureFixture[str]) -> None:
    listed = ids(capsys)
    assert listed == list(RULES)
    assert {rule.family for rule in RULES.values()} <= set(FAMILIES)


def test_filters_narrow_the_list(capsys: pytest.CaptureFixture[str]) -> None:
    assert set(ids(capsys, "--family", "period")) >= {"period-not-full-year", "period-missing"}
    assert {RULES[rule].family for rule in ids(capsys, "--family", "period")} == {"period"}
    resting_on_law = ids(capsys, "--source", "regulation")
    assert "filing-late" in resting_on_law
    assert {cards()[rule].source for rule in resting_on_law} == {Source.REGULATION}
    # graded: an error where nothing is written, a warning where it is only thin
    assert "problems-empty" in ids(capsys, "--severity", "error")
    assert "problems-empty" in ids(capsys, "--severity", "warning")
    assert "problems-empty" not in ids(capsys, "--severity", "info")


def test_the_year_tells_by_form_and_table(capsys: pytest.CaptureFixture[str]) -> None:
    for year, held in (("2018", False), ("2019", True), ("2020", True), ("2021", False)):
        assert ("disclosure-items-negative" in ids(capsys, "--year", year)) is held
    assert "applications-balance" not in ids(capsys, "--year", "2018")
    assert "filing-late" in ids(capsys, "--year", "2018")
    assert "section-extra" in ids(capsys, "--year", "2021")


def test_nothing_fits(capsys: pytest.CaptureFixture[str]) -> None:
    assert ids(capsys, "--family", "arithmetic", "--year", "2018") == []


def test_settings_show_in_list_and_card(capsys: pytest.CaptureFixture[str]) -> None:
    Path("nianbao.toml").write_text(
        '[rules.period-missing]\nseverity = "error"\n[rules.title-nonstandard]\noff = true\n'
        "[rules.overview-too-short]\nlimits = {characters = 120}\n",
        "utf-8",
    )
    assert main(["rules", "--family", "period"]) == 0
    line = next(line for line in capsys.readouterr().out.splitlines() if line.startswith("period-missing "))
    assert line.split()[2] == "错误"
    assert main(["rules", "title-nonstandard"]) == 0
    assert "  已在设置中停用\n" in capsys.readouterr().out
    assert main(["rules", "overview-too-short"]) == 0
    assert "  界限（最少汉字数）：120\n" in capsys.readouterr().out


def test_a_card_has_everything_in_hand(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rules", "applications-balance"]) == 0
    card = capsys.readouterr().out.splitlines()
    assert card[0] == "applications-balance  申请收办不平衡"
    headings = [line for line in card[1:] if line and not line.startswith(" ")]
    assert headings == [
        "表内数量关系",
        *("要求", "依据", "公式", "级别", "适用", "为什么", "不合格的例子", "合格的例子", "怎样改正"),
        "可能的误判",
        "网页：docs/rules/arithmetic.md#applications-balance",
    ]
    assert (
        "  “一、本年新收政府信息公开申请数量” + “二、上年结转政府信息公开申请数量” = "
        "“（七）总计” + “四、结转下年度继续办理”（表三每一列）" in card
    )
    said = "自然人：新收3件 + 上年结转1件 = 4件，办理结果3件 + 结转下年2件 = 5件"
    assert any(line.startswith("  nianbao 报告（错误）：") and line.endswith(said) for line in card)


def test_a_graded_rule_says_who_and_when(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--lang", "en", "rules", "filing-late"]) == 0
    card = capsys.readouterr().out
    assert "  report years up to 2018: warning\n" in card
    assert "  township, street office, development zone, authorised body: warning\n" in card
    assert "  otherwise: error\n" in card


def test_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rules", "--format", "json", "cell-blank"]) == 0
    card = json.loads(capsys.readouterr().out)
    assert card["severity"] == "warning"
    assert card["source"] == "seen"
    assert card["page"] == "docs/rules/tables.md#cell-blank"
    assert card["fails"]["findings"][0]["message"].startswith("空白单元格1个")
    assert card["passes"]["findings"] == []
    assert main(["rules", "--format", "json", "--family", "title"]) == 0
    listed = json.loads(capsys.readouterr().out)
    assert [entry["id"] for entry in listed] == [rule.id for rule in RULES.values() if rule.family == "title"]
    assert set(listed[0]) == set(card)


def test_a_part_of_an_id_is_understood(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--lang", "en", "rules", "balance"]) == 2
    assert "near to it: applications-balance;" in capsys.readouterr().err


def test_a_monstrous_id_is_one_short_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rules", "申请-\x1b[31m" * 20_000]) == 2
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert "\x1b" not in said
    assert len(said) < 200


def test_what_is_only_planned_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    planned = {rule.id for rule in RULES.values() if Need.OUTSIDE in rule.needs}
    assert planned == {"peers-court-review", "peers-issued-list", "peers-normative-list"}
    assert main(["rules"]) == 0
    marked = {line.split()[0] for line in capsys.readouterr().out.splitlines() if "尚待实现" in line}
    assert marked == planned
    assert main(["--lang", "en", "rules", "peers-court-review"]) == 0
    assert "(planned)" in capsys.readouterr().out.splitlines()[0]
