"""Province files, read strictly: every flaw is one line with its file and line."""

from __future__ import annotations

import importlib.resources
import json
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any, NamedTuple

import yaml
from pydantic import ValidationError

from crawler.conduct import turns_with
from crawler.portals.values import NameSpan, Province, folded

MAX_BYTES = 4 * 1024 * 1024
"""A province file is written by hand; anything larger is a mistake."""

RESERVED = frozenset({"portal"})
"""Spider names that no province may take: `portal` crawls a home page that is in no province file."""

_DAYS = frozenset({("verified",)})
"""Keys whose value is a day; anywhere else YAML has made one of a text that lacks its quotes."""


class ProvinceError(ValueError):
    """A province file cannot be used. One line: file, line, what is wrong."""


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
        if where[-1:] in _DAYS and isinstance(value, date) and not isinstance(value, datetime):
            return value.isoformat()
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
    return parse_province(path, content)


def parse_province(path: Path, content: bytes) -> Province:
    """The province that `content` holds as the file `path`. Raises ProvinceError as read_province does."""
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


def built_in() -> Path:
    """The folder of the province files that come with nianbao."""
    return Path(str(importlib.resources.files("spiders"))) / "provinces"


def read_provinces(folder: Path | None = None) -> dict[str, Province]:
    """All provinces of a folder by their names; without a folder, the built-in ones.

    Raises ProvinceError; portal ids and hosts must be unique over all files.
    """
    if folder is None:
        folder = built_in()
    elif not folder.is_dir():
        raise ProvinceError(f"{folder}: no such folder")
    provinces: dict[str, Province] = {}
    owners: dict[str, Path] = {}
    visitors: dict[str, tuple[Path, str]] = {}
    for path in sorted(folder.glob("*.yml")):
        province = read_province(path)
        for portal in province.portals:
            if portal.id in owners:
                raise ProvinceError(f"{path}: portal {portal.id} stands in {owners[portal.id].name} too")
            owners[portal.id] = path
            for host in portal.hosts:
                # two portals on one host would visit it twice, each blind to the other's bodies; and two
                # provinces may be crawled by processes of their own, which do not wait for each other
                turn = turns_with(host, private=portal.private)
                first, known = visitors.setdefault(turn, (path, host))
                if first != path:
                    same = "" if known == host else f" as {known}"
                    raise ProvinceError(f"{path}: host {host} stands in {first.name} too{same}")
        provinces[province.province] = province
    return provinces


def _contradictions(province: Province, stem: str) -> Iterator[_Flaw]:
    if province.province != stem:
        yield _Flaw(("province",), f"province is {province.province}, the file is named {stem}")
    if province.province in RESERVED:
        yield _Flaw(("province",), f"reserved name: {province.province}")
    portals: set[str] = set()
    hosts: set[str] = set()
    names: set[str] = set()
    spans: dict[str, list[tuple[str, NameSpan]]] = {}
    for p, portal in enumerate(province.portals):
        if portal.id in portals:
            yield _Flaw(("portals", p, "id"), f"duplicate portal id: {portal.id}")
        portals.add(portal.id)
        for h, host in enumerate(portal.hosts):
            if host in hosts:
                yield _Flaw(("portals", p, "hosts", h), f"duplicate host: {host}")
            hosts.add(host)
        on_portal = {folded(span.name) for organ in portal.organs for span in organ.name_spans}
        aliases: set[str] = set()
        for o, organ in enumerate(portal.organs):
            place = ("portals", p, "organs", o)
            if folded(organ.name) in names:
                yield _Flaw((*place, "name"), f"duplicate organ: {organ.name}")
            names.add(folded(organ.name))
            for span in organ.name_spans:
                for owner, other in spans.setdefault(folded(span.name), []):
                    if owner != organ.name and span.overlaps(other):
                        yield _Flaw(place, f"{span.name} is the name of {owner} in the same years")
                spans[folded(span.name)].append((organ.name, span))
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
