"""Traces of careless writing: instructions, gaps of a model text, superseded notices."""

from __future__ import annotations

import re

INSTRUCTIONS = (
    re.compile(r"对[^。\n]{0,60}情况进行综述[，,]?主要包括"),
    re.compile(r"不能遗漏[，,]?也?不宜泛化"),
    re.compile(r"切实提高[^。\n]{0,30}年度报告[^。\n]{0,6}实效"),
)
"""Sentences that instruct the writer of a report and do not belong into one."""

_X = "xX×Ｘｘ"
_SURNAMES = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕"
    "苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史"
    "顾侯邵孟龙万段钱汤尹黎易常武乔贺赖龚文某"
)
PLACEHOLDERS = (
    re.compile(rf"20[{_X}]{{2}}"),
    # 张××诉… is a person made anonymous, no gap left to be filled.
    re.compile(rf"(?<![A-Za-z0-9{_X}{_SURNAMES}])[{_X}]{{2,}}(?=[\u4e00-\u9fff0-9])(?!.?某|.{{0,1}}诉)"),
    re.compile(r"(?<=[\u4e00-\u9fff：:（(])[_＿]{3,}|[_＿]{3,}(?=[\u4e00-\u9fff])"),
    re.compile(
        r"[（(\[【〔](?:单位|机关|部门|行政机关|单位全称)名称[）)\]】〕]|[\[【〔](?:年份|年度|数量|日期)[\]】〕]"
    ),
)
"""Gaps of a model text that were not filled."""

SUPERSEDED_NOTICE = re.compile(
    r"国办公开办函[〔\[【(（]2019[〕\]】)）]第?60号|关于政府信息公开工作年度报告有关事项的通知"
)
"""Its number or its whole title; notices of other offices have titles much like it."""

CURRENT_NOTICE = re.compile(r"[〔\[【(（]2021[〕\]】)）]第?30号|政府信息公开工作年度报告格式")
OLD_REGULATION = re.compile(r"国务院令?第?492号|国令第?492号")
REVISED_REGULATION = re.compile(r"711号|2019年(?:修订|4月)|新修订|修订后")
