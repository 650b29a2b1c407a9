"""What prose says of requests received: denials, counts, and what says something else."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from crawler.parser.chinese import sentences
from crawler.parser.narrative import read_narrative
from crawler.report.model import Section
from crawler.report.narrative import Claim, Subject

YEAR = 2023
ORGAN = "云溪县水务局"


def received(text: str, year: int | None = YEAR) -> tuple[Claim, ...]:
    return read_narrative(text, {}, year, ORGAN).of(Subject.RECEIVED)


def read(text: str, year: int | None = YEAR) -> list[tuple[int | None, bool, bool]]:
    return [(s.number, s.denies, s.ambiguous) for s in received(text, year)]


@pytest.mark.parametrize(
    "text",
    [
        "2023年未收到政府信息公开申请。",
        "2023年未收到依申请公开信息申请；公示提案8件。",
        "2023年，我局未收到过信息公开申请。",
        "本年度没有收到公民、法人和其他组织的政府信息公开申请。",
        "我局从未接到要求公开政府信息的申请。",
        "2023年，我镇未收到依申请公开。",
        "全年无依申请公开事项。",
        "2023年我局无政府信息公开申请。",
        "本年没有政府信息公开申请件。",
        "2023年未受理政府信息公开申请。",
        "（二）依申请公开情况。全年未收到申请。",
        "较2022年的3件，2023年未收到政府信息公开申请。",
    ],
)
def test_denials(text: str) -> None:
    assert read(text) == [(None, True, False)]


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("2023年共收到政府信息公开申请12件，均已办结。", 12),
        ("本年新收政府信息公开申请数量为5件。", 5),
        ("我局受理3件依申请公开申请。", 3),
        ("收到公民政府信息公开申请共计２１件。", 21),
        ("2023年收到政府信息公开申请十二件。", 12),
        ("收到政府信息公开申请一百零三件。", 103),
        ("收到依申请公开政府信息申请 4 宗。", 4),
        ("2023年收到政府信息公开申请5件，较去年减少2件。", 5),
        ("共收到政府信息公开申请5件，其中受理信函申请3件。", 5),
        ("2022年以来加强管理。2023年收到政府信息公开申请5件。", 5),
        ("2023年新收政府信息公开申请8件，加上上年结转2件，共办理10件。", 8),
        ("收到政府信息公开申请8件，上年结转2件。", 8),
        ("依申请公开方面，全年新收申请8件、上年结转2件。", 8),
        ("收到政府信息公开申请0件。", 0),
        ("收到政府信息公开申请零件。", 0),
        ("收到政府信息公开申请数量为0。", 0),
    ],
)
def test_counts(text: str, number: int) -> None:
    assert read(text) == [(number, number == 0, False)]


@pytest.mark.parametrize(
    "text",
    [
        "2022年未收到政府信息公开申请。",
        "2022年收到政府信息公开申请5件。",
        "去年收到政府信息公开申请5件。",
        "2008年以来累计收到政府信息公开申请50件。",
        "未收到政府信息公开行政复议申请。",
        "未收到因政府信息公开申请行政复议的案件。",
        "无因政府信息公开申请行政复议、提起行政诉讼的案件。",
        "无不予公开的依申请公开。",
        "未收到申请人的投诉。",
        "未收到减免费用的申请。",
        "如未收到政府信息公开申请的答复，可投诉。",
        "收到政府信息公开申请之日起20个工作日内答复。",
        "收到行政复议申请2件，信息公开方面无。",
        "受理行政许可申请126件。",
        "我局共收到申请126件。",
        "未接到关于不予公开政府信息的电话咨询。",
        "主动公开政府信息126条。",
        "完善依申请公开流程。",
        "",
    ],
)
def test_what_is_said_of_something_else(text: str) -> None:
    assert read(text) == []


@pytest.mark.parametrize(
    ("text", "number", "denies"),
    [
        ("2023年未收到当面提交的政府信息公开申请。", None, True),
        ("未收到企业的政府信息公开申请。", None, True),
        ("上半年未收到政府信息公开申请。", None, True),
        ("未收到其他政府信息公开申请。", None, True),
        ("累计收到政府信息公开申请50件。", 50, False),
        ("全市共收到政府信息公开申请50件。", 50, False),
        ("收到向市政府提出的政府信息公开申请5件。", 5, False),
        ("（二）依申请公开情况。全年受理申请5件。", 5, False),
        ("公开信息126条。全年未收到申请。", None, True),
        ("依申请公开5件。", 5, False),
        ("依申请公开政府信息0件。", 0, True),
    ],
)
def test_what_can_be_read_in_two_ways(text: str, number: int | None, denies: bool) -> None:
    assert read(text) == [(number, denies, True)]


def test_a_sentence_that_says_two_things_is_ambiguous() -> None:
    assert read("未收到政府信息公开申请，受理政府信息公开申请5件。") == [(None, True, True), (5, False, True)]


def test_another_year_cannot_be_told_without_the_reports_own() -> None:
    assert read("2022年未收到政府信息公开申请。", year=None) == [(None, True, True)]
    assert read("全年未收到政府信息公开申请。", year=None) == [(None, True, False)]


def test_the_quote_is_the_sentence_as_printed() -> None:
    text = "公开126条。2023年,我委未收到过 信息公开申请。未接到电话咨询。"
    assert [s.quote for s in received(text)] == ["2023年,我委未收到过 信息公开申请。"]


@given(
    number=st.integers(1, 99_999),
    head=st.sampled_from(["2023年", "本年度", "我局", ""]),
    verb=st.sampled_from(["共收到", "受理", "新收", "接到"]),
    unit=st.sampled_from(["件", "份", "宗", "条", "例"]),
    space=st.sampled_from(["", " ", "　"]),
)
def test_any_count_comes_back(number: int, head: str, verb: str, unit: str, space: str) -> None:
    assert read(f"{head}{verb}政府信息公开申请{space}{number}{space}{unit}。") == [(number, False, False)]


@given(st.text(alphabet="未收到政府信息公开依申请0123件，。；年无受理 \n", max_size=200))
def test_no_text_breaks_the_reading(text: str) -> None:
    for statement in received(text):
        assert statement.quote
        assert statement.denies is (not statement.number)


def test_sentences_end_at_marks_and_lines() -> None:
    assert sentences("甲。乙！丙？丁；戊\n己“庚。”辛 2.5 万元") == (
        "甲。",
        "乙！",
        "丙？",
        "丁；",
        "戊",
        "己“庚。”",
        "辛 2.5 万元",
    )


SAID = yaml.safe_load(Path(__file__).with_name("narrative.yml").read_text("utf-8"))


@pytest.mark.parametrize("said", SAID, ids=[f"{said['says']} {said.get('in', '')}" for said in SAID])
def test_what_a_sentence_claims(said: dict[str, Any]) -> None:
    paragraph = said.get("after", "") + said["says"]
    sections = {}
    if "in" in said:
        sections[said["in"]] = Section(said["in"], "", True, False, paragraph, empty=False, order=0)
    claims = read_narrative(paragraph, sections, said.get("year", YEAR), said.get("organ", ORGAN)).claims
    claims = tuple(c for c in claims if "after" not in said or c.quote == said["says"])
    assert sorted(map(_written, claims)) == sorted(said["reads"])


def _written(claim: Claim) -> str:
    number = (
        "none"
        if claim.number is None
        else f"{claim.number.normalize():f}"
        if isinstance(claim.number, Decimal)
        else claim.number
    )
    return f"{claim.subject} {number}{' ?' if claim.ambiguous else ''}"
