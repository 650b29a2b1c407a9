"""A report as it is printed, before any file format: lines of text and tables, in reading order.

A layout changes how the same report is printed; a writer of a file format makes bytes of what is printed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from types import MappingProxyType
from typing import NamedTuple

from crawler.demo.sheets import Sheet, sheets
from crawler.demo.writer import ReportSpec


class Role(Enum):
    """What a line is to its reader."""

    TITLE = "title"
    HEADING = "heading"
    TEXT = "text"
    SIGNATURE = "signature"


class Line(NamedTuple):
    """A paragraph; inner line breaks are "\\n"."""

    text: str
    role: Role = Role.TEXT


@dataclass(frozen=True, slots=True)
class Printed:
    """What stands on the paper; `spec` is the truth that a reading must agree with."""

    spec: ReportSpec
    blocks: tuple[Line | Sheet, ...]


Layout = Callable[[ReportSpec], Printed]


def plain(spec: ReportSpec) -> Printed:
    """As the form prints it: every section in order, its table below its text."""
    drawn = sheets(spec)
    blocks: list[Line | Sheet] = [Line(spec.title, Role.TITLE), *map(Line, spec.preface)]
    for section in spec.sections:
        blocks.append(Line(section.heading, Role.HEADING))
        blocks.extend(map(Line, section.paragraphs))
        if section.key in drawn:
            blocks.append(drawn[section.key])
    signed = spec.signed
    blocks.append(Line(spec.organ, Role.SIGNATURE))
    blocks.append(Line(f"{signed.year}年{signed.month}月{signed.day}日", Role.SIGNATURE))
    return Printed(spec, tuple(blocks))


LAYOUTS: Mapping[str, Layout] = MappingProxyType({"plain": plain})
