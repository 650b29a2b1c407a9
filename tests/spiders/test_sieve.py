"""The title sieve, title by title: titles.yml holds them with the answer that a person gives."""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

import pytest
import yaml

from spiders.sieve import IN_COLUMN, NAMES, REFUSALS, Sifted, sift

TITLES = Path(__file__).with_name("titles.yml")
COLUMN = "首页 > 政务公开 > 政府信息公开年报"


class Case(NamedTuple):
    """One title; `refused` names the reason, "" where it announces a report."""

    title: str
    column: str
    year: int | None
    refused: str
    doubtful: bool


def cases() -> list[Case]:
    groups: list[dict[str, Any]] = yaml.safe_load(TITLES.read_text(encoding="utf-8"))
    found = []
    for group in groups:
        column, doubtful = group.get("column", ""), group.get("doubtful", False)
        for entry in group["titles"]:
            if "refused" in group:
                found.append(Case(str(entry), column, None, group["refused"], False))
            else:
                title, year = entry
                found.append(Case(str(title), column, year, "", doubtful))
    return found


CASES = cases()


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.title or "(empty)")
def test_every_title_is_judged_as_a_person_judges_it(case: Case) -> None:
    sifted = sift(case.title, column=case.column)
    assert sifted.reason == case.refused
    if case.refused:
        assert not sifted.accepted
    else:
        assert sifted == Sifted(True, case.year, "", case.doubtful)


def test_the_table_holds_titles_enough_each_once() -> None:
    asked = [(case.title, case.column) for case in CASES]
    assert len(asked) >= 300
    assert len(asked) == len(set(asked))


@pytest.mark.parametrize(
    "case", [c for c in CASES if not c.refused and not c.column], ids=lambda case: case.title
)
def test_a_column_never_takes_away_what_a_title_says_for_itself(case: Case) -> None:
    for column in (COLUMN, "首页 > 新闻中心", "部门决算"):
        assert sift(case.title, column=column) == sift(case.title)


@pytest.mark.parametrize(
    "case", [c for c in CASES if not c.refused and c.column], ids=lambda case: case.title
)
def test_what_a_column_says_is_not_said_elsewhere(case: Case) -> None:
    if case.doubtful:
        for column in ("", "首页 > 新闻中心", "首页 > 法治政府建设 > 年度报告", "企业年报", "部门决算"):
            assert not sift(case.title, column=column).accepted


@pytest.mark.parametrize(
    "column",
    [
        "政府信息公开年报",
        "首页 > 政务公开 > 政府信息公开年报",
        "您的位置：首页>信息公开专栏>政府信息公开年度报告>2023>乡镇(街道)",
        "首页 » 公开年报 » 部门",
        "首页 / 政务公开 / 年报",
        "政府信息公开工作年度报告",
        "历年年报",
        "首页 财政局 政府信息公开年报 2023年",
        "云溪县企业发展服务中心 政务公开 政府信息公开年报",
    ],
)
def test_columns_of_annual_reports_are_known_by_their_names(column: str) -> None:
    assert sift("市教育局", column=column).accepted


def test_white_space_and_width_change_nothing() -> None:
    assert sift(" 云溪县　教育局\n２０２３ 年政府信息 公开工作\t年度报告 ") == sift(
        "云溪县教育局2023年政府信息公开工作年度报告"
    )


def test_every_mark_and_every_refusal_has_a_name_of_its_own() -> None:
    for table in (NAMES, IN_COLUMN, REFUSALS):
        names = [entry.name for entry in table]
        assert len(names) == len(set(names))
    assert {refusal.name for refusal in REFUSALS} <= {case.refused for case in CASES}


@pytest.mark.parametrize(
    "text",
    [
        "信息公开" * 50_000,
        "2023年" * 70_000,
        "关于印发" + "(" * 200_000,
        "[" * 200_000,
        "…" * 200_000,
        "局2023年政府" * 30_000,
        "各部门各单位" * 30_000,
        "年度报告" * 50_000 + "!",
        "\0\ud800" * 100_000,
        "政府信息公开年报 > " * 20_000,
    ],
    ids=lambda text: repr(text[:6]),
)
def test_nasty_titles_and_columns_are_judged_all_the_same(text: str) -> None:
    assert isinstance(sift(text), Sifted)
    assert isinstance(sift("2023年", column=text), Sifted)
    assert isinstance(sift(text, column=text), Sifted)
