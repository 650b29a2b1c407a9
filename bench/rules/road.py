"""From a sample with one defect to what is found in it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from random import Random

from bench.rules.defect import Defect, Found
from bench.rules.sample import Case, Sample, case_of, composed
from crawler.demo.printing import LAYOUTS, Printed
from crawler.inspection import Inspection, inspect
from crawler.rulebook import policy
from crawler.validator import check
from crawler.validator.context import Context, Need, WebPage
from crawler.validator.finding import Outcome
from crawler.validator.registry import RULES


def injected(sample: Sample, defect: Defect) -> Case:
    """The report of `sample` with `defect`, up to what its reader is given."""
    rng = Random(f"{defect.rule}|{sample}")
    spec, _ = composed(sample)
    if defect.spec is not None:
        spec = defect.spec(spec, rng)
    printed = _based(LAYOUTS[sample.layout](spec), defect, rng)
    if defect.paper is not None:
        printed = defect.paper(printed, rng)
    case = case_of(sample, spec, printed)
    if defect.page is not None:
        page = defect.page(case.page, case)
        case = replace(case, page=page, given=replace(case.given, url=page.url))
    if defect.given is not None:
        case = replace(case, given=defect.given(case.given, case))
    return case


def faultless(sample: Sample, defect: Defect) -> Case:
    """The same report without the defect."""
    spec, _ = composed(sample)
    return case_of(sample, spec, _based(LAYOUTS[sample.layout](spec), defect, Random(defect.rule)))


def _based(printed: Printed, defect: Defect, rng: Random) -> Printed:
    return printed if defect.base is None else defect.base(printed, rng)


def outcome(case: Case, defect: Defect | None = None) -> Outcome:
    """What all rules say of the report of `case`, in the context that the defect gives."""
    inspection = inspect(case.page.html(), case.given)
    if defect is None or defect.context is None:
        return inspection.outcome
    return check(inspection.report, defect.context(_context(inspection, case), inspection.report, case))


def found(case: Case, defect: Defect) -> Iterator[Found]:
    """Every finding in a report with `defect`, by the road that can find it."""
    if defect.assessed is not None:
        yield from defect.assessed(case)
        return
    yield from of_outcome(outcome(case, defect))


def of_outcome(outcome: Outcome) -> Iterable[Found]:
    """The findings of one check."""
    for finding in outcome.findings:
        yield Found(
            finding.rule, finding.severity.value, finding.verdict.value, finding.where, finding.message.zh
        )


def is_outside(rule: str) -> bool:
    """Whether `rule` waits for data that is not held here."""
    return Need.OUTSIDE in RULES[rule].needs


def _context(inspection: Inspection, case: Case) -> Context:
    """The context of the inspection, as far as later knowledge builds upon it."""
    page = case.page
    return Context(
        case.given.policy or policy(),
        kind=case.given.kind,
        organ=case.given.organ,
        previous=case.given.previous,
        region=case.given.region,
        web_page=True,
        attachments=inspection.attachments,
        taken=inspection.taken,
        page=WebPage(url=page.url, title=page.title, meta=page.meta, headings=(page.title,)),
    )
