"""The floors: how well the sample was once read. No version may fall below; they are only ever raised."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from bench.accuracy.formats import FORMATS
from bench.accuracy.score import Score

FILE = Path(__file__).with_name("floors.json")
LEAST = 0.995
"""Share of readable cells that every format must read, over all layouts."""
LEAST_RECOGNISED = 0.9
"""The same for formats that are read by character recognition."""

Row = tuple[str, str]
ALL_LAYOUTS = "all"


class Floor(NamedTuple):
    """Shares, rounded down to four decimals; `identity` is None where no report of the row tells its own."""

    cells: float
    identity: float | None


def least(format_: str) -> float:
    """The share of readable cells that a format must read whatever its floors say."""
    return LEAST_RECOGNISED if FORMATS[format_].recognised else LEAST


def reached(score: Score) -> Floor:
    """What `score` gives."""
    cells = score.exact / score.cells if score.cells else 1.0
    identity = score.identity / score.identifiable if score.identifiable else None
    return Floor(_down(cells), None if identity is None else _down(identity))


def load() -> dict[Row, Floor]:
    """The floors in force."""
    told = json.loads(FILE.read_text(encoding="utf-8"))
    return {
        (format_, name): Floor(floor["cells"], floor["identity"])
        for format_, rows in told.items()
        for name, floor in rows.items()
    }


def breaches(scores: Mapping[Row, Score], floors: Mapping[Row, Floor]) -> list[str]:
    """One line for each number read wrongly and each floor that is missed."""
    found = []
    for (format_, name), score in scores.items():
        got = reached(score)
        told = f"{format_}, {name}"
        if score.wrong:
            found.append(f"{told}: {score.wrong} numbers are wrong")
        if name == ALL_LAYOUTS and got.cells < least(format_):
            found.append(f"{told}: {got.cells:.4f} of the readable cells are read, must be {least(format_)}")
        floor = floors.get((format_, name))
        if floor is None:
            continue
        if got.cells < floor.cells:
            found.append(f"{told}: cells {got.cells:.4f}, the floor is {floor.cells:.4f}")
        if floor.identity is not None and (got.identity or 0.0) < floor.identity:
            found.append(f"{told}: identity {got.identity or 0.0:.4f}, the floor is {floor.identity:.4f}")
    return found


def raise_to(scores: Mapping[Row, Score]) -> list[str]:
    """Write the floors that `scores` reach; those of rows not among them stay.

    What would lower a floor, or has a wrong number, is left as it was and told, one line each.
    """
    floors = load() if FILE.exists() else {}
    told = breaches(scores, floors)
    for row, score in scores.items():
        got, floor = reached(score), floors.get(row, Floor(0.0, None))
        if not score.wrong:
            known = [each for each in (got.identity, floor.identity) if each is not None]
            floors[row] = Floor(max(got.cells, floor.cells), max(known, default=None))
    rows: dict[str, dict[str, dict[str, float | None]]] = {}
    for (format_, name), floor in sorted(floors.items()):
        rows.setdefault(format_, {})[name] = floor._asdict()
    FILE.write_text(json.dumps(rows, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return told


def _down(share: float) -> float:
    return int(share * 10_000) / 10_000
