"""Figures for the three tables of a sample report: drawn at random, balanced in every relation of the form.

The relations are kept by construction (parts are drawn first, totals are added up), so that tests can compare
them with the relations that `crawler.report.forms` states.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from random import Random

from crawler.report.forms import (
    APPLICANTS,
    DISPUTE_COLUMNS,
    DISPUTE_GROUPS,
    FORM_2019,
    TOTAL,
    Form,
    leaf_rows,
)
from crawler.report.model import Kind, Number

Figures = dict[str, Number]
"""Numbers of the three tables under the cell keys of the contract."""

_PARTS = tuple(column.key for column in APPLICANTS if column.key != TOTAL)
_APPLICANT_WEIGHTS = {
    "natural_person": 70,
    "business": 14,
    "research": 2,
    "public_interest": 3,
    "legal_service": 7,
    "other_organisation": 4,
}

_RESULT_WEIGHTS = {
    "granted": 40,
    "partly_granted": 14,
    "denied_state_secret": 0,  # a local office that refuses for state secrecy would be remarkable
    "denied_prohibited_by_law": 1,
    "denied_security_stability": 1,
    "denied_third_party_rights": 4,
    "denied_internal_affairs": 3,
    "denied_deliberative_process": 3,
    "denied_enforcement_file": 3,
    "denied_administrative_inquiry": 2,
    "unavailable_not_held": 14,
    "unavailable_requires_creation": 3,
    "unavailable_still_unclear": 2,
    "unprocessed_petition": 4,
    "unprocessed_repeated": 3,
    "unprocessed_publication": 1,
    "unprocessed_excessive": 0,
    "unprocessed_reissue": 1,
    "other_handling": 3,
    "other_overdue_correction": 2,
    "other_overdue_fee": 0,  # the sample bodies charge nothing, so nobody can be late with a payment
    "other_misc": 2,
}

_NEW_APPLICATIONS = {
    Kind.GOVERNMENT: (48, 130),
    Kind.DEPARTMENT: (9, 46),
    Kind.TOWNSHIP: (4, 15),
    Kind.STREET: (4, 13),
    Kind.ZONE: (5, 18),
    Kind.GOVERNMENT_OFFICE: (12, 40),
    Kind.AUTHORISED: (4, 12),
}
_DISPUTES = {Kind.GOVERNMENT: 5, Kind.DEPARTMENT: 2}
_CHARGING = frozenset({Kind.GOVERNMENT, Kind.DEPARTMENT})


def draw(rng: Random, form: Form, kind: Kind, previous: Mapping[str, Number] | None) -> Figures:
    """Figures for one body and year; `previous` are those of the year before, which carry over."""
    disclosure = _disclosure_2019 if form is FORM_2019 else _disclosure
    figures: Figures = disclosure(rng, kind, previous)
    _follow(rng, figures, previous or {})
    figures.update(_applications(rng, form, kind, previous or {}))
    figures.update(_disputes(rng, kind, previous or {}))
    return figures


def on_form_2019(rng: Random, kind: Kind, figures: Mapping[str, Number]) -> Figures:
    """The same year's figures on the form of 2019: what both forms count stays, the rest is drawn."""
    documents = "disclosure.normative_documents"
    old: Figures = {
        key: value
        for key, value in figures.items()
        if not key.startswith(("disclosure.", "applications.other_"))
    }
    old.update(_disclosure_2019(rng, kind, None))
    old[f"{documents}.produced"] = old[f"{documents}.newly_disclosed"] = figures[f"{documents}.issued"]
    old[f"{documents}.total_disclosed"] = figures[f"{documents}.in_force"]
    for column in APPLICANTS:
        old[f"applications.other_handling.{column.key}"] = sum(
            figures[f"applications.{row}.{column.key}"]
            for row in ("other_overdue_correction", "other_overdue_fee", "other_misc")
        )
    return old


def _disclosure(rng: Random, kind: Kind, previous: Mapping[str, Number] | None) -> Figures:
    documents = "disclosure.normative_documents"
    issued = rng.randint(1, 4)
    held = int((previous or {}).get(f"{documents}.in_force", rng.randint(8, 24)))
    repealed = rng.randint(0, min(3, held))
    fee = Decimal(rng.randint(105, 48_000)) / 100 if kind in _CHARGING else 0
    return {
        "disclosure.regulations.issued": 0,
        "disclosure.regulations.repealed": 0,
        "disclosure.regulations.in_force": 0,
        f"{documents}.issued": issued,
        f"{documents}.repealed": repealed,
        f"{documents}.in_force": held + issued - repealed,
        "disclosure.licences.decisions": rng.randint(35, 1900),
        "disclosure.penalties.decisions": rng.randint(6, 260),
        "disclosure.coercion.decisions": rng.randint(1, 5),
        "disclosure.fees.amount_10k_cny": fee,
    }


def _disclosure_2019(rng: Random, kind: Kind, previous: Mapping[str, Number] | None) -> Figures:
    """Last year's items go on after their change, and so do the documents disclosed in all."""
    held = previous or {}
    documents = "disclosure.normative_documents"
    produced = rng.randint(2, 6)
    older = rng.randint(4, 20)
    figures: Figures = {
        "disclosure.regulations.produced": 0,
        "disclosure.regulations.newly_disclosed": 0,
        "disclosure.regulations.total_disclosed": 0,
        f"{documents}.produced": produced,
        f"{documents}.newly_disclosed": produced,
        f"{documents}.total_disclosed": produced + held.get(f"{documents}.total_disclosed", older),
    }
    for order, row in enumerate(("licences", "other_services", "penalties", "coercion")):
        drawn = 12 * (order + 1) + rng.randint(0, 9)
        figures[f"disclosure.{row}.previous_items"] = _items_left(held, row, drawn)
        figures[f"disclosure.{row}.items_change"] = rng.randint(-3, 4)
        figures[f"disclosure.{row}.decisions"] = rng.randint(3, 240)
    drawn = rng.randint(1, 4) if kind in _CHARGING else 0
    figures["disclosure.fees.previous_items"] = _items_left(held, "fees", drawn)
    figures["disclosure.fees.items_change"] = 0
    figures["disclosure.procurement.projects"] = rng.randint(2, 11)
    figures["disclosure.procurement.amount"] = Decimal(rng.randint(2_100, 90_000)) / 100
    return figures


def _follow(rng: Random, figures: Figures, previous: Mapping[str, Number]) -> None:
    """Decisions and fees are about last year's; a body's work does not change at random."""
    for key in figures:
        if key in previous and key.endswith(".decisions"):
            figures[key] = int(previous[key]) * rng.randint(75, 135) // 100
        elif key in previous and key.endswith(".amount_10k_cny"):
            figures[key] = round(Decimal(previous[key]) * rng.randint(75, 135) / 100, 2) or 0


def _items_left(previous: Mapping[str, Number], row: str, drawn: int) -> Number:
    """The items that last year's form ends with; `drawn` where it does not count them."""
    key = f"disclosure.{row}"
    if f"{key}.previous_items" not in previous:
        return drawn
    return previous[f"{key}.previous_items"] + previous[f"{key}.items_change"]


def _applications(rng: Random, form: Form, kind: Kind, previous: Mapping[str, Number]) -> Figures:
    weights = [_APPLICANT_WEIGHTS[part] for part in _PARTS]
    received = _split(rng, rng.randint(*_NEW_APPLICATIONS[kind]), weights)
    leaves = leaf_rows(tuple(row.key for row in form.applications))
    leaf_weights = [_RESULT_WEIGHTS[leaf] for leaf in leaves]
    rows: dict[str, list[int]] = {row.key: [] for row in form.applications}
    for part, new in zip(_PARTS, received, strict=True):
        before = int(previous.get(f"applications.carried_out.{part}", 0))
        after = rng.randint(0, (new + before) // 8)
        done = _split(rng, new + before - after, leaf_weights)
        rows["new_received"].append(new)
        rows["carried_in"].append(before)
        for leaf, count in zip(leaves, done, strict=True):
            rows[leaf].append(count)
        rows["results_total"].append(sum(done))
        rows["carried_out"].append(after)
    figures: Figures = {}
    for row, counts in rows.items():
        for part, count in zip(_PARTS, counts, strict=True):
            figures[f"applications.{row}.{part}"] = count
        figures[f"applications.{row}.{TOTAL}"] = sum(counts)
    return figures


def _disputes(rng: Random, kind: Kind, previous: Mapping[str, Number]) -> Figures:
    """Cases that were pending last year are counted again."""
    figures: Figures = {}
    outcomes = [column.key for column in DISPUTE_COLUMNS if column.key != TOTAL]
    for group in DISPUTE_GROUPS:
        fewest = 1 if group is DISPUTE_GROUPS[0] and kind in _DISPUTES else 0
        pending = int(previous.get(f"disputes.{group.key}.pending", 0))
        cases = max(pending, rng.randint(fewest, _DISPUTES.get(kind, 1)))
        counts = _split(rng, cases, [6, 1, 2, 2])
        for outcome, count in zip(outcomes, counts, strict=True):
            figures[f"disputes.{group.key}.{outcome}"] = count
        figures[f"disputes.{group.key}.{TOTAL}"] = cases
    return figures


def _split(rng: Random, total: int, weights: Sequence[int]) -> list[int]:
    """`total` things dealt out over as many places as there are weights."""
    counts = [0] * len(weights)
    for place in rng.choices(range(len(weights)), weights=weights, k=total):
        counts[place] += 1
    return counts
