"""What comparisons with other reports take from the prose, and what they say where they cannot compare."""

from __future__ import annotations

from dataclasses import replace
from re import Pattern
from typing import Any

import pytest

from crawler.report.model import Report
from crawler.rulebook.examples import changed, sound_report
from crawler.validator import check
from crawler.validator.explained import explanation
from crawler.validator.lexicon import comparisons as words
from crawler.validator.rollup import Scope, aggregation_scope


def saying(text: str) -> Report:
    return replace(sound_report(), text=text)


@pytest.mark.parametrize(
    "sentence",
    [
        "因机构改革，原规划局的申请件一并转入我局办理，上年结转数据相应增加",
        "上年结转数与上年报告不一致，系统计口径不同所致",
        "2022年年报结转数填写有误，应为2件，特此更正",
        "上一年度报告中结转申请数量漏报1件，本年予以补录",
        "上年结转申请数据以本报告为准",
        "因职能划转，由行政审批局移交申请3件",
        "原扶贫办并入我局，结转申请由我局继续办理",
        "上年度数据与本年存在差异，原因是重新核对了台账",
        "撤县设区后，机构名称有变",
    ],
)
def test_a_reason_for_another_carry_over(sentence: str) -> None:
    assert explanation(saying(f"工作平稳有序。{sentence}。"), words.CARRY_OVER) == sentence


@pytest.mark.parametrize(
    "sentence",
    [
        "新收政府信息公开申请3件，上年结转1件，已全部办结",
        "对公开目录进行动态调整",
        "调整充实政务公开工作领导小组",
        "严格执行三审三校，杜绝错误表述",
        "与上年相比，申请量有所增加",
        "及时调整公开专栏栏目设置，方便申请人查询",
        "上年结转数据未作调整",
    ],
)
def test_no_reason_for_another_carry_over(sentence: str) -> None:
    assert explanation(saying(sentence), words.CARRY_OVER) is None


@pytest.mark.parametrize(
    ("sentence", "topic"),
    [
        ("行政许可办件量较上年大幅增加", words.LICENCES),
        ("收到申请120件，同比增长10倍", words.APPLICATIONS),
        ("行政处罚案件下降明显", words.PENALTIES),
        ("因征地拆迁，申请量激增", words.APPLICATIONS),
        ("本年度未作出行政许可决定", words.LICENCES),
    ],
)
def test_a_reason_for_a_spike(sentence: str, topic: Pattern[str]) -> None:
    assert explanation(saying(sentence), topic, words.NUMBERS_CHANGED) == sentence


def test_a_reason_stands_near_what_it_speaks_of() -> None:
    far = "结转的申请已经办结，" + "公开专栏由专人维护，" * 6 + "领导小组作了更正"
    assert explanation(saying(far), words.CARRY_OVER) is None
    assert explanation(saying(far.replace("领导小组", "申请数量")), words.CARRY_OVER) is not None


@pytest.mark.parametrize(
    ("sentence", "scope"),
    [
        ("本报告中的数据由县政府办公室汇总全县各部门、各乡镇的统计数据得出", Scope.AGGREGATE),
        ("本报告汇总全市各县区、各部门数据编制", Scope.AGGREGATE),
        ("报告所列数据为全市各级行政机关汇总数据", Scope.AGGREGATE),
        ("本报告数据由各乡镇、县直各部门报送的统计数据汇总而成", Scope.AGGREGATE),
        ("本报告以县政府及其办公室名义发布", Scope.ORGAN_ONLY),
        ("本报告仅统计县政府办公室数据", Scope.ORGAN_ONLY),
        ("数据只反映本级政府办公室情况，不含各乡镇", Scope.ORGAN_ONLY),
        ("今年起不再汇总全县数据", Scope.ORGAN_ONLY),
        ("全市共公开信息12万条", Scope.UNKNOWN),
        ("汇总各部门意见建议，改进工作", Scope.UNKNOWN),
        ("定期汇总上报工作信息", Scope.UNKNOWN),
        ("本报告由县政府办公室根据全县各单位年报编制", Scope.UNKNOWN),
        ("对全县各单位年报数据进行审核把关", Scope.UNKNOWN),
    ],
)
def test_whose_figures_a_report_gives(sentence: str, scope: Scope) -> None:
    quote = "" if scope is Scope.UNKNOWN else sentence
    assert aggregation_scope(saying(f"工作平稳有序。{sentence}。")) == (scope, quote)


@pytest.mark.parametrize(
    ("rule", "change", "reason"),
    [
        ("yearly-in-force", {"previous": {"year": 2021}}, "用于比对的是2021年度的报告，不是2022年度的"),
        ("yearly-in-force", {"previous": {"set": {"organ": "云溪县文物局"}}}, "机关名称为“云溪县文物局”"),
        ("yearly-in-force", {"previous": {"set": {"year": None}}}, "年份未能都读出"),
        ("yearly-in-force", {"previous": {"form": "2019"}}, "2022年度报告表二所用格式不同"),
        ("yearly-text-duplicate", {"previous": {}}, "文字过短"),
        ("yearly-spike", {}, "需要上一年度的报告"),
        ("peers-aggregate-sum", {"peers": {"children": [{}]}}, "未说明其数据由下级汇总"),
        ("peers-aggregate-sum", {"peers": {}}, "没有下级机关的报告"),
        ("peers-court-review", {"peers": {}}, "尚待实现"),
    ],
)
def test_why_nothing_was_compared(rule: str, change: dict[str, Any], reason: str) -> None:
    report, context = changed({"context": change})
    assert reason in check(report, context).reasons[rule].zh
