"""Pages: a sound one has no finding, garbled text is told from real Chinese, hostile pages cost nothing."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.rulebook.examples import PROSE, sound_page
from crawler.validator import Verdict, check
from crawler.validator.garbled import garbled


@pytest.mark.parametrize("year", [2015, 2018, 2019, 2020, 2021, 2025])
def test_a_sound_report_on_a_sound_page_has_no_finding(build: Any, year: int) -> None:
    report, context = build.changed({"year": year, "context": {"web_page": True, "page": {}, "column": {}}})
    outcome = check(report, context)
    assert [(finding.rule, finding.message.zh) for finding in outcome.findings] == []
    for rule in ("site-domain-not-gov", "meta-title-mismatch", "column-dead-link", "page-hijacked"):
        assert outcome.verdicts[rule] is Verdict.PASS


@pytest.mark.parametrize("name", ["meta-site-missing", "meta-column-missing", "meta-article-missing"])
def test_the_bare_answer_of_an_interface_has_no_labels_to_miss(build: Any, name: str) -> None:
    bare = {"title": "", "headings": [], "meta": dict.fromkeys((n for n, _ in sound_page().meta), None)}
    report, context = build.changed({"context": {"page": bare}})
    assert check(report, context).verdicts[name] is Verdict.NOT_APPLICABLE


HONEST = [
    *filter(None, PROSE.values()),
    "（一）主动公开。全年共发布信息1234条，同比增长5.6％，其中“双随机、一公开”信息56条。",
    "目　录\n一、总体情况……………………………………………………1\n二、主动公开政府信息情况…………………2",
    "××省××市××县——（示例）①②③④⑤⑥⑦⑧⑨⑩→←↑↓℃§№☆★○●◎◇◆□■△▲※",
    "㈠㈡㈢㈣㈤㈥㈦㈧㈨㈩ⅠⅡⅢⅣⅤⅥⅦⅧⅨⅩ",
    "藏文བོད་ཡིག་維吾爾ئۇيغۇرچە蒙古ᠮᠣᠩᠭᠣᠯ壮族Vahcuengh",
    "涪陵、亳州、郴州、儋州、衢州、泸州、漯河、濮阳、睢县、兖州、鄄城、莘县、茌平、郯城、莒县",
    "镕喆堃淼赟昇翀珺玥梓睿熹煜燊犇鑫焱垚骉羴",
    "彝语ꆈꌠꉙ纳西拉祜哈尼景颇阿昌德昂独龙基诺",
    "繁體字政府信息公開工作年度報告總體情況",
    "Le café à Genève, Übergrößenträger, naïveté",
]


def test_nonsense_that_runs_on_from_whole_chinese_is_found() -> None:
    nonsense = "全年主动公开政府信息一千二百条".encode("gb18030").decode("latin-1")
    assert list(garbled(f"（一）主动公开。{nonsense}，同比增长")) == [nonsense]


@pytest.mark.parametrize("text", HONEST)
def test_honest_text_is_not_garbled(text: str) -> None:
    assert list(garbled(text)) == []


WRONGLY_READ = [("utf-8", "gb18030"), ("utf-8", "latin-1"), ("gb18030", "latin-1")]


@pytest.mark.parametrize(("written", "read"), WRONGLY_READ)
@pytest.mark.parametrize("text", [text for text in PROSE.values() if text])
def test_text_that_was_read_wrongly_is_garbled(text: str, written: str, read: str) -> None:
    for line in text.splitlines():
        nonsense = line.encode(written).decode(read, "replace")
        found = sum(map(len, garbled(nonsense)))
        assert found >= len(nonsense.replace("\ufffd", "")) * 0.5, nonsense


@given(st.text(alphabet=st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF), min_size=8, max_size=60))
def test_characters_at_random_are_not_garbled(text: str) -> None:
    assert list(garbled(text)) == []


@pytest.mark.parametrize(
    "nasty",
    [
        "关于报送" * 50_000,
        "现将" + "报送" * 100_000,
        "现将" * 100_000,
        "百家乐真人" * 40_000,
        "鏀垮簻淇℃伅" * 40_000,
        "\ufffd" * 200_000,
        "á" * 200_000,
        "送彩金" + "打击" * 100_000,
    ],
    ids=range(8),
)
def test_long_nonsense_is_answered(build: Any, nasty: str) -> None:
    page = {
        "title": nasty,
        "around": [nasty],
        "meta": {"ArticleTitle": nasty, "PubDate": nasty, "Keywords": nasty},
    }
    report, context = build.changed(
        {"set": {"title": nasty}, "add_text": nasty, "context": {"web_page": True, "page": page}}
    )
    outcome = check(report, context)
    assert not [f for f in outcome.findings if f.where == "rule"], "no rule broke down"
    assert all(
        len(f.quote) <= 120 and len(f.message.zh) < 2000
        for f in outcome.findings
        if f.rule.startswith("meta")
    )


def test_a_page_of_a_hundred_thousand_labels_is_answered(build: Any) -> None:
    labels = tuple((name, "时时" * 20) for name in ("Keywords", "ArticleTitle", "PubDate") * 30_000)
    report, context = build.changed({"context": {"web_page": True, "page": {}}})
    outcome = check(report, replace(context, page=replace(sound_page(), meta=labels)))
    assert {"meta-title-mismatch", "meta-pubdate-format", "meta-site-missing"} <= set(
        outcome.rules(Verdict.FAIL)
    )
    assert outcome.verdicts["page-hijacked"] is Verdict.PASS
