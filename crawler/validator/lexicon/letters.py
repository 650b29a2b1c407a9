"""Words of letters that submit a report to a higher body, and of corrections. Data only."""

from __future__ import annotations

import re

_SUBMIT = r"(?:报送|上报|呈报|呈送|报请|报上(?!级))"

TITLE = re.compile(
    rf"关于{_SUBMIT}.{{0,60}}(?:年度报告|年报|工作报告)(?!.{{0,6}}通知)"
    r"|(?:年度报告|年报|工作报告)》?的函(?=$|[(（_|-])"
)
"""A title, folded: 关于报送…年度报告的函, …年度报告的函."""

SUBMITTED = re.compile(
    rf"现将[^。；;\n]{{0,80}}?{_SUBMIT}(?:(?:如下|贵|你|给|[。，,：:；;\n]|$)|[^。；;\n]{{0,30}}?请(?:予|您|贵)?(?:以)?[审查核阅])"
    rf"|特此{_SUBMIT}|{_SUBMIT}贵(?:局|办|委|厅|府)"
)
"""现将…予以上报, 现将…报送县政府办公室，请审阅, 特此报送, 报送贵办."""

MADE_PUBLIC = re.compile(r"公布|发布|公示|社会")
"""What such a sentence says where it speaks to the public as well."""

CORRECTED = re.compile(
    r"[(（【\[](?:更正|修[订正改])[^)）】\]\n]{0,6}[)）】\]]|更正[说声]明|重新(?:发布|公布)"
    r"|(?:报告|年报)[^。；\n(（]{0,20}(?:更正|修正|勘误)"
)
"""A report that says that it was corrected or published anew."""
