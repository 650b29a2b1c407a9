"""What a judgement rests on besides the report: settings, rule book and roster, as one short text.

It is kept beside what was judged by it. Where it has become another one, what was said may not hold any more,
though no page has changed.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Collection, Mapping, Sequence, Set
from enum import Enum
from typing import Any

from crawler.inspection import RULES_VERSION
from crawler.portals import Province
from crawler.validator.policy import Policy
from storage.records import OrganRecord


def of_pages(policy: Policy, rules: Collection[str], province: Province) -> str:
    """What the pages of a province are judged by, as far as it concerns `rules`."""
    portals = [
        (portal.id, portal.name, [organ.model_dump(mode="json") for organ in portal.organs])
        for portal in province.portals
    ]
    return _digest([RULES_VERSION, _policy(policy, rules), province.name, portals])


def of_comparisons(
    policy: Policy, rules: Collection[str], organs: Sequence[OrganRecord], years: range
) -> str:
    """What the reports of a province are compared by; `years` are those whose duties are assessed."""
    return _digest([RULES_VERSION, _policy(policy, rules), organs, [years.start, years.stop]])


def _policy(policy: Policy, rules: Collection[str]) -> Any:
    held = policy.in_force()
    return [{rule: held.rulings[rule] for rule in rules}, held.deadlines]


def _digest(value: Any) -> str:
    text = json.dumps(_plain(value), ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode(errors="replace")).hexdigest()[:32]


def _plain(value: Any) -> Any:
    """`value` in JSON, the same in every process: sets have an order of their own in each."""
    if isinstance(value, Enum):
        return value.value
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if dataclasses.is_dataclass(value):
        return [_plain(getattr(value, field.name)) for field in dataclasses.fields(value)]
    if isinstance(value, Mapping):
        return {str(_plain(key)): _plain(held) for key, held in value.items()}
    if isinstance(value, Set):
        return sorted(map(_plain, value))
    if isinstance(value, Sequence):
        return [_plain(part) for part in value]
    return str(value)  # a day
