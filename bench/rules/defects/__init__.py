"""Every rule's defects, by the rule's id; a module a family, as the rules have."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from bench.rules.defect import Defect
from bench.rules.defects import (
    arithmetic,
    filing,
    narrative,
    page,
    peers,
    plausibility,
    prose,
    tables,
    yearly,
)

_FAMILIES = (filing, page, prose, tables, arithmetic, plausibility, yearly, peers, narrative)


def _by_rule() -> Mapping[str, tuple[Defect, ...]]:
    found: dict[str, tuple[Defect, ...]] = {}
    for family in _FAMILIES:
        for defect in family.DEFECTS:
            found[defect.rule] = (*found.get(defect.rule, ()), defect)
    return MappingProxyType(found)


DEFECTS: Mapping[str, tuple[Defect, ...]] = _by_rule()
"""Each rule's defects are planted in turn."""
