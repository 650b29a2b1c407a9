"""What reports say of figures that do not follow from other reports, and of whose figures they are."""

from __future__ import annotations

import re
from typing import Final

REORGANISED: Final = re.compile(
    r"机构改革|机构(?:合并|整合|撤销)|职[能责](?:整合|划转|划入|划出|移交)|合并组建|新组建|重新组建|改组为|更名为"
    r"|(?:划转|并入)(?:至|到|给|我|本|县|市|区|原)|撤[乡县市镇]|区划调整"
)
"""The body is not quite the one that it was: any of its figures may have changed hands."""

CORRECTED: Final = re.compile(
    r"更正|勘误|(?<![未不无])(?<![未不无]作)调整|口径|补[录报计]|漏[报计填]|误[报计填]|[错多少][报计填]|有误|笔误|核[减增]"
    r"|重新(?:统计|核定|核实|核对|梳理)|合并|划转|移交|差异|出入|不一致|为准"
)
"""Words that give a reason why a figure differs, where they stand beside what they speak of."""

DOCUMENTS_CHANGED: Final = re.compile(
    CORRECTED.pattern + r"|清理|失效|届满|到期|宣布|修[改订]|评估|认定|撤销|废止"
)
ITEMS_CHANGED: Final = re.compile(
    CORRECTED.pattern + r"|清理|取消|下放|承接|赋权|委托|新增|增加|减少|拆分|清单"
)
NUMBERS_CHANGED: Final = re.compile(
    CORRECTED.pattern
    + r"|增[长加多]|上升|激增|攀升|下降|减少|下滑|大幅|较(?:上|去)一?年|较\d{4}年|同比|取消|下放|承接|集中"
    + r"|(?:未|没有|无)(?:再?作出|发生|收到|产生|办理|实施|开展|新增)"
)

CARRY_OVER: Final = re.compile(
    r"结转|申请(?:的?数量|件数|数据|统计)|[上去]一?年度?[^，。；\n]{0,6}(?:数据|报告|年报|统计)|年报数据|统计数据"
)
DOCUMENTS: Final = re.compile(r"规范性文件|现行有效|规章")
ITEMS: Final = re.compile(r"许可|处罚|强制|收费|权[责力]清单|事项|项目")
DISPUTES: Final = re.compile(r"复议|诉讼|应诉|尚未审结")
APPLICATIONS: Final = re.compile(r"申请")
LICENCES: Final = re.compile(r"许可|审批")
PENALTIES: Final = re.compile(r"处罚|强制|执法")
MONEY: Final = re.compile(r"行政事业性收费|收费(?:项目|收入|标准|总?额)")

ROLLED_UP: Final = (
    re.compile(
        r"(?<![未不])汇总[^。；\n]{0,6}(?:全[省市县区州盟旗镇]|各[县市区州旗乡镇街部单委]|所属|下属|所辖|辖区)"
        r"[^。；\n]{0,40}(?:数据|数字|统计|表格)"
    ),
    re.compile(
        r"(?:数据|数字|统计)[^。；\n]{0,24}(?:为|系|是|由|含|包括|涵盖)[^。；\n]{0,12}"
        r"(?:全[省市县区州盟旗镇]|各[县市区州旗乡镇街部单委]|所属|下属|所辖|辖区)[^。；\n]{0,40}汇总"
    ),
)
"""The report says that its figures are those of all bodies below it."""

ORGAN_ONLY: Final = (
    re.compile(r"以[^，。；\n]{0,20}(?:政府|办公[厅室])[^，。；\n]{0,10}名义"),
    re.compile(
        r"(?:仅|只)(?:统计|反映|包[括含]|含|为|涉及)[^。；\n]{0,20}(?:本级|本机关|本单位|本部门|办公[厅室])"
    ),
    re.compile(r"不(?:包[括含]|含|涉及)[^。；\n]{0,24}(?:部门|乡镇|街道|[县市区旗]|单位)[^。；\n]{0,12}"),
    re.compile(r"(?:未|不再?)汇总"),
)
"""The report says that its figures are those of the office alone."""
