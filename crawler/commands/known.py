"""Provinces, bodies and rules as a person names them; where one is not known, what may have been meant."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterable, Mapping

from sqlalchemy import Engine

from crawler.commands.problems import CallError
from crawler.console import clean
from crawler.portals import Province
from crawler.validator import RULES
from storage.queries import Queries
from storage.records import SubscriptionRecord

_NEAR = 3


class Known:
    """Provinces and bodies by name, of the province files and of what is on record."""

    def __init__(self, engine: Engine, provinces: Mapping[str, Province]) -> None:
        self.titles = {key: province.name for key, province in provinces.items()}
        self._homes: dict[str, str] = {organ.name: organ.province for organ in Queries(engine).organs()}
        self._formerly: dict[str, str] = {}
        for key, province in provinces.items():
            for portal in province.portals:
                for organ in portal.organs:
                    self._homes[organ.name] = key
                    for name in (*organ.aliases, *(former.name for former in organ.former)):
                        self._formerly[name] = organ.name

    def province(self, given: str) -> str:
        """The key of a province that is named by it, or by its name. Raises CallError."""
        if given in self.titles:
            return given
        named = [key for key, name in self.titles.items() if given and name.startswith(given)]
        if len(named) == 1:
            return named[0]
        near = _near(given, [*self.titles, *self.titles.values()])
        raise CallError(
            f"没有这个省：{clean(given)[:60]}{_perhaps(near, 'zh')}",
            f"no such province: {clean(given)[:60]}{_perhaps(near, 'en')}",
        )

    def organ(self, given: str, provinces: Collection[str]) -> str:
        """The full name of a body within these provinces, or any. Raises CallError."""
        home = self._homes.get(given)
        if home is None:
            now = self._formerly.get(given)
            near = [now] if now is not None else _near(given, self._homes)
            raise CallError(
                f"没有这个单位：{clean(given)[:60]}（须用全称）{_perhaps(near, 'zh')}",
                f"no such body: {clean(given)[:60]} (the full name is needed){_perhaps(near, 'en')}",
            )
        if provinces and home not in provinces:
            where = self.titles.get(home, home)
            raise CallError(
                f"{given} 属于{where}，不在所选的省内",
                f"{given} belongs to {where}, which is not among these provinces",
            )
        return given

    def unknown(self, record: SubscriptionRecord) -> tuple[str, ...]:
        """What a subscription names and nobody knows any more."""
        return (
            *(name for name in record.provinces if name not in self.titles),
            *(name for name in record.organs if name not in self._homes),
            *(name for name in record.rules if name not in RULES),
        )


def known_rule(given: str) -> None:
    """Raises CallError where there is no such rule."""
    if given not in RULES:
        near = _near(given, RULES)
        raise CallError(
            f"没有这条规则：{clean(given)[:60]}（见 nianbao rules）{_perhaps(near, 'zh')}",
            f"no such rule: {clean(given)[:60]} (see nianbao rules){_perhaps(near, 'en')}",
        )


def _near(given: str, names: Iterable[str]) -> list[str]:
    """Names that may have been meant."""
    known = sorted(names)
    close = difflib.get_close_matches(given, known, _NEAR, cutoff=0.6)
    return close or [name for name in known if given and given in name][:_NEAR]


def _perhaps(near: Collection[str], lang: str) -> str:
    if not near:
        return ""
    return f"; perhaps: {', '.join(near)}" if lang == "en" else f"；是否指：{'、'.join(near)}"
