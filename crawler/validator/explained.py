"""Whether a report itself gives a reason for a figure that does not follow from other reports."""

from __future__ import annotations

import re
from typing import Unpack

from crawler.report.model import Report
from crawler.validator.context import Context
from crawler.validator.finding import Fault
from crawler.validator.lexicon.comparisons import CORRECTED, REORGANISED
from crawler.validator.reading import fold, prose_unreadable, sentences
from crawler.validator.rule import Details, Statement, fail, shorten, uncertain

_NEAR = 40
"""Characters between a figure's name and the words that give a reason."""

_LONGEST_REASON = 12
_SHOWN = 60


def explanation(report: Report, topic: re.Pattern[str], reasons: re.Pattern[str] = CORRECTED) -> str | None:
    """The sentence that speaks of `topic` and gives one of `reasons`, or tells of a reorganisation."""
    for sentence in sentences(report.text):
        folded = fold(sentence)
        if REORGANISED.search(folded):
            return sentence
        searched = 0
        for match in topic.finditer(folded):
            start, end = max(searched - _LONGEST_REASON, match.start() - _NEAR, 0), match.end() + _NEAR
            if reasons.search(folded, start, end):
                return sentence
            searched = end  # mentions stand close together; what was searched is not searched again
    return None


def unless_explained(
    report: Report,
    context: Context,
    where: str,
    zh: str,
    en: str,
    *,
    topic: re.Pattern[str],
    reasons: re.Pattern[str] = CORRECTED,
    **details: Unpack[Details],
) -> Statement:
    """A breach; uncertain where the report gives a reason for it, or where its prose could not be read."""
    reason = explanation(report, topic, reasons)
    if reason is not None:
        zh += f"；正文似有说明（“{shorten(reason, _SHOWN)}”），请人工核对"
        en += f"; the prose seems to give a reason (“{shorten(reason, _SHOWN)}”), please look"
        details["fault"], details["quote"] = Fault.UNKNOWN, reason
        return uncertain(where, zh, en, **details)
    if context.partial or prose_unreadable(report):
        zh += "；正文未能全部读出，不知是否另有说明"
        en += "; the prose was not all read and may give a reason"
        details["fault"] = Fault.UNKNOWN
        return uncertain(where, zh, en, **details)
    return fail(where, zh, en, **details)
