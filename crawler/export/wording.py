"""What people read for the words that storage keeps."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from crawler.report.model import Bilingual
from crawler.validator.finding import Fault, Verdict
from storage.records import FindingStatus, ObligationStatus

FINDING_STATUSES: Mapping[FindingStatus, Bilingual] = MappingProxyType(
    {
        FindingStatus.NEW: Bilingual("新", "new"),
        FindingStatus.OPEN: Bilingual("未决", "open"),
        FindingStatus.CHANGED: Bilingual("有变", "changed"),
        FindingStatus.FIXED: Bilingual("已改", "fixed"),
        FindingStatus.RETURNED: Bilingual("复现", "returned"),
        FindingStatus.WAIVED: Bilingual("豁免", "waived"),
    }
)
OBLIGATION_STATUSES: Mapping[ObligationStatus, Bilingual] = MappingProxyType(
    {
        ObligationStatus.NOT_DUE: Bilingual("未到期", "not due"),
        ObligationStatus.ON_TIME: Bilingual("按时", "on time"),
        ObligationStatus.LATE: Bilingual("逾期", "late"),
        ObligationStatus.MISSING: Bilingual("未发布", "missing"),
        ObligationStatus.UNREACHABLE: Bilingual("无法访问", "unreachable"),
        ObligationStatus.NOT_ASSESSABLE: Bilingual("无法判断", "not assessable"),
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
