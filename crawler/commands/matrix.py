"""`nianbao obligations --matrix`: bodies down, report years across, one sign each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from crawler.console import Column, Screen
from crawler.export.wording import OBLIGATION_STATUSES
from storage.records import ObligationRecord, ObligationStatus

SIGNS: Mapping[ObligationStatus, str] = MappingProxyType(
    {
        ObligationStatus.ON_TIME: "+",
        ObligationStatus.LATE: "!",
        ObligationStatus.MISSING: "X",
        ObligationStatus.UNREACHABLE: "~",
        ObligationStatus.NOT_ASSESSABLE: "?",
        ObligationStatus.EXCLUDED: "-",
        ObligationStatus.NOT_DUE: ".",
    }
)
"""One cell wide in every font, and told apart without colours."""

_STYLES = MappingProxyType({"!": "yellow", "X": "bold red", "+": "green", "?": "dim", "~": "dim"})


def show(screen: Screen, rows: Sequence[ObligationRecord]) -> None:
    """The matrix, and what its signs mean. A blank is a year in which the body owed nothing."""
    years = sorted({row.year for row in rows})
    signs: dict[str, dict[int, str]] = {}
    for row in rows:
        signs.setdefault(row.organ, {})[row.year] = SIGNS[row.status]
    screen.table(
        (
            Column(screen.pick("单位", "body"), style="bold", wrap=True),
            *(Column(str(year), styles=_STYLES) for year in years),
        ),
        [(organ, *(of.get(year, "") for year in years)) for organ, of in signs.items()],
    )
    legend = [f"{sign} {OBLIGATION_STATUSES[status].pick(screen.lang)}" for status, sign in SIGNS.items()]
    screen.line("  ".join((*legend, screen.pick("空白 无此义务", "blank: nothing owed"))))
