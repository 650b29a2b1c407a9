"""How copied text is told: how much of it there is, and the longest passages of both texts side by side."""

from __future__ import annotations

from collections.abc import Sequence

from crawler.likeness import Passage
from crawler.report.model import Bilingual
from crawler.validator.rule import shorten

_PASSAGES = 2
_SHOWN = 60


def percent(similarity: float) -> str:
    """A similarity as people read it; rounded down, so that it never claims too much."""
    return f"{int(similarity * 100)}%"


def side_by_side(passages: Sequence[Passage], here: Bilingual, there: Bilingual) -> Bilingual:
    """The longest passages as both texts print them; empty where there are none."""
    if not passages:
        return Bilingual("", "")
    zh = "；".join(
        f"{here.zh}“{shorten(p.here, _SHOWN)}”，{there.zh}“{shorten(p.there, _SHOWN)}”"
        for p in passages[:_PASSAGES]
    )
    en = "; ".join(
        f"{here.en}: “{shorten(p.here, _SHOWN)}”, {there.en}: “{shorten(p.there, _SHOWN)}”"
        for p in passages[:_PASSAGES]
    )
    return Bilingual(f"。相同段落如：{zh}", f". Passages in both, for example {en}")
