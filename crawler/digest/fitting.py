"""Digests made shorter until a mail program shows them whole; what is left out is a number. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from typing import NamedTuple

from crawler.digest.contents import Digest, OrganItems, Part, ProvinceItems, ReportItems


class Bounds(NamedTuple):
    """How many are spelled out: reports of a part, findings of a report, findings beneath one cause."""

    reports: int
    items: int
    under: int


NARROWER = (
    Bounds(30, 6, 4),
    Bounds(16, 5, 3),
    Bounds(9, 4, 2),
    Bounds(5, 3, 2),
    Bounds(3, 2, 1),
    Bounds(2, 1, 1),
    Bounds(1, 1, 0),
)
"""What is tried one after the other where all that was composed is too much."""


def spelled_out(digest: Digest) -> int:
    """Lines that tell a report, a finding, or what a cause explains."""
    return sum(
        1 + len(report.items) + sum(len(item.under) for item in report.items)
        for part in digest.parts
        for _, _, report in _reports(part)
    )


def shortened(digest: Digest, bounds: Bounds) -> Digest:
    """`digest` with no more than `bounds` spelled out, the first of each list; its counts stay exact."""
    return replace(digest, parts=tuple(_part(part, bounds) for part in digest.parts))


def _part(part: Part, bounds: Bounds) -> Part:
    told = sum(len(organ.reports) for province in part.provinces for organ in province.organs)
    reports = islice(_reports(part), bounds.reports)
    provinces: dict[str, dict[str, list[ReportItems]]] = {}
    for province, organ, report in reports:
        provinces.setdefault(province, {}).setdefault(organ, []).append(_report(report, bounds))
    return replace(
        part,
        provinces=tuple(
            ProvinceItems(name, tuple(OrganItems(organ, tuple(of_it)) for organ, of_it in organs.items()))
            for name, organs in provinces.items()
        ),
        more_reports=part.more_reports + max(0, told - bounds.reports),
    )


def _reports(part: Part) -> Iterator[tuple[str, str, ReportItems]]:
    for province in part.provinces:
        for organ in province.organs:
            for report in organ.reports:
                yield province.name, organ.organ, report


def _report(report: ReportItems, bounds: Bounds) -> ReportItems:
    return replace(
        report,
        items=tuple(
            replace(
                item,
                under=item.under[: bounds.under],
                more_under=item.more_under + max(0, len(item.under) - bounds.under),
            )
            for item in report.items[: bounds.items]
        ),
        more=report.more + max(0, len(report.items) - bounds.items),
    )
