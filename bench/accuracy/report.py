"""The scores as a table, for the terminal and for docs/reading.md."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from bench.accuracy.floors import ALL_LAYOUTS, Row
from bench.accuracy.score import Score

DOCUMENT = Path(__file__).parents[2] / "docs" / "reading.md"
BEGIN, END = "<!-- accuracy: generated -->", "<!-- accuracy: end -->"

_HEAD = ("format", "layout or damage", "reports", "cells", "exact", "unread", "wrong", "identity")


def terminal(scores: Mapping[Row, Score]) -> str:
    """Every row, in columns."""
    lines = [_HEAD, *(_cells(row, score) for row, score in scores.items())]
    widths = [max(len(line[at]) for line in lines) for at in range(len(_HEAD))]
    return "\n".join(
        "  ".join(
            cell.ljust(width) if at < 2 else cell.rjust(width)
            for at, (cell, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in lines
    )


def markdown(scores: Mapping[Row, Score]) -> str:
    """Every row, as a table."""
    rule = ["---", "---", *["---:"] * (len(_HEAD) - 2)]
    lines: list[Sequence[str]] = [_HEAD, rule, *(_cells(row, score) for row, score in scores.items())]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def into_document(table: str) -> None:
    """Put `table` between the marks of docs/reading.md."""
    text = DOCUMENT.read_text(encoding="utf-8")
    head, _, rest = text.partition(BEGIN)
    _, _, tail = rest.partition(END)
    DOCUMENT.write_text(f"{head}{BEGIN}\n\n{table}\n\n{END}{tail}", encoding="utf-8")


def with_sums(scores: Mapping[Row, Score]) -> dict[Row, Score]:
    """`scores` in the order of formats, behind the sum of each format."""
    formats = dict.fromkeys(format_ for format_, _ in scores)
    found: dict[Row, Score] = {}
    for format_ in formats:
        total = Score()
        found[format_, ALL_LAYOUTS] = total
        for (other, name), score in scores.items():
            if other == format_:
                found[other, name] = score
                total.add(score)
    return found


def _cells(row: Row, score: Score) -> tuple[str, ...]:
    share = f"{score.exact / score.cells:.2%}" if score.cells else "–"
    return (
        *row,
        str(score.reports),
        str(score.cells),
        share,
        str(score.unread),
        str(score.wrong),
        f"{score.identity}/{score.identifiable}" if score.identifiable else "–",
    )
