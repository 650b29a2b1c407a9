"""Totals that a sentence divides into parts."""

from __future__ import annotations

import re
from collections.abc import Iterator

from crawler.parser.narrative.outcomes import group_named, items
from crawler.parser.narrative.passages import Passage
from crawler.parser.narrative.quantities import DIGITS, QUANTITY, exact
from crawler.parser.narrative.words import ATTRIBUTES_OF_DOCUMENTS
from crawler.report.narrative import Breakdown, Part, Subject

_OUTCOMES = (
    Subject.GRANTED,
    Subject.PARTLY_GRANTED,
    Subject.DENIED,
    Subject.UNAVAILABLE,
    Subject.UNPROCESSED,
    Subject.OTHER_HANDLING,
)
_TOTAL_OF_REQUESTS = re.compile(
    r"(?P<verb>收到|接到|受理|新收|接收|办结|办理|答复|(?<!不予)(?<!其[他它])处理)(?:完毕)?(?:各类|政府|信息公开|信息|依申请公开|公开|的|申请|共计?|总计|合计|数量|件数|为|了)*"
    rf"{QUANTITY}(?:政府)?(?:信息公开)?(?:申请)?"
)
_ALL_OF_IT = re.compile(r"分别|(?<!立)(?<!随)即(?!时|将)|具体为")
_PUBLISHED = re.compile(
    rf"(?<!信息)(?<!申请)(?:公开|发布|更新)(?:(?!申请|复议|诉讼|建议|提案)[^,。;:、\d()]){{0,20}}?(?P<number>{DIGITS})(?P<unit>条|件|份|篇|则|个)"
    r"[,。:(]?(?:其中|分别为|分别是|即|包括)[:,]?"
)
_PIECE = re.compile(
    rf"(?P<label>[^\d,、;。:()%]{{1,30}}?)(?P<number>{DIGITS})(?P<unit>条|件|份|篇|则|个)(?:\([^()]{{0,60}}\))?(?P<end>[,、;]|和|及|以及|$|。|\))"
)
_REST = re.compile(r"(?:以及|及|和)?其[他它余]")
_FEWEST = 2
_MOST = 30


def breakdowns(passage: Passage) -> Iterator[Breakdown]:
    """The divided totals of the sentence that `passage` opens: requests by outcome, what was published."""
    if not passage.opens:
        return
    quote = " ".join(passage.sentence_printed.split())
    found = (_by_outcome(passage.sentence, quote), *_of_published(passage.sentence, quote))
    yield from (breakdown for breakdown in found if breakdown is not None)


def _by_outcome(text: str, quote: str) -> Breakdown | None:
    if "申请" not in text or ATTRIBUTES_OF_DOCUMENTS.search(text):
        return None
    named = list(items(text))
    kinds = [item for item in named if item.subject in _OUTCOMES]
    totals = [
        match for match in _TOTAL_OF_REQUESTS.finditer(text) if not kinds or match.end() <= kinds[0].start
    ]
    if len(kinds) < _FEWEST or not totals:
        return None
    total = totals[-1]
    number = exact(total, text)
    between = text[total.end() : kinds[0].end]
    if number is None or len({item.subject for item in kinds}) < len(kinds):
        return None
    if group_named(text[total.end() : kinds[-1].end]) or any(
        total.end() <= later.start() <= kinds[-1].start for later in _TOTAL_OF_REQUESTS.finditer(text)
    ):
        return None
    carried = [
        Part("结转下年度", item.number or 0, Subject.CARRIED_OUT)
        for item in named
        if item.subject is Subject.CARRIED_OUT and item.start > total.start()
    ]
    parts = [Part(text[item.start : item.end], item.number or 0, item.subject) for item in kinds]
    concluded = total["verb"] in ("办结", "答复", "处理")
    return Breakdown(
        Subject.CONCLUDED if concluded else Subject.RECEIVED,
        number,
        tuple(parts + carried[:1]),
        quote,
        whole=_ALL_OF_IT.search(between) is not None or {*_OUTCOMES} <= {item.subject for item in kinds},
    )


def _of_published(text: str, quote: str) -> Iterator[Breakdown]:
    for total in _PUBLISHED.finditer(text):
        number = exact(total, text[: total.end("unit")])
        parts: list[Part] = []
        at = total.end()
        while len(parts) < _MOST and (piece := _PIECE.match(text, at)) is not None:
            if piece["unit"] != total["unit"] or "其中" in piece["label"]:
                break
            value = exact(piece, text[: piece.end("unit")])
            if value is None:
                number = None
                break
            parts.append(Part(piece["label"], value))
            at = piece.end()
            if piece["end"] in ("", "。", ")"):
                break
        if number is None or len(parts) < _FEWEST:
            continue
        whole = _ALL_OF_IT.search(text[total.end("unit") : total.end()]) is not None
        yield Breakdown(
            Subject.PUBLISHED, number, tuple(parts), quote, whole or _REST.match(parts[-1].label) is not None
        )
