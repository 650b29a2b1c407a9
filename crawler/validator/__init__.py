"""Report and what is known around it, to findings. Pure."""

from crawler.validator.checking import check
from crawler.validator.finding import Context, Fault, Finding, Outcome, Severity, Verdict, fingerprint
from crawler.validator.registry import RULES, RuleCard, rule_card

__all__ = [
    "RULES",
    "Context",
    "Fault",
    "Finding",
    "Outcome",
    "RuleCard",
    "Severity",
    "Verdict",
    "check",
    "fingerprint",
    "rule_card",
]
