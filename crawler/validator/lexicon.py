"""Words and phrases that rules look for. Data only; how they are used stands in the rules."""

from __future__ import annotations

import re
from types import MappingProxyType

from crawler.report.model import Bilingual

OVERVIEW_ASPECTS = (
    (
        Bilingual("主动公开", "proactive disclosure"),
        re.compile(
            r"主动公开|主动发布|主动公布|公开发布|公开(?:政府|各类|相关)?信息\d|发布(?:各类|政府|政务)?信息"
        ),
    ),
    (
        Bilingual("依申请公开", "disclosure on request"),
        re.compile(r"依申请|申请公开|公开申请|信息公开的?申请|公开.{0,4}申请"),
    ),
    (
        Bilingual("政府信息管理", "information management"),
        re.compile(
            r"信息管理|保密审查|审查|审核|动态调整|动态更新|公开属性|规范性文件|公开目录|标准目录|发布机制|清理"
        ),
    ),
    (
        Bilingual("政府信息公开平台建设", "platforms"),
        re.compile(r"平台|网站|门户网|专栏|栏目|公众号|微博|微信|新媒体|公开栏"),
    ),
    (
        Bilingual("监督保障", "supervision"),
        re.compile(
            r"监督|(?:组织|制度|机制)保障|保障(?:机制|措施|工作)|考核|评议|责任追究|问责|督查|督办|督导|培训|领导小组|组织领导|专人负责|投诉举报"
        ),
    ),
)
"""The five aspects of the overview, each with the words by any of which it counts as told."""

ASSESSMENT = re.compile(r"考核|评议|责任追究|追责|问责")
"""What a government's report tells of assessment, public review or accountability."""

NOTHING = re.compile(r"[（(【]?(?:暂?无|没有|无有|暂无问题|无问题|无相关情况)[）)】]?[。.；;]?")
"""A section that says that there is nothing to tell, the whole of it."""

PROBLEM_WORDS = re.compile(
    r"问题|不足|差距|短板|弱项|薄弱|不够|欠缺|有待|困难|不强|不高|不及时|不到位|不全面|不规范|滞后|单一|尚未|还需|仍需"
)
REMEDY_WORDS = re.compile(
    r"改进|整改|措施|下一步|下步|下阶段|下一阶段|下年度|今后|对策|将(?!近)|拟|计划|针对(?:上述|以上|存在)|努力方向"
)
WEAK_REMEDY_WORDS = re.compile(r"加强|提升|提高|完善|强化|优化|健全|规范|深化|加大")
"""Words that stand in remedies and in descriptions of problems alike."""

FEE_STATEMENT = re.compile(r"处理费|收费通知")
FEE_STATEMENT_IN_OTHER_MATTERS = re.compile(
    r"处理费|收费通知|(?:收取|收缴|收到|产生|发生|免收|减免|缴纳|征收)[^。；\n]{0,14}费|未收费|没有收费|无收费|不收费|收费情况"
)
"""In section six, whose matter fees are, looser wording is understood too."""

ABBREVIATED_ORGANS = MappingProxyType(
    {
        "卫健委": "卫生健康委员会",
        "卫健局": "卫生健康局",
        "卫计委": "卫生和计划生育委员会",
        "卫计局": "卫生和计划生育局",
        "发改委": "发展和改革委员会",
        "发改局": "发展和改革局",
        "人社局": "人力资源和社会保障局",
        "人社厅": "人力资源和社会保障厅",
        "市监局": "市场监督管理局",
        "市场监管局": "市场监督管理局",
        "住建局": "住房和城乡建设局",
        "住建厅": "住房和城乡建设厅",
        "住建委": "住房和城乡建设委员会",
        "工信局": "工业和信息化局",
        "工信厅": "工业和信息化厅",
        "工信委": "工业和信息化委员会",
        "国资委": "国有资产监督管理委员会",
        "国资局": "国有资产监督管理局",
        "民宗局": "民族宗教事务局",
        "民宗委": "民族宗教事务委员会",
        "文旅局": "文化和旅游局",
        "文旅厅": "文化和旅游厅",
        "文广旅局": "文化广电和旅游局",
        "城管局": "城市管理局",
        "医保局": "医疗保障局",
        "退役军人局": "退役军人事务局",
        "安监局": "安全生产监督管理局",
        "食药监局": "食品药品监督管理局",
        "应急局": "应急管理局",
        "自规局": "自然资源和规划局",
        "资规局": "自然资源和规划局",
        "政数局": "政务服务和数据管理局",
        "农委": "农业委员会",
        "教委": "教育委员会",
        "外办": "外事办公室",
        "人防办": "人民防空办公室",
        "政府办": "人民政府办公室",
        "管委会": "管理委员会",
        "街道办": "街道办事处",
    }
)
"""Endings of names in use that are no official names, with the name that each usually stands for."""

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

REPORT_AS_TITLE = re.compile(r"年度报告")
WORK_REPORT = re.compile(r"工作报告|工作总结|情况汇报|工作汇报|情况总结|年度总结")
STANDARD_TITLE = re.compile(
    r"(?!\d{4}年|[一二〇○零]{2,4}年).{2,}?(?:(?:\d{4}|[一二三四五六七八九〇○零]{4})年度?)?"
    r"政府信息公开(?:工作)?年度报告(?:\([^()]*\))?"
)
"""On folded text; the year is another rule's matter."""
