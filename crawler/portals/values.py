"""Provinces, portals and the bodies that must file, as values."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, time
from typing import Annotated, NamedTuple, Self
from urllib.parse import urlsplit

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationInfo,
    field_validator,
    model_validator,
)

from crawler.addresses import is_inside
from crawler.report.model import Kind

Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=64)]
Name = Annotated[str, StringConstraints(min_length=1, max_length=100, strip_whitespace=True)]
Url = Annotated[str, StringConstraints(pattern=r"^https?://[^\s]+$", max_length=2000)]
Year = Annotated[int, Field(ge=2008, le=2100)]
Count = Annotated[int, Field(ge=1, le=1_000_000)]
Reason = Annotated[str, StringConstraints(min_length=4, max_length=300, strip_whitespace=True)]
"""Why a portal needs what others do not: a switch without one is soon understood by nobody."""


def _time_of_day(given: object) -> object:
    if isinstance(given, str) and re.fullmatch(r"(?:[01]\d|2[0-3]):[0-5]\d", given):
        return time.fromisoformat(given)
    if isinstance(given, time):
        return given
    raise ValueError('not a time of day in quotes, as "22:00"')  # without quotes YAML makes it a number


TimeOfDay = Annotated[time, BeforeValidator(_time_of_day)]

_STRICT = ConfigDict(strict=True, extra="forbid", frozen=True)
_DEFAULT_PORTS = {"http": 80, "https": 443}


def host_of(url: str) -> str | None:
    """`host[:port]` of an http(s) address, default ports left out; None for anything else.

    Addresses with a user name are refused: no portal needs one, and they disguise the host.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return None
    if parts.scheme not in _DEFAULT_PORTS or not parts.hostname or parts.username is not None:
        return None
    host = parts.hostname.lower()
    if ":" in host:
        host = f"[{host}]"
    return host if port in (None, _DEFAULT_PORTS[parts.scheme]) else f"{host}:{port}"


def is_private(host: str) -> bool:
    """Whether `host[:port]` is a literal address, or a name, that never leads to the public network."""
    return is_inside(urlsplit(f"//{host}").hostname or "")


def folded(name: str) -> str:
    """`name` for comparison: full-width forms folded, white space removed."""
    return "".join(unicodedata.normalize("NFKC", name).split())


class FormerName(BaseModel):
    """A name that a body had. `until` is the last report year under it."""

    model_config = _STRICT

    name: Name
    until: Year


class Exclusion(BaseModel):
    """Report years of which a body owes no report of its own, and why; without bounds, all."""

    model_config = _STRICT

    reason: Reason
    since: Year | None = None
    until: Year | None = None

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.since is not None and self.until is not None and self.until < self.since:
            raise ValueError("until lies before since")
        return self

    def holds(self, year: int) -> bool:
        """Whether `year` is among them."""
        return (self.since is None or year >= self.since) and (self.until is None or year <= self.until)


class NameSpan(NamedTuple):
    """A name of a body, and the report years under it; a bound that is None is open."""

    name: str
    first: int | None
    last: int | None

    def holds(self, year: int) -> bool:
        """Whether a report of `year` is to bear the name."""
        return (self.first is None or year >= self.first) and (self.last is None or year <= self.last)

    def overlaps(self, other: NameSpan) -> bool:
        """Whether both hold for one year."""
        return (self.first is None or other.last is None or self.first <= other.last) and (
            other.first is None or self.last is None or other.first <= self.last
        )


class Organ(BaseModel):
    """A body that must file. `since` and `until` bound the report years that it owes.

    `former` are the names that it had, the oldest first; a body that ended and one that followed it are two,
    the one `until`, with its `successor`.
    """

    model_config = _STRICT

    name: Name
    kind: Kind
    code: Annotated[str, StringConstraints(pattern=r"^\d{6,12}$")] | None = None
    aliases: tuple[Name, ...] = ()
    since: Year | None = None
    until: Year | None = None
    successor: Name | None = None
    former: tuple[FormerName, ...] = ()
    excluded: tuple[Exclusion, ...] = ()

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.since is not None and self.until is not None and self.until < self.since:
            raise ValueError("until lies before since")
        ends = [name.until for name in self.former]
        if ends != sorted(set(ends)):
            raise ValueError("former names are not in the order of their years")
        if self.until is not None and ends and ends[-1] >= self.until:
            raise ValueError("a former name lasts as long as the body")
        return self

    @property
    def names(self) -> tuple[str, ...]:
        """Every name that it goes or went by, its own first."""
        return (self.name, *(former.name for former in self.former), *self.aliases)

    @property
    def name_spans(self) -> tuple[NameSpan, ...]:
        """Its full names over the years, the present one last."""
        begins = (self.since, *(former.until + 1 for former in self.former))
        ends = (*((former.name, former.until) for former in self.former), (self.name, self.until))
        return tuple(NameSpan(name, first, last) for first, (name, last) in zip(begins, ends, strict=True))

    def owes(self, year: int) -> bool:
        """Whether it owes a report of its own for `year`."""
        bounded = (self.since is None or year >= self.since) and (self.until is None or year <= self.until)
        return bounded and not any(exclusion.holds(year) for exclusion in self.excluded)


class Portal(BaseModel):
    """One web site that publishes reports, and how it may be visited.

    `hosts` are all that is ever asked: the home's own, and others that belong to the portal. `expected` and
    `expected_most` bound the reports that a whole visit finds. `verified` is the day of the last clean visit
    that somebody looked at; None for an address that was only read somewhere.
    """

    model_config = _STRICT

    id: Slug
    name: Name
    home: Url
    private: bool = False
    hosts: tuple[str, ...]
    family: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$")] | None = None
    columns: tuple[Url, ...] = ()
    delay: Annotated[float, Field(ge=0, le=600)] = 1.0
    expected: Count | None = None
    expected_most: Count | None = None
    legacy_tls: Reason | None = None
    browser: Reason | None = None
    verified: date | None = None
    organs: tuple[Organ, ...] = ()

    @field_validator("hosts")
    @classmethod
    def _hosts_of_the_portal(cls, hosts: tuple[str, ...], info: ValidationInfo) -> tuple[str, ...]:
        for host in hosts:
            if not re.fullmatch(r"(?:[a-z0-9_.-]+|\[[0-9a-f:.]+\])(?::\d{1,5})?", host):
                raise ValueError(f"not a host[:port]: {host}")
            if is_private(host) and not info.data.get("private"):
                raise ValueError(f"{host} is a private address; say private: true if that is meant")
        home = info.data.get("home")
        if home is not None and host_of(home) not in hosts:
            raise ValueError(f"hosts lack the host of home, {host_of(home)}")
        return hosts

    @field_validator("columns")
    @classmethod
    def _columns_on_hosts(cls, columns: tuple[str, ...], info: ValidationInfo) -> tuple[str, ...]:
        for column in columns:
            if host_of(column) not in info.data.get("hosts", ()):
                raise ValueError(f"column is on none of the hosts: {column}")
        return columns

    @model_validator(mode="after")
    def _bounds_in_order(self) -> Self:
        if self.expected_most is not None and self.expected_most < (self.expected or 1):
            raise ValueError("expected_most is less than expected")
        return self

    def allows(self, url: str) -> bool:
        """Whether `url` is an http(s) address on one of the portal's own hosts."""
        return host_of(url) in self.hosts


class Years(BaseModel):
    """Report years whose duties are assessed; without `last`, up to the year before the present one."""

    model_config = _STRICT

    first: Year
    last: Year | None = None

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.last is not None and self.last < self.first:
            raise ValueError("last lies before first")
        return self


class Window(BaseModel):
    """The hours of the day (Asia/Shanghai) in which hosts may be visited; they may span midnight."""

    model_config = _STRICT

    start: TimeOfDay = Field(alias="from")
    end: TimeOfDay = Field(alias="to")

    @model_validator(mode="after")
    def _some_hours(self) -> Self:
        if self.start == self.end:
            raise ValueError("window is empty; without one, every hour is allowed")
        return self

    def holds(self, moment: time) -> bool:
        """Whether `moment` lies in the window; `to` itself no longer does."""
        if self.start < self.end:
            return self.start <= moment < self.end
        return moment >= self.start or moment < self.end


class Province(BaseModel):
    """The portals of one province and the bodies that publish on them."""

    model_config = _STRICT

    province: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_-]*$", max_length=32)]
    name: Name
    years: Years
    sample: bool = False
    window: Window | None = None
    portals: tuple[Portal, ...]

    @field_validator("portals")
    @classmethod
    def _some(cls, portals: tuple[Portal, ...]) -> tuple[Portal, ...]:
        if not portals:  # not min_length: it would hide what is wrong inside the only portal
            raise ValueError("no portal")
        return portals

    def report_years(self, today: date) -> range:
        """Report years to assess on `today`; a year's reports are owed in the following one."""
        last = today.year - 1 if self.years.last is None else min(self.years.last, today.year - 1)
        return range(self.years.first, last + 1)

    def portal(self, portal_id: str) -> Portal | None:
        """The portal with that id."""
        return next((portal for portal in self.portals if portal.id == portal_id), None)

    def organ_named(self, name: str, portal_id: str, year: int | None = None) -> Organ | None:
        """The body that `name` means when printed on a portal: by its name or a former one anywhere in the
        province, by an alias only on its own portal (aliases are short, and several places share them). Of
        two bodies that bore one name the one that did so in the report year; None where that cannot be told.
        Never fuzzy.
        """
        wanted = folded(name)
        bearers = {
            organ.name: (organ, span)
            for portal in self.portals
            for organ in portal.organs
            for span in organ.name_spans
            if folded(span.name) == wanted
        }
        if bearers:
            found = list(bearers.values())
            if len(found) > 1:
                found = [(organ, span) for organ, span in found if year is not None and span.holds(year)]
            return found[0][0] if len(found) == 1 else None
        own = self.portal(portal_id)
        if own is not None:
            for organ in own.organs:
                if wanted in map(folded, organ.aliases):
                    return organ
        return None
