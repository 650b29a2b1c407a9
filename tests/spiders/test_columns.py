"""Links that lead to columns, text by text: columns.yml holds them with what they lead to."""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

import pytest
import yaml
from scrapy.http import HtmlResponse

from spiders.columns import (
    COLUMNS,
    SECTIONS,
    column_score,
    entry_of,
    folded,
    is_body,
    is_branch,
    is_column,
    is_section,
    names_body,
    section_score,
)
from spiders.links import anchors

HOST = "http://www.qingshan.example"
TABLE = Path(__file__).with_name("columns.yml")
HOMES = Path(__file__).with_name("homes.yml")


class Case(NamedTuple):
    """One link and what it leads to."""

    text: str
    url: str
    leads: str


def cases() -> list[Case]:
    groups: list[dict[str, Any]] = yaml.safe_load(TABLE.read_text(encoding="utf-8"))
    return [Case(str(text), HOST + path, group["leads"]) for group in groups for text, path in group["links"]]


CASES = cases()


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.text} {case.url[len(HOST) :]}")
def test_every_link_leads_where_a_person_thinks_it_does(case: Case) -> None:
    column, section = column_score(case.text, case.url), section_score(case.text, case.url)
    assert (column > 0, section > 0) == (is_column(case.text, case.url), is_section(case.text, case.url))
    if case.leads == "column":
        assert column > 0
        assert section == 0
    elif case.leads in ("section", "sister"):
        assert column == 0
        assert section > 25 if case.leads == "section" else 0 < section < 25
    elif case.leads == "branch":
        assert is_branch(case.text)
        assert section == 0 or not is_body(case.text)
    else:
        assert case.leads == "nothing"
        assert (column, section) == (0, 0)
        assert "年" in case.text or not is_branch(case.text)


def test_the_table_holds_links_enough() -> None:
    assert len(CASES) >= 200


def in_order(scores: list[int]) -> bool:
    return scores == sorted(scores, reverse=True) and len(set(scores)) == len(scores) and scores[-1] > 0


def test_the_likelier_column_scores_higher() -> None:
    links = [
        ("政府信息公开年报", "/zfxxgknb/"),
        ("政府信息公开年报", "/a/"),
        ("信息公开年报", "/a/"),
        ("公开年报", "/a/"),
        ("部门政府信息公开年报", "/a/"),
        ("年报", "/a/"),
        ("2023年政府信息公开年报", "/a/"),
        ("", "/zfxxgknb/"),
        ("", "/nb/"),
    ]
    assert in_order([column_score(text, HOST + path) for text, path in links])


def test_a_column_that_leads_to_one_article_scores_less() -> None:
    article = HOST + "/202401/t20240118_1.html"
    assert 0 < column_score("政府信息公开年报", article) < column_score("政府信息公开年报", HOST + "/a/")


def test_the_likelier_section_scores_higher() -> None:
    links = [
        ("政府信息公开", "/zfxxgk/"),
        ("政府信息公开", "/a/"),
        ("信息公开", "/a/"),
        ("法定主动公开内容", "/a/"),
        ("政务公开", "/a/"),
        ("公开", "/a/"),
        ("部门信息公开", "/a/"),
        ("", "/zfxxgk/"),
        ("政务", "/a/"),
        ("政府信息公开指南", "/a/"),
    ]
    assert in_order([section_score(text, HOST + path) for text, path in links])


BODIES = [
    "青杉市教育局",
    "教育局",
    "市发改委",
    "县委办",
    "县政府办",
    "市政府办公室",
    "青杉市人民政府",
    "松涛镇",
    "石桥乡",
    "石桥乡人民政府",
    "柳湾街道",
    "柳湾街道办事处",
    "高新技术产业开发区管理委员会",
    "高新区",
    "云溪县",
    "青杉市",
    "白鹭区",
    "霍林旗",
    "巴彦苏木",
    "市公安局交警支队",
    "机关事务服务中心",
    "政务服务中心",
    "供销社",
    "市残联",
    "县妇联",
    "红十字会",
    "总工会",
    "云岭海关",
    "市气象局",
    "统计调查队",
    "市税务局第一税务分局",
    "市财政局（国资委）",
    "市人民法院",
    "市档案馆",
    "【市教育局】",
    "市信访局",
    "县医保局",
    "政务公开办公室",
    "县委组织部",
    "云溪县委宣传部",
    "经开区管委会",
    "县城管执法局",
    "青杉水库管理处",
    "国家税务总局云溪县税务局",
    "新安江镇",
    "城关镇",
]

NO_BODIES = [
    "",
    "首页",
    "更多",
    "新闻中心",
    "个人中心",
    "下载中心",
    "互动中心",
    "办事大厅",
    "网上办事大厅",
    "一网通办",
    "我要办",
    "马上办",
    "政务服务网",
    "本网站",
    "城市",
    "全市",
    "专区",
    "互动区",
    "景区",
    "市区",
    "格局",
    "推进会",
    "新闻发布会",
    "市教育局召开工作会",
    "云溪县召开全县大会",
    "关于市教育局",
    "市教育局信息公开",
    "市教育局2023年年报",
    "友情链接：市教育局",
    "走进青杉市",
    "魅力云溪县",
    "政府信息公开年报",
    "2023年",
    "机构职能",
    "乡镇",
    "各县区",
    "青杉市生态环境保护委员会办公室关于印发治理方案的通知发至各局",
]


@pytest.mark.parametrize("text", BODIES)
def test_names_of_offices(text: str) -> None:
    assert is_body(text)


@pytest.mark.parametrize("text", NO_BODIES)
def test_texts_that_are_no_office(text: str) -> None:
    assert not is_body(text)


def test_a_body_of_the_roster_is_known_by_the_end_of_its_name() -> None:
    names = ("青杉市教育局", "青杉市人民政府")
    assert names_body(" 教育局 ", names)
    assert not names_body("局", names)
    assert not names_body("水务局", names)


@pytest.mark.parametrize(
    ("text", "entry"),
    [
        ("政府信息公开年报", "annual_reports"),
        ("政府信息公开工作年度报告", "annual_reports"),
        ("年度报告", "annual_reports"),
        ("信息公开年报", "annual_reports"),
        ("公开年报", "annual_reports"),
        ("政府信息公开指南", "guide"),
        ("信息公开指南", "guide"),
        ("公开指南", "guide"),
        ("政府信息公开制度", "system"),
        ("信息公开制度", "system"),
        ("政府信息公开规定", "system"),
        ("政府信息公开相关制度", "system"),
        ("法定主动公开内容", "statutory"),
        ("法定公开内容", "statutory"),
        ("政府信息主动公开内容", "statutory"),
        ("·政府信息公开指南>>", "guide"),
        ("政府信息公开", None),
        ("依申请公开", None),
        ("办事指南", None),
        ("企业年报", None),
        ("年报制度", None),
        ("", None),
    ],
)
def test_the_four_entries_of_a_disclosure_column(text: str, entry: str | None) -> None:
    assert entry_of(text) == entry


def test_marks_and_space_around_a_text_are_no_part_of_it() -> None:
    assert folded(" ·【政府 信息公开】 >> ") == "政府信息公开"
    assert folded("政府信息公开年报（１２）") == "政府信息公开年报(12)"
    assert folded("更多>>") == "更多"


def test_every_wording_has_a_name_and_the_scores_fall() -> None:
    for table in (COLUMNS, SECTIONS):
        assert len({wording.name for wording in table}) == len(table)
        assert [w.score for w in table] == sorted((w.score for w in table), reverse=True)


@pytest.mark.parametrize(
    "text",
    [
        "政府信息公开" * 30_000,
        "各部门" * 60_000,
        "(" * 200_000,
        "局" * 200_000,
        "年报专栏" * 50_000,
        "公开" * 100_000 + "!",
        "\0\ud800" * 100_000,
        "a" * 200_000,
        "nb_" * 60_000,
        "!" * 150 + "年" + "!" * 40 + "年)",
        "年" + "A" * 195 + "年",
        "2023年" * 50_000,
    ],
    ids=lambda text: repr(text[:6]),
)
def test_nasty_texts_are_asked_about_all_the_same(text: str) -> None:
    for url in (HOST, f"{HOST}/{text}/", f"{HOST}/{text}", text, "http://[::1/"):
        assert column_score(text, url) >= 0
        assert section_score(text, url) >= 0
    is_body(text)
    is_branch(text)
    entry_of(text)
    names_body(text, [text])


def pages() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = yaml.safe_load(HOMES.read_text(encoding="utf-8"))
    return found


@pytest.mark.parametrize("page", pages(), ids=lambda page: page["page"])
def test_the_right_links_of_a_page_score_best(page: dict[str, Any]) -> None:
    response = HtmlResponse(HOST + "/", body=page["html"].encode(), encoding="utf-8")
    found = anchors(response)
    scored = sorted(((column_score(text, url), url) for url, text in found), key=lambda pair: -pair[0])
    found_columns = list(dict.fromkeys(url.removeprefix(HOST) for score, url in scored if score))
    assert found_columns == page.get("columns", [])
    if not found_columns:
        sections = [(section_score(text, url), url) for url, text in found]
        best = max(sections, key=lambda pair: pair[0])
        assert (best[1].removeprefix(HOST) if best[0] else None) == page["section"]


def test_there_are_sixty_pages() -> None:
    assert len(pages()) >= 60
