"""Portals and bodies written as YAML, in the one way in which the built-in files are written.

What has its default is left out. A line that would be too long is broken into a block.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from typing import Any

import yaml

from crawler.portals.values import Organ, Portal, Province, Years

WIDTH = 110
"""Columns of a line; a Chinese character takes two."""

_QUOTED = frozenset({"code"})
"""Digits that are text: in quotes even where YAML would not need them."""


def portal_yaml(portal: Portal, indent: int = 2) -> str:
    """The portal as one entry of the list `portals`, its dash `indent` columns from the left."""
    pad = " " * (indent + 2)
    lines = []
    for key, value in _said(portal):
        if key == "organs":
            lines.append(f"{pad}organs:")
            lines.extend(line for organ in portal.organs for line in organ_lines(organ, indent + 4))
        elif isinstance(value, list):
            lines.extend(_list_lines(f"{pad}{key}:", value))
        else:
            lines.append(f"{pad}{key}: {scalar(value)}")
    lines[0] = f"{' ' * indent}- {lines[0].lstrip()}"
    return "\n".join(lines) + "\n"


def province_yaml(province: str, name: str, first_year: int, portals: Iterable[Portal]) -> str:
    """A whole province file. Raises ValueError for a province that could not be read again."""
    given = tuple(portals)
    Province(province=province, name=name, years=Years(first=first_year), portals=given)
    head = f"province: {scalar(province)}\nname: {scalar(name)}\nyears: {{first: {first_year}}}\nportals:\n"
    return head + "".join(portal_yaml(portal) for portal in given)


def organ_lines(organ: Organ, indent: int) -> list[str]:
    """The body as one entry of a list, without line ends: on one line where it fits."""
    said = dict(_said(organ))
    pad = " " * indent
    inner = ", ".join(f"{key}: {_flow(key, value)}" for key, value in said.items())
    line = f"{pad}- {{{inner}}}"
    if _columns(line) <= WIDTH:
        return [line]
    lines: list[str] = []
    for key, value in said.items():
        if isinstance(value, list):
            lines.extend(_list_lines(f"{pad}  {key}:", value))
        else:
            lines.append(f"{pad}  {key}: {_flow(key, value)}")
    lines[0] = f"{pad}- {lines[0].lstrip()}"
    return lines


def scalar(value: object) -> str:
    """One value as YAML; text stands without quotes wherever it is read back as the same text."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if not isinstance(value, str):
        return str(value)
    quoted = f'"{"".join(map(_escaped, value))}"'
    for written in (value, quoted) if value.isprintable() else (quoted,):
        if _read_back(written) == value:
            return written
    raise ValueError(f"no YAML text: {value!r:.60}")


def _said(model: Organ | Portal) -> Iterator[tuple[str, Any]]:
    """What differs from the defaults, in the order of the fields."""
    for key, value in model.model_dump(mode="json", exclude_defaults=True).items():
        if key == "verified":
            yield key, getattr(model, key)  # a day needs no quotes
        elif key == "delay" and value == int(value):
            yield key, int(value)
        else:
            yield key, value


def _flow(key: str, value: object) -> str:
    if isinstance(value, list):
        return f"[{', '.join(map(_item, value))}]"
    return f'"{value}"' if key in _QUOTED else scalar(value)


def _item(value: object) -> str:
    if isinstance(value, dict):
        return f"{{{', '.join(f'{key}: {scalar(held)}' for key, held in value.items())}}}"
    return scalar(value)


def _list_lines(lead: str, values: Iterable[object]) -> list[str]:
    written = list(map(_item, values))
    line = f"{lead} [{', '.join(written)}]"
    if _columns(line) <= WIDTH:
        return [line]
    pad = " " * (len(lead) - len(lead.lstrip()))
    return [lead, *(f"{pad}  - {value}" for value in written)]


def _escaped(character: str) -> str:
    """A character between double quotes; what is not printable might break the line."""
    if character in '"\\':
        return f"\\{character}"
    return character if character.isprintable() else f"\\U{ord(character):08x}"


def _read_back(written: str) -> object:
    """What YAML makes of a text inside of a list in brackets, where most is special; None where it cannot."""
    try:
        match yaml.load(f"[{written}]", Loader=yaml.CSafeLoader):
            case [value]:
                return value
    except (yaml.YAMLError, ValueError):
        pass
    return None


def _columns(line: str) -> int:
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in line)
