"""`python -m bench.fuzz [--seconds 120] [--seed 0]`: exit code 1 where a file made the reader fail.

A file fails by any exception but a refusal, by more than five seconds of the processor, by more than 500 MB.
Such files are kept in `var/fuzz`.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import sys
import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from random import Random
from typing import NamedTuple

from bench.accuracy.formats import writer
from bench.fuzz.child import Child
from bench.fuzz.mutations import mutated
from crawler.demo.printing import LAYOUTS
from crawler.demo.writer import compose
from crawler.report.model import Kind

FAILURES = Path("var/fuzz")

_WRITERS = {"html": "html", "text": "txt", "docx": "docx", "sheet": "xlsx", "ofd": "ofd", "pdf": "pdf"}
_ZIPPED = ("archive", "zip")
_YEARS = (2020, 2023)


class Seed(NamedTuple):
    """A sound file that is going to be damaged."""

    name: str
    content: bytes


def seeds() -> list[Seed]:
    """Sound files of every format that is read without programs outside."""
    found = []
    for name, suffix in (*_WRITERS.items(), _ZIPPED):
        for at, layout in enumerate(("plain", "split-with-header", "ghosts", "total-first")):
            spec = compose("柘泉县民政局", Kind.DEPARTMENT, _YEARS[at % 2], seed=at)
            content = writer(name)(LAYOUTS[layout](spec), seed=at)
            found.append(Seed(f"report.{suffix}", content))
    return found


def main() -> int:
    """Entry point; the exit code."""
    parser = argparse.ArgumentParser(prog="python -m bench.fuzz", description=__doc__)
    parser.add_argument("--seconds", type=float, default=float(os.environ.get("FUZZ_SECONDS", "120")))
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    given = parser.parse_args()
    sound = seeds()
    until = time.monotonic() + given.seconds
    with ThreadPoolExecutor(given.jobs) as pool:
        runs = [pool.submit(_run, sound, Random(f"{given.seed}|{job}"), until) for job in range(given.jobs)]
        results = [run.result() for run in runs]
    counts = sum((counts for counts, _, _ in results), Counter[str]())
    failures = sum(failed for _, failed, _ in results)
    slowest = max(seconds for _, _, seconds in results)
    told = ", ".join(f"{name.rpartition('.')[2]} {count}" for name, count in sorted(counts.items()))
    print(f"{counts.total()} files ({told}), {failures} failures, the slowest took {slowest:.1f} s")
    return 1 if failures or not counts else 0


def _run(sound: Sequence[Seed], rng: Random, until: float) -> tuple[Counter[str], int, float]:
    """Damaged files read until `until`: how many of each name, how many failed, the longest seconds."""
    counts: Counter[str] = Counter()
    failures, slowest = 0, 0.0
    with Child() as child:
        while time.monotonic() < until:
            seed, other = rng.choice(sound), rng.choice(sound)
            content = mutated(seed.content, other.content, rng)
            outcome = child.read(content, seed.name)
            counts[seed.name] += 1
            slowest = max(slowest, outcome.seconds)
            if outcome.failure:
                failures += 1
                print(f"{_kept(seed.name, content)}: {outcome.failure}", file=sys.stderr)
    return counts, failures, slowest


def _kept(name: str, content: bytes) -> Path:
    FAILURES.mkdir(parents=True, exist_ok=True)
    path = FAILURES / f"{hashlib.sha256(content).hexdigest()[:12]}-{name}"
    path.write_bytes(content)
    return path


if __name__ == "__main__":
    raise SystemExit(main())
