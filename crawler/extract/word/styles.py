"""styles.xml: what a style does to the text that has it, as far as reading depends on it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

from lxml import etree

from crawler.extract.word.names import (
    DOUBLE_STRIKE,
    ILVL,
    NUM_ID,
    NUM_PR,
    PPR,
    RPR,
    STRIKE,
    VAL,
    VANISH,
    VERT_ALIGN,
    w,
)

MAX_STYLES = 10_000

_STYLE, _STYLE_ID, _BASED_ON, _NAME = map(w, ("style", "styleId", "basedOn", "name"))
_OFF = frozenset(("0", "false", "off", "none"))
_INTEGER = re.compile(r"\s*([0-9]{1,9})\s*")


class Numbered(NamedTuple):
    """The list that a paragraph or a style belongs to; `list_id` "0" is none, None is not said."""

    list_id: str | None
    level: int | None


class Style(NamedTuple):
    """A style with all that it inherits."""

    unseen: bool = False  # hidden or struck out
    raised: bool = False
    contents: bool = False  # a line of a table of contents
    numbered: Numbered | None = None


PLAIN = Style()


def is_on(element: etree._Element) -> bool:
    """Whether a property that is either on or off is on; without a value it is."""
    return element.get(VAL, "1") not in _OFF


def integer(element: etree._Element | None, default: int) -> int:
    """The value of an element as a number from 0 to 999,999,999, else `default`."""
    match = _INTEGER.fullmatch(element.get(VAL, "")) if element is not None else None
    return int(match[1]) if match is not None else default


def is_raised(element: etree._Element) -> bool:
    """Whether a vertAlign raises or lowers its text."""
    return element.get(VAL) in ("superscript", "subscript")


def numbered(properties: etree._Element) -> Numbered:
    """What a numPr says."""
    list_id = properties.find(NUM_ID)
    level = properties.find(ILVL)
    return Numbered(
        list_id.get(VAL) if list_id is not None else None,
        min(integer(level, 0), 8) if level is not None else None,
    )


def styles(root: etree._Element) -> Mapping[str, Style]:
    """The styles that matter to reading, by their ids."""
    drawn: dict[str, _Drawn] = {}
    for element in root.iterchildren(_STYLE):
        if len(drawn) < MAX_STYLES:
            drawn.setdefault(element.get(_STYLE_ID, ""), _draw(element))
    found: dict[str, Style] = {}
    for style_id in drawn:
        chain: dict[str, None] = {}  # a circle ends where it closes
        while style_id in drawn and style_id not in found and style_id not in chain:
            chain[style_id] = None
            style_id = drawn[style_id].based_on
        for own in reversed(chain):
            found[own] = _inherit(drawn[own], found.get(drawn[own].based_on, PLAIN))
    return {style_id: style for style_id, style in found.items() if style != PLAIN}


class _Drawn(NamedTuple):
    """What a style itself says."""

    based_on: str
    contents: bool
    run: etree._Element | None
    members: Numbered | None


def _draw(element: etree._Element) -> _Drawn:
    based_on, contents, run, members = "", False, None, None
    for child in element:
        tag = child.tag
        if tag == _BASED_ON:
            based_on = child.get(VAL, "")
        elif tag == _NAME:
            contents = child.get(VAL, "").lower().startswith("toc ")
        elif tag == RPR:
            run = child
        elif tag == PPR:
            properties = child.find(NUM_PR)
            members = numbered(properties) if properties is not None else None
    return _Drawn(based_on, contents, run, members)


def _inherit(own: _Drawn, base: Style) -> Style:
    unseen, raised, members = base.unseen, base.raised, base.numbered
    if own.run is not None:
        flags = [is_on(flag) for flag in own.run.iterchildren(VANISH, STRIKE, DOUBLE_STRIKE)]
        unseen = any(flags) if flags else unseen
        align = own.run.find(VERT_ALIGN)
        raised = is_raised(align) if align is not None else raised
    if own.members is not None:
        inherited = base.numbered.list_id if base.numbered is not None else None
        members = Numbered(own.members.list_id or inherited, own.members.level)
    return Style(unseen, raised, own.contents, members)
