"""Provinces, portals and the bodies that must file: strictly read YAML."""

from __future__ import annotations

import importlib.resources
import ipaddress
import json
import re
import unicodedata
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Annotated, Any, NamedTuple, Self
from urllib.parse import urlsplit

import yaml
from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
    ValidationInfo,
    field_validator,
    model_validator,
)

from crawler.report.model import Kind

MAX_BYTES = 4 * 1024 * 1024
"""A province file is written by hand; anything larger is a mistake."""

RESERVED = frozenset({"portal"})
"""Spider names that no province may take: `portal` crawls a home page that is in no province file."""

Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=64)]
Name = Annotated[str, StringConstraints(min_length=1, max_length=100, strip_whitespace=True)]
Url = Annotated[str, StringConstraints(pattern=r"^https?://[^\s]+$", max_length=2000)]
Year = Annotated[int, Field(ge=2008, le=2100)]

_STRICT = ConfigDict(strict=True, extra="forbid", frozen=True)
_DEFAULT_PORTS = {"http": 80, "https": 443}


class ProvinceError(ValueError):
    """A province file cannot be used. One line: file, line, what is wrong."""


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
    name = (urlsplit(f"//{host}").hostname or "").rstrip(".").lower()
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        address = ipaddress.ip_address(name)
    except ValueError:
        # resolvers read 2130706433, 0x7f.1 and the like as IPv4 addresses
        return re.fullmatch(r"(?:0x[0-9a-f]*|\d+)(?:\.(?:0x[0-9a-f]*|\d+))*", name) is not None
    return not address.is_global


def folded(name: str) -> str:
    """`name` for comparison: full-width forms folded, white space removed."""
    return "".join(unicodedata.normalize("NFKC", name).split())


class Organ(BaseModel):
    """A body that must file. `since` and `until` bound the report years that it owes."""

    model_config = _STRICT

    name: Name
    kind: Kind
    code: Annotated[str, StringConstraints(pattern=r"^\d{6,12}$")] | None = None
    aliases: tuple[Name, ...] = ()
    since: Year | None = None
    until: Year | None = None
    successor: Name | None = None

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.since is not None and self.until is not None and self.until < self.since:
            raise ValueError("until lies before since")
        return self


class Portal(BaseModel):
    """One web site that publishes reports, and how it may be visited."""

    model_config = _STRICT

    id: Slug
    name: Name
    home: Url
    private: bool = False
    hosts: tuple[str, ...]
    family: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$")] | None = None
    columns: tuple[Url, ...] = ()
    delay: Annotated[float, Field(ge=0, le=600)] = 1.0
    expected: Annotated[int, Field(ge=1)] | None = None
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


class Province(BaseModel):
    """The portals of one province and the bodies that publish on them."""

    model_config = _STRICT

    province: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_-]*$", max_length=32)]
    name: Name
    years: Years
    sample: bool = False
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

    def organ_named(self, name: str, portal_id: str) -> Organ | None:
        """The body that `name` means when printed on a portal: by its name anywhere in the province, by an
        alias only on its own portal (aliases are short, and several places share them). Never fuzzy.
        """
        wanted = folded(name)
        for portal in self.portals:
            for organ in portal.organs:
                if folded(organ.name) == wanted:
                    return organ
        own = self.portal(portal_id)
        if own is not None:
            for organ in own.organs:
                if wanted in map(folded, organ.aliases):
                    return organ
        return None


class _Flaw(NamedTuple):
    where: tuple[str | int, ...]
    message: str


class _Lines:
    """Plain data of a YAML document, with the line on which each value stands."""

    def __init__(self, path: Path, content: bytes) -> None:
        self.path = path
        self._lines: dict[tuple[str | int, ...], int] = {(): 1}
        self._composed: set[int] = set()
        self._constructor = yaml.constructor.SafeConstructor()
        try:
            node = yaml.compose(content, Loader=yaml.CSafeLoader)
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            line = 1 if mark is None else mark.line + 1
            raise ProvinceError(f"{path}:{line}: {error.problem or error.context}") from None
        except (yaml.YAMLError, UnicodeDecodeError, RecursionError) as error:
            raise ProvinceError(f"{path}:1: not readable as YAML: {_one_line(error)}") from None
        if node is None:
            raise ProvinceError(f"{path}:1: the file is empty")
        self.data = self._plain(node, ())

    def error(self, flaw: _Flaw) -> ProvinceError:
        """The flaw as one line, at the nearest place that the file has."""
        return ProvinceError(f"{self.path}:{self.line(flaw.where)}: {flaw.message}")

    def line(self, where: tuple[str | int, ...]) -> int:
        """Line of a place; for a place that is absent, of what surrounds it."""
        while where not in self._lines:
            where = where[:-1]
        return self._lines[where]

    def _plain(self, node: yaml.Node, where: tuple[str | int, ...]) -> Any:
        self._lines.setdefault(where, node.start_mark.line + 1)
        if id(node) in self._composed:
            raise self.error(_Flaw(where, "anchors and aliases are not used in province files"))
        self._composed.add(id(node))
        if isinstance(node, yaml.MappingNode):
            return dict(self._pairs(node, where))
        if isinstance(node, yaml.SequenceNode):
            return [self._plain(child, (*where, index)) for index, child in enumerate(node.value)]
        try:
            value = self._constructor.construct_object(node)
        except (yaml.YAMLError, ValueError):
            value = object()
        if value is not None and not isinstance(value, str | int | float | bool):
            raise self.error(_Flaw(where, f"neither text nor number: {node.value!s:.60}"))
        return value

    def _pairs(self, node: yaml.MappingNode, where: tuple[str | int, ...]) -> Iterator[tuple[str, Any]]:
        seen = set()
        for key_node, value_node in node.value:
            key = str(key_node.value)
            place = (*where, key)
            line = key_node.start_mark.line + 1
            if key in seen:
                raise ProvinceError(f"{self.path}:{line}: duplicate key: {key}")
            seen.add(key)
            self._lines[place] = line
            yield key, self._plain(value_node, place)


def read_province(path: Path) -> Province:
    """The province that the file holds. Raises ProvinceError, one line with file and line."""
    try:
        with path.open("rb") as file:
            content = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise ProvinceError(f"{path}: {error.strerror}") from None
    if len(content) > MAX_BYTES:
        raise ProvinceError(f"{path}: larger than {MAX_BYTES} bytes")
    lines = _Lines(path, content)
    try:
        # by way of JSON, where strict mode takes a list for a tuple and a word for an enum, and nothing else
        province = Province.model_validate_json(json.dumps(lines.data))
    except ValidationError as error:
        flaws = [_Flaw(tuple(e["loc"]), _message(e["type"], e["loc"], e["msg"])) for e in error.errors()]
        raise lines.error(min(flaws, key=lambda flaw: lines.line(flaw.where))) from None
    flaw = next(_contradictions(province, path.stem), None)
    if flaw is not None:
        raise lines.error(flaw)
    return province


def read_provinces(folder: Path | None = None) -> dict[str, Province]:
    """All provinces of a folder by their names; without a folder, the built-in ones.

    Raises ProvinceError; portal ids must be unique over all files.
    """
    if folder is None:
        folder = Path(str(importlib.resources.files("spiders"))) / "provinces"
    elif not folder.is_dir():
        raise ProvinceError(f"{folder}: no such folder")
    provinces: dict[str, Province] = {}
    owners: dict[str, Path] = {}
    for path in sorted(folder.glob("*.yml")):
        province = read_province(path)
        for portal in province.portals:
            if portal.id in owners:
                raise ProvinceError(f"{path}: portal {portal.id} stands in {owners[portal.id].name} too")
            owners[portal.id] = path
        provinces[province.province] = province
    return provinces


def _contradictions(province: Province, stem: str) -> Iterator[_Flaw]:
    if province.province != stem:
        yield _Flaw(("province",), f"province is {province.province}, the file is named {stem}")
    if province.province in RESERVED:
        yield _Flaw(("province",), f"reserved name: {province.province}")
    portals: set[str] = set()
    names: set[str] = set()
    for p, portal in enumerate(province.portals):
        if portal.id in portals:
            yield _Flaw(("portals", p, "id"), f"duplicate portal id: {portal.id}")
        portals.add(portal.id)
        on_portal = {folded(organ.name) for organ in portal.organs}
        aliases: set[str] = set()
        for o, organ in enumerate(portal.organs):
            place = ("portals", p, "organs", o)
            if folded(organ.name) in names:
                yield _Flaw((*place, "name"), f"duplicate organ: {organ.name}")
            names.add(folded(organ.name))
            for alias in map(folded, organ.aliases):
                if alias in aliases or alias in on_portal:
                    yield _Flaw((*place, "aliases"), f"alias stands for two organs: {alias}")
                aliases.add(alias)


def _message(kind: str, where: tuple[str | int, ...], message: str) -> str:
    key = ".".join(str(part) for part in where)
    if kind == "extra_forbidden":
        return f"unknown key: {where[-1]}"
    if kind == "missing":
        return f"missing key: {where[-1]}"
    return f"{key}: {_one_line(message.removeprefix('Value error, '))}"


def _one_line(problem: object) -> str:
    return " ".join(str(problem).split())[:200]
