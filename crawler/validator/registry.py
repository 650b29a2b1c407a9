"""All rules, in the order in which findings are told: damage before the arithmetic that depends on it."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from crawler.report.model import Bilingual
from crawler.validator import (
    arithmetic,
    attachments,
    content,
    filing,
    narrative,
    period,
    sections,
    tables,
    title,
    wording,
)
from crawler.validator.finding import Severity
from crawler.validator.rule import Rule

FAMILIES = (filing, attachments, title, period, sections, content, tables, arithmetic, narrative, wording)

RULES: Mapping[str, Rule] = MappingProxyType(
    {
        member.id: member
        for family in FAMILIES
        for member in vars(family).values()
        if isinstance(member, Rule) and member.family == family.__name__.rpartition(".")[2]
    }
)


class RuleCard(NamedTuple):
    """What a person may know of a rule: its name, its norm, how grave a breach is, and what it rests on."""

    id: str
    title: Bilingual
    norm: Bilingual
    severity: Severity
    basis: Bilingual
    forms: tuple[str, ...]  # legacy, 2019, 2021
    family: str


def rule_card(rule_id: str) -> RuleCard:
    """The card of the rule `rule_id`; KeyError where there is no such rule."""
    rule = RULES[rule_id]
    return RuleCard(rule.id, rule.title, rule.norm, rule.severity, rule.basis, rule.forms, rule.family)
