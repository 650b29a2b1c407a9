"""`python -m bench.crawl [--only rates|growth]`: exit code 1 where a figure falls short of its floor."""

from __future__ import annotations

import argparse
import platform
import sys

from bench.crawl.judgement import (
    MEGABYTE,
    MIN_ROUNDS,
    Contest,
    Figure,
    Round,
    at_once,
    bounds,
    growth,
    misses,
    rates,
    table,
)
from bench.crawl.measure import BARE, OURS, Crawl, CrawlFailed, Plan, crawl
from bench.crawl.pages import Kind

PORTALS = 150
BRISK = 0.01
"""Seconds between two requests to a portal where the machine is measured: with so many portals both are busy
all the time. Where the pause is none at all, Scrapy does not keep to one request at a time.
"""
POLITE = 1.0


def main() -> int:
    """Entry point; the exit code."""
    parser = argparse.ArgumentParser(prog="python -m bench.crawl", description=__doc__)
    parser.add_argument("--rounds", type=int, default=MIN_ROUNDS, help=f"at least {MIN_ROUNDS}")
    parser.add_argument("--pages", type=int, default=1500, help="articles of a round, over all portals")
    parser.add_argument("--few", type=int, default=2000, help="pages from which growth is measured")
    parser.add_argument("--many", type=int, default=20_000, help="pages up to which it is")
    parser.add_argument("--only", choices=("rates", "growth"), help="one part alone")
    given = parser.parse_args()
    if given.rounds < MIN_ROUNDS:
        parser.error("too few rounds")
    print(
        f"Python {platform.python_version()}, {PORTALS} portals, {given.rounds} rounds, medians", flush=True
    )
    try:
        return _judge(given)
    except CrawlFailed as problem:
        print(problem, file=sys.stderr)
        return 1


def _judge(given: argparse.Namespace) -> int:
    measured: list[Figure] = []
    crawls: list[Crawl] = []
    if given.only != "growth":
        report, other = _contest(Kind.REPORT, given), _contest(Kind.OTHER, given)
        measured += rates(report, other)
        crawls += (*report.ours, *other.ours)
        for contestant in (BARE, OURS):
            polite = crawl(contestant, Plan(PORTALS, given.pages, Kind.REPORT, POLITE))
            print(_told(f"{contestant}, one request a second and portal", polite), flush=True)
    if given.only != "rates":
        long = crawl(OURS, Plan(PORTALS, given.many, Kind.REPORT, BRISK, copies=False))
        print(_told("ours, many pages", long), flush=True)
        measured.append(growth(long, given.few, given.many))
        crawls.append(long)
    measured.append(at_once(crawls))
    wanted = bounds()
    print("\n".join(table(measured, wanted)))
    missed = misses(measured, wanted)
    for line in missed:
        print(line, file=sys.stderr)
    return int(bool(missed))


def _contest(kind: Kind, given: argparse.Namespace) -> Contest:
    """Rounds in turn; who begins changes from round to round."""
    plan = Plan(PORTALS, given.pages, kind, BRISK)
    rounds = []
    for number in range(given.rounds):
        order = (OURS, BARE) if number % 2 else (BARE, OURS)
        done = {contestant: crawl(contestant, plan) for contestant in order}
        rounds.append(Round(done[OURS], done[BARE]))
        for contestant in order:
            print(_told(f"{kind} {number + 1}, {contestant}", done[contestant]), flush=True)
    return Contest(rounds)


def _told(name: str, done: Crawl) -> str:
    return (
        f"{name:40} {done.rate:6.1f} pages/s, processor {1000 * done.processor / done.pages:6.1f} ms a page, "
        f"{done.peak / MEGABYTE:5.0f} MB, {done.seconds:.0f} s and {done.whole - done.seconds:.0f} s to end, "
        f"{done.most_at_once} at once"
    )


if __name__ == "__main__":
    raise SystemExit(main())
