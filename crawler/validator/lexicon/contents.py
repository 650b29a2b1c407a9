"""What the sections have to tell: aspects, problems and remedies, fees."""

from __future__ import annotations

import re

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
        re.compile(
            r"依申请|申请公开|公开申请|信息公开的?申请|公开.{0,4}申请|(?:收到|受理|接到|接收)(?:各类|的)?申请"
        ),
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
    r"|偏[少低慢弱小窄]|(?:较|相对)[少低慢弱差窄]|不[足深广多细实精熟清明]|缺[少乏位]|疏漏|遗漏|脱节|断档|参差不齐|不(?:平衡|均衡)|把握不准"
)
REMEDY_WORDS = re.compile(
    r"改进|整改|措施|下一步|下步|下阶段|下一阶段|下年度|今后|对策|将(?!近)|拟|计划|针对(?:上述|以上|存在)|努力方向"
    r"|(?:组织|开展|举办|建立|制[定订发]|修[订改]|印发|完善|配[备齐强]|调整|增[设配加]|落实|优化|明确|统一|规范|编[印制]|更换|升级|细化)了"
    r"|已(?:经)?(?:全部|全面|基本|逐[一项]|陆续)?(?:完成|到位|解决|纠正|建立|修[订正复]|落实|补[发充齐])"
)
"""What is going to be done, or has been done already."""
WEAK_REMEDY_WORDS = re.compile(r"加强|提升|提高|完善|强化|优化|健全|规范|深化|加大")
"""Words that stand in remedies and in descriptions of problems alike."""

FEE_STATEMENT = re.compile(r"处理费|收费通知")
FEE_STATEMENT_IN_OTHER_MATTERS = re.compile(
    r"处理费|收费通知|(?:收取|收缴|收到|产生|发生|免收|减免|缴纳|征收)[^。；\n]{0,14}费|未收费|没有收费|无收费|不收费|收费情况"
)
"""In section six, whose matter fees are, looser wording is understood too."""
