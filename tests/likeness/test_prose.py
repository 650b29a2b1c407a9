"""What counts as a report's own words."""

from __future__ import annotations

from dataclasses import replace

import pytest

from crawler.likeness import own_prose, printed_prose
from crawler.likeness.prose import LONGEST
from crawler.report.model import Report, Section
from crawler.rulebook.examples import sound_report


def report(overview: str, problems: str = "", organ: str | None = "云溪县水务局") -> Report:
    sections = {
        key: Section(key, key, numbered=True, variant=False, text=text, empty=not text, order=order)
        for order, (key, text) in enumerate((("overview", overview), ("problems", problems)))
    }
    return replace(sound_report(), organ=organ, sections=sections, text="不看这里")


def test_only_overview_and_problems_count() -> None:
    assert printed_prose(report("抓好公开", "还有不足")) == "抓好公开\n还有不足"
    assert own_prose(report("抓好公开。", "还有不足。")) == "抓好公开还有不足"


def test_a_report_without_these_sections_is_taken_whole() -> None:
    assert own_prose(replace(report(""), sections={}, text="第一，抓好公开。")) == "第抓好公开"
    assert own_prose(report("")) == "不看这里"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("2023年，发布信息120条", "2022年，发布信息9条"),
        ("二〇二三年度组织培训三次", "二〇二二年度组织培训两次"),
        ("截至１２月３１日发布信息", "截至11月30日发布信息"),
        ("我局主要负责人", "本局主要负责人"),
        ("全县各乡镇（街道）", "全区各镇、街道"),
        ("云溪县水务局召开会议", "县水务局召开会议"),
        ("在云溪县门户网站发布", "在青杉市门户网站发布"),
        ("党的二十大精神学习", "党的十九大精神学习"),
        ("落实《条例》要求", "落实《中华人民共和国政府信息公开条例》要求"),
        ("（一）主动公开情况。围绕供水保障", "1.主动公开。围绕供水保障"),
        ("三、监督保障\n定期检查", "（五）监督保障方面：定期检查"),
        ("按期 答复\n申请人", "按期答复申请人"),
    ],
)
def test_names_numbers_and_headings_make_no_difference(one: str, other: str) -> None:
    assert own_prose(report(one)) == own_prose(report(other))
    assert own_prose(report(one))


@pytest.mark.parametrize(
    "sentence",
    [
        "根据《中华人民共和国政府信息公开条例》的规定编制本报告",
        "现将2023年政府信息公开工作情况报告如下",
        "所列数据的统计期限为2023年1月1日至12月31日",
        "如有疑问请联系办公室，联系电话：0000-5550000",
        "全年未收到政府信息公开申请",
        "没有因政府信息公开被申请行政复议、提起行政诉讼",
        "收到申请0件",
        "重在对贯彻落实情况进行综述，主要包括主动公开",
        "进一步深化对政府信息公开工作年度报告重要作用的认识，切实提高工作主动性",
    ],
)
def test_what_every_report_says_is_nobodys_own(sentence: str) -> None:
    assert own_prose(report(f"抓好公开。{sentence}。及时解读。")) == "抓好公开及时解读"


@pytest.mark.parametrize(
    "sentence",
    [
        "未能及时回应群众关切",
        "申请人对答复不满意",
        "没有形成长效机制",
        "部分栏目更新不及时",
        "把年度报告编得更实",
    ],
)
def test_what_a_body_says_of_itself_stays(sentence: str) -> None:
    assert own_prose(report(f"抓好公开。{sentence}。")) == f"抓好公开{sentence}"


def test_a_body_is_known_by_its_places_its_office_and_its_field() -> None:
    text = "青石镇、青石、云溪县和水务、水务局都不算"
    assert own_prose(report(text, organ="云溪县青石镇人民政府")) == "和水务都不算"
    assert own_prose(report(text, organ="云溪县水务局")) == "青石和都不算"
    assert own_prose(report("数据工作扎实", organ=None)) == "数据工作扎实"


def test_neighbours_that_changed_only_the_names_say_the_same() -> None:
    words = "{0}聚焦{1}民生实事，在{0}门户网站公开{1}惠农补贴，{1}干部逐户上门解释。"
    one = report(words.format("云溪县", "青石镇"), organ="云溪县青石镇人民政府")
    other = report(words.format("青杉县", "白芷镇"), organ="青杉县白芷镇人民政府")
    assert own_prose(one) == own_prose(other) == "聚焦民生实事在门户网站公开惠农补贴干部逐户上门解释"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "无",
        "\ufffd" * 50,
        "（" * 5000,
        "《" * 5000,
        "未收到公开" * 5000,
        "\ud800局",
        "123" * 5000,
        "县" * 5000,
    ],
)
def test_any_text_is_borne(text: str) -> None:
    assert len(own_prose(report(text))) <= len(text) + len("不看这里")


def test_what_is_looked_at_is_bounded() -> None:
    assert len(printed_prose(report("抓好公开" * LONGEST))) == LONGEST
