"""How sentences put a body into the place of the one that reports; for folded sentences, a name filled in."""

from __future__ import annotations

import re

EXCUSED = re.compile(
    r"会同|联合|协同|协助|经验|做法|借鉴|通报|转(?:办|交|由|来|至|送)|交办|移送|告知|等(?:单位|部门)|为例|所属|下属|直属|抄送"
    r"|对口|共同|合署|更名|合并|划入|划转|机构改革|挂牌|代为|委托|牵头|建议|学习考察|调研|邀请|组成"
)
"""Another body honestly stands in the sentence: beside this one, above it, before it, or as a model."""

CHANGED_NAME = re.compile(r"更名|合并|划入|划转|机构改革|组建|合署|撤销|整合")

_OF_REPORT = r"(?:20\d\d年)?(?:度)?(?:政府信息公开)?(?:工作)?(?:年度)?(?:报告|情况)"
_YEAR = r"(?:(?:^|[:,])(?:20\d\d年(?:度)?|本年度|一年来|今年)[,]?|^)"
_SELF = r"(?:我|本)(?:局|委|厅|办|县|市|区|镇|乡|街道|单位|机关|部门|管委会)"

SAID_TO_BE_IT = (
    r"(?:本|年度)报告由{name}(?:办公[室厅])?(?:编制|编写|制作)",
    r"^{name}(?:根据|按照|依据|依照)[^。；]{{0,60}}(?:编制|制作|公布)(?:了)?(?:本|20\d\d|年度)",
    r"现(?:将|公布|向社会公布){name}" + _OF_REPORT,
    r"{name}\(以下(?:简称|统称)[“\"‘'「]?" + _SELF,
)
"""The report says that it is the other body's."""

ASKED_OF_IT = (
    r"(?:收到|受理|接收|接到)[^。；]{{0,24}}向{name}(?:及其?(?:{name})?办公[室厅])?"
    r"(?:提出|提交|递交)的[^。；]{{0,12}}申请"
)
ACTS_AS_IT = (
    _YEAR + r"{name}(?:办公室)?(?:认真|严格|高度重视|坚持|切实|深入|全面|积极|始终|主动公开|未收到|共?收到)"
)
CONTACT_OF_IT = r"(?:与|向|同|拨打){name}(?:[^,。；]{{0,8}})?(?:联系|咨询|反映)"
ON_DISCLOSURE = re.compile(r"条例|信息公开|政务公开|公开信息|主动公开")

HIGHER_GOVERNMENT = r"[\u4e00-\u9fff]{0,8}?[省市州县区](?:人民)?政府"
SUPERIOR_ASKED = re.compile(
    rf"(?:收到|受理|接收|接到)?[^。；]{{0,24}}向{HIGHER_GOVERNMENT}(?:(?:及其?|和|、)(?:{HIGHER_GOVERNMENT})?办公[室厅])?"
    r"(?:提出|提交|递交)的(?:政府)?信息公开申请\d"
)
"""Requests addressed to a government above are counted as the body's own."""
