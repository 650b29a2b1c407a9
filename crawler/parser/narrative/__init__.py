"""What the prose of a report says in numbers.

Rules accuse on these readings, so a sentence that can be read in two ways is marked `ambiguous`, and one that
speaks of something else (another year, another body, another matter) is left out.
"""

from __future__ import annotations

from collections.abc import Mapping

from crawler.parser.narrative.breakdowns import breakdowns
from crawler.parser.narrative.decisions import decisions
from crawler.parser.narrative.disputes import disputes
from crawler.parser.narrative.documents import documents
from crawler.parser.narrative.fees import fees
from crawler.parser.narrative.outcomes import outcomes
from crawler.parser.narrative.passages import passages
from crawler.parser.narrative.published import published
from crawler.parser.narrative.rates import rates
from crawler.parser.narrative.received import received
from crawler.report.model import Section
from crawler.report.narrative import Breakdown, Claim, Narrative, Rate

__all__ = ["read_narrative"]

_READERS = (received, outcomes, disputes, documents, decisions, fees, published)


def read_narrative(
    text: str, sections: Mapping[str, Section], year: int | None, organ: str | None
) -> Narrative:
    """What `text` (paragraphs separated by line breaks) states of `organ` and `year`.

    `sections` tell where a paragraph stands. Figures of a body that is named otherwise are ambiguous.
    """
    claims: list[Claim] = []
    divided: list[Breakdown] = []
    percentages: list[Rate] = []
    for passage in passages(text, sections, year, organ):
        for reader in _READERS:
            claims += reader(passage)
        divided += breakdowns(passage)
        percentages += rates(passage)
    return Narrative(tuple(dict.fromkeys(claims)), tuple(divided), tuple(percentages))
