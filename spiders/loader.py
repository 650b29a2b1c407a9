"""Scrapy's spider loader: every province file is a spider, and `portal` crawls any home page."""

from __future__ import annotations

import builtins
import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import ClassVar, Self

from scrapy import Request, Spider
from scrapy.exceptions import UsageError
from scrapy.settings import BaseSettings

from crawler import clock, config
from crawler.portals import (
    Portal,
    Province,
    ProvinceError,
    Years,
    host_of,
    is_private,
    read_provinces,
)
from spiders.portal import Plan, PortalSpider, SpiderArgumentError, common_arguments, known_families

AD_HOC = "portal"
"""Name of the spider that crawls a home page of no province file; `scrapy list` does not show it."""
PROBE = "probe"
"""Name of the spider that looks at a home page and reads nothing; `scrapy list` does not show it either."""


class HomeSpider(PortalSpider):
    """Any portal from its home page: `-a home=http://HOST/`, `-a allow_private=1` on a private network."""

    name = AD_HOC
    BROWSER: ClassVar[bool] = True
    registered: Mapping[str, Province] = MappingProxyType({})
    """Provinces whose portals are to be crawled as what they are."""

    @classmethod
    def plan(  # type: ignore[override]  # other arguments are the point of it
        cls, home: str | None = None, allow_private: str | None = None, **common: str
    ) -> Plan:
        """As for a province; `home` takes the place of the roster."""
        years, kind, thorough = common_arguments(**common)
        province = home_province(home, allow_private)
        for known in cls.registered.values():
            for portal in known.portals:
                # under another name, its reports would be taken from the bodies that they belong to
                if not known.sample and set(portal.hosts) & set(province.portals[0].hosts):
                    raise SpiderArgumentError(
                        f"{home} is portal {portal.id} of {known.province}; crawl that: "
                        f"{known.province} -a portal={portal.id}"
                    )
        return Plan(province, province.portals, years, kind, thorough)


def home_province(home: str | None, allow_private: str | None) -> Province:
    """A province with the one portal of `home` and no bodies. Raises SpiderArgumentError."""
    host = host_of(home or "")
    if home is None or host is None or len(home) > 2000:
        raise SpiderArgumentError(f"home= must be an http(s) address: {home or ''!r:.100}")
    if allow_private not in (None, "", "0", "1"):
        raise SpiderArgumentError("allow_private= is 1 or 0")
    private = allow_private == "1"
    if is_private(host) and not private:
        raise SpiderArgumentError(f"{host} is a private address; it is visited only with allow_private=1")
    slug = re.sub(r"[^a-z0-9]+", "-", host).strip("-")[:64].strip("-")
    try:
        portal = Portal(id=slug, name=host, home=home, hosts=(host,), private=private)
    except ValueError:
        raise SpiderArgumentError(f"not a host that can be visited: {host!r:.100}") from None
    year = clock.today().year
    return Province(province=AD_HOC, name=host, years=Years(first=year, last=year), portals=(portal,))


class ProvinceLoader:
    """Provinces as spiders. Raises UsageError, one line, for a file that cannot be used."""

    def __init__(self, provinces: dict[str, Province]) -> None:
        self._provinces = provinces

    @classmethod
    def from_settings(cls, settings: BaseSettings) -> Self:  # noqa: ARG003 - Scrapy's settings hold none of it
        """Read the province files of this installation."""
        try:
            provinces = read_provinces(config.load().provinces)
            known_families(provinces)
        except (ProvinceError, SpiderArgumentError, config.ConfigurationError) as error:
            raise UsageError(str(error), print_help=False) from None
        return cls(provinces)

    def list(self) -> builtins.list[str]:
        """Names of the provinces."""
        return sorted(self._provinces)

    def load(self, spider_name: str) -> type[Spider]:
        """The spider of a province. Raises KeyError."""
        if spider_name == AD_HOC:
            return type("HomeSpider", (HomeSpider,), {"registered": self._provinces})
        if spider_name == PROBE:
            from spiders.probe import ProbeSpider

            return ProbeSpider
        if spider_name not in self._provinces:
            there_are = ", ".join(self.list()) or "none"
            raise KeyError(f"no province {spider_name!r:.80}; there are: {there_are}")
        attributes = {"name": spider_name, "province": self._provinces[spider_name]}
        return type("ProvinceSpider", (PortalSpider,), attributes)

    def find_by_request(self, request: Request) -> builtins.list[str]:
        """Provinces with a portal that the request may go to."""
        return [
            name
            for name, province in self._provinces.items()
            if any(portal.allows(request.url) for portal in province.portals)
        ]
