"""One rule as people read of it: its labels, the table's ruling and its card together, the examples run."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple, TypedDict

from crawler.report.model import Bilingual
from crawler.rulebook.cards import Card, Example, cards
from crawler.rulebook.examples import changed
from crawler.rulebook.formulas import in_words
from crawler.rulebook.names import FAMILIES, SOURCES, page_of, severities_of, source_of, years_of
from crawler.validator import RULES, check
from crawler.validator.context import NEEDS, Need
from crawler.validator.finding import SEVERITY_NAMES, Finding, Verdict
from crawler.validator.policy import Policy, Ruling
from crawler.validator.rule import Rule

_SHOWN = 4
"""Findings of an example that are told; more would only repeat them."""


class Fact(NamedTuple):
    """One heading of a card with what stands below it, a paragraph each."""

    label: Bilingual
    paragraphs: tuple[Bilingual, ...]


class ExampleObject(TypedDict):
    """An example in one language, and what the check says of it."""

    text: str
    findings: list[dict[str, str]]


class EntryObject(TypedDict):
    """A rule in one language, as a plain object for other programs."""

    id: str
    family: str
    title: str
    norm: str
    source: str
    basis: str
    scope: str
    severity: str
    severities: list[str]
    years: str
    needs: list[str]
    planned: bool
    formula: str
    why: str
    fails: ExampleObject
    passes: ExampleObject
    repair: str
    false_alarms: str
    page: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One rule under one policy."""

    rule: Rule
    card: Card
    ruling: Ruling

    @property
    def planned(self) -> bool:
        """Whether it needs what is not held here and is only named so far."""
        return Need.OUTSIDE in self.rule.needs

    @property
    def family(self) -> Bilingual:
        """Title of its family."""
        return FAMILIES[self.rule.family]

    @property
    def severity(self) -> Bilingual:
        """How grave a breach is where nothing is graded apart."""
        return SEVERITY_NAMES[self.ruling.severity]

    @property
    def severities(self) -> tuple[Bilingual, ...]:
        """How grave a breach is in every case."""
        return severities_of(self.card, self.ruling)

    @property
    def years(self) -> Bilingual:
        """Report years that it is applied to."""
        return years_of(self.rule, self.ruling)

    @property
    def needs(self) -> tuple[Bilingual, ...]:
        """What it cannot do without besides the report."""
        return tuple(NEEDS[need] for need in self.rule.needs) or (
            Bilingual("只需报告及其网页、附件", "the report, its page and its attachments"),
        )

    @property
    def page(self) -> str:
        """Its page in the project, with its place there."""
        return page_of(self.rule)

    def facts(self) -> Iterator[Fact]:
        """Everything that the card tells, in the order in which it is wanted when somebody objects."""
        rule, card = self.rule, self.card
        yield Fact(Bilingual("要求", "Norm"), (rule.norm,))
        scope = () if card.scope is None else (card.scope.both,)
        yield Fact(Bilingual("依据", "Basis"), (rule.basis, source_of(card), *scope))
        if card.formula:
            yield Fact(Bilingual("公式", "Formula"), (in_words(card.formula),))
        off = (Bilingual("已在设置中停用", "switched off in the settings"),) if self.ruling.off else ()
        yield Fact(Bilingual("级别", "Severity"), (*off, *self.severities))
        yield Fact(Bilingual("适用", "Applies to"), (self.years, *self.needs))
        yield Fact(Bilingual("为什么", "Why it matters"), (card.why.both,))
        yield Fact(Bilingual("不合格的例子", "An example that fails"), tuple(_told(rule, card.fails)))
        yield Fact(Bilingual("合格的例子", "An example that passes"), tuple(_told(rule, card.passes)))
        yield Fact(Bilingual("怎样改正", "How to put it right"), (card.repair.both,))
        yield Fact(Bilingual("可能的误判", "Known false alarms"), (card.false_alarms.both,))

    def as_object(self, lang: str) -> EntryObject:
        """Everything as a plain object in `lang`."""
        rule, card = self.rule, self.card
        return {
            "id": rule.id,
            "family": rule.family,
            "title": rule.title.pick(lang),
            "norm": rule.norm.pick(lang),
            "source": card.source.value,
            "basis": rule.basis.pick(lang),
            "scope": "" if card.scope is None else card.scope.both.pick(lang),
            "severity": self.ruling.severity.value,
            "severities": [line.pick(lang) for line in self.severities],
            "years": self.years.pick(lang),
            "needs": [need.value for need in rule.needs],
            "planned": self.planned,
            "formula": in_words(card.formula).pick(lang),
            "why": card.why.both.pick(lang),
            "fails": _example_object(rule, card.fails, lang),
            "passes": _example_object(rule, card.passes, lang),
            "repair": card.repair.both.pick(lang),
            "false_alarms": card.false_alarms.both.pick(lang),
            "page": self.page,
        }

    @property
    def source(self) -> Bilingual:
        """What kind of knowledge it rests on, in a word."""
        return SOURCES[self.card.source]


def entries(policy: Policy) -> tuple[Entry, ...]:
    """All rules under `policy`, in the order of the registry."""
    return tuple(Entry(rule, cards()[rule.id], policy.rulings[rule.id]) for rule in RULES.values())


def _told(rule: Rule, example: Example) -> Iterator[Bilingual]:
    """The example in words, then what the check says of it."""
    yield example.both
    findings = _findings(rule, example)
    for finding in findings[:_SHOWN]:
        name = SEVERITY_NAMES[finding.severity]
        failed = finding.verdict is Verdict.FAIL
        zh, en = (f"报告（{name.zh}）", f"says ({name.en})") if failed else ("无法判断", "cannot tell")
        yield Bilingual(f"nianbao {zh}：{finding.message.zh}", f"nianbao {en}: {finding.message.en}")
    if len(findings) > _SHOWN:
        more = len(findings) - _SHOWN
        yield Bilingual(f"另有{more}条", f"and {more} more")
    if not findings and example.change is not None:
        yield Bilingual("nianbao 不报告问题", "nianbao reports nothing")


def _findings(rule: Rule, example: Example) -> tuple[Finding, ...]:
    """What the rule says of the example; nothing where no single report can show it."""
    if example.change is None:
        return ()
    report, context = changed(example.change)
    return check(report, context, {rule.id: rule}).findings


def _example_object(rule: Rule, example: Example, lang: str) -> ExampleObject:
    return {
        "text": example.both.pick(lang),
        "findings": [
            {
                "severity": finding.severity.value,
                "verdict": finding.verdict.value,
                "message": finding.message.pick(lang),
            }
            for finding in _findings(rule, example)
        ],
    }
