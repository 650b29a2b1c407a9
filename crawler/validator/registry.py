"""All rules, in the order in which findings are told: damage before the arithmetic that depends on it."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from crawler.validator import (
    absence,
    arithmetic,
    attachments,
    column,
    content,
    culprit,
    filing,
    history,
    narrative,
    page,
    peers,
    period,
    plausibility,
    sections,
    tables,
    title,
    wording,
    yearly,
)
from crawler.validator.rule import Rule

FAMILIES = (
    absence,
    filing,
    history,
    page,
    column,
    attachments,
    title,
    period,
    sections,
    content,
    tables,
    arithmetic,
    culprit,
    plausibility,
    yearly,
    peers,
    narrative,
    wording,
)

RULES: Mapping[str, Rule] = MappingProxyType(
    {
        member.id: member
        for family in FAMILIES
        for member in vars(family).values()
        if isinstance(member, Rule) and member.family == family.__name__.rpartition(".")[2]
    }
)
