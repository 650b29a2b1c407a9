"""How people's decisions stand: which hold, and which somebody ought to look at again. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from enum import StrEnum

from crawler.report.model import Bilingual
from storage.records import WaiverUse

UNUSED_AFTER = timedelta(days=30)
"""A decision that has covered nothing for so long is told as unused."""
BROAD = 50
"""Findings; a decision that covers more is told as too broad."""
TOLD_FOR = timedelta(days=30)
"""How long it is told that a decision has expired."""


class State(StrEnum):
    """How a decision stands."""

    ACTIVE = "active"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"
    VALUES_CHANGED = "values_changed"
    UNUSED = "unused"


STATES = {
    State.ACTIVE: Bilingual("有效", "active"),
    State.EXPIRED: Bilingual("已到期", "expired"),
    State.WITHDRAWN: Bilingual("已撤销", "withdrawn"),
    State.VALUES_CHANGED: Bilingual("数值有变，已失效", "lapsed: values changed"),
    State.UNUSED: Bilingual("长期未用", "unused"),
}


def state(use: WaiverUse, now: datetime) -> State:
    """How a decision stands at `now`."""
    waiver = use.waiver
    if waiver.withdrawn is not None:
        return State.WITHDRAWN
    if waiver.lapsed is not None or waiver.expires <= now:
        return State.EXPIRED
    if not use.covered and use.outdated:
        return State.VALUES_CHANGED
    if not use.covered and now - (use.last_step or waiver.created) >= UNUSED_AFTER:
        return State.UNUSED
    return State.ACTIVE


def over_broad(use: WaiverUse) -> bool:
    """Whether a decision reaches further than anybody can have looked at."""
    waiver = use.waiver
    return use.covered > BROAD or (waiver.organ, waiver.year, waiver.where) == (None, None, None)


def summary(uses: Iterable[WaiverUse], now: datetime) -> Bilingual:
    """How many decisions hold, and how many somebody ought to look at, as one line."""
    known = [(use, state(use, now)) for use in uses]
    ended = (State.EXPIRED, State.WITHDRAWN)
    counts = [
        (
            sum(s is State.EXPIRED and now - use.waiver.expires <= TOLD_FOR for use, s in known),
            Bilingual("近期到期", "expired lately"),
        ),
        (
            sum(s not in ended and use.outdated > 0 for use, s in known),
            Bilingual("因数值有变失效", "lapsed because values changed"),
        ),
        (sum(s is State.UNUSED for _, s in known), Bilingual("长期未用", "unused")),
        (sum(s not in ended and over_broad(use) for use, s in known), Bilingual("范围过宽", "too broad")),
    ]
    holding = sum(s not in ended for _, s in known)
    zh = "，".join([f"豁免 {holding} 条有效", *(f"{word.zh} {n} 条" for n, word in counts if n)])
    en = ", ".join([f"waivers: {holding} hold", *(f"{n} {word.en}" for n, word in counts if n)])
    return Bilingual(zh, en)
