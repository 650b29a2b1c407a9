"""In which year a body acts or plans, as sentences say it; for folded sentences."""

from __future__ import annotations

import re
from functools import lru_cache

_SELF = (
    r"(?:(?:我|本)(?:局|委|厅|办|县|市|区|旗|州|盟|省|镇|乡|街道|站|所|院|中心|单位|机关|部门|系统|管委会"
    r"|行政机关|级政府|政府)|全(?:局|县|市|区|镇|乡|系统|街道)|[省市县区州](?!场)[\u4e00-\u9fff]{1,8}(?:局|委|厅|办))"
)
_AT_WORK = (
    r"(?:认真|严格|高度重视|坚持|按照|根据|深入|积极|全面|扎实|切实|始终|紧紧?围绕|贯彻|落实|以习近平"
    r"|在[^,，。]{1,24}(?:领导|指导)下|主动公开|未收到|没有收到|共?收到|共?受理|累计|共计?(?:主动)?(?:公开|发布)"
    r"|的?(?:政府信息公开|政务公开|信息公开)工作(?:在|取得|总体|稳步|有序|严格|认真|按照|坚持))"
)
_DISCLOSED = r"(?:主动公开|未收到|没有收到|收到|受理|公开发布)"
_PLANNED = (
    r"(?:重点|继续|进一步|着力|着重|持续|不断|从以下|努力|围绕|切实|采取(?:以下|如下|有效|有力)"
    r"|主要(?:做好|抓好|从|在)|在以下|按照|全面|大力|加大|深入|严格|做好|抓好|扎实"
    r"|以[^,，。]{1,16}为(?:重点|抓手|契机|目标))"
)

COMPARED = re.compile(
    r"较(?:上|去|前|往|同|之前|20)|同比|相比|对照|对比|上年|去年|前年|同期|环比|以来|至今|截至|截止|期间|历年|以前|此前"
    r"|20\d\d年?[-—~至到]|报告|年报|考核结果|反馈|通报|整改|结转|转入|延续|遗留|跨年|往年|经验|做法|曾|早在|当年|《[^》]{0,40}20\d\d|[〔\[(]20\d\d[〕\])]"
)
"""The sentence compares, looks back, carries something over, or cites."""

BACKGROUND = re.compile(
    r"本年|今年|增长|下降|减少|增加|印发|修订|修正|出台|制定|颁布|起施行|成立|组建|设立|挂牌|开通|上线|建成|启用"
    r"|确定为|列为|入选|获评|获得|荣获|被评|授予|表彰|合并|划转|机构改革|更名|搬迁|规划|方案|要点|十[三四五]五|首次|连续"
)
"""What an earlier year may honestly be told for."""

QUOTED_PLAN = re.compile(
    r"提出|承诺|完成|已|曾|原定|此前|年初|指出|要求|部署|作为|纳入|列为|列入|融入|贯穿|摆上|视为|当作|放在|结合|要点|印发|方案"
)
"""A plan that is told as past, or 将 in place of 把."""

NAMED_YEAR = re.compile(r"(?<!\d)(20\d{2})年")


@lru_cache(maxsize=64)
def acting(year: int) -> re.Pattern[str]:
    """A clause in which the body itself acts in `year`."""
    opening = rf"(?<![\d自从截到至于与和同对将比较因])(?:在|回顾)?{year}年(?:度|全年)?[,，]?"
    return re.compile(
        rf"{opening}{_SELF}(?:办公室)?[,，]?{_AT_WORK}"
        rf"|(?:^|[,，:：）)])(?:在)?{year}年(?:度|全年)?[,，]?(?:共|累计|共计)?{_DISCLOSED}"
        rf"|(?:^|[,，:：]){_SELF}{year}年(?:度|全年)?(?:共|累计|共计)?{_DISCLOSED}"
    )


@lru_cache(maxsize=64)
def planned(year: int) -> re.Pattern[str]:
    """A clause in which the body plans for `year`."""
    return re.compile(
        rf"(?<!\d){year}年(?:度)?[,，]?(?:{_SELF}[,，]?|我们)?"
        rf"(?:将(?:要)?{_PLANNED}|拟{_PLANNED}|计划(?:从|在|重点|进一步)|要(?:重点|继续|进一步))"
        rf"|(?:下一步|下一阶段|今后)[,，]?(?:在)?{year}年[^,，。]{{0,12}}将"
    )
