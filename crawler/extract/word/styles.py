"""styles.xml: what a style does to the text that has it, as far as reading depends on it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
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
    """Styles by their ids."""
    drawn: dict[str, etree._Element] = {}
    for element in root.iterchildren(_STYLE):
        if len(drawn) < MAX_STYLES:
            drawn.setdefault(element.get(_STYLE_ID, ""), element)
    found: dict[str, Style] = {}
    for style_id in drawn:
        for ancestor_id, element in reversed(list(_ancestry(drawn, style_id, found))):
            based_on = element.find(_BASED_ON)
            base = found.get(based_on.get(VAL, ""), PLAIN) if based_on is not None else PLAIN
            found[ancestor_id] = _style(element, base)
    return found


def _ancestry(
    drawn: Mapping[str, etree._Element], style_id: str, found: Mapping[str, Style]
) -> Iterator[tuple[str, etree._Element]]:
    """The style and those it is based on, up to one that is known; a circle ends where it closes."""
    seen: set[str] = set()
    while style_id in drawn and style_id not in found and style_id not in seen:
        seen.add(style_id)
        element = drawn[style_id]
        yield style_id, element
        based_on = element.find(_BASED_ON)
        style_id = based_on.get(VAL, "") if based_on is not None else ""


def _style(element: etree._Element, base: Style) -> Style:
    unseen, raised, member = base.unseen, base.raised, base.numbered
    run = element.find(RPR)
    if run is not None:
        flags = [is_on(flag) for flag in run.iterchildren(VANISH, STRIKE, DOUBLE_STRIKE)]
        unseen = any(flags) if flags else unseen
        align = run.find(VERT_ALIGN)
        raised = is_raised(align) if align is not None else raised
    paragraph = element.find(PPR)
    list_properties = paragraph.find(NUM_PR) if paragraph is not None else None
    if list_properties is not None:
        own = numbered(list_properties)
        inherited = base.numbered.list_id if base.numbered is not None else None
        member = Numbered(own.list_id or inherited, own.level)
    name = element.find(_NAME)
    contents = name is not None and name.get(VAL, "").lower().startswith("toc ")
    return Style(unseen, raised, contents, member)
