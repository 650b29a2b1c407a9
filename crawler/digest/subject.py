"""The subject of a digest: what changed, by province, and how little is known where that is so. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from crawler.digest.contents import PartKind
from crawler.digest.news import part_of
from crawler.digest.sums import Told
from crawler.export.plain import plain
from storage.records import Coverage

POOR = 0.8
"""The share of duties that must be judged for the subject to say nothing of it."""
_NAMED = 2
_LONGEST_NAME = 20


def subject(told: Sequence[Told], names: Mapping[str, str], known: Coverage, lang: str) -> str:
    """云岭省 3 项新问题，2 项已整改，1 单位逾期；and of how many duties it is known, where that is poor."""
    provinces: dict[str, list[Told]] = {}
    for one in told:
        provinces.setdefault(one.finding.province, []).append(one)
    most = sorted(provinces.items(), key=lambda item: (-len(item[1]), item[0]))
    said = [
        f"{plain(names.get(province, province))[:_LONGEST_NAME]} {_changes(of_it, lang)}"
        for province, of_it in most[:_NAMED]
    ]
    if len(most) > _NAMED:
        rest = len(most) - _NAMED
        more = "province" if rest == 1 else "provinces"
        said.append(f"and {rest} more {more}" if lang == "en" else f"另有 {rest} 省有变化")
    if known.total and known.assessed < POOR * known.total:
        said.append(
            f"only {known.assessed:,} of {known.total:,} duties judged"
            if lang == "en"
            else f"仅判定 {known.assessed:,} / {known.total:,} 份"
        )
    return ("; " if lang == "en" else "；").join(said)


def _changes(told: Sequence[Told], lang: str) -> str:
    parts = Counter(part_of(one) for one in told)
    late = {one.finding.organ for one in told if _is_duty(one, "filing-late")}
    missing = {one.finding.organ for one in told if _is_duty(one, "filing-missing")}
    if lang == "en":
        said = [
            (parts[PartKind.NEW], "new"),
            (parts[PartKind.RETURNED], "returned"),
            (parts[PartKind.CHANGED], "changed"),
            (parts[PartKind.LAPSED], "no longer waived"),
            (parts[PartKind.FIXED], "fixed"),
            (parts[PartKind.WITHDRAWN], "no longer applicable"),
            (len(late), "late"),
            (len(missing), "missing"),
        ]
        return ", ".join(f"{count} {word}" for count, word in said if count)
    said = [
        (parts[PartKind.NEW], "项新问题"),
        (parts[PartKind.RETURNED], "项再次出现"),
        (parts[PartKind.CHANGED], "项有变化"),
        (parts[PartKind.LAPSED], "项豁免失效"),
        (parts[PartKind.FIXED], "项已整改"),
        (parts[PartKind.WITHDRAWN], "项不再适用"),
        (len(late), "单位逾期"),
        (len(missing), "单位未发布"),
    ]
    return "，".join(f"{count} {word}" for count, word in said if count)


def _is_duty(told: Told, rule: str) -> bool:
    return told.finding.rule == rule and part_of(told) is PartKind.DUTY
