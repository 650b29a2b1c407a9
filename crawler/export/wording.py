"""What people read for the words that storage keeps."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from crawler.report.model import Bilingual
from crawler.validator.finding import Fault, Verdict
from storage.records import Cause, ChangeKind, FindingStatus, ObligationStatus

FINDING_STATUSES: Mapping[FindingStatus, Bilingual] = MappingProxyType(
    {
        FindingStatus.NEW: Bilingual("新", "new"),
        FindingStatus.OPEN: Bilingual("未决", "open"),
        FindingStatus.CHANGED: Bilingual("有变", "changed"),
        FindingStatus.FIXED: Bilingual("已改", "fixed"),
        FindingStatus.RETURNED: Bilingual("复现", "returned"),
        FindingStatus.WAIVED: Bilingual("豁免", "waived"),
        FindingStatus.WITHDRAWN: Bilingual("不再适用", "withdrawn"),
    }
)
STEPS: Mapping[ChangeKind, Bilingual] = MappingProxyType(
    {
        ChangeKind.NEW: Bilingual("新发现", "new"),
        ChangeKind.CHANGED: Bilingual("有变", "changed"),
        ChangeKind.FIXED: Bilingual("已改", "fixed"),
        ChangeKind.RETURNED: Bilingual("复现", "returned"),
        ChangeKind.WAIVED: Bilingual("豁免", "waived"),
        ChangeKind.LAPSED: Bilingual("豁免失效", "no longer waived"),
        ChangeKind.WITHDRAWN: Bilingual("不再适用", "withdrawn"),
    }
)
"""What happened to a finding."""
CAUSES: Mapping[Cause, Bilingual] = MappingProxyType(
    {
        Cause.VALUES: Bilingual("豁免不再有效：数值有变", "the decision no longer holds: values changed"),
        Cause.EXPIRED: Bilingual("豁免已到期", "the decision has expired"),
        Cause.REVOKED: Bilingual("豁免已撤销", "the decision was withdrawn"),
        Cause.GRAVER: Bilingual(
            "豁免不再有效：已属严重问题", "the decision no longer holds: the finding is critical now"
        ),
        Cause.RULES: Bilingual(
            "设置、规则、名册或读取方法有变，不再认定；并非整改",
            "settings, rules, roster or reading changed; this is no repair",
        ),
        Cause.MISREAD: Bilingual("原先认定有误；并非整改", "it was stated by mistake; this is no repair"),
        Cause.ROSTER: Bilingual(
            "单位已不在名册中；并非整改", "the body is no longer in the roster; this is no repair"
        ),
        Cause.UNPROVED: Bilingual(
            "依据不足，不再认定；并非整改", "there is no proof of it any more; this is no repair"
        ),
        Cause.RENAMED: Bilingual(
            "名册中单位已用新名，报告改记在新名下；并非整改",
            "the roster has the body under its new name, and its reports with it; this is no repair",
        ),
        Cause.EDITED: Bilingual("网页改动后消除", "fixed by an edit of its page"),
        Cause.REPLACED: Bilingual("现以另一网页为准", "another page is the report now"),
        Cause.FILED: Bilingual("报告已发布", "the report has come"),
        Cause.ELSEWHERE: Bilingual(
            "网页未改动，所对照的其他情况有变",
            "its page has not changed, but what it was held against has",
        ),
    }
)
"""Why a decision no longer holds, or a finding no longer applies; what it was fixed by."""
OBLIGATION_STATUSES: Mapping[ObligationStatus, Bilingual] = MappingProxyType(
    {
        ObligationStatus.NOT_DUE: Bilingual("未到期", "not due"),
        ObligationStatus.ON_TIME: Bilingual("按时", "on time"),
        ObligationStatus.LATE: Bilingual("逾期", "late"),
        ObligationStatus.MISSING: Bilingual("未发布", "missing"),
        ObligationStatus.UNREACHABLE: Bilingual("无法访问", "unreachable"),
        ObligationStatus.NOT_ASSESSABLE: Bilingual("无法判断", "not assessable"),
        ObligationStatus.EXCLUDED: Bilingual("不纳入", "excluded"),
    }
)
VERDICTS: Mapping[str, Bilingual] = MappingProxyType(
    {Verdict.FAIL: Bilingual("不符", "fail"), Verdict.UNCERTAIN: Bilingual("存疑", "uncertain")}
)
FAULTS: Mapping[str, Bilingual] = MappingProxyType(
    {
        Fault.PUBLISHER: Bilingual("发布单位", "publisher"),
        Fault.EXTRACTION: Bilingual("读取", "reading"),
        Fault.UNKNOWN: Bilingual("未定", "unknown"),
    }
)
"""Whose defect a finding is."""
DATE_SOURCES: Mapping[str, Bilingual] = MappingProxyType(
    {
        "meta": Bilingual("网页标签", "page label"),
        "label": Bilingual("页面所标", "printed on the page"),
        "data": Bilingual("页面数据", "the page's data"),
        "url": Bilingual("网址", "address"),
        "signature": Bilingual("落款", "signature"),
        "flag": Bilingual("人工给定", "given by hand"),
    }
)
"""Where a date of publication was found."""


def said(names: Mapping[Any, Bilingual], word: str, lang: str) -> str:
    """`word` as people read it; one that is not known stands as it is."""
    return names[word].pick(lang) if word in names else word
