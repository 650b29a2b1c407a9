"""What annual reports have in common by their nature, so that it proves no copying. Data only.

Every quantifier is bounded: the texts are anybody's.
"""

from __future__ import annotations

import re

SENTENCE = re.compile(
    # the report about itself: what it rests on, which months it covers, where it can be had
    r"本(?:年度|工作)?报告|(?:报告|公布|汇报)如下|(?:统计|数据)(?:期限|时限|时间|周期)|组成部分[:：]"
    r"|(?:联系|咨询|监督|办公)电话|(?:联系|通讯|通信|办公)地址|邮政?编码?[:：]|传真[:：]|电子邮箱"
    # what the form itself tells the writer
    r"|情况进行综述|不能遗漏|不宜泛化|年度报告(?:重要作用|[^，。；\n]{0,6}实效)"
    # facts for which there is one wording: no requests, no reviews, no fees
    r"|(?:未|无|没有|不存在|零)[^，。；\n]{0,24}(?:申请公开|公开申请|依申请|行政复议|行政诉讼|处理费|收费|费用)"
    r"|(?:申请|复议|诉讼|处理费|收费|费用)[^，。；\n]{0,12}(?:[0０零]|为无)\s{0,2}[件起例份次宗条元]"
)
"""A sentence that holds this is no own prose."""

_HEADING = (
    r"(?:(?:政府信息)?(?:主动公开|依申请公开|公开申请办理|公开平台(?:建设)?)|政府信息(?:资源)?管理"
    r"|规范性文件管理|平台(?:建设|保障)|监督保障|组织(?:领导|保障)|工作考核|社会评议|责任追究"
    r"|存在的?(?:主要)?问题|(?:主要|存在)?问题(?:及|和)(?:改进|整改)(?:情况|措施)|(?:改进|整改)(?:情况|措施))"
)
_COUNTER = "[一二三四五六七八九十0-9０-９]{1,3}[）)、.．]{1,2}"

WITHIN_SENTENCES = (
    # the form's own headings, at the beginning of a line
    rf"^[\s\u3000]{{0,8}}[（(]?(?:{_COUNTER})?[\s\u3000]{{0,4}}{_HEADING}(?:工作)?(?:的?情况|方面)?(?=[。：:，\s]|$)",
    r"《[^《》\n]{1,80}》",
    r"[（(]以下(?:统称|简称)[^（）()\n]{1,30}[）)]",
    # phrases with which everybody begins
    r"以?习近平[^，。；\n]{0,8}思想(?:为指导)?|党的[一二三四五六七八九十]{1,3}大(?:和[^，。；\n]{0,16}全会)?精神",
    r"党中央、?国务院(?:的?决策部署)?|公开(?:是|为)常态、?，?不公开(?:是|为)例外",
    r"中华人民共和国|政府信息公开条例",
    # dates and numbers, with their units of time
    r"[0-9０-９]{1,12}\s{0,2}(?:年度?|月份?|日|号)?",
    r"[二两][〇○零][〇○零一二三四五六七八九]{2}年度?",
    # any place or office of two characters, such as a copied text has left in or exchanged
    r"[\u4e00-\u9fff][\u4e00-\u9fff](?<![我本全各该])(?<![我本全各该].)(?:街道|办事处|[省市县区镇乡局])",
    # what tells one level or one body from the other, Chinese numerals, and all that is no Chinese character
    r"(?:街道|[^\u4e00-\u9fff]|[我本省市县区旗镇乡局委厅办院一二三四五六七八九十百千万亿两])+",
)
"""Parts of a sentence that are no own prose, as alternatives of one expression, those before others first."""
