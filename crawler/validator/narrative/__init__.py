"""What the prose says against what the tables say."""

from __future__ import annotations

from crawler.validator.narrative.disclosure import (
    narrative_breakdown_sum,
    narrative_decisions,
    narrative_normative,
)
from crawler.validator.narrative.disputes import narrative_litigation, narrative_review
from crawler.validator.narrative.itself import (
    narrative_rate_impossible,
    narrative_self_conflict,
    narrative_silent,
)
from crawler.validator.narrative.money import narrative_fee
from crawler.validator.narrative.requests import (
    narrative_carry,
    narrative_new_received,
    narrative_no_requests,
    narrative_outcome_sum,
    narrative_outcomes,
)

__all__ = [
    "narrative_breakdown_sum",
    "narrative_carry",
    "narrative_decisions",
    "narrative_fee",
    "narrative_litigation",
    "narrative_new_received",
    "narrative_no_requests",
    "narrative_normative",
    "narrative_outcome_sum",
    "narrative_outcomes",
    "narrative_rate_impossible",
    "narrative_review",
    "narrative_self_conflict",
    "narrative_silent",
]
