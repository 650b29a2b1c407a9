"""`python -m bench.accuracy [--sample | --full]`: exit code 1 for a wrong number or a missed floor."""

from __future__ import annotations

import argparse
import os
import platform
import sys
import time
from collections.abc import Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from itertools import groupby

from bench.accuracy import floors, report
from bench.accuracy.cases import CUT, Case, cases, paper, rng
from bench.accuracy.damage import DAMAGES, cut
from bench.accuracy.floors import Row
from bench.accuracy.formats import FORMATS, write_all
from bench.accuracy.score import Score, score
from crawler.demo.printing import LAYOUTS

_BATCH = 24
"""Files of one format that are written and read in one go."""


def main() -> int:
    """Entry point; the exit code."""
    given = _arguments()
    chosen = [
        case
        for case in cases(full=given.full)
        if given.format in (None, case.format) and given.layout in (None, case.layout, case.damage)
    ]
    started = time.monotonic()
    scores = _run(chosen, given.jobs)
    table = report.with_sums(scores)
    print(report.terminal(table))
    notes = [note for result in scores.values() for note in result.notes]
    for note in notes[: given.notes]:
        print(note, file=sys.stderr)
    if len(notes) > given.notes:
        print(f"… and {len(notes) - given.notes} more (--notes N)", file=sys.stderr)
    wrong = sum(result.wrong for result in scores.values())
    print(
        f"{len(chosen)} files, {wrong} wrong numbers, {time.monotonic() - started:.0f} s, "
        f"Python {platform.python_version()}"
    )
    whole = given.format is None and given.layout is None
    if given.raised and whole:
        report.into_document(report.markdown(table))
    # the floors are those of the sample; a part of it has its own rows, but no sums
    held = table if given.layout is None else scores
    in_force = {} if given.full else floors.load()
    missed = floors.raise_to(held) if given.raised else floors.breaches(held, in_force)
    for line in missed:
        print(line, file=sys.stderr)
    return 1 if missed or wrong else 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.accuracy", description=__doc__)
    size = parser.add_mutually_exclusive_group()
    size.add_argument("--sample", action="store_true", help="the fixed sample that has floors (the default)")
    size.add_argument("--full", action="store_true", help="every layout in every format, many more files")
    parser.add_argument("--format", choices=list(FORMATS))
    parser.add_argument("--layout", choices=[*LAYOUTS, *DAMAGES, CUT], help="a layout or a damage")
    parser.add_argument(
        "--raise",
        dest="raised",
        action="store_true",
        help="raise the floors to this sample, write docs/reading.md",
    )
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="processes")
    parser.add_argument("--notes", type=int, default=40, help="lines to print of what was not exact")
    given = parser.parse_args()
    if given.raised and given.full:
        parser.error("the floors are those of the sample")
    return given


def _run(chosen: Sequence[Case], jobs: int) -> dict[Row, Score]:
    scores: dict[Row, Score] = {}
    with ProcessPoolExecutor(jobs) as pool:
        for batch, results in zip(_batches(chosen), pool.map(_work, _batches(chosen)), strict=True):
            for case, result in zip(batch, results, strict=True):
                scores.setdefault(case.row, Score()).add(result)
    return scores


def _batches(chosen: Sequence[Case]) -> Iterable[list[Case]]:
    for _, group in groupby(chosen, key=lambda case: case.format):
        members = list(group)
        yield from (members[at : at + _BATCH] for at in range(0, len(members), _BATCH))


def _work(batch: Sequence[Case]) -> list[Score]:
    written = FORMATS[batch[0].format]
    papers = [paper(case) for case in batch]
    files = write_all(written, [(printed, case.seed) for case, printed in zip(batch, papers, strict=True)])
    return [
        score(case, printed, cut(file, rng(case)) if case.damage == CUT else file, f"report.{written.suffix}")
        for case, printed, file in zip(batch, papers, files, strict=True)
    ]


if __name__ == "__main__":
    raise SystemExit(main())
