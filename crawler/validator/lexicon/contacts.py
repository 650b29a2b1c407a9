"""How a body can be reached; on text in which full-width signs were made ASCII."""

from __future__ import annotations

import re

CONTACT = re.compile(
    r"(?<!\d)0\d{2,3}\)?[-\u2010-\u2015\u2212 ]{0,2}\d{7,8}(?!\d)"  # area code and number
    r"|(?<!\d)(?:400|800)[- ]?\d{3}[- ]?\d{4}(?!\d)|(?<!\d)12345(?!\d)"
    r"|(?:电话|热线|传真|来电|致电|拨打|邮编)[^\d。]{0,12}\d{5,12}"
    r"|(?<!\d)1[3-9]\d[- ]?\d{4}[- ]?\d{4}(?!\d)"
    r"|[A-Za-z0-9_.+-]{1,64}@[A-Za-z0-9-]{1,64}\."
    r"|https?://|www\.[A-Za-z0-9-]|[A-Za-z0-9-]{2,63}\.gov\.cn"
    r"|(?:地址|住址|办公地点|通信处|通讯处)[::][^\n]{4}"
)
