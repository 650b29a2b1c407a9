"""`python -m bench.mutation`: exit code 1 where fewer mutants are killed than the floor says."""

from __future__ import annotations

import argparse
import multiprocessing
import os
import platform
import sys
import time
from collections import Counter
from functools import partial
from random import Random

from bench.mutation.mutants import Mutant, mutants
from bench.mutation.trial import ROOT, Answer, baseline, modules, prepare, trial

FLOOR = 0.9


def main() -> int:
    """Entry point; the exit code."""
    given = _arguments()
    every = [m for path in modules() if given.module in path for m in mutants(ROOT, path)]
    chosen = Random(given.seed).sample(every, min(given.count, len(every)))
    print(
        f"Python {platform.python_version()}, {len(chosen)} of {len(every)} mutants, seed {given.seed}, "
        f"{given.jobs} processes"
    )
    answers = _try(chosen, given.jobs, given.minutes * 60)
    return _tell(answers, len(chosen))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.mutation", description=__doc__)
    parser.add_argument("--count", type=int, default=600, help="mutants, drawn by chance")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--minutes", type=float, default=30, help="no mutant is begun after so long")
    parser.add_argument("--module", default="", metavar="PART", help="of the path: one module, one family")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="processes")
    return parser.parse_args()


def _try(chosen: list[Mutant], jobs: int, seconds: float) -> list[Answer]:
    answers: list[Answer] = []
    started = time.monotonic()
    with multiprocessing.get_context("spawn").Pool(jobs, initializer=prepare) as pool:
        known = pool.apply(baseline)
        for failing in (*sorted(known.tests), *(f"case {at}" for at in sorted(known.cases))):
            print(f"fails without any mutant, and is left out: {failing}", file=sys.stderr)
        for answer in pool.imap_unordered(partial(trial, known), chosen):
            answers.append(answer)
            if not answer.killed:
                print(f"survived  {answer.mutant}", flush=True)
            if time.monotonic() - started > seconds:
                pool.terminate()
                break
    return answers


def _tell(answers: list[Answer], wanted: int) -> int:
    killed = [answer for answer in answers if answer.killed]
    survivors: Counter[str] = Counter(answer.mutant.path for answer in answers if not answer.killed)
    tried: Counter[str] = Counter(answer.mutant.path for answer in answers)
    print(f"\n{'module':44}  tried  survived")
    for path, count in sorted(tried.items()):
        print(f"{path:44}  {count:5}  {survivors[path]:8}")
    by: Counter[str] = Counter(answer.by for answer in killed)
    rate = len(killed) / len(answers)
    print(f"\nkilled {len(killed)} of {len(answers)}: {rate:.1%} (floor {FLOOR:.0%}); by {dict(by)}")
    if len(answers) < wanted:
        print(f"{wanted - len(answers)} were not tried in the time given", file=sys.stderr)
    return 0 if rate >= FLOOR else 1


if __name__ == "__main__":
    raise SystemExit(main())
