"""What renaming, merging and ending of bodies say of a report that is not where it was expected. Pure.

A body that ended is owed nothing after its last year, and who publishes the report of that year the law does
not say; a report under another body's name, or under a name out of its time, may be the one that is sought.
Nothing of this is held against anybody: it is told.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Protocol

from crawler.console import clean
from crawler.report.model import Bilingual
from storage.records import OrganRecord

_MAX_NAME = 100
_MAX_URL = 500


class Held(Protocol):
    """A report on record."""

    @property
    def title(self) -> str: ...
    @property
    def url(self) -> str: ...


def exclusion(organ: OrganRecord, year: int) -> str | None:
    """Why the body owes no report of its own for `year`; None where it does."""
    return next((one.reason for one in organ.excluded if one.holds(year)), None)


def under_former_name(organ: OrganRecord, year: int, title: str) -> Bilingual | None:
    """That a report bears a name which the body had no longer; None where it does not."""
    printed = _folded(title)
    if _folded(organ.name) in printed:
        return None
    for former in reversed(organ.former):
        if year > former.until and _folded(former.name) in printed:
            name = former.name[:_MAX_NAME]
            return Bilingual(
                f"以曾用名“{name}”发布（名册载明该名称用至{former.until}年度）",
                f"published under its former name {name}, which the roster has until {former.until}",
            )
    return None


class Successions:
    """Which reports of other bodies, or under other names, may be the one that a body owed."""

    def __init__(self, organs: Iterable[OrganRecord], held: Mapping[tuple[str, int], Held]) -> None:
        self._organs = {organ.name: organ for organ in organs}
        self._held = held
        self._before: dict[str, list[OrganRecord]] = {}
        for organ in self._organs.values():
            if organ.successor is not None:
                self._before.setdefault(organ.successor, []).append(organ)

    def doubt(self, organ: OrganRecord, year: int) -> Bilingual | None:
        """Why the absence of its report for `year` proves nothing; None where nothing speaks for that."""
        return (
            self._former_name_of_another(organ, year)
            or self._by_predecessor(organ, year)
            or self._last_year(organ, year)
        )

    def _last_year(self, organ: OrganRecord, year: int) -> Bilingual | None:
        if organ.until != year:
            return None
        successor = None if organ.successor is None else organ.successor[:_MAX_NAME]
        if successor is None:
            return Bilingual(
                f"该单位至{year}年度为止，末年报告由谁发布无法认定",
                f"the body ended with {year}; who publishes the report of its last year cannot be told",
            )
        filed = self._held.get((organ.successor or "", year))
        if filed is not None:
            return Bilingual(
                f"该单位至{year}年度为止；承接单位“{successor}”发布了该年度报告：{_url(filed)}",
                f"the body ended with {year}; {successor}, its successor, has published one of that year: "
                f"{_url(filed)}",
            )
        return Bilingual(
            f"该单位至{year}年度为止，由“{successor}”承接；末年报告由谁发布无法认定",
            f"the body ended with {year}, succeeded by {successor}; who publishes the report of its last "
            "year cannot be told",
        )

    def _by_predecessor(self, organ: OrganRecord, year: int) -> Bilingual | None:
        """A body that ended, and whose page goes on, published for the one that took it in."""
        for before in self._before.get(organ.name, ()):
            filed = self._held.get((before.name, year))
            if filed is not None and before.until is not None and year > before.until:
                name = before.name[:_MAX_NAME]
                return Bilingual(
                    f"“{name}”已于{before.until}年度后由该单位承接，仍有以其名义发布的该年度报告：{_url(filed)}",
                    f"there is a report of that year under the name {name}, which this body has succeeded "
                    f"after {before.until}: {_url(filed)}",
                )
        return None

    def _former_name_of_another(self, organ: OrganRecord, year: int) -> Bilingual | None:
        """A name that two bodies bore one after the other, in a year in which neither is known to have."""
        for former in organ.former:
            bearer = self._organs.get(former.name)
            filed = self._held.get((former.name, year))
            if bearer is None or filed is None:
                continue
            if bearer.since is not None and year < bearer.since:
                name = former.name[:_MAX_NAME]
                return Bilingual(
                    f"以“{name}”名义发布的该年度报告属于哪个单位无法认定：{_url(filed)}",
                    f"whose report of that year stands under the name {name} cannot be told: {_url(filed)}",
                )
        return None


def _url(report: Held) -> str:
    return clean(report.url)[:_MAX_URL]


def _folded(text: str) -> str:
    return "".join(text.split())
