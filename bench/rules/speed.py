"""The time of all rules on one report, side by side with reading it from HTML."""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from random import Random

from bench.rules.sample import draw, sound
from crawler.extract import extract
from crawler.inspection import inspect
from crawler.parser import Page, parse
from crawler.report.model import Report
from crawler.rulebook import policy
from crawler.validator import check
from crawler.validator.context import Context, WebPage
from crawler.validator.registry import RULES

CEILING = 1.0
"""All rules take no longer than reading does."""

_REPORTS = 12
_ROUNDS = 7


@dataclass(frozen=True, slots=True)
class Timed:
    """Seconds a report, medians over rounds."""

    reading: float
    checking: float
    ratio: float
    families: Mapping[str, float]

    @property
    def holds(self) -> bool:
        """Whether the rules keep to their ceiling."""
        return self.ratio <= CEILING


def run() -> Timed:
    """Read and check the same reports in turn; the time is that of the processor."""
    rng = Random("speed")
    cases = []
    for _ in range(_REPORTS):
        sample = draw(rng, years=range(2022, 2026))
        cases.append(sound(sample))
    pages = [(case.page.html(), case) for case in cases]
    contexts: list[tuple[Report, Context]] = []
    for content, case in pages:
        inspection = inspect(content, case.given)
        web = WebPage(case.page.url, case.page.title, case.page.meta, (case.page.title,))
        contexts.append(
            (
                inspection.report,
                Context(
                    policy(),
                    kind=case.sample.kind,
                    organ=case.sample.organ,
                    previous=case.given.previous,
                    web_page=True,
                    page=web,
                ),
            )
        )
    families = dict.fromkeys(rule.family for rule in RULES.values())
    rules = {name: {k: r for k, r in RULES.items() if r.family == name} for name in families}
    reading, checking, own = [], [], {name: [] for name in families}  # type: ignore[var-annotated]

    def read_all() -> None:
        for content, case in pages:
            parse(extract(content), Page(url=case.given.url))

    def check_all(chosen: Mapping[str, object]) -> Callable[[], None]:
        def checked() -> None:
            for report, context in contexts:
                check(report, context, chosen)  # type: ignore[arg-type]

        return checked

    for _ in range(_ROUNDS):
        reading.append(_seconds(read_all))
        checking.append(_seconds(check_all(RULES)))
        for name, members in rules.items():
            own[name].append(_seconds(check_all(members)))
    ratio = statistics.median(one / other for one, other in zip(checking, reading, strict=True))
    return Timed(
        statistics.median(reading) / len(pages),
        statistics.median(checking) / len(pages),
        ratio,
        {name: statistics.median(times) / len(pages) for name, times in own.items()},
    )


def table(timed: Timed) -> Iterator[str]:
    """Milliseconds a report, the costliest family first."""
    yield f"reading from HTML   {timed.reading * 1000:8.2f} ms a report"
    yield f"all {len(RULES):3} rules       {timed.checking * 1000:8.2f} ms, {timed.ratio:.2f} of reading"
    for name, seconds in sorted(timed.families.items(), key=lambda pair: -pair[1]):
        yield f"  {name:16}  {seconds * 1000:8.2f} ms"


def _seconds(work: Callable[[], None]) -> float:
    gc.collect()
    gc.disable()
    try:
        started = time.process_time()
        work()
        return time.process_time() - started
    finally:
        gc.enable()
