"""Changes of a province file that leave every other line of it as it is, comments and order included.

A body's entry that changes is written anew: a comment inside of it is lost, one behind an entry of one line
is kept. A portal written in braces becomes a block. What comes out is read again, and must be what was meant.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

import yaml

from crawler.portals.reading import ProvinceError, parse_province
from crawler.portals.values import Organ, Portal, Province
from crawler.portals.writing import organ_lines, portal_yaml


@dataclass(frozen=True, slots=True)
class Edit:
    """What becomes of the bodies of one portal."""

    portal: str
    added: tuple[Organ, ...] = ()
    replaced: Mapping[str, Organ] = field(default_factory=dict)
    """By the name that stands in the file."""
    removed: frozenset[str] = frozenset()

    def of(self, organs: Iterable[Organ]) -> tuple[Organ, ...]:
        """The bodies after the change."""
        kept = [self.replaced.get(organ.name, organ) for organ in organs if organ.name not in self.removed]
        return (*kept, *self.added)


class _Patch(NamedTuple):
    """Lines `start` to `end` (exclusive) give way to `lines`."""

    start: int
    end: int
    lines: list[str]


def with_bodies_changed(path: Path, content: bytes, edits: Iterable[Edit]) -> bytes:
    """The province file with the edits made. Raises ProvinceError where its layout does not allow them."""
    wanted = {edit.portal: edit for edit in edits}
    before = parse_province(path, content)
    portals = tuple(_edited(portal, wanted.get(portal.id)) for portal in before.portals)
    return _patched(path, content, before.model_copy(update={"portals": portals}), wanted)


def with_portal_added(path: Path, content: bytes, portal: Portal) -> bytes:
    """The province file with one more portal, the last. Raises ProvinceError."""
    before = parse_province(path, content)
    after = before.model_copy(update={"portals": (*before.portals, portal)})
    return _patched(path, content, after, {})


def _edited(portal: Portal, edit: Edit | None) -> Portal:
    return portal if edit is None else portal.model_copy(update={"organs": edit.of(portal.organs)})


def _patched(path: Path, content: bytes, after: Province, edits: Mapping[str, Edit]) -> bytes:
    text = content.decode("utf-8")
    ends = "\r\n" if "\r\n" in text else "\n"
    lines = text.replace("\r\n", "\n").split("\n")
    patches = list(_patches(path, "\n".join(lines), lines, after, edits))
    for patch in sorted(patches, reverse=True):
        lines[patch.start : patch.end] = patch.lines
    changed = ends.join(lines).encode()
    if parse_province(path, changed) != after:
        raise ProvinceError(f"{path}:1: is laid out in a way that cannot be edited; change it by hand")
    return changed


def _patches(
    path: Path, text: str, lines: list[str], after: Province, edits: Mapping[str, Edit]
) -> Iterator[_Patch]:
    portals = _value(yaml.compose(text, Loader=yaml.CSafeLoader), "portals")
    if not isinstance(portals, yaml.SequenceNode) or portals.flow_style:
        raise ProvinceError(f"{path}:1: portals stand in brackets; write them below each other")
    indent = portals.start_mark.column
    for node, portal in zip(portals.value, after.portals, strict=False):
        edit = edits.get(portal.id)
        if edit is not None:
            yield from _portal_patches(lines, node, portal, edit, indent)
    last = _last_line(portals) + 1
    for portal in after.portals[len(portals.value) :]:
        yield _Patch(last, last, _lines(portal, indent))


def _portal_patches(
    lines: list[str], node: yaml.Node, portal: Portal, edit: Edit, indent: int
) -> Iterator[_Patch]:
    organs = _value(node, "organs")
    in_blocks = _is_block(node) and (organs is None or _is_block(organs))
    if not in_blocks or not portal.organs:
        yield _Patch(node.start_mark.line, _last_line(node) + 1, _lines(portal, indent))
        return
    if organs is None:
        column = node.start_mark.column
        last = _last_line(node) + 1
        written = [line for organ in portal.organs for line in organ_lines(organ, column + 2)]
        yield _Patch(last, last, [f"{' ' * column}organs:", *written])
        return
    column = organs.start_mark.column
    for entry in organs.value:
        name = _name(entry)
        start, end = entry.start_mark.line, _last_line(entry) + 1
        if name in edit.removed:
            yield _Patch(start, end, [])
        elif name in edit.replaced:
            written = organ_lines(edit.replaced[name], column)
            behind = "" if _is_block(entry) else lines[end - 1][entry.end_mark.column :]
            if behind.strip().startswith("#"):
                written[-1] += behind
            yield _Patch(start, end, written)
    last = _last_line(organs) + 1
    yield _Patch(last, last, [line for organ in edit.added for line in organ_lines(organ, column)])


def _lines(portal: Portal, indent: int) -> list[str]:
    return portal_yaml(portal, indent).rstrip("\n").split("\n")


def _is_block(node: yaml.Node) -> bool:
    return isinstance(node, yaml.CollectionNode) and not node.flow_style


def _name(entry: yaml.Node) -> str:
    name = _value(entry, "name")
    return "" if name is None else str(name.value).strip()


def _value(node: yaml.Node | None, key: str) -> yaml.Node | None:
    pairs = node.value if isinstance(node, yaml.MappingNode) else ()
    return next((value for name, value in pairs if name.value == key), None)


def _last_line(node: yaml.Node) -> int:
    """The last line with something of the node; the end of a block is only known by what it holds."""
    if isinstance(node, yaml.CollectionNode) and node.value and not node.flow_style:
        last = node.value[-1]
        return _last_line(last[1] if isinstance(last, tuple) else last)
    end = node.end_mark
    return int(end.line if end.column else max(node.start_mark.line, end.line - 1))
