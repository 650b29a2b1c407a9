"""Places of a report in the words of the printed form."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from crawler.places import place

CASES = Path(__file__).parents[1] / "validator"
PLACES = sorted(
    {
        finding["where"]
        for file in CASES.glob("*.yml")
        for case in yaml.safe_load(file.read_text("utf-8"))
        for finding in case.get("findings", ())
    }
)


@pytest.mark.parametrize(
    ("where", "zh", "en"),
    [
        ("filing", "发布", "filing"),
        (
            "sections.disputes",
            "四、政府信息公开行政复议、行政诉讼情况",
            "section 4 (reviews and litigation)",
        ),
        ("applications", "表三", "table 3"),
        ("applications.partly_granted", "表三 · （二）部分公开", "table 3 · III(2) partly granted"),
        (
            "applications.results_total.total",
            "表三 · （七）总计 · 总计",
            "table 3 · III(7) total of results · total",
        ),
        ("disclosure.normative_documents.in_force", "表二 · 行政规范性文件 · 现行有效件数", None),
        ("disputes.litigation_direct", "表四 · 行政诉讼 · 未经复议直接起诉", None),
        ("disputes.litigation", "表四 · 行政诉讼", "table 4 · litigation"),
        ("sections.unheard_of", "unheard_of", "unheard_of"),
        ("elsewhere", "elsewhere", "elsewhere"),
    ],
)
def test_place(where: str, zh: str, en: str | None) -> None:
    assert place(where) == zh
    if en is not None:
        assert place(where, "en") == en


@pytest.mark.parametrize("where", PLACES)
def test_every_place_of_a_finding_has_a_name(where: str) -> None:
    if "." in where and not where.startswith(("sections", "disclosure", "applications", "disputes")):
        return  # a host
    assert re.search("[\u4e00-\u9fff]", place(where))
    assert not re.search("[a-z]", place(where))
