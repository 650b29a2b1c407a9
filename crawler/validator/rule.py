"""What a rule is: a labelled generator over one report, and the statements it may make."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Final, TypedDict, Unpack

from crawler.report.model import Bilingual, Number, Report
from crawler.validator.context import Context, Need
from crawler.validator.finding import Fault, Verdict

LEGACY: Final = "legacy"
"""Report years up to 2018, when there was no form."""

UNIFIED: Final = ("2019", "2021")
ALL: Final = (LEGACY, *UNIFIED)

QUOTE_LENGTH = 120


@dataclass(frozen=True, slots=True)
class NotApplicable:
    """What a rule yields where it has nothing to judge; `reason` where that is not the report's silence."""

    reason: Bilingual | None = None


NOT_APPLICABLE: Final = NotApplicable()


@dataclass(frozen=True, slots=True)
class Statement:
    """What a rule says of one place; the basis is the rule's own unless set.

    `case` is the name under which the policy may grade this breach apart from the rule's others. `explains`
    are the findings (rule, where) that this one is the likely cause of.
    """

    verdict: Verdict
    where: str
    message: Bilingual
    fault: Fault
    cells: tuple[str, ...] = ()
    expected: Number | str | None = None
    found: Number | str | None = None
    quote: str = ""
    case: str | None = None
    basis: Bilingual | None = None
    explains: tuple[tuple[str, str], ...] = ()


Body = Callable[[Report, Context], Iterator[Statement | NotApplicable]]


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule with its labels.

    `forms` are the generations of reports that it applies to, told by the report year. Where `table` is set,
    the form that this table really prints decides instead, as long as the year knows a form at all.
    `lacking`: what it finds is that something does not stand in the report. `needs` are the parts of the
    context without which it is not applicable.
    """

    id: str
    title: Bilingual
    norm: Bilingual
    basis: Bilingual
    forms: tuple[str, ...]
    table: str | None
    family: str
    lacking: bool
    needs: tuple[Need, ...]
    body: Body


def rule(
    rule_id: str,
    *,
    title_zh: str,
    norm_zh: str,
    basis: Bilingual,
    forms: tuple[str, ...] = ALL,
    table: str | None = None,
    lacking: bool = False,
    needs: tuple[Need, ...] = (),
) -> Callable[[Body], Rule]:
    """Label a generator as a rule; the first line of its docstring is the norm in English."""

    def label(body: Body) -> Rule:
        norm_en = (body.__doc__ or "").strip().splitlines()[0]
        title_en = rule_id.replace("-", " ").capitalize()
        return Rule(
            id=rule_id,
            title=Bilingual(title_zh, title_en),
            norm=Bilingual(norm_zh, norm_en),
            basis=basis,
            forms=forms,
            table=table,
            family=_family(body.__module__),
            lacking=lacking,
            needs=needs,
            body=body,
        )

    return label


def _family(module: str) -> str:
    """The module of crawler.validator, or the package there, that a rule stands in; elsewhere the module."""
    within = module.removeprefix("crawler.validator.")
    return module.rpartition(".")[2] if within == module else within.partition(".")[0]


class Details(TypedDict, total=False):
    """What a statement may say besides its place and message; see Statement."""

    fault: Fault
    cells: tuple[str, ...]
    expected: Number | str | None
    found: Number | str | None
    quote: str
    case: str | None
    basis: Bilingual | None
    explains: tuple[tuple[str, str], ...]


def fail(where: str, zh: str, en: str, **details: Unpack[Details]) -> Statement:
    """The norm is not met at `where`; the publisher's fault unless said otherwise."""
    return _state(Verdict.FAIL, where, zh, en, {"fault": Fault.PUBLISHER, **details})


def uncertain(where: str, zh: str, en: str, **details: Unpack[Details]) -> Statement:
    """Whether the norm is met at `where` cannot be told; nobody's fault unless said otherwise."""
    return _state(Verdict.UNCERTAIN, where, zh, en, {"fault": Fault.UNKNOWN, **details})


def not_applicable(zh: str, en: str) -> NotApplicable:
    """Why there is nothing to judge."""
    return NotApplicable(Bilingual(zh, en))


def _state(verdict: Verdict, where: str, zh: str, en: str, details: Details) -> Statement:
    said = replace(
        Statement(verdict, where, Bilingual(zh, en[:1].upper() + en[1:]), Fault.UNKNOWN), **details
    )
    return replace(said, quote=shorten(said.quote))


def shorten(text: str, length: int = QUOTE_LENGTH) -> str:
    """`text` on one line, at most `length` characters."""
    line = " ".join(text.split())
    return line if len(line) <= length else line[: length - 1] + "…"
