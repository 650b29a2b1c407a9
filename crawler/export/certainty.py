"""Which findings may be held against a body before others."""

from __future__ import annotations

from crawler.validator.finding import Fault, Verdict
from storage.records import FindingRecord


def certain(finding: FindingRecord) -> bool:
    """Whether a finding is a defect of the publisher beyond doubt."""
    return finding.fault == Fault.PUBLISHER and finding.verdict == Verdict.FAIL
