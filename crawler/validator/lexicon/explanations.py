"""What an office says that explains an odd figure, and what it says of fees; for one folded sentence."""

from __future__ import annotations

import re

OF_REGULATIONS = re.compile(r"规章(?!制度)")
MADE_FOR_ANOTHER = re.compile(r"起草|代拟|草拟|报请|提请|政府规章|[省市州](?:人民)?政府|上级|转发")
"""In a sentence on regulations: the body drafted or published another's."""

DECIDING_DEPARTMENTS = re.compile(
    r"卫生|卫健|市场监督|市场监管|市监|自然资源|规划|交通|公安|生态环境|应急|水利|水务|农业|文化|文旅|广电|住房|住建"
    r"|城乡建设|城市管理|城管|综合(?:行政)?执法|行政审批|林业|人力资源|人社|烟草|消防|商务|教育|民政"
)
"""Names of departments that grant licences or impose penalties every year."""

DUTIES_MOVED = re.compile(
    r"划转|移交|划入|划出|集中行使|机构改革|职[能责]调整|行政审批(?:服务)?局|审批服务局|综合(?:行政)?执法|口径|委托|下放|取消"
)
"""Why a department may have stopped to decide."""

NONE_DECIDED = re.compile(
    r"(?:未|没有|无)[^，。；]{0,10}行政(?:许可|处罚)|行政(?:许可|处罚)[^，。；]{0,10}(?:(?<!\d)0|零)[件项宗起次个]"
)

LOCAL_FEE = re.compile(r"行政事业性收费|代收|代征|征收|收费项目|收取|收缴|缴纳")
SUM_OF_MONEY = re.compile(r"(?<![\d.])(?!0{1,9}(?:\.0{1,9})?[万亿]?元)\d[\d,.]{0,20}[万亿]?元")
"""A sum that is not zero."""

NO_NOTICE_OF_FEES = re.compile(
    r"(?:未|没有|无|未曾)(?:向[^，。；]{1,12})?(?:制发|发出|开具|发放|下达|送达|产生)[^，。；]{0,12}收费通知"
    r"|收费通知书?(?:件数|数量|共计?|合计|为|共)?[：:]?(?:0|零)[件份次张]"
    r"|(?:未|没有|无)(?:产生|发生)[^，。；]{0,16}(?:处理费|收费|费用)"
)
NOTICE_OF_FEES = re.compile(r"收费通知书?(?:件数|数量|共计?|合计|为|共)?[：:]?[1-9]\d*[件份次张]")
NOTHING_CHARGED = re.compile(
    r"(?:未|没有|无|不)[^，。；]{0,14}(?:处理费|收费|费用)|处理费[^，。；]{0,6}(?:(?<!\d)0|零)元"
)
