"""What is said of fees for handling requests; for one folded sentence, or a part of it."""

from __future__ import annotations

import re

OF_HANDLING_FEES = re.compile(r"信息处理费|信息公开(?:信息)?(?:处理)?费|公开处理费|收费通知")
TARIFF = re.compile(r"每[件页份]|元/|[件页份](?:及|以)|超过\d+[件页份]|标准|免费")
"""What the tariff is, not what was charged."""
MEASURES_BY_NAME = re.compile(r"《[^《》]{1,60}》(?:\([^()]{1,40}\))?")

BESIDE_THE_POINT = re.compile(
    r"较|同比|相比|比上年|比去年|上年|去年|上一?年度|增加|减少|增长|下降"
    r"|污水|垃圾|城镇|行政事业性|不动产|抚养|学费|水费|配套费|诉讼费|检测费"
)
"""Comparisons, and other fees."""
CHARGED = re.compile(r"(?:收取|收缴|收到)了|(?:共计?|累计|已|实际)(?:收取|收缴|收到)|实收")
DENIED = re.compile(r"(?:未|没有|无|不|免)[^，。；]{0,16}(?:收|发出|产生|发生|缴)")
NOTICES = re.compile(
    r"收费通知书?[^，。；]{0,8}?(?<![\d.])[1-9]\d{0,5}[件份次张]|[1-9]\d{0,5}[件份次张]收费通知"
)
COUNT = re.compile(r"(?<![\d.])\d{1,6}[件份次张笔宗例]|[零一二三四五六七八九十两]{1,4}[件份次张笔宗例]")
AMOUNT = re.compile(r"(?<![\d.])\d[\d,]{0,12}(?:\.\d{1,6})?[万亿]?元|[零一二三四五六七八九十百千万两]{1,9}元")
NOUGHT = re.compile(r"[0,.]{1,20}[万亿]?元|零元")
ACTUAL = re.compile(r"实际|实收|收取|收缴|收到|入账|到账|缴纳|已缴|上缴|收入")
SUMMED_UP = re.compile(r"(?:共计?|合计|总计|总?金额|计|为|:|人民币)*")
TOTAL = re.compile(r"总金额|总额|金额|合计|共计|应收|应缴|通知")
ALL_PAID = re.compile(
    r"(?:全部|均已?|全额|如数|按期|都已?)[^，。；]{0,4}(?:收取|收缴|缴纳|缴清|到账|收到|收讫|缴入|上缴)"
)
