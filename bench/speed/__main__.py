"""`python -m bench.speed [NAME ...] [--rounds N]`: exit code 1 where a ratio is below its floor."""

from __future__ import annotations

import argparse
import importlib
import platform

from bench.speed.harness import MIN_ROUNDS, run, table

CONTESTS = ("html", "docx", "pdf")
"""Modules beside this one; each offers `contests() -> list[Contest]`."""


def main() -> int:
    """Entry point; the exit code."""
    parser = argparse.ArgumentParser(prog="python -m bench.speed", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"some of: {', '.join(CONTESTS)}")
    parser.add_argument("--rounds", type=int, default=7, help=f"at least {MIN_ROUNDS}")
    given = parser.parse_args()
    unknown = set(given.names) - set(CONTESTS)
    if unknown or given.rounds < MIN_ROUNDS:
        parser.error(f"no contests: {', '.join(sorted(unknown))}" if unknown else "too few rounds")
    print(f"Python {platform.python_version()}, {given.rounds} rounds, medians")
    fallen = False
    for name in given.names or CONTESTS:
        for contest in importlib.import_module(f"bench.speed.{name}").contests():
            results = run(contest, given.rounds)
            fallen |= not all(result.holds for result in results)
            print(f"\n{name}: {table(contest, results)}")
    return int(fallen)


if __name__ == "__main__":
    raise SystemExit(main())
