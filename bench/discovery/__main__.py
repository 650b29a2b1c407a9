"""`python -m bench.discovery [--only PORTAL]`: exit code 1 where a floor is missed."""

from __future__ import annotations

import argparse
import platform
import sys
import tempfile
import time
from pathlib import Path

from bench.discovery import nights
from bench.discovery.figures import Figures, misses, table
from crawler.demo.sites import recipes


def main() -> int:
    """Entry point; the exit code."""
    every = recipes()
    given = _arguments([recipe.id for recipe in every])
    chosen = [recipe for recipe in every if not given.only or recipe.id in given.only]
    started = time.monotonic()
    measured: list[Figures] = []
    with tempfile.TemporaryDirectory(prefix="nianbao-discovery-") as made, nights.served(every) as at:
        folder = Path(made if given.keep is None else given.keep)
        for recipe in chosen:
            print(f"{recipe.number} {recipe.id}", file=sys.stderr, flush=True)
            measured.append(nights.measure(recipe, at, folder, given.timeout, with_static=given.static))
            if given.notes:
                _notes(*nights.not_held(recipe, at, folder), given.notes)
    print("\n".join(table(measured)))
    for figures in measured:
        if figures.first.reason:
            print(f"{figures.portal}: {figures.first.reason}")
    print(f"{len(chosen)} portals, {time.monotonic() - started:.0f} s, Python {platform.python_version()}")
    missed = misses(measured, whole=len(chosen) == len(every))
    for line in missed:
        print(line, file=sys.stderr)
    return 1 if missed else 0


def _arguments(known: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.discovery", description=__doc__)
    parser.add_argument("--only", action="append", choices=known, metavar="PORTAL", help=", ".join(known))
    parser.add_argument("--timeout", type=float, default=600.0, help="seconds that one crawl may take")
    parser.add_argument("--no-static", dest="static", action="store_false", help="leave out the third crawl")
    parser.add_argument("--notes", type=int, default=20, help="addresses to print of what was not found")
    parser.add_argument("--keep", metavar="FOLDER", help="keep databases, archives and logs there")
    return parser.parse_args()


def _notes(missed: list[str], others: list[str], most: int) -> None:
    for word, addresses in (("missed", missed), ("no report", others)):
        for address in addresses[:most]:
            print(f"  {word}: {address}", file=sys.stderr)
        if len(addresses) > most:
            print(f"  {word}: {len(addresses) - most} more (--notes N)", file=sys.stderr)


if __name__ == "__main__":
    raise SystemExit(main())
