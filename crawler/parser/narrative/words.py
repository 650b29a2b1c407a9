"""Words by which the prose is understood. Data only, on folded text."""

from __future__ import annotations

import re

UNIT = r"(?:件次?|宗|份|例|条|起|次|封|笔)"

SAYS_HOW_MANY = re.compile(
    r"\d(?![\d年月日])|[零一二两三四五六七八九十百千](?:[件宗份例条起次封笔项篇则个张元万%,。;、:()]|$)"
    r"|[无未]|没有|不(?:对|向|因|收|产|发|涉|征|存)"
)
"""What every sentence has that tells a number other than a date's, or denies that there was any."""

COUNTED_OR_DENIED = re.compile(r"[\d零一二两三四五六七八九十百千](?:[件宗份例条起次封笔]|$)|[无未]|没有")
"""What every item has that tells how many requests there were, or that there were none: quick to look for."""

CHANNELS = (
    r"当面|现场|信函|邮寄|信件|传真"
    r"|网络|网上|在线|电子|邮箱|电话|窗口|平台|系统|书面|口头|网站|邮件|来信|来访"
)
APPLICANTS = r"自然人|企业|科研|公益|法律服务|商业"
PART_OF_YEAR = re.compile(
    r"[上下]半年|季度|(?<!\d)(?:1[0-2]|[1-9])月|[一二三四五六七八九十]月份?|截至目前|截止目前|月份|[前后]\d个月"
)
"""A part of the year; whole-year spans are taken out before."""

WHOLE_YEAR = re.compile(
    r"(?:自|从)?(?:20\d\d年)?1月1日?(?:起|日)?(?:至|-|—|–|~|到)+(?:20\d\d年)?12月(?:31日)?(?:止|期间|底)?"
    r"|(?:截至|截止)(?:到)?(?:20\d\d年)?12月(?:31日|底)"
)
MORE_THAN_A_YEAR = re.compile(
    r"历年|以来|近[几两三五]年|[两三四五]年来|历次|(?<!全年)(?<!年度)(?<!\d年)(?<!本年)累计"
)
OTHERS = re.compile(
    r"全[市县区省州旗镇乡街系]|各(?:部门|单位|乡|镇|街|县|市|区|级|地|村|科室|股室)|下属|直属|下辖|所属|所辖|辖区|系统内"
    r"|向[^,。;]{1,15}(?:提出|提交)|市县两级|县乡两级|本级及|及其|(?:市|县|区)直"
)
"""Bodies other than the reporting one, or more than it."""

ACTING_BODY = re.compile(
    r"(?P<name>[\u4e00-\u9fff]{2,20}?(?:局|委员会|委|镇|乡|街道|办事处|政府|办公[室厅]|政府办|厅|中心|管委会|支队|大队|集团|公司))"
    r"(?:机关|本级)?(?:在|于)?(?=20\d\d|全年|本年|今年|共|累计|总共|新收|收到|接到|受理|接收|办理|办结|答复|未|没有|无|被|因"
    r"|制[定发]|印发|出台|作出|实际|发出|公开|发布|$)"
)
"""Who is said to act, right before the verb."""
BEFORE_A_NAME = re.compile(r"^.*年度?|^(?:期间|由|经|据|其中)+")
OURSELVES = re.compile(r"[我本].{1,4}$")
GUIDED = re.compile(
    r"指导|协助|督促|督导|协调|配合|会同|代为|转办|转送|转交|移送|移交|交办|(?:拟|计划|预计|力争)[^,。;]{0,6}$"
)
"""Said before a figure: others' work, or work to come."""

OF_A_DOCUMENT = re.compile(r"度?(?:的)?(?:[^,。;]{0,12}》|度?报告|工作要点)")
"""Behind a year: it belongs to a name."""

REQUEST_BY_NAME = re.compile(r"依申请公开|(?:公开|信息)的?申请")
ATTRIBUTES_OF_DOCUMENTS = re.compile(
    r"(?:公开属性|发文|制发文件|公文|文件)[^。]{0,40}(?:主动公开|依申请公开|不予公开|不公开)"
    r"|主动公开(?:类|的)?[^,。;、]{0,6}\d+[^,。;、]{0,4}[,、;]依申请公开(?:类|的)?[^,。;、]{0,6}\d"
)
"""How documents are classed when drafted (主动公开80件、依申请公开5件、不予公开15件): no requests."""

NEUTRAL_BEFORE = (
    r"(?:\(?[\d一二三四五六七八九十]{1,2}[\).、]|其中|加上?|另外?有?|及|和|以及|并|同时|已|均|共计?|合计|总计|累计|依法|依规"
    r"|按规定|按时|按期|全部|经审查|分别为|分别是|即|包括|含|对|有|作出|做出|给予|办理结果为|答复|决定|为|余下|剩余|尚有|还有"
    r"|全年|年内|年度|本年度?|当年|今年|20\d\d年度?|我[局委办厅镇乡县市区]|本(?:机关|单位|局|委|镇|乡|街道|办|级政府)"
    r"|政府信息公开|信息公开|依申请公开|政府信息|申请|的|,|:)*"
)
GLUE = (
    r"(?:的|申请|政府信息|信息|公开申请|答复|决定|情形|情况|事项|案件"
    r"|数量|件数|数|共|合计|总计|计|为|是|有|了|:|\()*"
)
"""What may stand between the name of a thing and its number."""
