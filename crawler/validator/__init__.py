"""Report and what is known around it, to findings. Pure."""

from crawler.validator.checking import check
from crawler.validator.context import Context
from crawler.validator.finding import Fault, Finding, Outcome, Severity, Verdict, fingerprint
from crawler.validator.registry import RULES

__all__ = [
    "RULES",
    "Context",
    "Fault",
    "Finding",
    "Outcome",
    "Severity",
    "Verdict",
    "check",
    "fingerprint",
]
