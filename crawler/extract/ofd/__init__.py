"""OFD, the national fixed-layout format (GB/T 33190) -> Document, by the places of text and ruled lines."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from typing import TypeVar

from lxml import etree

from crawler.extract.document import Document, Format, Unreadable
from crawler.extract.geometry import Char, Page, Placed, Rule, read_pages
from crawler.extract.ofd.numbers import too_much
from crawler.extract.ofd.objects import MAX_DRAWN, POINTS, Box, Drawn, box, drawn
from crawler.extract.package import Package
from crawler.extract.xml import child, local, parse_xml

__all__ = ["extract_ofd", "pages"]

MAX_PAGES = 400

_ROOT = "OFD.xml"
_ENCRYPTION_PARTS = ("Encryptions.xml", "Decryptseed.dat")
_A4 = Box(0, 0, 210, 297)


def extract_ofd(content: bytes) -> Document:
    """Read one file. Raises Unreadable."""
    reading = read_pages(pages(content))
    if not reading.blocks:
        raise Unreadable("OFD 文件中没有可见的内容", "the OFD file shows nothing")
    return Document(Format.OFD, reading.blocks, around=reading.around, notes=reading.notes)


def pages(content: bytes) -> Iterator[Page]:
    """The pages of all documents in the file, in order. Raises Unreadable."""
    package = Package(content)
    if any(posixpath.basename(name) in _ENCRYPTION_PARTS for name in package.names):
        raise Unreadable("文件已加密，需要密码", "the file is encrypted, it needs a password")
    room, count = MAX_DRAWN, 0
    for entry in parse_xml(package.read(_ROOT)):
        root = child(entry, "DocRoot") if local(entry) == "DocBody" else None
        if root is None:
            continue
        for page in _Paper(package, _joined("", root.text)).pages():
            room -= len(page.chars) + len(page.rules) + len(page.placed)
            count += 1
            if room < 0 or count > MAX_PAGES:
                raise too_much()
            yield page
    if not count:
        raise Unreadable("OFD 文件中没有页面", "the OFD file has no page")


class _Paper:
    """One document of the file."""

    def __init__(self, package: Package, path: str) -> None:
        self._package = package
        self._folder = posixpath.dirname(path)
        root = parse_xml(package.read(path))
        self._pages = _within(root, "Pages", "Page")
        common = child(root, "CommonData")
        self._area = _area(common, "PageArea") or _A4
        self._templates = {
            str(entry.get("ID")): str(entry.get("BaseLoc"))
            for entry in ([] if common is None else common)
            if local(entry) == "TemplatePage"
        }
        self._drawn_templates: dict[str, Drawn] = {}

    def pages(self) -> Iterator[Page]:
        for entry in self._pages:
            page = self._part(str(entry.get("BaseLoc")))
            area = _area(page, "Area") or self._area
            layers = [self._template(str(use.get("TemplateID"))) for use in page if local(use) == "Template"]
            layers.append(_drawn(page))
            yield Page(
                width=area.width * POINTS,
                height=area.height * POINTS,
                chars=_moved([char for layer in layers for char in layer.chars], area),
                rules=_moved([rule for layer in layers for rule in layer.rules], area),
                placed=_moved([place for layer in layers for place in layer.placed], area),
            )

    def _template(self, identity: str) -> Drawn:
        if identity not in self._drawn_templates:
            if identity not in self._templates:
                raise Unreadable("OFD 缺少页面模板", "a template of the OFD file is missing")
            self._drawn_templates[identity] = _drawn(self._part(self._templates[identity]))
        return self._drawn_templates[identity]

    def _part(self, location: str) -> etree._Element:
        return parse_xml(self._package.read(_joined(self._folder, location)))


_Placed = TypeVar("_Placed", Char, Rule, Placed)


def _moved(things: list[_Placed], area: Box) -> list[_Placed]:
    """`things` from the upper left corner of `area`."""
    if not area.x and not area.y:
        return things
    left, top = area.x * POINTS, area.y * POINTS
    return [
        thing._replace(x0=thing.x0 - left, y0=thing.y0 - top, x1=thing.x1 - left, y1=thing.y1 - top)
        for thing in things
    ]


def _drawn(page: etree._Element) -> Drawn:
    return drawn(_within(page, "Content", "Layer"))


def _joined(folder: str, location: str | None) -> str:
    """The part that `location` names; a leading slash is the root, and nothing leads out of the package."""
    return posixpath.normpath(posixpath.join("/", folder, (location or "").strip())).lstrip("/")


def _area(parent: etree._Element | None, name: str) -> Box | None:
    area = None if parent is None else child(parent, name)
    physical = None if area is None else child(area, "PhysicalBox")
    found = None if physical is None else box(physical.text)
    return found if found is not None and found.width > 0 and found.height > 0 else None


def _within(root: etree._Element, name: str, entry: str) -> list[etree._Element]:
    parent = child(root, name)
    return [] if parent is None else [found for found in parent if local(found) == entry]
