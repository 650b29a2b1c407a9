"""`python -m bench.rules [--sample | --full]`: exit code 1 where a measure misses its floor."""

from __future__ import annotations

import argparse
import os
import platform
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial

from bench.rules import faultless, measure, speed
from crawler.validator.registry import RULES


def main() -> int:
    """Entry point; the exit code."""
    given = _arguments()
    print(f"Python {platform.python_version()}, {given.jobs} processes, seed {given.seed}")
    missed = _recall(given)
    if not given.rules:
        missed += _faultless(given)
        missed += _speed(given.full)
    for line in missed:
        print(line, file=sys.stderr)
    return 1 if missed else 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.rules", description=__doc__)
    size = parser.add_mutually_exclusive_group()
    size.add_argument("--sample", dest="full", action="store_false", help="a part, the default")
    size.add_argument("--full", action="store_true", help="2,000 faultless reports, 25 of each defect")
    parser.add_argument("--rule", dest="rules", action="append", default=[], metavar="ID")
    parser.add_argument("--runs", type=int, help="reports with a defect, of each rule")
    parser.add_argument("--reports", type=int, help="faultless reports")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="processes")
    parser.add_argument("--notes", type=int, default=60, help="lines to print of what did not hold")
    given = parser.parse_args()
    if unknown := set(given.rules) - set(RULES):
        parser.error(f"no rules: {', '.join(sorted(unknown))}")
    given.runs = given.runs or (25 if given.full else 4)
    given.reports = given.reports or (2000 if given.full else 150)
    return given


def _recall(given: argparse.Namespace) -> list[str]:
    started = time.monotonic()
    rules = list(measure.rules_to_measure(given.rules))
    with ProcessPoolExecutor(given.jobs) as pool:
        scores = list(pool.map(partial(measure.score, runs=given.runs, seed=given.seed), rules, chunksize=4))
    print("\n".join(measure.table(scores)))
    held = sum(score.holds for score in scores)
    runs = sum(score.runs for score in scores)
    fired = sum(score.fired for score in scores)
    print(
        f"{held} of {len(scores)} rules hold; {fired} of {runs} defects found, "
        f"{time.monotonic() - started:.0f} s"
    )
    missed = [f"no defect is known for {rule}" for rule in measure.without_defect(rules)]
    return missed + _shortened([note for score in scores for note in score.notes], given.notes)


def _faultless(given: argparse.Namespace) -> list[str]:
    started = time.monotonic()
    with ProcessPoolExecutor(given.jobs) as pool:
        jobs = [(given.seed, at) for at in range(given.reports)]
        tally = faultless.tally(pool.map(faultless.inspected, jobs, chunksize=20))
    print(f"\n{given.reports} faultless reports, {time.monotonic() - started:.0f} s")
    print("\n".join(faultless.table(tally)))
    return _shortened(tally.accused, given.notes)


def _speed(full: bool) -> list[str]:
    """Times are told always and judged in the whole run alone: a shared machine is no judge of them."""
    timed = speed.run()
    print()
    print("\n".join(speed.table(timed)))
    return [] if timed.holds or not full else [f"all rules take {timed.ratio:.2f} of the time of reading"]


def _shortened(lines: Sequence[str], most: int) -> list[str]:
    told = list(lines[:most])
    if len(lines) > most:
        told.append(f"… and {len(lines) - most} more (--notes N)")
    return told


if __name__ == "__main__":
    raise SystemExit(main())
